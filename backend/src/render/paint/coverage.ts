/**
 * How much of each pixel shapes cover, by exact areas in 256 steps, as Qt's rasteriser counts them. Edges may come in any
 * order; each leaves in the cells it crosses what it adds to the area on its right, and sums along the rows are coverage.
 */
import { over, scaled } from './blend.ts'
import { type EdgeList, makeRoom } from './edges.ts'

type Target = { width: number; height: number; pixels: Int32Array }

/** What covered pixels become: a colour, or what a texture as large as the target has there, faded to a share of 255. */
export type Dye = { color: number; texture: Int32Array | null; share: number }

export type Coverage = {
  /** Takes the edges of a shape out of the list; what lies outside the picture does not count. */
  add(edges: EdgeList, picture: Pick<Target, 'width' | 'height'>): void
  /** Paints what is covered, and forgets it. */
  paint(target: Target, isEvenOdd: boolean, dye: Dye): void
}

/** Cells of a row that are looked at, or passed over, together. */
const blockBits = 3
const blockCells = 1 << blockBits

const coverageOf = (sum: number, isEvenOdd: boolean): number => {
  let area = sum < 0 ? -sum : sum
  if (isEvenOdd && area > 1) {
    while (area > 2) area -= 2
    if (area > 1) area = 2 - area
  }
  return area >= 1 ? 255 : (area * 256) | 0
}

const paintColor = (pixels: Int32Array, from: number, to: number, coverage: number, color: number): void => {
  const above = coverage === 255 ? color : scaled(color, coverage)
  const rest = 255 - (above >>> 24)
  if (rest === 0) for (let at = from; at < to; at += 1) pixels[at] = above
  else for (let at = from; at < to; at += 1) pixels[at] = (above + scaled(pixels[at] as number, rest)) | 0
}

const paintTexture = (
  pixels: Int32Array,
  from: number,
  to: number,
  share: number,
  texture: Int32Array,
): void => {
  for (let at = from; at < to; at += 1) {
    const pixel = texture[at] as number
    if (pixel !== 0) pixels[at] = over(share === 255 ? pixel : scaled(pixel, share), pixels[at] as number)
  }
}

export const createCoverage = (): Coverage => {
  let cells = new Float32Array(0)
  let marks = new Uint8Array(0)
  let left = 0
  let top = 0
  let columns = 0
  let rows = 0
  /** Two cells more than columns: what lies in the last pixel is left to the right of it. */
  let stride = 0
  let blocks = 0

  /**
   * In place of an edge that crosses a side of the box its parts, at the end of the list: what lies left of the box covers
   * all of its rows, what lies right of it covers nothing.
   */
  const split = (list: EdgeList, at: number): void => {
    makeRoom(list, 12)
    const { xy } = list
    const [x0, y0, x1, y1] = xy.subarray(at, at + 4) as unknown as [number, number, number, number]
    const crossing = (x: number) => {
      const y = y0 + ((x - x0) * (y1 - y0)) / (x1 - x0)
      return Math.min(Math.max(y0, y1), Math.max(Math.min(y0, y1), y))
    }
    const put = (fromX: number, fromY: number, toX: number, toY: number) => {
      xy.set([fromX, fromY, toX, toY], list.used)
      list.used += 4
    }
    const right = left + columns
    let [fromX, fromY, toX, toY] = [x0, y0, x1, y1]
    if (x0 <= left && x1 <= left) {
      put(left, y0, left, y1)
      return
    }
    if (x0 < left) {
      fromX = left
      fromY = crossing(left)
      put(left, y0, left, fromY)
    } else if (x1 < left) {
      toX = left
      toY = crossing(left)
      put(left, toY, left, y1)
    }
    if (x0 > right) {
      fromX = right
      fromY = crossing(right)
    } else if (x1 > right) {
      toX = right
      toY = crossing(right)
    }
    put(fromX, fromY, toX, toY)
  }

  /** Of the whole pixels that the edges touch. */
  const fitBox = ({ xy, used }: EdgeList, picture: Pick<Target, 'width' | 'height'>): void => {
    let [minX, minY] = [picture.width, picture.height]
    let [maxX, maxY] = [0, 0]
    for (let i = 0; i < used; i += 2) {
      const x = xy[i] as number
      const y = xy[i + 1] as number
      if (x < minX) minX = x
      if (x > maxX) maxX = x
      if (y < minY) minY = y
      if (y > maxY) maxY = y
    }
    left = minX > 0 ? Math.floor(minX) : 0
    top = minY > 0 ? Math.floor(minY) : 0
    columns = Math.max(0, Math.ceil(Math.min(maxX, picture.width)) - left)
    rows = Math.max(0, Math.ceil(Math.min(maxY, picture.height)) - top)
    stride = columns + 2
    blocks = ((stride - 1) >> blockBits) + 1
    if (cells.length < stride * rows) cells = new Float32Array(stride * rows)
    if (marks.length < blocks * rows) marks = new Uint8Array(blocks * rows)
  }

  return {
    add: (list, picture) => {
      fitBox(list, picture)
      const sums = cells
      const marked = marks
      const width = columns
      const height = rows
      for (let at = 0; at < list.used; at += 4) {
        const { xy } = list
        const fromY = xy[at + 1] as number
        const toY = xy[at + 3] as number
        if (fromY === toY) continue
        const isDown = fromY < toY
        let x0 = (xy[isDown ? at : at + 2] as number) - left
        let x1 = (xy[isDown ? at + 2 : at] as number) - left
        let y0 = (isDown ? fromY : toY) - top
        let y1 = (isDown ? toY : fromY) - top
        if (y1 <= 0 || y0 >= height || (x0 >= width && x1 >= width)) continue
        if (x0 < 0 || x1 < 0 || x0 > width || x1 > width) {
          split(list, at)
          continue
        }
        const slope = (x1 - x0) / (y1 - y0)
        if (y0 < 0) {
          x0 -= slope * y0
          y0 = 0
        }
        if (y1 > height) {
          x1 = x0 + slope * (height - y0)
          y1 = height
        }
        if (!(y1 > y0)) continue
        let x = x0
        const last = Math.ceil(y1)
        for (let row = y0 | 0; row < last; row += 1) {
          const share = (y1 < row + 1 ? y1 : row + 1) - (y0 > row ? y0 : row)
          const nextX = y1 <= row + 1 ? x1 : x + slope * share
          const area = isDown ? share : -share
          const low = x < nextX ? x : nextX
          const high = x < nextX ? nextX : x
          const first = low | 0
          const end = high | 0
          const cell = row * stride + first
          const mark = row * blocks
          marked[mark + (first >> blockBits)] = 1
          marked[mark + ((end + 1) >> blockBits)] = 1
          if (end === first) {
            const right = area * ((low + high) / 2 - first)
            sums[cell] = (sums[cell] as number) + area - right
            sums[cell + 1] = (sums[cell + 1] as number) + right
          } else {
            for (let block = (first >> blockBits) + 1; block << blockBits <= end; block += 1)
              marked[mark + block] = 1
            // Shares of the cells: a triangle, full widths, and what is left over.
            const perCell = area / (high - low)
            const head = first + 1 - low
            let before = (perCell * head * head) / 2
            sums[cell] = (sums[cell] as number) + before
            for (let step = 1; first + step < end; step += 1) {
              const whole = perCell * (first + step - low + 0.5)
              sums[cell + step] = (sums[cell + step] as number) + whole - before
              before = whole
            }
            const tail = high - end
            const covered = area - (perCell * tail * tail) / 2
            const lastCell = cell + end - first
            sums[lastCell] = (sums[lastCell] as number) + covered - before
            sums[lastCell + 1] = (sums[lastCell + 1] as number) + area - covered
          }
          x = nextX
        }
      }
      list.used = 0
    },
    paint: ({ width, pixels }, isEvenOdd, { color, texture, share }) => {
      const sums = cells
      const marked = marks
      for (let row = 0; row < rows; row += 1) {
        const base = row * stride
        const mark = row * blocks
        const line = (top + row) * width + left
        let sum = 0
        let coverage = 0
        // Where the run of equal coverage began that is not painted yet.
        let start = 0
        for (let block = 0; block < blocks; block += 1) {
          if (marked[mark + block] === 0) continue
          marked[mark + block] = 0
          const from = block << blockBits
          const end = from + blockCells < stride ? from + blockCells : stride
          for (let cell = from; cell < end; cell += 1) {
            const change = sums[base + cell] as number
            if (change === 0) continue
            sums[base + cell] = 0
            if (cell >= columns) continue
            sum += change
            const next = coverageOf(sum, isEvenOdd)
            if (next === coverage) continue
            if (coverage > 0) {
              if (texture === null) paintColor(pixels, line + start, line + cell, coverage, color)
              else
                paintTexture(pixels, line + start, line + cell, Math.round((coverage * share) / 255), texture)
            }
            coverage = next
            start = cell
          }
        }
        if (coverage === 0) continue
        if (texture === null) paintColor(pixels, line + start, line + columns, coverage, color)
        else paintTexture(pixels, line + start, line + columns, Math.round((coverage * share) / 255), texture)
      }
    },
  }
}
