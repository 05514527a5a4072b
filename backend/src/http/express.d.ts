/** What our middleware adds to a request. */
import type { Actor } from '../domain/actor.ts'

declare global {
  namespace Express {
    interface Request {
      actor?: Actor
    }
  }
}
