"""The comparison of two styles in a real QGIS: what QGIS itself changes when it reads a style, and what a person changed.

Prints {"qgis", "forgotten": attributes of label formats that this QGIS does not keep, "cases": {change: {"differs": parts,
"stamp": whether it is another}}, "loaded": [outcome, parts], "loadedStamp": whether it is the same, "translucent": parts}.
"""
from shim_support import run

from qgis.core import (
    Qgis,
    QgsClassificationEqualInterval,
    QgsGraduatedSymbolRenderer,
    QgsMarkerSymbol,
    QgsRendererRange,
    QgsVectorLayer,
)


def symbol_of(colour):
    """QGIS itself gives each new symbol a colour by chance."""
    return QgsMarkerSymbol.createSimple({"color": colour})


def graduated(change=lambda _method, _renderer: None):
    """A layer in three classes; `change` may alter how they are made, and the renderer."""
    layer = QgsVectorLayer("Point?field=size:double", "points", "memory")
    method = QgsClassificationEqualInterval()
    method.setLabelFormat("%1 to %2")
    method.setLabelPrecision(2)
    method.setLabelTrimTrailingZeroes(True)
    colours = ("#102030", "#405060", "#708090")
    ranges = [QgsRendererRange(at, at + 1, symbol_of(one), f"{at} to {at + 1}") for at, one in enumerate(colours)]
    renderer = QgsGraduatedSymbolRenderer("size", ranges)
    change(method, None)
    renderer.setClassificationMethod(method)
    change(None, renderer)
    layer.setRenderer(renderer)
    return layer


def on_method(work):
    return lambda method, _renderer: work(method) if method is not None else None


def on_renderer(work):
    return lambda _method, renderer: work(renderer) if renderer is not None else None


CHANGES = {
    "nothing": lambda _method, _renderer: None,
    "trims zeroes": on_method(lambda method: method.setLabelTrimTrailingZeroes(False)),
    "label format": on_method(lambda method: method.setLabelFormat("%1 bis %2")),
    "label precision": on_method(lambda method: method.setLabelPrecision(3)),
    "symmetric": on_method(lambda method: method.setSymmetricMode(True, 1.5, False)),
    "words of a class": on_renderer(lambda renderer: renderer.updateRangeLabel(1, "1.00 to 2.00")),
    "bounds of a class": on_renderer(lambda renderer: renderer.updateRangeUpperValue(2, 3.5)),
    "colour of a class": on_renderer(lambda renderer: renderer.updateRangeSymbol(0, symbol_of("red"))),
    "column": on_renderer(lambda renderer: renderer.setClassAttribute("other")),
}


def main(_request):
    from secims_bridge import style

    first = graduated()
    published, stamp = style.to_qml(first), style.stamp(first)
    cases = {}
    for name, change in CHANGES.items():
        layer = graduated(change)
        cases[name] = {
            "differs": style.differences(published, style.to_qml(layer)),
            "stamp": style.stamp(layer) != stamp,
        }

    opened = QgsVectorLayer("Point?field=size:double", "points", "memory")
    loaded = style.load_qml(opened, published)
    loaded_stamp = style.stamp(opened)
    opened.setOpacity(0.5)
    return {
        "qgis": Qgis.QGIS_VERSION_INT,
        "forgotten": sorted(style.forgotten_of_label_format()),
        "cases": cases,
        "loaded": loaded,
        "loadedStamp": loaded_stamp == stamp,
        "translucent": style.differences(published, style.to_qml(opened)),
    }


run(main)
