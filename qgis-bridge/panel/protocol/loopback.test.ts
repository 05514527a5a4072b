import { describe, expect, test } from 'vitest'
import { type Ask, createLoopbackTransport, takeToken } from './loopback.ts'

const token = 'A'.repeat(43)
const settled = () => new Promise((resolve) => setImmediate(resolve))

type Request = Parameters<Ask>[0]
type Answer = Awaited<ReturnType<Ask>>

/** Each request waits until the test answers it. */
const start = () => {
  const open: { request: Request; answer: (answer: Answer) => void }[] = []
  const states: string[] = []
  const texts: string[] = []
  const tasks: (() => void)[] = []
  let clients = 0
  const transport = createLoopbackTransport({
    ask: (request) => new Promise((answer) => open.push({ request, answer })),
    token,
    newClient: () => {
      clients += 1
      return `client-${clients}`
    },
    later: (task) => tasks.push(task),
  })
  transport.onState((state) => states.push(state))
  transport.onText((text) => texts.push(text))
  transport.start()
  const answer = async (path: string, given: Answer) => {
    const at = open.findIndex(({ request }) => request.path.startsWith(path))
    if (at < 0) throw new Error(`Nothing asked for ${path}.`)
    const [waiting] = open.splice(at, 1)
    waiting?.answer(given)
    await settled()
    return waiting?.request
  }
  return { transport, open, states, texts, tasks, answer }
}

const nothing: Answer = { status: 200, body: { seq: 0, messages: [] } }

describe('the panel in a browser', () => {
  test('says it is connected when QGIS answers, and takes messages in order', async () => {
    const { states, texts, answer } = start()
    const first = await answer('/poll', nothing)
    expect(first).toMatchObject({ method: 'GET', path: '/poll?client=client-1&after=0&wait=0', token })
    expect(states).toEqual(['open'])
    await answer('/poll', { status: 200, body: { seq: 2, messages: ['a', 'b'] } })
    expect(texts).toEqual(['a', 'b'])
    expect((await answer('/poll', nothing))?.path).toBe('/poll?client=client-1&after=2')
  })

  test('posts are numbered, one at a time, and repeated under the same number', async () => {
    const { transport, tasks, open, answer } = start()
    await answer('/poll', nothing)
    transport.send('one')
    transport.send('two')
    const posts = () => open.filter(({ request }) => request.path === '/post')
    expect(posts()).toHaveLength(1)
    const failed = await answer('/post', { status: 0, body: {} })
    expect(JSON.parse(failed?.body ?? '')).toEqual({ client: 'client-1', seq: 1, messages: ['one'] })
    tasks.splice(0).map((task) => task())
    const again = await answer('/post', { status: 200, body: { ack: 2 } })
    expect(JSON.parse(again?.body ?? '')).toEqual({ client: 'client-1', seq: 1, messages: ['one', 'two'] })
    transport.send('three')
    expect(JSON.parse((await answer('/post', nothing))?.body ?? '')).toMatchObject({
      seq: 3,
      messages: ['three'],
    })
  })

  test('QGIS that goes away is looked for until it is back', async () => {
    const { states, tasks, answer } = start()
    await answer('/poll', nothing)
    await answer('/poll', { status: 0, body: {} })
    expect(states).toEqual(['open', 'lost'])
    tasks.splice(0).map((task) => task())
    await answer('/poll?client=client-2', { status: 0, body: {} })
    tasks.splice(0).map((task) => task())
    await answer('/poll?client=client-3', nothing)
    expect(states).toEqual(['open', 'lost', 'open'])
  })

  test('a panel opened elsewhere takes over, and can be taken back', async () => {
    const { transport, states, tasks, open, answer } = start()
    await answer('/poll', nothing)
    await answer('/poll', { status: 410, body: { reason: 'moved' } })
    expect(states).toEqual(['open', 'taken-over'])
    expect([open.length, tasks.length]).toEqual([0, 0])
    transport.takeOver()
    await answer('/poll?client=client-2', nothing)
    expect(states).toEqual(['open', 'taken-over', 'open'])
  })

  test('a panel QGIS closed is lost, not taken over', async () => {
    const { states, answer } = start()
    await answer('/poll', nothing)
    await answer('/poll', { status: 410, body: { reason: 'closed' } })
    expect(states).toEqual(['open', 'lost'])
  })
})

describe('the token', () => {
  const place = (hash: string) => {
    const kept = new Map<string, string>()
    const addresses: string[] = []
    const memory = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
    return { hash, path: '/', replaceAddress: (path: string) => void addresses.push(path), memory, addresses }
  }

  test('leaves the address at once, and is there after a reload', () => {
    const first = place(`#${token}`)
    expect(takeToken(first)).toBe(token)
    expect(first.addresses).toEqual(['/'])
    expect(takeToken({ ...first, hash: '' })).toBe(token)
  })

  test('what is not a token is not taken for one', () => {
    expect(takeToken(place('#<script>'))).toBeNull()
    expect(takeToken(place(''))).toBeNull()
  })
})
