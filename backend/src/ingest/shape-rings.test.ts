/** Rings of shapefile polygons find the polygon they belong to. */
import { expect, test } from 'vitest'
import { groupRings } from './shape-rings.ts'

type Ring = [number, number][]

const square = (x: number, y: number, size: number, direction: 'clockwise' | 'counterclockwise'): Ring => {
  const ring: Ring = [
    [x, y],
    [x, y + size],
    [x + size, y + size],
    [x + size, y],
    [x, y],
  ]
  return direction === 'clockwise' ? ring : ring.toReversed()
}

const group = (...rings: Ring[]) => groupAtMost(undefined, ...rings)

const groupAtMost = (workLimit: number | undefined, ...rings: Ring[]) => {
  const positions = rings.flat()
  const view = new DataView(new ArrayBuffer(positions.length * 16))
  for (const [at, [x, y]] of positions.entries()) {
    view.setFloat64(at * 16, x, true)
    view.setFloat64(at * 16 + 8, y, true)
  }
  const starts = new Int32Array(rings.length + 1)
  for (const [at, ring] of rings.entries()) starts[at + 1] = (starts[at] ?? 0) + ring.length
  return groupRings({ view, positionsAt: 0, starts, rings: rings.length }, workLimit)
}

test('holes go to the outer ring around them, in whatever order they stand', () => {
  const holeOfSecond = square(12, 2, 1, 'counterclockwise')
  const holeOfFirst = square(2, 2, 1, 'counterclockwise')
  expect(
    group(holeOfSecond, square(0, 0, 5, 'clockwise'), holeOfFirst, square(10, 0, 5, 'clockwise')),
  ).toEqual([
    [1, 2],
    [3, 0],
  ])
})

test('an island in a lake is a polygon of its own, and its pond is its hole, not that of the mainland', () => {
  const mainland = square(0, 0, 20, 'clockwise')
  const lake = square(2, 2, 10, 'counterclockwise')
  const island = square(4, 4, 5, 'clockwise')
  const pond = square(5, 5, 1, 'counterclockwise')
  expect(group(mainland, lake, island, pond)).toEqual([
    [0, 1],
    [2, 3],
  ])
})

test('a hole that touches its outer ring is still a hole', () => {
  const hole: Ring = [
    [0, 5],
    [3, 3],
    [3, 7],
    [0, 5],
  ]
  expect(group(square(0, 0, 10, 'clockwise'), hole)).toEqual([[0, 1]])
})

test('rings that all run the wrong way are sorted by what lies in what', () => {
  const outer = square(0, 0, 10, 'counterclockwise')
  expect(group(outer, square(20, 0, 5, 'counterclockwise'))).toEqual([[0], [1]])
  expect(group(outer, square(2, 2, 3, 'clockwise'))).toEqual([[0, 1]])
  expect(group(outer, square(2, 2, 3, 'counterclockwise'))).toEqual([[0, 1]])
})

test('one ring that runs the wrong way is a polygon of its own', () => {
  const outer = square(0, 0, 10, 'clockwise')
  expect(group(outer, square(20, 0, 5, 'counterclockwise'), square(2, 2, 3, 'counterclockwise'))).toEqual([
    [0, 2],
    [1],
  ])
})

test('a hole that shares most of its border with its outer ring is still a hole', () => {
  const hole: Ring = [
    [0, 0],
    [10, 0],
    [10, 10],
    [9, 1],
    [0, 0],
  ]
  expect(group(square(0, 0, 10, 'clockwise'), hole)).toEqual([[0, 1]])
})

test('thousands of islands that all run the wrong way stay islands', () => {
  const rings = Array.from({ length: 3000 }, (_, at) => square(at * 3, at % 7, 2, 'counterclockwise'))
  expect(group(...rings)).toHaveLength(3000)
})

test('a shape whose rings would take minutes to sort is given up (security G3)', () => {
  const rings = Array.from({ length: 2000 }, (_, at) => square(at * 3, 0, 2, 'counterclockwise'))
  expect(groupAtMost(100_000, ...rings)).toBeUndefined()
})
