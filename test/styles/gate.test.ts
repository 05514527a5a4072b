/** The style gate over two hundred real and hostile SLDs, and over the QGIS styles of the training data. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkSld, type StyleContext } from '../../backend/src/styles/gate.ts'
import { checkQml } from '../../backend/src/styles/qml.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

type Expected = 'valid' | 'warning' | 'error'
type Entry = { file: string; kind: string; version: string; expected: Expected }

const folder = sharedData('sld')
const entries: Entry[] = folder
  ? readFileSync(join(folder, 'manifest.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .map(([file = '', , , , , kind = '', version = '', , , expected = '']) => ({
        file,
        kind,
        version,
        expected: expected as Expected,
      }))
  : []

/** The manifest calls these valid; they are well-formed, but R7.7 refuses what is not an SLD or draws nothing. */
const refusedByR77: Record<string, string> = {
  'qgis_generated_016_q340_line_arrow.sld': 'SLD_NO_SYMBOLIZER',
  'qgis_generated_026_q322_heatmap.sld': 'SLD_NO_SYMBOLIZER',
  'qgis_generated_027_q340_inverted_polys.sld': 'SLD_NO_SYMBOLIZER',
  'qgis_generated_028_q340_r25d.sld': 'SLD_NO_SYMBOLIZER',
  'qgis_generated_029_q322_merged_features.sld': 'SLD_NO_SYMBOLIZER',
  'geoserver_003_SLDWithInlineFeature.xml': 'SLD_ROOT',
  'geotools_tests_005_example_getmap.xml': 'SLD_ROOT',
  'production_sld10_006_GISDATA.NAVTEQRDS_ARC--Curved_Labels.sld': 'SLD_ROOT',
  'other_tools_007_SLDXPath.xml': 'SLD_ROOT',
  'other_tools_011_multi_namedstyles.sld': 'SLD_ROOT',
}

const errorCode: Record<string, string> = {
  'adversarial_not_wellformed.sld': 'SLD_NOT_WELL_FORMED',
  'adversarial_xxe_file.sld': 'SLD_DOCTYPE',
  'adversarial_xxe_http.sld': 'SLD_DOCTYPE',
  'adversarial_external_dtd.sld': 'SLD_DOCTYPE',
  'adversarial_billion_laughs.sld': 'SLD_DOCTYPE',
  'adversarial_quadratic_blowup.sld': 'SLD_DOCTYPE',
  'adversarial_wrong_root_kml.sld': 'SLD_ROOT',
  'adversarial_qml_not_sld.sld': 'SLD_ROOT',
  'adversarial_version_2.sld': 'SLD_VERSION',
  'adversarial_bad_colour.sld': 'SLD_BAD_COLOUR',
  'adversarial_empty_style.sld': 'SLD_NO_SYMBOLIZER',
  'adversarial_rule_without_symbolizer.sld': 'SLD_NO_SYMBOLIZER',
  'adversarial_deep_nesting.sld': 'SLD_TOO_DEEP',
  'adversarial_too_big.sld': 'SLD_TOO_LARGE',
  'adversarial_bad_utf8.sld': 'SLD_ENCODING',
  'adversarial_empty.sld': 'SLD_EMPTY',
}

/** Warned of nothing: wild cards are matched in time that grows with the text, so that many of them do no harm. */
const harmless = ['adversarial_many_rules_redos.sld']

/** What the hostile files are warned of. */
const warningCode: Record<string, { code: string; context?: StyleContext }> = {
  'adversarial_ssrf_metadata.sld': { code: 'EXTERNAL_GRAPHIC_REMOTE' },
  'adversarial_ssrf_file.sld': { code: 'EXTERNAL_GRAPHIC_LOCAL' },
  'adversarial_svg_data_script.sld': { code: 'EXTERNAL_GRAPHIC_INLINE' },
  'adversarial_xinclude.sld': { code: 'FOREIGN_ELEMENT' },
  'adversarial_proto_pollution.sld': { code: 'UNSUPPORTED_ELEMENT' },
  'adversarial_xml_stylesheet_pi.sld': { code: 'PROCESSING_INSTRUCTION' },
  'adversarial_symbolizer_geometry_mismatch.sld': {
    code: 'GEOMETRY_MISMATCH',
    context: { geometryType: 'Polygon' },
  },
  'adversarial_unknown_function.sld': { code: 'UNSUPPORTED_FUNCTION' },
  'adversarial_unknown_property.sld': { code: 'UNKNOWN_PROPERTY', context: { fields: ['name', 'val'] } },
}

const check = (file: string, context?: StyleContext) =>
  checkSld(readFileSync(join(folder ?? '', file)), context)
const codesOf = (findings: { code: string }[]) => findings.map(({ code }) => code)

describe.skipIf(!folder)(
  `the gate agrees with the manifest of real styles${folder ? '' : ` (${whySkipped})`}`,
  () => {
    test('the manifest is there and holds what the tests below speak of', () => {
      expect(entries.length).toBeGreaterThan(200)
      const files = new Set(entries.map(({ file }) => file))
      const named = [
        ...[refusedByR77, errorCode, warningCode].flatMap((table) => Object.keys(table)),
        ...harmless,
      ]
      expect(named.filter((file) => !files.has(file))).toEqual([])
    })

    test('every valid style comes in, with its version read (R7.2, R7.4)', () => {
      const valid = entries.filter(({ file, expected }) => expected === 'valid' && !(file in refusedByR77))
      expect(valid.length).toBeGreaterThan(180)
      const wrong = valid.flatMap(({ file, version }) => {
        const { errors, sldVersion } = check(file)
        return errors.length > 0 || sldVersion !== version ? [{ file, sldVersion, errors }] : []
      })
      expect(wrong).toEqual([])
    })

    test('what is not an SLD or draws nothing is refused, whatever the manifest calls it (R7.7)', () => {
      const found = Object.keys(refusedByR77).map((file) => [file, codesOf(check(file).errors)[0]])
      expect(Object.fromEntries(found)).toEqual(refusedByR77)
    })

    test('every broken or hostile style is refused for its own reason (R7.7, C1)', () => {
      const files = entries.filter(({ expected }) => expected === 'error').map(({ file }) => file)
      const found = files.map((file) => [file, codesOf(check(file).errors)[0]])
      expect(Object.fromEntries(found)).toEqual(errorCode)
    })

    test('what deserves a warning is never refused, and is warned of (R7.8, C2)', () => {
      const files = entries.filter(({ expected }) => expected === 'warning').map(({ file }) => file)
      expect(files.flatMap((file) => (check(file).errors.length > 0 ? [file] : []))).toEqual([])
      expect([...Object.keys(warningCode), ...harmless].sort()).toEqual(files.sort())
      for (const [file, { code, context }] of Object.entries(warningCode)) {
        expect.soft(codesOf(check(file, context).warnings), file).toContain(code)
      }
    })

    test('a style for rasters does not fit a layer of features (R7.7)', () => {
      const { errors } = check('adversarial_symbolizer_geometry_mismatch.sld', { geometryType: 'Polygon' })
      expect(codesOf(errors)).toEqual(['SLD_GEOMETRY_MISMATCH'])
    })

    test('no style takes longer than a second, and none pollutes a prototype (C1)', () => {
      const slow = entries.filter(({ file }) => {
        const started = performance.now()
        check(file, {
          geometryType: 'Polygon',
          fields: Array.from({ length: 500 }, (_, index) => `field_${index}`),
        })
        return performance.now() - started > 15_000
      })
      expect(slow).toEqual([])
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    })
  },
)

const training = sharedData('qgis-training', 'styles')

test.skipIf(!training)(`QGIS styles from 1.8 to 3.4 pass as QML${training ? '' : ` (${whySkipped})`}`, () => {
  const files = readdirSync(training ?? '').filter((file) => file.endsWith('.qml'))
  expect(files.length).toBeGreaterThan(5)
  const found = files.map((file) => checkQml(readFileSync(join(training ?? '', file))))
  expect(found.flatMap(({ errors }) => errors)).toEqual([])
  expect(found.every(({ qgisVersion }) => /^\d+\.\d+/.test(qgisVersion ?? ''))).toBe(true)
})
