/** What is told and removed without anybody asking: returned records, and submissions that nobody took up (R2.14, R3.1, R12.7, R12.8). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collection } from '../fixtures/geojson.ts'
import { type TestProgram, testProgram, type Who } from '../helpers/program.ts'
import { returnRecord } from '../helpers/publish.ts'
import { oldStamp, submitterOf } from '../helpers/submitter.ts'
import { addDraft, completeMetadata } from '../helpers/wizard.ts'

let program: TestProgram
beforeAll(async () => {
  program = await testProgram({ SUBMISSION_RETENTION_DAYS: '30' })
})
afterAll(() => program.stop())

const administrator = () => program.as('administrator')
const mails = async () => {
  const { expectOk, api } = administrator()
  return (await expectOk(api.GET('/mails', { params: { query: { limit: 100 } } }))).mails
}

const returned = async (owner: Who, title: string) => {
  const { id, version } = await addDraft(program.as(owner), completeMetadata(title))
  await returnRecord(administrator(), { id, version }, 'Please name the surveyor.')
  return id
}

test('R12.7 R3.1 the owner of a record that is returned gets a mail with the reason and the way to the record', async () => {
  const recordId = await returned('editor', 'Wells of the north')
  const mail = (await mails()).find(({ kind }) => kind === 'record-returned')
  expect(mail).toMatchObject({
    to: 'editor@test.lc',
    subject: 'Please revise your record: Wells of the north',
  })
  const { expectOk, api } = administrator()
  const { text } = await expectOk(
    api.GET('/mails/{mailId}', { params: { path: { mailId: mail?.id ?? '' } } }),
  )
  expect(text).toContain('Dear editor,')
  expect(text).toContain('> Please name the surveyor.')
  expect(text).toContain(`/metadata-editor/?record=${recordId}`)
})

test('R12.7 whoever returns a record of his own gets no mail about it', async () => {
  const before = (await mails()).length
  await returned('administrator', 'My own wells')
  expect((await mails()).length).toBe(before)
})

test('R2.14 R12.8 a rejected submission goes with its mails and link when its time is over; those that wait stay', async () => {
  const { knex } = program.database
  const stamp = await oldStamp(program.database)
  const submit = async (title: string) => {
    const person = submitterOf({ url: program.url, stamp })
    const upload = await person.upload('wells.geojson', collection([{ properties: { name: 'Well' } }]))
    const { data, error } = await person.submit({ title, crs: 'EPSG:4326' }, { uploadId: upload.id })
    if (!data) throw new Error(JSON.stringify(error))
    return { person, ...data }
  }
  const waiting = await submit('Still waiting')
  const rejected = await submit('Not for us')
  const { expectOk, api } = administrator()
  await expectOk(
    api.POST('/reviews/{reference}/reject', {
      params: {
        path: { reference: rejected.reference },
        header: { 'If-Match': `"${rejected.version}"` },
      },
      body: { reason: 'It is in the catalogue already.' },
    }),
  )
  const collect = async () => {
    const { removed } = await expectOk(api.POST('/collect-garbage', { params: { query: {} } }))
    return removed['submissions']
  }
  expect(await collect()).toBe(0)

  await knex('submission').update({ updated_at: knex.raw("now() - interval '31 days'") })
  const doctor = async () =>
    (await expectOk(api.GET('/doctor'))).findings.filter(({ code }) => code === 'submission-kept-too-long')
  expect(await doctor()).toEqual([])
  await knex('submission').update({ updated_at: knex.raw("now() - interval '33 days'") })
  expect(await doctor()).toMatchObject([{ subject: rejected.reference }])
  expect(await collect()).toBe(1)
  expect(await doctor()).toEqual([])
  expect(await knex('submission').select('reference')).toEqual([{ reference: waiting.reference }])
  expect((await mails()).map(({ subject }) => subject).join()).not.toContain(rejected.reference)
  const { entries } = await expectOk(
    api.GET('/audit', { params: { query: { action: 'submission.removed' } } }),
  )
  expect(entries).toMatchObject([{ subject: rejected.reference, detail: { days: 30 } }])
})

test('R12.8 the settings in force say how long', async () => {
  const { expectOk, api } = program.as('public')
  expect((await expectOk(api.GET('/settings'))).limits.submissionRetentionDays).toBe(30)
})
