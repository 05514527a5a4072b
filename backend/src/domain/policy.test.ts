import { expect, test } from 'vitest'
import type { Actor, Role } from './actor.ts'
import { thePublic } from './actor.ts'
import { actions, can, demand, ownerIdOf } from './policy.ts'

const token = (role: Role, tokenId = 'aaaaaaaa', domainId: string | null = null): Actor => ({
  kind: 'token',
  tokenId,
  role,
  domainId,
  name: 'N',
  organisation: 'O',
  email: 'n@o.lc',
})
const mine = { ownerId: 'aaaaaaaa', domainId: 'forestry' }
const theirs = { ownerId: 'bbbbbbbb', domainId: 'forestry' }

test('an editor changes own records only (R1.2)', () => {
  expect(can(token('editor'), 'change a record', mine)).toBe(true)
  expect(can(token('editor'), 'change a record', theirs)).toBe(false)
})

test('a custodian changes any record of the data domain and none outside (R1.3)', () => {
  const custodian = token('domain_custodian', 'cccccccc', 'forestry')
  expect(can(custodian, 'delete a record', theirs)).toBe(true)
  expect(can(custodian, 'delete a record', { ownerId: 'bbbbbbbb', domainId: 'fisheries' })).toBe(false)
  expect(can(custodian, 'delete a record', { ownerId: 'bbbbbbbb', domainId: null })).toBe(false)
})

test('an administrator may do everything (R1.4), the public only read (R1.1, R1.18)', () => {
  for (const action of actions) expect(can(token('administrator'), action, theirs), action).toBe(true)
  expect(actions.filter((action) => can(thePublic, action))).toEqual([
    'read the catalogue',
    'see who is signed in',
    'submit for review',
  ])
})

test('whoever holds the link of a submission uses the uploads made under it, and nothing of others (R2.16)', () => {
  const submitter: Actor = { kind: 'submitter', linkSha256: 'ab'.repeat(32) }
  const own = { ownerId: ownerIdOf(submitter) }
  expect(can(submitter, 'use an upload', own)).toBe(true)
  expect(can({ ...submitter, linkSha256: 'cd'.repeat(32) }, 'use an upload', own)).toBe(false)
  expect(can(submitter, 'use an upload', { ownerId: null })).toBe(false)
  expect(can(token('editor'), 'use an upload', own)).toBe(false)
  expect(actions.filter((action) => can(submitter, action))).toEqual([
    'read the catalogue',
    'see who is signed in',
    'upload a file',
    'use an upload',
    'submit for review',
  ])
})

test('only an administrator issues, rotates and revokes tokens (R1.6, R1.8)', () => {
  expect(can(token('editor'), 'manage tokens')).toBe(false)
  expect(can(token('domain_custodian', 'c', 'forestry'), 'manage tokens')).toBe(false)
})

test('the public is asked for a token, a token is told why not', () => {
  expect(() => demand(thePublic, 'create a record')).toThrow(expect.objectContaining({ status: 401 }))
  expect(() => demand(token('editor'), 'change a record', theirs)).toThrow(
    expect.objectContaining({ status: 403 }),
  )
})
