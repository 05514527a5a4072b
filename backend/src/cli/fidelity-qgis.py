"""Draws one layer in QGIS with a QML, for sec-ims fidelity: the box, size and system it is told, 0.28 mm a pixel.

JSON on the standard input: {"file", "layer", "qml", "crs", "box", "width", "height", "output"}.
"""
import json
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402

asked = json.load(sys.stdin)
application = QgsApplication([b"fidelity"], False)
application.initQgis()
source = asked["file"] + (f"|layername={asked['layer']}" if asked["layer"] else "")
layer = QgsVectorLayer(source, "layer", "ogr")
if not layer.isValid():
    sys.exit(f"QGIS cannot open {source}.")
message, is_loaded = layer.loadNamedStyle(asked["qml"])
if not is_loaded:
    sys.exit(f"QGIS cannot load {asked['qml']}: {message}")
settings = QgsMapSettings()
settings.setLayers([layer])
settings.setDestinationCrs(QgsCoordinateReferenceSystem(asked["crs"]))
settings.setTransformContext(QgsProject.instance().transformContext())
settings.setExtent(QgsRectangle(*asked["box"]))
settings.setOutputSize(QSize(asked["width"], asked["height"]))
settings.setOutputDpi(25.4 / 0.28)
settings.setBackgroundColor(QColor("white"))
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
if not job.renderedImage().save(asked["output"]):
    sys.exit(f"{asked['output']} cannot be written.")
print(json.dumps({"labels": job.usedLabelingEngine() if hasattr(job, "usedLabelingEngine") else None}))
