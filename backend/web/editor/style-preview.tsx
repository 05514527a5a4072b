/** A style on the data, before either is published (R7.4, R7.9): the picture, its legend, and what of it is not drawn so. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { components, operations } from '../../src/contract/catalogue.gen.ts'
import { api, formats, words } from '../context.ts'
import { problemOf, textOf } from '../problem-notice.tsx'
import { Busy, Notice } from '../ui/blocks.tsx'
import { Button } from '../ui/controls.tsx'
import { type EditorState, layerOf } from './store.ts'

type Request = operations['previewStyle']['requestBody']['content']['application/json']
type Preview = components['schemas']['StylePreview']
export type PreviewData = Request['data']
export type PreviewStyle = Pick<Request, 'sld' | 'qml' | 'styleId'>
type Box = [number, number, number, number]

/** The chosen file where there is one, else what the record has published. */
export const previewDataOf = (state: EditorState): PreviewData | null => {
  const { upload, record, metadata } = state
  if (upload) {
    const layer = layerOf(state)
    if (upload.state !== 'ready' || layer === undefined) return null
    if (layer.kind !== 'raster' && layer.geometry === null) return null
    const chosen = /^EPSG:(\d+)$/.exec(metadata.crs ?? '')?.[1]
    const isKnown = layer.crs?.epsg != null
    return {
      uploadId: upload.id,
      layer: layer.name,
      ...(!isKnown && chosen !== undefined && { sourceEpsg: Number(chosen) }),
    }
  }
  return record?.collectionId && record.state === 'published' ? { collectionId: record.collectionId } : null
}

const scaled = (box: Box, factor: number, at: [number, number] = [0.5, 0.5]): Box => {
  const [west, south, east, north] = box
  const [x, y] = [west + (east - west) * at[0], north - (north - south) * at[1]]
  const [wide, high] = [((east - west) * factor) / 2, ((north - south) * factor) / 2]
  return [x - wide, y - high, x + wide, y + high]
}

type Seen =
  | { kind: 'busy'; last: Preview | null }
  | { kind: 'shown'; preview: Preview }
  | { kind: 'failed'; text: string }

const usePreview = (data: PreviewData, style: PreviewStyle, box: Box | null): Seen => {
  const [seen, setSeen] = useState<Seen>({ kind: 'busy', last: null })
  const last = useRef<Preview | null>(null)
  const key = JSON.stringify([data, style, box])
  useEffect(() => {
    const stop = new AbortController()
    setSeen({ kind: 'busy', last: last.current })
    const body = {
      data,
      ...style,
      ...(box !== null && { box }),
      width: 640,
      height: 420,
      pixelRatio: devicePixelRatio > 1 ? 2 : 1,
    }
    api.expectOk(api.client.POST('/style-previews', { body, signal: stop.signal })).then(
      (preview) => {
        last.current = preview
        setSeen({ kind: 'shown', preview })
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setSeen({ kind: 'failed', text: textOf(problemOf(error)) })
      },
    )
    return () => stop.abort()
  }, [key])
  return seen
}

/** Everything that is drawn otherwise than the style says, each sentence once. */
const differencesIn = ({ check, losses }: Preview): string[] => [
  ...new Set([
    ...check.findings.map(({ message }) => message),
    ...check.repairs.map(({ message }) => message),
    ...losses.map(({ message }) => message),
  ]),
]

const Counts = ({ preview }: { preview: Preview }) => {
  const { isAccepted, findings } = preview.check
  const differences = differencesIn(preview)
  return (
    <>
      <p data-test="preview-counts">
        {isAccepted ? words.previewCounts(0, findings.length) : words.previewCounts(findings.length, 0)}
      </p>
      {differences.length === 0 ? (
        <p class="hint" data-test="preview-losses">
          {words.previewNothingLost}
        </p>
      ) : (
        <details data-test="preview-losses">
          <summary>{words.previewDifferences(differences.length)}</summary>
          <ul>
            {differences.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

const Legend = ({ entries }: { entries: Preview['legend'] }) =>
  entries.length === 0 ? null : (
    <>
      <h4>{words.previewLegend}</h4>
      <ul class="swatches" data-test="preview-legend">
        {entries.map(({ title, swatch }, at) => (
          <li key={at}>
            <img src={swatch} alt="" /> {title}
          </li>
        ))}
      </ul>
    </>
  )

const readNote = ({ shownCount, totalCount }: NonNullable<Preview['picture']>): string | null => {
  if (shownCount === null) return null
  if (shownCount === totalCount) return words.previewAll(words.features(shownCount))
  return totalCount === null
    ? words.previewSome(formats.number(shownCount), null)
    : words.previewSome(formats.number(shownCount), words.features(totalCount))
}

export const StylePreview = ({ data, style }: { data: PreviewData; style: PreviewStyle }) => {
  const [box, setBox] = useState<Box | null>(null)
  const seen = usePreview(data, style, box)
  const preview = seen.kind === 'shown' ? seen.preview : seen.kind === 'busy' ? seen.last : null
  const picture = preview?.picture ?? null
  const shown = (picture?.box ?? null) as Box | null
  const note = picture && readNote(picture)
  const go = (factor: number, at?: [number, number]) => {
    if (shown !== null) setBox(scaled(shown, factor, at))
  }
  return (
    <section class="style-preview" data-test="style-preview" aria-busy={seen.kind === 'busy'}>
      <h4>{words.previewTitle}</h4>
      <p class="hint">{words.previewText}</p>
      <div aria-live="polite">{seen.kind === 'busy' ? <Busy text={words.previewBusy} /> : null}</div>
      {seen.kind === 'failed' ? (
        <Notice tone="warning" title={words.previewFailed} test="preview-failed">
          <p>{seen.text}</p>
        </Notice>
      ) : null}
      {picture === null ? null : (
        <figure>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the buttons below do the same for the keyboard */}
          <img
            data-test="preview-picture"
            data-shown={seen.kind === 'shown'}
            class="preview-picture"
            width={640}
            height={420}
            src={`data:image/png;base64,${picture.png}`}
            alt={words.previewAlt}
            onClick={(event) => {
              const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
              go(0.5, [(event.clientX - left) / width, (event.clientY - top) / height])
            }}
          />
          {note === null ? null : <figcaption>{note}</figcaption>}
          <div class="actions">
            <Button test="preview-closer" kind="plain" onClick={() => go(0.5)}>
              {words.previewCloser}
            </Button>
            <Button test="preview-further" kind="plain" onClick={() => go(2)}>
              {words.previewFurther}
            </Button>
            <Button test="preview-whole" kind="plain" isDisabled={box === null} onClick={() => setBox(null)}>
              {words.previewWhole}
            </Button>
          </div>
        </figure>
      )}
      {preview === null ? null : (
        <>
          <Legend entries={preview.legend} />
          <Counts preview={preview} />
        </>
      )}
    </section>
  )
}
