/** The review queue over HTTP (R2.14, R12.2). */
import type { components, operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import type { Actor } from '../domain/actor.ts'
import { attachment } from '../domain/file-name.ts'
import type { Submission } from '../domain/submission.ts'
import { versionEtag } from '../http/etag.ts'
import { downloadHeaders, fileBody } from '../http/file-body.ts'
import type { Submissions } from '../services/submissions.ts'
import { fileSummaryOf } from './submissions.ts'
import { toUploadJson, unshared } from './uploads.ts'

type Operations = Pick<
  operations,
  | 'listReviews'
  | 'getReview'
  | 'downloadReviewFile'
  | 'beginReview'
  | 'returnSubmission'
  | 'rejectSubmission'
  | 'approveSubmission'
>
type ReviewJson = components['schemas']['Review']

const toSummary = (submission: Submission): components['schemas']['ReviewSummary'] => ({
  reference: submission.reference,
  state: submission.state,
  title: submission.metadata.title ?? '',
  contact: submission.contact,
  file: fileSummaryOf(submission),
  isHostedElsewhere: submission.isHostedElsewhere,
  createdAt: submission.createdAt,
  updatedAt: submission.updatedAt,
})

export const reviewHandlers = ({ submissions }: { submissions: Submissions }): Handlers<Operations> => {
  const answer = async (reference: string, actor: Actor) => {
    const { submission, upload, publication, progress, findings, suggestedCollectionId } =
      await submissions.review(reference, actor)
    const body: ReviewJson = {
      ...toSummary(submission),
      version: submission.version,
      metadata: submission.metadata as ReviewJson['metadata'],
      message: submission.message,
      upload: upload && toUploadJson(upload),
      layer: submission.uploadLayer,
      reason: submission.reason,
      history: submission.history,
      findings,
      suggestedCollectionId,
      recordId: submission.recordId,
      publication: publication && {
        id: publication.id,
        state: publication.state,
        share: publication.state === 'done' ? 1 : (progress?.share ?? 0),
        problem: publication.problem as components['schemas']['Problem'] | null,
      },
    }
    return { headers: { ...unshared, ETag: versionEtag(submission.version) }, body }
  }

  return {
    listReviews: async ({ query, actor }) => {
      const { state = 'open', q, limit = 100, offset = 0 } = query
      const found = await submissions.list({ state, q, limit, offset }, actor)
      return {
        status: 200,
        headers: unshared,
        body: { ...found, submissions: found.submissions.map(toSummary) },
      }
    },
    getReview: async ({ path, actor }) => ({ status: 200, ...(await answer(path.reference, actor)) }),
    downloadReviewFile: async ({ path, actor }) => {
      const { fileName, sizeBytes, open } = await submissions.file(path.reference, actor)
      return {
        status: 200,
        headers: {
          ...downloadHeaders,
          'Content-Disposition': attachment(fileName),
          'Cache-Control': 'no-store, no-transform',
        },
        raw: fileBody({ contentType: 'application/octet-stream', length: sizeBytes, open }),
      }
    },
    beginReview: async ({ path, headers, actor, http }) => {
      await submissions.begin(path.reference, { actor, ip: http.ip, ifMatch: headers['If-Match'] })
      return { status: 200, ...(await answer(path.reference, actor)) }
    },
    returnSubmission: async ({ path, body, headers, actor, http }) => {
      await submissions.returnForRevision(path.reference, body.reason, {
        actor,
        ip: http.ip,
        ifMatch: headers['If-Match'],
      })
      return { status: 200, ...(await answer(path.reference, actor)) }
    },
    rejectSubmission: async ({ path, body, headers, actor, http }) => {
      await submissions.reject(path.reference, body.reason, {
        actor,
        ip: http.ip,
        ifMatch: headers['If-Match'],
      })
      return { status: 200, ...(await answer(path.reference, actor)) }
    },
    approveSubmission: async ({ path, body, headers, actor, http }) => {
      await submissions.approve(path.reference, body, {
        actor,
        ip: http.ip,
        ifMatch: headers['If-Match'],
      })
      return { status: 202, ...(await answer(path.reference, actor)) }
    },
  }
}
