/** What CSW finds: the same question as ogc:Filter (1.1.0 and 1.0.0) and as CQL text (R6.15). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import {
  attribute,
  type CswCatalogue,
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

beforeAll(async () => {
  program = await testProgram()
  face = `${program.url}/csw`
  ids = await fillCatalogue(program.database)
}, 120_000)

afterAll(async () => {
  await program?.stop()
})

const sortByTitle =
  '<ogc:SortBy><ogc:SortProperty><ogc:PropertyName>dc:title</ogc:PropertyName></ogc:SortProperty></ogc:SortBy>'

/** The titles a filter finds, in the order of the alphabet. */
const filtered = async (filter: string): Promise<string[]> => {
  const answer = await post(face, getRecordsXml({ filter, sortBy: sortByTitle }))
  expect(answer.status, answer.text).toBe(200)
  const titles = texts(answer.text, 'dc:title')
  expect(attribute(answer.text, 'csw:SearchResults', 'numberOfRecordsMatched')).toBe(String(titles.length))
  return titles
}
const selected = async (constraint: string): Promise<string[]> => {
  const answer = await get(face, 'GetRecords', {
    typeNames: 'csw:Record',
    resultType: 'results',
    constraintLanguage: 'CQL_TEXT',
    constraint,
    sortBy: 'Title:A',
  })
  expect(answer.status, answer.text).toBe(200)
  return texts(answer.text, 'dc:title')
}

const compare = (operator: string, name: string, literal: string, attributes = '') =>
  `<ogc:PropertyIs${operator} ${attributes}><ogc:PropertyName>${name}</ogc:PropertyName><ogc:Literal>${literal}</ogc:Literal></ogc:PropertyIs${operator}>`
const like = (name: string, literal: string, attributes = 'wildCard="%" singleChar="_" escapeChar="\\"') =>
  compare('Like', name, literal, attributes)
const envelope = (lower: string, upper: string, srsName?: string) =>
  `<gml:Envelope${srsName ? ` srsName="${srsName}"` : ''}><gml:lowerCorner>${lower}</gml:lowerCorner><gml:upperCorner>${upper}</gml:upperCorner></gml:Envelope>`
const spatial = (operator: string, geometry: string) =>
  `<ogc:${operator}><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName>${geometry}</ogc:${operator}>`

const roads = 'Roads of Soufrière'
const reefs = 'Coral reefs 100%'
const fiji = 'Islands of the dateline'
const report = 'Annual report'
const oldRoads = 'Old roads'

describe('words', () => {
  test('are found in all the text, without wildcards as MetaSearch sends them, and with', async () => {
    for (const literal of ['road', '%roads%', 'ROAD', '%road'])
      expect(await filtered(like('csw:AnyText', literal)), literal).toEqual([reefs, oldRoads, roads])
    expect(await filtered(like('AnyText', 'soufriere'))).toEqual([roads])
    expect(
      await filtered(like('apiso:AnyText', '*tracks*', 'wildCard="*" singleChar="?" escape="!"')),
    ).toEqual([roads])
    expect(await selected("csw:AnyText LIKE '%road%'")).toEqual([reefs, oldRoads, roads])
    expect(await selected("AnyText = 'far'")).toEqual([reefs, fiji])
  })

  test('rank as in Records when no order is asked for: in the title first, deprecated records last', async () => {
    const answer = await post(face, getRecordsXml({ filter: like('csw:AnyText', 'roads') }))
    expect(texts(answer.text, 'dc:title')).toEqual([roads, reefs, oldRoads])
  })

  test('a pattern of wildcards alone is every record', async () => {
    expect(await filtered(like('csw:AnyText', '%'))).toHaveLength(5)
  })
})

describe('comparisons', () => {
  test('are equal with regard to case, or without (matchCase)', async () => {
    expect(await filtered(compare('EqualTo', 'dc:title', 'Old roads'))).toEqual([oldRoads])
    expect(await filtered(compare('EqualTo', 'dc:title', 'old roads'))).toEqual([])
    expect(await filtered(compare('EqualTo', 'dc:title', 'old roads', 'matchCase="false"'))).toEqual([
      oldRoads,
    ])
    expect(await filtered(compare('EqualTo', 'dc:subject', 'tRANSPORT', 'matchCase="false"'))).toEqual([
      roads,
    ])
  })

  test('not equal is all the rest, with several values and with none', async () => {
    expect(await filtered(compare('NotEqualTo', 'dc:subject', 'Transport'))).toEqual([
      report,
      reefs,
      fiji,
      oldRoads,
    ])
    expect(await selected("dc:subject <> 'Transport' AND dc:type = 'dataset'")).toEqual([
      reefs,
      fiji,
      oldRoads,
    ])
  })

  test('patterns take wildcards of the client, and escape them', async () => {
    expect(await filtered(like('dc:title', '%100\\%'))).toEqual([reefs])
    expect(await filtered(like('dc:title', '*100%', 'wildCard="*" singleChar="?" escapeChar="!"'))).toEqual([
      reefs,
    ])
    expect(
      await filtered(like('dc:title', '?ld roads', 'wildCard="*" singleChar="?" escapeChar="!"')),
    ).toEqual([oldRoads])
    expect(await filtered(like('dc:title', 'ROADS%'))).toEqual([roads])
    expect(
      await filtered(
        like('dc:title', 'ROADS%', 'wildCard="%" singleChar="_" escapeChar="\\" matchCase="true"'),
      ),
    ).toEqual([])
    expect(await filtered(like('dct:abstract', '%&lt;surveyed&gt;%'))).toEqual([roads])
    expect(await selected("dc:title NOT LIKE '%roads%' AND dc:title LIKE '%r%'")).toEqual([report, reefs])
  })

  test('times are compared by day, month, year and instant', async () => {
    expect(await filtered(compare('GreaterThan', 'dc:date', '2019-01-01'))).toEqual([roads])
    expect(await filtered(compare('LessThanOrEqualTo', 'apiso:PublicationDate', '2018'))).toEqual([reefs])
    expect(await filtered(compare('EqualTo', 'apiso:PublicationDate', '2020-02'))).toEqual([roads])
    expect(await filtered(compare('GreaterThan', 'apiso:PublicationDate', '2020-02'))).toEqual([])
    expect(
      await filtered(compare('GreaterThanOrEqualTo', 'apiso:PublicationDate', '2020-02-01T00:00:00Z')),
    ).toEqual([roads])
    expect(await filtered(compare('LessThan', 'dct:modified', '2000-01-01'))).toEqual([])
    expect(await selected('dct:modified > 2000')).toHaveLength(5)
    expect(await selected("apiso:TempExtent_begin BETWEEN '2019-06-01' AND '2020-06-01'")).toEqual([roads])
  })

  test('numbers are compared as numbers', async () => {
    expect(await filtered(compare('GreaterThan', 'apiso:Denominator', '9000'))).toHaveLength(5)
    expect(await filtered(compare('GreaterThan', 'apiso:Denominator', '12000'))).toEqual([roads])
    expect(await selected('Denominator = 25000.0')).toEqual([roads])
  })

  test('every name means what the record shows under it', async () => {
    for (const [name, value, found] of [
      ['dc:type', 'nonGeographicDataset', [report]],
      ['apiso:Type', 'nonGeographicDataset', [report]],
      ['Type', 'nonGeographicDataset', [report]],
      ['csw:Record/dc:type', 'nonGeographicDataset', [report]],
      ['dc:publisher', 'Ministry of Works', [roads]],
      ['apiso:OrganisationName', 'Ministry of Works', [roads]],
      ['dc:format', 'GeoPackage', [roads]],
      ['apiso:TopicCategory', 'transportation', [roads]],
      ['apiso:CRS', 'EPSG:32620', [roads]],
      ['dct:issued', '2020-02-01', [roads]],
      ['dct:created', '2019-05-01', [roads]],
      ['dc:date', '2021-03-04', [roads]],
    ] as const)
      expect(await filtered(compare('EqualTo', name, value)), name).toEqual(found)
    expect(await filtered(compare('EqualTo', 'dc:identifier', ids.reefs))).toEqual([reefs])
    expect(await filtered(compare('EqualTo', 'dc:identifier', `urn:uuid:${ids.reefs}`))).toEqual([reefs])
    expect(await selected(`"dc:identifier" = '${ids.reefs}'`)).toEqual([reefs])
    expect(await filtered(like('dc:identifier', `urn:uuid:${ids.reefs.slice(0, 30)}%`))).toEqual([reefs])
    expect(await filtered(`<ogc:FeatureId fid="${ids.fiji}"/><ogc:FeatureId fid="${ids.reefs}"/>`)).toEqual([
      reefs,
      fiji,
    ])
  })

  test('between, in, null and the logical operators combine', async () => {
    expect(
      await filtered(
        '<ogc:PropertyIsBetween><ogc:PropertyName>dc:title</ogc:PropertyName><ogc:LowerBoundary><ogc:Literal>B</ogc:Literal></ogc:LowerBoundary><ogc:UpperBoundary><ogc:Literal>J</ogc:Literal></ogc:UpperBoundary></ogc:PropertyIsBetween>',
      ),
    ).toEqual([reefs, fiji])
    expect(
      await filtered(
        '<ogc:PropertyIsNull><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName></ogc:PropertyIsNull>',
      ),
    ).toEqual([report, oldRoads])
    expect(await selected("dc:title IN ('Old roads', 'Annual report', 'x''y')")).toEqual([report, oldRoads])
    expect(await selected('apiso:PublicationDate IS NOT NULL')).toEqual([reefs, roads])
    expect(
      await filtered(
        `<ogc:And><ogc:Not>${like('dc:title', 'Old%')}</ogc:Not><ogc:Or>${like('csw:AnyText', 'roads')}${compare('EqualTo', 'dc:type', 'nonGeographicDataset')}</ogc:Or></ogc:And>`,
      ),
    ).toEqual([report, reefs, roads])
    expect(
      await selected(
        "NOT dc:title LIKE 'Old%' AND (csw:AnyText LIKE '%roads%' OR dc:type = 'nonGeographicDataset')",
      ),
    ).toEqual([report, reefs, roads])
    expect(await selected("dc:title = 'Old roads' OR dc:title = 'Annual report' AND dc:type = 'x'")).toEqual([
      oldRoads,
    ])
  })

  test('a filter can stand in the address, too', async () => {
    const answer = await get(face, 'GetRecords', {
      typeNames: 'csw:Record',
      resultType: 'results',
      constraintLanguage: 'FILTER',
      constraint: `<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc">${compare('EqualTo', 'dc:title', oldRoads)}</ogc:Filter>`,
    })
    expect(texts(answer.text, 'dc:title')).toEqual([oldRoads])
  })
})

test('a filter of another namespace is another language, and refused by its name', async () => {
  const request = getRecordsXml({ filter: compare('EqualTo', 'dc:title', 'x') })
  const refused = await post(
    face,
    request.replace('http://www.opengis.net/ogc', 'http://www.opengis.net/fes/2.0'),
  )
  expect(exceptionOf(refused)).toMatchObject({ status: 400, code: 'InvalidParameterValue' })
  expect(refused.text).toContain('http://www.opengis.net/fes/2.0')
})

describe('space', () => {
  test('a box has the axis order that the name of its coordinate system says (G28)', async () => {
    for (const srsName of [
      'urn:ogc:def:crs:EPSG::4326',
      'urn:x-ogc:def:crs:EPSG:6.11:4326',
      'http://www.opengis.net/def/crs/EPSG/0/4326',
    ])
      expect(
        await filtered(spatial('BBOX', envelope('13.81 -61.09', '13.95 -60.9', srsName))),
        srsName,
      ).toEqual([roads])
    for (const srsName of [
      undefined,
      'EPSG:4326',
      'urn:ogc:def:crs:OGC:1.3:CRS84',
      'http://www.opengis.net/gml/srs/epsg.xml#4326',
    ])
      expect(
        await filtered(spatial('BBOX', envelope('-61.09 13.81', '-60.9 13.95', srsName))),
        srsName,
      ).toEqual([roads])
    expect(await selected('BBOX(ows:BoundingBox, -61.09, 13.81, -60.9, 13.95)')).toEqual([roads])
    expect(
      await selected("BBOX(ows:BoundingBox, 13.81, -61.09, 13.95, -60.9, 'urn:ogc:def:crs:EPSG::4326')"),
    ).toEqual([roads])
  })

  test('boxes of Filter 1.0.0 are read (gml:Box)', async () => {
    expect(
      await filtered(
        spatial('BBOX', '<gml:Box><gml:coordinates>-61.09,13.81 -60.9,13.95</gml:coordinates></gml:Box>'),
      ),
    ).toEqual([roads])
    expect(
      await filtered(
        spatial(
          'BBOX',
          '<gml:Box><gml:coord><gml:X>-61.09</gml:X><gml:Y>13.81</gml:Y></gml:coord><gml:coord><gml:X>-60.9</gml:X><gml:Y>13.95</gml:Y></gml:coord></gml:Box>',
        ),
      ),
    ).toEqual([roads])
  })

  test('a box may cross the antimeridian', async () => {
    expect(
      await filtered(spatial('BBOX', envelope('-20 170', '0 -170', 'urn:ogc:def:crs:EPSG::4326'))),
    ).toEqual([fiji])
  })

  test('extents lie within, contain, overlap or miss a geometry', async () => {
    const exact = envelope('-61.08 13.82', '-61 13.9')
    expect(await filtered(spatial('Within', exact))).toEqual([roads])
    expect(await filtered(spatial('Within', envelope('-61.3 13.6', '-60 14')))).toEqual([reefs, roads])
    expect(await filtered(spatial('Contains', envelope('-61.05 13.85', '-61.04 13.86')))).toEqual([roads])
    expect(
      await filtered(spatial('Intersects', '<gml:Point><gml:pos>-61.15 13.75</gml:pos></gml:Point>')),
    ).toEqual([reefs])
    expect(
      await filtered(
        spatial(
          'Intersects',
          '<gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326"><gml:exterior><gml:LinearRing><gml:posList>13.7 -61.3 13.8 -61.3 13.75 -61.15 13.7 -61.3</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>',
        ),
      ),
    ).toEqual([reefs])
    expect(
      await filtered(
        spatial(
          'Intersects',
          '<gml:LineString><gml:posList>-61.15 13.75 -61.04 13.86</gml:posList></gml:LineString>',
        ),
      ),
    ).toEqual([reefs, roads])
    expect(await filtered(spatial('Overlaps', envelope('-61.05 13.85', '-60 14')))).toEqual([roads])
    expect(await filtered(spatial('Disjoint', envelope('-61.05 13.85', '-60 14')))).toEqual([reefs, fiji])
  })

  test('words and a box together are what MetaSearch sends', async () => {
    const box = spatial('BBOX', envelope('13.6 -61.3', '14 -60', 'urn:ogc:def:crs:EPSG::4326'))
    expect(await filtered(`<ogc:And>${box}${like('csw:AnyText', 'roads')}</ogc:And>`)).toEqual([reefs, roads])
    expect(await filtered(`<ogc:Or>${box}${like('csw:AnyText', 'roads')}</ogc:Or>`)).toEqual([
      reefs,
      oldRoads,
      roads,
    ])
  })
})

describe('what cannot be understood is refused with the reason', () => {
  const refusal = async (filter: string) => exceptionOf(await post(face, getRecordsXml({ filter })))
  const refused = async (constraint: string) =>
    exceptionOf(
      await get(face, 'GetRecords', { typeNames: 'csw:Record', constraintLanguage: 'CQL_TEXT', constraint }),
    )

  test.each([
    [
      'a function',
      compare('EqualTo', 'dc:title', '').replace(
        '<ogc:Literal></ogc:Literal>',
        '<ogc:Function name="Dummy"><ogc:Literal>x</ogc:Literal></ogc:Function>',
      ),
      "function 'Dummy'",
    ],
    ['an unknown property', compare('EqualTo', 'dc:colour', 'red'), "'dc:colour' is not a property"],
    ['a property of JavaScript', compare('EqualTo', 'constructor', 'x'), "'constructor' is not a property"],
    ['an unknown operator', '<ogc:PropertyIsRound/>', 'PropertyIsRound in line'],
    ['an operator of JavaScript', '<ogc:toString/>', 'toString in line'],
    [
      'a box over a text',
      spatial('BBOX', envelope('0 0', '1 1')).replace('ows:BoundingBox', 'dct:abstract'),
      "'dct:abstract' is not a property that records can be searched in space by",
    ],
    [
      'a coordinate system nobody asked for',
      spatial('BBOX', envelope('0 0', '1 1', 'EPSG:2006')),
      "coordinates are in 'EPSG:2006'",
    ],
    ['a box that is none', spatial('BBOX', envelope('0 x', '1 1')), "'x' stands where a coordinate"],
    [
      'a ring that is open',
      spatial(
        'Within',
        '<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>0 0 1 1 2 0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>',
      ),
      'not closed',
    ],
    ['a date that is none', compare('EqualTo', 'dc:date', '2024-02-30'), "'2024-02-30'; expected a time"],
    ['a number that is none', compare('EqualTo', 'Denominator', 'many'), "'many'; expected a number"],
    ['an order of all texts', compare('LessThan', 'csw:AnyText', 'x'), 'no order'],
    ['an extent that is like something', like('ows:BoundingBox', 'x'), 'is an extent'],
    ['an empty And', '<ogc:And/>', 'And in line'],
    [
      'a wildcard of two signs',
      like('dc:title', 'x', 'wildCard="**" singleChar="?" escapeChar="!"'),
      "wildCard is '**'",
    ],
    ['a filter of nothing but a constraint', '<ogc:Literal>x</ogc:Literal>', 'Literal in line'],
  ])('%s, in XML', async (_, filter, sentence) => {
    const { status, code, text } = await refusal(filter)
    expect([status, code]).toEqual([400, 'InvalidParameterValue'])
    expect(text).toContain(sentence)
  })

  test.each([
    ['dc:title LIKE', 'it ends where a value'],
    ["dc:title LIKE '%a", 'is not understood'],
    ["dc:title = 'a' dc:type = 'b'", "'dc:type' stands at character"],
    ["(dc:title = 'a'", "it ends where ')'"],
    ['BBOX(dc:title, 1, 2, 3, 4)', 'searched in space'],
    ['BBOX(ows:BoundingBox, 1, 2, 3)', 'bbox has 3 numbers'],
    ['dc:title', 'it ends where a comparison'],
    ["dc:colour = 'red'", "'dc:colour' is not a property"],
    ['; drop table record', "';"],
  ])('%s, in CQL text', async (constraint, sentence) => {
    const { status, code, text } = await refused(constraint)
    expect([status, code]).toEqual([400, 'InvalidParameterValue'])
    expect(text).toContain(sentence)
  })

  test('a constraint without its language, or in one nobody knows', async () => {
    const ask = async (more: Record<string, string>) =>
      exceptionOf(await get(face, 'GetRecords', { typeNames: 'csw:Record', constraint: 'x', ...more }))
    expect(await ask({})).toMatchObject({ code: 'MissingParameterValue', locator: 'constraintLanguage' })
    expect(await ask({ constraintLanguage: 'SQL' })).toMatchObject({
      code: 'InvalidParameterValue',
      locator: 'constraintLanguage',
    })
  })
})
