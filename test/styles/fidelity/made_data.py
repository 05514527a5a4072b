"""Points, lines and polygons with values, in planes of three coordinate systems."""

import math
import random

from qgis.core import (
    QgsFeature,
    QgsField,
    QgsGeometry,
    QgsPointXY,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QVariant


class Plane:
    """A part of the world, pictures of one size, and how many features there are."""

    def __init__(self, srid, west, south, unit, size, counts):
        self.srid = srid
        self.crs = f"EPSG:{srid}"
        self.west, self.south, self.unit = west, south, unit
        self.size = size
        self.counts = counts

    def at(self, x, y):
        """From pixels, upwards."""
        return QgsPointXY(self.west + x * self.unit, self.south + y * self.unit)

    def box(self):
        return (
            self.west,
            self.south,
            self.west + self.size[0] * self.unit,
            self.south + self.size[1] * self.unit,
        )

    def raster_box(self):
        """Not quite the picture's."""
        west, south, east, north = self.box()
        dx, dy = (east - west) * 0.06, (north - south) * 0.05
        return QgsRectangle(west + dx, south - dy, east - dx / 2, north - dy)


# St Lucia, where the British West Indies Grid (2006) is at home.
PLANES = [
    Plane(3857, -6795000.0, 1560000.0, 10.0, (800, 600), {"point": 150, "line": 40, "polygon": 40}),
    Plane(4326, -61.02, 13.85, 0.0001, (640, 480), {"point": 90, "line": 26, "polygon": 30}),
    Plane(2006, 508000.0, 1531000.0, 25.0, (720, 420), {"point": 60, "line": 50, "polygon": 20}),
]

WORDS = "Anse la Raye,Castries,Choiseul,Dennery,Gros Islet,Laborie,Micoud,Soufrière,Vieux Fort,Babonneau".split(",")


def _point(plane):
    return QgsGeometry.fromPointXY(plane.at(random.uniform(0, plane.size[0]), random.uniform(0, plane.size[1])))


def _line(plane):
    x, y = random.uniform(0, plane.size[0]), random.uniform(0, plane.size[1])
    angle = random.uniform(0, 2 * math.pi)
    points = []
    for _ in range(random.randint(3, 12)):
        points.append(plane.at(x, y))
        angle += random.uniform(-0.6, 0.6)
        length = random.uniform(8, 45)
        x += length * math.cos(angle)
        y += length * math.sin(angle)
    return QgsGeometry.fromPolylineXY(points)


def _ring(plane, x, y, low, high, sign=1):
    ring = [
        plane.at(
            x + random.uniform(low, high) * math.cos(sign * step * math.pi / 6),
            y + random.uniform(low, high) * math.sin(sign * step * math.pi / 6),
        )
        for step in range(12)
    ]
    return ring + ring[:1]


def _polygon(plane):
    x, y = random.uniform(0, plane.size[0]), random.uniform(0, plane.size[1])
    rings = [_ring(plane, x, y, 20, 60)]
    if random.random() < 0.3:
        rings.append(_ring(plane, x, y, 6, 14, -1))
    if random.random() < 0.2:
        return QgsGeometry.fromMultiPolygonXY([rings, [_ring(plane, x + 75, y + 20, 5, 14)]])
    return QgsGeometry.fromPolygonXY(rings)


MAKERS = {"point": ("Point", _point), "line": ("LineString", _line), "polygon": ("MultiPolygon", _polygon)}


def make_layers(plane):
    layers = {}
    for kind, (geometry, make) in MAKERS.items():
        layer = QgsVectorLayer(f"{geometry}?crs={plane.crs}", kind, "memory")
        layer.dataProvider().addAttributes(
            [
                QgsField("kind", QVariant.String),
                QgsField("n", QVariant.Int),
                QgsField("share", QVariant.Double),
                QgsField("title", QVariant.String),
            ]
        )
        layer.updateFields()
        features = []
        for index in range(plane.counts[kind]):
            feature = QgsFeature(layer.fields())
            geometry = make(plane)
            if kind == "polygon":
                geometry.convertToMultiType()
            feature.setGeometry(geometry)
            feature.setAttributes(
                ["abcd"[index % 4] if index % 11 else None, index, round(random.random(), 4), random.choice(WORDS)]
            )
            features.append(feature)
        layer.dataProvider().addFeatures(features)
        layer.updateExtents()
        layers[kind] = layer
    return layers
