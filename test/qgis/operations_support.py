"""What the scripts operations_*.py share: QGIS without a window, the plugin's modules, and layers of every bad kind."""
import faulthandler
import json
import os
import sys
import time
from types import SimpleNamespace

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QTimer


def start():
    """(application, what the test asked for); the plugin's package can be imported afterwards."""
    request = json.load(sys.stdin)
    # A script that hangs says where, before the test ends it.
    faulthandler.dump_traceback_later(110, exit=True)
    application = QgsApplication([b"x"], True)
    application.initQgis()
    sys.path.insert(0, request["plugins"])
    return application, request


def answer(application, said):
    QgsProject.instance().clear()
    print(json.dumps(said), flush=True)
    application.exitQgis()


def context_of(request):
    """The parts of the plugin that the operations use; without a window, like in qgis_process."""
    from secims_bridge import export
    from secims_bridge.connections import Connections
    from secims_bridge.network import Network
    from secims_bridge.protocol import Protocol
    from secims_bridge.settings import Settings

    folder = os.path.join(request["plugins"], "secims_bridge")
    events, log = [], []
    context = SimpleNamespace(
        iface=None,
        files={},
        settings=Settings(),
        events=events,
        logged=log,
        emit=lambda name, payload: events.append([name, payload]),
        log=lambda level, text: log.append([level, text]),
        say=lambda key, **values: f"{key} {values}",
    )
    context.outbox = export.outbox
    context.protocol = Protocol.read(os.path.join(folder, "protocol.json"))
    context.connections = Connections(context)
    with open(os.path.join(folder, "operations.json"), encoding="utf-8") as file:
        context.network = Network(context, json.load(file))
    return context


def connect(context, request):
    """A connection to the test's server, its token in QGIS's encrypted store."""
    QgsApplication.authManager().setMasterPassword("only for this test", True)
    return context.connections.add("test", request["url"], request["token"])


def run_algorithm(name, **parameters):
    """An algorithm's results, or what it said when it ended with an error."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"secims:{name}")
    processing = QgsProcessingContext()
    processing.setProject(QgsProject.instance())
    feedback = QgsProcessingFeedback(False)
    parameters.setdefault("CONNECTION", "test")
    try:
        results, is_done = algorithm.run(parameters, processing, feedback, {}, False)
    except Exception as error:  # noqa: BLE001
        return {"error": str(error)}
    if not is_done:
        return {"error": feedback.textLog()}
    if results.get("RESULT"):
        results["RESULT"] = json.loads(results["RESULT"])
    return results


class Run:
    """One call of a verb, checked against the protocol on its way in and out, as the bridge does."""

    def __init__(self, context):
        from secims_bridge import collections, export, fixes, layers, metadata, pictures, style, tiles, unfinished, weight

        self.context = context
        self.verbs = {}
        for module in (collections, export, fixes, layers, metadata, pictures, style, tiles, unfinished, weight):
            self.verbs.update(module.verbs(context))
        self.progress = []
        self.number = 0

    def begin(self, verb, **parameters):
        from secims_bridge.bridge import Call

        self.context.protocol.demand_parameters(verb, parameters)
        self.number += 1
        self.progress = []

        def emit(name, payload):
            self.context.protocol.demand_event(name, payload)
            self.progress.append(payload)

        call = Call(self.number, emit)
        return call, self.verbs[verb](parameters, call)

    def __call__(self, verb, **parameters):
        from secims_bridge.bridge import Deferred, wait_for

        _call, result = self.begin(verb, **parameters)
        if isinstance(result, Deferred):
            result = wait_for(result)
        self.context.protocol.demand_result(verb, result)
        return result

    def failure(self, verb, **parameters):
        from secims_bridge.bridge import Failure

        try:
            self(verb, **parameters)
        except Failure as failure:
            told = failure.to_json()
            self.context.protocol.demand("Failure", told)
            return told
        return None


def turn(milliseconds=0):
    """Lets QGIS do what is waiting."""
    end = time.monotonic() + milliseconds / 1000
    while True:
        QCoreApplication.processEvents()
        if time.monotonic() >= end:
            return
        time.sleep(0.005)


def waited_for_core_ms():
    """How long this thread was ready to run while the machine was busy with others; 0 where the system does not say."""
    try:
        with open("/proc/thread-self/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e6
    except OSError:
        return 0.0


class Stalls:
    """How long QGIS's main thread was busy at most, as a timer of 10 ms feels it, and how much of that was its own:
    the rest it was kept waiting by whatever else runs on the machine."""

    def __init__(self):
        self.longest_ms = 0
        self.own_ms = 0
        self.at_ms = 0
        self.began = self.last = time.monotonic()
        self.waited_ms = waited_for_core_ms()
        self.timer = QTimer()
        self.timer.timeout.connect(self.tick)
        self.timer.start(10)

    def tick(self):
        now, waited_ms = time.monotonic(), waited_for_core_ms()
        gap_ms = round((now - self.last) * 1000)
        self.longest_ms = max(self.longest_ms, gap_ms)
        own_ms = round(gap_ms - (waited_ms - self.waited_ms))
        if own_ms > self.own_ms:
            self.own_ms, self.at_ms = own_ms, round((now - self.began) * 1000)
        self.last, self.waited_ms = now, waited_ms


def add(layer):
    if not layer.isValid():
        raise AssertionError(f"the test's layer {layer.name()} is not valid")
    QgsProject.instance().addMapLayer(layer)
    return layer


def memory_layer(name, definition, rows, crs="EPSG:4326"):
    """rows: (wkt or None, attributes)."""
    layer = QgsVectorLayer(definition, name, "memory")
    if crs is not None and not definition.startswith("None"):
        layer.setCrs(QgsCoordinateReferenceSystem(crs))
    features = []
    for wkt, attributes in rows:
        feature = QgsFeature(layer.fields())
        if wkt is not None:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(attributes)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer


def save_as_gpkg(layer, path, name):
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = name
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, path, QgsProject.instance().transformContext(), options)
    return QgsVectorLayer(f"{path}|layername={name}", name, "ogr")


def rows_of(layer, without=()):
    """Features as texts, in an order of their own: shape and attributes by name."""
    rows = []
    names = [field.name() for field in layer.fields() if field.name() not in without]
    for feature in layer.getFeatures():
        geometry = feature.geometry()
        # QGIS writes an empty shape where there is none.
        is_there = not geometry.isNull() and not geometry.isEmpty()
        if is_there:
            geometry.convertToMultiType()
        shape = geometry.asWkt(9) if is_there else None
        rows.append([shape] + [said(feature[name]) for name in names])
    return sorted(rows, key=json.dumps)


DATE_FORMATS = {"QDate": "yyyy-MM-dd", "QTime": "HH:mm:ss", "QDateTime": "yyyy-MM-ddTHH:mm:ss"}


def said(value):
    if value is None or (hasattr(value, "isNull") and not hasattr(value, "toString") and value.isNull()):
        return None
    if hasattr(value, "toString") and not isinstance(value, str):
        return value.toString(DATE_FORMATS[type(value).__name__]) if value.isValid() else None
    if hasattr(value, "toBase64"):
        return bytes(value.toBase64()).decode("ascii")
    return value
