"""Opens a layer of a web map service in QGIS, draws it, and identifies what is at a point.

Standard input: JSON {"url": "http://…/wms", "layer": "parcels", "style": "red", "crs": "EPSG:32620",
"extent": [west, south, east, north], "point": [x, y]} in that system.
Standard output, last line: JSON {"isValid", "error", "crs", "drawn": share of the picture that is coloured, "found": attributes of
what was identified, "legend": whether the legend is a picture}.
"""
import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPointXY,
    QgsRaster,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def draw(layer, extent, crs):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    settings.setExtent(QgsRectangle(*extent))
    settings.setOutputSize(QSize(300, 300))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    pixels = [image.pixel(x, y) for x in range(0, 300, 3) for y in range(0, 300, 3)]
    return sum(1 for pixel in pixels if pixel != 0xFFFFFFFF) / len(pixels)


def main():
    given = json.load(sys.stdin)
    application = QgsApplication([], False)
    application.initQgis()
    source = "contextualWMSLegend=0&crs={crs}&dpiMode=7&format=image/png&layers={layer}&styles={style}&url={url}".format(**given)
    layer = QgsRasterLayer(source, "wms", "wms")
    report = {"isValid": layer.isValid(), "error": layer.error().message(), "crs": layer.crs().authid()}
    if layer.isValid():
        extent = QgsRectangle(*given["extent"])
        report["drawn"] = draw(layer, given["extent"], given["crs"])
        result = layer.dataProvider().identify(
            QgsPointXY(*given["point"]), QgsRaster.IdentifyFormatText, extent, 300, 300
        )
        report["found"] = " ".join(str(value) for value in result.results().values())
    print(json.dumps(report))
    sys.stdout.flush()
    # QGIS's own end takes a while and may complain of threads.
    import os

    os._exit(0)


main()
