import { expect, test } from 'vitest'
import { createManifest } from './manifest.ts'
import { runsIn, toPluginsXml } from './repository.ts'

const manifest = createManifest()

test.each<[string | undefined, boolean]>([
  ['3.22', true],
  ['3.22.16-Białowieża', true],
  ['3.44', true],
  ['4.0', true],
  ['4.99', true],
  ['3.16', false],
  ['3.4', false],
  ['2.18', false],
  ['5.0', false],
  [undefined, true],
  ['', true],
  ['newest', true],
])('QGIS %s is offered the plugin: %s', (qgis, expected) => {
  expect(runsIn(manifest, qgis)).toBe(expected)
})

test('texts with signs of XML stay texts', () => {
  const written = toPluginsXml(
    { ...manifest, about: 'a & b < c "d"' },
    { download: 'https://here/qgis/a.zip?x=1&y=2', icon: 'https://here/i.svg' },
  )
  expect(written).toContain('<about>a &amp; b &lt; c "d"</about>')
  expect(written).toContain('<download_url>https://here/qgis/a.zip?x=1&amp;y=2</download_url>')
})
