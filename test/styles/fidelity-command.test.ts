/** sec-ims fidelity draws a layer in a real QGIS and here, and says how alike the pictures are (issue 5, point 7). */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { hasQgis, whyNoQgis } from '../helpers/qgis.ts'

const root = join(import.meta.dirname, '../..')
const example = (name: string, extension: string) => join(root, 'examples', name, `${name}.${extension}`)
const folder = mkdtempSync(join(tmpdir(), 'secims-fidelity-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'backend/src/cli/main.ts'), 'fidelity', ...args, '--json'],
    { encoding: 'utf8' },
  )
  return { status, stderr, answer: stdout === '' ? null : JSON.parse(stdout) }
}

test('without a QML, or without data, it says what is missing', () => {
  expect(run([example('roads', 'sld')]).answer.error).toMatch(/QML is missing/)
  expect(run([example('roads', 'qml')]).answer.error).toMatch(/--data is missing/)
})

describe.skipIf(!hasQgis())(`Fidelity${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  test('a style with its QML is at least as near to QGIS as its SLD alone, and the pictures are there', () => {
    const output = join(folder, 'rivers')
    const args = [
      example('rivers', 'qml'),
      '--data',
      example('rivers', 'gpkg'),
      '--sld',
      example('rivers', 'sld'),
    ]
    const { status, answer, stderr } = run([...args, '--size', '400x300', '-o', output])
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(answer.verdict).not.toBe('different')
    expect(answer.lowPass).toBeGreaterThanOrEqual(answer.sldAlone.lowPass - 0.005)
    for (const name of ['qgis', 'catalogue', 'difference', 'sld-alone'])
      expect(existsSync(join(output, `${name}.png`)), name).toBe(true)
  }, 200_000)
})
