/**
 * QGIS 4 is in no Debian yet. What it sends is known: the bytes below were taken from QGIS 3.44 on the wire, with version 4's
 * number, and from version 4's source where it asks for more (schema, FlatGeobuf). They are sent as they are, on one kept
 * connection, and of each answer what QGIS acts on is looked at (reference: the request sequences of OGC clients).
 */
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { gunzipSync, inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientProgram, clientProgram } from './program.ts'

type Answer = {
  status: number
  /** Names as they were written: QGIS until 3.42 looks for `Location` in this very spelling. */
  header: (name: string) => string | undefined
  headers: [string, string][]
  body: Buffer
}

/** One connection, one request after the other. */
const openLine = async (port: number) => {
  const socket: Socket = connect(port, '127.0.0.1').setNoDelay(true)
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let received = Buffer.alloc(0)
  let isClosed = false
  let wake = () => {}
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  socket.on('close', () => {
    isClosed = true
    wake()
  })
  const more = async () => {
    if (isClosed)
      throw new Error(`the server has closed the line after ${received.toString('latin1', 0, 500)}`)
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  const take = async (length: number): Promise<Buffer> => {
    while (received.length < length) await more()
    const taken = received.subarray(0, length)
    received = received.subarray(length)
    return taken
  }
  const takeLine = async (): Promise<string> => {
    for (;;) {
      const end = received.indexOf('\r\n')
      if (end >= 0) return (await take(end + 2)).toString('latin1', 0, end)
      await more()
    }
  }
  const takeChunks = async (): Promise<Buffer> => {
    const chunks: Buffer[] = []
    for (;;) {
      const length = Number.parseInt(await takeLine(), 16)
      chunks.push(await take(length))
      await takeLine()
      if (length === 0) return Buffer.concat(chunks)
    }
  }
  const send = async (bytes: string): Promise<Answer> => {
    socket.write(bytes, 'utf8')
    const [, status = ''] = /^HTTP\/1\.1 (\d{3})/.exec(await takeLine()) ?? []
    const headers: [string, string][] = []
    for (let line = await takeLine(); line !== ''; line = await takeLine()) {
      const at = line.indexOf(':')
      headers.push([line.slice(0, at), line.slice(at + 1).trim()])
    }
    const header = (name: string) => headers.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1]
    const hasBody = !['204', '304'].includes(status)
    const sent = !hasBody
      ? Buffer.alloc(0)
      : header('transfer-encoding') === 'chunked'
        ? await takeChunks()
        : await take(Number(header('content-length') ?? 0))
    const unpack = { gzip: gunzipSync, deflate: inflateSync }[header('content-encoding') ?? '']
    return { status: Number(status), header, headers, body: unpack && sent.length > 0 ? unpack(sent) : sent }
  }
  return { send, close: () => socket.destroy() }
}

// biome-ignore lint/suspicious/noExplicitAny: JSON as it comes.
type Json = any
const json = ({ body }: Answer): Json => JSON.parse(body.toString('utf8'))

let clients: ClientProgram
let line: Awaited<ReturnType<typeof openLine>>
let host: string
beforeAll(async () => {
  clients = await clientProgram({ hasFixture: false })
  await clients.publishPoints('editor', 'points', 1200)
  await clients.publish(
    'editor',
    join(import.meta.dirname, '../../examples/marine_reserves/marine_reserves.gpkg'),
    'marine_reserves',
  )
  host = new URL(clients.program.url).host
  line = await openLine(Number(new URL(clients.program.url).port))
})
afterAll(async () => {
  line?.close()
  await clients?.stop()
})

/** The headers that Qt adds to each request, in its order. */
const qt = () => `User-Agent: Mozilla/5.0 QGIS/40200/Debian GNU/Linux forky/sid\r
Connection: Keep-Alive\r
Accept-Encoding: gzip, deflate\r
Accept-Language: en,*\r
\r
`
const signedIn = () => `Authorization: Bearer ${clients.program.tokenOf('editor')}\r\n`
const noCache = 'Cache-Control: no-cache\r\nPragma: no-cache\r\n'
const geojson = 'Accept: application/geo+json, application/json\r\n'

const get = (target: string, headers: string) =>
  line.send(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${headers}${qt()}`)
const pathOf = (url: string) => url.slice(url.indexOf('/', 'http://'.length))
/** As QGIS sends what was edited; JSON with its names in order. */
const write = (method: string, target: string, type: string, body: string, headers = '') =>
  line.send(
    `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${headers}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${signedIn()}${qt()}${body}`,
  )

describe('QGIS 4 opens a collection (§2.1)', () => {
  const links: Record<string, string> = {}

  test('landing page: service-desc of its exact type, data and conformance (G1, G2)', async () => {
    const answer = await get('/pygeoapi', 'Accept: application/json\r\n')
    expect(answer.status).toBe(200)
    const find = (rel: string, type: string) =>
      json(answer).links.find((link: Json) => link.rel === rel && link.type === type)?.href
    links['api'] = find('service-desc', 'application/vnd.oai.openapi+json;version=3.0')
    links['collections'] = find('data', 'application/json')
    links['conformance'] = find('conformance', 'application/json')
    for (const href of Object.values(links)) expect(href).toMatch(/^http:\/\/127\.0\.0\.1:/)
    const again = await get(
      '/pygeoapi',
      `If-None-Match: ${answer.header('etag')}\r\nAccept: application/json\r\n`,
    )
    expect(again.status).toBe(304)
  })

  test('the API document names the page size, and every collection by its own path (G3, G4)', async () => {
    const answer = await get(
      pathOf(links['api'] ?? ''),
      'Accept: application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json\r\n',
    )
    expect(answer.status).toBe(200)
    const { components, paths } = json(answer)
    expect(components.parameters.limit.schema).toMatchObject({ default: 10, maximum: expect.any(Number) })
    expect(components.parameters.limit.schema.maximum).toBeGreaterThanOrEqual(1000)
    expect(paths).toHaveProperty(['/collections/points/items', 'get', 'parameters'])
  })

  test('collection, conformance, schema and queryables (G13, G14, G23)', async () => {
    const collection = json(await get('/pygeoapi/collections/points', 'Accept: application/json\r\n'))
    expect(collection.extent.spatial.bbox[0]).toHaveLength(4)
    const { conformsTo } = json(await get(pathOf(links['conformance'] ?? ''), 'Accept: application/json\r\n'))
    const conf = 'http://www.opengis.net/spec'
    expect(conformsTo).toEqual(
      expect.arrayContaining([
        `${conf}/ogcapi-features-2/1.0/conf/crs`,
        `${conf}/cql2/1.0/conf/basic-cql2`,
        `${conf}/cql2/1.0/conf/cql2-text`,
        `${conf}/ogcapi-features-3/1.0/conf/filter`,
        `${conf}/ogcapi-features-3/1.0/conf/features-filter`,
        `${conf}/ogcapi-features-5/1.0/conf/schemas`,
      ]),
    )
    const schema = collection.links.find(
      ({ rel }: Json) => rel === 'http://www.opengis.net/def/rel/ogc/1.0/schema',
    )
    for (const target of [pathOf(schema.href), '/pygeoapi/collections/points/queryables']) {
      const answer = await get(target, 'Accept: application/schema+json\r\n')
      expect(answer.status, target).toBe(200)
      expect(answer.header('content-type')).toMatch(/^application\/schema\+json/)
      expect(json(answer).properties).toHaveProperty('visitors')
    }
  })

  test('first ten features, then what this user may do (G17, G22)', async () => {
    const first = await get('/pygeoapi/collections/points/items?limit=10', geojson)
    expect(json(first)).toMatchObject({ numberMatched: 1200, numberReturned: 10 })
    expect(Object.keys(json(first).features[0].properties)).toContain('rating')
    const nobody = await line.send(
      `OPTIONS /pygeoapi/collections/points/items HTTP/1.1\r\nHost: ${host}\r\n${qt()}`,
    )
    expect([200, 204]).toContain(nobody.status)
    expect(nobody.header('allow')).toMatch(/GET/)
    expect(nobody.header('allow')).not.toMatch(/POST/)
  })

  test('all pages by the links that are given (G7, G8)', async () => {
    const answers = [await get('/pygeoapi/collections/points/items?limit=1000', noCache + geojson)]
    for (;;) {
      const next = json(answers.at(-1) as Answer).links.find(
        ({ rel, type }: Json) => rel === 'next' && type === 'application/geo+json',
      )
      if (next === undefined) break
      answers.push(await get(pathOf(next.href), noCache + geojson))
    }
    expect(answers.map((answer) => json(answer).features.length)).toEqual([1000, 200])
  })

  test('a box with all its digits, and a CRS as an address that is not escaped (G9, §2.4)', async () => {
    const boxed = await get(
      '/pygeoapi/collections/points/items?limit=1000&bbox=-61.05049999999999955,13.74949999999999939,-61.04549999999999699,13.75249999999999950',
      noCache + geojson,
    )
    expect(json(boxed).features).toHaveLength(6)
    const crs = 'http://www.opengis.net/def/crs/EPSG/0/2006'
    const metres = await get(
      `/pygeoapi/collections/marine_reserves/items?limit=1000&bbox=400000.00000000000000000,1400000.00000000000000000,600000.00000000000000000,1600000.00000000000000000&bbox-crs=${crs}&crs=${crs}`,
      noCache + geojson,
    )
    expect(metres.status).toBe(200)
    expect(metres.header('content-crs')).toBe(`<${crs}>`)
    expect(json(metres).features).toHaveLength(20)
  })

  test.each([
    ["((name%20LIKE%20'Point%2011_')%20OR%20(name%20%3D%20'it''s'))", 10],
    ['((visitors%20+%2010)%20%3E%3D%2011990)', 2],
    ["(founded%20%3D%20DATE('2020-01-02')%20AND%20visitors%20%3C%20300)", 2],
    ["(CASEI(kind)%20LIKE%20CASEI('MARKET')%20AND%20visitors%20%3C%20100)", 3],
    ['S_INTERSECTS(geometry,BBOX(-61.0505,13.7495,-61.0455,13.7525))', 6],
  ])('the filter %s, half escaped as QGIS does (G15)', async (filter, count) => {
    const answer = await get(
      `/pygeoapi/collections/points/items?limit=1000&filter=${filter}&filter-lang=cql2-text`,
      noCache + geojson,
    )
    expect(answer.status, answer.body.toString('utf8', 0, 400)).toBe(200)
    expect(json(answer)).toMatchObject({ numberMatched: count, numberReturned: count })
  })

  test('FlatGeobuf, where that format was chosen: count and next page in headers (§2.2, G30)', async () => {
    const flat = 'Accept: application/flatgeobuf\r\n'
    const sizes: number[] = []
    let target = '/pygeoapi/collections/points/items?limit=1000'
    for (let pages = 0; target !== '' && pages < 3; pages += 1) {
      const answer = await get(target, noCache + flat)
      expect(answer.status).toBe(200)
      expect(answer.header('content-type')).toBe('application/flatgeobuf')
      expect(answer.header('ogc-numbermatched')).toBe('1200')
      expect(answer.body.toString('latin1', 0, 3)).toBe('fgb')
      sizes.push(answer.body.length)
      const next = answer.headers
        .filter(([name]) => name.toLowerCase() === 'link')
        .flatMap(([, value]) => /<([^>]+)>\s*;\s*rel="?next"?/.exec(value)?.[1] ?? [])[0]
      target = next === undefined ? '' : pathOf(next)
    }
    expect(sizes).toHaveLength(2)
  })
})

describe('QGIS 4 edits and saves (§2.5)', () => {
  const items = '/pygeoapi/collections/points/items'
  let created = ''

  test('OPTIONS tells this user of POST, and of one feature PUT, PATCH and DELETE (G17)', async () => {
    for (const [target, methods] of [
      [items, ['POST']],
      [`${items}/1`, ['PUT', 'PATCH', 'DELETE']],
    ] as const) {
      const answer = await line.send(`OPTIONS ${target} HTTP/1.1\r\nHost: ${host}\r\n${signedIn()}${qt()}`)
      expect([200, 204]).toContain(answer.status)
      const allowed = (answer.header('allow') ?? '').split(/\s*,\s*/)
      expect(allowed).toEqual(expect.arrayContaining([...methods]))
    }
  })

  test('POST: 201 and a Location, so spelled, that ends in the id; QGIS reads the feature back (G18)', async () => {
    const feature =
      '{"geometry":{"coordinates":[-60.95,13.95],"type":"Point"},"properties":{"founded":null,"kind":"church","name":"Replayed","rating":0.5,"visitors":1},"type":"Feature"}'
    const answer = await write('POST', items, 'application/geo+json', feature)
    expect(answer.status, answer.body.toString()).toBe(201)
    const [, location = ''] = answer.headers.find(([name]) => name === 'Location') ?? []
    created = location.slice(location.lastIndexOf('/items/') + '/items/'.length)
    expect(created).toMatch(/^\d+$/)
    const read = await get(`${items}/${created}`, noCache + geojson + signedIn())
    expect(json(read).properties).toMatchObject({ name: 'Replayed', visitors: 1 })
  })

  test('PATCH with a geometry or with properties alone, no If-Match; then DELETE (G19, G20)', async () => {
    const patch = 'application/merge-patch+json'
    const moved = '{"geometry":{"coordinates":[-60.96,13.96],"type":"Point"}}'
    expect([200, 204]).toContain((await write('PATCH', `${items}/${created}`, patch, moved)).status)
    const changed = '{"properties":{"visitors":2}}'
    expect([200, 204]).toContain((await write('PATCH', `${items}/${created}`, patch, changed)).status)
    const now = json(await get(`${items}/${created}`, noCache + geojson))
    expect(now).toMatchObject({
      geometry: { coordinates: [-60.96, 13.96] },
      properties: { name: 'Replayed', visitors: 2 },
    })
    const deleted = await line.send(
      `DELETE ${items}/${created} HTTP/1.1\r\nHost: ${host}\r\n${signedIn()}${qt()}`,
    )
    expect([200, 204]).toContain(deleted.status)
    expect((await get(`${items}/${created}`, noCache + geojson)).status).toBe(404)
  })

  test('a collection in metres names its CRS, without brackets (G19)', async () => {
    const reserves = '/pygeoapi/collections/marine_reserves/items'
    const crs = 'http://www.opengis.net/def/crs/EPSG/0/2006'
    const { features } = json(await get(`${reserves}?limit=1000&crs=${crs}`, noCache + geojson))
    const { id, geometry, properties } = features[0]
    const shift = (place: Json): Json =>
      Array.isArray(place) ? place.map(shift) : typeof place === 'number' ? place + 10 : place
    const body = JSON.stringify({
      geometry: { coordinates: shift(geometry.coordinates), type: geometry.type },
      properties,
      type: 'Feature',
    })
    const answer = await write(
      'PUT',
      `${reserves}/${id}`,
      'application/geo+json',
      body,
      `Content-Crs: ${crs}\r\n`,
    )
    expect([200, 204], answer.body.toString()).toContain(answer.status)
    const now = json(await get(`${reserves}/${id}?crs=${crs}`, noCache + geojson))
    expect(now.geometry.coordinates.flat(9)[0]).toBeCloseTo(geometry.coordinates.flat(9)[0] + 10, 3)
  })
})
