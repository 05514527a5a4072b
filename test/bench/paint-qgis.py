"""Draws layers of a GeoPackage in QGIS so many times; prints milliseconds a picture, PNG included.

python3 paint-qgis.py data.gpkg TIMES, with the styles on standard input: [{layer, box, classes: [[from, to, colour]]}].
"""

import json
import os
import sys
import time

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsLineSymbol,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsRectangle,
    QgsRendererRange,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QBuffer, QIODevice, QSize

SYMBOLS = {
    "polygons": lambda color: QgsFillSymbol.createSimple({"color": color, "outline_color": "#404040", "outline_width": "0.28"}),
    "lines": lambda color: QgsLineSymbol.createSimple({"line_color": color, "line_width": "0.56"}),
    "points": lambda color: QgsMarkerSymbol.createSimple(
        {"name": "circle", "color": color, "outline_color": "#404040", "outline_width": "0.28", "size": "1.68"}
    ),
}


def picture(layer, box):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(*box))
    settings.setOutputSize(QSize(1024, 768))
    settings.setOutputDpi(25.4 / 0.28)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    buffer = QBuffer()
    buffer.open(QIODevice.WriteOnly)
    job.renderedImage().save(buffer, "PNG")


application = QgsApplication([], False)
application.initQgis()
found = {}
for style in json.load(sys.stdin):
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={style['layer']}", style["layer"], "ogr")
    ranges = [QgsRendererRange(low, high, SYMBOLS[style["layer"]](color), "") for low, high, color in style["classes"]]
    layer.setRenderer(QgsGraduatedSymbolRenderer("n", ranges))
    times = []
    for _ in range(int(sys.argv[2])):
        start = time.monotonic()
        picture(layer, style["box"])
        times.append((time.monotonic() - start) * 1000)
    found[style["layer"]] = sorted(times)[len(times) // 2]
print(json.dumps(found))
sys.stdout.flush()
os._exit(0)
