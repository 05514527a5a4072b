import { expect, test } from 'vitest'
import { type DomNode, fromDom, fromXml } from './markup.ts'
import { readQml } from './qml.ts'
import { fateOf, fieldOf } from './qml-expression.ts'
import { reportQml, type StyleReport } from './qml-report.ts'
import { styleSentences } from './qml-words.ts'

const report = (content: string, version = '3.22.16-Białowieża', attributes = ''): StyleReport =>
  reportQml(fromXml(readQml(Buffer.from(`<qgis version="${version}" ${attributes}>${content}</qgis>`))))

const layer = (name: string, properties: Record<string, string> = {}, more = '') =>
  `<layer class="${name}" enabled="1"><Option type="Map">${Object.entries(properties)
    .map(([key, value]) => `<Option name="${key}" value="${value}" type="QString"/>`)
    .join('')}</Option>${more}</layer>`
const single = (layers: string, { type = 'fill', alpha = '1' } = {}) =>
  `<renderer-v2 type="singleSymbol"><symbols><symbol name="0" type="${type}" alpha="${alpha}">${layers}</symbol></symbols></renderer-v2>`
const symbols = (...names: string[]) =>
  `<symbols>${names.map((name) => `<symbol name="${name}" type="fill" alpha="1">${layer('SimpleFill')}</symbol>`).join('')}</symbols>`

const verdictOf = ({ items }: StyleReport, code: string) => items.find((item) => item.code === code)?.verdict

test('a plain fill is exact, and the report says where it is', () => {
  const found = report(single(layer('SimpleFill', { style: 'solid' })))
  expect(found).toMatchObject({ worst: 'exact', isSldEmpty: false, renderer: 'singleSymbol' })
  expect(found.items.find(({ part }) => part === 'symbol-layer')).toMatchObject({
    code: 'STY-221',
    name: 'SimpleFill',
    where: { rule: null, symbolLayer: 1, depth: 0 },
  })
})

test('both dialects of values say the same', () => {
  const old = `<layer class="SimpleMarker" enabled="1"><prop k="name" v="diamond"/><prop k="size" v="2"/><prop k="size_unit" v="MapUnit"/></layer>`
  const now = layer('SimpleMarker', { name: 'diamond', size: '2', size_unit: 'MapUnit' })
  const inOld = report(single(old, { type: 'marker' }))
  expect(report(single(now, { type: 'marker' }))).toEqual(inOld)
  expect(verdictOf(inOld, 'STY-241')).toBe('lost')
  expect(inOld.items.find(({ code }) => code === 'STY-241')?.message.values['sizes']).toBe('size')
})

test('a map unit of nothing is no loss', () => {
  const found = report(single(layer('SimpleFill', { offset: '0,0', offset_unit: 'MapUnit' })))
  expect(found.worst).toBe('exact')
})

test.each(['GradientFill', 'ShapeburstFill', 'RasterFill', 'GeometryGenerator', 'SomethingOfTomorrow'])(
  'a %s is kept in the QML only, and alone leaves the SLD empty',
  (name) => {
    expect(report(single(layer(name)))).toMatchObject({ worst: 'qml-only', isSldEmpty: true })
    expect(report(single(layer(name) + layer('SimpleFill'))).isSldEmpty).toBe(false)
  },
)

const categories = `<renderer-v2 type="categorizedSymbol" attr="use"><categories>
  <category symbol="0" value="a" label="A" render="true"/>
  <category symbol="1" label="B or C" render="true"><val value="b"/><val value="c"/></category>
  <category symbol="2" value="" label="others" render="true"/>
  <category symbol="0" value="d" label="off" render="false"/></categories>${symbols('0', '1', '2')}</renderer-v2>`

test('lists and the rest of categories are wrong in what QGIS 3.22 writes, and right in 3.40', () => {
  const old = report(categories)
  expect([verdictOf(old, 'STY-121'), verdictOf(old, 'STY-122')]).toEqual(['lost', 'lost'])
  const now = report(categories, '3.40.6-Bratislava')
  expect([verdictOf(now, 'STY-121'), verdictOf(now, 'STY-122')]).toEqual(['exact', 'exact'])
  expect(old.items.find(({ code }) => code === 'STY-121')?.where.rule).toBe('B or C')
})

test('a category that is switched off is written as though it were on', () => {
  const items = report(categories).items.filter(({ code }) => code === 'STY-124')
  expect(items.map(({ where }) => where.rule)).toEqual(['off'])
})

test('classes by an expression match nothing elsewhere', () => {
  expect(
    verdictOf(report(categories.replace('attr="use"', 'attr="upper(&quot;use&quot;)"')), 'STY-127'),
  ).toBe('lost')
  expect(
    verdictOf(report(categories.replace('attr="use"', 'attr="&quot;Land use&quot;"')), 'STY-127'),
  ).toBeUndefined()
})

test('rules within rules are read, with their filters', () => {
  const found = report(`<renderer-v2 type="RuleRenderer"><rules key="r">
    <rule label="big" symbol="0" filter="$area &gt; 5"><rule label="inner" symbol="1" filter="upper(a) = 'X'"/></rule>
    <rule label="rest" symbol="1" filter="ELSE"/><rule label="plain" symbol="0" filter="n = 1" checkstate="0"/>
    </rules>${symbols('0', '1')}</renderer-v2>`)
  const ofRules = found.items
    .filter(({ part }) => part === 'rule')
    .map(({ code, where }) => [code, where.rule])
  expect(ofRules).toEqual([
    ['STY-125', 'big'],
    ['STY-126', 'inner'],
    ['STY-123', 'rest'],
    ['STY-124', 'plain'],
  ])
  expect(found.items.filter(({ part }) => part === 'symbol-layer')).toHaveLength(4)
})

test('symbols of symbols are read one deeper; those of what QGIS does not write are not', () => {
  const marker = `<symbol name="@0@0" type="marker" alpha="1">${layer('SvgMarker', { name: '/home/ann/icons/x.svg' })}</symbol>`
  const found = report(single(layer('MarkerLine', {}, marker), { type: 'line' }))
  const inner = found.items.find(({ name }) => name === 'SvgMarker')
  expect(inner).toMatchObject({ code: 'STY-204', where: { symbolLayer: 1, depth: 1 } })
  expect(inner?.message.values['file']).toBe('x.svg')
  expect(report(single(layer('HashLine', {}, marker), { type: 'line' })).items).toHaveLength(2)
})

test('opacity of points and lines, switched-off parts, effects and data-defined values are found', () => {
  const defined = `<data_defined_properties><Option type="Map"><Option name="properties" type="Map">
    <Option name="size" type="Map"><Option name="active" value="true" type="bool"/></Option>
    <Option name="fillColor" type="Map"><Option name="active" value="false" type="bool"/></Option>
    </Option></Option></data_defined_properties>`
  const effect = `<effect type="effectStack" enabled="1"><effect type="dropShadow"><prop k="enabled" v="1"/></effect>
    <effect type="blur"><prop k="enabled" v="0"/></effect><effect type="drawSource"><prop k="enabled" v="1"/></effect></effect>`
  const parts = layer('SimpleMarker', { name: 'circle' }, defined + effect).replace(
    'enabled="1"',
    'enabled="0"',
  )
  const found = report(single(parts, { type: 'marker', alpha: '0.5' }))
  expect(found.items.map(({ code }) => code).sort()).toEqual(
    ['STY-101', 'STY-201', 'STY-242', 'STY-243', 'STY-502', 'STY-601'].sort(),
  )
  expect(report(single(layer('SimpleFill'), { alpha: '0.5' })).worst).toBe('exact')
})

test('the layer as a whole: opacity, blending, diagrams that are on, 3D', () => {
  const found = report(`${single(layer('SimpleFill'))}<layerOpacity>0.4</layerOpacity><blendMode>6</blendMode>
    <featureBlendMode>0</featureBlendMode><renderer-3d type="vector"/>
    <SingleCategoryDiagramRenderer diagramType="Pie"><DiagramCategory enabled="1"/></SingleCategoryDiagramRenderer>
    <LinearlyInterpolatedDiagramRenderer diagramType="Text"><DiagramCategory enabled="0"/></LinearlyInterpolatedDiagramRenderer>`)
  expect(found.items.filter(({ verdict }) => verdict !== 'exact').map(({ code }) => code)).toEqual([
    'STY-401',
    'STY-521',
    'STY-522',
    'STY-531',
  ])
  expect(found.items.find(({ code }) => code === 'STY-522')?.message.values['mode']).toBe('multiply')
})

const labels = (text: string, more = '') =>
  `<labeling type="simple"><settings><text-style ${text}><text-buffer bufferDraw="1" bufferBlendMode="0"/>
   <background shapeDraw="0"/><shadow shadowDraw="1"/></text-style><text-format wrapChar="" formatNumbers="0"/>
   <placement placement="3"/><rendering drawLabels="1"/>${more}</settings></labeling>`

test('labels: an expression becomes the word Placeholder, a halo stays, a shadow is QGIS only', () => {
  const found = report(single(layer('SimpleFill')) + labels('fieldName="upper(a)" isExpression="1"'))
  expect(verdictOf(found, 'STY-311')).toBe('lost')
  expect(verdictOf(found, 'STY-314')).toBe('exact')
  expect(verdictOf(found, 'STY-316')).toBe('qml-only')
  expect(verdictOf(found, 'STY-344')).toBe('approximated')
  expect(verdictOf(found, 'STY-315')).toBeUndefined()
})

test('labels that are switched off are no part of the picture', () => {
  const content = single(layer('SimpleFill')) + labels('fieldName="a" isExpression="1"')
  expect(report(content, '3.22.16', 'labelsEnabled="0"').worst).toBe('exact')
})

test('rasters: opacity is kept, contours are QGIS only', () => {
  const raster = (type: string) =>
    report(`<pipe><rasterrenderer type="${type}" opacity="0.5"/></pipe><layerOpacity>0.5</layerOpacity>`)
  expect(raster('paletted')).toMatchObject({ worst: 'exact', isSldEmpty: false })
  expect(raster('contour')).toMatchObject({ worst: 'qml-only', isSldEmpty: true })
})

test('every code that can be found has a sentence, and every placeholder in it a value', () => {
  const everything = [
    report(categories),
    report(single(layer('FontMarker', { font: 'X' }), { type: 'marker', alpha: '.5' })),
    report(single(layer('SvgMarker', { name: 'a.svg' }), { type: 'marker' })),
    report(
      single(layer('SimpleFill', { style: 'dense1' })) +
        labels('fieldName="a" isExpression="1" fontFamily="F"'),
    ),
  ].flatMap(({ items }) => items)
  for (const { code, message } of everything) {
    const [cause = '', remedy = ''] = styleSentences[code] ?? []
    expect(cause, code).not.toBe('')
    const names = [...`${cause} ${remedy}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    expect(Object.keys(message.values), code).toEqual(expect.arrayContaining(names))
  }
})

test('a document of the browser is read like one of the server', () => {
  const text = (value: string): DomNode => ({
    nodeType: 3,
    nodeName: '#text',
    nodeValue: value,
    childNodes: [],
  })
  const element = (
    nodeName: string,
    attributes: Record<string, string>,
    ...childNodes: DomNode[]
  ): DomNode => ({
    nodeType: 1,
    nodeName,
    nodeValue: null,
    childNodes,
    attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })),
  })
  const dom = element('qgis', { version: '3.22.0' }, text(' '), element('layerOpacity', {}, text('0.5')))
  const xml = fromXml(readQml(Buffer.from('<qgis version="3.22.0"> <layerOpacity>0.5</layerOpacity></qgis>')))
  expect(fromDom(dom)).toEqual(xml)
})

test('what stands in quotes or comments is no operator', () => {
  expect(fateOf(`"a || b" = 'x between $area' -- CASE`)).toEqual({ kind: 'translated' })
  expect(fateOf(`"a" = 'x' || "b"`)).toEqual({ kind: 'dropped', because: '||' })
  expect(fateOf('round("a") > 1')).toEqual({ kind: 'functions', functions: ['round'] })
})

test('a field is known by its name, quoted or not', () => {
  expect(['use', '"Land ""use"""', 'größe', 'upper(use)', '"a" + 1'].map(fieldOf)).toEqual([
    'use',
    'Land "use"',
    'größe',
    null,
    null,
  ])
})

test('names that every object has are unknown names like others', () => {
  const found = report(
    `${single(layer('constructor') + layer('toString', { name: '__proto__' }))}<labeling type="valueOf"/>`,
  )
  expect(found.items.map(({ code }) => code)).toEqual(['STY-101', 'STY-239', 'STY-239', 'STY-309'])
  expect(report('<renderer-v2 type="hasOwnProperty"/>').items.map(({ code }) => code)).toEqual(['STY-119'])
})

test.each([
  ['words', 'a'],
  ['comments that never end', '/* '],
  ['texts that never end', "'\\"],
  ['quotes', "'"],
  ['brackets', 'a('],
])('an expression of a megabyte of %s is read at once', (_, piece) => {
  const startedAt = performance.now()
  fateOf(piece.repeat(1_000_000 / piece.length))
  expect(performance.now() - startedAt).toBeLessThan(2000)
})
