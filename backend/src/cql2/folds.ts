/**
 * Case and accents taken away by SQL that works in every database: none of ICU, unaccent or a certain locale is asked
 * for, so that the embedded database and a server answer alike. The same expression goes over both sides.
 */

type Add = (value: string) => string

/** Letters are looked for up to here, but for the scripts without capitals in between. */
const alphabets: [number, number][] = [
  [0x41, 0x2fff],
  [0xa640, 0xabff],
  [0xff21, 0xff5a],
  [0x10400, 0x1e943],
]

/** Capitals and their small letters, without accents, which stand apart when these are used (NFD). */
const letterPairs = (): [string, string] => {
  let from = ''
  let to = ''
  for (const [first, last] of alphabets)
    for (let code = first; code <= last; code += 1) {
      const letter = String.fromCodePoint(code)
      // By way of capitals, as full case folding: final and other sigma, long and round s are one.
      const folded = letter.toUpperCase().toLowerCase()
      if (folded === letter || letter === 'ı' || [...folded].length > 1) continue
      if (letter.normalize('NFD') !== letter) continue
      from += letter
      to += folded
    }
  return [from, to]
}

const [capitals, smalls] = letterPairs()

/** Letters beyond the living alphabets of Europe, of which databases know as many as their system is new. */
const firstRare = '\u1c80'
const rare = [...capitals].flatMap((letter, at) =>
  letter >= firstRare ? [[letter, [...smalls][at] ?? letter] as const] : [],
)
const rareFrom = rare.map(([letter]) => letter).join('')
const rareTo = rare.map(([, folded]) => folded).join('')

/** Small letters that are forms of others, such as final sigma and long s: few, and no database's `lower` changes them. */
const otherForms = [...capitals].flatMap((letter, at) =>
  letter.toLowerCase() === letter && letter < firstRare ? [[letter, [...smalls][at] ?? letter] as const] : [],
)
const formsFrom = otherForms.map(([letter]) => letter).join('')
const formsTo = otherForms.map(([, folded]) => folded).join('')

/**
 * Small letters. The database's own way is twenty times faster than a table of all alphabets, and is taken where it knows
 * more than one alphabet and is not Turkish; the planner decides that before it looks at any row.
 */
const smallLetters = (x: string, add: Add): string =>
  `case when lower('IÀΣЖԱ') = 'iàσжա'
    then translate(lower(${x}), ${add(formsFrom)}::text, ${add(formsTo)}::text)
    else translate(${x}, ${add(capitals)}::text, ${add(smalls)}::text) end`

/** Letters that stand for several; sharp s, which is common, is done apart. */
const ligatures: readonly [string, string][] = [
  ['ŉ', 'ʼn'],
  ['ẚ', 'aʾ'],
  ['ﬀ', 'ff'],
  ['ﬁ', 'fi'],
  ['ﬂ', 'fl'],
  ['ﬃ', 'ffi'],
  ['ﬄ', 'ffl'],
  ['ﬅ', 'st'],
  ['ﬆ', 'st'],
  ['և', 'եւ'],
  ['ﬓ', 'մն'],
  ['ﬔ', 'մե'],
  ['ﬕ', 'մի'],
  ['ﬖ', 'վն'],
  ['ﬗ', 'մխ'],
]
const anySpecial = `[${ligatures.map(([letter]) => letter).join('')}${rareFrom}]`

const replaced = (sql: string, pairs: readonly [string, string][]): string =>
  pairs.reduce((inner, [from, to]) => `replace(${inner}, '${from}', '${to}')`, sql)

const withoutSpecial = (x: string, add: Add): string =>
  `case when ${x} ~ ${add(anySpecial)}::text
    then translate(${replaced(x, ligatures)}, ${add(rareFrom)}::text, ${add(rareTo)}::text) else ${x} end`

/** A text without letters beyond ASCII, which most are, goes a much shorter way. */
const byAlphabet = (sql: string, ascii: (x: string) => string, other: (x: string) => string): string =>
  `(select case when octet_length(f.x) = char_length(f.x) then ${ascii('f.x')} else ${other('f.x')} end
    from (select (${sql})::text as x offset 0) f)`

/** CASEI: full case folding of Unicode, with accents normalized. */
export const caseFold = (sql: string, add: Add): string =>
  byAlphabet(
    sql,
    (x) => `lower(${x} collate "C")`,
    (x) =>
      `normalize(replace(${smallLetters(`normalize(${withoutSpecial(x, add)}, nfd)`, add)}, 'ß', 'ss'), nfc)`,
  )

/** Marks above, below and through letters of all scripts that have them; not those of Japanese, which make other letters. */
const marks =
  '[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]'

/** Letters whose stroke is part of them, and so stays in any normalization. */
const strokes: [string, string] = ['øØđĐłŁħĦŧŦƀɃɨƗɍɌɏɎⱥȺȼȻɇɆɉɈ', 'oOdDlLhHtTbBiIrRyYaAcCeEjJ']
const doubleLetters: readonly [string, string][] = [
  ['æ', 'ae'],
  ['Æ', 'AE'],
  ['œ', 'oe'],
  ['Œ', 'OE'],
]

/** ACCENTI: letters without their accents. */
export const accentFold = (sql: string, add: Add): string =>
  byAlphabet(
    sql,
    (x) => x,
    (x) =>
      `normalize(${replaced(`translate(regexp_replace(normalize(${x}, nfd), ${add(marks)}::text, '', 'g'), ${add(strokes[0])}::text, ${add(strokes[1])}::text)`, doubleLetters)}, nfc)`,
  )
