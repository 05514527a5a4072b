/**
 * Who is signed in, in this browser (R1.9–R1.15, security A5). The token stays in the tab's session storage, or in
 * local storage when the person asked to stay signed in; never in a cookie, an address or a page.
 */
import type { components } from '../../src/contract/catalogue.gen.ts'

export type Role = components['schemas']['Role']
export type SignedIn = {
  tokenId: string
  role: Role
  domainId: string | null
  name: string
  organisation: string
  email: string
  allowed: string[]
}

type Me = { kind: 'public' | 'token' } & Partial<SignedIn>
type Kept = { token: string; actor: SignedIn }
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** 'refused': the server does not know the token (any more). */
export type SignInFailure = { reason: 'refused' | 'too-often' | 'offline'; detail: string }

export type SessionParts = {
  apiUrl: string
  /** Forgotten with the tab. */
  tab: Store
  /** Kept until signing out. */
  browser: Store
  fetch: typeof fetch
}

const key = 'sec-ims.session'

const read = (store: Store): Kept | null => {
  try {
    const kept = JSON.parse(store.getItem(key) ?? 'null') as Kept | null
    return typeof kept?.token === 'string' && typeof kept.actor?.role === 'string' ? kept : null
  } catch {
    return null
  }
}

export const createSession = ({ apiUrl, tab, browser, fetch: ask }: SessionParts) => {
  let kept = read(tab) ?? read(browser)
  let isRefused = false
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const forget = () => {
    kept = null
    tab.removeItem(key)
    browser.removeItem(key)
  }

  return {
    actor: (): SignedIn | null => kept?.actor ?? null,
    token: (): string | null => kept?.token ?? null,
    /** Whether the present lack of a token is the server's doing; for the words of the dialog. */
    wasRefused: (): boolean => isRefused,
    can: (action: string): boolean => kept?.actor.allowed.includes(action) ?? false,
    onChange: (listener: () => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },

    /** Asks the server whose token it is; null when all is well. */
    signIn: async (given: string, { isToStay }: { isToStay: boolean }): Promise<SignInFailure | null> => {
      const token = given.trim()
      let response: Response
      try {
        response = await ask(`${apiUrl}/me`, { headers: { Authorization: `Bearer ${token}` } })
      } catch {
        return { reason: 'offline', detail: '' }
      }
      const body = (await response.json().catch(() => ({}))) as Me & { detail?: string }
      if (!response.ok || body.kind !== 'token' || body.role === undefined)
        return { reason: response.status === 429 ? 'too-often' : 'refused', detail: body.detail ?? '' }
      const {
        tokenId = '',
        role,
        domainId = null,
        name = '',
        organisation = '',
        email = '',
        allowed = [],
      } = body
      forget()
      kept = { token, actor: { tokenId, role, domainId, name, organisation, email, allowed } }
      isRefused = false
      const store = isToStay ? browser : tab
      store.setItem(key, JSON.stringify(kept))
      tell()
      return null
    },

    /** Signing out here does not revoke the token (R1.8, R1.11). */
    signOut: () => {
      forget()
      isRefused = false
      tell()
    },

    /** The server said 401 to this token: revoked, expired or rotated (R1.15). */
    drop: () => {
      if (kept === null) return
      forget()
      isRefused = true
      tell()
    },

    /** Another tab signed in or out. */
    reload: () => {
      const present = read(tab) ?? read(browser)
      if (present?.token === kept?.token) return
      kept = present
      tell()
    },
  }
}

export type Session = ReturnType<typeof createSession>
