/** The tables of codes in the user guide are those of the program. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codes } from '../../backend/src/preflight/codes.ts'
import { styleSentences } from '../../backend/src/styles/qml-words.ts'
import { repairReasons } from '../../backend/src/styles/repair.ts'

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

const chapter = readFileSync(join(source, '../docs/user-guide/10-styles.md'), 'utf8')

/** Codes as whole words in the source: 'QML_FILTER'. */
const codesIn = (folder: string, isOne: (name: string) => boolean): string[] => {
  const names = readdirSync(join(source, folder)).filter((name) => isOne(name) && !name.endsWith('.test.ts'))
  if (names.length === 0) throw new Error(`No file of ${folder} is looked through.`)
  const texts = names.map((name) => readFileSync(join(source, folder, name), 'utf8'))
  const found = texts.flatMap((text) =>
    [...text.matchAll(/'((?!ERR_)[A-Z]+\d*(?:_[A-Z]+)+)'/g)].map(([, code = '']) => code),
  )
  return [...new Set(found)].sort()
}

/** Codes in the first column of the table whose head begins with this word, each row with what it means and what to do. */
const explainedIn = (head: string, text = chapter): string[] => {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`))
  if (start === -1) throw new Error(`The chapter has no table "${head}".`)
  const rows = lines.slice(
    start + 2,
    lines.findIndex((line, at) => at > start && !line.startsWith('|')),
  )
  return rows
    .flatMap((row) => {
      const [, codes = '', ...cells] = row.split('|')
      if (cells.slice(0, -1).some((cell) => cell.trim() === '')) throw new Error(`A cell is empty: ${row}`)
      return codes.match(/[A-Z]+\d*(?:_[A-Z]+)+|\bUOM\b/g) ?? []
    })
    .sort()
}

const isReader = (name: string) => /^(gate|sld-(?!write)[a-z-]+)\.ts$/.test(name)

test('the chapter on styles explains every code the gate can give, and no other (issue 5)', () => {
  const given = [
    ...codesIn('styles', isReader),
    ...codesIn('render', (name) => name === 'style-reader.ts'),
    'UOM',
  ]
  expect(given.length).toBeGreaterThan(40)
  expect([...explainedIn('Errors'), ...explainedIn('Warnings')].sort()).toEqual([...new Set(given)].sort())
})

test('it explains every repair', () => {
  expect(explainedIn('Repairs')).toEqual(Object.keys(repairReasons).sort())
})

test('it explains every loss of reading QML, and why a QML is refused', () => {
  const refused = codesIn('styles', (name) => name === 'qml.ts')
  const lost = codesIn('styles', (name) => /^qml-/.test(name))
  expect(lost.length).toBeGreaterThan(50)
  expect(explainedIn('QML files')).toEqual(refused)
  expect(explainedIn('Losses of QML')).toEqual(lost.filter((code) => code.startsWith('QML_')))
})

test('it explains every loss of maps, of styles for browsers, and of the SLD we write', () => {
  const painted = codesIn('render/paint', () => true).filter((code) => code !== 'LABEL_PLACEHOLDER')
  expect(explainedIn('Losses on maps')).toEqual(painted)
  expect(explainedIn('Losses in browsers')).toEqual(codesIn('styles', (name) => /^maplibre/.test(name)))
  const written = codesIn('styles', (name) => /^sld-write/.test(name))
  expect(explainedIn('Losses of written SLD')).toEqual(written.filter((code) => code !== 'EXPRESSION_LOST'))
})

test('the list of the style report is that of the program: code, what happens, what to do', () => {
  const list = readFileSync(join(source, '../docs/user-guide/12-style-report.md'), 'utf8')
  const rows = Object.entries(styleSentences).map(
    ([code, [cause, remedy]]) => `| ${code} | ${cause.replaceAll('|', '\\|')} | ${remedy || 'nothing'} |`,
  )
  const missing = rows.filter((row) => !list.includes(row))
  expect(missing).toEqual([])
  expect(list.match(/^\| STY-/gm)).toHaveLength(rows.length)
})
