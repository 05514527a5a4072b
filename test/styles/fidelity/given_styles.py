"""Styles that others made: SLD files with data made for their filters, and the layers of QGIS projects.

A file has no QML; QGIS reads its SLD, and what it makes of it is the reference.
"""

import glob
import os
import random
import re

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsField,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QVariant

from made_data import MAKERS, PLANES

KINDS = {"point": "point", "line": "line", "polygon": "polygon"}
FILES = ("qgis_generated", "qgis_real", "qgis_tests")
PER_FILE = {"point": 120, "line": 60, "polygon": 45}


def _texts(sld, tag):
    return re.findall(rf"<(?:\w+:)?{tag}(?:\s[^>]*)?>([^<]*)</", sld)


def _kind_of(sld):
    for tag, kind in (("PolygonSymbolizer", "polygon"), ("LineSymbolizer", "line"), ("PointSymbolizer", "point")):
        if f"{tag}>" in sld or f"{tag} " in sld:
            return kind
    return "point" if "TextSymbolizer" in sld else None


def _values_of(sld):
    """What each property is compared with."""
    values = {name.strip(): [] for name in _texts(sld, "PropertyName") if name.strip()}
    for comparison in re.findall(r"<(?:\w+:)?PropertyIs\w+.*?</(?:\w+:)?PropertyIs\w+>", sld, re.S):
        names, literals = _texts(comparison, "PropertyName"), _texts(comparison, "Literal")
        limits = literals or ["a"]
        for name in names:
            values.setdefault(name.strip(), []).extend(limits)
    return values


def _is_number(text):
    return re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", text.strip()) is not None


def _spread(literals):
    """Values at, below and above the limits, so that every rule has something to draw."""
    if not literals:
        return [random.choice(["Rue A", "Rue Bé", "14"]) for _ in range(3)], False
    if all(_is_number(one) for one in literals):
        numbers = [float(one) for one in literals]
        return [n + d for n in numbers for d in (0, -0.5, 0.5)], True
    return [one.replace("%", "x") for one in literals] + ["zzz"], False


def _layer_for(sld, kind, plane):
    geometry, make = MAKERS[kind]
    layer = QgsVectorLayer(f"{geometry}?crs={plane.crs}", kind, "memory")
    spreads = {name: _spread(literals) for name, literals in _values_of(sld).items()}
    layer.dataProvider().addAttributes(
        [QgsField(name, QVariant.Double if is_number else QVariant.String) for name, (_, is_number) in spreads.items()]
    )
    layer.updateFields()
    features = []
    for _ in range(PER_FILE[kind]):
        feature = QgsFeature(layer.fields())
        shape = make(plane)
        if kind == "polygon":
            shape.convertToMultiType()
        feature.setGeometry(shape)
        feature.setAttributes([random.choice(values) for values, _ in spreads.values()])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer


def _scale_for(sld):
    """A scale at which as many rules as possible draw; 0 for any."""
    limits = []
    for rule in re.findall(r"<(?:\w+:)?Rule>.*?</(?:\w+:)?Rule>", sld, re.S):
        low = [float(one) for one in _texts(rule, "MinScaleDenominator") if _is_number(one)] or [0.0]
        high = [float(one) for one in _texts(rule, "MaxScaleDenominator") if _is_number(one)] or [1e12]
        limits.append((low[0], high[0]))
    if all(low == 0 and high == 1e12 for low, high in limits):
        return 0
    marks = sorted({value for pair in limits for value in pair if 100 < value < 1e9})
    tries = [mark * factor for mark in marks for factor in (0.9, 1.1)]
    return max(tries, key=lambda scale: sum(low <= scale < high for low, high in limits), default=0)


class _Scaled:
    """The first plane at another scale."""

    def __init__(self, plane, scale):
        self.__dict__.update(plane.__dict__)
        if scale:
            self.unit = scale * 0.00028

    at = PLANES[0].__class__.at
    box = PLANES[0].__class__.box


def _tier_of(sld):
    if "TextSymbolizer" in sld:
        return "C"
    return "B" if re.search(r"GraphicFill|GraphicStroke|ExternalGraphic|ttf://|MarkIndex", sld) else "A"


def _files(folder, wanted):
    for path in sorted(glob.glob(os.path.join(folder, "sld", "*.sld"))):
        name = os.path.basename(path)[:-4]
        if not name.startswith(FILES) or not wanted.search(f"file-{name}"):
            continue
        with open(path, encoding="utf-8", errors="replace") as file:
            sld = file.read()
        kind = _kind_of(sld)
        if kind is None:
            continue
        random.seed(name)
        plane = _Scaled(PLANES[0], _scale_for(sld))
        layer = _layer_for(sld, kind, plane)
        _, isLoaded = layer.loadSldStyle(path)
        if not isLoaded:
            continue
        case = {"id": f"file-{name}", "style": name, "corpus": "files", "tier": _tier_of(sld), "kind": kind}
        yield case, layer, plane.box(), plane.size, plane.crs, f"file-{name}", os.path.abspath(path)


# Projects ---------------------------------------------------------------------------------------------------

STAND_INS = {
    "places": "shapefile/places.shp",
    "airports": "shapefile/places.shp",
    "test": "shapefile/places.shp",
    "rivers": "shapefile/rivers.shp",
    "water": "shapefile/water.shp",
    "rural": "shapefile/protected_areas.shp",
    "rural2": "shapefile/protected_areas.shp",
    "urban": "training_data.gpkg|layername=buildings",
    "streets": "training_data.gpkg|layername=roads",
    "school_property": "training_data.gpkg|layername=schools",
    "school_property2": "training_data.gpkg|layername=schools",
    "countries": "/usr/share/qgis/resources/data/world_map.gpkg|layername=countries",
    "countries_shapeburst": "/usr/share/qgis/resources/data/world_map.gpkg|layername=countries",
}
STYLES = {
    "advanced_levels_demo": "training_data.gpkg|layername=roads",
    "landuse_layer": "shapefile/protected_areas.shp",
    "road-dashed": "training_data.gpkg|layername=roads",
    "roads": "training_data.gpkg|layername=roads",
    "rule-based_demo": "training_data.gpkg|layername=buildings",
    "rural": "shapefile/protected_areas.shp",
    "rural_classes": "shapefile/protected_areas.shp",
    "town_style": "shapefile/places.shp",
}
VIEWS = [("EPSG:3857", (800, 600), 1.02), ("EPSG:4326", (640, 480), 0.5), ("EPSG:2006", (720, 420), 0.8)]


def _inside(extent, size, share):
    """Around the middle, with the picture's shape."""
    center = extent.center()
    width = max(extent.width(), extent.height() * size[0] / size[1], 1e-9) * share
    height = width * size[1] / size[0]
    return (
        center.x() - width / 2,
        center.y() - height / 2,
        center.x() + width / 2,
        center.y() + height / 2,
    )


def _views(name, layer, tier, key, wanted):
    for crs_name, size, share in VIEWS:
        crs = QgsCoordinateReferenceSystem(crs_name)
        if layer.type() == layer.RasterLayer and crs != layer.crs():
            continue
        case_id = f"training-{name}-{crs_name[5:]}"
        if not wanted.search(case_id):
            continue
        try:
            extent = QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance()).transformBoundingBox(layer.extent())
        except Exception:
            continue
        if not extent.isFinite() or extent.isEmpty():
            continue
        case = {"id": case_id, "style": name, "corpus": "training", "tier": tier, "kind": "raster" if tier == "D" else "vector"}
        yield case, layer, _inside(extent, size, share), size, crs_name, key, None


def _tier_of_layer(layer):
    if layer.type() == layer.RasterLayer:
        return "D"
    if layer.renderer().type() in ("invertedPolygonRenderer", "heatmapRenderer"):
        return "X"
    if layer.labelsEnabled():
        return "C"
    dump = layer.renderer().dump()
    return "B" if re.search(r"Svg|Pattern|MarkerLine|Centroid", dump) else "A"


def _project_layers(folder, wanted):
    project = QgsProject.instance()
    for project_name in ("example", "world"):
        project.read(os.path.join(folder, f"{project_name}.qgs"))
        for layer in sorted(project.mapLayers().values(), key=lambda one: one.name()):
            key = None
            if not layer.isValid() and layer.name() in STAND_INS:
                source = STAND_INS[layer.name()]
                path = source if source.startswith("/") else os.path.join(folder, source)
                layer.setDataSource(path, layer.name(), "ogr")
                key = "training-" + re.sub(r"\W+", "-", source)
            if not layer.isValid():
                continue
            name = f"{project_name}-{layer.name()}"
            yield from _views(name, layer, _tier_of_layer(layer), key or f"training-{name}", wanted)
    project.clear()


def _style_files(folder, wanted):
    for name, source in STYLES.items():
        layer = QgsVectorLayer(os.path.join(folder, source), name, "ogr")
        _, isLoaded = layer.loadNamedStyle(os.path.join(folder, "styles", f"{name}.qml"))
        if layer.isValid() and isLoaded and layer.renderer():
            key = "training-" + re.sub(r"\W+", "-", source)
            yield from _views(f"style-{name}", layer, _tier_of_layer(layer), key, wanted)


def cases(folder, wanted):
    training = os.path.join(folder, "qgis-training")
    yield from _files(folder, wanted)
    yield from _project_layers(training, wanted)
    yield from _style_files(training, wanted)
