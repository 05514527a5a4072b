/** What is said about a QML before it is kept. */
import { expect, test } from 'vitest'
import { checkQml } from './qml.ts'

const DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
const check = (text: string) => checkQml(new TextEncoder().encode(text), { fileName: 'roads.qml' })
const qml = (content = '') => `${DOCTYPE}\n<qgis version="3.22.16-Białowieża">${content}</qgis>\n`

test("QGIS's own DOCTYPE passes, with or without an XML declaration before it (R7.1)", () => {
  const clean = { qgisVersion: '3.22.16-Białowieża', errors: [], warnings: [] }
  expect(check(qml())).toEqual(clean)
  expect(check(`\ufeff<?xml version="1.0" encoding="UTF-8"?>\n${qml()}`)).toEqual(clean)
})

test('any other DOCTYPE is refused, also beside the one of QGIS', () => {
  const other = '<!DOCTYPE qgis [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
  for (const text of [
    `${other}<qgis version="3"/>`,
    `${DOCTYPE}${other}<qgis version="3"/>`,
    `<!-- -->${DOCTYPE}<qgis version="3"/>`,
    `${DOCTYPE.replace('qgis.dtd', 'other.dtd')}<qgis version="3"/>`,
  ]) {
    expect(check(text).errors.map(({ code }) => code)).toEqual(['QML_DOCTYPE'])
  }
})

test('what is no QML is refused, with the line', () => {
  expect(check('<StyledLayerDescriptor xmlns="http://www.opengis.net/sld"/>').errors[0]).toMatchObject({
    code: 'QML_ROOT',
  })
  expect(check(`${DOCTYPE}\n\n<qgis>`).errors[0]).toMatchObject({ code: 'QML_NOT_WELL_FORMED', line: 3 })
  expect(check('').errors[0]).toMatchObject({ code: 'QML_EMPTY' })
  expect(check(qml(' '.repeat(5_000_000))).errors[0]).toMatchObject({ code: 'QML_TOO_LARGE' })
})

test('a password or authentication setting in it is pointed out', () => {
  const layerSource = (source: string) =>
    qml(`<fieldConfiguration><Option name="LayerSource" value="${source}"/></fieldConfiguration>`)
  expect(check(layerSource("dbname='x' user='y' password='z'")).warnings).toEqual([
    expect.objectContaining({ code: 'QML_SECRET', line: 2 }),
  ])
  expect(check(layerSource('authcfg=abc1234')).warnings).toHaveLength(1)
  expect(check(layerSource('table="x" (geom)')).warnings).toEqual([])
})

test('a QML that does not name its QGIS is kept with a warning', () => {
  expect(check('<qgis/>')).toMatchObject({
    qgisVersion: null,
    errors: [],
    warnings: [{ code: 'QML_VERSION' }],
  })
})
