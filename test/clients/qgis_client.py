"""
A QGIS without a window does with a server what it is told: opens layers, filters, reprojects, edits and saves, draws.
Only PyQGIS; nothing of the plugin.

Standard input: JSON list of steps, {"do": name, …}. Standard output, last line: JSON {"version": 34006, "results": [one of
each step], "log": [what QGIS warned of]}.
"""
import json
import sys

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsDataSourceUri,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorDataProvider,
    QgsVectorLayer,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDate, QDateTime, QEventLoop, QSize, Qt, QTime, QVariant
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

layers = {}
pictures = {}


def plain(value):
    if isinstance(value, QVariant):
        value = None if value.isNull() else value.value()
    if value is None or (hasattr(value, "isNull") and value.isNull()):
        return None
    if isinstance(value, (QDate, QTime)):
        return value.toString(Qt.DateFormat.ISODate)
    if isinstance(value, QDateTime):
        return value.toUTC().toString("yyyy-MM-ddTHH:mm:ssZ")
    return value


def sign_in(method, token):
    """The token in QGIS's encrypted store; the id it has there."""
    manager = QgsApplication.authManager()
    manager.setMasterPassword("only for this test", True)
    config = QgsAuthMethodConfig()
    config.setName(method)
    config.setMethod(method)
    if method == "APIHeader":
        config.setConfig("Authorization", "Bearer " + token)
    else:
        config.setConfigMap({"username": "token", "password": token, "realm": ""})
    answer = manager.storeAuthenticationConfig(config)
    return (answer[1] if isinstance(answer, tuple) else config).id()


def methods():
    return sorted(QgsApplication.authManager().authMethodsKeys())


def open_collection(name, url, collection, auth=None, only_in_view=False, filter=None):
    uri = QgsDataSourceUri()
    uri.setParam("url", url)
    uri.setParam("typename", collection)
    uri.setParam("version", "OGC_API_FEATURES")
    uri.setParam("pagingEnabled", "true")
    uri.setParam("hideDownloadProgressDialog", "1")
    if only_in_view:
        uri.setParam("restrictToRequestBBOX", "1")
    if filter:
        uri.setSql(filter)
    if auth:
        uri.setAuthConfigId(sign_in(auth["method"], auth["token"]))
    layers[name] = QgsVectorLayer(uri.uri(False), name, "OAPIF")
    return facts(name)


CAPABILITIES = {
    "add": QgsVectorDataProvider.AddFeatures,
    "delete": QgsVectorDataProvider.DeleteFeatures,
    "attributes": QgsVectorDataProvider.ChangeAttributeValues,
    "geometries": QgsVectorDataProvider.ChangeGeometries,
}


def facts(name):
    layer = layers[name]
    if not layer.isValid():
        return {"isValid": False}
    box = layer.extent()
    return {
        "isValid": True,
        "count": layer.featureCount(),
        "crs": layer.crs().authid(),
        "geometry": QgsWkbTypes.displayString(QgsWkbTypes.singleType(QgsWkbTypes.flatType(layer.wkbType()))),
        "extent": [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()],
        "fields": {field.name(): QVariant.typeToName(field.type()) for field in layer.fields()},
        "can": [can for can, flag in CAPABILITIES.items() if layer.dataProvider().capabilities() & flag],
    }


def told(layer, feature):
    geometry = feature.geometry()
    if not geometry.isNull():
        geometry.convertToSingleType()
    return {
        "attributes": {field.name(): plain(feature[field.name()]) for field in layer.fields()},
        "wkt": None if geometry.isNull() else geometry.asWkt(6),
    }


def read(name, bbox=None, crs=None, expression=None):
    """Features, perhaps of a rectangle in the layer's CRS, or in another CRS as the map has it."""
    layer = layers[name]
    request = QgsFeatureRequest()
    if expression:
        request.setFilterExpression(expression)
    if crs:
        request.setDestinationCrs(QgsCoordinateReferenceSystem(crs), QgsProject.instance().transformContext())
    if bbox:
        request.setFilterRect(QgsRectangle(*bbox))
        request.setFlags(QgsFeatureRequest.ExactIntersect)
    return [told(layer, feature) for feature in layer.getFeatures(request)]


def subset(name, expression):
    """The filter as the layer's properties set it, and what is then in the layer."""
    layer = layers[name]
    is_taken = layer.setSubsetString(expression)
    return {"isTaken": is_taken, "features": [told(layer, feature) for feature in layer.getFeatures()], "count": layer.featureCount()}


def found(layer, where):
    features = [one for one in layer.getFeatures() if all(plain(one[key]) == value for key, value in where.items())]
    if len(features) != 1:
        raise ValueError("%d features are %s" % (len(features), json.dumps(where)))
    return features[0]


def shape(layer, wkt):
    geometry = QgsGeometry.fromWkt(wkt)
    if QgsWkbTypes.isMultiType(layer.wkbType()):
        geometry.convertToMultiType()
    return geometry


def edit(name, changes):
    """Changes as with the pencil, and one save."""
    layer = layers[name]
    if not layer.startEditing():
        return {"isStarted": False}
    for change in changes:
        what = change["what"]
        if what == "add":
            feature = QgsFeature(layer.fields())
            feature.setGeometry(shape(layer, change["wkt"]))
            for key, value in change["attributes"].items():
                feature[key] = QDate.fromString(value, Qt.DateFormat.ISODate) if isinstance(value, str) and len(value) == 10 and value[4] == "-" else value
            is_done = layer.addFeature(feature)
        else:
            feature = found(layer, change["where"])
            if what == "delete":
                is_done = layer.deleteFeature(feature.id())
            elif what == "move":
                is_done = layer.changeGeometry(feature.id(), shape(layer, change["wkt"]))
            else:
                is_done = all(
                    layer.changeAttributeValue(feature.id(), layer.fields().indexOf(key), value)
                    for key, value in change["attributes"].items()
                )
        if not is_done:
            raise ValueError("QGIS refuses " + json.dumps(change))
    is_saved = layer.commitChanges()
    errors = [] if is_saved else list(layer.commitErrors()) + list(layer.dataProvider().errors())
    if not is_saved:
        layer.rollBack()
    return {"isStarted": True, "isSaved": is_saved, "errors": errors, "features": [told(layer, one) for one in layer.getFeatures()]}


def load_style(name, qml):
    document = QDomDocument()
    document.setContent(qml)
    is_loaded, message = layers[name].importNamedStyle(document)
    return {"isLoaded": is_loaded, "message": message}


def open_tiles(name, template, zmax, styled_by=None, source_layer=None):
    """Vector tiles as a connection of QGIS has them, with the symbols of another layer."""
    uri = QgsDataSourceUri()
    for key, value in (("type", "xyz"), ("url", template), ("zmin", "0"), ("zmax", str(zmax))):
        uri.setParam(key, value)
    layer = QgsVectorTileLayer(bytes(uri.encodedUri()).decode("ascii"), name)
    layers[name] = layer
    if styled_by is not None:
        model = layers[styled_by]
        styles = []
        for number, (symbol, expression) in enumerate(symbols_of(model.renderer())):
            style = QgsVectorTileBasicRendererStyle(str(number), source_layer or "", model.geometryType())
            style.setSymbol(symbol)
            style.setFilterExpression(expression)
            styles.append(style)
        renderer = QgsVectorTileBasicRenderer()
        renderer.setStyles(styles)
        layer.setRenderer(renderer)
    return {"isValid": layer.isValid(), "crs": layer.crs().authid(), "zooms": [layer.sourceMinZoom(), layer.sourceMaxZoom()]}


def symbols_of(renderer):
    """(symbol, for which features) of the renderers that vector tiles can follow."""
    if renderer.type() == "singleSymbol":
        return [(renderer.symbol().clone(), "")]
    if renderer.type() == "categorizedSymbol":
        column = renderer.classAttribute()
        return [(one.symbol().clone(), "\"%s\" = '%s'" % (column, one.value())) for one in renderer.categories() if one.value()]
    if renderer.type() == "graduatedSymbol":
        column = renderer.classAttribute()
        bounds = "\"%s\" >= %r AND \"%s\" <= %r"
        return [
            (one.symbol().clone(), bounds % (column, one.lowerValue(), column, one.upperValue()))
            for one in renderer.ranges()
        ]
    raise ValueError(renderer.type())


def picture(name, extent, crs="EPSG:3857", width=256, height=256):
    """Draws one layer alone; the share of the picture it colours, and the colours themselves."""
    settings = QgsMapSettings()
    settings.setLayers([layers[name]])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    settings.setExtent(QgsRectangle(*extent))
    settings.setOutputSize(QSize(width, height))
    settings.setBackgroundColor(QColor("white"))
    # In threads of its own, because newer QGIS loads no tiles in the thread that waits for the picture.
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    pictures[name] = image
    white = QColor("white").rgb()
    drawn = sum(image.pixel(x, y) != white for x in range(width) for y in range(height))
    return {"drawn": drawn / (width * height), "errors": [error.message for error in job.errors()]}


def compare(one, other, tolerance=48):
    """The share of pixels whose colours differ by more than a shade, which edges of symbols may."""
    first, second = pictures[one], pictures[other]
    size = first.size()

    def far(x, y):
        a, b = QColor(first.pixel(x, y)), QColor(second.pixel(x, y))
        return max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())) > tolerance

    return sum(far(x, y) for x in range(size.width()) for y in range(size.height())) / (size.width() * size.height())


STEPS = {
    "methods": methods,
    "open": open_collection,
    "facts": facts,
    "read": read,
    "subset": subset,
    "edit": edit,
    "style": load_style,
    "tiles": open_tiles,
    "picture": picture,
    "compare": compare,
}


def main():
    steps = json.load(sys.stdin)
    application = QgsApplication([], False)
    application.initQgis()
    log = []

    def keep(text, tag, level):
        if level in (Qgis.MessageLevel.Warning, Qgis.MessageLevel.Critical):
            log.append("%s: %s" % (tag, text))

    QgsApplication.messageLog().messageReceived.connect(keep)
    results = []
    for step in steps:
        do = step.pop("do")
        results.append(STEPS[do](**step))
    # What other threads logged arrives with the next turn of the event loop.
    QEventLoop().processEvents()
    print(json.dumps({"version": Qgis.QGIS_VERSION_INT, "results": results, "log": log}), flush=True)
    layers.clear()
    application.exitQgis()


if __name__ == "__main__":
    main()
