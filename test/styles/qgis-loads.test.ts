/** A real QGIS loads the SLD we write of QGIS's own styles, and makes the same symbols of it as of what it wrote itself. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkSld } from '../../backend/src/styles/gate.ts'
import { isRasterStyle } from '../../backend/src/styles/maplibre.ts'
import type { Style } from '../../backend/src/styles/model.ts'
import { writeSld } from '../../backend/src/styles/sld-write.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

const folder = sharedData('sld')
const why = folder ? (hasQgis() ? '' : whyNoQgis) : whySkipped

type Loaded = {
  loaded: boolean
  message: string
  renderer: string | null
  symbols: [string, string][][]
  labelling: string | null
}

const kindOf = ({ featureTypeStyles }: Style): string => {
  const kinds = featureTypeStyles.flatMap(({ rules }) =>
    rules.flatMap(({ symbolizers }) => symbolizers.map(({ kind }) => kind)),
  )
  if (kinds.includes('polygon')) return 'Polygon'
  return kinds.includes('line') ? 'LineString' : 'Point'
}

const styles = folder
  ? readdirSync(folder)
      .filter((file) => file.startsWith('qgis_generated'))
      .flatMap((file) => {
        const bytes = readFileSync(join(folder, file))
        const { style } = checkSld(bytes)
        if (!style || isRasterStyle(style)) return []
        const texts = {
          own: bytes.toString('utf8'),
          '1.1.0': writeSld(style, { version: '1.1.0' }).text,
          '1.0.0': writeSld(style, { version: '1.0.0' }).text,
        }
        return [{ file, kind: kindOf(style), texts }]
      })
  : []

describe.skipIf(why !== '')(`QGIS loads the SLD that is written${why ? ` (${why})` : ''}`, () => {
  let found: Record<keyof (typeof styles)[number]['texts'], Loaded>[]
  beforeAll(async () => {
    found = (await runPyQgis('../styles/load_sld.py', styles)) as typeof found
  }, 120_000)

  test('every vector style, in both versions', () => {
    expect(styles.length).toBeGreaterThan(20)
    const failed = found.flatMap((one, index) =>
      (['1.1.0', '1.0.0'] as const)
        .filter((version) => !one[version].loaded || one[version].symbols.length === 0)
        .map((version) => ({ file: styles[index]?.file, version, message: one[version].message })),
    )
    expect(failed).toEqual([])
  })

  test('with the renderer, symbol layers, colours and labels it makes of its own SLD', () => {
    const differing = found.flatMap(({ own, '1.1.0': ours }, index) =>
      // What QGIS cannot read itself is nothing to compare with.
      !own.loaded || JSON.stringify(own) === JSON.stringify(ours)
        ? []
        : [{ file: styles[index]?.file, own, ours }],
    )
    expect(differing).toEqual([])
  })
})
