/** Patching metadata: absent means leave, null means clear. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyMetadata, completeMetadata } from '../../../test/fixtures/record-metadata.ts'
import { allKeywords, applyPatch, isDay, type RecordMetadataPatch, toEpsg } from './record-metadata.ts'

describe('applyPatch', () => {
  test('leaves what is absent and clears what is null', () => {
    const patched = applyPatch(completeMetadata(), { title: 'Reefs', keywords: null, abstract: undefined })
    expect(patched).toEqual({ ...completeMetadata({ title: 'Reefs' }), keywords: undefined })
    expect(patched).not.toHaveProperty('keywords')
  })

  test('changes groups member by member, and drops a group that is empty', () => {
    const before = completeMetadata({ dates: { creation: '2024-01-01', revision: '2025-01-01' } })
    expect(applyPatch(before, { dates: { creation: null } }).dates).toEqual({ revision: '2025-01-01' })
    expect(applyPatch(before, { dates: { creation: null, revision: null } })).not.toHaveProperty('dates')
    expect(applyPatch({}, { dates: { creation: '2024-01-01' } })).toEqual({
      dates: { creation: '2024-01-01' },
    })
  })

  test('replaces lists whole and changes nothing handed in', () => {
    const before = completeMetadata()
    expect(applyPatch(before, { keywords: ['one'] }).keywords).toEqual(['one'])
    expect(before).toEqual(completeMetadata())
  })

  test('a whole record as patch makes that record of anything', () => {
    fc.assert(
      fc.property(anyMetadata, anyMetadata, (before, after) => {
        const cleared = Object.fromEntries(
          Object.keys(before).map((name) => [name, null]),
        ) as RecordMetadataPatch
        expect(applyPatch(applyPatch(before, cleared), after)).toEqual(after)
        expect(applyPatch(before, {})).toEqual(before)
      }),
    )
  })

  test('pollutes no prototype', () => {
    applyPatch(
      {},
      JSON.parse('{"__proto__": {"polluted": true}, "dates": {"__proto__": {"polluted": true}}}'),
    )
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

test('days are days of the calendar (R4.20)', () => {
  expect(['2026-03-14', '2024-02-29', '0001-01-01'].every(isDay)).toBe(true)
  expect(
    ['2026-02-29', '2026-3-14', '2026-13-01', '14.03.2026', '2026-03-14T00:00:00Z', ''].some(isDay),
  ).toBe(false)
})

test('keywords come once each, thesaurus or not', () => {
  expect(
    allKeywords({ keywords: ['a', 'b'], thesaurusKeywords: [{ thesaurus: 't', keywords: ['b', 'c'] }] }),
  ).toEqual(['a', 'b', 'c'])
})

test('EPSG codes are read out of the CRS', () => {
  expect([toEpsg('EPSG:2006'), toEpsg('CRS84'), toEpsg(undefined)]).toEqual([2006, null, null])
})
