/**
 * Edges of a shape as numbers one after the other. They are not handed from function to function: numbers with fractions
 * that are handed over take room on the heap, and a map has millions of them.
 */

export type EdgeList = {
  /** From x, from y, to x, to y, edge after edge. */
  xy: Float64Array
  /** Numbers, not edges. */
  used: number
}

export const createEdgeList = (): EdgeList => ({ xy: new Float64Array(4096), used: 0 })

/** Makes room for so many numbers more. */
export const makeRoom = (list: EdgeList, more: number): void => {
  if (list.used + more <= list.xy.length) return
  const larger = new Float64Array(Math.max(list.used + more, 2 * list.xy.length))
  larger.set(list.xy.subarray(0, list.used))
  list.xy = larger
}

export const addRing = (list: EdgeList, ring: Float64Array): void => {
  const { length } = ring
  makeRoom(list, 2 * length)
  const { xy } = list
  let to = list.used
  let fromX = ring[length - 2] as number
  let fromY = ring[length - 1] as number
  for (let i = 0; i < length; i += 2) {
    const x = ring[i] as number
    const y = ring[i + 1] as number
    xy[to] = fromX
    xy[to + 1] = fromY
    xy[to + 2] = x
    xy[to + 3] = y
    to += 4
    fromX = x
    fromY = y
  }
  list.used = to
}
