"""A layer as QGIS draws it, beside the same part of the published collection as the server draws it."""
import base64
from urllib.parse import quote, urlencode

from qgis.core import (
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
)
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QSize
from qgis.PyQt.QtGui import QColor

from . import layers
from .bridge import Deferred, Failure, flow
from .collections import OGC_PATH
from .words import say

# A pixel of OGC's maps; QGIS draws at this resolution, too, so that sizes in millimetres are the same.
MILLIMETRES_PER_PIXEL = 0.28
# Room for symbols at the edge.
ROOM = 1.1


def extent_of(layer, width, height):
    """What is drawn, in the system of the layer: all of it, in the shape of the picture."""
    extent = layer.extent()
    if extent.isNull() or not layer.crs().authid().startswith("EPSG:"):
        return None
    across = max(extent.width(), extent.height() * width / height, 1e-6) * ROOM
    centre = extent.center()
    extent.set(
        centre.x() - across / 2,
        centre.y() - across * height / width / 2,
        centre.x() + across / 2,
        centre.y() + across * height / width / 2,
    )
    return extent


def settings_for(layer, extent, width, height):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setTransformContext(QgsProject.instance().transformContext())
    settings.setExtent(extent)
    settings.setOutputSize(QSize(width, height))
    settings.setOutputDpi(25.4 / MILLIMETRES_PER_PIXEL)
    settings.setBackgroundColor(QColor("white"))
    return settings


def to_png(image):
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(content)


def draw(layer, extent, width, height):
    """Deferred of a PNG; QGIS draws in threads of its own."""
    job = QgsMapRendererParallelJob(settings_for(layer, extent, width, height))
    done = Deferred()
    done.on_cancel = job.cancelWithoutBlocking
    # The connection keeps the job as long as it draws.
    job.finished.connect(lambda: done.resolve(to_png(job.renderedImage())))
    job.start()
    return done


def map_path(collection_id, layer, extent, width, height):
    epsg = layer.crs().authid().split(":")[1]
    crs = f"http://www.opengis.net/def/crs/EPSG/0/{epsg}"
    corners = [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()]
    if layer.crs().hasAxisInverted():
        corners = [corners[1], corners[0], corners[3], corners[2]]
    query = {
        "bbox": ",".join(repr(corner) for corner in corners),
        "bbox-crs": crs,
        "crs": crs,
        "width": width,
        "height": height,
        "mm-per-pixel": MILLIMETRES_PER_PIXEL,
        "transparent": "false",
        "bgcolor": "0xFFFFFF",
        "f": "png",
    }
    return f"{OGC_PATH}/collections/{quote(collection_id)}/map?{urlencode(query)}"


def verbs(context):
    @flow
    def compare(parameters, _call):
        layer = layers.find_layer(parameters["layer"])
        layers.demand_valid(layer)
        connection = context.connections.get(parameters["connection"])
        width, height = parameters["width"], parameters["height"]
        extent = extent_of(layer, width, height)
        if extent is None:
            raise Failure("layer-invalid", say("pictures_nowhere", layer=layer.name()))
        drawn = yield draw(layer, extent, width, height)
        path = map_path(parameters["collectionId"], layer, extent, width, height)
        answer = yield context.network.send(connection, "GET", path, headers={"Accept": "image/png"})
        if answer.media_type != "image/png":
            raise Failure("problem", say("pictures_none", found=answer.media_type or "-"))
        return {
            "qgis": base64.b64encode(drawn).decode("ascii"),
            "server": base64.b64encode(answer.content).decode("ascii"),
            "crs": layer.crs().authid(),
            "extent": layers.box_of(extent),
        }

    return {"layer.compare": compare}
