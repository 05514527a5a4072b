/** Somebody without an account, as the submission form speaks to the server. */
import { randomBytes } from 'node:crypto'
import createFetchClient from 'openapi-fetch'
import type { components, paths } from '../../backend/src/contract/catalogue.gen.ts'
import { stampAt } from '../../backend/src/services/submissions.ts'
import { completeMetadata } from '../fixtures/record-metadata.ts'
import type { TestDatabase } from './database.ts'

export type SubmissionContent = components['schemas']['SubmissionContent']
type Metadata = SubmissionContent['metadata']

const tus = { 'Tus-Resumable': '1.0.0' }

/** A stamp of a form that was opened a while ago. */
export const oldStamp = async ({ knex }: Pick<TestDatabase, 'knex'>, ageMs = 60_000): Promise<string> =>
  stampAt((await knex('submission_secret').first('value')).value, Date.now() - ageMs)

export const newSecret = (): string => randomBytes(32).toString('base64url')

export const submitterOf = ({ url, stamp }: { url: string; stamp: string }, secret = newSecret()) => {
  const client = createFetchClient<paths>({
    baseUrl: `${url}/api/v1`,
    headers: { 'Submission-Link': secret },
  })
  const link = { 'Submission-Link': secret }
  const header = link

  /** Sends a file and waits until it has been read. */
  const upload = async (name: string, bytes: string | Uint8Array) => {
    const body = Buffer.from(bytes as string)
    const begun = await fetch(`${url}/api/v1/submission-uploads`, {
      method: 'POST',
      headers: {
        ...link,
        ...tus,
        'Upload-Length': String(body.length),
        'Upload-Metadata': `filename ${Buffer.from(name).toString('base64')}`,
      },
    })
    if (begun.status !== 201) throw Object.assign(new Error('refused'), { problem: await begun.json() })
    const uploadId = begun.headers.get('Location')?.split('/').at(-1) ?? ''
    const sent = await fetch(`${url}/api/v1/submission-uploads/${uploadId}`, {
      method: 'PATCH',
      headers: { ...link, ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' },
      body,
    })
    if (sent.status !== 204) throw new Error(`piece: ${sent.status}`)
    const read = await client.GET('/submission-uploads/{uploadId}', {
      params: { path: { uploadId }, header, query: { wait: 60 } },
    })
    if (!read.data) throw new Error(`upload: ${read.response.status}`)
    return read.data
  }

  const contentOf = (metadata: Metadata, more: Partial<SubmissionContent> = {}): SubmissionContent => ({
    stamp,
    contact: { name: 'Rosa Reef', email: 'rosa@example.org' },
    metadata: { ...completeMetadata(), ...metadata } as Metadata,
    ...more,
  })

  return {
    secret,
    client,
    upload,
    contentOf,
    submit: (metadata: Metadata, more?: Partial<SubmissionContent>) =>
      client.POST('/submissions', { params: { header }, body: contentOf(metadata, more) }),
    follow: (reference: string) =>
      client.GET('/submissions/{reference}', { params: { path: { reference }, header } }),
    resubmit: (
      { reference, version }: { reference: string; version: number },
      metadata: Metadata,
      more?: Partial<SubmissionContent>,
    ) =>
      client.PUT('/submissions/{reference}', {
        params: { path: { reference }, header: { ...header, 'If-Match': `"${version}"` } },
        body: contentOf(metadata, more),
      }),
  }
}
