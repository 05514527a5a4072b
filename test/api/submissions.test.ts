/** Public submission, review and the mail outbox over the API (R2, R12.2, R12.7), on both databases. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { components } from '../../backend/src/contract/catalogue.gen.ts'
import { collection } from '../fixtures/geojson.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { type SmtpServer, smtpServer } from '../helpers/smtp-server.ts'
import { newSecret, oldStamp, submitterOf } from '../helpers/submitter.ts'

type Review = components['schemas']['Review']

const site = 'https://catalogue.example'
let program: TestProgram
let smtp: SmtpServer
let stamp: string
beforeAll(async () => {
  smtp = await smtpServer()
  program = await testProgram({
    SMTP_URL: smtp.url.replace('smtp://', 'smtp://user:secret@'),
    MAIL_FROM: 'catalogue@example.org',
    PUBLIC_URL: site,
    ADMIN_EMAILS: 'admin@example.org',
    SUBMISSIONS_PER_HOUR: '1000',
    SUBMISSION_UPLOADS_PER_HOUR: '1000',
  })
  stamp = await oldStamp(program.database)
})
afterAll(async () => {
  await program?.stop()
  await smtp?.stop()
})

const wells = (title = 'Well') =>
  collection([
    { properties: { name: `${title} 1`, depth: 10 } },
    { properties: { name: `${title} 2`, depth: 20 }, geometry: { type: 'Point', coordinates: [-60.95, 14] } },
  ])

const someone = (secret?: string) => submitterOf({ url: program.url, stamp }, secret)
const metadata = (title: string) => ({ title, crs: 'EPSG:4326' })
const ok = async <Data>(call: Promise<{ data?: Data; error?: unknown; response: Response }>) => {
  const { data, error, response } = await call
  if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(error)}`)
  return data as Data
}
const problemOf = async (call: Promise<{ error?: unknown; response: Response }>) => {
  const { error, response } = await call
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  return error as { code: string; status: number; detail: string; errors?: { field: string }[] }
}
const administrator = () => program.as('administrator').api
const review = (reference: string) =>
  ok(administrator().GET('/reviews/{reference}', { params: { path: { reference } } }))
const params = ({ reference, version }: { reference: string; version: number }) => ({
  params: { path: { reference }, header: { 'If-Match': `"${version}"` } },
})
const until = async <Found>(look: () => Promise<Found | undefined | false> | Found | undefined | false) => {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await look()
    if (found) return found
    await pause(50)
  }
  throw new Error('it did not come')
}
const mailTo = (address: string, subject: RegExp) =>
  until(() =>
    smtp.mails.find(({ to, headers }) => to.includes(address) && subject.test(headers.get('subject') ?? '')),
  )
const linkIn = (text: string) => {
  const [, reference = '', secret = ''] = /\/submissions\/(S-[0-9A-Z-]+)#([A-Za-z0-9_-]{43})/.exec(text) ?? []
  return { reference, secret }
}
/** A submission with a file, waiting. */
const submitted = async (title: string, person = someone()) => {
  const upload = await person.upload('wells.geojson', wells())
  return { person, submission: await ok(person.submit(metadata(title), { uploadId: upload.id })) }
}
const isPublic = async (title: string) => {
  const response = await fetch(
    `${program.url}/records/collections/metadata:main/items?f=json&q=${encodeURIComponent(title)}`,
  )
  return ((await response.json()) as { features: { properties: { title: string } }[] }).features.some(
    ({ properties }) => properties.title === title,
  )
}
const published = (reference: string): Promise<Review> =>
  until(async () => {
    const now = await review(reference)
    if (now.publication?.state === 'failed') throw new Error(JSON.stringify(now.publication.problem))
    return now.state === 'approved' && now
  })

describe('submitting', () => {
  test('R2.1 R2.3 R2.9 R2.16 file and metadata, no account: a reference, a private link, and nothing public', async () => {
    const { person, submission } = await submitted('Wells without an account')
    expect(submission.reference).toMatch(/^S-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    expect(submission).toMatchObject({ state: 'received', recordUrl: null, file: { name: 'wells.geojson' } })
    const followed = await ok(person.follow(submission.reference))
    expect(followed.history.map(({ state }) => state)).toEqual(['received'])
    expect(await isPublic('Wells without an account')).toBe(false)
    const { database } = program
    const rows = JSON.stringify([
      await database.knex('submission').select(),
      await database.knex('submission_link').select(),
      await database.knex('upload').select(),
      await database.knex('mail').select(),
      await database.knex('audit_entry').select(),
    ])
    expect(rows).not.toContain(person.secret)
    expect(await database.knex('collection').select('id')).toEqual([])
    const tables = await database.knex.raw(
      "select count(*) as n from pg_tables where schemaname in ('data', 'staging')",
    )
    expect(Number(tables.rows[0].n)).toBe(0)
  })

  test('R2.16 a link opens its own submission only, and a wrong one says how to copy it', async () => {
    const { submission } = await submitted('Somebody’s wells')
    const other = await submitted('Somebody else’s wells')
    const unknown = await problemOf(someone().follow(submission.reference))
    expect(unknown).toMatchObject({ status: 404, code: 'submission-link-unknown' })
    expect(await problemOf(other.person.follow(submission.reference))).toEqual({
      ...unknown,
      traceId: expect.any(String),
    })
    await program.database
      .knex('submission_link')
      .where(
        'submission_id',
        program.database.knex('submission').where({ reference: other.submission.reference }).select('id'),
      )
      .update({ expires_at: program.database.knex.raw("now() - interval '1 day'") })
    expect(await problemOf(other.person.follow(other.submission.reference))).toMatchObject({
      status: 410,
      code: 'submission-link-expired',
    })
  })

  test('a request whose answer was lost is repeated without a second submission', async () => {
    const person = someone()
    const upload = await person.upload('wells.geojson', wells())
    const [one, other] = await Promise.all([
      ok(person.submit(metadata('Sent twice'), { uploadId: upload.id })),
      ok(person.submit(metadata('Sent twice'), { uploadId: upload.id })),
    ])
    expect(other.reference).toBe(one.reference)
    expect(await ok(person.submit(metadata('Sent twice'), { uploadId: upload.id }))).toEqual(one)
  })

  test('R2.3 R2.4 without a file it is refused, unless it says where else the data are', async () => {
    const nowhere = {
      additionalDownloadUrl: undefined,
      informationUrl: undefined,
      webServices: undefined,
    }
    expect(await problemOf(someone().submit(metadata('No file')))).toMatchObject({
      status: 422,
      code: 'submission-needs-file',
    })
    expect(
      await problemOf(
        someone().submit({ ...metadata('Elsewhere'), ...nowhere }, { isHostedElsewhere: true }),
      ),
    ).toMatchObject({ status: 422, code: 'submission-needs-address' })
  })

  test('R2.3 Q3 a file without its metadata is refused, naming each field', async () => {
    const person = someone()
    const upload = await person.upload('wells.geojson', wells())
    const { error, response } = await person.client.POST('/submissions', {
      params: { header: { 'Submission-Link': person.secret } },
      body: {
        stamp,
        contact: { name: 'Rosa', email: 'rosa@example.org' },
        metadata: { title: 'Bare' },
        uploadId: upload.id,
      },
    })
    expect(response.status).toBe(422)
    const fields = (error as unknown as { errors: { field: string }[] }).errors.map(({ field }) => field)
    expect(fields).toEqual(
      expect.arrayContaining(['abstract', 'pointsOfContact', 'lineageStatement', 'useConditions']),
    )
    // What the file says goes without saying.
    expect(fields).not.toContain('crs')
  })

  test('R2.15 the upload of one person is as absent to another as none', async () => {
    const person = someone()
    const upload = await person.upload('wells.geojson', wells())
    const other = someone()
    expect(await problemOf(other.submit(metadata('Stolen'), { uploadId: upload.id }))).toMatchObject({
      status: 404,
      code: 'not-found',
    })
    const paths = [`submission-uploads/${upload.id}`, `uploads/${upload.id}`]
    for (const path of paths)
      for (const headers of [
        { 'Submission-Link': other.secret },
        { Authorization: `Bearer ${program.tokenOf('editor')}`, 'Submission-Link': other.secret },
      ])
        expect([401, 404]).toContain((await fetch(`${program.url}/api/v1/${path}`, { headers })).status)
  })

  test('R2.12 the same kinds of file as for others; a damaged file is refused in words', async () => {
    const person = someone()
    await expect(person.upload('virus.exe', 'MZ')).rejects.toMatchObject({
      problem: { code: 'file-type-not-accepted' },
    })
    const upload = await person.upload('broken.geojson', '{"type":"FeatureCollection","features":[{')
    expect(upload.state).toBe('refused')
    expect(await problemOf(person.submit(metadata('Broken'), { uploadId: upload.id }))).toMatchObject({
      status: 409,
      code: 'submission-file-not-ready',
    })
    const begun = await fetch(`${program.url}/api/v1/submission-uploads`, {
      method: 'POST',
      headers: {
        'Submission-Link': person.secret,
        'Tus-Resumable': '1.0.0',
        'Upload-Length': String(400 * 1_048_576),
        'Upload-Metadata': `filename ${Buffer.from('large.gpkg').toString('base64')}`,
      },
    })
    expect(await begun.json()).toMatchObject({ status: 413, code: 'upload-too-large' })
  })

  test('a document that acts is not taken from strangers (security B7)', async () => {
    const person = someone()
    const pdf =
      '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n'
    const upload = await person.upload('report.pdf', pdf)
    const refused = await problemOf(person.submit(metadata('Acts'), { uploadId: upload.id }))
    expect(refused).toMatchObject({ status: 422, code: 'submission-file-active' })
    expect(refused.detail).toContain('JavaScript')
  })
})

describe('abuse (R2.17)', () => {
  test('a filled honeypot and a form sent within moments are refused in plain words; waiting helps', async () => {
    const person = someone()
    const upload = await person.upload('wells.geojson', wells())
    const content = { uploadId: upload.id }
    expect(
      await problemOf(person.submit(metadata('Bot'), { ...content, website: 'https://spam.example' })),
    ).toMatchObject({ status: 422, code: 'submission-filled-by-program' })
    const form = await ok(person.client.GET('/submission-form'))
    const { error, response } = await person.submit(metadata('Quick'), { ...content, stamp: form.stamp })
    expect(error).toMatchObject({ code: 'submission-too-quick' })
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    const [time] = form.stamp.split('.')
    const forged = `${(Number.parseInt(time ?? '', 36) - 3_600_000).toString(36)}.${form.stamp.split('.')[1]}`
    expect(await problemOf(person.submit(metadata('Forged'), { ...content, stamp: forged }))).toMatchObject({
      code: 'submission-stamp-unknown',
    })
    expect((await ok(person.submit(metadata('A person'), content))).state).toBe('received')
  })

  test('so many an hour from one network or e-mail address, and so many waiting, and no more', async () => {
    const strict = await testProgram({ SUBMISSIONS_PER_HOUR: '2', PENDING_SUBMISSIONS: '3' })
    try {
      const formStamp = await oldStamp(strict.database)
      const submit = async (address: string, email: string) => {
        const person = submitterOf({ url: strict.url, stamp: formStamp })
        const upload = await person.upload('wells.geojson', wells())
        const content = person.contentOf(metadata(`From ${address}`), {
          uploadId: upload.id,
          contact: { name: 'Rosa', email },
        })
        return person.client.POST('/submissions', {
          params: { header: { 'Submission-Link': person.secret } },
          headers: { 'X-Forwarded-For': address },
          body: content,
        })
      }
      await ok(submit('203.0.113.1', 'a@example.org'))
      await ok(submit('203.0.113.1', 'b@example.org'))
      const { error, response } = await submit('203.0.113.1', 'c@example.org')
      expect(error).toMatchObject({ status: 429, code: 'submissions-too-many' })
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(3000)
      await ok(submit('203.0.113.2', 'A@example.org'))
      expect(await problemOf(submit('203.0.113.3', 'a@example.org'))).toMatchObject({
        code: 'review-queue-full',
        status: 503,
      })
      await strict.database.knex('submission').where({ state: 'received' }).update({ state: 'returned' })
      expect(await problemOf(submit('203.0.113.3', 'a@example.org'))).toMatchObject({
        code: 'submissions-too-many',
      })
      await ok(submit('203.0.113.3', 'd@example.org'))
      const senders = JSON.stringify(await strict.database.knex('submission').select('sender', 'history'))
      expect(senders).not.toContain('203.0.113')
    } finally {
      await strict.stop()
    }
  })
})

describe('review (R2.14, R12.2)', () => {
  test('R2.10 the queue is for administrators; it shows the probe, the findings, and the file as a download', async () => {
    const { submission } = await submitted('For review')
    for (const who of ['public', 'editor', 'custodian'] as const)
      expect((await program.as(who).api.GET('/reviews')).response.status).toBe(who === 'public' ? 401 : 403)
    const { submissions } = await ok(administrator().GET('/reviews', { params: { query: { q: 'For rev' } } }))
    expect(submissions.map(({ reference }) => reference)).toEqual([submission.reference])
    const seen = await review(submission.reference)
    expect(seen.upload?.probe?.layers[0]).toMatchObject({ featureCount: 2, geometry: { type: 'Point' } })
    expect(seen.findings.errors).toEqual([])
    expect(seen.suggestedCollectionId).toBe('for-review')
    const file = await fetch(`${program.url}/api/v1/reviews/${submission.reference}/file`, {
      headers: { Authorization: `Bearer ${program.tokenOf('administrator')}` },
    })
    expect(await file.text()).toBe(wells())
    expect(file.headers.get('content-disposition')).toContain('attachment')
    expect(file.headers.get('content-security-policy')).toContain('sandbox')
  })

  test('R2.14 R2.16 R3.4 returned with a reason, sent again through the mail’s link, approved, published, mailed', async () => {
    const title = 'Wells that go all the way'
    const { person, submission } = await submitted(title)
    const { reference } = submission
    const receipt = await mailTo('rosa@example.org', new RegExp(`received your submission ${reference}`))
    expect(receipt.from).toBe('catalogue@example.org')
    expect(linkIn(receipt.text)).toMatchObject({ reference })
    const told = await mailTo('admin@example.org', new RegExp(`New submission ${reference}: ${title}`))
    expect(told.text).toContain(`${site}/admin#review/${reference}`)

    const begun = await ok(
      administrator().POST('/reviews/{reference}/begin', params(await review(reference))),
    )
    expect((await ok(person.follow(reference))).state).toBe('in_review')
    await ok(
      administrator().POST('/reviews/{reference}/return', {
        ...params(begun),
        body: { reason: 'Please say how deep\n<b>they</b> are.' },
      }),
    )
    const returned = await mailTo('rosa@example.org', new RegExp(`revise your submission ${reference}`))
    expect(returned.text).toContain('> <b>they</b> are.')
    expect(returned.html).toContain('&lt;b&gt;they&lt;/b&gt;')
    expect(returned.html).not.toContain('<b>they')

    // The link of the mail is another than the first, and both work.
    const again = someone(linkIn(returned.text).secret)
    const waiting = await ok(again.follow(reference))
    expect(waiting).toMatchObject({ state: 'returned', reason: 'Please say how deep\n<b>they</b> are.' })
    expect((await ok(person.follow(reference))).state).toBe('returned')
    const better = await again.upload('wells.geojson', wells('Deep well'))
    const stale = { reference, version: waiting.version - 1 }
    expect(await problemOf(again.resubmit(stale, metadata(title), { uploadId: better.id }))).toMatchObject({
      status: 412,
    })
    const sent = await ok(
      again.resubmit(waiting, { ...metadata(title), abstract: 'Two deep wells.' }, { uploadId: better.id }),
    )
    expect(sent).toMatchObject({ state: 'received', reason: null })
    await mailTo('admin@example.org', new RegExp(`Sent again ${reference}`))

    const approved = await ok(
      administrator().POST('/reviews/{reference}/approve', {
        ...params(await review(reference)),
        body: { domainId: 'forestry', collectionId: 'all-the-way' },
      }),
    )
    expect(approved).toMatchObject({ state: 'publishing', recordId: expect.any(String) })
    expect((await ok(person.follow(reference))).recordUrl).toBeNull()
    const done = await published(reference)
    const items = (await (
      await fetch(`${program.url}/pygeoapi/collections/all-the-way/items?f=json`)
    ).json()) as { features: { properties: { name: string } }[] }
    expect(items.features.map(({ properties }) => properties.name)).toEqual(['Deep well 1', 'Deep well 2'])
    expect(await isPublic(title)).toBe(true)
    const followed = await ok(person.follow(reference))
    expect(followed.state).toBe('approved')
    expect(followed.recordUrl).toContain(done.recordId ?? 'none')
    expect(followed.history.map(({ state }) => state)).toEqual([
      'received',
      'in_review',
      'returned',
      'received',
      'approved',
    ])
    const news = await mailTo('rosa@example.org', new RegExp(`Published: ${title}`))
    expect(news.text).toContain(followed.recordUrl ?? 'none')

    // R2.11: nobody owns it but the custodian of its domain and administrators.
    const record = await ok(
      program.as('custodian').api.GET('/records/{recordId}', {
        params: { path: { recordId: done.recordId ?? '' } },
      }),
    )
    expect(record).toMatchObject({ state: 'published', domainId: 'forestry', ownerId: null })
    const { entries } = await ok(administrator().GET('/audit', { params: { query: { limit: 1000 } } }))
    const actions = entries.filter(({ subject }) => subject === reference).map(({ action }) => action)
    expect(actions.reverse()).toEqual([
      'submission.received',
      'submission.in-review',
      'submission.returned',
      'submission.resubmitted',
      'submission.approved',
    ])
  })

  test('R2.14 rejected with a reason: mailed, final, and the file goes', async () => {
    const { person, submission } = await submitted('Not for us')
    const { reference } = submission
    const uploadId = submission.uploadId ?? ''
    await ok(
      administrator().POST('/reviews/{reference}/reject', {
        ...params(await review(reference)),
        body: { reason: 'We have it already.' },
      }),
    )
    const followed = await ok(person.follow(reference))
    expect(followed).toMatchObject({ state: 'rejected', reason: 'We have it already.' })
    expect((await mailTo('rosa@example.org', /was not accepted: Not for us/)).text).toContain(
      '> We have it already.',
    )
    expect(
      await problemOf(
        administrator().POST('/reviews/{reference}/approve', { ...params(followed), body: {} }),
      ),
    ).toMatchObject({ status: 409, code: 'submission-state-conflict' })
    expect(await problemOf(person.resubmit(followed, metadata('Not for us'), { uploadId }))).toMatchObject({
      code: 'submission-state-conflict',
    })
    await until(async () => !(await program.database.knex('upload').where({ id: uploadId }).first('id')))
  })

  test('R2.4 metadata without a file are published only when an administrator grants it', async () => {
    const person = someone()
    const submission = await ok(
      person.submit(
        { ...metadata('Hosted elsewhere'), informationUrl: 'https://example.org/about' },
        { isHostedElsewhere: true },
      ),
    )
    const seen = params(await review(submission.reference))
    expect(
      await problemOf(administrator().POST('/reviews/{reference}/approve', { ...seen, body: {} })),
    ).toMatchObject({ status: 422, code: 'submission-needs-exception' })
    await ok(
      administrator().POST('/reviews/{reference}/approve', { ...seen, body: { acceptWithoutFile: true } }),
    )
    await published(submission.reference)
    expect(await isPublic('Hosted elsewhere')).toBe(true)
  })

  test('an approval that cannot be published leaves nothing behind; one that fails later can be decided anew', async () => {
    const { submission } = await submitted('Second with this id')
    const { reference } = submission
    const before = await program.database.knex('record').count({ n: '*' }).first()
    const first = await submitted('First with this id')
    await ok(
      administrator().POST('/reviews/{reference}/approve', {
        ...params(await review(first.submission.reference)),
        body: { collectionId: 'taken' },
      }),
    )
    await published(first.submission.reference)
    expect(
      await problemOf(
        administrator().POST('/reviews/{reference}/approve', {
          ...params(await review(reference)),
          body: { collectionId: 'taken' },
        }),
      ),
    ).toMatchObject({ status: 409, code: 'collection-id-taken' })
    const after = await program.database.knex('record').count({ n: '*' }).first()
    expect(Number(after?.['n'])).toBe(Number(before?.['n']) + 1)
    expect((await review(reference)).state).toBe('received')

    const approved = await ok(
      administrator().POST('/reviews/{reference}/approve', { ...params(await review(reference)), body: {} }),
    )
    const publicationId = approved.publication?.id ?? ''
    await administrator().DELETE('/publications/{publicationId}', { params: { path: { publicationId } } })
    const failed = await until(async () => {
      const now = await review(reference)
      return now.publication?.state === 'cancelled' && now
    })
    expect(failed.state).toBe('publishing')
    await ok(
      administrator().POST('/reviews/{reference}/return', {
        ...params(failed),
        body: { reason: 'Once more.' },
      }),
    )
    expect(await review(reference)).toMatchObject({ state: 'returned', recordId: null })
    const left = await program.database.knex('record').where({ id: approved.recordId }).first('state')
    expect(left.state).toBe('deleted')
  })

  test('two administrators cannot decide about the same version', async () => {
    const { submission } = await submitted('Decided twice')
    const seen = params(await review(submission.reference))
    const calls = ['One.', 'Other.'].map((reason) =>
      administrator().POST('/reviews/{reference}/return', { ...seen, body: { reason } }),
    )
    const statuses = (await Promise.all(calls)).map(({ response }) => response.status).sort()
    expect(statuses[0]).toBe(200)
    expect([409, 412]).toContain(statuses[1])
  })
})

describe('the outbox (R12.7)', () => {
  const mailsOf = async (reference: string) =>
    (await ok(administrator().GET('/mails', { params: { query: { limit: 1000 } } }))).mails.filter(
      (mail) => mail.reference === reference,
    )

  test('a mail server that is away, or says later, keeps the mail waiting; one that says no ends it, until sent again', async () => {
    smtp.answer('RCPT', '450 4.2.0 Greylisted, come back later')
    const { submission } = await submitted('Mail later')
    const later = await until(async () =>
      (await mailsOf(submission.reference)).find(
        ({ kind, attempts }) => kind === 'submission-receipt' && attempts > 0,
      ),
    )
    expect(later).toMatchObject({ state: 'waiting', lastError: expect.stringContaining('Greylisted') })
    expect(new Date(later.nextAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 30_000)
    smtp.answer('RCPT', '550 5.1.1 No such user')
    const again = () =>
      ok(administrator().POST('/mails/{mailId}/send-again', { params: { path: { mailId: later.id } } }))
    await again()
    const failed = await until(async () =>
      (await mailsOf(submission.reference)).find(({ id, state }) => id === later.id && state === 'failed'),
    )
    expect(failed.lastError).toContain('No such user')
    smtp.answer('RCPT', undefined)
    await again()
    const sent = await until(async () =>
      (await mailsOf(submission.reference)).find(({ id, state }) => id === later.id && state === 'sent'),
    )
    expect(sent).toMatchObject({ lastError: null, sentAt: expect.any(String) })
    const received = smtp.mails.filter(({ headers }) => headers.get('message-id')?.includes(later.id))
    expect(received).toHaveLength(1)
    expect(
      await ok(someone(linkIn(received[0]?.text ?? '').secret).follow(submission.reference)),
    ).toMatchObject({
      state: 'received',
    })
  })

  test('a mail is read by administrators without its private link; others see none', async () => {
    const { submission } = await submitted('To be read')
    const [mail] = (await mailsOf(submission.reference)).filter(({ kind }) => kind === 'submission-receipt')
    const { text } = await ok(
      administrator().GET('/mails/{mailId}', { params: { path: { mailId: mail?.id ?? '' } } }),
    )
    expect(text).toContain(submission.reference)
    expect(text).not.toMatch(/#[A-Za-z0-9_-]{43}/)
    expect((await program.as('editor').api.GET('/mails')).response.status).toBe(403)
  })

  test('without a mail server mails wait, the outbox says so, and the form too', async () => {
    const silent = await testProgram({ ADMIN_EMAILS: 'admin@example.org' })
    try {
      const person = submitterOf({ url: silent.url, stamp: await oldStamp(silent.database) })
      expect((await ok(person.client.GET('/submission-form'))).sendsMail).toBe(false)
      const upload = await person.upload('wells.geojson', wells())
      await ok(person.submit(metadata('Unsent'), { uploadId: upload.id }))
      const found = await ok(silent.as('administrator').api.GET('/mails'))
      expect(found.server).toEqual({ isConfigured: false, host: null, from: null })
      expect(found.mails.map(({ state }) => state)).toEqual(['waiting', 'waiting'])
    } finally {
      await silent.stop()
    }
  })
})

test('a link secret that is none is refused by the contract, and is never in an address', async () => {
  const person = someone('short')
  expect((await person.follow('S-2345-6789')).response.status).toBe(400)
  expect(newSecret()).toMatch(/^[A-Za-z0-9_-]{43}$/)
})
