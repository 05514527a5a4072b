/** The data file of a submission (R2.3, R2.5, R2.8): chosen, sent with progress, read, and what it says filled in. */
import { formats, words } from '../context.ts'
import { MemberText } from '../editor/fields.tsx'
import { layerOf } from '../editor/store.ts'
import { FileDrop, ProbeWarnings } from '../file-parts.tsx'
import { Busy, Notice, Progress } from '../ui/blocks.tsx'
import { Button, Checkbox, SelectField } from '../ui/controls.tsx'
import type { FormState, SubmissionForm } from './store.ts'
import { told } from './words.ts'

const memberNames: Record<string, string> = {
  title: words.title,
  bbox: words.reviewBox,
  crs: words.crs,
  spatialRepresentationType: words.reviewRepresentation,
  resourceType: words.resourceType,
}

const Work = ({ form, state }: { form: SubmissionForm; state: FormState }) => {
  const { file } = state
  if (file.kind === 'none') return null
  if (file.kind === 'gone') return <Notice tone="warning" title={told.fileGone} test="file-gone" />
  if (file.kind === 'refused')
    return (
      <Notice tone="bad" title={words.fileRefused} test="file-refused" isAlert>
        <p>{file.text}</p>
      </Notice>
    )
  if (file.kind === 'reading') return <Busy text={words.readingFile} />
  const { sentBytes, totalBytes, isWaiting } = file.progress
  return (
    <>
      <p>{words.selectedFile(file.name, formats.bytes(totalBytes))}</p>
      <Progress test="upload-progress" label={file.name} share={sentBytes / Math.max(1, totalBytes)} />
      <p class="hint" role="status">
        {isWaiting
          ? words.waitingForLine
          : words.sending(formats.bytes(sentBytes), formats.bytes(totalBytes), '')}{' '}
        <Button test="upload-cancel" kind="quiet" onClick={form.cancelFile}>
          {words.cancelUpload}
        </Button>
      </p>
    </>
  )
}

const Found = ({ form, state }: { form: SubmissionForm; state: FormState }) => {
  const { uploaded } = state
  const probe = uploaded?.probe
  if (!uploaded || !probe) return null
  const layer = layerOf({ upload: uploaded, layer: state.layer })
  const layers = probe.layers.filter(({ kind }) => kind !== 'raster')
  const warnings = [...probe.warnings, ...(layer?.warnings ?? [])]
  const facts: [string, string | undefined][] = [
    [words.factFormat, probe.format],
    [words.factLayer, layer?.name],
    [words.factGeometry, layer?.geometry?.type],
    [words.factCrs, layer && layer.geometry !== null ? (layer.crs?.name ?? words.unknown) : undefined],
    [told.features, layer?.featureCount == null ? undefined : formats.number(layer.featureCount)],
    [words.factSize, formats.bytes(uploaded.sizeBytes)],
  ]
  return (
    <>
      {layers.length > 1 ? (
        <SelectField
          test="layer"
          label={words.layer}
          note={words.needed}
          value={state.layer ?? ''}
          options={[
            { value: '', label: words.choose },
            ...layers.map(({ name, featureCount }) => ({
              value: name,
              label: words.layerOption(name, words.features(featureCount), ''),
            })),
          ]}
          onChange={(name) => {
            if (name !== '') form.chooseLayer(name)
          }}
        />
      ) : null}
      <dl class="facts" data-test="file-facts">
        {facts
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {state.filledIn.length > 0 ? (
        <p data-test="filled-in">
          {told.fileFilledIn}{' '}
          {state.filledIn.map((member) => (
            <span key={member}>
              <span class="badge">{memberNames[member] ?? member}</span>{' '}
            </span>
          ))}
        </p>
      ) : null}
      <ProbeWarnings list={warnings} />
    </>
  )
}

const HostedElsewhere = ({ form, state }: { form: SubmissionForm; state: FormState }) => (
  <>
    <Checkbox
      test="hosted"
      label={told.hostedElsewhere}
      isTicked={state.isHostedElsewhere}
      onChange={form.setHostedElsewhere}
    />
    {state.isHostedElsewhere ? (
      <>
        <p class="hint">{told.hostedElsewhereText}</p>
        <MemberText
          member="additionalDownloadUrl"
          type="url"
          label={told.hostedUrl}
          hint={told.hostedUrlHint}
          note={words.needed}
          maxLength={2048}
        />
      </>
    ) : null}
  </>
)

export const FilePart = ({ form, state }: { form: SubmissionForm; state: FormState }) => {
  const { settings, upload, file } = state
  if (settings === null) return null
  const limit = settings.limits.datasetBytes
  const take = (chosen: File | undefined) => {
    if (!chosen) return
    const extension = /\.[^.]+$/.exec(chosen.name)?.[0].toLowerCase() ?? ''
    if (!settings.extensions.includes(extension))
      form.refuseFile(words.fileTypeRefused(chosen.name, settings.extensions.join(', ')))
    else if (chosen.size === 0) form.refuseFile(words.fileEmpty(chosen.name))
    else if (chosen.size > limit)
      form.refuseFile(words.fileTooLarge(formats.bytes(chosen.size), formats.limit(limit)))
    else void form.sendFile(chosen)
  }
  const size = state.uploaded?.sizeBytes
  const isIdle = file.kind !== 'sending' && file.kind !== 'reading'
  return (
    <section id="file-part">
      <p>{told.fileText(formats.limit(limit), settings.extensions.join(', '))}</p>
      {upload !== null && isIdle ? (
        <p data-test="attached">
          <b>{told.fileChosen(upload.name, size === undefined ? '…' : formats.bytes(size))}</b>{' '}
          <Button test="file-remove" kind="quiet" onClick={() => void form.removeFile()}>
            {told.fileRemove}
          </Button>
        </p>
      ) : null}
      {state.interrupted !== null && isIdle && upload === null ? (
        <Notice tone="warning" title={told.fileAgain(state.interrupted)} test="file-again" />
      ) : null}
      {state.isHostedElsewhere ? null : (
        <FileDrop extensions={settings.extensions} onFile={take}>
          {upload === null ? told.fileMissing : told.fileReplaces}
        </FileDrop>
      )}
      <Work form={form} state={state} />
      {isIdle ? <Found form={form} state={state} /> : null}
      {upload === null && isIdle ? <HostedElsewhere form={form} state={state} /> : null}
    </section>
  )
}
