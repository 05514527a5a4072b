/**
 * How much of each pixel shapes cover, by exact areas in 256 steps, as Qt's rasteriser counts them. Edges may come in any
 * order; each leaves in the cells it crosses what it adds to the area on its right, and sums along the rows are coverage.
 */

/** Told about pixels of one row that are covered alike, from 1 to 255. */
export type PaintRun = (y: number, from: number, to: number, coverage: number) => void

export type Coverage = {
  /** Only what lies in these whole pixels is counted. */
  begin(left: number, top: number, right: number, bottom: number): void
  edge(fromX: number, fromY: number, toX: number, toY: number): void
  /** Tells what is covered, and forgets it. */
  end(isEvenOdd: boolean, paint: PaintRun): void
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

  const vertical = (x: number, fromY: number, toY: number, sense: number) => {
    if (toY > fromY) inside(x, fromY, x, toY, sense)
  }

  /** Downwards, within the box. */
  const inside = (fromX: number, fromY: number, toX: number, toY: number, sense: number) => {
    const sums = cells
    const marked = marks
    const slope = toY > fromY ? (toX - fromX) / (toY - fromY) : 0
    const last = Math.ceil(toY)
    let x = fromX
    for (let row = fromY | 0; row < last; row += 1) {
      const height = (toY < row + 1 ? toY : row + 1) - (fromY > row ? fromY : row)
      const nextX = toY <= row + 1 ? toX : x + slope * height
      const area = height * sense
      const low = x < nextX ? x : nextX
      const high = x < nextX ? nextX : x
      const first = low | 0
      const end = high | 0
      const at = row * stride + first
      const mark = row * blocks
      marked[mark + (first >> blockBits)] = 1
      marked[mark + ((end + 1) >> blockBits)] = 1
      if (end === first) {
        const share = area * ((low + high) / 2 - first)
        sums[at] = (sums[at] as number) + area - share
        sums[at + 1] = (sums[at + 1] as number) + share
      } else {
        for (let block = (first >> blockBits) + 1; block << blockBits <= end; block += 1)
          marked[mark + block] = 1
        // Shares of the cells: a triangle, full widths, and what is left over.
        const perCell = area / (high - low)
        const head = first + 1 - low
        let before = (perCell * head * head) / 2
        sums[at] = (sums[at] as number) + before
        for (let cell = first + 1; cell < end; cell += 1) {
          const whole = perCell * (cell - low + 0.5)
          sums[at + cell - first] = (sums[at + cell - first] as number) + whole - before
          before = whole
        }
        const tail = high - end
        const covered = area - (perCell * tail * tail) / 2
        sums[at + end - first] = (sums[at + end - first] as number) + covered - before
        sums[at + end - first + 1] = (sums[at + end - first + 1] as number) + area - covered
      }
      x = nextX
    }
  }

  /** What lies left of the box covers all of its rows; what lies right of it covers nothing. */
  const clipped = (fromX: number, fromY: number, toX: number, toY: number, sense: number) => {
    const perX = (toY - fromY) / (toX - fromX)
    const crossingAt = (x: number) => Math.min(toY, Math.max(fromY, fromY + (x - fromX) * perX))
    let [x0, y0, x1, y1] = [fromX, fromY, toX, toY]
    if (x0 < 0) {
      if (x1 <= 0) {
        vertical(0, y0, y1, sense)
        return
      }
      const crossing = crossingAt(0)
      vertical(0, y0, crossing, sense)
      x0 = 0
      y0 = crossing
    } else if (x1 < 0) {
      const crossing = crossingAt(0)
      vertical(0, crossing, y1, sense)
      x1 = 0
      y1 = crossing
    }
    if (x0 > columns) {
      y0 = crossingAt(columns)
      x0 = columns
    } else if (x1 > columns) {
      y1 = crossingAt(columns)
      x1 = columns
    }
    if (y1 > y0) inside(x0, y0, x1, y1, sense)
  }

  return {
    begin: (fromColumn, fromRow, toColumn, toRow) => {
      left = fromColumn
      top = fromRow
      columns = Math.max(0, toColumn - fromColumn)
      rows = Math.max(0, toRow - fromRow)
      stride = columns + 2
      blocks = ((stride - 1) >> blockBits) + 1
      if (cells.length < stride * rows) cells = new Float32Array(stride * rows)
      if (marks.length < blocks * rows) marks = new Uint8Array(blocks * rows)
    },
    edge: (fromX, fromY, toX, toY) => {
      if (fromY === toY) return
      const isDown = fromY < toY
      let x0 = (isDown ? fromX : toX) - left
      let y0 = (isDown ? fromY : toY) - top
      let x1 = (isDown ? toX : fromX) - left
      let y1 = (isDown ? toY : fromY) - top
      if (y1 <= 0 || y0 >= rows || (x0 >= columns && x1 >= columns)) return
      const slope = (x1 - x0) / (y1 - y0)
      if (y0 < 0) {
        x0 -= slope * y0
        y0 = 0
      }
      if (y1 > rows) {
        x1 = x0 + slope * (rows - y0)
        y1 = rows
      }
      if (!(y1 > y0)) return
      const sense = isDown ? 1 : -1
      if (x0 < 0 || x1 < 0 || x0 > columns || x1 > columns) clipped(x0, y0, x1, y1, sense)
      else inside(x0, y0, x1, y1, sense)
    },
    end: (isEvenOdd, paint) => {
      const sums = cells
      const marked = marks
      for (let row = 0; row < rows; row += 1) {
        const base = row * stride
        const mark = row * blocks
        let sum = 0
        let coverage = 0
        // Where the run of equal coverage began that is not told yet.
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
            if (coverage > 0) paint(top + row, left + start, left + cell, coverage)
            coverage = next
            start = cell
          }
        }
        if (coverage > 0) paint(top + row, left + start, left + columns, coverage)
      }
    },
  }
}
