/**
 * Makes the Cloud Optimised GeoTIFF of an upload: a process of its own reads it and gives tiles as they come, which wait
 * in a temporary file until all are there and the directories can be written before them.
 */
import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProbeWarning } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import type { RasterFacts } from '../domain/raster.ts'
import { translateStorageError } from '../files/storage-error.ts'
import { type CogPlan, cogHeader, framed, tilesAcross, tilesDown } from '../render/cog-layout.ts'
import { TILE_HEADER_BYTES } from './frames.ts'
import { defaultLimits, type IngestLimits } from './limits.ts'
import { type ChildOptions, runReader } from './run-child.ts'

export type StageRasterRequest = {
  path: string
  fileName: string
  layer: string
  sourceEpsg?: number
  /** For tiles on their way. */
  folder: string
  limits?: Partial<IngestLimits>
  signal?: AbortSignal
  onProgress?: (share: number) => void
  onCrash?: ChildOptions['onCrash']
}

export type ReadRaster<Kept> = { facts: RasterFacts; warnings: ProbeWarning[]; kept: Kept }

type Level = { lengths: Uint32Array; positions: Float64Array }

/** Much smaller writes would cost more than they carry. */
const WRITE_BYTES = 1024 * 1024

const levelsOf = ({ levels, tileSize }: CogPlan): Level[] =>
  levels.map((level) => {
    const count = tilesAcross(level, tileSize) * tilesDown(level, tileSize)
    return { lengths: new Uint32Array(count), positions: new Float64Array(count) }
  })

/** Appends, in large pieces. */
const createHeap = (file: FileHandle) => {
  let pieces: Uint8Array[] = []
  let [held, written] = [0, 0]
  const flush = async () => {
    const all = Buffer.concat(pieces)
    pieces = []
    held = 0
    await file.write(all, 0, all.length, written)
    written += all.length
  }
  return {
    add: async (bytes: Uint8Array): Promise<number> => {
      const position = written + held
      pieces.push(bytes)
      held += bytes.length
      if (held >= WRITE_BYTES) await flush()
      return position
    },
    flush,
  }
}

const gather = async (request: StageRasterRequest, file: FileHandle) => {
  const { path, fileName, layer, sourceEpsg, signal, onCrash, onProgress } = request
  const limits = { ...defaultLimits, ...request.limits }
  const heap = createHeap(file)
  let plan: CogPlan | null = null
  let levels: Level[] = []
  const events = runReader(
    { task: 'raster', path, fileName, limits, options: { layer, sourceEpsg } },
    { wallClockMs: limits.loadMs, signal, onCrash },
  )
  for await (const event of events) {
    if (event.kind === 'raster-plan') {
      plan = event.plan
      levels = levelsOf(plan)
    } else if (event.kind === 'rows') {
      const frame = event.pieces.length === 1 ? (event.pieces[0] as Buffer) : Buffer.concat(event.pieces)
      const level = levels[frame.readUInt32LE(0)]
      const index = frame.readUInt32LE(4)
      if (level === undefined || index >= level.lengths.length)
        throw ingestProblems.readerStopped({ reason: 'crash' })
      level.lengths[index] = frame.length - TILE_HEADER_BYTES
      level.positions[index] = await heap.add(frame.subarray(TILE_HEADER_BYTES))
    } else if (event.kind === 'progress') onProgress?.(event.share ?? 0)
    else if (event.kind === 'raster-read' && plan !== null) {
      await heap.flush()
      const missing = levels.reduce(
        (sum, { lengths }) => sum + lengths.filter((length) => length === 0).length,
        0,
      )
      if (missing > 0)
        throw ingestProblems.loadDisagrees({
          what: 'number of tiles',
          inFile: 'complete',
          inTable: `${missing} missing`,
        })
      return { plan, levels, facts: event.facts, warnings: event.warnings }
    }
  }
  throw ingestProblems.readerStopped({ reason: 'crash' })
}

/** The file from its first byte to its last. */
async function* cogBytes(
  { plan, levels }: { plan: CogPlan; levels: Level[] },
  file: FileHandle,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield cogHeader(plan, levels)
  let [waiting, held]: [Uint8Array[], number] = [[], 0]
  for (const { lengths, positions } of levels.toReversed()) {
    for (let index = 0; index < lengths.length; index += 1) {
      signal?.throwIfAborted()
      const tile = Buffer.allocUnsafe(lengths[index] as number)
      await file.read(tile, 0, tile.length, positions[index] as number)
      const bytes = framed(tile)
      waiting.push(bytes)
      held += bytes.length
      if (held < WRITE_BYTES) continue
      yield Buffer.concat(waiting)
      ;[waiting, held] = [[], 0]
    }
  }
  yield Buffer.concat(waiting)
}

/** What workers that died have left; a file that is being written is written to every few seconds. */
export const removeRasterLeftovers = async (folder: string, olderThanMs: number): Promise<void> => {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const written = await stat(path).catch(() => null)
    if (written && Date.now() - written.mtimeMs > olderThanMs) await rm(path, { force: true })
  }
}

/** Hands the bytes of the new file to `keep`, and returns what it made of them. Nothing is left in `folder`. */
export const stageRaster = async <Kept>(
  request: StageRasterRequest,
  keep: (bytes: AsyncIterable<Uint8Array>) => Promise<Kept>,
): Promise<ReadRaster<Kept>> => {
  await mkdir(request.folder, { recursive: true })
  const path = join(request.folder, `${randomUUID()}.tiles`)
  const file = await open(path, 'wx+', 0o600)
  try {
    const gathered = await gather(request, file)
    const kept = await keep(cogBytes(gathered, file, request.signal))
    return { facts: gathered.facts, warnings: gathered.warnings, kept }
  } catch (thrown) {
    throw translateStorageError(thrown)
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}
