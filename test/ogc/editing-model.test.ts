/**
 * Any series of edits against a model that holds features in a list: after it, features, counts, extents and times are the
 * model's. Repeat a failure with FUZZ_SEED.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Editor, type Json, startEditing } from './editing-fixture.ts'

const seed = process.env['FUZZ_SEED'] === undefined ? undefined : Number(process.env['FUZZ_SEED'])
const runs = Number(process.env['FUZZ_RUNS'] ?? 12)

type Position = [number, number]
type Feature = { geometry: Position | null; n: number | null; day: string | null; text: string | null }

type Edit =
  | { kind: 'create'; features: Feature[] }
  | { kind: 'replace'; at: number; feature: Feature }
  | { kind: 'patch'; at: number; patch: Partial<Feature> }
  | { kind: 'delete'; at: number }
  | { kind: 'refused'; feature: Feature }

let editor: Editor
let collections = 0
beforeAll(async () => {
  editor = await startEditing()
})
afterAll(() => editor?.stop())

// Few values, so that features share edges and ends, which is where extents go wrong.
const numbers = fc.constantFrom(-61.5, -61, -60.123456789, 0, 13.9, 14, 14.000000001, 89.9)
const days = fc.constantFrom('0001-01-01', '1999-12-31', '2020-02-29', '2020-03-01', '9999-12-31')
const feature: fc.Arbitrary<Feature> = fc.record({
  geometry: fc.option(fc.tuple(numbers, numbers), { freq: 6 }),
  n: fc.option(fc.integer()),
  day: fc.option(days, { freq: 4 }),
  text: fc.option(fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0'))),
})
const place = fc.nat({ max: 30 })
const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('create' as const),
        features: fc.array(feature, { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), at: place, feature }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('patch' as const),
        at: place,
        patch: fc
          .tuple(feature, fc.subarray(['geometry', 'n', 'day', 'text'] as const))
          .map(([whole, names]) => Object.fromEntries(names.map((name) => [name, whole[name]]))),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), at: place }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('refused' as const), feature }) },
  ),
  { minLength: 1, maxLength: 25 },
)

const geometryJson = (position: Position | null) => position && { type: 'Point', coordinates: position }
const toJson = ({ geometry, ...properties }: Feature) => ({
  type: 'Feature',
  geometry: geometryJson(geometry),
  properties,
})

const patchJson = ({ geometry, ...properties }: Partial<Feature>) => ({
  ...(geometry === undefined ? {} : { geometry: geometryJson(geometry) }),
  ...(Object.keys(properties).length > 0 && { properties }),
})

const range = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)]

/** What the collection should say of these features; a time extent stays what it was when there never was a time. */
const extentOf = (features: Feature[]) => {
  const positions = features.flatMap(({ geometry }) => (geometry ? [geometry] : []))
  const times = features.flatMap(({ day }) => (day ? [`${day}T00:00:00Z`] : [])).sort()
  const [west, east] = range(positions.map(([x]) => x))
  const [south, north] = range(positions.map(([, y]) => y))
  return {
    bbox: positions.length === 0 ? undefined : [west, south, east, north],
    interval: [times[0] ?? null, times.at(-1) ?? null],
  }
}

describe.each([true, false])('with texts ready: %s', (isPrecomputed) => {
  test('after any series of edits, features, counts and extents are those of a model', async () => {
    const model = async (series: Edit[]): Promise<void> => {
      collections += 1
      const id = `model-${collections}`
      await editor.make({
        id,
        geometryType: 'Point',
        isPrecomputed,
        columns: [
          { name: 'n', type: 'integer' },
          { name: 'day', type: 'date' },
          { name: 'text', type: 'string' },
        ],
        rows: [],
      })
      const present = new Map<number, Feature>()
      let lastId = 0
      const pick = (at: number) => [...present.keys()][at % Math.max(1, present.size)] ?? 999
      const ask = async (method: string, path: string, body?: unknown) =>
        editor.send('editor', method, `${id}/${path}`, { body })
      for (const edit of series) {
        if (edit.kind === 'create') {
          const isBatch = edit.features.length > 1
          const [first] = edit.features
          const answer = await ask(
            'POST',
            'items',
            isBatch
              ? { type: 'FeatureCollection', features: edit.features.map(toJson) }
              : first && toJson(first),
          )
          expect(answer.status).toBe(201)
          const ids = edit.features.map(() => (lastId += 1))
          expect(answer.json.ids).toEqual(ids)
          for (const [n, one] of edit.features.entries()) present.set(ids[n] ?? 0, one)
        } else if (edit.kind === 'refused') {
          const wrong = { ...toJson(edit.feature), properties: { n: 'x' } }
          const answer = await ask('POST', 'items', {
            type: 'FeatureCollection',
            features: [toJson(edit.feature), wrong],
          })
          expect(answer.status).toBe(422)
        } else {
          const fid = pick(edit.at)
          const isThere = present.has(fid)
          const [method, body] =
            edit.kind === 'replace'
              ? ['PUT', toJson(edit.feature)]
              : edit.kind === 'patch'
                ? ['PATCH', patchJson(edit.patch)]
                : ['DELETE', undefined]
          const answer = await ask(String(method), `items/${fid}`, body)
          expect(answer.status).toBe(isThere ? 204 : 404)
          if (!isThere) continue
          if (edit.kind === 'delete') present.delete(fid)
          else
            present.set(
              fid,
              edit.kind === 'replace' ? edit.feature : { ...(present.get(fid) as Feature), ...edit.patch },
            )
        }
      }

      const collection = (await editor.send('public', 'GET', `${id}?f=json`)).json
      const page = (await editor.send('public', 'GET', `${id}/items?limit=1000`)).json
      const ordered = [...present].sort(([a], [b]) => a - b)
      expect(
        page.features.map(({ id: fid, geometry, properties }: Json) => ({ fid, geometry, properties })),
      ).toEqual(
        ordered.map(([fid, { geometry, ...properties }]) => ({
          fid,
          geometry: geometryJson(geometry),
          properties,
        })),
      )
      expect([page.numberMatched, page.numberReturned, collection.itemCount]).toEqual([
        present.size,
        present.size,
        present.size,
      ])
      const expected = extentOf([...present.values()])
      expect(collection.extent?.spatial?.bbox[0]).toEqual(expected.bbox)
      expect(collection.extent?.temporal?.interval[0] ?? [null, null]).toEqual(expected.interval)
      // What a table has ready is what it would be made of now.
      const { knex, pool } = editor.program.database
      const { table_name } = await knex('collection').where({ id }).first('table_name')
      const { rows } = await pool.query(
        `select fid::int as fid, feature from data.${table_name} order by fid`,
      )
      for (const [at, row] of rows.entries()) {
        if (!isPrecomputed) expect(row.feature).toBeNull()
        else
          expect(JSON.parse(row.feature)).toEqual({
            type: 'Feature',
            id: row.fid,
            geometry: page.features[at].geometry,
            properties: page.features[at].properties,
          })
      }
    }
    await fc.assert(fc.asyncProperty(edits, model), { numRuns: runs, seed, endOnFailure: true })
  }, 240_000)
})

test('the extent of lines and areas in a projected system is exact after the outermost ones went', async () => {
  const squares = Array.from({ length: 60 }, (_, n) => {
    const [x, y, size] = [
      700_000 + ((n * 7919) % 1000) * 13.37,
      1_530_000 + ((n * 104_729) % 1000) * 7.77,
      5 + (n % 7),
    ]
    return `POLYGON((${x} ${y},${x + size} ${y},${x + size} ${y + size},${x} ${y + size},${x} ${y}))`
  })
  const { tableName } = await editor.make({
    id: 'squares',
    srid: 32620,
    geometryType: 'Polygon',
    columns: [{ name: 'n', type: 'integer' }],
    rows: squares.map((wkt, n) => ({ wkt, values: [n] })),
  })
  const { knex, pool } = editor.program.database
  for (let left = squares.length; left > 50; left -= 1) {
    const side = ['w', 's', 'e', 'n'][left % 4]
    const order = { w: 'st_xmin(geom)', s: 'st_ymin(geom)', e: '-st_xmax(geom)', n: '-st_ymax(geom)' }[
      side as 'w'
    ]
    const outermost = await pool.query(`select fid from data.${tableName} order by ${order} limit 1`)
    expect((await editor.send('editor', 'DELETE', `squares/items/${outermost.rows[0].fid}`)).status).toBe(204)
    const exact = await pool.query(
      `select st_xmin(e) w, st_ymin(e) s, st_xmax(e) e, st_ymax(e) n from (select st_extent(geom) e from data.${tableName}) x`,
    )
    const kept = await knex('collection').where({ id: 'squares' }).first('extent_storage', 'feature_count')
    const { w, s, e, n } = exact.rows[0]
    expect(kept.extent_storage).toEqual([w, s, e, n])
    expect(Number(kept.feature_count)).toBe(left - 1)
  }
})
