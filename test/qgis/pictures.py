"""A layer with its style, drawn by the plugin in QGIS, and the map of its collection that the plugin asks for.

Prints {"qgis": base64 of a PNG, "server": the same, "path": what was asked, "kept": whether the style was kept as the
published one, "styles": the names of the layer's styles, "current": that of the present one}.
"""
import base64
import json
import sys
import urllib.request

from qgis.core import QgsApplication, QgsVectorLayer

request = json.load(sys.stdin)
application = QgsApplication([b"pictures"], False)
application.initQgis()
sys.path.insert(0, request["plugins"])

from secims_bridge import pictures, style  # noqa: E402
from secims_bridge.bridge import wait_for  # noqa: E402

layer = QgsVectorLayer(request["file"], "layer", "ogr")
assert layer.isValid(), request["file"]
message, is_loaded = layer.loadNamedStyle(request["qml"])
assert is_loaded, message
width, height = request["width"], request["height"]
extent = pictures.extent_of(layer, width, height)
drawn = wait_for(pictures.draw(layer, extent, width, height))
path = pictures.map_path(request["collectionId"], layer, extent, width, height)
with urllib.request.urlopen(request["server"] + path) as answer:
    served = answer.read()
kept = style.offer_published(layer)
print(
    json.dumps(
        {
            "qgis": base64.b64encode(drawn).decode("ascii"),
            "server": base64.b64encode(served).decode("ascii"),
            "path": path,
            "kept": kept,
            "styles": layer.styleManager().styles(),
            "current": layer.styleManager().currentStyle(),
        }
    )
)
