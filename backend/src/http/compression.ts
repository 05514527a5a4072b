/**
 * Which compression an answer gets, and how hard it is worked for. Measured on a page of a thousand features: brotli 1
 * is faster and smaller than gzip 1, and gzip 6 costs more than the query. Programs (QGIS, GDAL) take gzip only.
 */
import { hash } from 'node:crypto'
import type { Transform } from 'node:stream'
import { promisify } from 'node:util'
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib'

const gzipped = promisify(gzip)
const brotlied = promisify(brotliCompress)

export type Encoding = 'br' | 'gzip'
export type Effort = 'live' | 'once'

const qualityOf = (accepted: string, encoding: Encoding): number => {
  const ranges = accepted.split(',').map((one) => {
    const [name = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase())
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    return { name, quality: q === undefined ? 1 : Number(q.slice(2)) || 0 }
  })
  const found = ranges.find(({ name }) => name === encoding) ?? ranges.find(({ name }) => name === '*')
  return found?.quality ?? 0
}

/** What the client likes best of what there is; equally liked, the smaller. */
export const chooseEncoding = (accepted: string | string[] | undefined): Encoding | null => {
  const text = String(accepted ?? '').slice(0, 500)
  const [brotli, gzipQuality] = [qualityOf(text, 'br'), qualityOf(text, 'gzip')]
  if (brotli > 0 && brotli >= gzipQuality) return 'br'
  return gzipQuality > 0 ? 'gzip' : null
}

const brotliOptions = (effort: Effort, size?: number) => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: effort === 'live' ? 1 : 11,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    ...(size !== undefined && { [constants.BROTLI_PARAM_SIZE_HINT]: size }),
  },
})

/** For bodies that are written piece by piece. */
export const compressor = (encoding: Encoding): Transform =>
  encoding === 'br' ? createBrotliCompress(brotliOptions('live')) : createGzip({ level: 1 })

const mostKeptBytes = 16 * 1024 * 1024
const kept = new Map<string, Promise<Uint8Array>>()
let keptBytes = 0

const compressNow = (bytes: Uint8Array, encoding: Encoding, effort: Effort): Promise<Uint8Array> =>
  encoding === 'br'
    ? brotlied(bytes, brotliOptions(effort, bytes.length))
    : gzipped(bytes, { level: effort === 'live' ? 1 : 9 })

/** With `once`, the same bytes are compressed once for all, as small as can be. */
export const compress = (bytes: Uint8Array, encoding: Encoding, effort: Effort): Promise<Uint8Array> => {
  if (effort === 'live') return compressNow(bytes, encoding, effort)
  const key = `${encoding} ${hash('sha256', bytes)}`
  const known = kept.get(key)
  if (known) return known
  if (keptBytes + bytes.length > mostKeptBytes) {
    kept.clear()
    keptBytes = 0
  }
  keptBytes += bytes.length
  const made = compressNow(bytes, encoding, effort)
  kept.set(key, made)
  made.catch(() => kept.delete(key))
  return made
}
