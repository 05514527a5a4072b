/** Pictures of maps in answers: their formats, and what is told beside them. */
import type { HttpContext, RawBody } from '../../contract/handler.ts'
import type { RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import type { Offer } from '../../http/negotiate.ts'
import type { ServedMap } from '../../services/maps.ts'
import { hasItAlready, keptButAskedFor } from './caching.ts'

export type PictureFormat = 'png' | 'jpeg' | 'webp'

export const pictureTypes: Record<PictureFormat, string> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
}

export const pictureOffers: [Offer<PictureFormat>, ...Offer<PictureFormat>[]] = [
  { key: 'png', types: [pictureTypes.png] },
  { key: 'jpeg', types: [pictureTypes.jpeg] },
  { key: 'webp', types: [pictureTypes.webp] },
]

/** In the order of the axes of the system (20-058, /req/core/map-response). */
export const contentBox = ([west, south, east, north]: Box, { axisOrder }: RequestCrs): string =>
  (axisOrder === 'yx' ? [south, west, north, east] : [west, south, east, north]).join(',')

export const placeHeaders = (box: Box, crs: RequestCrs): Record<string, string> => ({
  'Content-Bbox': contentBox(box, crs),
  ...(crs.uri !== CRS84_URI && { 'Content-Crs': crs.uri }),
})

const lossHeaders = ({ losses }: ServedMap): Record<string, string> => {
  const codes = [...new Set(losses.map(({ code }) => code))]
  return codes.length > 0 ? { 'Map-Losses': codes.slice(0, 20).join(',') } : {}
}

/** Of the state of data and style and not of the bytes: whoever has the picture is told so without its being drawn. */
export const answerPicture = async (
  http: Pick<HttpContext, 'headers'>,
  { etag, format, headers = {} }: { etag: string; format: PictureFormat; headers?: Record<string, string> },
  make: () => Promise<ServedMap>,
): Promise<{ status: 200; headers: Record<string, string>; raw: RawBody }> => {
  const contentType = pictureTypes[format]
  const all = { 'Cache-Control': keptButAskedFor, Vary: 'Accept', ETag: etag, ...headers }
  if (hasItAlready(http.headers, etag)) return { status: 200, headers: all, raw: { contentType, text: '' } }
  const made = await make()
  return {
    status: 200,
    headers: { ...all, ...lossHeaders(made) },
    raw: { contentType, bytes: made.image },
  }
}
