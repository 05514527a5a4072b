/** Tokens, roles and sign-in over HTTP (R1, security A1–A6). */

import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operationsOf } from '../../backend/src/contract/document.ts'
import { actions } from '../../backend/src/domain/policy.ts'
import { type TestProgram, testProgram, type Who } from '../helpers/program.ts'

let program: TestProgram
beforeAll(async () => {
  program = await testProgram({ AUTH_FAILURES_PER_MINUTE: '5' })
})
afterAll(() => program.stop())

const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${program.url}${path}`, {
    ...init,
    headers: { ...headers, ...(init.headers as Record<string, string>) },
  })
const me = async (headers: Record<string, string>) => {
  const response = await ask('/api/v1/me', headers)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const person = {
  name: 'Ana Joseph',
  organisation: 'Survey and Mapping',
  email: 'ana@survey.lc',
  description: 'Roads of the north',
}

test('an administrator issues a token, with the four things asked of an applicant; it is shown once (R1.6, R1.17)', async () => {
  const administrator = program.as('administrator')
  const issued = await administrator.expectOk(
    administrator.api.POST('/tokens', { body: { role: 'editor', ...person } }),
  )
  expect(issued.token).toMatch(/^secims_[a-z0-9]{8}_[\w-]{43}$/)
  expect(issued.details).toMatchObject({ role: 'editor', ...person, revokedAt: null })
  const { tokens } = await administrator.expectOk(administrator.api.GET('/tokens'))
  expect(JSON.stringify(tokens)).not.toContain(issued.token.slice(16))
  const stored = await program.database.knex('token').where({ id: issued.details.id }).first()
  expect(JSON.stringify(stored)).not.toContain(issued.token.slice(16))
  const { entries } = await administrator.expectOk(
    administrator.api.GET('/audit', { params: { query: { action: 'token.issued' } } }),
  )
  expect(JSON.stringify(entries)).not.toContain(issued.token.slice(16))
})

test('the token works as Bearer in any case and as the password of Basic, and tells the role (R1.7)', async () => {
  const token = program.tokenOf('custodian')
  for (const authorization of [
    `Bearer ${token}`,
    `bearer ${token}`,
    `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`,
    `Basic ${Buffer.from(`${token}:`).toString('base64')}`,
  ])
    expect(await me({ Authorization: authorization })).toMatchObject({
      status: 200,
      body: { role: 'domain_custodian', domainId: 'forestry' },
    })
})

test.each([
  ['an unknown one', `Bearer secims_aaaaaaaa_${'A'.repeat(43)}`],
  ['two words', 'Bearer a b'],
  ['another scheme', 'Digest abc'],
  ['16 KB', `Bearer ${'a'.repeat(15_000)}`],
])('%s in the header is answered 401, with the ways to sign in named', async (_what, authorization) => {
  const response = await ask('/api/v1/me', {
    Authorization: authorization,
    'X-Forwarded-For': `10.0.0.${authorization.length % 250}`,
  })
  expect([401, 431]).toContain(response.status)
  if (response.status === 401) expect(response.headers.get('www-authenticate')).toMatch(/Bearer.*Basic/)
})

test('two Authorization headers are refused', async () => {
  const status = await new Promise<number>((resolve, reject) => {
    const { hostname, port } = new URL(program.url)
    const request = httpRequest({ hostname, port, path: '/api/v1/me' }, (response) =>
      resolve(response.statusCode ?? 0),
    )
    request.on('error', reject)
    request.setHeader('Authorization', [
      `Bearer ${program.tokenOf('editor')}`,
      `Bearer ${program.tokenOf('editor')}`,
    ])
    request.end()
  })
  expect(status).toBe(401)
})

test('a token in the address is refused, and marked for rotation when it is valid (A2, E12)', async () => {
  const administrator = program.as('administrator')
  const issued = await administrator.expectOk(
    administrator.api.POST('/tokens', { body: { role: 'editor', ...person } }),
  )
  for (const name of ['access_token', 'token']) {
    const response = await ask(`/api/v1/me?${name}=${issued.token}`)
    expect(response.status).toBe(400)
    expect(((await response.json()) as { code: string }).code).toBe('token-in-url')
  }
  const { tokens } = await administrator.expectOk(administrator.api.GET('/tokens'))
  expect(tokens.find(({ id }) => id === issued.details.id)?.shouldRotate).toBe(true)
})

test('rotating keeps holder and role and ends the old secret; revoking ends the token; both are for administrators (R1.8)', async () => {
  const administrator = program.as('administrator')
  const first = await administrator.expectOk(
    administrator.api.POST('/tokens', { body: { role: 'editor', ...person } }),
  )
  const { id } = first.details
  const params = { path: { tokenId: id } }
  const second = await administrator.expectOk(administrator.api.POST('/tokens/{tokenId}/rotate', { params }))
  expect(second.details).toMatchObject({ id, role: 'editor', name: person.name })
  expect((await me({ Authorization: `Bearer ${first.token}`, 'X-Forwarded-For': '10.1.0.1' })).status).toBe(
    401,
  )
  expect((await me({ Authorization: `Bearer ${second.token}` })).body['tokenId']).toBe(id)
  const refused = await program.as('editor').api.DELETE('/tokens/{tokenId}', { params })
  expect(refused.response.status).toBe(403)
  await administrator.expectOk(administrator.api.DELETE('/tokens/{tokenId}', { params }))
  expect((await me({ Authorization: `Bearer ${second.token}`, 'X-Forwarded-For': '10.1.0.2' })).status).toBe(
    401,
  )
})

test('an expired token is no token', async () => {
  const administrator = program.as('administrator')
  const expiresAt = new Date(Date.now() + 300).toISOString()
  const { token } = await administrator.expectOk(
    administrator.api.POST('/tokens', { body: { role: 'editor', ...person, expiresAt } }),
  )
  expect((await me({ Authorization: `Bearer ${token}` })).status).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect((await me({ Authorization: `Bearer ${token}`, 'X-Forwarded-For': '10.1.0.3' })).status).toBe(401)
})

test('a custodian token needs a known domain, and no other role has one (R1.5)', async () => {
  const administrator = program.as('administrator')
  const codeOf = async (body: object) => {
    const { error } = await administrator.api.POST('/tokens', { body: { ...person, ...body } as never })
    return (error as { code?: string } | undefined)?.code
  }
  expect(await codeOf({ role: 'domain_custodian' })).toBe('custodian-needs-domain')
  expect(await codeOf({ role: 'editor', domainId: 'forestry' })).toBe('custodian-needs-domain')
  expect(await codeOf({ role: 'domain_custodian', domainId: 'nowhere' })).toBe('domain-unknown')
  expect(await codeOf({ role: 'emperor' })).toBe('invalid-request')
})

test('wrong tokens from one address are slowed down after a few, other addresses are not (A4)', async () => {
  const wrong = (ip: string) => ask('/api/v1/me', { Authorization: 'Bearer wrong', 'X-Forwarded-For': ip })
  const statuses: number[] = []
  for (let n = 0; n < 7; n += 1) statuses.push((await wrong('10.9.9.9')).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
  const slowed = await ask('/api/v1/me', {
    Authorization: `Bearer ${program.tokenOf('editor')}`,
    'X-Forwarded-For': '10.9.9.9',
  })
  expect(slowed.status).toBe(429)
  expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(
    (
      await ask('/api/v1/me', {
        Authorization: `Bearer ${program.tokenOf('editor')}`,
        'X-Forwarded-For': '10.9.9.8',
      })
    ).status,
  ).toBe(200)
})

test('reading is open to every origin, without credentials; changing is not (A6, R13.8)', async () => {
  const read = await ask('/pygeoapi/collections', { Origin: 'https://maps.example' })
  expect(read.headers.get('access-control-allow-origin')).toBe('*')
  expect(read.headers.get('access-control-allow-credentials')).toBeNull()
  for (const origin of ['https://evil.example', 'null'])
    expect(
      (await ask('/api/v1/records', { Origin: origin })).headers.get('access-control-allow-origin'),
    ).toBeNull()
})

describe('the contract and the policy', () => {
  const document = JSON.parse(
    readFileSync(new URL('../../backend/src/contract/catalogue.gen.json', import.meta.url), 'utf8'),
  )
  const operations = operationsOf(document)

  test('every operation names an action of the policy', () => {
    for (const { id, action } of operations) expect(actions, id).toContain(action)
  })

  test('every operation that is not for reading asks the public for a token (A7)', async () => {
    for (const { id, method, path, action } of operations) {
      if (['read the catalogue', 'see who is signed in'].includes(action)) continue
      const concrete = path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000')
      const response = await ask(
        `/api/v1${concrete}`,
        { 'X-Forwarded-For': '10.5.5.5' },
        { method: method.toUpperCase() },
      )
      // Submitting needs no token (R2.1): what is asked for needs the secret of a link, and all but the form says so.
      if (action === 'submit for review') expect(response.status >= 400, id).toBe(id !== 'getSubmissionForm')
      else expect(response.status, id).toBe(401)
    }
  })

  test.each(['editor', 'otherEditor', 'custodian'] satisfies Who[])(
    '%s is refused what only administrators do (A7)',
    async (who) => {
      const forAdministrators = [
        'manage tokens',
        'manage domains',
        'read the audit log',
        'inspect the system',
        'return a record',
      ]
      for (const { id, method, path, action } of operations) {
        if (!forAdministrators.includes(action)) continue
        const concrete = path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000')
        const response = await ask(
          `/api/v1${concrete}`,
          { Authorization: `Bearer ${program.tokenOf(who)}` },
          { method: method.toUpperCase() },
        )
        expect(response.status, id).toBe(403)
      }
    },
  )

  test('unknown members, parameters and methods are refused with what is known (G5)', async () => {
    const smuggled = await ask(
      '/api/v1/records',
      { Authorization: `Bearer ${program.tokenOf('editor')}`, 'Content-Type': 'application/json' },
      {
        method: 'POST',
        body: JSON.stringify({ metadata: { title: 'x' }, owner_id: 'someone', state: 'published' }),
      },
    )
    expect(smuggled.status).toBe(400)
    expect(((await smuggled.json()) as { detail: string }).detail).toMatch(/'owner_id' is not known here/)
    expect((await ask('/api/v1/me?why=not')).status).toBe(400)
    const wrongMethod = await ask('/api/v1/me', {}, { method: 'DELETE' })
    expect(wrongMethod.status).toBe(405)
    expect(wrongMethod.headers.get('allow')).toContain('GET')
  })

  test('a body nested a hundred thousand deep is refused before it is parsed (E14)', async () => {
    const response = await ask(
      '/api/v1/records',
      { Authorization: `Bearer ${program.tokenOf('editor')}`, 'Content-Type': 'application/json' },
      { method: 'POST', body: `{"metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
    )
    expect(response.status).toBe(400)
    expect(((await response.json()) as { code: string }).code).toBe('json-too-deep')
  })
})
