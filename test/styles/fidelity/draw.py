"""Draws styles in QGIS itself at 0.28 mm per pixel, and leaves beside each picture its QML, its SLD, its labels and the data.

python3 draw.py FOLDER [--seed N] [--shared FOLDER] [--only WORDS]: leaves cases.json and what it names in FOLDER.
Data are written as plain WKB and values in the map's coordinate system, so that only drawing is compared.
"""

import argparse
import json
import os
import random
import re
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QSize, QVariant
from qgis.PyQt.QtGui import QColor

import given_styles
import made_rasters
import made_styles
from made_data import PLANES, make_layers

DPI = 25.4 / 0.28


class Folder:
    """What has been drawn so far."""

    def __init__(self, path):
        self.path = path
        self.cases = []
        self.data = {}

    def file(self, name):
        return os.path.join(self.path, name)

    def keep(self, name, value):
        with open(self.file(name), "w", encoding="utf-8") as file:
            json.dump(value, file)
        return name


def plain(value):
    if isinstance(value, QVariant):
        return None if value.isNull() else plain(value.value())
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return value.toString("yyyy-MM-dd") if hasattr(value, "toString") else str(value)


def features_of(layer, crs):
    to_map = QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance())
    features = []
    for feature in layer.getFeatures():
        geometry = feature.geometry()
        wkb = None
        if not geometry.isNull():
            try:
                geometry.transform(to_map)
                wkb = bytes(geometry.asWkb()).hex()
            except Exception:  # What has no place in the map's system is not drawn by QGIS, either.
                wkb = None
        features.append([feature.id(), wkb, [plain(value) for value in feature.attributes()]])
    return {"fields": [field.name() for field in layer.fields()], "features": features}


def label_of(position):
    corners = position.labelGeometry.asPolygon()
    return {
        "feature": position.featureId,
        "text": position.labelText,
        "corners": [[point.x(), point.y()] for point in (corners[0][:4] if corners else [])],
        "width": position.width,
        "height": position.height,
    }


def draw(folder, case, layer, box, size, crs):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(crs)
    settings.setTransformContext(QgsProject.instance().transformContext())
    settings.setExtent(box)
    settings.setOutputSize(QSize(*size))
    settings.setOutputDpi(DPI)
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    name = f"{case['id']}.qgis.png"
    job.renderedImage().save(folder.file(name))
    results = job.takeLabelingResults()
    seen = settings.visibleExtent()
    labels = [label_of(one) for one in results.allLabels() if not one.isUnplaced] if results else []
    return {
        "png": name,
        "labels": labels,
        "box": [seen.xMinimum(), seen.yMinimum(), seen.xMaximum(), seen.yMaximum()],
        "isGeographic": crs.mapUnits() == QgsUnitTypes.DistanceDegrees,
        "scale": settings.scale(),
    }


def add(folder, case, layer, box, size, crs_name, data_key, own_sld=None):
    """Draws the layer as it is now styled."""
    crs = QgsCoordinateReferenceSystem(crs_name)
    key = f"{data_key}-{crs_name.replace(':', '')}"
    if key not in folder.data:
        content = made_rasters.cells_of(layer) if layer.type() == layer.RasterLayer else features_of(layer, crs)
        folder.data[key] = folder.keep(f"data-{key}.json", content)
    drawn = draw(folder, case, layer, QgsRectangle(*box), size, crs)
    sld = own_sld
    if sld is None:
        sld = f"{case['id']}.sld"
        layer.saveSldStyle(folder.file(sld))
    qml = f"{case['id']}.qml"
    layer.saveNamedStyle(folder.file(qml))
    folder.cases.append(
        {**case, **drawn, "crs": crs_name, "size": size, "sld": sld, "qml": qml, "data": folder.data[key]}
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--shared", default="")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    application = QgsApplication([], False)
    application.initQgis()
    random.seed(given.seed)
    os.makedirs(given.folder, exist_ok=True)
    folder = Folder(given.folder)
    wanted = re.compile(given.only)

    for plane in PLANES:
        layers = make_layers(plane)
        for name, tier, kind, dress in made_styles.styles():
            case = {"id": f"made-{name}-{plane.srid}", "style": name, "corpus": "made", "tier": tier, "kind": kind}
            if not wanted.search(case["id"]):
                continue
            layer = layers[kind]
            made_styles.undress(layer)
            dress(layer)
            add(folder, case, layer, plane.box(), plane.size, plane.crs, f"made-{kind}")
        for name, layer in made_rasters.rasters(plane, given.folder):
            case = {"id": f"made-{name}-{plane.srid}", "style": name, "corpus": "made", "tier": "D", "kind": "raster"}
            if wanted.search(case["id"]):
                add(folder, case, layer, plane.box(), plane.size, plane.crs, layer.name())
    if given.shared:
        for case, layer, box, size, crs, key, sld in given_styles.cases(given.shared, wanted):
            add(folder, case, layer, box, size, crs, key, sld)
    folder.keep("cases.json", {"qgis": application.applicationName(), "cases": folder.cases})


main()
sys.stdout.flush()
# QGIS takes its time to end, and sometimes does not; everything is written.
os._exit(0)
