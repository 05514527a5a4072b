import { expect, test } from 'vitest'
import { parseViewName } from './view-name.ts'

test('a table name alone is in public, schema.table in its schema (R6.19)', () => {
  expect(parseViewName('roads')).toEqual({ schema: 'public', table: 'roads' })
  expect(parseViewName('planning.roads')).toEqual({ schema: 'planning', table: 'roads' })
})

test.each([
  'a.b.c',
  'x";drop table y;--',
  '',
  'Ümlaut',
  'pg_catalog.pg_authid',
  'secims.token',
  'data.d_1',
  'spatial_ref_sys',
  'a'.repeat(64),
])('%j is refused (R6.20, security D2)', (name) => {
  expect(() => parseViewName(name)).toThrow(expect.objectContaining({ code: 'view-name-invalid' }))
})
