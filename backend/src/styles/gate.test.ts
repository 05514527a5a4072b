/** What the gate says about small styles, one rule at a time; real files are in test/styles. */
import { describe, expect, test } from 'vitest'
import { checkSld, type StyleContext } from './gate.ts'

const NAMESPACES =
  'xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc" xmlns:xlink="http://www.w3.org/1999/xlink"'

const sld = (rules: string, { version = '1.1.0', styleHead = '<se:Name>Roads</se:Name>' } = {}) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<StyledLayerDescriptor version="${version}" ${NAMESPACES}>
<NamedLayer><se:Name>l</se:Name><UserStyle>${styleHead}<se:FeatureTypeStyle>
${rules}
</se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`

const line = '<se:LineSymbolizer/>'
const polygon = '<se:PolygonSymbolizer/>'
const raster = '<se:RasterSymbolizer/>'
const rule = (content: string) => `<se:Rule><se:Name>r</se:Name>${content}</se:Rule>`
const equals = (property: string) =>
  `<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>${property}</ogc:PropertyName><ogc:Literal>1</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>`

const check = (text: string, context?: StyleContext) => checkSld(new TextEncoder().encode(text), context)
const codes = (text: string, context?: StyleContext) => {
  const { errors, warnings } = check(text, context)
  return { errors: errors.map(({ code }) => code), warnings: warnings.map(({ code }) => code) }
}
const clean = { errors: [], warnings: [] }

describe('a style that may come in', () => {
  test('tells its name, version, title and the properties it reads (R7.5, R7.6)', () => {
    const styleHead =
      '<se:Name>Roads</se:Name><se:Description><se:Title>Roads by class</se:Title></se:Description>'
    const found = check(
      sld(rule(equals('class') + line) + rule(equals('class') + equals('lanes') + line), { styleHead }),
    )
    expect(found).toMatchObject({
      name: 'Roads',
      title: 'Roads by class',
      sldVersion: '1.1.0',
      errors: [],
      warnings: [],
      usedProperties: ['class', 'lanes'],
    })
  })

  test('may be SLD 1.0, with names in the SLD namespace (R7.2)', () => {
    const text = `<sld:StyledLayerDescriptor version="1.0.0" xmlns:sld="http://www.opengis.net/sld"><sld:NamedLayer><sld:Name>l</sld:Name>
      <sld:UserStyle><sld:Name>Blue</sld:Name><sld:Title>Blue lines</sld:Title><sld:FeatureTypeStyle><sld:Rule><sld:LineSymbolizer/></sld:Rule>
      </sld:FeatureTypeStyle></sld:UserStyle></sld:NamedLayer></sld:StyledLayerDescriptor>`
    expect(check(text)).toMatchObject({
      name: 'Blue',
      title: 'Blue lines',
      sldVersion: '1.0.0',
      errors: [],
      warnings: [],
    })
  })

  test('is named after its default style, or else the first, and says that there are several (R7.8)', () => {
    const styles = (second: string) =>
      sld(rule(line)).replace(
        '</NamedLayer>',
        `<UserStyle><se:Name>Night</se:Name>${second}<se:FeatureTypeStyle>${rule(line)}</se:FeatureTypeStyle></UserStyle></NamedLayer>`,
      )
    expect(check(styles('')).name).toBe('Roads')
    expect(check(styles('<IsDefault>1</IsDefault>')).name).toBe('Night')
    expect(codes(styles(''))).toEqual({ errors: [], warnings: ['MULTIPLE_STYLES'] })
  })

  test('may have no name', () => {
    expect(check(sld(rule(line), { styleHead: '' }))).toMatchObject({ name: null, errors: [] })
  })
})

describe('a style is refused (R7.7)', () => {
  test.each([
    ['when it is empty', '', 'SLD_EMPTY'],
    ['when it is not well-formed', '<StyledLayerDescriptor>', 'SLD_NOT_WELL_FORMED'],
    [
      'when it has a DOCTYPE',
      `<!DOCTYPE x SYSTEM "http://example.org/x.dtd">${sld(rule(line)).slice(38)}`,
      'SLD_DOCTYPE',
    ],
    ['when its root is another', '<kml xmlns="http://www.opengis.net/kml/2.2"/>', 'SLD_ROOT'],
    ['when its namespace is another', '<StyledLayerDescriptor version="1.0.0"/>', 'SLD_ROOT'],
    ['when its version is another', sld(rule(line), { version: '2.0.0' }), 'SLD_VERSION'],
    ['when it has no version', sld(rule(line)).replace('version="1.1.0" ', ''), 'SLD_VERSION'],
    ['when it styles nothing', sld('').replace(/<UserStyle>.*<\/UserStyle>/s, ''), 'SLD_NO_STYLE'],
    ['when it draws nothing', sld(rule('')), 'SLD_NO_SYMBOLIZER'],
    ['when it nests too deep', sld(rule(`${'<se:a>'.repeat(70)}${'</se:a>'.repeat(70)}`)), 'SLD_TOO_DEEP'],
    ['when it is larger than 1 MB', sld(rule(line)) + ' '.repeat(1_000_000), 'SLD_TOO_LARGE'],
  ])('%s', (_, text, code) => {
    expect(codes(text).errors).toEqual([code])
  })

  test('with the line and a sentence that helps', () => {
    expect(check('<qgis version="3.22"/>').errors[0]?.message).toMatch(/QGIS style \(QML\).*Save Style/)
    expect(check('<a>\n<b>\n</a>', { fileName: 'roads.sld' }).errors).toEqual([
      expect.objectContaining({
        line: 3,
        message: expect.stringMatching(/^The style roads\.sld cannot be read as XML/),
      }),
    ])
  })

  test('when QGIS could write none of it, with what QGIS left in a comment', () => {
    const found = check(sld('<!--FeatureRenderer heatmapRenderer not implemented yet-->'))
    expect(found.errors).toEqual([expect.objectContaining({ code: 'SLD_NO_SYMBOLIZER' })])
    expect(found.errors[0]?.message).toContain('heatmapRenderer')
  })

  test('when it is for rasters and the layer is not, or the reverse, or the layer has no geometry', () => {
    expect(codes(sld(rule(raster)), { geometryType: 'Polygon' }).errors).toEqual(['SLD_GEOMETRY_MISMATCH'])
    expect(codes(sld(rule(line)), { geometryType: 'Raster' }).errors).toEqual(['SLD_GEOMETRY_MISMATCH'])
    expect(codes(sld(rule(line)), { geometryType: null }).errors).toEqual(['SLD_GEOMETRY_MISMATCH'])
    expect(codes(sld(rule(raster)), { geometryType: 'Raster' })).toEqual(clean)
    expect(codes(sld(rule(raster)))).toEqual(clean)
  })
})

describe('a style comes in with a warning (R7.8)', () => {
  test('when a symbolizer does not suit the geometry, unless it makes its own', () => {
    expect(codes(sld(rule(polygon + line)), { geometryType: 'MultiLineString' }).warnings).toEqual([
      'GEOMETRY_MISMATCH',
    ])
    expect(codes(sld(rule(polygon + line)), { geometryType: 'MultiPolygon' })).toEqual(clean)
    const buffered =
      '<se:PolygonSymbolizer><se:Geometry><ogc:PropertyName>the_geom</ogc:PropertyName></se:Geometry></se:PolygonSymbolizer>'
    expect(codes(sld(rule(buffered)), { geometryType: 'Point', fields: ['a'] })).toEqual(clean)
  })

  test('when the layer lacks a property, with the one that may be meant', () => {
    const fields = ['class', 'LANES', 'größe', 'Landmark/Type']
    const warnings = (property: string) => check(sld(rule(equals(property) + line)), { fields }).warnings
    expect(warnings('class')).toEqual([])
    expect(warnings('Landmark/Type')).toEqual([])
    expect(warnings('app:class')).toEqual([])
    expect(warnings('lanes')).toEqual([expect.objectContaining({ code: 'UNKNOWN_PROPERTY', line: 4 })])
    expect(warnings('lanes')[0]?.message).toContain("Did you mean 'LANES'?")
    expect(warnings('clas')[0]?.message).toContain("Did you mean 'class'?")
    expect(warnings('population')[0]?.message).toContain("The layer has: 'class', 'LANES'")
    expect(warnings('&quot;a&quot; + &quot;b&quot;')[0]?.message).toContain('QGIS expression')
    expect(warnings('__proto__')).toHaveLength(1)
  })

  test.each([
    ['http://169.254.169.254/latest/', 'EXTERNAL_GRAPHIC_REMOTE'],
    ['file:///etc/passwd', 'EXTERNAL_GRAPHIC_LOCAL'],
    ['/usr/share/qgis/svg/anchor.svg', 'EXTERNAL_GRAPHIC_LOCAL'],
    ['C:\\icons\\a.svg', 'EXTERNAL_GRAPHIC_LOCAL'],
    ['\\\\host\\share\\a.svg', 'EXTERNAL_GRAPHIC_LOCAL'],
    ['../a.svg', 'EXTERNAL_GRAPHIC_LOCAL'],
    ['data:image/png;base64,AAAA', 'EXTERNAL_GRAPHIC_INLINE'],
    ['ttf://DejaVu Sans', 'FONT_MARK'],
    ['anchor.svg', 'EXTERNAL_GRAPHIC_NAME'],
  ])('when it uses the graphic %s', (href, code) => {
    const graphic = `<se:PointSymbolizer><se:Graphic><se:ExternalGraphic><se:OnlineResource xlink:href="${href}"/></se:ExternalGraphic></se:Graphic></se:PointSymbolizer>`
    expect(codes(sld(rule(graphic)))).toEqual({ errors: [], warnings: [code] })
  })

  test('when QGIS lost a part of it', () => {
    const lost = (comment: string) =>
      codes(sld(rule(equals('a') + line) + rule(equals('a') + line + comment))).warnings
    expect(lost('<!--SymbolLayerV2 ArrowLine not implemented yet-->')).toEqual(['QGIS_NOT_EXPORTED'])
    expect(lost('<!--Parser Error: \nsyntax error. Expression was: ELSE-->')).toEqual(['QGIS_ELSE_LOST'])
    expect(lost('<!--Parser Error: \nsyntax error. Expression was: $area > 1-->')).toEqual([
      'QGIS_FILTER_LOST',
    ])
    expect(lost('<!-- made by hand -->')).toEqual([])
    const label = '<se:TextSymbolizer><se:Label>Placeholder</se:Label></se:TextSymbolizer>'
    expect(codes(sld(rule(label))).warnings).toEqual(['LABEL_PLACEHOLDER'])
  })

  test('when a rule beside filtered ones has no filter, labels and scale limits aside', () => {
    const text = '<se:TextSymbolizer/>'
    const scale = '<se:MaxScaleDenominator>5000</se:MaxScaleDenominator>'
    expect(codes(sld(rule(equals('a') + line) + rule(line))).warnings).toEqual(['RULE_WITHOUT_FILTER'])
    expect(codes(sld(rule(equals('a') + line) + rule(text) + rule(scale + line)))).toEqual(clean)
    expect(codes(sld(rule(line) + rule(line)))).toEqual(clean)
  })

  test('when a rule draws nothing, or parts of it are not SLD', () => {
    expect(codes(sld(rule(line) + rule(''))).warnings).toEqual(['RULE_NO_SYMBOLIZER'])
    const include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    expect(codes(sld(rule(line + include))).warnings).toEqual(['FOREIGN_ELEMENT'])
    expect(codes(sld(`<Transformation>${'x'}</Transformation>${rule(line)}`)).warnings).toEqual([
      'RENDERING_TRANSFORMATION',
    ])
  })

  test('once for each thing, and a hundred times at most', () => {
    const graphic =
      '<se:PointSymbolizer><se:Graphic><se:ExternalGraphic><se:OnlineResource xlink:href="http://example.org/a.png"/></se:ExternalGraphic></se:Graphic></se:PointSymbolizer>'
    expect(codes(sld(rule(line + graphic.repeat(500)))).warnings).toHaveLength(1)
    const many = Array.from({ length: 500 }, (_, index) => graphic.replace('a.png', `${index}.png`)).join('')
    expect(codes(sld(rule(line + many))).warnings).toHaveLength(100)
  })
})
