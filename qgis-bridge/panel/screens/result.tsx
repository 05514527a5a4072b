/** How each layer ended: what was published and verified, what failed and why, and what can be done now. */
import { Badge, Disclosure, Notice, type Tone } from '../../../backend/web/ui/blocks.tsx'
import { Button } from '../../../backend/web/ui/controls.tsx'
import type { LayerRun } from '../flows/publish-all.ts'
import type { PublishedOutcome } from '../flows/publish-layer.ts'
import { sayMembers } from '../words/words.ts'
import { usePanel } from './context.ts'
import { FailureNotice } from './failure-notice.tsx'
import { PicturesPart } from './pictures.tsx'
import { stepWords } from './step-words.ts'

type Verdict = 'verified' | 'published' | 'differs' | 'unchecked'

export const verdictOf = ({ checks, unchecked }: PublishedOutcome): Verdict => {
  if (unchecked !== null) return 'unchecked'
  if (checks.some(({ ok }) => !ok)) return 'differs'
  // Without new data there is nothing to compare.
  return checks.length === 0 ? 'published' : 'verified'
}

const useOutcomeWords = () => {
  const { words } = usePanel()
  return (run: LayerRun): { tone: Tone; text: string; kind: string } => {
    const { outcome } = run
    if (outcome === null) return { tone: 'info', text: words.runWaiting, kind: 'waiting' }
    switch (outcome.kind) {
      case 'cancelled':
        return { tone: 'info', text: words.resultCancelled, kind: 'cancelled' }
      case 'changed':
        return { tone: 'warning', text: words.resultChanged, kind: 'changed' }
      case 'failed':
        return { tone: 'bad', text: words.resultFailed(stepWords(words)[outcome.step]), kind: 'failed' }
      case 'published': {
        const verdict = verdictOf(outcome)
        const texts: Record<Verdict, { tone: Tone; text: string }> = {
          verified: { tone: 'good', text: words.resultPublished },
          published: { tone: 'good', text: words.resultPublishedOnly },
          differs: { tone: 'bad', text: words.resultDiffers },
          unchecked: { tone: 'warning', text: words.resultUnchecked },
        }
        return { ...texts[verdict], kind: verdict }
      }
    }
  }
}

export const OutcomeLine = ({ run }: { run: LayerRun }) => {
  const { tone, text, kind } = useOutcomeWords()(run)
  return (
    <p data-outcome={kind}>
      <Badge tone={tone}>{text}</Badge>
    </p>
  )
}

const Checks = ({ outcome, name }: { outcome: PublishedOutcome; name: string }) => {
  const { words } = usePanel()
  const { checks } = outcome
  if (checks.length === 0) return null
  return (
    <Disclosure
      test={`result.checks.${name}`}
      title={words.resultChecks}
      isOpen={checks.some(({ ok }) => !ok)}
    >
      <ul class="lines marked">
        {checks.map(({ what, ok, expected, found }) => (
          <li key={what} data-check={what} data-ok={ok}>
            <span aria-hidden="true">{ok ? '✓ ' : '✕ '}</span>
            {words.checks[what] ?? what}: {ok ? found : words.checkExpected(expected, found)}
          </li>
        ))}
      </ul>
    </Disclosure>
  )
}

/** Addresses a person can paste elsewhere: the record's page and the collection. */
export const linksOf = (
  serverUrl: string,
  { recordId, collectionId }: { recordId: string; collectionId: string | null },
): string => {
  const base = serverUrl.replace(/\/+$/, '')
  return [`${base}/records/collections/metadata:main/items/${recordId}`]
    .concat(collectionId === null ? [] : [`${base}/pygeoapi/collections/${collectionId}`])
    .join('\n')
}

const PublishedPart = ({ outcome, name }: { outcome: PublishedOutcome; name: string }) => {
  const { session, state, words, format } = usePanel()
  const { featureCount, version, warnings, unchecked, recordId } = outcome
  return (
    <>
      {featureCount === null ? null : <p>{words.resultFeatures(format.number(featureCount), version)}</p>}
      {outcome.collectionId === null ? null : (
        <p class="address">{words.planAddress(outcome.collectionId)}</p>
      )}
      {unchecked === null ? null : (
        <FailureNotice failure={unchecked} test={`result.unchecked.${name}`} about={{ layer: name }} />
      )}
      <Checks outcome={outcome} name={name} />
      {outcome.pictures === null ? null : (
        <PicturesPart pictures={outcome.pictures} name={name} publicationId={outcome.publicationId} />
      )}
      {warnings.length === 0 ? null : (
        <Notice tone="warning" title={words.resultWarnings}>
          <ul class="lines">
            {warnings.map(({ code, message }, at) => (
              <li key={`${code} ${at}`} data-code={code}>
                {message}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <div class="buttons">
        <Button
          test={`result.open.${name}`}
          label={`${words.openRecord}: ${name}`}
          onClick={() => void session.openPage('record', recordId)}
        >
          {words.openRecord}
        </Button>
        <Button
          test={`result.copy.${name}`}
          label={`${words.copyLinks}: ${name}`}
          onClick={() => void session.copy(linksOf(state.connection?.url ?? '', outcome))}
        >
          {words.copyLinks}
        </Button>
      </div>
    </>
  )
}

const ResultCard = ({ run }: { run: LayerRun }) => {
  const { session, words } = usePanel()
  const { outcome, facts } = run
  const { name } = facts
  return (
    <li class="card" data-test={`result.card.${name}`}>
      <h2>{run.order.title}</h2>
      <OutcomeLine run={run} />
      {outcome?.kind === 'published' ? <PublishedPart outcome={outcome} name={name} /> : null}
      {outcome?.kind === 'changed' ? (
        <p>{words.resultChangedText(sayMembers(outcome.members, words) || words.resultChangedUnknown)}</p>
      ) : null}
      {outcome?.kind === 'failed' ? (
        <>
          <FailureNotice
            failure={outcome.failure}
            test={`result.failure.${name}`}
            about={{ layer: name, step: outcome.step }}
          />
          <p class="soft">
            {run.order.plan.kind === 'new' ? words.nothingPublished : words.untouchedPublished}
          </p>
          <div class="buttons">
            <Button
              test={`result.retry.${name}`}
              kind="main"
              label={`${words.retryLayer}: ${name}`}
              onClick={() => void session.retry(facts.id)}
            >
              {words.retryLayer}
            </Button>
          </div>
          {outcome.isResumable ? <p class="soft">{words.retryKept}</p> : null}
        </>
      ) : null}
    </li>
  )
}

export const ResultScreen = () => {
  const { session, state, words } = usePanel()
  const { runs } = state
  const isGood = ({ outcome }: LayerRun) => outcome?.kind === 'published' && verdictOf(outcome) === 'verified'
  const good = runs.filter(isGood).length
  const hasFailed = runs.some(({ outcome }) => outcome?.kind === 'failed')
  const hasChanged = runs.some(({ outcome }) => outcome?.kind === 'changed')
  return (
    <>
      <h1>{words.resultTitle}</h1>
      <p aria-live="polite" data-test="result.summary">
        {words.resultGood(good)}
      </p>
      <ul class="cards">
        {runs.map((run) => (
          <ResultCard key={run.order.layer} run={run} />
        ))}
      </ul>
      <div class="buttons end">
        {hasChanged ? (
          <Button test="result.reviewAgain" onClick={() => void session.reviewAgain()}>
            {words.reviewAgain}
          </Button>
        ) : null}
        <Button
          test="result.done"
          kind={hasFailed ? 'plain' : 'main'}
          isBusy={state.busy === 'leave'}
          onClick={() => void session.leaveResult()}
        >
          {hasFailed ? words.resultGiveUp : words.resultDone}
        </Button>
      </div>
    </>
  )
}
