/** The style report reads what real people made: the styles and projects of the QGIS training manual. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromXml, type Markup } from '../../backend/src/styles/markup.ts'
import { readQml } from '../../backend/src/styles/qml.ts'
import { reportQml } from '../../backend/src/styles/qml-report.ts'
import { styleSentences } from '../../backend/src/styles/qml-words.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

const folder = sharedData('qgis-training')
const why = folder === undefined ? ` (${whySkipped})` : ''

/** A project holds the style of each layer in its <maplayer>. */
const layersIn = (element: Markup): Markup[] =>
  element.name === 'maplayer' ? [element] : element.children.flatMap(layersIn)

/** Unknown things of another version of QGIS. */
const unknown = ['STY-119', 'STY-239', 'STY-309', 'STY-339', 'STY-519', 'STY-619', 'STY-709']

describe.skipIf(folder === undefined)(`Real QGIS styles${why}`, () => {
  const styles = readdirSync(join(folder ?? '', 'styles')).filter((name) => name.endsWith('.qml'))

  test.each(styles)('%s is read, and nothing in it is unknown', (name) => {
    const { items, counts } = reportQml(fromXml(readQml(readFileSync(join(folder ?? '', 'styles', name)))))
    expect(items.filter(({ part }) => part === 'symbol-layer').length).toBeGreaterThan(0)
    expect(items.filter(({ code }) => unknown.includes(code))).toEqual([])
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(items.length)
    for (const { code } of items) expect(styleSentences, code).toHaveProperty([code])
  })

  test.each(['example.qgs', 'world.qgs'])(
    'the layers of %s are read, and nothing in them is unknown',
    (name) => {
      const layers = layersIn(fromXml(readQml(readFileSync(join(folder ?? '', name)))))
      const reports = layers.map(reportQml)
      expect(reports.length).toBeGreaterThan(0)
      expect(reports.filter(({ renderer }) => renderer !== null).length).toBeGreaterThan(0)
      const found = reports.flatMap(({ items }) => items)
      expect(found.filter(({ code }) => unknown.includes(code))).toEqual([])
    },
  )
})
