/**
 * How long a start takes and what an idle server weighs: first start on an empty data folder until the port answers
 * and until the examples are published, later starts, resident memory. Run: node test/bench/start.bench.ts [--write]
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeSection } from './results.ts'

const root = join(import.meta.dirname, '../..')
const port = 18_431
const idleAfterMs = 20_000

const answers = async (path: string) => {
  try {
    return (await fetch(`http://127.0.0.1:${port}${path}`)).ok
  } catch {
    return false
  }
}

const until = async (isReached: () => Promise<boolean>, since: number): Promise<number> => {
  while (!(await isReached())) {
    if (performance.now() - since > 120_000) throw new Error('two minutes were not enough')
    await sleep(20)
  }
  return (performance.now() - since) / 1000
}

const residentMegabytes = (pid: number) =>
  (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 1_048_576

const start = (dataDir: string) => {
  const server = spawn(process.execPath, ['backend/src/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'error', DATABASE_URL: '' },
  })
  let said = ''
  server.stdout.on('data', (text) => {
    said += text
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  return {
    server,
    said: () => said,
    stop: async () => {
      server.kill('SIGTERM')
      await ended
    },
  }
}

const measure = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'secims-start-'))
  try {
    let since = performance.now()
    const first = start(dataDir)
    const firstAnswer = await until(() => answers('/readyz'), since)
    const examples = await until(async () => /example layers are published/.test(first.said()), since)
    await sleep(idleAfterMs)
    const idleMb = residentMegabytes(first.server.pid ?? 0)
    await first.stop()
    since = performance.now()
    const later = start(dataDir)
    const laterAnswer = await until(() => answers('/readyz'), since)
    await sleep(idleAfterMs)
    const laterIdleMb = residentMegabytes(later.server.pid ?? 0)
    await later.stop()
    return { firstAnswer, examples, idleMb, laterAnswer, laterIdleMb }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const found = await measure()
const rows: [string, string, string][] = [
  ['first start answers', `${found.firstAnswer.toFixed(1)} s`, '≤ 15 s'],
  ['examples published', `${found.examples.toFixed(1)} s`, '≤ 30 s'],
  ['later start answers', `${found.laterAnswer.toFixed(1)} s`, '≤ 5 s'],
  ['idle after first start', `${Math.round(found.idleMb)} MB resident`, '< 600 MB'],
  ['idle after later start', `${Math.round(found.laterIdleMb)} MB resident`, '< 600 MB'],
]
writeSection('Starting, embedded database', [
  '| what | found | asked |',
  '| --- | --- | --- |',
  ...rows.map((row) => `| ${row.join(' | ')} |`),
])
