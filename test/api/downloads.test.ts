/** Downloads: whole, in ranges, conditionally, under the right name and for the right people (R11.7, A8, B8). */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { distributions, toDistributions } from '../../backend/src/repositories/distributions.ts'
import { as, type Person, type UploadsServer, uploadsServer } from '../helpers/uploads-server.ts'

const content = randomBytes(1_000_000)
const sha256 = createHash('sha256').update(content).digest('hex')

let server: UploadsServer
beforeAll(async () => {
  server = await uploadsServer()
})
afterAll(() => server?.drop())

type Kept = { recordId: string; distributionId: string }

/** A record in some state with one file, as a publication leaves it. */
const keep = async (
  state: string,
  {
    fileName = 'Soufrière roads.gpkg',
    mediaType = 'application/geopackage+sqlite3',
    bytes = content as Uint8Array,
  } = {},
): Promise<Kept> => {
  const recordId = randomUUID()
  const distributionId = randomUUID()
  const fileId = randomUUID()
  await server.now().blobs.keep([bytes], async (trx, [blob]) => {
    await trx('record').insert({
      id: recordId,
      owner_id: 'editor01',
      state,
      ...(state === 'deleted' ? { deleted_at: trx.fn.now() } : {}),
    })
    await trx('file').insert({
      id: fileId,
      sha256: blob?.sha256,
      file_name: fileName,
      media_type: mediaType,
      format: 'GeoPackage',
      size_bytes: bytes.length,
    })
    await trx('distribution').insert({
      id: distributionId,
      record_id: recordId,
      kind: 'original',
      title: 'Roads',
      file_id: fileId,
      protocol: 'WWW:DOWNLOAD-1.0-http--download',
      media_type: mediaType,
      format: 'GeoPackage',
      size_bytes: bytes.length,
      epsg: 2006,
    })
  })
  return { recordId, distributionId }
}
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())
const get = (path: string, headers: Record<string, string> = {}, person: Person | null = null) =>
  as(server, person).get(path, headers)

test('a published file comes whole, with hash, name, date and length (R11.7)', async () => {
  const { distributionId } = await keep('published')
  const { status, headers, response } = await get(`/files/${distributionId}`)
  expect(status).toBe(200)
  expect((await bytesOf(response)).equals(content)).toBe(true)
  expect(Object.fromEntries(headers)).toMatchObject({
    etag: `"${sha256}"`,
    'content-length': '1000000',
    'content-type': 'application/geopackage+sqlite3',
    'accept-ranges': 'bytes',
    'content-disposition': `attachment; filename="Soufriere roads.gpkg"; filename*=UTF-8''Soufri%C3%A8re%20roads.gpkg`,
  })
  expect(Math.abs(Date.parse(headers.get('last-modified') ?? '') - Date.now())).toBeLessThan(60_000)
  // The name at the end of the address is for people; the id finds the file.
  for (const name of ['Soufri%C3%A8re%20roads.gpkg', 'something%2Felse', 'x.html']) {
    const named = await get(`/files/${distributionId}/${name}`)
    expect([named.status, named.headers.get('etag'), named.headers.get('content-disposition')]).toEqual([
      200,
      `"${sha256}"`,
      headers.get('content-disposition'),
    ])
    await named.response.body?.cancel()
  }
})

test('HEAD tells the same without reading the file (R11.7)', async () => {
  const { distributionId } = await keep('published')
  const whole = await get(`/files/${distributionId}`)
  await whole.response.body?.cancel()
  await server.now().store.remove(sha256)
  const head = await as(server, null).send('HEAD', `/files/${distributionId}`)
  const known = (headers: Headers) =>
    [...headers].filter(([name]) => !['date', 'keep-alive', 'connection'].includes(name))
  expect([head.status, known(head.headers)]).toEqual([200, known(whole.headers)])
  expect((await bytesOf(head.response)).length).toBe(0)
  await server.now().store.put(content)
})

test('ranges: 206 with the right bytes, 416 outside, whole for several (R11.7, RFC 9110)', async () => {
  const { distributionId } = await keep('published')
  const cases: [string, number, string | null, number, number][] = [
    ['bytes=0-0', 206, 'bytes 0-0/1000000', 0, 1],
    ['bytes=999990-', 206, 'bytes 999990-999999/1000000', 999_990, 1_000_000],
    ['bytes=-10', 206, 'bytes 999990-999999/1000000', 999_990, 1_000_000],
    ['bytes=500000-600000', 206, 'bytes 500000-600000/1000000', 500_000, 600_001],
    ['bytes=5-2000000', 206, 'bytes 5-999999/1000000', 5, 1_000_000],
    ['bytes=0-1,5-6', 200, null, 0, 1_000_000],
    ['bytes=9-5', 200, null, 0, 1_000_000],
    ['seconds=1-2', 200, null, 0, 1_000_000],
  ]
  for (const [range, status, contentRange, start, end] of cases) {
    const answer = await get(`/files/${distributionId}`, { Range: range, 'Accept-Encoding': 'gzip' })
    expect([range, answer.status, answer.headers.get('content-range')]).toEqual([range, status, contentRange])
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect((await bytesOf(answer.response)).equals(content.subarray(start, end)), range).toBe(true)
  }
  const outside = await get(`/files/${distributionId}`, { Range: 'bytes=1000000-' })
  expect([outside.status, outside.headers.get('content-range'), outside.body.code]).toEqual([
    416,
    'bytes */1000000',
    'range-not-satisfiable',
  ])
})

test('an interrupted download goes on only while the file is the same (If-Range)', async () => {
  const { distributionId } = await keep('published')
  const first = await get(`/files/${distributionId}`, { Range: 'bytes=0-9' })
  const date = first.headers.get('last-modified') ?? ''
  await bytesOf(first.response)
  const cases: [string, number][] = [
    [`"${sha256}"`, 206],
    [date, 206],
    ['"another"', 200],
    [`W/"${sha256}"`, 200],
    ['Mon, 01 Jan 2001 00:00:00 GMT', 200],
    ['nonsense', 200],
  ]
  for (const [condition, status] of cases) {
    const answer = await get(`/files/${distributionId}`, { Range: 'bytes=10-19', 'If-Range': condition })
    expect([condition, answer.status]).toEqual([condition, status])
    await answer.response.body?.cancel()
  }
})

test('what has not changed is not sent again (If-None-Match before If-Modified-Since)', async () => {
  const { distributionId } = await keep('published')
  const soon = new Date(Date.now() + 60_000).toUTCString()
  const cases: [Record<string, string>, number][] = [
    [{ 'If-None-Match': `"${sha256}"` }, 304],
    [{ 'If-None-Match': `W/"${sha256}"` }, 304],
    [{ 'If-None-Match': '*' }, 304],
    [{ 'If-None-Match': '"another"', 'If-Modified-Since': soon }, 200],
    [{ 'If-Modified-Since': soon }, 304],
    [{ 'If-Modified-Since': 'Mon, 01 Jan 2001 00:00:00 GMT' }, 200],
    [{ 'If-Modified-Since': 'nonsense' }, 200],
    [{ 'If-None-Match': `"${sha256}"`, Range: 'bytes=0-9' }, 304],
  ]
  for (const [headers, status] of cases) {
    const answer = await get(`/files/${distributionId}`, headers)
    expect([headers, answer.status]).toEqual([headers, status])
    if (status === 304) expect(answer.headers.get('etag')).toBe(`"${sha256}"`)
    await answer.response.body?.cancel()
  }
})

test('text is not compressed either, because ETag and ranges are those of the file', async () => {
  const bytes = Buffer.from(
    JSON.stringify({ type: 'FeatureCollection', features: [], note: 'x'.repeat(5000) }),
  )
  const { distributionId } = await keep('published', {
    fileName: 'a.geojson',
    mediaType: 'application/geo+json',
    bytes,
  })
  const { headers } = await get(`/files/${distributionId}`, { 'Accept-Encoding': 'gzip' })
  expect([headers.get('content-encoding'), headers.get('content-length')]).toEqual([
    null,
    String(bytes.length),
  ])
})

test('who may have it: everybody when published or deprecated, its keepers otherwise (A8)', async () => {
  const people = [null, 'otherEditor', 'editor', 'administrator'] as const
  const expected: [string, number[]][] = [
    ['published', [200, 200, 200, 200]],
    ['deprecated', [200, 200, 200, 200]],
    ['returned', [404, 404, 200, 200]],
    ['draft', [404, 404, 200, 200]],
    ['deleted', [410, 410, 410, 410]],
  ]
  for (const [state, statuses] of expected) {
    const { distributionId } = await keep(state)
    const found = []
    for (const person of people) {
      const answer = await as(server, person).get(`/files/${distributionId}`)
      found.push(answer.status)
      if (answer.status === 200)
        // Caches in between keep only what anybody gets.
        expect(answer.headers.get('cache-control')).toMatch(person === null ? /^public/ : /^private/)
      if (answer.body === null) await answer.response.body?.cancel()
    }
    expect([state, found]).toEqual([state, statuses])
  }
})

test('what never was is 404, and what was withdrawn is 410 (R3.15)', async () => {
  for (const id of [randomUUID(), 'nothing', '..%2f..%2fetc%2fpasswd', `${randomUUID()}x`])
    expect((await get(`/files/${id}`)).status, id).toBe(404)
  const { distributionId, recordId } = await keep('published')
  await server.db('distribution').where({ id: distributionId }).delete()
  const gone = await get(`/files/${distributionId}`)
  expect([gone.status, gone.body.code]).toEqual([410, 'gone'])
  await server.db('record').where({ id: recordId }).delete()
  expect((await get(`/files/${distributionId}`)).status).toBe(410)
})

test('after a replace the address is the same and the hash another (R11.7)', async () => {
  const { distributionId } = await keep('published')
  const other = await keep('published', { fileName: 'new.gpkg', bytes: Buffer.from('new content') })
  const { file_id } = await server.db('distribution').where({ id: other.distributionId }).first('file_id')
  await server.db('distribution').where({ id: distributionId }).update({ file_id })
  const answer = await get(`/files/${distributionId}`, { Range: 'bytes=0-2', 'If-Range': `"${sha256}"` })
  expect([answer.status, (await bytesOf(answer.response)).toString()]).toEqual([200, 'new content'])
})

test('distributions are shown with absolute addresses of file, collection and style (R11.1)', async () => {
  const { recordId, distributionId } = await keep('published')
  await server.db('collection').insert({
    id: 'roads',
    record_id: recordId,
    title: 'Roads',
    table_name: 'd_1',
    feature_count: 0,
    columns: '[]',
  })
  await server.db('style').insert({ id: 'red', title: 'Red', sld_version: '1.1.0', sld_sha256: sha256 })
  const rows = [
    { kind: 'features', collection_id: 'roads', position: 1 },
    { kind: 'style', style_id: 'red', position: 2 },
    { kind: 'external', url: 'https://example.org/roads.zip', position: 3 },
  ]
  for (const row of rows)
    await server
      .db('distribution')
      .insert({ id: randomUUID(), record_id: recordId, title: 'T', protocol: 'p', ...row })
  const shown = toDistributions(
    await distributions(server.db).listOfRecord(recordId),
    'https://data.example.org',
  )
  expect(shown.map(({ kind, url }) => [kind, url])).toEqual([
    ['original', `https://data.example.org/files/${distributionId}/Soufri%C3%A8re%20roads.gpkg`],
    ['features', 'https://data.example.org/pygeoapi/collections/roads/items'],
    ['style', 'https://data.example.org/api/v1/styles/red/sld'],
    ['external', 'https://example.org/roads.zip'],
  ])
  expect(shown[0]).toMatchObject({ format: 'GeoPackage', sizeBytes: 1_000_000, epsg: 2006, title: 'Roads' })
})
