/** Asking running work to end; QtWebKit has no AbortController. */
export type Cancelling = {
  isCancelled: () => boolean
  /** Runs at once when it was cancelled before; the answer forgets the listener. */
  onCancel: (listener: () => void) => () => void
}

export type Canceller = Cancelling & { cancel: () => void }

export const createCanceller = (): Canceller => {
  const listeners = new Set<() => void>()
  let cancelled = false
  return {
    isCancelled: () => cancelled,
    onCancel: (listener) => {
      if (cancelled) listener()
      else listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    cancel: () => {
      if (cancelled) return
      cancelled = true
      for (const listener of Array.from(listeners)) listener()
      listeners.clear()
    },
  }
}
