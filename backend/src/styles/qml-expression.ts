/**
 * What becomes of a QGIS expression in SLD. QGIS translates comparisons, AND, OR, NOT, IN, LIKE, IS NULL and the four
 * arithmetic operators; functions keep QGIS's names, which other programs do not know; the rest makes it drop the whole
 * filter without a word. test/qgis/style-registry.test.ts asks QGIS itself.
 */

export type ExpressionFate =
  | { kind: 'translated' }
  | { kind: 'functions'; functions: string[] }
  | { kind: 'dropped'; because: string }

const quotedOrComment = /'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g

/** What stands in quotes or comments is not taken for an operator. */
const withoutQuoted = (expression: string) =>
  expression.replace(quotedOrComment, (found) => (found[0] === "'" ? " '' " : found[0] === '"' ? ' x ' : ' '))

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
  const call = /([A-Za-z_]\w*)\s*\(/g
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
