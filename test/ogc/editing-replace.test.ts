/** Edits beside publications: what is published can be edited, a replace ends the edits, and nothing is mixed. */
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeGeoPackage } from '../fixtures/geopackage.ts'
import { layerFacts } from '../fixtures/layer-facts.ts'
import { doctorFindings, publishFile, replaceData } from '../helpers/publish.ts'
import { type Editor, type Json, point, startEditing } from './editing-fixture.ts'

let editor: Editor
const path = (edition: string) => join(tmpdir(), `secims-editing-${process.pid}-${edition}.gpkg`)

const write = (edition: string, count: number) =>
  writeGeoPackage(path(edition), {
    layers: [
      {
        name: 'sites',
        geometry: { type: 'POINT' },
        fields: [
          { name: 'name', type: 'TEXT' },
          { name: 'size', type: 'INTEGER' },
        ],
        rows: Array.from({ length: count }, (_, n) => ({
          geometry: { type: 'Point' as const, coordinates: [-61 + n / 1000, 13.9] },
          values: [`${edition} ${n}`, n],
        })),
      },
    ],
  })

beforeAll(async () => {
  editor = await startEditing()
  write('first', 40)
  write('second', 30)
})
afterAll(async () => {
  await editor?.stop()
  for (const edition of ['first', 'second']) await rm(path(edition), { force: true })
})

const items = async (id: string): Promise<Json> =>
  (await editor.send('public', 'GET', `${id}/items?limit=1000`)).json
const names = ({ features }: Json): string[] => features.map(({ properties }: Json) => properties.name)

const untilIdle = async () => {
  const { knex } = editor.program.database
  for (;;) {
    const waiting = await knex('job')
      .whereIn('state', ['queued', 'running'])
      .whereRaw("run_at < now() + interval '1 second'")
      .whereNot('kind', 'collect-garbage')
    if (waiting.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test('a published file is edited, says so beside its download, and is what was loaded again after a replace', async () => {
  const client = editor.program.as('editor')
  const { record, collectionId } = await publishFile(client, path('first'))
  await untilIdle()
  const links = async (): Promise<Json[]> =>
    (await editor.send('public', 'GET', `${collectionId}?f=json`)).json.links
  const download = async () => (await links()).find(({ rel }) => rel === 'enclosure')
  const before = await download()
  expect(before.title).not.toContain('edited')

  // The editor of the record, without any further grant.
  expect((await editor.send('editor', 'OPTIONS', `${collectionId}/items`)).headers.get('allow')).toContain(
    'POST',
  )
  expect(
    (await editor.send('otherEditor', 'OPTIONS', `${collectionId}/items`)).headers.get('allow'),
  ).not.toContain('POST')
  expect(
    (
      await editor.send('editor', 'POST', `${collectionId}/items`, {
        body: point(-61.5, 13.7, { name: 'by hand', size: 1 }),
      })
    ).status,
  ).toBe(201)
  expect(
    (
      await editor.send('editor', 'PATCH', `${collectionId}/items/1`, {
        body: { properties: { name: 'renamed' } },
      })
    ).status,
  ).toBe(204)
  const edited = await items(collectionId)
  expect(names(edited)).toContain('by hand')
  expect(names(edited)).toContain('renamed')
  const { collection } = { collection: (await editor.send('public', 'GET', `${collectionId}?f=json`)).json }
  expect(collection.extent.spatial.bbox[0][0]).toBe(-61.5)
  const after = await download()
  expect(after.href).toBe(before.href)
  expect(after.title).toMatch(/edited since/)
  const page = (await editor.send('public', 'GET', `${collectionId}?f=html`)).text
  expect(page).toContain('edited since')
  // The bounding box was taken from the data, so it follows them.
  const entry = (
    await editor.send(
      'public',
      'GET',
      `${editor.program.url}/records/collections/metadata:main/items/${record.id}?f=json`,
    )
  ).json
  expect(Math.min(...entry.geometry.coordinates[0].map(([x]: number[]) => x))).toBeCloseTo(-61.5, 6)
  expect(await doctorFindings(editor.program.as('administrator'))).toEqual([])

  // Who publishes from QGIS again is told what new data would end.
  const plan = async () => {
    const { layers } = await client.expectOk(
      client.api.POST('/publication-plans', {
        body: { layers: [{ facts: layerFacts(), recordId: record.id }] },
      }),
    )
    return layers[0]?.findings.map(({ code }) => code)
  }
  expect(await plan()).toContain('LNK-007')

  await replaceData(client, record.id, path('second'))
  expect(await plan()).not.toContain('LNK-007')
  await untilIdle()
  const replaced = await items(collectionId)
  expect(replaced.features).toHaveLength(30)
  expect(names(replaced).every((name) => name.startsWith('second'))).toBe(true)
  expect((await download()).title).not.toContain('edited')
  expect(await doctorFindings(editor.program.as('administrator'))).toEqual([])
})

test('edits that go on while data are replaced end before it or follow it; counts stay those of the rows', async () => {
  const client = editor.program.as('editor')
  const { record, collectionId } = await publishFile(client, path('first'))
  let isReplacing = true
  const statuses: number[] = []
  const edit = async () => {
    for (let n = 0; isReplacing; n += 1) {
      const answer =
        n % 3 === 2
          ? await editor.send('editor', 'DELETE', `${collectionId}/items/${n}`)
          : await editor.send('editor', 'POST', `${collectionId}/items`, {
              body: point(-61, 13.9, { name: 'by hand', size: n }),
            })
      statuses.push(answer.status)
    }
  }
  const editing = edit()
  for (const edition of ['second', 'first', 'second']) await replaceData(client, record.id, path(edition))
  isReplacing = false
  await editing
  await untilIdle()
  expect(statuses.filter((status) => ![201, 204, 404, 409].includes(status))).toEqual([])
  expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(0)
  const page = await items(collectionId)
  const collection = (await editor.send('public', 'GET', `${collectionId}?f=json`)).json
  expect(page.features).toHaveLength(page.numberMatched)
  expect(collection.itemCount).toBe(page.numberMatched)
  expect(names(page).filter((name) => name.startsWith('first'))).toEqual([])
  expect(await doctorFindings(editor.program.as('administrator'))).toEqual([])
}, 120_000)

test('features edited while their texts are being prepared show their new content afterwards', async () => {
  const client = editor.program.as('editor')
  const { collectionId } = await publishFile(client, path('first'))
  for (let n = 1; n <= 10; n += 1)
    expect(
      (
        await editor.send('editor', 'PATCH', `${collectionId}/items/${n}`, {
          body: { properties: { name: `edit ${n}` } },
        })
      ).status,
    ).toBe(204)
  await untilIdle()
  expect(names(await items(collectionId)).slice(0, 10)).toEqual(
    Array.from({ length: 10 }, (_, n) => `edit ${n + 1}`),
  )
  const { knex } = editor.program.database
  expect((await knex('collection').where({ id: collectionId }).first('is_precomputed')).is_precomputed).toBe(
    true,
  )
})
