/** A style of the catalogue on several records: default and alternatives, detached again, replaced everywhere (R7.1, R7.6). */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { example } from '../helpers/examples.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import {
  addStyle,
  doctorFindings,
  getRecord,
  type Published,
  publishFile,
  publishRecord,
} from '../helpers/publish.ts'

let program: TestProgram
let roads: Published
let rivers: Published
let first: string
let second: string
beforeAll(async () => {
  program = await testProgram()
  const editor = program.as('editor')
  first = await addStyle(editor, example('roads/roads.sld'))
  second = await addStyle(editor, example('rivers/rivers.sld'))
  roads = await publishFile(editor, example('roads/roads.gpkg'), { styleId: first })
  rivers = await publishFile(editor, example('rivers/rivers.gpkg'))
}, 300_000)
afterAll(() => program?.stop())

const restyle = async (
  { record }: Published,
  request: { styleId?: string; attachStyles?: string[]; detachStyles?: string[] },
) => {
  const editor = program.as('editor')
  return publishRecord(editor, await getRecord(editor, record.id), request)
}
const stylesOf = async ({ record }: Published) =>
  (await getRecord(program.as('editor'), record.id)).styles.map(({ id, isDefault }) => [id, isDefault])
const defaultOf = async ({ collectionId }: Published) => {
  const answer = await fetch(`${program.url}/pygeoapi/collections/${collectionId}/styles`)
  return ((await answer.json()) as { default: string }).default
}

test('an existing style becomes an alternative of a record, then its default, and is detached again (R7.6)', async () => {
  expect(await restyle(roads, { attachStyles: [second] })).toMatchObject({ kind: 'restyle', state: 'done' })
  expect(await stylesOf(roads)).toEqual([
    [first, true],
    [second, false],
  ])
  await restyle(roads, { styleId: second })
  expect(await stylesOf(roads)).toEqual([
    [second, true],
    [first, false],
  ])
  expect(await defaultOf(roads)).toBe(second)
  await restyle(roads, { detachStyles: [second] })
  expect(await stylesOf(roads)).toEqual([[first, true]])
  expect(await defaultOf(roads)).toBe(first)
})

test('one style on several records; replaced once, it is new on all of them, with new ETags (R7.6)', async () => {
  await restyle(rivers, { attachStyles: [first] })
  expect(await stylesOf(rivers)).toEqual([[first, true]])
  const legends = [roads, rivers].map(
    ({ collectionId }) => `${program.url}/pygeoapi/collections/${collectionId}/styles/${first}/legend`,
  )
  const etags = async () => Promise.all(legends.map(async (url) => (await fetch(url)).headers.get('etag')))
  const before = await etags()
  const form = new FormData()
  form.append('sld', new Blob([await readFile(example('rivers/rivers.sld'))]), 'r.sld')
  const replaced = await fetch(`${program.url}/api/v1/styles/${first}`, {
    method: 'PUT',
    body: form,
    headers: { Authorization: `Bearer ${program.tokenOf('editor')}`, 'If-Match': '"1"' },
  })
  expect(replaced.status).toBe(200)
  const after = await etags()
  for (const [at, etag] of after.entries()) expect(etag).not.toBe(before[at])
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})

test('a style for another kind of data is not attached, and the record stays as it was (R7.7)', async () => {
  const raster = `<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><UserStyle><Name>Raster</Name><FeatureTypeStyle><Rule><RasterSymbolizer/></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`
  const form = new FormData()
  form.append('sld', new Blob([raster]), 'raster.sld')
  const made = await fetch(`${program.url}/api/v1/styles`, {
    method: 'POST',
    body: form,
    headers: { Authorization: `Bearer ${program.tokenOf('editor')}` },
  })
  const { id } = (await made.json()) as { id: string }
  const before = await stylesOf(roads)
  await expect(restyle(roads, { attachStyles: [id] })).rejects.toMatchObject({
    problem: { code: 'style-does-not-fit' },
  })
  expect(await stylesOf(roads)).toEqual(before)
})
