/**
 * Dates and times as PostgreSQL counts them: days and microseconds since 2000-01-01, proleptic Gregorian.
 * NaN where the text is not a date of the years 1 to 9999.
 */

const DAY_MICROSECONDS = 86_400_000_000

const digitsAt = (text: string, from: number, count: number): number => {
  let value = 0
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Howard Hinnant's days_from_civil, moved to 2000-01-01. */
const daysFrom2000 = (year: number, month: number, day: number): number => {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return (
    era * 146097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    730425
  )
}

const dayAtStart = (text: string): number => {
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN
  const year = digitsAt(text, 0, 4)
  const month = digitsAt(text, 5, 2)
  const day = digitsAt(text, 8, 2)
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return Number.NaN
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const last = month === 2 && isLeap ? 29 : (monthDays[month - 1] ?? 0)
  return day <= last ? daysFrom2000(year, month, day) : Number.NaN
}

/** 'YYYY-MM-DD' → days. */
export const toDays = (text: string): number => (text.length === 10 ? dayAtStart(text) : Number.NaN)

export type Moment = { days: number; microseconds: number }
const notATime = { microseconds: Number.NaN, end: 0 }

/** 'HH:MM', 'HH:MM:SS' or 'HH:MM:SS.fraction' at `from`. */
const timeAt = (text: string, from: number): { microseconds: number; end: number } => {
  if (text.charCodeAt(from + 2) !== 58) return notATime
  const hour = digitsAt(text, from, 2)
  const minute = digitsAt(text, from + 3, 2)
  if (!(hour <= 23 && minute <= 59)) return notATime
  const sinceMidnight = (hour * 60 + minute) * 60_000_000
  let end = from + 5
  if (text.charCodeAt(end) !== 58) return { microseconds: sinceMidnight, end }
  const second = digitsAt(text, end + 1, 2)
  // 60: a leap second, which PostgreSQL also counts as the next minute's first.
  if (!(second <= 60)) return notATime
  end += 3
  const mark = text.charCodeAt(end)
  if (mark !== 46 && mark !== 44) return { microseconds: sinceMidnight + second * 1_000_000, end }
  const fractionFrom = end + 1
  end = fractionFrom
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++
  if (end === fractionFrom) return notATime
  const fraction = Math.round(Number(`0.${text.slice(fractionFrom, end)}`) * 1_000_000)
  return { microseconds: sinceMidnight + second * 1_000_000 + fraction, end }
}

/** '', 'Z', '+HH', '+HH:MM', '+HHMM' from `from` to the end → microseconds east of UTC. */
const offsetAt = (text: string, from: number): number => {
  const length = text.length - from
  if (length === 0) return 0
  const mark = text.charCodeAt(from)
  if (mark === 90 || mark === 122) return length === 1 ? 0 : Number.NaN
  if (mark !== 43 && mark !== 45) return Number.NaN
  const hours = digitsAt(text, from + 1, 2)
  const hasColon = length === 6 && text.charCodeAt(from + 3) === 58
  const minutes =
    length === 3
      ? 0
      : hasColon
        ? digitsAt(text, from + 4, 2)
        : length === 5
          ? digitsAt(text, from + 3, 2)
          : Number.NaN
  if (!(hours <= 15 && minutes <= 59)) return Number.NaN
  return (mark === 45 ? -1 : 1) * (hours * 60 + minutes) * 60_000_000
}

/** ISO 8601 date, or date and time; without an offset it is UTC. Null when it is neither. */
export const toMoment = (text: string): Moment | null => {
  const days = dayAtStart(text)
  if (Number.isNaN(days)) return null
  if (text.length === 10) return { days, microseconds: 0 }
  const separator = text.charCodeAt(10)
  if (separator !== 84 && separator !== 116 && separator !== 32) return null
  const { microseconds, end } = timeAt(text, 11)
  if (Number.isNaN(microseconds)) return null
  const offset = offsetAt(text, text.charCodeAt(end) === 32 ? end + 1 : end)
  return Number.isNaN(offset) ? null : { days, microseconds: microseconds - offset }
}

/** 'HH:MM[:SS[.f]]' without offset → microseconds since midnight. */
export const toTimeOfDay = (text: string): number => {
  const { microseconds, end } = timeAt(text, 0)
  return end === text.length ? microseconds : Number.NaN
}

/** Whether `days * a day + microseconds` is exact as a JavaScript number. */
export const isExact = ({ days, microseconds }: Moment): boolean =>
  Number.isSafeInteger(days * DAY_MICROSECONDS + microseconds)

export const inMicroseconds = ({ days, microseconds }: Moment): number =>
  days * DAY_MICROSECONDS + microseconds

export const inBigMicroseconds = ({ days, microseconds }: Moment): bigint =>
  BigInt(days) * BigInt(DAY_MICROSECONDS) + BigInt(microseconds)
