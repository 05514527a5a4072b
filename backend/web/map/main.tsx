/** The map viewer at `/map` (R10.3, R10.4, R10.8, R10.9): layers as they were published, legends, attributes, deep links. */
import { render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { api, words } from '../context.ts'
import { siteUrl } from '../place.ts'
import { Busy, Empty, Notice } from '../ui/blocks.tsx'
import { Button, SelectField } from '../ui/controls.tsx'
import { type Look, readAddress, type Seen, writeAddress } from './address.ts'
import { type Grid, placeTexts, toGrids } from './coordinates.ts'
import { dataUrl, type Found, findAt, findLayer, listLayers, type MapLayer, type Offered } from './layers.ts'
import { createStage, hasWebgl, type Stage } from './stage.ts'

type Shown = { layer: MapLayer; seen: Seen }
type Bounds = [number, number, number, number]
type Answer = { kind: 'none' } | { kind: 'busy' } | { kind: 'found'; found: Found[] }

const pressReach = 6
const start = readAddress(new URLSearchParams(location.search))

const around = (shown: readonly Shown[]): Bounds | null => {
  const boxes = shown.flatMap(({ layer }) => (layer.bounds === null ? [] : [layer.bounds]))
  if (boxes.length === 0) return null
  return [
    Math.min(...boxes.map(([west]) => west)),
    Math.min(...boxes.map(([, south]) => south)),
    Math.max(...boxes.map(([, , east]) => east)),
    Math.max(...boxes.map(([, , , north]) => north)),
  ]
}

const LayerRow = ({
  shown: { layer, seen },
  hasFailed,
  isFirst,
  isLast,
  onChange,
  onMove,
  onRemove,
  onZoom,
}: {
  shown: Shown
  hasFailed: boolean
  isFirst: boolean
  isLast: boolean
  onChange: (seen: Seen) => void
  onMove: (by: 1 | -1) => void
  onRemove: () => void
  onZoom: () => void
}) => {
  const [hasLegend, setLegend] = useState(true)
  const { title } = layer
  return (
    <li data-test={`layer.${layer.collectionId}`}>
      <label class="checkbox">
        <input
          type="checkbox"
          checked={seen.isVisible}
          data-test={`visible.${layer.collectionId}`}
          aria-label={words.showLayer(title)}
          onChange={(event) => onChange({ ...seen, isVisible: event.currentTarget.checked })}
        />
        <b>{title}</b>
      </label>
      <label class="opacity">
        <span>{words.percent(seen.opacity)}</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={seen.opacity}
          data-test={`opacity.${layer.collectionId}`}
          aria-label={words.opacityOf(title)}
          onInput={(event) => onChange({ ...seen, opacity: Number(event.currentTarget.value) })}
        />
      </label>
      {layer.isElsewhere ? (
        <p class="none">{hasFailed ? words.layerElsewhereSilent : words.layerElsewhere}</p>
      ) : null}
      {layer.legendUrl !== null && hasLegend ? (
        <img
          class="legend"
          src={layer.legendUrl}
          alt={words.legendOf(title)}
          onError={() => setLegend(false)}
        />
      ) : null}
      <div class="row-actions">
        {isFirst ? null : (
          <button type="button" class="jump" aria-label={words.moveUp(title)} onClick={() => onMove(1)}>
            ↑
          </button>
        )}
        {isLast ? null : (
          <button type="button" class="jump" aria-label={words.moveDown(title)} onClick={() => onMove(-1)}>
            ↓
          </button>
        )}
        {layer.bounds === null ? null : (
          <button type="button" class="jump" aria-label={words.zoomToLayer(title)} onClick={onZoom}>
            ⤢
          </button>
        )}
        {layer.recordUrl === null ? null : <a href={layer.recordUrl}>{words.readRecord}</a>}
        <button
          type="button"
          class="jump"
          aria-label={words.removeLayer(title)}
          data-test={`remove.${layer.collectionId}`}
          onClick={onRemove}
        >
          ✕
        </button>
      </div>
    </li>
  )
}

const valueText = (value: unknown): string =>
  value === null || value === undefined
    ? words.valueMissing
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

const Attributes = ({ answer }: { answer: Answer }) => {
  if (answer.kind === 'none') return null
  if (answer.kind === 'busy') return <Busy text={words.lookingHere} />
  const found = answer.found.filter(({ features }) => features.length > 0)
  if (found.length === 0) return <p role="status">{words.nothingHere}</p>
  return (
    <div role="status" data-test="attributes">
      {found.map(({ layer, features }) => (
        <section key={layer.id}>
          <h3>{layer.title}</h3>
          {features.map(({ id, properties }) => (
            <dl key={id} class="facts">
              {Object.entries(properties).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{valueText(value)}</dd>
                </div>
              ))}
            </dl>
          ))}
          {features.length === 5 ? <p class="none">{words.moreHere}</p> : null}
        </section>
      ))}
    </div>
  )
}

/** Without WebGL there are pictures instead of a map. */
const Pictures = ({ shown }: { shown: readonly Shown[] }) => (
  <>
    <Notice tone="warning" title={words.noWebgl} test="no-webgl" />
    {shown
      .filter(({ layer }) => !layer.isElsewhere)
      .map(({ layer }) => (
        <img
          key={layer.id}
          class="still"
          src={`${dataUrl}/collections/${encodeURIComponent(layer.collectionId)}/map?f=png&width=800`}
          alt={words.openPicture(layer.title)}
        />
      ))}
  </>
)

const saveBlob = (blob: Blob) => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = 'map.png'
  link.click()
  URL.revokeObjectURL(link.href)
}

type Settings = { grids: Grid[]; extent: Bounds }

const readSettings = async (): Promise<Settings> => {
  const { crsList, nationalExtent } = await api.expectOk(api.client.GET('/settings'))
  const [west = -180, south = -85, east = 180, north = 85] = nationalExtent
  return { grids: toGrids(crsList), extent: [west, south, east, north] }
}

const Viewer = () => {
  const [settings, setSettings] = useState<Settings | null>(null)
  const [shown, setShown] = useState<Shown[] | null>(null)
  const [missing, setMissing] = useState<string[]>([])
  const [offered, setOffered] = useState<Offered[]>([])
  const [stage, setStage] = useState<Stage | null>(null)
  const [place, setPlace] = useState<[number, number] | null>(null)
  const [answer, setAnswer] = useState<Answer>({ kind: 'none' })
  const [said, setSaid] = useState('')
  const [failed, setFailed] = useState<string[]>([])
  const canvas = useRef<HTMLDivElement>(null)
  const isDrawable = useRef(hasWebgl()).current
  /** What the handlers of the map see, which are made once. */
  const present = useRef<{ shown: Shown[]; stage: Stage | null }>({ shown: [], stage: null })
  present.current = { shown: shown ?? [], stage }

  const writeLook = () => {
    const { shown: layers, stage: map } = present.current
    const look: Look = {
      layers: layers.map(({ seen }) => seen),
      ...(map?.look() ?? { zoom: null, center: null }),
    }
    history.replaceState(null, '', `${location.pathname}${writeAddress(look)}`)
  }

  useEffect(() => {
    readSettings().then(setSettings, () => setSettings({ grids: [], extent: [-180, -85, 180, 85] }))
    listLayers().then(setOffered, () => undefined)
    void Promise.all(
      start.layers.map(async (seen) => ({ seen, layer: await findLayer(seen.id).catch(() => null) })),
    ).then((found) => {
      setMissing(found.filter(({ layer }) => layer === null).map(({ seen }) => seen.id))
      setShown(found.flatMap(({ layer, seen }) => (layer === null ? [] : [{ layer, seen }])))
    })
  }, [])

  const press = async (at: [number, number]) => {
    const { shown: layers, stage: map } = present.current
    const asked = layers.filter(({ layer, seen }) => seen.isVisible && layer.answers !== null)
    if (asked.length === 0 || map === null) return
    setAnswer({ kind: 'busy' })
    const look = { reach: map.degreesPerPixel() * pressReach, zoom: map.look().zoom + 1 }
    const found = await Promise.all(
      asked.map(({ layer }) => findAt(layer, at, look).catch((): Found => ({ layer, features: [] }))),
    )
    setAnswer({ kind: 'found', found: found.reverse() })
  }

  useEffect(() => {
    if (!isDrawable || canvas.current === null || settings === null || shown === null || stage !== null)
      return
    void createStage({
      element: canvas.current,
      start: { zoom: start.zoom, center: start.center, bounds: around(shown) ?? settings.extent },
      onMoved: writeLook,
      onPointer: setPlace,
      onPress: (at) => void press(at),
      onLayerFailed: (id) => setFailed((known) => (known.includes(id) ? known : [...known, id])),
    }).then(setStage)
  }, [settings, shown])

  useEffect(() => {
    if (stage === null || shown === null) return
    stage.show(shown)
    writeLook()
  }, [stage, shown])

  const add = async (id: string) => {
    if (id === '' || shown === null || shown.some(({ layer }) => layer.collectionId === id)) return
    const layer = await findLayer(id).catch(() => null)
    if (layer === null) {
      setMissing([...missing, id])
      return
    }
    const next = [...shown, { layer, seen: { id, isVisible: true, opacity: 1 } }]
    setShown(next)
    if (layer.bounds !== null && shown.length === 0) stage?.fit(layer.bounds)
  }
  const layers = shown ?? []
  const put = (at: number, change: (one: Shown) => Shown) =>
    setShown(layers.map((one, place) => (place === at ? change(one) : one)))
  const move = (at: number, by: 1 | -1) => {
    const next = [...layers]
    const [taken] = next.splice(at, 1)
    if (taken) next.splice(at + by, 0, taken)
    setShown(next)
  }
  const shownIds = new Set(layers.map(({ layer }) => layer.collectionId))
  return (
    <div class="viewer">
      <div class="viewer-map">
        {isDrawable ? (
          <>
            {/* biome-ignore lint/a11y/useSemanticElements: a map is no section of text */}
            <div
              ref={canvas}
              class="canvas"
              data-test="map"
              data-ready={stage !== null}
              role="region"
              aria-label={words.mapTitle}
            />
            <p class="places" data-test="places">
              {place === null
                ? null
                : placeTexts(place, settings?.grids ?? []).map(({ name, text }) => (
                    <span key={name}>
                      <b>{name}</b> {text}
                    </span>
                  ))}
            </p>
          </>
        ) : (
          <Pictures shown={layers} />
        )}
      </div>
      <aside aria-label={words.layers}>
        <h1>{words.mapTitle}</h1>
        {missing.map((id) => (
          <Notice key={id} tone="warning" title={words.layerMissing(id)} test="layer-missing" />
        ))}
        {shown === null ? <Busy text={words.loading} /> : null}
        {shown?.length === 0 ? (
          <Empty title={words.noLayersShown}>
            <p>{words.noLayersShownText}</p>
          </Empty>
        ) : null}
        <ul class="layer-list" data-test="layers">
          {layers
            .map((one, at) => (
              <LayerRow
                key={one.layer.collectionId}
                shown={one}
                hasFailed={failed.includes(one.layer.collectionId)}
                isFirst={at === layers.length - 1}
                isLast={at === 0}
                onChange={(seen) => put(at, (shownOne) => ({ ...shownOne, seen }))}
                onMove={(by) => move(at, by)}
                onRemove={() => setShown(layers.filter((_, place) => place !== at))}
                onZoom={() => {
                  if (one.layer.bounds !== null) stage?.fit(one.layer.bounds)
                }}
              />
            ))
            .reverse()}
        </ul>
        <SelectField
          test="add-layer"
          label={words.addLayer}
          value=""
          options={[
            { value: '', label: words.choose },
            ...offered
              .filter(({ id }) => !shownIds.has(id))
              .map(({ id, title }) => ({ value: id, label: title })),
          ]}
          onChange={(id) => void add(id)}
        />
        <Attributes answer={answer} />
        <div class="actions">
          <Button
            test="copy-link"
            onClick={() =>
              void navigator.clipboard.writeText(location.href).then(
                () => setSaid(words.linkCopied),
                () => setSaid(location.href),
              )
            }
          >
            {words.copyLink}
          </Button>
          {isDrawable ? (
            <Button
              test="save-picture"
              onClick={() =>
                void stage?.picture().then((blob) => {
                  if (blob) saveBlob(blob)
                })
              }
            >
              {words.savePicture}
            </Button>
          ) : null}
          <Button test="print" onClick={() => print()}>
            {words.print}
          </Button>
        </div>
        <p role="status">{said}</p>
        <p class="none">
          {words.mapHelp}{' '}
          <a href={`${siteUrl}/docs/public/user-guide/03-map-viewer.html`}>{words.problemMore}</a>
        </p>
      </aside>
    </div>
  )
}

const app = document.getElementById('app')
if (app) render(<Viewer />, app)
