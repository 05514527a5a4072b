/** The plan: what publishing will change, before it changes anything. */

import type { LayerPlan } from '../../../backend/src/preflight/plan.ts'
import { say } from '../../../backend/src/preflight/words.ts'
import { Badge, Busy, Empty, Notice } from '../../../backend/web/ui/blocks.tsx'
import { Button, Checkbox } from '../../../backend/web/ui/controls.tsx'
import type { PlannedLayer } from '../flows/session.ts'
import { sayMembers } from '../words/words.ts'
import { usePanel } from './context.ts'
import { Findings, findingCatalogues } from './findings.tsx'

const SchemaChanges = ({ plan, layer, name }: { plan: LayerPlan; layer: string; name: string }) => {
  const { session, state, words } = usePanel()
  const { dropped, added, retyped, geometryChange } = plan.schema
  const lines = dropped
    .map((column) => ({ kind: 'dropped', text: words.planDropped(column) }))
    .concat(
      retyped.map(({ name: column, from, to }) => ({
        kind: 'retyped',
        text: words.planRetyped(column, from, to),
      })),
    )
    .concat(added.map((column) => ({ kind: 'added', text: words.planAdded(column.name, column.type) })))
    .concat(
      geometryChange === null
        ? []
        : [
            {
              kind: 'geometry',
              text: words.planGeometry(
                geometryChange.from ?? words.noGeometry,
                geometryChange.to ?? words.noGeometry,
              ),
            },
          ],
    )
  if (lines.length === 0 || plan.data !== 'replace') return null
  return (
    <div class="schema">
      <p>
        <strong>{words.planSchemaTitle}</strong>
      </p>
      <ul class="lines">
        {lines.map(({ kind, text }) => (
          <li key={kind + text} class={kind} data-change={kind}>
            {text}
          </li>
        ))}
      </ul>
      {plan.needsConsent ? (
        <Checkbox
          test={`review.consent.${name}`}
          label={words.planConsent}
          isTicked={state.works[layer]?.form.consent === true}
          onChange={(isOn) => session.consent(layer, isOn)}
        />
      ) : null}
    </div>
  )
}

const PlannedCard = ({ planned }: { planned: PlannedLayer }) => {
  const { session, state, words, format, language } = usePanel()
  const { layer, plan, isBlocked } = planned
  const facts = session.factsOf(layer)
  const work = state.works[layer]
  if (facts === undefined || work === undefined) return null
  const { name } = facts
  const head = isBlocked
    ? { tone: 'bad' as const, text: words.planBlocked }
    : plan.kind === 'new'
      ? { tone: 'good' as const, text: words.planNew }
      : plan.kind === 'update'
        ? { tone: 'info' as const, text: words.planUpdate }
        : { tone: 'plain' as const, text: words.planUntouched }
  const count = work.form.scope === 'selected' ? facts.selectedCount : facts.featureCount
  const changed = plan.kind === 'new' ? [] : plan.metadata.changed
  const lines = [
    plan.data === 'keep' || count === null ? '' : words.planFeatures(format.number(count)),
    plan.data === 'keep' || facts.raster === undefined
      ? ''
      : words.planRaster(
          format.number(facts.raster.width),
          format.number(facts.raster.height),
          facts.raster.bands,
        ),
    plan.data === 'replace' ? words.planDataReplaced : '',
    plan.style === 'new' ? words.planStyleNew : plan.style === 'replace' ? words.planStyleReplaced : '',
    plan.style !== 'keep' && work.report?.isSldEmpty === true ? words.planStyleQgisOnly : '',
    changed.length === 0 ? '' : words.planMetadata(sayMembers(changed, words)),
  ].filter((text) => text !== '')
  const refusal = plan.refusal === null ? null : say(plan.refusal, findingCatalogues[language])
  return (
    <li class="card" data-test={`review.card.${name}`} data-plan={isBlocked ? 'blocked' : plan.kind}>
      <div class="row">
        <h2 class="grow">{work.form.metadata.title ?? name}</h2>
        <Badge tone={head.tone}>{head.text}</Badge>
      </div>
      {plan.kind === 'untouched' && !isBlocked ? null : (
        <p class="address">
          {words.planAddress(plan.collectionId ?? work.form.collectionId ?? state.collectionIds[layer] ?? '')}
        </p>
      )}
      {refusal === null ? null : (
        <Notice tone="bad" title={refusal.cause}>
          <p>{refusal.remedy}</p>
        </Notice>
      )}
      {isBlocked ? (
        <Findings layer={layer} />
      ) : (
        <>
          <ul class="lines">
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          {plan.isChangedOnServer ? <Notice tone="warning" title={words.planChangedOnServer} /> : null}
          <SchemaChanges plan={plan} layer={layer} name={name} />
        </>
      )}
    </li>
  )
}

export const ReviewScreen = () => {
  const { session, state, words } = usePanel()
  const { plans } = state
  const wanted = (plans ?? []).filter(session.isToPublish)
  return (
    <>
      <h1>{words.reviewTitle}</h1>
      {plans === null ? (
        state.busy === null ? null : (
          <Busy text={words.reviewPlanning} />
        )
      ) : (
        <>
          <p class="soft">{words.reviewText}</p>
          <ul class="cards">
            {plans.map((planned) => (
              <PlannedCard key={planned.layer} planned={planned} />
            ))}
          </ul>
          {wanted.length === 0 && plans.every(({ isBlocked }) => !isBlocked) ? (
            <Empty title={words.reviewNothing}>
              <p>{words.reviewNothingText}</p>
            </Empty>
          ) : null}
        </>
      )}
      <div class="buttons end">
        <Button test="review.back" onClick={() => session.go('publish')}>
          {words.backToLayers}
        </Button>
        <Button
          test="review.publish"
          kind="main"
          isDisabled={wanted.length === 0}
          isBusy={state.busy !== null}
          onClick={() => void session.publish()}
        >
          {words.publishButton(wanted.length)}
        </Button>
      </div>
    </>
  )
}
