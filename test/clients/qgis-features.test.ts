/** Collections in QGIS without its window, as an analyst opens and filters them; what QGIS asks the server for is looked at. */
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasQgis } from '../helpers/qgis.ts'
import { type ClientProgram, clientProgram, featuresAnswered, itemsAsked } from './program.ts'
import { inQgis, qgisVersion, type Told, whySkipped } from './qgis.ts'

const version = await qgisVersion()
/** Server filters in CQL2, and coordinates of other CRS, came one after the other. */
const knowsCrs = version >= 32800
const knowsCql2 = version >= 33200
const knowsSpatialFunctions = version >= 34400

const names = (features: readonly Told[]) => features.map(({ attributes }) => attributes['name']).sort()

describe.skipIf(!hasQgis())(`QGIS ${version}${whySkipped} and collections`, () => {
  let clients: ClientProgram
  beforeAll(async () => {
    clients = await clientProgram()
    await clients.publishPoints('editor', 'points', 2500)
    await clients.publish(
      'editor',
      join(import.meta.dirname, '../../examples/marine_reserves/marine_reserves.gpkg'),
      'marine_reserves',
    )
  })
  afterAll(() => clients?.stop())
  beforeEach(() => {
    clients.asked.length = 0
  })

  const open = (collection: string, more: { only_in_view?: boolean } = {}) =>
    ({ do: 'open', name: collection, url: clients.face, collection, ...more }) as const

  test('opens one, counts it, and reads it page by page to the end (R6.8, G3, G7, G8)', async () => {
    const { results, log } = await inQgis(open('points'), { do: 'read', name: 'points' })
    const [facts, features] = results
    expect(log).toEqual([])
    expect(facts).toMatchObject({ isValid: true, count: 2500, geometry: 'Point' })
    expect(['EPSG:4326', 'OGC:CRS84']).toContain(facts.crs)
    expect(facts.extent.map((value) => Math.round(value * 1e6) / 1e6)).toEqual([
      -61.05, 13.75, -60.952, 13.848,
    ])
    // 3.44 takes types from the schema, and has no names of the provider's own.
    expect(facts.fields).toMatchObject({
      name: 'QString',
      visitors: expect.stringMatching(/^(int|qlonglong)$/),
    })
    expect(new Set(names(features)).size).toBe(2500)
    const pages = itemsAsked(clients.asked, 'points').filter(
      ({ url }) => !['1', '10'].includes(url.searchParams.get('limit') ?? ''),
    )
    expect(pages.map(({ url }) => url.searchParams.get('limit'))).toEqual(['1000', '1000', '1000'])
    expect(featuresAnswered(pages)).toBe(2500)
    expect(clients.asked.filter(({ method, status }) => method === 'GET' && status !== 200)).toEqual([])
  })

  test('asks for what is in the view only, and gets exactly that', async () => {
    const box = [-61.0505, 13.7495, -61.0455, 13.7525]
    const { results } = await inQgis(open('points', { only_in_view: true }), {
      do: 'read',
      name: 'points',
      bbox: box,
    })
    expect(names(results[1])).toEqual([0, 1, 2, 50, 51, 52].map((n) => `Point ${n}`).sort())
    const boxed = itemsAsked(clients.asked, 'points').filter(({ url }) => url.searchParams.has('bbox'))
    expect(boxed.length).toBeGreaterThan(0)
    expect(featuresAnswered(boxed)).toBe(6)
  })

  test('a subset filter gives the right features and count; since 3.32 the server chooses them (G14, G15)', async () => {
    const expression = `"visitors" >= 24900 AND "kind" = 'school'`
    const { results } = await inQgis(open('points'), { do: 'subset', name: 'points', expression })
    const [, filtered] = results
    expect(filtered).toMatchObject({ isTaken: true, count: 3 })
    expect(filtered.features.map(({ attributes }) => attributes['visitors']).sort()).toEqual([
      24910, 24940, 24970,
    ])
    const filters = itemsAsked(clients.asked, 'points').filter(({ url }) => url.searchParams.has('filter'))
    expect(filters.length > 0).toBe(knowsCql2)
    for (const { url, status } of filters) {
      expect(status).toBe(200)
      expect(url.searchParams.get('filter-lang')).toBe('cql2-text')
    }
    if (knowsCql2) expect(featuresAnswered(itemsAsked(clients.asked, 'points'))).toBeLessThan(30)
  })

  describe.skipIf(!knowsCql2)('filters in its own words run on the server (QGIS 3.32, G14, G15)', () => {
    // Each with the count that is plain from how the 2500 points are made, and what of it is sent.
    const cases: [string, number, RegExp][] = [
      ['"visitors" < 50', 5, /visitors/],
      ['"visitors" + 10 >= 24990', 2, /10\) >= 24990/],
      ['NOT ("visitors" > 20)', 3, /NOT/],
      [`"visitors" = 0 OR ("kind" = 'Market' AND "visitors" < 60)`, 3, /OR/],
      ['"visitors" IN (10, 20, 30, -1)', 3, /IN/],
      ['"visitors" BETWEEN 100 AND 140', 5, /BETWEEN/],
      [`"name" LIKE 'Point 249_'`, 10, /LIKE/],
      [`"kind" ILIKE 'MARKET' AND "visitors" < 100`, 3, /CASEI/],
      ['"name" IS NULL', 0, /IS NULL/],
      [`"name" <> 'it''s' AND "visitors" < 20`, 2, /it''s/],
      ['"founded" = make_date(2020, 1, 2) AND "visitors" < 1000', 4, /DATE\('2020-01-02'\)/],
      ...(knowsSpatialFunctions
        ? ([
            [
              `intersects_bbox($geometry, geom_from_wkt('POLYGON((-61.0505 13.7495, -61.0455 13.7495, -61.0455 13.7525, -61.0505 13.7525, -61.0505 13.7495))'))`,
              6,
              /S_INTERSECTS/,
            ],
          ] satisfies [string, number, RegExp][])
        : []),
    ]
    let answers: { count: number; features: Told[]; isTaken: boolean }[] = []
    let asked: ClientProgram['asked'] = []
    beforeAll(async () => {
      clients.asked.length = 0
      const steps = cases.map(([expression]) => ({ do: 'subset', name: 'points', expression }) as const)
      const { results } = await inQgis(open('points'), ...steps)
      answers = results.slice(1) as typeof answers
      asked = itemsAsked(clients.asked, 'points').filter(({ url }) => url.searchParams.has('filter'))
    })

    test.each(cases.map(([expression, count, sent], at) => ({ expression, count, sent, at })))(
      '$expression',
      ({ count, sent, at }) => {
        const answer = answers[at]
        expect(answer).toMatchObject({ isTaken: true, count })
        expect(answer?.features).toHaveLength(count)
        // QGIS would choose from all features by itself if the server had not.
        const filters = [...new Set(asked.map(({ url }) => url.searchParams.get('filter') ?? ''))]
        expect(filters[at]).toMatch(sent)
        const mine = asked.filter(({ url }) => url.searchParams.get('filter') === filters[at])
        expect(mine.map(({ status }) => status)).not.toContain(400)
        const pages = mine.filter(({ url }) => url.searchParams.get('limit') === '1000')
        expect(pages.length).toBeGreaterThan(0)
        expect(Math.max(...pages.map((page) => featuresAnswered([page])))).toBe(count)
      },
    )
  })

  test('reprojects into the map: metres of UTM from 3.28 as they are stored, degrees before (Part 2, G9)', async () => {
    const { results } = await inQgis(
      open('parcels'),
      { do: 'read', name: 'parcels', crs: 'EPSG:32620', expression: `"code" = 'P0'` },
      { do: 'read', name: 'parcels', crs: 'EPSG:3857', expression: `"code" = 'P0'` },
    )
    const [facts, [utm], [mercator]] = results
    expect(facts).toMatchObject({ isValid: true, count: 900, geometry: 'Polygon' })
    if (knowsCrs) expect(facts.crs).toBe('EPSG:32620')
    const [east = 0, north = 0] =
      /\(\(([-\d.]+) ([-\d.]+)/
        .exec(utm?.wkt ?? '')
        ?.slice(1)
        .map(Number) ?? []
    // A ring begins where it likes; the square has sides of 50 m.
    expect(Math.min(Math.abs(east - 715_000), Math.abs(east - 715_050))).toBeLessThan(0.01)
    expect(Math.min(Math.abs(north - 1_535_000), Math.abs(north - 1_535_050))).toBeLessThan(0.01)
    const [x = 0, y = 0] =
      /\(\(([-\d.]+) ([-\d.]+)/
        .exec(mercator?.wkt ?? '')
        ?.slice(1)
        .map(Number) ?? []
    expect(x).toBeGreaterThan(-6_800_000)
    expect(x).toBeLessThan(-6_780_000)
    expect(y).toBeGreaterThan(1_550_000)
    expect(y).toBeLessThan(1_570_000)
    const crs = new Set(
      itemsAsked(clients.asked, 'parcels').flatMap(({ url }) => url.searchParams.get('crs') ?? []),
    )
    expect([...crs]).toEqual(knowsCrs ? ['http://www.opengis.net/def/crs/EPSG/0/32620'] : [])
  })

  test('in a projected CRS of the island it lands where it is', async () => {
    const { results } = await inQgis(
      open('marine_reserves'),
      { do: 'read', name: 'marine_reserves', crs: 'EPSG:4326' },
      { do: 'read', name: 'marine_reserves' },
    )
    const [facts, inDegrees, asIs] = results
    expect(facts).toMatchObject({ isValid: true, count: 20 })
    if (knowsCrs) expect(facts.crs).toBe('EPSG:2006')
    expect(inDegrees).toHaveLength(20)
    expect(asIs).toHaveLength(20)
    for (const { wkt } of inDegrees) {
      const [x = 0, y = 0] =
        /\(\(([-\d.]+) ([-\d.]+)/
          .exec(wkt ?? '')
          ?.slice(1)
          .map(Number) ?? []
      expect(x).toBeGreaterThan(-61.2)
      expect(x).toBeLessThan(-60.8)
      expect(y).toBeGreaterThan(13.6)
      expect(y).toBeLessThan(14.2)
    }
  })

  test('names and values that look like mistakes arrive as they are (G12)', async () => {
    const { results } = await inQgis(open('hostile'), { do: 'read', name: 'hostile' })
    const [facts, features] = results
    expect(facts).toMatchObject({ isValid: true, count: 2 })
    expect(features).toHaveLength(2)
    for (const name of ['Größe (m²)', 'a"quote', "o'clock", '$1 ?x :y'])
      expect(facts.fields).toHaveProperty([name])
    const first = features.find(({ attributes }) => String(attributes['name']).startsWith('name'))
    expect(first?.attributes['name']).toBe('name "quoted" \\ ends in \\')
  })
})
