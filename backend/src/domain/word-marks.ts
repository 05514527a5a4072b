/**
 * Text searches in the terms of the indexes of words: `secims.search_marks` holds the words of a record, those of its title apart,
 * and its age; `secims.search_pairs` which words follow each other. They know no places of words, so that what they find of a
 * phrase is looked at again.
 */

/** As PostgreSQL writes a tsquery. */
export type TextQuery =
  | { op: 'word'; word: string; isBeginning: boolean }
  | { op: 'not'; query: TextQuery }
  | { op: 'and' | 'or'; queries: TextQuery[] }
  | { op: 'phrase'; before: TextQuery; after: TextQuery; distance: number }

/** What the index is asked, as a tsquery; `isExact`: it finds nothing else than what was searched for. */
export type MarkQuery = { text: string; isExact: boolean }

const token = /\s*('(?:[^'\\]|''|\\[\s\S])*')(:\*?[ABCD]*\*?)?|\s*(<->|<\d+>|[&|!()])/y

const unquoted = (text: string) =>
  text.slice(1, -1).replace(/''|\\([\s\S])/g, (found, one) => one ?? found[0])
const quoted = (word: string) => `'${word.replace(/['\\]/g, '$&$&')}'`

/** Reads what `tsquery::text` gives. Null for the empty query. */
export const readTextQuery = (text: string): TextQuery | null => {
  token.lastIndex = 0
  const tokens: { word?: string; isBeginning?: boolean; sign?: string }[] = []
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [, word, suffix = '', sign] = found
    tokens.push(
      word === undefined ? { sign: sign ?? '' } : { word: unquoted(word), isBeginning: suffix.includes('*') },
    )
  }
  let at = 0
  const take = (sign: string): boolean => {
    const isThere = tokens[at]?.sign === sign
    if (isThere) at += 1
    return isThere
  }
  const one = (): TextQuery => {
    if (take('!')) return { op: 'not', query: one() }
    if (take('(')) {
      const query = some('|')
      if (!take(')')) throw new Error(`Not a text query: ${text}`)
      return query
    }
    const { word, isBeginning = false } = tokens[at] ?? {}
    if (word === undefined) throw new Error(`Not a text query: ${text}`)
    at += 1
    return { op: 'word', word, isBeginning }
  }
  const phrase = (): TextQuery => {
    let query = one()
    for (let sign = tokens[at]?.sign ?? ''; sign.startsWith('<'); sign = tokens[at]?.sign ?? '') {
      at += 1
      const distance = sign === '<->' ? 1 : Number(sign.slice(1, -1))
      query = { op: 'phrase', before: query, after: one(), distance }
    }
    return query
  }
  const some = (sign: '|' | '&'): TextQuery => {
    const queries: TextQuery[] = []
    do queries.push(sign === '|' ? some('&') : phrase())
    while (take(sign))
    const [only] = queries
    return only !== undefined && queries.length === 1 ? only : { op: sign === '|' ? 'or' : 'and', queries }
  }
  if (tokens.length === 0) return null
  const query = some('|')
  if (at < tokens.length) throw new Error(`Not a text query: ${text}`)
  return query
}

/** The beginnings of words that a search contains. */
export const beginningsIn = (query: TextQuery): string[] => {
  switch (query.op) {
    case 'word':
      return query.isBeginning ? [query.word] : []
    case 'not':
      return beginningsIn(query.query)
    case 'phrase':
      return [...beginningsIn(query.before), ...beginningsIn(query.after)]
    default:
      return query.queries.flatMap(beginningsIn)
  }
}

const wordAt = (query: TextQuery, side: 'before' | 'after'): string | null => {
  if (query.op === 'phrase') return wordAt(query[side], side)
  return query.op === 'word' && !query.isBeginning ? query.word : null
}

type Part = MarkQuery & { isNegative: boolean }
const joined = (parts: MarkQuery[], sign: '&' | '|') => `(${parts.map(({ text }) => text).join(` ${sign} `)})`

/**
 * Null where the index cannot be asked: it is slow to tell what does not have a word.
 * `prefix` stands before every word: '= ' for words in the title. `completions` are the words that a beginning stands for, where
 * they are known.
 */
export const toMarks = (
  query: TextQuery,
  { prefix = '', completions }: { prefix?: '' | '= '; completions: ReadonlyMap<string, string[]> },
): MarkQuery | null => {
  const wordsFor = ({ word, isBeginning }: TextQuery & { op: 'word' }): string[] => {
    const known = isBeginning ? completions.get(prefix + word) : [prefix + word]
    if (known === undefined) return [`${quoted(prefix + word)}:*`]
    // Nothing begins with it: it finds nothing.
    return (known.length > 0 ? known : [prefix + word]).map(quoted)
  }
  const anyOf = (words: string[]) => `(${[...new Set(words)].join(' | ')})`
  const ofPhrase = ({ before, after }: TextQuery & { op: 'phrase' }): Part | null => {
    const sides = [part(before), part(after)].filter((side) => side !== null && !side.isNegative) as Part[]
    return sides.length === 0 ? null : { text: joined(sides, '&'), isExact: false, isNegative: false }
  }
  const part = (one: TextQuery): Part | null => {
    switch (one.op) {
      case 'word':
        return { text: anyOf(wordsFor(one)), isExact: true, isNegative: false }
      case 'not': {
        const inner = part(one.query)
        return inner?.isExact && !inner.isNegative
          ? { text: `!${inner.text}`, isExact: true, isNegative: true }
          : null
      }
      case 'phrase':
        return ofPhrase(one)
      case 'and': {
        const parts = one.queries.map(part)
        const known = parts.filter((each) => each !== null)
        if (known.length === 0) return null
        return {
          text: joined(known, '&'),
          isExact: known.length === parts.length && known.every(({ isExact }) => isExact),
          isNegative: known.every(({ isNegative }) => isNegative),
        }
      }
      case 'or': {
        // A word and its beginning, as the last one typed is: each of them once.
        const words = one.queries.flatMap((each) => (each.op === 'word' ? wordsFor(each) : [null]))
        if (words.every((each) => each !== null))
          return { text: anyOf(words), isExact: true, isNegative: false }
        const parts = one.queries.map(part).filter((each) => each !== null && !each.isNegative) as Part[]
        if (parts.length < one.queries.length) return null
        return {
          text: joined(parts, '|'),
          isExact: parts.every(({ isExact }) => isExact),
          isNegative: false,
        }
      }
    }
  }
  const all = part(query)
  return all === null || all.isNegative ? null : { text: all.text, isExact: all.isExact }
}

/** As `search_pairs` makes it of words that follow each other; words that mean nothing may stand between them. */
const neighbours = (before: string, after: string): string =>
  quoted([before, after].map((word) => [...word].slice(0, 3).join('')).join(''))

/** What the index of neighbours is asked: all that fits has these. Null where the search is for no phrase. */
export const toPairs = (query: TextQuery): string | null => {
  const all = (parts: (string | null)[]) => {
    const known = parts.filter((one) => one !== null)
    return known.length === 0 ? null : `(${known.join(' & ')})`
  }
  switch (query.op) {
    case 'and':
      return all(query.queries.map(toPairs))
    case 'or': {
      const parts = query.queries.map(toPairs)
      return parts.includes(null) ? null : `(${parts.join(' | ')})`
    }
    case 'phrase': {
      const [last, first] = [wordAt(query.before, 'after'), wordAt(query.after, 'before')]
      const own = query.distance === 1 && last !== null && first !== null ? neighbours(last, first) : null
      return all([toPairs(query.before), own, toPairs(query.after)])
    }
    default:
      return null
  }
}

const levels = [0, 1, 2, 3, 4, 5]
const mostSpans = 16

/** What records changed since then are marked by, and perhaps some older ones; none are newer. Minutes count from 1970. */
export const sinceMarks = (sinceMinutes: number, untilMinutes: number): string => {
  const spanAt = (level: number, minutes: number) => Math.floor(minutes / 16 ** level)
  const level =
    levels.find((one) => spanAt(one, untilMinutes) - spanAt(one, sinceMinutes) < mostSpans) ??
    levels.length - 1
  const first = spanAt(level, sinceMinutes)
  const last = spanAt(level, untilMinutes)
  const spans = Array.from({ length: last - first + 1 }, (_, n) => quoted(`@${level} ${first + n}`))
  return `(${spans.join(' | ')})`
}
