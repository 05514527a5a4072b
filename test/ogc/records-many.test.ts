/** A catalogue with more records than are ranked or counted one by one. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addManyRecords, addRecord } from '../helpers/catalogue.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

let program: TestProgram
let items: string

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at, not trusted.
type Any = any
const find = async (query: string): Promise<Any> => (await fetch(`${items}?${query}`)).json()
const nextOf = (page: Any): string | undefined => page.links.find((link: Any) => link.rel === 'next')?.href

beforeAll(async () => {
  program = await testProgram()
  items = `${program.url}/records/collections/metadata:main/items`
  await addManyRecords(program.database, 10_100, 'parcel')
  await addManyRecords(program.database, 2500, 'bridge')
  await addRecord(program.database, { title: 'Ford', abstract: 'A bridge in the abstract only.' })
}, 120_000)

afterAll(async () => {
  await program?.stop()
})

test('the number of matches is exact up to 10,000 and left out beyond; the whole catalogue is always counted (G8)', async () => {
  expect((await find('q=bridge&limit=1')).numberMatched).toBe(2501)
  const many = await find('q=parcel&limit=1')
  expect(many).not.toHaveProperty('numberMatched')
  expect(nextOf(many)).toBeTruthy()
  expect((await find('limit=1')).numberMatched).toBe(12_601)
})

test('paging goes on past the records that are ranked, without gap or repetition (G7)', async () => {
  const seen = new Set<string>()
  let count = 0
  let url: string | undefined = `${items}?q=bridge&limit=700`
  while (url !== undefined) {
    const page: Any = await (await fetch(url)).json()
    expect(page.features.length).toBeGreaterThan(0)
    for (const feature of page.features) seen.add(feature.id)
    count += page.features.length
    url = nextOf(page)
  }
  expect(count).toBe(2501)
  expect(seen.size).toBe(2501)
})

test('a page that ends exactly with the last record has no next', async () => {
  const last = await find('q=bridge&limit=1&offset=2500')
  expect(last.numberReturned).toBe(1)
  expect(nextOf(last)).toBeUndefined()
  expect(nextOf(await find('q=bridge&limit=501&offset=2000'))).toBeUndefined()
  expect(nextOf(await find('q=bridge&limit=500&offset=1500'))).toBeTruthy()
})

test('a new record counts at once', async () => {
  const before = (await find('limit=1')).numberMatched
  await addRecord(program.database, { title: 'One more' })
  expect((await find('limit=1')).numberMatched).toBe(before + 1)
  expect((await find('q=one+more&limit=1')).features[0].properties.title).toBe('One more')
})
