"""Makes a GeoPackage and styles in QGIS, and draws each in QGIS itself at 0.28 mm per pixel, with the SLD QGIS writes.

python3 draw.py FOLDER: leaves data.gpkg, NAME.sld, NAME.qgis.png and styles.json there.
"""

import json
import math
import os
import random
import sys

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsField,
    QgsFillSymbol,
    QgsGeometry,
    QgsLineSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsPointXY,
    QgsRectangle,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsProject,
)
from qgis.PyQt.QtCore import QSize, QVariant
from qgis.PyQt.QtGui import QColor

SIZE = (800, 600)
BOX = (0, 0, 8000, 6000)


def layer_of(kind, make, count):
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:3857", kind.lower(), "memory")
    provider = layer.dataProvider()
    provider.addAttributes([QgsField("kind", QVariant.String), QgsField("n", QVariant.Int)])
    layer.updateFields()
    features = []
    for index in range(count):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(make())
        feature.setAttributes(["abc"[index % 3], index])
        features.append(feature)
    provider.addFeatures(features)
    return layer


def spot():
    return random.uniform(0, BOX[2]), random.uniform(0, BOX[3])


def point():
    return QgsGeometry.fromPointXY(QgsPointXY(*spot()))


def line():
    x, y = spot()
    angle = random.uniform(0, 2 * math.pi)
    points = []
    for _ in range(8):
        points.append(QgsPointXY(x, y))
        angle += random.uniform(-0.6, 0.6)
        x += 300 * math.cos(angle)
        y += 300 * math.sin(angle)
    return QgsGeometry.fromPolylineXY(points)


def polygon():
    x, y = spot()
    ring = [
        QgsPointXY(
            x + random.uniform(200, 500) * math.cos(step * math.pi / 6),
            y + random.uniform(200, 500) * math.sin(step * math.pi / 6),
        )
        for step in range(12)
    ]
    return QgsGeometry.fromPolygonXY([ring + ring[:1]])


def styles():
    """Name, tier, layer, renderer."""
    single = QgsSingleSymbolRenderer
    fill = QgsFillSymbol.createSimple
    stroke = QgsLineSymbol.createSimple
    mark = QgsMarkerSymbol.createSimple
    yield "fill-plain", "A", "polygon", single(fill({"color": "#8dd35f", "outline_color": "#232323", "outline_width": "0.28"}))
    yield "fill-thick", "A", "polygon", single(fill({"color": "230,120,40,160", "outline_color": "#000000", "outline_width": "1.12", "joinstyle": "miter"}))
    yield "fill-none", "A", "polygon", single(fill({"style": "no", "outline_color": "#c00000", "outline_width": "0.56", "joinstyle": "round"}))
    yield "fill-only", "A", "polygon", single(fill({"color": "#4060c0", "outline_style": "no"}))
    for width in ("0.28", "0.56", "1.4"):
        yield f"line-{width}", "A", "line", single(stroke({"line_color": "#1f78b4", "line_width": width, "capstyle": "round", "joinstyle": "round"}))
    yield "line-flat", "A", "line", single(stroke({"line_color": "#aa0000", "line_width": "1.96", "capstyle": "flat", "joinstyle": "bevel"}))
    yield "line-dash", "A", "line", single(stroke({"line_color": "#333333", "line_width": "0.56", "use_custom_dash": "1", "customdash": "2.8;1.4", "capstyle": "flat"}))
    yield "line-offset", "A", "line", single(stroke({"line_color": "#6a3d9a", "line_width": "0.56", "offset": "1.4"}))
    for name in (
        "circle square diamond triangle star pentagon hexagon octagon cross cross2 cross_fill arrow line "
        "equilateral_triangle half_square quarter_circle semi_circle filled_arrowhead arrowhead asterisk_fill "
        "square_with_corners third_circle quarter_arc"
    ).split():
        yield f"mark-{name}", "A", "point", single(mark({"name": name, "color": "#e31a1c", "outline_color": "#202020", "outline_width": "0.28", "size": "4.2"}))
    yield "mark-turned", "A", "point", single(mark({"name": "arrow", "color": "#33a02c", "size": "5.6", "angle": "30", "outline_width": "0.28"}))
    yield "mark-offset", "A", "point", single(mark({"name": "square", "color": "#ff7f00", "size": "2.8", "offset": "2.8,1.4", "outline_width": "0.28"}))
    categories = [
        QgsRendererCategory(value, fill({"color": color, "outline_width": "0.28"}), value)
        for value, color in (("a", "#e41a1c"), ("b", "#377eb8"), ("c", "#4daf4a"))
    ]
    yield "categories", "A", "polygon", QgsCategorizedSymbolRenderer("kind", categories)
    for brush in "horizontal vertical cross b_diagonal f_diagonal diagonal_x dense1 dense3 dense4 dense5 dense7".split():
        yield f"brush-{brush}", "B", "polygon", single(fill({"style": brush, "color": "#0000aa", "outline_width": "0.28"}))


def draw(layer, path):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(*BOX))
    settings.setOutputSize(QSize(*SIZE))
    settings.setOutputDpi(25.4 / 0.28)
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(path)


def main(folder):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QgsApplication([], False)
    application.initQgis()
    random.seed(7)
    os.makedirs(folder, exist_ok=True)
    package = os.path.join(folder, "data.gpkg")
    if os.path.exists(package):
        os.remove(package)
    layers = {
        "point": layer_of("Point", point, 150),
        "line": layer_of("LineString", line, 40),
        "polygon": layer_of("Polygon", polygon, 40),
    }
    for index, (name, layer) in enumerate(layers.items()):
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.layerName = name
        options.actionOnExistingFile = (
            QgsVectorFileWriter.CreateOrOverwriteLayer if index else QgsVectorFileWriter.CreateOrOverwriteFile
        )
        QgsVectorFileWriter.writeAsVectorFormatV3(layer, package, QgsProject.instance().transformContext(), options)
    made = []
    for name, tier, kind, renderer in styles():
        layer = layers[kind]
        layer.setRenderer(renderer)
        draw(layer, os.path.join(folder, f"{name}.qgis.png"))
        layer.saveSldStyle(os.path.join(folder, f"{name}.sld"))
        made.append({"name": name, "tier": tier, "layer": kind})
    with open(os.path.join(folder, "styles.json"), "w", encoding="utf-8") as file:
        json.dump({"box": BOX, "size": SIZE, "styles": made}, file)


main(sys.argv[1])
