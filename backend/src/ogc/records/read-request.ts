/** Reads the parameters of a search; the home page reads its own the same way. */
import { type CatalogueRequest, type CatalogueSort, sortableNames } from '../../domain/catalogue-query.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'
import { CRS84_URI } from '../../geo/crs.ts'
import { readBbox } from '../common/bbox.ts'
import { readDatetime } from '../common/datetime.ts'

export type SearchQuery = {
  bbox?: number[]
  datetime?: string
  type?: string[]
  ids?: string[]
  externalIds?: string[]
  sortby?: string[]
  limit?: number
  offset?: number
}

/** A plus sign in a query string has become a space. */
const readSort = (names: string[] | undefined): CatalogueSort[] =>
  (names ?? []).map((text) => {
    const name = text.replace(/^[+ -]/, '')
    const by = sortableNames.find((one) => one === name)
    if (by === undefined) throw ogcProblems.propertyUnknown({ name, known: [...sortableNames] })
    return { by, isDescending: text.startsWith('-') }
  })

/** The scheme may be left out; one that is not ours names nothing here. */
const readCollectionIds = (ids: string[] | undefined): string[] | null =>
  ids?.flatMap((id) =>
    id.startsWith('collection:') ? [id.slice('collection:'.length)] : id.includes(':') ? [] : [id],
  ) ?? null

export const readSearch = (
  query: SearchQuery,
  /** As sent: commas within quotes do not separate. */
  q: string | null,
  itemsPerPage: number,
): CatalogueRequest => ({
  filter: {
    // A search box left empty asks for everything.
    q: q?.trim() ? q : null,
    boxes: readBbox(query.bbox, { epsg: 4326, axisOrder: 'xy', uri: CRS84_URI })?.boxes ?? null,
    time: readDatetime(query.datetime),
    types: query.type ?? null,
    ids: query.ids ?? null,
    collectionIds: readCollectionIds(query.externalIds),
    where: null,
  },
  sort: readSort(query.sortby),
  limit: Math.min(query.limit ?? 10, itemsPerPage),
  offset: query.offset ?? 0,
})
