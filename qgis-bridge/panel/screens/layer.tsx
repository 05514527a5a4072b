/** A published layer: publish it again in parts, open it, take it back, or forget it. */
import { useEffect, useState } from 'preact/hooks'
import { Badge, Busy, Empty, Notice } from '../../../backend/web/ui/blocks.tsx'
import { Button, SelectField } from '../../../backend/web/ui/controls.tsx'
import { differsFromLink, type Parts } from '../flows/session.ts'
import { ConfirmButton } from './confirm.tsx'
import { usePanel } from './context.ts'
import { linksOf } from './result.tsx'

export const LayerScreen = () => {
  const { session, state, words, format } = usePanel()
  const layer = state.subject ?? ''
  const facts = session.factsOf(layer)
  const [successor, setSuccessor] = useState('')
  useEffect(() => {
    void session.lifecycle.look(layer)
  }, [layer])
  const link = facts?.link ?? null
  if (facts === undefined || link === null)
    return (
      <Empty title={words.linkNone}>
        <Button test="layer.back" onClick={() => session.go('publish')}>
          {words.backToLayers}
        </Button>
      </Empty>
    )
  const published = state.works[layer]?.published ?? null
  const record = published?.kind === 'record' ? published.record : null
  const differing = differsFromLink(facts)
  const names = { data: words.partData, style: words.partStyle, metadata: words.partMetadata }
  const again = (test: string, text: string, parts: Parts | null, isMain = false) => (
    <Button
      test={`layer.${test}`}
      kind={isMain ? 'main' : 'plain'}
      isDisabled={record === null || !record.canPublish}
      onClick={() => void session.publishAgain(layer, parts)}
    >
      {text}
    </Button>
  )
  return (
    <>
      <h1>{words.linkTitle(facts.name)}</h1>
      <p>{words.linkPublishedAt(format.dateTime(link.publishedAt), link.version)}</p>
      <p>
        <Badge tone={differing.length === 0 ? 'good' : 'warning'}>
          {differing.length === 0
            ? words.stateUnchanged
            : words.stateDiffers(differing.map((part) => names[part]).join(', '))}
        </Badge>
      </p>
      {link.collectionId === null ? null : <p class="address">{words.planAddress(link.collectionId)}</p>}
      {published === null && state.failure === null ? <Busy text={words.loading} /> : null}
      {published?.kind === 'gone' ? (
        <Notice tone="warning" title={words.stateGone}>
          <p>{words.linkRecreate}</p>
        </Notice>
      ) : null}
      {record !== null && !record.canPublish ? <Notice tone="warning" title={words.linkNotYours} /> : null}
      {record?.state === 'deprecated' ? <Notice tone="warning" title={words.linkDeprecated} /> : null}
      <div class="buttons">
        {again('publishAll', words.linkPublishAll, null, true)}
        {again('publishData', words.linkPublishData, { data: true, style: false, metadata: false })}
        {again('publishStyle', words.linkPublishStyle, { data: false, style: true, metadata: false })}
        {again('publishMetadata', words.linkPublishMetadata, { data: false, style: false, metadata: true })}
      </div>
      <div class="buttons">
        <Button test="layer.open" onClick={() => void session.openPage('record', link.recordId)}>
          {words.openRecord}
        </Button>
        <Button test="layer.copy" onClick={() => void session.copy(linksOf(link.server, link))}>
          {words.copyLinks}
        </Button>
      </div>
      <div class="buttons">
        {record === null || !record.canPublish || record.collection === null ? null : (
          <ConfirmButton
            test="layer.unpublish"
            text={words.linkUnpublish}
            consequence={words.linkUnpublishText(record.collection.id)}
            isBusy={state.busy === 'unpublish'}
            onConfirm={() => void session.lifecycle.unpublish(layer)}
          />
        )}
        {record === null || !record.canPublish || record.state !== 'published' ? null : (
          <ConfirmButton
            test="layer.deprecate"
            text={words.linkDeprecate}
            consequence={words.linkDeprecateText}
            isBusy={state.busy === 'deprecate'}
            onConfirm={() => void session.lifecycle.deprecate(layer, successor === '' ? null : successor)}
          >
            <SelectField
              test="layer.successor"
              label={words.linkSuccessor}
              value={successor}
              options={[{ value: '', label: words.linkSuccessorNone }].concat(
                state.successors.map(({ id, title }) => ({ value: id, label: title })),
              )}
              onChange={setSuccessor}
            />
          </ConfirmButton>
        )}
        <ConfirmButton
          test="layer.forget"
          text={words.linkForget}
          consequence={words.linkForgetText}
          isBusy={state.busy === 'forget'}
          onConfirm={() => void session.lifecycle.forgetLink(layer)}
        />
      </div>
      <div class="buttons end">
        <Button test="layer.back" kind="quiet" onClick={() => session.go('publish')}>
          {words.backToLayers}
        </Button>
      </div>
    </>
  )
}
