/** The well-known marks: those of SE, QGIS's, and the hatches, bitmaps and marks with a scheme of GeoServer and QGIS. */

const seMarks = ['square', 'circle', 'triangle', 'star', 'cross', 'x']

/** What QGIS 3.22 to 3.40 writes for the shapes of its simple marker. */
const qgisMarks = [
  'rectangle',
  'rounded_square',
  'square_with_corners',
  'trapezoid',
  'parallelogram_left',
  'parallelogram_right',
  'diamond',
  'shield',
  'pentagon',
  'hexagon',
  'octagon',
  'decagon',
  'equilateral_triangle',
  'left_half_triangle',
  'right_half_triangle',
  'diamond_star',
  'regular_star',
  'heart',
  'arrow',
  'arrowhead',
  'filled_arrowhead',
  'cross2',
  'cross_fill',
  'asterisk_fill',
  'line',
  'half_square',
  'quarter_square',
  'diagonal_half_square',
  'third_circle',
  'semi_circle',
  'quarter_circle',
  'third_arc',
  'half_arc',
  'quarter_arc',
]

/** Hatches; as the mark of a point they are short lines. */
const hatchMarks = ['horline', 'vertline', 'slash', 'backslash']

const shapeMarks = [
  'vertline',
  'horline',
  'slash',
  'backslash',
  'dot',
  'plus',
  'times',
  'oarrow',
  'carrow',
  'triangle',
  'emicircle',
].map((name) => `shape://${name}`)

export const wellKnownMarks: ReadonlySet<string> = new Set([
  ...seMarks,
  ...qgisMarks,
  ...hatchMarks,
  ...shapeMarks,
])

export const isKnownMark = (name: string): boolean =>
  wellKnownMarks.has(name.toLowerCase()) ||
  /^wkt:\/\/.+|^brush:\/\/dense[1-7]$|^extshape:\/\/(triangle|emicircle|triangleemicircle|narrow|sarrow)/i.test(
    name,
  )
