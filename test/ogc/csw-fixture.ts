/** A small catalogue for the tests of CSW, and requests as its clients make them. */
import { addRecord } from '../helpers/catalogue.ts'
import type { TestDatabase } from '../helpers/database.ts'

/** One word, so that a search that finds the word finds what holds it. */
export const canary = 'zq9canary'

export const bare = {
  keywords: [],
  thesaurusKeywords: [],
  topicCategories: [],
  dates: {},
  dataSources: [],
  webServices: [],
  lineageStatement: 'Made for tests.',
}

export type CswCatalogue = Record<
  'roads' | 'reefs' | 'fiji' | 'report' | 'old roads' | 'draft' | 'deleted',
  string
>

export const fillCatalogue = async (db: Pick<TestDatabase, 'knex'>): Promise<CswCatalogue> => {
  const roads = await addRecord(
    db,
    {
      ...bare,
      title: 'Roads of Soufrière',
      abstract: 'Main roads & tracks <surveyed> on foot.',
      keywords: ['Transport', 'roads'],
      topicCategories: ['transportation'],
      custodianOrganisation: 'Ministry of Works',
      dates: { creation: '2019-05-01', publication: '2020-02-01', revision: '2021-03-04' },
      bbox: { west: -61.08, south: 13.82, east: -61.0, north: 13.9 },
      temporalExtent: { begin: '2020-01-01', end: '2020-12-31' },
      spatialResolutionDenominator: 25000,
      crs: 'EPSG:32620',
    },
    {
      collectionId: 'roads',
      file: {
        name: 'roads.gpkg',
        format: 'GeoPackage',
        mediaType: 'application/geopackage+sqlite3',
        sizeBytes: 52_428_800,
        epsg: 2006,
      },
    },
  )
  const reefs = await addRecord(db, {
    ...bare,
    title: 'Coral reefs 100%',
    abstract: 'Reefs, far from all roads.',
    keywords: ['Marine life'],
    dates: { publication: '2018-07-01' },
    bbox: { west: -61.2, south: 13.7, east: -61.1, north: 13.8 },
    temporalExtent: { begin: '2024-06-01' },
  })
  const fiji = await addRecord(db, {
    ...bare,
    title: 'Islands of the dateline',
    abstract: 'Far away.',
    bbox: { west: 177, south: -19, east: -178, north: -16 },
    temporalExtent: undefined,
  })
  const report = await addRecord(
    db,
    {
      ...bare,
      title: 'Annual report',
      abstract: 'A document.',
      resourceType: 'nonGeographicDataset',
      bbox: undefined,
      temporalExtent: undefined,
    },
    {
      links: [
        {
          kind: 'service',
          title: 'Habitats',
          url: 'https://example.org/geoserver/ows',
          protocol: 'OGC:WFS',
          format: 'WFS',
        },
        {
          kind: 'information',
          title: 'More',
          url: 'https://example.org/about?a=1&b=2',
          protocol: 'WWW:LINK-1.0-http--link',
        },
      ],
    },
  )
  const oldRoads = await addRecord(
    db,
    { ...bare, title: 'Old roads', abstract: 'Before.', bbox: undefined, temporalExtent: undefined },
    { state: 'deprecated', successorId: roads },
  )
  const draft = await addRecord(
    db,
    { title: `Secret ${canary}`, abstract: canary, keywords: [canary] },
    { state: 'draft' },
  )
  await addRecord(db, { title: `Returned ${canary}` }, { state: 'returned' })
  const deleted = await addRecord(
    db,
    { title: `Deleted ${canary}` },
    { state: 'deleted', successorId: roads },
  )
  return { roads, reefs, fiji, report, 'old roads': oldRoads, draft, deleted }
}

export type Answer = { status: number; type: string; text: string; headers: Headers }

const read = async (response: Response): Promise<Answer> => ({
  status: response.status,
  type: response.headers.get('content-type') ?? '',
  text: await response.text(),
  headers: response.headers,
})

/** Service, version and operation are added. */
export const get = async (
  face: string,
  request: string,
  parameters: Record<string, string> = {},
): Promise<Answer> =>
  read(
    await fetch(
      `${face}?${new URLSearchParams({ service: 'CSW', version: '2.0.2', request, ...parameters })}`,
    ),
  )

export const post = async (
  face: string,
  body: string | Uint8Array,
  contentType = 'text/xml',
): Promise<Answer> =>
  read(await fetch(face, { method: 'POST', headers: { 'Content-Type': contentType }, body: body as never }))

/** A GetRecords as OWSLib writes it. */
export const getRecordsXml = ({
  filter = '',
  elements = '<csw:ElementSetName>full</csw:ElementSetName>',
  attributes = 'resultType="results"',
  sortBy = '',
  typeNames = 'csw:Record',
}: {
  filter?: string
  elements?: string
  attributes?: string
  sortBy?: string
  typeNames?: string
} = {}): string => `<?xml version="1.0" encoding="UTF-8"?>
<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc"
  xmlns:gml="http://www.opengis.net/gml" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/"
  xmlns:ows="http://www.opengis.net/ows" xmlns:gmd="http://www.isotc211.org/2005/gmd" service="CSW" version="2.0.2" ${attributes}>
  <csw:Query typeNames="${typeNames}">${elements}
    ${filter && `<csw:Constraint version="1.1.0"><ogc:Filter>${filter}</ogc:Filter></csw:Constraint>`}${sortBy}
  </csw:Query>
</csw:GetRecords>`

const plain = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

/** The texts of an element, by its name as it is written. */
export const texts = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    plain(text),
  )

export const attribute = (xml: string, element: string, name: string): string | undefined =>
  new RegExp(`<${element}(?: [^>]*)? ${name}="([^"]*)"`).exec(xml)?.[1]

/** What an exception report says: its code, what it is about, and its sentence. */
export const exceptionOf = (answer: Answer) => ({
  status: answer.status,
  code: attribute(answer.text, 'ows:Exception', 'exceptionCode'),
  locator: attribute(answer.text, 'ows:Exception', 'locator'),
  text: texts(answer.text, 'ows:ExceptionText')[0],
})
