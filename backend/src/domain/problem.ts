/**
 * What goes wrong, in words a person can act on (RFC 9457). Only a `Problem` reaches a client; anything
 * else is a bug and becomes a bare 500. The catalogue itself is `problems/`, one file per area.
 */

export type ProblemBody = {
  type: string
  title: string
  status: number
  detail: string
  /** The last path segment of `type`, repeated for clients of the OGC APIs, which read `code` and `description`. */
  code: string
  description: string
  [extension: string]: unknown
}

export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly extensions: Record<string, unknown>
  readonly headers: Record<string, string>

  constructor(
    definition: { code: string; status: number; title: string; detail: string },
    more: { extensions?: Record<string, unknown>; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(definition.detail, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'Problem'
    this.code = definition.code
    this.status = definition.status
    this.title = definition.title
    this.extensions = more.extensions ?? {}
    this.headers = more.headers ?? {}
  }

  toJSON(): ProblemBody {
    return {
      type: `/problems/${this.code}`,
      title: this.title,
      status: this.status,
      detail: this.message,
      code: this.code,
      description: this.message,
      ...this.extensions,
    }
  }
}

/** One entry of the catalogue. `detail` says what was found, what was expected and what to do. */
export type ProblemDefinition<Given> = {
  status: number
  title: string
  detail: (given: Given) => string
  /** Members added to the problem document, for programs (lists of errors, limits …). */
  extensions?: (given: Given) => Record<string, unknown>
  headers?: (given: Given) => Record<string, string>
}

// biome-ignore lint/suspicious/noExplicitAny: each definition has parameters of its own; Makers gives them back their types.
type Definitions = Record<string, ProblemDefinition<any>>
type Makers<D extends Definitions> = {
  [Name in keyof D]: D[Name] extends ProblemDefinition<infer Given>
    ? unknown extends Given
      ? (given?: Given, options?: { cause?: unknown }) => Problem
      : (given: Given, options?: { cause?: unknown }) => Problem
    : never
}

/** Every definition made so far, by code; the contract's list of problems is written from it. */
export const catalogue = new Map<string, { status: number; title: string }>()

const toCode = (name: string) =>
  name.replace(/[A-Z0-9]+/g, (part, at) => (at ? '-' : '') + part.toLowerCase())

/** Turns definitions into functions that make the problem: `problems.crsUnknown({ given, layer })`. */
export const defineProblems = <D extends Definitions>(definitions: D): Makers<D> => {
  const makers: Record<string, (given: never, options?: { cause?: unknown }) => Problem> = {}
  for (const [name, definition] of Object.entries(definitions)) {
    const code = toCode(name)
    catalogue.set(code, { status: definition.status, title: definition.title })
    makers[name] = (given, options) =>
      new Problem(
        { code, status: definition.status, title: definition.title, detail: definition.detail(given) },
        {
          extensions: definition.extensions?.(given),
          headers: definition.headers?.(given),
          cause: options?.cause,
        },
      )
  }
  return makers as Makers<D>
}

/** For `??`: throws what it is given. */
export const raise = (problem: Problem): never => {
  throw problem
}

export const isProblem = (thrown: unknown): thrown is Problem => thrown instanceof Problem
