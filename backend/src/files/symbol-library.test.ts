import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSymbolLibrary } from './symbol-library.ts'

const root = mkdtempSync(join(tmpdir(), 'secims-symbols-'))
const folder = join(root, 'symbols')
beforeAll(() => {
  mkdirSync(join(folder, 'gpsicons', 'deep'), { recursive: true })
  writeFileSync(join(root, 'secret.svg'), '<svg/>')
  writeFileSync(join(folder, 'gpsicons', 'plane.svg'), '<svg id="plane"/>')
  writeFileSync(join(folder, 'gpsicons', 'deep', 'star.png'), 'x')
  writeFileSync(join(folder, 'huge.png'), Buffer.alloc(1024 * 1024 + 1))
  writeFileSync(join(folder, 'readme.txt'), 'x')
  symlinkSync(join(root, 'secret.svg'), join(folder, 'linked.svg'))
  symlinkSync(join(folder, 'gpsicons', 'plane.svg'), join(folder, 'inside.svg'))
})
afterAll(() => rmSync(root, { recursive: true }))

const library = openSymbolLibrary(folder)
const textOf = async (name: string) => {
  const bytes = await library.read(name)
  return bytes && Buffer.from(bytes).toString()
}

test('pictures are found by the names styles use', async () => {
  expect(await textOf('gpsicons/plane.svg')).toBe('<svg id="plane"/>')
  expect(await textOf('gpsicons/deep/star.png')).toBe('x')
  expect(await textOf('inside.svg')).toBe('<svg id="plane"/>')
})

test.each([
  'missing.svg',
  'gpsicons',
  'gpsicons/plane.svg/x.svg',
  '../secret.svg',
  'gpsicons/../../secret.svg',
  '/etc/passwd',
  'linked.svg',
  'huge.png',
  'readme.txt',
  'a\0.svg',
])('%j is not given out', async (name) => {
  expect(await library.read(name)).toBeNull()
})

test('without a folder there are no pictures', async () => {
  expect(await openSymbolLibrary(null).read('gpsicons/plane.svg')).toBeNull()
})
