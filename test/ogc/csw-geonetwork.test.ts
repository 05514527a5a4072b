/**
 * GeoNetwork's harvester, replayed: the requests that its classes Harvester and Aligner send, one after the other, made of
 * what our capabilities say, as they make them (core-geonetwork 4.4, package harvester.csw). R6.15, G28.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  attributeOf,
  childElements,
  firstChild,
  readXml,
  type XmlElement,
} from '../../backend/src/xml/read.ts'
import { addRecord } from '../helpers/catalogue.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { bare, type CswCatalogue, canary, fillCatalogue } from './csw-fixture.ts'

let program: TestProgram
let ids: CswCatalogue

beforeAll(async () => {
  program = await testProgram()
  ids = await fillCatalogue(program.database)
  for (let sheet = 1; sheet <= 40; sheet += 1)
    await addRecord(program.database, {
      ...bare,
      title: `Sheet ${sheet}`,
      abstract: `Sheet ${sheet} of the map.`,
    })
}, 120_000)

afterAll(async () => {
  await program?.stop()
})

const parse = (text: string) => readXml(new TextEncoder().encode(text))

const descendants = (parent: XmlElement, local: string): XmlElement[] =>
  childElements(parent).flatMap((child) => [
    ...(child.name.local === local ? [child] : []),
    ...descendants(child, local),
  ])

const xlink = 'http://www.w3.org/1999/xlink'
const gmd = 'http://www.isotc211.org/2005/gmd'
const csw = 'http://www.opengis.net/cat/csw/2.0.2'

type Operation = { getUrl?: string; postUrl?: string; values: (parameter: string) => string[] }

/** CswServer: operations by name; the first GET address, the first POST address that is not for SOAP. */
const connect = async (): Promise<{ version: string; operation: (name: string) => Operation }> => {
  const response = await fetch(`${program.url}/csw?SERVICE=CSW&REQUEST=GetCapabilities&VERSION=2.0.2`)
  const capabilities = parse(await response.text())
  expect(capabilities.name).toMatchObject({ local: 'Capabilities', namespace: csw })
  const versions = descendants(capabilities, 'ServiceTypeVersion').map(({ text }) => text)
  const operation = (name: string): Operation => {
    const found = descendants(capabilities, 'Operation').find((one) => attributeOf(one, 'name') === name)
    if (!found) throw new Error(`${name} operation not found`)
    const address = (method: string) =>
      descendants(found, method)
        .filter((one) => !descendants(one, 'Value').some(({ text }) => text === 'SOAP'))
        .map((one) => attributeOf(one, 'href', xlink))[0]
    return {
      getUrl: address('Get'),
      postUrl: address('Post'),
      values: (parameter) =>
        childElements(found, 'Parameter')
          .filter((one) => attributeOf(one, 'name')?.toLowerCase() === parameter.toLowerCase())
          .flatMap((one) => childElements(one, 'Value').map(({ text }) => text)),
    }
  }
  return { version: versions[0] ?? '', operation }
}

const send = async (url: string, body: string): Promise<XmlElement> => {
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/xml' }, body })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return parse(text)
}

type Asked = { start: number; typeNames: string[]; outputSchema: string; filter?: string; sortBy?: string }

/** GetRecordsRequest.getPostParams; type names are parted by commas there. */
const getRecords = ({
  start,
  typeNames,
  outputSchema,
  filter = '',
  sortBy = '',
}: Asked) => `<?xml version="1.0" encoding="UTF-8"?>
<csw:GetRecords xmlns:csw="${csw}" xmlns:dc="http://purl.org/dc/elements/1.1/" service="CSW" version="2.0.2" resultType="results" outputFormat="application/xml" outputSchema="${outputSchema}" startPosition="${start}" maxRecords="20">
  <csw:Query typeNames="${typeNames.join(',')}">
    <csw:ElementSetName>summary</csw:ElementSetName>${filter && `<csw:Constraint version="1.1.0"><ogc:Filter xmlns:ogc="http://www.opengis.net/ogc">${filter}</ogc:Filter></csw:Constraint>`}${sortBy}
  </csw:Query>
</csw:GetRecords>`

/** What GeoNetwork takes for the identifier and the date of a record, in either schema. */
const infoOf = (record: XmlElement) => {
  if (record.name.namespace === gmd) {
    const text = (local: string) => {
      const element = firstChild(record, local)
      return element && childElements(element)[0]?.text.trim()
    }
    return { uuid: text('fileIdentifier') ?? '', changed: text('dateStamp') ?? '' }
  }
  return {
    uuid: firstChild(record, 'identifier')?.text ?? '',
    changed: firstChild(record, 'modified')?.text ?? '',
  }
}

const number = (results: XmlElement, name: string) => Number(attributeOf(results, name) ?? Number.NaN)

/** Harvester.searchAndAlign: pages of twenty until nextRecord is 0; each record is then fetched by its identifier. */
const harvest = async (asked: Omit<Asked, 'start'>) => {
  const { operation } = await connect()
  const search = operation('GetRecords')
  const one = operation('GetRecordById')
  const found = new Map<string, XmlElement>()
  let pages = 0
  for (let start = 1; ; ) {
    const response = await send(search.postUrl ?? '', getRecords({ ...asked, start }))
    const results = firstChild(response, 'SearchResults', csw)
    if (!results) throw new Error("Missing 'SearchResults'")
    pages += 1
    const records = childElements(results)
    const returned = number(results, 'numberOfRecordsReturned')
    const next = number(results, 'nextRecord')
    expect(returned).toBe(records.length)
    for (const record of records) {
      const { uuid } = infoOf(record)
      expect(uuid).not.toBe('')
      expect(found.has(uuid), `${uuid} comes once`).toBe(false)
      const [fetched, ...others] = childElements(
        await send(
          one.postUrl ?? '',
          `<csw:GetRecordById xmlns:csw="${csw}" service="CSW" version="2.0.2" outputSchema="${asked.outputSchema}"><csw:Id>${uuid}</csw:Id><csw:ElementSetName>full</csw:ElementSetName></csw:GetRecordById>`,
        ),
      )
      if (!fetched) throw new Error(`${uuid} cannot be retrieved`)
      expect(others).toEqual([])
      expect(infoOf(fetched).uuid).toBe(uuid)
      found.set(uuid, fetched)
    }
    if (next === 0) return { found, pages, matched: number(results, 'numberOfRecordsMatched') }
    // What follows would end the harvest with a warning in GeoNetwork's log.
    expect(next).toBe(start + returned)
    expect(next).toBeLessThanOrEqual(number(results, 'numberOfRecordsMatched'))
    start += returned
  }
}

const titleOf = (record: XmlElement) => {
  const [title] = descendants(record, 'title')
  return title && (childElements(title)[0]?.text ?? title.text)
}
const titlesOf = (found: Map<string, XmlElement>) => [...found.values()].map(titleOf).sort()

describe("GeoNetwork's harvester", () => {
  test('finds both operations, the filter language and the ISO schema in the capabilities', async () => {
    const { version, operation } = await connect()
    expect(version).toBe('2.0.2')
    const search = operation('GetRecords')
    expect(search.postUrl).toBe(`${program.url}/csw`)
    expect(search.values('constraintLanguage').map((one) => one.toLowerCase())).toEqual(
      expect.arrayContaining(['filter', 'cql_text']),
    )
    expect(search.values('outputSchema')).toContain(gmd)
    expect(search.values('outputFormat')).toContain('application/xml')
    expect(search.values('typeNames')).toEqual(expect.arrayContaining(['csw:Record', 'gmd:MD_Metadata']))
    expect(operation('GetRecordById').postUrl).toBe(`${program.url}/csw`)
  })

  test('takes the whole catalogue as ISO 19139, twenty at a time, each record once, and nothing that is not public', async () => {
    const { operation } = await connect()
    const search = operation('GetRecords')
    // Without a schema chosen in the form, all type names of the capabilities are sent together.
    const { found, pages, matched } = await harvest({
      typeNames: search.values('typeNames'),
      outputSchema: gmd,
    })
    expect(matched).toBe(45)
    expect(pages).toBe(3)
    expect(found.size).toBe(45)
    expect([...found.keys()]).toContain(ids.roads)
    for (const [, { name }] of found) expect(name).toMatchObject({ local: 'MD_Metadata', namespace: gmd })
    expect(JSON.stringify([...found])).not.toContain(canary)
  })

  test('takes it as Dublin Core, too', async () => {
    const { found } = await harvest({ typeNames: ['csw:Record'], outputSchema: csw })
    expect(found.size).toBe(45)
    expect([...found.keys()]).toContain(`urn:uuid:${ids.roads}`)
  })

  test('is filtered by words and by a box with longitude first and no name, as its form writes them', async () => {
    const box = `<ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope xmlns:gml="http://www.opengis.net/gml"><gml:lowerCorner>-61.09 13.81</gml:lowerCorner><gml:upperCorner>-61.01 13.88</gml:upperCorner></gml:Envelope></ogc:BBOX>`
    const words = `<ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><ogc:PropertyName>csw:AnyText</ogc:PropertyName><ogc:Literal>%roads%</ogc:Literal></ogc:PropertyIsLike>`
    const not = `<ogc:Not><ogc:PropertyIsEqualTo><ogc:PropertyName>Title</ogc:PropertyName><ogc:Literal>Old roads</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Not>`
    const iso = { typeNames: ['gmd:MD_Metadata'], outputSchema: gmd }
    expect(titlesOf((await harvest({ ...iso, filter: words })).found)).toEqual([
      'Coral reefs 100%',
      'Old roads',
      'Roads of Soufrière',
    ])
    expect(titlesOf((await harvest({ ...iso, filter: `<ogc:And>${words}${box}</ogc:And>` })).found)).toEqual([
      'Roads of Soufrière',
    ])
    expect(titlesOf((await harvest({ ...iso, filter: `<ogc:And>${not}${words}</ogc:And>` })).found)).toEqual([
      'Coral reefs 100%',
      'Roads of Soufrière',
    ])
  })

  test('is sorted where its form asks for it, and nothing is left out between the pages', async () => {
    const sortBy =
      '<ogc:SortBy xmlns:ogc="http://www.opengis.net/ogc"><ogc:SortProperty><ogc:PropertyName>identifier</ogc:PropertyName><ogc:SortOrder>ASC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy>'
    const { found } = await harvest({ typeNames: ['gmd:MD_Metadata'], outputSchema: gmd, sortBy })
    expect([...found.keys()]).toEqual([...found.keys()].sort())
    expect(found.size).toBe(45)
  })

  test('asks by GET with CQL where POST failed', async () => {
    const { operation } = await connect()
    const parameters = new URLSearchParams({
      request: 'GetRecords',
      service: 'CSW',
      version: '2.0.2',
      resultType: 'results',
      namespace: `xmlns(csw=${csw}),xmlns(gmd=${gmd})`,
      outputFormat: 'application/xml',
      outputSchema: gmd,
      startPosition: '1',
      maxRecords: '20',
      elementSetName: 'summary',
      constraint: "AnyText like '%roads%' AND BBOX(the_geom, -61.09, 13.81, -61.01, 13.88)",
      constraintLanguage: 'CQL_TEXT',
      constraint_language_version: '1.1.0',
      typeNames: 'gmd:MD_Metadata,csw:Record',
    })
    const response = await fetch(`${operation('GetRecords').getUrl}${parameters}`)
    const text = await response.text()
    expect(response.status, text).toBe(200)
    const results = firstChild(parse(text), 'SearchResults', csw)
    expect(results && childElements(results).map(titleOf)).toEqual(['Roads of Soufrière'])
  })
})
