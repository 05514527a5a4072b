import { readFileSync } from 'node:fs'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { chooseEncoding, compress } from './compression.ts'

test('browsers get brotli, QGIS and GDAL gzip, and who wants neither gets neither', () => {
  expect(chooseEncoding('gzip, deflate, br, zstd')).toBe('br')
  expect(chooseEncoding('gzip, deflate')).toBe('gzip')
  expect(chooseEncoding('br;q=0.5, gzip;q=0.9')).toBe('gzip')
  expect(chooseEncoding('*')).toBe('br')
  expect(chooseEncoding('br;q=0, *')).toBe('gzip')
  for (const none of [
    undefined,
    '',
    'identity',
    'gzip;q=0',
    'gzip;q=0.0, br;q=0',
    '*;q=0',
    'xgzip',
    'gzip;q=x',
  ])
    expect(chooseEncoding(none), String(none)).toBeNull()
})

test('what lasts is compressed once, and smaller than what is sent once', async () => {
  const text = readFileSync(new URL('../../web/site.css', import.meta.url))
  for (const [encoding, unpack] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const lasting = await compress(text, encoding, 'once')
    expect(await compress(Buffer.from(text), encoding, 'once')).toBe(lasting)
    const live = await compress(text, encoding, 'live')
    expect(await compress(text, encoding, 'live')).not.toBe(live)
    expect(lasting.length).toBeLessThan(live.length)
    for (const packed of [lasting, live]) expect(unpack(packed).equals(text)).toBe(true)
  }
})
