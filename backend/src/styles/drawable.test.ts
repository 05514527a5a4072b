import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readDrawable } from './drawable.ts'

const example = (name: string, extension: 'sld' | 'qml') =>
  readFileSync(new URL(`../../../examples/${name}/${name}.${extension}`, import.meta.url))

test('an SLD with its QML is drawn from the repaired model, and says what was repaired and what becomes of it', () => {
  const sources = { sld: example('roads', 'sld'), qml: example('roads', 'qml') }
  const { style, repairs, report } = readDrawable(sources, {})
  const alone = readDrawable({ ...sources, qml: null }, {})
  expect(style).not.toEqual(alone.style)
  expect(alone).toMatchObject({ repairs: [], report: null })
  expect(repairs.map(({ code }) => code)).toContain('REPAIR_SIZE')
  expect(report?.renderer).toBe('RuleRenderer')
  expect(report?.items.length).toBeGreaterThan(0)
})

test('an SLD that is refused is drawn from its QML, and a QML that is none leaves the SLD', () => {
  const broken = Buffer.from('<StyledLayerDescriptor')
  expect(readDrawable({ sld: broken, qml: example('roads', 'qml') }, {}).style).not.toBeNull()
  const { style, report } = readDrawable({ sld: example('roads', 'sld'), qml: broken }, {})
  expect(style).not.toBeNull()
  expect(report).toBeNull()
})
