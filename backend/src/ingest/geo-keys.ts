/** The coordinate system of a GeoTIFF: its GeoKeys (OGC 19-008) turned into what `geo/` can identify. */
import type { CrsIdentity } from '../domain/probe.ts'
import { findCrs, identifyCrs } from '../geo/crs.ts'
import type { TiffDirectory } from './tiff-header.ts'

export const GEO_KEY_DIRECTORY = 34735
const GEO_DOUBLES = 34736
const GEO_ASCII = 34737

const USER_DEFINED = 32767
const MAX_KEYS = 256

export type GeoKeys = Map<number, number | string>

export const readGeoKeys = (directory: TiffDirectory): GeoKeys => {
  const keys: GeoKeys = new Map()
  const header = directory.numbers(GEO_KEY_DIRECTORY, 4 * (MAX_KEYS + 1))
  const doubles = directory.numbers(GEO_DOUBLES, 4096)
  const ascii = directory.text(GEO_ASCII) ?? ''
  const count = Math.min(header[3] ?? 0, MAX_KEYS, Math.floor(header.length / 4) - 1)
  for (let i = 1; i <= count; i += 1) {
    const [key = 0, location = 0, length = 0, value = 0] = header.slice(i * 4, i * 4 + 4)
    if (location === 0) keys.set(key, value)
    else if (location === GEO_DOUBLES && length > 0 && doubles[value] !== undefined)
      keys.set(key, doubles[value])
    else if (location === GEO_ASCII) keys.set(key, ascii.slice(value, value + length).replace(/\|$/, ''))
  }
  return keys
}

const K = {
  modelType: 1024,
  rasterType: 1025,
  citation: 1026,
  geographic: 2048,
  geographicCitation: 2049,
  datum: 2050,
  angularUnit: 2054,
  ellipsoid: 2056,
  semiMajor: 2057,
  semiMinor: 2058,
  inverseFlattening: 2059,
  primeMeridian: 2061,
  projected: 3072,
  projectedCitation: 3073,
  projection: 3074,
  method: 3075,
  linearUnit: 3076,
  linearUnitSize: 3077,
} as const

export const isPixelPoint = (keys: GeoKeys): boolean => keys.get(K.rasterType) === 2

/** Coordinate transformation codes of GeoTIFF → PROJ. */
const METHODS: Record<number, string> = {
  1: 'tmerc',
  3: 'omerc',
  7: 'merc',
  8: 'lcc',
  9: 'lcc',
  10: 'laea',
  11: 'aea',
  12: 'aeqd',
  14: 'stere',
  15: 'stere',
  16: 'sterea',
  17: 'eqc',
  18: 'cass',
  21: 'mill',
  22: 'poly',
  23: 'robin',
  24: 'sinu',
  26: 'nzmg',
  27: 'tmerc',
  28: 'cea',
}
/** GeoKey → PROJ parameter; the first that is present wins. */
const PARAMETERS: [number, string][] = [
  [3078, 'lat_1'],
  [3079, 'lat_2'],
  [3080, 'lon_0'],
  [3084, 'lon_0'],
  [3088, 'lon_0'],
  [3095, 'lon_0'],
  [3081, 'lat_0'],
  [3085, 'lat_0'],
  [3089, 'lat_0'],
  [3082, 'x_0'],
  [3086, 'x_0'],
  [3090, 'x_0'],
  [3083, 'y_0'],
  [3087, 'y_0'],
  [3091, 'y_0'],
  [3092, 'k'],
  [3093, 'k'],
  [3094, 'alpha'],
]
/** EPSG codes of the ellipsoids that are written without their figures. */
const ELLIPSOIDS: Record<number, string> = {
  7030: 'WGS84',
  7019: 'GRS80',
  7043: 'WGS72',
  7022: 'intl',
  7008: 'clrk66',
  7012: 'clrk80',
  7011: 'clrk80ign',
  7004: 'bessel',
  7001: 'airy',
  7002: 'mod_airy',
  7024: 'krass',
  7003: 'aust_SA',
}
const LENGTHS = new Set(['x_0', 'y_0'])
const LINEAR_UNITS: Record<number, number> = { 9001: 1, 9002: 0.3048, 9003: 1200 / 3937, 9036: 1000 }
/** Datum codes are those of their geographic system plus 2000, for the ones in use (6326 → 4326). */
const geographicOfDatum = (datum: number) => (datum >= 6001 && datum < 6999 ? datum - 2000 : null)

const numberOf = (keys: GeoKeys, key: number): number | null => {
  const value = keys.get(key)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
const textOf = (keys: GeoKeys, key: number): string => {
  const value = keys.get(key)
  return typeof value === 'string' ? value : ''
}

/** Esri software puts the whole WKT into a citation. */
const wktOf = (keys: GeoKeys): string | null => {
  const citation = [
    textOf(keys, K.citation),
    textOf(keys, K.projectedCitation),
    textOf(keys, K.geographicCitation),
  ]
  return (
    citation.map((text) => /ESRI PE String = (.+)/s.exec(text)?.[1]).find((wkt) => wkt !== undefined) ?? null
  )
}

const baseOf = (keys: GeoKeys): number | null => {
  const geographic = numberOf(keys, K.geographic)
  return geographic !== null && geographic !== USER_DEFINED
    ? geographic
    : geographicOfDatum(numberOf(keys, K.datum) ?? 0)
}

const figureProj4 = (keys: GeoKeys): string => {
  const [a, b, rf] = [K.semiMajor, K.semiMinor, K.inverseFlattening].map((key) => numberOf(keys, key))
  const named = ELLIPSOIDS[numberOf(keys, K.ellipsoid) ?? 0]
  if (a != null) return ` +a=${a}${rf == null ? ` +b=${b ?? a}` : ` +rf=${rf}`}`
  if (named) return ` +ellps=${named}`
  const base = findCrs(baseOf(keys) ?? 0)
  return base ? (base.proj4.match(/ \+(ellps|a|b|rf|pm)=\S+/g) ?? []).join('') : ''
}

/** For systems without a code: what the other keys say, as a PROJ string. */
const userDefinedProj4 = (keys: GeoKeys): string | null => {
  const figure = figureProj4(keys)
  if (figure === '') return null
  if (numberOf(keys, K.modelType) === 2) return `+proj=longlat${figure} +no_defs`
  const method = METHODS[numberOf(keys, K.method) ?? 0]
  if (!method) return null
  const unit = LINEAR_UNITS[numberOf(keys, K.linearUnit) ?? 9001] ?? numberOf(keys, K.linearUnitSize) ?? 1
  const seen = new Set<string>()
  const parameters = PARAMETERS.map(([key, name]) => {
    const value = numberOf(keys, key)
    if (value === null || seen.has(name)) return ''
    seen.add(name)
    return ` +${name}=${LENGTHS.has(name) ? value * unit : value}`
  }).join('')
  return `+proj=${method}${parameters}${figure} +to_meter=${unit} +no_defs`
}

const nameOf = (keys: GeoKeys): string => {
  const isGeographic = numberOf(keys, K.modelType) === 2
  const citations = [
    isGeographic ? '' : textOf(keys, K.projectedCitation),
    textOf(keys, K.citation),
    textOf(keys, K.geographicCitation),
  ]
  for (const citation of citations) {
    const named =
      /(?:PCS|GCS|Projection) Name = ([^|\n]+)/.exec(citation)?.[1] ?? citation.split(/[|\n]/)[0] ?? ''
    if (named.trim() !== '' && !/^(ESRI PE String|IMAGINE GeoTIFF)/.test(named)) return named.trim()
  }
  return ''
}

/** null when the file says nothing about its coordinate system. */
export const identifyGeoKeys = (keys: GeoKeys): CrsIdentity | null => {
  const name = nameOf(keys)
  const code = numberOf(keys, numberOf(keys, K.modelType) === 2 ? K.geographic : K.projected)
  const isCode = code !== null && code !== USER_DEFINED && code !== 0
  const byCode = isCode ? identifyCrs({ authority: { name: 'EPSG', code }, name }) : null
  if (byCode?.epsg != null) return byCode
  const wkt = wktOf(keys)
  const proj4 = userDefinedProj4(keys)
  const found = identifyCrs({ wkt, proj4, baseEpsg: baseOf(keys), name: name || null })
  if (found.epsg !== null || !byCode)
    return found.epsg === null && name === '' && !wkt && !proj4 ? null : found
  return byCode
}
