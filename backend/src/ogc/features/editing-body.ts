/** Reads what editors send: GeoJSON of bounded size, one Feature or several, and the system its coordinates are in. */
import { hash } from 'node:crypto'
import type { HttpContext } from '../../contract/handler.ts'
import type { RequestCrs } from '../../domain/feature-query.ts'
import { bodyProblems } from '../../domain/problems/body.ts'
import { editingProblems } from '../../domain/problems/editing.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import { jsonDepth } from '../../http/json-body.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { offeredCrs, readCrs } from '../common/crs.ts'

export const mostBytes = 10 * 1024 * 1024
export const mostFeatures = 10_000
const mostDepth = 32

/** Read whole, a body costs some ten times its size; so many large ones at once. */
const largeBytes = 256 * 1024
const largeAtOnce = 4

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export type EditBody = {
  value: unknown
  /** Differs when the same would not be done with it. */
  fingerprint: string
}

const typeOf = (http: HttpContext) =>
  String(http.headers['content-type'] ?? '')
    .split(';')[0]
    ?.trim()
    .toLowerCase() ?? ''

/** Part 4 /req/create-replace-delete/post-content-type: without Content-Type it is 400. */
const demandType = (http: HttpContext, expected: readonly string[]) => {
  const found = typeOf(http)
  if (found === '') throw editingProblems.contentTypeMissing({ expected: [...expected] })
  if (!expected.includes(found))
    throw generalProblems.unsupportedMediaType({ found, expected: [...expected] })
  const encoding = http.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    throw generalProblems.unsupportedMediaType({ found: `${found} in ${encoding}`, expected: [...expected] })
}

const tooLarge = () => bodyProblems.bodyTooLarge({ limitBytes: mostBytes })

/** `onLarge` is called once, before more than a little is held. */
const readBytes = async (
  http: HttpContext,
  expected: readonly string[],
  onLarge: () => void,
): Promise<Buffer> => {
  const declared = Number(http.headers['content-length'] ?? 0)
  if (declared > mostBytes) throw tooLarge()
  let isLarge = declared > largeBytes
  if (isLarge) onLarge()
  const parts: Buffer[] = []
  let size = 0
  // The body outlives a refusal, because the refusal is sent over the same connection.
  for await (const part of http.body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length
    if (size > mostBytes) throw tooLarge()
    if (size > largeBytes && !isLarge) {
      isLarge = true
      onLarge()
    }
    parts.push(part)
  }
  if (size === 0) throw bodyProblems.bodyMissing({ expected: expected.join(' or ') })
  return Buffer.concat(parts)
}

const mayHoldLargeNumbers = /(?<![\d.])\d{16,}(?![\d.eE])/

/** Whole numbers that a JavaScript number would change become bigint. */
const exactly = (_key: string, value: unknown, context?: { source?: string }): unknown => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value
  const source = context?.source ?? ''
  return /^-?\d+$/.test(source) ? BigInt(source) : value
}

const strictly = new TextDecoder('utf-8', { fatal: true })

const parse = (bytes: Buffer): unknown => {
  if (jsonDepth(bytes) > mostDepth) throw bodyProblems.jsonTooDeep({ limit: mostDepth })
  try {
    const text = strictly.decode(bytes)
    return mayHoldLargeNumbers.test(text) ? JSON.parse(text, exactly) : JSON.parse(text)
  } catch (cause) {
    throw bodyProblems.notJson({ why: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

export const createBodyReader = () => {
  let large = 0
  return async <Result>(
    http: HttpContext,
    expected: readonly string[],
    use: (body: EditBody) => Promise<Result>,
  ): Promise<Result> => {
    demandType(http, expected)
    let held = 0
    const hold = () => {
      if (large >= largeAtOnce)
        throw generalProblems.unavailable({
          why: 'Several large edits are being read already.',
          retryAfterSeconds: 2,
        })
      large += 1
      held = 1
    }
    try {
      const bytes = await readBytes(http, expected, hold)
      return await use({ value: parse(bytes), fingerprint: hash('sha256', bytes) })
    } finally {
      large -= held
    }
  }
}

const noName = 'something that is no name'

/** What a legacy `crs` member calls the system of the coordinates. */
const legacyCrs = ({ crs }: Json): string | undefined => {
  if (!isObject(crs)) return crs === undefined || crs === null ? undefined : noName
  const { properties } = crs
  const name = isObject(properties) ? properties['name'] : undefined
  return typeof name === 'string' ? name : noName
}

/** JSON-FG: a URI, or an object that refers to one. */
const coordRefSysOf = ({ coordRefSys }: Json): string | undefined => {
  if (coordRefSys === undefined || coordRefSys === null || typeof coordRefSys === 'string')
    return coordRefSys ?? undefined
  return isObject(coordRefSys) && typeof coordRefSys['href'] === 'string' ? coordRefSys['href'] : noName
}

const hasPlace = (value: unknown): value is Json =>
  isObject(value) && value['place'] !== undefined && value['place'] !== null

const featuresIn = (value: Json): unknown[] =>
  Array.isArray(value['features']) ? (value['features'] as unknown[]) : [value]

/**
 * JSON-FG as GeoJSON: the geometry of `place` where features have one, and the name of its system. `geometry` beside it is for
 * clients that know no better.
 */
const fromJsonFg = (value: unknown): { value: unknown; named: string | undefined } => {
  if (!isObject(value)) return { value, named: undefined }
  const placed = featuresIn(value).filter(hasPlace)
  const [first] = placed
  if (first === undefined) return { value, named: undefined }
  const names = new Set(placed.map((feature) => coordRefSysOf(feature) ?? coordRefSysOf(value) ?? CRS84_URI))
  const plain = (feature: unknown) =>
    hasPlace(feature) ? { ...feature, geometry: feature['place'], place: null } : feature
  const isWhole = placed.length === featuresIn(value).length
  return {
    value: Array.isArray(value['features'])
      ? { ...value, features: value['features'].map(plain) }
      : plain(value),
    // Features in several systems, or some of them in CRS84, would need several headers.
    named: names.size === 1 && isWhole ? [...names][0] : names.size === 1 ? CRS84_URI : noName,
  }
}

/**
 * Part 4 /req/features/content-crs-header and default-crs: the header says it, with or without angle brackets (G19);
 * without it, it is CRS84, or what JSON-FG calls the system of its places. What a legacy `crs` says must agree, because
 * GeoJSON has no say in it.
 */
export const readGeoJson = (
  http: HttpContext,
  collection: PublishedCollection,
  servedCrs: readonly number[],
  body: unknown,
): { crs: RequestCrs; value: unknown } => {
  const offered = offeredCrs(collection, servedCrs)
  const header = http.headers['content-crs']
  const uri = typeof header === 'string' ? header.trim().replace(/^<(.*)>$/, '$1') : undefined
  const { value, named: ofPlaces } = fromJsonFg(body)
  const crs =
    ofPlaces !== undefined && uri === undefined
      ? readCrs("the body's crs", ofPlaces, offered)
      : readCrs('Content-Crs', uri, offered)
  const named = ofPlaces ?? (isObject(body) ? legacyCrs(body) : undefined)
  if (named === undefined) return { crs, value }
  const meant = readCrs("the body's crs", named, offered)
  // Files of older programs say EPSG:4326 and mean longitude first.
  const isSame = meant.uri === crs.uri || (uri === undefined && ofPlaces === undefined && meant.epsg === 4326)
  if (!isSame) throw editingProblems.bodyCrsDiffers({ named, crs: crs.uri })
  return { crs, value }
}

/** The features of a body that is one Feature, or a FeatureCollection. */
export const readFeatureList = (body: unknown): { features: unknown[]; isBatch: boolean } => {
  if (!isObject(body) || body['type'] !== 'FeatureCollection') return { features: [body], isBatch: false }
  const { features } = body
  if (!Array.isArray(features) || features.length === 0)
    throw editingProblems.featureDoesNotFit({
      mistakes: [
        {
          where: 'features',
          found: Array.isArray(features) ? 'an empty list' : 'no list',
          expected: 'a list of at least one Feature',
        },
      ],
      total: 1,
    })
  if (features.length > mostFeatures)
    throw editingProblems.editTooLarge({ found: features.length, most: mostFeatures })
  return { features, isBatch: true }
}
