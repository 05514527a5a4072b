import { expect, test } from 'vitest'
import { toSearchAddress } from './search-address.ts'

const fields = (given: [string, string][]) => {
  const form = new FormData()
  for (const [name, value] of given) form.append(name, value)
  return form
}

test('empty fields are left out, corners and days are put together, values of one name stay several', () => {
  expect(
    toSearchAddress(
      'http://x/catalogue',
      fields([
        ['q', ' coral reef '],
        ['keywords', 'a & b'],
        ['keywords', 'c'],
        ['west', '-61,1'],
        ['south', '13.7'],
        ['east', '-60.8'],
        ['north', '14.1'],
        ['from', '2020-01-01'],
        ['until', ''],
        ['sortby', ''],
      ]),
    ),
  ).toBe(
    'http://x/catalogue?q=coral+reef&keywords=a+%26+b&keywords=c&bbox=-61.1%2C13.7%2C-60.8%2C14.1&datetime=2020-01-01%2F..',
  )
  expect(toSearchAddress('http://x/catalogue', fields([['q', '']]))).toBe('http://x/catalogue')
})

test('a corner that is missing is sent as it is, so that the server can say so', () => {
  expect(
    toSearchAddress(
      'http://x/catalogue',
      fields([
        ['west', '-61'],
        ['south', ''],
        ['east', ''],
        ['north', ''],
      ]),
    ),
  ).toBe('http://x/catalogue?bbox=-61%2C%2C%2C')
})
