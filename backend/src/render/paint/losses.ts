/** What of a style cannot be drawn, collected while it is compiled; each thing once. */
import type { StyleLoss } from '../../styles/finding.ts'
import { limited } from '../../styles/finding.ts'

export type Losses = {
  note(code: string, verdict: StyleLoss['verdict'], message: string): void
  /** Losses noted from now on are those of this rule. */
  enter(rule: string | null): void
  list(): StyleLoss[]
}

/** A style that draws nothing right has said so long before. */
const mostNoted = 1000

export const createLosses = (): Losses => {
  const noted: StyleLoss[] = []
  let rule: string | null = null
  return {
    note: (code, verdict, message) => {
      if (noted.length < mostNoted) noted.push({ code, verdict, message, ...(rule === null ? {} : { rule }) })
    },
    enter: (name) => {
      rule = name
    },
    list: () => limited(noted),
  }
}
