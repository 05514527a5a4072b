/** Encodings by the names that files use for them. */
import { expect, test } from 'vitest'
import {
  codecOfLanguageDriver,
  findByteOrderMark,
  findCodec,
  isUtf8Text,
  unfinishedTail,
} from './text-encoding.ts'

test.each([
  ['UTF-8', 'UTF-8'],
  ['utf8', 'UTF-8'],
  ['65001', 'UTF-8'],
  ['1252', 'windows-1252'],
  ['ANSI 1252', 'windows-1252'],
  ['CP1252', 'windows-1252'],
  ['LATIN1', 'windows-1252'],
  ['ISO-8859-1', 'windows-1252'],
  ['ISO 88591', 'windows-1252'],
  ['88591', 'windows-1252'],
  ['8859_15', 'iso-8859-15'],
  ['windows-1251', 'windows-1251'],
  ['OEM 850', 'CP850'],
  ['cp437', 'CP437'],
  ['SHIFT_JIS', 'shift_jis'],
  ['936', 'gbk'],
])('the label %j means %s', (label, name) => expect(findCodec(label)?.name).toBe(name))

test.each(['', 'klingon', 'UTF-16', '1200', '../../etc/passwd'])('the label %j is refused', (label) =>
  expect(findCodec(label)).toBeUndefined(),
)

test('DOS code pages are decoded by their tables', () => {
  expect(findCodec('850')?.decode(Buffer.from([0x53, 0x6f, 0x75, 0x66, 0x72, 0x69, 0x8a, 0x72, 0x65]))).toBe(
    'Soufrière',
  )
  expect(codecOfLanguageDriver(0x57)?.decode(Buffer.from([0xe9]))).toBe('é')
  expect(codecOfLanguageDriver(0)).toBeUndefined()
})

test('text cut off in the middle of a character is still UTF-8', () => {
  const bytes = Buffer.from('Soufrière – été')
  const cut = bytes.subarray(0, bytes.indexOf('–') + 2)
  expect(isUtf8Text(cut, 0, cut.length)).toBe(true)
  expect(unfinishedTail(cut, 0, cut.length)).toBe(2)
  expect(isUtf8Text(Buffer.from([0x41, 0xe9, 0x42]), 0, 3)).toBe(false)
})

test('byte order marks are told apart', () => {
  expect(findByteOrderMark(Buffer.from('\ufeffa', 'utf8'))?.encoding).toBe('UTF-8')
  expect(findByteOrderMark(Buffer.from('\ufeffa', 'utf16le'))?.encoding).toBe('UTF-16LE')
  expect(findByteOrderMark(Buffer.from([0xff, 0xfe, 0, 0]))?.encoding).toBe('UTF-32')
  expect(findByteOrderMark(Buffer.from('{}'))).toBeNull()
})
