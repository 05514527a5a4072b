"""Opens vector tiles in QGIS as a connection with a plain address template, draws them, and reads single tiles.

Standard input: JSON {"template": "http://…/{z}/{y}/{x}?f=mvt", "zmax": 18, "layer": "parcels",
"tiles": [{"zoom": 14, "column": 1, "row": 2}], "extent": [west, south, east, north] in EPSG:3857}.
Standard output, last line: JSON {"qgis", "isValid", "crs", "zooms": [min, max], "counts": [features of each tile, null without
a tile], "names": [attribute names], "drawn": share of the picture that the layer colours}.
"""
import json
import sys

from osgeo import gdal
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsBlockingNetworkRequest,
    QgsCoordinateReferenceSystem,
    QgsDataSourceUri,
    QgsFillSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize, QUrl
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtNetwork import QNetworkRequest


def count_features(raw):
    """Of one tile as QGIS received it, by GDAL; None when it is empty."""
    if not raw:
        return None, []
    path = "/vsimem/tile.mvt"
    gdal.FileFromMemBuffer(path, raw)
    # By itself GDAL leaves out what lies in the buffer around the tile.
    source = gdal.OpenEx("MVT:" + path, gdal.OF_VECTOR, open_options=["CLIP=NO"])
    layer = source.GetLayer(0)
    definition = layer.GetLayerDefn()
    names = [definition.GetFieldDefn(n).GetName() for n in range(definition.GetFieldCount())]
    count = sum(1 for _ in layer)
    source = None
    gdal.Unlink(path)
    return count, names


def fetch(template, tile):
    """As QGIS's own requests for tiles go; it unpacks what is declared as gzip."""
    address = template
    for name, value in (("{z}", tile["zoom"]), ("{x}", tile["column"]), ("{y}", tile["row"])):
        address = address.replace(name, str(value))
    request = QgsBlockingNetworkRequest()
    if request.get(QNetworkRequest(QUrl(address))) != QgsBlockingNetworkRequest.NoError:
        # What QGIS calls an answer without a body; its loader of tiles takes it for an empty tile.
        if "empty response" in request.errorMessage():
            return b""
        raise RuntimeError("{}: {}".format(address, request.errorMessage()))
    return bytes(request.reply().content())


def draw(layer, name, extent):
    style = QgsVectorTileBasicRendererStyle("all", name, QgsWkbTypes.PolygonGeometry)
    style.setSymbol(QgsFillSymbol.createSimple({"color": "255,0,0", "outline_style": "no"}))
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles([style])
    layer.setRenderer(renderer)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(*extent))
    settings.setOutputSize(QSize(200, 200))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    red = 0
    for x in range(image.width()):
        for y in range(image.height()):
            color = image.pixelColor(x, y)
            if color.red() > 200 and color.green() < 120:
                red += 1
    return red / (image.width() * image.height())


def main():
    asked = json.load(sys.stdin)
    application = QgsApplication([], False)
    application.initQgis()
    # QGIS itself writes addresses one way in 3.22 and another since; either reads its own.
    uri = QgsDataSourceUri()
    for key, value in (("type", "xyz"), ("url", asked["template"]), ("zmin", "0"), ("zmax", str(asked["zmax"]))):
        uri.setParam(key, value)
    layer = QgsVectorTileLayer(bytes(uri.encodedUri()).decode("ascii"), asked["layer"])
    counts, names = [], []
    for tile in asked["tiles"]:
        count, found = count_features(fetch(asked["template"], tile))
        counts.append(count)
        names = found or names
    report = {
        "qgis": Qgis.QGIS_VERSION,
        "isValid": layer.isValid(),
        "crs": layer.crs().authid(),
        "zooms": [layer.sourceMinZoom(), layer.sourceMaxZoom()],
        "counts": counts,
        "names": names,
        "drawn": draw(layer, asked["layer"], asked["extent"]),
    }
    print(json.dumps(report))
    sys.stdout.flush()
    application.exitQgis()


main()
