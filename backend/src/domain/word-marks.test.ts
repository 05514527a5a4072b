/** How a text search is put to the indexes of words. */
import { expect, test } from 'vitest'
import { beginningsIn, readTextQuery, sinceMarks, type TextQuery, toMarks, toPairs } from './word-marks.ts'

const read = (text: string): TextQuery => {
  const query = readTextQuery(text)
  if (query === null) throw new Error(`${text} is empty`)
  return query
}
const none = { completions: new Map<string, string[]>() }
const marks = (text: string) => toMarks(read(text), none)

test('what PostgreSQL writes is read with its order of signs: not, follows, and, or', () => {
  expect(readTextQuery('')).toBeNull()
  expect(read("'a':* & !( 'b' | 'c' ) <-> 'd' <2> 'e' | 'it''s':AB")).toEqual({
    op: 'or',
    queries: [
      {
        op: 'and',
        queries: [
          { op: 'word', word: 'a', isBeginning: true },
          {
            op: 'phrase',
            distance: 2,
            before: {
              op: 'phrase',
              distance: 1,
              before: {
                op: 'not',
                query: {
                  op: 'or',
                  queries: [
                    { op: 'word', word: 'b', isBeginning: false },
                    { op: 'word', word: 'c', isBeginning: false },
                  ],
                },
              },
              after: { op: 'word', word: 'd', isBeginning: false },
            },
            after: { op: 'word', word: 'e', isBeginning: false },
          },
        ],
      },
      { op: 'word', word: "it's", isBeginning: false },
    ],
  })
  expect(() => readTextQuery("'a' &")).toThrow('Not a text query')
  expect(() => readTextQuery("('a'")).toThrow('Not a text query')
})

test('words are asked as they are, and quoted', () => {
  expect(marks("'road' & 'it''s' & 'a\\\\b'")).toEqual({
    text: "(('road') & ('it''s') & ('a\\\\b'))",
    isExact: true,
  })
})

test('a beginning is the words it stands for, where they are known', () => {
  expect(beginningsIn(read("'a':* & !'b':* | 'c' <-> 'd':*"))).toEqual(['a', 'b', 'd'])
  const completions = new Map([
    ['ree', ['reed', 'reef']],
    ['= ree', []],
  ])
  expect(toMarks(read("'ree':*"), { completions })?.text).toBe("('reed' | 'reef')")
  expect(toMarks(read("'ree':*"), { prefix: '= ', completions })?.text).toBe("('= ree')")
  expect(marks("'ree':*")?.text).toBe("('ree':*)")
})

test('of a phrase the index knows the words and, beside, the neighbours; it is looked at again', () => {
  const query = read("'coral' <-> 'reef' <-> 'survey' & 'map'")
  expect(toMarks(query, none)).toEqual({
    text: "(((('coral') & ('reef')) & ('survey')) & ('map'))",
    isExact: false,
  })
  expect(toPairs(query)).toBe("((('corree') & 'reesur'))")
  expect(toPairs(read("'road' <2> 'soufrier'"))).toBeNull()
  expect(toPairs(read("'sea' <-> 'level' | 'tide'"))).toBeNull()
  expect(toPairs(read("'sea' <-> 'level' | 'été' <-> 'sec'"))).toBe("(('sealev') | ('étésec'))")
  expect(toPairs(read("'map' & !('sea' <-> 'level')"))).toBeNull()
})

test('what excludes words is asked only beside what includes some', () => {
  expect(marks("'road' & !'parcel'")).toEqual({ text: "(('road') & !('parcel'))", isExact: true })
  expect(marks("!'parcel'")).toBeNull()
  expect(marks("'road' | !'parcel'")).toBeNull()
  expect(marks("'road' & !('sea' <-> 'level')")).toEqual({ text: "(('road'))", isExact: false })
})

test('a time back to now is at most seventeen spans', () => {
  expect(sinceMarks(100, 102)).toBe("('@0 100' | '@0 101' | '@0 102')")
  expect(sinceMarks(100, 200)).toBe("('@1 6' | '@1 7' | '@1 8' | '@1 9' | '@1 10' | '@1 11' | '@1 12')")
  for (const [since, until] of [
    [14_000_000, 29_000_000],
    [28_000_000.5, 29_000_000.7],
    [28_999_990, 29_000_000],
  ] as const)
    expect(sinceMarks(since, until).split('|').length).toBeLessThanOrEqual(17)
})
