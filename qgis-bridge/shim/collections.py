"""From the catalogue into the project: collections as QGIS's users open them, downloads, and what the map shows."""
import os
import re
import tempfile

from qgis.core import (
    QgsApplication,
    QgsDataSourceUri,
    QgsProject,
    QgsProviderRegistry,
    QgsRasterLayer,
    QgsTask,
    QgsVectorDataProvider,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop

from . import layers, style
from .bridge import Deferred, Failure
from .words import say

# As QGIS's own list of servers has it, so that one collection has one address.
OGC_PATH = "/pygeoapi"
FILES_PATH = "/files"
LOG_TAGS = ("oapif", "wfs", "network", "ogr")


def source_of_collection(connection, collection_id):
    """Address of a collection for QGIS's provider, built from its parts."""
    uri = QgsDataSourceUri()
    uri.setParam("url", connection.url + OGC_PATH)
    uri.setParam("typename", collection_id)
    uri.setParam("version", "OGC_API_FEATURES")
    uri.setParam("pagingEnabled", "true")
    uri.setParam("restrictToRequestBBOX", "1")
    # QGIS 3.22 crashes when this dialog's moment comes after the reading has ended early (QgsFeatureDownloader).
    uri.setParam("hideDownloadProgressDialog", "1")
    if connection.authcfg:
        uri.setAuthConfigId(connection.authcfg)
    return uri.uri(False)


def open_collection(connection, collection_id, title):
    options = QgsVectorLayer.LayerOptions(QgsProject.instance().transformContext())
    options.loadDefaultStyle = False
    return QgsVectorLayer(source_of_collection(connection, collection_id), title, "OAPIF", options)


def listen():
    """What QGIS logs meanwhile: the provider's own message is often empty. Returns (messages, stop)."""
    messages = []
    log = QgsApplication.messageLog()

    def keep(text, tag, _level):
        if tag.lower() in LOG_TAGS and len(messages) < 5:
            messages.append(text)

    # Never directly: a thread of the provider that logs would wait for Python's lock, which whoever waits for that
    # thread may hold.
    log.messageReceived.connect(keep)

    def stop():
        layers.disconnect(log.messageReceived, keep)

    return messages, stop


def why_invalid(layer, messages):
    provider = layer.dataProvider()
    for error in (layer.error(), provider.error() if provider is not None else layer.error()):
        if not error.isEmpty():
            text = re.sub(r"<[^>]*>", " ", error.message()).strip()
            if text:
                return text
    # What other threads logged arrives with the next turn of this thread's events.
    QEventLoop().processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    if messages:
        return messages[-1]
    return say("collection_no_reason")


def look(connection, collection_id):
    """What QGIS sees of a collection; asks the server several times, so call it in the background."""
    messages, stop = listen()
    try:
        layer = open_collection(connection, collection_id, collection_id)
        if not layer.isValid():
            return {
                "isValid": False,
                "message": why_invalid(layer, messages),
                "featureCount": None,
                "crs": "",
                "extent": None,
                "geometryType": "",
                "fields": [],
                "hasFirstFeature": False,
            }
        has_shape = layer.wkbType() != QgsWkbTypes.NoGeometry
        count = layer.featureCount()
        return {
            "isValid": True,
            "message": "",
            "featureCount": count if count >= 0 else None,
            "crs": layer.crs().authid() if has_shape else "",
            "extent": layers.box_of(layer.extent()) if has_shape else None,
            "geometryType": layers.geometry_facts(layer)["geometryType"] or "NoGeometry",
            "fields": layers.field_facts(layer.fields()),
            "hasFirstFeature": next(layer.getFeatures(), None) is not None,
        }
    finally:
        stop()


def in_background(title, work, call=None):
    """Runs work() in a task; a Deferred for what it returns."""
    done = Deferred()
    running = {}

    def finished(exception, result=None):
        running.clear()
        if exception is not None:
            done.reject(exception)
        elif result is None:
            done.reject(Failure("cancelled", say("cancelled")))
        else:
            done.resolve(result)

    running["task"] = QgsTask.fromFunction(title, lambda _task: work(), on_finished=finished)

    def stop():
        # Reading from the server cannot be interrupted; its result is not waited for.
        if running:
            running["task"].cancel()
        done.reject(Failure("cancelled", say("cancelled")))

    done.on_cancel = stop
    if call is not None:
        call.on_cancel(stop)
    QgsApplication.taskManager().addTask(running["task"])
    return done


def apply_style(layer, qml, sld):
    """(style, differences) of AddedLayer; a style that cannot be loaded is told, and the layer stays."""
    try:
        if qml:
            return style.load_qml(layer, qml)
        if sld:
            with tempfile.TemporaryDirectory(prefix="secims") as folder:
                return style.load_sld(layer, sld, folder)
    except Failure as failure:
        return ("differs" if qml else "none"), [failure.message]
    return "none", []


def remember(layer, link, outcome):
    """What was just added is what was published, unless its style could not be had the same."""
    stamps = layers.stamps_of(layer)
    if outcome == "differs":
        stamps["style"] = link["stamps"]["style"]
    layers.set_link(layer, dict(link, stamps=stamps))


def add_to_project(layer, parameters):
    outcome, differing = apply_style(layer, parameters.get("qml"), parameters.get("sld"))
    if parameters.get("link") is not None:
        remember(layer, parameters["link"], outcome)
    QgsProject.instance().addMapLayer(layer)
    added = {"layer": layer.id(), "style": outcome, "differences": differing}
    if parameters.get("edit"):
        added["isEdited"] = begin_to_edit(layer)
    return added


def begin_to_edit(layer):
    """Whether QGIS and the server both let this layer be edited; each QGIS asks the server in its own way."""
    kinds = QgsVectorDataProvider
    wanted = kinds.AddFeatures | kinds.DeleteFeatures | kinds.ChangeAttributeValues | kinds.ChangeGeometries
    return bool(layer.dataProvider().capabilities() & wanted) and layer.startEditing()


def open_elsewhere(connection, collection_id, title):
    """[layer] for the main thread; opening asks the server several times, so call it in the background. In a list,
    because QGIS's tasks take a layer without features for no result."""
    messages, stop = listen()
    try:
        layer = open_collection(connection, collection_id, title)
        if not layer.isValid():
            raise Failure(
                "layer-invalid",
                say("collection_failed", title=title, reason=why_invalid(layer, messages)),
                say("collection_failed_remedy"),
            )
    finally:
        stop()
    # Only the thread that has a layer can give it away.
    layer.moveToThread(QCoreApplication.instance().thread())
    return [layer]


def add_collection(context, parameters, call):
    connection = context.connections.get(parameters["connection"])
    collection_id, title = parameters["collectionId"], parameters["title"]
    opened = in_background(say("task_open", collection=collection_id), lambda: open_elsewhere(connection, collection_id, title), call)
    added = Deferred(on_cancel=opened.cancel)

    def is_open(result, failure):
        if failure is not None:
            added.reject(failure)
            return
        try:
            added.resolve(add_to_project(result[0], parameters))
        except Exception as error:  # noqa: BLE001 – it becomes the answer
            added.reject(error)

    opened.then(is_open)
    return added


def file_name(name):
    """A name from the server as a name on this computer."""
    kept = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", name).strip(" .")
    return kept or "download"


def choose_target(context, name):
    from qgis.PyQt.QtWidgets import QFileDialog

    parent = context.iface.mainWindow() if context.iface is not None else None
    start = os.path.join(os.path.expanduser("~"), file_name(name))
    path, _filter = QFileDialog.getSaveFileName(parent, say("file_save"), start)
    return path or None


def sublayer_sources(path):
    """The addresses of what a file holds: vector layers first, then rasters."""
    layer = QgsVectorLayer(path, "", "ogr")
    if not layer.isValid():
        return []
    names = [text.split("!!::!!")[1] for text in layer.dataProvider().subLayers()]
    if len(names) < 2:
        return [path]
    registry = QgsProviderRegistry.instance()
    return [registry.encodeUri("ogr", {"path": path, "layerName": name}) for name in names]


def add_file(path, parameters):
    """Adds a downloaded file. What QGIS cannot show (a document, an archive of something) is saved all the same."""
    source = f"/vsizip/{path}" if path.lower().endswith(".zip") else path
    sources = sublayer_sources(source)
    if sources:
        added = None
        for position, one in enumerate(sources):
            title = parameters["title"] if len(sources) == 1 else f"{parameters['title']} – {position + 1}"
            layer = QgsVectorLayer(one, title, "ogr")
            if layer.isValid():
                added = added or add_to_project(layer, parameters)
        if added is not None:
            return added
    raster = QgsRasterLayer(source, parameters["title"], "gdal")
    if raster.isValid():
        return add_to_project(raster, parameters)
    raise Failure(
        "layer-invalid",
        say("file_not_shown", name=os.path.basename(path)),
        say("file_not_shown_remedy"),
    )


def download_to(context, parameters, folder_or_path, call):
    """Saves a distribution and adds it; `folder_or_path` was chosen by a person, never by the panel."""
    target = folder_or_path
    if os.path.isdir(target):
        target = os.path.join(target, file_name(parameters["fileName"]))
    # Percent-encoding is for the server's address; the id's form was checked against the contract.
    path = f"{FILES_PATH}/{parameters['distributionId']}"
    fetched = context.network.download(
        parameters["connection"], path, target, lambda done, total: call.progress("download", done, total)
    )
    added = Deferred(on_cancel=fetched.cancel)
    call.on_cancel(fetched.cancel)

    def saved(_size, failure):
        if failure is not None:
            added.reject(failure)
            return
        try:
            added.resolve(add_file(target, parameters))
        except Exception as error:  # noqa: BLE001 – it becomes the answer
            added.reject(error)

    fetched.then(saved)
    return added


def map_extent(context):
    if context.iface is None:
        return {"extentCrs84": None}
    canvas = context.iface.mapCanvas()
    crs = canvas.mapSettings().destinationCrs()
    rectangle = canvas.extent()
    if rectangle.isEmpty():
        return {"extentCrs84": None}
    return {"extentCrs84": layers.to_crs84(rectangle, crs)}


def verbs(context):
    def check(parameters, call):
        connection = context.connections.get(parameters["connection"])
        collection_id = parameters["collectionId"]
        return in_background(say("task_open", collection=collection_id), lambda: look(connection, collection_id), call)

    def add(parameters, call):
        return add_collection(context, parameters, call)

    def download(parameters, call):
        context.connections.get(parameters["connection"])
        target = choose_target(context, parameters["fileName"])
        if target is None:
            return {"layer": None, "style": "none", "differences": []}
        return download_to(context, parameters, target, call)

    return {
        "collection.check": check,
        "collection.add": add,
        "download.add": download,
        "map.extent": lambda _parameters, _call: map_extent(context),
    }
