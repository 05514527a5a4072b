/** CSW 2.0.2 (OGC 07-006r1), as its clients know it: by URL (R4.8, R6.15, R10.6). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addManyRecords } from '../helpers/catalogue.ts'
import { cswSchemas, whyNoCswSchemas } from '../helpers/csw-schemas.ts'
import { isoSchemas } from '../helpers/iso-schemas.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import {
  type Answer,
  attribute,
  type CswCatalogue,
  canary,
  exceptionOf,
  fillCatalogue,
  get,
  getRecordsXml,
  post,
  texts,
} from './csw-fixture.ts'

let program: TestProgram
let face: string
let ids: CswCatalogue
const schemas = cswSchemas()
let checked = 0
const gmdSchema = 'http://www.isotc211.org/2005/gmd'

/** Everything that is answered well passes through here. */
const valid = (answer: Answer): Answer => {
  expect(answer.status, answer.text.slice(0, 1000)).toBe(200)
  expect(answer.type).toBe('application/xml; charset=utf-8')
  // Elements of ISO 19139 are checked by their own schemas.
  if (schemas && !answer.text.includes('<gmd:MD_Metadata')) {
    expect(schemas.objections(answer.text)).toEqual([])
    checked += 1
  }
  return answer
}
const ask = async (request: string, parameters: Record<string, string> = {}) =>
  valid(await get(face, request, parameters))
const send = async (body: string) => valid(await post(face, body))
const refuse = async (request: string, parameters: Record<string, string> = {}) => {
  const answer = await get(face, request, parameters)
  if (schemas) expect(schemas.objections(answer.text), answer.text).toEqual([])
  return exceptionOf(answer)
}
const matched = ({ text }: Answer) => Number(attribute(text, 'csw:SearchResults', 'numberOfRecordsMatched'))
const returned = ({ text }: Answer) => Number(attribute(text, 'csw:SearchResults', 'numberOfRecordsReturned'))
const next = ({ text }: Answer) => Number(attribute(text, 'csw:SearchResults', 'nextRecord'))
const titles = ({ text }: Answer) => texts(text, 'dc:title')
const records = { typeNames: 'csw:Record', resultType: 'results' }

beforeAll(async () => {
  if (!schemas && process.env['CI']) throw new Error(whyNoCswSchemas)
  program = await testProgram()
  face = `${program.url}/csw`
  ids = await fillCatalogue(program.database)
}, 120_000)

afterAll(async () => {
  await program?.stop()
  schemas?.remove()
})

describe('GetCapabilities', () => {
  test('names its operations with addresses that work, by GET and as XML by POST (R6.15)', async () => {
    const { text } = await ask('GetCapabilities')
    for (const operation of ['GetCapabilities', 'DescribeRecord', 'GetDomain', 'GetRecords', 'GetRecordById'])
      expect(text).toContain(`<ows:Operation name="${operation}">`)
    expect(attribute(text, 'ows:Get', 'xlink:href')).toBe(`${face}?`)
    expect(attribute(text, 'ows:Post', 'xlink:href')).toBe(face)
    expect(text).toContain('<ows:Constraint name="PostEncoding"><ows:Value>XML</ows:Value></ows:Constraint>')
    expect(attribute(text, 'csw:Capabilities', 'version')).toBe('2.0.2')
    const posted = await send('<GetCapabilities xmlns="http://www.opengis.net/cat/csw/2.0.2" service="CSW"/>')
    expect(posted.text).toBe(text)
  })

  test('is what the bare address answers, and under the second name its addresses keep that name (Q18)', async () => {
    const plain = await fetch(face)
    expect(plain.status).toBe(200)
    expect(await plain.text()).toContain('<csw:Capabilities')
    const other = valid(await get(`${program.url}/records/csw`, 'GetCapabilities'))
    expect(attribute(other.text, 'ows:Post', 'xlink:href')).toBe(`${program.url}/records/csw`)
  })

  test('names of parameters come in any case, and unknown ones are ignored', async () => {
    const response = await fetch(`${face}?sErViCe=CSW&REQUEST=getcapabilities&date=2006-10-20`)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('<csw:Capabilities')
  })

  test('gives the sections asked for, and the first version both know', async () => {
    const some = await ask('GetCapabilities', {
      AcceptVersions: '3.0.0,2.0.2',
      sections: 'ServiceIdentification,OperationsMetadata',
    })
    expect(some.text).toContain('<ows:ServiceIdentification>')
    expect(some.text).not.toContain('<ows:ServiceProvider>')
    const none = await ask('GetCapabilities', { sections: '' })
    expect(none.text).not.toContain('<ows:OperationsMetadata>')
    expect(await refuse('GetCapabilities', { AcceptVersions: '3.0.0' })).toMatchObject({
      status: 400,
      code: 'VersionNegotiationFailed',
    })
    expect(await refuse('GetCapabilities', { sections: 'Everything' })).toMatchObject({
      code: 'InvalidParameterValue',
      locator: 'Sections',
    })
  })

  test('the answer has the media type that was asked for (OWS Common, 7.3.5)', async () => {
    for (const AcceptFormats of ['text/xml', 'application/xml'])
      expect((await get(face, 'GetCapabilities', { AcceptFormats })).type).toBe(
        `${AcceptFormats}; charset=utf-8`,
      )
    expect((await get(face, 'GetCapabilities', { AcceptFormats: 'message/example' })).type).toMatch(
      /^application\/xml/,
    )
  })

  test('exception reports are of version 1.2.0 and name their schema, as the suite of the OGC demands', async () => {
    const { text } = await get(face, 'GetCapabilities', { service: 'FOO' })
    expect(text).toMatch(/<ows:ExceptionReport [^>]*version="1\.2\.0"/)
    expect(text).toContain('http://schemas.opengis.net/ows/1.0.0/owsExceptionReport.xsd"')
  })

  test('a client of CSW 3.0 is answered in the version there is', async () => {
    const response = await fetch(`${face}?service=CSW&version=3.0.0&request=GetCapabilities`)
    expect(await response.text()).toContain('version="2.0.2"')
  })
})

describe('DescribeRecord and GetDomain', () => {
  test('the schemas of both record types are told, or of the one asked for', async () => {
    const both = await ask('DescribeRecord')
    expect(both.text.match(/<csw:SchemaComponent/g)).toHaveLength(2)
    const one = await send(
      `<csw:DescribeRecord xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2"><csw:TypeName>csw:Record</csw:TypeName></csw:DescribeRecord>`,
    )
    expect(one.text).toContain('<xsd:element name="Record"')
    expect(one.text.match(/<csw:SchemaComponent/g)).toHaveLength(1)
    expect(await refuse('DescribeRecord', { typeName: 'Record' })).toMatchObject({
      code: 'InvalidParameterValue',
      locator: 'TypeName',
    })
    expect(await refuse('DescribeRecord', { schemaLanguage: 'http://relaxng.org' })).toMatchObject({
      code: 'InvalidParameterValue',
      locator: 'schemaLanguage',
    })
  })

  test('the values of a property are listed, and dates as a range', async () => {
    const types = await ask('GetDomain', { PropertyName: 'dc:type' })
    expect(texts(types.text, 'csw:Value')).toEqual(['dataset', 'nonGeographicDataset'])
    const subjects = await ask('GetDomain', { PropertyName: 'apiso:Subject' })
    expect(texts(subjects.text, 'csw:Value')).toEqual(
      expect.arrayContaining(['Marine life', 'Transport', 'roads', 'transportation']),
    )
    const dates = await ask('GetDomain', { PropertyName: 'apiso:PublicationDate' })
    expect([texts(dates.text, 'csw:MinValue'), texts(dates.text, 'csw:MaxValue')]).toEqual([
      ['2018-07-01'],
      ['2020-02-01'],
    ])
  })

  test('every property that filters know has a domain, and every parameter its values', async () => {
    const { text } = await ask('GetCapabilities')
    const queryables = [
      ...text.matchAll(/<ows:Value>((?:dc|dct|csw|ows|apiso):[A-Za-z_]+)<\/ows:Value>/g),
    ].map(([, name = '']) => name)
    expect(queryables.length).toBeGreaterThan(40)
    const names = [...new Set(queryables.filter((one) => one !== 'csw:Record'))]
    for (let at = 0; at < names.length; at += 20) {
      const some = names.slice(at, at + 20)
      const domains = await ask('GetDomain', { PropertyName: some.join(',') })
      expect(texts(domains.text, 'csw:PropertyName')).toEqual(some)
    }
    const results = await ask('GetDomain', { ParameterName: 'GetRecords.resultType' })
    expect(texts(results.text, 'csw:Value')).toEqual(['hits', 'results', 'validate'])
  })

  test('what is not there is refused by name', async () => {
    expect(await refuse('GetDomain', { PropertyName: 'dc:colour' })).toMatchObject({
      status: 400,
      code: 'InvalidParameterValue',
      locator: 'dc:colour',
      text: expect.stringContaining('Known: dc:title'),
    })
    expect(await refuse('GetDomain', { ParameterName: 'GetRecords.constructor' })).toMatchObject({
      code: 'InvalidParameterValue',
    })
    expect(await refuse('GetDomain')).toMatchObject({ code: 'MissingParameterValue' })
  })
})

describe('GetRecords', () => {
  test('counts only, unless results are asked for', async () => {
    const hits = await ask('GetRecords', { typeNames: 'csw:Record' })
    expect([matched(hits), returned(hits), next(hits)]).toEqual([5, 0, 1])
    const none = await ask('GetRecords', { ...records, maxRecords: '0' })
    expect([matched(none), returned(none)]).toEqual([5, 0])
  })

  test('by GET and by POST give the same records', async () => {
    const strip = ({ text }: Answer) => text.replace(/ timestamp="[^"]*"/, '')
    const asked = await ask('GetRecords', { ...records, ElementSetName: 'full' })
    const sent = await send(getRecordsXml())
    expect(strip(sent)).toBe(strip(asked))
    const form = valid(
      await post(
        face,
        `service=CSW&version=2.0.2&request=GetRecords&typeNames=csw%3ARecord&resultType=results&ElementSetName=full`,
        'application/x-www-form-urlencoded',
      ),
    )
    expect(strip(form)).toBe(strip(asked))
  })

  test('summary is the default; brief, summary and full say more and more', async () => {
    for (const [set, element] of [
      ['brief', 'csw:BriefRecord'],
      ['summary', 'csw:SummaryRecord'],
      ['full', 'csw:Record'],
    ] as const) {
      const { text } = await ask('GetRecords', { ...records, ElementSetName: set })
      expect(text.match(new RegExp(`<${element}>`, 'g'))).toHaveLength(5)
      expect(attribute(text, 'csw:SearchResults', 'elementSet')).toBe(set)
    }
    expect((await ask('GetRecords', records)).text).toContain('<csw:SummaryRecord>')
  })

  test('chosen elements come alone (elementName)', async () => {
    const { text } = await send(
      getRecordsXml({
        elements:
          '<csw:ElementName>dc:identifier</csw:ElementName><csw:ElementName>dc:type</csw:ElementName><csw:ElementName>dc:date</csw:ElementName>',
      }),
    )
    expect(new Set([...text.matchAll(/<(dct?:\w+|ows:\w+)/g)].map(([, name]) => name))).toEqual(
      new Set(['dc:identifier', 'dc:type', 'dc:date']),
    )
    expect(await refuse('GetRecords', { ...records, ElementName: 'dc:colour' })).toMatchObject({
      code: 'InvalidParameterValue',
      locator: 'ElementName',
    })
    expect(
      await refuse('GetRecords', { ...records, ElementName: 'dc:title', ElementSetName: 'brief' }),
    ).toMatchObject({ code: 'InvalidParameterValue' })
  })

  test('pages are counted from 1, nextRecord leads on, and is 0 at the end', async () => {
    const seen: string[] = []
    for (let start = 1; start > 0; ) {
      const page = await ask('GetRecords', {
        ...records,
        maxRecords: '2',
        startPosition: String(start),
        sortBy: 'Title:A',
      })
      expect(matched(page)).toBe(5)
      expect(returned(page)).toBe(titles(page).length)
      seen.push(...titles(page))
      start = next(page)
    }
    expect(seen).toEqual([
      'Annual report',
      'Coral reefs 100%',
      'Islands of the dateline',
      'Old roads',
      'Roads of Soufrière',
    ])
    const beyond = await ask('GetRecords', { ...records, startPosition: '6' })
    expect([matched(beyond), returned(beyond), next(beyond)]).toEqual([5, 0, 0])
  })

  test('records are sorted by any property, those without it last', async () => {
    const sorted = (by: string) => ask('GetRecords', { ...records, sortBy: by }).then(titles)
    expect((await sorted('dc:title:D'))[0]).toBe('Roads of Soufrière')
    expect((await sorted('apiso:PublicationDate:A')).slice(0, 2)).toEqual([
      'Coral reefs 100%',
      'Roads of Soufrière',
    ])
    expect((await sorted('apiso:PublicationDate:D')).slice(0, 2)).toEqual([
      'Roads of Soufrière',
      'Coral reefs 100%',
    ])
    const identifiers = texts(
      (await ask('GetRecords', { ...records, sortBy: 'dc:identifier:A' })).text,
      'dc:identifier',
    )
    expect(identifiers).toEqual([...identifiers].sort())
    expect(await refuse('GetRecords', { ...records, sortBy: 'AnyText' })).toMatchObject({
      code: 'InvalidParameterValue',
    })
  })

  test('validate repeats what was understood', async () => {
    const { text } = await send(
      getRecordsXml({
        attributes: 'resultType="validate" requestId="urn:x:1"',
        filter:
          '<ogc:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!" größe="1"><ogc:PropertyName>dc:title</ogc:PropertyName><ogc:Literal>*&lt;a&gt;*</ogc:Literal></ogc:PropertyIsLike>',
        sortBy:
          '<ogc:SortBy><ogc:SortProperty><ogc:PropertyName>dc:title</ogc:PropertyName><ogc:SortOrder>DESC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy>',
      }),
    )
    expect(text).toContain('<csw:Acknowledgement')
    expect(text).toContain('<ogc:Literal>*&lt;a&gt;*</ogc:Literal>')
    expect(text).toContain('<ogc:SortOrder>DESC</ogc:SortOrder>')
    expect(texts(text, 'csw:RequestId')).toEqual(['urn:x:1'])
  })

  test('an answer can be asked for again by its ETag', async () => {
    const address = `${face}?service=CSW&request=GetRecords&typeNames=csw:Record&resultType=results`
    const etag = (await fetch(address)).headers.get('etag') ?? ''
    const again = await fetch(address, { headers: { 'If-None-Match': etag } })
    expect(again.status).toBe(304)
  })

  test('web pages of other origins may ask by posting XML', async () => {
    const preflight = await fetch(face, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://example.org',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Content-Type')
  })
})

describe('a record', () => {
  const full = async (id: string) => (await ask('GetRecordById', { id, ElementSetName: 'full' })).text

  test('in Dublin Core says what the catalogue knows of it', async () => {
    const text = await full(ids.roads)
    expect(texts(text, 'dc:identifier')).toEqual([ids.roads])
    expect(texts(text, 'dc:title')).toEqual(['Roads of Soufrière'])
    expect(texts(text, 'dc:type')).toEqual(['dataset'])
    expect(texts(text, 'dc:subject')).toEqual(['Transport', 'roads', 'transportation'])
    expect(texts(text, 'dct:abstract')).toEqual(['Main roads & tracks <surveyed> on foot.'])
    expect(texts(text, 'dc:format')).toEqual(['GeoPackage'])
    expect(texts(text, 'dc:publisher')).toEqual(['Ministry of Works'])
    expect(texts(text, 'dc:date')).toEqual(['2021-03-04'])
    expect(texts(text, 'dct:temporal')).toEqual(['2020-01-01/2020-12-31'])
    expect(texts(text, 'dct:modified')[0]).toMatch(/^\d{4}-\d{2}-\d{2}T/)
  })

  test('has its extent latitude first under a name that says so (G28)', async () => {
    const text = await full(ids.roads)
    expect(attribute(text, 'ows:BoundingBox', 'crs')).toBe('urn:x-ogc:def:crs:EPSG:6.11:4326')
    expect(texts(text, 'ows:LowerCorner')).toEqual(['13.82 -61.08'])
    expect(texts(text, 'ows:UpperCorner')).toEqual(['13.9 -61'])
  })

  test('across the antimeridian has an extent on either side', async () => {
    const text = await full(ids.fiji)
    expect(texts(text, 'ows:LowerCorner')).toEqual(['-19 177', '-19 -180'])
    expect(texts(text, 'ows:UpperCorner')).toEqual(['-16 180', '-16 -178'])
  })

  test('lists the ways to obtain the data with the schemes that MetaSearch reads (R10.6)', async () => {
    const references = async (id: string) =>
      [...(await full(id)).matchAll(/<dct:references scheme="([^"]*)">([^<]*)</g)].map(
        ([, scheme, url]) => `${scheme} ${url}`,
      )
    const ofRoads = await references(ids.roads)
    expect(ofRoads).toContainEqual(
      expect.stringMatching(/^WWW:DOWNLOAD-1\.0-http--download http:.*\/files\/.*\/roads\.gpkg$/),
    )
    expect(ofRoads).toContainEqual(expect.stringMatching(/^FILE:GEO http:.*\/roads\.gpkg$/))
    expect(ofRoads).toContain(`OGC API - Features ${program.url}/pygeoapi/collections/roads/items`)
    expect(await references(ids.report)).toEqual(
      expect.arrayContaining([
        'OGC:WFS https://example.org/geoserver/ows',
        'WWW:LINK-1.0-http--link https://example.org/about?a=1&amp;b=2',
      ]),
    )
  })

  test('that was superseded names what replaces it (R3.10)', async () => {
    expect(texts(await full(ids['old roads']), 'dct:isReplacedBy')).toEqual([`urn:uuid:${ids.roads}`])
    const iso = await ask('GetRecordById', { id: ids['old roads'], outputSchema: gmdSchema })
    expect(iso.text).toContain('codeListValue="superseded"')
  })

  test('as ISO 19139 is what Records serves as XML, and valid (R4.8)', async () => {
    const nested = (await ask('GetRecordById', { id: ids.roads, outputSchema: gmdSchema })).text
    const alone = await (
      await fetch(`${program.url}/records/collections/metadata:main/items/${ids.roads}?f=xml`)
    ).text()
    const metadata = /<gmd:MD_Metadata[\s\S]*<\/gmd:MD_Metadata>/
    expect(metadata.exec(nested)?.[0]).toBe(metadata.exec(alone)?.[0])
    const listed = await send(
      getRecordsXml({
        attributes: `resultType="results" outputSchema="${gmdSchema}"`,
        typeNames: 'gmd:MD_Metadata',
      }),
    )
    expect(listed.text.match(/<gmd:MD_Metadata /g)).toHaveLength(5)
    expect(attribute(listed.text, 'csw:SearchResults', 'recordSchema')).toBe(gmdSchema)
    const iso = isoSchemas()
    for (const [document] of listed.text.matchAll(/<gmd:MD_Metadata[\s\S]*?<\/gmd:MD_Metadata>/g))
      expect(iso?.objections(document) ?? []).toEqual([])
    iso?.remove()
  })

  test('has the identifier that ets-csw202 expects, and can be asked for by the bare one', async () => {
    const found = await ask('GetRecords', {
      ...records,
      constraintLanguage: 'CQL_TEXT',
      constraint: "dc:title LIKE 'Roads%'",
    })
    expect(texts(found.text, 'dc:identifier')).toEqual([`urn:uuid:${ids.roads}`])
  })

  test('several are found at once, by bare and by URN identifiers, each once as it was asked for', async () => {
    const { text } = await ask('GetRecordById', {
      id: `${ids.reefs},urn:uuid:${ids.roads},${ids.reefs}`,
      ElementSetName: 'brief',
    })
    expect(texts(text, 'dc:identifier')).toEqual([ids.reefs, `urn:uuid:${ids.roads}`])
    const posted = await send(
      `<csw:GetRecordById xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2"><csw:Id>${ids.roads}</csw:Id><csw:ElementSetName>brief</csw:ElementSetName></csw:GetRecordById>`,
    )
    expect(texts(posted.text, 'dc:identifier')).toEqual([ids.roads])
  })

  test('that is not there gives an empty answer; no identifier at all is a mistake', async () => {
    for (const id of ['urn:uuid:ce8627a0-685c-11db-bd13-0800200c9a66', "x' or 1=1", '..'])
      expect((await ask('GetRecordById', { id })).text).not.toContain('<csw:SummaryRecord')
    expect(await refuse('GetRecordById')).toMatchObject({
      status: 400,
      code: 'MissingParameterValue',
      locator: 'Id',
    })
    expect(await refuse('GetRecordById', { id: ids.roads, outputSchema: 'http://x' })).toMatchObject({
      code: 'InvalidParameterValue',
      locator: 'outputSchema',
    })
    expect(await refuse('GetRecordById', { id: ids.roads, outputFormat: 'text/sgml' })).toMatchObject({
      code: 'InvalidParameterValue',
      locator: 'outputFormat',
    })
  })
})

describe('what is not published', () => {
  test('is in no answer: not by id, search, sorting, count or domain (R3.3, R6.26)', async () => {
    const answers = [
      await ask('GetRecords', { ...records, ElementSetName: 'full', maxRecords: '100' }),
      await ask('GetRecords', {
        ...records,
        constraintLanguage: 'CQL_TEXT',
        constraint: `AnyText LIKE '%${canary}%'`,
      }),
      await ask('GetRecords', {
        ...records,
        constraintLanguage: 'CQL_TEXT',
        constraint: `dc:identifier IN ('${ids.draft}', '${ids.deleted}') OR dc:title LIKE '%Secret%'`,
      }),
      await ask('GetRecordById', { id: `${ids.draft},${ids.deleted}`, ElementSetName: 'full' }),
      await ask('GetRecordById', { id: ids.draft, outputSchema: gmdSchema }),
      await ask('GetDomain', { PropertyName: 'dc:title' }),
      await ask('GetDomain', { PropertyName: 'dc:subject' }),
    ]
    for (const { text } of answers) {
      expect(text).not.toContain(canary)
      expect(text).not.toContain('<gmd:MD_Metadata')
    }
    expect(matched(answers[1] as Answer)).toBe(0)
    expect(matched(answers[2] as Answer)).toBe(0)
  })
})

test('among thousands of records the count is exact and no page has a gap, also where ranking ends (R6.15)', async () => {
  await addManyRecords(program.database, 2500, 'mangrove')
  const seen = new Set<string>()
  let start = 1981
  for (let page = 0; page < 3; page += 1) {
    const answer = await send(
      getRecordsXml({
        attributes: `resultType="results" maxRecords="30" startPosition="${start}"`,
        elements: '<csw:ElementSetName>brief</csw:ElementSetName>',
        filter:
          '<ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><ogc:PropertyName>csw:AnyText</ogc:PropertyName><ogc:Literal>mangrove</ogc:Literal></ogc:PropertyIsLike>',
      }),
    )
    expect(matched(answer)).toBe(2500)
    expect(returned(answer)).toBe(30)
    for (const id of texts(answer.text, 'dc:identifier')) seen.add(id)
    start = next(answer)
  }
  expect(start).toBe(2071)
  expect(seen.size).toBe(90)
})

test.skipIf(!schemas)(`all of that was valid by the OGC's schemas (${whyNoCswSchemas})`, () => {
  expect(checked).toBeGreaterThan(40)
})
