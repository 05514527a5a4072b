/** Schema, queryables and sortables as Common Part 3 wants them, and what is declared because of them. Knows a URL only. */
import { OgcApiEndpoint } from '@camptocamp/ogc-client'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../helpers/collections.ts'
import { createFixture, fixture } from './features-fixture.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into here as a client would.
type Json = any

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createFixture(server.db)
})
afterAll(() => server?.stop())

const schemaOf = async (id: string, kind: string): Promise<Json> => {
  const response = await server.get(`/pygeoapi/collections/${id}/${kind}`, {
    Accept: 'application/schema+json',
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/schema+json')
  return response.json()
}
const collectionOf = async (id: string): Promise<Json> =>
  (await server.get(`/pygeoapi/collections/${id}`)).json()

const relation = (kind: string) => `http://www.opengis.net/def/rel/ogc/1.0/${kind}`

describe('schemas of collections', () => {
  const ids = fixture.map(({ id }) => id)

  test.each(ids.flatMap((id) => ['schema', 'sortables'].map((kind) => [id, kind] as const)))(
    '/req/schemas: %s/%s',
    async (id, kind) => {
      const schema = await schemaOf(id, kind)
      expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
      expect(schema.$id).toBe(`${server.face}/collections/${id}/${kind}`)
      expect(schema.type).toBe('object')
      // A valid JSON Schema (/req/schemas/json-schema A).
      const ajv = new Ajv2020({ strict: false })
      expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true)
      const members = Object.entries(schema.properties) as [string, Json][]
      for (const [name, member] of members) {
        if (String(member.format).startsWith('geometry-')) {
          expect(member, name).not.toHaveProperty('type')
          expect(member, name).not.toHaveProperty('$ref')
        } else expect(typeof member.type, name).toBe('string')
        expect(member.title, name).toBeTruthy()
      }
      const roles = members.map(([, member]) => member['x-ogc-role']).filter(Boolean)
      expect(new Set(roles).size).toBe(roles.length)
      // /req/sortables/response C and D.
      if (kind === 'sortables')
        for (const [name, { type, format }] of members) {
          expect(['object', 'array'], name).not.toContain(type)
          expect(String(format), name).not.toMatch(/^geometry/)
        }
    },
  )

  test.each(['schema', 'queryables', 'sortables'])(
    '/req/returnables-and-receivables/link: %s is linked from every collection',
    async (kind) => {
      const { collections } = (await (await server.get('/pygeoapi/collections')).json()) as Json
      for (const { id, links } of collections)
        expect(
          links.find(({ rel }: Json) => rel === relation(kind)),
          id,
        ).toMatchObject({
          href: `${server.face}/collections/${id}/${kind}`,
          type: 'application/schema+json',
        })
    },
  )

  test('the schema says roles and order, and every property of a feature is in it (G23)', async () => {
    const { properties } = await schemaOf('places', 'schema')
    expect(properties.geometry).toMatchObject({ 'x-ogc-role': 'primary-geometry', format: 'geometry-point' })
    expect(properties.founded).toMatchObject({
      type: 'string',
      format: 'date',
      'x-ogc-role': 'primary-instant',
    })
    const sequence = Object.values<Json>(properties).map((member) => member['x-ogc-propertySeq'])
    expect(sequence).toEqual([...sequence].sort((a, b) => a - b))
    expect(new Set(sequence).size).toBe(sequence.length)
    const { features } = (await (await server.get('/pygeoapi/collections/places/items')).json()) as Json
    for (const feature of features)
      for (const name of Object.keys(feature.properties)) expect(properties).toHaveProperty(name)
  })

  test('features fit the schema of their collection', async () => {
    const schema = await schemaOf('places', 'schema')
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    // In GeoJSON no value is null, and the geometry is no property.
    const { geometry, ...values } = schema.properties
    expect(geometry).toBeDefined()
    const nullable = Object.fromEntries(
      Object.entries<Json>(values).map(([name, member]) => [
        name,
        { ...member, type: [member.type, 'null'] },
      ]),
    )
    const check = ajv.compile({ type: 'object', properties: nullable, additionalProperties: false })
    const page = (await (await server.get('/pygeoapi/collections/places/items?limit=100')).json()) as Json
    for (const { properties } of page.features)
      expect(check(properties), JSON.stringify(check.errors)).toBe(true)
  })
})

describe('conformance', () => {
  test('names old and new classes beside each other (G14)', async () => {
    const { conformsTo } = (await (await server.get('/pygeoapi/conformance')).json()) as Json
    const spec = 'http://www.opengis.net/spec'
    for (const uri of [
      `${spec}/ogcapi-common-3/1.0/conf/schemas`,
      `${spec}/ogcapi-features-5/1.0/conf/schemas`,
      `${spec}/ogcapi-common-3/1.0/conf/returnables-and-receivables`,
      `${spec}/ogcapi-common-3/1.0/conf/sortables`,
      `${spec}/ogcapi-common-3/1.0/conf/profile-parameter`,
      `${spec}/ogcapi-features-6/1.0/conf/properties-features`,
      `${spec}/ogcapi-features-8/1.0/conf/features-sorting`,
      `${spec}/json-fg-1/1.0/conf/core`,
      `${spec}/json-fg-1/1.0/conf/api`,
    ])
      expect(conformsTo).toContain(uri)
    // A geometry of queryables is a reference, for QGIS; the class of Common Part 3 forbids that.
    expect(conformsTo).not.toContain(`${spec}/ogcapi-common-3/1.0/conf/queryables`)
    expect(new Set(conformsTo).size).toBe(conformsTo.length)
  })
})

describe('ogc-client, with which web applications read', () => {
  const open = () => new OgcApiEndpoint(server.face)

  test('finds features and vector tiles', async () => {
    expect(await open().hasFeatures).toBe(true)
    expect(await open().featureCollections).toEqual(expect.arrayContaining(['places', 'parcels', 'numbers']))
    expect(await open().vectorTileCollections).toContain('parcels')
    expect(await open().vectorTileCollections).not.toContain('numbers')
  })

  test('describes a collection: formats, properties to filter and to sort by, downloads', async () => {
    const found = (await open().getCollectionInfo('places')) as Json
    expect(found.itemFormats).toEqual(
      expect.arrayContaining(['application/geo+json', 'text/csv', 'application/flatgeobuf']),
    )
    expect(found.sortables.map(({ name }: Json) => name)).toEqual(
      Object.keys((await schemaOf('places', 'sortables')).properties),
    )
    expect(found.queryables.map(({ name }: Json) => name)).toContain('visitors')
    expect(found.storageCrs).toBe((await collectionOf('places')).storageCrs)
    expect(Object.keys(found.bulkDownloadLinks)).toEqual(['application/geopackage+sqlite3'])
  })

  test('gets features, and writes addresses that work in every format', async () => {
    const features = await open().getCollectionItems('places', 5)
    expect(features).toHaveLength(5)
    for (const outputFormat of ['application/geo+json', 'text/csv', 'application/flatgeobuf', 'text/html']) {
      const address = await open().getCollectionItemsUrl('places', {
        limit: 5,
        outputFormat,
        extent: [-62, 13, -60, 15],
      })
      const response = await fetch(address)
      expect(response.status, address).toBe(200)
      expect(response.headers.get('content-type')?.split(';')[0]).toBe(outputFormat)
    }
  })
})
