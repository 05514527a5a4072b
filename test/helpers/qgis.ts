/** Runs Python scripts inside a real QGIS without a window: one process a script, its own profile, JSON in and out. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const whyNoQgis = 'QGIS with its Python (python3-qgis) is not on this machine'

/** QGIS comes with the system's Python, which need not be the first on the path. */
const candidates = [process.env['QGIS_PYTHON'], '/usr/bin/python3', 'python3'].filter(
  (name) => name !== undefined,
)

const findPython = (): string | null =>
  candidates.find(
    (python) => spawnSync(python, ['-c', 'import qgis.core'], { stdio: 'ignore' }).status === 0,
  ) ?? null

let python: string | null | undefined

/** In CI a missing QGIS is an error; elsewhere the tests that need it say that they were skipped. */
export const hasQgis = (): boolean => {
  python ??= findPython()
  if (python === null && process.env['CI']) throw new Error(`${whyNoQgis}, and it must be in CI`)
  return python !== null
}

/**
 * Runs a script of test/qgis with `args` as JSON on its standard input, and returns the JSON that it prints as its last
 * line. Rejects with what the script wrote when it fails, says nothing, or takes longer than `timeoutMs`. With `home` the
 * profile is the caller's, and outlives the run.
 */
export const runPyQgis = async (
  script: string,
  args: unknown,
  {
    timeoutMs = 120_000,
    home: keptHome,
    environment = {},
  }: { timeoutMs?: number; home?: string; environment?: Record<string, string> } = {},
): Promise<unknown> => {
  if (!hasQgis() || !python) throw new Error(whyNoQgis)
  const home = keptHome ?? mkdtempSync(join(tmpdir(), 'secims-qgis-'))
  const child = spawn(python, [join(import.meta.dirname, '../qgis', script)], {
    // A group of its own, so that nothing QGIS starts outlives the test.
    detached: true,
    env: {
      PATH: process.env['PATH'] ?? '',
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      HOME: home,
      XDG_RUNTIME_DIR: home,
      TMPDIR: home,
      QT_QPA_PLATFORM: 'offscreen',
      QGIS_CUSTOM_CONFIG_PATH: join(home, 'profile'),
      PYTHONDONTWRITEBYTECODE: '1',
      ...environment,
    },
  })
  let output = ''
  let complaints = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  child.stdin.on('error', () => {})
  child.stdin.end(JSON.stringify(args))
  const killGroup = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    killGroup()
  }, timeoutMs)
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    const lastLine = output.trimEnd().split('\n').at(-1) ?? ''
    if (isLate || code !== 0 || lastLine === '') {
      const end = isLate ? `was ended after ${timeoutMs} ms` : `ended with code ${code}`
      throw new Error(`${script} ${end}.\n${output.slice(-4000)}\n${complaints.slice(-4000)}`)
    }
    return JSON.parse(lastLine)
  } finally {
    clearTimeout(timer)
    killGroup()
    if (keptHome === undefined) rmSync(home, { recursive: true, force: true })
  }
}
