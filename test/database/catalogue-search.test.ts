/**
 * Searches that look no further back than they need find what looking at every record finds: with windows of a few records,
 * so that a few hundred are many.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CatalogueFilter, noFilter } from '../../backend/src/domain/catalogue-query.ts'
import { createCatalogue } from '../../backend/src/repositories/catalogue.ts'
import { seededRandom } from '../bench/data.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'

const count = 700
const words =
  'roads parcels rivers mangrove reef soils geology forest flood beaches coral reefing sea level rise the of'.split(
    ' ',
  )

let database: TestDatabase
/** Looks back in small steps. */
let catalogue: ReturnType<typeof createCatalogue>

const sentence = (random: () => number, length: number) =>
  Array.from({ length }, () => words[Math.floor(random() ** 2 * words.length)]).join(' ')

beforeAll(async () => {
  database = await testDatabase()
  const random = seededRandom(7)
  const records = Array.from({ length: count }, (_, n) => {
    const west = Math.floor(random() * 20)
    const isLarge = random() < 0.1
    const day = Math.floor(random() * 1000)
    return {
      title: sentence(random, 3),
      abstract: sentence(random, 12),
      state: random() < 0.1 ? 'deprecated' : 'published',
      west: isLarge ? -180 : west,
      east: isLarge ? 180 : west + 1,
      begins: new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10),
      ends: random() < 0.5 ? null : new Date(Date.UTC(2020, 0, 20 + day)).toISOString().slice(0, 10),
      // Some at the same moment, some years apart.
      seconds: Math.floor(n / 3) * (n < 350 ? 600 : 500_000),
      type: random() < 0.2 ? 'service' : 'dataset',
    }
  })
  await database.knex.raw(
    `with told as (select gen_random_uuid() as id, one.* from jsonb_to_recordset(?::jsonb) as one
         (title text, abstract text, state text, west float8, east float8, begins date, ends date, seconds integer, type text)),
       made as (insert into record (id, state, version) select id, 'published', 2 from told)
     insert into catalogue_entry (record_id, state, version, metadata, title, abstract, type, footprint, begins_at, ends_at, created_at, updated_at, published_at, search)
     select id, state, 2, jsonb_build_object('title', title), title, abstract, type, st_makeenvelope(west, 10, east, 11, 4326), begins, ends, now(),
       now() - seconds * interval '1 second', now(), setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', abstract), 'C')
     from told`,
    [JSON.stringify(records)],
  )
  await database.knex('epoch').increment('value', 1)
  catalogue = createCatalogue({
    readPool: database.readPool,
    db: database.knex,
    sizes: { windows: [16, 64, 200], lookedAtMost: 60, countedAtMost: 60 },
  })
}, 120_000)

afterAll(async () => {
  await database?.drop()
})

/** Everything that fits, by looking at every record, the newest first. */
const truth = async (where: string, values: unknown[] = []): Promise<{ id: string; title: string }[]> => {
  const { rows } = await database.readPool.query(
    `select record_id as id, title from catalogue_entry where ${where} order by updated_at desc, record_id`,
    values,
  )
  return rows
}

const search = (filter: Partial<CatalogueFilter>, more: { limit?: number; offset?: number } = {}) =>
  catalogue.search({ filter: { ...noFilter, ...filter }, sort: [], limit: 10, offset: 0, ...more })

const readAll = async (
  filter: Partial<CatalogueFilter>,
): Promise<{ ids: string[]; matched: Set<number | null> }> => {
  const ids: string[] = []
  const matched = new Set<number | null>()
  for (let hasMore = true; hasMore; ) {
    const page = await search(filter, { limit: 37, offset: ids.length })
    expect(page.entries.length > 0 || !page.hasMore).toBe(true)
    ids.push(...page.entries.map(({ id }) => id))
    matched.add(page.matched)
    hasMore = page.hasMore
  }
  return { ids, matched }
}

const tsquery = (text: string) => `search @@ websearch_to_tsquery('english', '${text}')`
const box = '(footprint && st_makeenvelope(5, 10, 5.5, 10.5, 4326))'
const boxes: CatalogueFilter['boxes'] = [[5, 10, 5.5, 10.5]]
const time = { from: '2021-01-01T00:00:00Z', until: '2021-03-01T00:00:00Z', isUntilExclusive: false }
const inTime = "period && daterange('2021-01-01', '2021-03-01', '[]')"

const piece = (text: string): CatalogueFilter['where'] => ({
  op: 'like',
  property: 'title',
  pattern: `%${text}%`,
  isCaseSensitive: false,
})

const cases: [string, Partial<CatalogueFilter>, string][] = [
  ['everything', {}, 'true'],
  ['a word that is everywhere', { q: 'roads' }, tsquery('roads')],
  ['a rare word', { q: 'rise' }, tsquery('rise')],
  ['the beginning of several words', { q: 'ree' }, `search @@ '''ree'':*'`],
  ['several words', { q: 'rivers roads' }, tsquery('rivers roads')],
  ['alternatives', { q: 'rise, coral' }, tsquery('rise or coral')],
  ['a phrase', { q: '"parcels roads"' }, tsquery('"parcels roads"')],
  ['a rare phrase and a word', { q: '"sea level" roads' }, tsquery('"sea level" roads')],
  ['a phrase around a word that means nothing', { q: '"roads of roads"' }, tsquery('"roads of roads"')],
  ['a word without another', { q: 'parcels -roads' }, tsquery('parcels -roads')],
  ['what lacks a word', { q: '-roads' }, tsquery('-roads')],
  ['what lacks a phrase', { q: 'roads -"parcels roads"' }, tsquery('roads -"parcels roads"')],
  ['words of no meaning', { q: 'the' }, 'false'],
  ['a box', { boxes }, box],
  ['a time', { time }, inTime],
  ['a box and a time', { boxes, time }, `${box} and ${inTime}`],
  ['a word in a box', { q: 'roads', boxes }, `${tsquery('roads')} and ${box}`],
  [
    'a rare word in a box at a time',
    { q: 'coral', boxes, time },
    `${tsquery('coral')} and ${box} and ${inTime}`,
  ],
  ['a type', { types: ['service'] }, "type = 'service'"],
  ['a word of a type', { q: 'roads', types: ['service'] }, `${tsquery('roads')} and type = 'service'`],
  ['a piece of many titles', { where: piece('roads') }, "title ilike '%roads%'"],
  ['a piece of many texts in a box', { boxes, where: piece('o') }, `title ilike '%o%' and ${box}`],
  ['a piece of few titles', { where: piece('level rise') }, "title ilike '%level rise%'"],
  [
    'a piece of many titles, and a time',
    { time, where: piece('parcels') },
    `title ilike '%parcels%' and ${inTime}`,
  ],
  [
    'words within a condition',
    {
      q: 'roads',
      where: {
        op: 'or',
        conditions: [
          { op: 'words', q: '"sea level"' },
          { op: 'words', q: 'rise' },
        ],
      },
    },
    `${tsquery('roads')} and (${tsquery('"sea level"')} or ${tsquery('rise')})`,
  ],
]

describe('all pages together have every record that fits, once', () => {
  for (const [name, filter, where] of cases)
    test(name, async () => {
      const expected = await truth(where)
      const { ids, matched } = await readAll(filter)
      expect(ids.length).toBe(expected.length)
      expect(new Set(ids)).toEqual(new Set(expected.map(({ id }) => id)))
      // The number is exact, or absent.
      for (const one of matched) expect(one === null || one === expected.length, String(one)).toBe(true)
      // After those that are ranked come the others, the newest first.
      const ranked = new Set(ids.slice(0, 100))
      expect(ids.slice(100)).toEqual(expected.flatMap(({ id }) => (ranked.has(id) ? [] : [id])))
    })
})

test('the number of all matches is counted where it is asked for, however many they are', async () => {
  for (const q of ['roads', '"parcels roads"', '-roads', 'ree']) {
    const request = { filter: { ...noFilter, q }, sort: [], limit: 1, offset: 0, isCountExact: true }
    const where = q === 'ree' ? `search @@ '''ree'':*'` : tsquery(q)
    expect((await catalogue.search(request)).matched, q).toBe((await truth(where)).length)
  }
})

test('records with the word in their title come first, current before deprecated ones', async () => {
  const { entries } = await search({ q: 'roads' }, { limit: 100 })
  const places = entries.map(
    ({ isDeprecated, metadata }) => (isDeprecated ? 2 : 0) + (metadata.title?.includes('roads') ? 0 : 1),
  )
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places.filter((place) => place === 0).length).toBeGreaterThan(20)
})

test('a search sorts all that fits, also what is everywhere', async () => {
  for (const q of ['roads', 'rise']) {
    const expected = (await truth(tsquery(q))).map(({ title }) => title.toLowerCase()).sort()
    const found = await catalogue.search({
      filter: { ...noFilter, q },
      sort: [{ by: 'title', isDescending: false }],
      limit: 20,
      offset: 5,
    })
    const titles = found.entries.map(({ metadata }) => (metadata.title ?? '').toLowerCase())
    expect(titles.toSorted()).toEqual(titles)
    expect(titles).toEqual(expected.slice(5, 25))
  }
})

test('a record that is changed is among the newest at once, and found by its new words', async () => {
  const [oldest] = (await truth(tsquery('roads'))).slice(-1)
  await database.knex.raw(
    `update catalogue_entry set updated_at = now(), search = setweight(to_tsvector('english', 'zebra roads'), 'A') where record_id = ?`,
    [oldest?.id ?? ''],
  )
  expect((await search({ q: 'zebra' })).entries.map(({ id }) => id)).toEqual([oldest?.id])
  expect((await search({ q: 'zeb' })).matched).toBe(1)
  const { ids } = await readAll({ q: 'roads' })
  expect(ids.slice(0, 100)).toContain(oldest?.id)
})
