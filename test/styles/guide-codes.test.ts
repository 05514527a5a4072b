/** The table of codes in the user guide is the one of the program. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codes } from '../../backend/src/preflight/codes.ts'

const guide = readFileSync(
  join(import.meta.dirname, '../../backend/docs/user-guide/09-qgis-bridge.md'),
  'utf8',
)

const kinds: Record<string, string> = {
  Blocking: 'blocking',
  Warning: 'warning',
  'For information': 'information',
}

test('the guide lists every code of the checks with its gravity, and no other', () => {
  const rows = [...guide.matchAll(/^\| ([A-Z]{3}-\d{3}) \| ([A-Za-z ]+?) \|/gm)]
  const listed = rows.map(([, code = '', kind = '']) => [code, kinds[kind]])
  expect(listed.length).toBeGreaterThan(0)
  expect(Object.fromEntries(listed)).toEqual(codes)
})
