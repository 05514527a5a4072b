import { expect, test } from 'vitest'
import { toSlug } from './record.ts'

test.each([
  ['Coastal habitats', 'coastal-habitats'],
  ['coastal_habitats', 'coastal_habitats'],
  ['Soufrière – Routes (2026)', 'soufriere-routes-2026'],
  ['größe "x"; DROP TABLE', 'grosse-x-drop-table'],
  ['道路', ''],
  ['  --  ', ''],
])('the readable id of %j is %j (R6.7, R6.22)', (title, slug) => {
  expect(toSlug(title)).toBe(slug)
})
