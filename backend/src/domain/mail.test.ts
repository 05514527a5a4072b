import { expect, test } from 'vitest'
import { isFinalAnswer, mostAttempts, pauseAfter } from './mail.ts'

test('a mail is tried again soon, then more and more rarely, for days (R12.7)', () => {
  const pauses = Array.from({ length: mostAttempts - 1 }, (_, at) => pauseAfter(at + 1))
  expect(pauses.slice(0, 5)).toEqual([60, 300, 900, 3600, 14_400])
  for (const [at, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(pauses[at - 1] ?? 0)
  const days = pauses.reduce((sum, pause) => sum + pause, 0) / 86_400
  expect(days).toBeGreaterThan(3)
  expect(days).toBeLessThan(5)
})

test('a refused recipient is final; greylisting, a lost line and a wrong password are not', () => {
  expect(isFinalAnswer(550)).toBe(true)
  expect(isFinalAnswer(450)).toBe(false)
  expect(isFinalAnswer(535)).toBe(false)
  expect(isFinalAnswer(undefined)).toBe(false)
})
