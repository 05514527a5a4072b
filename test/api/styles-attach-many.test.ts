/** One style on several records in one request (R7.6, R1.2): all or none, with a word on each. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { example } from '../helpers/examples.ts'
import { type TestProgram, testProgram, type Who } from '../helpers/program.ts'
import { addStyle, doctorFindings, getRecord, type Published, publishFile } from '../helpers/publish.ts'
import { addDraft, completeMetadata } from '../helpers/wizard.ts'

let program: TestProgram
let roads: Published
let rivers: Published
let ofOther: Published
let lines: string
let blue: string
let areas: string
beforeAll(async () => {
  program = await testProgram()
  const editor = program.as('editor')
  lines = await addStyle(editor, example('roads/roads.sld'))
  blue = await addStyle(editor, example('rivers/rivers.sld'))
  areas = await addStyle(editor, example('coastal_habitats/coastal_habitats.sld'))
  roads = await publishFile(editor, example('roads/roads.gpkg'), {
    metadata: completeMetadata('Roads'),
    styleId: lines,
  })
  rivers = await publishFile(editor, example('rivers/rivers.gpkg'), { metadata: completeMetadata('Rivers') })
  ofOther = await publishFile(program.as('otherEditor'), example('rivers/rivers.gpkg'), {
    metadata: completeMetadata('Streams'),
  })
}, 300_000)
afterAll(() => program?.stop())

type Answer = {
  status: number
  body: {
    code?: string
    detail?: string
    records: {
      recordId: string
      title: string
      version: number
      isChanged: boolean
      isDefault: boolean
      problem: { code: string; detail: string } | null
    }[]
  }
}
const attach = async (who: Who | null, styleId: string, request: object): Promise<Answer> => {
  const response = await fetch(`${program.url}/api/v1/styles/${styleId}/records`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(who !== null && { Authorization: `Bearer ${program.tokenOf(who)}` }),
    },
    body: JSON.stringify(request),
  })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}
const idOf = ({ record }: Published) => record.id
const stylesOf = async ({ record }: Published) =>
  (await getRecord(program.as('administrator'), record.id)).styles.map(({ id, isDefault }) => [id, isDefault])
const publicFace = async ({ record }: Published) => {
  const answer = await fetch(`${program.url}/api/v1/records/${record.id}`)
  const { metadata, styles, distributions } = (await answer.json()) as {
    metadata: { title: string }
    styles: { id: string }[]
    distributions: { kind: string; url: string }[]
  }
  return {
    etag: answer.headers.get('etag'),
    title: metadata.title,
    styles: styles.map(({ id }) => id),
    files: distributions.filter(({ kind }) => kind === 'style').map(({ url }) => url.split('/').at(-2)),
  }
}
const attachedInAudit = async () => {
  const administrator = program.as('administrator')
  const { entries } = await administrator.expectOk(
    administrator.api.GET('/audit', { params: { query: { action: 'style.attached' } } }),
  )
  return entries.map(({ recordId, subject }) => `${subject} ${recordId}`)
}

test('several records get a style at once, each with its downloads, its ETag and its audit entry (R7.6, R3.12)', async () => {
  const before = await Promise.all([roads, rivers].map(publicFace))
  const { status, body } = await attach('editor', blue, { recordIds: [rivers, roads].map(idOf) })
  expect(status).toBe(200)
  // Rivers had no style, and so this is the one that is drawn; roads have it as an alternative.
  expect(body.records).toMatchObject([
    { recordId: idOf(rivers), title: 'Rivers', isChanged: true, isDefault: true },
    { recordId: idOf(roads), title: 'Roads', isChanged: true, isDefault: false },
  ])
  expect(await stylesOf(roads)).toEqual([
    [lines, true],
    [blue, false],
  ])
  const after = await Promise.all([roads, rivers].map(publicFace))
  expect(after.map(({ styles }) => styles)).toEqual([[lines, blue], [blue]])
  expect(after.map(({ files }) => files)).toEqual([[lines, blue], [blue]])
  for (const [at, { etag }] of after.entries()) expect(etag).not.toBe(before[at]?.etag)
  expect((await attachedInAudit()).sort()).toEqual(
    [roads, rivers].map((one) => `${blue} ${idOf(one)}`).sort(),
  )
  const answer = await fetch(`${program.url}/pygeoapi/collections/${rivers.collectionId}/styles`)
  expect(((await answer.json()) as { default: string }).default).toBe(blue)
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})

test('asked again it changes nothing; as default it takes the place of another (R7.6)', async () => {
  const again = await attach('editor', blue, { recordIds: [roads, rivers].map(idOf) })
  expect(again.body.records.map(({ isChanged }) => isChanged)).toEqual([false, false])
  expect(await attachedInAudit()).toHaveLength(2)
  const asDefault = await attach('editor', blue, { recordIds: [roads, rivers].map(idOf), asDefault: true })
  expect(asDefault.body.records.map(({ isChanged, isDefault }) => [isChanged, isDefault])).toEqual([
    [true, true],
    [false, true],
  ])
  expect(await stylesOf(roads)).toEqual([
    [blue, true],
    [lines, false],
  ])
})

test('when one cannot have it none gets it, and each is told what stands in its way (R1.2, R7.7)', async () => {
  const draft = await addDraft(program.as('editor'), completeMetadata('Only a draft'))
  const hidden = await addDraft(program.as('otherEditor'), completeMetadata('Nobody knows'))
  const absent = randomUUID()
  const before = [await stylesOf(roads), await stylesOf(ofOther)]
  const { status, body } = await attach('editor', lines, {
    recordIds: [idOf(roads), idOf(ofOther), draft.id, hidden.id, absent],
    asDefault: true,
  })
  expect([status, body.code]).toEqual([422, 'style-not-attached'])
  expect(body.records.map(({ title, problem }) => [title, problem?.code ?? null])).toEqual([
    ['Roads', null],
    ['Streams', 'not-allowed'],
    ['Only a draft', 'state-conflict'],
    ['', 'not-found'],
    ['', 'not-found'],
  ])
  expect(body.detail).toContain('none of the 5 record(s)')
  expect(body.detail).toContain('Streams: ')
  expect([await stylesOf(roads), await stylesOf(ofOther)]).toEqual(before)

  const raster = `<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><UserStyle><Name>Raster</Name><FeatureTypeStyle><Rule><RasterSymbolizer/></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`
  const form = new FormData()
  form.append('sld', new Blob([raster]), 'raster.sld')
  const made = await fetch(`${program.url}/api/v1/styles`, {
    method: 'POST',
    body: form,
    headers: { Authorization: `Bearer ${program.tokenOf('editor')}` },
  })
  const { id } = (await made.json()) as { id: string }
  const other = await attach('editor', id, { recordIds: [idOf(roads)] })
  expect(other.body.records[0]?.problem?.code).toBe('style-does-not-fit')
})

test('an administrator attaches to records of everybody, the public to none, and a style must be there (R1.4)', async () => {
  const all = { recordIds: [roads, ofOther].map(idOf) }
  expect((await attach('administrator', areas, all)).status).toBe(200)
  expect((await stylesOf(ofOther)).map(([id]) => id)).toEqual([areas])
  expect((await attach(null, areas, all)).status).toBe(401)
  expect((await attach('editor', 'nothing-like-it', all)).body.code).toBe('not-found')
  expect((await attach('editor', areas, { recordIds: [] })).status).toBe(400)
})

test('what an editor has changed and not published yet stays unpublished, and is not lost (R3.5)', async () => {
  const editor = program.as('editor')
  const { version } = await getRecord(editor, idOf(rivers))
  await editor.expectOk(
    editor.api.PATCH('/records/{recordId}', {
      params: { path: { recordId: idOf(rivers) }, header: { 'If-Match': `"${version}"` } },
      body: { metadata: { title: 'Rivers and brooks' } },
      headers: { 'Content-Type': 'application/merge-patch+json' },
    }),
  )
  expect((await attach('editor', lines, { recordIds: [idOf(rivers)] })).status).toBe(200)
  const face = await publicFace(rivers)
  expect([face.title, face.styles]).toEqual(['Rivers', [blue, lines]])
  const record = await getRecord(editor, idOf(rivers))
  expect(record.metadata.title).toBe('Rivers and brooks')
  expect(record.publishedVersion).not.toBe(record.version)
  const untouched = await getRecord(editor, idOf(roads))
  expect(untouched.publishedVersion).toBe(untouched.version)
})

test('requests that cross each other leave each record with one default style', async () => {
  const both = [roads, rivers].map(idOf)
  const answers = await Promise.all([
    attach('administrator', areas, { recordIds: both, asDefault: true }),
    attach('editor', lines, { recordIds: [...both].reverse(), asDefault: true }),
    attach('editor', blue, { recordIds: both, asDefault: true }),
  ])
  // Who comes second may find the record changed since it was looked at, and is told to ask again.
  for (const { status, body } of answers)
    if (status !== 200)
      expect(body.records.flatMap(({ problem }) => problem?.code ?? [])).toContain('changed-while-attaching')
  expect(answers.map(({ status }) => status)).toContain(200)
  for (const one of [roads, rivers])
    expect((await stylesOf(one)).filter(([, isDefault]) => isDefault)).toHaveLength(1)
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})
