/**
 * Values of published rasters: of the part a map shows, as fine as it shows them, and of single places. Reads only the
 * tiles that are needed, of the overview that is about as fine, and keeps the last ones.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { Box } from '../domain/probe.ts'
import { inverseOf, newSamples, type Samples, type StoredRaster } from '../domain/raster.ts'
import type { BlobStore } from '../files/blob-store.ts'
import { pointFromCrs84, pointToCrs84 } from '../geo/crs.ts'
import { fromMercator, toMercator } from '../geo/mercator.ts'
import { tilesAcross } from '../render/cog-layout.ts'
import { type Cog, openCog, type ReadBytes } from '../render/cog-reader.ts'
import type { Raster } from '../render/paint/raster.ts'
import {
  type Cells,
  cellsOf,
  clippedTo,
  type Grid,
  grown,
  levelFor,
  type PlaceOf,
  windowOf,
} from '../render/raster-window.ts'

export type RastersParts = {
  store: Pick<BlobStore, 'open' | 'pathOf'>
  /** For unpacked tiles. */
  cacheBytes?: number
}

export type MapGrid = Grid & { epsg: number }

export type PixelValues = {
  column: number
  row: number
  /** One for each band; null where the cell has no value. */
  values: (number | null)[]
}

const CACHE_BYTES = 96 * 1024 * 1024
const MOST_OPEN = 32
/** Tiles that are unpacked at the same time for one map. */
const TILES_AT_ONCE = 8
/** Cells that are filled before others get a turn. */
const CELLS_PER_TURN = 200_000

/** The bands a style draws from, counted from 0; null for all. */
type Wanted = ReadonlySet<number> | null

const placeFrom = (from: number, to: number): PlaceOf => {
  const toDegrees = (x: number, y: number) => (from === 3857 ? fromMercator(x, y) : pointToCrs84(x, y, from))
  return (x, y) => {
    const degrees = toDegrees(x, y)
    if (degrees === null || to === 4326) return degrees
    return to === 3857 ? toMercator(degrees[0], degrees[1]) : pointFromCrs84(degrees[0], degrees[1], to)
  }
}

type Opened = { file: FileHandle | null; cog: Cog }

/** The raster was replaced, and its file removed, since the collection was looked up. */
export const isRasterGone = (error: unknown): boolean => (error as { code?: unknown }).code === 'ENOENT'

export const createRasters = ({ store, cacheBytes = CACHE_BYTES }: RastersParts) => {
  const opened = new Map<string, Promise<Opened>>()
  const tiles = new Map<string, Promise<Samples>>()
  const sizes = new Map<string, number>()
  let kept = 0

  /** Local files by one handle; stores elsewhere by ranges. */
  const openBytes = async (sha256: string): Promise<{ file: FileHandle | null; read: ReadBytes }> => {
    const path = store.pathOf?.(sha256)
    if (path === undefined)
      return {
        file: null,
        read: async (position, length) => {
          const pieces: Uint8Array[] = []
          for await (const piece of await store.open(sha256, { start: position, end: position + length - 1 }))
            pieces.push(piece as Uint8Array)
          return Buffer.concat(pieces)
        },
      }
    const file = await open(path, 'r')
    return {
      file,
      read: async (position, length) => {
        const bytes = Buffer.allocUnsafe(length)
        const { bytesRead } = await file.read(bytes, 0, length, position)
        return bytes.subarray(0, bytesRead)
      },
    }
  }

  const openRaster = async (raster: StoredRaster): Promise<Opened> => {
    const { file, read } = await openBytes(raster.sha256)
    try {
      return { file, cog: await openCog(raster, read) }
    } catch (error) {
      await file?.close()
      throw error
    }
  }

  const forget = (one: Promise<Opened>) =>
    // Who still reads from it has its bytes asked for; closing waits for them.
    one.then(
      ({ file }) => file?.close(),
      () => {},
    )

  const cogOf = async (raster: StoredRaster): Promise<Cog> => {
    const present = opened.get(raster.sha256)
    const one = present ?? openRaster(raster)
    opened.delete(raster.sha256)
    opened.set(raster.sha256, one)
    one.catch(() => opened.get(raster.sha256) === one && opened.delete(raster.sha256))
    for (const [oldest, other] of opened) {
      if (opened.size <= MOST_OPEN) break
      opened.delete(oldest)
      void forget(other)
    }
    return (await one).cog
  }

  const tileOf = (raster: StoredRaster, level: number, index: number): Promise<Samples> => {
    const key = `${raster.sha256} ${level} ${index}`
    const present = tiles.get(key)
    if (present) {
      tiles.delete(key)
      tiles.set(key, present)
      return present
    }
    const tile = cogOf(raster).then((cog) => cog.readTile(level, index))
    tiles.set(key, tile)
    tile.then(
      ({ byteLength }) => {
        if (tiles.get(key) !== tile) return
        sizes.set(key, byteLength)
        kept += byteLength
        for (const oldest of tiles.keys()) {
          if (kept <= cacheBytes) break
          tiles.delete(oldest)
          kept -= sizes.get(oldest) ?? 0
          sizes.delete(oldest)
        }
      },
      () => tiles.get(key) === tile && tiles.delete(key),
    )
    return tile
  }

  /** All tiles that the cells lie in, by their number. */
  const tilesFor = async (
    raster: StoredRaster,
    level: number,
    { kind, columns, rows }: Cells,
    signal: AbortSignal | undefined,
  ): Promise<Map<number, Samples>> => {
    const { tileSize } = raster
    const across = tilesAcross(raster.levels[level] ?? raster, tileSize)
    const wanted = new Set<number>()
    const tileAt = (value: number) => Math.floor(value / tileSize)
    if (kind === 'straight') {
      const ofColumns = new Set([...columns].filter((one) => one >= 0).map(tileAt))
      const ofRows = new Set([...rows].filter((one) => one >= 0).map(tileAt))
      for (const row of ofRows) for (const column of ofColumns) wanted.add(row * across + column)
    } else
      for (let at = 0; at < columns.length; at += 1) {
        const [column, row] = [columns[at] as number, rows[at] as number]
        if (column >= 0 && row >= 0) wanted.add(tileAt(row) * across + tileAt(column))
      }
    const found = new Map<number, Samples>()
    const left = [...wanted]
    const readSome = async () => {
      for (let index = left.shift(); index !== undefined; index = left.shift()) {
        signal?.throwIfAborted()
        found.set(index, await tileOf(raster, level, index))
      }
    }
    await Promise.all(Array.from({ length: TILES_AT_ONCE }, readSome))
    return found
  }

  const fill = async (
    raster: StoredRaster,
    level: number,
    grid: Grid,
    cells: Cells,
    found: ReadonlyMap<number, Samples>,
    wanted: Wanted,
    signal: AbortSignal | undefined,
  ): Promise<Samples[]> => {
    const { tileSize, type, bands, noData } = raster
    const count = bands.length
    const across = tilesAcross(raster.levels[level] ?? raster, tileSize)
    const isWanted = (band: number) => wanted === null || wanted.has(band)
    const values = bands.map((_, band) => newSamples[type](isWanted(band) ? grid.width * grid.height : 0))
    const used = [...values.keys()].filter(isWanted)
    const isStraight = cells.kind === 'straight'
    if (!isStraight && noData !== null) for (const band of used) values[band]?.fill(noData)
    let turn = 0
    for (let y = 0; y < grid.height; y += 1) {
      for (let x = 0; x < grid.width; x += 1) {
        const to = y * grid.width + x
        const column = cells.columns[isStraight ? x : to] as number
        const row = cells.rows[isStraight ? y : to] as number
        if (column < 0 || row < 0) continue
        const tileColumn = Math.floor(column / tileSize)
        const tileRow = Math.floor(row / tileSize)
        const tile = found.get(tileRow * across + tileColumn)
        if (tile === undefined) continue
        const from = ((row - tileRow * tileSize) * tileSize + column - tileColumn * tileSize) * count
        for (const band of used) (values[band] as Samples)[to] = tile[from + band] as number
      }
      turn += grid.width
      if (turn < CELLS_PER_TURN) continue
      turn = 0
      await setImmediate()
      signal?.throwIfAborted()
    }
    return values
  }

  const read = async (
    raster: StoredRaster,
    { seen, ...grid }: Grid & { seen: Box },
    wanted: Wanted,
    signal: AbortSignal | undefined,
  ): Promise<Raster & { outside: Int32Array | null }> => {
    const level = levelFor(raster, grid)
    const cells = cellsOf(raster, { ...grid, box: seen }, level)
    const found = await tilesFor(raster, level, cells, signal)
    const values = await fill(raster, level, grid, cells, found, wanted, signal)
    return {
      ...grid,
      bands: raster.bands.map(({ name, statistics }, band) => ({
        name,
        values: values[band] as Samples,
        noData: raster.noData,
        range: statistics && { minimum: statistics.minimum, maximum: statistics.maximum },
      })),
      outside: cells.kind === 'turned' ? cells.columns : null,
    }
  }

  /** A window in the raster's own system, north up; null when nothing of the raster lies in it. */
  const readWindow = async (
    raster: StoredRaster,
    window: Grid,
    { bands = null, signal }: { bands?: Wanted; signal?: AbortSignal } = {},
  ): Promise<Raster | null> => {
    const grid = clippedTo(window, raster.extent)
    if (grid === null) return null
    const { outside, ...found } = await read(raster, grid, bands, signal)
    return outside === null ? found : withoutOutside(found, window, grid, outside)
  }

  /** What a map shows of a raster, ready to be painted; null when it shows nothing of it. */
  const readForMap = async (
    raster: StoredRaster,
    { epsg, ...map }: MapGrid,
    { bands = null, signal }: { bands?: Wanted; signal?: AbortSignal } = {},
  ): Promise<Raster | null> => {
    const plain = raster.transform[1] === 0 && raster.transform[3] === 0
    if (epsg === raster.epsg && plain) return readWindow(raster, grown(map, 1), { bands, signal })
    const asItIs: PlaceOf = (x, y) => [x, y]
    const isSame = epsg === raster.epsg
    const moved = windowOf(map, raster.extent, {
      toRaster: isSame ? asItIs : placeFrom(epsg, raster.epsg),
      toMap: isSame ? asItIs : placeFrom(raster.epsg, epsg),
    })
    if (moved === null) return null
    const { outside, ...found } = await read(
      raster,
      { ...moved.window, seen: moved.window.box },
      bands,
      signal,
    )
    if (outside !== null)
      for (let at = 0; at < moved.cells.length; at += 1) {
        const cell = moved.cells[at] as number
        if (cell >= 0 && (outside[cell] as number) < 0) moved.cells[at] = -1
      }
    return { ...found, cells: moved.cells }
  }

  return {
    readWindow,
    readForMap,

    /** Values at a place; null when it does not lie on the raster. */
    readPixel: async (
      raster: StoredRaster,
      { x, y, epsg }: { x: number; y: number; epsg: number },
    ): Promise<PixelValues | null> => {
      const place = epsg === raster.epsg ? ([x, y] as const) : placeFrom(epsg, raster.epsg)(x, y)
      const inverse = inverseOf(raster.transform)
      if (place === null || inverse === null) return null
      const [a, b, c, d, e, f] = inverse
      const column = Math.floor(a * place[0] + b * place[1] + c)
      const row = Math.floor(d * place[0] + e * place[1] + f)
      if (column < 0 || row < 0 || column >= raster.width || row >= raster.height) return null
      const { tileSize } = raster
      const index = Math.floor(row / tileSize) * tilesAcross(raster, tileSize) + Math.floor(column / tileSize)
      const tile = await tileOf(raster, 0, index)
      const from = ((row % tileSize) * tileSize + (column % tileSize)) * raster.bands.length
      const values = raster.bands.map((_, band) => {
        const value = tile[from + band] as number
        return value === raster.noData || !Number.isFinite(value) ? null : value
      })
      return { column, row, values }
    },

    close: async () => {
      const all = [...opened.values()]
      opened.clear()
      tiles.clear()
      await Promise.all(all.map(forget))
    },
  }
}

/** For turned rasters: which cells of the window lie on them. */
const withoutOutside = (raster: Raster, window: Grid, grid: Grid, columns: Int32Array): Raster => {
  const cells = new Int32Array(window.width * window.height).fill(-1)
  const left = Math.round(((grid.box[0] - window.box[0]) / (window.box[2] - window.box[0])) * window.width)
  const top = Math.round(((window.box[3] - grid.box[3]) / (window.box[3] - window.box[1])) * window.height)
  for (let y = 0; y < grid.height; y += 1)
    for (let x = 0; x < grid.width; x += 1) {
      const at = y * grid.width + x
      if ((columns[at] as number) >= 0) cells[(y + top) * window.width + x + left] = at
    }
  return { ...raster, cells }
}

export type Rasters = ReturnType<typeof createRasters>
