"""Styles over the whole of QGIS's registries: symbol layers, renderers and label settings, each with its usual variants.

Tiers: A fills, lines, marks, categories, rules; B patterns, markers on lines, pictures; C labels; X what SLD and the style
model have no word for, so that the pictures cannot be alike and the loss has to be reported.
"""

import base64
import math

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsCentroidFillSymbolLayer,
    QgsEllipseSymbolLayer,
    QgsFillSymbol,
    QgsFilledMarkerSymbolLayer,
    QgsFontMarkerSymbolLayer,
    QgsGeometryGeneratorSymbolLayer,
    QgsGraduatedSymbolRenderer,
    QgsHashedLineSymbolLayer,
    QgsHeatmapRenderer,
    QgsInvertedPolygonRenderer,
    QgsLabelLineSettings,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMarkerLineSymbolLayer,
    QgsMarkerSymbol,
    QgsMergedFeatureRenderer,
    QgsNullSymbolRenderer,
    QgsPalLayerSettings,
    QgsPointClusterRenderer,
    QgsPointDisplacementRenderer,
    QgsPointPatternFillSymbolLayer,
    QgsProperty,
    QgsRasterMarkerSymbolLayer,
    QgsRendererCategory,
    QgsRendererRange,
    QgsRuleBasedLabeling,
    QgsRuleBasedRenderer,
    QgsSVGFillSymbolLayer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSvgMarkerSymbolLayer,
    QgsSymbol,
    QgsSymbolLayer,
    QgsTextBackgroundSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QSizeF
from qgis.PyQt.QtGui import QColor, QFont, QImage, QPainter

MM = QgsUnitTypes.RenderMillimeters
PIXEL = QgsUnitTypes.RenderPixels
MAP = QgsUnitTypes.RenderMapUnits

SHAPES = (
    "square rectangle diamond pentagon hexagon octagon decagon square_with_corners rounded_square triangle "
    "equilateral_triangle left_half_triangle right_half_triangle star diamond_star heart arrow circle cross cross_fill "
    "cross2 line arrowhead filled_arrowhead half_square diagonal_half_square quarter_square semi_circle third_circle "
    "quarter_circle half_arc third_arc quarter_arc asterisk_fill shield trapezoid parallelogram_left parallelogram_right"
).split()

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16" viewBox="0 0 24 16">
<path d="M2 14 L12 2 L22 14 Z" fill="param(fill) #ff0000" fill-opacity="param(fill-opacity)" stroke="param(outline) #000"
 stroke-opacity="param(outline-opacity)" stroke-width="param(outline-width) 1"/><circle cx="12" cy="10" r="2.5" fill="#fff"/></svg>"""
SVG_DATA = "base64:" + base64.b64encode(SVG.encode()).decode()


def png_data():
    image = QImage(24, 24, QImage.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    painter.fillRect(2, 2, 20, 20, QColor("#2060c0"))
    painter.fillRect(8, 8, 8, 8, QColor("#ffd000"))
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.WriteOnly)
    image.save(buffer, "PNG")
    return "base64:" + base64.b64encode(bytes(data)).decode()


def undress(layer):
    layer.setLabeling(None)
    layer.setLabelsEnabled(False)
    layer.setOpacity(1)


def dressed(symbol):
    return lambda layer: layer.setRenderer(QgsSingleSymbolRenderer(symbol.clone()))


def symbol_of(kind, *symbol_layers):
    symbol = {"point": QgsMarkerSymbol, "line": QgsLineSymbol, "polygon": QgsFillSymbol}[kind]()
    symbol.deleteSymbolLayer(0)
    for one in symbol_layers:
        symbol.appendSymbolLayer(one)
    return symbol


def fill(**given):
    return QgsFillSymbol.createSimple({"outline_width": "0.28", **given})


def line(**given):
    return QgsLineSymbol.createSimple(given)


def mark(**given):
    return QgsMarkerSymbol.createSimple({"outline_width": "0.28", **given})


# Tier A -----------------------------------------------------------------------------------------------------


def fills():
    yield "plain", fill(color="#8dd35f", outline_color="#232323")
    yield "thick", fill(color="230,120,40,160", outline_color="#000000", outline_width="1.12", joinstyle="miter")
    yield "thick-odd", fill(color="#dddddd", outline_color="#7040a0", outline_width="0.9", joinstyle="round")
    yield "outline-only", fill(style="no", outline_color="#c00000", outline_width="0.56", joinstyle="round")
    yield "only", fill(color="#4060c0", outline_style="no")
    yield "default-width", fill(color="#c0e0f0", outline_color="#335577", outline_width="0.26")
    yield "hairline", fill(color="#f0d0c0", outline_color="#000000", outline_width="0")
    yield "dashed", fill(color="#f5f5d0", outline_color="#303030", outline_style="dash", outline_width="0.56")
    yield "dotted", fill(color="#e5e5f5", outline_color="#303030", outline_style="dot", outline_width="0.7")
    half = fill(color="#d02020", outline_color="#202020", outline_width="0.84")
    half.setOpacity(0.5)
    yield "half", half
    yield "moved", fill(color="#a0c080", outline_color="#204020", offset="1.4,2.8", offset_unit="MM")
    two = fill(color="#f0f0f0", outline_color="#000000", outline_width="1.4")
    two.appendSymbolLayer(QgsSimpleLineSymbolLayer.create({"line_color": "#ffd000", "line_width": "0.56"}))
    yield "cased", two
    inner = fill(color="#e0f0e0", outline_style="no")
    inner.appendSymbolLayer(
        QgsSimpleLineSymbolLayer.create({"line_color": "#208040", "line_width": "0.84", "offset": "0.9"})
    )
    yield "inner-line", inner
    yield "points", fill(color="#c8c8ff", outline_color="#404080", outline_width="2", outline_width_unit="Point")
    yield "pixels", fill(color="#ffe0c0", outline_color="#804000", outline_width="3", outline_width_unit="Pixel")


def lines():
    for width in ("0.1", "0.26", "0.28", "0.5", "0.84", "1.4", "2.3"):
        yield f"wide-{width}", line(line_color="#1f78b4", line_width=width, capstyle="round", joinstyle="round")
    yield "hairline", line(line_color="#333333", line_width="0")
    yield "flat", line(line_color="#aa0000", line_width="1.96", capstyle="flat", joinstyle="bevel")
    yield "square-mitre", line(line_color="#0060aa", line_width="1.4", capstyle="square", joinstyle="miter")
    yield "custom-dash", line(
        line_color="#333333", line_width="0.56", use_custom_dash="1", customdash="2.8;1.4", capstyle="flat"
    )
    yield "custom-dash-round", line(
        line_color="#903030", line_width="0.84", use_custom_dash="1", customdash="3;2;0.5;2", capstyle="round"
    )
    for style in ("dash", "dot", "dash dot", "dash dot dot"):
        yield style.replace(" ", "-"), line(line_color="#205020", line_width="0.7", line_style=style, capstyle="flat")
    yield "dash-default-cap", line(line_color="#205070", line_width="0.46", line_style="dash")
    yield "offset-left", line(line_color="#6a3d9a", line_width="0.56", offset="-1.4")
    yield "offset-right", line(line_color="#6a3d9a", line_width="0.56", offset="1.4")
    yield "offset-far", line(line_color="#b15928", line_width="0.4", offset="4.5")
    cased = line(line_color="#404040", line_width="2.24", capstyle="round", joinstyle="round")
    cased.appendSymbolLayer(
        QgsSimpleLineSymbolLayer.create(
            {"line_color": "#ffd700", "line_width": "1.4", "capstyle": "round", "joinstyle": "round"}
        )
    )
    yield "cased", cased
    double = line(line_color="#505050", line_width="0.42", offset="0.84")
    double.appendSymbolLayer(
        QgsSimpleLineSymbolLayer.create({"line_color": "#505050", "line_width": "0.42", "offset": "-0.84"})
    )
    yield "double", double
    rail = line(line_color="#202020", line_width="1.4", capstyle="flat")
    rail.appendSymbolLayer(
        QgsSimpleLineSymbolLayer.create(
            {"line_color": "#ffffff", "line_width": "0.84", "use_custom_dash": "1", "customdash": "2.8;2.8", "capstyle": "flat"}
        )
    )
    yield "railway", rail
    half = line(line_color="#d02020", line_width="1.96")
    half.setOpacity(0.5)
    yield "half", half
    yield "ground", line(line_color="#3070b0", line_width="0.0004", line_width_unit="MapUnit")


def marks():
    for name in SHAPES:
        yield f"{name}", mark(name=name, color="#e31a1c", outline_color="#202020", size="4.2")
    for name in ("circle", "square", "triangle", "star", "cross"):
        yield f"small-{name}", mark(name=name, color="#3080e0", outline_color="#202020", size="2", outline_width="0")
        yield f"large-{name}", mark(
            name=name, color="250,180,60,140", outline_color="#603000", size="7.3", outline_width="0.9"
        )
    yield "default", mark()
    yield "no-outline", mark(name="circle", color="#33a02c", outline_style="no", size="3")
    yield "outline-only", mark(name="circle", color="255,255,255,0", outline_color="#c02020", size="3.6", outline_width="0.6")
    yield "turned-arrow", mark(name="arrow", color="#33a02c", size="5.6", angle="30")
    yield "turned-triangle", mark(name="triangle", color="#b02080", size="4", angle="135")
    yield "moved", mark(name="square", color="#ff7f00", size="2.8", offset="2.8,1.4")
    yield "moved-turned", mark(name="square", color="#ff7f00", size="2.8", offset="2.8,1.4", angle="45")
    yield "anchored", mark(name="triangle", color="#2060a0", size="4", vertical_anchor_point="2", horizontal_anchor_point="0")
    yield "points", mark(name="circle", color="#8040c0", size="9", size_unit="Point", outline_width="1", outline_width_unit="Point")
    yield "pixels", mark(name="square", color="#40c080", size="11", size_unit="Pixel")
    two = mark(name="circle", color="#ffffff", outline_color="#000000", size="5.6", outline_width="0.56")
    two.appendSymbolLayer(QgsSimpleMarkerSymbolLayer.create({"name": "cross", "color": "#c00000", "outline_color": "#c00000", "size": "2.8"}))
    yield "composed", two
    half = mark(name="circle", color="#e02020", size="6")
    half.setOpacity(0.4)
    yield "half", half
    ellipse = QgsEllipseSymbolLayer.create(
        {"symbol_name": "circle", "symbol_width": "6", "symbol_height": "3", "color": "#20a0a0", "outline_width": "0.28", "angle": "20"}
    )
    yield "ellipse", symbol_of("point", ellipse)
    yield "ellipse-tall", symbol_of(
        "point",
        QgsEllipseSymbolLayer.create(
            {"symbol_name": "diamond", "symbol_width": "2.5", "symbol_height": "5", "color": "#a020a0", "outline_width": "0.28"}
        ),
    )
    sized = mark(name="circle", color="#3070d0", size="3")
    sized.symbolLayer(0).setDataDefinedProperty(QgsSymbolLayer.PropertySize, QgsProperty.fromExpression('1 + "share" * 5'))
    yield "sized-by-data", sized
    turned = mark(name="arrow", color="#d07030", size="5")
    turned.symbolLayer(0).setDataDefinedProperty(QgsSymbolLayer.PropertyAngle, QgsProperty.fromExpression('"n" * 7'))
    yield "turned-by-data", turned


def simple(kind, color):
    if kind == "point":
        return mark(name="circle", color=color, size="3")
    if kind == "line":
        return line(line_color=color, line_width="0.7")
    return fill(color=color)


COLORS = ["#e41a1c", "#377eb8", "#4daf4a", "#984ea3", "#ff7f00"]


def classified(kind):
    def some(index):
        return simple(kind, COLORS[index])

    def categorized(layer):
        layer.setRenderer(
            QgsCategorizedSymbolRenderer(
                "kind", [QgsRendererCategory(value, some(index), value) for index, value in enumerate("abcd")]
            )
        )

    def with_rest(layer):
        layer.setRenderer(
            QgsCategorizedSymbolRenderer(
                "kind",
                [QgsRendererCategory("a", some(0), "a"), QgsRendererCategory("b", some(1), "b"), QgsRendererCategory("", some(2), "rest")],
            )
        )

    def lists(layer):
        layer.setRenderer(
            QgsCategorizedSymbolRenderer(
                "kind", [QgsRendererCategory(["a", "c"], some(0), "a or c"), QgsRendererCategory("b", some(3), "b")]
            )
        )

    def off(layer):
        layer.setRenderer(
            QgsCategorizedSymbolRenderer(
                "kind",
                [QgsRendererCategory("a", some(0), "a"), QgsRendererCategory("b", some(1), "b", False)],
            )
        )

    def graduated(layer):
        limits = [0, 20, 50, 90, 200]
        layer.setRenderer(
            QgsGraduatedSymbolRenderer(
                "n", [QgsRendererRange(limits[i], limits[i + 1], some(i), f"class {i}") for i in range(4)]
            )
        )

    def rules(layer):
        root = QgsRuleBasedRenderer.Rule(None)
        for index, text in enumerate(['"n" < 20', '"n" >= 20 AND "kind" IN (\'a\',\'b\')', '"share" > 0.5 AND "kind" = \'c\'']):
            root.appendChild(QgsRuleBasedRenderer.Rule(some(index), 0, 0, text, text))
        other = QgsRuleBasedRenderer.Rule(some(4), 0, 0, "", "others")
        other.setIsElse(True)
        root.appendChild(other)
        layer.setRenderer(QgsRuleBasedRenderer(root))

    def nested(layer):
        root = QgsRuleBasedRenderer.Rule(None)
        low = QgsRuleBasedRenderer.Rule(None, 0, 0, '"n" < 40', "low")
        low.appendChild(QgsRuleBasedRenderer.Rule(some(0), 0, 0, "\"kind\" = 'a'", "low a"))
        low.appendChild(QgsRuleBasedRenderer.Rule(some(1), 0, 0, "\"kind\" <> 'a'", "low others"))
        root.appendChild(low)
        root.appendChild(QgsRuleBasedRenderer.Rule(some(2), 0, 0, '"n" >= 40 AND "title" LIKE \'%a\'', "high"))
        far = QgsRuleBasedRenderer.Rule(some(3), 100, 1, "", "at large scales only")
        root.appendChild(far)
        layer.setRenderer(QgsRuleBasedRenderer(root))

    def expressions(layer):
        root = QgsRuleBasedRenderer.Rule(None)
        texts = ['"n" + 5 > 60', '"n" % 2 = 1', "\"title\" || 'x' = 'Denneryx'", 'CASE WHEN "n" > 30 THEN 1 ELSE 0 END = 1']
        for index, text in enumerate(texts):
            root.appendChild(QgsRuleBasedRenderer.Rule(some(index), 0, 0, text, f"rule {index}"))
        layer.setRenderer(QgsRuleBasedRenderer(root))

    def faded(layer):
        categorized(layer)
        layer.setOpacity(0.5)

    def leveled(layer):
        categorized(layer)
        renderer = layer.renderer().clone()
        renderer.setUsingSymbolLevels(True)
        for index, category in enumerate(renderer.categories()):
            symbol = category.symbol().clone()
            symbol.symbolLayer(0).setRenderingPass(index)
            renderer.updateCategorySymbol(index, symbol)
        layer.setRenderer(renderer)

    return {
        "categories": categorized,
        "categories-rest": with_rest,
        "categories-lists": lists,
        "categories-off": off,
        "graduated": graduated,
        "rules": rules,
        "rules-nested": nested,
        "rules-expressions": expressions,
        "layer-half": faded,
        "levels": leveled,
    }


# Tier B -----------------------------------------------------------------------------------------------------


def patterns():
    for brush in (
        "horizontal vertical cross b_diagonal f_diagonal diagonal_x dense1 dense2 dense3 dense4 dense5 dense6 dense7"
    ).split():
        yield f"brush-{brush}", fill(style=brush, color="#0000aa")
    for angle, distance, width, offset in (
        (0, 2.8, 0.28, 0),
        (45, 2, 0.26, 0),
        (30, 3.3, 0.5, 0),
        (90, 1.4, 0.28, 0),
        (135, 5, 1, 0),
        (-20, 2.6, 0.4, 0),
        (45, 4, 0.3, 1),
        (120, 3, 0.3, 1.2),
        (0, 3, 0.3, 1),
    ):
        hatch = QgsLinePatternFillSymbolLayer()
        hatch.setLineAngle(angle)
        hatch.setDistance(distance)
        hatch.setOffset(offset)
        hatch.setSubSymbol(line(line_color="#b03000", line_width=str(width)))
        yield f"hatch-{angle}-{distance}-{offset}", symbol_of("polygon", hatch, outline())
    crossed = []
    for angle in (30, 120):
        hatch = QgsLinePatternFillSymbolLayer()
        hatch.setLineAngle(angle)
        hatch.setDistance(2.4)
        hatch.setSubSymbol(line(line_color="#206020", line_width="0.28"))
        crossed.append(hatch)
    yield "hatch-crossed", symbol_of("polygon", *crossed, outline())
    dashed = QgsLinePatternFillSymbolLayer()
    dashed.setLineAngle(45)
    dashed.setDistance(2.5)
    dashed.setSubSymbol(line(line_color="#203080", line_width="0.4", line_style="dash"))
    yield "hatch-dashed", symbol_of("polygon", dashed, outline())
    for name, dx, dy, sx, sy, shape, size in (
        ("grid", 4, 4, 0, 0, "circle", 1.4),
        ("wide", 6.3, 3.1, 0, 0, "square", 1.2),
        ("staggered", 4, 4, 2, 0, "circle", 1.6),
        ("staggered-down", 5, 5, 0, 2.5, "triangle", 2),
        ("crosses", 3.7, 3.7, 0, 0, "cross", 2),
    ):
        dots = QgsPointPatternFillSymbolLayer()
        dots.setDistanceX(dx)
        dots.setDistanceY(dy)
        dots.setDisplacementX(sx)
        dots.setDisplacementY(sy)
        dots.setSubSymbol(mark(name=shape, color="#207020", size=str(size), outline_style="solid" if shape == "cross" else "no", outline_color="#207020"))
        yield f"dots-{name}", symbol_of("polygon", dots, outline())
    picture = QgsSVGFillSymbolLayer(SVG_DATA, 6, 0)
    picture.setSvgFillColor(QColor("#40a060"))
    picture.setSubSymbol(line(line_color="#333333", line_width="0.28"))
    yield "svg-fill", symbol_of("polygon", picture)
    for name, symbol, inside in (
        ("centroid", mark(name="star", color="#d02020", size="4"), False),
        ("centroid-inside", mark(name="square", color="#2020d0", size="3"), True),
    ):
        centroid = QgsCentroidFillSymbolLayer()
        centroid.setSubSymbol(symbol)
        centroid.setPointOnSurface(inside)
        yield name, symbol_of("polygon", base_fill(), centroid)
    for index in range(2):
        outer = QgsMarkerLineSymbolLayer(True, 5)
        outer.setSubSymbol(mark(name="circle", color="#9030a0", size="2"))
        outer.setOffset(index * 1.5)
        yield f"outline-markers-{index}", symbol_of("polygon", base_fill(), outer)


def outline():
    return QgsSimpleLineSymbolLayer.create({"line_color": "#404040", "line_width": "0.28"})


def base_fill():
    return QgsSimpleFillSymbolLayer.create({"color": "#e8e8e0", "outline_color": "#404040", "outline_width": "0.28"})


def marker_lines():
    for name, placement, interval in (
        ("interval", QgsMarkerLineSymbolLayer.Interval, 5),
        ("interval-odd", QgsMarkerLineSymbolLayer.Interval, 3.37),
        ("vertex", QgsMarkerLineSymbolLayer.Vertex, 5),
        ("first", QgsMarkerLineSymbolLayer.FirstVertex, 5),
        ("last", QgsMarkerLineSymbolLayer.LastVertex, 5),
        ("central", QgsMarkerLineSymbolLayer.CentralPoint, 5),
        ("segments", QgsMarkerLineSymbolLayer.SegmentCenter, 5),
    ):
        for turns in (True, False) if name in ("interval", "vertex") else (True,):
            markers = QgsMarkerLineSymbolLayer(turns, interval)
            markers.setPlacement(placement)
            markers.setSubSymbol(mark(name="triangle", color="#c04040", size="2.4", angle="90"))
            yield f"markers-{name}{'' if turns else '-level'}", symbol_of(
                "line", QgsSimpleLineSymbolLayer.create({"line_color": "#606060", "line_width": "0.28"}), markers
            )
    beside = QgsMarkerLineSymbolLayer(True, 4)
    beside.setOffset(1.6)
    beside.setOffsetAlongLine(2)
    beside.setSubSymbol(mark(name="semi_circle", color="#303030", size="2"))
    yield "markers-beside", symbol_of("line", QgsSimpleLineSymbolLayer.create({"line_color": "#303030"}), beside)
    hashes = QgsHashedLineSymbolLayer(True, 3)
    hashes.setHashLength(3)
    hashes.setSubSymbol(line(line_color="#804020", line_width="0.4"))
    yield "hashes", symbol_of("line", QgsSimpleLineSymbolLayer.create({"line_color": "#804020"}), hashes)
    tilted = QgsHashedLineSymbolLayer(True, 4)
    tilted.setHashLength(2.5)
    tilted.setHashAngle(30)
    tilted.setSubSymbol(line(line_color="#204080", line_width="0.5"))
    yield "hashes-tilted", symbol_of("line", tilted)


def pictures():
    for name, size, angle in (("", 6, 0), ("-large", 11, 0), ("-turned", 7, 40)):
        svg = QgsSvgMarkerSymbolLayer(SVG_DATA, size, angle)
        svg.setFillColor(QColor("#2090d0"))
        svg.setStrokeColor(QColor("#102040"))
        svg.setStrokeWidth(0.4)
        yield f"svg{name}", symbol_of("point", svg)
    library = QgsSvgMarkerSymbolLayer("transport/transport_airport.svg", 7, 0)
    library.setFillColor(QColor("#a02020"))
    yield "svg-library", symbol_of("point", library)
    bitmap = QgsRasterMarkerSymbolLayer(png_data(), 6, 0)
    yield "bitmap", symbol_of("point", bitmap)
    letter = QgsFontMarkerSymbolLayer("DejaVu Sans", "A", 6, QColor("#4040c0"))
    yield "letter", symbol_of("point", letter)
    heart = QgsFontMarkerSymbolLayer("DejaVu Sans", "♥", 7, QColor("#c04040"), 20)
    yield "letter-turned", symbol_of("point", heart)
    filled = QgsFilledMarkerSymbolLayer(QgsSimpleMarkerSymbolLayer.Hexagon, 6)
    filled.setSubSymbol(fill(color="#80c080", outline_color="#204020", outline_width="0.4"))
    yield "filled", symbol_of("point", filled)


# Tier X -----------------------------------------------------------------------------------------------------


def beyond():
    """Symbol layers that have no place in SLD: made by the registry itself, as it offers them."""
    registry = QgsApplication.symbolLayerRegistry()
    for kind, names in (
        ("point", ["GeometryGenerator", "MaskMarker", "VectorField"]),
        ("line", ["ArrowLine", "InterpolatedLine"]),
        ("polygon", ["GradientFill", "RandomMarkerFill", "RasterFill", "ShapeburstFill"]),
    ):
        for name in names:
            made = registry.symbolLayerMetadata(name)
            if made:
                yield kind, name, symbol_of(kind, made.createSymbolLayer({}))
    generator = QgsGeometryGeneratorSymbolLayer.create({"geometryModifier": "buffer($geometry, 0.001)", "SymbolType": "Fill"})
    generator.setSubSymbol(fill(color="#c0c0ff"))
    yield "line", "GeneratedBuffer", symbol_of("line", generator)


def renderers_beyond():
    yield "null", "point", lambda layer: layer.setRenderer(QgsNullSymbolRenderer())
    yield "heatmap", "point", lambda layer: layer.setRenderer(QgsHeatmapRenderer())

    def around(make):
        def dress(layer):
            renderer = make("pointRenderer")
            renderer.setEmbeddedRenderer(QgsSingleSymbolRenderer(mark(name="circle", color="#d04040", size="3")))
            layer.setRenderer(renderer)

        return dress

    yield "cluster", "point", around(lambda _: QgsPointClusterRenderer())
    yield "displacement", "point", around(lambda _: QgsPointDisplacementRenderer())
    inner = lambda: QgsSingleSymbolRenderer(fill(color="#c0d0e0"))
    yield "inverted", "polygon", lambda layer: layer.setRenderer(QgsInvertedPolygonRenderer(inner()))
    yield "merged", "polygon", lambda layer: layer.setRenderer(QgsMergedFeatureRenderer(inner()))


# Tier C -----------------------------------------------------------------------------------------------------


def text_format(size=9, color="#202020", halo=0.0, bold=False, italic=False, family="DejaVu Sans"):
    form = QgsTextFormat()
    font = QFont(family)
    font.setBold(bold)
    font.setItalic(italic)
    form.setFont(font)
    form.setSize(size)
    form.setColor(QColor(color))
    if halo:
        buffer = form.buffer()
        buffer.setEnabled(True)
        buffer.setSize(halo)
        buffer.setColor(QColor("white"))
        form.setBuffer(buffer)
    return form


def settings(field="title", placement=None, form=None, isExpression=False, **more):
    label = QgsPalLayerSettings()
    label.fieldName = field
    label.isExpression = isExpression
    if placement is not None:
        label.placement = placement
    label.setFormat(form or text_format())
    for name, value in more.items():
        setattr(label, name, value)
    return label


def labelled(kind, label):
    def dress(layer):
        layer.setRenderer(QgsSingleSymbolRenderer(simple(kind, "#c0c0c0")))
        layer.setLabeling(QgsVectorLayerSimpleLabeling(label))
        layer.setLabelsEnabled(True)

    return dress


def labels():
    Place = QgsPalLayerSettings
    yield "point-default", "point", labelled("point", settings())
    yield "point-around", "point", labelled("point", settings(placement=Place.AroundPoint, dist=1.5))
    yield "point-around-number", "point", labelled("point", settings("n", Place.AroundPoint, text_format(8), dist=1))
    yield "point-halo", "point", labelled("point", settings(placement=Place.AroundPoint, form=text_format(10, "#800000", 1.2), dist=2))
    yield "point-ordered", "point", labelled("point", settings(placement=Place.OrderedPositionsAroundPoint, dist=1.5))
    for quadrant, name in ((Place.QuadrantAboveRight, "above-right"), (Place.QuadrantBelow, "below"), (Place.QuadrantOver, "over"), (Place.QuadrantLeft, "left")):
        yield f"point-{name}", "point", labelled("point", settings(placement=Place.OverPoint, quadOffset=quadrant))
    yield "point-moved", "point", labelled("point", settings(placement=Place.OverPoint, xOffset=3, yOffset=-2, form=text_format(8, "#204080", 0.8, True)))
    yield "point-turned", "point", labelled("point", settings(placement=Place.OverPoint, quadOffset=Place.QuadrantAboveRight, angleOffset=30))
    yield "point-all", "point", labelled("point", settings(placement=Place.OverPoint, displayAll=True))
    yield "point-expression", "point", labelled("point", settings("\"title\" || ' ' || \"n\"", isExpression=True, dist=1))
    background = text_format(9, "#ffffff")
    shape = background.background()
    shape.setEnabled(True)
    shape.setType(QgsTextBackgroundSettings.ShapeRectangle)
    shape.setSizeType(QgsTextBackgroundSettings.SizeBuffer)
    shape.setSize(QSizeF(0.6, 0.4))
    shape.setFillColor(QColor("#204060"))
    background.setBackground(shape)
    yield "point-background", "point", labelled("point", settings(placement=Place.OverPoint, form=background))
    yield "line-default", "line", labelled("line", settings("n", Place.Line))
    yield "line-title", "line", labelled("line", settings(placement=Place.Line, form=text_format(7)))
    for flags, name in (
        (QgsLabelLineSettings().placementFlags().__class__(1), "online"),
        (None, "curved"),
    ):
        label = settings(placement=Place.Line if flags is not None else Place.Curved, form=text_format(7, halo=0.6))
        if flags is not None:
            line_settings = label.lineSettings()
            line_settings.setPlacementFlags(flags)
            label.setLineSettings(line_settings)
        yield f"line-{name}", "line", labelled("line", label)
    yield "line-horizontal", "line", labelled("line", settings("n", Place.Horizontal))
    yield "line-repeated", "line", labelled("line", settings("n", Place.Line, repeatDistance=30))
    yield "polygon-default", "polygon", labelled("polygon", settings())
    yield "polygon-around", "polygon", labelled("polygon", settings("n", Place.AroundPoint, dist=1))
    yield "polygon-over", "polygon", labelled("polygon", settings(placement=Place.OverPoint, form=text_format(8)))
    yield "polygon-horizontal", "polygon", labelled("polygon", settings("n", Place.Horizontal))
    yield "polygon-horizontal-title", "polygon", labelled("polygon", settings(placement=Place.Horizontal, form=text_format(7, bold=True, italic=True)))
    yield "polygon-free", "polygon", labelled("polygon", settings("n", Place.Free))
    yield "polygon-serif", "polygon", labelled("polygon", settings("n", Place.OverPoint, text_format(12, "#103080", 1, family="DejaVu Serif")))

    def by_rules(layer):
        layer.setRenderer(QgsSingleSymbolRenderer(simple("point", "#a0a0a0")))
        root = QgsRuleBasedLabeling.Rule(None)
        for text, color, size in (('"n" < 40', "#c00000", 10), ('"n" >= 40', "#0000c0", 7)):
            root.appendChild(
                QgsRuleBasedLabeling.Rule(settings(placement=QgsPalLayerSettings.OverPoint, quadOffset=QgsPalLayerSettings.QuadrantRight, form=text_format(size, color)), 0, 0, text, text)
            )
        layer.setLabeling(QgsRuleBasedLabeling(root))
        layer.setLabelsEnabled(True)

    yield "point-rules", "point", by_rules


def styles():
    """Name, tier, kind of layer, and what dresses the layer."""
    for name, symbol in fills():
        yield f"fill-{name}", "A", "polygon", dressed(symbol)
    for name, symbol in lines():
        yield f"line-{name}", "A", "line", dressed(symbol)
    for name, symbol in marks():
        yield f"mark-{name}", "A", "point", dressed(symbol)
    for kind in ("point", "line", "polygon"):
        for name, dress in classified(kind).items():
            yield f"{name}-{kind}", "A", kind, dress
    for name, symbol in patterns():
        yield name, "B", "polygon", dressed(symbol)
    for name, symbol in marker_lines():
        yield name, "B", "line", dressed(symbol)
    for name, symbol in pictures():
        yield name, "B", "point", dressed(symbol)
    for name, kind, dress in labels():
        yield f"label-{name}", "C", kind, dress
    for kind, name, symbol in beyond():
        yield f"beyond-{name}", "X", kind, dressed(symbol)
    for name, kind, dress in renderers_beyond():
        yield f"beyond-{name}", "X", kind, dress
