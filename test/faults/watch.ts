/**
 * A reader who looks all the time while something is killed (reliability W2): remembers every answer it got, and what it
 * must never get.
 */
import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from '../helpers/server-process.ts'

/** Name → path. */
export type Targets = Record<string, string>
/** Name → what the answer amounts to: its status, and for a 200 its content. */
export type Sight = Record<string, string>

export type Watched = { seen: Record<string, Set<string>>; troubles: string[] }

const everyMs = 45
/** How often each target has been looked at when the reader stops, however short what it watched was. */
const fewestLooks = 3
/** A server is dead a little before its parent hears of it. */
const outageLeadMs = 2_000

/** The moment of the answer is all that differs between two answers with the same content. */
const withoutMoment = (text: string) => text.replace(/"timeStamp":"[^"]*"/, '')

const look = async (url: string): Promise<{ status: number; amount: string; retryAfter: string | null }> => {
  const response = await fetch(url)
  const bytes = Buffer.from(await response.arrayBuffer())
  const isJson = response.headers.get('content-type')?.includes('json')
  const content = isJson ? withoutMoment(bytes.toString()) : bytes
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16)
  return {
    status: response.status,
    amount: response.status === 200 ? `200 ${hash}` : String(response.status),
    retryAfter: response.headers.get('retry-after'),
  }
}

export const sightOf = async (server: ServerProcess, targets: Targets): Promise<Sight> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(targets).map(async ([name, path]) => [name, (await look(server.url + path)).amount]),
    ),
  )

/**
 * Looks at each target twenty times a second until it is told to stop; whoever stops it has the server up, because
 * each target is then looked at until enough is known of it.
 */
export const watch = (
  server: ServerProcess,
  targets: Targets,
  { mayBeUnavailable = false } = {},
): { stop: () => Promise<Watched> } => {
  const seen: Record<string, Set<string>> = {}
  const troubles: string[] = []
  const failures: { at: number; text: string }[] = []
  let isStopped = false

  const follow = async (name: string, path: string) => {
    const amounts = new Set<string>()
    seen[name] = amounts
    let looks = 0
    while (!isStopped || looks < fewestLooks) {
      const startedAt = performance.now()
      try {
        const { status, amount, retryAfter } = await look(server.url + path)
        looks += 1
        const isTold = mayBeUnavailable && status === 503 && retryAfter !== null
        if (status >= 500 && !isTold) troubles.push(`${name} answered ${status}`)
        else if (!isTold) amounts.add(amount)
        const tookMs = performance.now() - startedAt
        if (isTold && tookMs > 2_500) troubles.push(`${name} took ${Math.round(tookMs)} ms to say 503`)
      } catch (error) {
        failures.push({
          at: startedAt,
          text: `${name}: ${error instanceof Error ? (error.cause ?? error) : error}`,
        })
      }
      await pause(Math.max(5, everyMs - (performance.now() - startedAt)))
    }
  }
  const followed = Promise.all(Object.entries(targets).map(([name, path]) => follow(name, path)))

  return {
    stop: async () => {
      isStopped = true
      await followed
      const isExcused = (at: number) =>
        server.outages.some(({ from, to }) => at > from - outageLeadMs && at < to)
      for (const { at, text } of failures)
        if (!isExcused(at)) troubles.push(`${text}, while the server was up`)
      return { seen, troubles }
    },
  }
}
