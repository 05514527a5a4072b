/**
 * MetaSearch of QGIS speaks OGC API – Records through OWSLib: its requests, made by OWSLib itself where it is installed
 * (SECIMS_PYTHON names another Python), and always by hand as it makes them.
 */
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRecord } from '../helpers/catalogue.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

let program: TestProgram
const python = process.env['SECIMS_PYTHON'] ?? 'python3'
const hasOwslib = spawnSync(python, ['-c', 'from owslib.ogcapi.records import Records']).status === 0

beforeAll(async () => {
  program = await testProgram()
  for (let n = 1; n <= 12; n += 1)
    await addRecord(program.database, {
      title: `Habitats, sheet ${n}`,
      bbox: n === 12 ? undefined : { west: -61, south: 13.8, east: -60.9, north: 13.9 },
    })
}, 120_000)

afterAll(async () => {
  await program?.stop()
})

test('MetaSearch, connected to the collection, reads it, pages by 0-based offset and filters by words and box (G27)', async () => {
  const connection = `${program.url}/records/collections/metadata:main`
  // As MetaSearch does: the base before /collections/, the rest is the collection. No Accept, no f.
  const [base = '', collection = ''] = connection.split('/collections/')
  const ask = async (path: string): Promise<Record<string, never>> => {
    const response = await fetch(`${base}/${path}`, {
      headers: { 'User-Agent': 'OWSLib 0.35 (https://owslib.readthedocs.io)' },
    })
    expect(response.status).toBe(200)
    return response.json() as never
  }
  expect(await ask('')).toHaveProperty('links')
  expect(await ask(`collections/${collection}`)).toMatchObject({
    title: expect.any(String),
    description: expect.any(String),
    links: expect.any(Array),
  })
  const seen = new Set<string>()
  for (const offset of [0, 10]) {
    const page = (await ask(
      `collections/${collection}/items?limit=10&offset=${offset}&q=habitats+sheet`,
    )) as never as {
      numberMatched: number
      numberReturned: number
      features: {
        id: string
        properties: { type: string; title: string }
        geometry: { coordinates: number[][][] } | null
      }[]
    }
    expect(page.numberMatched).toBe(12)
    expect(page.numberReturned).toBe(page.features.length)
    for (const { id, properties, geometry } of page.features) {
      seen.add(id)
      expect(properties).toMatchObject({ type: expect.any(String), title: expect.any(String) })
      if (geometry) expect(geometry.coordinates[0]?.[0]).toHaveLength(2)
    }
  }
  expect(seen.size).toBe(12)
  expect(
    await ask(`collections/${collection}/items?limit=10&offset=0&bbox=-61.05,13.7,-60.95,13.85`),
  ).toMatchObject({ numberMatched: 11 })
})

const script = `
import json, sys
from owslib.ogcapi.records import Records
c = Records(sys.argv[1])
found = c.collection_items('metadata:main', limit=5, offset=10, q='habitats')
print(json.dumps({
  'openapi': c.api()['openapi'],
  'classes': len(c.conformance()['conformsTo']),
  'records': c.records(),
  'title': c.collection('metadata:main')['title'],
  'matched': found['numberMatched'], 'returned': found['numberReturned'],
  'one': c.collection_item('metadata:main', found['features'][0]['id'])['properties']['title'],
  'boxed': c.collection_items('metadata:main', bbox=[-61.05, 13.7, -60.95, 13.85])['numberMatched'],
}))
`

test.skipIf(!hasOwslib)(
  'OWSLib reads landing page, API, conformance, catalogue and records (needs OWSLib in Python)',
  async () => {
    // The server runs in this process: waiting for the client must not stop it.
    const run = await promisify(execFile)(python, ['-c', script, `${program.url}/records`], {
      timeout: 50_000,
    })
    expect(run.stderr).toBe('')
    expect(JSON.parse(run.stdout)).toMatchObject({
      openapi: '3.0.3',
      records: ['metadata:main'],
      title: 'SEC-IMS catalogue',
      matched: 12,
      returned: 2,
      one: expect.stringMatching(/^Habitats/),
      boxed: 11,
    })
  },
)
