/** The English words of findings, plans, checks and style reports, by key, with {placeholders}. */
import type { MessageValues } from './facts.ts'

export type Words = { cause: string; remedy: string }
export type Catalogue = Readonly<Record<string, Words>>

export const english: Catalogue = {}

/** Fills the placeholders; a key the catalogue does not have is said in English. */
export const say = (
  _message: { key: string; values: MessageValues },
  _catalogue: Catalogue = english,
): Words => {
  throw new Error('not written yet')
}
