/** The shim under PyQt6, which QGIS 4 uses: what needs no QGIS runs, and of the rest the code is read. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ShimPackage, shimPackage } from './shim-package.ts'

const script = join(import.meta.dirname, 'pyqt6.py')
const whyNot = 'PyQt6 with QtWebEngine (python3-pyqt6.qtwebengine) is not on this machine'

const hasPyQt6 = (): boolean => {
  const imports = 'import PyQt6.QtWebEngineWidgets, PyQt6.QtWebChannel'
  const found = spawnSync('/usr/bin/python3', ['-c', imports], { stdio: 'ignore' }).status === 0
  if (!found && process.env['CI']) throw new Error(`${whyNot}, and it must be in CI`)
  return found
}

const isHere = hasPyQt6()
let shim: ShimPackage
let home: string
beforeAll(() => {
  if (!isHere) return
  shim = shimPackage()
  home = mkdtempSync(join(tmpdir(), 'secims-pyqt6-'))
})
afterAll(() => {
  if (!isHere) return
  shim.remove()
  rmSync(home, { recursive: true, force: true })
})

const play = (what: string): Record<string, unknown> => {
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', [script], {
    input: JSON.stringify({ plugins: shim.plugins, do: what }),
    encoding: 'utf8',
    timeout: 90_000,
    env: {
      PATH: process.env['PATH'] ?? '',
      LANG: 'C.UTF-8',
      HOME: home,
      XDG_RUNTIME_DIR: home,
      TMPDIR: home,
      QT_QPA_PLATFORM: 'offscreen',
      QT_QUICK_BACKEND: 'software',
      // Chromium's sandbox refuses root, and tests in CI are root.
      QTWEBENGINE_DISABLE_SANDBOX: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
  })
  if (status !== 0) throw new Error(`pyqt6.py ended with ${status}.\n${stderr.slice(-4000)}`)
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>
}

describe.skipIf(!isHere)(`the shim under PyQt6${isHere ? '' : ` (${whyNot})`}`, () => {
  test('in QtWebEngine the page says hello, is answered, and cannot leave', () => {
    expect(play('webengine')).toEqual({
      kind: 'webengine',
      reasons: [],
      copied: ['größe ✓ progress protocol {"extentCrs84":null}'],
      refused: ['going to https://evil.invalid/', expect.stringMatching(/window/)],
      isDark: true,
      waited: true,
      elsewhere: [true, 'settled'],
      title: 'Nouvelle connexion SEC-IMS',
      log: [],
    })
  })

  test('for the browser the page is served on this machine only', () => {
    expect(play('browser')).toMatchObject({ kind: 'browser', page: true, isDark: true, log: [] })
  })

  test('the window for a connection is worked by mouse and keys, and a connection removed', () => {
    const { warning, form, question, ...told } = play('dialog')
    expect(warning).toContain('not encrypted')
    expect(form).toContain('token')
    expect(question).toContain('Remove the connection Lands and Survey?')
    expect(told).toEqual({
      asking: [expect.any(String), false, 'http://catalogue.example', 'secims_editor01_0123456789'],
      refused: ['The server refuses the token.', true, false, 0],
      away: ['The server is away.', true],
      made: expect.objectContaining({
        name: 'Lands and Survey',
        url: 'http://catalogue.example',
        hasToken: true,
        state: 'connected',
        message: 'Connected as Ana Lyst.',
      }),
      again: ['Lands and Survey', 'http://catalogue.example', '', true, true],
      left: [{ connection: null }, true],
      removed: [{ removed: true }, 0],
      log: [],
    })
  })

  test('no module asks Qt 6 for what it does not have, nor for enumerations without their scope', () => {
    const { wrong, modules, names, examples } = play('check')
    expect(modules).toBeGreaterThan(20)
    expect(names).toBeGreaterThan(60)
    expect(examples).toEqual([
      'example.py:1 qgis.PyQt.QtCore.QRegExp',
      'example.py:2 Qt.AlignLeft',
      'example.py:5 exec_',
    ])
    expect(wrong).toEqual([])
  })
})
