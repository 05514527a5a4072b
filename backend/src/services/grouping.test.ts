import { expect, test } from 'vitest'
import { createGrouping } from './grouping.ts'

type Item = { key: string; name: string; size: number }

/** Groups that end when they are told to. */
const held = (most = { items: 3, size: 10, waiting: 100 }) => {
  const groups: { names: string[]; end: (error?: Error) => void }[] = []
  const add = createGrouping<Item, string>({
    keyOf: ({ key }) => key,
    sizeOf: ({ size }) => size,
    most,
    work: (items) =>
      new Promise((resolve, reject) => {
        groups.push({
          names: items.map(({ name }) => name),
          end: (error) =>
            error
              ? reject(error)
              : resolve(
                  items.map(({ name }) =>
                    name.startsWith('bad')
                      ? { status: 'rejected', reason: new Error(name) }
                      : { status: 'fulfilled', value: `${name} done` },
                  ),
                ),
        })
      }),
  })
  const one = (name: string, size = 1, key = 'a') => add({ key, name, size })
  /** What has ended is noticed in one turn, and the next begins at the end of another. */
  const turn = async () => {
    for (let n = 0; n < 2; n += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return { one, groups, turn }
}

test('who comes alone is served in the same turn, and who comes meanwhile is served together', async () => {
  const { one, groups, turn } = held()
  const first = one('1')
  await turn()
  const others = [one('2'), one('3')]
  expect(groups.map(({ names }) => names)).toEqual([['1']])
  groups[0]?.end()
  expect(await first).toBe('1 done')
  await turn()
  expect(groups[1]?.names).toEqual(['2', '3'])
  groups[1]?.end()
  expect(await Promise.all(others)).toEqual(['2 done', '3 done'])
})

test('who comes in the same turn is served together', async () => {
  const { one, groups, turn } = held()
  void one('1')
  void one('2')
  await turn()
  expect(groups.map(({ names }) => names)).toEqual([['1', '2']])
})

test('different keys do not wait for one another', async () => {
  const { one, groups, turn } = held()
  void one('1')
  void one('2', 1, 'b')
  await turn()
  expect(groups.map(({ names }) => names)).toEqual([['1'], ['2']])
})

test('a group has at most so many, and at most such a size unless one alone is larger', async () => {
  const { one, groups, turn } = held()
  void one('0')
  await turn()
  for (const name of ['1', '2', '3', '4']) void one(name)
  void one('large', 50)
  void one('5', 8)
  void one('6', 3)
  for (let at = 0; at < 5; at += 1) {
    groups[at]?.end()
    await turn()
  }
  expect(groups.map(({ names }) => names)).toEqual([['0'], ['1', '2', '3'], ['4'], ['large'], ['5'], ['6']])
})

test('beyond so many that wait, one is sent away and told when to come back', async () => {
  const { one, groups, turn } = held({ items: 3, size: 10, waiting: 2 })
  void one('1')
  await turn()
  void one('2')
  void one('3')
  await expect(one('4')).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '1' } })
  groups[0]?.end()
  await turn()
  void one('5')
  expect(groups[1]?.names).toEqual(['2', '3'])
})

test('each has an outcome of its own; when a group breaks, all of it learn why, and the next goes on', async () => {
  const { one, groups, turn } = held()
  const first = one('1')
  await turn()
  const others = Promise.allSettled([one('bad one'), one('2')])
  groups[0]?.end(new Error('broke'))
  await expect(first).rejects.toThrow('broke')
  await turn()
  groups[1]?.end()
  expect(await others).toMatchObject([
    { status: 'rejected', reason: { message: 'bad one' } },
    { status: 'fulfilled', value: '2 done' },
  ])
})
