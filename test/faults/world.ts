/** What fault tests publish, and what must be true whenever the dust has settled (reliability §6: W1, W4, W5). */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import type { Client, PublicationJson, RecordJson } from '../../backend/src/client/client.ts'
import { writeGeoPackage } from '../fixtures/geopackage.ts'
import { doctorFindings, getRecord } from '../helpers/publish.ts'
import { letLeasesRunOut, type ServerProcess, until } from '../helpers/server-process.ts'
import type { Targets } from './watch.ts'

const folder = mkdtempSync(join(tmpdir(), 'secims-faults-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

const sites = (edition: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    geometry: { type: 'Point' as const, coordinates: [-61 + n / 10_000, 13.9 + n / 20_000] },
    values: [`${edition} site ${n}`, n],
  }))

const fields = [
  { name: 'name', type: 'TEXT' },
  { name: 'size', type: 'INTEGER' },
]

/** Two layers, so that a file of one is made for download; more rows than the embedded database gives at once. */
const writeEdition = (edition: string, count: number): string => {
  const path = join(folder, `${edition}.gpkg`)
  writeGeoPackage(path, {
    layers: [
      { name: 'sites', geometry: { type: 'POINT' }, fields, rows: sites(edition, count) },
      { name: 'notes', fields, rows: [{ values: ['not published', 1] }] },
    ],
  })
  return path
}

/** One layer, which is downloaded as it came. */
export const writeLayer = (name: string, count: number): string => {
  const path = join(folder, `${name}.gpkg`)
  writeGeoPackage(path, {
    layers: [{ name: 'sites', geometry: { type: 'POINT' }, fields, rows: sites('x'.repeat(200), count) }],
  })
  return path
}

export const editions = {
  first: { path: writeEdition('first', 240), count: 240 },
  second: { path: writeEdition('second', 260), count: 260 },
}
export type Edition = keyof typeof editions

/** A record and what has been done to it so far. */
export type Subject = { recordId: string; collectionId: string; effects: string[] }

let subjects = 0

/** A draft with its upload, ready to be published. */
export const prepareDraft = async (client: Client): Promise<Subject & { uploadId: string }> => {
  const upload = await client.uploadFile(editions.first.path)
  const record = await client.expectOk(
    client.api.POST('/records', {
      body: { uploadId: upload.id, layer: 'sites', completeDefaults: true },
    }),
  )
  subjects += 1
  const collectionId = `subject-${process.pid}-${subjects}`
  return { recordId: record.id, collectionId, effects: ['record.created'], uploadId: upload.id }
}

/** Asks for a publication; with the same key again it is the same one. */
export const askToPublish = async (
  client: Client,
  { subject, uploadId, key, version }: { subject: Subject; uploadId: string; key?: string; version: number },
): Promise<PublicationJson> =>
  client.expectOk(
    client.api.POST('/records/{recordId}/publications', {
      params: {
        path: { recordId: subject.recordId },
        header: { 'If-Match': `"${version}"`, ...(key === undefined ? {} : { 'Idempotency-Key': key }) },
      },
      body: { uploadId, layer: 'sites', collectionId: subject.collectionId },
    }),
  )

/** A publication that a failpoint keeps there; embedded, one that sleeps in its transaction is seen when that is over. */
export const untilStep = (server: ServerProcess, publicationId: string, step: string): Promise<boolean> =>
  until(`the step ${step}`, async () => {
    const { api, expectOk } = server.administrator
    const params = { path: { publicationId } }
    const publication = await expectOk(api.GET('/publications/{publicationId}', { params }))
    return publication.step === step || publication.step === 'done'
  })

export const publishNew = async (client: Client): Promise<Subject> => {
  const { uploadId, ...subject } = await prepareDraft(client)
  const { id } = await askToPublish(client, { subject, uploadId, version: 1 })
  await client.waitForPublication(id)
  subject.effects.push('record.published')
  return subject
}

export const versionOf = async (client: Client, { recordId }: Subject): Promise<number> =>
  (await getRecord(client, recordId)).version

/** What the public can look at; the download only once it has an address. */
export const targetsOf = (subject: Subject, record?: RecordJson): Targets => {
  const download = record?.distributions.find((one) => one.kind === 'original')
  return {
    collection: `/pygeoapi/collections/${subject.collectionId}?f=json`,
    items: `/pygeoapi/collections/${subject.collectionId}/items?f=json&limit=1000`,
    record: `/api/v1/records/${subject.recordId}`,
    entry: `/records/collections/metadata:main/items/${subject.recordId}?f=json`,
    ...(download ? { download: new URL(download.url).pathname } : {}),
  }
}

/** What is left of a deleted record. */
export const afterDeletion = { collection: '404', items: '404', record: '410', entry: '410' }

/** How many features the public sees, or the status of the refusal. */
export const publicCount = async (server: ServerProcess, subject: Subject): Promise<number> => {
  const response = await fetch(server.url + targetsOf(subject).items)
  if (response.status !== 200) return response.status
  const { features } = (await response.json()) as { features: { properties: { name: string } }[] }
  const kinds = new Set(features.map(({ properties }) => properties.name.split(' ')[0]))
  expect(kinds.size, 'editions on one page').toBe(1)
  return features.length
}

/** The server has died: takes it up again as an operator would, without failpoints. */
export const comeBack = async (server: ServerProcess): Promise<void> => {
  await server.arm()
  await server.start()
  await letLeasesRunOut(server)
}

/** Nothing disagrees, the audit is whole and says each effect once, no child process is left. */
export const expectWorldInOrder = async (server: ServerProcess, ...of: Subject[]): Promise<void> => {
  const { administrator } = server
  expect(server.output(), 'errors nobody handled').not.toContain('process.broke')
  let findings: unknown[] = []
  await until(
    'a clean bill of health (W1)',
    async () => {
      findings = await doctorFindings(administrator)
      return findings.length === 0
    },
    10_000,
  ).catch((error) => {
    expect(findings).toEqual([])
    throw error
  })
  expect((await administrator.expectOk(administrator.api.GET('/audit/verification'))).isWhole).toBe(true)
  for (const { recordId, effects } of of) {
    const { entries } = await administrator.expectOk(
      administrator.api.GET('/audit', { params: { query: { recordId } } }),
    )
    expect(entries.map((entry) => entry.action).reverse(), 'one entry per effect (W4)').toEqual(effects)
  }
  await until('the end of all reading processes (W5)', () => server.leftBehind().length === 0, 10_000)
}
