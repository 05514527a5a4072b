/** What becomes of the suites' results: a failure that nobody knows is never taken for one that is known. */
import { expect, test } from 'vitest'
import { testngResults } from './results-files.ts'
import { defectOf } from './summarise.ts'

const report = (methods: string) =>
  Buffer.from(
    `<?xml version="1.0"?><testng-results><suite><test><class name="org.opengis.cite.x.BBoxCrsParameter">${methods}</class></test></suite></testng-results>`,
  )

const method = (status: string, { given = '', message = '', more = '' } = {}) =>
  `<test-method status="${status}" name="verifyBboxCrsParameter" ${more}>
     <params><param index="0"><value><![CDATA[${given}]]></value></param><param index="1"><value>http://www.opengis.net/def/crs/EPSG/0/3857</value></param><param index="2"><value>last</value></param></params>
     <exception><message><![CDATA[${message}]]></message></exception></test-method>`

test('each call of a test is counted with what it was given; what only prepares counts when it fails', () => {
  const results = testngResults(
    report(
      method('PASS', { given: 'roads' }) +
        method('FAIL', { given: 'rivers', message: 'expected [true]' }) +
        method('SKIP', { message: 'no extent' }) +
        method('PASS', { more: 'is-config="true"' }) +
        method('FAIL', { more: 'is-config="true"' }),
    ),
  )
  expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'failed', 'skipped', 'failed'])
  expect(results[1]).toMatchObject({
    group: 'BBoxCrsParameter',
    test: 'BBoxCrsParameter.verifyBboxCrsParameter',
    given: 'rivers, http://www.opengis.net/def/crs/EPSG/0/3857, last',
    message: 'expected [true]',
  })
})

test('a known defect is one of a suite, a test and a collection; anything else is ours', () => {
  const [known, other] = testngResults(
    report(method('FAIL', { given: 'health_centres' }) + method('FAIL', { given: 'roads' })),
  )
  if (!known || !other) throw new Error('two results expected')
  expect(defectOf('features', known)?.evidence).toMatch(/issues\/249/)
  expect(defectOf('features', other)).toBeUndefined()
  expect(defectOf('tiles', known)).toBeUndefined()
})
