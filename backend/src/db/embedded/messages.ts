/** What the main thread and the worker that runs the embedded database say to each other. */
import type { SessionLimits } from './session.ts'

export type WorkerLimits = SessionLimits & {
  /** A reader that leaves more than this unread stops the engine, for at most `stallMs`; then it is cut off. */
  unreadBytes: number
  stallMs: number
}

export type WorkerStart = {
  folder: string
  postgisBundle: string
  limits: WorkerLimits
  /** [0]: when the running unit began, in seconds of process.hrtime(); 0 when none runs. */
  busySince: SharedArrayBuffer
}

/** `unread[0]` counts the bytes sent to the connection that its reader has not taken yet; below 0 when it has gone. */
export type ToWorker =
  | { open: number; unread: SharedArrayBuffer }
  | { id: number; data: Uint8Array; acknowledge: boolean }
  | { close: number }
  | { shutdown: true }

export type FromWorker =
  | { ready: true }
  | { id: number; data: Uint8Array }
  | { acknowledged: number }
  | { hangUp: number }
  | { crashed: string }
