import { expect, test } from 'vitest'
import { activeContentOf, namesAnAddress, networkOf, toReference, toToldState } from './submission.ts'

test('a reference has no letters that are taken for others, and is as long as the table demands (R2.16)', () => {
  for (let seed = 0; seed < 256; seed += 1)
    expect(toReference(Uint8Array.from({ length: 8 }, (_, at) => seed + 31 * at))).toMatch(
      /^S-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/,
    )
})

test('R2.4 data elsewhere have an address: a download, a page about them, or a service', () => {
  expect(namesAnAddress({ title: 'Roads' })).toBe(false)
  expect(namesAnAddress({ informationUrl: 'https://example.org' })).toBe(true)
  expect(namesAnAddress({ webServices: [{ protocol: 'OGC:WFS', url: 'https://example.org/wfs' }] })).toBe(
    true,
  )
})

test('R2.17 addresses of one network count together', () => {
  expect(networkOf('203.0.113.7')).toBe('203.0.113.7')
  expect(networkOf('::ffff:203.0.113.7')).toBe('203.0.113.7')
  expect(networkOf('2001:db8:1:2:aaaa::1')).toBe(networkOf('2001:db8:1:2:bbbb::2'))
  expect(networkOf('2001:db8:1:3::1')).not.toBe(networkOf('2001:db8:1:2::1'))
})

test('documents that act are found by their warnings; other warnings are no obstacle', () => {
  const probe = { format: 'PDF', kind: 'document', mediaType: 'application/pdf', layers: [] } as const
  const warnings = [
    { code: 'active-content', message: 'JavaScript.' },
    { code: 'crs-missing', message: 'No CRS.' },
  ]
  expect(activeContentOf({ ...probe, layers: [], warnings })).toEqual(['JavaScript.'])
})

test('the submitter reads "in review" until the publication has committed', () => {
  expect(toToldState('publishing')).toBe('in_review')
  expect(toToldState('returned')).toBe('returned')
})
