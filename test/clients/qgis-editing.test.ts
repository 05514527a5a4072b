/**
 * QGIS edits a collection of the analyst's own and saves, as with the pencil (Part 4, since QGIS 3.32): the token comes from
 * QGIS's encrypted store, as Basic or as a header, and what may be done is told by OPTIONS for this very analyst.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { doctorFindings } from '../helpers/publish.ts'
import { type ClientProgram, clientProgram } from './program.ts'
import { type Auth, inQgis, qgisVersion, type Told } from './qgis.ts'

const version = await qgisVersion()
const knowsEditing = version >= 33200

const named = (features: readonly Told[] | undefined, name: string) =>
  features?.find(({ attributes }) => attributes['name'] === name)

describe.skipIf(!knowsEditing)(
  `QGIS ${version} edits${knowsEditing ? '' : ' (left out: QGIS can since 3.32)'}`,
  () => {
    let clients: ClientProgram
    beforeAll(async () => {
      clients = await clientProgram({ hasFixture: false })
      await clients.publishPoints('editor', 'mine', 40)
      await clients.publish(
        'editor',
        join(import.meta.dirname, '../../examples/marine_reserves/marine_reserves.gpkg'),
        'reserves',
      )
    })
    afterAll(() => clients?.stop())
    beforeEach(() => {
      clients.asked.length = 0
    })

    const auth = (method: Auth['method'], who: 'editor' | 'otherEditor' = 'editor'): Auth => ({
      method,
      token: clients.program.tokenOf(who),
    })
    const open = (name: string, collection: string, signedIn?: Auth) =>
      ({
        do: 'open',
        name,
        url: clients.face,
        collection,
        ...(signedIn === undefined ? {} : { auth: signedIn }),
      }) as const
    const itemsNow = async (collection: string) => {
      const response = await fetch(
        `${clients.program.url}/pygeoapi/collections/${collection}/items?limit=1000`,
      )
      return (await response.json()) as {
        numberMatched: number
        features: { id: number; properties: Record<string, unknown>; geometry: { coordinates: number[] } }[]
      }
    }
    const writes = () =>
      clients.asked.filter(({ method }) => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method))

    test('both ways to sign in are there in this QGIS, and both may edit what is theirs (G17, G21)', async () => {
      const { results } = await inQgis(
        { do: 'methods' },
        open('header', 'mine', auth('APIHeader')),
        open('basic', 'mine', auth('Basic')),
        open('other', 'mine', auth('APIHeader', 'otherEditor')),
        open('nobody', 'mine'),
      )
      const [methods, header, basic, other, nobody] = results
      expect(methods).toEqual(expect.arrayContaining(['APIHeader', 'Basic']))
      const all = ['add', 'delete', 'attributes', 'geometries']
      expect(header.can).toEqual(all)
      expect(basic.can).toEqual(all)
      expect(other.can).toEqual([])
      expect(nobody.can).toEqual([])
    })

    test('features are added, moved, changed and deleted in one save, and are so on the server', async () => {
      const { results } = await inQgis(
        open('mine', 'mine', auth('APIHeader')),
        {
          do: 'edit',
          name: 'mine',
          changes: [
            {
              what: 'add',
              wkt: 'POINT (-60.99 13.91)',
              attributes: { name: 'Drawn in QGIS "here"', kind: 'church', visitors: 7, rating: 1.5 },
            },
            { what: 'move', where: { name: 'Point 1' }, wkt: 'POINT (-61.01 13.92)' },
            {
              what: 'change',
              where: { name: 'Point 2' },
              attributes: { kind: 'größer', visitors: 12_345, rating: null },
            },
            { what: 'delete', where: { name: 'Point 3' } },
          ],
        },
        open('again', 'mine'),
        { do: 'read', name: 'again' },
      )
      const [, edited, , read] = results
      expect(edited).toMatchObject({ isStarted: true, isSaved: true, errors: [] })
      for (const features of [edited.features, read]) {
        expect(features).toHaveLength(40)
        expect(named(features, 'Drawn in QGIS "here"')).toMatchObject({
          attributes: { kind: 'church', visitors: 7, rating: 1.5 },
          wkt: 'Point (-60.99 13.91)',
        })
        expect(named(features, 'Point 1')?.wkt).toBe('Point (-61.01 13.92)')
        expect(named(features, 'Point 2')?.attributes).toMatchObject({
          kind: 'größer',
          visitors: 12_345,
          rating: null,
        })
        expect(named(features, 'Point 3')).toBeUndefined()
      }
      // One request a change, and QGIS reads a new feature back from where Location says it is (G18, G19).
      expect(
        writes()
          .map(({ method }) => method)
          .sort(),
      ).toEqual(['DELETE', 'PATCH', 'PATCH', 'POST'])
      expect(writes().every(({ status }) => status >= 200 && status < 300)).toBe(true)
      const { numberMatched, features } = await itemsNow('mine')
      expect(numberMatched).toBe(40)
      expect(
        features.find(({ properties }) => properties['name'] === 'Point 1')?.geometry.coordinates,
      ).toEqual([-61.01, 13.92])
    })

    test('tiles and extent follow what was saved', async () => {
      const moved = { what: 'move', where: { name: 'Point 10' }, wkt: 'POINT (-60.9 14.05)' } as const
      // A tile of level 12 around the new place, empty before.
      const column = Math.floor(((-60.9 + 180) / 360) * 2 ** 12)
      const latitude = (14.05 * Math.PI) / 180
      const row = Math.floor(((1 - Math.asinh(Math.tan(latitude)) / Math.PI) / 2) * 2 ** 12)
      const tile = () =>
        fetch(
          `${clients.program.url}/pygeoapi/collections/mine/tiles/WebMercatorQuad/12/${row}/${column}?f=mvt`,
        )
      expect((await tile()).status).toBe(204)
      const { results } = await inQgis(open('mine', 'mine', auth('Basic')), {
        do: 'edit',
        name: 'mine',
        changes: [moved],
      })
      expect(results[1]).toMatchObject({ isSaved: true })
      await expect.poll(async () => (await tile()).status, { timeout: 20_000 }).toBe(200)
      const extentNow = async () => {
        const response = await fetch(`${clients.program.url}/pygeoapi/collections/mine?f=json`)
        const { extent } = (await response.json()) as { extent: { spatial: { bbox: number[][] } } }
        return extent.spatial.bbox[0]?.[3]
      }
      await expect.poll(extentNow, { timeout: 20_000 }).toBeCloseTo(14.05, 6)
    })

    test('a collection in metres is edited in metres (Content-Crs, G19)', async () => {
      const square = 'POLYGON ((500000 200000, 500100 200000, 500100 200100, 500000 200100, 500000 200000))'
      const { results } = await inQgis(
        open('reserves', 'reserves', auth('APIHeader')),
        { do: 'read', name: 'reserves' },
        {
          do: 'edit',
          name: 'reserves',
          changes: [{ what: 'add', wkt: square, attributes: { name: 'Drawn in metres' } }],
        },
        open('again', 'reserves'),
        { do: 'read', name: 'again', expression: `"name" = 'Drawn in metres'` },
      )
      const [facts, , edited, , found] = results
      expect(facts.crs).toBe('EPSG:2006')
      expect(edited).toMatchObject({ isSaved: true, errors: [] })
      expect(writes()[0]?.headers['content-crs']).toMatch(/EPSG\/0\/2006/)
      expect(found).toHaveLength(1)
      expect(found[0]?.wkt).toMatch(/500100 200100/)
    })

    test("a value that does not fit is refused in the server's sentence, and nothing is half saved", async () => {
      const before = await itemsNow('mine')
      const { results } = await inQgis(open('mine', 'mine', auth('APIHeader')), {
        do: 'edit',
        name: 'mine',
        changes: [{ what: 'add', wkt: 'POINT (500 95)', attributes: { name: 'Nowhere on earth' } }],
      })
      expect(results[1]).toMatchObject({ isStarted: true, isSaved: false })
      expect(results[1].errors?.join(' ')).toMatch(/failed/i)
      expect((await itemsNow('mine')).features).toEqual(before.features)
      expect(await doctorFindings(clients.program.as('administrator'))).toEqual([])
    })
  },
)
