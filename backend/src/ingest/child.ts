/**
 * The process that reads uploads; nobody else does. It is started for one task under `node --permission`,
 * takes a request from stdin and writes frames to stdout. It has no network, no database and no secrets.
 */
import { readFileSync, writeSync } from 'node:fs'
import type { FileFormat, Probe } from '../domain/probe.ts'
import { isProblem, type ProblemBody } from '../domain/problem.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { type CopyEncoder, createCopyEncoder } from './copy-encoder.ts'
import {
  FRAME_HEADER_BYTES,
  MESSAGE_FRAME,
  type Message,
  type ReaderRequest,
  ROWS_FRAME,
  TILE_HEADER_BYTES,
} from './frames.ts'
import {
  isWideningNeeded,
  type LayerReader,
  type LayerSchema,
  loadedFields,
  type OpenFile,
  type OpenLayer,
  openFile,
  widened,
} from './reader.ts'

type Reader = { probe: (file: OpenFile) => Probe; open?: OpenLayer }

/** Each format's reader is loaded only when a file of that format came, because loading takes time. */
const readers: Record<FileFormat, () => Promise<Reader>> = {
  GeoPackage: async () => {
    const { probeGeoPackage, openGeoPackageLayer } = await import('./geopackage.ts')
    return { probe: probeGeoPackage, open: openGeoPackageLayer }
  },
  Shapefile: async () => {
    const { probeShapefile, openShapefileLayer } = await import('./shapefile.ts')
    return { probe: probeShapefile, open: openShapefileLayer }
  },
  GeoJSON: async () => {
    const { probeGeojson, openGeojsonLayer } = await import('./geojson.ts')
    return { probe: probeGeojson, open: openGeojsonLayer }
  },
  CSV: async () => {
    const { probeCsv, openCsvLayer } = await import('./csv.ts')
    return { probe: probeCsv, open: openCsvLayer }
  },
  GeoTIFF: async () => ({ probe: (await import('./tiff.ts')).probeTiff }),
  PDF: () => documentReader('PDF'),
  DOCX: () => documentReader('DOCX'),
  XLSX: () => documentReader('XLSX'),
}

const documentReader = async (format: FileFormat): Promise<Reader> => {
  const { probeDocument } = await import('./documents.ts')
  return { probe: (file) => probeDocument(file, format) }
}

const STDOUT = 1
const MOST_ROUNDS = 5
const header = Buffer.alloc(FRAME_HEADER_BYTES)

const writeAll = (bytes: Uint8Array): void => {
  let written = 0
  while (written < bytes.length) written += writeSync(STDOUT, bytes, written)
}

const sendFrame = (type: number, payload: Uint8Array): void => {
  header[0] = type
  header.writeUInt32LE(payload.length, 1)
  writeAll(header)
  writeAll(payload)
}

const send = (message: Message): void => sendFrame(MESSAGE_FRAME, Buffer.from(JSON.stringify(message)))

const load = async (request: ReaderRequest & { task: 'load' }, file: OpenFile): Promise<void> => {
  const { open } = await readerOf(request.format)
  if (!open) throw ingestProblems.formatNotLoadable({ format: request.format })
  const { options } = request
  const { rowBytes } = request.limits
  let schema = options.schema
  // Each round knows every column that the one before found too narrow, so the second one fits as a rule.
  for (let round = 1; ; round++) {
    const layer = open(file, { ...options, schema })
    try {
      readLayer(layer, options.layer, rowBytes)
      return
    } catch (thrown) {
      if (!isWideningNeeded(thrown) || round === MOST_ROUNDS) throw thrown
      const { widening } = thrown
      schema =
        widening.column === 'all'
          ? widening.to
          : tryLayer(open(file, { ...options, schema }), layer.schema, rowBytes)
    } finally {
      layer.close()
    }
  }
}

/** Reads the layer without sending it, to learn which columns must be wider. */
const tryLayer = (layer: LayerReader, schema: LayerSchema, rowBytes: number): LayerSchema => {
  const encoder = createEncoder(schema, rowBytes, { isTrial: true })
  try {
    for (const _pause of layer.read(encoder)) encoder.take()
    return encoder.widenings().reduce(widened, schema)
  } catch (thrown) {
    if (isWideningNeeded(thrown) && thrown.widening.column === 'all') return thrown.widening.to
    throw thrown
  } finally {
    layer.close()
  }
}

const createEncoder = (schema: LayerSchema, rowBytes: number, { isTrial = false } = {}): CopyEncoder =>
  createCopyEncoder({
    types: loadedFields(schema).map((field) => field.type),
    srid: schema.srid,
    geometry: schema.geometry,
    isTrial,
    rowBytes,
  })

const readLayer = (layer: LayerReader, name: string, rowBytes: number): void => {
  const { schema } = layer
  send({ kind: 'schema', schema })
  const encoder = createEncoder(schema, rowBytes)
  const flush = () => {
    if (encoder.pending === 0) return
    const rows = encoder.take()
    // Once a row cannot be published, the rest is only read to name all such rows.
    if (!encoder.hasRefused) sendFrame(ROWS_FRAME, rows)
    send({ kind: 'progress', share: layer.progress(), rows: encoder.rows })
  }
  for (const _pause of layer.read(encoder)) flush()
  flush()
  const statistics = encoder.statistics()
  const { refused } = statistics
  if (refused?.reason === 'coordinates')
    throw ingestProblems.coordinatesOutOfRange({ layer: name, ...refused })
  if (refused) throw ingestProblems.geometryBroken({ layer: name, ...refused })
  send({ kind: 'loaded', schema, statistics, warnings: [...layer.warnings(), ...statistics.warnings] })
}

const readerOf = (format: string): Promise<Reader> => {
  const find = readers[format as FileFormat]
  if (!find) throw ingestProblems.formatNotLoadable({ format })
  return find()
}

/** Larger frames would be refused by the other side. */
const PIECE_BYTES = 256 * 1024

const extract = async (file: OpenFile, layer: string): Promise<void> => {
  const { extractGeoPackageLayer } = await import('./geopackage-extract.ts')
  const bytes = extractGeoPackageLayer(file, layer)
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    sendFrame(ROWS_FRAME, bytes.subarray(at, at + PIECE_BYTES))
  send({ kind: 'extracted', sizeBytes: bytes.length })
}

const convert = async (
  file: OpenFile,
  options: (ReaderRequest & { task: 'raster' })['options'],
): Promise<void> => {
  const { readRaster } = await import('./raster.ts')
  const place = Buffer.alloc(TILE_HEADER_BYTES)
  const read = await readRaster(file, options, {
    plan: (plan) => send({ kind: 'raster-plan', plan }),
    tile: (level, index, bytes) => {
      place.writeUInt32LE(level, 0)
      place.writeUInt32LE(index, 4)
      header[0] = ROWS_FRAME
      header.writeUInt32LE(place.length + bytes.length, 1)
      writeAll(header)
      writeAll(place)
      writeAll(bytes)
    },
    progress: (share) => send({ kind: 'progress', share, rows: 0 }),
  })
  send({ kind: 'raster-read', ...read })
}

const run = async (request: ReaderRequest): Promise<void> => {
  const file = openFile(request.path, request.fileName, request.limits)
  if (request.task === 'load') return load(request, file)
  if (request.task === 'extract') return extract(file, request.layer)
  if (request.task === 'raster') return convert(file, request.options)
  const { sniff } = await import('./sniff.ts')
  const { probe } = await readerOf(sniff(file))
  send({ kind: 'probed', probe: probe(file) })
}

const toProblem = (thrown: unknown): ProblemBody | undefined => {
  if (isProblem(thrown)) return thrown.toJSON()
  const isTooLarge =
    thrown instanceof RangeError &&
    /allocation failed|invalid (array|string) length|too large/i.test(thrown.message)
  return isTooLarge ? ingestProblems.readerStopped({ reason: 'memory' }).toJSON() : undefined
}

try {
  await run(JSON.parse(readFileSync(0, 'utf8')))
} catch (thrown) {
  const problem = toProblem(thrown)
  // Anything else is a mistake of ours: the parent sees the exit code and logs what is on stderr.
  if (!problem) throw thrown
  send({ kind: 'problem', problem })
}
