/** Why pictures are presumably not as in QGIS, by the names of styles; the first that fits is said. */
export const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /db_point_svg|universidad|edificio|bahra|glaciologia|SvgMarker|SVGFill|svgfill/,
    'QGIS draws another picture where the file names one that is not in its library, or leaves it out',
  ],
  [/qgis_tests_013/, 'QGIS reads the file and draws nothing of it, or more'],
  [/uom(foot|metre)/i, 'QGIS reads sizes on the ground as such; the picture is larger than the map'],
  [/hillshade-multi/, 'the weights of the four lights are not all those of QGIS'],
  [/gray-clip/, 'QGIS leaves out other values at the ends of the range'],
  [
    /training-example-3/,
    'a photograph is made smaller: GDAL takes another cell of several than the one in the middle',
  ],
  [/categories-lists/, 'QGIS 3.22 writes lists of values wrongly; only the QML has them'],
  [
    /categories-rest|rules|mapscale/,
    'QGIS writes the rest, ELSE and some conditions not at all; only the QML has them',
  ],
  [
    /anchored|moved-turned|turned-by-data|sized-by-data|levels|half|ground/,
    'the SLD does not say it; only the QML does',
  ],
  [/ellipse/, 'QGIS writes the size of an ellipse as its width'],
  [/dot|dash|railway/, 'dashes of a pen are written as whole pixels, not as widths'],
  [/cross2|arrowhead|pixels|hexagon|half_square/, 'the middle of a mark lies half a pixel beside'],
  [/hatch/, 'QGIS rounds the distance of the lines to whole pixels of its tile'],
  [/dots|pattern/, 'QGIS rounds the cells of a pattern to whole pixels'],
  [/label-point-expression/, 'QGIS writes the word Placeholder for a computed label'],
  [/label-polygon/, 'QGIS tries other places in a polygon, and keeps labels off other polygons'],
  [/label|canalisation|vial|ferroviaria/, 'in a crowd, QGIS’s search ends with other labels at other places'],
  [/svg|bitmap|filled|letter/, 'pictures and letters lie between pixels otherwise'],
  [/roads|streets|advanced/, 'levels of symbols, or a geometry QGIS makes simpler before it draws'],
]
