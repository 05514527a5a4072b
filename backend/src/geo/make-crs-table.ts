/**
 * Not part of the program: writes `crs.tsv` from PROJ's database (the EPSG registry and Esri's) and PostGIS's
 * `spatial_ref_sys.sql`. Run it when the databases are upgraded:
 *   node backend/src/geo/make-crs-table.ts /usr/share/proj/proj.db <…>/spatial_ref_sys.sql
 * Only systems that both databases can transform are kept, so that whatever is identified can also be stored.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { plainName } from './crs-table.ts'

type Row = Record<string, string | number | null>
type Area = [number, number, number, number]
type Shift = { code: string; area: Area | null; accuracy: number; towgs84: number[] }

const [projDb, spatialRefSys] = process.argv.slice(2)
if (!projDb || !spatialRefSys) throw new Error('usage: make-crs-table.ts <proj.db> <spatial_ref_sys.sql>')
const db = new DatabaseSync(projDb, { readOnly: true })
const rows = (sql: string, ...values: (string | number)[]) => db.prepare(sql).all(...values) as Row[]
const idOf = (authority: unknown, code: unknown) => `${authority}:${code}`

// What PostGIS knows: (srid, 'auth', auth_srid, 'srtext', 'proj4text')
const known = new Map<string, { srid: number; proj4: string }>()
for (const match of readFileSync(spatialRefSys, 'utf8').matchAll(
  /^\((\d+), '(EPSG|ESRI)', (\d+), '(?:[^']|'')*', '((?:[^']|'')*)'\)/gm,
)) {
  const [, srid, authority, code, proj4] = match
  if (srid === code) known.set(idOf(authority, code), { srid: Number(srid), proj4: (proj4 ?? '').trim() })
}

const areas = new Map<string, Area>()
for (const usage of rows(`
  select u.object_table_name as tbl, u.object_auth_name as auth, u.object_code as code,
    e.west_lon as w, e.south_lat as s, e.east_lon as e, e.north_lat as n
  from usage u join extent e on e.auth_name = u.extent_auth_name and e.code = u.extent_code
  where e.west_lon is not null order by u.code`)) {
  const key = `${usage['tbl']}|${idOf(usage['auth'], usage['code'])}`
  const area = [usage['w'], usage['s'], usage['e'], usage['n']].map(Number) as Area
  const other = areas.get(key)
  const isLarger = (a: Area, b: Area) => (a[2] - a[0]) * (a[3] - a[1]) > (b[2] - b[0]) * (b[3] - b[1])
  if (!other || isLarger(area, other)) areas.set(key, area)
}

const aliases = new Map<string, string[]>()
for (const alias of rows(`
  select table_name as tbl, auth_name as auth, code, alt_name as name, source from alias_name
  where table_name in ('geodetic_crs', 'projected_crs', 'geodetic_datum')
    and (source in ('ESRI', 'PROJ') or table_name = 'geodetic_datum' or code in (3857))`)) {
  const key = `${alias['tbl']}|${idOf(alias['auth'], alias['code'])}`
  aliases.set(key, [...(aliases.get(key) ?? []), String(alias['name'])])
}

/** Other names, without those that read the same once spelling is set aside. */
const otherNames = (name: string, more: string[]) => {
  const seen = new Set([plainName(name)])
  return more.filter((other) => {
    const plain = plainName(other)
    if (seen.has(plain) || /[|\t]/.test(other)) return false
    seen.add(plain)
    return true
  })
}

// Axis order, by PROJ's own rule for what must be swapped to show east first (normalize_for_visualization).
const northFirst = new Set<string>()
/** South, then west (Krovak): not swapped by PROJ, so this is how the databases hold it. */
const southWest = new Set<string>()
const axes = new Map<string, Row[]>()
for (const axis of rows(`
  select coordinate_system_auth_name as auth, coordinate_system_code as code, name, orientation
  from axis order by coordinate_system_auth_name, coordinate_system_code, coordinate_system_order`)) {
  const key = idOf(axis['auth'], axis['code'])
  axes.set(key, [...(axes.get(key) ?? []), axis])
}
for (const [key, [first, second]] of axes) {
  if (!first || !second) continue
  const direction = (axis: Row) => String(axis['orientation']).toLowerCase().split(' ')[0]
  const isNamedNorthFirst =
    /^northing/i.test(String(first['name'])) && /^easting/i.test(String(second['name']))
  const isPolar = direction(first) === direction(second) && /^(north|south)$/.test(String(direction(first)))
  if ((direction(first) === 'north' && direction(second) === 'east') || (isPolar && isNamedNorthFirst))
    northFirst.add(key)
  if (direction(first) === 'south' && direction(second) === 'west') southWest.add(key)
}

// Datum shifts to WGS 84, in the position vector convention of +towgs84 --------------------------------

const unit = new Map(
  rows('select auth_name as auth, code, conv_factor as factor from unit_of_measure').map((row) => [
    idOf(row['auth'], row['code']),
    Number(row['factor']),
  ]),
)
const ARC_SECOND = Math.PI / 180 / 3600
const superseded = new Set(
  rows(`select superseded_auth_name as auth, superseded_code as code from supersession
    where superseded_table_name = 'helmert_transformation' and replacement_table_name = 'helmert_transformation'
      and same_source_target_crs = 1`).map((row) => idOf(row['auth'], row['code'])),
)
const METHODS: Record<string, 1 | -1> = {
  '9603': 1,
  '1031': 1,
  '1035': 1, // geocentric translations
  '9606': 1,
  '1033': 1,
  '1037': 1, // position vector
  '9607': -1,
  '1032': -1,
  '1038': -1, // coordinate frame: rotations the other way round
  '1061': 1,
  '1063': 1,
  '9636': -1,
  '1034': -1, // Molodensky-Badekas, position vector and coordinate frame
}
type Vector = [number, number, number]
/** Molodensky-Badekas turns about a pivot; the same about the centre of the Earth is a Helmert shift by another vector. */
const withoutPivot = ([x, y, z]: Vector, [rx, ry, rz]: Vector, ppm: number, [px, py, pz]: Vector): Vector => {
  const [a, b, c] = [rx * ARC_SECOND, ry * ARC_SECOND, rz * ARC_SECOND]
  const m = 1 + ppm * 1e-6
  return [
    x + px - m * (px - c * py + b * pz),
    y + py - m * (c * px + py - a * pz),
    z + pz - m * (-b * px + a * py + pz),
  ]
}
const direct = new Map<string, (Shift & { target: string })[]>()
for (const row of rows('select * from helmert_transformation_table where deprecated = 0')) {
  const sign = METHODS[String(row['method_code'])]
  const code = idOf(row['auth_name'], row['code'])
  if (!sign || row['auth_name'] !== 'EPSG' || superseded.has(code)) continue
  const value = (name: string, unitOf: string, per: number) =>
    row[name] === null
      ? 0
      : (Number(row[name]) *
          (unit.get(idOf(row[`${unitOf}_uom_auth_name`], row[`${unitOf}_uom_code`])) ?? Number.NaN)) /
        per
  const rotation = (name: string) => sign * value(name, 'rotation', ARC_SECOND)
  const rotations: Vector = [rotation('rx'), rotation('ry'), rotation('rz')]
  const ppm = value('scale_difference', 'scale_difference', 1e-6)
  const pivot: Vector = [value('px', 'pivot', 1), value('py', 'pivot', 1), value('pz', 'pivot', 1)]
  const translation: Vector = [
    value('tx', 'translation', 1),
    value('ty', 'translation', 1),
    value('tz', 'translation', 1),
  ]
  const towgs84 = [...withoutPivot(translation, rotations, ppm, pivot), ...rotations, ppm].map(
    (n) => Number(n.toPrecision(10)) + 0,
  )
  const source = idOf(row['source_crs_auth_name'], row['source_crs_code'])
  const shift = {
    code,
    target: idOf(row['target_crs_auth_name'], row['target_crs_code']),
    area: areas.get(`helmert_transformation|${code}`) ?? null,
    accuracy: row['accuracy'] === null ? 999 : Number(row['accuracy']),
    towgs84,
  }
  direct.set(source, [...(direct.get(source) ?? []), shift])
}
// Offsets in latitude and longitude (Anguilla): over an island the same as moving the ellipsoid by one vector.
for (const row of rows(`select code, source_crs_code as source, param1_value as lat, param2_value as lon, accuracy
    from other_transformation where method_code = 9619 and deprecated = 0 and target_crs_code = 4326 and source_crs_auth_name = 'EPSG'`)) {
  const area = areas.get(`other_transformation|EPSG:${row['code']}`)
  const figure = rows(
    `select e.semi_major_axis as a, e.inv_flattening as rf from geodetic_crs c
    join geodetic_datum d on d.auth_name = c.datum_auth_name and d.code = c.datum_code
    join ellipsoid e on e.auth_name = d.ellipsoid_auth_name and e.code = d.ellipsoid_code
    where c.auth_name = 'EPSG' and c.code = ?`,
    String(row['source']),
  )[0]
  if (!area || !figure?.['rf']) continue
  const toGeocentric = (lon: number, lat: number, a: number, rf: number): Vector => {
    const [l, f, e2] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180, (2 - 1 / rf) / rf]
    const n = a / Math.sqrt(1 - e2 * Math.sin(f) ** 2)
    return [n * Math.cos(f) * Math.cos(l), n * Math.cos(f) * Math.sin(l), n * (1 - e2) * Math.sin(f)]
  }
  const [lon, lat] = [(area[0] + area[2]) / 2, (area[1] + area[3]) / 2]
  const from = toGeocentric(lon, lat, Number(figure['a']), Number(figure['rf']))
  const to = toGeocentric(
    lon + Number(row['lon']) / 3600,
    lat + Number(row['lat']) / 3600,
    6378137,
    298.257223563,
  )
  const towgs84 = [...from.map((v, i) => Number(((to[i] ?? 0) - v).toFixed(3))), 0, 0, 0, 0]
  const shift = {
    code: `EPSG:${row['code']}`,
    target: 'EPSG:4326',
    area,
    accuracy: Number(row['accuracy'] ?? 999),
    towgs84,
  }
  direct.set(`EPSG:${row['source']}`, [...(direct.get(`EPSG:${row['source']}`) ?? []), shift])
}
const isZero = (shift: Shift) => shift.towgs84.every((value) => value === 0)
const sameAsWgs84 = new Set(
  [...direct]
    .filter(([, shifts]) => shifts.some((s) => s.target === 'EPSG:4326' && isZero(s)))
    .map(([source]) => source),
)
/** A system on another meridian (Paris, Oslo, Ferro) has the shifts of its twin on Greenwich's; PROJ's +pm does the turn. */
const twin = new Map(
  rows(`select source_crs_code as source, target_crs_code as target from other_transformation
    where method_code = 9601 and source_crs_auth_name = 'EPSG' and target_crs_auth_name = 'EPSG' and deprecated = 0`).map(
    (row) => [`EPSG:${row['source']}`, `EPSG:${row['target']}`],
  ),
)
const shiftsOf = (geographic: string): Shift[] => [
  ...(direct.get(geographic) ?? []).filter(
    (shift) => shift.target === 'EPSG:4326' || (sameAsWgs84.has(shift.target) && shift.target !== geographic),
  ),
  ...(twin.has(geographic) ? shiftsOf(twin.get(geographic) ?? '') : []),
]

const covered = (area: Area | null, by: Area | null) => {
  if (!area || !by) return 0
  const width = (from: number, to: number) => (to < from ? to + 360 - from : to - from)
  const overlap = (offset: number) => {
    const west = Math.max(area[0], by[0] + offset)
    const east = Math.min(area[0] + width(area[0], area[2]), by[0] + width(by[0], by[2]) + offset)
    return Math.max(0, east - west)
  }
  const wide = Math.max(overlap(-360), overlap(0), overlap(360)) / Math.max(width(area[0], area[2]), 1e-9)
  const high =
    Math.max(0, Math.min(area[3], by[3]) - Math.max(area[1], by[1])) / Math.max(area[3] - area[1], 1e-9)
  return wide * high
}
/** As PROJ chooses without grids: what covers most of the area first, then the more accurate. */
const bestShift = (geographic: string, area: Area | null): Shift | undefined =>
  shiftsOf(geographic).sort(
    (a, b) =>
      Math.round(covered(area, b.area) * 20) - Math.round(covered(area, a.area) * 20) ||
      a.accuracy - b.accuracy ||
      Number(b.code.split(':')[1]) - Number(a.code.split(':')[1]),
  )[0]

// The table -------------------------------------------------------------------------------------------

const ELLIPSOID_OF_DATUM: Record<string, string> = {
  WGS84: 'WGS84',
  NAD83: 'GRS80',
  NAD27: 'clrk66',
  GGRS87: 'GRS80',
  potsdam: 'bessel',
  carthage: 'clrk80ign',
  hermannskogel: 'bessel',
  ire65: 'mod_airy',
  nzgd49: 'intl',
  OSGB36: 'airy',
}
const rounded = (value: string) =>
  /^-?\d*\.\d{9,}$/.test(value) ? String(Number(Number(value).toPrecision(13))) : value
/** PROJ's clrk80 is not quite EPSG's Clarke 1880 (RGS) or (Arc); which one a system has, the registry says. */
const flatteningOf = (geographic: string): string => {
  const [auth, code] = geographic.split(':')
  const row = rows(
    `select e.inv_flattening as rf from geodetic_crs c
      join geodetic_datum d on d.auth_name = c.datum_auth_name and d.code = c.datum_code
      join ellipsoid e on e.auth_name = d.ellipsoid_auth_name and e.code = d.ellipsoid_code
      where c.auth_name = ? and c.code = ?`,
    auth ?? '',
    code ?? '',
  )[0]
  return String(row?.['rf'] ?? 293.465)
}
const compactProj4 = (proj4: string, geographic: string) =>
  proj4
    .split(/\s+/)
    .map((part) => part.replace(/^\+/, ''))
    .filter((part) => part && !/^(no_defs|wktext|over|towgs84=|nadgrids=|units=m$|type=)/.test(part))
    // Left out where they say nothing: readProj4 puts them back.
    .filter((part) => !/^((lat_0|lon_0|x_0|y_0)=-?0(\.0*)?|(k|k_0)=1(\.0*)?)$/.test(part))
    .map((part) => {
      const [key, value] = part.split('=')
      if (value === undefined) return part
      return key === 'datum' ? `ellps=${ELLIPSOID_OF_DATUM[value] ?? value}` : `${key}=${rounded(value)}`
    })
    .join(' ')
    .replace(/^proj=/, '')
    .replace(/ellps=clrk80(?!\w)/, () => `a=6378249.145 rf=${flatteningOf(geographic)}`)

const replaced = new Map(
  rows(`select superseded_code as code, superseded_auth_name as auth, replacement_code as epsg from supersession
    where superseded_table_name in ('geodetic_crs', 'projected_crs')
      and superseded_auth_name = 'ESRI' and replacement_auth_name = 'EPSG'`)
    .filter((row) => known.has(idOf('EPSG', row['epsg'])))
    .map((row) => [idOf(row['auth'], row['code']), String(row['epsg'])]),
)
const towgs84Of = (proj4: string) => {
  const all = /\+towgs84=([-\d.,e]+)/.exec(proj4)?.[1]?.split(',').map(Number)
  return all?.slice(3).every((value) => value === 0) ? all.slice(0, 3) : all
}
/** The shift older software writes into proj4 strings and WKT, where it is not the one chosen here. */
const formerShift = (proj4: string, chosen: string) => {
  const towgs84 = towgs84Of(proj4)
  if (!towgs84) return ''
  const now = chosen.includes(',') ? chosen.split(',').map(Number) : (usedShifts.get(chosen)?.towgs84 ?? [])
  const isSame = [...Array(7).keys()].every((i) => Math.abs((towgs84[i] ?? 0) - (now[i] ?? 0)) < 0.01)
  return isSame ? '' : towgs84.join(',')
}
/** Web mercator has had many codes. */
const WEB_MERCATOR = new Set([102113, 3785, 900913, 102100])
const geographicByName = new Map<string, string>()
const lines: string[] = []
const usedShifts = new Map<string, Shift>()
const shiftColumn = (geographic: string, area: Area | null) => {
  const shift = geographic === 'EPSG:4326' ? undefined : bestShift(geographic, area)
  // Without one in the registry, the one PostGIS's own table carries.
  if (!shift) return towgs84Of(known.get(geographic)?.proj4 ?? '')?.join(',') ?? ''
  if (isZero(shift)) return '0'
  const code = shift.code.replace('EPSG:', '')
  usedShifts.set(code, shift)
  return code
}
const inGrads = new Set(
  rows(`select distinct coordinate_system_auth_name as auth, coordinate_system_code as code from axis
    where uom_auth_name = 'EPSG' and uom_code = 9105`).map((row) => idOf(row['auth'], row['code'])),
)
const flagsOf = (row: Row, kind: 'g' | 'p') =>
  kind +
  (kind === 'g' && inGrads.has(idOf(row['cs_auth'], row['cs_code'])) ? 'r' : '') +
  (northFirst.has(idOf(row['cs_auth'], row['cs_code'])) ? 'n' : '') +
  (row['deprecated'] ? 'd' : '') +
  (row['auth'] === 'ESRI' ? 'e' : '')
const areaColumn = (area: Area | null) => (area ? area.map((v) => Number(v.toFixed(2))).join(',') : '')

const geographic = rows(`
  select c.auth_name as auth, c.code, c.name, c.deprecated, c.coordinate_system_auth_name as cs_auth,
    c.coordinate_system_code as cs_code, d.name as datum, c.datum_auth_name as datum_auth, c.datum_code
  from geodetic_crs c left join geodetic_datum d on d.auth_name = c.datum_auth_name and d.code = c.datum_code
  where c.type = 'geographic 2D' and c.auth_name in ('EPSG', 'ESRI') order by c.auth_name, c.code`)
for (const row of geographic) {
  const id = idOf(row['auth'], row['code'])
  const inPostgis = known.get(id)
  if (!inPostgis?.proj4 || replaced.has(id) || WEB_MERCATOR.has(inPostgis.srid)) continue
  const area = areas.get(`geodetic_crs|${id}`) ?? null
  const datum = String(row['datum'] ?? '')
  const datumNames = [
    datum,
    ...otherNames(datum, aliases.get(`geodetic_datum|${idOf(row['datum_auth'], row['datum_code'])}`) ?? []),
  ]
  const names = otherNames(String(row['name']), aliases.get(`geodetic_crs|${id}`) ?? [])
  for (const name of [String(row['name']), ...names])
    if (!row['deprecated']) geographicByName.set(plainName(name), id)
  const shift = shiftColumn(id, area)
  lines.push(
    [
      inPostgis.srid,
      flagsOf(row, 'g'),
      datumNames.filter(Boolean).join('|'),
      [row['name'], ...names].join('|'),
      compactProj4(inPostgis.proj4, id),
      shift,
      areaColumn(area),
      formerShift(inPostgis.proj4, shift),
    ]
      .join('\t')
      .trimEnd(),
  )
}
for (const row of rows(`
  select auth_name as auth, code, name, deprecated, coordinate_system_auth_name as cs_auth, coordinate_system_code as cs_code,
    geodetic_crs_auth_name as base_auth, geodetic_crs_code as base, text_definition as wkt
  from projected_crs where auth_name in ('EPSG', 'ESRI') order by auth_name, code`)) {
  const id = idOf(row['auth'], row['code'])
  const inPostgis = known.get(id)
  if (!inPostgis?.proj4 || replaced.has(id) || WEB_MERCATOR.has(inPostgis.srid)) continue
  const area = areas.get(`projected_crs|${id}`) ?? null
  const names = otherNames(String(row['name']), aliases.get(`projected_crs|${id}`) ?? [])
  const baseName = /GEOGCS\["([^"]+)"/.exec(String(row['wkt'] ?? ''))?.[1]
  const base = baseName ? geographicByName.get(plainName(baseName)) : idOf(row['base_auth'], row['base'])
  if (!base) continue
  const axis = southWest.has(idOf(row['cs_auth'], row['cs_code'])) ? ' axis=swu' : ''
  lines.push(
    [
      inPostgis.srid,
      flagsOf(row, 'p'),
      base.split(':')[1],
      [row['name'], ...names].join('|'),
      compactProj4(inPostgis.proj4, base) + axis,
      shiftColumn(base, area),
      areaColumn(area),
    ].join('\t'),
  )
}

// Other codes that lead to one of these: Esri's for what EPSG has too, the horizontal part of 3D and compound systems.
const has = new Set(lines.map((line) => line.split('\t')[0]))
const leads = new Map<string, string>([...WEB_MERCATOR].map((code) => [String(code), '3857']))
const lead = (code: unknown, to: unknown) => {
  if (has.has(String(to)) && String(code) !== String(to) && !leads.has(String(code)))
    leads.set(String(code), String(to))
}
for (const [id, epsg] of replaced) lead(id.replace('ESRI:', ''), epsg)
for (const row of rows(`select a.code, b.code as epsg from geodetic_crs a join geodetic_crs b
  on b.datum_auth_name = a.datum_auth_name and b.datum_code = a.datum_code
  where a.type = 'geographic 3D' and b.type = 'geographic 2D' and a.auth_name = 'EPSG' and b.auth_name = 'EPSG'
  order by b.deprecated, b.code`))
  lead(row['code'], row['epsg'])
for (const row of rows(
  `select code, horiz_crs_code as epsg from compound_crs where auth_name = 'EPSG' and horiz_crs_auth_name = 'EPSG'`,
))
  lead(row['code'], leads.get(String(row['epsg'])) ?? row['epsg'])

const meta = Object.fromEntries(
  rows('select key, value from metadata').map((row) => [row['key'], row['value']]),
)
const byCode = (a: string, b: string) => Number(a.split('\t')[0]) - Number(b.split('\t')[0])
const text = [
  `# Coordinate reference systems, written by make-crs-table.ts. EPSG Geodetic Parameter Dataset ${meta['EPSG.VERSION']}`,
  `# (owned by IOGP, epsg.org, used under its terms of use), Esri projection engine names (${meta['ESRI.VERSION']}, Apache-2.0),`,
  `# by way of PROJ ${meta['PROJ.VERSION']} and PostGIS's spatial_ref_sys.`,
  '# code, flags (g geographic, p projected, n north first, d deprecated, e Esri code, r in grads), datum names or base code,',
  '# names, PROJ definition, shift to WGS 84 (0 none, empty unknown, a code below, or numbers), area of use (west,south,east,north),',
  '# the shift other software knows for this datum, where it is another one',
  ...lines.sort(byCode),
  '# shifts: EPSG operation code, position vector parameters',
  ...[...usedShifts]
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([code, shift]) => {
      const isTranslation = shift.towgs84.slice(3).every((value) => value === 0)
      return `shift\t${code}\t${(isTranslation ? shift.towgs84.slice(0, 3) : shift.towgs84).join(',')}`
    }),
  '# codes that stand for another one',
  ...[...leads].sort(([a], [b]) => Number(a) - Number(b)).map(([code, to]) => `alias\t${code}\t${to}`),
  '',
].join('\n')
writeFileSync(join(import.meta.dirname, 'crs.tsv'), text)
console.log(
  `${lines.length} systems, ${usedShifts.size} shifts, ${leads.size} aliases, ${text.length} characters`,
)
