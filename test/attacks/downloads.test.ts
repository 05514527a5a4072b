/** Files that would like to be pages of this site, and clients that do not read (security B8, B10, P7). */

import { randomUUID } from 'node:crypto'
import { symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { as, type UploadsServer, uploadsServer } from '../helpers/uploads-server.ts'

let server: UploadsServer
beforeAll(async () => {
  server = await uploadsServer()
})
afterAll(() => server?.drop())

const keep = async (bytes: Uint8Array, fileName: string, mediaType: string) => {
  const ids = { record: randomUUID(), file: randomUUID(), distribution: randomUUID() }
  const stored = await server.now().blobs.keep([bytes], async (trx, [blob]) => {
    await trx('record').insert({ id: ids.record, state: 'published' })
    const file = {
      sha256: blob?.sha256,
      file_name: fileName,
      media_type: mediaType,
      format: 'x',
      size_bytes: bytes.length,
    }
    await trx('file').insert({ id: ids.file, ...file })
    await trx('distribution').insert({
      id: ids.distribution,
      record_id: ids.record,
      kind: 'original',
      title: 'x',
      file_id: ids.file,
      protocol: 'x',
    })
    return blob
  })
  return { id: ids.distribution, sha256: stored?.sha256 ?? '' }
}

test('whatever a file is, it is an attachment that no browser opens as a page (B8)', async () => {
  const page = Buffer.from('<script>document.title = "ran"</script>')
  const cases: [string, string, string][] = [
    ['x.html', 'text/html', 'application/octet-stream'],
    ['x.svg', 'image/svg+xml', 'application/octet-stream'],
    ['x.js', 'text/javascript', 'application/octet-stream'],
    ['x.xml', 'application/xhtml+xml', 'application/octet-stream'],
    ['x.pdf', 'application/pdf', 'application/pdf'],
    ['x.csv', 'text/csv', 'text/csv'],
    ['x.gpkg', 'application/geopackage+sqlite3', 'application/geopackage+sqlite3'],
    ['x.csv', 'text/csv\r\nX-Evil: y', 'application/octet-stream'],
  ]
  for (const [fileName, mediaType, sentType] of cases) {
    const { id } = await keep(page, fileName, mediaType)
    const { status, headers, response } = await as(server, null).get(`/files/${id}`)
    await response.body?.cancel()
    expect([fileName, status, headers.get('content-type')]).toEqual([fileName, 200, sentType])
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
    expect(headers.get('cross-origin-resource-policy')).toBe('same-site')
    expect(headers.get('x-evil')).toBeNull()
  }
})

test('a name cannot break out of its header (B8)', async () => {
  const { id } = await keep(
    Buffer.from('x'),
    'a"; filename=evil.html; x="ü\r\nX-Evil: y.gpkg',
    'application/zip',
  )
  const { headers, response } = await as(server, null).get(`/files/${id}`)
  await response.body?.cancel()
  expect(headers.get('x-evil')).toBeNull()
  expect(headers.get('content-disposition')).toBe(
    `attachment; filename="a__ filename=evil.html_ x=_u__X-Evil: y.gpkg"; filename*=UTF-8''a%22%3B%20filename%3Devil.html%3B%20x%3D%22%C3%BC%0D%0AX-Evil%3A%20y.gpkg`,
  )
})

test('the store follows no symbolic link and knows no path but hashes (B10)', async () => {
  const secret = join(server.dataDir, 'secret.txt')
  await writeFile(secret, 'secret')
  const { id, sha256 } = await keep(Buffer.from('to be replaced'), 'x.zip', 'application/zip')
  const path = server.now().store.pathOf?.(sha256) ?? ''
  await server.now().store.remove(sha256)
  await symlink(secret, path)
  const answer = await as(server, null).get(`/files/${id}`)
  expect(answer.status).toBe(500)
  expect(JSON.stringify(answer.body)).not.toContain('secret')
  for (const name of ['../../secret.txt', `${sha256}/../x`, '', sha256.toUpperCase(), `${sha256}\0`])
    expect(() => server.now().store.pathOf?.(name)).toThrow('is not a SHA-256')
  expect(() => server.now().folder.pathOf('../x')).toThrow('is not the id of an upload')
})

test('clients that leave in the middle leave no file open (P7)', async () => {
  const { id } = await keep(Buffer.alloc(20_000_000, 1), 'x.zip', 'application/zip')
  const sockets = Array.from({ length: 20 }, () => {
    const socket = connect(server.now().port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET /files/${id} HTTP/1.1\r\nHost: x\r\n\r\n`)
    socket.pause()
    return socket
  })
  await sleep(300)
  expect(await server.openFiles()).toBeGreaterThan(10)
  for (const socket of sockets) socket.destroy()
  for (let n = 0; n < 100 && (await server.openFiles()) > 0; n += 1) await sleep(25)
  expect(await server.openFiles()).toBe(0)
})
