"""Writes layers to GeoPackages and rasters to GeoTIFFs, and keeps them in the outbox until they have been sent."""
import hashlib
import os
import re
import secrets
import shutil
import time

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsEllipsoidUtils,
    QgsProject,
    QgsRasterLayer,
    QgsTask,
    QgsVectorFileWriter,
    QgsVectorFileWriterTask,
    QgsVectorLayer,
    QgsWkbTypes,
)

from . import layers, rasters, weight
from .bridge import Deferred, Failure
from .words import say

ENDING = ".gpkg"
RASTER_ENDING = ".tif"
HASHED_AT_ONCE_BYTES = 4 * 1024 * 1024
LEAST_FREE_BYTES = 16 * 1024 * 1024
KEPT_SECONDS = 24 * 3600
FULL_WORDS = (
    "disk is full", "database or disk", "no space left", "not enough space", "disk i/o error", "file too large",
    # All that GDAL has to say of it in a GeoTIFF.
    "write error",
)

# Types that a GeoPackage, or QGIS's writer for it, has: numbers of QMetaType. Lists and maps become JSON texts.
WRITABLE_TYPES = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 14, 15, 16)


def outbox():
    """The folder for exported files, in the profile, so that an upload goes on after QGIS was closed."""
    folder = os.path.join(QgsApplication.qgisSettingsDirPath(), "secims_bridge", "outbox")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    os.chmod(folder, 0o700)
    return folder


def new_file(layer):
    """(handle, path) of a file that is not there yet."""
    handle = "f" + secrets.token_hex(8)
    return handle, os.path.join(outbox(), handle + (RASTER_ENDING if is_raster(layer) else ENDING))


def path_of_handle(handle):
    """Of a file that an earlier QGIS has left."""
    if not re.fullmatch(r"f[0-9a-f]{16}", handle):
        raise Failure("no-file", say("export_no_file"), say("export_no_file_remedy"))
    paths = [os.path.join(outbox(), handle + ending) for ending in (ENDING, RASTER_ENDING)]
    return next((path for path in paths if os.path.exists(path)), paths[0])


def is_raster(layer):
    return isinstance(layer, QgsRasterLayer)


def remove_file(path):
    """Removes an exported file and what SQLite and GDAL keep beside it. A file that is not there is removed already."""
    for ending in ("", "-wal", "-shm", "-journal", ".aux.xml"):
        if os.path.exists(path + ending):
            os.remove(path + ending)


def sweep(context):
    """Removes exports that a QGIS which was killed has left. Another QGIS may be at work on what is new, and pending
    uploads go on with theirs."""
    settings = context.settings
    pending = {(settings.get_json(f"uploads/{name}") or {}).get("path") for name in settings.names("uploads")}
    kept = pending | set(context.files.values())
    yesterday = time.time() - KEPT_SECONDS
    for name in os.listdir(outbox()):
        path = os.path.join(outbox(), name)
        owner = next((path.split(end)[0] + end for end in (ENDING, RASTER_ENDING) if end in name), path)
        if owner not in kept and os.path.isfile(path) and os.path.getmtime(path) < yesterday:
            os.remove(path)


def crs_of_epsg(epsg):
    crs = layers.with_definition(QgsCoordinateReferenceSystem(f"EPSG:{epsg}"))
    if not crs.isValid():
        raise Failure("export-failed", say("export_crs", epsg=epsg), say("export_crs_remedy"))
    return crs


def free_name(wanted, names):
    """The first of the wanted names that no field has; names in a GeoPackage do not tell capitals apart."""
    taken = {name.lower() for name in names}
    for name in wanted:
        if name.lower() not in taken:
            return name
    number = 2
    while f"{wanted[-1]}{number}".lower() in taken:
        number += 1
    return f"{wanted[-1]}{number}"


def demand_distinct_names(layer, names):
    seen = {}
    for name in names:
        if name.lower() in seen:
            raise Failure(
                "export-failed",
                say("export_twins", layer=layer.name(), one=seen[name.lower()], other=name),
                say("export_twins_remedy"),
            )
        seen[name.lower()] = name


def keeps_fid(layer, names):
    """Whether the layer's own fid column can be the GeoPackage's: it is the key in its source, too."""
    if "fid" not in {name.lower() for name in names}:
        return True
    keys = {layer.fields()[index].name().lower() for index in layer.primaryKeyAttributes()}
    return keys == {"fid"}


def save_options(layer, scope, target_epsg):
    """How QGIS's writer is to write this layer; what it could not write is refused here, in words."""
    layers.demand_vector(layer)
    fields = layer.fields()
    names = [field.name() for field in fields]
    demand_distinct_names(layer, names)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = layer.name()
    options.fileEncoding = "UTF-8"
    options.onlySelectedFeatures = scope == "selected"
    # A text column named fid, or one whose values repeat, must not become the key.
    fid = "fid" if keeps_fid(layer, names) else free_name(["fid_gpkg", "fid_"], names)
    options.layerOptions = [f"FID={fid}"]
    if layer.wkbType() != QgsWkbTypes.NoGeometry:
        options.layerOptions += [f"GEOMETRY_NAME={free_name(['geom', 'geometry', 'geom_'], names)}"]
    unwritable = [field.name() for field in fields if layers.number_of(field.type()) not in WRITABLE_TYPES]
    if unwritable:
        writable = [index for index, name in enumerate(names) if name not in unwritable]
        options.attributes = writable
        options.skipAttributeCreation = not writable
    if hasattr(options, "saveMetadata"):
        options.saveMetadata = True
        options.layerMetadata = layer.metadata()
    if scope == "selected" and layer.selectedFeatureCount() == 0:
        raise Failure("export-failed", say("export_nothing", layer=layer.name()), say("export_nothing_remedy"))
    has = layer.crs()
    own = layers.with_definition(has)
    if target_epsg is not None:
        if not own.isValid():
            raise Failure(
                "export-failed",
                say("export_no_crs", layer=layer.name()),
                say("export_no_crs_remedy"),
            )
        options.ct = QgsCoordinateTransform(own, crs_of_epsg(target_epsg), QgsProject.instance().transformContext())
    elif own is not has:
        # Nothing is moved; but the object that is whole is written, and not the layer's.
        options.ct = QgsCoordinateTransform(own, own, QgsProject.instance().transformContext())
    return options


def demand_space(path):
    free = shutil.disk_usage(os.path.dirname(path)).free
    if free < LEAST_FREE_BYTES:
        raise disk_full()


def disk_full():
    return Failure("disk-full", say("export_disk"), say("export_disk_remedy"))


def to_export_failure(layer_name, message, path):
    free = shutil.disk_usage(os.path.dirname(path)).free
    if free < LEAST_FREE_BYTES or any(word in message.lower() for word in FULL_WORDS):
        return disk_full()
    # QGIS repeats the reason for every feature.
    reason = " ".join(message.split())[:400] or say("export_no_reason")
    if path.endswith(RASTER_ENDING):
        told = say("export_raster_failed", layer=layer_name, reason=reason)
        return Failure("export-failed", told, say("export_raster_failed_remedy"))
    return Failure("export-failed", say("export_failed", layer=layer_name, reason=reason), say("export_failed_remedy"))


class WriterTask(QgsVectorFileWriterTask):
    """QGIS's own writer in the background; `write` runs it here and now, for Processing."""

    def write(self):
        return self.run()


def sha256_of(path, on_progress=None, is_cancelled=None):
    whole = hashlib.sha256()
    total = os.path.getsize(path)
    done = 0
    with open(path, "rb") as file:
        while True:
            piece = file.read(HASHED_AT_ONCE_BYTES)
            if not piece:
                return whole.hexdigest()
            if is_cancelled is not None and is_cancelled():
                return None
            whole.update(piece)
            done += len(piece)
            if on_progress is not None:
                on_progress(done, total)


def written_facts(path, layer_name):
    """What the written file holds, read back from it; runs in any thread."""
    written = QgsVectorLayer(f"{path}|layername={layer_name}", layer_name, "ogr")
    if not written.isValid():
        return None
    names = {field.name(): field for field in written.fields()}
    key = {written.fields()[index].name() for index in written.primaryKeyAttributes()}
    crs = layers.crs_facts(written.crs())
    count = written.featureCount()
    has_shape = written.wkbType() != QgsWkbTypes.NoGeometry and count > 0
    return {
        "layerName": layer_name,
        "featureCount": count,
        "epsg": crs["epsg"] if written.wkbType() != QgsWkbTypes.NoGeometry else None,
        "extent": layers.box_of(written.extent()) if has_shape else None,
        "fields": [
            one for one in layers.field_facts(written.fields()) if one["name"] in names and one["name"] not in key
        ],
    }


def finish(path, layer_name, expected, on_progress=None, is_cancelled=None):
    """Reads the written file back and hashes it. The order matters: merely opening a GeoPackage may change it."""
    of_raster = path.endswith(RASTER_ENDING)
    facts = rasters.written_facts(path, layer_name) if of_raster else written_facts(path, layer_name)
    if facts is None:
        raise Failure("export-failed", say("export_unreadable", layer=layer_name), say("export_unreadable_remedy"))
    count, epsg = expected
    if count is not None and facts["featureCount"] != count:
        raise Failure(
            "export-failed",
            say("export_count", layer=layer_name, expected=count, found=facts["featureCount"]),
            say("export_count_remedy"),
        )
    if epsg is not None and facts["epsg"] != epsg:
        found = say("export_crs_none") if facts["epsg"] is None else f"EPSG:{facts['epsg']}"
        raise Failure(
            "export-failed",
            say("export_crs_lost", layer=layer_name, expected=epsg, found=found),
            say("export_crs_lost_remedy"),
        )
    facts["sha256"] = sha256_of(path, on_progress, is_cancelled)
    facts["sizeBytes"] = os.path.getsize(path)
    facts["layerBytes"] = facts["sizeBytes"] if of_raster else weight.weigh_file(path, layer_name)
    return facts


def expected_of(layer, scope, target_epsg):
    """(features, EPSG code) that the written file has to have; None for what cannot be said before."""
    if is_raster(layer):
        return None, target_epsg or layers.crs_facts(layer.crs())["epsg"]
    has_shape = layer.wkbType() != QgsWkbTypes.NoGeometry
    return expected_count(layer, scope), (target_epsg or layers.crs_facts(layer.crs())["epsg"]) if has_shape else None


def expected_count(layer, scope):
    if scope == "selected":
        return layer.selectedFeatureCount()
    if layers.is_counted_slowly(layer):
        return None
    count = layer.featureCount()
    return count if count >= 0 else None


def export(context, layer, scope, target_epsg, call):
    """A Deferred for an ExportedFile."""
    of_raster = is_raster(layer)
    options = None if of_raster else save_options(layer, scope, target_epsg)
    sweep(context)
    handle, path = new_file(layer)
    demand_space(path)
    exported = Deferred()
    layer_name = layer.name()
    expected = expected_of(layer, scope, target_epsg)
    # Python forgets a task that nobody holds, although QGIS still runs it.
    running = {}

    def stop():
        if "task" in running:
            running["task"].cancel()

    exported.on_cancel = stop
    call.on_cancel(stop)

    def begin(stage, task):
        # The one before it is still being told that it has ended.
        running["before"], running["task"] = running.get("task"), task
        task.progressChanged.connect(lambda percent: call.progress(stage, round(percent), 100))
        call.progress(stage, 0, 100)
        QgsApplication.taskManager().addTask(task)

    def give_up(failure):
        remove_file(path)
        running.clear()
        exported.reject(failure)

    def cancelled():
        return Failure("cancelled", say("export_cancelled", layer=layer_name))

    def is_cancelled():
        return call.is_cancelled or ("task" in running and running["task"].isCanceled())

    def failed(exception):
        if is_cancelled():
            give_up(cancelled())
        elif isinstance(exception, Failure):
            give_up(exception)
        else:
            give_up(to_export_failure(layer_name, str(exception), path))

    # A writer leaves what it had written so far.
    def on_error(_code, message):
        failed(message)

    def on_written(*_path):
        begin("hash", QgsTask.fromFunction(say("task_check", layer=layer_name), check, on_finished=on_checked))

    def on_raster_written(exception, is_whole=False):
        if exception is None and is_whole:
            on_written()
        else:
            failed(exception)

    def check(checking):
        def told(done, total):
            checking.setProgress(100 * done / total if total else 100)

        return finish(path, layer_name, expected, told, checking.isCanceled)

    def on_checked(exception, facts=None):
        if exception is not None:
            failed(exception)
            return
        if facts is None or facts["sha256"] is None or call.is_cancelled:
            give_up(cancelled())
            return
        running.clear()
        context.files[handle] = path
        facts["file"] = handle
        exported.resolve(facts)

    if of_raster:
        writing = rasters.Writing(layer, path, target_epsg)
        title = say("task_write", layer=layer_name)
        task = QgsTask.fromFunction(
            title, lambda task: writing.write(task.setProgress, task.isCanceled), on_finished=on_raster_written
        )
    else:
        task = WriterTask(layer, path, options)
        task.errorOccurred.connect(on_error)
        task.writeComplete.connect(on_written)
    begin("export", task)
    return exported


def verbs(context):
    # QGIS reads its ellipsoids when it first needs them, which for a writer is while a person waits: about 70 ms.
    QgsEllipsoidUtils.definitions()

    def export_layer(parameters, call):
        layer = layers.find_layer(parameters["layer"])
        return export(context, layer, parameters["scope"], parameters.get("targetEpsg"), call)

    def discard(parameters, _call):
        path = context.files.pop(parameters["file"], None) or path_of_handle(parameters["file"])
        if not os.path.exists(path):
            raise Failure("no-file", say("no_file"))
        remove_file(path)
        return {}

    return {"layer.export": export_layer, "file.discard": discard}
