/**
 * Finds the newest records that fit, going back in time no further than needed. What part of the newest records fits tells how
 * far that is, and whether an index can give all that fit.
 */
import { firstToBePrepared, type Queryable, statement } from '../db/sql.ts'
import { sinceMarks } from '../domain/word-marks.ts'
import type { Condition } from './catalogue-conditions.ts'

/** What is looked for. */
export type Wanted = {
  /** What the index of words is asked, as a tsquery; null: the newest records are looked at one by one. */
  marks: string | null
  /** What the index of neighbours is asked besides: it gives less. */
  pairs?: string | null
  /** What indexes are asked for all besides, or instead. */
  where?: Condition[]
  /** What each record must fit besides. */
  tests: Condition[]
  /** Nothing of it is written in a filter language, so that it is asked in the same words again and again. */
  isUsual?: boolean
}

/**
 * At most so many of what fits, the newest first, after `skip` others; `enough` of them end the search. `isHint`: what is
 * far back is not worth its time, nor is a count.
 */
export type Ask = { most: number; skip?: number; enough?: number; isHint?: boolean }

/** The newest first. */
export type Found = { ids: string[]; matched: number }
export type Newest = {
  ids: string[]
  /**
   * `enough` of them; or `few`, so that an index soon gives all; or `far`: indexes give many, of which few fit. Then only the
   * newest of what fits are among `ids`.
   */
  are: 'enough' | 'few' | 'far'
  /** What part of the newest records the index of words gave, or fits. */
  share: number
}

/** So many of the newest records are looked at first, then more. */
const windowSizes = [4096, 16_384, 32_768, 65_536]
/** So many records an index may have to give for all that fit to be counted, in a large catalogue half of them. */
const lookedAtMost = 12_000
/** From here on the rows of a catalogue lie far apart, and each that is counted costs some 3 µs. */
const largeFrom = 100_000
/** Where the newest records are looked at one by one, much that fits is found in this part of the first window. */
const partLookedFirst = 1 / 4
const windowsOfHints = 2
/** Reading them takes longer than a search: for some time the old ones are used while new ones are read. */
const agesAreFreshMs = 60_000
const agesLastMs = 600_000
/** So many records tell whether much fits, if at least so many of them do. */
const sampled = { size: 128, least: 5 }
/** The sample may have more of them than there are. */
const margin = 2
const mostLookedFor = 8192
const preparedAtMost = 60

type Window = { size: number; sinceMinutes: number }
type Ages = {
  total: number
  newestMinutes: number
  /** Records of transactions that were under way when the ages were read are not older than this, and later ones are newer. */
  recentMinutes: [from: number, until: number]
  windows: Window[]
}

type LookedRow = { looked: number; matched: number; ids: string[] }

const minutes = (back: number) =>
  `(select extract(epoch from updated_at)::float8 / 60 from catalogue_entry order by updated_at desc, record_id offset ${back} limit 1)`
const agesStatement = (sizes: number[]) =>
  statement<{ total: number; now: number; newest: number | null; since: (number | null)[] }>(
    `select (select count(*) from catalogue_entry) as total, extract(epoch from now())::float8 / 60 as now, ${minutes(0)} as newest,
       array[${sizes.map((size) => minutes(size - 1)).join(', ')}] as since`,
  )

/** Within a case, a condition neither uses an index nor promises few rows. */
export const fitsSql = (tests: Condition[]) =>
  tests.length === 0
    ? 'true'
    : `case when ${tests.map(({ text }) => `(${text})`).join(' and ')} then true else false end`

const marked = 'search_marks(e.search, e.updated_at) @@ :marks::tsquery'
const paired = 'search_pairs(e.search) @@ :pairs::tsquery'

type Look = { from: string; where: string; tests: Condition[]; isLookedCounted: boolean }

/** What was looked at is counted only where it is asked for: it is kept once more. */
const lookText = ({ from, where, tests, isLookedCounted }: Look) => `
  with ${
    isLookedCounted
      ? `looked as materialized (select e.record_id, e.updated_at, ${fitsSql(tests)} as fits from ${from} e where ${where}),
    found as materialized (select record_id, updated_at from looked where fits)`
      : `found as materialized (select e.record_id, e.updated_at from ${from} e where ${where} and ${fitsSql(tests)})`
  }
  select (select count(*) from ${isLookedCounted ? 'looked' : 'found'}) as looked, (select count(*) from found) as matched,
    array(select f.record_id::text from found f order by f.updated_at desc, f.record_id limit :most offset :skip) as ids`

/** Of any age: what filters say of the newest records, they often say of these only. */
const someRecords =
  "(select * from catalogue_entry where record_id >= '80000000-0000-0000-0000-000000000000' order by record_id limit :size)"
const newestRecords = '(select * from catalogue_entry order by updated_at desc, record_id limit :size)'

const valuesOf = (tests: Condition[]): Condition['values'] =>
  Object.assign({}, ...tests.map(({ values }) => values))

export type LookBackParts = {
  readPool: Queryable
  /** For tests: fewer records than half a million. */
  sizes?: { windows: number[]; lookedAtMost: number }
}

export const createLookBack = ({
  readPool,
  sizes = { windows: windowSizes, lookedAtMost },
}: LookBackParts) => {
  const findAges = agesStatement(sizes.windows)
  let last: { ages: Promise<Ages>; at: number } | null = null
  let reading: Promise<Ages> | null = null

  const isKept = firstToBePrepared(preparedAtMost)

  const readAges = async (): Promise<Ages> => {
    const [row] = await findAges(readPool)
    const total = Number(row?.total ?? 0)
    const windows = sizes.windows.flatMap((size, n) => {
      const sinceMinutes = row?.since[n]
      return sinceMinutes == null || size * 2 > total ? [] : [{ size, sinceMinutes }]
    })
    const now = row?.now ?? 0
    return {
      total,
      newestMinutes: row?.newest ?? 0,
      recentMinutes: [now - 60, now + agesLastMs / 60_000 + 1],
      windows,
    }
  }

  /** A little old does no harm: windows only become a little larger or smaller. */
  const ages = (): Promise<Ages> => {
    const now = performance.now()
    if (last !== null && now - last.at < agesAreFreshMs) return last.ages
    const old = last !== null && now - last.at < agesLastMs ? last : null
    if (reading !== null) return old?.ages ?? reading
    const read = readAges()
    reading = read
    const end = (isRead: boolean) => {
      reading = null
      if (isRead) last = { ages: read, at: now }
    }
    read.then(
      () => end(true),
      () => end(false),
    )
    return old?.ages ?? read
  }

  const look = async (
    { marks, pairs = null, where = [], tests, isUsual = false }: Wanted,
    { most, skip = 0 }: Ask,
    span?: Window,
    ages?: Ages,
    from = newestRecords,
  ): Promise<LookedRow> => {
    const isByPairs = pairs !== null
    // All that has the neighbours has the words.
    const isByMarks = marks !== null && !(isByPairs && span === undefined)
    const since =
      span && ages && isByMarks
        ? ` & (${sinceMarks(span.sinceMinutes, ages.newestMinutes)} | ${sinceMarks(...ages.recentMinutes)})`
        : ''
    const asked = [
      ...(isByPairs ? [paired] : []),
      ...(isByMarks ? [marked] : []),
      ...where.map(({ text }) => text),
    ]
    const text = lookText({
      from: span && !isByMarks ? from : 'catalogue_entry',
      where: asked.length > 0 ? asked.map((one) => `(${one})`).join(' and ') : 'true',
      tests,
      isLookedCounted: span !== undefined && marks !== null && tests.length > 0,
    })
    // Indexes of other columns are chosen by the values.
    const isPrepared = isUsual && where.length === 0 && isKept(text)
    const [row] = await statement<LookedRow>(text, { isPrepared })(readPool, {
      ...valuesOf([...where, ...tests]),
      ...(isByPairs && { pairs }),
      ...(isByMarks && { marks: marks + since }),
      ...(span && !isByMarks && { size: span.size }),
      most,
      skip,
    })
    return { looked: Number(row?.looked), matched: Number(row?.matched), ids: row?.ids ?? [] }
  }

  const newest = async (wanted: Wanted, ask: Ask): Promise<Newest> => {
    const known = await ages()
    const enough = (ask.enough ?? ask.most) + (ask.skip ?? 0)
    // Of two conditions, an index gives more than fits.
    const isOneForAll = wanted.marks !== null || wanted.tests.length === 1
    let last: { ids: string[]; share: number; fitting: number } = { ids: [], share: 0, fitting: 1 }
    const countedAtMost = known.total > largeFrom ? sizes.lookedAtMost / 2 : sizes.lookedAtMost
    const fewAtMost = ask.isHint ? enough * 10 : countedAtMost
    const windows = ask.isHint ? known.windows.slice(0, windowsOfHints) : known.windows
    const [first] = windows
    if (first && wanted.marks === null && ask.most <= enough) {
      const size = Math.ceil(first.size * partLookedFirst)
      const { matched, ids } = await look(wanted, ask, { ...first, size }, known)
      if (matched >= enough) return { ids, are: 'enough', share: matched / size }
    }
    for (const window of windows) {
      if (last.fitting * window.size < enough) continue
      const { looked, matched, ids } = await look(wanted, ask, window, known)
      const share = (wanted.marks === null ? matched : looked) / window.size
      if (isOneForAll && share * known.total <= fewAtMost) return { ids, are: 'few', share }
      if (matched >= enough) return { ids, are: 'enough', share }
      last = { ids, share, fitting: matched / window.size }
    }
    return { ids: last.ids, are: known.windows.length > 0 ? 'far' : 'few', share: last.share }
  }

  /** Everything that fits, by an index. */
  const all = async (wanted: Wanted, ask: Ask): Promise<Found> => {
    const { ids, matched } = await look(wanted, ask)
    return { ids, matched }
  }

  /** What part of the newest records fits. */
  const share = async (tests: Condition[]): Promise<number> => {
    const known = await ages()
    const [window] = known.windows
    return window ? (await look({ marks: null, tests }, { most: 0 }, window, known)).matched / window.size : 1
  }

  /**
   * The newest that fit, where more than `countedAtMost` seem to; else null. For conditions that cost much of every record
   * that an index gives: much that fits would be looked at only to be left uncounted.
   */
  const newestOfMany = async (
    tests: Condition[],
    ask: Ask,
    countedAtMost: number,
  ): Promise<string[] | null> => {
    const known = await ages()
    if (known.total <= countedAtMost) return null
    const among = (size: number, from: string) =>
      look({ marks: null, tests }, ask, { size, sinceMinutes: 0 }, known, from)
    const sample = await among(sampled.size, someRecords)
    const share = sample.matched / sampled.size
    if (sample.matched < sampled.least || share * known.total <= countedAtMost * margin) return null
    const enough = (ask.enough ?? ask.most) + (ask.skip ?? 0)
    const size = Math.ceil((enough / share) * margin)
    if (size > mostLookedFor) return null
    const { ids, matched } = await among(size, newestRecords)
    return matched >= enough ? ids : null
  }

  return { newest, newestOfMany, all, share }
}
