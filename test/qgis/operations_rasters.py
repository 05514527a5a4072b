"""What the shim does with rasters: facts, stamps and exports, then algorithms with a server. See operations-rasters.test.ts.

Standard input: JSON {"plugins", "work", "rasters": paths by name, "large", "bare" (no system), "nowhere" (no place),
"url", "token"}.
"""
import os
import resource
import shutil

from operations_support import Run, Stalls, add, answer, connect, context_of, run_algorithm, start, turn

APPLICATION, REQUEST = start()

from osgeo import gdal  # noqa: E402
from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsHillshadeRenderer,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QTimer  # noqa: E402
from secims_bridge import layers  # noqa: E402
from secims_bridge.processing.provider import Provider  # noqa: E402

CONTEXT = context_of(REQUEST)
RUN = Run(CONTEXT)
PROJECT = QgsProject.instance()
WORK = REQUEST["work"]
RASTERS = REQUEST["rasters"]


def raster(name, path=None):
    return add(QgsRasterLayer(path or RASTERS[name], name, "gdal"))


def facts_of(layer):
    return next(facts for facts in RUN("layers.list")["layers"] if facts["id"] == layer.id())


def content_of(path):
    """What GDAL reads in a file: cells, colours and what is said of them."""
    dataset = gdal.Open(path)
    bands = [dataset.GetRasterBand(number + 1) for number in range(dataset.RasterCount)]
    palette = bands[0].GetColorTable()
    return {
        "size": [dataset.RasterXSize, dataset.RasterYSize],
        "place": [round(value, 9) for value in dataset.GetGeoTransform()],
        "bands": [
            [
                gdal.GetDataTypeName(band.DataType), band.Checksum(), band.GetNoDataValue(), band.GetDescription(),
                gdal.GetColorInterpretationName(band.GetColorInterpretation()), band.GetScale() or 1, band.GetOffset() or 0,
            ]
            for band in bands
        ],
        "palette": None if palette is None else [palette.GetColorEntry(value) for value in range(5)],
    }


def exports():
    told = {}
    for name, path in RASTERS.items():
        PROJECT.clear()
        layer = raster(name)
        exported = RUN("layer.export", layer=layer.id(), scope="all")
        stages = sorted({payload["stage"] for payload in RUN.progress})
        copy = CONTEXT.files[exported["file"]]
        told[name] = {
            "facts": {key: facts_of(layer).get(key) for key in ("kind", "source", "featureCount", "raster")},
            "exported": {key: exported[key] for key in ("epsg", "featureCount", "raster", "fields")},
            "weighs": exported["layerBytes"] == exported["sizeBytes"] == os.path.getsize(copy),
            "ending": os.path.splitext(copy)[1],
            "differs": [key for key, value in content_of(copy).items() if value != content_of(path)[key]],
            "stages": stages,
        }
        RUN("file.discard", file=exported["file"])
        told[name]["left"] = [one for one in os.listdir(os.path.dirname(copy)) if one.startswith(exported["file"])]
    return told


def systems():
    """Reprojected, with a system that QGIS was told, turned, and nowhere."""
    PROJECT.clear()
    layer = raster("heights")
    moved = RUN("layer.export", layer=layer.id(), scope="all", targetEpsg=4326)
    told = raster("told", REQUEST["bare"])
    told.setCrs(QgsCoordinateReferenceSystem("EPSG:2006"))
    assigned = RUN("layer.export", layer=told.id(), scope="all")
    turned = os.path.join(WORK, "turned.tif")
    shutil.copy(RASTERS["classes"], turned)
    dataset = gdal.Open(turned, gdal.GA_Update)
    dataset.SetGeoTransform([500_000, 5, 2, 1_550_000, 2, -5])
    del dataset
    upright = RUN("layer.export", layer=raster("turned", turned).id(), scope="all")
    place = gdal.Open(CONTEXT.files[upright["file"]]).GetGeoTransform()
    lost = raster("nowhere", REQUEST["nowhere"])
    return {
        "moved": [moved["epsg"], moved["extent"]],
        "assigned": assigned["epsg"],
        "upright": [upright["epsg"], place[2], place[4]],
        "nowhere": RUN.failure("layer.export", layer=lost.id(), scope="all"),
    }


def stamps():
    PROJECT.clear()
    path = os.path.join(WORK, "changed.tif")
    shutil.copy(RASTERS["heights"], path)
    layer = raster("changed", path)
    turn(400)
    before = facts_of(layer)["stamps"]
    told = []

    def change(what, do):
        nonlocal before
        do()
        turn(400)
        after = facts_of(layer)["stamps"]
        told.append([what, [kind for kind in after if after[kind] != before[kind]]])
        before = after

    def overwrite():
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.GetRasterBand(1).Fill(5)
        del dataset

    def restyle():
        layer.setRenderer(QgsHillshadeRenderer(layer.dataProvider(), 1, 300, 40))

    change("nothing", lambda: None)
    change("style", restyle)
    change("cells", overwrite)
    change("system", lambda: layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32620")))
    return told


def refusals():
    PROJECT.clear()
    tiles = QgsRasterLayer("type=xyz&url=https://tiles.example/%7Bz%7D/%7Bx%7D/%7By%7D.png&zmax=19&zmin=0", "tiles", "wms")
    PROJECT.addMapLayer(tiles)
    box = CONTEXT.outbox()
    before = set(os.listdir(box))
    large = raster("large", REQUEST["large"])
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, unlimited[1]))
    full = RUN.failure("layer.export", layer=large.id(), scope="all")
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)

    from secims_bridge.bridge import Failure, wait_for

    call, running = RUN.begin("layer.export", layer=large.id(), scope="all")
    QTimer.singleShot(60, call.cancel)
    try:
        wait_for(running)
        cancelled = None
    except Failure as failure:
        cancelled = failure.to_json()
    turn(50)
    return {
        "tiles": {key: facts_of(tiles).get(key) for key in ("kind", "source", "raster", "isValid")},
        "service": RUN.failure("layer.export", layer=tiles.id(), scope="all"),
        "full": full,
        "cancelled": cancelled,
        "leftovers": sorted(set(os.listdir(box)) - before),
    }


def stalls():
    """How long QGIS stands still while a large raster is written beside it."""
    PROJECT.clear()
    layer = raster("large", REQUEST["large"])
    turn(50)
    measured = Stalls()
    RUN("layer.export", layer=layer.id(), scope="all")
    return {"ownMs": measured.own_ms}


def kept(results, *names):
    return results if "error" in results else {name: results["RESULT"].get(name) for name in names}


def algorithms():
    """Published with its style, verified, changed, published again, drawn beside QGIS, its style pulled back."""
    connection = connect(CONTEXT, REQUEST)
    provider = Provider(CONTEXT)
    QgsApplication.processingRegistry().addProvider(provider)
    PROJECT.clear()
    path = os.path.join(WORK, "relief.tif")
    shutil.copy(RASTERS["heights"], path)
    layer = raster("relief", path)
    layer.setRenderer(QgsHillshadeRenderer(layer.dataProvider(), 1, 315, 45))
    relief = style_of(layer)
    told = {"planned": kept(run_algorithm("plan", INPUT=layer.id()), "plan")}
    told["published"] = run_algorithm("publish", INPUT=layer.id(), TITLE="Relief of the test")
    collection_id = told["published"].get("COLLECTION_ID", "")
    told["link"] = layers.link_of(layer)
    told["verified"] = kept(run_algorithm("verify", INPUT=layer.id()), "isSame", "differences")
    told["again"] = kept(run_algorithm("plan", INPUT=layer.id()), "plan")
    told["pictures"] = compared(layer, connection, collection_id)
    # Fewer cells, and another band.
    gdal.Translate(path, RASTERS["photo"], outputType=gdal.GDT_Float32)
    PROJECT.removeMapLayer(layer.id())
    changed = raster("relief", path)
    layers.set_link(changed, told["link"])
    told["differs"] = kept(run_algorithm("verify", INPUT=changed.id(), FAIL=False), "isSame", "differences")
    told["replaced"] = run_algorithm("publish", INPUT=changed.id())
    told["pulled"] = run_algorithm("pullstyle", INPUT=raster("other", RASTERS["heights"]).id(), STYLE_ID=told["published"].get("STYLE_ID"))
    told["hasStyle"] = [style_of(PROJECT.mapLayersByName("other")[0]) == style_of(changed), relief == style_of(changed)]
    told["unpublished"] = kept(run_algorithm("unpublish", INPUT=changed.id()), "collectionId")
    QgsApplication.processingRegistry().removeProvider(provider)
    return told


def style_of(layer):
    from secims_bridge import style

    return style.stamp(layer)


def compared(layer, connection, collection_id):
    """Both pictures as the panel gets them."""
    answered = RUN(
        "layer.compare", layer=layer.id(), connection=connection, collectionId=collection_id, width=240, height=160
    )
    return {name: answered[name] for name in ("qgis", "server", "crs")}


SAID = {
    "exports": exports(),
    "systems": systems(),
    "stamps": stamps(),
    "refusals": refusals(),
    "stalls": stalls(),
    "algorithms": algorithms(),
    "log": CONTEXT.logged,
}
CONTEXT.layer_watch.stop()
answer(APPLICATION, SAID)
