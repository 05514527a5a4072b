/** Styles over HTTP: gated, named, shared, replaced and deleted (R7). */
import { createHash, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { distributions, toDistributions } from '../../backend/src/repositories/distributions.ts'
import { audit } from '../../backend/src/services/audit.ts'
import { as, type UploadsServer, uploadsServer } from '../helpers/uploads-server.ts'

const example = (file: string) => readFile(new URL(`../../examples/roads/${file}`, import.meta.url), 'utf8')
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A small SLD whose colour, name and property can be chosen. */
const sld = ({
  name = 'Red lines',
  symbolizer = 'Line',
  property = '',
  version = '1.1.0',
} = {}) => `<?xml version="1.0" encoding="UTF-8"?>
<StyledLayerDescriptor xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc" version="${version}">
 <NamedLayer><se:Name>l</se:Name><UserStyle>${name ? `<se:Name>${name}</se:Name>` : ''}<se:FeatureTypeStyle><se:Rule>
 ${property ? `<ogc:Filter><ogc:PropertyIsNull><ogc:PropertyName>${property}</ogc:PropertyName></ogc:PropertyIsNull></ogc:Filter>` : ''}
 ${symbolizer ? `<se:${symbolizer}Symbolizer/>` : ''}</se:Rule></se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`

let server: UploadsServer
beforeAll(async () => {
  server = await uploadsServer()
})
afterAll(() => server?.drop())
afterEach(async () => {
  await server.db('distribution').delete()
  for (const table of ['record_style', 'collection', 'record', 'style']) await server.db(table).delete()
  for (const name of (await server.leftovers()).blobs) await server.now().blobs.removeIfUnused(name)
})

const editor = () => as(server, 'editor')
const create = (
  content: string,
  { title, fileName = 'roads.sld' }: { title?: string; fileName?: string } = {},
) =>
  editor().style('POST', '/api/v1/styles', {
    sld: [fileName, content],
    ...(title === undefined ? {} : { title }),
  })
const actions = async () =>
  (await audit(server.db).list({ limit: 100 })).map(({ action, subject }) => `${action} ${subject}`)

/** A published record that uses a style, with a layer. */
const use = async (
  styleId: string,
  { geometryType = 'LineString', state = 'published', fields = ['name'] } = {},
) => {
  const id = randomUUID()
  await server.db('record').insert({ id, state })
  await server.db('record_style').insert({ record_id: id, style_id: styleId, is_default: true })
  await server.db('collection').insert({
    id: `c-${id.slice(0, 8)}`,
    record_id: id,
    title: 'Roads',
    table_name: `d_${id.slice(0, 8)}`,
    geometry_type: geometryType,
    feature_count: 1,
    columns: JSON.stringify(fields.map((name, n) => ({ name, column: `c${n + 1}`, type: 'string' }))),
  })
  return id
}

test('a style of QGIS comes in with its QML, and both go out as they came (R7.1, R7.6, R7.10)', async () => {
  const [roadsSld, roadsQml] = await Promise.all([example('roads.sld'), example('roads.qml')])
  const made = await editor().style('POST', '/api/v1/styles', {
    sld: ['roads.sld', roadsSld],
    qml: ['roads.qml', roadsQml],
    title: 'Roads by class',
  })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({
    id: 'roads-by-class',
    title: 'Roads by class',
    hasQml: true,
    ownerId: 'editor01',
    version: 1,
    usedBy: [],
  })
  expect(['1.0.0', '1.1.0']).toContain(made.body.sldVersion)
  expect([made.headers.get('etag'), made.headers.get('location')]).toEqual([
    '"1"',
    server.url('/api/v1/styles/roads-by-class'),
  ])
  expect(await actions()).toContain('style.created roads-by-class')
  const files = [
    ['sld', roadsSld, 'application/vnd.ogc.sld+xml'],
    ['qml', roadsQml, 'application/xml'],
  ] as const
  for (const [kind, content, type] of files) {
    const path = `/api/v1/styles/roads-by-class/${kind}`
    const answer = await as(server, null).get(path, { 'Accept-Encoding': 'gzip' })
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': type,
      etag: `"${sha256(content)}"`,
      'content-disposition': `attachment; filename="roads-by-class.${kind}"; filename*=UTF-8''roads-by-class.${kind}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    })
    expect(await answer.response.text()).toBe(content)
    const again = await as(server, null).get(path, { 'If-None-Match': `"${sha256(content)}"` })
    expect(again.status).toBe(304)
  }
})

test('a style without QML has none to give (404)', async () => {
  const { body } = await create(sld())
  expect(body.hasQml).toBe(false)
  expect((await as(server, null).get(`/api/v1/styles/${body.id}/qml`)).status).toBe(404)
  expect((await as(server, null).get('/api/v1/styles/nothing/sld')).status).toBe(404)
})

test('its name is the one given, else UserStyle/Name, else the file name; its id is unique (R7.5)', async () => {
  const cases: [string, { title?: string; fileName?: string }, string, string][] = [
    [sld(), { title: 'Given' }, 'Given', 'given'],
    [sld(), { title: '  ' }, 'Red lines', 'red-lines'],
    [sld({ name: '' }), { fileName: 'Soufrière (2026).sld' }, 'Soufrière (2026)', 'soufriere-2026'],
    [sld(), {}, 'Red lines', 'red-lines-2'],
    [sld(), { title: '道路' }, '道路', 'style'],
    [sld(), { title: '河川' }, '河川', 'style-2'],
  ]
  for (const [content, given, title, id] of cases) {
    const { body } = await create(content, given)
    expect([body.title, body.id]).toEqual([title, id])
  }
})

test('errors refuse a style and say which line; nothing is kept (R7.4, R7.7)', async () => {
  const cases: [string, string][] = [
    ['<StyledLayerDescriptor', 'SLD_NOT_WELL_FORMED'],
    [sld({ version: '2.0.0' }), 'SLD_VERSION'],
    [sld({ symbolizer: '' }), 'SLD_NO_SYMBOLIZER'],
    ['<qgis version="3.22"/>', 'SLD_ROOT'],
    [`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${sld().slice(38)}`, 'SLD_DOCTYPE'],
  ]
  for (const [content, code] of cases) {
    const { status, body } = await create(content)
    expect([code, status, body.code]).toEqual([code, 422, 'sld-refused'])
    expect(body.errors.map((error: { code: string }) => error.code)).toContain(code)
    expect(body.detail).toContain("'roads.sld' was not accepted")
  }
  const { body } = await create('<a>\n<b>\n</a>')
  expect(body.errors[0].line).toBeGreaterThan(1)
  const qml = await editor().style('POST', '/api/v1/styles', { sld: ['a.sld', sld()], qml: ['a.qml', sld()] })
  expect([qml.status, qml.body.code]).toEqual([422, 'qml-refused'])
  expect((await server.leftovers()).blobs).toEqual([])
  expect((await as(server, null).get('/api/v1/styles')).body.total).toBe(0)
})

test('an SLD of more than 1 MB is refused with the limit (R5.5, R7.2)', async () => {
  const { status, body } = await create(sld() + ' '.repeat(1_048_576))
  expect([status, body.code]).toEqual([413, 'part-too-large'])
  expect(body.detail).toBe("'roads.sld' (part 'sld') has more than 1 MB, which is the most accepted.")
})

test('a QML alone is a style that only QGIS draws: what is lost is named, and there is no SLD (R7.4)', async () => {
  const qml = '<qgis version="3.22.16"><renderer-v2 type="heatmapRenderer"/></qgis>'
  const made = await editor().style('POST', '/api/v1/styles', { qml: ['Heat of schools.qml', qml] })
  expect([made.status, made.body.title, made.body.sldVersion, made.body.hasQml]).toEqual([
    201,
    'Heat of schools',
    null,
    true,
  ])
  expect(made.body.warnings).toEqual([
    { code: 'QML_ONLY', message: expect.stringMatching(/no SLD.*other programs.*heatmapRenderer/) },
  ])
  expect(made.body.links.map(({ href }: { href: string }) => href.split('/').pop())).toEqual([
    made.body.id,
    'qml',
  ])
  const path = `/api/v1/styles/${made.body.id}`
  const sldAnswer = await as(server, null).get(`${path}/sld`)
  expect([sldAnswer.status, sldAnswer.body.code]).toEqual([404, 'not-found'])
  expect(await (await as(server, null).get(`${path}/qml`)).response.text()).toBe(qml)
  expect((await server.leftovers()).blobs).toEqual([sha256(qml)])
})

test('a style may lose its SLD and get one again; downloads follow (R11.1)', async () => {
  const { body } = await create(sld())
  const recordId = await use(body.id)
  await server.db('distribution').insert({
    id: randomUUID(),
    record_id: recordId,
    kind: 'style',
    style_id: body.id,
    title: 'Style',
    protocol: 'p',
  })
  const urls = async () =>
    toDistributions(await distributions(server.db).listOfRecord(recordId), '').map(({ url, mediaType }) => [
      url.split('/').pop(),
      mediaType,
    ])
  const qml = '<qgis version="3.22.16"><renderer-v2 type="heatmapRenderer"/></qgis>'
  const put = (files: Record<string, [string, string]>, version: number) =>
    editor().style('PUT', `/api/v1/styles/${body.id}`, files, { 'If-Match': `"${version}"` })
  expect((await put({ qml: ['a.qml', qml] }, 1)).body.sldVersion).toBe(null)
  expect(await urls()).toEqual([['qml', 'application/xml']])
  // What was before stays, as a version.
  expect((await server.leftovers()).blobs).toContain(sha256(qml))
  expect((await put({ sld: ['a.sld', sld()], qml: ['a.qml', qml] }, 2)).body).toMatchObject({
    sldVersion: '1.1.0',
    hasQml: true,
  })
  expect(await urls()).toEqual([['sld', 'application/vnd.ogc.sld+xml']])
})

test('a form without a style, with a QML that draws nothing, or with something else, is refused', async () => {
  expect((await editor().style('POST', '/api/v1/styles', { title: 'x' })).body.code).toBe('file-part-missing')
  const empty = await editor().style('POST', '/api/v1/styles', { qml: ['a.qml', '<qgis/>'] })
  expect([empty.status, empty.body.code]).toEqual([422, 'qml-refused'])
  expect(empty.body.detail).toContain('Symbology')
  const other = await editor().style('POST', '/api/v1/styles', {
    sld: ['a.sld', sld()],
    owner_id: 'admin001',
  })
  expect(other.body.code).toBe('form-part-unexpected')
})

test('warnings are kept with the style (R7.4, R7.8)', async () => {
  const twice = sld().replace('</NamedLayer>', '</NamedLayer><NamedLayer><se:Name>m</se:Name></NamedLayer>')
  const { status, body } = await create(twice)
  expect(status).toBe(201)
  expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('MULTIPLE_STYLES')
  expect((await as(server, null).get(`/api/v1/styles/${body.id}`)).body.warnings).toEqual(body.warnings)
})

test('the public reads styles and may not write them; an editor changes his own only (A7)', async () => {
  const { body } = await create(sld())
  const path = `/api/v1/styles/${body.id}`
  expect((await as(server, null).style('POST', '/api/v1/styles', { sld: ['a.sld', sld()] })).status).toBe(401)
  expect((await as(server, null).get(path)).status).toBe(200)
  const other = as(server, 'otherEditor')
  const match = { 'If-Match': '"1"' }
  expect((await other.style('PUT', path, { sld: ['a.sld', sld()] }, match)).status).toBe(403)
  expect((await other.send('DELETE', path, { headers: match })).status).toBe(403)
  expect(
    (await as(server, 'administrator').style('PUT', path, { sld: ['a.sld', sld({ name: 'B' })] }, match))
      .status,
  ).toBe(200)
})

test('lists are sorted, paged and searched', async () => {
  for (const title of ['Gamma', 'alpha red', 'Beta red']) await create(sld(), { title })
  const list = async (query: string) => {
    const { body } = await as(server, null).get(`/api/v1/styles${query}`)
    return [body.total, body.styles.map(({ id }: { id: string }) => id)]
  }
  expect(await list('?q=RED')).toEqual([2, expect.arrayContaining(['alpha-red', 'beta-red'])])
  const [total, first] = await list('?limit=2')
  const [, rest] = await list('?limit=2&offset=2')
  expect([total, [...first, ...rest].toSorted()]).toEqual([3, ['alpha-red', 'beta-red', 'gamma']])
})

test('replacing needs the version seen, keeps the id and the title, and keeps what was before as a version (P5, R7.6)', async () => {
  const { body } = await create(sld(), { title: 'Kept' })
  const path = `/api/v1/styles/${body.id}`
  const next = sld({ name: 'Other' })
  const put = (headers: Record<string, string>) =>
    editor().style('PUT', path, { sld: ['b.sld', next] }, headers)
  expect((await put({})).status).toBe(428)
  expect((await put({ 'If-Match': '"7"' })).status).toBe(412)
  const replaced = await put({ 'If-Match': '"1"' })
  expect([replaced.status, replaced.headers.get('etag'), replaced.body.title, replaced.body.version]).toEqual(
    [200, '"2"', 'Kept', 2],
  )
  expect(new Set((await server.leftovers()).blobs)).toEqual(new Set([sha256(sld()), sha256(next)]))
  expect(await actions()).toContain(`style.replaced ${body.id}`)
  expect((await put({ 'If-Match': '"1"' })).status).toBe(412)
})

test('50 parallel replacements of one version: exactly one wins (P5)', async () => {
  const { body } = await create(sld())
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      editor().style(
        'PUT',
        `/api/v1/styles/${body.id}`,
        { sld: ['b.sld', sld({ name: `n${n}` })] },
        { 'If-Match': '"1"' },
      ),
    ),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(49)
  const { sld_sha256 } = await server.db('style').where({ id: body.id }).first('sld_sha256')
  // That of before stays, as a version; of those that lost nothing does.
  expect(new Set((await server.leftovers()).blobs)).toEqual(new Set([sha256(sld()), sld_sha256]))
})

test('a style in use fits its layers before and after a replacement (R7.7)', async () => {
  const { body } = await create(sld())
  await use(body.id)
  const path = `/api/v1/styles/${body.id}`
  const refused = await editor().style(
    'PUT',
    path,
    { sld: ['r.sld', sld({ symbolizer: 'Raster' })] },
    { 'If-Match': '"1"' },
  )
  expect([refused.status, refused.body.errors[0].code]).toEqual([422, 'SLD_GEOMETRY_MISMATCH'])
  const warned = await editor().style(
    'PUT',
    path,
    { sld: ['r.sld', sld({ property: 'nmae' })] },
    { 'If-Match': '"1"' },
  )
  expect([warned.status, warned.body.warnings.map(({ code }: { code: string }) => code)]).toEqual([
    200,
    ['UNKNOWN_PROPERTY'],
  ])
})

test('a style that a record uses is not deleted, and the records are named; a free one is gone with its bytes (R7.6)', async () => {
  const { body } = await create(sld())
  const recordId = await use(body.id)
  await use(body.id, { state: 'deleted' })
  const path = `/api/v1/styles/${body.id}`
  expect((await as(server, null).get(path)).body.usedBy).toEqual([recordId])
  expect((await editor().send('DELETE', path)).status).toBe(428)
  const refused = await editor().send('DELETE', path, { headers: { 'If-Match': '"1"' } })
  expect([refused.status, refused.body.code, refused.body.records]).toEqual([409, 'style-in-use', [recordId]])
  await server.db('record_style').delete()
  expect((await editor().send('DELETE', path, { headers: { 'If-Match': '"1"' } })).status).toBe(204)
  expect((await as(server, null).get(path)).status).toBe(404)
  expect((await server.leftovers()).blobs).toEqual([])
  expect(await actions()).toContain(`style.deleted ${body.id}`)
})

test('a repeated creation with the same Idempotency-Key is one style (P4)', async () => {
  const send = (content: string) =>
    editor().style('POST', '/api/v1/styles', { sld: ['a.sld', content] }, { 'Idempotency-Key': 'style-once' })
  const [first, again, other] = [await send(sld()), await send(sld()), await send(sld({ name: 'Other' }))]
  expect([first.status, again.status, again.body.id, other.status]).toEqual([201, 201, first.body.id, 422])
  expect((await as(server, null).get('/api/v1/styles')).body.total).toBe(1)
})

test('for publishing: what forbids a style for a layer, and what is worth saying (R7.7, R7.8)', async () => {
  const { body } = await create(sld({ property: 'class' }))
  const check = (geometryType: string | null, fields: string[]) =>
    server.now().styles.check(server.db, body.id, { geometryType, fields })
  expect(await check('LineString', ['class'])).toEqual({ errors: [], warnings: [] })
  expect((await check('LineString', ['klass'])).warnings.map(({ code }) => code)).toEqual([
    'UNKNOWN_PROPERTY',
  ])
  expect((await check(null, ['class'])).errors.map(({ code }) => code)).toEqual(['SLD_GEOMETRY_MISMATCH'])
})

test('each change of a style is kept as a version with its files, who made it and when; an old one is restored (R7.6)', async () => {
  const { body: made } = await create(sld({ name: 'First' }))
  const path = `/api/v1/styles/${made.id}`
  const second = sld({ name: 'Second', symbolizer: 'Polygon' })
  const replaced = await editor().style('PUT', path, { sld: ['second.sld', second] }, { 'If-Match': '"1"' })
  expect(replaced.body).toMatchObject({ version: 2, draws: ['polygon'] })
  const restored = await editor().send('POST', `${path}/versions/1/restore`, {
    headers: { 'If-Match': '"2"' },
  })
  expect([restored.status, restored.body.version, restored.body.draws]).toEqual([200, 3, ['line']])
  const { body } = await editor().get(`${path}/versions`)
  expect(
    body.versions.map(({ version, what, restoredFrom, madeBy }: Record<string, unknown>) => [
      version,
      what,
      restoredFrom,
      madeBy,
    ]),
  ).toEqual([
    [3, 'restored', 1, 'editor01'],
    [2, 'replaced', null, 'editor01'],
    [1, 'created', null, 'editor01'],
  ])
  expect(await (await as(server, null).get(`${path}/versions/2/sld`)).response.text()).toBe(second)
  expect(await (await as(server, null).get(`${path}/sld`)).response.text()).toBe(sld({ name: 'First' }))
  expect(await actions()).toContain(`style.restored ${made.id}`)
})

test('names of those who changed a style are not for the public; others may not restore it (A7)', async () => {
  const { body: made } = await create(sld())
  const path = `/api/v1/styles/${made.id}/versions`
  const { body } = await as(server, null).get(path)
  expect(body.versions[0].madeBy).toBeNull()
  for (const [who, status] of [
    [null, 401],
    ['otherEditor', 403],
  ] as const)
    expect(
      (await as(server, who).send('POST', `${path}/1/restore`, { headers: { 'If-Match': '"1"' } })).status,
    ).toBe(status)
  expect((await editor().send('POST', `${path}/9/restore`, { headers: { 'If-Match': '"1"' } })).status).toBe(
    404,
  )
  expect((await editor().send('POST', `${path}/1/restore`)).status).toBe(428)
  expect((await as(server, null).get(`${path}/1/qml`)).status).toBe(404)
})

test('a version that no longer fits the layers of the style is not restored (R7.7)', async () => {
  const { body: made } = await create(sld({ symbolizer: 'Raster' }))
  const path = `/api/v1/styles/${made.id}`
  await editor().style('PUT', path, { sld: ['line.sld', sld()] }, { 'If-Match': '"1"' })
  await use(made.id)
  const refused = await editor().send('POST', `${path}/versions/1/restore`, {
    headers: { 'If-Match': '"2"' },
  })
  expect([refused.status, refused.body.code]).toEqual([422, 'sld-refused'])
})

test('of many versions the oldest go, with their bytes; a deleted style takes all of them along', async () => {
  const { body: made } = await create(sld({ name: 'v1' }))
  const path = `/api/v1/styles/${made.id}`
  for (let version = 1; version <= 51; version += 1)
    await editor().style(
      'PUT',
      path,
      { sld: ['s.sld', sld({ name: `v${version + 1}` })] },
      { 'If-Match': `"${version}"` },
    )
  const { body } = await editor().get(`${path}/versions`)
  expect([body.versions.length, body.versions.at(-1).version]).toEqual([50, 3])
  expect((await server.leftovers()).blobs).toHaveLength(50)
  expect((await editor().send('DELETE', path, { headers: { 'If-Match': '"52"' } })).status).toBe(204)
  expect((await server.leftovers()).blobs).toEqual([])
})

test('styles are found by what they draw, by title and by id (R7.6)', async () => {
  const line = (await create(sld({ name: 'Lines' }))).body.id
  const polygon = (await create(sld({ name: 'Areas', symbolizer: 'Polygon' }))).body.id
  const found = async (query: string) =>
    (await as(server, null).get(`/api/v1/styles?${query}`)).body.styles.map(({ id }: { id: string }) => id)
  expect(await found('draws=line')).toEqual([line])
  expect(await found('draws=polygon')).toEqual([polygon])
  expect(await found('draws=raster')).toEqual([])
  expect(await found('q=AREA')).toEqual([polygon])
  expect(await found('q=lin&draws=line')).toEqual([line])
})
