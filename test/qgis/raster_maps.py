"""Styles a GeoTIFF in QGIS in several ways and draws it, for comparison with maps of the server.

Standard input: JSON {"heights": path, "photo": path, "classes": path, "folder": path, "extents": {"EPSG:2006": [...], ...}, "size": 400}
Standard output, last line: JSON {"qgis": version, "styles": [{"name", "raster", "sld", "qml", "pictures": {"EPSG:2006": path}}]}
"""
import json
import os
import sys

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsColorRampShader,
    QgsContrastEnhancement,
    QgsCoordinateReferenceSystem,
    QgsHillshadeRenderer,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterShader,
    QgsRectangle,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def stretched(provider, band, low, high):
    contrast = QgsContrastEnhancement(provider.dataType(band))
    contrast.setMinimumValue(low)
    contrast.setMaximumValue(high)
    contrast.setContrastEnhancementAlgorithm(QgsContrastEnhancement.StretchToMinimumMaximum)
    return contrast


def gray(layer):
    renderer = QgsSingleBandGrayRenderer(layer.dataProvider(), 1)
    renderer.setContrastEnhancement(stretched(layer.dataProvider(), 1, 100, 1700))
    return renderer


def ramp(layer):
    shader = QgsColorRampShader(100, 1800)
    shader.setColorRampType(QgsColorRampShader.Interpolated)
    shader.setColorRampItemList(
        [
            QgsColorRampShader.ColorRampItem(value, QColor(color), str(value))
            for value, color in ((100, "#1a9641"), (600, "#a6d96a"), (1100, "#ffffc0"), (1800, "#d7191c"))
        ]
    )
    raster_shader = QgsRasterShader()
    raster_shader.setRasterShaderFunction(shader)
    return QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, raster_shader)


def hillshade(layer):
    return QgsHillshadeRenderer(layer.dataProvider(), 1, 315, 45)


def paletted(layer):
    classes = [
        QgsPalettedRasterRenderer.Class(value, QColor(color), str(value))
        for value, color in ((1, "#2b83ba"), (2, "#abdda4"), (3, "#fdae61"), (4, "#d7191c"))
    ]
    return QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes)


def colours(layer):
    return QgsMultiBandColorRenderer(layer.dataProvider(), 1, 2, 3)


STYLES = [
    ("gray", "heights", gray),
    ("ramp", "heights", ramp),
    ("hillshade", "heights", hillshade),
    ("paletted", "classes", paletted),
    ("colours", "photo", colours),
]


def draw(layer, crs, extent, size, path):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    settings.setExtent(QgsRectangle(*extent))
    settings.setOutputSize(QSize(size, size))
    settings.setOutputDpi(25.4 / 0.28)
    settings.setBackgroundColor(QColor("#ffffff"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(path)


def main():
    asked = json.load(sys.stdin)
    application = QgsApplication([], False)
    application.initQgis()
    styles = []
    for name, raster, make in STYLES:
        layer = QgsRasterLayer(asked[raster], name)
        if not layer.isValid():
            raise RuntimeError("QGIS cannot read " + asked[raster])
        layer.setRenderer(make(layer))
        sld = os.path.join(asked["folder"], name + ".sld")
        qml = os.path.join(asked["folder"], name + ".qml")
        layer.saveSldStyle(sld)
        layer.saveNamedStyle(qml)
        pictures = {}
        for crs, extent in asked["extents"].items():
            path = os.path.join(asked["folder"], "%s-%s.png" % (name, crs.replace(":", "")))
            draw(layer, crs, extent, asked["size"], path)
            pictures[crs] = path
        styles.append({"name": name, "raster": raster, "sld": sld, "qml": qml, "pictures": pictures})
    print(json.dumps({"qgis": Qgis.QGIS_VERSION, "styles": styles}))
    sys.stdout.flush()
    os._exit(0)


main()
