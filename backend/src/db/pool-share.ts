/**
 * A share of the connections for reading: so many at once, a queue of some length, and beyond it the answer to come back
 * later. Each face has one, so that a crowd at one of them leaves connections to the others, and nobody waits for ever.
 */
import type pg from 'pg'
import { generalProblems } from '../domain/problems/general.ts'

export type Share = {
  /** Connections at the same time. */
  most: number
  /** That may wait for one. */
  waiting: number
  waitMs: number
}

type Waiter = { begin: () => void; giveUp: (error: unknown) => void }

const retryAfterSeconds = 1
const crowdIsHere = 'Too much is being asked for at the same time.'

/** Lets so many in; who waits too long, or finds the queue full, is told to come back. */
export const createGate = ({ most, waiting, waitMs }: Share, why = crowdIsHere) => {
  const queue = new Set<Waiter>()
  let inside = 0
  const busy = () => generalProblems.unavailable({ why, retryAfterSeconds })
  const leave = () => {
    const [next] = queue
    if (next) next.begin()
    else inside -= 1
  }
  const enter = (signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (inside < most) {
      inside += 1
      return Promise.resolve()
    }
    if (queue.size >= waiting) return Promise.reject(busy())
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', goAway)
        queue.delete(waiter)
      }
      const waiter: Waiter = {
        begin: () => {
          end()
          resolve()
        },
        giveUp: (error) => {
          end()
          reject(error)
        },
      }
      const goAway = () => waiter.giveUp(signal?.reason)
      const timer = setTimeout(() => waiter.giveUp(busy()), waitMs)
      signal?.addEventListener('abort', goAway)
      queue.add(waiter)
    })
  }
  const through = async <Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> => {
    await enter(signal)
    try {
      return await work()
    } finally {
      leave()
    }
  }
  return { enter, leave, through, inside: () => inside, waiting: () => queue.size }
}

type ReadingPool = Pick<pg.Pool, 'connect' | 'query'>

/** The pool, seen by one face: connections are counted from when they are lent until they are given back. */
export const shareOf = (pool: pg.Pool, share: Share): pg.Pool => {
  const gate = createGate(share)

  const connect = async (): Promise<pg.PoolClient> => {
    await gate.enter()
    try {
      const client = await pool.connect()
      const release = client.release.bind(client)
      let isBack = false
      client.release = (error) => {
        if (!isBack) gate.leave()
        isBack = true
        release(error)
      }
      return client
    } catch (error) {
      gate.leave()
      throw error
    }
  }
  const query = (...given: unknown[]) =>
    gate.through(() => (pool.query as (...all: unknown[]) => Promise<unknown>)(...given))
  const shared: ReadingPool = { connect: connect as pg.Pool['connect'], query: query as pg.Pool['query'] }
  // Whoever asks how many wait means those of this share, too.
  const waitingCount = { get: () => gate.waiting() + pool.waitingCount }
  return Object.defineProperty(
    Object.assign(Object.create(pool) as pg.Pool, shared),
    'waitingCount',
    waitingCount,
  )
}

/** What one face may have of the connections for reading: all but two, which are the others'. */
export const readingShare = (pool: pg.Pool): pg.Pool =>
  shareOf(pool, { most: Math.max(2, (pool.options.max ?? 10) - 2), waiting: 500, waitMs: 5_000 })
