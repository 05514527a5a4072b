/**
 * Finds where values begin and end in a JSON file that is too large to be held, without understanding them:
 * strings and brackets only. What is found is small, and `JSON.parse` judges it. Depth is limited here,
 * because `JSON.parse` accepts a nesting that everything after it dies of (security E14).
 */
import { ingestProblems } from '../domain/problems/ingest.ts'
import { contentLimits } from './limits.ts'
import { type OpenFile, readAt } from './reader.ts'

const CHUNK_BYTES = 1 << 17
/** A batch is parsed as a whole; short ones cost calls, long ones cost memory. */
const BATCH_BYTES = 1 << 17

const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const RECORD_SEPARATOR = 30

/** 1: opens, 2: closes, 3: a string begins; 0: everything else within a value. */
const kinds = new Uint8Array(256)
kinds[OPEN_LIST] = kinds[OPEN_OBJECT] = 1
kinds[CLOSE_LIST] = kinds[CLOSE_OBJECT] = 2
kinds[QUOTE] = 3

const isSpace = (byte: number) => byte === 32 || byte === 10 || byte === 13 || byte === 9

/** Whole features, one after the other. The bytes are overwritten when the next batch is asked for. */
export type FeatureBatch = {
  bytes: Buffer
  /** Where each feature begins and ends in `bytes`. */
  starts: number[]
  ends: number[]
  /** Number of the first one, from 0. */
  firstIndex: number
  /** Where `bytes` begins in the file. */
  position: number
}

export type FoundMember = { name: string; value: Buffer; position: number }

/** What stands in the file: members around the features, as they come, and the features in batches. */
export type ScanEvent = { member: FoundMember } | { batch: FeatureBatch } | { features: 'begin' | 'end' }

export const lineOf = (file: OpenFile, position: number): number => {
  let line = 1
  for (let from = 0; from < position; from += CHUNK_BYTES) {
    const bytes = readAt(file, from, Math.min(CHUNK_BYTES, position - from))
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) line++
  }
  return line
}

type Window = {
  bytes: Buffer
  /** The byte under consideration. */
  at: number
  /** End of what was read. */
  end: number
  /** File position of bytes[0]. */
  position: number
  /** Bytes from here on stay when more is read; -1: nothing needs to. */
  keep: number
}

const openWindow = (file: OpenFile, startAt: number): Window & { refill: () => boolean } => {
  const window = {
    bytes: Buffer.allocUnsafeSlow(2 * CHUNK_BYTES),
    at: 0,
    end: 0,
    position: startAt,
    keep: -1,
    /** Reads on; false at the end of the file. All places in the window may move. */
    refill: () => {
      const from = window.keep >= 0 ? window.keep : window.at
      if (from > 0) {
        window.bytes.copyWithin(0, from, window.end)
        window.position += from
        window.at -= from
        window.end -= from
        if (window.keep >= 0) window.keep = 0
      }
      if (window.end > contentLimits.featureBytes) {
        throw damaged(
          file,
          window.position,
          `one value is larger than ${contentLimits.featureBytes / 1024 / 1024} MB, the most that is read for a feature`,
        )
      }
      if (window.bytes.length - window.end < CHUNK_BYTES) {
        const larger = Buffer.allocUnsafeSlow(window.bytes.length * 2)
        window.bytes.copy(larger, 0, 0, window.end)
        window.bytes = larger
      }
      const chunk = readAt(file, window.position + window.end, CHUNK_BYTES)
      chunk.copy(window.bytes, window.end)
      window.end += chunk.length
      return chunk.length > 0
    },
  }
  return window
}

export const damaged = (file: OpenFile, position: number, found: string) =>
  ingestProblems.fileDamaged({ format: 'GeoJSON', found: `line ${lineOf(file, position)}: ${found}` })

const tooDeep = (file: OpenFile, position: number) =>
  damaged(file, position, `brackets are nested deeper than ${contentLimits.jsonNesting} levels`)

/** A character as a person would point at it. */
const named = (byte: number) =>
  byte > 32 && byte < 127
    ? `'${String.fromCharCode(byte)}'`
    : `the byte 0x${byte.toString(16).padStart(2, '0')}`

const createScanner = (file: OpenFile, startAt: number) => {
  const window = openWindow(file, startAt)

  /** Goes to the next byte that is no white space; -1 at the end of the file. */
  const peek = (): number => {
    for (;;) {
      while (window.at < window.end) {
        const byte = window.bytes[window.at] ?? 0
        if (!isSpace(byte)) return byte
        window.at++
      }
      if (!window.refill()) return -1
    }
  }

  const truncated = () =>
    damaged(file, window.position + window.end, 'the file ends in the middle; it is not complete')

  const expect = (wanted: number, where: string) => {
    const found = peek()
    if (found === -1) throw truncated()
    if (found !== wanted) {
      throw damaged(
        file,
        window.position + window.at,
        `${named(found)} where ${named(wanted)} was expected, ${where}`,
      )
    }
    window.at++
  }

  /** Past the string that begins at `at`. */
  const skipString = () => {
    let from = window.at + 1
    for (;;) {
      const quote = window.bytes.subarray(0, window.end).indexOf(QUOTE, from)
      if (quote < 0) {
        const read = window.end - window.at
        const keep = window.keep
        if (keep < 0) window.keep = window.at
        const hasMore = window.refill()
        if (keep < 0) window.keep = -1
        if (!hasMore) throw truncated()
        from = window.at + read
        continue
      }
      let slashes = 0
      while (window.bytes[quote - 1 - slashes] === BACKSLASH) slashes++
      if (slashes % 2 === 0) {
        window.at = quote + 1
        return
      }
      from = quote + 1
    }
  }

  /** Past the value that begins at `at`, whatever it is. */
  const skipValue = () => {
    const first = window.bytes[window.at] ?? 0
    if (first === QUOTE) return skipString()
    let depth = 0
    do {
      if (window.at >= window.end && !window.refill()) {
        if (depth === 0) return
        throw truncated()
      }
      const byte = window.bytes[window.at] ?? 0
      const kind = kinds[byte]
      if (depth === 0 && kind !== 1 && (kind === 2 || byte === COMMA || isSpace(byte))) return
      if (kind === 3) {
        skipString()
        continue
      }
      if (kind === 1 && ++depth > contentLimits.jsonNesting) throw tooDeep(file, window.position + window.at)
      if (kind === 2) depth--
      window.at++
    } while (depth > 0 || kinds[first] !== 1)
  }

  /** The bytes of the next value, copied. */
  const takeValue = (): { value: Buffer; position: number } => {
    if (peek() === -1) throw truncated()
    window.keep = window.at
    skipValue()
    const value = Buffer.from(window.bytes.subarray(window.keep, window.at))
    const position = window.position + window.keep
    window.keep = -1
    return { value, position }
  }

  /**
   * Features from `at` on: in a list, separated by commas, up to the closing bracket; or as a sequence of
   * objects up to the end of the file.
   */
  const batches = function* (isSequence: boolean): Generator<FeatureBatch> {
    let expected: 'first' | 'feature' | 'separator' = 'first'
    let starts: number[] = []
    let ends: number[] = []
    let firstIndex = 0
    let depth = 0
    let inString = false
    const emit = (): FeatureBatch => {
      const batch = { bytes: window.bytes, starts, ends, firstIndex, position: window.position }
      firstIndex += ends.length
      starts = depth > 0 ? starts.slice(ends.length) : []
      batch.starts.length = ends.length
      ends = []
      return batch
    }
    const misplaced = (byte: number) => {
      const place = `after ${firstIndex + ends.length} features`
      return damaged(
        file,
        window.position + window.at,
        `${named(byte)} where a feature or a comma was expected, ${place}`,
      )
    }
    for (;;) {
      const { bytes, end } = window
      let at = window.at
      scanning: while (at < end) {
        if (depth === 0) {
          const byte = bytes[at] ?? 0
          if (isSpace(byte) || (isSequence && byte === RECORD_SEPARATOR)) {
            at++
          } else if (byte === OPEN_OBJECT && (expected !== 'separator' || isSequence)) {
            if (ends.length > 0 && at - (starts[0] ?? 0) > BATCH_BYTES) {
              window.at = at
              yield emit()
            }
            if (firstIndex + ends.length >= contentLimits.geojsonFeatures) {
              throw ingestProblems.tooManyFeatures({
                layer: file.fileName,
                limit: contentLimits.geojsonFeatures,
              })
            }
            starts.push(at)
            depth = 1
            at++
          } else if (byte === COMMA && expected === 'separator' && !isSequence) {
            expected = 'feature'
            at++
          } else if (byte === CLOSE_LIST && expected !== 'feature' && !isSequence) {
            window.at = at + 1
            if (ends.length > 0) yield emit()
            return
          } else {
            window.at = at
            throw misplaced(byte)
          }
          continue
        }
        if (inString) {
          for (;;) {
            while (at < end && bytes[at] !== QUOTE) at++
            if (at >= end) break scanning
            let slashes = 0
            while (bytes[at - 1 - slashes] === BACKSLASH) slashes++
            at++
            if (slashes % 2 === 0) break
          }
          inString = false
        }
        while (at < end) {
          const kind = kinds[bytes[at] ?? 0]
          at++
          if (kind === 0) continue
          if (kind === 3) {
            inString = true
            break
          }
          if (kind === 1) {
            if (++depth > contentLimits.jsonNesting) throw tooDeep(file, window.position + at)
          } else if (--depth === 0) {
            ends.push(at)
            expected = 'separator'
            break
          }
        }
      }
      window.at = at
      if (ends.length > 0) yield emit()
      window.keep = depth > 0 ? (starts[0] ?? -1) : -1
      const kept = window.keep
      const hasMore = window.refill()
      if (kept > 0) starts[0] = 0
      window.keep = -1
      if (hasMore) continue
      if (depth > 0 || !isSequence) throw truncated()
      return
    }
  }

  return { window, peek, expect, takeValue, batches, truncated }
}

/** The document as one object whose 'features' are given in batches and whose other members are given whole. */
export function* scanDocument(file: OpenFile, startAt: number): Generator<ScanEvent> {
  const { window, peek, expect, takeValue, batches, truncated } = createScanner(file, startAt)
  const first = peek()
  if (first === -1) throw ingestProblems.fileEmpty({ format: 'GeoJSON', expected: 'a FeatureCollection' })
  if (first === RECORD_SEPARATOR) window.at++
  if (first !== RECORD_SEPARATOR && first !== OPEN_OBJECT) {
    throw damaged(
      file,
      window.position + window.at,
      `the file begins with ${named(first)}; GeoJSON begins with '{'`,
    )
  }
  expect(OPEN_OBJECT, 'at the start')
  if (peek() === CLOSE_OBJECT) {
    window.at++
    return
  }
  let seenFeatures = false
  for (;;) {
    const found = peek()
    if (found === -1) throw truncated()
    if (found !== QUOTE) {
      throw damaged(
        file,
        window.position + window.at,
        `${named(found)} where the name of a member was expected`,
      )
    }
    const key = takeValue()
    const name = parsedName(file, key)
    expect(COLON, `after the name '${name}'`)
    if (name === 'features' && peek() === OPEN_LIST) {
      if (seenFeatures) throw damaged(file, window.position + window.at, "there are two lists of 'features'")
      seenFeatures = true
      window.at++
      yield { features: 'begin' }
      for (const batch of batches(false)) yield { batch }
      yield { features: 'end' }
    } else {
      yield { member: { name, ...takeValue() } }
    }
    const next = peek()
    if (next === -1) throw truncated()
    window.at++
    if (next === CLOSE_OBJECT) break
    if (next !== COMMA) {
      throw damaged(
        file,
        window.position + window.at - 1,
        `${named(next)} where a comma was expected after '${name}'`,
      )
    }
  }
  const rest = peek()
  if (rest !== -1)
    yield { member: { name: '', value: Buffer.from([rest]), position: window.position + window.at } }
}

const parsedName = (file: OpenFile, key: { value: Buffer; position: number }): string => {
  try {
    return String(JSON.parse(key.value.toString('utf8')))
  } catch {
    throw damaged(file, key.position, 'the name of a member is not a JSON string')
  }
}

/** The document as objects one after the other (newline-delimited GeoJSON, RFC 8142). */
export function* scanSequence(file: OpenFile, startAt: number): Generator<FeatureBatch> {
  const { batches } = createScanner(file, startAt)
  yield* batches(true)
}
