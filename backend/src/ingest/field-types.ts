/** Works out which column type holds every value of a field whose source has no types (GeoJSON, CSV). */

import { toStorable } from '../db/json.ts'
import type { FieldType } from '../domain/probe.ts'
import { toDays, toMoment, toTimeOfDay } from './calendar.ts'

/** null: no value seen yet. */
export type Guess = FieldType | null

const largest = 9223372036854775807n
const smallest = -9223372036854775808n

export const isInt64 = (value: bigint): boolean => value <= largest && value >= smallest

/** Dates and times as ogr2ogr recognises them, in their ISO form only; everything else is text. */
export const typeOfText = (text: string): FieldType => {
  const first = text.charCodeAt(0)
  if (!(first >= 48 && first <= 57) || text.length < 8 || text.length > 40) return 'string'
  if (text.charCodeAt(2) === 58) return Number.isNaN(toTimeOfDay(text)) ? 'string' : 'time'
  if (text.charCodeAt(4) !== 45) return 'string'
  if (text.length === 10) return Number.isNaN(toDays(text)) ? 'string' : 'date'
  return toMoment(text) === null ? 'string' : 'datetime'
}

/** Numbers without fraction are integers; one that no 64-bit integer holds exactly stays a number. */
export const typeOfJson = (value: unknown): Guess => {
  switch (typeof value) {
    case 'string':
      return typeOfText(value)
    case 'number':
      return Number.isSafeInteger(value) ? 'integer' : 'number'
    case 'bigint':
      return isInt64(value) ? 'integer' : 'string'
    case 'boolean':
      return 'boolean'
    default:
      return value === null || value === undefined ? null : 'string'
  }
}

/** The narrowest type for values of both; a day among moments is its midnight, as ogr2ogr has it. */
export const commonFieldType = (one: Guess, other: Guess): Guess => {
  if (one === other || other === null) return one
  if (one === null) return other
  const isEither = (a: FieldType, b: FieldType) => (one === a && other === b) || (one === b && other === a)
  if (isEither('integer', 'number')) return 'number'
  return isEither('date', 'datetime') ? 'datetime' : 'string'
}

/**
 * Names that JSON and tables can tell apart: an empty one becomes 'column 3', a repeated one gets a number.
 * `renamed` lists what was changed, for the warning.
 */
export const distinctNames = (names: string[]): { names: string[]; renamed: string[] } => {
  const taken = new Set(names)
  const used = new Set<string>()
  const renamed: string[] = []
  const result = names.map((name, index) => {
    if (name !== '' && !used.has(name)) {
      used.add(name)
      return name
    }
    const stem = name === '' ? 'column' : name
    let count = name === '' ? index + 1 : 2
    while (taken.has(`${stem} ${count}`)) count++
    const fresh = `${stem} ${count}`
    taken.add(fresh)
    used.add(fresh)
    renamed.push(fresh)
    return fresh
  })
  return { names: result, renamed }
}

/** Names as the database can keep them, still distinct; as a rule all of them as they are. */
export const storableNames = (names: string[]): string[] =>
  names.every((name) => toStorable(name) === name) ? names : distinctNames(names.map(toStorable)).names

/** Whether a date and time says how far from UTC it is. */
export const hasOffset = (text: string): boolean => /(?:[Zz]|[+-]\d\d(?::?\d\d)?)$/.test(text.slice(10))

export const offsetMissingWarning = (fields: string[]) => ({
  code: 'datetime-without-offset',
  message: `Times in ${fields.map((name) => `'${name.slice(0, 60)}'`).join(', ')} do not say their time zone; they are read as UTC.`,
})
