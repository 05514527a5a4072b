/** The function that indexes of records hold gives what CASEI of CQL2 gives, letter by letter, in this database. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { caseFold } from '../../backend/src/cql2/folds.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await testDatabase()
})

afterAll(async () => {
  await db?.drop()
})

const compareAll = async (rows: string): Promise<string[]> => {
  const values: string[] = []
  const add = (value: string) => {
    values.push(value)
    return `$${values.length}`
  }
  const text = `with letters as (${rows}), folded as (
    select x, casei(x) as by_function, ${caseFold('x', add)} as by_expression from letters)
    select x from folded where by_function is distinct from by_expression limit 20`
  const { rows: different } = await db.pool.query<{ x: string }>(text, values)
  return different.map(({ x }) => x)
}

test('every letter, alone and with an accent', async () => {
  const codes = 'generate_series(1, 125252) code where code not between 55296 and 57343'
  expect(await compareAll(`select chr(code) as x from ${codes}`)).toEqual([])
  expect(
    await compareAll(`select chr(code) || U&'\\0301' || 'X' as x from ${codes} and code < 1400`),
  ).toEqual([])
})

test('texts', async () => {
  const texts = [
    '',
    'ROADS of Soufrière',
    'Straße',
    'ΣΊΣΥΦΟΣ',
    'ﬁn',
    'İstanbul',
    'ÅNGSTRÖM',
    '日本 😀',
    "a'b\\c%_",
  ]
  expect(
    await compareAll(
      `select x from unnest(array[${texts.map((_, at) => `'${texts[at]?.replaceAll("'", "''")}'`).join(', ')}]) x`,
    ),
  ).toEqual([])
  const { rows } = await db.pool.query(
    "select casei('Straße') = casei('STRASSE') as is_same, casei(null) as nothing",
  )
  expect(rows).toEqual([{ is_same: true, nothing: null }])
})

test('a filter without regard to case, and one with it, use the indexes of title and abstract', async () => {
  const plan = async (condition: string) => {
    const client = await db.pool.connect()
    try {
      await client.query('begin; set local enable_seqscan = off')
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select from catalogue_entry e where ${condition}`,
      )
      return rows.map((row) => row['QUERY PLAN']).join('\n')
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
  const insensitive = (text: string) =>
    `${text} like casei('%ReefX%') and (${text.slice(6, -1)} ilike casei('%ReefX%') or lower(${text.slice(6, -1)}) <> ${text})`
  const ofTitle = await plan(insensitive('casei(e.title)'))
  for (const index of ['title_trgm_idx', 'title_folds_idx'])
    expect(ofTitle).toContain(`catalogue_entry_${index}`)
  const ofAbstract = await plan(insensitive("casei(nullif(e.abstract, ''))"))
  for (const index of ['abstract_trgm_idx', 'abstract_folds_idx'])
    expect(ofAbstract).toContain(`catalogue_entry_${index}`)
  expect(await plan("nullif(e.abstract, '') like '%reefx%'")).toContain('catalogue_entry_abstract_trgm_idx')
  expect(await plan("nullif(e.keywords, '{}') @> array['reef']::text[]")).toContain(
    'catalogue_entry_keywords_idx',
  )
  expect(await plan("e.period && daterange('2020-01-01', '2020-12-31', '[]')")).toContain(
    'catalogue_entry_period_idx',
  )
})
