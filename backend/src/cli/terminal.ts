/** What the command line shows: a progress bar on the error stream, questions, and nothing else when JSON is asked for. */
import { createInterface } from 'node:readline/promises'

const barWidth = 28

export const createTerminal = ({ isJson, saysYes }: { isJson: boolean; saysYes: boolean }) => {
  const isLive = !isJson && process.stderr.isTTY === true
  let isBarShown = false

  const clearBar = () => {
    if (!isBarShown) return
    process.stderr.write('\r\x1b[2K')
    isBarShown = false
  }

  return {
    say: (text: string) => {
      if (isJson) return
      clearBar()
      process.stdout.write(`${text}\n`)
    },
    /** `share` from 0 to 1. */
    progress: (label: string, share: number, note = '') => {
      if (!isLive) return
      const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth)
      process.stderr.write(
        `\r\x1b[2K${label} [${'█'.repeat(filled)}${'·'.repeat(barWidth - filled)}] ${Math.round(share * 100)} % ${note}`,
      )
      isBarShown = true
    },
    clearBar,
    /** Without anybody to ask, the answer is no. */
    confirm: async (question: string): Promise<boolean> => {
      if (saysYes) return true
      if (isJson || !process.stdin.isTTY) return false
      clearBar()
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      const answer = await lines.question(`${question} [y/N] `)
      lines.close()
      return /^y(es)?$/i.test(answer.trim())
    },
    json: (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`),
    complain: (text: string) => {
      clearBar()
      process.stderr.write(`${text}\n`)
    },
    isJson,
  }
}

export type Terminal = ReturnType<typeof createTerminal>
