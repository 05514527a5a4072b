/** A published style that comes back is called identical where only QGIS itself changed it, and differing where a person did. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { type ShimPackage, shimPackage } from './shim-package.ts'

type Report = {
  qgis: number
  forgotten: string[]
  cases: Record<string, { differs: string[]; stamp: boolean }>
  loaded: [string, string[]]
  loadedStamp: boolean
  translucent: string[]
}

describe.skipIf(!hasQgis())(`Styles compared in QGIS${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  let shim: ShimPackage
  let report: Report
  beforeAll(async () => {
    shim = shimPackage()
    report = (await runPyQgis('shim_styles.py', { plugins: shim.plugins })) as Report
  })
  afterAll(() => shim?.remove())

  test('a graduated style comes back identical, with the same stamp, though QGIS reads half of it', () => {
    expect(report.loaded).toEqual(['identical', []])
    expect(report.loadedStamp).toBe(true)
  })

  test('what this QGIS does not read again is found out by trying', () => {
    // QGIS 3.22 reads the element under another name; later ones write the last attribute as 1 and read `true`.
    const one = ['trimtrailingzeroes']
    const all = ['format', 'labelprecision', ...one]
    if (report.qgis < 32300) expect(report.forgotten).toEqual(all)
    else expect([[], one, all]).toContainEqual(report.forgotten)
  })

  test.each<[string, string]>([
    ['trims zeroes', 'trimtrailingzeroes'],
    ['label format', 'format'],
    ['label precision', 'labelprecision'],
  ])('a change of "%s" counts exactly where QGIS keeps it', (name, attribute) => {
    const isKept = !report.forgotten.includes(attribute)
    expect(report.cases[name]).toEqual({ differs: isKept ? ['renderer'] : [], stamp: isKept })
  })

  test.each(['symmetric', 'words of a class', 'bounds of a class', 'colour of a class', 'column'])(
    'another %s differs',
    (name) => {
      expect(report.cases[name]).toEqual({ differs: ['renderer'], stamp: true })
    },
  )

  test('two layers made alike do not differ, and another opacity does', () => {
    expect(report.cases['nothing']).toEqual({ differs: [], stamp: false })
    expect(report.translucent).toEqual(['opacity'])
  })
})
