/** Editing features (OGC API – Features Part 4): who may, what is taken, what follows, and what is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit } from '../../backend/src/services/audit.ts'
import type { Who } from '../helpers/program.ts'
import { type Editor, geojson, type Json, mergePatch, point, startEditing, trees } from './editing-fixture.ts'

let editor: Editor
beforeAll(async () => {
  editor = await startEditing()
  await editor.make(trees('trees'))
  await editor.make(trees('trees_ready', { isPrecomputed: true }))
  await editor.make(trees('roles'))
  await editor.make(trees('old', { isDeprecated: true }))
  await editor.make({
    id: 'table',
    srid: null,
    columns: [{ name: 'n', type: 'integer' }],
    rows: [{ values: [1] }],
  })
  await editor.make({
    id: 'grid',
    srid: 32620,
    geometryType: 'Polygon',
    columns: [{ name: 'code', type: 'string' }],
    rows: [
      {
        wkt: 'POLYGON((715000 1535000,715050 1535000,715050 1535050,715000 1535050,715000 1535000))',
        values: ['a'],
      },
    ],
  })
  await editor.make({
    id: 'parts',
    geometryType: 'MultiPolygon',
    columns: [{ name: 'n', type: 'integer' }],
    rows: [],
  })
  await editor.make({
    id: 'heights',
    geometryType: 'Point',
    hasZ: true,
    columns: [{ name: 'n', type: 'integer' }],
    rows: [],
  })
  await editor.make({
    id: 'numbers',
    srid: null,
    columns: [
      { name: 'big', type: 'integer' },
      { name: '__proto__', type: 'string' },
    ],
    rows: [{ fid: '9007199254740993', values: ['9223372036854775807', 'x'] }],
  })
})
afterAll(() => editor?.stop())

const everyone: (Who | 'public')[] = ['public', 'editor', 'otherEditor', 'custodian', 'administrator']
const allowed = (who: Who | 'public') => who === 'editor' || who === 'custodian' || who === 'administrator'
const refusal = (who: Who | 'public') => (who === 'public' ? 401 : 403)

const itemOf = async (path: string): Promise<Json> => (await editor.send('public', 'GET', path)).json
const collectionOf = async (id: string): Promise<Json> =>
  (await editor.send('public', 'GET', `${id}?f=json`)).json
const lastAudit = async () => (await audit(editor.program.database.knex).list({ limit: 1 }))[0]

describe('who may edit (R1.2–R1.4)', () => {
  test('OPTIONS tells each who asks what he may do, also of a feature that is not there (G17)', async () => {
    for (const who of everyone) {
      const items = await editor.send(who, 'OPTIONS', 'roles/items')
      const item = await editor.send(who, 'OPTIONS', 'roles/items/unknown_id')
      expect([items.status, item.status], who).toEqual([200, 200])
      expect(items.headers.get('allow'), who).toBe(`GET, HEAD, OPTIONS${allowed(who) ? ', POST' : ''}`)
      expect(item.headers.get('allow'), who).toBe(
        `GET, HEAD, OPTIONS${allowed(who) ? ', PUT, PATCH, DELETE' : ''}`,
      )
      expect(items.headers.get('accept-post'), who).toBe(
        allowed(who)
          ? `${geojson}, application/json, application/vnd.ogc.fg+json, application/fg+json`
          : null,
      )
      expect(item.headers.get('accept-patch'), who).toBe(allowed(who) ? mergePatch : null)
      expect(items.headers.get('cache-control')).toBe('no-store')
      expect(items.headers.get('access-control-allow-methods')).toBeNull()
    }
    expect((await editor.send('editor', 'OPTIONS', 'nowhere/items')).status).toBe(404)
  })

  test('each method is for the owner, the custodian of the domain and administrators', async () => {
    const before = await itemOf('roles/items?limit=100')
    for (const who of everyone.filter((one) => !allowed(one))) {
      const tries: [string, string, unknown][] = [
        ['POST', 'roles/items', point(-61, 13.9)],
        ['PUT', 'roles/items/1', point(-61, 13.9)],
        ['PATCH', 'roles/items/1', { properties: { species: 'x' } }],
        ['DELETE', 'roles/items/1', undefined],
      ]
      for (const [method, path, body] of tries) {
        const answer = await editor.send(who, method, path, { body })
        expect(answer.status, `${who} ${method}`).toBe(refusal(who))
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
        expect(answer.json.code).toBe(who === 'public' ? 'not-signed-in' : 'not-allowed')
      }
    }
    const after = await itemOf('roles/items?limit=100')
    expect(after.features).toEqual(before.features)
    for (const who of everyone.filter(allowed)) {
      const created = await editor.send(who, 'POST', 'roles/items', {
        body: point(-61, 13.9, { species: who }),
      })
      expect(created.status, who).toBe(201)
      const address = created.headers.get('location') ?? ''
      expect((await editor.send(who, 'PUT', address, { body: point(-61, 13.9, { count: 1 }) })).status).toBe(
        204,
      )
      expect((await editor.send(who, 'PATCH', address, { body: { properties: { count: 2 } } })).status).toBe(
        204,
      )
      expect((await editor.send(who, 'DELETE', address)).status).toBe(204)
      expect((await editor.send(who, 'GET', address)).status).toBe(404)
    }
  })

  test('a token counts in the header only, and Basic serves as well (G21, A2)', async () => {
    const token = editor.program.tokenOf('editor')
    const headers = { Authorization: `Basic ${Buffer.from(`anything:${token}`).toString('base64')}` }
    const options = await editor.send('public', 'OPTIONS', 'roles/items', { headers })
    expect(options.headers.get('allow')).toContain('POST')
    const inAddress = await editor.send('public', 'POST', `roles/items?access_token=${token}`, {
      body: point(-61, 13.9),
    })
    expect(inAddress.status).toBe(400)
  })

  test('deprecated data stay as they are, and the way to their successor is told (R3.10)', async () => {
    expect((await editor.send('administrator', 'OPTIONS', 'old/items')).headers.get('allow')).toBe(
      'GET, HEAD, OPTIONS',
    )
    const answer = await editor.send('administrator', 'POST', 'old/items', { body: point(-61, 13.9) })
    expect(answer.status).toBe(409)
    expect(answer.json.code).toBe('collection-deprecated')
  })

  test('what is not published is not there', async () => {
    const { knex } = editor.program.database
    await editor.make(trees('hidden'))
    await knex('collection').where({ id: 'hidden' }).update({ is_published: false })
    await knex('epoch').increment('value', 1)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    for (const method of ['OPTIONS', 'POST'])
      expect(
        (
          await editor.send(
            'administrator',
            method,
            'hidden/items',
            method === 'POST' ? { body: point(0, 0) } : {},
          )
        ).status,
      ).toBe(404)
  })
})

describe.each(['trees', 'trees_ready'])('the four operations on %s', (id) => {
  test('POST answers 201 with the address of the feature, which is there at once (G18)', async () => {
    const sent = point(-60.95, 13.95, {
      species: 'Gommier "rouge" \\ größe 🌴',
      'height m': 12.25,
      count: 7,
      alive: false,
      planted: '2021-02-03',
      seen: '2021-02-03T10:00:00-04:00',
      closes: '18:00',
    })
    const created = await editor.send('editor', 'POST', `${id}/items`, { body: sent })
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe(`${editor.address(id)}/items/6`)
    expect(created.json).toMatchObject({ numberCreated: 1, ids: [6] })
    const { status, headers, json } = await editor.send(
      'public',
      'GET',
      created.headers.get('location') ?? '',
    )
    expect(status).toBe(200)
    expect(headers.get('etag')).toBe(created.headers.get('etag'))
    expect(json.geometry).toEqual(sent.geometry)
    expect(json.properties).toEqual({
      ...sent.properties,
      seen: '2021-02-03T14:00:00Z',
      closes: '18:00:00',
    })
    expect(
      (await itemOf(`${id}/items?limit=100`)).features.find((one: Json) => one.id === 6).properties,
    ).toEqual(json.properties)
  })

  test('PUT replaces the whole feature: what it lacks is null', async () => {
    const answer = await editor.send('editor', 'PUT', `${id}/items/1`, {
      body: point(-61.2, 13.7, { species: 'New' }),
    })
    expect(answer.status).toBe(204)
    const { json, headers } = await editor.send('public', 'GET', `${id}/items/1`)
    expect(headers.get('etag')).toBe(answer.headers.get('etag'))
    expect(json.id).toBe(1)
    expect(json.geometry.coordinates).toEqual([-61.2, 13.7])
    expect(json.properties).toEqual({
      species: 'New',
      'height m': null,
      count: null,
      alive: null,
      planted: null,
      seen: null,
      closes: null,
    })
  })

  test('PATCH changes what it names, properties or geometry or both (G19)', async () => {
    const before = await itemOf(`${id}/items/2`)
    const patch = async (body: unknown) =>
      expect((await editor.send('editor', 'PATCH', `${id}/items/2`, { body })).status).toBe(204)
    await patch({ properties: { count: 99, species: null } })
    const changed = await itemOf(`${id}/items/2`)
    expect(changed.geometry).toEqual(before.geometry)
    expect(changed.properties).toEqual({ ...before.properties, count: 99, species: null })
    await patch({ geometry: { type: 'Point', coordinates: [-60.9, 14] } })
    expect((await itemOf(`${id}/items/2`)).geometry.coordinates).toEqual([-60.9, 14])
    // A merge patch of the geometry's members (RFC 7396).
    await patch({ geometry: { coordinates: [-60.91, 14.01] } })
    expect((await itemOf(`${id}/items/2`)).geometry).toEqual({ type: 'Point', coordinates: [-60.91, 14.01] })
    await patch({ geometry: null })
    expect((await itemOf(`${id}/items/2`)).geometry).toBeNull()
    await patch({})
    expect((await itemOf(`${id}/items/2`)).properties).toEqual(changed.properties)
  })

  test('DELETE removes; ids are not given a second time', async () => {
    const created = await editor.send('editor', 'POST', `${id}/items`, { body: point(-61, 13.9) })
    const [fid] = created.json.ids
    expect((await editor.send('editor', 'DELETE', `${id}/items/${fid}`)).status).toBe(204)
    expect((await editor.send('public', 'GET', `${id}/items/${fid}`)).status).toBe(404)
    expect((await editor.send('editor', 'DELETE', `${id}/items/${fid}`)).status).toBe(404)
    const again = await editor.send('editor', 'POST', `${id}/items`, { body: point(-61, 13.9) })
    expect(again.json.ids[0]).toBe(fid + 1)
  })

  test('a feature is changed only where it is: other ids are 404, also with a precondition', async () => {
    for (const fid of ['4711', '-3', 'x', '99999999999999999999', '1.5'])
      for (const [method, body] of [
        ['PUT', point(0, 0)],
        ['PATCH', { properties: {} }],
        ['DELETE', undefined],
      ] as const)
        for (const headers of [{}, { 'If-Match': '"xyz"' }] as Record<string, string>[])
          expect(
            (await editor.send('editor', method, `${id}/items/${fid}`, { body, headers })).status,
            `${method} ${fid}`,
          ).toBe(404)
  })
})

describe('ETag and If-Match (Part 4 optimistic-locking-etags)', () => {
  test('a stale ETag is 412 and changes nothing; the right one, also a weakened one, serves', async () => {
    const path = 'trees/items/3'
    const etag = (await editor.send('public', 'GET', path)).headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]+"$/)
    for (const [method, body] of [
      ['PUT', point(0, 0)],
      ['PATCH', { properties: { count: 5 } }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await editor.send('editor', method, path, { body, headers: { 'If-Match': '"0"' } })
      expect(answer.status, method).toBe(412)
      expect(answer.json.current).toBe(etag)
    }
    const patched = await editor.send('editor', 'PATCH', path, {
      body: { properties: { count: 5 } },
      headers: { 'If-Match': etag },
    })
    expect(patched.status).toBe(204)
    const second = patched.headers.get('etag') ?? ''
    expect(second).not.toBe(etag)
    const put = await editor.send('editor', 'PUT', path, {
      body: point(-61, 13.8, { count: 6 }),
      headers: { 'If-Match': `"x", W/${second}` },
    })
    expect(put.status).toBe(204)
    expect((await editor.send('editor', 'DELETE', path, { headers: { 'If-Match': '*' } })).status).toBe(204)
  })

  test('the ETag is of the feature, whatever its coordinate system; editing another leaves it', async () => {
    const path = 'grid/items/1'
    const etagOf = async (query = '') =>
      (await editor.send('public', 'GET', `${path}${query}`)).headers.get('etag')
    const etag = await etagOf()
    expect(await etagOf('?crs=http://www.opengis.net/def/crs/EPSG/0/32620')).toBe(etag)
    expect(await etagOf('?f=html')).not.toBe(etag)
    await editor.send('editor', 'POST', 'grid/items', {
      body: { type: 'Feature', geometry: null, properties: {} },
    })
    expect(await etagOf()).toBe(etag)
    expect(
      (await editor.send('public', 'GET', path, { headers: { 'If-None-Match': etag ?? '' } })).status,
    ).toBe(304)
  })

  test('of many who change the same feature at once, one succeeds for each state (P5)', async () => {
    await editor.make(trees('contested'))
    const path = 'contested/items/1'
    const etag = (await editor.send('public', 'GET', path)).headers.get('etag') ?? ''
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        editor.send('editor', 'PATCH', path, {
          body: { properties: { count: 100 + n } },
          headers: { 'If-Match': etag },
        }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(11).fill(412)])
  })

  test('who adds at the same time gets different ids', async () => {
    await editor.make(trees('crowd'))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        editor.send(n % 2 ? 'editor' : 'administrator', 'POST', 'crowd/items', {
          body: point(-61, 13.9, { count: n }),
        }),
      ),
    )
    const ids = answers.map(({ json }) => json.ids[0]).sort((a, b) => a - b)
    expect(ids).toEqual(Array.from({ length: 20 }, (_, n) => 6 + n))
    const { featureCount, collection } = {
      featureCount: (await itemOf('crowd/items?limit=1')).numberMatched,
      collection: await collectionOf('crowd'),
    }
    expect([featureCount, collection.itemCount]).toEqual([25, 25])
  })
})

test('edits that are done together have outcomes of their own, whatever becomes of the others', async () => {
  await editor.make(trees('together'))
  const stale = { 'If-Match': '"of-another-time"' }
  const utm = { 'Content-Crs': '<http://www.opengis.net/def/crs/EPSG/0/32620>' }
  // Ninety degrees from its meridian, UTM has no place; an uneven text shows whose values are whose.
  const nowhere = point(1e9, 9e9)
  const sent = Array.from({ length: 12 }, (_, n) => [
    editor.send('editor', 'POST', 'together/items', { body: point(-61, 13.9, { species: `{"\\${n},}` }) }),
    editor.send('editor', 'POST', 'together/items', { body: nowhere, headers: utm }),
    editor.send('editor', 'PATCH', 'together/items/1', {
      body: { properties: { count: n } },
      headers: stale,
    }),
    editor.send('editor', 'PATCH', 'together/items/2', { body: { properties: { count: n } } }),
    editor.send('editor', 'DELETE', 'together/items/3'),
    editor.send('otherEditor', 'POST', 'together/items', { body: point(-61, 13.9) }),
    editor.send('editor', 'POST', 'together/items', {
      body: { type: 'FeatureCollection', features: [point(-61, 13.9), point(-61, 13.9)] },
    }),
  ])
  const answers = await Promise.all(sent.map((some) => Promise.all(some)))
  const statuses = (at: number) => answers.map((some) => some[at]?.status)
  expect(statuses(0)).toEqual(Array(12).fill(201))
  expect(statuses(1)).toEqual(Array(12).fill(422))
  expect(statuses(2)).toEqual(Array(12).fill(412))
  expect(statuses(3)).toEqual(Array(12).fill(204))
  expect(statuses(4).sort()).toEqual([204, ...Array(11).fill(404)])
  expect(statuses(5)).toEqual(Array(12).fill(403))
  expect(statuses(6)).toEqual(Array(12).fill(201))
  for (const [n, [created]] of answers.entries()) {
    const one = await editor.send('public', 'GET', `together/items/${created?.json.ids[0]}`)
    expect(one.json.properties.species).toBe(`{"\\${n},}`)
    expect(one.headers.get('etag')).toBe(created?.headers.get('etag'))
  }
  expect((await itemOf('together/items?limit=1')).numberMatched).toBe(5 + 12 - 1 + 24)
  const entries = await audit(editor.program.database.knex).list({ limit: 100 })
  const counted = Object.groupBy(
    entries.filter(({ subject }) => subject === 'together'),
    ({ action: of }) => of,
  )
  expect(Object.entries(counted).map(([of, some]) => [of, some?.length])).toEqual(
    expect.arrayContaining([
      ['features.created', 24],
      ['features.updated', 12],
      ['features.deleted', 1],
    ]),
  )
  expect((await audit(editor.program.database.knex).verify()).isWhole).toBe(true)
})

describe('several at once', () => {
  const batch = (features: unknown[]) => ({ type: 'FeatureCollection', features })

  test('a FeatureCollection is added whole, in order, with one line in the audit log', async () => {
    await editor.make(trees('batch', { isPrecomputed: true }))
    const before = await audit(editor.program.database.knex).list({ limit: 1 })
    const body = batch(
      Array.from({ length: 1000 }, (_, n) => ({
        ...point(-61 + n / 1e4, 13.9, { count: n }),
        id: `other-${n}`,
      })),
    )
    const answer = await editor.send('editor', 'POST', 'batch/items', { body })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBeNull()
    expect(answer.json.numberCreated).toBe(1000)
    expect(answer.json.ids.slice(0, 3)).toEqual([6, 7, 8])
    expect((await itemOf('batch/items/105')).properties.count).toBe(99)
    expect((await collectionOf('batch')).itemCount).toBe(1005)
    const after = await lastAudit()
    expect(after?.seq).toBe((before[0]?.seq ?? 0) + 1)
    expect(after).toMatchObject({
      action: 'features.created',
      subject: 'batch',
      role: 'editor',
      detail: { features: 1000, firstId: '6', lastId: '1005' },
    })
  })

  test('one wrong feature and none is added; mistakes are told with their place', async () => {
    await editor.make(trees('whole'))
    const good = Array.from({ length: 50 }, (_, n) => point(-61, 13.9, { count: n }))
    const answer = await editor.send('editor', 'POST', 'whole/items', {
      body: batch([...good, point(-61, 13.9, { count: 'many' }), point(-61, 95), { type: 'Feature' }]),
    })
    expect(answer.status).toBe(422)
    expect(answer.json.errors.map(({ where }: Json) => where)).toEqual([
      'features[50].properties.count',
      'features[51].geometry',
      'features[52].geometry',
      'features[52].properties',
    ])
    expect((await collectionOf('whole')).itemCount).toBe(5)
    expect((await itemOf('whole/items?limit=100')).features).toHaveLength(5)
  })

  test('what only the database finds undoes all as well', async () => {
    // Ninety degrees from its meridian, UTM has no place.
    const square = (x: number, y: number) => ({
      type: 'Feature',
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [x, y],
            [x + 0.001, y],
            [x, y + 0.001],
            [x, y],
          ],
        ],
      },
      properties: { code: 'b' },
    })
    const before = await collectionOf('grid')
    const answer = await editor.send('editor', 'POST', 'grid/items', {
      body: batch([square(-61, 13.9), square(29, 0)]),
    })
    expect(answer.status).toBe(422)
    expect(answer.json.code).toBe('geometry-has-no-place')
    expect((await collectionOf('grid')).itemCount).toBe(before.itemCount)
  })

  test('limits of number and size are told, and nothing of it is kept', async () => {
    const many = await editor.send('editor', 'POST', 'whole/items', {
      body: batch(Array.from({ length: 10_001 }, () => point(-61, 13.9))),
    })
    expect([many.status, many.json.code, many.json.most]).toEqual([413, 'edit-too-large', 10_000])
    const large = await editor.send('editor', 'POST', 'whole/items', {
      body: point(-61, 13.9, { species: 'x'.repeat(10 * 1024 * 1024) }),
    })
    expect([large.status, large.json.code]).toEqual([413, 'body-too-large'])
    for (const features of [[], 'x', undefined])
      expect(
        (
          await editor.send('editor', 'POST', 'whole/items', {
            body: { type: 'FeatureCollection', features },
          })
        ).status,
      ).toBe(422)
    expect((await collectionOf('whole')).itemCount).toBe(5)
  })
})

describe('what does not fit is refused with its name, what was found and what was expected', () => {
  const refused = async (id: string, body: unknown, status = 422): Promise<Json> => {
    const before = (await collectionOf(id)).itemCount
    const answer = await editor.send('editor', 'POST', `${id}/items`, { body })
    expect(answer.status, JSON.stringify(body)).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect((await collectionOf(id)).itemCount).toBe(before)
    return answer.json
  }

  test('an unknown property, with the name that may have been meant', async () => {
    const problem = await refused('trees', point(-61, 13.9, { specis: 'x' }))
    expect(problem.code).toBe('feature-does-not-fit')
    expect(problem.errors).toMatchObject([
      { where: 'properties.specis', property: 'specis', nearest: 'species' },
    ])
    expect(problem.detail).toContain("Did you mean 'species'?")
    await refused('trees', point(-61, 13.9, JSON.parse('{"__proto__":1,"constructor":2}')))
  })

  test('values of another type', async () => {
    const wrong: [string, unknown, string][] = [
      ['species', 5, '5'],
      ['species', ['a'], 'a list'],
      ['species', 'a\0b', 'a text with a NUL or half of a character'],
      ['count', 1.5, '1.5'],
      ['count', 'many', "'many'"],
      ['count', true, 'true'],
      ['count', 1e300, '1e+300'],
      ['height m', 'tall', "'tall'"],
      ['height m', {}, 'an object'],
      ['alive', 'yes', "'yes'"],
      ['alive', 1, '1'],
      ['planted', '2021-02-30', "'2021-02-30'"],
      ['planted', '03/02/2021', "'03/02/2021'"],
      ['seen', 'yesterday', "'yesterday'"],
      ['seen', '0001-01-01T00:00:00+14:00', "'0001-01-01T00:00:00+14:00'"],
      ['closes', '25:00', "'25:00'"],
    ]
    for (const [name, value, found] of wrong) {
      const { errors } = await refused('trees', point(-61, 13.9, { [name]: value }))
      expect(errors, `${name} ${value}`).toHaveLength(1)
      expect(errors[0]).toMatchObject({ property: name, found })
      expect(errors[0].expected.length).toBeGreaterThan(3)
    }
    const sent = `{"type":"Feature","geometry":null,"properties":{"big":9223372036854775808}}`
    expect((await refused('numbers', sent)).errors[0].found).toBe('9223372036854775808')
    expect(
      (await refused('trees', '{"type":"Feature","geometry":null,"properties":{"height m":1e999}}')).errors[0]
        .property,
    ).toBe('height m')
  })

  test('geometries of another type or shape, or beyond the Earth', async () => {
    const place = (geometry: unknown) => ({ type: 'Feature', geometry, properties: {} })
    const square = [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 0],
      ],
    ]
    const wrong: [string, unknown, RegExp][] = [
      ['trees', { type: 'Polygon', coordinates: square }, /a Polygon.*a Point/],
      [
        'trees',
        {
          type: 'MultiPoint',
          coordinates: [
            [0, 0],
            [1, 1],
          ],
        },
        /a MultiPoint.*a Point/,
      ],
      ['trees', { type: 'Point', coordinates: ['0', 1] }, /position/],
      ['trees', { type: 'Point', coordinates: [0, null] }, /position/],
      ['trees', { type: 'Point' }, /position/],
      ['trees', { type: 'Circle', coordinates: [0, 0] }, /Circle/],
      ['trees', { coordinates: [0, 0] }, /no type/],
      ['trees', 'POINT(0 0)', /GeoJSON geometry/],
      ['trees', { type: 'Point', coordinates: [13.9, -161] }, /degrees/],
      ['trees', { type: 'Point', coordinates: [715000, 1535000] }, /degrees/],
      ['trees', { type: 'Point', coordinates: [0, 0, 5] }, /heights/],
      ['table', { type: 'Point', coordinates: [0, 0] }, /without geometry/],
      [
        'grid',
        {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [1, 1],
            ],
          ],
        },
        /ring/,
      ],
      [
        'parts',
        {
          type: 'LineString',
          coordinates: [
            [0, 0],
            [1, 1],
          ],
        },
        /MultiPolygon or Polygon/,
      ],
    ]
    for (const [id, geometry, words] of wrong) {
      const { errors, detail } = await refused(id, place(geometry))
      expect(errors[0].where, detail).toBe('geometry')
      expect(detail).toMatch(words)
    }
  })

  test('what a feature must have', async () => {
    const missing = await refused('trees', { type: 'Feature' })
    expect(missing.errors.map(({ where, found }: Json) => `${where} ${found}`)).toEqual([
      'geometry nothing',
      'properties nothing',
    ])
    for (const body of [[], 5, 'x', null, { type: 'Point', coordinates: [0, 0] }, {}])
      expect((await refused('trees', JSON.stringify(body))).errors[0].where).toBe('the body')
    // A table has no geometry to send.
    expect(
      (
        await editor.send('editor', 'POST', 'table/items', {
          body: { type: 'Feature', properties: { n: 2 } },
        })
      ).status,
    ).toBe(201)
  })

  test('bodies that are no JSON, too deep, of another type or of none', async () => {
    expect((await refused('trees', '{"type":', 400)).code).toBe('not-json')
    expect((await refused('trees', '['.repeat(100), 400)).code).toBe('json-too-deep')
    const send = (headers: Record<string, string>, body = JSON.stringify(point(0, 0))) =>
      editor.send('editor', 'POST', 'trees/items', { body, headers })
    expect((await send({ 'Content-Type': 'text/xml' })).status).toBe(415)
    expect((await send({ 'Content-Type': geojson, 'Content-Encoding': 'gzip' })).status).toBe(415)
    expect((await send({ 'Content-Type': geojson }, ' ')).status).toBe(400)
    for (const [method, path] of [
      ['POST', 'trees/items'],
      ['PUT', 'trees/items/1'],
      ['PATCH', 'trees/items/1'],
    ] as const) {
      const response = await fetch(`${editor.address('')}${path}`, {
        method,
        headers: { Authorization: `Bearer ${editor.program.tokenOf('editor')}` },
        body: Buffer.from('{}'),
      })
      expect(response.status, method).toBe(400)
      expect(((await response.json()) as Json).code).toBe('content-type-missing')
    }
    expect((await editor.send('editor', 'POST', 'trees/items?x=1', { body: point(0, 0) })).status).toBe(400)
  })

  test('an id in the body: ignored by POST and PUT, refused by PATCH when it is another', async () => {
    const created = await editor.send('editor', 'POST', 'trees/items', {
      body: { ...point(-61, 13.9), id: 1 },
    })
    expect(created.status).toBe(201)
    const [fid] = created.json.ids
    expect(fid).not.toBe(1)
    const path = `trees/items/${fid}`
    expect((await editor.send('editor', 'PUT', path, { body: { ...point(-61, 13.9), id: 1 } })).status).toBe(
      204,
    )
    expect((await itemOf(path)).id).toBe(fid)
    expect(
      (await editor.send('editor', 'PATCH', path, { body: { id: 1, properties: { count: 3 } } })).status,
    ).toBe(422)
    expect(
      (await editor.send('editor', 'PATCH', path, { body: { id: fid, properties: { count: 3 } } })).status,
    ).toBe(204)
    expect((await editor.send('editor', 'PATCH', path, { body: { type: 'Point' } })).status).toBe(422)
    expect((await editor.send('editor', 'PATCH', path, { body: [] })).status).toBe(422)
  })
})

describe('what is taken', () => {
  test('numbers in quotes, because QGIS sends them where it saw no value before; and any spelling of a time', async () => {
    const path = 'trees/items/4'
    const body = {
      properties: {
        count: '12',
        'height m': '1.5',
        planted: '2021-02-03T00:00:00',
        seen: '2021-02-03 10:00',
      },
    }
    expect((await editor.send('editor', 'PATCH', path, { body })).status).toBe(204)
    expect((await itemOf(path)).properties).toMatchObject({
      count: 12,
      'height m': 1.5,
      planted: '2021-02-03',
      seen: '2021-02-03T10:00:00Z',
    })
  })

  test('whole numbers of 64 bits keep their digits, and properties may have any name', async () => {
    const body = '{"type":"Feature","geometry":null,"properties":{"big":9223372036854775806,"__proto__":"y"}}'
    const created = await editor.send('editor', 'POST', 'numbers/items', { body })
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toMatch(/\/items\/9007199254740994$/)
    expect(created.json.ids).toEqual(['9007199254740994'])
    const { text } = await editor.send('public', 'GET', created.headers.get('location') ?? '')
    expect(text).toContain('"big":9223372036854775806,"__proto__":"y"')
  })

  test('a single geometry where there are multi-geometries, and one with a single part where there are not', async () => {
    const ring = [
      [-61, 13.9],
      [-60.9, 13.9],
      [-60.9, 14],
      [-61, 13.9],
    ]
    const created = await editor.send('editor', 'POST', 'parts/items', {
      body: { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties: { n: 1 } },
    })
    expect((await itemOf(created.headers.get('location') ?? '')).geometry).toEqual({
      type: 'MultiPolygon',
      coordinates: [[ring]],
    })
    const one = await editor.send('editor', 'POST', 'trees/items', {
      body: { type: 'Feature', geometry: { type: 'MultiPoint', coordinates: [[-61, 14]] }, properties: {} },
    })
    expect((await itemOf(one.headers.get('location') ?? '')).geometry).toEqual({
      type: 'Point',
      coordinates: [-61, 14],
    })
  })

  test('heights where they are kept', async () => {
    const created = await editor.send('editor', 'POST', 'heights/items', {
      body: {
        type: 'FeatureCollection',
        features: [
          [-61, 14, 5],
          [-61, 14],
        ].map((coordinates) => ({
          type: 'Feature',
          geometry: { type: 'Point', coordinates },
          properties: {},
        })),
      },
    })
    expect(created.status).toBe(201)
    const { features } = await itemOf('heights/items')
    expect(features.map(({ geometry }: Json) => geometry.coordinates)).toEqual([
      [-61, 14, 5],
      [-61, 14, 0],
    ])
  })
})

describe('coordinate systems (Part 4 features/crs)', () => {
  const latLon = 'http://www.opengis.net/def/crs/EPSG/0/4326'
  const utm = 'http://www.opengis.net/def/crs/EPSG/0/32620'
  const create = (id: string, body: unknown, headers: Record<string, string> = {}) =>
    editor.send('editor', 'POST', `${id}/items`, { body, headers })

  test('CRS84 without the header; any of the collection with it, in the order of the authority, with or without brackets (G9, G19)', async () => {
    for (const header of [latLon, `<${latLon}>`, 'EPSG:4326']) {
      const created = await create('trees', point(13.95, -60.95), { 'Content-Crs': header })
      expect(created.status, header).toBe(201)
      expect((await itemOf(created.headers.get('location') ?? '')).geometry.coordinates).toEqual([
        -60.95, 13.95,
      ])
    }
    const moved = await editor.send('editor', 'PATCH', 'trees/items/5', {
      body: { geometry: { type: 'Point', coordinates: [715_000, 1_535_000] } },
      headers: { 'Content-Crs': utm },
    })
    expect(moved.status).toBe(204)
    const { geometry } = await itemOf(`trees/items/5?crs=${utm}`)
    expect(geometry.coordinates[0]).toBeCloseTo(715_000, 3)
    expect(geometry.coordinates[1]).toBeCloseTo(1_535_000, 3)
  })

  test('a system that the collection does not offer is refused, and so is one that only the body names', async () => {
    expect(
      (await create('trees', point(0, 0), { 'Content-Crs': 'http://www.opengis.net/def/crs/EPSG/0/28992' }))
        .json.code,
    ).toBe('crs-not-offered')
    const legacy = (name: string) => ({
      ...point(715_000, 1_535_000),
      crs: { type: 'name', properties: { name } },
    })
    const disagreeing = await create('trees', legacy('urn:ogc:def:crs:EPSG::32620'))
    expect([disagreeing.status, disagreeing.json.code]).toEqual([400, 'body-crs-differs'])
    expect(
      (await create('trees', legacy('urn:ogc:def:crs:EPSG::32620'), { 'Content-Crs': utm })).status,
    ).toBe(201)
    const plain = {
      ...point(-61, 13.9),
      crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:OGC:1.3:CRS84' } },
    }
    expect((await create('trees', plain)).status).toBe(201)
    expect((await create('trees', { ...point(-61, 13.9), coordRefSys: utm })).status).toBe(201)
  })
})

describe('JSON-FG (Part 4 features/geojson-jsonfg)', () => {
  const utm = 'http://www.opengis.net/def/crs/EPSG/0/32620'
  const placed = (more: object = {}) => ({
    ...point(0, 0, { count: 1 }),
    geometry: null,
    place: { type: 'Point', coordinates: [715_000, 1_535_000] },
    coordRefSys: utm,
    ...more,
  })
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    editor.send('editor', 'POST', 'trees/items', { body, headers })

  test('the geometry of place counts, in the system that the body names', async () => {
    const types = [geojson, 'application/vnd.ogc.fg+json']
    for (const type of types) {
      const created = await post(placed(), { 'Content-Type': type })
      expect(created.status, type).toBe(201)
      const { geometry } = await itemOf(`${created.headers.get('location')}?crs=${utm}`)
      expect(geometry.coordinates[0]).toBeCloseTo(715_000, 3)
      expect(geometry.coordinates[1]).toBeCloseTo(1_535_000, 3)
    }
    const { coordRefSys: _own, ...bare } = placed()
    const several = await post({ type: 'FeatureCollection', coordRefSys: utm, features: [bare, bare] })
    expect(several.json.numberCreated).toBe(2)
  })

  test('systems that differ, or that the collection lacks, are refused', async () => {
    expect((await post(placed(), { 'Content-Crs': 'EPSG:4326' })).json.code).toBe('body-crs-differs')
    const other = 'http://www.opengis.net/def/crs/EPSG/0/28992'
    expect((await post(placed({ coordRefSys: other }))).json.code).toBe('crs-not-offered')
    const mixed = [placed(), placed({ coordRefSys: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' })]
    expect((await post({ type: 'FeatureCollection', features: mixed })).status).toBe(400)
    expect(
      (await post({ type: 'FeatureCollection', features: [placed(), point(-61, 13.9)] })).status,
    ).toBeGreaterThanOrEqual(400)
  })
})

describe('what follows an edit', () => {
  test('extent, temporal extent and counts are those of the features, also when the outermost goes', async () => {
    await editor.make(trees('extent', { isPrecomputed: true }))
    const bboxOf = async () => (await collectionOf('extent')).extent
    await editor.send('editor', 'POST', 'extent/items', { body: point(-62, 13, { planted: '2030-01-01' }) })
    expect(await bboxOf()).toMatchObject({
      spatial: { bbox: [[-62, 13, -60.96, 13.84]] },
      temporal: { interval: [['2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z']] },
    })
    const page = await itemOf('extent/items?bbox=-62.1,12.9,-61.9,13.1')
    expect(page.features.map(({ id }: Json) => id)).toEqual([6])
    await editor.send('editor', 'DELETE', 'extent/items/6')
    await editor.send('editor', 'DELETE', 'extent/items/1')
    expect(await bboxOf()).toMatchObject({
      spatial: { bbox: [[-60.99, 13.81, -60.96, 13.84]] },
      temporal: { interval: [['2020-01-02T00:00:00Z', '2020-01-05T00:00:00Z']] },
    })
    for (const fid of [2, 3, 4, 5]) await editor.send('editor', 'DELETE', `extent/items/${fid}`)
    const empty = await collectionOf('extent')
    expect(empty.itemCount).toBe(0)
    expect(empty.extent?.spatial).toBeUndefined()
    expect((await editor.send('editor', 'POST', 'extent/items', { body: point(-61, 14) })).json.ids).toEqual([
      7,
    ])
    expect((await bboxOf()).spatial.bbox).toEqual([[-61, 14, -61, 14]])
  })

  test('the bounding box in the catalogue follows when it was that of the data, and stays when somebody wrote it', async () => {
    const { knex } = editor.program.database
    const setBox = async (recordId: string, bbox: object) => {
      const metadata = JSON.stringify({ title: 'x', bbox })
      await knex('record').where({ id: recordId }).update({ metadata })
      await knex('catalogue_entry').where({ record_id: recordId }).update({ metadata })
    }
    const { recordId: following } = await editor.make(trees('following'))
    await setBox(following, { west: -61, south: 13.8, east: -60.96, north: 13.84 })
    const { recordId: written } = await editor.make(trees('written'))
    await setBox(written, { west: -61.3, south: 13.6, east: -60.8, north: 14.2 })
    const version = (await knex('record').where({ id: following }).first('version')).version
    for (const id of ['following', 'written'])
      await editor.send('editor', 'POST', `${id}/items`, { body: point(-62, 13) })
    const entry = async (recordId: string) => {
      const { rows } = await editor.program.database.pool.query(
        "select e.metadata -> 'bbox' as bbox, r.metadata -> 'bbox' as working, st_xmin(e.footprint) as west, r.version from catalogue_entry e join record r on r.id = e.record_id where e.record_id = $1",
        [recordId],
      )
      return rows[0]
    }
    const followed = await entry(following)
    expect(followed.bbox).toEqual({ west: -62, south: 13, east: -60.96, north: 13.84 })
    expect(followed.working).toEqual(followed.bbox)
    expect(followed.west).toBeCloseTo(-62, 6)
    // Who edits the metadata at the same time is not told that they changed.
    expect(followed.version).toBe(version)
    expect((await entry(written)).bbox.west).toBe(-61.3)
  })

  test('every edit has its line in the audit log: who, what, how many (R3.12)', async () => {
    await editor.make(trees('audited'))
    const edits: [string, string, unknown, string, Json][] = [
      [
        'POST',
        'audited/items',
        point(-61, 13.9),
        'features.created',
        { features: 1, firstId: '6', lastId: '6' },
      ],
      [
        'PUT',
        'audited/items/6',
        point(-61, 13.9),
        'features.replaced',
        { features: 1, id: '6', geometry: true },
      ],
      [
        'PATCH',
        'audited/items/6',
        { properties: { count: 1 } },
        'features.updated',
        { features: 1, id: '6', geometry: false, properties: ['count'] },
      ],
      ['DELETE', 'audited/items/6', undefined, 'features.deleted', { features: 1, id: '6' }],
    ]
    for (const [method, path, body, action, detail] of edits) {
      await editor.send('custodian', method, path, { body })
      const entry = await lastAudit()
      expect(entry).toMatchObject({ action, subject: 'audited', role: 'domain_custodian', detail })
      expect(entry?.recordId).toBeTruthy()
    }
    const last = (await lastAudit())?.seq
    await editor.send('otherEditor', 'DELETE', 'audited/items/1')
    await editor.send('editor', 'PATCH', 'audited/items/1', { body: { properties: { nope: 1 } } })
    await editor.send('editor', 'DELETE', 'audited/items/1', { headers: { 'If-Match': '"0"' } })
    expect((await lastAudit())?.seq).toBe(last)
    expect((await audit(editor.program.database.knex).verify()).isWhole).toBe(true)
  })

  test('who walks through the pages goes on after an edit, and meets every feature that stayed exactly once', async () => {
    await editor.make(
      trees('walked', {
        rows: Array.from({ length: 30 }, (_, at) => ({
          wkt: 'POINT(-61 14)',
          values: [`${at}`, null, at, null, null, null, null],
        })),
      }),
    )
    const seen: number[] = []
    let next: string | undefined = `${editor.address('walked')}/items?limit=7`
    for (let page = 0; next !== undefined; page += 1) {
      const { status, json }: { status: number; json: Json } = await editor.send('public', 'GET', next)
      expect(status).toBe(200)
      if (json.numberMatched !== undefined)
        expect(json.numberMatched).toBe((await collectionOf('walked')).itemCount)
      seen.push(...json.features.map(({ id }: Json) => id))
      next = json.links.find(({ rel }: Json) => rel === 'next')?.href
      if (page === 0) await editor.send('editor', 'DELETE', 'walked/items/20')
      if (page === 1) await editor.send('editor', 'POST', 'walked/items', { body: point(-61, 14) })
    }
    expect(seen).toEqual([...Array.from({ length: 30 }, (_, at) => at + 1).filter((fid) => fid !== 20), 31])
  })

  test('the archive of tiles is made anew once for many edits', async () => {
    const { knex } = editor.program.database
    const { recordId } = await editor.make(trees('archived'))
    const waiting = () => knex('job').where({ kind: 'build-pmtiles', key: 'archived', state: 'queued' })
    await editor.send('editor', 'POST', 'archived/items', { body: point(-61, 14) })
    expect(await waiting()).toHaveLength(0)
    await knex('blob').insert({ sha256: 'a'.repeat(64), size_bytes: 1 })
    const fileId = '00000000-0000-4000-8000-000000000001'
    await knex('file').insert({
      id: fileId,
      sha256: 'a'.repeat(64),
      file_name: 'x.pmtiles',
      media_type: 'x',
      format: 'PMTiles',
      size_bytes: 1,
    })
    await knex('distribution').insert({
      id: fileId,
      record_id: recordId,
      kind: 'pmtiles',
      title: 'x',
      file_id: fileId,
      protocol: 'x',
    })
    for (let n = 0; n < 3; n += 1)
      await editor.send('editor', 'POST', 'archived/items', { body: point(-61, 14) })
    expect(await waiting()).toHaveLength(1)
  })
})

describe('repeated requests (P4)', () => {
  test('the same Idempotency-Key creates once and answers the same; with another body it is refused', async () => {
    await editor.make(trees('once'))
    const headers = { 'Idempotency-Key': 'k-1' }
    const first = await editor.send('editor', 'POST', 'once/items', { body: point(-61, 14), headers })
    const second = await editor.send('editor', 'POST', 'once/items', { body: point(-61, 14), headers })
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    expect(
      (await editor.send('editor', 'POST', 'once/items', { body: point(-62, 14), headers })).status,
    ).toBe(422)
    expect((await collectionOf('once')).itemCount).toBe(6)
  })

  test('when the server died after the commit, the repetition finds what was created', async () => {
    const { knex } = editor.program.database
    const headers = { 'Idempotency-Key': 'k-2' }
    const first = await editor.send('editor', 'POST', 'once/items', { body: point(-61, 14), headers })
    await knex('idempotency')
      .where({ key: 'k-2' })
      .update({ status: null, body: null, held_until: knex.raw("now() - interval '1 second'") })
    const second = await editor.send('editor', 'POST', 'once/items', { body: point(-61, 14), headers })
    expect(second.status).toBe(201)
    expect(second.json.ids).toEqual(first.json.ids)
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'))
    expect((await collectionOf('once')).itemCount).toBe(7)
  })
})

describe('what clients are told', () => {
  test('the conformance classes of Part 4 stand there under both names', async () => {
    const { json } = await editor.send('public', 'GET', `${editor.program.url}/pygeoapi/conformance?f=json`)
    for (const name of ['create-replace-delete', 'update', 'optimistic-locking-etags'])
      for (const standard of ['ogcapi-features-4', 'ogcapi-common-5'])
        expect(json.conformsTo).toContain(`http://www.opengis.net/spec/${standard}/1.0/conf/${name}`)
    expect(json.conformsTo).toContain('http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features')
  })

  test('the API document lists the operations of each collection (G4)', async () => {
    const { json } = await editor.send('public', 'GET', `${editor.program.url}/pygeoapi/api?f=json`)
    expect(Object.keys(json.paths['/collections/trees/items']).sort()).toEqual(['get', 'options', 'post'])
    const item = json.paths['/collections/trees/items/{featureId}']
    expect(Object.keys(item).sort()).toEqual(['delete', 'get', 'options', 'patch', 'put'])
    expect(item.put.operationId).toBe('trees.replaceItem')
    expect(JSON.stringify(json)).not.toContain('x-raw-body')
    expect(
      json.paths['/collections/trees/items'].post.parameters.some(({ name }: Json) => name === 'count'),
    ).toBe(false)
  })

  test('methods that are nowhere possible are 405, with those that are', async () => {
    const answer = await editor.send('editor', 'PATCH', 'trees/items', { body: {} })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toContain('POST')
  })
})
