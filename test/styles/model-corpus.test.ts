/** The style model over the real styles: reading and writing them changes nothing, and MapLibre takes what is written for it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, test } from 'vitest'
import { checkSld } from '../../backend/src/styles/gate.ts'
import { isRasterStyle, writeMapLibre } from '../../backend/src/styles/maplibre.ts'
import type { Style } from '../../backend/src/styles/model.ts'
import { writeSld } from '../../backend/src/styles/sld-write.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

const folder = sharedData('sld')

/** Every file that the gate lets in, with what it is read as. */
const accepted: { file: string; kind: string; style: Style }[] = folder
  ? readFileSync(join(folder, 'manifest.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [file = '', , , , , kind = ''] = line.split('\t')
        const { style } = checkSld(readFileSync(join(folder, file)))
        return style ? [{ file, kind, style }] : []
      })
  : []

const reread = (text: string) => {
  const { style, dialect, errors } = checkSld(new TextEncoder().encode(text))
  return { style, dialect, errors }
}

describe.skipIf(!folder)(`the model holds real styles${folder ? '' : ` (${whySkipped})`}`, () => {
  test('there are styles to judge by', () => {
    expect(accepted.length).toBeGreaterThan(180)
  })

  test.each(['1.0.0', '1.1.0'] as const)(
    'SLD → model → SLD %s → model gives the same model for each (issue 5)',
    (version) => {
      const changed = accepted.flatMap(({ file, style }) => {
        const { text } = writeSld(style, { version })
        const again = reread(text)
        const isSame = JSON.stringify(again.style) === JSON.stringify(style)
        return isSame && again.dialect === 'ogc' ? [] : [{ file, errors: again.errors }]
      })
      expect(changed).toEqual([])
    },
  )

  test('the model is JSON: nothing is lost by storing it', () => {
    for (const { file, style } of accepted)
      expect.soft(JSON.parse(JSON.stringify(style)), file).toEqual(style)
  })

  test('MapLibre’s validator takes ≥ 99 % of QGIS’s styles and ≥ 95 % of all (issue 5)', () => {
    const vector = accepted.filter(({ style }) => !isRasterStyle(style))
    const judged = vector.flatMap(({ file, kind, style }) =>
      // With circles for points, and without.
      ['Point', null].map((geometryType) => {
        const written = writeMapLibre(style, {
          sourceId: 'layer',
          source: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
          geometryType,
          spriteUrl: 'https://example.org/sprite',
          glyphsUrl: 'https://example.org/fonts/{fontstack}/{range}.pbf',
        })
        const errors = validateStyleMin(JSON.parse(JSON.stringify(written.style)))
        const isLossless = !written.losses.some(({ verdict }) => verdict === 'lost')
        return { file, kind, errors, isLossless, isEmpty: written.style.layers.length === 0 }
      }),
    )
    const share = (some: typeof judged) =>
      some.filter(({ errors }) => errors.length === 0).length / some.length
    const ofQgis = judged.filter(({ kind }) => kind.startsWith('qgis'))
    const percent = (part: number) => `${(part * 100).toFixed(1)} %`
    console.log(
      `MapLibre styles valid: ${percent(share(ofQgis))} of ${ofQgis.length / 2} from QGIS, ${percent(share(judged))} of all ${judged.length / 2}; ` +
        `without any loss: ${percent(judged.filter(({ isLossless }) => isLossless).length / judged.length)}`,
    )
    const invalid = judged.filter(({ errors }) => errors.length > 0)
    expect(share(ofQgis), JSON.stringify(invalid)).toBeGreaterThanOrEqual(0.99)
    expect(share(judged), JSON.stringify(invalid)).toBeGreaterThanOrEqual(0.95)
    // A style without layers would be valid, too.
    expect(judged.filter(({ isEmpty }) => isEmpty).length).toBeLessThanOrEqual(4)
  })

  test('what a raster style becomes is valid, too', () => {
    const rasters = accepted.filter(({ style }) => isRasterStyle(style))
    expect(rasters.length).toBeGreaterThan(10)
    for (const { file, style } of rasters) {
      const source = { type: 'raster', tiles: ['https://example.org/{z}/{x}/{y}.png'], tileSize: 256 }
      const written = writeMapLibre(style, { sourceId: 'layer', source })
      const errors = validateStyleMin(JSON.parse(JSON.stringify(written.style)))
      expect
        .soft(
          errors.map(({ message }) => message),
          file,
        )
        .toEqual([])
    }
  })
})
