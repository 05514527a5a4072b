/**
 * The server dies, or loses its database, in the middle of an edit by Part 4: nothing is half applied, and the same request
 * sent again does what it would have done (reliability P1, W1–W5).
 */
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Failpoint } from '../../backend/src/services/failpoint.ts'
import { engineName } from '../helpers/database.ts'
import { type ServerProcess, serverProcess, until } from '../helpers/server-process.ts'
import { pointsOf } from './kill-plan.ts'
import { comeBack, expectWorldInOrder, publishNew, type Subject } from './world.ts'

let server: ServerProcess
let subject: Subject

beforeAll(async () => {
  server = await serverProcess()
  subject = await publishNew(server.administrator)
}, 120_000)
beforeEach(async () => {
  await server.arm()
  if (!server.isRunning()) await server.start()
})
afterAll(() => server?.drop())

type Edit = {
  method: 'POST' | 'PATCH' | 'DELETE'
  path: string
  headers?: Record<string, string>
  body?: unknown
}

const address = () => `${server.url}/pygeoapi/collections/${subject.collectionId}`

const send = async ({ method, path, headers = {}, body }: Edit) => {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/geo+json'
  const response = await fetch(address() + path, {
    method,
    headers: {
      Authorization: `Bearer ${server.token()}`,
      ...(body !== undefined && { 'Content-Type': type }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, location: response.headers.get('location'), text: await response.text() }
}

const etagOf = async (fid: number) =>
  (await fetch(`${address()}/items/${fid}?f=json`)).headers.get('etag') ?? ''

/** A tile around a place, at a zoom at which no other place of the test is in it. */
const tileAt = (longitude: number, latitude: number, zoom = 12) => {
  const radians = (latitude * Math.PI) / 180
  const x = Math.floor(((longitude + 180) / 360) * 2 ** zoom)
  const y = Math.floor(((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * 2 ** zoom)
  return `/tiles/WebMercatorQuad/${zoom}/${y}/${x}`
}

type State = {
  count: number
  matched: number
  extent: number[]
  fids: number[]
  tile: number
  record: number[]
  edits: number
}

/** What every face says, which must be of one moment. */
const look = async (place: [number, number]): Promise<State> => {
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at, not trusted.
  const json = async (url: string): Promise<any> => (await fetch(url)).json()
  const items = await json(`${address()}/items?f=json&limit=1000`)
  const collection = await json(`${address()}?f=json`)
  const entry = await json(`${server.url}/records/collections/metadata:main/items/${subject.recordId}?f=json`)
  const { administrator } = server
  const { entries } = await administrator.expectOk(
    administrator.api.GET('/audit', { params: { query: { recordId: subject.recordId } } }),
  )
  const corners: [number, number][] = entry.geometry.coordinates[0]
  const rounded = (values: number[]) => values.map((value) => Math.round(value * 1e6) / 1e6)
  return {
    count: items.features.length,
    matched: items.numberMatched,
    fids: items.features.map(({ id }: { id: number }) => id),
    extent: rounded(collection.extent.spatial.bbox[0]),
    record: rounded([
      Math.min(...corners.map(([x]) => x)),
      Math.min(...corners.map(([, y]) => y)),
      Math.max(...corners.map(([x]) => x)),
      Math.max(...corners.map(([, y]) => y)),
    ]),
    tile: (await fetch(address() + tileAt(...place))).status,
    edits: entries.filter(({ action }) => action.startsWith('features.')).length,
  }
}

const expectOneMoment = ({ count, matched, extent, record, edits }: State) => {
  expect(matched).toBe(count)
  expect(record).toEqual(extent)
  expect(edits).toBe(subject.effects.filter((effect) => effect.startsWith('features.')).length)
}

const point = ([longitude, latitude]: [number, number]) => ({
  type: 'Point',
  coordinates: [longitude, latitude],
})
const newSites = (place: [number, number], count: number) => ({
  type: 'FeatureCollection',
  features: Array.from({ length: count }, (_, n) => ({
    type: 'Feature',
    geometry: point([place[0] + n / 1e5, place[1]]),
    properties: { name: `first site new ${n}`, size: n },
  })),
})

const breakers: [
  string,
  (failpoint: Failpoint) => Promise<void>,
  (pending: Promise<unknown>) => Promise<void>,
][] = [
  [
    'the server is killed',
    (failpoint) => server.arm(`${failpoint}=crash`),
    async () => {
      expect((await server.ended()).signal).toBe('SIGKILL')
      await comeBack(server)
    },
  ],
  ...(engineName === 'postgresql'
    ? ([
        [
          'the connection to the database is cut',
          (failpoint) => server.arm(`${failpoint}=sleep4000`),
          async (pending) => {
            const client = new pg.Client({ connectionString: server.place.databaseUrl })
            await client.connect()
            await until('a transaction that waits, to be cut', async () => {
              const { rows } = await client.query(
                `select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and state = 'idle in transaction' and xact_start < now() - interval '0.3 s'`,
              )
              return rows.length > 0
            })
            await client.end()
            await pending
            await server.arm()
          },
        ],
      ] satisfies typeof breakers)
    : []),
]

/** How far off the last edit was: each goes further, so that each moves the extent. */
let distance = 0

for (const [what, arm, breakIt] of breakers)
  for (const failpoint of pointsOf('edit'))
    test.skipIf(what.startsWith('the connection') && failpoint === 'edit.afterCommit')(
      `${what} at ${failpoint}: an edit is there wholly or not at all, and repeating it ends well`,
      { timeout: 240_000 },
      async () => {
        const isCommitted = failpoint === 'edit.afterCommit'
        const perform = async (edit: Edit, place: [number, number], effect: string) => {
          const before = await look(place)
          expectOneMoment(before)
          await arm(failpoint)
          const pending = send(edit).catch(() => null)
          await breakIt(pending)
          const answer = await pending
          expect(answer === null || answer.status >= 500, String(answer?.status)).toBe(true)
          if (isCommitted) subject.effects.push(effect)
          // The same as before, or all of it.
          const after = await look(place)
          expectOneMoment(after)
          if (!isCommitted) expect(after).toEqual(before)
          const repeated = await until('an answer to the repeated request', async () => {
            const again = await send(edit)
            return again.status === 409 || again.status === 503 ? undefined : again
          })
          if (!isCommitted) subject.effects.push(effect)
          const end = await until('the tile to follow', async () => {
            const seen = await look(place)
            return seen.tile === before.tile ? undefined : seen
          })
          expectOneMoment(end)
          return { before, after, repeated, end }
        }

        distance += 1
        const place: [number, number] = [-61 + distance, 15 + distance]
        const added = await perform(
          {
            method: 'POST',
            path: '/items',
            body: newSites(place, 25),
            headers: { 'Idempotency-Key': `new sites ${distance}` },
          },
          place,
          'features.created',
        )
        expect(added.repeated.status).toBe(201)
        expect(added.end.count).toBe(added.before.count + 25)
        expect(added.after.count).toBe(added.before.count + (isCommitted ? 25 : 0))
        expect(added.end.extent[2]).toBeCloseTo(place[0] + 24e-5, 4)
        expect(added.before).toMatchObject({ tile: 204 })

        // A feature moves further out; its old ETag is the precondition.
        const fid = added.end.fids.at(-1) ?? 0
        const etag = await etagOf(fid)
        distance += 1
        const further: [number, number] = [-61 + distance, 15 + distance]
        const moved = await perform(
          {
            method: 'PATCH',
            path: `/items/${fid}`,
            headers: { 'If-Match': etag },
            body: { geometry: point(further), properties: { name: 'first site moved' } },
          },
          further,
          'features.updated',
        )
        // Who had no answer learns from the ETag that the edit is there.
        expect(moved.repeated.status).toBe(isCommitted ? 412 : 204)
        expect(await etagOf(fid)).not.toBe(etag)
        expect(moved.end.count).toBe(moved.before.count)
        expect(moved.end.extent.slice(2)).toEqual(further)

        const removed = await perform(
          { method: 'DELETE', path: `/items/${fid}` },
          further,
          'features.deleted',
        )
        expect(removed.repeated.status).toBe(isCommitted ? 404 : 204)
        expect(removed.end.fids).not.toContain(fid)
        expect(removed.end.tile).toBe(204)
        // The one that is gone was the easternmost.
        expect(removed.end.extent[2]).toBeCloseTo(place[0] + 23e-5, 6)
        expect(removed.end.extent[3]).toBeCloseTo(place[1], 6)
        await expectWorldInOrder(server, subject)
      },
    )
