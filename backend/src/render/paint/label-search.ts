/**
 * Chooses a place for each label so that none lies over another, as QGIS does: what is in the way of the fewest others goes
 * first (FALP; Yamamoto, Câmara, Lorena 2005); then each label that has no place, or a dear one, may push another away, which
 * may push a third, where the whole gains by it (ejection chains). The same labels always end the same.
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
    isFree: (boxes: readonly Box[], owner: number): boolean => {
      let isFree = true
      for (const box of boxes)
        forCells(box, (key) => {
          for (const entry of cells.get(key) ?? [])
            if (entry.owner !== owner && meets(box, entry.box)) isFree = false
        })
      return isFree
    },
  }
}

// Who is in whose way ----------------------------------------------------------------------------------------

type Candidate<Found extends Option> = {
  seeker: number
  at: number
  option: Found
  /** Others that meet it, of other labels. */
  rivals: number[]
}

/** More are taken one after the other as they come. */
const mostCandidates = 20_000

/** For each candidate the others that meet it. */
const meetEachOther = (candidates: Candidate<Option>[]): void => {
  const cells = new Map<number, number[]>()
  /** By candidate the last one that it was found to meet. */
  const met = new Int32Array(candidates.length).fill(-1)
  for (const [index, { option, rivals, seeker }] of candidates.entries())
    for (const box of option.boxes) {
      const [right, bottom] = [Math.floor(box.right / cellSize), Math.floor(box.bottom / cellSize)]
      for (let x = Math.floor(box.left / cellSize); x <= right; x += 1)
        for (let y = Math.floor(box.top / cellSize); y <= bottom; y += 1) {
          const key = x * 100_003 + y
          const present = cells.get(key) ?? []
          for (const other of present) {
            const one = candidates[other] as Candidate<Option>
            if (one.seeker === seeker || met[other] === index) continue
            if (!one.option.boxes.some((theirs) => meets(box, theirs))) continue
            met[other] = index
            rivals.push(other)
            one.rivals.push(index)
          }
          if (present.at(-1) !== index) present.push(index)
          cells.set(key, present)
        }
    }
}

/** A binary heap of candidates by how many are in their way; which of equal ones comes first is as in QGIS. */
const createQueue = (count: number) => {
  const heap: number[] = []
  const keys: number[] = []
  const places = new Int32Array(count).fill(-1)
  const swap = (one: number, other: number) => {
    const [a, b] = [heap[one] as number, heap[other] as number]
    const [keyA, keyB] = [keys[one] as number, keys[other] as number]
    heap[one] = b
    heap[other] = a
    keys[one] = keyB
    keys[other] = keyA
    places[a] = other
    places[b] = one
  }
  const rise = (from: number) => {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if ((keys[parent] as number) <= (keys[at] as number)) return
      swap(at, parent)
      at = parent
    }
  }
  const sink = (from: number) => {
    for (let at = from; 2 * at + 1 < heap.length; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const least = right < heap.length && (keys[right] as number) <= (keys[left] as number) ? right : left
      if ((keys[at] as number) <= (keys[least] as number)) return
      swap(at, least)
      at = least
    }
  }
  const takeOut = (at: number) => {
    places[heap[at] as number] = -1
    const [last, key] = [heap.pop() as number, keys.pop() as number]
    if (at >= heap.length) return
    heap[at] = last
    keys[at] = key
    places[last] = at
    sink(at)
  }
  return {
    add: (candidate: number, key: number) => {
      places[candidate] = heap.length
      heap.push(candidate)
      keys.push(key)
      rise(heap.length - 1)
    },
    has: (candidate: number) => (places[candidate] as number) >= 0,
    remove: (candidate: number) => takeOut(places[candidate] as number),
    /** One less is in its way. */
    lighten: (candidate: number) => {
      const at = places[candidate] as number
      keys[at] = (keys[at] as number) - 1
      rise(at)
      sink(places[candidate] as number)
    },
    takeFirst: (): number | undefined => {
      const [first] = heap
      if (first !== undefined) takeOut(0)
      return first
    },
  }
}

type Crowd<Found extends Option> = {
  candidates: Candidate<Found>[]
  /** By label: its candidates, the cheapest first. */
  groups: number[][]
  /** By label: what it costs to leave it out. */
  absence: number[]
}

/** Where the cheapest place that nobody wants is found, dearer ones are of no use. */
const withoutNeedless = ({ candidates, groups }: Crowd<Option>): number[] => {
  const counts = candidates.map(({ rivals }) => rivals.length)
  const isSettled = groups.map(() => false)
  for (let isChanged = true; isChanged; ) {
    isChanged = false
    for (const [label, group] of groups.entries()) {
      if (isSettled[label]) continue
      const free = group.findIndex((one) => counts[one] === 0)
      if (free < 0) continue
      isSettled[label] = true
      isChanged = true
      for (const needless of group.splice(free + 1))
        for (const rival of (candidates[needless] as Candidate<Option>).rivals)
          counts[rival] = (counts[rival] as number) - 1
    }
  }
  return counts
}

const checkedEvery = 32

/** By label the candidate that is chosen, -1 for none. */
const leastInTheWay = (
  { candidates, groups }: Crowd<Option>,
  counts: number[],
  budget: Budget,
): Int32Array => {
  const chosen = new Int32Array(groups.length).fill(-1)
  const labelOf = new Int32Array(candidates.length).fill(-1)
  const queue = createQueue(candidates.length)
  for (const [label, group] of groups.entries())
    for (const one of group) {
      labelOf[one] = label
      queue.add(one, counts[one] as number)
    }
  const drop = (one: number) => {
    if (!queue.has(one)) return
    queue.remove(one)
    for (const rival of (candidates[one] as Candidate<Option>).rivals)
      if (queue.has(rival)) queue.lighten(rival)
  }
  for (let count = 1; ; count += 1) {
    const first = queue.takeFirst()
    if (first === undefined) return chosen
    if (count % checkedEvery === 0) budget.check()
    const label = labelOf[first] as number
    chosen[label] = first
    const { rivals } = candidates[first] as Candidate<Option>
    for (const rival of rivals) if (queue.has(rival)) queue.lighten(rival)
    for (const other of groups[label] as number[]) drop(other)
    for (const rival of rivals) drop(rival)
  }
}

// Ejection chains --------------------------------------------------------------------------------------------

/** What a chain changes: for each label its new candidate, or -1. */
type Chain = { moves: [label: number, candidate: number][]; gain: number }

const longestChain = 50
const least = 1e-6
/** Of looks at neighbours, before what there is is good enough: some hundredths of a second. */
const mostLooks = 4_000_000

const improve = (
  { candidates, groups, absence }: Crowd<Option>,
  chosen: Int32Array,
  budget: Budget,
): void => {
  const labelOf = new Int32Array(candidates.length)
  for (const [label, group] of groups.entries()) for (const one of group) labelOf[one] = label
  let looks = 0
  const costOf = (one: number) => (candidates[one] as Candidate<Option>).option.cost % 1
  const costNow = (label: number) => {
    const one = chosen[label] as number
    return one < 0 ? (absence[label] as number) : costOf(one)
  }
  /** Labels that lie where the candidate would. */
  const pushedBy = (one: number): number[] => {
    const found: number[] = []
    looks += 1 + (candidates[one] as Candidate<Option>).rivals.length
    for (const rival of (candidates[one] as Candidate<Option>).rivals) {
      const label = labelOf[rival] as number
      if (chosen[label] === rival && !found.includes(label)) found.push(label)
    }
    return found
  }

  const chainFrom = (start: number): Chain | null => {
    const past: { label: number; before: number; after: number }[] = []
    let best: Chain | null = null
    let delta = 0
    const offer = (total: number, ends: readonly [number, number][]) => {
      if (best !== null && total >= best.gain) return
      best = {
        moves: [...past.map(({ label, after }): [number, number] => [label, after]), ...ends],
        gain: total,
      }
    }
    for (let label = start; label >= 0; ) {
      const now = chosen[label] as number
      delta -= costNow(label)
      let next = -1
      let nextCandidate = -1
      let leastOfNext = Number.POSITIVE_INFINITY
      if (now >= 0) offer(delta + (absence[label] as number), [[label, -1]])
      for (const one of groups[label] as number[]) {
        if (one === now) continue
        const pushed = pushedBy(one)
        if (pushed.some((other) => past.some((step) => step.label === other))) continue
        const [first] = pushed
        if (first === undefined) offer(delta + costOf(one), [[label, one]])
        else if (pushed.length === 1) {
          const total = delta + costNow(first) + (absence[first] as number)
          if (total >= leastOfNext) continue
          leastOfNext = total
          next = first
          nextCandidate = one
        } else
          offer(
            pushed.reduce((sum, other) => sum + (absence[other] as number), delta + costOf(one)),
            [[label, one], ...pushed.map((other): [number, number] => [other, -1])],
          )
      }
      if (next < 0 || past.length > longestChain) break
      past.push({ label, before: now, after: nextCandidate })
      chosen[label] = nextCandidate
      delta += costOf(nextCandidate)
      label = next
    }
    for (const { label, before } of past.toReversed()) chosen[label] = before
    return best
  }

  const count = groups.length
  const isSettled = groups.map(() => false)
  let tries = 0
  for (let at = 0; count > 1 && looks < mostLooks; ) {
    let label = (at + 1) % count
    while (isSettled[label] && label !== at) label = (label + 1) % count
    if (label === at) return
    at = (at + 1) % count
    tries += 1
    if (tries % checkedEvery === 0) budget.check()
    const chain = chainFrom(label)
    if (chain === null || chain.gain >= -least) {
      isSettled[label] = true
      continue
    }
    for (const [moved, one] of chain.moves) {
      const before = chosen[moved] as number
      if (before >= 0)
        for (const rival of (candidates[before] as Candidate<Option>).rivals)
          isSettled[labelOf[rival] as number] = false
      chosen[moved] = one
      isSettled[moved] = false
    }
  }
}

// All together -----------------------------------------------------------------------------------------------

/** Of labels that are searched for together; more are taken as they come. */
const mostTogether = 4000
/** QGIS's priorities from 0 to 10 are 0 to 2000 here; each step makes an absence twice as dear. */
const stepOfPriority = 200
const absenceOf = (priority: number): number => 2 ** Math.min(40, Math.max(0, priority / stepOfPriority))

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
  const isFree = (index: number, { boxes }: Option) => taken.isFree(boxes, index)
  const put = (index: number, at: number): void => {
    const option = seekerAt(index).options[at]
    if (option === undefined) return
    chosen[index] = at
    taken.add(option.boxes, index)
  }
  const placeAlone = (index: number): void => {
    const { options, mayOverlap, group } = seekerAt(index)
    if (options.length === 0 || (group !== null && named.has(group))) return
    const at = mayOverlap ? 0 : options.findIndex((option) => isFree(index, option))
    put(index, at)
    if (at >= 0 && group !== null) named.add(group)
  }

  const isPlain = (index: number) => !seekerAt(index).mayOverlap && seekerAt(index).group === null
  for (const index of order) if (!isPlain(index)) placeAlone(index)
  const plain = seekers.map((_, index) => index).filter(isPlain)
  const crowd: Crowd<Found> = { candidates: [], groups: [], absence: [] }
  for (const seeker of plain) {
    const group: number[] = []
    for (const [at, option] of seekerAt(seeker).options.entries())
      if (isFree(seeker, option)) {
        group.push(crowd.candidates.length)
        crowd.candidates.push({ seeker, at, option, rivals: [] })
      }
    if (group.length === 0) continue
    crowd.groups.push(group)
    crowd.absence.push(absenceOf(seekerAt(seeker).priority))
  }
  if (crowd.candidates.length > mostCandidates) {
    for (const [count, index] of order.entries()) {
      if (count % checkedEvery === 0) budget.check()
      if (isPlain(index)) placeAlone(index)
    }
    return chosen
  }
  meetEachOther(crowd.candidates)
  const found = leastInTheWay(crowd, withoutNeedless(crowd), budget)
  if (crowd.groups.length <= mostTogether) improve(crowd, found, budget)
  for (const one of found) {
    const candidate = crowd.candidates[one]
    if (candidate !== undefined) chosen[candidate.seeker] = candidate.at
  }
  return chosen
}
