/** MetaSearch as the installed QGIS ships it, without a window: what an analyst does in its dialog (R6.15, R10.6, G28). */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRecord } from '../helpers/catalogue.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { publishFile } from '../helpers/publish.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { bare, canary, fillCatalogue } from './csw-fixture.ts'

let program: TestProgram
const title = 'Coastal habitats of the south-west'

type Listed = { rows: [string, string][]; label: string }
type Told = {
  all: Listed
  next: Listed
  words: Listed
  box: Listed
  elsewhere: Listed
  found: Listed
  footprint: string
  canAddFile: boolean
  layer: [boolean, string, number, string][]
  shown: { service: string; record: string }
  complaints: string[]
}

beforeAll(async () => {
  program = await testProgram()
  await fillCatalogue(program.database)
  await addRecord(program.database, {
    ...bare,
    title: 'Habitats elsewhere',
    bbox: { west: 100, south: 10, east: 110, north: 20 },
  })
  await publishFile(
    program.as('editor'),
    join(import.meta.dirname, '../../examples/coastal_habitats/coastal_habitats.gpkg'),
    { collectionId: 'coastal_habitats', metadata: { title } as never },
  )
}, 120_000)

afterAll(async () => {
  await program?.stop()
})

test.skipIf(!hasQgis())(
  `MetaSearch connects, searches by words and box, pages, shows a record and adds its file as a layer${hasQgis() ? '' : ` (left out: ${whyNoQgis})`}`,
  async () => {
    const told = (await runPyQgis('metasearch.py', {
      url: `${program.url}/csw`,
      words: 'habitats',
      box: ['-61.5', '13.5', '-60.5', '14.5'],
      title,
    })) as Told
    expect(told.complaints).toEqual([])
    expect(told.shown.service).toContain('SEC-IMS – catalogue')
    expect(told.all.label).toMatch(/^Showing 1 - 2 of 7 result/)
    expect(told.next.label).toMatch(/^Showing 3 - 4 of 7 result/)
    expect(told.all.rows).toHaveLength(2)
    expect(told.next.rows).not.toContainEqual(told.all.rows[0])
    expect(told.words.rows.map(([, name]) => name).sort()).toEqual([title, 'Habitats elsewhere'])
    expect(told.box.rows).toEqual([['dataset', title]])
    expect(told.elsewhere.rows).toEqual([['dataset', 'Habitats elsewhere']])
    // The footprint on the map is where the data are: x is the longitude.
    expect(told.footprint).toMatch(/^-61\.\d+,1[34]\.\d+ : -6[01]\.\d+,1[34]\.\d+$/)
    expect(told.shown.record).toContain(title)
    expect(told.canAddFile).toBe(true)
    expect(told.layer).toEqual([[true, title, expect.any(Number), expect.stringMatching(/^EPSG:/)]])
    expect(told.layer[0]?.[2]).toBeGreaterThan(0)
    expect(JSON.stringify(told)).not.toContain(canary)
  },
  180_000,
)
