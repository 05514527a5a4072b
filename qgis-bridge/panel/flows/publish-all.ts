/** Layers one after the other; the failure of one does not stop the others. */
import { type Canceller, createCanceller } from '../protocol/cancelling.ts'
import type { LayerFacts } from '../protocol/verbs.ts'
import {
  discardKept,
  type Kept,
  type LayerOrder,
  type LayerOutcome,
  nothingKept,
  type PublishParts,
  publishLayer,
  type Step,
  type StepProgress,
} from './publish-layer.ts'

export type LayerRun = {
  order: LayerOrder
  facts: LayerFacts
  kept: Kept
  steps: Partial<Record<Step, StepProgress>>
  outcome: LayerOutcome | null
  canceller: Canceller
  isRunning: boolean
  /** The interrupted upload of an earlier session that this goes on with. */
  resumes: string | null
}

export const toRun = (
  order: LayerOrder,
  facts: LayerFacts,
  key: string,
  kept: Kept = nothingKept(key),
): LayerRun => ({
  order,
  facts,
  kept,
  steps: {},
  outcome: null,
  canceller: createCanceller(),
  isRunning: false,
  resumes: null,
})

/** Ready for another try: what was prepared is kept. */
export const toRetry = (run: LayerRun): LayerRun =>
  toRun(run.order, run.facts, run.kept.key, { ...run.kept, attempt: run.kept.attempt + 1 })

const runOne = async (parts: PublishParts, run: LayerRun, onChange: () => void): Promise<void> => {
  if (run.canceller.isCancelled()) {
    run.outcome = { kind: 'cancelled' }
    return
  }
  run.isRunning = true
  onChange()
  const report = (progress: StepProgress) => {
    run.steps = { ...run.steps, [progress.step]: progress }
    onChange()
  }
  run.outcome = await publishLayer(parts, run.order, {
    kept: run.kept,
    facts: run.facts,
    report,
    cancelling: run.canceller,
    resumes: run.resumes,
  })
  // Who cancelled does not want it any more; who was changed under must look again. A failure is kept for a retry.
  if (run.outcome.kind === 'cancelled' || run.outcome.kind === 'changed') {
    await discardKept(parts, run.kept)
    run.kept = nothingKept(run.kept.key)
  }
  run.isRunning = false
}

export const publishAll = async (
  parts: PublishParts,
  runs: LayerRun[],
  onChange: () => void,
): Promise<void> => {
  for (const run of runs) {
    if (run.outcome !== null) continue
    await runOne(parts, run, onChange)
    onChange()
  }
}

/** Takes back what failed runs prepared. */
export const abandonRuns = async (
  parts: Pick<PublishParts, 'port' | 'call'>,
  runs: LayerRun[],
): Promise<void> => {
  for (const run of runs)
    if (run.outcome?.kind === 'failed') {
      await discardKept(parts, run.kept)
      run.kept = nothingKept(run.kept.key)
    }
}
