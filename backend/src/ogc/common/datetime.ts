/**
 * Reads `datetime`: an instant, a day, or an interval with either end open. Takes what QGIS and GDAL write beside RFC
 * 3339 (G16): an empty end for `..`, years 0000 and 9999, `2020-01-03T` for a day; also months and years.
 */
import type { TimeSpan } from '../../domain/feature-query.ts'
import { ogcProblems } from '../../domain/problems/ogc.ts'

/** A part of the calendar, from its first instant to before its end; an instant begins and ends at once. */
type Period = { from: string; until: string; isUntilExclusive: boolean }

const FORM =
  /^(?<year>\d{4})(?:-(?<month>\d{2})(?:-(?<day>\d{2})(?:[Tt ](?:(?<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?<zone>[Zz]|[+-]\d{2}:?\d{2})?)?)?)?)?$/

const two = (value: number) => String(value).padStart(2, '0')
const four = (value: number) => String(value).padStart(4, '0')

/** The first day after a year, month or day; the last of year 9999 goes on for ever. */
const nextStart = (year: number, month: number | undefined, day: number | undefined): string => {
  const next = new Date(0)
  if (month === undefined) next.setUTCFullYear(year + 1, 0, 1)
  else if (day === undefined) next.setUTCFullYear(year, month, 1)
  else next.setUTCFullYear(year, month - 1, day + 1)
  const shown = next.getUTCFullYear()
  return shown > 9999
    ? 'infinity'
    : `${four(shown)}-${two(next.getUTCMonth() + 1)}-${two(next.getUTCDate())}T00:00:00Z`
}

const isInCalendar = (year: number, month: number, day: number) => {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

const isOnClock = (clock: string) => {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
  return hours < 24 && minutes < 60 && seconds < 61
}

const readPeriod = (text: string): Period | null => {
  const groups = FORM.exec(text)?.groups
  if (!groups) return null
  const year = Number(groups['year'])
  const month = groups['month'] === undefined ? undefined : Number(groups['month'])
  const day = groups['day'] === undefined ? undefined : Number(groups['day'])
  const { clock, zone } = groups
  if (!isInCalendar(year, month ?? 1, day ?? 1)) return null
  // PostgreSQL has no year 0; nothing we keep is that old.
  if (year === 0) return { from: '-infinity', until: '-infinity', isUntilExclusive: false }
  const date = `${four(year)}-${two(month ?? 1)}-${two(day ?? 1)}`
  if (clock === undefined)
    return { from: `${date}T00:00:00Z`, until: nextStart(year, month, day), isUntilExclusive: true }
  if (!isOnClock(clock)) return null
  const instant = `${date}T${clock}${(zone ?? 'Z').toUpperCase()}`
  return { from: instant, until: instant, isUntilExclusive: false }
}

const isOpen = (text: string) => text === '' || text === '..'

/** Text that is no date (infinity) is never out of order. */
const isTurnedRound = ({ from }: Period, { until, isUntilExclusive }: Period) => {
  const [start, end] = [Date.parse(from), Date.parse(until)]
  return isUntilExclusive ? start >= end : start > end
}

export const readDatetime = (text: string | undefined): TimeSpan | null => {
  if (text === undefined) return null
  const wrong = () => ogcProblems.datetimeWrong({ given: text })
  const parts = text.trim().split('/')
  const [start = '', end = ''] = parts
  if (parts.length === 1) return readPeriod(start) ?? raiseWrong(wrong())
  if (parts.length !== 2 || (isOpen(start) && isOpen(end))) throw wrong()
  const from = isOpen(start) ? null : (readPeriod(start) ?? raiseWrong(wrong()))
  const until = isOpen(end) ? null : (readPeriod(end) ?? raiseWrong(wrong()))
  if (from && until && isTurnedRound(from, until)) throw wrong()
  return {
    from: from?.from ?? null,
    until: until?.until ?? null,
    isUntilExclusive: until?.isUntilExclusive ?? false,
  }
}

const raiseWrong = (problem: Error): never => {
  throw problem
}
