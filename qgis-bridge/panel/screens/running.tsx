/** Layers on their way, step by step. */
import { Progress } from '../../../backend/web/ui/blocks.tsx'
import { Button } from '../../../backend/web/ui/controls.tsx'
import type { LayerRun } from '../flows/publish-all.ts'
import { type Step, type StepProgress, type StepState, steps } from '../flows/publish-layer.ts'
import type { Format } from '../words/format.ts'
import type { Words } from '../words/words.ts'
import { usePanel } from './context.ts'
import { OutcomeLine } from './result.tsx'
import { stepWords } from './step-words.ts'

const stateWords = (words: Words): Record<StepState, string> => ({
  waiting: words.stepWaiting,
  running: words.stepRunning,
  done: words.stepDone,
  skipped: words.stepSkipped,
  failed: words.stepFailed,
})

const marks: Record<StepState, string> = { waiting: '○', running: '●', done: '✓', skipped: '–', failed: '✕' }

/** Bytes, speed and time left, as far as they are known. */
export const sayProgress = (progress: StepProgress, words: Words, format: Format): string => {
  const { done, total, bytesPerSecond } = progress
  if (progress.step !== 'upload' || done === undefined || total === undefined || total <= 0) return ''
  const speed =
    bytesPerSecond === undefined || bytesPerSecond <= 0 ? '' : words.stepSpeed(format.bytes(bytesPerSecond))
  const left =
    bytesPerSecond === undefined || bytesPerSecond <= 0 || done >= total
      ? ''
      : words.stepLeft(format.duration((total - done) / bytesPerSecond))
  return words.stepProgress(format.bytes(done), format.bytes(total), speed + left)
}

const StepLine = ({ step, progress }: { step: Step; progress: StepProgress | undefined }) => {
  const { words, format } = usePanel()
  const state = progress?.state ?? 'waiting'
  const name = stepWords(words)[step]
  const text = progress === undefined ? '' : sayProgress(progress, words, format)
  return (
    <li class={`step ${state}`} data-step={step} data-state={state}>
      <span class="mark" aria-hidden="true">
        {marks[state]}
      </span>
      <div class="grow">
        <p>
          {name} <span class="soft">{stateWords(words)[state]}</span>
        </p>
        {state === 'running' ? (
          <Progress label={name} share={progress?.share ?? null} test={`running.progress.${step}`} />
        ) : null}
        {state === 'running' && text !== '' ? <p class="soft">{text}</p> : null}
      </div>
    </li>
  )
}

const RunCard = ({ run }: { run: LayerRun }) => {
  const { words } = usePanel()
  const { name } = run.facts
  const isCancelling = run.canceller.isCancelled()
  return (
    <li class="card" data-test={`running.card.${name}`}>
      <div class="row">
        <h2 class="grow">{run.order.title}</h2>
        {run.outcome === null ? (
          <Button
            test={`running.cancel.${name}`}
            kind="quiet"
            label={`${words.cancelLayer}: ${name}`}
            isDisabled={isCancelling}
            onClick={run.canceller.cancel}
          >
            {isCancelling ? words.cancelling : words.cancel}
          </Button>
        ) : null}
      </div>
      {run.outcome !== null ? (
        <OutcomeLine run={run} />
      ) : run.isRunning ? (
        <ol class="steps">
          {steps.map((step) => (
            <StepLine key={step} step={step} progress={run.steps[step]} />
          ))}
        </ol>
      ) : (
        <p class="soft">{words.runWaiting}</p>
      )}
    </li>
  )
}

export const RunningScreen = () => {
  const { session, state, words } = usePanel()
  const { runs } = state
  const finished = runs.filter(({ outcome }) => outcome !== null).length
  const current = runs.find(({ isRunning }) => isRunning)
  const at = Math.min(runs.length, finished + 1)
  const step =
    current === undefined ? undefined : steps.find((one) => current.steps[one]?.state === 'running')
  const share = runs.length === 0 ? 0 : finished / runs.length
  return (
    <>
      <h1>{words.runningTitle}</h1>
      <p class="soft">{words.runningText}</p>
      <p aria-live="polite" data-test="running.status">
        {words.runOverall(at, runs.length)}
        {current === undefined ? '' : `: ${current.order.title}`}
        {step === undefined ? '' : `, ${stepWords(words)[step]}`}
      </p>
      {runs.length < 2 ? null : <Progress label={words.runningTitle} share={share} test="running.overall" />}
      <ul class="cards">
        {runs.map((run) => (
          <RunCard key={run.order.layer} run={run} />
        ))}
      </ul>
      <div class="buttons end">
        <Button
          test="running.cancelAll"
          onClick={() => {
            for (const run of runs) run.canceller.cancel()
            session.redraw()
          }}
        >
          {words.cancelAll}
        </Button>
      </div>
    </>
  )
}
