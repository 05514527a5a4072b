/**
 * Who may do what (R1.1–R1.4, security A7): one table, used by routes, jobs and screens. Deny by default;
 * an operation of the contract names its action in `x-action`, and one without a row here does not start.
 */
import type { Actor } from './actor.ts'
import { generalProblems } from './problems/general.ts'

export type Action = keyof typeof table

type Rule = 'yes' | 'own' | 'domain' | 'no'
type Kind = 'public' | 'submitter' | 'editor' | 'domain_custodian' | 'administrator'

const everyone = {
  public: 'yes',
  submitter: 'yes',
  editor: 'yes',
  domain_custodian: 'yes',
  administrator: 'yes',
} as const
const nobody = { public: 'no', submitter: 'no' } as const
const signedIn = { ...nobody, editor: 'yes', domain_custodian: 'yes', administrator: 'yes' } as const
const keeper = { ...nobody, editor: 'own', domain_custodian: 'domain', administrator: 'yes' } as const
const ownOnly = { ...nobody, editor: 'own', domain_custodian: 'own', administrator: 'yes' } as const
const administrators = { ...nobody, editor: 'no', domain_custodian: 'no', administrator: 'yes' } as const

const table = {
  'read the catalogue': everyone,
  'see who is signed in': everyone,
  'create a record': signedIn,
  'list own records': signedIn,
  'read an unpublished record': keeper,
  'change a record': keeper,
  'publish a record': keeper,
  'delete a record': keeper,
  'edit features': keeper,
  'return a record': administrators,
  'upload a file': { ...signedIn, submitter: 'yes' },
  'attach stored files': administrators,
  'use an upload': { ...ownOnly, submitter: 'own' },
  'add a style': signedIn,
  'change a style': ownOnly,
  'follow a job': signedIn,
  'name a database view': administrators,
  'manage tokens': administrators,
  'manage domains': administrators,
  'submit for review': everyone,
  'review submissions': administrators,
  'manage the outbox': administrators,
  'read the audit log': administrators,
  'inspect the system': administrators,
} as const satisfies Record<string, Record<Kind, Rule>>

export const isAction = (text: string): text is Action => Object.hasOwn(table, text)
export const actions = Object.keys(table) as Action[]

/** What an action is done to. Absent members do not match anyone. */
export type Resource = { ownerId?: string | null; domainId?: string | null }

const kindOf = (actor: Actor): Kind | 'system' => (actor.kind === 'token' ? actor.role : actor.kind)

/** Under which name an actor owns things; null for who owns nothing. A token's id has no colon. */
export const ownerIdOf = (actor: Actor): string | null => {
  if (actor.kind === 'token') return actor.tokenId
  return actor.kind === 'submitter' ? `submitter:${actor.linkSha256}` : null
}

const isOwner = (actor: Actor, resource: Resource) => {
  const ownerId = ownerIdOf(actor)
  return ownerId !== null && resource.ownerId === ownerId
}

const isInDomain = (actor: Actor, resource: Resource) =>
  actor.kind === 'token' && actor.domainId !== null && resource.domainId === actor.domainId

/** Whether an actor may do something to a resource; without a resource: whether at least to some. */
export const can = (actor: Actor, action: Action, resource?: Resource): boolean => {
  const kind = kindOf(actor)
  if (kind === 'system') return true
  const rule: Rule = table[action][kind]
  if (rule === 'yes') return true
  if (rule === 'no') return false
  if (resource === undefined) return true
  // A custodian also keeps what he made himself, wherever it was filed.
  return isOwner(actor, resource) || (rule === 'domain' && isInDomain(actor, resource))
}

const reasons: Record<Rule, string> = {
  yes: '',
  own: 'its role covers its own records and files only',
  domain: 'its role covers the records of its own data domain only',
  no: 'its role does not include this',
}

/** Throws 401 for the public and 403 for a token that may not. */
export const demand = (actor: Actor, action: Action, resource?: Resource): void => {
  if (can(actor, action, resource)) return
  const kind = kindOf(actor)
  if (kind === 'public' || kind === 'submitter')
    throw generalProblems.notSignedIn({ reason: `To ${action}, a token is needed.` })
  throw generalProblems.notAllowed({ action, why: kind === 'system' ? '' : reasons[table[action][kind]] })
}
