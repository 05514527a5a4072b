/** What the parts of the QML reader share: where they are, and the list of what the model cannot say. */
import { limited, type StyleLoss } from './finding.ts'

export type QmlNotes = {
  /** Names of the files that came with the style. */
  packageFiles: readonly string[]
  lose: (code: string, verdict: StyleLoss['verdict'], message: string) => void
  /** Losses noted with it are those of this rule. */
  inRule: (rule: string | null) => QmlNotes
}

/** A style that is lost in a thousand ways has said so long before. */
const mostNoted = 1000

export const createQmlNotes = (packageFiles: readonly string[]): QmlNotes & { list: () => StyleLoss[] } => {
  const losses: StyleLoss[] = []
  const notesIn = (rule: string | null): QmlNotes => ({
    packageFiles,
    lose: (code, verdict, message) => {
      if (losses.length < mostNoted)
        losses.push({ code, verdict, message, ...(rule === null || rule === '' ? {} : { rule }) })
    },
    inRule: notesIn,
  })
  return { ...notesIn(null), list: () => limited(losses) }
}
