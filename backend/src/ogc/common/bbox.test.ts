import { expect, test } from 'vitest'
import { CRS84_URI } from '../../geo/crs.ts'
import { readBbox } from './bbox.ts'

const crs84 = { epsg: 4326, axisOrder: 'xy', uri: CRS84_URI } as const
const latLon = { epsg: 4326, axisOrder: 'yx', uri: '' } as const
const utm = { epsg: 32620, axisOrder: 'xy', uri: '' } as const

test('four numbers are a box, in the axis order of their system (G9)', () => {
  expect(readBbox(undefined, crs84)).toBeNull()
  expect(readBbox([-61, 13, -60, 14], crs84)).toEqual({
    epsg: 4326,
    boxes: [[-61, 13, -60, 14]],
    heights: null,
  })
  expect(readBbox([13, -61, 14, -60], latLon)?.boxes).toEqual([[-61, 13, -60, 14]])
  expect(readBbox([13, -61, 5, 14, -60, 9], latLon)).toEqual({
    epsg: 4326,
    boxes: [[-61, 13, -60, 14]],
    heights: [5, 9],
  })
})

test('a box across the antimeridian is two, however it is written', () => {
  const both = [
    [-180, -20, -179, -10],
    [179, -20, 180, -10],
  ]
  for (const [west, east] of [
    [179, -179],
    [179, 181],
    [-181, -179],
    [539, -539],
  ] as const)
    expect(
      readBbox([west, -20, east, -10], crs84)?.boxes.toSorted((a, b) => a[0] - b[0]),
      `${west} ${east}`,
    ).toEqual(both)
})

test('a whole turn is the whole globe, a point stays a point', () => {
  expect(readBbox([-180, -90, 180, 90], crs84)?.boxes).toEqual([[-180, -90, 180, 90]])
  expect(readBbox([-200, -10, 200, 10], crs84)?.boxes).toEqual([[-180, -10, 180, 10]])
  expect(readBbox([5, 5, 5, 5], crs84)?.boxes).toEqual([[5, 5, 5, 5]])
})

test('what is no box is refused', () => {
  for (const numbers of [
    [1, 2, 3, 4, 5],
    [0, 5, 1, 4],
    [0, 0, 9, 1, 1, 8],
    [Number.NaN, 0, 1, 1],
    [-541, 0, 0, 1],
  ])
    expect(() => readBbox(numbers, crs84), numbers.join()).toThrow(/bbox/)
  expect(() => readBbox([5, 0, 1, 1], utm)).toThrow(/east of its east/)
})
