/** What small SLDs become in the model: the meaning of the standard, and QGIS's dialect undone; real files are in test/styles. */
import { describe, expect, test } from 'vitest'
import { readXml } from '../xml/read.ts'
import type { Rule, Symbolizer } from './model.ts'
import { readSld, type SldContext } from './sld-read.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const namespaces =
  'xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink"'
const rule = (content: string) => `<se:Rule><se:Name>r</se:Name>${content}</se:Rule>`
const sld = (rules: string, version = '1.1.0') =>
  `<StyledLayerDescriptor version="${version}" ${namespaces}><NamedLayer><se:Name>l</se:Name><UserStyle><se:FeatureTypeStyle>${rules}</se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`

const read = (rules: string, context: SldContext = { dialect: 'ogc' }, version?: string) => {
  const reading = readSld(readXml(bytes(sld(rules, version))), context)
  if (!reading) throw new Error('no style was found')
  return reading
}
const rulesOf = (rules: string, context?: SldContext): Rule[] =>
  read(rules, context).style.featureTypeStyles.flatMap((pass) => pass.rules)
const symbolizer = (content: string, context?: SldContext): Symbolizer => {
  const [found] = rulesOf(rule(content), context)[0]?.symbolizers ?? []
  if (!found) throw new Error('no symbolizer was read')
  return found
}
const filter = (content: string) => {
  const [found] = rulesOf(rule(`<ogc:Filter>${content}</ogc:Filter><se:LineSymbolizer/>`))
  return found?.applies.kind === 'filter' ? found.applies.filter : found?.applies
}
const codes = (content: string, context?: SldContext) => {
  const { errors, warnings } = read(rule(content), context)
  return { errors: errors.map(({ code }) => code), warnings: warnings.map(({ code }) => code) }
}
const property = (name: string) => `<ogc:PropertyName>${name}</ogc:PropertyName>`
const literal = (value: string) => `<ogc:Literal>${value}</ogc:Literal>`
const stroke = (...parameters: [string, string][]) =>
  `<se:Stroke>${parameters.map(([name, value]) => `<se:SvgParameter name="${name}">${value}</se:SvgParameter>`).join('')}</se:Stroke>`
const line = (...parameters: [string, string][]) =>
  `<se:LineSymbolizer>${stroke(...parameters)}</se:LineSymbolizer>`
const mark = (name: string, content = '') =>
  `<se:Mark><se:WellKnownName>${name}</se:WellKnownName>${content}</se:Mark>`
const value = (given: unknown) => ({ kind: 'literal', value: given })
const px = (given: number) => ({ value: value(given), unit: 'pixel' })

describe('rules keep their order, filters and scales (issue 5, item 2)', () => {
  test('a rule applies to all, to a filter, or to the rest', () => {
    const equal = `<ogc:Filter><ogc:PropertyIsEqualTo>${property('a')}${literal('1')}</ogc:PropertyIsEqualTo></ogc:Filter>`
    const rules = rulesOf(
      rule(`${equal}<se:LineSymbolizer/>`) +
        rule('<se:ElseFilter/><se:LineSymbolizer/>') +
        rule('<se:LineSymbolizer/>'),
    )
    expect(rules.map(({ applies }) => applies.kind)).toEqual(['filter', 'else', 'all'])
  })

  test('symbolizers are painted in the order in which they are written', () => {
    const [found] = rulesOf(rule('<se:LineSymbolizer/><se:PolygonSymbolizer/><se:LineSymbolizer/>'))
    expect(found?.symbolizers.map(({ kind }) => kind)).toEqual(['line', 'polygon', 'line'])
  })

  test('scales are numbers of 0 or more, and a rule that is never visible is told', () => {
    const scales = (min: string, max: string) =>
      `<se:MinScaleDenominator>${min}</se:MinScaleDenominator><se:MaxScaleDenominator>${max}</se:MaxScaleDenominator><se:LineSymbolizer/>`
    expect(rulesOf(rule(scales('1000', '5e4')))[0]).toMatchObject({
      minScaleDenominator: 1000,
      maxScaleDenominator: 50_000,
    })
    expect(codes(scales('far', '5000')).errors).toEqual(['SLD_BAD_SCALE'])
    expect(codes(scales('5000', '1000')).warnings).toEqual(['SCALE_MIN_GE_MAX'])
  })
})

describe('filters and values', () => {
  test('compare, like, between, null, and, not, arithmetic and functions', () => {
    expect(
      filter(
        `<ogc:And><ogc:Not><ogc:PropertyIsNull>${property('a')}</ogc:PropertyIsNull></ogc:Not>
        <ogc:PropertyIsLike wildCard="*" singleChar="?" escape="!" matchCase="false">${property('b')}${literal('x*')}</ogc:PropertyIsLike>
        <ogc:PropertyIsBetween>${property('c')}<ogc:LowerBoundary>${literal('1')}</ogc:LowerBoundary><ogc:UpperBoundary>${literal('2')}</ogc:UpperBoundary></ogc:PropertyIsBetween>
        <ogc:PropertyIsGreaterThan><ogc:Add>${property('d')}${literal('1')}</ogc:Add><ogc:Function name="abs">${property('e')}</ogc:Function></ogc:PropertyIsGreaterThan></ogc:And>`,
      ),
    ).toMatchObject({
      kind: 'and',
      operands: [
        { kind: 'not', operand: { kind: 'null', value: { kind: 'property', name: 'a' } } },
        { kind: 'like', pattern: 'x*', wildCard: '*', singleChar: '?', escapeChar: '!', matchCase: false },
        { kind: 'between', lower: value('1'), upper: value('2') },
        {
          kind: 'comparison',
          operator: '>',
          left: { kind: 'arithmetic', operator: '+' },
          right: { kind: 'function', name: 'abs' },
        },
      ],
    })
  })

  test('spatial operators hold their geometry as WKT, and a warning says that it is bound to one CRS', () => {
    const box =
      '<ogc:BBOX><ogc:PropertyName>geom</ogc:PropertyName><gml:Envelope srsName="EPSG:4326"><gml:lowerCorner>0 1</gml:lowerCorner><gml:upperCorner>2 3</gml:upperCorner></gml:Envelope></ogc:BBOX>'
    expect(filter(box)).toMatchObject({
      kind: 'spatial',
      operator: 'BBOX',
      other: { kind: 'geometry', wkt: 'POLYGON ((0 1, 2 1, 2 3, 0 3, 0 1))', crs: 'EPSG:4326' },
    })
    expect(codes(`<ogc:Filter>${box}</ogc:Filter><se:LineSymbolizer/>`).warnings).toEqual(['SPATIAL_FILTER'])
  })

  test('an unknown function is told and named, never taken for true (R7.8)', () => {
    const unknown = `<ogc:PropertyIsEqualTo><ogc:Function name="exec">${literal('x')}</ogc:Function>${literal('1')}</ogc:PropertyIsEqualTo>`
    expect(codes(`<ogc:Filter>${unknown}</ogc:Filter><se:LineSymbolizer/>`).warnings).toEqual([
      'UNSUPPORTED_FUNCTION',
    ])
    const never = { kind: 'comparison', operator: '=', left: value('0'), right: value('1') }
    expect(filter('<ogc:Sounds/>')).toMatchObject(never)
    expect(filter(`<ogc:PropertyIsEqualTo>${property('a')}</ogc:PropertyIsEqualTo>`)).toMatchObject(never)
  })

  test('a label joins texts and properties, and keeps the spaces between them', () => {
    const text = symbolizer(`<se:TextSymbolizer><se:Label>
      ${property('name')} - ${property('kind')}
    </se:Label></se:TextSymbolizer>`)
    expect(text).toMatchObject({
      label: {
        kind: 'function',
        name: 'Concatenate',
        arguments: [{ name: 'name' }, value(' - '), { name: 'kind' }],
      },
    })
  })

  test('a property loses its prefix, unless the layer has a property of that very name', () => {
    const label = (name: string, fields?: string[]) =>
      symbolizer(`<se:TextSymbolizer><se:Label>${property(name)}</se:Label></se:TextSymbolizer>`, {
        dialect: 'ogc',
        fields,
      })
    expect(label('app:name')).toMatchObject({ label: { name: 'name' } })
    expect(label('app:name', ['app:name'])).toMatchObject({ label: { name: 'app:name' } })
    expect(label('Landmark/Type')).toMatchObject({ label: { name: 'Landmark/Type' } })
  })
})

describe('values are normalised with a warning, or refused (issue 5, item 1)', () => {
  test.each([
    ['#1F78B4', '#1f78b4', []],
    ['#abc', '#aabbcc', ['COLOUR_NORMALISED']],
    ['0xFF0000', '#ff0000', ['COLOUR_NORMALISED']],
    ['5e86a1', '#5e86a1', ['COLOUR_NORMALISED']],
    ['Red', '#ff0000', ['COLOUR_NORMALISED']],
    ['rgb(1, 2, 255)', '#0102ff', ['COLOUR_NORMALISED']],
  ])('the colour %s is %s', (written, color, warnings) => {
    expect(symbolizer(line(['stroke', written]))).toMatchObject({ stroke: { color: value(color) } })
    expect(codes(line(['stroke', written]))).toEqual({ errors: [], warnings })
  })

  test('a colour with an alpha gives its opacity, times the one beside it', () => {
    const alpha = line(['stroke', '#ff000080'], ['stroke-opacity', '0.5'])
    expect(symbolizer(alpha)).toMatchObject({ stroke: { color: value('#ff0000'), opacity: value(0.251) } })
  })

  test.each(['##0070ff', '#fffffff', 'reddish', '${', 'rgb(300,0,0)'])('%s is no colour', (written) => {
    expect(codes(line(['stroke', written])).errors).toEqual(['SLD_BAD_COLOUR'])
  })

  test.each([
    ['stroke-width', 'thick'],
    ['stroke-width', '-1'],
    ['stroke-width', '0x10'],
    ['stroke-opacity', '50%'],
    ['stroke-dasharray', '5 x'],
    ['stroke-dasharray', Array.from({ length: 500 }, () => '1').join(' ')],
  ])('%s %s is refused with what was expected', (name, written) => {
    const { errors } = read(rule(line([name, written])))
    expect(errors).toEqual([
      expect.objectContaining({
        code: 'SLD_BAD_NUMBER',
        line: 1,
        message: expect.stringContaining('expected'),
      }),
    ])
  })

  test('a size that would cover the map is refused', () => {
    const point = `<se:PointSymbolizer><se:Graphic>${mark('circle')}<se:Size>1e9</se:Size></se:Graphic></se:PointSymbolizer>`
    expect(codes(point).errors).toEqual(['SLD_BAD_NUMBER'])
  })

  test('opacity beyond 0 to 1 is cut with a warning', () => {
    expect(symbolizer(line(['stroke-opacity', '7']))).toMatchObject({ stroke: { opacity: value(1) } })
    expect(codes(line(['stroke-opacity', '7'])).warnings).toEqual(['OPACITY_RANGE'])
  })

  test('lengths have the unit of their symbolizer, or the one behind the number', () => {
    const inMetres = `<se:LineSymbolizer uom="http://www.opengeospatial.org/se/units/metre">${stroke(['stroke-width', '5'], ['stroke-dashoffset', '2px'])}</se:LineSymbolizer>`
    expect(symbolizer(inMetres)).toMatchObject({
      stroke: { width: { value: value(5), unit: 'metre' }, dashOffset: { value: value(2), unit: 'pixel' } },
    })
    expect(codes(inMetres).warnings).toEqual(['UNIT_IN_NUMBER'])
    expect(codes('<se:LineSymbolizer uom="cubit"/>').warnings).toEqual(['UOM'])
  })

  test('what is not read is told with its line, never left out in silence', () => {
    expect(codes('<se:PointSymbolizer><se:Blur/></se:PointSymbolizer>').warnings).toEqual([
      'UNSUPPORTED_ELEMENT',
    ])
    expect(codes(line(['stroke-glow', '3'])).warnings).toEqual(['UNKNOWN_PARAMETER'])
    expect(codes('<se:ArrowSymbolizer/>').warnings).toEqual(['UNSUPPORTED_SYMBOLIZER'])
    expect(
      codes('<se:LineSymbolizer><se:VendorOption name="glow">1</se:VendorOption></se:LineSymbolizer>')
        .warnings,
    ).toEqual(['UNSUPPORTED_VENDOR_OPTION'])
  })
})

describe('graphics', () => {
  const point = (content: string) =>
    `<se:PointSymbolizer><se:Graphic>${content}</se:Graphic></se:PointSymbolizer>`
  const external = (href: string) =>
    `<se:ExternalGraphic><se:OnlineResource xlink:href="${href}"/></se:ExternalGraphic>`
  const sourceOf = (href: string, packageFiles: string[] = []) => {
    const found = symbolizer(point(external(href)), { dialect: 'ogc', packageFiles })
    const [content] = found.kind === 'point' ? found.graphic.contents : []
    return content?.kind === 'external-graphic' ? content.source : undefined
  }

  test('alternatives stay in their order, and a point without a graphic is the grey square of the standard', () => {
    const found = symbolizer(point(external('a.svg') + mark('star')))
    expect(found).toMatchObject({
      graphic: { contents: [{ kind: 'external-graphic' }, { kind: 'mark', wellKnownName: value('star') }] },
    })
    expect(symbolizer('<se:PointSymbolizer/>')).toMatchObject({
      graphic: { contents: [{ wellKnownName: value('square'), fill: { color: value('#808080') } }] },
    })
  })

  test('a picture is inside, in the package, in the library, or elsewhere and never fetched (C2)', () => {
    expect(sourceOf('data:image/png;base64,AAAA')).toEqual({
      kind: 'data',
      mediaType: 'image/png',
      base64: 'AAAA',
    })
    expect(sourceOf('gpsicons/plane.svg')).toEqual({ kind: 'library', name: 'gpsicons/plane.svg' })
    expect(sourceOf('file:///gpsicons/plane.svg')).toEqual({ kind: 'library', name: 'gpsicons/plane.svg' })
    expect(sourceOf('/usr/share/qgis/svg/gpsicons/plane.svg')).toEqual({
      kind: 'library',
      name: 'gpsicons/plane.svg',
    })
    expect(sourceOf('/home/ana/icons/reef.png', ['reef.png'])).toEqual({ kind: 'package', name: 'reef.png' })
    for (const href of [
      'http://169.254.169.254/x.png',
      'file:///etc/passwd',
      '\\\\host\\share\\a.png',
      '../../a.svg',
    ])
      expect(sourceOf(href)).toEqual({ kind: 'elsewhere', href })
  })

  test('the colours QGIS writes behind the name of an SVG are its parameters', () => {
    expect(symbolizer(point(external('plane.svg?fill=%230000ff&amp;outline-width=2')))).toMatchObject({
      graphic: { contents: [{ parameters: { fill: '#0000ff', 'outline-width': '2' } }] },
    })
  })

  // biome-ignore lint/suspicious/noTemplateCurlyInString: GeoServer's expression
  test.each(['ttf://Arial#0x0041', 'ttf://Arial#U+0041', 'ttf://Arial#A', "ttf://Arial#${'U+0041'}"])(
    'the letter of a font is read from %s',
    (name) => {
      expect(symbolizer(point(mark(name)))).toMatchObject({
        graphic: { contents: [{ kind: 'font-mark', fontFamily: 'Arial', character: value('A') }] },
      })
    },
  )

  test('an unknown mark is told', () => {
    expect(codes(point(mark('teapot'))).warnings).toEqual(['UNKNOWN_MARK'])
    expect(codes(point(mark('asterisk_fill'))).warnings).toEqual([])
  })
})

describe('QGIS’s dialect is undone (styles.md 5.3)', () => {
  const qgis: SldContext = { dialect: 'qgis' }
  const graphic = (content: string) =>
    `<se:PointSymbolizer><se:Graphic>${mark('circle', stroke(['stroke-width', '0.5']))}${content}</se:Graphic></se:PointSymbolizer>`

  test('it is recognised by how QGIS writes, and by nothing a person or GeoServer wrote', () => {
    const dialect = (rules: string) => read(rules, {}).dialect
    expect(dialect(rule('<se:LineSymbolizer/>'))).toBe('qgis')
    expect(dialect(rule('<LineSymbolizer/>'))).toBe('ogc')
    expect(
      dialect(
        rule('<se:LineSymbolizer><se:VendorOption name="group">yes</se:VendorOption></se:LineSymbolizer>'),
      ),
    ).toBe('ogc')
    expect(
      dialect(
        rule(`<se:PointSymbolizer><se:Graphic>${mark('shape://times')}</se:Graphic></se:PointSymbolizer>`),
      ),
    ).toBe('ogc')
    expect(read(rule('<se:LineSymbolizer/>'), { dialect: 'ogc' }).dialect).toBe('ogc')
  })

  test('an offset to the right of a line becomes one to the left, and y goes up', () => {
    expect(
      symbolizer(
        '<se:LineSymbolizer><se:PerpendicularOffset>3</se:PerpendicularOffset></se:LineSymbolizer>',
        qgis,
      ),
    ).toMatchObject({ perpendicularOffset: px(-3) })
    const moved =
      '<se:Displacement><se:DisplacementX>4</se:DisplacementX><se:DisplacementY>-7</se:DisplacementY></se:Displacement>'
    expect(symbolizer(graphic(moved), qgis)).toMatchObject({
      graphic: { displacement: { x: px(4), y: px(7) } },
    })
    expect(symbolizer(graphic(moved))).toMatchObject({ graphic: { displacement: { x: px(4), y: px(-7) } } })
  })

  test('the thinnest line is a pixel wide', () => {
    expect(symbolizer(graphic(''), qgis)).toMatchObject({
      graphic: { contents: [{ stroke: { width: px(1) } }] },
    })
    expect(symbolizer(graphic(''))).toMatchObject({ graphic: { contents: [{ stroke: { width: px(0.5) } }] } })
  })

  const fill = (content: string) =>
    `<se:PolygonSymbolizer><se:Fill><se:GraphicFill><se:Graphic>${content}</se:Graphic></se:GraphicFill></se:Fill></se:PolygonSymbolizer>`

  test('lines of a pattern turn the other way', () => {
    const lines = fill(
      `${mark('horline', stroke(['stroke-width', '1']))}<se:Size>6</se:Size><se:Rotation><ogc:Literal>45</ogc:Literal></se:Rotation>`,
    )
    expect(symbolizer(lines, qgis)).toMatchObject({
      fill: { kind: 'hatch', rotation: value(-45), distance: px(6) },
    })
    expect(symbolizer(lines)).toMatchObject({ fill: { kind: 'hatch', rotation: value(45) } })
  })

  test('marks that fill without a size are bitmaps', () => {
    expect(symbolizer(fill(mark('slash', stroke(['stroke', '#ff0000']))), qgis)).toMatchObject({
      fill: { kind: 'brush', name: 'backward-diagonal', color: value('#ff0000') },
    })
  })

  test('markers are counted from middle to middle, the first on the start of the line', () => {
    const markers = `<se:LineSymbolizer><se:Stroke><se:GraphicStroke><se:Graphic>${mark('circle')}<se:Size>4</se:Size></se:Graphic><se:Gap>10</se:Gap></se:GraphicStroke></se:Stroke></se:LineSymbolizer>`
    expect(symbolizer(markers, qgis)).toMatchObject({
      stroke: { graphicStroke: { gap: px(6), initialGap: px(-2) } },
    })
    expect(symbolizer(markers)).toMatchObject({
      stroke: { graphicStroke: { gap: px(10), initialGap: null } },
    })
  })

  test('an ELSE in a comment is an ELSE, and labels leave it its features', () => {
    const equal = `<ogc:Filter><ogc:PropertyIsEqualTo>${property('a')}${literal('1')}</ogc:PropertyIsEqualTo></ogc:Filter>`
    const lost = '<!--Parser Error: \nsyntax error - Expression was: ELSE-->'
    const rules =
      rule(`${equal}<se:LineSymbolizer/>`) +
      rule(`${lost}<se:LineSymbolizer/>`) +
      rule('<se:TextSymbolizer/>')
    const passes = read(rules, qgis).style.featureTypeStyles
    expect(passes.map((pass) => pass.rules.map(({ applies }) => applies.kind))).toEqual([
      ['filter', 'else'],
      ['all'],
    ])
  })
})

describe('rasters', () => {
  test('colour maps may be open-ended, and bands stretched', () => {
    const found = symbolizer(`<se:RasterSymbolizer><se:Opacity>0.5</se:Opacity>
      <se:ChannelSelection><se:GrayChannel><se:SourceChannelName>2</se:SourceChannelName><se:ContrastEnhancement><se:Normalize><se:VendorOption name="algorithm">StretchToMinimumMaximum</se:VendorOption><se:VendorOption name="minValue">10</se:VendorOption><se:VendorOption name="maxValue">900</se:VendorOption></se:Normalize></se:ContrastEnhancement></se:GrayChannel></se:ChannelSelection>
      <se:ColorMap type="intervals"><se:ColorMapEntry color="#000000" quantity="5" label="low"/><se:ColorMapEntry color="#ffffff" quantity="inf" opacity="0.2"/></se:ColorMap></se:RasterSymbolizer>`)
    expect(found).toMatchObject({
      kind: 'raster',
      opacity: value(0.5),
      channelSelection: {
        gray: {
          sourceChannelName: '2',
          contrastEnhancement: { method: 'normalize', minimum: 10, maximum: 900 },
        },
      },
      colorMap: {
        type: 'intervals',
        entries: [
          { quantity: 5, color: '#000000', opacity: 1, label: 'low' },
          { quantity: 'inf', color: '#ffffff', opacity: 0.2, label: null },
        ],
      },
    })
  })

  test('the functions of SE are read as colour maps', () => {
    const map = (content: string) =>
      symbolizer(`<se:RasterSymbolizer><se:ColorMap>${content}</se:ColorMap></se:RasterSymbolizer>`)
    expect(
      map(
        '<se:Categorize><se:LookupValue>Rasterdata</se:LookupValue><se:Value>#000000</se:Value><se:Threshold>10</se:Threshold><se:Value>#ffffff</se:Value></se:Categorize>',
      ),
    ).toMatchObject({ colorMap: { type: 'intervals', entries: [{ quantity: 10 }, { quantity: 'inf' }] } })
  })
})
