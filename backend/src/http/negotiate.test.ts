import { expect, test } from 'vitest'
import { negotiate } from './negotiate.ts'

const offers: Parameters<typeof negotiate<'json' | 'html'>>[2] = [
  { key: 'json', types: ['application/json'] },
  { key: 'html', types: ['text/html', 'application/xhtml+xml'] },
]
const chosen = (accept: string | undefined) => negotiate(undefined, accept, offers)

test('data unless a page is preferred (G2)', () => {
  for (const accept of [
    undefined,
    '',
    '*/*',
    'application/json',
    'application/*',
    'application/geo+json, application/json',
    '*/*;q=0.1',
    'text/html;q=0.5, application/json',
  ])
    expect(chosen(accept), accept).toBe('json')
  for (const accept of [
    'text/html',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'text/*',
    'application/json;q=0.1, text/html;q=0.2',
  ])
    expect(chosen(accept), accept).toBe('html')
})

test('the most specific range counts, and q=0 means never', () => {
  expect(chosen('*/*, application/json;q=0')).toBe('html')
  expect(chosen('application/json;q=0.2, */*;q=0.9')).toBe('html')
})

test('f decides alone', () => {
  expect(negotiate('html', 'application/json', offers)).toBe('html')
  expect(() => negotiate('xml', '*/*', offers)).toThrow(/'xml' is not offered/)
})

test('nothing that fits is 406', () => {
  for (const accept of ['image/png', 'application/json;q=0', 'nonsense', 'application/json;q=x'])
    expect(() => chosen(accept), accept).toThrow(/not offered/)
})
