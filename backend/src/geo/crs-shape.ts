/**
 * What a definition of a coordinate system says, whoever wrote it: figure of the Earth, datum, projection
 * and parameters in one vocabulary (PROJ's), so that definitions can be compared.
 */
import { child, children, isNode, nameOf, numberAt, readWkt, type WktNode } from './wkt.ts'

export type Authority = { name: string; code: string }

export type Projection = {
  /** PROJ's name; null when the method is not one of those below. */
  method: string | null
  /** As the definition calls it. */
  methodName: string
  /** PROJ's names: lat_0 lon_0 lat_1 lat_2 k x_0 y_0 alpha gamma lonc lat_ts; degrees and metres. */
  parameters: Record<string, number>
}

export type CrsShape = {
  kind: 'geographic' | 'projected'
  name: string | null
  authority: Authority | null
  baseName: string | null
  baseAuthority: Authority | null
  datumName: string | null
  /** Semi-major axis in metres and inverse flattening (0 for a sphere). */
  ellipsoid: { a: number; rf: number } | null
  primeMeridian: number
  towgs84: number[] | null
  projection: Projection | null
  /** Metres per unit of the coordinates; for a geographic system 1. */
  metresPerUnit: number
}

// Projections ------------------------------------------------------------------------------------------

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** EPSG's, OGC's, Esri's and GeoTIFF's names for the methods, without punctuation. */
const METHODS: Record<string, string> = {
  transversemercator: 'tmerc',
  gausskruger: 'tmerc',
  transversemercatorcomplex: 'tmerc',
  transversemercatorsouthorientated: 'tmerc',
  transversemercatorsouthoriented: 'tmerc',
  lambertconformalconic: 'lcc',
  lambertconformalconic1sp: 'lcc',
  lambertconformalconic2sp: 'lcc',
  lambertconicconformal1sp: 'lcc',
  lambertconicconformal2sp: 'lcc',
  lambertconicconformal1spvariantb: 'lcc',
  mercator: 'merc',
  mercator1sp: 'merc',
  mercator2sp: 'merc',
  mercatorvarianta: 'merc',
  mercatorvariantb: 'merc',
  mercatorauxiliarysphere: 'webmerc',
  popularvisualisationpseudomercator: 'webmerc',
  popularvisualisationpseudomercatormethod: 'webmerc',
  albers: 'aea',
  albersequalarea: 'aea',
  albersconicequalarea: 'aea',
  lambertazimuthalequalarea: 'laea',
  stereographic: 'stere',
  polarstereographic: 'stere',
  polarstereographicvarianta: 'stere',
  polarstereographicvariantb: 'stere',
  stereographicnorthpole: 'stere',
  stereographicsouthpole: 'stere',
  obliquestereographic: 'sterea',
  doublestereographic: 'sterea',
  azimuthalequidistant: 'aeqd',
  modifiedazimuthalequidistant: 'aeqd',
  cassini: 'cass',
  cassinisoldner: 'cass',
  krovak: 'krovak',
  krovaknorthorientated: 'krovak',
  newzealandmapgrid: 'nzmg',
  polyconic: 'poly',
  americanpolyconic: 'poly',
  equidistantcylindrical: 'eqc',
  platecarree: 'eqc',
  equirectangular: 'eqc',
  cylindricalequalarea: 'cea',
  lambertcylindricalequalarea: 'cea',
  hotineobliquemercator: 'omerc',
  hotineobliquemercatorvarianta: 'omerc',
  hotineobliquemercatorazimuthnaturalorigin: 'omerc',
  rectifiedskeworthomorphicnaturalorigin: 'omerc',
  hotineobliquemercatorvariantb: 'omercb',
  hotineobliquemercatorazimuthcenter: 'omercb',
  obliquemercator: 'omercb',
  rectifiedskeworthomorphiccenter: 'omercb',
  swissobliquecylindrical: 'somerc',
  swissobliquemercator: 'somerc',
  mollweide: 'moll',
  robinson: 'robin',
  sinusoidal: 'sinu',
  equidistantconic: 'eqdc',
  millercylindrical: 'mill',
  equalearth: 'eqearth',
}

/** The same for parameters. Some mean another thing in some methods: see `canonical`. */
const PARAMETERS: Record<string, string> = {
  latitudeoforigin: 'lat_0',
  latitudeofcenter: 'lat_0',
  latitudeofnaturalorigin: 'lat_0',
  latitudeoffalseorigin: 'lat_0',
  latitudeofprojectioncentre: 'lat_0',
  latitudeofstandardparallel: 'lat_ts',
  latitudeof1ststandardparallel: 'lat_1',
  latitudeof2ndstandardparallel: 'lat_2',
  latitudeofpseudostandardparallel: 'lat_1',
  standardparallel1: 'lat_1',
  standardparallel2: 'lat_2',
  centralmeridian: 'lon_0',
  longitudeoforigin: 'lon_0',
  longitudeofnaturalorigin: 'lon_0',
  longitudeoffalseorigin: 'lon_0',
  longitudeofcenter: 'lonc',
  longitudeofprojectioncentre: 'lonc',
  straightverticallongitudefrompole: 'lon_0',
  scalefactor: 'k',
  scalefactoratnaturalorigin: 'k',
  scalefactoronpseudostandardparallel: 'k',
  scalefactoroninitialline: 'k',
  scalefactoratprojectioncentre: 'k',
  falseeasting: 'x_0',
  falsenorthing: 'y_0',
  eastingatfalseorigin: 'x_0',
  northingatfalseorigin: 'y_0',
  eastingatprojectioncentre: 'x_0',
  northingatprojectioncentre: 'y_0',
  azimuth: 'alpha',
  azimuthofinitialline: 'alpha',
  azimuthatprojectioncentre: 'alpha',
  colatitudeofconeaxis: 'alpha',
  rectifiedgridangle: 'gamma',
  anglefromrectifiedtoskewgrid: 'gamma',
  xyplanerotation: 'gamma',
}
const LENGTHS = new Set(['x_0', 'y_0'])
const USES_LON_0 = new Set([
  'laea',
  'aea',
  'krovak',
  'somerc',
  'aeqd',
  'poly',
  'eqdc',
  'cass',
  'stere',
  'sterea',
  'lcc',
])

const RADIANS = Math.PI / 180
const eccentricity = (rf: number) => (rf === 0 ? 0 : Math.sqrt((2 - 1 / rf) / rf))

/** Scale at the pole of a polar stereographic projection that is true at `latTs` (EPSG guidance note 7-2, variant B). */
const scaleAtPole = (latTs: number, rf: number) => {
  const phi = Math.abs(latTs) * RADIANS
  if (Math.abs(phi - Math.PI / 2) < 1e-12) return 1
  const e = eccentricity(rf)
  const sin = Math.sin(phi)
  const t = Math.tan(Math.PI / 4 - phi / 2) * ((1 + e * sin) / (1 - e * sin)) ** (e / 2)
  const m = Math.cos(phi) / Math.sqrt(1 - e * e * sin * sin)
  return (m * Math.sqrt((1 + e) ** (1 + e) * (1 - e) ** (1 - e))) / (2 * t)
}
/** Scale at the equator of a Mercator projection that is true at `latTs`. */
const scaleAtEquator = (latTs: number, rf: number) => {
  const sin = Math.sin(latTs * RADIANS)
  return Math.cos(latTs * RADIANS) / Math.sqrt(1 - eccentricity(rf) ** 2 * sin * sin)
}

/** One way of writing what can be written in several: UTM zones, standard parallels against scale factors. */
export const canonical = (given: Projection, rf: number): Projection => {
  let method = given.method
  const p = { ...given.parameters }
  const take = (name: string) => {
    const value = p[name]
    delete p[name]
    return value
  }
  if (method === 'utm') {
    const zone = take('zone') ?? 0
    const isSouth = take('south') !== undefined
    Object.assign(p, {
      lat_0: 0,
      lon_0: zone * 6 - 183,
      k: 0.9996,
      x_0: 500_000,
      y_0: isSouth ? 10_000_000 : 0,
    })
    method = 'tmerc'
  }
  if (method === 'omerc' && given.parameters['no_uoff'] === undefined && given.methodName === 'omerc')
    method = 'omercb'
  take('no_uoff')
  if (method && USES_LON_0.has(method) && p['lonc'] !== undefined) p['lon_0'] ??= take('lonc') ?? 0
  if (method === 'omercb' && Math.abs((p['alpha'] ?? 0) - 90) < 1e-9) {
    method = 'somerc'
    p['lon_0'] ??= take('lonc') ?? 0
  }
  if (method === 'omerc' || method === 'omercb') p['gamma'] ??= p['alpha'] ?? 0
  if (method === 'somerc') for (const name of ['alpha', 'gamma', 'lonc']) take(name)
  if (method === 'lcc') {
    const [first, second] = [take('lat_1') ?? p['lat_0'] ?? 0, take('lat_2')]
    if (second === undefined || Math.abs(first - second) < 1e-9) p['lat_1'] = first
    else Object.assign(p, { lat_1: Math.min(first, second), lat_2: Math.max(first, second) })
  }
  if (method === 'aea' || method === 'eqdc') {
    const [first, second] = [p['lat_1'] ?? 0, p['lat_2'] ?? p['lat_1'] ?? 0]
    Object.assign(p, { lat_1: Math.min(first, second), lat_2: Math.max(first, second) })
  }
  if (method === 'merc') {
    // 'merc' with a standard parallel may call it lat_ts, lat_1 or, in some WKT, latitude_of_origin.
    const latTs = take('lat_ts') ?? take('lat_1') ?? take('lat_0') ?? 0
    take('lat_0')
    p['k'] = (p['k'] ?? 1) * scaleAtEquator(latTs, rf)
  }
  if (method === 'webmerc') for (const name of ['lat_ts', 'lat_1', 'lat_0', 'k', 'auxiliary']) take(name)
  if (method === 'stere') {
    const isEsriPole = /stereographic_?(north|south)/i.exec(given.methodName)?.[1]?.toLowerCase()
    let origin = take('lat_0')
    let latTs = take('lat_ts') ?? (isEsriPole ? take('lat_1') : undefined)
    // OGC's WKT1 puts the standard parallel of Polar_Stereographic into latitude_of_origin.
    if (
      latTs === undefined &&
      origin !== undefined &&
      /polar/i.test(given.methodName) &&
      Math.abs(origin) < 90
    )
      latTs = origin
    if (isEsriPole) origin = isEsriPole === 'north' ? 90 : -90
    else if (latTs !== undefined && (origin === undefined || origin === latTs)) origin = latTs < 0 ? -90 : 90
    if (latTs !== undefined && Math.abs(latTs) < 90) p['k'] = scaleAtPole(latTs, rf)
    p['lat_0'] = origin ?? 0
  }
  if (method === 'cea' || method === 'eqc') {
    const latTs = take('lat_ts') ?? take('lat_1')
    if (latTs) p['lat_ts'] = latTs
  }
  // These are fixed by the method, and some writers leave them out.
  if (method === 'krovak') for (const name of ['lat_1', 'alpha', 'k', 'gamma', 'xscale', 'yscale']) take(name)
  if (method === 'nzmg') for (const name of Object.keys(p)) take(name)
  return { ...given, method, parameters: p }
}

const PARAMETER_DEFAULTS: Record<string, number> = { k: 1 }
const isClose = (name: string, a: number, b: number) =>
  Math.abs(a - b) < (LENGTHS.has(name) ? 0.02 : name === 'k' ? 2e-8 : 2e-7)

/** Whether both project alike; null when either uses a method or parameter that is not understood. */
export const isSameProjection = (one: Projection, other: Projection): boolean | null => {
  if (one.method === null || other.method === null) return null
  if (one.method !== other.method) return false
  const names = new Set([...Object.keys(one.parameters), ...Object.keys(other.parameters)])
  return [...names].every((name) => {
    const absent = PARAMETER_DEFAULTS[name] ?? 0
    return isClose(name, one.parameters[name] ?? absent, other.parameters[name] ?? absent)
  })
}

export const isSameEllipsoid = (one: CrsShape['ellipsoid'], other: CrsShape['ellipsoid']): boolean =>
  !one || !other || (Math.abs(one.a - other.a) < 0.06 && Math.abs(one.rf - other.rf) < 0.002)

// WKT --------------------------------------------------------------------------------------------------

const GEOGRAPHIC = [
  'GEOGCS',
  'GEOGCRS',
  'GEOGRAPHICCRS',
  'GEODCRS',
  'GEODETICCRS',
  'BASEGEOGCRS',
  'BASEGEODCRS',
]
const PROJECTED = ['PROJCS', 'PROJCRS', 'PROJECTEDCRS']
const COMPOUND = ['COMPD_CS', 'COMPOUNDCRS', 'BOUNDCRS', 'SOURCECRS']
const DATUM = ['DATUM', 'GEODETICDATUM', 'TRF', 'ENSEMBLE']

const authorityOf = (node: WktNode | undefined): Authority | null => {
  const authority = child(node, 'AUTHORITY', 'ID')
  const [name, code] = authority?.items ?? []
  return typeof name === 'string' && code !== undefined && !isNode(code) ? { name, code: String(code) } : null
}

/** The horizontal system within a compound or bound one. */
const findHorizontal = (node: WktNode): WktNode | undefined => {
  if (GEOGRAPHIC.includes(node.keyword) || PROJECTED.includes(node.keyword)) return node
  if (!COMPOUND.includes(node.keyword)) return undefined
  for (const part of node.items) {
    const found = isNode(part) && part.keyword !== 'TARGETCRS' ? findHorizontal(part) : undefined
    if (found) return found
  }
  return undefined
}

const unitFactor = (node: WktNode | undefined, ...keywords: string[]): number | null => {
  const unit = child(node, ...keywords) ?? child(child(node, 'AXIS'), ...keywords)
  const factor = numberAt(unit, 1)
  return factor !== null && factor > 0 ? factor : null
}

const towgs84Of = (node: WktNode | undefined): number[] | null => {
  const values = child(node, 'TOWGS84')?.items.map(Number)
  return values && values.length >= 3 && values.every(Number.isFinite) ? values : null
}

/** GDAL writes web mercator as Mercator_1SP and tells the truth in an extension node. */
const isDisguisedWebMercator = (node: WktNode) =>
  children(node, 'EXTENSION').some((extension) =>
    /\+a=6378137 \+b=6378137\b.*@null/.test(String(extension.items[1])),
  )

const readProjection = (node: WktNode, angle: number, length: number): Projection => {
  const conversion = child(node, 'CONVERSION', 'DERIVINGCONVERSION') ?? node
  const methodName = nameOf(child(conversion, 'METHOD', 'PROJECTION')) ?? ''
  const parameters: Record<string, number> = {}
  let isUnderstood = true
  for (const parameter of children(conversion, 'PARAMETER')) {
    const value = numberAt(parameter, 1)
    const given = plain(nameOf(parameter) ?? '')
    const name = PARAMETERS[given]
    if (
      value === null ||
      (name === undefined && value !== 0 && !/^(auxiliarysphere|[xy]scale)/.test(given))
    ) {
      isUnderstood = false
      continue
    }
    if (name === undefined) continue
    const ownLength = unitFactor(parameter, 'LENGTHUNIT', 'UNIT')
    const ownAngle = unitFactor(parameter, 'ANGLEUNIT', 'UNIT')
    if (name === 'k') parameters[name] = value
    else if (LENGTHS.has(name)) parameters[name] = value * (ownLength ?? length)
    else parameters[name] = (value * (ownAngle ?? angle)) / RADIANS
  }
  const method = isDisguisedWebMercator(node) ? 'webmerc' : METHODS[plain(methodName)]
  return { method: isUnderstood && method ? method : null, methodName, parameters }
}

export const shapeOfWkt = (text: string): CrsShape | null => {
  const root = readWkt(text)
  const node = root ? findHorizontal(root) : undefined
  if (!root || !node) return null
  const isProjected = PROJECTED.includes(node.keyword)
  const base = isProjected ? child(node, ...GEOGRAPHIC) : node
  const datum = child(base, ...DATUM)
  const figure = child(datum, 'SPHEROID', 'ELLIPSOID') ?? child(base, 'SPHEROID', 'ELLIPSOID')
  const a = numberAt(figure, 1)
  const ellipsoid =
    a === null
      ? null
      : { a: a * (unitFactor(figure, 'LENGTHUNIT', 'UNIT') ?? 1), rf: numberAt(figure, 2) ?? 0 }
  const angle = unitFactor(base, 'UNIT', 'ANGLEUNIT') ?? RADIANS
  const meridian = child(base, 'PRIMEM', 'PRIMEMERIDIAN')
  const meridianUnit = unitFactor(meridian, 'ANGLEUNIT', 'UNIT')
  const length = isProjected ? (unitFactor(node, 'UNIT', 'LENGTHUNIT') ?? 1) : 1
  const projection = isProjected ? readProjection(node, angle, length) : null
  return {
    kind: isProjected ? 'projected' : 'geographic',
    name: nameOf(node),
    // A compound's own code is looked up too, for what stands for its horizontal part.
    authority: authorityOf(node) ?? (root === node ? null : authorityOf(root)),
    baseName: nameOf(base),
    baseAuthority: authorityOf(base),
    datumName: nameOf(datum),
    ellipsoid,
    // WKT1 gives the meridian in degrees whatever the unit; WKT2 in the unit of the system.
    primeMeridian:
      ((numberAt(meridian, 1) ?? 0) * (meridianUnit ?? (base?.keyword === 'GEOGCS' ? RADIANS : angle))) /
      RADIANS,
    towgs84: towgs84Of(datum) ?? towgs84Of(base),
    projection: projection && canonical(projection, ellipsoid?.rf ?? 0),
    metresPerUnit: length,
  }
}

// proj4 strings ----------------------------------------------------------------------------------------

const B = (a: number, b: number) => ({ a, rf: a === b ? 0 : a / (a - b) })
const ELLIPSOIDS: Record<string, { a: number; rf: number }> = {
  WGS84: { a: 6378137, rf: 298.257223563 },
  GRS80: { a: 6378137, rf: 298.257222101 },
  WGS72: { a: 6378135, rf: 298.26 },
  WGS66: { a: 6378145, rf: 298.25 },
  WGS60: { a: 6378165, rf: 298.3 },
  GRS67: { a: 6378160, rf: 298.247167427 },
  aust_SA: { a: 6378160, rf: 298.25 },
  intl: { a: 6378388, rf: 297 },
  clrk66: B(6378206.4, 6356583.8),
  clrk80: { a: 6378249.145, rf: 293.4663 },
  clrk80ign: B(6378249.2, 6356515),
  bessel: { a: 6377397.155, rf: 299.1528128 },
  bess_nam: { a: 6377483.865, rf: 299.1528128 },
  airy: B(6377563.396, 6356256.91),
  mod_airy: B(6377340.189, 6356034.446),
  krass: { a: 6378245, rf: 298.3 },
  evrst30: { a: 6377276.345, rf: 300.8017 },
  evrst48: { a: 6377304.063, rf: 300.8017 },
  evrst56: { a: 6377301.243, rf: 300.8017 },
  evrst69: { a: 6377295.664, rf: 300.8017 },
  evrstSS: { a: 6377298.556, rf: 300.8017 },
  helmert: { a: 6378200, rf: 298.3 },
  hough: { a: 6378270, rf: 297 },
  sphere: { a: 6370997, rf: 0 },
}
/** proj4's own datum names, with the geographic system each belongs to. */
const DATUMS: Record<string, { epsg: number; ellps: string }> = {
  wgs84: { epsg: 4326, ellps: 'WGS84' },
  nad83: { epsg: 4269, ellps: 'GRS80' },
  nad27: { epsg: 4267, ellps: 'clrk66' },
  osgb36: { epsg: 4277, ellps: 'airy' },
  ggrs87: { epsg: 4121, ellps: 'GRS80' },
  potsdam: { epsg: 4314, ellps: 'bessel' },
  carthage: { epsg: 4223, ellps: 'clrk80ign' },
  hermannskogel: { epsg: 4312, ellps: 'bessel' },
  ire65: { epsg: 4299, ellps: 'mod_airy' },
  nzgd49: { epsg: 4272, ellps: 'intl' },
}
const MERIDIANS: Record<string, number> = {
  greenwich: 0,
  lisbon: -9.131906111111,
  paris: 2.337229166667,
  bogota: -74.080916666667,
  madrid: -3.687938888889,
  rome: 12.452333333333,
  bern: 7.439583333333,
  jakarta: 106.807719444444,
  ferro: -17.666666666667,
  brussels: 4.367975,
  stockholm: 18.058277777778,
  athens: 23.7163375,
  oslo: 10.722916666667,
}
const UNITS: Record<string, number> = {
  m: 1,
  km: 1000,
  ft: 0.3048,
  'us-ft': 1200 / 3937,
  'ind-ft': 0.30479841,
  'ind-yd': 0.91439523,
  yd: 0.9144,
  mi: 1609.344,
  'us-mi': 1609.34721869444,
  kmi: 1852,
  ch: 20.1168,
  link: 0.201168,
}

const readEllipsoid = (
  p: Map<string, string>,
  datum: { ellps: string } | undefined,
): CrsShape['ellipsoid'] => {
  const number = (name: string) => (p.has(name) ? Number(p.get(name)) : undefined)
  const a = number('R') ?? number('a')
  const named = ELLIPSOIDS[p.get('ellps') ?? datum?.ellps ?? (a === undefined ? 'WGS84' : '')]
  if (a === undefined) return named ?? null
  const [b, rf, f] = [number('b'), number('rf'), number('f')]
  if (b !== undefined) return B(a, b)
  return { a, rf: rf ?? (f ? 1 / f : (named?.rf ?? 0)) }
}

export const shapeOfProj4 = (text: string): CrsShape | null => {
  const p = new Map<string, string>()
  for (const [, key = '', value = ''] of text
    .slice(0, 4096)
    .matchAll(/\+?([A-Za-z_][\w]*)(?:=([^\s+]\S*))?/g)) {
    if (!p.has(key)) p.set(key, value)
  }
  const method = p.get('proj')
  if (!method) return null
  const datum = DATUMS[(p.get('datum') ?? '').toLowerCase()]
  const ellipsoid = readEllipsoid(p, datum)
  const isGeographic = /^(longlat|latlong|lonlat|latlon)$/.test(method)
  const towgs84 = p.get('towgs84')?.split(',').map(Number) ?? null
  const isWebMercator =
    method === 'merc' &&
    ellipsoid?.rf === 0 &&
    ellipsoid.a === 6378137 &&
    (p.get('nadgrids') ?? '').includes('@null')
  const parameters: Record<string, number> = {}
  for (const name of [
    'lat_0',
    'lon_0',
    'lat_1',
    'lat_2',
    'lat_ts',
    'lonc',
    'alpha',
    'gamma',
    'x_0',
    'y_0',
    'zone',
  ]) {
    const value = Number.parseFloat(p.get(name) ?? '')
    if (Number.isFinite(value)) parameters[name] = value
  }
  const scale = Number.parseFloat(p.get('k') ?? p.get('k_0') ?? '')
  if (Number.isFinite(scale)) parameters['k'] = scale
  for (const flag of ['south', 'no_uoff'])
    if (p.has(flag) || (flag === 'no_uoff' && p.has('no_off'))) parameters[flag] = 1
  const understood = new Set([...Object.values(METHODS), 'utm'])
  const projection: Projection | null = isGeographic
    ? null
    : {
        method: isWebMercator ? 'webmerc' : understood.has(method) ? method : null,
        methodName: method,
        parameters,
      }
  const pm = p.get('pm') ?? '0'
  return {
    kind: isGeographic ? 'geographic' : 'projected',
    name: null,
    authority: null,
    baseName: null,
    baseAuthority: datum
      ? { name: 'EPSG', code: String(datum.epsg) }
      : isWebMercator
        ? { name: 'EPSG', code: '4326' }
        : null,
    datumName: null,
    ellipsoid: isWebMercator ? (ELLIPSOIDS['WGS84'] ?? null) : ellipsoid,
    primeMeridian: MERIDIANS[pm] ?? (Number(pm) || 0),
    towgs84: towgs84?.every(Number.isFinite) ? towgs84 : null,
    projection: projection && canonical(projection, ellipsoid?.rf ?? 0),
    metresPerUnit: p.has('to_meter') ? Number(p.get('to_meter')) || 1 : (UNITS[p.get('units') ?? 'm'] ?? 1),
  }
}
