/** Forms that mean harm (security B1, B2, B10): answered with a problem, and nothing is left of them. */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { as, type Body, type UploadsServer, uploadsServer } from '../helpers/uploads-server.ts'

const MB = 1_048_576

let server: UploadsServer
beforeAll(async () => {
  server = await uploadsServer()
})
afterAll(() => server?.drop())

const clean = async () => {
  const { body } = await as(server, 'editor').get('/api/v1/uploads')
  for (const { id } of body.uploads) await as(server, 'editor').send('DELETE', `/api/v1/uploads/${id}`)
}
beforeEach(clean)

const until = async (what: () => Promise<boolean>) => {
  for (let n = 0; n < 200; n += 1) {
    if (await what()) return true
    await sleep(25)
  }
  return false
}
const nothingIsLeft = async () => {
  await until(async () => (await server.leftovers()).uploads.length === 0)
  expect(await server.leftovers()).toEqual({ uploads: [], blobs: [] })
}

type Part = { head: string; body?: string | Uint8Array }
const file = (name: string, fileName: string, body: string | Uint8Array = 'a,b\n1,2\n'): Part => ({
  head: `Content-Disposition: form-data; name="${name}"; filename="${fileName}"`,
  body,
})
const form = (parts: Part[], { boundary = 'edge', end = true } = {}) =>
  Buffer.concat([
    ...parts.flatMap(({ head, body = '' }) => [
      Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
      Buffer.from(body as string),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(end ? `--${boundary}--\r\n` : ''),
  ])
const post = (body: Body, contentType = 'multipart/form-data; boundary=edge') =>
  as(server, 'editor').send('POST', '/api/v1/uploads?wait=30', {
    body,
    headers: { 'Content-Type': contentType },
  })

test('forms that are broken, overfull or strange are refused with a sentence (B1)', async () => {
  const fields = (count: number): Part[] =>
    Array.from({ length: count }, (_, n) => ({
      head: `Content-Disposition: form-data; name="f${n}"`,
      body: 'x',
    }))
  const cases: [string, Body, number, string, string?][] = [
    ['no boundary', form([file('file', 'a.csv')]), 400, 'form-broken', 'multipart/form-data'],
    ['not a form', 'x', 415, 'unsupported-media-type', 'application/octet-stream'],
    ['no end', form([file('file', 'a.csv')], { end: false }), 400, 'form-broken'],
    ['another boundary', form([file('file', 'a.csv')], { boundary: 'other' }), 400, 'form-broken'],
    ['nothing', '', 400, 'form-broken'],
    ['no parts', '--edge--\r\n', 400, 'file-part-missing'],
    ['the file under another name', form([file('data', 'a.csv')]), 400, 'form-part-unexpected'],
    ['an empty name', form([file('', 'a.csv')]), 400, 'form-broken'],
    [
      'no name',
      form([{ head: 'Content-Disposition: form-data; filename="a.csv"', body: 'x' }]),
      400,
      'form-broken',
    ],
    ['two files', form([file('file', 'a.csv'), file('file', 'b.csv')]), 400, 'form-part-unexpected'],
    [
      'a second file of another name',
      form([file('file', 'a.csv'), file('more', 'b.csv')]),
      400,
      'form-part-unexpected',
    ],
    ['20 000 fields', form([...fields(20_000), file('file', 'a.csv')]), 400, 'form-broken'],
    ['a field too many', form([file('file', 'a.csv'), ...fields(1)]), 400, 'form-part-unexpected'],
    [
      'a token in a field (A2)',
      form([
        file('file', 'a.csv'),
        { head: 'Content-Disposition: form-data; name="access_token"', body: 'slc_x' },
      ]),
      400,
      'form-part-unexpected',
    ],
    [
      'a name of 1 MB',
      form([{ head: `Content-Disposition: form-data; name="${'n'.repeat(MB)}"`, body: 'x' }]),
      400,
      'form-broken',
    ],
    [
      '__proto__[x]',
      form([
        { head: 'Content-Disposition: form-data; name="__proto__[x]"', body: 'x' },
        file('file', 'a.csv'),
      ]),
      400,
      'form-broken',
    ],
    [
      '__proto__',
      form([{ head: 'Content-Disposition: form-data; name="__proto__"', body: 'x' }, file('file', 'a.csv')]),
      400,
      'form-part-unexpected',
    ],
    [
      'a field of 1 MB',
      form([{ head: 'Content-Disposition: form-data; name="f"', body: 'x'.repeat(MB) }]),
      400,
      'form-broken',
    ],
    [
      'a text part called file',
      form([{ head: 'Content-Disposition: form-data; name="file"', body: 'x' }]),
      400,
      'form-part-unexpected',
    ],
    [
      '4000 headers in a part',
      form([
        {
          head: `Content-Disposition: form-data; name="file"; filename="a.csv"\r\n${'X: y\r\n'.repeat(4000)}X: z`,
          body: 'x',
        },
      ]),
      400,
      'form-broken',
    ],
  ]
  const found: unknown[] = []
  const details: string[] = []
  for (const [what, body, , , contentType] of cases) {
    const answer = await post(body, contentType)
    found.push([what, answer.status, answer.body.code])
    details.push(answer.body.detail ?? '')
  }
  expect(found).toEqual(cases.map(([what, , status, code]) => [what, status, code]))
  for (const detail of details) expect(detail.length, detail).toBeGreaterThan(30)
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  await nothingIsLeft()
})

test('hostile names are shown as harmless ones and never become a path (B2, B10, E13)', async () => {
  const cases: [string, string | null][] = [
    ['../../etc/passwd.csv', 'passwd.csv'],
    ['..\\\\..\\\\a.csv', 'a.csv'],
    ['a.csv%0d%0aX: y.csv', 'a.csvX y.csv'],
    ['/etc/cron.d/x.csv', 'x.csv'],
    ['CON.csv', '_CON.csv'],
    ['a\u202evsc.csv', 'avsc.csv'],
    [`${'n'.repeat(300)}.csv`, `${'n'.repeat(116)}.csv`],
    ['.htaccess', null],
    ['größe Ω.csv', 'größe Ω.csv'],
    ['a.csv\u0000.html', null],
    ['%2e%2e%2f%2e%2e%2fx.csv', '%2e%2e%2f%2e%2e%2fx.csv'],
    ['....//....//x.csv', 'x.csv'],
  ]
  for (const [given, shown] of cases) {
    const { status, body } = await post(form([file('file', given)]))
    if (shown === null) expect([given, status >= 400 && status < 500]).toEqual([given, true])
    else expect([given, status, body.fileName]).toEqual([given, 201, shown])
  }
  // RFC 8187 in the form's own header.
  const encoded = form([
    {
      head: `Content-Disposition: form-data; name="file"; filename*=UTF-8''%2e%2e%2fgr%C3%B6%C3%9Fe.csv`,
      body: 'a\n1\n',
    },
  ])
  expect((await post(encoded)).body.fileName).toBe('größe.csv')
  const { uploads, blobs } = await server.leftovers()
  expect([uploads, blobs.every((name) => /^[0-9a-f]{64}$/.test(name))]).toEqual([[], true])
  await clean()
  await nothingIsLeft()
})

test('requests that break off anywhere leave no file and no open descriptor (B1)', async () => {
  const content = randomBytes(2 * MB)
  const whole = form([file('file', 'a.csv', content)])
  const head = `POST /api/v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer editor\r\nContent-Type: multipart/form-data; boundary=edge\r\nContent-Length: ${whole.length}\r\n\r\n`
  const breakAt = async (share: number) => {
    const socket = connect(server.now().port, '127.0.0.1')
    socket.on('error', () => {})
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()))
    socket.write(head)
    await new Promise<void>((resolve) =>
      socket.write(whole.subarray(0, Math.floor(whole.length * share)), () => resolve()),
    )
    await sleep(share * 10)
    socket.destroy()
  }
  for (let round = 0; round < 40; round += 1) await Promise.all([0, 0.01, 0.5, 0.99].map(breakAt))
  await nothingIsLeft()
  expect(await until(async () => (await server.openFiles()) === 0)).toBe(true)
})

test('a body shorter than its Content-Length ends with the line, and one that lies about 2 GB is cut (B1)', async () => {
  const socket = connect(server.now().port, '127.0.0.1')
  const body = form([file('file', 'a.csv', 'x'.repeat(1000))], { end: false })
  socket.write(
    `POST /api/v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer editor\r\nContent-Type: multipart/form-data; boundary=edge\r\nContent-Length: ${body.length + 1000}\r\n\r\n`,
  )
  socket.write(body)
  await sleep(100)
  socket.end()
  await new Promise((resolve) => socket.resume().on('close', resolve))
  await nothingIsLeft()

  const before = process.memoryUsage().rss
  const head = Buffer.from('--edge\r\nContent-Disposition: form-data; name="file"; filename="a.tif"\r\n\r\n')
  let sent = 0
  const endless = new ReadableStream({
    pull: (controller) => {
      controller.enqueue(sent === 0 ? head : new Uint8Array(MB))
      sent += MB
      if (sent > 2048 * MB) controller.close()
    },
  })
  const answer = await as(server, 'editor').send('POST', '/api/v1/uploads', {
    body: endless,
    headers: {
      'Content-Type': 'multipart/form-data; boundary=edge',
      'Content-Length': String(2048 * MB + head.length - MB),
    },
  })
  expect([answer.status, answer.body.code]).toEqual([413, 'upload-too-large'])
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * MB)
  await nothingIsLeft()
})

test('a form whose parts do not end is cut at the whole, too (P7)', async () => {
  const small = await uploadsServer({ limits: { datasetBytes: MB, geopackageBytes: MB } })
  try {
    let sent = 0
    // A preamble before the first boundary belongs to no part.
    const body = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(MB).fill(32))
        sent += MB
        if (sent > 500 * MB) controller.close()
      },
    })
    const answer = await as(small, 'editor').send('POST', '/api/v1/uploads', {
      body,
      headers: { 'Content-Type': 'multipart/form-data; boundary=edge' },
    })
    expect([answer.status, answer.body.code]).toEqual([413, 'form-oversized'])
    expect(sent).toBeLessThan(500 * MB)
  } finally {
    await small.drop()
  }
})
