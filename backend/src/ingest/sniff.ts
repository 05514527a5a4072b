/** Decides by content what an upload is (R5.12); its name only says what it claims to be (security B2). */
import type { FileFormat } from '../domain/probe.ts'

export type SniffInput = {
  /** Path of the file on disk; it is opened for reading only. */
  path: string
  /** Name the sender gave, for the promise it makes and for messages. */
  fileName: string
}

/** Throws a Problem for anything that is not one of the allowed formats, or not what its name promises. */
export const sniff = (_input: SniffInput): FileFormat => {
  throw new Error('not built yet')
}
