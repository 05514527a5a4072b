/** Loads the statements in `sql/`, the only way they are loaded, and runs them with named parameters. */
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Knex } from 'knex'

/** A `pg` pool or client, or what `queryable` makes of knex. */
export type Queryable = {
  query: (statement: { text: string; values: unknown[]; name?: string }) => Promise<{ rows: unknown[] }>
}

export type Executor = Queryable | Knex

const folder = new URL('../../../sql/', import.meta.url)

/** Tried in this order at each position; the parts of SQL in which a colon means nothing come before the parameter. */
const tokens = {
  lineComment: /--[^\n]*/y,
  escapeString: /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y,
  word: /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y,
  string: /'(?:[^']|'')*'/y,
  quotedIdentifier: /"(?:[^"]|"")*"/y,
  dollarString: /\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/y,
  positional: /\$\d+/y,
  cast: /::/y,
  parameter: /:([A-Za-z_]\w*)/y,
}

const blockComment = (text: string, from: number): number => {
  let depth = 1
  const mark = /\/\*|\*\//g
  mark.lastIndex = from + 2
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  return text.length
}

const nextToken = (text: string, at: number) => {
  if (text.startsWith('/*', at)) return { kind: 'comment', text: text.slice(at, blockComment(text, at)) }
  for (const [kind, pattern] of Object.entries(tokens)) {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) return { kind, text: found[0], name: found[1] }
  }
  return { kind: 'other', text: text[at] ?? '' }
}

/**
 * Turns `:name` into `$1 …`, the same name always into the same number. Casts, strings, comments, dollar quotes and
 * operators stay as they are; in an array slice write `[1 : :upper]`.
 */
export const compile = (text: string): { text: string; names: string[] } => {
  const names: string[] = []
  let compiled = ''
  for (let at = 0; at < text.length; ) {
    const token = nextToken(text, at)
    at += token.text.length
    if (token.kind === 'positional')
      throw new Error(`SQL uses ${token.text}; name the parameter instead: ${text}`)
    if (token.kind === 'parameter' && token.name) {
      if (!names.includes(token.name)) names.push(token.name)
      compiled += `$${names.indexOf(token.name) + 1}`
    } else compiled += token.text
  }
  return { text: compiled, names }
}

const compiledAtMost = 1000
const compiledBefore = new Map<string, ReturnType<typeof compile>>()

/** Searches are written anew for each request, mostly in the same words. */
const compileOnce = (text: string): ReturnType<typeof compile> => {
  const known = compiledBefore.get(text)
  if (known !== undefined) return known
  if (compiledBefore.size >= compiledAtMost) compiledBefore.clear()
  const compiled = compile(text)
  compiledBefore.set(text, compiled)
  return compiled
}

const toValues = (what: string, names: string[], given: Record<string, unknown>): unknown[] => {
  const missing = names.filter((name) => given[name] === undefined)
  const extra = Object.keys(given).filter((name) => !names.includes(name))
  if (missing.length === 0 && extra.length === 0) return names.map((name) => given[name])
  throw new Error(
    `${what}: ${[missing.length && `missing :${missing.join(', :')} (null is a value, undefined is not)`, extra.length && `no such parameter :${extra.join(', :')}`].filter(Boolean).join('; ')}`,
  )
}

export type StatementOptions = {
  /** Prepares the statement once per connection: for hot paths whose plan does not depend on the values. */
  isPrepared?: boolean
}

/** Tells which statements are prepared: the first that are asked, since each connection keeps them for as long as it lasts. */
export const firstToBePrepared = (most: number) => {
  const prepared = new Set<string>()
  return (text: string): boolean => {
    if (prepared.size < most) prepared.add(text)
    return prepared.has(text)
  }
}

/** PostgreSQL takes two longer names for one; the embedded one puts its own before them. */
const longestName = 40
const toShortName = (name: string) =>
  name.length <= longestName ? name : hash('sha256', name, 'hex').slice(0, longestName)

/** A statement written in the code; `sql` is for those in files. */
export const statement = <Row = Record<string, unknown>, Params extends object = Record<string, unknown>>(
  text: string,
  { isPrepared = false, name = text }: StatementOptions & { name?: string } = {},
) => {
  const compiled = compileOnce(text)
  const preparedAs = isPrepared ? toShortName(name) : null
  return async (executor: Executor, params?: Params): Promise<Row[]> => {
    const values = toValues(name, compiled.names, (params ?? {}) as Record<string, unknown>)
    const config = { text: compiled.text, values, ...(preparedAs !== null && { name: preparedAs }) }
    const { rows } = await queryable(executor).query(config)
    return rows as Row[]
  }
}

/** `sql('queries/records-in-bbox.sql')` gives a function `(executor, { west, … }) => rows`. */
export const sql = <Row = Record<string, unknown>, Params extends object = Record<string, unknown>>(
  file: string,
  options: StatementOptions = {},
) => statement<Row, Params>(readFileSync(new URL(file, folder), 'utf8'), { ...options, name: file })

type KnexClient = {
  acquireConnection: () => Promise<Queryable>
  releaseConnection: (connection: Queryable) => Promise<void>
}

/**
 * Runs statements on the connection of a knex transaction, or on one of knex's pool, past knex's own reading of `?`.
 */
export const queryable = (executor: Executor): Queryable => {
  if (typeof executor !== 'function') return executor
  const client: KnexClient = executor.client
  return {
    query: async (config) => {
      if (isOver(executor))
        throw new Error('The transaction is over; what runs after it needs another executor.')
      const connection = await client.acquireConnection()
      try {
        return await connection.query(config)
      } finally {
        await client.releaseConnection(connection)
      }
    },
  }
}

const isOver = (executor: Knex) =>
  executor.isTransaction === true && (executor as Knex.Transaction).isCompleted()

const GENERATED_NAME = /^[a-z][a-z0-9_]{0,62}$/

/** Quotes names that we generated (`ident('data', 'd_x7')` → `"data"."d_x7"`); anything else is a bug, and throws. */
export const ident = (...parts: string[]): string => {
  for (const part of parts) {
    if (!GENERATED_NAME.test(part))
      throw new Error(`'${part}' is not a generated name (lower case, digits, _)`)
  }
  return parts.map((part) => `"${part}"`).join('.')
}
