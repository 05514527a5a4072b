/** What becomes of a style, over HTTP: before it is sent, and of one in the catalogue (issue 5, points 3 and 4). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { addStyle } from '../helpers/publish.ts'

const example = (name: string, extension: string) =>
  join(import.meta.dirname, '../../examples', name, `${name}.${extension}`)

let program: TestProgram
beforeAll(async () => {
  program = await testProgram()
})
afterAll(() => program.stop())

test('before a style is sent, an editor learns what is repaired and what is lost; nothing is kept', async () => {
  const editor = program.as('editor')
  const [sld, qml] = await Promise.all(
    ['sld', 'qml'].map((extension) => readFile(example('roads', extension), 'utf8')),
  )
  const body = { sld, qml, geometryType: 'LineString' as const }
  const check = await editor.expectOk(editor.api.POST('/style-checks', { body }))
  expect(check.isAccepted).toBe(true)
  expect(check.repairs).toContainEqual(
    expect.objectContaining({ code: 'REPAIR_SIZE', where: 'Track', from: 'width 1 px', to: 'width 1.25 px' }),
  )
  expect(check.report?.items).toContainEqual(
    expect.objectContaining({ name: 'SimpleLine', verdict: 'exact', map: 'exact', web: 'exact' }),
  )
  const { total } = await editor.expectOk(editor.api.GET('/styles', { params: { query: { q: 'roads' } } }))
  expect(total).toBe(0)
})

test('an SLD alone has no repairs and no report; one that is none says what is wrong with it', async () => {
  const editor = program.as('editor')
  const sld = await readFile(example('roads', 'sld'), 'utf8')
  const alone = await editor.expectOk(editor.api.POST('/style-checks', { body: { sld } }))
  expect(alone).toMatchObject({ isAccepted: true, repairs: [], report: null })
  const broken = await editor.expectOk(editor.api.POST('/style-checks', { body: { sld: '<kml/>' } }))
  expect(broken).toMatchObject({ isAccepted: false, findings: [{ code: 'SLD_ROOT' }] })
})

test('a style in the catalogue shows its repairs and losses to all; without a token nothing is checked', async () => {
  const styleId = await addStyle(program.as('editor'), example('rivers', 'sld'), example('rivers', 'qml'))
  const anyone = program.as('public')
  const { data } = await anyone.api.GET('/styles/{styleId}/report', { params: { path: { styleId } } })
  expect(data?.repairs.length).toBeGreaterThan(0)
  expect(data?.report?.counts.lost).toBe(0)
  const { response } = await anyone.api.POST('/style-checks', { body: {} })
  expect(response.status).toBe(401)
})
