"""A collection as vector tiles, drawn with its published style as far as QGIS can draw tiles with it.

Vector tiles have a renderer of their own: a list of symbols, each with a filter and zoom levels. A style for features
becomes such a list by way of rules, which QGIS makes of most renderers itself. What has no place in it is named.
"""
import math
import tempfile

from qgis.core import (
    QgsDataSourceUri,
    QgsProject,
    QgsRuleBasedRenderer,
    QgsVectorLayer,
    QgsVectorTileBasicLabeling,
    QgsVectorTileBasicLabelingStyle,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)

from . import layers, style
from .bridge import Failure
from .connections import TILE_ZOOMS, template_of
from .words import say

# Of zoom level 0 on a screen with 96 dots an inch, as QGIS reckons.
SCALE_OF_ZOOM_0 = 559082264.0287178
SHAPES = {"0": "Point", "1": "LineString", "2": "Polygon"}
SYMBOL_SHAPES = {0: QgsWkbTypes.PointGeometry, 1: QgsWkbTypes.LineGeometry, 2: QgsWkbTypes.PolygonGeometry}


def source_of_tiles(connection, collection_id):
    uri = QgsDataSourceUri()
    uri.setParam("type", "xyz")
    uri.setParam("url", template_of(connection, collection_id))
    uri.setParam("zmin", str(TILE_ZOOMS[0]))
    uri.setParam("zmax", str(TILE_ZOOMS[1]))
    if connection.authcfg:
        uri.setAuthConfigId(connection.authcfg)
    return bytes(uri.encodedUri()).decode("ascii")


def styled_layer(qml, sld):
    """A layer without features that holds the published style, and what of it could not be read; None without a style."""
    if qml:
        document, _published, removed = style.read_qml(qml)
        shape = document.documentElement().firstChildElement("layerGeometryType").text()
        layer = QgsVectorLayer(SHAPES.get(shape, "Polygon"), "style", "memory")
        is_loaded, message = layer.importNamedStyle(document, style.categories())
        return (layer, removed) if is_loaded else (None, [message or say("style_refused")])
    if sld:
        shape = next((shape for word, shape in SLD_SHAPES if word in sld), "Point")
        layer = QgsVectorLayer(shape, "style", "memory")
        with tempfile.TemporaryDirectory(prefix="secims") as folder:
            outcome, wrong = style.load_sld(layer, sld, folder)
        return (layer, []) if outcome == "sld" else (None, wrong)
    return None, []


SLD_SHAPES = (("PolygonSymbolizer", "Polygon"), ("LineSymbolizer", "LineString"), ("PointSymbolizer", "Point"))


def zoom_at(scale):
    """The zoom level of a scale's denominator, with its fraction."""
    return math.log2(SCALE_OF_ZOOM_0 / scale)


def zooms_of(most_out, most_in):
    """(first, last) zoom level between two scales as rules have them, the one zoomed out first; -1 for none."""
    first = -1 if most_out <= 0 else max(0, math.ceil(zoom_at(most_out) - 0.01))
    last = -1 if most_in <= 0 else max(0, math.floor(zoom_at(most_in) + 0.01))
    return first, last


def joined(filters):
    return " AND ".join(f"({one})" for one in filters if one)


def negated(filters):
    """What none of the filters is true for; a filter without a value counts as not true."""
    return " AND ".join(f"NOT coalesce(({one}), false)" for one in filters if one)


class Rule:
    """A rule with its symbol or label settings, and all that has to be true for it."""

    def __init__(self, name, payload, condition, zooms):
        self.name = name
        self.payload = payload
        self.condition = condition
        self.zooms = zooms


def narrower(outer, inner):
    first = max(outer[0], inner[0])
    lasts = [last for last in (outer[1], inner[1]) if last != -1]
    return first, min(lasts) if lasts else -1


def rules_below(parent, payload_of, conditions=(), zooms=(-1, -1)):
    """Every active rule below a rule, in the order of painting, with the conditions of those it lies in."""
    found = []
    children = [child for child in parent.children() if child.active()]
    filters = [child.filterExpression() for child in children if not child.isElse()]
    for child in children:
        own = negated(filters) if child.isElse() else child.filterExpression()
        inner = list(conditions) + [own]
        within = narrower(zooms, zooms_of(child.minimumScale(), child.maximumScale()))
        payload = payload_of(child)
        if payload is not None:
            found.append(Rule(name_of(child), payload, joined(inner), within))
        found += rules_below(child, payload_of, inner, within)
    return found


def name_of(rule):
    # Rules of symbols have labels, rules of labels have descriptions.
    said = rule.label() if hasattr(rule, "label") else rule.description()
    return said or rule.filterExpression()


def switch_off(renderer, root):
    """Older QGIS makes rules of the classes that are switched off, too."""
    parts = ()
    if renderer.type() == "categorizedSymbol":
        parts = renderer.categories()
    elif renderer.type() == "graduatedSymbol":
        parts = renderer.ranges()
    children = root.children()
    if len(children) == len(parts):
        for child, part in zip(children, parts):
            child.setActive(child.active() and part.renderState())


def to_renderer(layer, table, lost):
    """The renderer for tiles; None when QGIS makes no rules of this one."""
    renderer = layer.renderer()
    if renderer is None or renderer.type() == "nullSymbol":
        return QgsVectorTileBasicRenderer()
    # Asked of QGIS, and not of a list: some it turns into rules, and some not.
    converted = QgsRuleBasedRenderer.convertFromRenderer(renderer)
    if converted is None:
        lost.append(renderer.type())
        return None
    switch_off(renderer, converted.rootRule())
    if renderer.type() not in ("singleSymbol", "categorizedSymbol", "graduatedSymbol", "RuleRenderer"):
        # Points that are drawn together, polygons turned inside out: the rules are those of the single features.
        lost.append(renderer.type())
    if renderer.paintEffect() is not None and renderer.paintEffect().enabled():
        lost.append("effects")
    if renderer.orderByEnabled():
        lost.append("order of painting")
    styles = []
    for rule in rules_below(converted.rootRule(), lambda one: one.symbol()):
        drawn = QgsVectorTileBasicRendererStyle(rule.name, table, SYMBOL_SHAPES[layers.number_of(rule.payload.type())])
        drawn.setSymbol(rule.payload.clone())
        drawn.setFilterExpression(rule.condition)
        drawn.setMinZoomLevel(rule.zooms[0])
        drawn.setMaxZoomLevel(rule.zooms[1])
        styles.append(drawn)
    made = QgsVectorTileBasicRenderer()
    made.setStyles(styles)
    return made


def to_labeling(layer, table, lost):
    labeling = layer.labeling() if layer.labelsEnabled() else None
    if labeling is None:
        return None
    if labeling.type() == "simple":
        settings = labeling.settings()
        zooms = zooms_of(settings.minimumScale, settings.maximumScale) if settings.scaleVisibility else (-1, -1)
        rules = [Rule("labels", settings, "", zooms)]
    elif labeling.type() == "rule-based":
        # A rule that only holds others has no settings.
        rules = rules_below(labeling.rootRule(), lambda one: one.settings())
    else:
        lost.append("labeling")
        return None
    styles = []
    for rule in rules:
        written = QgsVectorTileBasicLabelingStyle()
        written.setStyleName(rule.name)
        written.setLayerName(table)
        written.setGeometryType(layer.geometryType())
        written.setLabelSettings(rule.payload)
        written.setFilterExpression(rule.condition)
        written.setMinZoomLevel(rule.zooms[0])
        written.setMaxZoomLevel(rule.zooms[1])
        written.setEnabled(True)
        styles.append(written)
    made = QgsVectorTileBasicLabeling()
    made.setStyles(styles)
    return made


def apply_style(tiles, table, qml, sld):
    """(style, differences) of AddedLayer."""
    try:
        published, lost = styled_layer(qml, sld)
    except Failure as failure:
        return "none", [failure.message]
    if published is None:
        return "none", lost
    lost = list(lost)
    renderer = to_renderer(published, table, lost)
    if renderer is None:
        return "none", lost
    tiles.setRenderer(renderer)
    labeling = to_labeling(published, table, lost)
    if labeling is not None:
        tiles.setLabeling(labeling)
        # Older QGIS always shows them.
        if hasattr(tiles, "setLabelsEnabled"):
            tiles.setLabelsEnabled(True)
    if published.diagramsEnabled():
        lost.append("diagrams")
    tiles.setOpacity(published.opacity())
    tiles.setBlendMode(published.blendMode())
    if layers.number_of(published.featureBlendMode()) != 0:
        lost.append("blend mode")
    if published.hasScaleBasedVisibility():
        tiles.setScaleBasedVisibility(True)
        tiles.setMinimumScale(published.minimumScale())
        tiles.setMaximumScale(published.maximumScale())
    return "translated", sorted(set(lost))


def add_tiles(connection, parameters):
    table = parameters["collectionId"]
    layer = QgsVectorTileLayer(source_of_tiles(connection, table), parameters["title"])
    if not layer.isValid():
        raise Failure(
            "layer-invalid",
            say("collection_failed", title=parameters["title"], reason=say("collection_no_reason")),
            say("collection_failed_remedy"),
        )
    outcome, differing = apply_style(layer, table, parameters.get("qml"), parameters.get("sld"))
    QgsProject.instance().addMapLayer(layer)
    return {"layer": layer.id(), "style": outcome, "differences": differing}


def verbs(context):
    def add(parameters, _call):
        return add_tiles(context.connections.get(parameters["connection"]), parameters)

    return {"tiles.add": add}
