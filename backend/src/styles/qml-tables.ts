/**
 * What QGIS writes as SLD for each thing a style can hold, by its name in the QML. From the source of QGIS 3.22 and 3.40
 * and 376 exports; test/qgis/style-registry.test.ts fails when the installed QGIS knows something that is not here.
 */
import { entryOf, isAtLeast, type Properties, type QgisVersion } from './qml-values.ts'

export type StyleVerdict = 'exact' | 'approximated' | 'qml-only' | 'lost'

/** A code for ever, and what it means for the SLD. */
export type Fate = { code: string; verdict: StyleVerdict }

const fate = (code: string, verdict: StyleVerdict): Fate => ({ code, verdict })

// Renderers -----------------------------------------------------------------------------------------------------

export const renderers: Readonly<Record<string, Fate>> = {
  singleSymbol: fate('STY-101', 'exact'),
  categorizedSymbol: fate('STY-102', 'exact'),
  graduatedSymbol: fate('STY-103', 'exact'),
  RuleRenderer: fate('STY-104', 'exact'),
  pointDisplacement: fate('STY-105', 'approximated'),
  pointCluster: fate('STY-106', 'approximated'),
  mergedFeatureRenderer: fate('STY-107', 'qml-only'),
  invertedPolygonRenderer: fate('STY-108', 'qml-only'),
  heatmapRenderer: fate('STY-109', 'qml-only'),
  '25dRenderer': fate('STY-110', 'qml-only'),
  embeddedSymbol: fate('STY-111', 'qml-only'),
  nullSymbol: fate('STY-112', 'qml-only'),
}
export const unknownRenderer = fate('STY-119', 'qml-only')

/** QGIS wrote category lists wrongly until 3.36, and what applies to the rest until 3.40.1. */
const rightLists: QgisVersion = [3, 36, 0]
const rightElse: QgisVersion = [3, 40, 1]

export const ruleFates = {
  valueList: (version: QgisVersion) => fate('STY-121', isAtLeast(version, rightLists) ? 'exact' : 'lost'),
  allOtherValues: (version: QgisVersion) => fate('STY-122', isAtLeast(version, rightElse) ? 'exact' : 'lost'),
  elseRule: (version: QgisVersion) => fate('STY-123', isAtLeast(version, rightElse) ? 'exact' : 'lost'),
  switchedOff: fate('STY-124', 'lost'),
  filterDropped: fate('STY-125', 'lost'),
  filterFunctions: fate('STY-126', 'approximated'),
  classifiedByExpression: fate('STY-127', 'lost'),
  symbolLevels: fate('STY-128', 'qml-only'),
  drawingOrder: fate('STY-129', 'qml-only'),
  referenceScale: fate('STY-130', 'qml-only'),
} as const

// Symbol layers -------------------------------------------------------------------------------------------------

type SymbolLayerFate = Fate | ((properties: Properties) => Fate)

/** The marks that SE names; the others are QGIS's own, which most programs draw as a square. */
const standardMarks = [
  'circle',
  'square',
  'triangle',
  'star',
  'cross',
  'cross2',
  'x',
  'rectangle',
  'regular_star',
]

const markFate = ({ name = 'circle' }: Properties) =>
  standardMarks.indexOf(name) !== -1 ? fate('STY-201', 'exact') : fate('STY-202', 'approximated')

const embeddedImage = /^(base64:|data:)/

const imageFate =
  (embedded: Fate, elsewhere: Fate, key: string) =>
  (properties: Properties): Fate =>
    embeddedImage.test(properties[key] ?? '') ? embedded : elsewhere

const fillFate = ({ style = 'solid' }: Properties) =>
  style === 'solid' || style === 'no' ? fate('STY-221', 'exact') : fate('STY-222', 'approximated')

export const symbolLayers: Readonly<Record<string, SymbolLayerFate>> = {
  SimpleMarker: markFate,
  SvgMarker: imageFate(fate('STY-203', 'approximated'), fate('STY-204', 'approximated'), 'name'),
  FontMarker: fate('STY-205', 'approximated'),
  EllipseMarker: fate('STY-206', 'approximated'),
  FilledMarker: fate('STY-207', 'qml-only'),
  RasterMarker: fate('STY-208', 'qml-only'),
  AnimatedMarker: fate('STY-209', 'qml-only'),
  VectorField: fate('STY-210', 'qml-only'),
  MaskMarker: fate('STY-211', 'qml-only'),
  SimpleLine: fate('STY-212', 'exact'),
  MarkerLine: fate('STY-213', 'approximated'),
  HashLine: fate('STY-214', 'qml-only'),
  ArrowLine: fate('STY-215', 'qml-only'),
  InterpolatedLine: fate('STY-216', 'qml-only'),
  RasterLine: fate('STY-217', 'qml-only'),
  Lineburst: fate('STY-218', 'qml-only'),
  FilledLine: fate('STY-219', 'qml-only'),
  LinearReferencing: fate('STY-220', 'qml-only'),
  SimpleFill: fillFate,
  LinePatternFill: fate('STY-223', 'approximated'),
  PointPatternFill: fate('STY-224', 'approximated'),
  CentroidFill: fate('STY-225', 'exact'),
  SVGFill: imageFate(fate('STY-226', 'approximated'), fate('STY-227', 'approximated'), 'svgFile'),
  GradientFill: fate('STY-228', 'qml-only'),
  ShapeburstFill: fate('STY-229', 'qml-only'),
  RandomMarkerFill: fate('STY-230', 'qml-only'),
  RasterFill: fate('STY-231', 'qml-only'),
  GeometryGenerator: fate('STY-232', 'qml-only'),
}
export const unknownSymbolLayer = fate('STY-239', 'qml-only')

export const symbolFates = {
  groundUnits: fate('STY-241', 'lost'),
  switchedOff: fate('STY-242', 'lost'),
  opacity: fate('STY-243', 'qml-only'),
  trimmed: fate('STY-244', 'qml-only'),
  ringFilter: fate('STY-245', 'qml-only'),
  dashDetails: fate('STY-246', 'approximated'),
  onlyInside: fate('STY-247', 'approximated'),
  severalPlacements: fate('STY-248', 'approximated'),
  animated: fate('STY-249', 'qml-only'),
} as const

// Labels --------------------------------------------------------------------------------------------------------

export const labelings: Readonly<Record<string, Fate>> = {
  simple: fate('STY-301', 'exact'),
  'rule-based': fate('STY-302', 'exact'),
}
export const unknownLabeling = fate('STY-309', 'qml-only')

export const labelFates = {
  expression: fate('STY-311', 'lost'),
  font: fate('STY-312', 'approximated'),
  groundUnits: fate('STY-313', 'lost'),
  halo: fate('STY-314', 'exact'),
  background: fate('STY-315', 'approximated'),
  shadow: fate('STY-316', 'qml-only'),
  callout: fate('STY-317', 'qml-only'),
  mask: fate('STY-318', 'qml-only'),
  wrapping: fate('STY-319', 'qml-only'),
  numberFormat: fate('STY-320', 'qml-only'),
  directionSymbol: fate('STY-321', 'qml-only'),
  letters: fate('STY-322', 'approximated'),
  smallCapitals: fate('STY-323', 'qml-only'),
  spacing: fate('STY-324', 'qml-only'),
  html: fate('STY-325', 'qml-only'),
  substitutions: fate('STY-326', 'qml-only'),
  vertical: fate('STY-327', 'qml-only'),
  geometryGenerator: fate('STY-328', 'qml-only'),
  sizeLimits: fate('STY-329', 'qml-only'),
  oldForm: fate('STY-330', 'qml-only'),
  switchedOffRule: fate('STY-331', 'lost'),
} as const
export const unknownLabelSetting = fate('STY-339', 'qml-only')

/** Elements of a label's settings that hold them as attributes, by the name of each. */
const labelSettingNames = {
  'text-style': `allowHtml blendMode capitalization fieldName fontCapitals fontFamily fontItalic fontKerning fontLetterSpacing
    fontSize fontSizeMapUnitScale fontSizeUnit fontStrikeout fontTransp fontUnderline fontWeight fontWordSpacing forcedBold
    forcedItalic isExpression legendString multilineHeight multilineHeightUnit namedStyle previewBkgrdColor
    stretchFactor tabStopDistance tabStopDistanceMapUnitScale tabStopDistanceUnit tabStopDistances textColor textOpacity
    textOrientation useSubstitutions`,
  'text-buffer': `bufferBlendMode bufferColor bufferDraw bufferJoinStyle bufferNoFill bufferOpacity bufferSize
    bufferSizeMapUnitScale bufferSizeUnits bufferTransp`,
  'text-mask': `maskEnabled maskJoinStyle maskOpacity maskSize maskSize2 maskSizeMapUnitScale maskSizeUnits maskType
    maskedSymbolLayers`,
  background: `shapeBlendMode shapeBorderColor shapeBorderWidth shapeBorderWidthMapUnitScale shapeBorderWidthUnit
    shapeBorderWidthUnits shapeDraw shapeFillColor shapeJoinStyle shapeOffsetMapUnitScale shapeOffsetUnit
    shapeOffsetUnits shapeOffsetX shapeOffsetY shapeOpacity shapeRadiiMapUnitScale shapeRadiiUnit shapeRadiiUnits
    shapeRadiiX shapeRadiiY shapeRotation shapeRotationType shapeSVGFile shapeSizeMapUnitScale shapeSizeType
    shapeSizeUnit shapeSizeUnits shapeSizeX shapeSizeY shapeTransparency shapeType`,
  shadow: `shadowBlendMode shadowColor shadowDraw shadowOffsetAngle shadowOffsetDist shadowOffsetGlobal
    shadowOffsetMapUnitScale shadowOffsetUnit shadowOffsetUnits shadowOpacity shadowRadius shadowRadiusAlphaOnly
    shadowRadiusMapUnitScale shadowRadiusUnit shadowRadiusUnits shadowScale shadowTransparency shadowUnder`,
  'text-format': `addDirectionSymbol autoWrapLength decimals formatNumbers leftDirectionSymbol multilineAlign
    placeDirectionSymbol plussign reverseDirectionSymbol rightDirectionSymbol useMaxLineLengthForAutoWrap wrapChar`,
  placement: `allowDegraded centroidInside centroidWhole dist distMapUnitScale distUnits fitInPolygonOnly geometryGenerator
    geometryGeneratorEnabled geometryGeneratorType labelOffsetInMapUnits labelOffsetMapUnitScale layerType
    lineAnchorClipping lineAnchorPercent lineAnchorTextPoint lineAnchorType maxCurvedCharAngleIn maxCurvedCharAngleOut
    maximumDistance maximumDistanceMapUnitScale maximumDistanceUnit offsetType offsetUnits overlapHandling
    overrunDistance overrunDistanceMapUnitScale overrunDistanceUnit placement placementFlags polygonPlacementFlags
    predefinedPositionOrder preserveRotation prioritization priority quadOffset repeatDistance
    repeatDistanceMapUnitScale repeatDistanceUnits rotationAngle rotationUnit xOffset yOffset`,
  rendering: `displayAll drawLabels fontLimitPixelSize fontMaxPixelSize fontMinPixelSize labelPerPart limitNumLabels
    maxNumLabels mergeLines minFeatureSize obstacle obstacleFactor obstacleType scaleMax scaleMin scaleVisibility
    unplacedVisibility upsidedownLabels zIndex`,
} as const

export const labelSettings: Readonly<Record<string, readonly string[]>> = Object.keys(
  labelSettingNames,
).reduce<Record<string, readonly string[]>>((found, element) => {
  found[element] = labelSettingNames[element as keyof typeof labelSettingNames].split(/\s+/)
  return found
}, {})

/** Qgis::LabelPlacement by its number. QGIS places labels by its own search, so that no two programs place them alike. */
export const placements: Readonly<Record<string, { name: string } & Fate>> = {
  '0': { name: 'AroundPoint', ...fate('STY-341', 'approximated') },
  '1': { name: 'OverPoint', ...fate('STY-342', 'exact') },
  '2': { name: 'Line', ...fate('STY-343', 'exact') },
  '3': { name: 'Curved', ...fate('STY-344', 'approximated') },
  '4': { name: 'Horizontal', ...fate('STY-345', 'approximated') },
  '5': { name: 'Free', ...fate('STY-346', 'approximated') },
  '6': { name: 'OrderedPositionsAroundPoint', ...fate('STY-347', 'approximated') },
  '7': { name: 'PerimeterCurved', ...fate('STY-348', 'approximated') },
  '8': { name: 'OutsidePolygons', ...fate('STY-349', 'approximated') },
}
export const unknownPlacement = fate('STY-350', 'approximated')

// Diagrams, effects, blending, 3D -------------------------------------------------------------------------------

export const diagramRenderers: Readonly<Record<string, Fate>> = {
  SingleCategoryDiagramRenderer: fate('STY-401', 'qml-only'),
  LinearlyInterpolatedDiagramRenderer: fate('STY-402', 'qml-only'),
  StackedDiagramRenderer: fate('STY-403', 'qml-only'),
}

export const effects: Readonly<Record<string, Fate>> = {
  drawSource: fate('STY-501', 'exact'),
  dropShadow: fate('STY-502', 'qml-only'),
  innerShadow: fate('STY-503', 'qml-only'),
  outerGlow: fate('STY-504', 'qml-only'),
  innerGlow: fate('STY-505', 'qml-only'),
  blur: fate('STY-506', 'qml-only'),
  color: fate('STY-507', 'qml-only'),
  transform: fate('STY-508', 'qml-only'),
  effectStack: fate('STY-509', 'qml-only'),
}
export const unknownEffect = fate('STY-519', 'qml-only')

export const layerFates = {
  opacity: fate('STY-521', 'qml-only'),
  blending: fate('STY-522', 'qml-only'),
  featureBlending: fate('STY-523', 'qml-only'),
  labelBlending: fate('STY-524', 'qml-only'),
  threeDimensional: fate('STY-531', 'qml-only'),
} as const

/** QgsPainting::BlendMode by its number in the QML. */
export const blendModes: readonly string[] = [
  'normal',
  'lighten',
  'screen',
  'dodge',
  'addition',
  'darken',
  'multiply',
  'burn',
  'overlay',
  'soft light',
  'hard light',
  'difference',
  'subtract',
]

// Data-defined properties ---------------------------------------------------------------------------------------

export type PropertyGroup =
  | 'size'
  | 'colour'
  | 'opacity'
  | 'shape'
  | 'position'
  | 'text'
  | 'condition'
  | 'effect'

export const propertyFates: Readonly<Record<PropertyGroup, Fate>> = {
  size: fate('STY-601', 'qml-only'),
  colour: fate('STY-602', 'qml-only'),
  opacity: fate('STY-603', 'qml-only'),
  shape: fate('STY-604', 'qml-only'),
  position: fate('STY-605', 'qml-only'),
  text: fate('STY-606', 'qml-only'),
  condition: fate('STY-607', 'qml-only'),
  effect: fate('STY-608', 'qml-only'),
}
export const rotatedMarker = fate('STY-611', 'exact')
export const unknownProperty = fate('STY-619', 'qml-only')

/** QGIS's names of what can be data-defined: symbols, symbol layers, labels, callouts and diagrams together. */
const propertyNames: Readonly<Record<PropertyGroup, string>> = {
  size: `size outlineWidth width height lineDistance blurRadius distanceX distanceY shapeburstMaxDist arrowWidth
    arrowStartWidth arrowHeadLength arrowHeadThickness lineStartWidthValue lineEndWidthValue interval
    averageAngleLength densityArea pointCount strokeWidth Size FontSizeUnit FontMinPixel FontMaxPixel FontLimitPixel
    BufferSize BufferUnit ShapeSizeType ShapeSizeX ShapeSizeY ShapeSizeUnits ShapeRadii ShapeRadiiUnits
    ShapeBorderWidth ShapeBorderWidthUnits ShadowRadius ShadowRadiusUnits ShadowScale MaskBufferSize MaskBufferUnit
    skipMultiples hashLength lineAngleLength FontStretchFactor TabStopDistance CalloutMargin`,
  colour: `fillColor outlineColor color2 lineStartColorValue lineEndColorValue backgroundColor strokeColor Color
    BufferColor ShapeFillColor ShapeBorderColor ShadowColor color`,
  opacity: `alpha opacity FontTransp FontOpacity BufferTransp BufferOpacity ShapeTransparency ShapeOpacity
    ShadowTransparency ShadowOpacity MaskOpacity`,
  shape: `name char outlineStyle preserveAspectRatio fillStyle joinStyle capStyle customDash dashPatternOffset lineAngle
    gradientType gradientMode gradientSpread gradientRef1X gradientRef1Y gradientRef2X gradientRef2Y
    gradientRef1Centroid gradientRef2Centroid shapeburstWholeShape shapeburstIgnoreRings file arrowHeadType arrowType
    trimStart trimEnd randomSeed placement ShapeKind ShapeSVGFile ShapeJoinStyle BufferJoinStyle MaskJoinStyle
    lineClipping markerClipping randomOffsetX randomOffsetY geometryGenerator svgParameters
    clipPoints extent_buffer`,
  position: `angle offset hAnchor vAnchor offsetAlongLine offsetX offsetY displacementX displacementY positionX positionY
    distance startAngle PositionX PositionY Hali Vali LabelDistance DistanceUnits Rotation LabelRotation OffsetRotation
    OffsetQuad OffsetXY OffsetUnits RepeatDistance RepeatDistanceUnit Priority priority ZIndex zIndex
    PredefinedPositionOrder LinePlacementFlags LinePlacementOptions OverrunDistance PolygonLabelOutside
    LineAnchorPercent LineAnchorClipping LineAnchorType LineAnchorTextPoint CentroidWhole CurvedCharAngleInOut
    IsObstacle isObstacle ObstacleFactor ShapeRotationType ShapeRotation ShapeOffset ShapeOffsetUnits
    ShadowOffsetAngle ShadowOffsetDist ShadowOffsetUnits TextOrientation OriginX OriginY DestinationX DestinationY
    MaximumDistance PositionPoint LabelMarginDistance RemoveDuplicateDistance`,
  text: `fontFamily fontStyle Bold Italic Underline Strikeout Family FontStyle FontCase FontLetterSpacing FontWordSpacing
    MultiLineWrapChar MultiLineHeight MultiLineAlignment AutoWrapLength DirSymbDraw DirSymbLeft DirSymbRight
    DirSymbPlacement DirSymbReverse NumFormat NumDecimals NumPlusSign`,
  condition: `enabled Show show AlwaysShow alwaysShow MinScale MaxScale MinimumScale MaximumScale ScaleVisibility
    LabelAllParts BufferDraw ShapeDraw ShadowDraw CalloutDraw MaskEnabled OverlapHandling AllowDegradedPlacement
    showMarker RemoveDuplicates`,
  effect: 'FontBlendMode BufferBlendMode ShapeBlendMode ShadowBlendMode ShadowUnder',
}

const groupOfProperty: Record<string, PropertyGroup> = {}
for (const group of Object.keys(propertyNames) as PropertyGroup[])
  for (const name of propertyNames[group].split(/\s+/)) groupOfProperty[name] = group

export const propertyGroupOf = (name: string): PropertyGroup | undefined => entryOf(groupOfProperty, name)

// Rasters -------------------------------------------------------------------------------------------------------

export const rasterRenderers: Readonly<Record<string, Fate>> = {
  multibandcolor: fate('STY-701', 'approximated'),
  singlebandgray: fate('STY-702', 'approximated'),
  singlebandpseudocolor: fate('STY-703', 'exact'),
  paletted: fate('STY-704', 'exact'),
  hillshade: fate('STY-705', 'approximated'),
  contour: fate('STY-706', 'qml-only'),
  singlebandcolordata: fate('STY-707', 'qml-only'),
  singlecolor: fate('STY-708', 'qml-only'),
}
export const unknownRasterRenderer = fate('STY-709', 'qml-only')

export const rasterFates = {
  brightness: fate('STY-711', 'approximated'),
  hue: fate('STY-712', 'approximated'),
  transparentValues: fate('STY-713', 'qml-only'),
} as const
