/**
 * Finds out who is asking. The token comes in the Authorization header and nowhere else (security A2): our own
 * extraction stands in front of passport's bearer strategy, which would also look into URL and body.
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import passport from 'passport'
import { Strategy as BearerStrategy } from 'passport-http-bearer'
import { type Actor, thePublic } from '../domain/actor.ts'
import type { Problem } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { parseToken } from '../domain/token.ts'
import type { Tokens } from '../services/tokens.ts'
import { queryOf } from './addresses.ts'

const maxHeaderLength = 1024

/** The token of a request, null without one; throws when the header is there but useless. */
export const extractToken = (request: {
  headers: Request['headers']
  rawHeaders: string[]
}): string | null => {
  const count = request.rawHeaders.filter(
    (name, at) => at % 2 === 0 && name.toLowerCase() === 'authorization',
  ).length
  const header = request.headers.authorization
  if (header === undefined) return null
  if (count > 1) throw generalProblems.notSignedIn({ reason: 'The Authorization header was sent twice.' })
  if (header.length > maxHeaderLength)
    throw generalProblems.notSignedIn({ reason: 'The Authorization header is too long for a token.' })
  const [, scheme = '', value = ''] = /^([A-Za-z]+) +([A-Za-z0-9._~+/=-]+) *$/.exec(header) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() === 'basic') {
    const [user = '', ...rest] = Buffer.from(value, 'base64').toString('utf8').split(':')
    return rest.join(':') || user
  }
  throw generalProblems.notSignedIn({ reason: 'The Authorization header is neither Bearer nor Basic.' })
}

/** Counts wrong tokens per address in a sliding minute (A4). */
const createFailureLimit = (perMinute: number, now: () => number) => {
  const failures = new Map<string, number[]>()
  const recent = (ip: string) => (failures.get(ip) ?? []).filter((at) => at > now() - 60_000)
  return {
    demandRoom: (ip: string) => {
      const times = recent(ip)
      const [oldest] = times
      if (times.length >= perMinute && oldest !== undefined)
        throw generalProblems.tooManyFailures({
          retryAfterSeconds: Math.max(1, Math.ceil((oldest + 60_000 - now()) / 1000)),
        })
    },
    note: (ip: string) => {
      if (failures.size > 10_000) failures.clear()
      failures.set(ip, [...recent(ip), now()])
    },
  }
}

export type AuthenticateParts = {
  tokens: Pick<Tokens, 'recognise' | 'markForRotation'>
  failuresPerMinute: number
  sendProblem: (problem: unknown, request: Request, response: Response) => void
  now?: () => number
}

/** Sets `request.actor`, or answers 400/401/429. */
export const authenticate = ({
  tokens,
  failuresPerMinute,
  sendProblem,
  now = Date.now,
}: AuthenticateParts): RequestHandler => {
  const authenticator = new passport.Passport()
  authenticator.use(
    new BearerStrategy((token, done) => {
      tokens.recognise(token).then(
        (actor) => done(null, actor ?? false),
        (error) => done(error),
      )
    }),
  )
  const limit = createFailureLimit(failuresPerMinute, now)

  const recognise = (token: string, response: Response) =>
    new Promise<Actor | null>((resolve, reject) => {
      const check = authenticator.authenticate(
        'bearer',
        { session: false },
        (error: unknown, actor: Actor | false) => {
          if (error) reject(error)
          else resolve(actor || null)
        },
      )
      // Passport sees a request that has nothing but this header.
      check({ headers: { authorization: `Bearer ${token}` } } as Request, response, reject)
    })

  const refuseTokenInUrl = async (request: Request): Promise<Problem | null> => {
    const query = queryOf(request)
    // A property filter may well be called 'token'; only something that looks like one of ours is a leak.
    const inToken = query.get('token')
    const exposed = query.get('access_token') ?? (inToken !== null && parseToken(inToken) ? inToken : null)
    if (exposed === null) return null
    if (await tokens.recognise(exposed)) await tokens.markForRotation(exposed, 'url', request.ip)
    return generalProblems.tokenInUrl({ where: 'address' })
  }

  return async (request: Request, response: Response, next: NextFunction) => {
    try {
      const refused = await refuseTokenInUrl(request)
      if (refused) throw refused
      const token = extractToken(request)
      if (token === null) {
        request.actor = thePublic
        next()
        return
      }
      const ip = request.ip ?? ''
      limit.demandRoom(ip)
      const actor = await recognise(token, response)
      if (actor === null) {
        limit.note(ip)
        throw generalProblems.notSignedIn({
          reason: 'The token is not valid here: wrong, expired or revoked.',
        })
      }
      request.actor = actor
      next()
    } catch (error) {
      sendProblem(error, request, response)
    }
  }
}
