/**
 * MetaSearch of newer QGIS searches the catalogue by OGC API – Records, at the address that the plugin's "add to QGIS" puts
 * into its list. CSW, which every QGIS has, is in test/ogc/csw-metasearch.test.ts, OWSLib in test/ogc/*-owslib.test.ts.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addRecord } from '../helpers/catalogue.ts'
import { publishFile } from '../helpers/publish.ts'
import { runPyQgis } from '../helpers/qgis.ts'
import { type ClientProgram, clientProgram } from './program.ts'
import { qgisVersion } from './qgis.ts'

type Listed = { rows: [string, string][]; label: string }
type Told = {
  all: Listed
  next: Listed
  words: Listed
  box: Listed
  elsewhere: Listed
  footprint: string
  shown: { service: string; record: string }
  complaints: string[]
}

const version = await qgisVersion()
const knowsRecords = version >= 32800
const title = 'Coastal habitats of the south-west'

describe.skipIf(!knowsRecords)(
  `MetaSearch of QGIS ${version} and OGC API – Records${knowsRecords ? '' : ' (left out: it came with 3.28)'}`,
  () => {
    let clients: ClientProgram
    let told: Told
    beforeAll(async () => {
      clients = await clientProgram({ hasFixture: false })
      const { program } = clients
      for (let n = 1; n <= 5; n += 1)
        await addRecord(program.database, {
          title: `Survey, sheet ${n}`,
          bbox: { west: -61, south: 13.8, east: -60.9, north: 13.9 },
        })
      await addRecord(program.database, {
        title: 'Habitats elsewhere',
        bbox: { west: 100, south: 10, east: 110, north: 20 },
      })
      await publishFile(
        program.as('editor'),
        join(import.meta.dirname, '../../examples/coastal_habitats/coastal_habitats.gpkg'),
        { collectionId: 'coastal_habitats', metadata: { title } as never },
      )
      told = (await runPyQgis('metasearch.py', {
        url: `${clients.listener.url}/records/collections/metadata:main`,
        type: 'OGC API - Records',
        words: 'habitats',
        box: ['-61.5', '13.5', '-60.5', '14.5'],
        title,
      })) as Told
    })
    afterAll(() => clients?.stop())

    test('connects, and shows what the service is', () => {
      expect(told.complaints).toEqual([])
      expect(told.shown.service).toMatch(/metadata:main|catalogue/i)
      expect(clients.asked.filter(({ status }) => status !== 200)).toEqual([])
    })

    test('lists page by page, by words and by box (G27, R6.12)', () => {
      expect(told.all.label).toMatch(/^Showing 1 - 2 of 7 result/)
      expect(told.next.label).toMatch(/^Showing 3 - 4 of 7 result/)
      expect(told.all.rows).toHaveLength(2)
      expect(told.next.rows).not.toContainEqual(told.all.rows[0])
      expect(told.words.rows.map(([, name]) => name).sort()).toEqual([title, 'Habitats elsewhere'])
      expect(told.box.rows).toEqual([['dataset', title]])
      expect(told.elsewhere.rows).toEqual([['dataset', 'Habitats elsewhere']])
    })

    test('shows a record with its place on the map', () => {
      expect(told.footprint).toMatch(/^-61\.\d+,1[34]\.\d+ : -6[01]\.\d+,1[34]\.\d+$/)
      expect(told.shown.record).toContain(title)
    })
  },
)
