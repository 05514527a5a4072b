/** What the landing page and the collections of an OGC API say (R9.2, R9.5). Reads only; fetching is somebody else's. */
import type { ServiceLayer } from './service-capabilities.ts'

type Members = Record<string, unknown>

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const mostTextLength = 2000
const textOf = (value: unknown): string | null => {
  const text = typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : ''
  return text === '' ? null : text.slice(0, mostTextLength)
}

/** OGC API Common, both ways of writing it. */
const dataRelations = new Set(['data', 'http://www.opengis.net/def/rel/ogc/1.0/data'])

type Link = { href: string; rel: string; type: string }

const linksOf = (document: Members): Link[] =>
  listOf(document['links']).flatMap((link) => {
    if (!isMembers(link) || typeof link['href'] !== 'string' || typeof link['rel'] !== 'string') return []
    return [{ href: link['href'], rel: link['rel'], type: String(link['type'] ?? '') }]
  })

/** JSON is preferred to pages for people; links without a type may be either. */
const linkTo = (document: Members, relations: ReadonlySet<string>): string | null => {
  const found = linksOf(document).filter(({ rel }) => relations.has(rel))
  const isJson = ({ type }: Link) => /\bjson\b/i.test(type)
  return (found.find(isJson) ?? found.find(({ type }) => type === '') ?? found[0])?.href ?? null
}

/**
 * Where a link leads, when it stays on the server that gave it; servers behind a proxy name themselves wrongly. The
 * address of the document is where the answer came from.
 */
const within = (href: string, address: string): string | null => {
  if (!URL.canParse(href, address)) return null
  const url = new URL(href, address)
  return url.origin === new URL(address).origin ? url.href : null
}

export const toMembers = (text: string): Members | null => {
  try {
    const value: unknown = JSON.parse(text)
    return isMembers(value) ? value : null
  } catch {
    return null
  }
}

export const hasCollections = (document: Members): boolean => Array.isArray(document['collections'])

export const titleOf = (document: Members): string => textOf(document['title']) ?? ''

/** null when the document is no landing page of an OGC API. */
export const collectionsAddressOf = (document: Members, address: string): string | null => {
  const hasLinks = linksOf(document).some(({ rel }) => rel === 'conformance' || /\/conformance$/.test(rel))
  const href = linkTo(document, dataRelations)
  if (href === null && !hasLinks) return null
  const found = href === null ? null : within(href, address)
  if (found !== null) return found
  const url = new URL(address)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/collections`
  return url.href
}

export const nextAddressOf = (document: Members, address: string): string | null => {
  const href = linkTo(document, new Set(['next']))
  return href === null ? null : within(href, address)
}

const degrees = (value: unknown, most: number): number | null =>
  typeof value === 'number' && Math.abs(value) <= most + 0.001 ? Math.max(-most, Math.min(most, value)) : null

/** The first box is that of everything; with heights it has six numbers. */
const extentOf = (collection: Members): ServiceLayer['extentCrs84'] => {
  const { extent } = collection
  const spatial = isMembers(extent) ? extent['spatial'] : null
  const [box] = isMembers(spatial) ? listOf(spatial['bbox']) : []
  const sides = listOf(box)
  const [west, south, east, north] =
    sides.length === 6 ? [sides[0], sides[1], sides[3], sides[4]] : sides.length === 4 ? sides : []
  const found = [degrees(west, 180), degrees(south, 90), degrees(east, 180), degrees(north, 90)] as const
  const [w, s, e, n] = found
  return w === null || s === null || e === null || n === null || s > n ? null : [w, s, e, n]
}

const epsgOf = (uri: unknown): number | null => {
  const text = typeof uri === 'string' ? uri : ''
  if (/\/OGC\/[\d.]+\/CRS84h?$/i.test(text)) return 4326
  const code = /[/:]EPSG[/:][\d.]*[/:](\d{4,6})$/i.exec(text)?.[1]
  return code === undefined ? null : Number(code)
}

/** The system the data are kept in first: it says most about them. */
const epsgsOf = ({ storageCrs, crs }: Members): number[] => [
  ...new Set([storageCrs, ...listOf(crs)].map(epsgOf).filter((code) => code !== null)),
]

export const layersOf = (document: Members): ServiceLayer[] =>
  listOf(document['collections']).flatMap((collection) => {
    const name = isMembers(collection) ? textOf(collection['id']) : null
    if (!isMembers(collection) || name === null) return []
    return [
      {
        name,
        title: textOf(collection['title']) ?? name,
        abstract: textOf(collection['description']),
        extentCrs84: extentOf(collection),
        epsgs: epsgsOf(collection),
      },
    ]
  })
