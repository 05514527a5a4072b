import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { createZip, type PluginFiles, zipMistakes } from './zip.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const good = (more: PluginFiles = {}): PluginFiles => ({
  'plugin/__init__.py': bytes(''),
  'plugin/metadata.txt': bytes('[general]'),
  'plugin/LICENSE': bytes('GPL'),
  ...more,
})

test('the same files give the same bytes, in whatever order they come and whenever', () => {
  const files = good({ 'plugin/a.py': bytes('a'.repeat(1000)), 'plugin/b/c.svg': bytes('<svg/>') })
  const turned = Object.fromEntries(Object.entries(files).reverse())
  const zip = createZip(files, 'plugin')
  expect(createZip(turned, 'plugin')).toEqual(zip)
  expect(Object.keys(unzipSync(zip))).toEqual(Object.keys(files).sort())
})

describe('a plugin is refused', () => {
  test.each([
    ['plugin/run.sh', /of a kind that a plugin does not ship/],
    ['plugin/lib.so', /of a kind/],
    ['plugin/tool.exe', /of a kind/],
    ['plugin/__pycache__/a.pyc', /of a kind/],
    ['plugin/panel.js.map', /of a kind/],
    ['plugin/.git/config', /no name for a file/],
    ['plugin/../evil.py', /no name for a file/],
    ['plugin\\a.py', /no name for a file/],
    ['other/a.py', /outside the folder/],
    ['plugin/größe.py', /no name for a file/],
    ['plugin/Metadata.txt', /same file on Windows/],
  ])('with %s in it', (path, why) => {
    expect(zipMistakes(good({ [path]: bytes('') }), 'plugin').join('\n')).toMatch(why)
  })

  test.each(['__init__.py', 'metadata.txt', 'LICENSE'])('without %s', (name) => {
    const files = good()
    delete files[`plugin/${name}`]
    expect(zipMistakes(files, 'plugin')).toEqual([`The zip has no ${name}, which a plugin needs.`])
  })

  test('when its folder is no Python package', () => {
    expect(zipMistakes(good(), 'my-plugin')[0]).toMatch(/no Python package name/)
  })

  test('when it is larger than the store takes', () => {
    const noise = crypto.getRandomValues(new Uint8Array(4096))
    expect(() => createZip(good({ 'plugin/a.json': noise }), 'plugin', 4000)).toThrow(/takes at most 4000/)
    expect(() => createZip(good({ 'plugin/a.json': noise }), 'plugin')).not.toThrow()
  })
})
