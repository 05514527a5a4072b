import { expect, test } from 'vitest'
import { createMemoryStore } from './memory-store.ts'
import { createSession } from './session.ts'

const me = {
  kind: 'token',
  tokenId: 't1',
  role: 'editor',
  domainId: null,
  name: 'Ann',
  organisation: 'Survey',
  email: 'ann@example.org',
  allowed: ['create a record'],
}

const start = (
  answer: () => Response,
  stores = { tab: createMemoryStore(), browser: createMemoryStore() },
) => {
  const asked: string[] = []
  const session = createSession({
    apiUrl: 'https://x/api/v1',
    ...stores,
    fetch: (async (_url: string, init?: RequestInit) => {
      asked.push(new Headers(init?.headers).get('Authorization') ?? '')
      return answer()
    }) as typeof fetch,
  })
  return { session, asked, ...stores }
}

test('R1.9 R1.10 a token that the server knows signs in, for this tab alone', async () => {
  const { session, asked, tab, browser } = start(() => Response.json(me))
  expect(await session.signIn('  secret ', { isToStay: false })).toBeNull()
  expect(asked).toEqual(['Bearer secret'])
  expect(session.actor()?.name).toBe('Ann')
  expect(session.can('create a record')).toBe(true)
  expect(session.can('manage tokens')).toBe(false)
  expect(tab.kept.size).toBe(1)
  expect(browser.kept.size).toBe(0)
})

test('R1.13 who asks to stay signed in is known in the next tab, too', async () => {
  const first = start(() => Response.json(me))
  await first.session.signIn('secret', { isToStay: true })
  const next = start(() => Response.json(me), { tab: createMemoryStore(), browser: first.browser })
  expect(next.session.token()).toBe('secret')
})

test('R1.9 a token nobody knows does not sign in, and says what the server said', async () => {
  const { session, tab } = start(() => Response.json({ detail: 'Unknown token.' }, { status: 401 }))
  expect(await session.signIn('wrong', { isToStay: false })).toEqual({
    reason: 'refused',
    detail: 'Unknown token.',
  })
  expect(session.actor()).toBeNull()
  expect(tab.kept.size).toBe(0)
})

test('a server that cannot be reached is not a wrong token', async () => {
  const { session } = start(() => {
    throw new TypeError('failed to fetch')
  })
  expect((await session.signIn('secret', { isToStay: false }))?.reason).toBe('offline')
})

test('R1.11 R1.15 signing out and a refusal forget the token everywhere, and only the latter says so', async () => {
  const { session, tab, browser } = start(() => Response.json(me))
  let changes = 0
  session.onChange(() => {
    changes += 1
  })
  await session.signIn('secret', { isToStay: true })
  session.signOut()
  expect([session.token(), session.wasRefused(), tab.kept.size, browser.kept.size]).toEqual([
    null,
    false,
    0,
    0,
  ])
  await session.signIn('secret', { isToStay: false })
  session.drop()
  expect([session.token(), session.wasRefused(), tab.kept.size]).toEqual([null, true, 0])
  expect(changes).toBe(4)
})

test('what somebody else wrote into the storage signs nobody in', () => {
  const tab = createMemoryStore()
  tab.setItem('sec-ims.session', '{"token":5}')
  expect(start(() => Response.json(me), { tab, browser: createMemoryStore() }).session.actor()).toBeNull()
  tab.setItem('sec-ims.session', 'not json')
  expect(start(() => Response.json(me), { tab, browser: createMemoryStore() }).session.actor()).toBeNull()
})
