/** The examples, published through the public path, as QGIS 3.22 sees them: the end of the main job. */

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishExamples } from '../../backend/src/first-start.ts'
import { silentLog } from '../helpers/database.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { doctorFindings } from '../helpers/publish.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { exampleExpectations, type QgisReport } from './example-expectations.ts'

let program: TestProgram
const steps: string[] = []

beforeAll(async () => {
  program = await testProgram()
  await publishExamples({
    credential: { url: program.url, token: program.tokenOf('administrator') },
    folder: join(import.meta.dirname, '../../examples'),
    log: silentLog,
    onProgress: (done, total, name) => steps.push(`${done}/${total} ${name}`.trim()),
  })
})
afterAll(() => program.stop())

test('all examples are published, one after the other, and the doctor finds nothing', async () => {
  expect(steps).toHaveLength(9)
  expect(steps.at(-1)).toBe('8/8')
  const { collections } = (await (await fetch(`${program.url}/pygeoapi/collections?f=json`)).json()) as {
    collections: { id: string }[]
  }
  expect(collections.map(({ id }) => id).sort()).toEqual(
    exampleExpectations()
      .map(({ id }) => id)
      .sort(),
  )
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})

describe.skipIf(!hasQgis())(`QGIS${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  test('opens every example as an OAPIF layer with the right CRS, count, fields, geometry and bbox filter (R6.8, R13.2)', async () => {
    const report = (await runPyQgis('open_collections.py', {
      url: `${program.url}/pygeoapi`,
      collections: exampleExpectations(),
    })) as QgisReport
    expect(
      report.collections.flatMap(({ id, failures }) => failures.map((failure) => `${id}: ${failure}`)),
    ).toEqual([])
    expect(report.collections).toHaveLength(8)
  })
})
