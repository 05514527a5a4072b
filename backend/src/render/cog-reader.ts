/** Reads tiles of the Cloud Optimised GeoTIFFs that `cog-layout.ts` arranges; of no others, so that little can be wrong. */
import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { asSamples, type RasterFacts, type Samples, sampleBytes } from '../domain/raster.ts'
import { predictorOf, tilesAcross } from './cog-layout.ts'
import { accumulate, joinFloats } from './cog-predictors.ts'

const unpack = promisify(inflate)

export type ReadBytes = (position: number, length: number) => Promise<Buffer>

type Level = { offsets: Float64Array; lengths: Float64Array; across: number }

export type Cog = {
  /** Whole tiles, pixel by pixel; what lies outside of the raster is filled up. */
  readTile: (level: number, index: number) => Promise<Samples>
}

const HEAD_BYTES = 65_536
const TILE_OFFSETS = 324
const TILE_LENGTHS = 325
const LONG8 = 16

type Layout = { isBig: boolean; entryBytes: number; inlineBytes: number }

const numberAt = (bytes: Buffer, at: number, { isBig }: Layout) =>
  isBig ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at)

export const openCog = async (
  {
    type,
    bands,
    tileSize,
    levels: sides,
  }: Pick<RasterFacts, 'type' | 'tileSize' | 'levels'> & { bands: unknown[] },
  read: ReadBytes,
): Promise<Cog> => {
  const head = await read(0, HEAD_BYTES)
  const isBig = head.readUInt16LE(2) === 43
  const layout: Layout = isBig
    ? { isBig, entryBytes: 20, inlineBytes: 8 }
    : { isBig, entryBytes: 12, inlineBytes: 4 }
  const bytesAt = async (position: number, length: number) =>
    position + length <= head.length ? head.subarray(position, position + length) : read(position, length)

  const listOf = async (body: Buffer, entry: number, position: number): Promise<Float64Array> => {
    const size = body.readUInt16LE(entry + 2) === LONG8 ? 8 : 4
    const count = numberAt(body, entry + 4, layout)
    const valueAt = entry + (isBig ? 12 : 8)
    const isInline = count * size <= layout.inlineBytes
    const values = await bytesAt(
      isInline ? position + valueAt : numberAt(body, valueAt, layout),
      count * size,
    )
    return Float64Array.from({ length: count }, (_, at) =>
      size === 8 ? Number(values.readBigUInt64LE(8 * at)) : values.readUInt32LE(4 * at),
    )
  }

  const levels: Level[] = []
  let position = numberAt(head, isBig ? 8 : 4, layout)
  for (const side of sides) {
    const countBytes = isBig ? 8 : 2
    const start = await bytesAt(position, countBytes)
    const count = isBig ? Number(start.readBigUInt64LE(0)) : start.readUInt16LE(0)
    const from = position + countBytes
    const body = await bytesAt(from, count * layout.entryBytes + layout.inlineBytes)
    const lists = new Map<number, Float64Array>()
    for (let entry = 0; entry < count * layout.entryBytes; entry += layout.entryBytes) {
      const tag = body.readUInt16LE(entry)
      if (tag === TILE_OFFSETS || tag === TILE_LENGTHS) lists.set(tag, await listOf(body, entry, from))
    }
    const [offsets, lengths] = [lists.get(TILE_OFFSETS), lists.get(TILE_LENGTHS)]
    if (offsets === undefined || lengths === undefined) throw new Error('the stored raster lists no tiles')
    levels.push({ offsets, lengths, across: tilesAcross(side, tileSize) })
    position = numberAt(body, count * layout.entryBytes, layout)
  }

  const size = sampleBytes[type]
  const shape = { rowSamples: tileSize * bands.length, rows: tileSize, stride: bands.length }
  const tileBytes = tileSize * tileSize * bands.length * size

  return {
    readTile: async (level, index) => {
      const one = levels[level]
      const [offset, length] = [one?.offsets[index], one?.lengths[index]]
      if (offset === undefined || length === undefined)
        throw new Error(`the stored raster has no tile ${index} of level ${level}`)
      const bytes = await unpack(await read(offset, length), {
        chunkSize: tileBytes + 64,
        maxOutputLength: tileBytes,
      })
      if (bytes.length !== tileBytes) throw new Error(`tile ${index} of level ${level} is not whole`)
      if (predictorOf(type) === 3) return asSamples(type, joinFloats(bytes, size, shape))
      if (size === 1) accumulate(bytes, shape)
      else {
        const words = asSamples(size === 2 ? 'uint16' : 'uint32', bytes) as Uint16Array | Uint32Array
        accumulate(words, shape)
        return asSamples(type, new Uint8Array(words.buffer, words.byteOffset, words.byteLength))
      }
      return asSamples(type, bytes)
    },
  }
}
