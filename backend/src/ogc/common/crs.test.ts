import { expect, test } from 'vitest'
import { offeredCrs, readCrs, storageCrsUri } from './crs.ts'

const served = [4326, 2006, 32620, 4606, 3857]
const island = {
  storageSrid: 32620,
  extentCrs84: [-61.08, 13.7, -60.87, 14.11] as [number, number, number, number],
}

test('CRS84 first, then 4326, storage and the configured ones, each once', () => {
  expect(offeredCrs(island, served).map(({ epsg, axisOrder }) => `${epsg} ${axisOrder}`)).toEqual([
    '4326 xy',
    '4326 yx',
    '32620 xy',
    '2006 xy',
    '4606 yx',
    '3857 xy',
  ])
  expect(storageCrsUri(island)).toBe('http://www.opengis.net/def/crs/EPSG/0/32620')
  expect(storageCrsUri({ storageSrid: 4326 })).toBe('http://www.opengis.net/def/crs/OGC/1.3/CRS84')
})

test('systems whose area the data never touch are not offered, but the one they are stored in always is', () => {
  const africa = { storageSrid: 32733, extentCrs84: [20, -34, 21, -33] as [number, number, number, number] }
  const codes = offeredCrs(africa, served).map(({ epsg }) => epsg)
  expect(codes).toEqual([4326, 4326, 32733, 3857])
})

test('a table without geometry has the default only', () => {
  expect(offeredCrs({ storageSrid: null, extentCrs84: null }, served)).toHaveLength(1)
})

test('a request may name a system in any common way, if it is offered', () => {
  const offered = offeredCrs(island, served)
  expect(readCrs('crs', undefined, offered)).toMatchObject({ epsg: 4326, axisOrder: 'xy' })
  for (const text of [
    'http://www.opengis.net/def/crs/EPSG/0/4326',
    'EPSG:4326',
    '[EPSG:4326]',
    'urn:ogc:def:crs:EPSG::4326',
  ])
    expect(readCrs('crs', text, offered), text).toMatchObject({ epsg: 4326, axisOrder: 'yx' })
  expect(() => readCrs('bbox-crs', 'EPSG:28992', offered)).toThrow(/bbox-crs is 'EPSG:28992'/)
})
