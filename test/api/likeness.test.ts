/** How alike pictures are is kept with the publication and told with the record (issue 5). */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { getRecord, type Published, publishFile, replaceData } from '../helpers/publish.ts'

const likeness = { verdict: 'nearly' as const, ssim: 0.91, lowPass: 0.985, drawnBy: 'QGIS 3.40.6' }

let folder = ''
let path = ''
let program: TestProgram
let published: Published

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secims-likeness-'))
  path = join(folder, 'wells.geojson')
  const geometry = { type: 'Point', coordinates: [-61, 13.9] }
  const features = [{ type: 'Feature', properties: { name: 'One' }, geometry }]
  await writeFile(path, JSON.stringify({ type: 'FeatureCollection', features }))
  program = await testProgram()
  published = await publishFile(program.as('editor'), path, { metadata: { title: 'Wells' } })
}, 120_000)
afterAll(async () => {
  await program?.stop()
  await rm(folder, { recursive: true, force: true })
})

const keep = (role: 'editor' | 'public', body: object = likeness, id = published.publication.id) =>
  program.as(role).api.PUT('/publications/{publicationId}/likeness', {
    params: { path: { publicationId: id } },
    body: body as typeof likeness,
  })

test('what was compared is kept with the publication, and the record tells it', async () => {
  const editor = program.as('editor')
  expect((await getRecord(editor, published.record.id)).likeness).toBeUndefined()
  const { response, data } = await keep('editor')
  expect(response.status).toBe(200)
  expect(data?.result?.likeness).toMatchObject(likeness)
  const kept = await getRecord(editor, published.record.id)
  expect(kept.likeness).toEqual({ ...likeness, comparedAt: expect.stringMatching(/^20\d\d-.*Z$/) })
  // A note of no weight: the record is not another one for it.
  expect(kept.version).toBe(published.record.version)
})

test('a later comparison takes the place of an earlier one, and new data have none', async () => {
  await keep('editor', { ...likeness, verdict: 'alike' })
  const editor = program.as('editor')
  expect((await getRecord(editor, published.record.id)).likeness?.verdict).toBe('alike')
  await replaceData(editor, published.record.id, path)
  expect((await getRecord(editor, published.record.id)).likeness).toBeUndefined()
})

test('it is kept for those who may publish, in the words of the contract, with what there is', async () => {
  expect((await keep('public')).response.status).toBe(401)
  expect((await keep('editor', { ...likeness, verdict: 'pretty' })).response.status).toBe(400)
  expect((await keep('editor', { ...likeness, ssim: 7 })).response.status).toBe(400)
  const absent = await keep('editor', likeness, '7b1f0d0e-0000-4000-8000-000000000001')
  expect(absent.response.status).toBe(404)
})
