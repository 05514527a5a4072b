/** What the private link opens (R2.16): how far a submission is, and, when it was returned, the form again. */
import { useEffect, useState } from 'preact/hooks'
import { useAttempt } from '../attempt.ts'
import { api, formats, words } from '../context.ts'
import { siteUrl } from '../place.ts'
import { ProblemNotice } from '../problem-notice.tsx'
import type { SubmissionJson } from '../session/api.ts'
import { Busy, Notice, type Tone } from '../ui/blocks.tsx'
import { Button } from '../ui/controls.tsx'
import { MetadataView } from './metadata-view.tsx'
import { told } from './words.ts'

export const submissionUrl = (reference: string, secret: string): string =>
  `${siteUrl}/submissions/${reference}#${secret}`

export const fetchSubmission = (reference: string, secret: string): Promise<SubmissionJson> =>
  api.expectOk(
    api.client.GET('/submissions/{reference}', {
      params: { path: { reference }, header: { 'Submission-Link': secret } },
    }),
  )

const CopyButton = ({ test, text, label }: { test: string; text: string; label: string }) => {
  const [isCopied, setCopied] = useState(false)
  return (
    <Button
      test={test}
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => undefined,
        )
      }
    >
      {isCopied ? told.linkCopied : label}
    </Button>
  )
}

const PrivateLink = ({ reference, secret }: { reference: string; secret: string }) => (
  <section>
    <h2>{told.privateLink}</h2>
    <p>{told.privateLinkText}</p>
    <p>
      <code class="copy" data-test="private-link">
        {submissionUrl(reference, secret)}
      </code>
    </p>
    <div class="actions">
      <CopyButton test="copy-link" text={submissionUrl(reference, secret)} label={told.copyLink} />
    </div>
  </section>
)

export const Receipt = ({
  submission,
  secret,
  sendsMail,
  onStatus,
}: {
  submission: SubmissionJson
  secret: string
  sendsMail: boolean
  onStatus: () => void
}) => {
  const { reference, contact } = submission
  return (
    <div data-test="receipt">
      <h1 tabIndex={-1} ref={(heading) => heading?.focus()}>
        {told.receiptTitle}
      </h1>
      <p class="lead">{told.receiptText}</p>
      <p class="reference">
        <span class="none">{told.reference}</span> <b data-test="reference">{reference}</b>
      </p>
      <PrivateLink reference={reference} secret={secret} />
      <Notice
        tone={sendsMail ? 'info' : 'warning'}
        title={sendsMail ? told.mailFollows(contact.email) : told.noMail(contact.email)}
        test="mail-follows"
      />
      <div class="actions">
        <Button test="see-status" onClick={onStatus}>
          {told.seeStatus}
        </Button>
        <a href={`${siteUrl}/submit`}>{told.submitAnother}</a>
      </div>
    </div>
  )
}

const tones: Record<SubmissionJson['state'], Tone> = {
  received: 'info',
  in_review: 'info',
  returned: 'warning',
  approved: 'good',
  rejected: 'bad',
}

const LinkUnknown = () => (
  <>
    <h1>{told.linkUnknownTitle}</h1>
    <p class="lead" data-test="link-unknown">
      {told.linkUnknownText}
    </p>
    <p>
      <a href={`${siteUrl}/submit`}>{told.submitTitle}</a>
    </p>
  </>
)

export const Status = ({
  reference,
  secret,
  wasSentAgain,
  onRevise,
}: {
  reference: string
  secret: string
  wasSentAgain: boolean
  onRevise: (submission: SubmissionJson) => void
}) => {
  const [submission, setSubmission] = useState<SubmissionJson | null>(null)
  const { attempt, problem, isBusy } = useAttempt()
  const look = () => attempt(async () => setSubmission(await fetchSubmission(reference, secret)))
  useEffect(() => void look(), [reference, secret])
  if (problem !== null && [400, 404].includes(problem.status)) return <LinkUnknown />
  if (submission === null)
    return (
      <>
        <h1>{told.statusTitle(reference)}</h1>
        {problem === null ? (
          <Busy text={words.loading} />
        ) : (
          <>
            <ProblemNotice problem={problem} test="status-problem" />
            <Button test="check-again" onClick={() => void look()} isBusy={isBusy}>
              {told.checkAgain}
            </Button>
          </>
        )}
      </>
    )
  const { state, reason, file } = submission
  return (
    <div data-test="status">
      <h1>{told.statusTitle(reference)}</h1>
      <p class="lead">{submission.title}</p>
      {wasSentAgain ? <Notice tone="good" title={told.sentAgain} test="sent-again" isAlert /> : null}
      <Notice tone={tones[state]} title={told.told[state]} test={`state.${state}`}>
        <p>{told.toldMeans[state]}</p>
        {reason === null || (state !== 'returned' && state !== 'rejected') ? null : (
          <>
            <p class="notice-title">{state === 'returned' ? told.reviewerAsks : told.reviewerSays}</p>
            <p class="said" data-test="reason">
              {reason}
            </p>
          </>
        )}
      </Notice>
      <div class="actions">
        {state === 'returned' ? (
          <Button test="revise" kind="main" onClick={() => onRevise(submission)}>
            {told.revise}
          </Button>
        ) : null}
        {submission.recordUrl === null ? null : (
          <a class="button" href={submission.recordUrl} data-test="see-record">
            {told.seeRecord}
          </a>
        )}
        {state === 'received' || state === 'in_review' ? (
          <Button test="check-again" onClick={() => void look()} isBusy={isBusy}>
            {told.checkAgain}
          </Button>
        ) : null}
      </div>
      <section>
        <h2>{told.whatHappened}</h2>
        <ol class="events" data-test="history">
          {submission.history.map((event) => (
            <li key={event.at}>
              <span class={`state ${event.state === 'approved' ? 'published' : event.state}`}>
                {told.told[event.state]}
              </span>{' '}
              <span class="none">{formats.instant(event.at)}</span>
              {event.reason === undefined ? null : <p class="said">{event.reason}</p>}
            </li>
          ))}
        </ol>
      </section>
      <PrivateLink reference={reference} secret={secret} />
      <details>
        <summary data-test="what-was-sent">{told.whatWasSent}</summary>
        <dl class="facts">
          <div>
            <dt>{told.sentFile}</dt>
            <dd>{file === null ? told.noFileSent : `${file.name} (${formats.bytes(file.sizeBytes)})`}</dd>
          </div>
          <div>
            <dt>{told.submittedAt}</dt>
            <dd>{formats.instant(submission.createdAt)}</dd>
          </div>
        </dl>
        <MetadataView metadata={submission.metadata} fileName={file?.name} test="sent-metadata" />
      </details>
    </div>
  )
}
