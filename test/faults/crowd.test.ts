/**
 * More requests than the server can answer, over as many connections: some are sent away with 503 and are told when to come back,
 * those that are let in get what they asked for, health is told throughout, and afterwards nothing is left of it.
 */
import { Agent, request as httpRequest } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../backend/src/services/audit.ts'
import { createTestCollection } from '../helpers/collections.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

const crowd = 1200
const rows = 600

let program: TestProgram
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })

beforeAll(async () => {
  program = await testProgram()
  await createTestCollection(program.database, {
    id: 'texts',
    geometryType: 'Point',
    columns: [{ name: 'text', type: 'string' }],
    rows: Array.from({ length: rows }, (_, at) => ({
      wkt: `POINT(${-61 + at / 1e4} 14)`,
      values: [`${'long '.repeat(400)}${at}`],
    })),
  })
  await createTestCollection(program.database, {
    id: 'edited',
    geometryType: 'Point',
    columns: [{ name: 'text', type: 'string' }],
    rows: [{ wkt: 'POINT(-61 14)', values: ['first'] }],
  })
})
afterAll(async () => {
  agent.destroy()
  await program?.stop()
})

type Answer = { status: number; retryAfter: string | undefined; type: string | undefined; text: string }

const ask = (path: string, { method = 'GET', body = '', headers = {} } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(program.url + path, { method, agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece) => {
        text += piece
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          type: response.headers['content-type'],
          text,
        }),
      )
    })
    request.on('error', reject)
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
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  return async () => {
    isOver = true
    await done
    return seen
  }
}

/** In the order in which they were answered. */
const askAllAtOnce = async (one: (n: number) => Promise<Answer>): Promise<Answer[]> => {
  const answers: Answer[] = []
  await Promise.all(
    Array.from({ length: crowd }, async (_, n) => {
      answers.push(await one(n))
    }),
  )
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
  // Each reads the whole table.
  const path = `/pygeoapi/collections/texts/items?limit=1&filter=${encodeURIComponent(`text LIKE '%long ${rows - 1}'`)}`
  const endHealth = watchHealth()
  const answers = await askAllAtOnce(() => ask(path))
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
