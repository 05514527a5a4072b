/** Long work with progress, a lease and a fence (architecture §4.12, reliability §4). */

export type JobKind = 'publish' | 'precompute-features' | 'build-pmtiles' | 'send-mails' | 'collect-garbage'

export type Job = {
  id: number
  kind: JobKind
  key: string
  payload: Record<string, unknown>
  attempt: number
  maxAttempts: number
  leaseOwner: string
  /** Grows with every claim. What a worker writes counts only while its fence is the newest. */
  fence: number
}

export type JobProgress = { share: number; text: string; rows?: number }

/** Seconds to wait before the next attempt: 5 · 4^n, at most ten minutes, spread by up to a fifth. */
export const backoffSeconds = (attempt: number, random: number): number =>
  Math.min(600, 5 * 4 ** Math.max(0, attempt - 1)) * (0.9 + random * 0.2)
