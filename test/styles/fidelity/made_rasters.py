"""Grids of numbers, and QGIS's raster renderers over them."""

import math
import os

import numpy
from osgeo import gdal, osr
from qgis.core import (
    Qgis,
    QgsColorRampShader,
    QgsContrastEnhancement,
    QgsHillshadeRenderer,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

NO_DATA = -9999


def _write(path, plane, bands, kind, no_data=None):
    box = plane.raster_box()
    height, width = bands[0].shape
    dataset = gdal.GetDriverByName("GTiff").Create(path, width, height, len(bands), kind)
    dataset.SetGeoTransform(
        [box.xMinimum(), box.width() / width, 0, box.yMaximum(), 0, -box.height() / height]
    )
    system = osr.SpatialReference()
    system.ImportFromEPSG(plane.srid)
    dataset.SetProjection(system.ExportToWkt())
    for index, band in enumerate(bands):
        dataset.GetRasterBand(index + 1).WriteArray(band)
        if no_data is not None:
            dataset.GetRasterBand(index + 1).SetNoDataValue(no_data)
    dataset.FlushCache()


def _hills(width, height):
    y, x = numpy.mgrid[0:height, 0:width].astype("float64")
    hills = 300 * numpy.sin(x / 17) * numpy.cos(y / 23) + 200 * numpy.sin((x + 2 * y) / 41) + 480
    hills[(x - width * 0.7) ** 2 + (y - height * 0.3) ** 2 < (height / 9) ** 2] = NO_DATA
    return hills


def cells_of(layer):
    dataset = gdal.Open(layer.source())
    west, dx, _, north, _, dy = dataset.GetGeoTransform()
    width, height = dataset.RasterXSize, dataset.RasterYSize
    return {
        "box": [west, north + dy * height, west + dx * width, north],
        "width": width,
        "height": height,
        "bands": [
            {
                "type": gdal.GetDataTypeName(dataset.GetRasterBand(band).DataType),
                "noData": dataset.GetRasterBand(band).GetNoDataValue(),
                "values": dataset.GetRasterBand(band).ReadAsArray().ravel().tolist(),
            }
            for band in range(1, dataset.RasterCount + 1)
        ],
    }


def _enhanced(minimum, maximum, algorithm=QgsContrastEnhancement.StretchToMinimumMaximum):
    contrast = QgsContrastEnhancement(Qgis.DataType.Float32)
    contrast.setMinimumValue(minimum)
    contrast.setMaximumValue(maximum)
    contrast.setContrastEnhancementAlgorithm(algorithm)
    return contrast


def _gray(layer, gradient, minimum=100, maximum=800, algorithm=QgsContrastEnhancement.StretchToMinimumMaximum):
    renderer = QgsSingleBandGrayRenderer(layer.dataProvider(), 1)
    renderer.setContrastEnhancement(_enhanced(minimum, maximum, algorithm))
    renderer.setGradient(gradient)
    return renderer


def _ramp(layer, kind, quantities, opacity=None):
    colors = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"]
    function = QgsColorRampShader(quantities[0], quantities[-1], None, kind)
    function.setColorRampItemList(
        [
            QgsColorRampShader.ColorRampItem(quantity, QColor(colors[index % len(colors)]), str(quantity))
            for index, quantity in enumerate(quantities)
        ]
    )
    shader = QgsRasterShader()
    shader.setRasterShaderFunction(function)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader)
    if opacity is not None:
        renderer.setOpacity(opacity)
    return renderer


def _paletted(layer):
    colors = ["#8dd3c7", "#ffffb3", "#bebada", "#fb8072", "#80b1d3"]
    classes = [QgsPalettedRasterRenderer.Class(value, QColor(color), f"class {value}") for value, color in enumerate(colors)]
    return QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes)


def _multiband(layer, enhanced):
    renderer = QgsMultiBandColorRenderer(layer.dataProvider(), 1, 2, 3)
    if enhanced:
        renderer.setRedContrastEnhancement(_enhanced(20, 200))
        renderer.setGreenContrastEnhancement(_enhanced(0, 220))
        renderer.setBlueContrastEnhancement(_enhanced(40, 255))
    return renderer


def _relief(layer, azimuth=315, altitude=45, z=1.0, isMultidirectional=False):
    renderer = QgsHillshadeRenderer(layer.dataProvider(), 1, azimuth, altitude)
    renderer.setZFactor(z)
    renderer.setMultiDirectional(isMultidirectional)
    return renderer


def rasters(plane, folder):
    """Name and layer, dressed."""
    hills = os.path.join(folder, f"hills-{plane.srid}.tif")
    _write(hills, plane, [_hills(173, 131)], gdal.GDT_Float32, NO_DATA)
    classes = os.path.join(folder, f"classes-{plane.srid}.tif")
    y, x = numpy.mgrid[0:90, 0:120]
    _write(classes, plane, [((x // 9 + y // 7) % 6).astype("uint8")], gdal.GDT_Byte)
    photo = os.path.join(folder, f"photo-{plane.srid}.tif")
    y, x = numpy.mgrid[0:200, 0:260]
    channels = [
        (127 + 120 * numpy.sin(x / 19 + phase) * numpy.cos(y / 31 - phase)).astype("uint8") for phase in (0, 1, 2)
    ]
    _write(photo, plane, channels, gdal.GDT_Byte)

    slope = 1.0 if plane.unit > 1 else 1.0 / 111120
    shades = QgsColorRampShader
    made = [
        ("gray", hills, lambda one: _gray(one, QgsSingleBandGrayRenderer.BlackToWhite)),
        ("gray-white", hills, lambda one: _gray(one, QgsSingleBandGrayRenderer.WhiteToBlack)),
        (
            "gray-clip",
            hills,
            lambda one: _gray(
                one, QgsSingleBandGrayRenderer.BlackToWhite, 60, 200, QgsContrastEnhancement.ClipToMinimumMaximum
            ),
        ),
        (
            "gray-stretch-clip",
            hills,
            lambda one: _gray(
                one,
                QgsSingleBandGrayRenderer.BlackToWhite,
                250,
                700,
                QgsContrastEnhancement.StretchAndClipToMinimumMaximum,
            ),
        ),
        ("gray-byte", classes, lambda one: _gray(one, QgsSingleBandGrayRenderer.BlackToWhite, 0, 5)),
        ("pseudo-ramp", hills, lambda one: _ramp(one, shades.Interpolated, [0, 250, 500, 750, 980])),
        ("pseudo-discrete", hills, lambda one: _ramp(one, shades.Discrete, [200, 400, 600, 800, math.inf])),
        ("pseudo-discrete-open", hills, lambda one: _ramp(one, shades.Discrete, [200, 400, 600])),
        ("pseudo-exact", classes, lambda one: _ramp(one, shades.Exact, [0, 1, 2, 4])),
        ("pseudo-opacity", hills, lambda one: _ramp(one, shades.Interpolated, [0, 500, 980], 0.5)),
        ("paletted", classes, _paletted),
        ("multiband", photo, lambda one: _multiband(one, False)),
        ("multiband-stretched", photo, lambda one: _multiband(one, True)),
        ("hillshade", hills, lambda one: _relief(one, z=slope)),
        ("hillshade-east", hills, lambda one: _relief(one, 80, 30, 2 * slope)),
        ("hillshade-multi", hills, lambda one: _relief(one, z=slope, isMultidirectional=True)),
    ]
    for name, path, make in made:
        layer = QgsRasterLayer(path, os.path.basename(path).split("-")[0])
        layer.setRenderer(make(layer))
        yield f"raster-{name}", layer
