/** Who is asking. A token carries exactly one role (R1.5); without one, the actor is the public. */

/** 'domain_custodian' is the token role, not the dataset's custodian in the metadata (requirements C7). */
export type Role = 'editor' | 'domain_custodian' | 'administrator'

export type TokenActor = {
  kind: 'token'
  tokenId: string
  role: Role
  /** Set for domain custodians only. */
  domainId: string | null
  name: string
  organisation: string
  email: string
}
export type PublicActor = { kind: 'public' }
/** Somebody without an account who holds the private link of a submission; the digest of its secret says whose (R2.16). */
export type SubmitterActor = { kind: 'submitter'; linkSha256: string }
/** The program itself: first start, garbage collection. */
export type SystemActor = { kind: 'system'; name: string }

export type Actor = TokenActor | PublicActor | SubmitterActor | SystemActor

export const thePublic: PublicActor = { kind: 'public' }
