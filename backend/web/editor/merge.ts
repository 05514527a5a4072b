/** Differences between two states of a draft, as the server takes them (RFC 7396: absent means leave, null means clear). */
import type { Draft } from '../session/api.ts'

type Member = keyof Draft
type Json = unknown

const isPlain = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isSame = (one: Json, other: Json): boolean => {
  if (one === other) return true
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((part, at) => isSame(part, other[at]))
  if (!isPlain(one) || !isPlain(other)) return false
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) => isSame(one[name], other[name]))
}

const patchOf = (from: Json, to: Json, isWhole = false): Json => {
  if (!isPlain(from) || !isPlain(to)) return to === undefined ? null : to
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  return Object.fromEntries(
    names
      .filter((name) => isWhole || !isSame(from[name], to[name]))
      .map((name) => [name, patchOf(from[name], to[name])]),
  )
}

/** The contract asks for their mandatory parts even where only another part changes. */
const wholeMembers: ReadonlySet<string> = new Set(['bbox', 'distributionFormat'])

const membersOf = (...drafts: Draft[]): Member[] =>
  [...new Set(drafts.flatMap((draft) => Object.keys(draft)))] as Member[]

export const changedMembers = (from: Draft, to: Draft): Member[] =>
  membersOf(from, to).filter((member) => !isSame(from[member], to[member]))

/** What has to be sent so that the server has `to` where it had `from`; members in `except` are left as they are. */
export const mergePatch = (
  from: Draft,
  to: Draft,
  except: ReadonlySet<string> = new Set(),
): Record<string, Json> =>
  Object.fromEntries(
    changedMembers(from, to)
      .filter((member) => !except.has(member))
      .map((member) => [member, patchOf(from[member], to[member], wholeMembers.has(member))]),
  )

export type Rebased = {
  /** Mine on top of theirs. */
  metadata: Draft
  /** Changed by both, differently. */
  conflicts: Member[]
}

/** Puts what was typed here since `base` on top of what the server has now; what both changed is for the person to decide. */
export const rebase = (base: Draft, mine: Draft, theirs: Draft): Rebased => {
  const changedHere = changedMembers(base, mine)
  const changedThere = new Set(changedMembers(base, theirs))
  const metadata: Draft = { ...theirs }
  for (const member of changedHere) {
    if (mine[member] === undefined) delete metadata[member]
    else Object.assign(metadata, { [member]: mine[member] })
  }
  const conflicts = changedHere.filter(
    (member) => changedThere.has(member) && !isSame(mine[member], theirs[member]),
  )
  return { metadata, conflicts }
}

/** Without members that say nothing: a form that was emptied again is as if it had never been filled in. */
export const tidy = (draft: Draft): Draft => {
  const clean = (value: Json): Json => {
    if (typeof value === 'string') return value.trim() === '' ? undefined : value
    if (Array.isArray(value)) {
      const parts = value.map(clean).filter((part) => part !== undefined)
      return parts.length === 0 ? undefined : parts
    }
    if (!isPlain(value)) return value
    const entries = Object.entries(value)
      .map(([name, part]) => [name, clean(part)] as const)
      .filter(([, part]) => part !== undefined)
    return entries.length === 0 ? undefined : Object.fromEntries(entries)
  }
  return (clean(draft) ?? {}) as Draft
}
