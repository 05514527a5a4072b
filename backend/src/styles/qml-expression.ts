/**
 * What becomes of a QGIS expression in SLD. QGIS translates comparisons, AND, OR, NOT, IN, LIKE, IS NULL and the four
 * arithmetic operators; functions keep QGIS's names, which other programs do not know; the rest makes it drop the whole
 * filter without a word. test/qgis/style-registry.test.ts asks QGIS itself.
 */

export type ExpressionFate =
  | { kind: 'translated' }
  | { kind: 'functions'; functions: string[] }
  | { kind: 'dropped'; because: string }

/** Where what begins at `start` ends; `escapes` for texts, in which a backslash takes the next character along. */
export const endOf = (
  text: string,
  start: number,
  closing: string,
  { escapes }: { escapes: boolean },
): number => {
  let at = start
  while (at < text.length) {
    if (escapes && text[at] === '\\') at += 2
    else if (text.substr(at, closing.length) === closing) return at + closing.length
    else at += 1
  }
  return text.length
}

/**
 * What stands in quotes or comments is not taken for an operator. By hand, because a regular expression for this takes
 * the square of the length of a text that never closes its quotes. Doubled quotes read as two texts, which is as good.
 */
const withoutQuoted = (expression: string): string => {
  const kept: string[] = []
  let at = 0
  while (at < expression.length) {
    const two = expression.substr(at, 2)
    const one = two.slice(0, 1)
    if (one === "'") {
      kept.push(" '' ")
      at = endOf(expression, at + 1, "'", { escapes: true })
    } else if (one === '"') {
      kept.push(' x ')
      at = endOf(expression, at + 1, '"', { escapes: false })
    } else if (two === '--') at = endOf(expression, at + 2, '\n', { escapes: false })
    else if (two === '/*') at = endOf(expression, at + 2, '*/', { escapes: false })
    else {
      kept.push(one)
      at += 1
    }
  }
  return kept.join('')
}

const untranslatable = [
  /\|\|/,
  /\/\//,
  /[%^~[\]]/,
  /\bCASE\b/i,
  /\bBETWEEN\b/i,
  /\bNOT\s+I?LIKE\b/i,
  /(?:=|<>|!=|<|>)\s*NULL\b/i,
  /\b(?:TRUE|FALSE)\b/i,
  /\b(?:array|map)\w*\s*\(/i,
  /\$\w+/,
  /@\w+/,
]

/** The one place where QGIS can write the geometry: as the first argument of a spatial comparison. */
const spatialComparison =
  /\b(bbox|intersects|contains|crosses|equals|disjoint|overlaps|touches|within)\s*\(\s*\$geometry\b/gi

/** Words before a bracket that are no functions. */
const operators = ['and', 'or', 'not', 'in', 'like', 'ilike', 'is']

export const fateOf = (expression: string): ExpressionFate => {
  const plain = withoutQuoted(expression).replace(spatialComparison, '$1(')
  for (const pattern of untranslatable) {
    const found = pattern.exec(plain)
    if (found) return { kind: 'dropped', because: found[0] }
  }
  const functions: string[] = []
  const call = /\b([A-Za-z_]\w*)\s*\(/g
  for (let found = call.exec(plain); found; found = call.exec(plain)) {
    const name = found[1] ?? ''
    if (!operators.includes(name.toLowerCase()) && !functions.includes(name)) functions.push(name)
  }
  return functions.length > 0 ? { kind: 'functions', functions } : { kind: 'translated' }
}

/** The field that an expression is nothing but: 'name', '"Land use"'; null for anything else. */
export const fieldOf = (expression: string): string | null => {
  const text = expression.trim()
  const quoted = /^"((?:[^"]|"")+)"$/.exec(text)?.[1]
  return quoted?.replace(/""/g, '"') ?? (/[()"'|+*/<>=]/.test(text) ? null : text)
}
