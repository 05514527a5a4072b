/**
 * Inflates a raw deflate stream (RFC 1951) piece by piece as the pieces are pulled, in bounded memory. node:zlib
 * can do this only asynchronously or all at once; the readers are synchronous and the contents may be large.
 */

const WINDOW = 32_768
/** Longest match; a piece is handed out while there is still room for one. */
const LONGEST = 258
export const PIECE_BYTES = 256 * 1024
/** More than one symbol can take, so that the inner loop need not look for the end of the input. */
const SLACK = 16
const INPUT_BYTES = 64 * 1024

// biome-ignore format: tables of RFC 1951, 3.2.5
const LENGTH_BASE = Uint16Array.of(3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258)
// biome-ignore format: as above
const LENGTH_BITS = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0)
// biome-ignore format: as above
const DISTANCE_BASE = Uint16Array.of(1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577)
// biome-ignore format: as above
const DISTANCE_BITS = Uint8Array.of(0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13)
const CODE_LENGTH_ORDER = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)

/** For the next `bits` bits of input: symbol * 16 + length of its code; 0 where no code begins so. */
type Codes = { entries: Uint16Array; bits: number }

const damaged = (found: string) => new Error(found)

const toCodes = (lengths: Uint8Array, isIncompleteAllowed: boolean): Codes => {
  const counts = new Uint16Array(16)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  counts[0] = 0
  let bits = 15
  while (bits > 1 && counts[bits] === 0) bits -= 1
  const next = new Uint16Array(17)
  let left = 1
  let code = 0
  for (let length = 1; length <= 15; length += 1) {
    left = left * 2 - (counts[length] ?? 0)
    if (left < 0) throw damaged('a code table claims more codes than there are')
    code = (code + (counts[length - 1] ?? 0)) << 1
    next[length] = code
  }
  if (left > 0 && !isIncompleteAllowed) throw damaged('a code table is incomplete')
  const entries = new Uint16Array(1 << bits)
  for (let symbol = 0; symbol < lengths.length; symbol += 1) {
    const length = lengths[symbol] ?? 0
    if (length === 0) continue
    const assigned = next[length] ?? 0
    next[length] = assigned + 1
    let reversed = 0
    for (let i = 0; i < length; i += 1) reversed |= ((assigned >> i) & 1) << (length - 1 - i)
    const entry = (symbol << 4) | length
    for (let at = reversed; at < entries.length; at += 1 << length) entries[at] = entry
  }
  return { entries, bits }
}

let fixed: { literals: Codes; distances: Codes } | undefined
const fixedCodes = () => {
  if (fixed) return fixed
  const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280)
  fixed = { literals: toCodes(lengths, false), distances: toCodes(new Uint8Array(30).fill(5), true) }
  return fixed
}

type State = {
  input: Uint8Array
  at: number
  end: number
  isLast: boolean
  hold: number
  bits: number
  output: Buffer
  /** Next free byte of `output`. */
  to: number
  /** First byte of `output` that holds something a match may refer to. */
  from: number
}

/** Moves on to at least `SLACK` bytes of input; after the real end come zeros, and `checkEnd` notices their use. */
const fill = (state: State, read: (target: Uint8Array) => number): void => {
  if (state.end - state.at >= SLACK || state.isLast) return
  const rest = state.end - state.at
  state.input.copyWithin(0, state.at, state.end)
  state.at = 0
  state.end = rest
  while (state.end < SLACK && !state.isLast) {
    const count = read(state.input.subarray(state.end, INPUT_BYTES))
    state.end += count
    state.isLast = count === 0
  }
  if (state.isLast) state.input.fill(0, state.end)
}

const checkEnd = (state: State): void => {
  if (state.at - (state.bits >> 3) > state.end) throw damaged('its compressed content ends too early')
}

const take = (state: State, count: number, read: (target: Uint8Array) => number): number => {
  while (state.bits < count) {
    if (state.end - state.at < SLACK) fill(state, read)
    state.hold |= (state.input[state.at] ?? 0) << state.bits
    state.at += 1
    state.bits += 8
    checkEnd(state)
  }
  const value = state.hold & ((1 << count) - 1)
  state.hold >>>= count
  state.bits -= count
  return value
}

const takeSymbol = (state: State, { entries, bits }: Codes, read: (target: Uint8Array) => number): number => {
  let hold = 0
  for (let count = 1; count <= bits; count += 1) {
    hold |= take(state, 1, read) << (count - 1)
    const entry = entries[hold] ?? 0
    if ((entry & 15) === count) return entry >> 4
  }
  throw damaged('its compressed content has a code that means nothing')
}

const readTables = (state: State, read: (target: Uint8Array) => number) => {
  const literalCount = take(state, 5, read) + 257
  const distanceCount = take(state, 5, read) + 1
  const codeCount = take(state, 4, read) + 4
  if (literalCount > 286 || distanceCount > 30) throw damaged('a code table is too long')
  const codeLengths = new Uint8Array(19)
  for (let i = 0; i < codeCount; i += 1) codeLengths[CODE_LENGTH_ORDER[i] ?? 0] = take(state, 3, read)
  const codes = toCodes(codeLengths, false)
  const lengths = new Uint8Array(literalCount + distanceCount)
  for (let at = 0; at < lengths.length; ) {
    const symbol = takeSymbol(state, codes, read)
    if (symbol < 16) {
      lengths[at] = symbol
      at += 1
      continue
    }
    if (symbol === 16 && at === 0) throw damaged('a code table begins with a repetition')
    const value = symbol === 16 ? (lengths[at - 1] ?? 0) : 0
    const count =
      symbol === 16
        ? 3 + take(state, 2, read)
        : symbol === 17
          ? 3 + take(state, 3, read)
          : 11 + take(state, 7, read)
    if (at + count > lengths.length) throw damaged('a code table is too long')
    lengths.fill(value, at, at + count)
    at += count
  }
  if (lengths[256] === 0) throw damaged('a block has no end')
  const distances = lengths.subarray(literalCount)
  // One distance code alone, or none, is how encoders write blocks without matches.
  const isSparse = distances.reduce((sum, length) => sum + Number(length > 0), 0) <= 1
  return {
    literals: toCodes(lengths.subarray(0, literalCount), false),
    distances: toCodes(distances, isSparse),
  }
}

/** Decodes until the block ends (true), or the output is full or the input runs low (false). */
const decode = (state: State, literals: Codes, distances: Codes): boolean => {
  const { input, output, from } = state
  const literalEntries = literals.entries
  const literalMask = literalEntries.length - 1
  const distanceEntries = distances.entries
  const distanceMask = distanceEntries.length - 1
  const inputLimit = state.isLast ? input.length - SLACK : state.end - SLACK
  const outputLimit = output.length - LONGEST
  let { at, hold, bits, to } = state
  let isDone = false
  while (at <= inputLimit && to <= outputLimit) {
    // A literal's or length's code and its extra bits take 20 at most.
    if (bits < 20) {
      if (bits <= 16) {
        hold |= ((input[at] as number) | ((input[at + 1] as number) << 8)) << bits
        at += 2
        bits += 16
      }
      if (bits <= 24) {
        hold |= (input[at] as number) << bits
        at += 1
        bits += 8
      }
    }
    const entry = literalEntries[hold & literalMask] as number
    const length = entry & 15
    if (length === 0) throw damaged('its compressed content has a code that means nothing')
    hold >>>= length
    bits -= length
    const symbol = entry >> 4
    if (symbol < 256) {
      output[to] = symbol
      to += 1
      continue
    }
    if (symbol === 256) {
      isDone = true
      break
    }
    if (symbol > 285) throw damaged('its compressed content has a length that means nothing')
    const lengthBits = LENGTH_BITS[symbol - 257] as number
    const count = (LENGTH_BASE[symbol - 257] as number) + (hold & ((1 << lengthBits) - 1))
    hold >>>= lengthBits
    bits -= lengthBits
    while (bits <= 24) {
      hold |= (input[at] as number) << bits
      at += 1
      bits += 8
    }
    const distanceEntry = distanceEntries[hold & distanceMask] as number
    const distanceLength = distanceEntry & 15
    if (distanceLength === 0) throw damaged('its compressed content has a code that means nothing')
    hold >>>= distanceLength
    bits -= distanceLength
    const distanceSymbol = distanceEntry >> 4
    const distanceBits = DISTANCE_BITS[distanceSymbol] as number
    while (bits < distanceBits) {
      hold |= (input[at] as number) << bits
      at += 1
      bits += 8
    }
    const distance = (DISTANCE_BASE[distanceSymbol] as number) + (hold & ((1 << distanceBits) - 1))
    hold >>>= distanceBits
    bits -= distanceBits
    let source = to - distance
    if (source < from) throw damaged('its compressed content refers to bytes before its start')
    const last = to + count
    while (to < last) {
      output[to] = output[source] as number
      to += 1
      source += 1
    }
  }
  state.at = at
  state.hold = hold
  state.bits = bits
  state.to = to
  checkEnd(state)
  return isDone
}

/**
 * Pieces of at most `PIECE_BYTES`, each a buffer of its own. `read` fills the target with the next compressed
 * bytes and returns how many; 0 at the end. Throws an Error that says what is wrong with the content.
 */
export function* inflate(read: (target: Uint8Array) => number): Generator<Buffer, void, undefined> {
  const state: State = {
    input: new Uint8Array(INPUT_BYTES + 4 * SLACK),
    at: 0,
    end: 0,
    isLast: false,
    hold: 0,
    bits: 0,
    output: Buffer.allocUnsafeSlow(WINDOW + PIECE_BYTES),
    to: WINDOW,
    from: WINDOW,
  }
  /** Takes what is finished, and goes on in a new buffer that begins with the bytes matches may refer to. */
  const nextPiece = (): Buffer => {
    const { output, to } = state
    const piece = output.subarray(WINDOW, to)
    state.output = Buffer.allocUnsafeSlow(WINDOW + PIECE_BYTES)
    output.copy(state.output, 0, to - WINDOW, to)
    state.from = Math.max(0, state.from - (to - WINDOW))
    state.to = WINDOW
    return piece
  }
  let isLastBlock = false
  while (!isLastBlock) {
    isLastBlock = take(state, 1, read) === 1
    const kind = take(state, 2, read)
    if (kind === 3) throw damaged('its compressed content has a block of no known kind')
    if (kind === 0) {
      take(state, state.bits & 7, read)
      const length = take(state, 16, read)
      if ((take(state, 16, read) ^ 0xffff) !== length)
        throw damaged('an uncompressed block contradicts itself')
      for (let left = length; left > 0; left -= 1) {
        if (state.to === state.output.length) yield nextPiece()
        state.output[state.to] = take(state, 8, read)
        state.to += 1
      }
      continue
    }
    const { literals, distances } = kind === 1 ? fixedCodes() : readTables(state, read)
    while (true) {
      fill(state, read)
      if (decode(state, literals, distances)) break
      if (state.to > state.output.length - LONGEST) yield nextPiece()
    }
  }
  if (state.to > WINDOW) yield nextPiece()
}
