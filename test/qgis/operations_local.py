"""What the shim does without a server: facts of layers, stamps, metadata, links, fixes and exports. See operations.test.ts.

Standard input: JSON {"plugins": folder, "data": folder of the training data or null, "work": empty folder, "polygons": n}.
"""
import os
import resource
import shutil
import sqlite3
import threading
import time

from operations_support import Run, Stalls, add, answer, context_of, memory_layer, rows_of, save_as_gpkg, start, turn

APPLICATION, REQUEST = start()

from qgis.core import (  # noqa: E402
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
    edit,
)
from qgis.PyQt.QtCore import QByteArray, QDate, QDateTime, QTime, QTimer, Qt  # noqa: E402

CONTEXT = context_of(REQUEST)
RUN = Run(CONTEXT)
PROJECT = QgsProject.instance()
WORK = REQUEST["work"]


def facts_by_name():
    return {facts["name"]: facts for facts in RUN("layers.list")["layers"]}


def facts_of(layer):
    return facts_by_name()[layer.name()]


def hostile_layers():
    """Layers of every bad kind, in groups."""
    root = PROJECT.layerTreeRoot()
    plots = memory_layer(
        "Größe “x” 道路",
        "MultiPolygonZM?field=na\"me:string&field=it's:integer&field=größe:double",
        [("MultiPolygonZM (((0 0 1 2, 1 0 1 2, 1 1 1 2, 0 0 1 2)))", ['say "hi"', 1, 2.5]), (None, [None, None, None])],
    )
    empty = memory_layer("empty", "Point?field=a:integer", [])
    table = memory_layer("table", "None?field=code:string&field=day:date", [(None, ["A", QDate(2026, 1, 2)])])
    nowhere = memory_layer("nowhere", "Point?field=a:integer", [("Point (1 2)", [1])], crs=None)
    nowhere.setCrs(QgsCoordinateReferenceSystem())
    custom = memory_layer("custom", "Point?field=a:integer", [("Point (1 2)", [1])])
    custom.setCrs(QgsCoordinateReferenceSystem.fromProj("+proj=tmerc +lat_0=13 +lon_0=-61 +k=1 +x_0=1234 +y_0=0 +a=6378249 +b=6356514 +units=m +no_defs"))
    broken = QgsVectorLayer("/nowhere/at/all.gpkg|layername=x", "broken", "ogr")
    group = root.addGroup("Outer")
    inner = group.addGroup("Inner")
    for layer, holder in ((plots, inner), (empty, group), (table, group), (nowhere, root), (custom, root), (broken, root)):
        PROJECT.addMapLayer(layer, False)
        holder.addLayer(layer)
    inner.setItemVisibilityChecked(False)
    return {"plots": plots, "empty": empty, "table": table, "nowhere": nowhere, "custom": custom}


def shape_of_tree(nodes):
    return [[node["name"], shape_of_tree(node["children"])] if node["kind"] == "group" else node["name"] for node in nodes]


def facts():
    hostile_layers()
    listed = RUN("layers.list")
    return {"tree": shape_of_tree(listed["tree"]), "layers": {one["name"]: one for one in listed["layers"]}}


def further_facts():
    """Curves, and the address of a service without what could be a secret. No service is asked for any of them."""
    PROJECT.clear()
    curves = add(memory_layer("curves", "CurvePolygon?field=a:integer", []))
    tiles = "type=xyz&url=https://ann:pw@tiles.example/base/%7Bz%7D/%7Bx%7D/%7By%7D.png?key%3Dsecret&zmax=3&zmin=0"
    add(QgsRasterLayer(tiles, "tiles", "wms"))
    known = {one["name"]: one for one in RUN("layers.list")["layers"]}
    PROJECT.removeMapLayer(curves.id())
    return {
        "hasCurves": [known["curves"]["hasCurves"], known["tiles"]["hasCurves"]],
        "serviceUrl": [known["curves"].get("serviceUrl"), known["tiles"].get("serviceUrl")],
    }


def many_layers():
    """Fifty layers of real files: how long the first list takes, and a later one."""
    PROJECT.clear()
    if REQUEST["data"] is None:
        return None
    for name in ("roads", "restaurants", "schools", "buildings"):
        add(QgsVectorLayer(f"{REQUEST['data']}/training_data.gpkg|layername={name}", name, "ogr"))
    for number in range(45):
        name = ("farms", "places", "roads", "schools", "urban", "water")[number % 6]
        add(QgsVectorLayer(f"{REQUEST['data']}/projected_data/{name}_33S.shp", f"{name} {number}", "ogr"))
    # A copy, because GDAL keeps its statistics beside the file.
    srtm = shutil.copy(f"{REQUEST['data']}/raster/SRTM/srtm_41_19.tif", WORK)
    add(QgsRasterLayer(srtm, "srtm"))
    began = time.monotonic()
    listed = RUN("layers.list")["layers"]
    first_ms = round((time.monotonic() - began) * 1000)
    began = time.monotonic()
    again = RUN("layers.list")["layers"]
    return {
        "layers": len(listed),
        "firstMs": first_ms,
        "laterMs": round((time.monotonic() - began) * 1000),
        "isSame": listed == again,
        "srtm": next(one for one in listed if one["name"] == "srtm"),
        "roads": next(one for one in listed if one["name"] == "roads"),
    }


def stamps():
    """Each change makes its own stamp differ and no other, and is told."""
    PROJECT.clear()
    memory = memory_layer("stamped", "Point?field=a:integer", [("Point (1 2)", [1]), ("Point (2 2)", [2])])
    layer = add(save_as_gpkg(memory, os.path.join(WORK, "stamped.gpkg"), "stamped"))
    layer_id = layer.id()
    RUN("layers.list")
    turn(300)
    told = []

    def change(what, do):
        before = facts_of(layer)["stamps"]
        CONTEXT.events.clear()
        do()
        turn(300)
        after = facts_of(layer)["stamps"]
        told.append(
            {
                "what": what,
                "differs": [kind for kind in before if before[kind] != after[kind]],
                "isTold": any(name == "layersChanged" and layer_id in payload["layers"] for name, payload in CONTEXT.events),
            }
        )

    def recolour():
        layer.renderer().symbol().setSize(7.5)
        layer.triggerRepaint()

    def retitle():
        changed = layer.metadata()
        changed.setTitle("New title")
        layer.setMetadata(changed)

    def move():
        with edit(layer):
            feature = next(layer.getFeatures())
            layer.changeGeometry(feature.id(), QgsGeometry.fromWkt("Point (1.5 2)"))

    change("nothing", lambda: None)
    change("redraw", layer.triggerRepaint)
    change("symbol", recolour)
    change("opacity", lambda: layer.setOpacity(0.5))
    change("title", retitle)
    change("edit", move)
    change("filter", lambda: layer.setSubsetString('"a" = 1'))
    # Opening the file elsewhere is no change of its data.
    change("opened elsewhere", lambda: QgsVectorLayer(layer.source(), "other", "ogr").featureCount())

    def edit_elsewhere():
        other = QgsVectorLayer(f"{WORK}/stamped.gpkg|layername=stamped", "other", "ogr")
        with edit(other):
            for feature in other.getFeatures():
                other.changeAttributeValue(feature.id(), other.fields().indexOf("a"), 1)

    layer.setSubsetString("")
    turn(300)
    change("edited elsewhere", edit_elsewhere)
    return told


def metadata():
    PROJECT.clear()
    layer = add(memory_layer("described", "Point?field=a:integer", [("Point (1 2)", [1])]))
    given = {
        "identifier": "urn:x:1",
        "language": "eng",
        "title": "Größe <b>",
        "abstract": "Line 1\nLine 2",
        "categories": ["transportation"],
        "keywords": {"vocabulary": ["road", "path"]},
        "contacts": [{"name": "Ann", "organization": "Lands", "role": "pointOfContact", "email": "ann@lands.example"}],
        "links": [{"name": "page", "type": "WWW:LINK", "url": "https://lands.example/"}],
        "history": ["Digitised"],
        "fees": "none",
        "rights": ["(c)"],
        "licenses": ["CC BY 4.0"],
        "constraints": [{"type": "access", "constraint": "No conditions"}],
        "temporal": [["2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"], ["2022-01-01T00:00:00Z", None]],
    }
    before = facts_of(layer)["stamps"]
    PROJECT.setDirty(False)
    written = RUN("layer.setMetadata", layer=layer.id(), metadata=given)
    is_dirty = PROJECT.isDirty()
    partly = RUN("layer.setMetadata", layer=layer.id(), metadata={"title": "Second"})
    return {
        "given": given,
        "read": written["metadata"],
        "isDirty": is_dirty,
        "afterTitleOnly": partly["metadata"],
        "stampDiffers": before["metadata"] != written["stamps"]["metadata"],
    }


def links():
    PROJECT.clear()
    layer = add(memory_layer("linked", "Point?field=a:integer", [("Point (1 2)", [1])]))
    link = {
        "server": "https://catalogue.example",
        "recordId": "7b1f0d0e-0000-4000-8000-000000000001",
        "collectionId": "linked",
        "styleId": None,
        "version": 3,
        "publishedAt": "2026-11-27T10:00:00Z",
        "stamps": facts_of(layer)["stamps"],
    }
    linked = RUN("layer.setLink", layer=layer.id(), link=link)["link"]
    path = os.path.join(WORK, "linked.qgs")
    PROJECT.write(path)
    PROJECT.read(path)
    reopened = facts_by_name()["linked"]["link"]
    layer = next(iter(PROJECT.mapLayers().values()))
    layer.setCustomProperty("secims/link", '{"server": 1}')
    forged = facts_by_name()["linked"]["link"]
    forgotten = RUN("layer.setLink", layer=layer.id(), link=None)["link"]
    return {"given": link, "linked": linked, "reopened": reopened, "forged": forged, "forgotten": forgotten}


def fixes():
    PROJECT.clear()
    memory = memory_layer("fixed", "Point?field=a:integer", [("Point (1 2)", [1]), ("Point (2 2)", [2])])
    layer = add(save_as_gpkg(memory, os.path.join(WORK, "fixed.gpkg"), "fixed"))
    layer.setSubsetString('"a" = 1')
    cleared = RUN("layer.fix", layer=layer.id(), fix="clearFilter")
    layer.startEditing()
    layer.changeAttributeValue(1, layer.fields().indexOf("a"), 9)
    edited = facts_of(layer)["isEdited"]
    refused = RUN.failure("layer.fix", layer=layer.id(), fix="clearFilter")
    saved = RUN("layer.fix", layer=layer.id(), fix="saveEdits")
    layer.rollBack()
    return {
        "cleared": [cleared["isFiltered"], cleared["featureCount"]],
        "edited": edited,
        "refused": refused,
        "saved": saved["isEdited"],
        "withoutWindow": RUN.failure("layer.fix", layer=layer.id(), fix="openProperties"),
        "gone": RUN.failure("layer.fix", layer="no such layer", fix="saveEdits"),
    }


def read_back(exported, without=()):
    path = CONTEXT.files[exported["file"]]
    copy = QgsVectorLayer(f"{path}|layername={exported['layerName']}", "copy", "ogr")
    return copy, rows_of(copy, without)


def export_equals(layer, **options):
    exported = RUN("layer.export", layer=layer.id(), scope=options.pop("scope", "all"), **options)
    copy, rows = read_back(exported, without=("fid", "fid_gpkg", "fid_") if options.get("ignoreFid") else ("fid",))
    return exported, copy, rows


def exports():
    PROJECT.clear()
    layers = hostile_layers()
    layers["typed"] = add(
        memory_layer(
            "typed",
            "Point?field=t:time&field=dt:datetime&field=d:date&field=b:binary&field=yes:boolean&field=big:int8"
            "&field=words:string[]&field=geom:string",
            [
                (
                    "Point (1 2)",
                    [QTime(1, 2, 3), QDateTime(2026, 1, 2, 3, 4, 5, 0, Qt.TimeSpec.UTC), QDate(2026, 1, 2), QByteArray(b"\x00\xff"), True, 2**53 + 1, ["a", "b"], "not a shape"],
                )
            ],
        )
    )
    layers["text fid"] = add(memory_layer("text fid", "Point?field=fid:string", [("Point (1 2)", ["x"]), ("Point (3 2)", ["x"])]))
    layers["repeated fid"] = add(memory_layer("repeated fid", "Point?field=FID:integer", [("Point (1 2)", [7]), ("Point (3 2)", [7])]))
    outcomes = {}
    for name in ("plots", "empty", "table", "nowhere", "custom", "typed", "text fid", "repeated fid"):
        layer = layers[name]
        exported = RUN("layer.export", layer=layer.id(), scope="all")
        copy, _rows = read_back(exported)
        fields = [field.name() for field in layer.fields()]
        missing = set(fields) - {field.name() for field in copy.fields()}
        outcomes[name] = {
            "exported": exported,
            "missing": sorted(missing),
            "rows": rows_of(copy, without={field.name() for field in copy.fields()} - set(fields)),
            "wanted": rows_of(layer),
            "crs": [layer.crs().toProj(), copy.crs().toProj()],
            "wkbType": [layer.wkbType(), copy.wkbType()],
        }
        with sqlite3.connect(CONTEXT.files[exported["file"]]) as database:
            outcomes[name]["dataType"] = database.execute("SELECT data_type FROM gpkg_contents").fetchall()
    return outcomes


def export_real():
    """A real layer as it is, filtered, selected, reprojected; with its metadata inside."""
    PROJECT.clear()
    if REQUEST["data"] is None:
        return None
    box = CONTEXT.outbox()
    for name, age_days in (("f0000000000000001.gpkg", 3), ("f0000000000000001.gpkg-wal", 3), ("f0000000000000002.gpkg", 0)):
        path = os.path.join(box, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("left")
        os.utime(path, (time.time() - age_days * 86400,) * 2)
    roads = add(QgsVectorLayer(f"{REQUEST['data']}/training_data.gpkg|layername=roads", "roads", "ogr"))
    described = roads.metadata()
    described.setTitle("Roads of the test")
    roads.setMetadata(described)
    whole, copy, rows = export_equals(roads)
    said = {
        "whole": whole["featureCount"],
        "leftByOthers": sorted(name for name in os.listdir(box) if name.startswith("f00000000")),
        "isSame": rows == rows_of(roads, without=("fid",)),
        "fids": sorted(f.id() for f in copy.getFeatures()) == sorted(f.id() for f in roads.getFeatures()),
        "title": copy.metadata().title(),
        "stages": sorted({one["stage"] for one in RUN.progress}),
        "mode": oct(os.stat(os.path.dirname(CONTEXT.files[whole["file"]])).st_mode & 0o777),
    }
    roads.setSubsetString("\"highway\" = 'residential'")
    filtered, _copy, rows = export_equals(roads)
    said["filtered"] = [filtered["featureCount"], roads.featureCount(), rows == rows_of(roads, without=("fid",))]
    roads.setSubsetString("")
    roads.selectByIds([feature.id() for feature in roads.getFeatures()][:5])
    selected, _copy, _rows = export_equals(roads, scope="selected")
    said["selected"] = selected["featureCount"]
    roads.removeSelection()
    said["nothingSelected"] = RUN.failure("layer.export", layer=roads.id(), scope="selected")
    moved, copy, _rows = export_equals(roads, targetEpsg=32734)
    said["moved"] = [moved["epsg"], copy.crs().authid(), moved["extent"]]
    said["unknownCrs"] = RUN.failure("layer.export", layer=roads.id(), scope="all", targetEpsg=999999)
    path = CONTEXT.files[moved["file"]]
    RUN("file.discard", file=moved["file"])
    said["discarded"] = [os.path.exists(path), RUN.failure("file.discard", file=moved["file"])["code"]]
    return said


def refused_exports():
    PROJECT.clear()
    twins = add(memory_layer("twins", "Point?field=name:string&field=NAME:string", [("Point (1 2)", ["a", "b"])]))
    broken = QgsVectorLayer("/nowhere.gpkg", "broken", "ogr")
    PROJECT.addMapLayer(broken)
    box = os.path.join(os.path.dirname(os.path.dirname(next(iter(CONTEXT.files.values())))), "outbox")
    before = len(os.listdir(box))
    told = {
        "twins": RUN.failure("layer.export", layer=twins.id(), scope="all"),
        "broken": RUN.failure("layer.export", layer=broken.id(), scope="all"),
        "gone": RUN.failure("layer.export", layer="x", scope="all"),
    }
    told["leftovers"] = len(os.listdir(box)) - before
    return told


def many_polygons():
    """Exports many polygons: the longest stall of the main thread; then once more, cancelled on the way."""
    PROJECT.clear()
    count = REQUEST["polygons"]
    memory = memory_layer("plots", "Polygon?field=n:integer&field=name:string", [])
    features = []
    for number in range(count):
        x, y = number % 400 * 0.01, number // 400 * 0.01
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(x, y, x + 0.009, y + 0.009)))
        feature.setAttributes([number, f"plot {number}"])
        features.append(feature)
    memory.dataProvider().addFeatures(features)
    layer = add(memory)
    turn(50)
    stalls = Stalls()
    began = time.monotonic()
    exported = RUN("layer.export", layer=layer.id(), scope="all")
    took_ms = round((time.monotonic() - began) * 1000)
    stalled, own, stalled_at = stalls.longest_ms, stalls.own_ms, stalls.at_ms
    box = os.path.dirname(CONTEXT.files[exported["file"]])
    before = set(os.listdir(box))

    from secims_bridge.bridge import Failure, wait_for

    call, running = RUN.begin("layer.export", layer=layer.id(), scope="all")
    QTimer.singleShot(60, call.cancel)
    try:
        wait_for(running)
        cancelled = None
    except Failure as failure:
        cancelled = failure.to_json()
    turn(50)
    return {
        "count": exported["featureCount"],
        "sizeBytes": exported["sizeBytes"],
        "tookMs": took_ms,
        "longestStallMs": stalled,
        "ownStallMs": own,
        "stalledAtMs": stalled_at,
        "cancelled": cancelled,
        "leftovers": sorted(set(os.listdir(box)) - before),
    }


def weights():
    """What a layer is guessed to weigh, what its export weighs by our own reading, and by SQLite's."""
    PROJECT.clear()
    ring = ", ".join(f"{number % 60} {number // 60}" for number in range(500))
    shapes = [(f"Polygon (({ring}, 0 0))", ["größe " * 5, number, 2.5]) for number in range(300)]
    plots = add(memory_layer("pl\"ots", "Polygon?field=a:string&field=b:integer&field=c:double", shapes))
    table = add(memory_layer("table", "None?field=a:string", [(None, ["abc"])] * 50))
    many = add(memory_layer("many", "Point?field=a:string", [("Point (1 2)", ["x" * 50])] * 60_000))
    told = {}
    for layer in (plots, table, many):
        guessed = RUN("layer.weigh", layer=layer.id(), scope="all")
        exported = RUN("layer.export", layer=layer.id(), scope="all")
        told[layer.name()] = {"guessed": guessed, "measured": exported["layerBytes"], "file": exported["sizeBytes"]}
    plots.selectByIds(plots.allFeatureIds()[:3])
    told["selected"] = RUN("layer.weigh", layer=plots.id(), scope="selected")["bytes"] / told['pl"ots']["guessed"]["bytes"]
    told["gone"] = RUN.failure("layer.weigh", layer="x", scope="all")
    return told


def systems():
    """What QGIS says of coordinate systems: one in degrees, one in metres, one from the centre of the earth."""
    from secims_bridge import layers

    return {
        code: {key: layers.crs_facts(QgsCoordinateReferenceSystem(code))[key] for key in ("isGeographic", "unit")}
        for code in ("EPSG:4326", "EPSG:2006", "EPSG:4978", "OGC:CRS84")
    }


def lost_definition():
    """A coordinate system whose definition went with the thread that first asked for it, and what is exported in it."""
    from secims_bridge import export
    from secims_bridge.bridge import Failure

    code = "EPSG:2005"
    is_known, may_end = threading.Event(), threading.Event()

    def ask():
        QgsCoordinateReferenceSystem(code)
        is_known.set()
        may_end.wait()

    first = threading.Thread(target=ask)
    first.start()
    is_known.wait()
    layer = add(memory_layer("lost", "Point?field=a:string", [("Point (1 2)", ["x"])], code))
    may_end.set()
    first.join()
    crs = layer.crs()
    # QGIS takes the definition away when the system's thread ends, which is a little after Python has joined it.
    until = time.monotonic() + 20
    while crs.toWkt(QgsCoordinateReferenceSystem.WKT_PREFERRED_GDAL) and time.monotonic() < until:
        time.sleep(0.01)
    lost = [crs.isValid(), crs.authid(), crs.toWkt(QgsCoordinateReferenceSystem.WKT_PREFERRED_GDAL)]
    exported = RUN("layer.export", layer=layer.id(), scope="all")
    try:
        export.finish(CONTEXT.files[exported["file"]], exported["layerName"], (1, 4326))
        other = None
    except Failure as failure:
        other = failure.to_json()
    return {"lost": lost, "epsg": exported["epsg"], "extent": exported["extent"], "other": other}


def unfinished():
    """Notes of publications that were not finished, by connection; they survive, are replaced, and are forgotten."""
    here, there = "c0123456789ab", "cba9876543210"
    RUN("unfinished.keep", key="one", connection=here, kept={"recordId": "r1"})
    RUN("unfinished.keep", key="one", connection=here, kept={"recordId": "r2"})
    RUN("unfinished.keep", key="two", connection=there, kept={})
    CONTEXT.settings.set("unfinished/broken", "[1")
    kept = RUN("unfinished.list", connection=here)
    RUN("unfinished.forget", key="one")
    RUN("unfinished.forget", key="never-there")
    return {"kept": kept, "after": RUN("unfinished.list", connection=here), "there": RUN("unfinished.list", connection=there)}


def rules_for_tiles():
    """Renderers of features as symbols for tiles: name, filter and zoom levels of each, and what is lost."""
    from qgis.core import (
        QgsCategorizedSymbolRenderer,
        QgsHeatmapRenderer,
        QgsMarkerSymbol,
        QgsRendererCategory,
        QgsRuleBasedRenderer,
    )
    from secims_bridge import tiles

    layer = memory_layer("x", "Point?field=kind:string&field=n:integer", [])

    def symbol():
        return QgsMarkerSymbol.createSimple({"color": "#ff0000"})

    def told(renderer):
        layer.setRenderer(renderer)
        lost = []
        made = tiles.to_renderer(layer, "points", lost)
        styles = [] if made is None else made.styles()
        return {
            "styles": [[one.styleName(), one.layerName(), one.filterExpression(), one.minZoomLevel(), one.maxZoomLevel()] for one in styles],
            "lost": lost,
        }

    root = QgsRuleBasedRenderer.Rule(None)
    near = QgsRuleBasedRenderer.Rule(symbol(), 0, 100_000, "\"n\" > 1", "near")
    near.appendChild(QgsRuleBasedRenderer.Rule(symbol(), 0, 0, "\"kind\" = 'a'", "near a"))
    near.appendChild(QgsRuleBasedRenderer.Rule(symbol(), 0, 0, "ELSE", "near others"))
    off = QgsRuleBasedRenderer.Rule(symbol(), 0, 0, "", "off")
    off.setActive(False)
    for rule in (near, off):
        root.appendChild(rule)
    categories = [QgsRendererCategory("a", symbol(), "A"), QgsRendererCategory("b", symbol(), "B", False)]
    return {
        "rules": told(QgsRuleBasedRenderer(root)),
        "categories": told(QgsCategorizedSymbolRenderer("kind", categories)),
        "heatmap": told(QgsHeatmapRenderer()),
    }


def full_disk():
    """The disk ends in the middle of an export. A limit for this process stands in for it."""
    PROJECT.clear()
    layer = add(memory_layer("large", "Point?field=a:string", [("Point (1 2)", ["x" * 200])] * 20_000))
    box = CONTEXT.outbox()
    before = set(os.listdir(box))
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, unlimited[1]))
    failure = RUN.failure("layer.export", layer=layer.id(), scope="all")
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    return {"failure": failure, "leftovers": sorted(set(os.listdir(box)) - before)}


def badges():
    """QGIS's own layer tree view, with a published layer, then one that was changed since."""
    from qgis.gui import QgsLayerTreeView
    from qgis.core import QgsLayerTreeModel
    from secims_bridge.badges import Badges

    PROJECT.clear()
    layer = add(memory_layer("badged", "Point?field=a:integer", [("Point (1 2)", [1])]))
    add(memory_layer("plain", "Point?field=a:integer", [("Point (1 2)", [1])]))
    view = QgsLayerTreeView()
    view.setModel(QgsLayerTreeModel(PROJECT.layerTreeRoot()))
    node = PROJECT.layerTreeRoot().findLayer(layer.id())
    shown = Badges(view, CONTEXT.layer_watch, CONTEXT.log)

    def tips():
        turn(300)
        return [indicator.toolTip() for indicator in view.indicators(node)]

    told = {"before": tips()}
    link = {
        "server": "https://catalogue.example",
        "recordId": "7b1f0d0e-0000-4000-8000-000000000001",
        "collectionId": "badged",
        "styleId": None,
        "version": 1,
        "publishedAt": "2026-11-27T10:00:00Z",
        "stamps": facts_of(layer)["stamps"],
    }
    RUN("layer.setLink", layer=layer.id(), link=link)
    told["published"] = tips()
    layer.setOpacity(0.3)
    told["restyled"] = tips()
    RUN("layer.setMetadata", layer=layer.id(), metadata={"title": "New"})
    told["described"] = tips()
    layer.setOpacity(1)
    RUN("layer.setMetadata", layer=layer.id(), metadata={"title": ""})
    told["back"] = tips()
    with edit(layer):
        layer.deleteFeatures(layer.allFeatureIds())
    told["emptied"] = tips()
    shown.stop()
    told["stopped"] = tips()
    shown = Badges(view, CONTEXT.layer_watch, CONTEXT.log)
    told["gone"] = taken_with_nodes(view, link)
    shown.stop()
    return told


def taken_with_nodes(view, link):
    """How many badges the view has of layers when their nodes are about to go. It keeps them by a node's address: with one
    left there, the next node at that address would be painted with what is deleted."""
    root = PROJECT.layerTreeRoot()
    group = root.addGroup("group")
    one, other, third = (
        memory_layer(name, "Point?field=a:integer", [("Point (1 2)", [1])]) for name in ("one", "two", "three")
    )
    for layer in (one, other, third):
        PROJECT.addMapLayer(layer, False)
        RUN("layer.setLink", layer=layer.id(), link=link)
    group.addLayer(one)
    group.addGroup("inner").addLayer(other)
    root.addLayer(third)
    turn(300)

    def badges_of(layer):
        return len(view.indicators(root.findLayer(layer.id())))

    counts = [badges_of(layer) for layer in (one, other, third)]
    left = []

    def look(parent, first, last):
        for node in parent.children()[first:last + 1]:
            nodes = node.findLayers() if hasattr(node, "findLayers") else [node]
            left.extend(len(view.indicators(each)) for each in nodes)

    root.willRemoveChildren.connect(look)
    # As a drag by mouse does: a copy, then the old one goes.
    root.insertChildNode(0, root.findLayer(third.id()).clone())
    root.removeChildNode(root.children()[-1])
    turn(300)
    counts.append(badges_of(third))
    PROJECT.removeMapLayer(one.id())
    root.removeChildNode(group)
    PROJECT.clear()
    turn(300)
    root.willRemoveChildren.disconnect(look)
    return {"before": counts, "left": left}


def timed(work):
    began = time.monotonic()
    told = work()
    TIMES[work.__name__] = round((time.monotonic() - began) * 1000)
    return told


TIMES = {}
SAID = {
    "facts": timed(facts),
    "many": timed(many_layers),
    "stamps": timed(stamps),
    "metadata": timed(metadata),
    "links": timed(links),
    "fixes": timed(fixes),
    "exports": timed(exports),
    "real": timed(export_real),
    "refused": timed(refused_exports),
    "further": timed(further_facts),
    "polygons": timed(many_polygons),
    "weights": timed(weights),
    "systems": timed(systems),
    "lostDefinition": timed(lost_definition),
    "unfinished": timed(unfinished),
    "tiles": timed(rules_for_tiles),
    "fullDisk": timed(full_disk),
    "badges": timed(badges),
    "log": CONTEXT.logged,
    "times": TIMES,
}
CONTEXT.layer_watch.stop()
answer(APPLICATION, SAID)
