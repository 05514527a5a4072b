import { describe, expect, test } from 'vitest'
import { queryOf } from './addresses.ts'

const read = (query: string) => [...queryOf({ originalUrl: `/items${query}` })]

describe('a plus in the query', () => {
  test.each([
    [
      'is a plus beside %20, as QGIS writes filters',
      '?filter=((a%20+%2010)%20%3E%3D%205)',
      '((a + 10) >= 5)',
    ],
    ['is a space where forms write them so', '?filter=a+%2B+10+%3E+5', 'a + 10 > 5'],
    ['is a space where there is no other sign', '?filter=a+IS+NULL', 'a IS NULL'],
    ['is what it says when it is written out', '?filter=a%20%2B%2010', 'a + 10'],
  ])('%s', (_what, query, filter) => {
    expect(read(query)).toEqual([['filter', filter]])
  })

  test('is looked at in each parameter alone', () => {
    expect(read('?q=old+town&filter=n%20+%201')).toEqual([
      ['q', 'old town'],
      ['filter', 'n + 1'],
    ])
    expect(read('')).toEqual([])
    expect(read('?')).toEqual([])
  })
})
