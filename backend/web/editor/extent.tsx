/** The bounding box (R4.28–R4.30): drawn on a map with Shift, typed, or taken from the file. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { outlineDegrees } from '../../src/domain/outline.ts'
import { words } from '../context.ts'
import type { Draft } from '../session/api.ts'
import { Button, TextField } from '../ui/controls.tsx'
import { useFindings, useForm } from './context.ts'
import { FindingList } from './fields.tsx'
import { detectedIn } from './store.ts'

type Box = NonNullable<Draft['bbox']>
type Side = keyof Box
const sides: Side[] = ['west', 'south', 'east', 'north']

/** What the map shows: its middle in degrees, and how many degrees its width spans. */
type Look = { longitude: number; latitude: number; span: number }

const width = 640
const height = 400
const rounded = (degrees: number) => Math.round(degrees * 1e5) / 1e5

const lookAt = (box: Box, room: number): Look => {
  const latitude = (box.south + box.north) / 2
  const shrink = Math.cos((latitude * Math.PI) / 180)
  const spanX = Math.abs(box.east - box.west)
  const spanY = (Math.abs(box.north - box.south) / shrink) * (width / height)
  return {
    longitude: (box.west + box.east) / 2,
    latitude,
    span: Math.min(360, Math.max(0.01, spanX, spanY) * room),
  }
}

const scalesOf = ({ latitude, span }: Look) => {
  const perDegreeX = width / span
  return { perDegreeX, perDegreeY: perDegreeX / Math.cos((Math.min(85, Math.abs(latitude)) * Math.PI) / 180) }
}

const toPixel = (look: Look, [longitude, latitude]: readonly [number, number]) => {
  const { perDegreeX, perDegreeY } = scalesOf(look)
  return [
    width / 2 + (longitude - look.longitude) * perDegreeX,
    height / 2 - (latitude - look.latitude) * perDegreeY,
  ] as const
}

const toDegrees = (look: Look, x: number, y: number) => {
  const { perDegreeX, perDegreeY } = scalesOf(look)
  return {
    longitude: Math.max(-180, Math.min(180, look.longitude + (x - width / 2) / perDegreeX)),
    latitude: Math.max(-90, Math.min(90, look.latitude - (y - height / 2) / perDegreeY)),
  }
}

type Drag = { kind: 'draw' | 'move'; x: number; y: number; look: Look }

export const ExtentMap = ({
  box,
  whole,
  onDraw,
}: {
  box: Box | undefined
  whole: Box
  onDraw: (box: Box) => void
}) => {
  const [look, setLook] = useState<Look>(() => lookAt(box ?? whole, 1.4))
  const [drag, setDrag] = useState<Drag | null>(null)
  const [drawn, setDrawn] = useState<Box | null>(null)
  const svg = useRef<SVGSVGElement>(null)
  const isShown = useRef(box)

  // A box that came from elsewhere (the file, the fields) is brought into view; one drawn here is.
  useEffect(() => {
    if (box !== undefined && box !== isShown.current && drawn === null) setLook(lookAt(box, 1.6))
    isShown.current = box
  }, [box, drawn])

  const place = (event: PointerEvent) => {
    const rectangle = svg.current?.getBoundingClientRect()
    if (!rectangle) return { x: 0, y: 0 }
    return {
      x: ((event.clientX - rectangle.left) / rectangle.width) * width,
      y: ((event.clientY - rectangle.top) / rectangle.height) * height,
    }
  }
  const boxBetween = (from: { x: number; y: number }, to: { x: number; y: number }): Box => {
    const one = toDegrees(look, from.x, from.y)
    const other = toDegrees(look, to.x, to.y)
    return {
      west: rounded(Math.min(one.longitude, other.longitude)),
      south: rounded(Math.min(one.latitude, other.latitude)),
      east: rounded(Math.max(one.longitude, other.longitude)),
      north: rounded(Math.max(one.latitude, other.latitude)),
    }
  }
  const zoom = (factor: number) =>
    setLook({ ...look, span: Math.min(360, Math.max(0.005, look.span * factor)) })
  const shown = drawn ?? box
  const corners = shown && [
    toPixel(look, [shown.west, shown.north]),
    toPixel(look, [shown.east, shown.south]),
  ]
  const [topLeft, bottomRight] = corners ?? []
  return (
    <div class="extent-map">
      <svg
        ref={svg}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={words.extentMap}
        data-test="extent-map"
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.preventDefault()
          event.currentTarget.setPointerCapture(event.pointerId)
          const at = place(event)
          setDrag({ kind: event.shiftKey ? 'draw' : 'move', ...at, look })
        }}
        onPointerMove={(event) => {
          if (drag === null) return
          const at = place(event)
          if (drag.kind === 'draw') {
            setDrawn(boxBetween(drag, at))
            return
          }
          const { perDegreeX, perDegreeY } = scalesOf(drag.look)
          setLook({
            ...drag.look,
            longitude: drag.look.longitude - (at.x - drag.x) / perDegreeX,
            latitude: drag.look.latitude + (at.y - drag.y) / perDegreeY,
          })
        }}
        onPointerUp={(event) => {
          const at = place(event)
          const isMoved = drag !== null && Math.hypot(at.x - drag.x, at.y - drag.y) > 3
          if (drag?.kind === 'draw' && isMoved) onDraw(boxBetween(drag, at))
          setDrag(null)
          setDrawn(null)
        }}
        onPointerCancel={() => {
          setDrag(null)
          setDrawn(null)
        }}
        onWheel={(event) => {
          event.preventDefault()
          zoom(event.deltaY > 0 ? 1.25 : 0.8)
        }}
      >
        <path
          class="land"
          d={`M${outlineDegrees.map((point) => toPixel(look, point).join(' ')).join('L')}Z`}
        />
        {topLeft && bottomRight ? (
          <rect
            class="extent"
            data-test="extent-box"
            x={topLeft[0]}
            y={topLeft[1]}
            width={Math.max(2, bottomRight[0] - topLeft[0])}
            height={Math.max(2, bottomRight[1] - topLeft[1])}
          />
        ) : null}
      </svg>
      <div class="zoom">
        <Button test="zoom-in" label={words.zoomIn} onClick={() => zoom(0.6)}>
          +
        </Button>
        <Button test="zoom-out" label={words.zoomOut} onClick={() => zoom(1 / 0.6)}>
          −
        </Button>
      </div>
    </div>
  )
}

const toNumber = (text: string): number | null => {
  const clean = text.trim().replace(',', '.').replace('−', '-')
  return /^[-+]?\d+(\.\d+)?$/.test(clean) ? Number(clean) : null
}

type Typed = Record<Side, string>
const toTyped = (box: Box | undefined): Typed => ({
  west: String(box?.west ?? ''),
  south: String(box?.south ?? ''),
  east: String(box?.east ?? ''),
  north: String(box?.north ?? ''),
})

const isSameBox = (one: Box | undefined, other: Box | undefined) =>
  sides.every((side) => one?.[side] === other?.[side])

export const Extent = () => {
  const { editor, state } = useForm()
  const { bbox } = state.metadata
  const [typed, setTyped] = useState(() => toTyped(bbox))
  const findings = useFindings('bbox', { isExact: true })
  const sideFindings = {
    west: useFindings('bbox.west'),
    south: useFindings('bbox.south'),
    east: useFindings('bbox.east'),
    north: useFindings('bbox.north'),
  }
  const detected = detectedIn(state).bbox
  const [west = -180, south = -90, east = 180, north = 90] = state.settings?.nationalExtent ?? []
  const whole = { west, south, east, north }

  // The box changed by other means than these fields.
  useEffect(() => {
    const numbers = sides.map((side) => toNumber(typed[side]))
    const isTyped = sides.every((side, at) => (bbox?.[side] ?? null) === numbers[at])
    if (!isTyped && bbox !== undefined) setTyped(toTyped(bbox))
  }, [bbox])

  const put = (box: Box | undefined) => {
    setTyped(toTyped(box))
    editor.setInvalid('bbox', '')
    editor.change({ bbox: box })
  }
  const type = (side: Side) => (text: string) => {
    const next = { ...typed, [side]: text }
    setTyped(next)
    const numbers = sides.map((one) => toNumber(next[one]))
    const filled = sides.filter((one) => next[one].trim() !== '')
    const isWhole = numbers.every((one) => one !== null)
    const wrong = filled.find((one) => toNumber(next[one]) === null)
    editor.setInvalid(
      'bbox',
      isWhole || filled.length === 0
        ? ''
        : wrong === undefined
          ? words.extentIncomplete
          : words.notANumber(next[wrong]),
    )
    if (filled.length === 0) editor.change({ bbox: undefined })
    if (isWhole) {
      const [newWest, newSouth, newEast, newNorth] = numbers as [number, number, number, number]
      editor.change({ bbox: { west: newWest, south: newSouth, east: newEast, north: newNorth } })
    }
  }
  const invalid = state.invalid['bbox']
  return (
    <fieldset id="bbox">
      <legend>{words.extent}</legend>
      <p class="hint">
        {words.extentText} {words.extentKeys}
      </p>
      <ExtentMap box={bbox} whole={whole} onDraw={put} />
      <FindingList
        findings={invalid === undefined ? findings : [{ level: 'error', message: invalid }, ...findings]}
      />
      <div class="pair">
        {sides.map((side) => (
          <TextField
            key={side}
            test={`bbox.${side}`}
            label={words[side]}
            inputMode="decimal"
            value={typed[side]}
            findings={sideFindings[side]}
            onInput={type(side)}
          />
        ))}
      </div>
      <div class="actions">
        {detected !== undefined && isSameBox(detected, bbox) ? (
          <span class="badge" data-test="extent-detected">
            {words.extentDetected}
          </span>
        ) : null}
        {detected !== undefined && !isSameBox(detected, bbox) ? (
          <Button test="extent-reset" onClick={() => put(detected)}>
            {words.extentReset}
          </Button>
        ) : null}
        <Button test="extent-whole" kind="quiet" onClick={() => put(whole)}>
          {words.extentWhole}
        </Button>
        {bbox === undefined ? null : (
          <Button test="extent-clear" kind="quiet" onClick={() => put(undefined)}>
            {words.extentClear}
          </Button>
        )}
      </div>
    </fieldset>
  )
}
