/** How much may be spent on one picture. Whoever exceeds it is stopped with the reason, between one feature and the next. */

export type StopReason = 'time' | 'cancelled' | 'features' | 'vertices' | 'symbols'

export type Limits = {
  timeMs: number
  features: number
  vertices: number
  /** Marks, and pictures, drawn one by one. */
  symbols: number
}

export const defaultLimits: Limits = {
  timeMs: 20_000,
  features: 200_000,
  vertices: 20_000_000,
  symbols: 1_000_000,
}

type Stopped = Error & { stopped: StopReason }

const sentences: Record<StopReason, (limits: Limits) => string> = {
  time: ({ timeMs }) => `it takes longer than ${timeMs / 1000} s`,
  cancelled: () => 'nobody waits for it any longer',
  features: ({ features }) => `it shows more than ${features} features`,
  vertices: ({ vertices }) => `its features have more than ${vertices} vertices`,
  symbols: ({ symbols }) => `it has more than ${symbols} symbols`,
}

export const stopped = (reason: StopReason, limits: Limits): Stopped =>
  Object.assign(new Error(`The map is not drawn: ${sentences[reason](limits)}.`), { stopped: reason })

export const isStopped = (thrown: unknown): thrown is Stopped =>
  thrown instanceof Error && 'stopped' in thrown

export type Budget = {
  limits: Limits
  /** Throws when the time is over or nobody waits. */
  check(): void
  addFeature(): void
  addVertices(count: number): void
  addSymbol(): void
}

export type BudgetParts = {
  limits: Limits
  now: () => number
  isCancelled: () => boolean
}

/** Between looks at the clock. */
const symbolsBetween = 256

export const createBudget = ({ limits, now, isCancelled }: BudgetParts): Budget => {
  const end = now() + limits.timeMs
  let features = 0
  let vertices = 0
  let symbols = 0
  const check = () => {
    if (isCancelled()) throw stopped('cancelled', limits)
    if (now() > end) throw stopped('time', limits)
  }
  return {
    limits,
    check,
    addFeature: () => {
      features += 1
      if (features > limits.features) throw stopped('features', limits)
    },
    addVertices: (count) => {
      vertices += count
      if (vertices > limits.vertices) throw stopped('vertices', limits)
    },
    addSymbol: () => {
      symbols += 1
      if (symbols > limits.symbols) throw stopped('symbols', limits)
      if (symbols % symbolsBetween === 0) check()
    },
  }
}
