/**
 * Turns the bytes of text files and tables into text. Knows the encodings that desktop GIS writes: the ones a
 * `TextDecoder` has, and the DOS code pages it lacks.
 */
import { isUtf8 } from 'node:buffer'

export type TextCodec = {
  /** As shown to people and stored in the probe: 'UTF-8', 'windows-1252', 'CP850'. */
  name: string
  isUtf8: boolean
  decode: (bytes: Uint8Array) => string
}

/** Characters 128 to 255 of the DOS code pages. */
const dosPages: Record<string, string> = {
  CP437:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0',
  CP850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  CP852:
    'ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0',
}

const dosCodec = (name: string, upper: string): TextCodec => ({
  name,
  isUtf8: false,
  decode: (bytes) => {
    let text = ''
    for (const byte of bytes) text += byte < 128 ? String.fromCharCode(byte) : upper.charAt(byte - 128)
    return text
  },
})

const showName = (label: string) => (label === 'utf-8' ? 'UTF-8' : label)

const whatwgCodec = (label: string): TextCodec | undefined => {
  try {
    const decoder = new TextDecoder(label)
    // UTF-16 and the like cannot stand in a dbf's fixed fields, and their NULs would end every value.
    if (decoder.encoding.startsWith('utf-16')) return undefined
    return {
      name: showName(decoder.encoding),
      isUtf8: decoder.encoding === 'utf-8',
      decode: (bytes) => decoder.decode(bytes),
    }
  } catch {
    return undefined
  }
}

export const utf8: TextCodec = {
  name: 'UTF-8',
  isUtf8: true,
  decode: (bytes) => Buffer.from(bytes).toString('utf8'),
}
export const windows1252: TextCodec = whatwgCodec('windows-1252') ?? utf8

/** Windows code pages whose labels in the Encoding Standard have no number. */
const codePages: Record<string, string> = {
  '65001': 'utf-8',
  '932': 'shift_jis',
  '936': 'gbk',
  '949': 'euc-kr',
  '950': 'big5',
  '866': 'ibm866',
  '1200': 'utf-16le',
  '10000': 'macintosh',
  '28591': 'windows-1252',
}

/** Spellings of .cpg files and GDAL options that are not labels of the Encoding Standard. */
const respelled = (label: string): string => {
  const iso = /^(?:iso[ _-]*)?8859[ _-]*(\d{1,2})$/.exec(label)?.[1]
  if (iso !== undefined) return `iso-8859-${iso}`
  const code = /^(?:cp|ansi|oem|ibm|windows|ms|dos)?[ _-]*(\d{3,5})$/.exec(label)?.[1]
  if (code === undefined) return label
  return /^125[0-8]$|^874$/.test(code) ? `windows-${code}` : (codePages[code] ?? `cp${code}`)
}

/** The encoding a label means ('UTF-8', '1252', 'ANSI 1252', 'ISO-8859-1', 'CP850'), or undefined. */
export const findCodec = (label: string): TextCodec | undefined => {
  const spelled = respelled(label.trim().toLowerCase())
  const dos = dosPages[spelled.toUpperCase()]
  return dos === undefined ? whatwgCodec(spelled) : dosCodec(spelled.toUpperCase(), dos)
}

/** The language driver byte of a dbf header (dBASE, FoxPro, ESRI); those in practical use. */
const languageDrivers: Record<number, string> = {
  1: 'CP437',
  2: 'CP850',
  3: 'windows-1252',
  4: 'macintosh',
  9: 'CP437',
  10: 'CP850',
  11: 'CP437',
  13: 'CP437',
  14: 'CP850',
  15: 'CP437',
  16: 'CP850',
  17: 'CP437',
  18: 'CP850',
  19: 'shift_jis',
  20: 'CP850',
  21: 'CP437',
  22: 'CP850',
  24: 'CP437',
  25: 'CP437',
  26: 'CP850',
  27: 'CP437',
  29: 'CP850',
  31: 'CP852',
  34: 'CP852',
  35: 'CP852',
  37: 'CP850',
  38: 'ibm866',
  55: 'CP850',
  64: 'CP852',
  77: 'gbk',
  78: 'euc-kr',
  79: 'big5',
  80: 'windows-874',
  87: 'windows-1252',
  88: 'windows-1252',
  89: 'windows-1252',
  100: 'CP852',
  101: 'ibm866',
  120: 'big5',
  121: 'euc-kr',
  122: 'gbk',
  123: 'shift_jis',
  124: 'windows-874',
  150: 'x-mac-cyrillic',
  200: 'windows-1250',
  201: 'windows-1251',
  202: 'windows-1254',
  203: 'windows-1253',
  204: 'windows-1257',
}

export const codecOfLanguageDriver = (byte: number): TextCodec | undefined => {
  const label = languageDrivers[byte]
  return label === undefined ? undefined : findCodec(label)
}

/** How many bytes of an unfinished UTF-8 character stand at the end of `bytes`: text cut to a field's width. */
export const unfinishedTail = (bytes: Uint8Array, start: number, end: number): number => {
  for (let back = 1; back <= 3 && end - back >= start; back++) {
    const byte = bytes[end - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return needed > back ? back : 0
  }
  return 0
}

/** Valid UTF-8, but for a last character that was cut off. */
export const isUtf8Text = (bytes: Uint8Array, start: number, end: number): boolean =>
  isUtf8(bytes.subarray(start, end - unfinishedTail(bytes, start, end)))

export type ByteOrderMark = { encoding: 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'UTF-32'; length: number }

export const findByteOrderMark = (bytes: Uint8Array): ByteOrderMark | null => {
  const [a, b, c, d] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'UTF-8', length: 3 }
  if (a === 0xff && b === 0xfe) {
    return c === 0 && d === 0 ? { encoding: 'UTF-32', length: 4 } : { encoding: 'UTF-16LE', length: 2 }
  }
  if (a === 0xfe && b === 0xff) return { encoding: 'UTF-16BE', length: 2 }
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { encoding: 'UTF-32', length: 4 }
  return null
}

/** UTF-16 without a mark shows itself by NULs in every second place of a text that starts with ASCII. */
export const looksLikeUtf16 = (bytes: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | null => {
  if (bytes.length < 4) return null
  if (bytes[0] !== 0 && bytes[1] === 0 && bytes[2] !== 0 && bytes[3] === 0) return 'UTF-16LE'
  if (bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0 && bytes[3] !== 0) return 'UTF-16BE'
  return null
}
