/** The tables of codes in the user guide are those of the program. */
import { readdirSync, readFileSync } from 'node:fs'
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

const source = join(import.meta.dirname, '../../backend/src')

/** Every code that reading a style can give stands in one of these files as a word of its own. */
const codesOfReading = () => {
  const readers = readdirSync(join(source, 'styles'))
    .filter((name) => /^(gate|sld-(?!write)[a-z-]+)\.ts$/.test(name))
    .map((name) => join(source, 'styles', name))
  const texts = [...readers, join(source, 'render/style-reader.ts')].map((path) => readFileSync(path, 'utf8'))
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/'((?!ERR_)[A-Z]+(?:_[A-Z]+)+)'/g)].map(([, code = '']) => code),
    ),
  )
}

test('the chapter on styles explains every code a check can give, and no other (issue 5)', () => {
  const chapter = readFileSync(join(source, '../docs/user-guide/10-styles.md'), 'utf8')
  const rows = chapter.split('\n').filter((line) => line.startsWith('|'))
  const explained = rows.flatMap((row) => row.split('|')[1]?.match(/[A-Z]+(?:_[A-Z]+)+|\bUOM\b/g) ?? [])
  const given = [...codesOfReading(), 'UOM']
  expect(given.length).toBeGreaterThan(40)
  expect([...new Set(explained)].sort()).toEqual([...new Set(given)].sort())
})
