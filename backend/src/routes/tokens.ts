/** Tokens, domains and who is signed in. */
import type { operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import { actions, can } from '../domain/policy.ts'
import type { Tokens } from '../services/tokens.ts'

type Operations = Pick<
  operations,
  'listTokens' | 'issueToken' | 'revokeToken' | 'rotateToken' | 'listDomains' | 'putDomain' | 'getMe'
>

export const tokenHandlers = ({ tokens }: { tokens: Tokens }): Handlers<Operations> => ({
  getMe: async ({ actor }) => ({
    status: 200,
    body: {
      kind: actor.kind === 'token' ? ('token' as const) : ('public' as const),
      ...(actor.kind === 'token'
        ? {
            tokenId: actor.tokenId,
            role: actor.role,
            domainId: actor.domainId,
            name: actor.name,
            organisation: actor.organisation,
            email: actor.email,
          }
        : {}),
      allowed: actions.filter((action) => can(actor, action)),
    },
  }),
  listTokens: async () => ({ status: 200, body: { tokens: await tokens.list() } }),
  issueToken: async ({ body, actor, http }) => ({
    status: 201,
    body: await tokens.issue(body, actor, http.ip),
  }),
  rotateToken: async ({ path, actor, http }) => ({
    status: 200,
    body: await tokens.rotate(path.tokenId, actor, http.ip),
  }),
  revokeToken: async ({ path, actor, http }) => ({
    status: 200,
    body: await tokens.revoke(path.tokenId, actor, http.ip),
  }),
  listDomains: async () => ({ status: 200, body: { domains: await tokens.listDomains() } }),
  putDomain: async ({ path, body, actor }) => ({
    status: 200,
    body: await tokens.putDomain(
      { id: path.domainId, title: body.title, description: body.description },
      actor,
    ),
  }),
})
