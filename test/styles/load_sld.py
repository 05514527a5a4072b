"""Loads SLDs into layers of a real QGIS and says what it made of them. JSON in and out."""

import json
import os
import sys
import tempfile

from qgis.core import QgsApplication, QgsRenderContext, QgsVectorLayer


def load(kind, text):
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:4326&field=name:string", "layer", "memory")
    handle, path = tempfile.mkstemp(suffix=".sld")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    message, is_loaded = layer.loadSldStyle(path)
    os.remove(path)
    renderer = layer.renderer()
    symbols = renderer.symbols(QgsRenderContext()) if renderer else []
    return {
        "loaded": is_loaded,
        "message": message,
        "renderer": renderer.type() if renderer else None,
        "symbols": [
            [[one.layerType(), one.color().name()] for one in symbol.symbolLayers()] for symbol in symbols
        ],
        "labelling": layer.labeling().type() if layer.labeling() else None,
    }


application = QgsApplication([], False)
application.initQgis()
asked = json.load(sys.stdin)
print(json.dumps([{key: load(one["kind"], text) for key, text in one["texts"].items()} for one in asked]))
sys.stdout.flush()
os._exit(0)
