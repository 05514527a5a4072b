/** Whether two addresses mean the same server. Plain text work: the panel's oldest web view has no URL of its own. */

/** 'http://Host:80/pygeoapi' belongs to 'http://host/'; 'http://host.evil' does not. */
export const isBelow = (address: string, serverUrl: string): boolean => {
  const base = plainAddress(serverUrl)
  const other = plainAddress(address)
  return base !== '' && (other === base || other.indexOf(`${base}/`) === 0)
}

export const plainAddress = (address: string): string => {
  const [, scheme = '', host = '', path = ''] = /^(https?):\/\/([^/?#]+)([^?#]*)/i.exec(address.trim()) ?? []
  const plainHost = host.toLowerCase().replace(scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/, '')
  return scheme === '' ? '' : `${scheme.toLowerCase()}://${plainHost}${path.replace(/\/+$/, '')}`
}
