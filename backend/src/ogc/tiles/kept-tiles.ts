/**
 * The short way to a tile that is kept: most requests of a map want one, and what routers, checks and negotiation do for a
 * request costs more than sending it. It answers what it is sure of – a stranger who asks for the tile as it is kept – with
 * the very headers of the long way (handlers.ts), and leaves everything else to that.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isInMatrix, isTileMatrixSetId, tileMatrixSets } from '../../geo/tile-matrix-sets.ts'
import type { PackedTile } from '../../render/tile-pack.ts'
import type { Collections } from '../../services/collections.ts'
import { type Tiles, tileKey } from '../../services/tiles.ts'
import { tileHeaders } from './tile-headers.ts'
import { mvtType } from './tileset-json.ts'

export type KeptTilesParts = {
  collections: Pick<Collections, 'peek'>
  tiles: Pick<Tiles, 'peek'>
  /** Addresses under which the face is mounted. */
  faces: string[]
  /** Of every answer of the face. */
  headers: Record<string, string>
}

/** Headers that make the answer depend on more than the address. */
const isPlain = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.authorization === undefined &&
  headers['if-none-match'] === undefined &&
  headers['content-length'] === undefined &&
  headers['transfer-encoding'] === undefined &&
  (headers.accept === undefined || headers.accept === '*/*' || headers.accept === mvtType)

/** As browsers, QGIS and GDAL say it; whoever says it otherwise is understood on the long way. */
const takesGzip = (accepted: unknown): boolean =>
  typeof accepted === 'string' && /^(?:[a-z]+, ?)*gzip(?:, ?[a-z]+)*$/.test(accepted)

const figure = '(0|[1-9]\\d{0,8})'
const addressIn = (faces: string[]) =>
  new RegExp(
    `^(?:${faces.join('|')})/collections/([a-z0-9_-]+)/tiles/(\\w+)/${figure}/${figure}/${figure}(?:\\?f=mvt)?$`,
  )

export const createKeptTiles = ({ collections, tiles, faces, headers }: KeptTilesParts) => {
  const pattern = addressIn(faces)
  /** What is written before a tile, made once for as long as it is kept. */
  const heads = new WeakMap<PackedTile, string[]>()

  const find = (url: string): { tile: PackedTile; key: string } | null => {
    const [, id = '', tileMatrixSetId = '', zoom, row, column] = pattern.exec(url) ?? []
    if (!isTileMatrixSetId(tileMatrixSetId)) return null
    const address = { tileMatrixSetId, zoom: Number(zoom), row: Number(row), column: Number(column) }
    if (address.zoom > tileMatrixSets[tileMatrixSetId].lastZoom || !isInMatrix(address)) return null
    const collection = collections.peek(id)
    const tile = collection && tiles.peek(collection, address)
    return tile ? { tile, key: tileKey(collection, address) } : null
  }

  const headOf = (tile: PackedTile, key: string, bytes: number): string[] => {
    const known = heads.get(tile)
    if (known) return known
    const { Vary, ...own } = tileHeaders(key)
    const all = {
      ...headers,
      ...own,
      Vary: `Authorization, ${Vary}`,
      'Content-Encoding': 'gzip',
      'Content-Type': mvtType,
      'Content-Length': String(bytes),
    }
    const head = Object.entries(all).flat()
    heads.set(tile, head)
    return head
  }

  /** Whether it has answered. */
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!isPlain(request) || !takesGzip(request.headers['accept-encoding'])) return false
    const found = find(request.url ?? '')
    if (found === null || found.tile.gzip === null) return false
    const { gzip } = found.tile
    response.writeHead(200, headOf(found.tile, found.key, gzip.length))
    response.end(gzip)
    return true
  }
}
