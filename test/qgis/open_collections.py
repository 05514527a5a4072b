"""Opens collections of an OGC API Features server in QGIS, as an analyst would, and says what QGIS sees.

Standard input: JSON {"url": "<landing page>", "collections": [expectation, ...]}; an expectation is
    {"id": "roads",
     "count": 98,                               # features, both as announced and as read through all pages
     "crs": ["EPSG:4326", "OGC:CRS84"],         # authid(), any of; QGIS 3.22 calls CRS84 EPSG:4326, later ones OGC:CRS84
     "geometry": "LineString" | null,           # without Multi: QGIS promotes as it likes
     "fields": {"class": "string", "lanes": ["integer", "string"]},   # any of; QGIS <= 3.42 guesses from ten features
     "extent": [west, south, east, north],      # must hold every feature, and be this to a millionth of a degree
     "bbox": {"rectangle": [...], "count": 5},  # optional; without it the south-western quarter is asked for
     "sample": {"where": {"road_id": "RD-001"}, "attributes": {...}, "wkt": "..."}}
All but the id are optional. Standard output, last line: JSON {"qgis": version, "collections": [report, ...], "log": [...]};
a report has what was found, and "failures": sentences about what differs from the expectation.
"""
import json
import sys

from qgis.core import (
    QgsApplication,
    QgsDataSourceUri,
    QgsFeatureRequest,
    QgsGeometry,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
    Qgis,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime, QVariant

TYPES = {
    QVariant.String: "string",
    QVariant.Int: "integer",
    QVariant.UInt: "integer",
    QVariant.LongLong: "integer",
    QVariant.ULongLong: "integer",
    QVariant.Double: "number",
    QVariant.Bool: "boolean",
    QVariant.Date: "date",
    QVariant.DateTime: "datetime",
    QVariant.Time: "time",
}
DEGREES = 1e-6


def open_layer(url, collection, only_in_view=False):
    uri = QgsDataSourceUri()
    uri.setParam("url", url)
    uri.setParam("typename", collection)
    if only_in_view:
        # Otherwise QGIS downloads everything and filters by itself.
        uri.setParam("restrictToRequestBBOX", "1")
    return QgsVectorLayer(uri.uri(False), collection, "OAPIF")


def plain(value):
    """A QVariant as JSON has it."""
    if value is None or (isinstance(value, QVariant) and value.isNull()):
        return None
    if isinstance(value, QDate):
        return value.toString(Qt.ISODate)
    if isinstance(value, QDateTime):
        return value.toUTC().toString("yyyy-MM-ddTHH:mm:ssZ")
    if isinstance(value, QTime):
        return value.toString(Qt.ISODate)
    return value


def attributes_of(feature):
    return {field.name(): plain(feature[field.name()]) for field in feature.fields()}


def box_of(rectangle):
    return [rectangle.xMinimum(), rectangle.yMinimum(), rectangle.xMaximum(), rectangle.yMaximum()]


def is_near(one, other):
    return len(one) == len(other) and all(abs(a - b) <= DEGREES for a, b in zip(one, other))


def read(layer, request=None):
    return list(layer.getFeatures(request) if request else layer.getFeatures())


def within(features, rectangle):
    return [f for f in features if f.hasGeometry() and f.geometry().intersects(rectangle)]


def check_fields(layer, expected, fail):
    found = {field.name(): TYPES.get(field.type(), field.typeName()) for field in layer.fields()}
    for name, types in expected.items():
        allowed = types if isinstance(types, list) else [types]
        if name not in found:
            fail("field %r is missing" % name)
        elif found[name] not in allowed:
            fail("field %r is %s, expected %s" % (name, found[name], " or ".join(allowed)))
    # Feature ids that are not whole numbers appear as a field of their own.
    extra = sorted(set(found) - set(expected) - {"id"})
    if extra:
        fail("unexpected fields %s" % ", ".join(extra))


def check_sample(features, sample, fail):
    def matches(feature):
        values = attributes_of(feature)
        return all(values.get(name) == value for name, value in sample["where"].items())

    found = [feature for feature in features if matches(feature)]
    if len(found) != 1:
        return fail("%d features match %s, expected 1" % (len(found), json.dumps(sample["where"])))
    values = attributes_of(found[0])
    for name, value in sample.get("attributes", {}).items():
        if values.get(name) != value:
            fail("%s is %r, expected %r" % (name, values.get(name), value))
    if "wkt" in sample:
        if sample["wkt"] is None:
            if found[0].hasGeometry():
                fail("the sample has a geometry, expected none")
            return None
        geometry, wanted = found[0].geometry(), QgsGeometry.fromWkt(sample["wkt"])
        geometry.convertToMultiType()
        wanted.convertToMultiType()
        if geometry.wkbType() != wanted.wkbType():
            fail("the sample is a %s, expected %s" % (QgsWkbTypes.displayString(geometry.wkbType()), QgsWkbTypes.displayString(wanted.wkbType())))
        elif geometry.hausdorffDistance(wanted) > DEGREES:
            fail("the sample's geometry is %s" % geometry.asWkt(6)[:200])
    return None


def check_bbox(url, expected, layer, features, report, fail):
    if not any(feature.hasGeometry() for feature in features):
        return
    if "bbox" in expected:
        rectangle = QgsRectangle(*expected["bbox"]["rectangle"])
    else:
        west, south, east, north = box_of(layer.extent())
        rectangle = QgsRectangle(west, south, (west + east) / 2, (south + north) / 2)
    # A layer of its own, because the other one has everything in its cache.
    fresh = open_layer(url, expected["id"], only_in_view=True)
    # A server may answer with bounding boxes that touch the rectangle; exact is what all must agree on.
    exact = QgsFeatureRequest().setFilterRect(rectangle).setFlags(QgsFeatureRequest.ExactIntersect)
    found = read(fresh, exact)
    wanted = within(features, rectangle)
    report["bbox"] = {"rectangle": box_of(rectangle), "count": len(found)}

    def shape(some):
        return sorted(feature.geometry().asWkt(6) for feature in some)

    if shape(found) != shape(wanted):
        fail("the rectangle brings %d features, expected %d" % (len(found), len(wanted)))
    if "bbox" in expected and len(found) != expected["bbox"]["count"]:
        fail("the rectangle brings %d features, expected %d" % (len(found), expected["bbox"]["count"]))


def examine(url, expected):
    failures = []
    fail = failures.append
    report = {"id": expected["id"], "failures": failures}
    layer = open_layer(url, expected["id"])
    report["valid"] = layer.isValid()
    if not layer.isValid():
        # The provider's own message is often empty, and summary() of an empty one crashes; the log says more.
        fail("QGIS cannot open it" if layer.error().isEmpty() else "QGIS cannot open it: %s" % layer.error().summary())
        return report
    features = read(layer)
    geometry = None
    if layer.wkbType() != QgsWkbTypes.NoGeometry:
        geometry = QgsWkbTypes.displayString(QgsWkbTypes.flatType(QgsWkbTypes.singleType(layer.wkbType())))
    report.update(
        crs=layer.crs().authid(),
        announced=layer.featureCount(),
        count=len(features),
        geometry=geometry,
        fields=[{"name": field.name(), "type": TYPES.get(field.type(), field.typeName())} for field in layer.fields()],
        extent=box_of(layer.extent()) if geometry else None,
        first={"attributes": attributes_of(features[0]), "wkt": features[0].geometry().asWkt(6)[:500]} if features else None,
    )
    if "crs" in expected and geometry:
        allowed = expected["crs"] if isinstance(expected["crs"], list) else [expected["crs"]]
        if report["crs"] not in allowed:
            fail("CRS is %s, expected %s" % (report["crs"], " or ".join(allowed)))
    if "count" in expected:
        if report["announced"] != expected["count"]:
            fail("%d features are announced, expected %d" % (report["announced"], expected["count"]))
        if report["count"] != expected["count"]:
            fail("%d features were read, expected %d" % (report["count"], expected["count"]))
    identities = [(feature.geometry().asWkb().data(), json.dumps(attributes_of(feature), sort_keys=True)) for feature in features]
    if len(set(identities)) != len(identities):
        fail("%d features came twice" % (len(identities) - len(set(identities))))
    if "geometry" in expected and geometry != expected["geometry"]:
        fail("geometry is %s, expected %s" % (geometry, expected["geometry"]))
    if "fields" in expected:
        check_fields(layer, expected["fields"], fail)
    if "extent" in expected and geometry:
        if not is_near(report["extent"], expected["extent"]):
            fail("extent is %s, expected %s" % (report["extent"], expected["extent"]))
        grown = QgsRectangle(*expected["extent"]).buffered(DEGREES)
        outside = [f for f in features if f.hasGeometry() and not grown.contains(f.geometry().boundingBox())]
        if outside:
            fail("%d features lie outside the extent" % len(outside))
    if "sample" in expected:
        check_sample(features, expected["sample"], fail)
    check_bbox(url, expected, layer, features, report, fail)
    return report


def is_known(message, report):
    """QGIS 3.40 leaves an extent in degrees where the layer is in metres, says so when features come, and corrects it."""
    is_in_degrees = report.get("crs") in ("EPSG:4326", "OGC:CRS84")
    return 32800 <= Qgis.QGIS_VERSION_INT < 34200 and not is_in_degrees and "Layer extent reported by the server is not correct" in message


def run(request, log):
    reports = []
    for expected in request["collections"]:
        before = len(log)
        report = examine(request["url"], expected)
        # What other threads logged arrives with the next turn of the event loop.
        QgsApplication.processEvents()
        # Network errors in the middle of paging are logged, not thrown.
        for message in log[before:]:
            if is_known(message, report):
                continue
            report["failures"].append("QGIS logged: %s" % message)
        reports.append(report)
    return reports


def main():
    request = json.load(sys.stdin)
    application = QgsApplication([], False)
    application.initQgis()
    log = []

    def keep(text, tag, level):
        if level in (Qgis.Warning, Qgis.Critical):
            log.append("%s: %s" % (tag, text))

    QgsApplication.messageLog().messageReceived.connect(keep)
    reports = run(request, log)
    print(json.dumps({"qgis": Qgis.QGIS_VERSION, "collections": reports, "log": log}), flush=True)
    application.exitQgis()


if __name__ == "__main__":
    main()
