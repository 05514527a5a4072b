/** Absolute addresses as the client sees them, also behind a proxy (G6). */
import type { Request } from 'express'

/** The first element of an RFC 7239 Forwarded header, as a record of its parameters. */
const parseForwarded = (header: string): Record<string, string> =>
  Object.fromEntries(
    (header.split(',')[0] ?? '')
      .split(';')
      .map((pair) => pair.trim().split('='))
      .filter((pair) => pair.length === 2)
      .map(([name = '', value = '']) => [name.toLowerCase(), value.replace(/^"|"$/g, '')]),
  )

const isHost = (text: string) => /^[\w.-]+(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/i.test(text)

/** QGIS writes the spaces of a filter as %20 and its plus as it is; a form writes spaces as plus. No client does both. */
const keepPlus = (pair: string) => (pair.includes('%20') ? pair.replaceAll('+', '%2B') : pair)

/** What stands after the question mark. Clients send paths that are no addresses, so the rest is not looked at. */
export const queryOf = ({ originalUrl }: Pick<Request, 'originalUrl'>): URLSearchParams => {
  const at = originalUrl.indexOf('?')
  const query = at < 0 ? '' : originalUrl.slice(at + 1)
  return new URLSearchParams(query.includes('+') ? query.split('&').map(keepPlus).join('&') : query)
}

/** Address of the site without trailing slash; headers of a proxy count only when Express trusts it. */
export const siteUrlOf = (request: Request, publicUrl: string | null): string => {
  if (publicUrl !== null) return publicUrl
  const trust = request.app.get('trust proxy fn') as (address: string, hop: number) => boolean
  const isTrusted = trust(request.socket.remoteAddress ?? '', 0)
  const forwarded = isTrusted ? parseForwarded(String(request.headers['forwarded'] ?? '')) : {}
  const protocol = forwarded['proto'] ?? request.protocol
  const host = forwarded['host'] ?? request.host ?? 'localhost'
  const prefix = isTrusted ? String(request.headers['x-forwarded-prefix'] ?? '').replace(/\/+$/, '') : ''
  const safeHost = isHost(host) ? host : 'localhost'
  const safePrefix = /^(?:\/[\w.~-]+)*$/.test(prefix) ? prefix : ''
  return `${protocol === 'https' ? 'https' : 'http'}://${safeHost}${safePrefix}`
}
