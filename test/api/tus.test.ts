/** Resumable uploads (tus 1.0): what is stored stays stored, whatever happens to lines, requests and the server (P6). */
import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { as, idOfLocation, type UploadsServer, uploadsServer } from '../helpers/uploads-server.ts'

const MB = 1_048_576
/** Content that takes some pieces, and that the reader accepts: CSV of any length is a document. */
const csv = (bytes: number) =>
  Buffer.from(
    `a,b\n${randomBytes(bytes)
      .toString('hex')
      .slice(0, bytes - 4)}`,
  )
const sha256 = (bytes: Uint8Array, encoding: 'hex' | 'base64' = 'hex') =>
  createHash('sha256').update(bytes).digest(encoding)

let server: UploadsServer
beforeAll(async () => {
  server = await uploadsServer({ times: { takeOverMs: 1_000, stallMs: 4_000 } })
})
afterAll(() => server?.drop())
afterEach(async () => {
  for (const { id } of (await editor().get('/api/v1/uploads')).body.uploads) await editor().tus.remove(id)
  expect(await server.leftovers()).toEqual({ uploads: [], blobs: [] })
})

const editor = () => as(server, 'editor')
const begin = async (content: Uint8Array, fileName = 'a.csv') => {
  const answer = await editor().tus.create(fileName, content.length)
  expect(answer.status).toBe(201)
  return idOfLocation(answer.headers)
}
const offsetOf = async (id: string) => Number((await editor().tus.head(id)).headers.get('upload-offset'))
const isReady = async (id: string, content: Uint8Array) => {
  const { body } = await editor().get(`/api/v1/uploads/${id}?wait=30`)
  expect([body.state, body.sha256, body.receivedBytes]).toEqual(['ready', sha256(content), content.length])
}

/** A PATCH written by hand, which can stop in the middle of its body and keep the line open. */
const openPatch = (id: string, offset: number, lengthBytes: number, headers: string[] = []) => {
  const socket = connect(server.now().port, '127.0.0.1')
  socket.on('error', () => {})
  let answer = ''
  let isClosed = false
  socket.on('close', () => {
    isClosed = true
  })
  socket.on('data', (bytes) => {
    answer += bytes.toString()
  })
  socket.write(
    [
      `PATCH /api/v1/tus/${id} HTTP/1.1`,
      'Host: localhost',
      'Authorization: Bearer editor',
      'Tus-Resumable: 1.0.0',
      `Upload-Offset: ${offset}`,
      'Content-Type: application/offset+octet-stream',
      `Content-Length: ${lengthBytes}`,
      ...headers,
      '',
      '',
    ].join('\r\n'),
  )
  return { socket, answer: () => answer, isClosed: () => isClosed }
}
const until = async (what: () => boolean | Promise<boolean>) => {
  for (let n = 0; n < 400; n += 1) {
    if (await what()) return
    await sleep(25)
  }
  throw new Error('it did not happen')
}

test('OPTIONS says what is supported (tus 1.0)', async () => {
  const { status, headers } = await as(server, null).send('OPTIONS', '/api/v1/tus')
  expect(status).toBe(204)
  expect(headers.get('tus-version')).toBe('1.0.0')
  expect(headers.get('tus-extension')).toBe('creation,creation-with-upload,checksum,termination,expiration')
  expect(headers.get('tus-checksum-algorithm')).toBe('sha256')
  expect(headers.get('tus-max-size')).toBe(String(500 * MB))
})

test('a file comes in pieces and is read when the last byte is there (P6)', async () => {
  const content = csv(3 * MB)
  const id = await begin(content, 'größe.csv')
  expect(await offsetOf(id)).toBe(0)
  for (let at = 0; at < content.length; at += MB) {
    const answer = await editor().tus.patch(id, at, content.subarray(at, at + MB))
    expect([answer.status, answer.headers.get('upload-offset')]).toEqual([204, String(at + MB)])
    expect(Date.parse(answer.headers.get('upload-expires') ?? '')).toBeGreaterThan(
      Date.now() + 23 * 3_600_000,
    )
    expect(answer.headers.get('tus-resumable')).toBe('1.0.0')
  }
  await isReady(id, content)
  const { headers } = await editor().tus.head(id)
  expect([headers.get('upload-offset'), headers.get('upload-length')]).toEqual([
    String(3 * MB),
    String(3 * MB),
  ])
  expect(headers.get('upload-metadata')).toBe(`filename ${Buffer.from('größe.csv').toString('base64')}`)
  expect(headers.get('cache-control')).toBe('no-store')
  expect((await editor().get(`/api/v1/uploads/${id}`)).body.fileName).toBe('größe.csv')
})

test('the first piece may come with the creation (creation-with-upload)', async () => {
  const content = csv(MB)
  const headers = { 'Content-Type': 'application/offset+octet-stream' }
  const answer = await editor().tus.create('a.csv', content.length, headers, content.subarray(0, 1000))
  expect([answer.status, answer.headers.get('upload-offset')]).toEqual([201, '1000'])
  const id = idOfLocation(answer.headers)
  await editor().tus.patch(id, 1000, content.subarray(1000))
  await isReady(id, content)
})

test('after a broken line the upload goes on where it stopped, as often as it takes (P6)', async () => {
  const content = csv(4 * MB)
  const id = await begin(content)
  for (const sent of [1, 100_000, 2 * MB]) {
    const at = await offsetOf(id)
    const { socket } = openPatch(id, at, content.length - at)
    socket.write(content.subarray(at, at + sent))
    await until(async () => ((await server.now().folder.sizeOf(id)) ?? 0) === at + sent)
    socket.destroy()
    await until(async () => (await offsetOf(id)) === at + sent)
  }
  const at = await offsetOf(id)
  expect((await editor().tus.patch(id, at, content.subarray(at))).status).toBe(204)
  await isReady(id, content)
})

test('after a restart in the middle of a piece the offset is what the file has (P2, P6)', async () => {
  const content = csv(2 * MB)
  const id = await begin(content)
  const { socket } = openPatch(id, 0, content.length)
  socket.write(content.subarray(0, 500_000))
  await until(async () => (await server.now().folder.sizeOf(id)) === 500_000)
  await server.restart()
  expect(await offsetOf(id)).toBe(500_000)
  await editor().tus.patch(id, 500_000, content.subarray(500_000))
  await isReady(id, content)
})

test('when the server died between the last byte and its note, it completes the upload at its start (P2)', async () => {
  const content = csv(100_000)
  const id = await begin(content)
  const file = await server.now().folder.open(id)
  await file.write(content, 0)
  await file.close()
  await server.restart()
  await isReady(id, content)
  // Or, where another process finds it, when the offset is asked for.
  const other = csv(100_000)
  const otherId = await begin(other)
  const otherFile = await server.now().folder.open(otherId)
  await otherFile.write(other, 0)
  await otherFile.close()
  expect(await offsetOf(otherId)).toBe(other.length)
  await isReady(otherId, other)
})

test('a wrong offset is 409 and names the right one; nothing is written (tus 1.0)', async () => {
  const content = csv(10_000)
  const id = await begin(content)
  for (const offset of [1, 9_000]) {
    const answer = await editor().tus.patch(id, offset, content.subarray(0, 100))
    expect([answer.status, answer.body.offset, answer.headers.get('upload-offset')]).toEqual([409, 0, '0'])
  }
  expect(await offsetOf(id)).toBe(0)
})

test('two writers: the second is told 423 while the first sends, and the bytes do not mix (reliability L11)', async () => {
  const content = csv(MB)
  const id = await begin(content)
  const first = openPatch(id, 0, content.length)
  first.socket.write(content.subarray(0, 1000))
  await until(async () => (await server.now().folder.sizeOf(id)) === 1000)
  // Never silent, however long the others' requests take on a busy machine.
  let sent = 1000
  const drip = setInterval(() => {
    first.socket.write(content.subarray(sent, sent + 1))
    sent += 1
  }, 25)
  const other = await as(server, 'administrator').tus.patch(id, 0, content)
  expect([other.status, other.body.code, other.headers.get('retry-after')]).toEqual([
    423,
    'upload-locked',
    '2',
  ])
  const same = await editor().tus.patch(id, 0, content)
  clearInterval(drip)
  expect(same.status).toBe(423)
  first.socket.write(content.subarray(sent))
  await until(() => first.answer().includes('204'))
  first.socket.destroy()
  await isReady(id, content)
})

test('a newer request of the same token ends an older one that is silent; one of another token does not (L11)', async () => {
  const content = csv(MB)
  const id = await begin(content)
  const stalled = openPatch(id, 0, content.length)
  stalled.socket.write(content.subarray(0, 5000))
  await until(async () => (await server.now().folder.sizeOf(id)) === 5000)
  await sleep(1_200)
  expect((await as(server, 'administrator').tus.patch(id, 5000, content.subarray(5000))).status).toBe(423)
  expect(await offsetOf(id)).toBe(5000)
  expect((await editor().tus.patch(id, 5000, content.subarray(5000))).status).toBe(204)
  await until(stalled.isClosed)
  await isReady(id, content)
})

test('a request from which nothing comes is ended by itself, and its bytes stay (P7)', async () => {
  const content = csv(MB)
  const id = await begin(content)
  const stalled = openPatch(id, 0, content.length)
  stalled.socket.write(content.subarray(0, 5000))
  await until(stalled.isClosed)
  expect(await offsetOf(id)).toBe(5000)
})

test('20 parallel writers of one piece: one wins, the content is right (L11)', async () => {
  const content = csv(MB)
  const id = await begin(content)
  const answers = await Promise.all(Array.from({ length: 20 }, () => editor().tus.patch(id, 0, content)))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 204)).toHaveLength(1)
  expect(statuses.filter((status) => status !== 204 && status !== 423 && status !== 409)).toEqual([])
  await isReady(id, content)
})

test('a damaged piece is 460 and dropped; the right one is kept (checksum)', async () => {
  const content = csv(MB)
  const id = await begin(content)
  const half = content.subarray(0, 500_000)
  const checksum = { 'Upload-Checksum': `sha256 ${sha256(half, 'base64')}` }
  const damaged = Buffer.from(half)
  damaged[1000] = (damaged[1000] ?? 0) ^ 1
  const answer = await editor().tus.patch(id, 0, damaged, checksum)
  expect([answer.status, answer.body.code]).toEqual([460, 'checksum-differs'])
  expect([await offsetOf(id), await server.now().folder.sizeOf(id)]).toEqual([0, 0])
  expect((await editor().tus.patch(id, 0, half, checksum)).status).toBe(204)
  // A piece with a checksum that breaks off cannot be checked, so it is sent again as a whole.
  const rest = content.subarray(500_000)
  const { socket } = openPatch(id, 500_000, rest.length, [
    `Upload-Checksum: sha256 ${sha256(rest, 'base64')}`,
  ])
  socket.write(rest.subarray(0, 1000))
  await until(async () => (await server.now().folder.sizeOf(id)) === 501_000)
  socket.destroy()
  await until(async () => (await server.now().folder.sizeOf(id)) === 500_000)
  for (const bad of ['md5 1B2M2Y8AsgTpgAmY7PhCfg==', 'sha256 abc', 'sha256'])
    expect((await editor().tus.patch(id, 500_000, rest, { 'Upload-Checksum': bad })).body.code).toBe(
      'checksum-unknown',
    )
  expect(
    (await editor().tus.patch(id, 500_000, rest, { 'Upload-Checksum': `sha256 ${sha256(rest, 'base64')}` }))
      .status,
  ).toBe(204)
  await isReady(id, content)
})

test('more bytes than announced are 413, by header and by body (tus 1.0)', async () => {
  const content = csv(10_000)
  const id = await begin(content)
  expect((await editor().tus.patch(id, 0, csv(10_001))).body.code).toBe('upload-longer-than-said')
  const body = new ReadableStream({
    start: (controller) => {
      controller.enqueue(csv(9_000))
      controller.enqueue(csv(9_000))
      controller.close()
    },
  })
  const answer = await editor().tus.patch(id, 0, body)
  expect([answer.status, answer.body.code]).toEqual([413, 'upload-longer-than-said'])
  expect(await offsetOf(id)).toBeLessThanOrEqual(10_000)
})

test('announcing more than the limit is refused before a byte is sent; only a GeoPackage may have more than 50 MB (R5.2, R5.3)', async () => {
  const cases = [
    ['a.geojson', 60 * MB, /'a\.geojson' has 60 MB; at most 50 MB .*GeoPackage may have 500 MB/],
    ['a.gpkg', 501 * MB, /'a\.gpkg' has 501 MB; at most 500 MB/],
  ] as const
  for (const [name, size, message] of cases) {
    const { status, body } = await editor().tus.create(name, size)
    expect([status, body.code]).toEqual([413, 'upload-too-large'])
    expect(body.detail).toMatch(message)
  }
  expect((await editor().tus.create('a.exe', 10)).status).toBe(415)
  expect((await editor().tus.create('a.csv', 0)).status).toBe(422)
})

test('60 MB announced as a GeoPackage whose first bytes are something else are refused at once, and gone (R5.3)', async () => {
  const { headers } = await editor().tus.create('a.gpkg', 60 * MB)
  const id = idOfLocation(headers)
  // The first piece is too short to tell.
  expect((await editor().tus.patch(id, 0, Buffer.from('<html>'))).status).toBe(204)
  const { status, body } = await editor().tus.patch(id, 6, Buffer.alloc(1000))
  expect([status, body.code]).toEqual([413, 'large-file-not-geopackage'])
  expect((await editor().tus.head(id)).status).toBe(404)
})

test('60 MB that begin like a GeoPackage go on', async () => {
  const { headers } = await editor().tus.create('a.gpkg', 60 * MB)
  const piece = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(1000)])
  expect((await editor().tus.patch(idOfLocation(headers), 0, piece)).status).toBe(204)
})

test('terminated uploads are gone with their bytes, also while they are written (termination)', async () => {
  const content = csv(MB)
  const id = await begin(content)
  const writing = openPatch(id, 0, content.length)
  writing.socket.write(content.subarray(0, 1000))
  await until(async () => (await server.now().folder.sizeOf(id)) === 1000)
  expect((await editor().tus.remove(id)).status).toBe(204)
  expect((await editor().tus.head(id)).status).toBe(404)
  expect(await server.leftovers()).toEqual({ uploads: [], blobs: [] })
})

test("other people's uploads are absent (security A7)", async () => {
  const content = csv(10_000)
  const id = await begin(content)
  const other = as(server, 'otherEditor')
  expect((await other.tus.head(id)).status).toBe(404)
  expect((await other.tus.patch(id, 0, content)).status).toBe(404)
  expect((await other.tus.remove(id)).status).toBe(404)
  expect((await as(server, null).tus.head(id)).status).toBe(401)
  expect(await offsetOf(id)).toBe(0)
})

test('other versions of tus, broken metadata and wrong content types are told apart', async () => {
  const version = await editor().tus.create('a.csv', 10, { 'Tus-Resumable': '0.2.2' })
  expect([version.status, version.headers.get('tus-version')]).toEqual([412, '1.0.0'])
  for (const metadata of ['', 'filename', 'filename !!!', 'filetype dGV4dA=='])
    expect(
      (await editor().tus.create('a.csv', 10, { 'Upload-Metadata': metadata })).body.code,
      metadata,
    ).toBe('tus-metadata-broken')
  const id = await begin(csv(10_000))
  expect((await editor().tus.patch(id, 0, 'x', { 'Content-Type': 'text/plain' })).status).toBe(415)
  expect((await editor().tus.patch(id, 0, 'x', { 'Content-Encoding': 'gzip' })).status).toBe(415)
  expect((await editor().tus.patch(id, 0, 'x', { 'Upload-Offset': '-1' })).status).toBe(400)
})

test('a complete upload takes no more (tus 1.0)', async () => {
  const content = csv(10_000)
  const id = await begin(content)
  await editor().tus.patch(id, 0, content)
  expect((await editor().tus.patch(id, content.length, Buffer.from('x'))).body.code).toBe('upload-complete')
  await isReady(id, content)
})

test('when its bytes are lost, an upload says so (410)', async () => {
  const id = await begin(csv(10_000))
  await server.now().folder.remove(id)
  expect((await server.now().uploads.findings()).findings.map(({ code }) => code)).toEqual([
    'upload-without-file',
  ])
  expect((await editor().tus.head(id)).status).toBe(410)
})
