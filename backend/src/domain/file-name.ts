/** Names of files as people give and get them. They are shown and sent back; no path is ever made of one (R5.15, security B2). */

const maxLength = 120
/** Control and direction characters, and what one file system or another gives a meaning. */
const unwanted = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]/gu
/** Windows opens a device instead of a file of this name, whatever the extension. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/** '.gpkg' in lower case, '' without one. A name that only consists of an extension has none. */
export const extensionOf = (name: string): string =>
  /[^.](\.[a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? ''

/** The name without its extension. */
export const stemOf = (name: string): string => name.slice(0, name.length - extensionOf(name).length)

/**
 * Browsers send UTF-8 in multipart headers, and the parser reads it as Latin-1 ('Ã©'). Bytes that are UTF-8 are read
 * as such; what was already decoded (filename*=) stays.
 */
export const fromHeaderText = (text: string): string => {
  if (/[\u0100-\uffff]/.test(text)) return text
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(text, (sign) => sign.charCodeAt(0)),
    )
  } catch {
    return text
  }
}

/** A name fit to be shown and downloaded under, with its extension kept; 'file' when nothing is left. */
export const toDisplayName = (given: string): string => {
  // Some programs send the whole path.
  const last = given.split(/[/\\]/).at(-1) ?? ''
  const clean = last.toWellFormed().normalize('NFC').replace(unwanted, '').replace(/\s+/g, ' ').trim()
  const named = clean.replace(/^\.+/, '').replace(/[. ]+$/, '') || 'file'
  const safe = deviceName.test(named) ? `_${named}` : named
  const extension = extensionOf(safe)
  return [...stemOf(safe)].slice(0, maxLength - extension.length).join('') + extension
}

/** RFC 8187: what `encodeURIComponent` leaves and a header may not hold. */
const encodeForHeader = (text: string) =>
  encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** RFC 6266: always a download, with a plain name for old clients and the real one for all others (security B8). */
export const attachment = (name: string): string => {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\x20-\x7e]|["\\%;]/g, '_')
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeForHeader(name)}`
}
