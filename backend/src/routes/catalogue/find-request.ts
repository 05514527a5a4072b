/**
 * What the address of the catalogue asks for. Whoever writes an address by hand gets what can be understood of it, and a
 * sentence about the rest. Its names are those of OGC API – Records, so that the same search can be asked there.
 */
import {
  type CatalogueFilter,
  type CatalogueSort,
  type CatalogueValue,
  type FacetName,
  noFilter,
} from '../../domain/catalogue-query.ts'
import { Problem } from '../../domain/problem.ts'
import type { GeographicBox } from '../../metadata/record-metadata.ts'
import { readBbox } from '../../ogc/common/bbox.ts'
import { readDatetime } from '../../ogc/common/datetime.ts'
import { crs84 } from '../../ogc/records/filter.ts'

/** In the order in which they stand beside the results. */
export const shownFacets = ['themes', 'type', 'organization', 'formats', 'keywords'] as const
export type ShownFacet = (typeof shownFacets)[number]

export type FindRequest = {
  q: string
  has: CatalogueValue[]
  box: GeographicBox | null
  /** Days, or empty. */
  from: string
  until: string
  sortby: string
  offset: number
  /** What was asked and is left out, in sentences. */
  notes: string[]
}

export const orders: { value: string; title: string; sort: CatalogueSort[] }[] = [
  { value: '', title: 'Best match', sort: [] },
  { value: '-updated', title: 'Newest first', sort: [{ by: 'updated', isDescending: true }] },
  { value: 'updated', title: 'Oldest first', sort: [{ by: 'updated', isDescending: false }] },
  { value: 'title', title: 'Title, A to Z', sort: [{ by: 'title', isDescending: false }] },
  { value: '-title', title: 'Title, Z to A', sort: [{ by: 'title', isDescending: true }] },
  { value: '-date', title: 'Date of the data, newest first', sort: [{ by: 'date', isDescending: true }] },
]

const longestSearch = 500
const longestValue = 300
const mostValues = 20

const sides = ['west', 'south', 'east', 'north'] as const

const understood = <Value>(read: () => Value, notes: string[], sentence: string): Value | null => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    notes.push(`${sentence} ${error.message}`)
    return null
  }
}

/** `bbox=west,south,east,north`, or the four fields of the form. */
const readBox = (parameters: URLSearchParams, notes: string[]): GeographicBox | null => {
  const typed = sides.map((side) => (parameters.get(side) ?? '').trim().replace(',', '.').replace('−', '-'))
  const texts = typed.some((text) => text !== '') ? typed : (parameters.get('bbox') ?? '').split(',')
  if (texts.every((text) => text.trim() === '')) return null
  const numbers = texts.map((text) => (text.trim() === '' ? Number.NaN : Number(text)))
  const [west, south, east, north] = numbers
  if (
    numbers.length !== 4 ||
    !numbers.every(Number.isFinite) ||
    west === undefined ||
    south === undefined ||
    east === undefined ||
    north === undefined
  ) {
    notes.push(
      `The area was left out: it says '${texts.join(', ').slice(0, 100)}'. Expected four numbers in degrees: west, south, east, north.`,
    )
    return null
  }
  const read = understood(() => readBbox(numbers, crs84), notes, 'The area was left out.')
  return read && { west, south, east, north }
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text)

/** `datetime=from/until`, or the two fields of the form. */
const readPeriod = (parameters: URLSearchParams, notes: string[]): { from: string; until: string } => {
  const nothing = { from: '', until: '' }
  const [start = '', end = start] = (parameters.get('datetime') ?? '').split('/')
  const pick = (name: string, other: string) => {
    const text = (parameters.get(name) ?? '').trim()
    return text === '' ? other.replace(/^\.\.$/, '') : text
  }
  const from = pick('from', start)
  const until = pick('until', end)
  if (from === '' && until === '') return nothing
  if ((from !== '' && !isDay(from)) || (until !== '' && !isDay(until))) {
    notes.push(
      `The time was left out: it says '${from} to ${until}'. Expected days such as 2024-12-31.`.slice(0, 200),
    )
    return nothing
  }
  const read = understood(
    () => readDatetime(`${from || '..'}/${until || '..'}`),
    notes,
    'The time was left out.',
  )
  return read === null ? nothing : { from, until }
}

const readValues = (parameters: URLSearchParams): CatalogueValue[] => {
  const named = [...shownFacets, 'language' as FacetName].flatMap((name) =>
    [...new Set(parameters.getAll(name))]
      .filter((value) => value !== '' && value.length <= longestValue)
      .map((value) => ({ name, value })),
  )
  const api: CatalogueValue[] = parameters.get('api') === 'yes' ? [{ name: 'api' }] : []
  return [...named.slice(0, mostValues), ...api]
}

const pairs = (list: string[][]): [string, string][] => list.map(([name = '', value = '']) => [name, value])

// PostgreSQL takes no NUL; other control characters mean nothing to anybody.
const plain = (text: string) => text.replace(/\p{Cc}+/gu, ' ')

export const readFindRequest = (given: URLSearchParams): FindRequest => {
  const parameters = new URLSearchParams(pairs([...given].map(([name, value]) => [name, plain(value)])))
  const notes: string[] = []
  const offset = parameters.get('offset') ?? ''
  return {
    q: (parameters.get('q') ?? '').slice(0, longestSearch),
    has: readValues(parameters),
    box: readBox(parameters, notes),
    ...readPeriod(parameters, notes),
    sortby: orders.find(({ value }) => value === parameters.get('sortby'))?.value ?? '',
    offset: /^\d{1,7}$/.test(offset) ? Number(offset) : 0,
    notes,
  }
}

export const sortOf = ({ sortby }: FindRequest): CatalogueSort[] =>
  orders.find(({ value }) => value === sortby)?.sort ?? []

export const filterOf = ({ q, has, box, from, until }: FindRequest): CatalogueFilter => ({
  ...noFilter,
  q: q.trim() ? q : null,
  has: has.length > 0 ? has : null,
  boxes: box && (readBbox([box.west, box.south, box.east, box.north], crs84)?.boxes ?? null),
  time: from || until ? readDatetime(`${from || '..'}/${until || '..'}`) : null,
})

export const isNarrowed = ({ q, has, box, from, until }: FindRequest): boolean =>
  q.trim() !== '' || has.length > 0 || box !== null || from !== '' || until !== ''

/** Where the same is asked with something changed; from the first page on, unless a page is asked for. */
export const addressOf = (
  siteUrl: string,
  request: FindRequest,
  changes: Partial<Omit<FindRequest, 'notes'>> = {},
): string => {
  const { q, has, box, from, until, sortby, offset } = { ...request, offset: 0, ...changes }
  const query = new URLSearchParams(
    pairs([
      ...(q ? [['q', q]] : []),
      ...has.map((one) => (one.name === 'api' ? ['api', 'yes'] : [one.name, one.value])),
      ...(box ? [['bbox', [box.west, box.south, box.east, box.north].join(',')]] : []),
      ...(from || until ? [['datetime', `${from || '..'}/${until || '..'}`]] : []),
      ...(sortby ? [['sortby', sortby]] : []),
      ...(offset > 0 ? [['offset', String(offset)]] : []),
    ]),
  )
  return `${siteUrl}/catalogue${query.size > 0 ? `?${query}` : ''}`
}

export const isSame = (one: CatalogueValue, other: CatalogueValue): boolean =>
  one.name === other.name && (one.name === 'api' || (other.name !== 'api' && one.value === other.value))

export const without = (has: CatalogueValue[], value: CatalogueValue): CatalogueValue[] =>
  has.filter((one) => !isSame(one, value))

/** The same search at OGC API – Records; null where it has no words for it. */
export const recordsAddressOf = (items: string, request: FindRequest): string | null => {
  const { q, has, box, from, until, sortby } = request
  if (has.some(({ name }) => name === 'api')) return null
  const named = has.flatMap((one) => (one.name === 'api' ? [] : [one]))
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
  const query = new URLSearchParams(
    pairs([
      ...(q ? [['q', q]] : []),
      ...(box ? [['bbox', [box.west, box.south, box.east, box.north].join(',')]] : []),
      ...(from || until ? [['datetime', `${from || '..'}/${until || '..'}`]] : []),
      ...(named.length > 0
        ? [['filter', named.map(({ name, value }) => `${name} = ${quoted(value)}`).join(' AND ')]]
        : []),
      ...(sortby ? [['sortby', sortby]] : []),
    ]),
  )
  return `${items}${query.size > 0 ? `?${query}` : ''}`
}
