/** Whether what is served is what was exported; 'published' is said only when every check holds. */
import type { CollectionFacts, ExportedFile, LayerFacts, LayerField } from './facts.ts'
import { toFieldType } from './field-types.ts'
import { type RasterGrid, sayBands } from './rasters.ts'

/** What collection.check of the bridge saw. */
export type SeenInQgis = {
  isValid: boolean
  message: string
  featureCount: number | null
  crs: string
  extent: number[] | null
  geometryType: string
  fields: LayerField[]
  hasFirstFeature: boolean
}

export type VerificationCheck = {
  what:
    | 'opens'
    | 'count'
    | 'first-feature'
    | 'extent'
    | 'crs'
    | 'geometry'
    | 'fields'
    | 'server-count'
    | 'server-crs'
    | 'server-fields'
    | 'server-size'
    | 'server-bands'
    | 'server-extent'
  expected: string
  found: string
  ok: boolean
}

export type VerifyInput = {
  exported: ExportedFile
  layer: Pick<LayerFacts, 'kind' | 'geometryType'>
  /** The exported extent in degrees; null when it cannot be said. */
  extentCrs84: number[] | null
  seen: SeenInQgis
  server: CollectionFacts | null
}

export const verify = (input: VerifyInput): VerificationCheck[] => {
  const { seen, server } = input
  const opens: VerificationCheck = {
    what: 'opens',
    expected: 'opens in QGIS',
    found: seen.isValid ? 'opens in QGIS' : seen.message || 'does not open',
    ok: seen.isValid,
  }
  const ofServer = server === null ? [] : checkServer(input, server)
  return seen.isValid ? [opens, ...checkInQgis(input), ...ofServer] : [opens, ...ofServer]
}

const compare = (
  what: VerificationCheck['what'],
  expected: string | number | null,
  found: string | number | null,
): VerificationCheck => ({
  what,
  expected: String(expected ?? 'none'),
  found: String(found ?? 'none'),
  ok: expected === found,
})

// In QGIS -------------------------------------------------------------------------------------------------------

const checkInQgis = (input: VerifyInput): VerificationCheck[] => {
  const { exported, layer, seen } = input
  const isSpatial = layer.kind === 'vector' && layer.geometryType !== null
  return [
    compare('count', exported.featureCount, seen.featureCount),
    {
      what: 'first-feature',
      expected: exported.featureCount > 0 ? 'a feature can be read' : 'no feature',
      found: seen.hasFirstFeature ? 'a feature can be read' : 'no feature',
      ok: seen.hasFirstFeature === exported.featureCount > 0,
    },
    ...(isSpatial ? [checkCrs(input), ...checkExtent(input), checkGeometry(input)] : []),
    // QGIS knows the fields of a service by its first features.
    ...(exported.featureCount > 0 ? [checkFields(exported, seen.fields)] : []),
  ]
}

/** OGC API Features offers degrees first, whatever the data are stored in (R6.16). */
const isDegrees = (crs: string) => ['EPSG:4326', 'OGC:CRS84', 'CRS:84'].indexOf(crs) !== -1

const checkCrs = ({ exported, seen }: VerifyInput): VerificationCheck => {
  const own = `EPSG:${exported.epsg}`
  return {
    what: 'crs',
    expected: own === 'EPSG:4326' ? own : `EPSG:4326 or ${own}`,
    found: seen.crs || 'none',
    ok: isDegrees(seen.crs) || seen.crs === own,
  }
}

const checkExtent = ({ exported, seen, extentCrs84 }: VerifyInput): VerificationCheck[] => {
  const isOwnCrs = seen.crs === `EPSG:${exported.epsg}`
  const expected = isOwnCrs ? exported.extent : isDegrees(seen.crs) ? extentCrs84 : null
  if (expected === null || exported.featureCount === 0) return []
  return [
    {
      what: 'extent',
      expected: sayExtent(expected),
      found: seen.extent ? sayExtent(seen.extent) : 'none',
      ok:
        seen.extent !== null &&
        isNear(expected, seen.extent, toleranceOf(expected, { isDegrees: isDegrees(seen.crs), isOwnCrs })),
    },
  ]
}

/**
 * The same CRS: what rounding to about a centimetre leaves. Another CRS: PROJ and the server's arithmetic may differ by
 * metres where datums do, and a box turned in projection is wider than its features.
 */
const toleranceOf = (
  extent: number[],
  { isDegrees, isOwnCrs }: { isDegrees: boolean; isOwnCrs: boolean },
): number => {
  const [west = 0, south = 0, east = 0, north = 0] = extent
  if (isOwnCrs) return isDegrees ? 1e-6 : 0.02
  return Math.max(1e-4, 0.05 * Math.max(east - west, north - south))
}

const isNear = (one: number[], other: number[], tolerance: number) =>
  one.length === other.length &&
  one.every((value, at) => Math.abs(value - (other[at] ?? Number.NaN)) <= tolerance)

const sayExtent = (extent: number[]) =>
  extent.map((value) => String(Math.round(value * 1e6) / 1e6)).join(', ')

/** 'MultiPolygonZ' and 'Polygon25D' are polygons. */
const baseType = (type: string | null) =>
  (type ?? 'none')
    .replace(/^Multi/, '')
    .replace(/(25D|ZM|Z|M)$/, '')
    .toLowerCase()
const anyType = ['geometry', 'unknown', 'unknowngeometry', 'geometrycollection']

const checkGeometry = ({ layer, seen }: VerifyInput): VerificationCheck => ({
  what: 'geometry',
  expected: layer.geometryType ?? 'none',
  found: seen.geometryType || 'none',
  ok:
    anyType.indexOf(baseType(seen.geometryType)) !== -1 ||
    anyType.indexOf(baseType(layer.geometryType)) !== -1 ||
    baseType(seen.geometryType) === baseType(layer.geometryType),
})

/** Keys that the GeoPackage or its writer added; they become ids and no columns. */
const keys = ['fid', 'fid_gpkg', 'fid_', 'ogc_fid']

const columnsIn = ({ fields }: ExportedFile) =>
  fields
    .map(({ name, type }) => ({ name, type: toFieldType(type) }))
    .filter(
      ({ name, type }) =>
        type !== 'binary' && !(type === 'integer' && keys.indexOf(name.toLowerCase()) !== -1),
    )

/** GeoJSON has fewer types, and QGIS guesses them from what it reads: whole numbers for numbers, text for days. */
const guessedAs: Readonly<Record<string, readonly string[]>> = {
  string: ['string', 'integer', 'number', 'date', 'datetime', 'boolean'],
  integer: ['integer', 'number', 'string'],
  number: ['number', 'integer', 'string'],
  boolean: ['boolean', 'integer', 'string'],
  date: ['date', 'datetime', 'string'],
  datetime: ['datetime', 'date', 'string'],
  time: ['string'],
}

const checkFields = (exported: ExportedFile, seen: LayerField[]): VerificationCheck => {
  const columns = columnsIn(exported)
  const wrong = columns.filter(({ name, type }) => {
    const found = seen.find((field) => field.name === name)
    return !found || (guessedAs[type] ?? []).indexOf(toFieldType(found.type)) === -1
  })
  return sayFields('fields', columns, wrong, (name) => seen.find((field) => field.name === name)?.type)
}

const sayFields = (
  what: 'fields' | 'server-fields',
  columns: { name: string; type: string }[],
  wrong: { name: string; type: string }[],
  typeOf: (name: string) => string | undefined,
): VerificationCheck => ({
  what,
  expected: columns.length === 1 ? '1 field' : `${columns.length} fields`,
  found:
    wrong.length === 0
      ? 'all of them'
      : wrong
          .map(({ name, type }) => {
            const found = typeOf(name)
            return found === undefined ? `'${name}' is missing` : `'${name}' is ${found} instead of ${type}`
          })
          .join('; '),
  ok: wrong.length === 0,
})

// On the server -------------------------------------------------------------------------------------------------

const checkServer = ({ exported, layer }: VerifyInput, server: CollectionFacts): VerificationCheck[] => {
  const columns = columnsIn(exported)
  const typeOf = (name: string) => server.columns.find((column) => column.name === name)?.type
  const wrong = columns.filter(({ name, type }) => typeOf(name) !== type)
  return [
    compare('server-count', exported.featureCount, server.featureCount),
    ...(layer.geometryType === null
      ? []
      : [compare('server-crs', sayEpsg(exported.epsg), sayEpsg(server.storageEpsg))]),
    sayFields('server-fields', columns, wrong, typeOf),
  ]
}

const sayEpsg = (epsg: number | null) => (epsg === null ? null : `EPSG:${epsg}`)

// Rasters -------------------------------------------------------------------------------------------------------

/** Of a raster nothing is opened: the catalogue says what it serves, and both pictures are shown. */
export const verifyRaster = (
  { epsg }: Pick<ExportedFile, 'epsg'>,
  {
    exported,
    extentCrs84,
    server,
  }: { exported: RasterGrid; extentCrs84: number[] | null; server: CollectionFacts },
): VerificationCheck[] => {
  const { raster } = server
  const extent = { expected: extentCrs84, found: server.extentCrs84 }
  return [
    compare('server-size', saySize(exported), raster && saySize(raster)),
    compare('server-bands', sayBands(exported), raster && sayBands(raster)),
    compare('server-crs', sayEpsg(epsg), sayEpsg(server.storageEpsg)),
    ...(extent.expected === null
      ? []
      : [
          {
            what: 'server-extent' as const,
            expected: sayExtent(extent.expected),
            found: extent.found ? sayExtent(extent.found) : 'none',
            ok:
              extent.found !== null &&
              isNear(
                extent.expected,
                extent.found,
                toleranceOf(extent.expected, { isDegrees: true, isOwnCrs: epsg === 4326 }),
              ),
          },
        ]),
  ]
}

const saySize = ({ width, height }: RasterGrid) => `${width} × ${height}`
