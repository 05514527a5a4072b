"""What this QGIS knows of styles, and what it writes of each symbol layer and expression as SLD. JSON in and out."""

import json
import sys

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsDiagramLayerSettings,
    QgsExpression,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsOgcUtils,
    QgsPalLayerSettings,
    QgsRuleBasedLabeling,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsSymbolLayer,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtXml import QDomDocument

KINDS = {
    "Point": (QgsSymbol.Marker, QgsMarkerSymbol),
    "LineString": (QgsSymbol.Line, QgsLineSymbol),
    "Polygon": (QgsSymbol.Fill, QgsFillSymbol),
}


def layer_of(kind):
    return QgsVectorLayer(f"{kind}?crs=EPSG:4326&field=name:string&field=n:integer", "layer", "memory")


def sld_of(layer):
    document = QDomDocument()
    layer.exportSldStyle(document, "")
    return document.toString()


def qml_of(layer):
    document = QDomDocument()
    layer.exportNamedStyle(document)
    return document.toString()


def symbol_layers():
    registry = QgsApplication.symbolLayerRegistry()
    found = []
    for kind, (symbol_type, symbol_class) in KINDS.items():
        for name in registry.symbolLayersForType(symbol_type):
            symbol = symbol_class.createSimple({})
            # A symbol made of a list of parts frees them twice.
            symbol.changeSymbolLayer(0, registry.symbolLayerMetadata(name).createSymbolLayer({}))
            layer = layer_of(kind)
            layer.setRenderer(QgsSingleSymbolRenderer(symbol))
            found.append({"kind": kind, "name": name, "qml": qml_of(layer), "sld": sld_of(layer)})
    return found


def property_names(definitions):
    return sorted(definition.name() for definition in definitions.values())


def labelings():
    simple = QgsVectorLayerSimpleLabeling(QgsPalLayerSettings())
    rules = QgsRuleBasedLabeling(QgsRuleBasedLabeling.Rule(None))
    return [simple.type(), rules.type()]


def placements():
    """Members of the enumeration that is a class of its own since 3.26."""
    holder = getattr(Qgis, "LabelPlacement", QgsPalLayerSettings)
    kind = getattr(Qgis, "LabelPlacement", getattr(QgsPalLayerSettings, "Placement", None))
    # Members of instances cannot be had from the class.
    members = {name: getattr(holder, name, None) for name in vars(holder)}
    return {name: int(value) for name, value in members.items() if type(value) is kind}


def expression_is_written(text):
    document = QDomDocument()
    answer = QgsOgcUtils.expressionToOgcFilter(QgsExpression(text), document)
    element = answer[0] if isinstance(answer, tuple) else answer
    return not element.isNull()


def main():
    asked = json.load(sys.stdin)
    application = QgsApplication([b"style_registry"], False)
    application.initQgis()
    report = {
        "version": Qgis.QGIS_VERSION,
        "renderers": QgsApplication.rendererRegistry().renderersList(),
        "effects": QgsApplication.paintEffectRegistry().effects(),
        "symbolLayers": symbol_layers(),
        "properties": property_names(QgsSymbol.propertyDefinitions())
        + property_names(QgsSymbolLayer.propertyDefinitions())
        + property_names(QgsPalLayerSettings.propertyDefinitions())
        + property_names(QgsDiagramLayerSettings.propertyDefinitions()),
        "labelings": labelings(),
        "placements": placements(),
        "written": [expression_is_written(text) for text in asked["expressions"]],
    }
    print(json.dumps(report))


main()
