import { expect, test } from 'vitest'
import { attachment, extensionOf, fromHeaderText, stemOf, toDisplayName } from './file-name.ts'

test('hostile names become harmless ones, and keep their extension (B2, B10)', () => {
  const cases: [string, string][] = [
    ['roads.gpkg', 'roads.gpkg'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\a.tif', 'a.tif'],
    ['a.tif\r\nX-Evil: y', 'a.tifX-Evil y'],
    ['../x.html', 'x.html'],
    ['CON.tif', '_CON.tif'],
    ['nul', '_nul'],
    ['con\u202efdp.gpkg', 'confdp.gpkg'],
    ['.htaccess', 'htaccess'],
    ['..', 'file'],
    ['', 'file'],
    ['a\0b.csv', 'ab.csv'],
    ['  a  b .zip ', 'a b .zip'],
    ['Küstenlebensräume.GPKG', 'Küstenlebensräume.gpkg'],
    ['cafe\u0301.csv', 'café.csv'],
    ['\ud800lone.csv', '\ufffdlone.csv'],
  ]
  for (const [given, expected] of cases) expect(toDisplayName(given), given).toBe(expected)
})

test('a name of 300 characters is cut before its extension (B2)', () => {
  const name = toDisplayName(`${'é'.repeat(300)}.geojson`)
  expect([...name]).toHaveLength(120)
  expect(name.endsWith('.geojson')).toBe(true)
})

test('UTF-8 that was read as Latin-1 is read again, and other names stay (E13)', () => {
  const mangled = Buffer.from('größe Ω.gpkg', 'utf8').toString('latin1')
  expect(fromHeaderText(mangled)).toBe('größe Ω.gpkg')
  expect(fromHeaderText('gr\u00f6\u00dfe.gpkg')).toBe('größe.gpkg')
  expect(fromHeaderText('Ω.gpkg')).toBe('Ω.gpkg')
})

test('extension and stem', () => {
  expect([extensionOf('a.b.GeoJSON'), extensionOf('.gpkg'), extensionOf('a'), extensionOf('a.')]).toEqual([
    '.geojson',
    '',
    '',
    '',
  ])
  expect(stemOf('a.b.geojson')).toBe('a.b')
})

test('a download is always an attachment, with no way out of the header (B8, RFC 6266, RFC 8187)', () => {
  expect(attachment('roads.gpkg')).toBe(`attachment; filename="roads.gpkg"; filename*=UTF-8''roads.gpkg`)
  expect(attachment(`größe "1" (b)*';x.gpkg`)).toBe(
    `attachment; filename="gro_e _1_ (b)*'_x.gpkg"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22%20%28b%29%2A%27%3Bx.gpkg`,
  )
  expect(attachment('a\r\nX: y')).not.toMatch(/[\r\n]/)
})
