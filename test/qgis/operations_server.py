"""What the shim does with a server: algorithms, style round trip, opening from the catalogue. See operations.test.ts.

Standard input: JSON {"plugins", "data", "work", "url", "token"}.
"""
import os
import time

from operations_support import Run, Stalls, add, answer, connect, context_of, memory_layer, rows_of, run_algorithm, save_as_gpkg, start, turn

APPLICATION, REQUEST = start()

from qgis.core import (  # noqa: E402
    Qgis,
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsRectangle,
    QgsRendererCategory,
    QgsSvgMarkerSymbolLayer,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402
from secims_bridge import collections, layers, style  # noqa: E402
from secims_bridge.bridge import Call, wait_for  # noqa: E402
from secims_bridge.processing.provider import Provider  # noqa: E402

CONTEXT = context_of(REQUEST)
RUN = Run(CONTEXT)
PROJECT = QgsProject.instance()
WORK = REQUEST["work"]
CONNECTION = connect(CONTEXT, REQUEST)
PROVIDER = Provider(CONTEXT)
QgsApplication.processingRegistry().addProvider(PROVIDER)
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">
<path d="M10 1 L19 19 L1 19 Z" fill="param(fill) #ff0000" stroke="param(outline) #000000" stroke-width="param(outline-width) 1"/></svg>
"""


def symbols():
    """Schools as a local SVG, by category, with labels; a library SVG; a gradient that SLD cannot hold."""
    path = os.path.join(WORK, "zeichen größe.svg")
    with open(path, "w", encoding="utf-8") as file:
        file.write(SVG)
    memory = memory_layer(
        "Zeichen “größe”",
        "Point?field=kind:string&field=na\"me:string",
        [(f"Point ({1 + number} {2 + number % 2})", ["school" if number % 2 else "other", f"N {number}"]) for number in range(6)],
    )
    layer = add(save_as_gpkg(memory, os.path.join(WORK, "zeichen.gpkg"), "zeichen"))
    layer.setName("Zeichen “größe”")
    local = QgsMarkerSymbol()
    marker = QgsSvgMarkerSymbolLayer(path, 8)
    marker.setFillColor(QColor("#1188dd"))
    local.changeSymbolLayer(0, marker)
    library = QgsMarkerSymbol()
    library.changeSymbolLayer(0, QgsSvgMarkerSymbolLayer(f"{QgsApplication.svgPaths()[0]}gpsicons/plane.svg", 6))
    layer.setRenderer(
        QgsCategorizedSymbolRenderer("kind", [QgsRendererCategory("school", local, "School"), QgsRendererCategory("other", library, "Other")])
    )
    settings = QgsPalLayerSettings()
    settings.fieldName = 'na"me'
    settings.setFormat(QgsTextFormat())
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)
    layer.setOpacity(0.7)
    return layer


def picture(layer, extent):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(extent)
    settings.setOutputSize(QSize(300, 200))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def different_pixels(one, other):
    return sum(
        one.pixel(x, y) != other.pixel(x, y) for x in range(one.width()) for y in range(one.height())
    )


def painted_pixels(image):
    white = QColor("white").rgb()
    return sum(image.pixel(x, y) != white for x in range(image.width()) for y in range(image.height()))


def call(operation, **named):
    return CONTEXT.network.call_blocking(CONNECTION, operation, **named)


def round_trip():
    """Published with its style, and opened from the catalogue in an empty project: the same to the pixel."""
    layer = symbols()
    PROJECT.setDirty(False)
    travels = RUN("layer.style", layer=layer.id())
    is_dirty = PROJECT.isDirty()
    published = run_algorithm("publish", INPUT=layer, TITLE="Zeichen")
    if "error" in published:
        return published
    link = layers.link_of(layer)
    wanted, rows = picture(layer, layer.extent().buffered(1)), rows_of(layer, without=("fid",))
    extent = layer.extent().buffered(1)
    local_stamps = layers.stamps_of(layer)
    PROJECT.clear()
    qml = call("catalogue.getStyleQml", path={"styleId": published["STYLE_ID"]})["text"]
    sld = call("catalogue.getStyleSld", path={"styleId": published["STYLE_ID"]})["text"]
    stalls = Stalls()
    added = RUN("collection.add", connection=CONNECTION, collectionId=published["COLLECTION_ID"], title="Zeichen", qml=qml, link=link)
    turn(30)
    add_stall_ms = stalls.own_ms
    copy = PROJECT.mapLayer(added["layer"])
    names = [field.name() for field in copy.fields()]
    found = picture(copy, extent)
    facts = {one["id"]: one for one in RUN("layers.list")["layers"]}[added["layer"]]
    with_sld = RUN("collection.add", connection=CONNECTION, collectionId=published["COLLECTION_ID"], title="By SLD", sld=sld)
    bare = RUN("collection.add", connection=CONNECTION, collectionId=published["COLLECTION_ID"], title="Bare")
    stalls = Stalls()
    checked = RUN("collection.check", connection=CONNECTION, collectionId=published["COLLECTION_ID"])
    turn(30)
    check_stall_ms = stalls.own_ms
    absent = RUN("collection.check", connection=CONNECTION, collectionId="no-such-thing")
    return {
        "travels": {key: travels[key] for key in ("assets", "fonts", "sldMessages")},
        "isDirtyAfterStyle": is_dirty,
        "folderInQml": WORK in travels["qml"],
        "folderInSld": WORK in travels["sld"] or "/usr/share" in travels["sld"],
        "dataUris": travels["sld"].count("data:image/svg+xml;base64,"),
        "published": published,
        "link": link,
        "linkStampsAgree": link["stamps"] == local_stamps,
        "added": added,
        "names": names,
        "isSameData": rows_of(copy, without=("fid", "id")) == rows,
        "copyLinkAgrees": layers.link_of(copy)["stamps"] == facts["stamps"],
        "source": copy.source(),
        "serviceUrl": facts.get("serviceUrl"),
        "differentPixels": different_pixels(wanted, found),
        "paintedPixels": painted_pixels(wanted),
        "withSld": with_sld,
        "sldRenderer": PROJECT.mapLayer(with_sld["layer"]).renderer().type(),
        "bare": bare,
        "checked": checked,
        "absent": absent,
        "absentAdded": RUN.failure("collection.add", connection=CONNECTION, collectionId="no-such-thing", title="x"),
        "stallsMs": {"check": check_stall_ms, "add": add_stall_ms},
    }


def as_tiles(published):
    """The collection as vector tiles, with its style, in its own CRS and another; then QGIS's own lists of servers."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsDataSourceUri

    PROJECT.clear()
    collection_id = published["COLLECTION_ID"]
    qml = call("catalogue.getStyleQml", path={"styleId": published["STYLE_ID"]})["text"]
    sld = call("catalogue.getStyleSld", path={"styleId": published["STYLE_ID"]})["text"]
    added = RUN("tiles.add", connection=CONNECTION, collectionId=collection_id, title="Tiles", qml=qml)
    layer = PROJECT.mapLayer(added["layer"])
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    extent = QgsCoordinateTransform(degrees, layer.crs(), PROJECT).transformBoundingBox(QgsRectangle(0, 1, 7, 4))
    by_sld = RUN("tiles.add", connection=CONNECTION, collectionId=collection_id, title="Tiles by SLD", sld=sld)
    bare = RUN("tiles.add", connection=CONNECTION, collectionId=collection_id, title="Bare tiles")
    first = wait_for(CONTEXT.connections.add_to_browser(CONNECTION))
    second = wait_for(CONTEXT.connections.add_to_browser(CONNECTION))
    # As QGIS's browser lists them: where they are kept has changed in 3.30.
    listed = QgsApplication.dataItemProviderRegistry().provider("Vector Tiles").createDataItem("", None)
    tiled = {}
    for item in listed.createChildren():
        source = QgsDataSourceUri()
        source.setEncodedUri(item.uri())
        tiled[item.name()] = source.param("url")
    return {
        "added": added,
        "source": layer.source(),
        "filters": [one.filterExpression() for one in layer.renderer().styles()],
        "labels": [one.labelSettings().fieldName for one in layer.labeling().styles()],
        "opacity": layer.opacity(),
        "painted": painted_pixels(picture(layer, extent)),
        "bySld": by_sld,
        "bare": bare,
        "first": first,
        "second": second,
        "tiled": tiled,
    }


def for_qgis_alone():
    """A heat map, which SLD cannot say: it is published, and comes back. And what may be edited in this QGIS."""
    from qgis.core import QgsHeatmapRenderer

    PROJECT.clear()
    layer = add(memory_layer("Heat", "Point?field=a:integer", [("Point (-61 13.9)", [1]), ("Point (-61 14)", [2])]))
    layer.setRenderer(QgsHeatmapRenderer())
    published = run_algorithm("publish", INPUT=layer, COLLECTION="op-heat")
    if "error" in published:
        return published
    style_id = published["STYLE_ID"]
    described = call("catalogue.getStyle", path={"styleId": style_id})["body"]
    qml = call("catalogue.getStyleQml", path={"styleId": style_id})["text"]
    added = RUN("collection.add", connection=CONNECTION, collectionId="op-heat", title="Heat again", qml=qml, edit=True)
    copy = PROJECT.mapLayer(added["layer"])
    layer.setRenderer(None)
    pulled = run_algorithm("pullstyle", INPUT=layer)
    return {
        "published": published,
        "style": described,
        "added": added,
        "renderer": copy.renderer().type(),
        "isEditable": copy.isEditable(),
        "version": Qgis.QGIS_VERSION_INT,
        "pulled": pulled,
    }


def spoken():
    """Titles, help and parameters of the algorithms, in both languages."""
    told = {}
    for language in ("en", "fr"):
        CONTEXT.settings.set("locale", language)
        PROVIDER.refreshAlgorithms()
        told[language] = {
            one.name(): [one.displayName(), one.group(), one.shortHelpString()]
            + [parameter.description() for parameter in one.parameterDefinitions()]
            + [output.description() for output in one.outputDefinitions()]
            for one in PROVIDER.algorithms()
        }
    CONTEXT.settings.set("locale", "auto")
    PROVIDER.refreshAlgorithms()
    return told


def hostile_style(collection_id):
    """A QML with everything that runs: nothing of it may be in the layer afterwards."""
    PROJECT.clear()
    base = add(memory_layer("base", "Point?field=kind:string", [("Point (1 2)", ["x"])]))
    from qgis.core import QgsAction, QgsMapLayer

    base.actions().addAction(QgsAction(QgsAction.GenericPython, "pwn", "open('/tmp/secims-pwned', 'w')"))
    base.setMapTipTemplate("<img src=x onerror=alert(1)> [% eval('1') %]")
    form = base.editFormConfig()
    form.setInitCode("def formOpen(*a):\n    open('/tmp/secims-pwned', 'w')\n")
    form.setInitFunction("formOpen")
    form.setInitCodeSource(form.CodeSourceDialog)
    form.setUiForm("/tmp/evil.ui")
    base.setEditFormConfig(form)
    base.setCustomProperty("secims/link", "forged")
    base.renderer().symbol().changeSymbolLayer(0, QgsSvgMarkerSymbolLayer("gpsicons/plane.svg", 6))
    from qgis.PyQt.QtXml import QDomDocument

    document = QDomDocument()
    base.exportNamedStyle(document, categories=QgsMapLayer.AllStyleCategories)
    qml = document.toString().replace("gpsicons/plane.svg", "http://127.0.0.1:1/track.svg")
    added = RUN("collection.add", connection=CONNECTION, collectionId=collection_id, title="Hostile", qml=qml)
    layer = PROJECT.mapLayer(added["layer"])
    form = layer.editFormConfig()
    return {
        "wasHostile": all(word in qml for word in ("secims-pwned", "formOpen", "onerror", "track.svg", "forged")),
        "added": added,
        "actions": len(layer.actions().actions()),
        "mapTip": layer.mapTipTemplate(),
        "initCode": form.initCode(),
        "initFunction": form.initFunction(),
        "uiForm": form.uiForm(),
        "link": layer.customProperty("secims/link"),
        "svg": layer.renderer().symbol().symbolLayer(0).path(),
        "entities": RUN("collection.add", connection=CONNECTION, collectionId=collection_id, title="E", qml='<!DOCTYPE qgis [<!ENTITY a "b">]><qgis/>'),
    }


def algorithms():
    """Publish, verify, change, re-publish, pull the style back, search, unpublish."""
    PROJECT.clear()
    memory = memory_layer(
        "Plots of Größe",
        "Polygon?field=code:string&field=area_ha:double",
        [("Polygon ((0 0, 1 0, 1 1, 0 0))", ["A", 1.5]), ("Polygon ((2 0, 3 0, 3 1, 2 0))", ["B", 2.5])],
        crs="EPSG:32620",
    )
    layer = add(save_as_gpkg(memory, os.path.join(WORK, "plots.gpkg"), "plots"))
    layer.setName("Plots")
    layer.renderer().setSymbol(QgsFillSymbol.createSimple({"color": "#ff8800"}))
    planned = run_algorithm("plan", INPUT=layer, COLLECTION="op-plots")
    first = run_algorithm("publish", INPUT=layer, COLLECTION="op-plots", TITLE="Plots of the test", DOMAIN="forestry")
    said = {"planned": planned, "first": first}
    if "error" in first:
        return said
    said["verified"] = run_algorithm("verify", INPUT=layer)
    layer.startEditing()
    layer.deleteFeature(next(layer.getFeatures()).id())
    layer.commitChanges()
    said["notSame"] = run_algorithm("verify", INPUT=layer)
    said["notSameTold"] = run_algorithm("verify", INPUT=layer, FAIL=False)
    again = run_algorithm("publish", INPUT=layer)
    said["again"] = again
    said["verifiedAgain"] = run_algorithm("verify", INPUT=layer)
    # Another field set is a change of schema, which must be wanted.
    layer.startEditing()
    layer.deleteAttribute(layer.fields().indexOf("area_ha"))
    layer.commitChanges()
    said["plannedSchema"] = run_algorithm("plan", INPUT=layer)
    said["schema"] = run_algorithm("publish", INPUT=layer)
    said["schemaAccepted"] = run_algorithm("publish", INPUT=layer, ACCEPT_SCHEMA_CHANGE=True)
    layer.renderer().symbol().setColor(QColor("#000000"))
    said["stampsDiffer"] = layers.stamps_of(layer)["style"] != layers.link_of(layer)["stamps"]["style"]
    said["plannedStyle"] = run_algorithm("plan", INPUT=layer)
    said["pulled"] = run_algorithm("pullstyle", INPUT=layer)
    said["colour"] = layer.renderer().symbol().color().name()
    said["searched"] = run_algorithm("search", QUERY="Plots of the test", EXTENT="-180,180,-90,90 [EPSG:4326]")
    said["searchedElsewhere"] = run_algorithm("search", QUERY="no such words anywhere")
    said["unpublished"] = run_algorithm("unpublish", INPUT=layer)
    said["linkAfter"] = layers.link_of(layer)
    said["gone"] = run_algorithm("verify", INPUT=layer, COLLECTION="op-plots")
    said["unpublishedTwice"] = run_algorithm("unpublish", COLLECTION="op-plots")
    said["unknownConnection"] = run_algorithm("search", CONNECTION="nobody")
    said["badToken"] = run_algorithm("publish", INPUT=layer, CONNECTION="", SERVER=REQUEST["url"])
    os.environ["SECIMS_TOKEN"] = "not-a-token-of-this-server"
    said["wrongToken"] = run_algorithm("publish", INPUT=layer, CONNECTION="", SERVER=REQUEST["url"])
    del os.environ["SECIMS_TOKEN"]
    box = CONTEXT.outbox()
    said["leftovers"] = os.listdir(box)
    return said


def in_background():
    """As the toolbox does it: prepared here, run in another thread, finished here; QGIS goes on meanwhile."""
    PROJECT.clear()
    layer = add(memory_layer("Background", "Point?field=a:integer", [("Point (-61 13.9)", [1]), ("Point (-61 14)", [2])]))
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("secims:publish")
    processing = QgsProcessingContext()
    processing.setProject(PROJECT)
    feedback = QgsProcessingFeedback(False)
    shares = []
    feedback.progressChanged.connect(shares.append)
    told = {}
    parameters = {"INPUT": layer, "CONNECTION": "test", "COLLECTION": "op-background"}
    stalls = Stalls()
    task = QgsProcessingAlgRunnerTask(algorithm, parameters, processing, feedback)
    task.executed.connect(lambda is_done, results: told.update(isDone=is_done, results=dict(results)))
    QgsApplication.taskManager().addTask(task)
    end = time.monotonic() + 60
    while not told and time.monotonic() < end:
        turn(10)
    told.update(
        ownStallMs=stalls.own_ms,
        log=feedback.textLog(),
        hasProgress=len(shares) > 3,
        link=(layers.link_of(layer) or {}).get("collectionId"),
    )
    return told


def downloads(record_id):
    """The published file, saved where a person chose and shown on the map."""
    PROJECT.clear()
    record = call("catalogue.getRecord", path={"recordId": record_id})["body"]
    original = next(one for one in record["distributions"] if one["kind"] == "original")
    folder = os.path.join(WORK, "downloads")
    os.makedirs(folder)
    stages = []
    running = Call(1, lambda _name, payload: stages.append(payload["stage"]))
    parameters = {"connection": CONNECTION, "distributionId": original["id"], "fileName": "zei/chen:.gpkg".replace("/", "_"), "title": "Downloaded"}
    added = wait_for(collections.download_to(CONTEXT, parameters, folder, running))
    layer = PROJECT.mapLayer(added["layer"])
    return {"files": os.listdir(folder), "count": layer.featureCount(), "name": layer.name(), "stages": sorted(set(stages)), "added": added}


def timed(work, *given):
    began = time.monotonic()
    told = work(*given)
    TIMES[work.__name__] = round((time.monotonic() - began) * 1000)
    return told


TIMES = {}
SAID = {"roundTrip": timed(round_trip)}
if "error" not in SAID["roundTrip"]:
    SAID["tiles"] = timed(as_tiles, SAID["roundTrip"]["published"])
    SAID["hostile"] = timed(hostile_style, SAID["roundTrip"]["published"]["COLLECTION_ID"])
    SAID["downloads"] = timed(downloads, SAID["roundTrip"]["published"]["RECORD_ID"])
SAID["qgisAlone"] = timed(for_qgis_alone)
SAID["spoken"] = timed(spoken)
SAID["background"] = timed(in_background)
SAID["algorithms"] = timed(algorithms)
SAID["extent"] = RUN("map.extent")
SAID["log"] = CONTEXT.logged
SAID["times"] = TIMES
SAID["isPwned"] = os.path.exists("/tmp/secims-pwned")
layers.watch_of(CONTEXT).stop()
QgsApplication.processingRegistry().removeProvider(PROVIDER)
answer(APPLICATION, SAID)
