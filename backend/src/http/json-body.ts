/** Reads a JSON body with limits on size and nesting; the nesting is counted before anything is parsed (E14, G1). */
import type { Readable } from 'node:stream'
import { bodyProblems } from '../domain/problems/body.ts'

const maxBytes = 1_048_576
const maxDepth = 32

/** Deepest nesting of brackets outside strings. */
export const jsonDepth = (bytes: Uint8Array): number => {
  let depth = 0
  let deepest = 0
  let isInString = false
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i]
    if (isInString) {
      if (byte === 0x5c) i += 1
      else if (byte === 0x22) isInString = false
    } else if (byte === 0x22) isInString = true
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1
  }
  return deepest
}

export const parseJson = (bytes: Uint8Array): unknown => {
  if (jsonDepth(bytes) > maxDepth) throw bodyProblems.jsonTooDeep({ limit: maxDepth })
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw bodyProblems.notJson({ why: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

export const readJsonBody = async (body: Readable): Promise<unknown> => {
  const parts: Buffer[] = []
  let size = 0
  // The body outlives a refusal, because the refusal is sent over the same connection.
  for await (const part of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length
    if (size > maxBytes) throw bodyProblems.bodyTooLarge({ limitBytes: maxBytes })
    parts.push(part)
  }
  return size === 0 ? undefined : parseJson(Buffer.concat(parts))
}
