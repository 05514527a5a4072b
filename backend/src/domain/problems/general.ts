/** Problems that any part of the program may meet. */
import { defineProblems } from '../problem.ts'

export const generalProblems = defineProblems({
  notFound: {
    status: 404,
    title: 'Not found',
    detail: (given: { what: string; id: string }) =>
      `There is no ${given.what} '${given.id}' here. Check the address.`,
  },
  gone: {
    status: 410,
    title: 'Gone',
    detail: (given: { what: string; id: string; successor?: string }) =>
      `The ${given.what} '${given.id}' was deleted.${given.successor ? ` It was superseded by ${given.successor}.` : ''}`,
    extensions: (given) => (given.successor ? { successor: given.successor } : {}),
  },
  invalidRequest: {
    status: 400,
    title: 'Request does not fit the contract',
    detail: (given: { errors: { where: string; message: string }[] }) =>
      given.errors.map((error) => `${error.where}: ${error.message}`).join('; '),
    extensions: (given) => ({ errors: given.errors }),
  },
  addressUnreadable: {
    status: 400,
    title: 'Address cannot be read',
    detail: (given: { path: string }) =>
      `The address '${given.path.slice(0, 200)}' has a percent sign that no UTF-8 character follows. Write it as %25, or encode the address again.`,
  },
  textUnusable: {
    status: 400,
    title: 'Text cannot be used',
    detail: () =>
      'A text of the request has a NUL or half of a character, which no text has. Take it out and send the request again.',
  },
  unknownParameter: {
    status: 400,
    title: 'Unknown query parameter',
    detail: (given: { name: string; known: string[] }) =>
      `The query parameter '${given.name}' is not known here. Known: ${given.known.join(', ') || 'none'}.`,
  },
  methodNotAllowed: {
    status: 405,
    title: 'Method not allowed',
    detail: (given: { method: string; allow: string }) =>
      `${given.method} is not possible here. Possible: ${given.allow}.`,
    headers: (given) => ({ Allow: given.allow }),
  },
  notAcceptable: {
    status: 406,
    title: 'No such representation',
    detail: (given: { asked: string; offered: string[] }) =>
      `'${given.asked}' is not offered here. Offered: ${given.offered.join(', ')}.`,
  },
  unsupportedMediaType: {
    status: 415,
    title: 'Content type not accepted',
    detail: (given: { found: string; expected: string[] }) =>
      `The body came as '${given.found || 'no content type'}'; expected ${given.expected.join(' or ')}.`,
  },
  notSignedIn: {
    status: 401,
    title: 'Token needed',
    detail: (given: { reason: string }) =>
      `${given.reason} Send a valid token in the Authorization header ('Bearer <token>', or 'Basic' with the token as password).`,
    headers: () => ({ 'WWW-Authenticate': 'Bearer realm="sec-ims", Basic realm="sec-ims", charset="UTF-8"' }),
  },
  notAllowed: {
    status: 403,
    title: 'Not allowed',
    detail: (given: { action: string; why: string }) => `This token may not ${given.action}: ${given.why}.`,
  },
  tokenInUrl: {
    status: 400,
    title: 'Token in the wrong place',
    detail: (given: { where: string }) =>
      `A token was sent in the ${given.where}. Tokens are accepted in the Authorization header only; this one should be rotated.`,
  },
  tooManyFailures: {
    status: 429,
    title: 'Too many failed sign-ins',
    detail: (given: { retryAfterSeconds: number }) =>
      `Too many wrong tokens came from this address. Try again in ${given.retryAfterSeconds} seconds.`,
    headers: (given) => ({ 'Retry-After': String(given.retryAfterSeconds) }),
  },
  preconditionRequired: {
    status: 428,
    title: 'If-Match needed',
    detail: (given: { etag: string }) =>
      `Changing this needs an If-Match header with the version you saw, so that nobody's work is overwritten. The current one is ${given.etag}.`,
  },
  preconditionFailed: {
    status: 412,
    title: 'Changed meanwhile',
    detail: (given: { sent: string; current: string }) =>
      `You sent If-Match ${given.sent}, but the current version is ${given.current}. Load it again and repeat your change.`,
    extensions: (given) => ({ current: given.current }),
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    detail: (given: { why: string }) => given.why,
  },
  idempotencyMismatch: {
    status: 422,
    title: 'Idempotency-Key used for something else',
    detail: (given: { key: string }) =>
      `The Idempotency-Key '${given.key}' was already used with a different request. Use a new key.`,
  },
  unavailable: {
    status: 503,
    title: 'Not available right now',
    detail: (given: { why: string; retryAfterSeconds?: number }) => `${given.why} Try again shortly.`,
    headers: (given) => ({ 'Retry-After': String(given.retryAfterSeconds ?? 5) }),
  },
  diskFull: {
    status: 507,
    title: 'Storage is full',
    detail: () =>
      'The server has no room for this now. Nothing was kept; reading still works. Tell the administrator.',
  },
})
