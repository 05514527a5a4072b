"""What is in the project: the layer tree and the facts of every layer, and a watch over what changes of them."""
import hashlib
import json
import math
import os
from urllib.parse import unquote

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsDataSourceUri,
    QgsFeatureRequest,
    QgsLayerTree,
    QgsProject,
    QgsProviderRegistry,
    QgsRasterLayer,
    QgsTask,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsWkbTypes,
    QgsApplication,
)
from qgis.PyQt.QtCore import QObject, QTimer, QUrl, pyqtSignal

from . import metadata, style
from .bridge import Failure, guarded
from .words import say

LINK_PROPERTY = "secims/link"

# The form in which QGIS gives a system to GDAL; the others may be remembered when this one is lost.
FOR_FILES = QgsCoordinateReferenceSystem.WKT_PREFERRED_GDAL

# Above so many features or values, reading all of them for a stamp takes longer than a person waits.
MOST_STAMPED_FEATURES = 5000
MOST_STAMPED_VALUES = 50_000
# What the contract takes.
MOST_ADDRESS = 2048

DATABASES = ("postgres", "mssql", "oracle", "hana", "virtual", "postgresraster")
SERVICES = (
    "wfs",
    "oapif",
    "wms",
    "wcs",
    "arcgisfeatureserver",
    "arcgismapserver",
    "vectortile",
    "mbtilesvectortiles",
    "xyzvectortiles",
    "sensorthings",
)

# Numbers of QMetaType, which QVariant.Type shares; they are the same in Qt 5 and 6.
FIELD_TYPES = {
    1: "boolean",
    2: "integer",
    3: "integer",
    4: "integer64",
    5: "integer64",
    6: "double",
    8: "map",
    9: "list",
    10: "string",
    11: "stringlist",
    12: "binary",
    14: "date",
    15: "time",
    16: "datetime",
}

GEOMETRY_TYPES = {
    "CircularString": "LineString",
    "CompoundCurve": "LineString",
    "CurvePolygon": "Polygon",
    "Triangle": "Polygon",
    "MultiCurve": "MultiLineString",
    "MultiSurface": "MultiPolygon",
    "PolyhedralSurface": "MultiPolygon",
    "TIN": "MultiPolygon",
    "Unknown": "Geometry",
}
# Numbers of QGIS's data types, and what GDAL calls them.
DATA_TYPES = {
    1: "Byte", 2: "UInt16", 3: "Int16", 4: "UInt32", 5: "Int32", 6: "Float32", 7: "Float64",
    8: "CInt16", 9: "CInt32", 10: "CFloat32", 11: "CFloat64", 14: "Int8",
}
SIMPLE_TYPES = (
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
    "Geometry",
)


def number_of(value):
    """Enumerations are numbers in PyQt5 and have one in PyQt6."""
    return getattr(value, "value", value)


def digest(*parts):
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:16]


def find_layer(layer_id):
    layer = QgsProject.instance().mapLayer(layer_id)
    if layer is None:
        raise Failure(
            "no-layer",
            say("layer_gone"),
            say("layer_gone_remedy"),
        )
    return layer


def find_vector_layer(layer_id):
    layer = find_layer(layer_id)
    demand_vector(layer)
    return layer


def demand_vector(layer):
    if not isinstance(layer, QgsVectorLayer):
        raise Failure(
            "layer-invalid",
            say("layer_kind", layer=layer.name()),
        )
    demand_valid(layer)


def demand_valid(layer):
    if not layer.isValid():
        raise Failure(
            "layer-invalid",
            say("layer_broken", layer=layer.name()),
            say("layer_broken_remedy"),
        )


def provider_of(layer):
    return layer.providerType() if hasattr(layer, "providerType") else ""


def source_of(layer):
    provider = provider_of(layer).lower()
    if provider == "memory":
        return "memory"
    if provider in DATABASES:
        return "database"
    address = layer.source().lower()
    is_remote = address.startswith(("http:", "https:", "ftp:", "/vsicurl", "/vsis3", "/vsigs", "/vsiaz"))
    if provider in SERVICES or is_remote or (not provider and not os.path.exists(layer.source())):
        return "service"
    if address.startswith(("pg:", "mysql:", "mssql:", "oci:", "mongodb")):
        return "database"
    return "file"


def file_of(layer):
    """Path of the file behind a layer, or None."""
    parts = QgsProviderRegistry.instance().decodeUri(provider_of(layer), layer.source())
    path = parts.get("path") or ""
    return path if path and os.path.isfile(path) else None


def files_of(layer):
    """The file behind a layer and those that belong to it: a shapefile's attributes lie beside its shapes."""
    path = file_of(layer)
    if path is None:
        return []
    stem, ending = os.path.splitext(path)
    if ending.lower() != ".shp":
        return [path]
    beside = [stem + other for other in (".dbf", ".shx", ".DBF", ".SHX")]
    return [path] + [other for other in beside if os.path.isfile(other)]


def crs_facts(crs):
    authid = crs.authid()
    authority, _, code = authid.partition(":")
    epsg = int(code) if authority.upper() == "EPSG" and code.isdigit() else None
    return {
        "isValid": crs.isValid(),
        "authid": authid,
        "epsg": epsg,
        "isCustom": crs.isValid() and (authid == "" or authority.upper() == "USER"),
        "description": crs.description(),
        "isGeographic": crs.isGeographic(),
        "unit": QgsUnitTypes.encodeUnit(crs.mapUnits()),
    }


def with_definition(crs):
    """The same system with its definition. QGIS shares one object among all who ask for a system, and takes its definition
    away when the thread that asked first has ended: what is left passes for valid, and whatever is written with it has no
    system (seen in 3.22, 3.40 and 3.44)."""
    if not crs.isValid() or crs.toWkt(FOR_FILES):
        return crs
    QgsCoordinateReferenceSystem.invalidateCache()
    fresh = QgsCoordinateReferenceSystem(crs.authid())
    return fresh if fresh.isValid() else crs


def service_url(layer):
    """Address of the service a layer comes from, without what could be a secret: user, password, query."""
    if source_of(layer) != "service":
        return None
    parts = QgsProviderRegistry.instance().decodeUri(provider_of(layer), layer.source())
    address = QgsDataSourceUri(layer.source()).param("url") or parts.get("url") or parts.get("path") or layer.source()
    url = QUrl(unquote(address) if "://" not in address else address)
    if url.scheme().lower() not in ("http", "https") or not url.host():
        return None
    for part in (QUrl.UrlFormattingOption.RemoveUserInfo, QUrl.UrlFormattingOption.RemoveQuery):
        url = url.adjusted(part)
    plain = url.adjusted(QUrl.UrlFormattingOption.RemoveFragment).toString()
    return plain if len(plain) <= MOST_ADDRESS else None


def grid_of(layer):
    """RasterGrid of the protocol; None for pictures of a service, which have no size of their own."""
    provider = layer.dataProvider()
    if provider is None or not provider.xSize() or not provider.ySize() or not layer.bandCount():
        return None
    return {
        "width": provider.xSize(),
        "height": provider.ySize(),
        "bands": layer.bandCount(),
        "dataType": DATA_TYPES.get(number_of(provider.dataType(1)), "Unknown"),
    }


def geometry_facts(layer):
    if not isinstance(layer, QgsVectorLayer) or layer.wkbType() == QgsWkbTypes.NoGeometry:
        return {"geometryType": None, "hasZ": False, "hasM": False, "hasCurves": False}
    kind = layer.wkbType()
    name = QgsWkbTypes.displayString(QgsWkbTypes.flatType(kind))
    name = GEOMETRY_TYPES.get(name, name)
    return {
        "geometryType": name if name in SIMPLE_TYPES else "Geometry",
        "hasZ": QgsWkbTypes.hasZ(kind),
        "hasM": QgsWkbTypes.hasM(kind),
        "hasCurves": QgsWkbTypes.isCurvedType(kind),
    }


def field_facts(fields):
    return [
        {
            "name": field.name(),
            "type": FIELD_TYPES.get(number_of(field.type()), field.typeName().lower() or "string"),
        }
        for field in fields
    ]


def box_of(rectangle):
    """[west, south, east, north], or None where there is nothing that has an extent."""
    corners = [rectangle.xMinimum(), rectangle.yMinimum(), rectangle.xMaximum(), rectangle.yMaximum()]
    is_real = all(math.isfinite(corner) for corner in corners)
    # An empty layer's extent is upside down, or all noughts in providers that cannot say so.
    if not is_real or corners[0] > corners[2] or corners[1] > corners[3]:
        return None
    return corners


def to_crs84(rectangle, crs):
    if not crs.isValid():
        return None
    transform = QgsCoordinateTransform(with_definition(crs), QgsCoordinateReferenceSystem("EPSG:4326"), QgsProject.instance())
    try:
        box = box_of(transform.transformBoundingBox(rectangle))
    except QgsCsException:
        return None
    if box is None or box[0] < -180.001 or box[1] < -90.001 or box[2] > 180.001 or box[3] > 90.001:
        return None
    return [max(-180.0, box[0]), max(-90.0, box[1]), min(180.0, box[2]), min(90.0, box[3])]


def is_counted_slowly(layer):
    """Whether asking for the number of features may keep QGIS waiting for somebody else's computer."""
    if not isinstance(layer, QgsVectorLayer):
        return False
    source = source_of(layer)
    if source == "service":
        return True
    return source == "database" and not QgsDataSourceUri(layer.source()).useEstimatedMetadata()


def measure(layer):
    """Count and extent of a vector layer. May ask a server: see is_counted_slowly."""
    count = layer.featureCount()
    count = count if count >= 0 else None
    has_shape = layer.wkbType() != QgsWkbTypes.NoGeometry and count != 0
    return {"count": count, "extent": layer.extent() if has_shape else None}


def link_of(layer):
    text = layer.customProperty(LINK_PROPERTY)
    if not isinstance(text, str) or not text:
        return None
    try:
        link = json.loads(text)
    except ValueError:
        return None
    return link if is_link(link) else None


def is_link(link):
    """A project comes from anywhere: what does not have the shape of a link is none."""
    if not isinstance(link, dict) or set(link) != {
        "server",
        "recordId",
        "collectionId",
        "styleId",
        "version",
        "publishedAt",
        "stamps",
    }:
        return False
    stamps = link["stamps"]
    texts = [link["server"], link["recordId"], link["publishedAt"]]
    return (
        all(isinstance(text, str) for text in texts)
        and all(link[name] is None or isinstance(link[name], str) for name in ("collectionId", "styleId"))
        and isinstance(link["version"], int)
        and isinstance(stamps, dict)
        and set(stamps) == {"data", "style", "metadata"}
        and all(isinstance(stamp, str) for stamp in stamps.values())
    )


def set_link(layer, link):
    if link is None:
        layer.removeCustomProperty(LINK_PROPERTY)
    else:
        layer.setCustomProperty(LINK_PROPERTY, json.dumps(link, sort_keys=True))
    QgsProject.instance().setDirty(True)


def last_change(layer, path):
    """When the table was last changed. A GeoPackage's own time stamp changes when it is merely opened."""
    if not path.lower().endswith((".gpkg", ".sqlite", ".db")):
        return ",".join("%d:%d" % (os.stat(one).st_mtime_ns, os.stat(one).st_size) for one in files_of(layer))
    if not path.lower().endswith(".gpkg"):
        return ""
    parts = QgsProviderRegistry.instance().decodeUri(provider_of(layer), layer.source())
    table = parts.get("layerName")
    registry = QgsProviderRegistry.instance().providerMetadata("ogr")
    rows = registry.createConnection(path, {}).executeSql("SELECT table_name, last_change FROM gpkg_contents")
    # QGIS before 3.26 puts a row number in front.
    moments = [row[-1] for row in rows if table in (None, "", row[-2])]
    return ",".join(
        moment.toUTC().toString("yyyy-MM-ddTHH:mm:ss.zzz") if hasattr(moment, "toUTC") else str(moment)
        for moment in moments
    )


def shape_of(layer):
    fields = ["%s:%s" % (field["name"], field["type"]) for field in field_facts(layer.fields())]
    return [layer.crs().authid() or layer.crs().toWkt(), layer.subsetString()] + fields


def plain(value):
    if hasattr(value, "toString") and not isinstance(value, str):
        return value.toString("yyyy-MM-ddTHH:mm:ss.zzz") if "Time" in type(value).__name__ else str(value.toString())
    return repr(bytes(value)) if hasattr(value, "toBase64") else repr(value)


def features_digest(layer):
    parts = []
    for feature in layer.getFeatures(QgsFeatureRequest()):
        geometry = feature.geometry()
        shape = "" if geometry.isNull() else hashlib.sha256(bytes(geometry.asWkb())).hexdigest()
        parts.append("%s|%s" % (shape, "|".join(plain(value) for value in feature.attributes())))
    # Order of reading is not part of the data.
    return digest(*sorted(parts))


def data_stamp(layer, measured):
    if not isinstance(layer, QgsVectorLayer) or not layer.isValid():
        # The system of a raster can be another one than its file says.
        files = ["%s:%s" % (moment, size) for _path, moment, size in file_state(layer)]
        return digest(layer.source(), layer.crs().authid() or layer.crs().toWkt(), *files)
    source = source_of(layer)
    if source == "service":
        # The server has the data, and asking it for all of them takes too long.
        return digest(*shape_of(layer))
    if measured is None:
        return ""
    box = box_of(measured["extent"]) if measured["extent"] is not None else None
    corners = ",".join("%.9g" % corner for corner in box) if box else ""
    parts = shape_of(layer) + [str(measured["count"]), corners]
    path = file_of(layer)
    if path is not None:
        moment = last_change(layer, path)
        if moment:
            return digest(*(parts + [moment]))
    count = measured["count"] or 0
    is_large = count > MOST_STAMPED_FEATURES or count * len(layer.fields()) > MOST_STAMPED_VALUES
    if source == "database" or is_large:
        return digest(*parts)
    return digest(*(parts + [features_digest(layer)]))


def file_state(layer):
    """Cheap to read; while it stays the same, the data of a file are the same."""
    return tuple((path, os.stat(path).st_mtime_ns, os.stat(path).st_size) for path in files_of(layer))


def stamps_of(layer):
    """All three stamps, computed now. The watch keeps them for those who ask often."""
    # The stamp of a service's data needs no count, and the count asks the server.
    is_measured = isinstance(layer, QgsVectorLayer) and layer.isValid() and source_of(layer) != "service"
    return {
        "data": data_stamp(layer, measure(layer) if is_measured else None),
        "style": style.stamp(layer),
        "metadata": metadata.stamp(layer),
    }


class Watch(QObject):
    """Knows the stamps of the project's layers, and says which layers are not any more what they were."""

    changed = pyqtSignal(list)

    # Signal of a layer → which stamps it makes old. Not every QGIS and every kind of layer has all of them.
    SIGNALS = {
        "styleChanged": ("style",),
        "rendererChanged": ("style",),
        "labelingChanged": ("style",),
        "opacityChanged": ("style",),
        "blendModeChanged": ("style",),
        "metadataChanged": ("metadata",),
        "nameChanged": (),
        "crsChanged": ("data",),
        "dataSourceChanged": ("data", "style"),
        "afterCommitChanges": ("data",),
        "dataChanged": ("data",),
        "layerModified": ("data",),
        "subsetStringChanged": ("data",),
        "updatedFields": ("data",),
        "editingStarted": (),
        "editingStopped": ("data",),
        "selectionChanged": (),
        "customPropertyChanged": (),
    }

    def __init__(self, log, debounce_ms=250):
        super().__init__()
        self.guard = guarded(log)
        self.stamps = {}
        self.states = {}
        self.measured = {}
        self.counting = {}
        self.watched = {}
        self.connections = []
        self.old = set()
        self.doubtful = set()
        self.is_tree_old = False
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(debounce_ms)
        self.timer.timeout.connect(self.guard(self.tell))
        project = QgsProject.instance()
        self.connect_signal(project.layersAdded, self.add_layers)
        self.connect_signal(project.layersRemoved, self.forget_layers)
        self.connect_signal(project.readProject, self.note_tree)
        self.connect_signal(project.cleared, self.note_tree)
        root = project.layerTreeRoot()
        for name in ("visibilityChanged", "addedChildren", "removedChildren", "nameChanged"):
            self.connect_signal(getattr(root, name), self.note_tree)
        for layer in project.mapLayers().values():
            self.add_layer(layer)

    def connect_signal(self, signal, slot):
        slot = self.guard(slot)
        signal.connect(slot)
        self.connections.append((signal, slot))

    def stop(self):
        self.timer.stop()
        for layer_id in list(self.watched):
            self.leave_layer(layer_id)
        for signal, slot in self.connections:
            disconnect(signal, slot)
        self.connections = []
        for task in list(self.counting.values()):
            task.cancel()
        self.counting = {}
        # By Qt, on this thread; not by Python's garbage collector on whatever thread it runs.
        self.deleteLater()

    def add_layers(self, layers):
        for layer in layers:
            self.add_layer(layer)
        self.note_tree()

    def add_layer(self, layer):
        layer_id = layer.id()
        if layer_id in self.watched:
            return
        slots = []
        for name, kinds in self.SIGNALS.items():
            if hasattr(layer, name):
                slots.append((getattr(layer, name), self.slot_for(layer_id, kinds)))
        # Drawn again for many reasons: only a look at the style says whether this was one of ours.
        slots.append((layer.repaintRequested, self.guard(lambda *_: self.doubt(layer_id))))
        for signal, slot in slots:
            signal.connect(slot)
        self.watched[layer_id] = slots

    def slot_for(self, layer_id, kinds):
        return self.guard(lambda *_: self.note(layer_id, kinds))

    def leave_layer(self, layer_id):
        for signal, slot in self.watched.pop(layer_id, []):
            disconnect(signal, slot)

    def forget_layers(self, layer_ids):
        for layer_id in layer_ids:
            # The layer is being deleted and takes its connections along.
            self.watched.pop(layer_id, None)
            for known in (self.stamps, self.states, self.measured):
                known.pop(layer_id, None)
        self.note_tree()

    def note(self, layer_id, kinds):
        for kind in kinds:
            self.stamps.get(layer_id, {}).pop(kind, None)
        if "data" in kinds:
            self.measured.pop(layer_id, None)
        self.old.add(layer_id)
        self.timer.start()

    def doubt(self, layer_id):
        self.doubtful.add(layer_id)
        self.timer.start()

    def note_tree(self, *_):
        self.is_tree_old = True
        self.timer.start()

    def tell(self):
        project = QgsProject.instance()
        for layer_id in self.doubtful - self.old:
            layer = project.mapLayer(layer_id)
            before = self.stamps.get(layer_id, {}).get("style")
            if layer is None or before is None:
                continue
            if self.stamp(layer, "style", is_fresh=True) != before:
                self.old.add(layer_id)
        old = sorted(layer_id for layer_id in self.old if project.mapLayer(layer_id) is not None)
        is_tree_old = self.is_tree_old
        self.old, self.doubtful, self.is_tree_old = set(), set(), False
        if is_tree_old:
            self.changed.emit([])
        elif old:
            self.changed.emit(old)

    def measured_of(self, layer):
        """Count and extent; None while they are being asked for in the background."""
        if not isinstance(layer, QgsVectorLayer) or not layer.isValid():
            return None
        if not is_counted_slowly(layer):
            return measure(layer)
        if layer.id() not in self.measured and layer.id() not in self.counting:
            self.count_in_background(layer)
        return self.measured.get(layer.id())

    def count_in_background(self, layer):
        layer_id, source, provider = layer.id(), layer.source(), layer.providerType()
        options = QgsVectorLayer.LayerOptions(QgsProject.instance().transformContext())
        options.loadDefaultStyle = False

        def count(_task):
            # A layer of this thread's own: the project's may only be touched by the main thread.
            return measure(QgsVectorLayer(source, "", provider, options))

        def keep(exception, result=None):
            self.counting.pop(layer_id, None)
            self.measured[layer_id] = result or {"count": None, "extent": None}
            self.stamps.get(layer_id, {}).pop("data", None)
            if exception is None and result is not None:
                self.note(layer_id, ())

        task = QgsTask.fromFunction(say("task_count", layer=layer.name()), count, on_finished=keep)
        self.counting[layer_id] = task
        QgsApplication.taskManager().addTask(task)

    def stamp(self, layer, kind, is_fresh=False):
        known = self.stamps.setdefault(layer.id(), {})
        if kind == "data":
            state = file_state(layer)
            is_fresh = is_fresh or state != self.states.get(layer.id())
            self.states[layer.id()] = state
        if is_fresh or kind not in known:
            if kind == "data":
                value = data_stamp(layer, self.measured_of(layer))
            else:
                value = style.stamp(layer) if kind == "style" else metadata.stamp(layer)
            known[kind] = value
        return known[kind]

    def stamps_of(self, layer):
        return {kind: self.stamp(layer, kind) for kind in ("data", "style", "metadata")}


def disconnect(signal, slot):
    """Leaves a signal; its sender may be gone, and Qt says so with an exception."""
    try:
        signal.disconnect(slot)
    except (TypeError, RuntimeError):
        return False
    return True


def watch_of(context):
    """The one watch of the plugin; made when first asked for."""
    watch = getattr(context, "layer_watch", None)
    if watch is None:
        watch = Watch(context.log)
        watch.changed.connect(lambda ids: context.emit("layersChanged", {"layers": ids}))
        context.layer_watch = watch
    return watch


def facts_of(layer, watch):
    is_vector = isinstance(layer, QgsVectorLayer)
    is_raster = isinstance(layer, QgsRasterLayer)
    is_usable = is_vector and layer.isValid()
    measured = watch.measured_of(layer)
    geometry = geometry_facts(layer)
    kind = "raster" if is_raster else "other"
    if is_vector:
        is_table = layer.isValid() and geometry["geometryType"] is None
        kind = "table" if is_table else "vector"
    extent = measured["extent"] if measured else (layer.extent() if is_raster and layer.isValid() else None)
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    paths = files_of(layer) if source_of(layer) == "file" else []
    renderer = layer.renderer() if hasattr(layer, "renderer") else None
    facts = {
        "id": layer.id(),
        "name": layer.name(),
        "kind": kind,
        "isValid": layer.isValid(),
        "provider": provider_of(layer),
        "source": source_of(layer),
        "crs": crs_facts(layer.crs()),
        "featureCount": measured["count"] if measured else None,
        "selectedCount": layer.selectedFeatureCount() if is_usable else 0,
        "isFiltered": bool(is_usable and layer.subsetString()),
        "isEdited": bool(is_usable and layer.isEditable() and layer.isModified()),
        "isTemporary": provider_of(layer) == "memory",
        "isVisible": bool(node is not None and node.isVisible()),
        "fields": field_facts(layer.fields()) if is_usable else [],
        "extent": box_of(extent) if extent is not None else None,
        "extentCrs84": to_crs84(extent, layer.crs()) if extent is not None and box_of(extent) else None,
        "sizeBytes": sum(os.path.getsize(path) for path in paths) if paths else None,
        "metadata": metadata.metadata_of(layer),
        "renderer": renderer.type() if renderer is not None else None,
        "link": link_of(layer),
        "stamps": watch.stamps_of(layer),
    }
    facts.update(geometry)
    grid = grid_of(layer) if is_raster and layer.isValid() and source_of(layer) == "file" else None
    if grid is not None:
        facts["raster"] = grid
    address = service_url(layer)
    if address is not None:
        facts["serviceUrl"] = address
    return facts


def tree_of(group):
    nodes = []
    for child in group.children():
        node = {"name": child.name(), "isVisible": child.isVisible()}
        if QgsLayerTree.isLayer(child):
            if QgsProject.instance().mapLayer(child.layerId()) is None:
                continue
            node.update(kind="layer", layer=child.layerId())
        else:
            node.update(kind="group", children=tree_of(child))
        nodes.append(node)
    return nodes


def project_facts(watch):
    project = QgsProject.instance()
    layers = sorted(project.mapLayers().values(), key=lambda layer: (layer.name(), layer.id()))
    return {
        "title": project.title() or project.baseName(),
        "crs": project.crs().authid(),
        "isSaved": bool(project.fileName()) and not project.isDirty(),
        "tree": tree_of(project.layerTreeRoot()),
        "layers": [facts_of(layer, watch) for layer in layers],
    }


def verbs(context):
    def list_layers(_parameters, _call):
        return project_facts(watch_of(context))

    def remember_link(parameters, _call):
        layer = find_layer(parameters["layer"])
        set_link(layer, parameters["link"])
        return facts_of(layer, watch_of(context))

    return {"layers.list": list_layers, "layer.setLink": remember_link}
