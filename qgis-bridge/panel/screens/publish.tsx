/** Choosing layers, and what speaks against publishing them. */
import { Busy, Empty } from '../../../backend/web/ui/blocks.tsx'
import { Button, SelectField } from '../../../backend/web/ui/controls.tsx'
import type { LayerFacts } from '../protocol/verbs.ts'
import { usePanel } from './context.ts'
import { FailureNotice } from './failure-notice.tsx'
import { Findings } from './findings.tsx'
import { LayerTree } from './layer-tree.tsx'
import { StyleReportPart } from './style-report.tsx'

const Options = ({ facts }: { facts: LayerFacts }) => {
  const { session, state, words } = usePanel()
  const work = state.works[facts.id]
  if (work === undefined) return null
  const { scope, targetEpsg } = work.form
  return (
    <>
      {facts.selectedCount === 0 ? null : (
        <SelectField
          test={`publish.scope.${facts.name}`}
          label={words.layerOptions}
          value={scope}
          options={[
            { value: 'all', label: words.scopeAll },
            { value: 'selected', label: words.scopeSelected(facts.selectedCount) },
          ]}
          onChange={(value) => session.change(facts.id, { scope: value === 'selected' ? 'selected' : 'all' })}
        />
      )}
      {targetEpsg === null ? null : (
        <div class="row">
          <p class="grow">{words.reprojecting(`EPSG:${targetEpsg}`)}</p>
          <Button
            test={`publish.keepCrs.${facts.name}`}
            kind="quiet"
            onClick={() => session.change(facts.id, { targetEpsg: null })}
          >
            {words.reprojectKeep}
          </Button>
        </div>
      )}
    </>
  )
}

const TickedLayer = ({ layer }: { layer: string }) => {
  const { session, state, words } = usePanel()
  const facts = session.factsOf(layer)
  const work = state.works[layer]
  if (facts === undefined) return null
  const { name } = facts
  return (
    <section class="card" data-test={`publish.card.${name}`} aria-label={name}>
      <div class="row">
        <h3 class="grow">{work?.form.metadata.title ?? name}</h3>
        <Button
          test={`publish.metadata.${name}`}
          label={words.metadataFor(name)}
          isDisabled={work === undefined}
          onClick={() => session.go('metadata', layer)}
        >
          {words.metadataTitle}
        </Button>
      </div>
      {work === undefined ? (
        <Busy text={words.findingsChecking} />
      ) : (
        <>
          {work.failure === null ? null : (
            <FailureNotice failure={work.failure} test={`publish.failure.${name}`} about={{ layer: name }} />
          )}
          <Options facts={facts} />
          <Findings layer={layer} />
          <StyleReportPart work={work} name={name} />
        </>
      )}
    </section>
  )
}

export const PublishScreen = () => {
  const { session, state, words } = usePanel()
  const { project, ticked, connection } = state
  if (project === null) return <Busy text={words.loading} />
  const canReview = ticked.length > 0 && connection?.state === 'connected' && !state.isChecking
  return (
    <>
      <div class="row">
        <h1 class="grow">{words.publishTitle}</h1>
        <Button
          test="publish.refresh"
          kind="quiet"
          label={words.layersRefresh}
          isBusy={state.busy === 'refresh'}
          onClick={() => void session.refresh()}
        >
          ↻
        </Button>
      </div>
      {project.layers.length === 0 ? (
        <Empty title={words.layersNone}>
          <p>{words.layersNoneText}</p>
        </Empty>
      ) : (
        <LayerTree tree={project.tree} />
      )}
      {ticked.length === 0 ? null : (
        <section aria-label={words.findingsTitle}>
          <h2>{words.findingsTitle}</h2>
          {ticked.map((layer) => (
            <TickedLayer key={layer} layer={layer} />
          ))}
        </section>
      )}
      <div class="buttons end">
        <p class="grow soft" role="status">
          {words.layersTicked(ticked.length)}
        </p>
        <Button
          test="publish.review"
          kind="main"
          isDisabled={!canReview}
          isBusy={state.busy === 'review'}
          onClick={() => void session.review()}
        >
          {words.reviewButton}
        </Button>
      </div>
      {connection?.state === 'public' ? <p class="soft">{words.failureNoToken}</p> : null}
    </>
  )
}
