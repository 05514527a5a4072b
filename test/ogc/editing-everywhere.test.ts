/**
 * What one process edits, others show within a second: items, counts, extents, filters and tiles. Two programs on one
 * database, each with caches of its own, as two processes have them.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProgram } from '../../backend/src/app.ts'
import { silentLog } from '../helpers/database.ts'
import { type Editor, geojson, type Json, point, startEditing, trees } from './editing-fixture.ts'

let editor: Editor
let other: { face: string; stop: () => Promise<void> }

beforeAll(async () => {
  editor = await startEditing()
  const { config, database } = editor.program
  const program = await createProgram({ config, database, log: silentLog, checkResponses: true })
  const server = createServer(program.handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  other = {
    face: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pygeoapi/collections`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await program.stop()
    },
  }
})
afterAll(async () => {
  await other?.stop()
  await editor?.stop()
})

const elsewhere = async (path: string): Promise<Json> => (await fetch(`${other.face}/${path}`)).json()

type Shown = { id: number | undefined; properties: Record<string, unknown> }

/** Features of the only tile of zoom level 0. */
const tileAt = async (face: string, id: string): Promise<Shown[]> => {
  const response = await fetch(`${face}/${id}/tiles/WebMercatorQuad/0/0/0?f=mvt`)
  if (response.status === 204) return []
  expect(response.status, response.status === 200 ? '' : await response.text()).toBe(200)
  const layer = new VectorTile(new PbfReader(await response.arrayBuffer())).layers[id]
  return Array.from({ length: layer?.length ?? 0 }, (_, at) => layer?.feature(at)).map((one) => ({
    id: one?.id,
    properties: one?.properties ?? {},
  }))
}

/** As much as a client may have to wait, and a little for a busy machine. */
const aSecond = () => pause(1100)

test.each([true, false])(
  'another process shows an edit a second later, everywhere (texts ready: %s)',
  async (isPrecomputed) => {
    const id = `everywhere-${isPrecomputed}`
    await editor.make(
      trees(id, {
        isPrecomputed,
        rows: [{ wkt: 'POINT(-61 13.9)', values: ['old', 1, 1, true, null, null, null] }],
      }),
    )
    // Everything is asked for first, so that whatever keeps answers has kept them.
    await aSecond()
    const etagBefore = (await fetch(`${other.face}/${id}/items`)).headers.get('etag')
    expect((await elsewhere(`${id}/items?count=1`)).numberMatched).toBe(1)
    expect(await tileAt(other.face, id)).toMatchObject([{ properties: { species: 'old' } }])

    await editor.send('editor', 'PATCH', `${id}/items/1`, {
      body: { properties: { species: 'new', count: 2 } },
    })
    await editor.send('editor', 'POST', `${id}/items`, { body: point(120, -40, { species: 'added' }) })
    await aSecond()
    const items = await elsewhere(`${id}/items`)
    expect(items.features.map(({ properties }: Json) => properties.species)).toEqual(['new', 'added'])
    expect(items.numberMatched).toBe(2)
    expect((await elsewhere(`${id}/items?count=1`)).numberMatched).toBe(0)
    expect((await elsewhere(`${id}/items?bbox=119,-41,121,-39`)).features).toHaveLength(1)
    expect(
      (await fetch(`${other.face}/${id}/items`, { headers: { 'If-None-Match': etagBefore ?? '' } })).status,
    ).toBe(200)
    const collection = await elsewhere(`${id}?f=json`)
    expect([collection.itemCount, collection.extent.spatial.bbox[0]]).toEqual([2, [-61, -40, 120, 13.9]])
    expect((await tileAt(other.face, id)).map(({ properties }) => properties['species'])).toEqual([
      'new',
      'added',
    ])
    // The process that edited knows at once.
    await editor.send('editor', 'DELETE', `${id}/items/2`)
    expect(
      (await tileAt(editor.address('').replace(/\/$/, ''), id)).map(
        ({ properties }) => properties['species'],
      ),
    ).toEqual(['new'])
    await aSecond()
    expect(await tileAt(other.face, id)).toHaveLength(1)
    expect((await elsewhere(`${id}?f=json`)).extent.spatial.bbox).toEqual([[-61, 13.9, -61, 13.9]])
  },
)

test('tiles that are made while features are edited are right a second after the last edit, in both processes', async () => {
  await editor.make(
    trees('racing', {
      isPrecomputed: true,
      rows: [{ wkt: 'POINT(-61 13.9)', values: ['x', 1, 0, true, null, null, null] }],
    }),
  )
  await aSecond()
  const faces = [other.face, editor.address('').replace(/\/$/, '')]
  let isEditing = true
  const watch = async (face: string) => {
    const counts: number[] = []
    while (isEditing) {
      const [shown] = await tileAt(face, 'racing')
      counts.push(Number(shown?.properties['count']))
    }
    return counts
  }
  const watching = faces.map(watch)
  for (let n = 1; n <= 25; n += 1)
    await editor.send('editor', 'PATCH', 'racing/items/1', { body: { properties: { count: n } } })
  isEditing = false
  // Nobody is ever shown something older than what he has seen.
  for (const counts of await Promise.all(watching)) expect(counts).toEqual([...counts].sort((a, b) => a - b))
  await aSecond()
  for (const face of faces) expect((await tileAt(face, 'racing'))[0]?.properties['count']).toBe(25)
})

test('two processes that edit the same collection at once lose nothing', async () => {
  await editor.make(trees('shared', { isPrecomputed: true }))
  await aSecond()
  const token = editor.program.tokenOf('editor')
  const addThere = (n: number) =>
    fetch(`${other.face}/shared/items`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': geojson },
      body: JSON.stringify(point(-61 - n / 100, 13.9, { count: n })),
    })
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, n) =>
      n % 2
        ? (await addThere(n)).status
        : (await editor.send('editor', 'POST', 'shared/items', { body: point(-60 + n / 100, 13.9) })).status,
    ),
  )
  expect(answers).toEqual(Array(20).fill(201))
  await aSecond()
  for (const collection of [
    await elsewhere('shared?f=json'),
    (await editor.send('public', 'GET', 'shared?f=json')).json,
  ]) {
    expect(collection.itemCount).toBe(25)
    expect(collection.extent.spatial.bbox[0]).toEqual([-61.19, 13.8, -59.82, 13.9])
  }
})
