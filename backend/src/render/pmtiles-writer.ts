/**
 * Writes a PMTiles archive (specification version 3): tiles in the order of their ids, each content once, directories of
 * at most 16 KB, everything compressed with gzip. Tiles go to the disk as they come; only their places stay in memory.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { Box } from '../domain/probe.ts'
import { type Bytes, createBytes, finished, writeVarint, writeVarint64 } from './bytes.ts'

/** Position along the Hilbert curve, behind all tiles of lower zoom levels. */
export const toTileId = (zoom: number, column: number, row: number): number => {
  let before = (4 ** zoom - 1) / 3
  let x = column
  let y = row
  for (let size = 2 ** zoom / 2; size >= 1; size /= 2) {
    const right = Math.floor(x / size) % 2
    const lower = Math.floor(y / size) % 2
    before += size * size * ((3 * right) ^ lower)
    x %= size
    y %= size
    if (lower === 0) {
      if (right === 1) {
        x = size - 1 - x
        y = size - 1 - y
      }
      ;[x, y] = [y, x]
    }
  }
  return before
}

type Entry = { id: number; offset: number; length: number; run: number }

const headerBytes = 127
/** Header and root directory come in one request of 16 KB. */
const mostRootBytes = 16_384 - headerBytes

const writeNumber = (bytes: Bytes, value: number) =>
  value < 2 ** 32
    ? writeVarint(bytes, value)
    : writeVarint64(bytes, Math.floor(value / 2 ** 32), value % 2 ** 32)

const writeDirectory = (entries: Entry[]): Buffer => {
  const bytes = createBytes(entries.length * 8 + 16)
  writeNumber(bytes, entries.length)
  let last = 0
  for (const { id } of entries) {
    writeNumber(bytes, id - last)
    last = id
  }
  for (const { run } of entries) writeNumber(bytes, run)
  for (const { length } of entries) writeNumber(bytes, length)
  for (const [n, { offset }] of entries.entries()) {
    const before = entries[n - 1]
    const follows = before !== undefined && offset === before.offset + before.length
    writeNumber(bytes, follows ? 0 : offset + 1)
  }
  return gzipSync(finished(bytes), { level: 9 })
}

/** A root that leads to leaves when the entries do not fit into it themselves. */
const writeDirectories = (entries: Entry[]): { root: Buffer; leaves: Buffer } => {
  const only = writeDirectory(entries)
  if (only.length <= mostRootBytes) return { root: only, leaves: Buffer.alloc(0) }
  for (let size = 4096; ; size *= 2) {
    const leaves: Buffer[] = []
    const places: Entry[] = []
    let offset = 0
    for (let from = 0; from < entries.length; from += size) {
      const leaf = writeDirectory(entries.slice(from, from + size))
      places.push({ id: entries[from]?.id ?? 0, offset, length: leaf.length, run: 0 })
      leaves.push(leaf)
      offset += leaf.length
    }
    const root = writeDirectory(places)
    if (root.length <= mostRootBytes) return { root, leaves: Buffer.concat(leaves) }
  }
}

const GZIP = 2
const MVT = 1

export type ArchiveFacts = {
  metadata: Record<string, unknown>
  /** In CRS84. */
  box: Box
  minZoom: number
  maxZoom: number
}

export const openPmtilesWriter = async (path: string) => {
  const dataPath = `${path}.tiles`
  const data: FileHandle = await open(dataPath, 'w')
  const entries: Entry[] = []
  const places = new Map<string, { offset: number; length: number }>()
  let dataBytes = 0
  let addressed = 0
  let lastId = -1

  const placeOf = async (tile: Uint8Array) => {
    const hash = createHash('sha256').update(tile).digest('base64url').slice(0, 22)
    const known = places.get(hash)
    if (known) return known
    const place = { offset: dataBytes, length: tile.length }
    await data.write(tile, 0, tile.length, dataBytes)
    dataBytes += tile.length
    places.set(hash, place)
    return place
  }

  const header = (facts: ArchiveFacts, sizes: { root: number; metadata: number; leaves: number }): Buffer => {
    const bytes = Buffer.alloc(headerBytes)
    bytes.write('PMTiles', 0, 'latin1')
    bytes[7] = 3
    const metadataAt = headerBytes + sizes.root
    const leavesAt = metadataAt + sizes.metadata
    const dataAt = leavesAt + sizes.leaves
    const numbers = [
      headerBytes,
      sizes.root,
      metadataAt,
      sizes.metadata,
      leavesAt,
      sizes.leaves,
      dataAt,
      dataBytes,
      addressed,
      entries.length,
      places.size,
    ]
    for (const [n, value] of numbers.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 + 8 * n)
    // Clustered: tiles lie in the order of their ids.
    bytes[96] = 1
    bytes[97] = GZIP
    bytes[98] = GZIP
    bytes[99] = MVT
    bytes[100] = facts.minZoom
    bytes[101] = facts.maxZoom
    const e7 = (degrees: number) => Math.round(degrees * 1e7)
    const [west, south, east, north] = facts.box
    for (const [n, value] of facts.box.entries()) bytes.writeInt32LE(e7(value), 102 + 4 * n)
    bytes[118] = facts.minZoom
    bytes.writeInt32LE(e7((west + east) / 2), 119)
    bytes.writeInt32LE(e7((south + north) / 2), 123)
    return bytes
  }

  return {
    /** Adds a compressed tile; ids grow from one to the next. */
    add: async (id: number, tile: Uint8Array): Promise<void> => {
      if (id <= lastId) throw new Error(`tile ${id} comes after tile ${lastId}`)
      lastId = id
      addressed += 1
      const { offset, length } = await placeOf(tile)
      const last = entries.at(-1)
      if (last && last.offset === offset && last.id + last.run === id) last.run += 1
      else entries.push({ id, offset, length, run: 1 })
    },
    count: () => addressed,
    bytes: () => dataBytes,

    /** Puts the archive together at `path`. */
    finish: async (facts: ArchiveFacts): Promise<void> => {
      await data.close()
      const { root, leaves } = writeDirectories(entries)
      const metadata = gzipSync(JSON.stringify(facts.metadata), { level: 9 })
      const file = await open(path, 'w')
      try {
        const sizes = { root: root.length, metadata: metadata.length, leaves: leaves.length }
        await file.writeFile(Buffer.concat([header(facts, sizes), root, metadata, leaves]))
        for await (const piece of createReadStream(dataPath, { highWaterMark: 1 << 20 }))
          await file.appendFile(piece as Uint8Array)
      } finally {
        await file.close()
      }
      await rm(dataPath, { force: true })
    },

    /** Leaves nothing behind. */
    abandon: async (): Promise<void> => {
      await data.close().catch(() => {})
      await rm(dataPath, { force: true })
      await rm(path, { force: true })
    },
  }
}

export type PmtilesWriter = Awaited<ReturnType<typeof openPmtilesWriter>>
