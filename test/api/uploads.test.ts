/** Files in one request: what is accepted, how large, what is said, and that nothing is left of what is not. */
import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { probeFile } from '../../backend/src/ingest/probe.ts'
import { writeGeoPackage } from '../fixtures/geopackage.ts'
import { as, type UploadsServer, uploadsServer } from '../helpers/uploads-server.ts'

const MB = 1_048_576
const example = (name: string) => new URL(`../../examples/${name}/${name}.gpkg`, import.meta.url).pathname
const points = (...xs: number[]) =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: xs.map((x) => ({
      type: 'Feature',
      properties: { x },
      geometry: { type: 'Point', coordinates: [x, 13.9] },
    })),
  })

let server: UploadsServer
let scratch: string
beforeAll(async () => {
  server = await uploadsServer()
  scratch = join(server.dataDir, 'scratch')
  await mkdir(scratch)
})
afterAll(() => server?.drop())

const nothingIsLeft = async () => expect(await server.leftovers()).toEqual({ uploads: [], blobs: [] })
const removeAll = async () => {
  for (const person of ['editor', 'otherEditor'] as const)
    for (const { id } of (await as(server, person).get('/api/v1/uploads')).body.uploads)
      expect((await as(server, person).send('DELETE', `/api/v1/uploads/${id}`)).status).toBe(204)
}

test('a GeoPackage goes in whole and is read: state, hash, layers (R5.1, R5.6, R5.12)', async () => {
  const { status, body, headers } = await as(server, 'editor').upload(
    await openAsBlob(example('roads')),
    'Roads 2026.gpkg',
  )
  expect(status).toBe(201)
  expect(body).toMatchObject({ fileName: 'Roads 2026.gpkg', state: 'ready', problem: null })
  expect(body.sha256).toBe(
    createHash('sha256')
      .update(await readFile(example('roads')))
      .digest('hex'),
  )
  expect(body.probe.layers.map((layer: { name: string }) => layer.name)).toEqual(['roads'])
  expect(headers.get('location')).toBe(server.url(`/api/v1/uploads/${body.id}`))
  expect((await stat(server.now().store.pathOf?.(body.sha256) ?? '')).mode & 0o777).toBe(0o600)
  expect((await server.leftovers()).uploads).toEqual([])
  await removeAll()
  await nothingIsLeft()
})

test('without a token nothing is even looked at (security B1)', async () => {
  const { status, body } = await as(server, null).upload(points(-61), 'a.geojson')
  expect([status, body.code]).toEqual([401, 'not-signed-in'])
  await nothingIsLeft()
})

test('types that are not on the list are refused by name, and the list is told (R5.1)', async () => {
  for (const name of ['a.shp', 'a.exe', 'a', 'a.geojson.html', '.gpkg', 'a.json']) {
    const { status, body } = await as(server, 'editor').upload(points(-61), name)
    expect([status, body.code], name).toEqual([415, 'file-type-not-accepted'])
    expect(body.detail).toContain('.geojson .zip .gpkg .tif .docx .pdf .csv .xlsx')
  }
  await nothingIsLeft()
})

test('what the content is, decides; a wrong name is refused with a reason, and no bytes are kept (R5.12)', async () => {
  const html = '<html><script>alert(1)</script></html>'
  for (const name of ['a.pdf', 'a.gpkg', 'a.zip', 'a.tif', 'a.docx', 'a.xlsx', 'a.geojson']) {
    const { status, body } = await as(server, 'editor').upload(html, name)
    expect([status, body.state, body.sha256, body.probe], name).toEqual([201, 'refused', null, null])
    expect(body.problem.detail.length, name).toBeGreaterThan(40)
  }
  await nothingIsLeft()
  const { body } = await as(server, 'editor').get('/api/v1/uploads')
  expect(body.uploads).toHaveLength(7)
  await removeAll()
})

test('an empty file is refused (R5.12)', async () => {
  const { status, body } = await as(server, 'editor').upload('', 'a.geojson')
  expect([status, body.code]).toEqual([422, 'upload-empty'])
  await nothingIsLeft()
})

test('a GeoJSON of 60 MB is refused; found and limit are named (R5.2)', async () => {
  const { status, body } = await as(server, 'editor').upload(
    new Blob([new Uint8Array(60 * MB)]),
    'large.geojson',
  )
  expect([status, body.code]).toEqual([413, 'upload-too-large'])
  expect(body.detail).toMatch(/'large\.geojson' has 60 MB; at most 50 MB .*GeoPackage may have 500 MB/)
  await nothingIsLeft()
})

test('a body without length is cut at the limit, whatever is still to come (R5.2, security B1)', async () => {
  let sent = 0
  const boundary = 'x'
  const body = new ReadableStream({
    pull: (controller) => {
      if (sent === 0)
        controller.enqueue(
          Buffer.from(
            `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n`,
          ),
        )
      controller.enqueue(new Uint8Array(MB).fill(97))
      sent += MB
      if (sent > 2000 * MB) controller.close()
    },
  })
  const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` }
  const answer = await as(server, 'editor').send('POST', '/api/v1/uploads', { body, headers })
  expect([answer.status, answer.body.code]).toEqual([413, 'upload-too-large'])
  expect(answer.body.detail).toContain("'a.csv' has more than 50 MB; at most 50 MB")
  expect(sent).toBeLessThan(2000 * MB)
  await nothingIsLeft()
})

test('a file called .gpkg that is none may have 50 MB like any other (R5.3)', async () => {
  const { status, body } = await as(server, 'editor').upload(
    new Blob([new Uint8Array(60 * MB).fill(65)]),
    'a.gpkg',
  )
  expect([status, body.code]).toEqual([413, 'upload-too-large'])
  await nothingIsLeft()
})

test('a GeoPackage of 300 MB with a layer of 10 MB is accepted, its large layer marked; 501 MB are refused (R5.3)', async () => {
  const path = join(scratch, 'large.gpkg')
  const rows = function* (count: number, bytes: number) {
    const text = 'x'.repeat(bytes)
    for (let n = 0; n < count; n += 1)
      yield { geometry: { type: 'Point', coordinates: [-61 + n / 1e6, 13.9] }, values: [text] } as never
  }
  const fields = [{ name: 'note', type: 'TEXT' }]
  writeGeoPackage(path, {
    layers: [
      { name: 'small', geometry: { type: 'POINT', srsId: 4326 }, fields, rows: rows(1000, 10_000) },
      { name: 'large', geometry: { type: 'POINT', srsId: 4326 }, fields, rows: rows(300, 1_000_000) },
    ],
  })
  const { size } = await stat(path)
  expect(size).toBeGreaterThan(290 * MB)
  const { status, body } = await as(server, 'editor').upload(await openAsBlob(path), 'large.gpkg', {
    query: '?wait=60',
  })
  expect([status, body.state, body.sizeBytes]).toEqual([201, 'ready', size])
  const warnings = Object.fromEntries(
    body.probe.layers.map((layer: { name: string; warnings: { code: string }[] }) => [
      layer.name,
      layer.warnings.map(({ code }) => code).includes('layer-too-large'),
    ]),
  )
  expect(warnings).toEqual({ small: false, large: true })
  await removeAll()
  await rm(path)
  await nothingIsLeft()

  const tooLarge = await as(server, 'editor').tus.create('a.gpkg', 501 * MB)
  expect([tooLarge.status, tooLarge.body.detail]).toEqual([
    413,
    expect.stringMatching(/501 MB; at most 500 MB/),
  ])
  await nothingIsLeft()
}, 120_000)

test('a multipart body of 501 MB is refused before it is read (R5.3)', async () => {
  let sent = 0
  const head = Buffer.from(
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.gpkg"\r\n\r\nSQLite format 3\0',
  )
  const total = 501 * MB
  const body = new ReadableStream({
    pull: (controller) => {
      const piece = sent === 0 ? head : new Uint8Array(Math.min(MB, total - sent))
      controller.enqueue(piece)
      sent += piece.length
      if (sent === total) controller.close()
    },
  })
  const headers = { 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': String(total) }
  const answer = await as(server, 'editor').send('POST', '/api/v1/uploads', { body, headers })
  expect([answer.status, answer.body.detail]).toEqual([413, expect.stringMatching(/501 MB; at most 500 MB/)])
  await nothingIsLeft()
})

test('the same content twice is two uploads and one blob; it goes with the last of them (P3)', async () => {
  const one = (await as(server, 'editor').upload(points(-61), 'a.geojson')).body
  const two = (await as(server, 'otherEditor').upload(points(-61), 'b.geojson')).body
  expect(one.id).not.toBe(two.id)
  expect((await server.leftovers()).blobs).toEqual([one.sha256])
  await as(server, 'editor').send('DELETE', `/api/v1/uploads/${one.id}`)
  expect((await server.leftovers()).blobs).toEqual([two.sha256])
  expect((await as(server, 'otherEditor').get(`/api/v1/uploads/${two.id}`)).body.state).toBe('ready')
  await removeAll()
  await nothingIsLeft()
})

test('uploads are seen by their owner and by administrators only (security A7)', async () => {
  const { id } = (await as(server, 'editor').upload(points(-61), 'a.geojson')).body
  for (const [person, status] of [
    ['otherEditor', 404],
    ['administrator', 200],
    [null, 401],
  ] as const) {
    const answers = [
      await as(server, person).get(`/api/v1/uploads/${id}`),
      ...(person === 'administrator'
        ? []
        : [await as(server, person).send('DELETE', `/api/v1/uploads/${id}`)]),
      ...(person === 'administrator' ? [] : [await as(server, person).tus.remove(id)]),
    ]
    expect(
      answers.map((answer) => answer.status),
      String(person),
    ).toEqual(answers.map(() => status))
  }
  expect((await as(server, 'otherEditor').get('/api/v1/uploads')).body.uploads).toEqual([])
  expect((await as(server, 'editor').get('/api/v1/uploads')).body.uploads).toHaveLength(1)
  await removeAll()
})

test('a repeated request with the same Idempotency-Key is one upload; another file under it is refused (P4)', async () => {
  const headers = { 'Idempotency-Key': 'once' }
  const first = await as(server, 'editor').upload(points(-61), 'a.geojson', { headers })
  const again = await as(server, 'editor').upload(points(-61), 'a.geojson', { headers })
  const other = await as(server, 'editor').upload(points(-60.9), 'a.geojson', { headers })
  expect(again.body.id).toBe(first.body.id)
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect([other.status, other.body.code]).toEqual([422, 'idempotency-mismatch'])
  expect((await as(server, 'editor').get('/api/v1/uploads')).body.uploads).toHaveLength(1)
  await removeAll()
  await nothingIsLeft()
})

test('progress is told as events until it has been read', async () => {
  const { body } = await as(server, 'editor').upload(points(-61), 'a.geojson', { query: '' })
  const { response, headers } = await as(server, 'editor').get(`/api/v1/uploads/${body.id}/events`, {
    'Accept-Encoding': 'gzip',
  })
  expect(headers.get('content-type')).toContain('text/event-stream')
  expect(headers.get('content-encoding')).toBeNull()
  const events = (await response.text()).split('\n\n').filter((event) => event.startsWith('event: upload'))
  const states = events.map((event) => JSON.parse(event.split('data: ')[1] ?? '').state)
  expect(states.at(-1)).toBe('ready')
  await removeAll()
})

test('a compressed body is refused (security B1)', async () => {
  const headers = { 'Content-Encoding': 'gzip', 'Content-Type': 'multipart/form-data; boundary=x' }
  const { status, body } = await as(server, 'editor').send('POST', '/api/v1/uploads', { body: 'x', headers })
  expect([status, body.code]).toEqual([415, 'content-encoded'])
})

test('what was being read when the server stopped is read after its start (P2)', async () => {
  const { promise: isReading, resolve } = Promise.withResolvers<void>()
  let starts = 0
  const other = await uploadsServer({
    probe: (request) => {
      starts += 1
      if (starts > 1) return probeFile(request)
      resolve()
      return new Promise((_resolve, reject) => {
        request.signal.addEventListener('abort', () => reject(request.signal.reason))
      })
    },
  })
  try {
    const { body } = await as(other, 'editor').upload(points(-61), 'a.geojson', { query: '' })
    await isReading
    await other.stop()
    expect((await other.db('upload').where({ id: body.id }).first('state')).state).toBe('probing')
    await other.restart()
    const read = await as(other, 'editor').get(`/api/v1/uploads/${body.id}?wait=30`)
    expect([read.body.state, starts]).toEqual(['ready', 2])
  } finally {
    await other.drop()
  }
})

test('when the reader itself breaks, the upload is refused with a reason, and the cause stays in the log', async () => {
  const other = await uploadsServer({ probe: () => Promise.reject(new TypeError('secret detail')) })
  try {
    const { body } = await as(other, 'editor').upload(points(-61), 'a.geojson')
    expect([body.state, body.problem.code]).toEqual(['refused', 'reader-failed'])
    expect(JSON.stringify(body)).not.toContain('secret detail')
    expect(await other.leftovers()).toEqual({ uploads: [], blobs: [] })
  } finally {
    await other.drop()
  }
})

test('expired uploads go, those of drafts and of running publications stay, and strangers in the folder go (R5.12)', async () => {
  const names = ['expired', 'drafted', 'published', 'fresh']
  const ids = new Map<string, string>()
  for (const [n, name] of names.entries())
    ids.set(name, (await as(server, 'editor').upload(points(-61 + n / 100), `${name}.geojson`)).body.id)
  await server
    .db('upload')
    .whereIn(
      'id',
      names.slice(0, 3).map((name) => ids.get(name) ?? ''),
    )
    .update({ expires_at: '2020-01-01' })
  const record = { id: crypto.randomUUID(), owner_id: 'editor01' }
  await server.db('record').insert({ ...record, upload_id: ids.get('drafted') })
  await server.db('publication').insert({
    id: crypto.randomUUID(),
    record_id: record.id,
    kind: 'publish',
    request: JSON.stringify({ uploadId: ids.get('published') }),
    record_version: 1,
  })
  expect(
    (await as(server, 'editor').send('DELETE', `/api/v1/uploads/${ids.get('published')}`)).body.code,
  ).toBe('upload-in-use')
  const file = await server.now().folder.create(crypto.randomUUID())
  await file.close()
  expect(await server.now().uploads.collectExpiredUploads()).toBe(1)
  expect((await server.leftovers()).uploads).toHaveLength(1)
  expect((await server.leftovers()).blobs).toHaveLength(3)
  for (const name of await readdir(server.uploadFolder)) await utimes(join(server.uploadFolder, name), 1, 1)
  expect((await server.now().uploads.findings()).findings.map(({ code }) => code)).toEqual([
    'file-without-upload',
  ])
  expect(await server.now().uploads.collectExpiredUploads()).toBe(1)
  expect((await server.now().uploads.findings()).findings).toEqual([])
  await server.db('publication').delete()
  await server.db('record').delete()
  await removeAll()
  await nothingIsLeft()
})
