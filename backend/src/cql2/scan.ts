/** Cuts CQL2 text into words. Knows the characters of the standard's grammar, not its rules. */
import { filterProblems } from '../domain/problems/filter.ts'
import { isHeldByDatabase } from './ast.ts'

export type Word = {
  kind: 'name' | 'quoted' | 'text' | 'number' | 'sign' | 'end'
  /** Without quotes and escapes. */
  value: string
  /** Counted from 1. */
  at: number
}

const space = /[\s\u0085]*/y

// Rules identifierStart and identifierPart, but for U+1680, which is a space too. QGIS also leaves names bare that begin with a digit (1990_pop).
const start =
  ':_A-Za-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{167F}\\u{1681}-\\u{1FFE}\\u{200C}-\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}'
const part = `${start}.0-9\\u{300}-\\u{36F}\\u{203F}-\\u{2040}`
const name = new RegExp(
  `(?:[${start}]|[0-9]+(?![0-9.]|[eE][-+]?[0-9]+(?![${part}]))[${start}])[${part}]*`,
  'uy',
)
const number = /(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?/y
const sign = /<>|!=|<=|>=|[=<>()+\-*/%^,]/y

const escapes: Record<string, string> = {
  "'": "'",
  '\\': '\\',
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
}

/**
 * Text between single quotes. Backslashes escape quotes, each other (QGIS doubles them) and control characters; before
 * anything else they stay, so that LIKE finds its \% and \_.
 */
const unescaped = (inside: string): string =>
  inside.replace(/''|\\(.)/gsu, (whole, letter: string | undefined) =>
    letter === undefined ? "'" : (escapes[letter] ?? whole),
  )

const quotedText = /'((?:[^'\\]|''|\\[\s\S])*)'/y
const quotedName = /"((?:[^"]|"")*)"/y

const shortened = (text: string) => (text.length > 30 ? `${text.slice(0, 30)}…` : text)

export const shownWord = ({ kind, value }: Word): string =>
  kind === 'end'
    ? 'the end'
    : kind === 'text'
      ? `the text '${shortened(value)}'`
      : kind === 'quoted'
        ? `"${shortened(value)}"`
        : `'${shortened(value)}'`

const unreadable = (at: number, found: string, expected: string) =>
  filterProblems.filterUnreadable({ where: `character ${at}`, found, expected })

const plainName = new RegExp(`^[${part}]$`, 'u')
const isNamePart = (letter: string | undefined) => letter !== undefined && plainName.test(letter)

const wholeName = new RegExp(`^[${start}][${part}]*$`, 'u')

/**
 * Names that are found in a text without quotes around them: those that would not be read as names anyway, nor as texts,
 * numbers or signs. The longest comes first.
 */
const findable = (names: readonly string[]): string[] =>
  names
    .filter((one) => !wholeName.test(one) && /[\p{L}\p{M}_]/u.test(one) && !/^['"\s]/.test(one))
    .sort((a, b) => b.length - a.length)

/** `bareNames` may stand without quotes, whatever their characters: GDAL writes names so in its filters. */
export const scan = (text: string, bareNames: readonly string[] = []): Word[] => {
  const known = findable(bareNames)
  const words: Word[] = []
  let at = 0
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at = pattern.lastIndex
    return found
  }
  const bareName = (): string | undefined => {
    const found = known.find((one) => {
      const last = one.at(-1)
      return text.startsWith(one, at) && !(isNamePart(last) && isNamePart(text[at + one.length]))
    })
    at += found?.length ?? 0
    return found
  }
  const next = (): Word | null => {
    const from = at + 1
    const bare = bareName()
    if (bare !== undefined) return { kind: 'quoted', value: bare, at: from }
    if (text[at] === "'") {
      const inside = match(quotedText)?.[1]
      if (inside === undefined) throw unreadable(from, 'a text without its end', "a closing '")
      return { kind: 'text', value: unescaped(inside), at: from }
    }
    if (text[at] === '"') {
      const inside = match(quotedName)?.[1]
      if (inside === undefined) throw unreadable(from, 'a name without its end', 'a closing "')
      return { kind: 'quoted', value: inside.replaceAll('""', '"'), at: from }
    }
    for (const [kind, pattern] of [
      ['name', name],
      ['number', number],
      ['sign', sign],
    ] as const) {
      const found = match(pattern)
      if (found) return { kind, value: found[0] === '!=' ? '<>' : found[0], at: from }
    }
    return null
  }
  for (match(space); at < text.length; match(space)) {
    const word = next()
    if (word === null)
      throw unreadable(
        at + 1,
        `'${String.fromCodePoint(text.codePointAt(at) ?? 0)}'`,
        'a name, a number, a text in single quotes or an operator',
      )
    if (!isHeldByDatabase(word.value)) throw unreadable(word.at, 'a NUL or half a character', 'readable text')
    words.push(word)
  }
  return [...words, { kind: 'end', value: '', at: text.length + 1 }]
}
