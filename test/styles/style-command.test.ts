/** `sec-ims style` without a server: what it says and how it ends. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const work = mkdtempSync(join(tmpdir(), 'secims-style-'))
afterAll(() => rmSync(work, { recursive: true }))

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['backend/bin/sec-ims.mjs', 'style', ...args],
    {
      encoding: 'utf8',
      // No server: whoever asked one would be told so.
      env: { ...process.env, SECIMS_URL: 'http://127.0.0.1:9' },
    },
  )
  return { status, stdout, stderr }
}
const write = (name: string, text: string) => {
  writeFileSync(join(work, name), text)
  return join(work, name)
}

const example = JSON.parse(readFileSync('examples/index.json', 'utf8')).find(
  ({ id }: { id: string }) => id === 'roads',
)
const roads = join('examples', example.sld)
const broken = write(
  'broken.sld',
  readFileSync(roads, 'utf8').replace(/(name="stroke">)#[0-9a-f]{6}/, '$1reddish'),
)

describe('style check (issue 5, item 7)', () => {
  test('a good style is accepted: exit 0, and the facts as one JSON object', () => {
    const { status, stdout } = run('check', roads, '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      accepted: true,
      sldVersion: '1.1.0',
      dialect: 'qgis',
      errors: [],
      warnings: [],
    })
  })

  test('with its QML it says what is repaired, and what becomes of each thing', () => {
    const qml = join('examples', example.qml)
    const { repairs, report } = JSON.parse(run('check', roads, '--qml', qml, '--json').stdout)
    expect(repairs).toContainEqual(expect.objectContaining({ code: 'REPAIR_SIZE', where: 'Track' }))
    expect(report.items.length).toBeGreaterThan(0)
    expect(run('check', roads, '--qml', qml).stdout).toMatch(/repaired REPAIR_SIZE: Track: width 1.25 px/)
  })

  test('a broken style is refused: exit 1, with code, line and what to do', () => {
    const { status, stdout } = run('check', broken, '--json')
    expect(status).toBe(1)
    const { accepted, errors } = JSON.parse(stdout)
    expect(accepted).toBe(false)
    expect(errors[0]).toMatchObject({
      code: 'SLD_BAD_COLOUR',
      line: expect.any(Number),
      message: expect.stringContaining('reddish'),
    })
    expect(run('check', broken).stdout).toMatch(/error SLD_BAD_COLOUR, line \d+: /)
  })

  test('it is held against the properties and the geometry of a layer', () => {
    const layer = `${join('examples', example.file)}:${example.layer}`
    expect(JSON.parse(run('check', roads, '--layer', layer, '--json').stdout)).toMatchObject({ warnings: [] })
    const other = write(
      'other.sld',
      readFileSync(roads, 'utf8').replace(/(PropertyName>)\w+/g, '$1populaton'),
    )
    const { warnings } = JSON.parse(run('check', other, '--layer', layer, '--json').stdout)
    expect(warnings.map(({ code }: { code: string }) => code)).toContain('UNKNOWN_PROPERTY')
  })

  test('a file that is not there and a word that is no command are mistakes of use: exit 2', () => {
    expect(run('check', join(work, 'nowhere.sld'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('nowhere.sld'),
    })
    expect(run('paint', roads)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('check, convert'),
    })
    expect(run('convert', roads, '--to', 'css')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('maplibre'),
    })
  })
})

describe('style convert (issue 5, item 7)', () => {
  test('SLD becomes SLD of either version, which is accepted again', () => {
    for (const [to, version] of [
      ['sld-1.0', '1.0.0'],
      ['sld-1.1', '1.1.0'],
    ] as const) {
      const out = join(work, `${to}.sld`)
      expect(run('convert', roads, '--to', to, '--out', out)).toMatchObject({ status: 0 })
      expect(JSON.parse(run('check', out, '--json').stdout)).toMatchObject({
        accepted: true,
        sldVersion: version,
      })
    }
  })

  test('SLD becomes a MapLibre style on the standard output, losses on the other', () => {
    const { status, stdout } = run('convert', roads, '--to', 'maplibre')
    expect(status).toBe(0)
    const { version, layers } = JSON.parse(stdout)
    expect(version).toBe(8)
    expect(layers.length).toBeGreaterThan(1)
  })

  test('a refused style is not converted', () => {
    const { status, stdout } = run('convert', broken, '--to', 'maplibre', '--json')
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ accepted: false })
  })
})

describe('a QML (issue 5, item 2)', () => {
  const qml = roads.replace(/sld$/, 'qml')

  test('becomes an SLD that is accepted, with the rules of QGIS', () => {
    const out = join(work, 'from-qml.sld')
    expect(run('convert', qml, '--to', 'sld-1.1', '--out', out).status).toBe(0)
    expect(readFileSync(out, 'utf8')).toContain('<se:Title>Feeder road</se:Title>')
    expect(run('check', out).status).toBe(0)
  })

  test('is drawn', () => {
    const out = join(work, 'from-qml.png')
    const { status, stdout } = run('render', qml, '--data', roads.replace(/sld$/, 'gpkg'), '-o', out)
    expect([status, stdout]).toEqual([0, expect.stringContaining('98 features')])
    expect(readFileSync(out).subarray(1, 4).toString()).toBe('PNG')
  })
})
