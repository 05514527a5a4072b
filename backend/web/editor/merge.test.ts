import { expect, test } from 'vitest'
import { changedMembers, mergePatch, rebase, tidy } from './merge.ts'

test('R4.61 only what changed is sent: cleared members as null, lists whole, parts of objects alone', () => {
  const from = {
    title: 'Rivers',
    abstract: 'Old',
    keywords: ['a'],
    dates: { creation: '2020-01-01', revision: '2021-01-01' },
  }
  const to = {
    title: 'Rivers',
    keywords: ['a', 'b'],
    dates: { creation: '2020-01-01', publication: '2022-01-01' },
  }
  expect(mergePatch(from, to)).toEqual({
    abstract: null,
    keywords: ['a', 'b'],
    dates: { revision: null, publication: '2022-01-01' },
  })
  expect(mergePatch(to, structuredClone(to))).toEqual({})
})

test('a format keeps its name in the patch when only its version changes, because it is no format without', () => {
  const from = { distributionFormat: { name: 'GeoJSON', version: '1' } }
  expect(mergePatch(from, { distributionFormat: { name: 'GeoJSON' } })).toEqual({
    distributionFormat: { name: 'GeoJSON', version: null },
  })
})

test('what cannot be saved yet is left out, and the rest is saved', () => {
  const patch = mergePatch({}, { title: 'Rivers', informationUrl: 'htp' }, new Set(['informationUrl']))
  expect(patch).toEqual({ title: 'Rivers' })
})

test('changes of two people to different members are both kept', () => {
  const base = { title: 'Rivers', abstract: 'A' }
  const { metadata, conflicts } = rebase(
    base,
    { title: 'My rivers', abstract: 'A' },
    { title: 'Rivers', abstract: 'B' },
  )
  expect(metadata).toEqual({ title: 'My rivers', abstract: 'B' })
  expect(conflicts).toEqual([])
})

test('a member that two people changed differently is for the person to decide, the same change is not', () => {
  const base = { title: 'Rivers', abstract: 'A' }
  const mine = { title: 'Mine', abstract: 'Same' }
  const { metadata, conflicts } = rebase(base, mine, { title: 'Theirs', abstract: 'Same' })
  expect(conflicts).toEqual(['title'])
  expect(metadata.title).toBe('Mine')
})

test('a member cleared here stays cleared on top of theirs', () => {
  const { metadata } = rebase({ title: 'A', abstract: 'B' }, { title: 'A' }, { title: 'C', abstract: 'B' })
  expect(metadata).toEqual({ title: 'C' })
})

test('blank texts, empty lists and empty objects say nothing', () => {
  const draft = { title: ' ', keywords: [], dates: { creation: '' }, dataSources: ['', 'Map'], abstract: 'x' }
  expect(tidy(draft)).toEqual({ dataSources: ['Map'], abstract: 'x' })
  expect(changedMembers({}, tidy({ title: '' }))).toEqual([])
})
