/** Reads the parameters of a search. */
import {
  type CatalogueRequest,
  type CatalogueSort,
  type FacetName,
  type FacetOrder,
  type FacetRequest,
  facetNames,
  facetOrders,
  recordSortables,
  sortableNames,
} from '../../domain/catalogue-query.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'
import { readBbox } from '../common/bbox.ts'
import { readDatetime } from '../common/datetime.ts'
import { crs84, type FilterQuery, readFilters } from './filter.ts'

export type SearchQuery = FilterQuery & {
  bbox?: number[]
  datetime?: string
  type?: string[]
  ids?: string[]
  externalIds?: string[]
  sortby?: string[]
  facets?: string[]
  limit?: number
  offset?: number
}

export const defaultBucketCount = 10
const mostBuckets = 1000

/** A plus sign in a query string has become a space. */
const readSort = (names: string[] | undefined): CatalogueSort[] =>
  (names ?? []).map((text) => {
    const name = text.replace(/^[+ -]/, '')
    const known = sortableNames.find((one) => one === name)
    if (known === undefined) throw ogcProblems.propertyUnknown({ name, known: [...sortableNames] })
    return { by: recordSortables[known], isDescending: text.startsWith('-') }
  })

/** The scheme may be left out; one that is not ours names nothing here. */
const readCollectionIds = (ids: string[] | undefined): string[] | null =>
  ids?.flatMap((id) =>
    id.startsWith('collection:') ? [id.slice('collection:'.length)] : id.includes(':') ? [] : [id],
  ) ?? null

const facet = (name: FacetName, bucketCount = defaultBucketCount, order: FacetOrder = 'count_desc') => ({
  name,
  bucketCount,
  order,
})

export const allFacets: FacetRequest[] = facetNames.map((name) => facet(name))

/** `true` and `false` as pycsw takes them; else `keywords:20:value_asc,organization` as in OGC API Records Part 2 (draft). */
export const readFacets = (asked: string[] | undefined): FacetRequest[] => {
  if (asked === undefined || asked.join() === 'false') return []
  if (asked.join() === 'true') return allFacets
  const requests = asked.map((text) => {
    const [name = '', count = '', order = ''] = text.split(':')
    const known = facetNames.find((one) => one === name)
    if (known === undefined) throw ogcProblems.propertyUnknown({ name, known: [...facetNames] })
    const bucketCount = count === '' ? defaultBucketCount : Math.min(Math.max(Number(count), 1), mostBuckets)
    return facet(
      known,
      bucketCount,
      facetOrders.find((one) => one === order),
    )
  })
  return [...new Map(requests.map((request) => [request.name, request])).values()]
}

export const readSearch = async (
  query: SearchQuery,
  /** As sent: commas within quotes do not separate. */
  q: string | null,
  itemsPerPage: number,
): Promise<CatalogueRequest> => ({
  filter: {
    // A search box left empty asks for everything.
    q: q?.trim() ? q : null,
    boxes: readBbox(query.bbox, crs84)?.boxes ?? null,
    time: readDatetime(query.datetime),
    types: query.type ?? null,
    ids: query.ids ?? null,
    collectionIds: readCollectionIds(query.externalIds),
    has: null,
    where: await readFilters(query),
  },
  sort: readSort(query.sortby),
  limit: Math.min(query.limit ?? 10, itemsPerPage),
  offset: query.offset ?? 0,
  isForgiving: true,
  facets: readFacets(query.facets),
})
