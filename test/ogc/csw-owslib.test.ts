/**
 * OWSLib against CSW, which is what MetaSearch of QGIS before 3.28 speaks (R6.15, R10.6, G28): the one of the tests
 * (SECIMS_PYTHON names another Python), and the one that QGIS brings along.
 */
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addRecord } from '../helpers/catalogue.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { bare, type CswCatalogue, fillCatalogue } from './csw-fixture.ts'

let program: TestProgram
let ids: CswCatalogue

const hasOwslib = (python: string) =>
  spawnSync(python, ['-c', 'from owslib.csw import CatalogueServiceWeb']).status === 0
const pythons = [
  { name: 'OWSLib', python: process.env['SECIMS_PYTHON'] ?? 'python3', environment: process.env },
  // The packages of the tests would hide those of QGIS.
  { name: "QGIS's OWSLib", python: '/usr/bin/python3', environment: { PATH: process.env['PATH'] } },
].map((one) => ({ ...one, isThere: hasOwslib(one.python) }))

beforeAll(async () => {
  if (process.env['CI'] && pythons.some(({ isThere }) => !isThere)) throw new Error('OWSLib must be in CI')
  program = await testProgram()
  ids = await fillCatalogue(program.database)
  for (let n = 1; n <= 12; n += 1)
    await addRecord(program.database, {
      ...bare,
      title: `Habitats, sheet ${String(n).padStart(2, '0')}`,
      resourceType: n === 3 ? 'series' : 'dataset',
      bbox: n === 12 ? undefined : { west: -61, south: 13.8, east: -60.9, north: 13.9 },
    })
}, 120_000)

afterAll(async () => {
  await program?.stop()
})

const script = `
import json, sys, warnings
warnings.simplefilter('ignore')
from owslib.csw import CatalogueServiceWeb
from owslib.fes import BBox, PropertyIsEqualTo, PropertyIsLike, SortBy, SortProperty
from owslib.ows import ExceptionReport
c = CatalogueServiceWeb(sys.argv[1], timeout=20)
told = {'title': c.identification.title, 'version': c.identification.version, 'operations': [o.name for o in c.operations],
  'spatial': c.filters.spatial_operators, 'provider': c.provider.url}
def found(**request):
    c.getrecords2(**request)
    return {**c.results, 'titles': [r.title for r in c.records.values()]}
# As in the dialog of MetaSearch: words without wildcards, a box as texts with latitude first, both as a nested list.
words = PropertyIsLike('csw:AnyText', 'habitats sheet')
box = BBox(['13.85', '-60.95', '14.5', '-60.0'], crs='urn:ogc:def:crs:EPSG::4326')
told['all'] = found(maxrecords=10, esn='full')
told['words'] = found(constraints=[words], maxrecords=10, esn='full')
told['next'] = found(constraints=[words], maxrecords=10, startposition=11, esn='full')
told['box'] = found(constraints=[[box, words]], maxrecords=20, esn='full')
told['swapped'] = found(constraints=[BBox(['-60.95', '13.85', '-60.0', '14.5'])], maxrecords=20)
told['series'] = found(constraints=[PropertyIsEqualTo('dc:type', 'series')])
told['keywords'] = (c.getrecords(keywords=['soufrière']), [r.title for r in c.records.values()])[1]
told['sorted'] = found(constraints=[words], sortby=SortBy([SortProperty('dc:title', 'DESC')]), maxrecords=2)
told['cql'] = found(cql="dc:title like 'Habitats%' and dc:type <> 'dataset'")
told['hits'] = found(resulttype='hits')
c.getdomain('dc:type', 'property')
told['types'] = c.results['values']
c.describerecord()
told['described'] = b'SchemaComponent' in c.response
c.getrecordbyid([sys.argv[2]])
record = c.records[sys.argv[2]]
told['record'] = {'title': record.title, 'abstract': record.abstract, 'subjects': record.subjects, 'date': record.date,
  'bbox': [record.bbox.minx, record.bbox.miny, record.bbox.maxx, record.bbox.maxy], 'axes': record.bbox.crs.axisorder,
  'schemes': [r['scheme'] for r in record.references]}
c.getrecordbyid([sys.argv[2]], outputschema='http://www.isotc211.org/2005/gmd')
iso = c.records[sys.argv[2]]
told['iso'] = {'identifier': iso.identifier, 'title': (iso.identification[0] if isinstance(iso.identification, list) else iso.identification).title,
  'online': [o.protocol for o in iso.distribution.online]}
c.getrecords2(outputschema='http://www.isotc211.org/2005/gmd', typenames='gmd:MD_Metadata', esn='full', maxrecords=3)
told['isos'] = len(c.records)
try:
    c.getrecords2(constraints=[PropertyIsLike('dc:colour', 'red')])
except ExceptionReport as refused:
    told['refused'] = [refused.code, refused.locator, refused.msg]
print(json.dumps(told))
`

describe.each(pythons)('$name', ({ python, environment, isThere }) => {
  test.skipIf(!isThere)(
    'connects, searches by words, box and type, pages, sorts, and reads a record in both schemas',
    async () => {
      // The server runs in this process: waiting for the client must not stop it.
      const run = await promisify(execFile)(python, ['-c', script, `${program.url}/csw`, ids.roads], {
        timeout: 50_000,
        env: { ...environment, PYTHONIOENCODING: 'utf-8' },
      })
      const told = JSON.parse(run.stdout)
      expect(told).toMatchObject({
        title: 'SEC-IMS – catalogue',
        version: '2.0.2',
        operations: ['GetCapabilities', 'DescribeRecord', 'GetDomain', 'GetRecords', 'GetRecordById'],
        spatial: expect.arrayContaining(['BBOX']),
        provider: `${program.url}/`,
        all: { matches: 17, returned: 10, nextrecord: 11 },
        words: { matches: 12, returned: 10, nextrecord: 11 },
        next: { matches: 12, returned: 2, nextrecord: 0 },
        box: { matches: 11, returned: 11 },
        swapped: { matches: 11 },
        series: { matches: 1, titles: ['Habitats, sheet 03'] },
        keywords: ['Roads of Soufrière'],
        sorted: { titles: ['Habitats, sheet 12', 'Habitats, sheet 11'] },
        cql: { titles: ['Habitats, sheet 03'] },
        hits: { matches: 17, returned: 0 },
        types: ['dataset', 'nonGeographicDataset', 'series'],
        described: true,
        record: {
          title: 'Roads of Soufrière',
          abstract: 'Main roads & tracks <surveyed> on foot.',
          subjects: ['Transport', 'roads', 'transportation'],
          date: '2021-03-04',
          bbox: ['-61.08', '13.82', '-61', '13.9'],
          axes: 'yx',
          schemes: expect.arrayContaining(['WWW:DOWNLOAD-1.0-http--download', 'OGC API - Features']),
        },
        iso: {
          identifier: ids.roads,
          title: 'Roads of Soufrière',
          online: expect.arrayContaining(['WWW:DOWNLOAD-1.0-http--download', 'OGC API - Features']),
        },
        isos: 3,
        refused: [
          'InvalidParameterValue',
          'dc:colour',
          expect.stringContaining("'dc:colour' is not a property"),
        ],
      })
      expect(new Set([...told.words.titles, ...told.next.titles]).size).toBe(12)
    },
  )
})
