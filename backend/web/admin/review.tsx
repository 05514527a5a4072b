/**
 * The review queue (R2.14, R12.2): what was submitted, what its file is, and the decision. Everything here was written by
 * strangers and is shown as text (security A9).
 */
import { useEffect, useState } from 'preact/hooks'
import { useAttempt } from '../attempt.ts'
import { api, formats, words } from '../context.ts'
import { Dialog } from '../dialog.tsx'
import { ExtentMap } from '../editor/extent.tsx'
import { ProbeWarnings } from '../file-parts.tsx'
import { editorUrl, recordUrl } from '../place.ts'
import { ProblemNotice, textOf } from '../problem-notice.tsx'
import { type Draft, ifMatch, type ReviewJson } from '../session/api.ts'
import { boxText, MetadataView } from '../submission/metadata-view.tsx'
import { told } from '../submission/words.ts'
import { Busy, Empty, Notice, Progress } from '../ui/blocks.tsx'
import { Button, Checkbox, SelectField, TextField } from '../ui/controls.tsx'

type State = keyof typeof told.queueStates
type Summary = Pick<
  ReviewJson,
  'reference' | 'state' | 'title' | 'contact' | 'file' | 'createdAt' | 'updatedAt'
>
type Layer = NonNullable<NonNullable<ReviewJson['upload']>['probe']>['layers'][number]

const states = Object.keys(told.queueStates) as State[]
const pollMs = 1000
const perPage = 50

const fetchReview = (reference: string): Promise<ReviewJson> =>
  api.expectOk(api.client.GET('/reviews/{reference}', { params: { path: { reference } } }))

const paramsOf = ({ reference, version }: ReviewJson) => ({
  params: { path: { reference }, header: ifMatch({ version }) },
})

const StateMark = ({ state }: { state: ReviewJson['state'] }) => (
  <span class={`state ${state}`}>{told.queueStates[state]}</span>
)

// The queue -----------------------------------------------------------------------------------------------

const Queue = () => {
  const [state, setState] = useState<State>('open')
  const [q, setQ] = useState('')
  const [found, setFound] = useState<{ submissions: Summary[]; total: number; waiting: number } | null>(null)
  const { attempt, problem, isBusy } = useAttempt()
  const show = (offset = 0) =>
    attempt(async () => {
      const page = await api.expectOk(
        api.client.GET('/reviews', {
          params: { query: { state, limit: perPage, offset, ...(q.trim() && { q: q.trim() }) } },
        }),
      )
      setFound({
        ...page,
        submissions: [...(offset > 0 ? (found?.submissions ?? []) : []), ...page.submissions],
      })
    })
  useEffect(() => void show(), [state])
  const isFiltered = state !== 'open' || q.trim() !== ''
  return (
    <>
      <div class="toolbar">
        <SelectField
          test="review.state"
          label={words.showState}
          value={state}
          options={states.map((value) => ({ value, label: told.queueStates[value] }))}
          onChange={(value) => setState(value as State)}
        />
        <TextField
          test="review.q"
          type="search"
          label={told.queueSearch}
          value={q}
          onInput={setQ}
          onEnter={() => void show()}
        />
        <Button test="review.show" onClick={() => void show()} isBusy={isBusy}>
          {told.queueShow}
        </Button>
      </div>
      {problem === null ? null : <ProblemNotice problem={problem} test="review-problem" />}
      {found === null ? problem === null ? <Busy text={words.loading} /> : null : null}
      {found === null ? null : (
        <p class="count" role="status">
          {told.queueCount(found.total, found.waiting)}
        </p>
      )}
      {found?.submissions.length === 0 ? (
        <Empty title={isFiltered ? told.queueNone : told.queueEmpty}>
          {isFiltered ? null : <p>{told.queueEmptyText}</p>}
        </Empty>
      ) : null}
      {found !== null && found.submissions.length > 0 ? (
        <ul class="queue" data-test="queue">
          {found.submissions.map((one) => (
            <li key={one.reference}>
              <a class="title" href={`#review/${one.reference}`} data-test={`open.${one.reference}`}>
                {one.title || words.untitled}
              </a>
              <StateMark state={one.state} />
              <span class="meta">
                <span class="whole">{one.reference}</span>
                <span>{told.fromWhom(one.contact.name, formats.instant(one.createdAt))}</span>
                <span>
                  {one.file === null
                    ? told.noFileSent
                    : `${one.file.name} (${one.file.format}, ${formats.bytes(one.file.sizeBytes)})`}
                </span>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {found !== null && found.submissions.length < found.total ? (
        <Button test="review.more" onClick={() => void show(found.submissions.length)} isBusy={isBusy}>
          {words.more}
        </Button>
      ) : null}
    </>
  )
}

// The file ------------------------------------------------------------------------------------------------

const LayerFacts = ({ layer }: { layer: Layer }) => {
  const { raster } = layer
  const facts: [string, string | undefined][] = [
    [words.factGeometry, layer.geometry?.type],
    [told.features, layer.featureCount === null ? undefined : formats.number(layer.featureCount)],
    [
      told.cells,
      raster && told.cellsOf(formats.number(raster.width), formats.number(raster.height), raster.bands),
    ],
    [
      words.factCrs,
      layer.crs === null
        ? layer.geometry === null && !raster
          ? undefined
          : words.unknown
        : `${layer.crs.name}${layer.crs.epsg === null ? '' : ` (EPSG:${layer.crs.epsg})`}`,
    ],
    [told.extent, boxText(toBox(layer))],
    [told.fields, layer.fields.map(({ name, type }) => told.fieldOf(name, type)).join(', ') || undefined],
  ]
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

const toBox = (layer: Layer | undefined): Draft['bbox'] => {
  const [west, south, east, north] = layer?.extentCrs84 ?? []
  return west === undefined || south === undefined || east === undefined || north === undefined
    ? undefined
    : { west, south, east, north }
}

const save = async (reference: string, fileName: string) => {
  const response = await api.ask(`reviews/${reference}/file`, {})
  const url = URL.createObjectURL(new Blob([await response.blob()], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  URL.revokeObjectURL(url)
}

const TheFile = ({ review }: { review: ReviewJson }) => {
  const { attempt, problem, isBusy } = useAttempt()
  const { upload, file, reference } = review
  const probe = upload?.probe
  const warnings = [...(probe?.warnings ?? []), ...(probe?.layers.flatMap((layer) => layer.warnings) ?? [])]
  return (
    <section>
      <h2>{told.theFile}</h2>
      {file === null ? (
        <Notice tone="warning" title={told.hostedNotice} test="hosted-notice" />
      ) : (
        <p>
          <b data-test="file-name">{file.name}</b> – {file.format}, {formats.bytes(file.sizeBytes)}
        </p>
      )}
      {upload === null ? null : (
        <>
          <p class="hint">{told.fileCautious}</p>
          <Button
            test="download"
            isBusy={isBusy}
            onClick={() => void attempt(() => save(reference, upload.fileName))}
          >
            {told.download}
          </Button>
          {problem === null ? null : <ProblemNotice problem={problem} test="download-problem" />}
        </>
      )}
      <div data-test="probe">
        {probe?.layers.map((layer) => (
          <div key={layer.name}>
            <h3>
              {layer.name}
              {layer.name === review.layer ? <span class="badge"> {told.chosenLayer}</span> : null}
            </h3>
            <LayerFacts layer={layer} />
          </div>
        ))}
      </div>
      <ProbeWarnings list={warnings} />
    </section>
  )
}

const Place = ({ review, whole }: { review: ReviewJson; whole: Draft['bbox'] }) => {
  const layers = review.upload?.probe?.layers ?? []
  const layer = layers.find(({ name }) => name === review.layer) ?? layers[0]
  const box = review.metadata.bbox ?? toBox(layer)
  if (box === undefined || whole === undefined) return null
  return (
    <div class="small-map">
      <ExtentMap box={box} whole={whole} onDraw={() => undefined} />
    </div>
  )
}

// The decision --------------------------------------------------------------------------------------------

type Decided = (review: ReviewJson) => void

const Approve = ({
  review,
  domains,
  onDecided,
}: {
  review: ReviewJson
  domains: { id: string; title: string }[]
  onDecided: Decided
}) => {
  const [domainId, setDomainId] = useState('')
  const [collectionId, setCollectionId] = useState(review.suggestedCollectionId)
  const [isToApi, setToApi] = useState(true)
  const [isException, setException] = useState(false)
  const { attempt, problem, isBusy } = useAttempt()
  const becomesCollection = review.suggestedCollectionId !== ''
  const needsException = review.file === null && review.isHostedElsewhere
  return (
    <fieldset>
      <legend>{told.approveTitle}</legend>
      <p class="hint">{told.approveText}</p>
      <SelectField
        test="approve.domain"
        label={told.domain}
        hint={told.domainHint}
        value={domainId}
        options={[
          { value: '', label: told.domainNone },
          ...domains.map(({ id, title }) => ({ value: id, label: title })),
        ]}
        onChange={setDomainId}
      />
      {becomesCollection ? (
        <>
          <Checkbox test="approve.api" label={told.publishToApi} isTicked={isToApi} onChange={setToApi} />
          {isToApi ? (
            <TextField
              test="approve.collection"
              label={told.collectionId}
              hint={told.collectionIdHint}
              value={collectionId}
              maxLength={63}
              onInput={(text) => setCollectionId(text.trim().toLowerCase())}
            />
          ) : null}
        </>
      ) : review.file === null ? null : (
        <p>{told.asDownload}</p>
      )}
      {needsException ? (
        <>
          <Checkbox
            test="approve.exception"
            label={told.grantException}
            isTicked={isException}
            onChange={setException}
          />
          <p class="hint">{told.grantExceptionHint}</p>
        </>
      ) : null}
      {problem === null ? null : <ProblemNotice problem={problem} test="approve-problem" />}
      <Button
        test="approve"
        kind="main"
        isBusy={isBusy}
        isDisabled={needsException && !isException}
        onClick={() =>
          void attempt(async () =>
            onDecided(
              await api.expectOk(
                api.client.POST('/reviews/{reference}/approve', {
                  ...paramsOf(review),
                  body: {
                    ...(domainId && { domainId }),
                    ...(becomesCollection && isToApi && collectionId && { collectionId }),
                    ...(becomesCollection && !isToApi && { publishToApi: false }),
                    ...(needsException && { acceptWithoutFile: isException }),
                  },
                }),
              ),
            ),
          )
        }
      >
        {told.approve}
      </Button>
    </fieldset>
  )
}

const Refuse = ({
  review,
  kind,
  onClose,
  onDecided,
}: {
  review: ReviewJson
  kind: 'return' | 'reject'
  onClose: () => void
  onDecided: Decided
}) => {
  const [reason, setReason] = useState('')
  const [isAsked, setAsked] = useState(false)
  const { attempt, problem, isBusy } = useAttempt()
  const isEmpty = reason.trim() === ''
  const refuse = () => {
    setAsked(true)
    if (isEmpty) return
    const body = { reason: reason.trim() }
    void attempt(async () =>
      onDecided(
        await api.expectOk(
          kind === 'return'
            ? api.client.POST('/reviews/{reference}/return', { ...paramsOf(review), body })
            : api.client.POST('/reviews/{reference}/reject', { ...paramsOf(review), body }),
        ),
      ),
    )
  }
  return (
    <Dialog
      test={`${kind}-dialog`}
      title={kind === 'return' ? told.returnTitle : told.rejectTitle}
      onCancel={onClose}
    >
      <p>{kind === 'return' ? told.returnText : told.rejectText}</p>
      <TextField
        test={`${kind}.reason`}
        label={told.reason}
        hint={told.reasonHint}
        rows={5}
        maxLength={20000}
        value={reason}
        findings={isAsked && isEmpty ? [{ level: 'error', message: told.reasonNeeded }] : []}
        onInput={setReason}
      />
      {problem === null ? null : <ProblemNotice problem={problem} test={`${kind}-problem`} />}
      <div class="actions">
        <Button
          test={`${kind}.confirm`}
          kind={kind === 'return' ? 'main' : 'danger'}
          isBusy={isBusy}
          onClick={refuse}
        >
          {kind === 'return' ? told.doReturn : told.doReject}
        </Button>
        <Button test={`${kind}.cancel`} kind="quiet" onClick={onClose}>
          {words.cancel}
        </Button>
      </div>
    </Dialog>
  )
}

const Publication = ({ review }: { review: ReviewJson }) => {
  const { publication, recordId, state } = review
  if (publication === null || state !== 'publishing') return null
  if (publication.problem === null)
    return (
      <>
        <p class="notice-title">{told.publishingNow}</p>
        <Progress test="publishing" label={told.publishingNow} share={publication.share} />
      </>
    )
  return (
    <Notice tone="bad" title={told.publishFailed} test="publish-failed" isAlert>
      <p>{textOf(publication.problem)}</p>
      <p>{told.publishFailedText}</p>
      {recordId === null ? null : (
        <p>
          <a href={editorUrl(recordId)}>{told.editDraft}</a>
        </p>
      )}
    </Notice>
  )
}

const Outcome = ({ review }: { review: ReviewJson }) => {
  const { state, reason, recordId } = review
  if (state === 'approved')
    return (
      <Notice tone="good" title={told.approvedDone} test="decided.approved">
        {recordId === null ? null : (
          <p>
            <a href={recordUrl(recordId)} data-test="see-record">
              {told.seeRecord}
            </a>
          </p>
        )}
      </Notice>
    )
  if (state !== 'returned' && state !== 'rejected') return null
  return (
    <Notice
      tone={state === 'returned' ? 'info' : 'warning'}
      title={state === 'returned' ? told.returnedDone : told.rejectedDone}
      test={`decided.${state}`}
    >
      <p class="said">{reason}</p>
    </Notice>
  )
}

const isUndecided = ({ state, publication }: ReviewJson) =>
  state === 'received' ||
  state === 'in_review' ||
  (state === 'publishing' && (publication === null || !['queued', 'running'].includes(publication.state)))

const Findings = ({ review }: { review: ReviewJson }) => {
  const { errors, warnings } = review.findings
  return (
    <>
      {errors.length > 0 ? (
        <Notice tone="bad" title={told.metadataErrors} test="metadata-errors">
          <ul>
            {errors.map(({ field, code, message }) => (
              <li key={field + code}>{message}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {warnings.length > 0 ? (
        <Notice tone="warning" title={told.metadataWarnings} test="metadata-warnings">
          <ul>
            {warnings.map(({ field, code, message }) => (
              <li key={field + code}>{message}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
    </>
  )
}

const OneSubmission = ({ reference }: { reference: string }) => {
  const [review, setReview] = useState<ReviewJson | null>(null)
  const [around, setAround] = useState<{ domains: { id: string; title: string }[]; whole: Draft['bbox'] }>({
    domains: [],
    whole: undefined,
  })
  const [refusing, setRefusing] = useState<'return' | 'reject' | null>(null)
  const { attempt, problem, isBusy } = useAttempt()
  useEffect(
    () =>
      void attempt(async () => {
        const { domains } = await api.expectOk(api.client.GET('/domains'))
        const { nationalExtent } = await api.expectOk(api.client.GET('/settings'))
        const [west = 0, south = 0, east = 0, north = 0] = nationalExtent
        setAround({ domains, whole: { west, south, east, north } })
        setReview(await fetchReview(reference))
      }),
    [reference],
  )
  const isRunning = review?.state === 'publishing' && !isUndecided(review)
  useEffect(() => {
    if (!isRunning) return
    const timer = setTimeout(() => {
      // A line that is down is asked again at the next round.
      fetchReview(reference).then(setReview, () => setReview(review && { ...review }))
    }, pollMs)
    return () => clearTimeout(timer)
  }, [isRunning, review])
  const decided: Decided = (next) => {
    setRefusing(null)
    setReview(next)
  }
  if (review === null)
    return problem === null ? (
      <Busy text={words.loading} />
    ) : (
      <ProblemNotice problem={problem} test="review-problem" />
    )
  const { contact, message } = review
  return (
    <div data-test="one-submission">
      <p>
        <a href="#review" data-test="back-to-queue">
          {told.backToQueue}
        </a>
      </p>
      <h2>{review.title || words.untitled}</h2>
      <p class="meta">
        <StateMark state={review.state} />
        <span class="whole" data-test="reference">
          {review.reference}
        </span>
        <span>{formats.instant(review.createdAt)}</span>
      </p>
      {problem === null ? null : <ProblemNotice problem={problem} test="review-problem" />}
      <Publication review={review} />
      <Outcome review={review} />
      {review.state === 'received' ? (
        <p class="actions">
          <Button
            test="begin"
            isBusy={isBusy}
            onClick={() =>
              void attempt(async () =>
                setReview(
                  await api.expectOk(api.client.POST('/reviews/{reference}/begin', paramsOf(review))),
                ),
              )
            }
          >
            {told.begin}
          </Button>{' '}
          <span class="hint">{told.beginText}</span>
        </p>
      ) : null}
      <div class="columns">
        <section>
          <h2>{told.submitter}</h2>
          <dl class="facts" data-test="submitter">
            <div>
              <dt>{words.individualName}</dt>
              <dd>{contact.name}</dd>
            </div>
            <div>
              <dt>{words.email}</dt>
              <dd>{contact.email}</dd>
            </div>
            {contact.organisation === undefined ? null : (
              <div>
                <dt>{words.organisation}</dt>
                <dd>{contact.organisation}</dd>
              </div>
            )}
            {message === null ? null : (
              <div>
                <dt>{told.messageFrom}</dt>
                <dd class="said">{message}</dd>
              </div>
            )}
          </dl>
          <TheFile review={review} />
        </section>
        <Place review={review} whole={around.whole} />
      </div>
      <section>
        <h2>{told.asItWouldAppear}</h2>
        <Findings review={review} />
        <MetadataView metadata={review.metadata} fileName={review.file?.name} test="metadata" />
      </section>
      {isUndecided(review) ? (
        <section>
          <h2>{told.decision}</h2>
          <Approve review={review} domains={around.domains} onDecided={decided} />
          <div class="actions">
            <Button test="return" onClick={() => setRefusing('return')}>
              {told.returnTitle}
            </Button>
            <Button test="reject" kind="danger" onClick={() => setRefusing('reject')}>
              {told.rejectTitle}
            </Button>
          </div>
        </section>
      ) : null}
      <section>
        <h2>{told.whatHappened}</h2>
        <ol class="events">
          {review.history.map((event) => (
            <li key={event.at}>
              <span class={`state ${event.state}`}>{told.told[event.state]}</span>{' '}
              <span class="none">{formats.instant(event.at)}</span>
              {event.reason === undefined ? null : <p class="said">{event.reason}</p>}
            </li>
          ))}
        </ol>
      </section>
      {refusing === null ? null : (
        <Refuse review={review} kind={refusing} onClose={() => setRefusing(null)} onDecided={decided} />
      )}
    </div>
  )
}

/** `reference`: of the submission that is open; the queue without one. */
export const Review = ({ reference }: { reference: string | null }) =>
  reference === null ? <Queue /> : <OneSubmission key={reference} reference={reference} />
