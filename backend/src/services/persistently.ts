/** For what should be noted in the database although it may be away for a moment; harmless to repeat. */
import { setTimeout as pause } from 'node:timers/promises'

/** Tries until it works, or gives up with the last error. */
export const persistently = async <T>(
  note: () => Promise<T>,
  {
    attempts = 20,
    pauseMs = 1_000,
    signal,
  }: { attempts?: number; pauseMs?: number; signal?: AbortSignal } = {},
): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await note()
    } catch (error) {
      if (attempt === attempts || signal?.aborted) throw error
      await pause(pauseMs, undefined, { ref: false })
    }
  }
}
