/** CASEI and ACCENTI over every letter that has a case, on this engine, by the database's own `lower` and by the table. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accentFold, caseFold } from '../../backend/src/cql2/folds.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db?.drop())

type Fold = typeof caseFold

const foldAll = async (fold: Fold, texts: string[], change = (sql: string) => sql): Promise<string[]> => {
  const values: unknown[] = [texts]
  const sql = fold('t.x', (value) => `$${values.push(value)}`)
  const { rows } = await db.pool.query<{ folded: string }>(
    `select ${change(sql)} as folded from unnest($1::text[]) with ordinality t(x, n) order by n`,
    values,
  )
  return rows.map(({ folded }) => folded)
}

/** As in a database that knows ASCII only, or Turkish. */
const withoutLower = (sql: string) => sql.replace("lower('IÀΣЖԱ')", "lower('nothing')")

const cased = Array.from({ length: 0x1e944 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((letter) => letter.toLowerCase() !== letter || letter.toUpperCase() !== letter)

test.each([
  ['the database', (sql: string) => sql],
  ['the table', withoutLower],
])('small letters and capitals are alike by %s', async (_name, change) => {
  const letters = cased.filter((letter) => !'ıİ'.includes(letter))
  const [same, small, capital] = await Promise.all([
    foldAll(caseFold, letters, change),
    foldAll(
      caseFold,
      letters.map((letter) => letter.toLowerCase()),
      change,
    ),
    foldAll(
      caseFold,
      letters.map((letter) => letter.toUpperCase()),
      change,
    ),
  ])
  const unlike = letters.filter((_letter, at) => same[at] !== small[at] || same[at] !== capital[at])
  expect(letters.length).toBeGreaterThan(2500)
  expect(unlike).toEqual([])
})

test.each([
  ['STRASSE', 'Straße'],
  ['STRAẞE', 'strasse'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ['Ǆ', 'ǆ'],
  ['ﬁn', 'FIN'],
  ['é', 'e\u0301'],
  ['ᾼ', 'αι'],
  ['İ', 'i\u0307'],
])('%s is like %s but for case', async (one, other) => {
  for (const change of [(sql: string) => sql, withoutLower]) {
    const [a, b] = await foldAll(caseFold, [one, other], change)
    expect(a).toBe(b)
  }
  const [a, b] = await foldAll(caseFold, [one, `${other}x`])
  expect(a).not.toBe(b)
})

test.each([
  ['Chișinău', 'Chisinau'],
  ['Łódź', 'Lodz'],
  ['København', 'Kobenhavn'],
  ['Đà Nẵng', 'Da Nang'],
  ['Œuvre', 'OEuvre'],
  ['Ελλάδα', 'Ελλαδα'],
  ['Йод', 'Иод'],
  ['papá', 'papa'],
])('%s is like %s but for accents', async (one, other) => {
  const [a, b] = await foldAll(accentFold, [one, other])
  expect(a).toBe(b)
})

test('accents do not take case away, nor the voicing marks of Japanese, nor anything from plain text', async () => {
  const [small, capital, voiced, plain, words] = await foldAll(accentFold, [
    'é',
    'É',
    'はじめ',
    'はしめ',
    'Plain text 1',
  ])
  expect([small, capital, words]).toEqual(['e', 'E', 'Plain text 1'])
  expect(voiced).not.toBe(plain)
})
