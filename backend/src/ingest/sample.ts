/**
 * The first rows of one layer of a file, for a picture of it before it is published: read in the process that reads
 * uploads, and no further than the picture needs.
 */
import type { FieldType } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { storableNames } from './field-types.ts'
import { defaultLimits, type IngestLimits } from './limits.ts'
import { type LayerSchema, loadedFields, type OpenLayerOptions } from './reader.ts'
import { type ChildOptions, runReader } from './run-child.ts'

export type SampleRequest = {
  path: string
  fileName: string
  format: string
  options: OpenLayerOptions
  mostRows: number
  mostBytes: number
  mostMs: number
  limits?: Partial<IngestLimits>
  signal?: AbortSignal
  onCrash?: ChildOptions['onCrash']
}

export type LayerSample = {
  /** As PostgreSQL sends rows: the form that maps are made of (render/map-rows.ts). */
  rows: Uint8Array<ArrayBuffer>
  columns: { name: string; type: FieldType }[]
  /** EPSG code of the coordinates; null without geometry. */
  srid: number | null
  count: number
  /** Whether it is all there is. */
  isWhole: boolean
}

const D = 'D'.charCodeAt(0)

/** Rows of COPY BINARY are the bodies of rows in the protocol; each gets its head. */
const withHeads = (rows: Uint8Array): { rows: Uint8Array<ArrayBuffer>; count: number } => {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength)
  const bounds: number[] = [0]
  for (let at = 0; at < rows.length; ) {
    let next = at + 2
    for (let fields = view.getInt16(at); fields > 0; fields -= 1) next += 4 + Math.max(0, view.getInt32(next))
    at = next
    bounds.push(at)
  }
  const count = bounds.length - 1
  const framed = Buffer.alloc(rows.length + 5 * count)
  for (let row = 0; row < count; row += 1) {
    const [from = 0, to = 0] = [bounds[row], bounds[row + 1]]
    const into = from + 5 * row
    framed[into] = D
    framed.writeInt32BE(to - from + 4, into + 1)
    framed.set(rows.subarray(from, to), into + 5)
  }
  return { rows: framed, count }
}

const toSample = (schema: LayerSchema, pieces: readonly Uint8Array[], isWhole: boolean): LayerSample => {
  const fields = loadedFields(schema)
  const names = storableNames(fields.map(({ name }) => name))
  return {
    ...withHeads(Buffer.concat(pieces)),
    columns: fields.map(({ name, type }, at) => ({ name: names[at] ?? name, type })),
    srid: schema.geometry === null ? null : schema.srid,
    isWhole,
  }
}

export const sampleLayer = async (request: SampleRequest): Promise<LayerSample> => {
  const { path, fileName, format, options, mostRows, mostBytes, mostMs, signal, onCrash } = request
  const limits = { ...defaultLimits, ...request.limits }
  const startedAt = performance.now()
  const events = runReader(
    { task: 'load', path, fileName, limits, format, options },
    { wallClockMs: limits.probeMs, signal, onCrash },
  )
  let schema: LayerSchema | null = null
  let pieces: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop ends the process.
  for await (const event of events) {
    if (event.kind === 'schema') {
      // Rows so far did not fit their columns; they come again.
      schema = event.schema
      pieces = []
      bytes = 0
    } else if (event.kind === 'rows') {
      pieces.push(...event.pieces)
      bytes += event.pieces.reduce((sum, { length }) => sum + length, 0)
    }
    if (schema === null) continue
    if (event.kind === 'loaded') return toSample(event.schema, pieces, true)
    if (event.kind !== 'progress') continue
    if (event.rows >= mostRows || bytes >= mostBytes || performance.now() - startedAt > mostMs)
      return toSample(schema, pieces, false)
  }
  throw ingestProblems.readerStopped({ reason: 'crash' })
}
