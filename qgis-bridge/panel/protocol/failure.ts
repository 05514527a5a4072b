/** A failure of the protocol as an error that can be thrown, and back. */
import type { Failure } from './verbs.ts'

export type FailureError = Error & { failure: Failure }

export const failWith = (failure: Failure): FailureError =>
  Object.assign(new Error(failure.message), { failure })

export const isFailure = (thrown: unknown): thrown is FailureError =>
  thrown instanceof Error && 'failure' in thrown

/** Whatever was thrown, as a failure a screen can show. */
export const toFailure = (thrown: unknown): Failure => {
  if (isFailure(thrown)) return thrown.failure
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const trace = thrown instanceof Error ? (thrown.stack ?? '') : ''
  return { code: 'internal', message, data: { trace } }
}

/** The server's problem document, where the failure carries one. */
export const problemOf = (failure: Failure): { code: string; status: number; detail: string } | null => {
  if (failure.code !== 'problem' || failure.data === undefined) return null
  const { problem, status } = failure.data as { problem?: Record<string, unknown>; status?: number }
  if (problem === undefined || problem === null)
    return { code: 'unknown', status: status ?? 0, detail: failure.message }
  const type = typeof problem['type'] === 'string' ? problem['type'] : ''
  const code = typeof problem['code'] === 'string' ? problem['code'] : type.slice(type.lastIndexOf('/') + 1)
  const detail = typeof problem['detail'] === 'string' ? problem['detail'] : failure.message
  return { code, status: status ?? Number(problem['status'] ?? 0), detail }
}

export const hasStatus = (thrown: unknown, status: number): boolean =>
  isFailure(thrown) && problemOf(thrown.failure)?.status === status
