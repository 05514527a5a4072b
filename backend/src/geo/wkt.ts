/** Reads well-known text of coordinate systems (WKT1 in both dialects, WKT2) into a tree; says nothing about its meaning. */

export type WktNode = { keyword: string; items: (string | number | WktNode)[] }

const MAX_CHARACTERS = 65_536
const MAX_DEPTH = 24

const TOKEN = /\s*(?:"((?:[^"]|"")*)"|([[(])|([\])])|(,)|([-+.\w]+))/y

/** The tree, or null when the text is not well-known text. Unquoted words (EAST, north) become strings. */
export const readWkt = (text: string): WktNode | null => {
  if (text.length > MAX_CHARACTERS) return null
  const stack: WktNode[] = []
  let word: string | null = null
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text)
    if (!match) return null
    const [, quoted, opening, closing, , bare] = match
    const parent = stack.at(-1)
    if (opening) {
      if (word === null || stack.length >= MAX_DEPTH) return null
      const node: WktNode = { keyword: word.toUpperCase(), items: [] }
      parent?.items.push(node)
      stack.push(node)
      word = null
      continue
    }
    if (word !== null) parent?.items.push(toItem(word))
    word = null
    if (closing) {
      const done = stack.pop()
      if (!done) return null
      if (stack.length === 0) return done
    } else if (quoted !== undefined) {
      if (!parent) return null
      parent.items.push(quoted.replaceAll('""', '"'))
    } else if (bare !== undefined) word = bare
  }
  return null
}

const toItem = (word: string): string | number => {
  const value = Number(word)
  return Number.isFinite(value) ? value : word
}

export const isNode = (item: string | number | WktNode | undefined): item is WktNode =>
  typeof item === 'object'

export const child = (node: WktNode | undefined, ...keywords: string[]): WktNode | undefined =>
  node?.items.find((item): item is WktNode => isNode(item) && keywords.includes(item.keyword))

export const children = (node: WktNode | undefined, ...keywords: string[]): WktNode[] =>
  (node?.items ?? []).filter((item): item is WktNode => isNode(item) && keywords.includes(item.keyword))

export const nameOf = (node: WktNode | undefined): string | null => {
  const first = node?.items[0]
  return typeof first === 'string' ? first : null
}

export const numberAt = (node: WktNode | undefined, index: number): number | null => {
  const item = node?.items[index]
  if (typeof item === 'number') return item
  // Some writers quote numbers.
  const value = typeof item === 'string' && item.trim() !== '' ? Number(item) : Number.NaN
  return Number.isFinite(value) ? value : null
}
