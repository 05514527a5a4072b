/** Submissions of the public over HTTP (R2): the form, the private link, and the file, resumably as tus describes it. */
import type { components, operations } from '../contract/catalogue.gen.ts'
import type { Handlers, HttpContext, RequestOf } from '../contract/handler.ts'
import { type Submission, toToldState } from '../domain/submission.ts'
import { isRead } from '../domain/upload.ts'
import { versionEtag } from '../http/etag.ts'
import { waitUntil } from '../http/events.ts'
import { demandPlainBody } from '../http/multipart.ts'
import { type Submissions, toSubmitter } from '../services/submissions.ts'
import type { Uploads } from '../services/uploads.ts'
import { demandPieceType, expiryOf, inTus, readFileName, toPiece, toUploadJson, unshared } from './uploads.ts'

type Operations = Pick<
  operations,
  | 'getSubmissionForm'
  | 'createSubmission'
  | 'getSubmission'
  | 'resubmit'
  | 'createSubmissionUpload'
  | 'getSubmissionUploadOffset'
  | 'appendSubmissionUpload'
  | 'getSubmissionUpload'
  | 'deleteSubmissionUpload'
>
type SubmissionJson = components['schemas']['Submission']

export type SubmissionRouteParts = { submissions: Submissions; uploads: Uploads; sendsMail: boolean }

export const fileSummaryOf = ({ file }: Submission) =>
  file && { name: file.name, sizeBytes: file.sizeBytes, format: file.format }

const toJson = (submission: Submission, { siteUrl }: HttpContext): SubmissionJson => ({
  reference: submission.reference,
  state: toToldState(submission.state),
  version: submission.version,
  title: submission.metadata.title ?? '',
  reason: submission.reason,
  contact: submission.contact,
  metadata: submission.metadata as SubmissionJson['metadata'],
  message: submission.message,
  isHostedElsewhere: submission.isHostedElsewhere,
  file: fileSummaryOf(submission),
  uploadId: submission.uploadId,
  layer: submission.uploadLayer,
  history: submission.history,
  recordUrl:
    submission.state === 'approved' && submission.recordId !== null
      ? `${siteUrl}/records/collections/metadata:main/items/${submission.recordId}?f=html`
      : null,
  createdAt: submission.createdAt,
  updatedAt: submission.updatedAt,
})

export const submissionHandlers = ({
  submissions,
  uploads,
  sendsMail,
}: SubmissionRouteParts): Handlers<Operations> => {
  const answer = (submission: Submission, http: HttpContext) => ({
    headers: { ...unshared, ETag: versionEtag(submission.version) },
    body: toJson(submission, http),
  })

  return {
    getSubmissionForm: async () => ({
      status: 200,
      headers: unshared,
      body: { ...(await submissions.form()), sendsMail },
    }),
    createSubmission: async ({ body, headers, http }) => ({
      status: 201,
      ...answer(
        await submissions.submit(body, { linkSecret: headers['Submission-Link'], ip: http.ip }),
        http,
      ),
    }),
    getSubmission: async ({ path, headers, http }) => ({
      status: 200,
      ...answer(await submissions.follow(path.reference, headers['Submission-Link']), http),
    }),
    resubmit: async ({ path, body, headers, http }) => ({
      status: 200,
      ...answer(
        await submissions.resubmit(path.reference, body, {
          linkSecret: headers['Submission-Link'],
          ifMatch: headers['If-Match'],
          ip: http.ip,
        }),
        http,
      ),
    }),

    createSubmissionUpload: inTus(
      async ({ headers, http }: RequestOf<Operations['createSubmissionUpload']>) => {
        demandPlainBody(http)
        const begun = await submissions.beginUpload(
          {
            fileName: readFileName(headers['Upload-Metadata']),
            sizeBytes: headers['Upload-Length'],
            tusMetadata: headers['Upload-Metadata'] ?? null,
          },
          { linkSecret: headers['Submission-Link'], ip: http.ip },
        )
        return {
          status: 201 as const,
          headers: {
            ...expiryOf(begun),
            Location: `${http.faceUrl}/submission-uploads/${begun.id}`,
            'Upload-Offset': '0',
          },
        }
      },
    ),
    getSubmissionUploadOffset: inTus(
      async ({ path, headers }: RequestOf<Operations['getSubmissionUploadOffset']>) => {
        const { upload, offset } = await uploads.offsetOf(
          path.uploadId,
          toSubmitter(headers['Submission-Link']),
        )
        return {
          status: 200 as const,
          headers: {
            ...unshared,
            ...expiryOf(upload),
            'Upload-Offset': String(offset),
            'Upload-Length': String(upload.sizeBytes),
          },
        }
      },
    ),
    appendSubmissionUpload: inTus(
      async ({ path, headers, http }: RequestOf<Operations['appendSubmissionUpload']>) => {
        demandPieceType(http)
        const piece = toPiece(http, headers['Upload-Offset'], undefined)
        const upload = await uploads.append(path.uploadId, piece, toSubmitter(headers['Submission-Link']))
        return {
          status: 204 as const,
          headers: { ...expiryOf(upload), 'Upload-Offset': String(upload.receivedBytes) },
        }
      },
    ),
    getSubmissionUpload: async ({ path, query, headers, http }) => ({
      status: 200,
      headers: unshared,
      body: toUploadJson(
        await waitUntil(
          () => submissions.getUpload(path.uploadId, headers['Submission-Link']),
          isRead,
          query.wait ?? 0,
          http.signal,
        ),
      ),
    }),
    deleteSubmissionUpload: async ({ path, headers }) => {
      await uploads.remove(path.uploadId, toSubmitter(headers['Submission-Link']))
      return { status: 204 }
    },
  }
}
