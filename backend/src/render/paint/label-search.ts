/**
 * Chooses a place for each label so that none lies over another: the important ones first, each at the cheapest place that is
 * free; then what has no place, or a dear one, may have its neighbours move a little. The same labels always end the same.
 */
import type { Budget } from './budget.ts'

/** A rectangle, level. */
export type Box = { left: number; top: number; right: number; bottom: number }

export type Option = { boxes: readonly Box[]; cost: number }

export type Seeker<Found extends Option> = {
  /** The cheapest first. */
  options: readonly Found[]
  priority: number
  mayOverlap: boolean
  /** Of those with the same text and group one is enough; null for all. */
  group: string | null
}

const cellSize = 64

type Entry = { box: Box; owner: number }

const meets = (one: Box, other: Box): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom

/** Which boxes are taken, and by whom. */
const createTaken = () => {
  const cells = new Map<number, Entry[]>()
  const forCells = (box: Box, visit: (key: number) => void): void => {
    const [right, bottom] = [Math.floor(box.right / cellSize), Math.floor(box.bottom / cellSize)]
    for (let x = Math.floor(box.left / cellSize); x <= right; x += 1)
      for (let y = Math.floor(box.top / cellSize); y <= bottom; y += 1) visit(x * 100_003 + y)
  }
  return {
    add: (boxes: readonly Box[], owner: number): void => {
      for (const box of boxes)
        forCells(box, (key) => {
          const present = cells.get(key)
          if (present) present.push({ box, owner })
          else cells.set(key, [{ box, owner }])
        })
    },
    remove: (boxes: readonly Box[], owner: number): void => {
      for (const box of boxes)
        forCells(box, (key) => {
          const present = cells.get(key)
          if (present)
            cells.set(
              key,
              present.filter((one) => one.owner !== owner),
            )
        })
    },
    /** Those that are in the way, but for one; not more than so many. */
    inTheWay: (boxes: readonly Box[], except: number, most: number): number[] => {
      const owners: number[] = []
      for (const box of boxes)
        forCells(box, (key) => {
          for (const entry of cells.get(key) ?? [])
            if (
              entry.owner !== except &&
              owners.length <= most &&
              !owners.includes(entry.owner) &&
              meets(box, entry.box)
            )
              owners.push(entry.owner)
        })
      return owners
    },
  }
}

// Who is in whose way ----------------------------------------------------------------------------------------

type Candidate<Found> = { seeker: number; at: number; option: Found; isLive: boolean; rivals: number[] }

/** More are taken one after the other as they come. */
const mostCandidates = 20_000

/** For each candidate the others that meet it. */
const meetEachOther = (candidates: Candidate<Option>[]): void => {
  const cells = new Map<number, number[]>()
  for (const [index, { option, rivals, seeker }] of candidates.entries())
    for (const box of option.boxes) {
      const [right, bottom] = [Math.floor(box.right / cellSize), Math.floor(box.bottom / cellSize)]
      for (let x = Math.floor(box.left / cellSize); x <= right; x += 1)
        for (let y = Math.floor(box.top / cellSize); y <= bottom; y += 1) {
          const key = x * 100_003 + y
          const present = cells.get(key) ?? []
          for (const other of present) {
            const one = candidates[other] as Candidate<Option>
            if (one.seeker === seeker || rivals.at(-1) === other || rivals.includes(other)) continue
            if (!one.option.boxes.some((theirs) => meets(box, theirs))) continue
            rivals.push(other)
            one.rivals.push(index)
          }
          if (present.at(-1) !== index) present.push(index)
          cells.set(key, present)
        }
    }
}

/** As QGIS: what is in the way of the fewest others goes first, and its rivals are out. */
const leastInTheWay = <Found extends Option>(
  candidates: Candidate<Found>[],
  budget: Budget,
  put: (seeker: number, at: number) => void,
): void => {
  meetEachOther(candidates)
  const ofSeeker = new Map<number, number[]>()
  for (const [index, { seeker }] of candidates.entries()) {
    const present = ofSeeker.get(seeker)
    if (present) present.push(index)
    else ofSeeker.set(seeker, [index])
  }
  const counts = candidates.map(({ rivals }) => rivals.length)
  // Candidates by their number of rivals; those whose number has changed since are met again further down.
  const waiting: number[][] = []
  const wait = (index: number) => {
    const count = counts[index] as number
    waiting[count] ??= []
    waiting[count].push(index)
  }
  for (let index = candidates.length - 1; index >= 0; index -= 1) wait(index)
  let lowest = 0
  const drop = (index: number): void => {
    const one = candidates[index] as Candidate<Found>
    if (!one.isLive) return
    one.isLive = false
    for (const rival of one.rivals) {
      counts[rival] = (counts[rival] as number) - 1
      if (!(candidates[rival] as Candidate<Found>).isLive) continue
      wait(rival)
      lowest = Math.min(lowest, counts[rival] as number)
    }
  }
  for (let count = 0; lowest < waiting.length; ) {
    const index = waiting[lowest]?.pop()
    if (index === undefined) {
      lowest += 1
      continue
    }
    const one = candidates[index] as Candidate<Found>
    if (!one.isLive || counts[index] !== lowest) continue
    count += 1
    if (count % checkedEvery === 0) budget.check()
    put(one.seeker, one.at)
    for (const other of ofSeeker.get(one.seeker) ?? []) drop(other)
    for (const rival of one.rivals) drop(rival)
  }
}

/** More are placed without moving others: that takes long, and in a crowd it hardly helps. */
const mostMoved = 4000
/** So many neighbours move for a label. */
const mostBlockers = 2
const rounds = 3
const checkedEvery = 32

/** In their order, those of one priority together. */
const byPriority = (
  order: readonly number[],
  seekerAt: (index: number) => { priority: number },
): number[][] => {
  const groups: number[][] = []
  for (const index of order) {
    const last = groups.at(-1)
    if (last && seekerAt(last[0] as number).priority === seekerAt(index).priority) last.push(index)
    else groups.push([index])
  }
  return groups
}

/** The index of the chosen option of each; -1 for those without a place. */
export const choosePlaces = <Found extends Option>(
  seekers: readonly Seeker<Found>[],
  budget: Budget,
): number[] => {
  const taken = createTaken()
  const chosen = seekers.map(() => -1)
  const named = new Set<string>()
  const order = seekers
    .map((_, index) => index)
    .sort((a, b) => (seekers[b] as Seeker<Found>).priority - (seekers[a] as Seeker<Found>).priority || a - b)

  const seekerAt = (index: number): Seeker<Found> => seekers[index] as Seeker<Found>
  const optionAt = (index: number, at: number): Found => seekerAt(index).options[at] as Found
  const put = (index: number, at: number): void => {
    const before = chosen[index] as number
    if (before >= 0) taken.remove(optionAt(index, before).boxes, index)
    chosen[index] = at
    if (at >= 0) taken.add(optionAt(index, at).boxes, index)
  }
  const freeOf = (index: number): number =>
    seekerAt(index).options.findIndex(({ boxes }) => taken.inTheWay(boxes, index, 0).length === 0)

  /** Whether those in the way find other places, at less than what is won; they are moved when they do. */
  const givesWay = (index: number, at: number, won: number): boolean => {
    const { boxes } = optionAt(index, at)
    const blockers = taken.inTheWay(boxes, index, mostBlockers)
    if (blockers.length > mostBlockers) return false
    const { priority } = seekerAt(index)
    if (blockers.some((one) => seekerAt(one).priority > priority || seekerAt(one).mayOverlap)) return false
    const before = blockers.map((one) => chosen[one] as number)
    const own = chosen[index] as number
    let lost = 0
    for (const one of blockers) put(one, -1)
    put(index, at)
    for (const [count, one] of blockers.entries()) {
      const free = freeOf(one)
      if (free < 0) lost = Number.POSITIVE_INFINITY
      else {
        lost += optionAt(one, free).cost - optionAt(one, before[count] as number).cost
        put(one, free)
      }
      if (lost >= won) break
    }
    if (lost < won) return true
    put(index, own)
    for (const one of blockers) put(one, -1)
    for (const [count, one] of blockers.entries()) put(one, before[count] as number)
    return false
  }

  const placeFirst = (index: number): void => {
    const { options, mayOverlap, group } = seekerAt(index)
    if (options.length === 0 || (group !== null && named.has(group))) return
    const free = mayOverlap ? 0 : freeOf(index)
    if (free >= 0) put(index, free)
    if (free >= 0 && group !== null) named.add(group)
  }

  const improve = (index: number): boolean => {
    const { options, group, mayOverlap } = seekerAt(index)
    if (mayOverlap || group !== null) return false
    const now = chosen[index] as number
    const last = now < 0 ? options.length : now
    for (let at = 0; at < last; at += 1) {
      const won = now < 0 ? 1000 : optionAt(index, now).cost - optionAt(index, at).cost
      if (won > 0 && givesWay(index, at, won)) return true
    }
    return false
  }

  for (const group of byPriority(order, seekerAt)) {
    const isCrowd =
      group.length > 1 && group.every((one) => !seekerAt(one).mayOverlap && seekerAt(one).group === null)
    const candidates = isCrowd
      ? group.flatMap((seeker) =>
          seekerAt(seeker).options.flatMap((option, at): Candidate<Found>[] =>
            taken.inTheWay(option.boxes, seeker, 0).length > 0
              ? []
              : [{ seeker, at, option, isLive: true, rivals: [] }],
          ),
        )
      : []
    if (isCrowd && candidates.length <= mostCandidates) leastInTheWay(candidates, budget, put)
    else
      for (const [count, index] of group.entries()) {
        if (count % checkedEvery === 0) budget.check()
        placeFirst(index)
      }
  }
  if (seekers.length > mostMoved) return chosen
  for (let round = 0; round < rounds; round += 1) {
    let isChanged = false
    for (const [count, index] of order.entries()) {
      if (count % checkedEvery === 0) budget.check()
      if (improve(index)) isChanged = true
    }
    if (!isChanged) break
  }
  return chosen
}
