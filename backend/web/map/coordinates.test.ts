import { expect, test } from 'vitest'
import { findCrs } from '../../src/geo/crs.ts'
import { placeTexts, toGrids } from './coordinates.ts'

const offered = [4326, 2006, 32620, 4606, 3857].map((epsg) => ({
  name: `EPSG:${epsg}`,
  proj4: findCrs(epsg)?.proj4,
}))

test('R13.6 a place near Castries in degrees and in the grids used here, as PostGIS transforms it', () => {
  // select st_transform(st_setsrid(st_makepoint(-60.9875, 14.0101), 4326), 32620), and the same with 2006
  expect(placeTexts([-60.9875, 14.0101], toGrids(offered))).toEqual([
    { name: 'WGS 84', text: '14.01010° N, 60.98750° W' },
    { name: 'EPSG:2006', text: '509393 E, 1548600 N' },
    { name: 'EPSG:32620', text: '717362 E, 1549768 N' },
  ])
})
