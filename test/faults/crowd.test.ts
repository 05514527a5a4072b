/**
 * More requests than the server can answer, over as many connections: some are sent away with 503 and are told when to come back,
 * those that are let in get what they asked for, health is told throughout, and afterwards nothing is left of it.
 */
import { Agent, request as httpRequest } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { audit } from '../../backend/src/services/audit.ts'
import { createTestCollection } from '../helpers/collections.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

/** More than are let in and may wait. */
const crowd = 700
const rows = 600

let program: TestProgram
/** Connections are kept; each test has its own, because one that idled may just be closed by the server. */
let agent: Agent
let table = ''
beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
})
afterEach(() => agent.destroy())

beforeAll(async () => {
  program = await testProgram()
  const made = await createTestCollection(program.database, {
    id: 'texts',
    geometryType: 'Point',
    columns: [{ name: 'text', type: 'string' }],
    rows: Array.from({ length: rows }, (_, at) => ({
      wkt: `POINT(${-61 + at / 1e4} 14)`,
      values: [`${'long '.repeat(400)}${at}`],
    })),
  })
  table = made.tableName
  await createTestCollection(program.database, {
    id: 'edited',
    geometryType: 'Point',
    columns: [{ name: 'text', type: 'string' }],
    rows: [{ wkt: 'POINT(-61 14)', values: ['first'] }],
  })
})
afterAll(async () => {
  await program?.stop()
})

/** Status 0: none came, and `text` says why. */
type Answer = { status: number; retryAfter: string | undefined; type: string | undefined; text: string }

const ask = (path: string, { method = 'GET', body = '', headers = {} } = {}): Promise<Answer> =>
  new Promise((resolve) => {
    const fail = (error: Error) =>
      resolve({ status: 0, retryAfter: undefined, type: undefined, text: error.message })
    const request = httpRequest(program.url + path, { method, agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece) => {
        text += piece
      })
      response.on('error', fail)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          type: response.headers['content-type'],
          text,
        }),
      )
    })
    request.on('error', fail)
    request.end(body)
  })

/** Connections that are lent, and those who wait for one. */
const busyConnections = () =>
  [program.database.readPool, program.database.pool]
    .map(({ totalCount, idleCount, waitingCount }) => totalCount - idleCount + waitingCount)
    .reduce((sum, one) => sum + one, 0)

/** Asks until it is told to stop. */
const watchHealth = () => {
  const seen: number[] = []
  let isOver = false
  const done = (async () => {
    while (!isOver) {
      seen.push((await ask('/healthz')).status)
      await pause(50)
    }
  })()
  return async () => {
    isOver = true
    await done
    return seen
  }
}

/** In the order in which they were answered. They come in waves, because the system takes some hundred new connections at once. */
const askAllAtOnce = async (one: (n: number) => Promise<Answer>): Promise<Answer[]> => {
  const answers: Answer[] = []
  const asked: Promise<void>[] = []
  for (let n = 0; n < crowd; n += 1) {
    asked.push(one(n).then((answer) => void answers.push(answer)))
    if (n % 20 === 19) await pause(5)
  }
  await Promise.all(asked)
  return answers
}

const expectSentAway = (answers: readonly Answer[]) => {
  const refused = answers.filter(({ status }) => status === 503)
  for (const { retryAfter, type, text } of refused) {
    expect(type).toMatch(/^application\/problem\+json/)
    expect(Number(retryAfter)).toBeGreaterThan(0)
    expect(JSON.parse(text)).toMatchObject({ status: 503, detail: expect.stringMatching(/\w/) })
  }
  return refused
}

test('of a crowd that reads some are sent away, the others get their pages, and nothing is left of it (G3)', async () => {
  const path = `/pygeoapi/collections/texts/items?limit=1&filter=${encodeURIComponent(`text LIKE '%long ${rows - 1}'`)}`
  expect((await ask(path)).status).toBe(200)
  const endHealth = watchHealth()
  // Nobody is answered before somebody was sent away: the table is held, so that the crowd is one on any machine.
  const holding = await program.database.knex.transaction()
  await holding.raw(`lock table data.${table} in access exclusive mode`)
  let firstRefusal = () => {}
  const someoneRefused = new Promise<void>((resolve) => {
    firstRefusal = resolve
  })
  const asked = askAllAtOnce(async () => {
    const answer = await ask(path)
    if (answer.status === 503) firstRefusal()
    return answer
  })
  await someoneRefused
  await holding.rollback()
  const answers = await asked
  const health = await endHealth()
  const refused = expectSentAway(answers)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThan(crowd)
  // Who is sent away does not wait until all are answered who were let in.
  expect(answers.slice(0, crowd / 2).some(({ status }) => status === 503)).toBe(true)
  expect(answers.filter(({ status }) => status !== 503 && status !== 200)).toEqual([])
  for (const { text } of answers.filter(({ status }) => status === 200))
    expect(JSON.parse(text)).toMatchObject({ numberReturned: 1, features: [{ id: rows }] })
  expect(health.length).toBeGreaterThan(1)
  expect(new Set(health)).toEqual(new Set([200]))
  await expect.poll(busyConnections, { timeout: 5_000 }).toBe(0)
  expect((await ask(path)).status).toBe(200)
}, 120_000)

test('of a crowd that edits some may be sent away, and what is there afterwards is what the others were told', async () => {
  const path = '/pygeoapi/collections/edited/items'
  const headers = {
    Authorization: `Bearer ${program.tokenOf('administrator')}`,
    'Content-Type': 'application/geo+json',
  }
  const bodyOf = (n: number) =>
    JSON.stringify({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [-61, 14] },
      properties: { text: `of ${n}` },
    })
  const endHealth = watchHealth()
  const answers = await askAllAtOnce((n) => ask(path, { method: 'POST', body: bodyOf(n), headers }))
  expect(new Set(await endHealth())).toEqual(new Set([200]))
  expectSentAway(answers)
  expect(answers.filter(({ status }) => status !== 503 && status !== 201)).toEqual([])
  const made = answers.filter(({ status }) => status === 201).flatMap(({ text }) => JSON.parse(text).ids)
  const { features } = JSON.parse((await ask(`${path}?limit=10000`)).text)
  const ids = (features as { id: number }[]).map(({ id }) => id)
  expect(ids.sort((a, b) => a - b)).toEqual([1, ...made].sort((a, b) => a - b))
  expect((await audit(program.database.knex).verify()).isWhole).toBe(true)
  await expect.poll(busyConnections, { timeout: 5_000 }).toBe(0)
  expect((await ask(path, { method: 'POST', body: bodyOf(0), headers })).status).toBe(201)
}, 120_000)
