import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { closeStatement, query, readyForQuery } from './frames.ts'
import { createSession } from './session.ts'

const limits = { queueWaitMs: 1000, idleInTransactionMs: 5000, copyBytes: 100 }

/** A session over an engine that knows BEGIN, COMMIT, ROLLBACK and how to fall over, and a clock set by hand. */
const harness = () => {
  const ran: string[] = []
  const sent = new Map<number, string>()
  const crashes: unknown[] = []
  const clock = { ms: 0 }
  let status: 'I' | 'T' = 'I'
  const session = createSession({
    run: async (bytes, onData) => {
      const text = Buffer.from(bytes)
        .toString('latin1')
        .replace(/[^ -~]+/g, ' ')
        .trim()
      ran.push(text)
      if (/crash/i.test(text)) throw new Error('unreachable')
      if (/begin/i.test(text)) status = 'T'
      if (/commit|rollback/i.test(text)) status = 'I'
      if (!/silence/.test(text)) onData(readyForQuery(status))
    },
    send: (id, bytes) => sent.set(id, (sent.get(id) ?? '') + bytes.toString('latin1')),
    hangUp: (id) => sent.set(id, `${sent.get(id) ?? ''}<end>`),
    onCrash: (error) => crashes.push(error),
    settings: { server_version: '18' },
    limits,
    now: () => clock.ms,
  })
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await setImmediate()
  }
  const open = (id: number) => {
    session.open(id)
    session.receive(id, Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]))
  }
  const say = async (id: number, ...frames: Buffer[]) => {
    sent.delete(id)
    for (const frame of frames) session.receive(id, frame)
    await settle()
    return sent.get(id) ?? ''
  }
  return { session, ran, sent, crashes, clock, settle, open, say }
}

const message = (type: string, ...parts: (string | Buffer)[]) => {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)),
  )
  const frame = Buffer.alloc(5 + body.length)
  frame.write(type)
  frame.writeInt32BE(4 + body.length, 1)
  body.copy(frame, 5)
  return frame
}

const READY_IDLE = readyForQuery('I').toString('latin1')

test('a connection is greeted without the engine, however busy that is', async () => {
  const { open, say, sent, ran } = harness()
  open(1)
  await say(1, query('begin'))
  open(2)
  expect(sent.get(2)).toContain('server_version\x0018')
  expect(sent.get(2)?.endsWith(READY_IDLE)).toBe(true)
  expect(ran).toHaveLength(1)
})

test('messages may come in pieces', async () => {
  const { open, say, ran } = harness()
  open(1)
  const frame = query('select 1')
  await say(1, ...[...frame].map((byte) => Buffer.from([byte])))
  expect(ran).toEqual(['Q select 1'])
})

test('one connection’s transaction keeps the others waiting until it is over', async () => {
  const { open, say, ran } = harness()
  open(1)
  open(2)
  await say(1, query('begin'))
  expect(await say(2, query('select 2'))).toBe('')
  await say(1, query('update 1'))
  await say(1, query('commit'))
  expect(ran.map((text) => text.slice(2).trim())).toEqual(['begin', 'update 1', 'commit', 'select 2'])
})

test('who waits too long for another’s transaction is refused, and may try again', async () => {
  const { session, open, say, sent, clock, ran } = harness()
  open(1)
  open(2)
  await say(1, query('begin'))
  await say(2, query('select 2'))
  clock.ms = 900
  session.expire()
  expect(sent.get(2)).toBeUndefined()
  clock.ms = 1100
  session.expire()
  expect(sent.get(2)).toContain('C55P03\0')
  expect(sent.get(2)?.endsWith(READY_IDLE)).toBe(true)
  await say(1, query('commit'))
  expect(await say(2, query('select 3'))).toBe(READY_IDLE)
  expect(ran.some((text) => text.includes('select 2'))).toBe(false)
})

test('a transaction that is held in silence while others wait is rolled back', async () => {
  const { session, open, say, sent, clock, settle, ran } = harness()
  open(1)
  open(2)
  await say(1, query('begin'))
  clock.ms = 5001
  await say(2, query('select 2'))
  session.expire()
  await settle()
  expect(sent.get(1)).toContain('C25P03\0')
  expect(sent.get(1)?.endsWith('<end>')).toBe(true)
  expect(ran.at(-2)).toContain('ROLLBACK')
  expect(ran.at(-1)).toContain('select 2')
})

test('statement names of two connections do not meet, and go with their connection', async () => {
  const { session, open, say, settle, ran } = harness()
  open(1)
  open(2)
  const parse = message('P', 'same', 'select 1', Buffer.from([0, 0]))
  await say(1, parse, message('S'))
  await say(2, parse, message('S'))
  expect(ran[0]).toContain('c1_same')
  expect(ran[1]).toContain('c2_same')
  session.end(1)
  await settle()
  expect(Buffer.from(ran.at(-1) ?? '').toString()).toContain('c1_same')
  expect(closeStatement('c1_same').toString()).toContain('Sc1_same')
})

test('COPY data is answered at once and reaches the engine whole', async () => {
  const { open, say, ran } = harness()
  open(1)
  expect((await say(1, query('copy t from stdin')))[0]).toBe('G')
  expect(ran).toHaveLength(0)
  await say(1, message('d', Buffer.from('row one')), message('d', Buffer.from('row two')), message('c'))
  expect(ran).toHaveLength(1)
  expect(ran[0]).toMatch(/copy t from stdin.*row one.*row two/)
})

test('more COPY data than we hold becomes a failed COPY, and what still comes is ignored', async () => {
  const { open, say, ran } = harness()
  open(1)
  await say(1, query('copy t from stdin'))
  const block = message('d', Buffer.alloc(60, 'x'))
  await say(1, block, block, block, message('c'))
  expect(ran).toHaveLength(1)
  expect(ran[0]).toContain('at most 100 bytes in one COPY')
  expect(ran[0]).not.toContain('xxx')
  expect(await say(1, query('select 1'))).toBe(READY_IDLE)
})

test('an engine that throws or stops answering is reported as crashed, once, and not used again', async () => {
  for (const text of ['crash', 'silence']) {
    const { open, say, crashes, ran } = harness()
    open(1)
    await say(1, query(text))
    await say(1, query('select 1'))
    expect(crashes).toHaveLength(1)
    expect(ran).toHaveLength(1)
  }
})
