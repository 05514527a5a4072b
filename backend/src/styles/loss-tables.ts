/**
 * What becomes of each thing of a QGIS style outside SLD: on the maps that the catalogue draws itself, and in the style it
 * gives to browsers. By the code of the style report; test/styles/loss-report.test.ts holds it against what the reader of
 * QML, the painter and the writer of MapLibre styles say of real styles.
 */
import { isKnownMark } from './marks.ts'
import { readExpression } from './qml-expression-read.ts'

/** `lost`: nothing like it is drawn. */
export type DrawnVerdict = 'exact' | 'approximated' | 'lost'

export type Drawn = {
  /** By the catalogue's own maps, tiles and legends. */
  map: DrawnVerdict
  /** By MapLibre in a browser. */
  web: DrawnVerdict
}

export type Said = Readonly<Record<string, string | number>>
type DrawnFate = Drawn | ((values: Said, name: string) => Drawn)

const drawn = (map: DrawnVerdict, web: DrawnVerdict): Drawn => ({ map, web })
const exact = drawn('exact', 'exact')
const onMapsOnly = drawn('exact', 'approximated')
const nearly = drawn('approximated', 'approximated')
const lost = drawn('lost', 'lost')

const isUnderstood = (expression: string | number | undefined): boolean =>
  expression !== undefined && readExpression(String(expression)).kind !== 'foreign'

/** Drawn by our reader of expressions or not at all; whether MapLibre can follow depends on the functions. */
const byExpression =
  (member: string): DrawnFate =>
  (values) =>
    isUnderstood(values[member]) ? onMapsOnly : lost

/** Pictures have a name in the report when they are not inside the style. */
const ifInside =
  (inside: Drawn): DrawnFate =>
  ({ file }) =>
    file === undefined ? inside : lost

/** What is read feature by feature, of the symbol layers that have nothing that depends on it. */
const readFromData = new Set(
  `alpha opacity enabled angle size fillColor outlineColor outlineWidth Show Size Color FontOpacity BufferSize BufferOpacity
BufferColor LabelRotation Rotation Priority`.split(/\s+/),
)
const readsData = new Set(['SimpleMarker', 'SimpleLine', 'SimpleFill', 'marker', 'line', 'fill', 'label'])

const fromData: DrawnFate = ({ of, expression }, name) =>
  readFromData.has(name) && readsData.has(String(of)) && isUnderstood(expression) ? onMapsOnly : nearly

export const drawnFates: Readonly<Record<string, DrawnFate>> = {
  // Renderers
  'STY-101': exact,
  'STY-102': exact,
  'STY-103': exact,
  'STY-104': exact,
  'STY-105': nearly,
  'STY-106': nearly,
  'STY-107': nearly,
  'STY-108': lost,
  'STY-109': lost,
  'STY-110': lost,
  'STY-111': lost,
  'STY-112': exact,
  'STY-119': lost,
  // Rules
  'STY-121': exact,
  'STY-122': exact,
  'STY-123': ({ besides }) => (besides === undefined ? exact : nearly),
  'STY-124': exact,
  'STY-125': byExpression('filter'),
  'STY-126': byExpression('filter'),
  'STY-127': byExpression('expression'),
  'STY-128': exact,
  'STY-129': nearly,
  'STY-130': nearly,
  // Markers
  'STY-201': exact,
  'STY-202': ({ mark }) => (isKnownMark(String(mark)) ? exact : nearly),
  'STY-203': ifInside(exact),
  'STY-204': ifInside(exact),
  'STY-205': nearly,
  'STY-206': exact,
  'STY-207': nearly,
  'STY-208': ifInside(exact),
  'STY-209': lost,
  'STY-210': lost,
  'STY-211': lost,
  // Lines
  'STY-212': ({ offset }) => (offset === undefined ? exact : onMapsOnly),
  'STY-213': nearly,
  'STY-214': nearly,
  'STY-215': lost,
  'STY-216': lost,
  'STY-217': lost,
  'STY-218': lost,
  'STY-219': nearly,
  'STY-220': lost,
  // Fills
  'STY-221': exact,
  'STY-222': onMapsOnly,
  'STY-223': nearly,
  'STY-224': nearly,
  'STY-225': ({ place }) => (place === undefined ? onMapsOnly : drawn('approximated', 'lost')),
  'STY-226': ifInside(nearly),
  'STY-227': ifInside(nearly),
  'STY-228': nearly,
  'STY-229': nearly,
  'STY-230': lost,
  'STY-231': ifInside(nearly),
  'STY-232': lost,
  'STY-239': lost,
  // Of symbols
  'STY-241': onMapsOnly,
  'STY-242': exact,
  'STY-243': exact,
  'STY-244': nearly,
  'STY-245': nearly,
  'STY-246': nearly,
  'STY-247': nearly,
  'STY-248': nearly,
  'STY-249': nearly,
  // Labels
  'STY-301': exact,
  'STY-302': exact,
  'STY-309': lost,
  'STY-311': byExpression('expression'),
  'STY-312': nearly,
  'STY-313': onMapsOnly,
  'STY-314': onMapsOnly,
  'STY-315': nearly,
  'STY-316': lost,
  'STY-317': lost,
  'STY-318': lost,
  'STY-319': nearly,
  'STY-320': nearly,
  'STY-321': lost,
  'STY-322': exact,
  'STY-323': nearly,
  'STY-324': nearly,
  'STY-325': nearly,
  'STY-326': lost,
  'STY-327': nearly,
  'STY-328': lost,
  'STY-329': nearly,
  'STY-330': lost,
  'STY-331': exact,
  'STY-339': nearly,
  'STY-341': nearly,
  'STY-342': onMapsOnly,
  'STY-343': nearly,
  'STY-344': nearly,
  'STY-345': nearly,
  'STY-346': nearly,
  'STY-347': nearly,
  'STY-348': nearly,
  'STY-349': nearly,
  'STY-350': nearly,
  // Diagrams, effects, the layer
  'STY-401': lost,
  'STY-402': lost,
  'STY-403': lost,
  'STY-501': exact,
  'STY-502': lost,
  'STY-503': lost,
  'STY-504': lost,
  'STY-505': lost,
  'STY-506': lost,
  'STY-507': lost,
  'STY-508': lost,
  'STY-509': lost,
  'STY-519': lost,
  'STY-521': onMapsOnly,
  'STY-522': lost,
  'STY-523': lost,
  'STY-524': lost,
  'STY-531': lost,
  // Data-defined
  'STY-601': fromData,
  'STY-602': fromData,
  'STY-603': fromData,
  'STY-604': fromData,
  'STY-605': fromData,
  'STY-606': fromData,
  'STY-607': fromData,
  'STY-608': fromData,
  'STY-611': fromData,
  'STY-619': nearly,
  // Rasters: MapLibre shows what the server has coloured.
  'STY-701': nearly,
  'STY-702': nearly,
  'STY-703': onMapsOnly,
  'STY-704': onMapsOnly,
  'STY-705': nearly,
  'STY-706': lost,
  'STY-707': lost,
  'STY-708': lost,
  'STY-709': lost,
  'STY-711': nearly,
  'STY-712': nearly,
  'STY-713': lost,
}
