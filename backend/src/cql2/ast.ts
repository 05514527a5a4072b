/** A filter as it was written, whether as text or as JSON; what its names mean is not known yet. */
import { filterProblems } from '../domain/problems/filter.ts'

export type Position = number[]
export type Geometry =
  | { type: 'Point'; coordinates: Position }
  | { type: 'LineString'; coordinates: Position[] }
  | { type: 'MultiPoint'; coordinates: Position[] }
  | { type: 'Polygon'; coordinates: Position[][] }
  | { type: 'MultiLineString'; coordinates: Position[][] }
  | { type: 'MultiPolygon'; coordinates: Position[][][] }
  | { type: 'GeometryCollection'; geometries: Geometry[] }

/** `where` is for people: 'character 12' of a text, '/args/1' of a JSON. */
export type Node = { where: string } & (
  | { kind: 'call'; op: string; args: Node[] }
  | { kind: 'property'; name: string }
  | { kind: 'text'; value: string }
  | { kind: 'number'; value: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }
  | { kind: 'date'; value: string }
  | { kind: 'timestamp'; value: string }
  | { kind: 'interval'; ends: [Node, Node] }
  | { kind: 'geometry'; geometry: Geometry }
  | { kind: 'box'; numbers: number[] }
  | { kind: 'list'; items: Node[] }
)

export type Call = Extract<Node, { kind: 'call' }>

/** What one request may cost before anything is asked of the database. */
export const limits = {
  characters: 20_000,
  nesting: 100,
  parts: 2_000,
  positions: 4_000,
}

const tooLarge = (what: string, most: number, where: string) =>
  filterProblems.filterTooLarge({ what, most, where })

/** Counts while a filter is read, and refuses it when it grows beyond the limits. */
export const createBudget = () => {
  let parts = 0
  let positions = 0
  return {
    part: (where: string) => {
      parts += 1
      if (parts > limits.parts) throw tooLarge('parts', limits.parts, where)
    },
    position: (where: string) => {
      positions += 1
      if (positions > limits.positions) throw tooLarge('coordinates', limits.positions, where)
    },
    nesting: (depth: number, where: string) => {
      if (depth > limits.nesting) throw tooLarge('levels of nesting', limits.nesting, where)
    },
  }
}

export type Budget = ReturnType<typeof createBudget>

export const checkLength = (text: string): void => {
  if (text.length > limits.characters)
    throw tooLarge('characters', limits.characters, `character ${limits.characters}`)
}

/** `a and (b and c)` stays, `(a and b) and c` becomes one list: clients write long chains as left-hand nests. */
export const joined = (op: 'and' | 'or', left: Node, right: Node): Node =>
  left.kind === 'call' && left.op === op
    ? { ...left, args: [...left.args, right] }
    : { kind: 'call', op, args: [left, right], where: left.where }

const depthsOf = (node: Node): number[] => {
  if (node.kind === 'call') return node.args.map(depthOf)
  if (node.kind === 'list') return node.items.map(depthOf)
  return node.kind === 'interval' ? node.ends.map(depthOf) : []
}

/** Levels below and including this one; as deep as the longest chain of sums, which the limit of parts bounds. */
export const depthOf = (node: Node): number => 1 + Math.max(0, ...depthsOf(node))

/** Text that PostgreSQL cannot hold. */
export const isHeldByDatabase = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
