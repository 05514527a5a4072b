/**
 * Does together what waits for the same thing: while one group is under way, the next one gathers. Whoever comes alone
 * waits for the end of the turn of the event loop only, because what many sockets brought at once arrives within one.
 */
import { generalProblems } from '../domain/problems/general.ts'

export type GroupingParts<Item, Result> = {
  /** Items of one key are done one group after the other. */
  keyOf: (item: Item) => string
  sizeOf: (item: Item) => number
  /** Of one group, where one that is larger goes alone; and how many may wait for one key. */
  most: { items: number; size: number; waiting: number }
  /** One outcome for each, in their order. */
  work: (items: Item[]) => Promise<PromiseSettledResult<Result>[]>
}

const why = 'Too many wait already to change the same thing.'

type Waiting<Item, Result> = {
  item: Item
  resolve: (result: Result) => void
  reject: (reason: unknown) => void
}

export const createGrouping = <Item, Result>({ keyOf, sizeOf, most, work }: GroupingParts<Item, Result>) => {
  const lines = new Map<string, Waiting<Item, Result>[]>()

  const takeGroup = (line: Waiting<Item, Result>[]): Waiting<Item, Result>[] => {
    let size = 0
    const end = line.findIndex(({ item }, at) => {
      size += sizeOf(item)
      return at > 0 && (at >= most.items || size > most.size)
    })
    return line.splice(0, end === -1 ? line.length : end)
  }

  const doGroup = async (group: Waiting<Item, Result>[]): Promise<void> => {
    try {
      const outcomes = await work(group.map(({ item }) => item))
      for (const [at, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[at]
        if (outcome === undefined) reject(new Error('one of a group was left without an outcome'))
        else if (outcome.status === 'fulfilled') resolve(outcome.value)
        else reject(outcome.reason)
      }
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  const serve = async (key: string, line: Waiting<Item, Result>[]): Promise<void> => {
    while (line.length > 0) {
      await new Promise((resolve) => setImmediate(resolve))
      await doGroup(takeGroup(line))
    }
    lines.delete(key)
  }

  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      const key = keyOf(item)
      const line = lines.get(key)
      if (line && line.length >= most.waiting)
        reject(generalProblems.unavailable({ why, retryAfterSeconds: 1 }))
      else if (line) line.push({ item, resolve, reject })
      else {
        const begun = [{ item, resolve, reject }]
        lines.set(key, begun)
        void serve(key, begun)
      }
    })
}
