"""What this QGIS knows of styles, and what it writes of each symbol layer and expression as SLD. JSON in and out."""

import json
import sys

from qgis import core
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
    QgsRasterRenderer,
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


def raster_renderers():
    """Python cannot ask the registry of these; their classes it has."""
    classes = [one for one in vars(core).values() if isinstance(one, type) and issubclass(one, QgsRasterRenderer)]
    return sorted(one.__name__ for one in classes if one is not QgsRasterRenderer)


LABEL_ELEMENTS = (
    "text-style", "text-buffer", "text-mask", "background", "shadow", "text-format", "placement", "rendering",
)


def label_settings():
    """Each setting of a label that this QGIS writes, by the element it is an attribute of."""
    layer = layer_of("Point")
    settings = QgsPalLayerSettings()
    settings.fieldName = "name"
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    document = QDomDocument()
    layer.exportNamedStyle(document)
    labeling = document.documentElement().firstChildElement("labeling")
    found = {}
    for name in LABEL_ELEMENTS:
        attributes = labeling.elementsByTagName(name).at(0).attributes()
        found[name] = sorted(attributes.item(at).nodeName() for at in range(attributes.count()))
    return found


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
        "labelSettings": label_settings(),
        "rasterRenderers": raster_renderers(),
        "placements": placements(),
        "written": [expression_is_written(text) for text in asked["expressions"]],
    }
    print(json.dumps(report))


main()
