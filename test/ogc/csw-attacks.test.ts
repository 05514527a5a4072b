/** Hostile and broken requests to CSW end in exception reports, never in a 5xx, and never in what is not public (R3.3, R13.8). */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { xml, xmlText } from '../../backend/src/xml/write.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { type Answer, canary, exceptionOf, fillCatalogue, get, getRecordsXml, post } from './csw-fixture.ts'

const seed = process.env['FUZZ_SEED'] === undefined ? undefined : Number(process.env['FUZZ_SEED'])

let program: TestProgram
let face: string

beforeAll(async () => {
  program = await testProgram()
  face = `${program.url}/csw`
  await fillCatalogue(program.database)
}, 120_000)

afterAll(async () => {
  await program?.stop()
})

const harmless = (answer: Answer): Answer => {
  expect(answer.status, answer.text.slice(0, 500)).toBeLessThan(500)
  expect(answer.type).toBe('application/xml; charset=utf-8')
  if (answer.status !== 200 && answer.status !== 304) expect(answer.text).toContain('<ows:ExceptionReport')
  expect(answer.text).not.toMatch(/\bat .*\.ts:\d+|syntax error|postgres/i)
  return answer
}

const predicate =
  '<ogc:PropertyIsEqualTo><ogc:PropertyName>dc:title</ogc:PropertyName><ogc:Literal>x</ogc:Literal></ogc:PropertyIsEqualTo>'

test('filters that are nested too deeply, or hold too much, are refused', async () => {
  const nested = (levels: number) => '<ogc:Not>'.repeat(levels) + predicate + '</ogc:Not>'.repeat(levels)
  expect(harmless(await post(face, getRecordsXml({ filter: nested(10) }))).status).toBe(200)
  for (const filter of [nested(30), nested(5000), `<ogc:And>${predicate.repeat(150)}</ogc:And>`])
    expect(exceptionOf(harmless(await post(face, getRecordsXml({ filter }))))).toMatchObject({ status: 400 })
  for (const constraint of [
    `${'('.repeat(3000)}dc:title='a'${')'.repeat(3000)}`,
    `${'NOT '.repeat(2000)}dc:title='a'`,
    Array.from({ length: 200 }, () => "Title='a'").join(' or '),
    `Title IN (${Array.from({ length: 200 }, () => "'a'").join(',')})`,
    `Title='${'x'.repeat(3000)}'`,
    `Title LIKE '${'%a'.repeat(100)}'`,
  ])
    expect(
      exceptionOf(
        harmless(
          // As a form, because no address is that long.
          await post(
            face,
            new URLSearchParams({
              service: 'CSW',
              request: 'GetRecords',
              typeNames: 'csw:Record',
              constraintLanguage: 'CQL_TEXT',
              constraint,
            }).toString(),
            'application/x-www-form-urlencoded',
          ),
        ),
      ),
      constraint.slice(0, 50),
    ).toMatchObject({ status: 400, code: 'InvalidParameterValue' })
})

test('entities, documents that are none, and bodies that are too large are refused', async () => {
  const entity = `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${getRecordsXml({ filter: predicate.replace('>x<', '>&x;<') }).replace(/<\?xml.*?\?>/, '')}`
  const bomb = `<!DOCTYPE a [<!ENTITY a "${'x'.repeat(1000)}">]><a>&a;</a>`
  for (const body of [entity, bomb, '', ' ', '{"a":1}', '<a>', '<a xmlns="\0"/>', '\ufeff', 'x'.repeat(1000)])
    expect(exceptionOf(harmless(await post(face, body))), body.slice(0, 40)).toMatchObject({
      status: 400,
      code: expect.stringMatching(/NoApplicableCode|MissingParameterValue|OperationNotSupported/),
    })
  const large = exceptionOf(harmless(await post(face, `<a>${' '.repeat(300_000)}</a>`)))
  expect(large).toMatchObject({ status: 413, code: 'NoApplicableCode' })
  const constraint = '<!DOCTYPE Filter SYSTEM "http://example.org/x"><Filter/>'
  expect(
    exceptionOf(
      await get(face, 'GetRecords', { typeNames: 'csw:Record', constraintLanguage: 'FILTER', constraint }),
    ),
  ).toMatchObject({ status: 400, text: expect.stringContaining('DOCTYPE') })
  expect(
    exceptionOf(
      await post(
        face,
        `<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body/></soap:Envelope>`,
      ),
    ).text,
  ).toContain('SOAP envelope')
})

test('numbers that are none, or no machine has, are refused or cut down', async () => {
  const records = { typeNames: 'csw:Record', resultType: 'results' }
  for (const [name, value] of [
    ['maxRecords', '-1'],
    ['maxRecords', '1e3'],
    ['maxRecords', '99999999999999999999'],
    ['maxRecords', 'x'],
    ['startPosition', '0'],
    ['startPosition', '-5'],
    ['startPosition', '1.5'],
    ['startPosition', '99999999999999999999'],
  ] as const)
    expect(
      exceptionOf(harmless(await get(face, 'GetRecords', { ...records, [name]: value }))),
      value,
    ).toMatchObject({
      status: 400,
      code: 'InvalidParameterValue',
      locator: name,
    })
  expect(harmless(await get(face, 'GetRecords', { ...records, maxRecords: '1000000' })).status).toBe(200)
  expect(
    harmless(await get(face, 'GetRecords', { ...records, startPosition: '999999999999999' })).status,
  ).toBe(200)
})

test('what writes, calls back, or is unknown is not offered', async () => {
  for (const operation of ['Transaction', 'Harvest', '__proto__', 'constructor', 'GetRecords2'])
    expect(exceptionOf(harmless(await get(face, operation)))).toMatchObject({
      status: 400,
      code: 'OperationNotSupported',
      locator: operation,
    })
  expect(
    exceptionOf(
      harmless(
        await get(face, 'GetRecords', { typeNames: 'csw:Record', responseHandler: 'http://127.0.0.1:1/x' }),
      ),
    ),
  ).toMatchObject({ code: 'InvalidParameterValue', locator: 'ResponseHandler' })
  for (const address of [`${face}?request=GetRecords`, `${face}?service=WMS&request=GetRecords`])
    expect(exceptionOf(await read(await fetch(address)))).toMatchObject({ status: 400, locator: 'service' })
  expect(exceptionOf(await read(await fetch(`${face}?service=CSW`)))).toMatchObject({
    code: 'MissingParameterValue',
    locator: 'request',
  })
  expect(
    exceptionOf(
      await read(await fetch(`${face}?service=CSW&version=2.0.0&request=GetRecords&typeNames=csw:Record`)),
    ),
  ).toMatchObject({ code: 'InvalidParameterValue', locator: 'version' })
  expect(
    exceptionOf(await read(await fetch(`${face}?service=CSW&SERVICE=CSW&request=GetCapabilities`))),
  ).toMatchObject({ status: 400, code: 'InvalidParameterValue' })
  expect(exceptionOf(await read(await fetch(face, { method: 'DELETE' })))).toMatchObject({
    status: 405,
    code: 'OperationNotSupported',
  })
})

const read = async (response: Response): Promise<Answer> => ({
  status: response.status,
  type: response.headers.get('content-type') ?? '',
  text: await response.text(),
  headers: response.headers,
})

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '%',
    '%%',
    '_',
    '\\',
    "'",
    '"',
    "' or 1=1 --",
    '$1',
    ':p0',
    '::text',
    '<',
    '&',
    ']]>',
    '🌴',
    '\ud800',
    '1e999',
    '-1',
    '9'.repeat(30),
    'NaN',
    '2024-02-30',
    '0000-01-01',
    '9999-12-31',
    '..',
    '../..',
    'x'.repeat(600),
    '\u2028',
    '{',
    '(',
    '-a',
    '!',
    '&|',
    'or',
    'a:*',
    canary,
    'POINT(0 0)',
    'EPSG:4326',
    'urn:ogc:def:crs:EPSG::999999',
    '180 90',
    'Infinity',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 20 }),
)
const name = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'csw:AnyText',
      'dc:title',
      'dct:abstract',
      'dc:identifier',
      'dct:modified',
      'dc:date',
      'dc:subject',
      'dc:creator',
      'dc:format',
      'dc:rights',
      'apiso:Denominator',
      'apiso:TempExtent_begin',
      'apiso:ServiceType',
      'ows:BoundingBox',
      'dc:source',
    ),
  },
  { weight: 1, arbitrary: text },
)
/** What XML cannot say goes. */
const escaped = (value: string) => {
  const wrapped = xmlText(xml`<a>${value}</a>`)
  return wrapped.slice('<a>'.length, -'</a>'.length)
}

const leaf = fc
  .record({
    operator: fc.constantFrom(
      'EqualTo',
      'NotEqualTo',
      'LessThan',
      'GreaterThan',
      'LessThanOrEqualTo',
      'GreaterThanOrEqualTo',
      'Like',
      'Null',
    ),
    name,
    value: text,
    attributes: fc.constantFrom(
      '',
      'matchCase="false"',
      'matchCase="true"',
      'wildCard="*" singleChar="?" escapeChar="\\"',
    ),
  })
  .map(
    ({ operator, name, value, attributes }) =>
      `<ogc:PropertyIs${operator} ${attributes}><ogc:PropertyName>${escaped(name)}</ogc:PropertyName>${operator === 'Null' ? '' : `<ogc:Literal>${escaped(value)}</ogc:Literal>`}</ogc:PropertyIs${operator}>`,
  )
const corner = fc.oneof(
  fc
    .tuple(fc.double({ min: -600, max: 600 }), fc.double({ min: -100, max: 100 }))
    .map((pair) => pair.join(' ')),
  text.map(escaped),
)
const place = fc
  .record({
    operator: fc.constantFrom('BBOX', 'Intersects', 'Disjoint', 'Within', 'Contains', 'Overlaps'),
    corners: fc.array(corner, { minLength: 1, maxLength: 6 }),
    shape: fc.constantFrom('Envelope', 'Point', 'LineString', 'Polygon', 'Curve'),
    srsName: fc.constantFrom(
      '',
      'srsName="urn:ogc:def:crs:EPSG::4326"',
      'srsName="EPSG:4326"',
      'srsName="x"',
    ),
    isClosed: fc.boolean(),
  })
  .map(({ operator, corners, shape, srsName, isClosed }) => {
    const all = (isClosed ? [...corners, corners[0]] : corners).join(' ')
    const inner = {
      Envelope: `<gml:lowerCorner>${corners[0]}</gml:lowerCorner><gml:upperCorner>${corners.at(-1)}</gml:upperCorner>`,
      Point: `<gml:pos>${corners[0]}</gml:pos>`,
      LineString: `<gml:posList>${all}</gml:posList>`,
      Polygon: `<gml:exterior><gml:LinearRing><gml:posList>${all}</gml:posList></gml:LinearRing></gml:exterior>`,
      Curve: '',
    }[shape]
    return `<ogc:${operator}><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:${shape} ${srsName}>${inner}</gml:${shape}></ogc:${operator}>`
  })
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 3, arbitrary: place },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('And', 'Or'), fc.array(tie('filter'), { maxLength: 3 }))
        .map(([operator, parts]) => `<ogc:${operator}>${parts.join('')}</ogc:${operator}>`),
    },
    { weight: 1, arbitrary: tie('filter').map((part) => `<ogc:Not>${part}</ogc:Not>`) },
  ),
}))

test('filters made at random are answered or refused, and find nothing that is not public', async () => {
  await fc.assert(
    fc.asyncProperty(filter, async (made) => {
      const answer = harmless(await post(face, getRecordsXml({ filter: made })))
      // Refusals repeat what was sent.
      if (answer.status === 200) expect(answer.text).not.toContain(canary)
    }),
    { numRuns: 400, seed, interruptAfterTimeLimit: 25_000 },
  )
}, 60_000)

const word = fc.oneof(
  { weight: 4, arbitrary: name },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      'AND',
      'OR',
      'NOT',
      'LIKE',
      'IS',
      'NULL',
      'BETWEEN',
      'IN',
      'BBOX',
      '(',
      ')',
      ',',
      '=',
      '<>',
      '<',
      '>=',
      '1',
      '-5.2e3',
      "'a'",
      "'%x%'",
      "'2024-01-01'",
      '"dc:title"',
    ),
  },
  { weight: 1, arbitrary: text },
)

test('CQL text and parameters made at random are answered or refused', async () => {
  const parameters = fc.dictionary(
    fc.constantFrom(
      'typeNames',
      'resultType',
      'maxRecords',
      'startPosition',
      'sortBy',
      'ElementSetName',
      'ElementName',
      'outputSchema',
      'outputFormat',
      'id',
      'PropertyName',
      'ParameterName',
      'sections',
      'AcceptVersions',
      'requestId',
      'NAMESPACE',
      'schemaLanguage',
    ),
    fc.oneof(text, name, fc.constantFrom('csw:Record', 'results', 'full', '10', 'Title:D')),
    { maxKeys: 3 },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        'GetRecords',
        'GetRecords',
        'GetRecordById',
        'GetDomain',
        'DescribeRecord',
        'GetCapabilities',
      ),
      fc.array(word, { maxLength: 12 }),
      parameters,
      async (request, words, more) => {
        const answer = harmless(
          await get(face, request, {
            typeNames: 'csw:Record',
            resultType: 'results',
            ...(words.length > 0 && { constraintLanguage: 'CQL_TEXT', constraint: words.join(' ') }),
            ...more,
          }),
        )
        if (answer.status === 200)
          expect(
            answer.text
              .replace(/<csw:(Parameter|Property)Name>.*?<\/csw/g, '')
              .replace(/<csw:RequestId>.*?<\/csw/g, ''),
          ).not.toContain(canary)
      },
    ),
    { numRuns: 500, seed, interruptAfterTimeLimit: 25_000 },
  )
}, 60_000)
