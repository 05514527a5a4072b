/** `sec-ims style render`: a style and a file of features become a picture, without a server. */
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import type { Box, FileFormat } from '../domain/probe.ts'
import { openSymbolLibrary } from '../files/symbol-library.ts'
import { isGeographic, pointFromCrs84, pointToCrs84 } from '../geo/crs.ts'
import { createCopyEncoder } from '../ingest/copy-encoder.ts'
import { openGeojsonLayer, probeGeojson } from '../ingest/geojson.ts'
import { openGeoPackageLayer, probeGeoPackage } from '../ingest/geopackage.ts'
import {
  closeFile,
  isWideningNeeded,
  type LayerReader,
  loadedFields,
  type OpenFile,
  openFile,
  widened,
} from '../ingest/reader.ts'
import { sniff } from '../ingest/sniff.ts'
import { defaultLimits } from '../render/paint/budget.ts'
import { type ImageFormat, imageFormats } from '../render/paint/encode.ts'
import type { PaintFeature } from '../render/paint/feature.ts'
import { paintImage } from '../render/paint/job.ts'
import { placedIn } from '../render/paint/move.ts'
import { libraryPictures } from '../render/paint/pictures.ts'
import { featuresOfRows } from '../render/paint/rows.ts'
import { plainView } from '../render/paint/view.ts'
import { fromXml } from '../styles/markup.ts'
import { STYLE_MODEL_VERSION, type Style } from '../styles/model.ts'
import { readQml } from '../styles/qml.ts'
import { readQmlStyle } from '../styles/qml-read.ts'
import { readSld } from '../styles/sld-read.ts'
import { readXml } from '../xml/read.ts'
import { UsageError } from './publish.ts'
import type { Terminal } from './terminal.ts'

const options = {
  data: { type: 'string' },
  layer: { type: 'string' },
  size: { type: 'string', default: '800x600' },
  bbox: { type: 'string' },
  crs: { type: 'string' },
  'scale-factor': { type: 'string', default: '1' },
  background: { type: 'string', default: '#ffffff' },
  symbols: { type: 'string' },
  output: { type: 'string', short: 'o', default: 'map.png' },
  dialect: { type: 'string', default: 'auto' },
  json: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
} as const

const needed = (value: string | undefined, what: string): string => {
  if (value === undefined || value === '') throw new UsageError(`${what} is missing. See sec-ims --help.`)
  return value
}

const isDialect = (word: string): word is 'auto' | 'qgis' | 'ogc' => ['auto', 'qgis', 'ogc'].includes(word)

const readStyle = (path: string, fields: readonly string[], dialect: string): Style => {
  const bytes = readFileSync(path)
  if (path.endsWith('.json')) {
    const style = JSON.parse(bytes.toString('utf8')) as Style
    if (style.modelVersion === STYLE_MODEL_VERSION) return style
    throw new UsageError(`${path} is not a style of model version ${STYLE_MODEL_VERSION}.`)
  }
  if (path.toLowerCase().endsWith('.qml'))
    return readQmlStyle(fromXml(readQml(bytes, `The QGIS style ${path}`))).style
  if (!isDialect(dialect)) throw new UsageError(`--dialect is auto, qgis or ogc, not '${dialect}'.`)
  const reading = readSld(readXml(bytes, { what: `The style ${path}` }), { fields, dialect })
  if (reading === null) throw new UsageError(`${path} holds no style.`)
  const [error] = reading.errors
  if (error) throw new UsageError(`${path} is not accepted: ${error.message}`)
  return reading.style
}

type Formats = Partial<Record<FileFormat, { probe: typeof probeGeojson; open: typeof openGeojsonLayer }>>
const formats: Formats = {
  GeoJSON: { probe: probeGeojson, open: openGeojsonLayer },
  GeoPackage: { probe: probeGeoPackage, open: openGeoPackageLayer },
}

type Layer = {
  fields: { name: string; type: Parameters<typeof featuresOfRows>[1][number]['type'] }[]
  epsg: number
  features: PaintFeature[]
}

const readRows = (reader: LayerReader): Uint8Array[] => {
  const { schema } = reader
  const encoder = createCopyEncoder({
    types: loadedFields(schema).map(({ type }) => type),
    srid: schema.srid,
    geometry: schema.geometry,
  })
  const rows: Uint8Array[] = []
  for (const _ of reader.read(encoder)) rows.push(encoder.take())
  rows.push(encoder.take())
  return rows
}

const readLayer = (file: OpenFile, path: string, wanted: string | undefined): Layer => {
  const format = formats[sniff(file)]
  if (format === undefined) throw new UsageError(`${path} is neither GeoJSON nor a GeoPackage.`)
  const { layers } = format.probe(file)
  const layer = wanted ?? layers.find(({ kind }) => kind === 'features')?.name
  if (layer === undefined) throw new UsageError(`${path} has no layer with features.`)
  const load = (schema: LayerReader['schema'] | undefined): Layer => {
    const reader = format.open(file, { layer, ...(schema ? { schema } : {}) })
    try {
      const rows = readRows(reader)
      const fields = loadedFields(reader.schema).map(({ name, type }) => ({ name, type }))
      const features = rows.flatMap((part) => [...featuresOfRows(part, fields, () => true)])
      return { fields, features, epsg: reader.schema.srid ?? 4326 }
    } catch (thrown) {
      if (!isWideningNeeded(thrown)) throw thrown
      return load(widened(reader.schema, thrown.widening))
    } finally {
      reader.close()
    }
  }
  return load(undefined)
}

const readNumbers = (text: string, count: number, separator: RegExp, what: string): number[] => {
  const numbers = text.split(separator).map(Number)
  if (numbers.length === count && numbers.every(Number.isFinite)) return numbers
  throw new UsageError(`${what} is '${text}'; expected ${count} numbers.`)
}

const readCrs = (text: string): number => {
  const [, code] = /^(?:EPSG:)?(\d+)$/i.exec(text) ?? []
  if (code === undefined) throw new UsageError(`--crs is '${text}'; expected something like EPSG:3857.`)
  return Number(code)
}

const formatOf = (path: string): ImageFormat => {
  const extension = path.split('.').at(-1)?.toLowerCase().replace('jpg', 'jpeg') ?? ''
  const format = imageFormats.find((one) => one === extension)
  if (format) return format
  throw new UsageError(`${path} ends in none of .png, .jpg, .webp.`)
}

/** Degrees are told as lengths at the equator (OGC 06-042 §7.2.4.6.9). */
const metresPerUnitOf = (epsg: number): number => (isGeographic(epsg) ? 111_319.490_793_273_6 : 1)

/** Room for lines and symbols at the edge. */
const roomAround = 0.02

const boxAround = (features: readonly PaintFeature[], aspect: number): Box => {
  const { box } = placedIn(features, (x, y) => [x, y])
  if (box === null) throw new UsageError('The layer has no features with a place; give --bbox.')
  const [west, south, east, north] = box
  const width = Math.max(east - west, (north - south) * aspect, 1e-9) * (1 + 2 * roomAround)
  const [x, y] = [(west + east) / 2, (south + north) / 2]
  return [x - width / 2, y - width / aspect / 2, x + width / 2, y + width / aspect / 2]
}

export const renderStyle = async (argv: string[], terminal: Terminal): Promise<void> => {
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true })
  const stylePath = needed(positionals[0], 'The style')
  const dataPath = needed(values.data, '--data')
  const file = openFile(dataPath, basename(dataPath))
  try {
    const layer = readLayer(file, dataPath, values.layer)
    const names = layer.fields.map(({ name }) => name)
    const style = readStyle(stylePath, names, values.dialect)
    const [width = 0, height = 0] = readNumbers(values.size, 2, /x/, '--size')
    const epsg = values.crs === undefined ? layer.epsg : readCrs(values.crs)
    const { features } =
      epsg === layer.epsg
        ? layer
        : placedIn(layer.features, (x, y) => {
            const [lon, lat] = pointToCrs84(x, y, layer.epsg) ?? [Number.NaN, Number.NaN]
            return pointFromCrs84(lon, lat, epsg) ?? [Number.NaN, Number.NaN]
          })
    const box =
      values.bbox === undefined
        ? boxAround(features, width / height)
        : (readNumbers(values.bbox, 4, /,/, '--bbox') as Box)
    const [pixelRatio = 1] = readNumbers(values['scale-factor'], 1, /,/, '--scale-factor')
    const painted = await paintImage(
      {
        style,
        view: plainView({ box, width, height, pixelRatio, metresPerUnit: metresPerUnitOf(epsg) }),
        fields: names,
        features,
        resources: await libraryPictures(style, openSymbolLibrary(values.symbols ?? null).read),
        variables: {},
        background: values.background === 'none' ? null : values.background,
        format: formatOf(values.output),
        limits: { ...defaultLimits, timeMs: 120_000, features: 5_000_000 },
      },
      () => false,
    )
    writeFileSync(values.output, painted.image)
    for (const { message, rule } of painted.losses)
      terminal.say(rule === undefined ? message : `${rule}: ${message}`)
    terminal.say(
      `${values.output}: ${width} × ${height} pixels, ${features.length} features, ${painted.labels} labels.`,
    )
    if (terminal.isJson)
      terminal.json({
        output: values.output,
        width,
        height,
        box,
        crs: `EPSG:${epsg}`,
        features: features.length,
        labels: painted.labels,
        losses: painted.losses,
      })
  } finally {
    closeFile(file)
  }
}
