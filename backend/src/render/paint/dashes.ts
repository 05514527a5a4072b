/** Lines as their dashes. */
import type { Path } from './geometry.ts'

/** Of one line; more of them are a line without gaps to the eye. */
const mostDashes = 20_000

/** `pattern` is dash, gap, dash, gap …; `begin` is how far into it the line begins. */
export const dashesOfPath = ({ xy, isClosed }: Path, pattern: readonly number[], begin: number): Path[] => {
  const whole = pattern.reduce((sum, one) => sum + one, 0)
  let index = 0
  let left = ((begin % whole) + whole) % whole
  while (left >= (pattern[index] as number)) {
    left -= pattern[index] as number
    index = (index + 1) % pattern.length
  }
  left = (pattern[index] as number) - left
  const found: Path[] = []
  let current: number[] = []
  const finish = () => {
    if (current.length >= 4) found.push({ xy: Float64Array.from(current), isClosed: false, from: 0 })
    current = []
  }
  let x = xy[0] as number
  let y = xy[1] as number
  if (index % 2 === 0) current.push(x, y)
  const end = isClosed ? xy.length + 2 : xy.length
  for (let i = 2; i < end; i += 2) {
    const toX = xy[i % xy.length] as number
    const toY = xy[(i + 1) % xy.length] as number
    let size = Math.hypot(toX - x, toY - y)
    while (size > left) {
      if (found.length > mostDashes) return [{ xy, isClosed, from: 0 }]
      x += ((toX - x) * left) / size
      y += ((toY - y) * left) / size
      size -= left
      if (index % 2 === 0) {
        current.push(x, y)
        finish()
      }
      index = (index + 1) % pattern.length
      left = pattern[index] as number
      if (index % 2 === 0) current = [x, y]
    }
    left -= size
    x = toX
    y = toY
    if (index % 2 === 0) current.push(x, y)
  }
  finish()
  return found
}
