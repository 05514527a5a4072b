/** Absolute addresses as the client sees them, also behind a proxy (G6). */
import type { Request } from 'express'

type Trust = (address: string, hop: number) => boolean

const parameters = (element: string): Record<string, string> =>
  Object.fromEntries(
    element
      .split(';')
      .map((pair) => pair.trim().split('='))
      .filter((pair) => pair.length === 2)
      .map(([name = '', value = '']) => [name.toLowerCase(), value.replace(/^"|"$/g, '')]),
  )

/** Without port and brackets. */
const bareAddress = (text: string): string =>
  text.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1')

/**
 * The element of an RFC 7239 Forwarded header that counts. Each proxy adds one at the end: the last is believed when
 * its sender is trusted, and each before it when the one it was received from (`for` of the next) is trusted as well.
 */
const parseForwarded = (header: string, sender: string, trust: Trust): Record<string, string> => {
  const elements = header.split(',').map(parameters).reverse()
  let found: Record<string, string> = {}
  let from = sender
  for (const [hop, element] of elements.entries()) {
    if (!trust(from, hop)) break
    found = element
    from = bareAddress(element['for'] ?? '')
  }
  return found
}

const isHost = (text: string) => /^[\w.-]+(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/i.test(text)

/** QGIS writes the spaces of a filter as %20 and its plus as it is; a form writes spaces as plus. No client does both. */
const keepPlus = (pair: string) => (pair.includes('%20') ? pair.replaceAll('+', '%2B') : pair)

/** What stands after the question mark. Clients send paths that are no addresses, so the rest is not looked at. */
export const queryOf = ({ originalUrl }: Pick<Request, 'originalUrl'>): URLSearchParams => {
  const at = originalUrl.indexOf('?')
  const query = at < 0 ? '' : originalUrl.slice(at + 1)
  return new URLSearchParams(query.includes('+') ? query.split('&').map(keepPlus).join('&') : query)
}

const addressOf = (protocol: string, host = 'localhost'): string =>
  `${protocol === 'https' ? 'https' : 'http'}://${isHost(host) ? host : 'localhost'}`

/** Without any of these nobody has to be trusted. */
const sentByProxies = ['forwarded', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-prefix']

/** Address of the site without trailing slash; headers of a proxy count only when Express trusts it. */
export const siteUrlOf = (request: Request, publicUrl: string | null): string => {
  if (publicUrl !== null) return publicUrl
  if (!sentByProxies.some((name) => request.headers[name] !== undefined))
    return addressOf('encrypted' in request.socket ? 'https' : 'http', request.headers.host)
  const trust = request.app.get('trust proxy fn') as Trust
  const sender = request.socket.remoteAddress ?? ''
  const isTrusted = trust(sender, 0)
  const forwarded = parseForwarded(String(request.headers['forwarded'] ?? ''), sender, trust)
  const protocol = forwarded['proto'] ?? request.protocol
  const host = forwarded['host'] ?? request.host ?? 'localhost'
  const prefix = isTrusted ? String(request.headers['x-forwarded-prefix'] ?? '').replace(/\/+$/, '') : ''
  const safePrefix = /^(?:\/[\w.~-]+)*$/.test(prefix) ? prefix : ''
  return addressOf(protocol, host) + safePrefix
}
