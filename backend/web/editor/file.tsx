/** Data Upload (R4.9–R4.18, R5): on page 1 and page 8, and after the record exists; the form goes on meanwhile. */
import { useEffect, useState } from 'preact/hooks'
import { api, formats, session, words } from '../context.ts'
import { FileDrop, ProbeWarnings } from '../file-parts.tsx'
import { Busy, Notice, Progress } from '../ui/blocks.tsx'
import { Button, SelectField } from '../ui/controls.tsx'
import { useEditor } from './context.ts'
import { Section } from './fields.tsx'
import type { GeopackageFailure } from './geopackage/protocol.ts'
import { isSame } from './merge.ts'
import { detectedIn, layerOf, type Settings } from './store.ts'

const extensionOf = (name: string) => /\.[^.]+$/.exec(name)?.[0].toLowerCase() ?? ''

/** What would be refused is refused before a byte is sent. */
const refusalOf = (file: File, { extensions, limits }: Settings): string | null => {
  const extension = extensionOf(file.name)
  if (!extensions.includes(extension)) return words.fileTypeRefused(file.name, extensions.join(', '))
  if (file.size === 0) return words.fileEmpty(file.name)
  const limit = extension === '.gpkg' ? limits.geopackageBytes : limits.datasetBytes
  return file.size > limit ? words.fileTooLarge(formats.bytes(file.size), formats.bytes(limit)) : null
}

const layerFailureText = (failure: GeopackageFailure): string =>
  failure.kind === 'layer-too-large'
    ? words.layerTooLarge(failure.layer, formats.limit(failure.limitBytes))
    : words.layerUnreadable(failure.detail)

/** The layers of the chosen GeoPackage, read on this computer; one of them is what is sent (R4.15–R4.17). */
const GeopackageLayers = () => {
  const { editor, state } = useEditor()
  const { geopackage, file } = state
  if (geopackage === null || file.kind === 'listing') return null
  const { layers, layer, payloadBytes, isSentWhole } = geopackage
  if (isSentWhole) return <Notice tone="info" title={words.sentWhole} test="sent-whole" />
  if (layers.length === 0)
    return (
      <Notice tone="warning" title={words.noLayers} test="no-layers" isAlert>
        <p>{words.noLayersText}</p>
        <Button test="send-whole" onClick={() => void editor.sendWhole()}>
          {words.sendWhole}
        </Button>
      </Notice>
    )
  return (
    <>
      <p>{words.selectedFile(geopackage.file.name, formats.bytes(geopackage.file.size))}</p>
      <SelectField
        test="geopackage-layer"
        label={words.layer}
        hint={words.selectLayer}
        value={layer ?? ''}
        options={[
          ...(layer === null ? [{ value: '', label: words.choose }] : []),
          ...layers.map((one) => ({
            value: one.name,
            label:
              one.featureCount === null
                ? one.name
                : words.layerOption(one.name, words.features(one.featureCount), ''),
          })),
        ]}
        onChange={(name) => {
          if (name !== '') void editor.takeLayer(name)
        }}
      />
      {payloadBytes === null ? null : (
        <p data-test="layer-payload">{words.layerPayload(formats.bytes(payloadBytes))}</p>
      )}
    </>
  )
}

const Sending = () => {
  const { editor, state } = useEditor()
  const { file } = state
  if (file.kind === 'none') return null
  if (file.kind === 'listing')
    return (
      <>
        <p>{words.selectedFile(file.name, formats.bytes(file.sizeBytes))}</p>
        <Busy text={words.readingLayers} />
      </>
    )
  if (file.kind === 'extracting')
    return (
      <>
        <Busy text={words.extractingLayer} />
        <p class="hint">
          {words.extractedSoFar(formats.bytes(file.readBytes))}{' '}
          <Button test="upload-cancel" kind="quiet" onClick={editor.cancelFile}>
            {words.cancelExtracting}
          </Button>
        </p>
      </>
    )
  if (file.kind === 'layer-refused')
    return (
      <Notice tone="bad" title={words.layerRefused} test="file-refused" isAlert>
        <p>{layerFailureText(file.failure)}</p>
      </Notice>
    )
  if (file.kind === 'refused')
    return (
      <Notice tone="bad" title={words.fileRefused} test="file-refused" isAlert>
        <p>{file.text}</p>
      </Notice>
    )
  if (file.kind === 'reading')
    return (
      <>
        <p>{words.selectedFile(file.name, formats.bytes(file.sizeBytes))}</p>
        <Busy text={words.readingFile} />
      </>
    )
  const { sentBytes, totalBytes, isWaiting } = file.progress
  const speed =
    file.bytesPerSecond > 0
      ? words.perSecond(
          formats.bytes(file.bytesPerSecond),
          formats.seconds((totalBytes - sentBytes) / file.bytesPerSecond),
        )
      : ''
  return (
    <>
      <p>{words.selectedFile(file.name, formats.bytes(totalBytes))}</p>
      <Progress test="upload-progress" label={file.name} share={sentBytes / Math.max(1, totalBytes)} />
      <p class="hint" role="status">
        {isWaiting
          ? words.waitingForLine
          : words.sending(formats.bytes(sentBytes), formats.bytes(totalBytes), speed)}{' '}
        <Button test="upload-cancel" kind="quiet" onClick={editor.cancelFile}>
          {words.cancelUpload}
        </Button>
      </p>
    </>
  )
}

const Probe = () => {
  const { editor, state } = useEditor()
  const { upload } = state
  const probe = upload?.probe
  if (!upload || !probe) return null
  const layer = layerOf(state)
  const layers = probe.layers
  const warnings = [...probe.warnings, ...(layer?.warnings ?? [])]
  const detected = detectedIn(state)
  const isUsed = Object.entries(detected).every(([member, value]) =>
    isSame(value, state.metadata[member as keyof typeof detected]),
  )
  const facts: [string, string | undefined][] = [
    [words.factFormat, probe.format],
    [words.factLayer, layer?.name],
    [words.factGeometry, layer?.geometry?.type],
    [words.factCrs, layer && (layer.crs?.name ?? words.unknown)],
    [words.factFields, layer && formats.number(layer.fields.length)],
    [words.factSize, layer?.sizeBytes ? formats.bytes(layer.sizeBytes) : undefined],
  ]
  return (
    <>
      {layers.length > 1 ? (
        <SelectField
          test="layer"
          label={words.layer}
          hint={words.selectLayer}
          value={state.layer ?? ''}
          options={[
            { value: '', label: words.choose },
            ...layers.map((one) => ({
              value: one.name,
              label: words.layerOption(
                one.name,
                words.features(one.featureCount),
                one.sizeBytes ? `, ${formats.bytes(one.sizeBytes)}` : '',
              ),
            })),
          ]}
          onChange={(name) => {
            if (name !== '') editor.chooseLayer(name)
          }}
        />
      ) : null}
      {layers.length === 0 && probe.format === 'GeoPackage' ? (
        <Notice tone="warning" title={words.noLayers} test="no-layers" />
      ) : null}
      <details open>
        <summary>{words.foundInFile}</summary>
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
      </details>
      <ProbeWarnings list={warnings} />
      {isUsed ? null : (
        <p>
          <Button test="use-detected" onClick={editor.useDetected}>
            {words.useDetected}
          </Button>{' '}
          <span class="hint">{words.useDetectedText}</span>
        </p>
      )}
    </>
  )
}

/** Files too large to be sent, which an administrator takes from the server's own storage (R5.7, R12.4). */
const StoredFiles = () => {
  const { editor } = useEditor()
  const [files, setFiles] = useState<{ id: string; name: string; sizeBytes: number }[]>([])
  const mayAttach = session.can('attach stored files')
  useEffect(() => {
    if (!mayAttach) return
    api
      .expectOk(api.client.GET('/stored-files'))
      .then((found) => setFiles(found.files))
      .catch(() => setFiles([]))
  }, [mayAttach])
  if (files.length === 0) return null
  return (
    <SelectField
      test="stored-file"
      label={words.storedFile}
      hint={words.storedFileHint}
      value=""
      options={[
        { value: '', label: words.choose },
        ...files.map(({ id, name, sizeBytes }) => ({
          value: id,
          label: `${name} (${formats.bytes(sizeBytes)})`,
        })),
      ]}
      onChange={(chosen) => {
        const file = files.find(({ id }) => id === chosen)
        if (file) void editor.takeStored(file)
      }}
    />
  )
}

export const DataUpload = () => {
  const { editor, state } = useEditor()
  const { settings, upload, record } = state
  if (settings === null) return null
  const original = record?.distributions.find(({ kind }) => kind === 'original')
  const attached = upload
    ? words.attached(upload.fileName, formats.bytes(upload.sizeBytes))
    : original
      ? words.attached(
          original.title,
          original.sizeBytes === null ? words.unknown : formats.bytes(original.sizeBytes),
        )
      : null
  const take = (file: File | undefined) => {
    if (!file) return
    const refusal = refusalOf(file, settings)
    if (refusal !== null) {
      editor.refuseFile(file.name, refusal)
      return
    }
    void editor.takeFile(file)
  }
  const { datasetBytes, geopackageBytes } = settings.limits
  return (
    <Section title={words.dataUpload}>
      <p data-test="attached">{attached ?? words.nothingAttached}</p>
      <FileDrop extensions={settings.extensions} onFile={take}>
        {words.uploadHint(
          formats.limit(datasetBytes).replace(' ', ''),
          formats.limit(geopackageBytes).replace(' ', ''),
          settings.extensions.join(', '),
        )}{' '}
        {attached === null ? '' : words.browseReplaces}
      </FileDrop>
      <StoredFiles />
      <GeopackageLayers />
      <Sending />
      <Probe />
    </Section>
  )
}
