/** A rectangle drawn on the map of the filters. Whoever cannot draw types its corners; both fill the same fields. */

type Place = { x: number; y: number }

const namespace = 'http://www.w3.org/2000/svg'
const leastPixels = 4

const field = (side: string) => document.getElementById(side) as HTMLInputElement | null

const numberOf = (text: string | undefined) => Number(text ?? Number.NaN)

export const watchArea = (onDrawn: () => void): void => {
  const map = document.getElementById('area-map')
  if (!(map instanceof SVGSVGElement)) return
  const [west = 0, , , north = 0] = (map.dataset['frame'] ?? '').split(',').map(Number)
  const { width } = map.viewBox.baseVal
  const [, , east = 0] = (map.dataset['frame'] ?? '').split(',').map(Number)
  const perDegreeX = width / (east - west)
  const whole = { ...readBox(map) }
  let isDrawing = false

  const bar = document.createElement('div')
  bar.className = 'map-tools'
  const button = (text: string, label: string, act: () => void) => {
    const made = document.createElement('button')
    made.type = 'button'
    made.className = 'plain'
    made.textContent = text
    if (label !== '') made.setAttribute('aria-label', label)
    made.addEventListener('click', act)
    bar.append(made)
    return made
  }
  const zoom = (factor: number) => {
    const box = readBox(map)
    const next = Math.min(whole.width * 16, Math.max(whole.width / 8, box.width * factor))
    const scale = next / box.width
    const height = box.height * scale
    map.setAttribute(
      'viewBox',
      [box.x + (box.width - next) / 2, box.y + (box.height - height) / 2, next, height].join(' '),
    )
  }
  // A finger scrolls the page unless it was said that it is to draw.
  const draw = button('Draw a rectangle', '', () => {
    isDrawing = !isDrawing
    draw.setAttribute('aria-pressed', String(isDrawing))
    map.classList.toggle('drawing', isDrawing)
  })
  draw.setAttribute('aria-pressed', 'false')
  draw.dataset['test'] = 'draw-area'
  button('+', 'Zoom in', () => zoom(0.6))
  button('−', 'Zoom out', () => zoom(1 / 0.6))
  map.parentElement?.append(bar)
  map.classList.add('live')

  const placeOf = (event: PointerEvent): Place => {
    const matrix = map.getScreenCTM()
    if (!matrix) return { x: 0, y: 0 }
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse())
    return { x, y }
  }
  const rounded = (degrees: number) => String(Math.round(degrees * 1e4) / 1e4)

  let start: { place: Place; event: PointerEvent } | null = null
  let rectangle: SVGRectElement | null = null
  const end = () => {
    rectangle?.remove()
    rectangle = null
    start = null
  }
  map.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || (event.pointerType !== 'mouse' && !isDrawing)) return
    event.preventDefault()
    map.setPointerCapture(event.pointerId)
    start = { place: placeOf(event), event }
  })
  map.addEventListener('pointermove', (event) => {
    if (start === null) return
    const to = placeOf(event)
    if (rectangle === null) {
      rectangle = document.createElementNS(namespace, 'rect')
      rectangle.setAttribute('class', 'extent')
      map.append(rectangle)
    }
    rectangle.setAttribute('x', String(Math.min(start.place.x, to.x)))
    rectangle.setAttribute('y', String(Math.min(start.place.y, to.y)))
    rectangle.setAttribute('width', String(Math.abs(to.x - start.place.x)))
    rectangle.setAttribute('height', String(Math.abs(to.y - start.place.y)))
  })
  map.addEventListener('pointerup', (event) => {
    if (start === null) return
    const { place: from, event: first } = start
    const isDrawn = Math.hypot(event.clientX - first.clientX, event.clientY - first.clientY) >= leastPixels
    const to = placeOf(event)
    end()
    if (!isDrawn) return
    const degrees = {
      west: west + Math.min(from.x, to.x) / perDegreeX,
      east: west + Math.max(from.x, to.x) / perDegreeX,
      north: north - Math.min(from.y, to.y) / 1000,
      south: north - Math.max(from.y, to.y) / 1000,
    }
    for (const [side, value] of Object.entries(degrees)) {
      const input = field(side)
      if (input) input.value = rounded(value)
    }
    onDrawn()
  })
  map.addEventListener('pointercancel', end)
}

const readBox = (map: SVGSVGElement) => {
  const [x, y, width, height] = (map.getAttribute('viewBox') ?? '').split(' ').map((one) => numberOf(one))
  return { x: x ?? 0, y: y ?? 0, width: width ?? 1, height: height ?? 1 }
}
