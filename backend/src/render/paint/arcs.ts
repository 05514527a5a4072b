/** Circular strings (ISO 13249-3): three points an arc, the last of which begins the next. */

/** Chords in a full circle; at most a thousandth of the radius beside it. */
const chords = 72

const fullTurn = 2 * Math.PI

/** Radians from one direction to another, counterclockwise. */
const turnFrom = (from: number, to: number): number => (((to - from) % fullTurn) + fullTurn) % fullTurn

const addArc = (into: number[], xy: Float64Array, at: number): void => {
  const [ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0] = xy.subarray(at, at + 6)
  const isCircle = ax === cx && ay === cy
  const d = 2 * ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
  // The middle point of a whole circle lies opposite.
  const x = isCircle
    ? (ax + bx) / 2
    : ax + ((cy - ay) * ((bx - ax) ** 2 + (by - ay) ** 2) - (by - ay) * ((cx - ax) ** 2 + (cy - ay) ** 2)) / d
  const y = isCircle
    ? (ay + by) / 2
    : ay + ((bx - ax) * ((cx - ax) ** 2 + (cy - ay) ** 2) - (cx - ax) * ((bx - ax) ** 2 + (by - ay) ** 2)) / d
  if (!Number.isFinite(x) || !Number.isFinite(y)) {
    into.push(bx, by, cx, cy)
    return
  }
  const radius = Math.hypot(ax - x, ay - y)
  const start = Math.atan2(ay - y, ax - x)
  const end = Math.atan2(cy - y, cx - x)
  const through = turnFrom(start, Math.atan2(by - y, bx - x))
  const whole = isCircle ? fullTurn : turnFrom(start, end)
  const turn = through <= whole ? whole : whole - fullTurn
  const steps = Math.max(2, Math.ceil((Math.abs(turn) / fullTurn) * chords))
  for (let step = 1; step < steps; step += 1) {
    const angle = start + (turn * step) / steps
    into.push(x + radius * Math.cos(angle), y + radius * Math.sin(angle))
  }
  into.push(cx, cy)
}

export const arcVertices = (xy: Float64Array): Float64Array => {
  const vertices = Array.from(xy.subarray(0, 2))
  for (let at = 0; at + 6 <= xy.length; at += 4) addArc(vertices, xy, at)
  return Float64Array.from(vertices)
}
