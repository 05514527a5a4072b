/** Expected coordinates are PROJ 9.1.1's, which PostGIS of both databases agrees with. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Box } from '../domain/probe.ts'
import {
  authorityUri,
  CRS84_URI,
  crsUri,
  epsgFromUri,
  findCrs,
  identifyCrs,
  isGeographic,
  isLatLonOrder,
  pointFromCrs84,
  pointToCrs84,
  toCrs84,
} from './crs.ts'
import { listCrs } from './crs-table.ts'
import { readWkt } from './wkt.ts'

const METRES_PER_DEGREE = 111_320

test('Saint Lucia 1955 goes to WGS 84 by EPSG:6897, as in both databases (R13.6)', () => {
  for (const epsg of [2006, 4606]) expect(findCrs(epsg)?.towgs84).toEqual([-153, 153, 307])
  // select st_transform(st_setsrid(st_makepoint(-61, 13.9), 4326), 2006)
  const [x = 0, y = 0] = pointFromCrs84(-61, 13.9, 2006) ?? []
  expect(Math.hypot(x - 508094.024481, y - 1536417.596195)).toBeLessThan(0.001)
  const [lon = 0, lat = 0] = pointToCrs84(508129.5, 1537000.25, 2006) ?? []
  expect(Math.hypot(lon + 60.999649032549, lat - 13.905266808987) * METRES_PER_DEGREE).toBeLessThan(0.001)
  const [lon55 = 0, lat55 = 0] = pointFromCrs84(-61, 13.9, 4606) ?? []
  expect(Math.hypot(lon55 + 60.999448199111, lat55 - 13.898323966864) * METRES_PER_DEGREE).toBeLessThan(0.001)
})

test.each<[number, number, number, number, number]>([
  [32620, -61, 13.9, 716113.711, 1537573.233],
  [32733, 20.5, -34, 1008207.25, 6224178.92],
  [3857, -61, 13.9, -6790488.938, 1562746.299],
  [28992, 5.2, 52.1, 142173.069, 456878.051],
  [27700, -1.5, 53, 433653.297, 344858.883],
  [2056, 7.44, 46.95, 2600104.109, 1199879.628],
  [21781, 7.44, 46.95, 600104.109, 199879.628],
  [2154, 2.5, 48, 662710.455, 6766741.751],
  [25832, 9, 50, 500000.0, 5538630.703],
  [2000, -63.07, 18.22, 286745.689, 2015033.474],
  [2001, -61.8, 17.1, 421507.314, 1890370.673],
  [21292, -59.5, 13.2, 36293.63, 77303.991],
  [3031, 45, -80, 770166.179, 770166.179],
  [2193, 175, -40, 1770725.494, 5570327.027],
])('EPSG:%i agrees with PROJ', (epsg, lon, lat, x, y) => {
  const [ourX = Number.NaN, ourY = Number.NaN] = pointFromCrs84(lon, lat, epsg) ?? []
  expect(Math.hypot(ourX - x, ourY - y)).toBeLessThan(0.1)
})

test('web mercator and aliases of codes lead to one system', () => {
  for (const code of [3857, 900913, 102100, 102113, 3785]) expect(findCrs(code)?.epsg).toBe(3857)
  expect(findCrs(4979)?.epsg).toBe(4326)
  expect(findCrs(99999)).toBeUndefined()
})

test('every system can be identified by its code', () => {
  const all = listCrs()
  expect(all.length).toBeGreaterThan(6500)
  for (const { epsg, authority, name } of all) {
    expect(identifyCrs({ authority: { name: authority, code: epsg } })).toEqual({
      epsg,
      name,
      identifiedBy: 'authority',
    })
  }
})

const UTM33S_ESRI =
  'PROJCS["WGS_1984_UTM_Zone_33S",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",15],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",10000000],UNIT["Meter",1]]'
const GRID_ESRI =
  'PROJCS["St_Lucia_1955_British_West_Indies_Grid",GEOGCS["GCS_St_Lucia_1955",DATUM["D_St_Lucia_1955",SPHEROID["Clarke_1880_RGS",6378249.145,293.465]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",400000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-62.0],PARAMETER["Scale_Factor",0.9995],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
const GRID_WKT2 =
  'PROJCRS["anything",BASEGEOGCRS["St. Lucia 1955",DATUM["St. Lucia 1955",ELLIPSOID["Clarke 1880 (RGS)",6378249.145,293.465,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]]],CONVERSION["x",METHOD["Transverse Mercator"],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Longitude of natural origin",-62,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Scale factor at natural origin",0.9995,SCALEUNIT["unity",1]],PARAMETER["False easting",400000,LENGTHUNIT["metre",1]],PARAMETER["False northing",0,LENGTHUNIT["metre",1]]],CS[Cartesian,2],AXIS["easting (E)",east],AXIS["northing (N)",north],LENGTHUNIT["metre",1]]'
const RD_WITHOUT_NAME =
  'PROJCS["unnamed",GEOGCS["unnamed",DATUM["Amersfoort",SPHEROID["Bessel 1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Oblique_Stereographic"],PARAMETER["latitude_of_origin",52.15616055555555],PARAMETER["central_meridian",5.38763888888889],PARAMETER["scale_factor",0.9999079],PARAMETER["false_easting",155000],PARAMETER["false_northing",463000],UNIT["metre",1]]'
const FEET =
  'PROJCS["NAD_1983_StatePlane_California_III_FIPS_0403_Feet",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",6561666.666666666],PARAMETER["False_Northing",1640416.666666667],PARAMETER["Central_Meridian",-120.5],PARAMETER["Standard_Parallel_1",37.06666666666667],PARAMETER["Standard_Parallel_2",38.43333333333333],PARAMETER["Latitude_Of_Origin",36.5],UNIT["Foot_US",0.3048006096012192]]'
const MERCATOR_GDAL =
  'PROJCS["whatever",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Mercator_1SP"],PARAMETER["central_meridian",0],PARAMETER["scale_factor",1],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1],EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext +no_defs"]]'

test.each<[string, string, number | null]>([
  ['an Esri .prj of a UTM zone', UTM33S_ESRI, 32733],
  ['an Esri .prj of the national grid (R13.6)', GRID_ESRI, 2006],
  ['WKT2 of the national grid under another name', GRID_WKT2, 2006],
  ['a projection known by its parameters only', RD_WITHOUT_NAME, 28992],
  ['a state plane in US feet', FEET, 2227],
  ['web mercator as GDAL writes it', MERCATOR_GDAL, 3857],
  [
    'OGC WKT1 of WGS 84',
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]',
    4326,
  ],
  [
    'another datum on the same figure',
    'GEOGCS["x",DATUM["European_Terrestrial_Reference_System_1989",SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]',
    4258,
  ],
  ['a code contradicted by the parameters', UTM33S_ESRI.replace(/\]$/, ',AUTHORITY["EPSG","28992"]]'), 32733],
  [
    'a compound of UTM and a height',
    `COMPD_CS["both",${UTM33S_ESRI},VERT_CS["height",VERT_DATUM["x",2005],UNIT["m",1]]]`,
    32733,
  ],
  [
    'a system of its own',
    UTM33S_ESRI.replace('PARAMETER["central_meridian",15]', 'PARAMETER["central_meridian",15.5]'),
    null,
  ],
  [
    'a local system',
    'LOCAL_CS["site",LOCAL_DATUM["x",0],UNIT["metre",1],AXIS["E",EAST],AXIS["N",NORTH]]',
    null,
  ],
  ['no WKT at all', 'unknown', null],
])('%s is identified', (_what, wkt, epsg) => {
  const found = identifyCrs({ wkt })
  expect(found.epsg).toBe(epsg)
  if (epsg === null) expect(found.definition).toBe(wkt)
})

test.each<[string, number | null]>([
  ['+proj=longlat +datum=WGS84 +no_defs', 4326],
  ['+proj=utm +zone=20 +datum=WGS84 +units=m +no_defs', 32620],
  ['+proj=utm +zone=33 +south +ellps=WGS84 +units=m', 32733],
  [
    '+proj=tmerc +lat_0=0 +lon_0=-62 +k=0.9995 +x_0=400000 +y_0=0 +ellps=clrk80 +towgs84=-153,153,307,0,0,0,0 +units=m',
    2006,
  ],
  // The shift older PROJ versions used for the same grid.
  [
    '+proj=tmerc +lat_0=0 +lon_0=-62 +k=0.9995 +x_0=400000 +y_0=0 +ellps=clrk80 +towgs84=-149,128,296,0,0,0,0 +units=m',
    2006,
  ],
  // Without a datum this is the grid of seven islands.
  ['+proj=tmerc +lat_0=0 +lon_0=-62 +k=0.9995 +x_0=400000 +y_0=0 +ellps=clrk80 +units=m', null],
  [
    '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext +no_defs',
    3857,
  ],
  ['+init=epsg:28992', 28992],
  ['nonsense', null],
])('proj4 %s', (proj4, epsg) => {
  expect(identifyCrs({ proj4 }).epsg).toBe(epsg)
})

test('the first hint that leads to a known system wins, and a stranger keeps its name', () => {
  expect(identifyCrs({ authority: { name: 'EPSG', code: 999999 }, wkt: GRID_ESRI })).toMatchObject({
    epsg: 2006,
    identifiedBy: 'wkt',
  })
  expect(identifyCrs({ authority: { name: 'NONE', code: -1 }, name: 'Site grid' })).toEqual({
    epsg: null,
    name: 'Site grid',
    identifiedBy: null,
  })
})

test.each<[string, number, 'xy' | 'yx']>([
  ['http://www.opengis.net/def/crs/OGC/1.3/CRS84', 4326, 'xy'],
  ['https://www.opengis.net/def/crs/OGC/0/CRS84h', 4326, 'xy'],
  ['http://www.opengis.net/def/crs/EPSG/0/4326', 4326, 'yx'],
  ['http://www.opengis.net/def/crs/EPSG/9.9.1/2006', 2006, 'xy'],
  ['urn:ogc:def:crs:EPSG::4326', 4326, 'yx'],
  ['urn:ogc:def:crs:EPSG:6.9:28992', 28992, 'xy'],
  ['urn:ogc:def:crs:OGC:1.3:CRS84', 4326, 'xy'],
  ['EPSG:4326', 4326, 'yx'],
  ['[EPSG:2193]', 2193, 'yx'],
  ['CRS84', 4326, 'xy'],
  ['[OGC:CRS84]', 4326, 'xy'],
  ['http://www.opengis.net/gml/srs/epsg.xml#4326', 4326, 'xy'],
  ['http://www.opengis.net/def/crs/ESRI/0/102008', 102008, 'xy'],
  ['EPSG:900913', 3857, 'xy'],
])('%s names a system and its axis order (G9)', (text, epsg, axisOrder) => {
  expect(epsgFromUri(text)).toEqual({ epsg, axisOrder })
})

test.each([
  '',
  'EPSG:',
  'EPSG:99999',
  'EPSG:4326; drop table x',
  'http://evil.example/def/crs/EPSG/0/4326',
  '4326',
  'x'.repeat(5000),
  'http://www.opengis.net/def/crs/EPSG/0/',
])('%s names no system', (text) => {
  expect(epsgFromUri(text)).toBeNull()
})

test('URIs of storage systems: 4326 is stored east first, so it is CRS84', () => {
  expect(crsUri(4326)).toBe(CRS84_URI)
  expect(crsUri(2006)).toBe('http://www.opengis.net/def/crs/EPSG/0/2006')
  expect(crsUri(102008)).toBe('http://www.opengis.net/def/crs/ESRI/0/102008')
  expect(authorityUri(4326)).toBe('http://www.opengis.net/def/crs/EPSG/0/4326')
})

test('axis order is the one of the EPSG registry', () => {
  for (const epsg of [4326, 4258, 4606, 4269, 3903, 2193, 31467, 3035, 32661])
    expect([epsg, isLatLonOrder(epsg)]).toEqual([epsg, true])
  for (const epsg of [2056, 32620, 2006, 28992, 3857, 27700, 2154, 25832, 3031, 102008])
    expect([epsg, isLatLonOrder(epsg)]).toEqual([epsg, false])
  expect([isGeographic(4606), isGeographic(2006), isGeographic(99999)]).toEqual([true, false, false])
})

test('a box goes to CRS84 with its sides bent', () => {
  const [west, south, east, north] = toCrs84([490000, 1510000, 530000, 1570000], 2006) ?? []
  expect([west, south, east, north].map((value) => Number(value?.toFixed(4)))).toEqual([
    -61.1683, 13.6602, -60.7957, 14.2043,
  ])
  // The northern edge of a UTM box far from its meridian is highest between the corners.
  const box = toCrs84([0, 7_000_000, 1_000_000, 7_100_000], 32633)
  const corners = [pointToCrs84(0, 7_100_000, 32633), pointToCrs84(1_000_000, 7_100_000, 32633)].map(
    (point) => point?.[1] ?? 0,
  )
  expect(box?.[3]).toBeGreaterThan(Math.max(...corners) + 0.1)
})

test.each<[string, Box, number, Box | null]>([
  ['the whole world', [-180, -90, 180, 90], 4326, [-180, -90, 180, 90]],
  ['longitudes from 0 to 360', [0, -10, 360, 10], 4326, [-180, -10, 180, 10]],
  ['past the antimeridian', [170, -20, 190, -10], 4326, [170, -20, -170, -10]],
  ['latitudes that are none', [-61, 1000, -60, 2000], 4326, null],
  ['metres taken for degrees', [490000, 1510000, 530000, 1570000], 4326, null],
  ['not a number', [Number.NaN, 0, 1, 1], 2006, null],
  ['south above north', [0, 1, 1, 0], 2006, null],
  ['far outside a UTM zone', [5e7, 5e7, 6e7, 6e7], 32620, null],
  ['a system nobody knows', [0, 0, 1, 1], 99999, null],
])('toCrs84 of %s', (_what, box, epsg, expected) => {
  expect(toCrs84(box, epsg)).toEqual(expected)
})

test('a box around the pole covers all longitudes', () => {
  const [west, south, east, north] = toCrs84([-3e6, -3e6, 3e6, 3e6], 3031) ?? []
  expect([west, east, south]).toEqual([-180, 180, -90])
  expect(north).toBeGreaterThan(-66)
  expect(north).toBeLessThan(-50)
})

test('a box across the antimeridian keeps west and east apart', () => {
  const [west = 0, , east = 0] = toCrs84([800_000, 7_900_000, 1_300_000, 8_000_000], 32760) ?? []
  expect(west).toBeGreaterThan(179)
  expect(east).toBeLessThan(-175)
})

test('coordinates go there and back in every system, at the middle of its area', () => {
  let count = 0
  for (const { epsg, area, isDeprecated } of listCrs()) {
    if (!area || isDeprecated) continue
    const [west, south, east, north] = area
    const lon = (((west + (east < west ? east + 360 : east)) / 2 + 540) % 360) - 180
    const there = pointFromCrs84(lon, (south + north) / 2, epsg)
    const back = there && pointToCrs84(...there, epsg)
    if (!back) continue
    count += 1
    expect([epsg, Math.abs(back[1] - (south + north) / 2) < 1e-5]).toEqual([epsg, true])
  }
  expect(count).toBeGreaterThan(5000)
})

test('no text makes the readers of definitions fail or linger', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 400, unit: fc.constantFrom(...'PROJCSGEOD[](),"\\+=. \n15aé'.split('')) }),
      (text) => {
        identifyCrs({ wkt: text, proj4: text, name: text })
        epsgFromUri(text)
      },
    ),
    { numRuns: 2000, seed: 20061 },
  )
  const start = performance.now()
  expect(readWkt('A['.repeat(30_000))).toBeNull()
  expect(readWkt(`PROJCS["${'x'.repeat(60_000)}`)).toBeNull()
  expect(identifyCrs({ wkt: `GEOGCS[${'"",'.repeat(20_000)}]` }).epsg).toBeNull()
  expect(identifyCrs({ proj4: '+proj='.repeat(50_000) }).epsg).toBeNull()
  expect(performance.now() - start).toBeLessThan(1000)
})
