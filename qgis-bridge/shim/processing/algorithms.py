"""The algorithms. Each reads what it needs of the layer on the main thread, works in the background, and touches the
project, where it does, on the main thread again."""
from types import SimpleNamespace

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterExtent,
    QgsProcessingParameterMapLayer,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProject,
    QgsRectangle,
)

from .. import collections, export, layers, rasters, style, weight
from ..bridge import Failure
from ..words import say
from .session import TOKEN_VARIABLE, Session, as_json, failed, resolve_connection
from .verification import compare, compare_raster

CATALOGUE = "metadata:main"

def described(name):
    """What a parameter is, in the words of the message catalogue."""
    return say(f"alg_in_{name.lower()}")


class Algorithm(QgsProcessingAlgorithm):
    """What all of them share: the parameters that name the server, the result as JSON, failures in words. Titles, help and
    descriptions are words of the message catalogue: `alg_<name>`, `alg_<name>_help`, and one for each parameter."""

    NAME = ""
    GROUP = "publishing"

    def __init__(self, context):
        super().__init__()
        self.context = context
        self.connection = None

    def createInstance(self):  # noqa: N802 (QGIS looks for this name)
        return type(self)(self.context)

    def name(self):
        return self.NAME

    def displayName(self):  # noqa: N802
        return say(f"alg_{self.NAME}")

    def group(self):
        return say(f"alg_group_{self.GROUP}")

    def groupId(self):  # noqa: N802
        return self.GROUP

    def shortHelpString(self):  # noqa: N802
        return say(f"alg_{self.NAME}_help") + "\n\n" + say("alg_connection_help", variable=TOKEN_VARIABLE)

    def initAlgorithm(self, _configuration=None):  # noqa: N802
        self.declare()
        self.text("CONNECTION")
        self.text("SERVER")
        self.addParameter(QgsProcessingParameterAuthConfig("AUTH", described("AUTH"), optional=True))
        self.gives_text("RESULT")

    def declare(self):
        """Parameters and outputs of the algorithm itself."""

    def text(self, name):
        self.addParameter(QgsProcessingParameterString(name, described(name), optional=True))

    def truth(self, name, default, key=None):
        said = say(key) if key else described(name)
        self.addParameter(QgsProcessingParameterBoolean(name, said, defaultValue=default))

    def gives_text(self, name):
        self.addOutput(QgsProcessingOutputString(name, say(f"alg_out_{name.lower()}")))

    def gives_number(self, name):
        self.addOutput(QgsProcessingOutputNumber(name, say(f"alg_out_{name.lower()}")))

    def takes_layer(self, is_optional=False):
        parameter = QgsProcessingParameterMapLayer("INPUT", described("INPUT"), optional=is_optional)
        parameter.setDataTypes([QgsProcessing.TypeVector, QgsProcessing.TypeRaster])
        self.addParameter(parameter)

    def read_text(self, parameters, name, context):
        return self.parameterAsString(parameters, name, context).strip()

    def prepareAlgorithm(self, parameters, context, feedback):  # noqa: N802
        try:
            self.connection = resolve_connection(
                self.context,
                self.read_text(parameters, "CONNECTION", context),
                self.read_text(parameters, "SERVER", context),
                self.read_text(parameters, "AUTH", context),
            )
            self.prepare_input(parameters, context, feedback)
        except Failure as failure:
            raise failed(failure) from failure
        return True

    def prepare_input(self, parameters, context, feedback):
        """Reads what is needed of layers; on the main thread."""

    def processAlgorithm(self, parameters, context, feedback):  # noqa: N802
        try:
            return self.work(parameters, context, feedback, Session(self.context, self.connection, feedback))
        except Failure as failure:
            raise failed(failure) from failure

    def work(self, parameters, context, feedback, session):
        raise NotImplementedError

    def layer_of(self, parameters, context, is_optional=False):
        layer = self.parameterAsLayer(parameters, "INPUT", context)
        if layer is None:
            if is_optional:
                return None
            raise QgsProcessingException(say("run_no_input"))
        if export.is_raster(layer):
            layers.demand_valid(layer)
        else:
            layers.demand_vector(layer)
        return layer


def in_project(layer_id):
    """The layer as the project has it; a file named in a script is in no project."""
    return QgsProject.instance().mapLayer(layer_id) if layer_id else None


# Processing asks once and for one layer, so nothing needs to be watched.
ASKED_ONCE = SimpleNamespace(
    measured_of=lambda layer: None if export.is_raster(layer) else layers.measure(layer), stamps_of=layers.stamps_of
)
# What the server's plan takes of a QML; a longer one travels all the same, without a report.
MOST_PLANNED_QML = 900_000


def to_plan(layer, travels, scope, target_epsg, parts=None):
    """LayerToPlan of the contract."""
    qml = travels["qml"] if travels is not None and len(travels["qml"]) <= MOST_PLANNED_QML else None
    facts = layers.facts_of(layer, ASKED_ONCE)
    if not export.is_raster(layer):
        facts["weight"] = weight.weigh(layer, scope, lambda work: work())
    return {
        "facts": facts,
        "scope": scope,
        "targetEpsg": target_epsg,
        "qml": qml,
        "parts": parts,
    }


def told_finding(finding):
    return f"{finding['code']}: {finding['cause']} {finding['remedy']}"


def show_findings(planned, feedback):
    """Says what is doubtful, and returns what stands in the way."""
    blocking = [one for one in planned["findings"] if one["severity"] == "blocking"]
    for finding in planned["findings"]:
        say = feedback.pushWarning if finding["severity"] == "warning" else feedback.pushInfo
        if finding not in blocking:
            say(told_finding(finding))
    return [told_finding(one) for one in blocking]


def count_and_extent(layer):
    measured = layers.measure(layer)
    extent = measured["extent"]
    return measured["count"], layers.to_crs84(extent, layer.crs()) if extent is not None else None


class Publish(Algorithm):
    NAME = "publish"

    def __init__(self, context):
        super().__init__(context)
        self.writer = None

    def declare(self):
        self.takes_layer()
        self.text("COLLECTION")
        self.text("TITLE")
        self.text("DOMAIN")
        self.truth("STYLE", True)
        self.truth("SELECTED", False)
        self.addParameter(QgsProcessingParameterCrs("TARGET_CRS", described("TARGET_CRS"), optional=True))
        self.truth("ACCEPT_SCHEMA_CHANGE", False)
        self.gives_text("RECORD_ID")
        self.gives_text("COLLECTION_ID")
        self.gives_text("STYLE_ID")
        self.gives_number("FEATURE_COUNT")

    def target_epsg(self, parameters, context):
        crs = self.parameterAsCrs(parameters, "TARGET_CRS", context)
        if not crs.isValid():
            return None
        epsg = layers.crs_facts(crs)["epsg"]
        if epsg is None:
            raise QgsProcessingException(say("run_target_crs"))
        return epsg

    def prepare_input(self, parameters, context, feedback):
        layer = self.layer_of(parameters, context)
        self.layer_id = layer.id()
        self.layer_name = layer.name()
        self.style = style.style_of(layer) if self.parameterAsBool(parameters, "STYLE", context) else None
        self.title = self.read_text(parameters, "TITLE", context)
        scope = "selected" if self.parameterAsBool(parameters, "SELECTED", context) else "all"
        target = self.target_epsg(parameters, context)
        parts = {"data": True, "style": self.style is not None}
        self.asked = to_plan(layer, self.style, scope, target, parts)
        self.stamps = self.asked["facts"]["stamps"]
        self.expected = export.expected_of(layer, scope, target)
        _handle, self.path = export.new_file(layer)
        export.demand_space(self.path)
        # Made on the main thread, where the layer lives; it writes in the background.
        if export.is_raster(layer):
            self.writer = rasters.Writing(layer, self.path, target)
        else:
            self.writer = export.WriterTask(layer, self.path, export.save_options(layer, scope, target))

    def write(self, feedback):
        feedback.pushInfo(say("run_writing", layer=self.layer_name))
        if isinstance(self.writer, rasters.Writing):
            self.write_raster(feedback)
        else:
            self.write_features(feedback)
        return export.finish(self.path, self.layer_name, self.expected)

    def write_raster(self, feedback):
        try:
            is_whole = self.writer.write(lambda percent: feedback.setProgress(percent * 0.2), feedback.isCanceled)
        except rasters.WriteError as error:
            raise export.to_export_failure(self.layer_name, str(error), self.path) from error
        if not is_whole:
            raise Failure("cancelled", say("run_cancelled"))

    def write_features(self, feedback):
        said = []
        self.writer.errorOccurred.connect(lambda _code, message: said.append(message))
        self.writer.progressChanged.connect(lambda percent: feedback.setProgress(percent * 0.2))
        feedback.canceled.connect(self.writer.cancel)
        is_written = self.writer.write()
        # The reason of a failure is told by the second half of the task.
        self.writer.finished(is_written)
        if feedback.isCanceled():
            raise Failure("cancelled", say("run_cancelled"))
        if not is_written:
            raise export.to_export_failure(self.layer_name, " ".join(said), self.path)

    def work(self, parameters, context, feedback, session):
        leftovers = []
        try:
            return self.publish(parameters, context, feedback, session, leftovers)
        except Failure as failure:
            # A line that broke while publishing may have published all the same: then nothing is taken back.
            if failure.code in ("problem", "cancelled", "disk-full", "export-failed"):
                session.tidy(leftovers)
            raise
        finally:
            self.writer = None
            export.remove_file(self.path)

    def publish(self, parameters, context, feedback, session, leftovers):
        collection_id = self.read_text(parameters, "COLLECTION", context)
        session.me()
        planned, present = session.plan(self.asked, collection_id)
        self.demand_wanted(parameters, context, feedback, planned)
        sent = self.write(feedback)
        box = sent["extent"]
        if box is not None and sent["epsg"] is not None:
            crs = QgsCoordinateReferenceSystem(f"EPSG:{sent['epsg']}")
            sent["extentCrs84"] = layers.to_crs84(QgsRectangle(*box), crs)
        feedback.pushInfo(say("run_uploading", megabytes=f"{sent['sizeBytes'] / 1_000_000:.1f}"))
        ending = export.RASTER_ENDING if "raster" in sent else export.ENDING
        upload_id = session.upload(self.path, f"{collections.file_name(self.layer_name)}{ending}", 20, 60)
        leftovers.append(lambda: session.call("catalogue.deleteUpload", path={"uploadId": upload_id}))
        given = self.record_metadata(planned, present)
        title = given.get("title") or present["title"]
        report = planned.get("styleReport") or {}
        has_sld = not report.get("isSldEmpty", False)
        # A table has nothing to draw.
        wanted = self.style if self.asked["facts"]["kind"] != "table" else None
        style_id, take_back = session.put_style(wanted, title, present, has_sld)
        leftovers += [take_back] if take_back else []
        domain = self.read_text(parameters, "DOMAIN", context)
        # A GeoTIFF holds one raster and has no names to choose from.
        chosen = {} if "raster" in sent else {"layer": sent["layerName"]}
        record, take_back = session.put_record(present, {"uploadId": upload_id, **chosen}, given, domain)
        leftovers += [take_back] if take_back else []
        request = {"uploadId": upload_id, **chosen}
        if style_id is not None:
            request["styleId"] = style_id
        has_collection = present is not None and present["collectionId"]
        if collection_id and not has_collection:
            request["collectionId"] = collection_id
        if self.parameterAsBool(parameters, "ACCEPT_SCHEMA_CHANGE", context):
            request["acceptSchemaChange"] = True
        feedback.pushInfo(say("run_publishing"))
        publication = session.publish(record, request, 60, 90)
        leftovers.clear()
        return self.report(session, sent, record["id"], style_id, publication)

    def demand_wanted(self, parameters, context, feedback, planned):
        blocking = show_findings(planned, feedback)
        if blocking:
            raise QgsProcessingException(say("run_blocked", findings=" ".join(blocking)))
        plan = planned["plan"]
        if plan["refusal"] is not None:
            raise QgsProcessingException(say("run_refused", why=as_json(plan["refusal"])))
        if plan["needsConsent"] and not self.parameterAsBool(parameters, "ACCEPT_SCHEMA_CHANGE", context):
            raise QgsProcessingException(say("run_schema", changes=as_json(plan["schema"])))

    def record_metadata(self, planned, present):
        """What the layer's own metadata say, as the server reads them; for a known record only what changed."""
        known = planned["metadata"]
        if present is not None:
            changed = planned["plan"]["metadata"]["changed"]
            known = {name: value for name, value in known.items() if name in changed}
        return dict(known, title=self.title[:500]) if self.title else known

    def report(self, session, sent, record_id, style_id, publication):
        done = publication["result"]
        collection_id = done.get("collectionId")
        wrong = []
        if collection_id:
            served = session.call("features.getCollection", path={"collectionId": collection_id})
            if "raster" in sent:
                wrong = compare_raster(sent, served)
            else:
                wrong = compare(sent, served, session.look(collection_id))
        if wrong:
            told = say("run_not_what_was_sent", collection=collection_id, differences=" ".join(wrong))
            raise QgsProcessingException(told)
        record = session.record(record_id)
        chosen = next((one["id"] for one in record["styles"] if one["isDefault"]), style_id)
        self.new_link = {
            "server": session.connection.url,
            "recordId": record_id,
            "collectionId": collection_id,
            "styleId": chosen,
            "version": record["version"],
            "publishedAt": record["publishedAt"] or publication["finishedAt"] or "",
            "stamps": self.stamps,
        }
        if "raster" in sent:
            size = f"{sent['raster']['width']} × {sent['raster']['height']}"
            session.say(say("run_published_raster", title=record["title"], size=size, bands=sent["raster"]["bands"]))
        else:
            session.say(say("run_published", title=record["title"], count=sent["featureCount"]))
        for warning in done["warnings"]:
            session.feedback.pushWarning(warning["message"])
        told = {
            "recordId": record_id,
            "collectionId": collection_id,
            "styleId": chosen,
            "version": record["version"],
            "featureCount": sent["featureCount"],
            "isVerified": bool(collection_id),
            "links": done["links"],
            "warnings": done["warnings"],
        }
        return {
            "RESULT": as_json(told),
            "RECORD_ID": record_id,
            "COLLECTION_ID": collection_id or "",
            "STYLE_ID": chosen or "",
            "FEATURE_COUNT": sent["featureCount"],
        }

    def postProcessAlgorithm(self, context, feedback):  # noqa: N802
        layer = in_project(self.layer_id)
        if layer is not None:
            layers.set_link(layer, self.new_link)
        return {}


class Plan(Algorithm):
    NAME = "plan"

    def declare(self):
        self.takes_layer()
        self.text("COLLECTION")
        self.truth("SELECTED", False)
        self.truth("FAIL", False, "alg_in_fail_plan")
        self.gives_text("KIND")
        self.gives_number("BLOCKING")

    def prepare_input(self, parameters, context, feedback):
        layer = self.layer_of(parameters, context)
        scope = "selected" if self.parameterAsBool(parameters, "SELECTED", context) else "all"
        self.asked = to_plan(layer, style.style_of(layer), scope, None)

    def work(self, parameters, context, feedback, session):
        session.me()
        planned, _present = session.plan(self.asked, self.read_text(parameters, "COLLECTION", context))
        blocking = show_findings(planned, feedback)
        if blocking and self.parameterAsBool(parameters, "FAIL", context):
            raise QgsProcessingException(say("run_blocked", findings=" ".join(blocking)))
        for text in blocking:
            feedback.reportError(text)
        kind = planned["plan"]["kind"]
        plan = planned["plan"]
        feedback.pushInfo(say("run_plan", kind=kind, data=plan["data"], style=plan["style"]))
        return {"RESULT": as_json(planned), "KIND": kind, "BLOCKING": len(blocking)}


class Verify(Algorithm):
    NAME = "verify"

    def declare(self):
        self.takes_layer()
        self.text("COLLECTION")
        self.truth("FAIL", True, "alg_in_fail_verify")
        self.gives_text("DIFFERENCES")

    def prepare_input(self, parameters, context, feedback):
        layer = self.layer_of(parameters, context)
        self.link = layers.link_of(layer)
        if export.is_raster(layer):
            rasters.demand_raster(layer)
            self.sent = {
                "epsg": layers.crs_facts(layer.crs())["epsg"],
                "extentCrs84": layers.to_crs84(layer.extent(), layer.crs()),
                "raster": layers.grid_of(layer),
            }
            return
        count, box = count_and_extent(layer)
        keys = {layer.fields()[index].name() for index in layer.primaryKeyAttributes()}
        self.sent = {
            "featureCount": count or 0,
            "epsg": layers.crs_facts(layer.crs())["epsg"],
            "extentCrs84": box,
            "fields": [one for one in layers.field_facts(layer.fields()) if one["name"] not in keys],
        }

    def work(self, parameters, context, feedback, session):
        collection_id = self.read_text(parameters, "COLLECTION", context) or (self.link or {}).get("collectionId")
        if not collection_id:
            raise QgsProcessingException(say("run_no_collection"))
        served = session.call("features.getCollection", path={"collectionId": collection_id})
        if "raster" in self.sent:
            wrong = compare_raster(self.sent, served)
        else:
            wrong = compare(self.sent, served, session.look(collection_id))
        if wrong and self.parameterAsBool(parameters, "FAIL", context):
            told = say("run_differs", collection=collection_id, differences=" ".join(wrong))
            raise QgsProcessingException(told)
        feedback.pushInfo(say("run_same") if not wrong else " ".join(wrong))
        told = {"collectionId": collection_id, "isSame": not wrong, "differences": wrong}
        return {"RESULT": as_json(told), "DIFFERENCES": " ".join(wrong)}


class Unpublish(Algorithm):
    NAME = "unpublish"

    def declare(self):
        self.takes_layer(is_optional=True)
        self.text("COLLECTION")
        self.gives_text("RECORD_ID")

    def prepare_input(self, parameters, context, feedback):
        layer = self.layer_of(parameters, context, is_optional=True)
        self.layer_id = layer.id() if layer is not None else None
        self.link = layers.link_of(layer) if layer is not None else None

    def work(self, parameters, context, feedback, session):
        collection_id = self.read_text(parameters, "COLLECTION", context)
        if not collection_id and self.link is None:
            raise QgsProcessingException(say("run_unpublish_what"))
        record = session.present_record(self.link, collection_id)
        if record is None or not record["collectionId"]:
            named = collection_id or (self.link or {}).get("collectionId")
            raise QgsProcessingException(say("run_unpublish_none", collection=named))
        path = {"recordId": record["id"]}
        self.after = session.call("catalogue.unpublishCollection", path=path, if_match=f'"{record["version"]}"')
        feedback.pushInfo(say("run_unpublished", collection=record["collectionId"], title=record["title"]))
        told = {"recordId": record["id"], "collectionId": record["collectionId"], "version": self.after["version"]}
        return {"RESULT": as_json(told), "RECORD_ID": record["id"]}

    def postProcessAlgorithm(self, context, feedback):  # noqa: N802
        layer = in_project(self.layer_id)
        if layer is not None and self.link is not None and self.link["recordId"] == self.after["id"]:
            layers.set_link(layer, dict(self.link, collectionId=None, version=self.after["version"]))
        return {}


class PullStyle(Algorithm):
    NAME = "pullstyle"

    def declare(self):
        self.takes_layer()
        self.text("COLLECTION")
        self.text("STYLE_ID")
        self.gives_text("OUTCOME")

    def prepare_input(self, parameters, context, feedback):
        layer = self.layer_of(parameters, context)
        self.layer = layer
        self.link = layers.link_of(layer)

    def find_style(self, parameters, context, session):
        given = self.read_text(parameters, "STYLE_ID", context)
        if given:
            return given
        collection_id = self.read_text(parameters, "COLLECTION", context)
        if not collection_id and self.link is None:
            raise QgsProcessingException(say("run_style_what"))
        record = session.present_record(self.link, collection_id)
        chosen = next((one["id"] for one in (record or {}).get("styles", []) if one["isDefault"]), None)
        if chosen is None:
            raise QgsProcessingException(say("run_style_none"))
        return chosen

    def work(self, parameters, context, feedback, session):
        self.style_id = self.find_style(parameters, context, session)
        path = {"styleId": self.style_id}
        has_qml = session.call("catalogue.getStyle", path=path)["hasQml"]
        operation = "catalogue.getStyleQml" if has_qml else "catalogue.getStyleSld"
        self.given = {"qml" if has_qml else "sld": session.answer(operation, path=path)["text"]}
        return {}

    def postProcessAlgorithm(self, context, feedback):  # noqa: N802
        outcome, wrong = collections.apply_style(self.layer, self.given.get("qml"), self.given.get("sld"))
        if outcome == "none":
            raise QgsProcessingException(say("run_style_failed", why=" ".join(wrong)))
        self.layer.triggerRepaint()
        self.layer.emitStyleChanged()
        if in_project(self.layer.id()) is not None:
            QgsProject.instance().setDirty(True)
        else:
            self.keep_beside(feedback)
        told = {"styleId": self.style_id, "style": outcome, "differences": wrong}
        self.layer = None
        return {"RESULT": as_json(told), "OUTCOME": outcome}

    def keep_beside(self, feedback):
        """A layer given as a file is in no project; its style then lies beside it, where QGIS looks for it."""
        message, is_saved = self.layer.saveDefaultStyle()
        if not is_saved:
            feedback.pushWarning(say("run_style_unsaved", why=message))


class Search(Algorithm):
    NAME = "search"
    GROUP = "catalogue"

    def declare(self):
        self.text("QUERY")
        self.addParameter(QgsProcessingParameterExtent("EXTENT", described("EXTENT"), optional=True))
        # Integers are what QgsProcessingParameterNumber takes when it is told nothing else.
        said = described("LIMIT")
        limit = QgsProcessingParameterNumber("LIMIT", said, defaultValue=20, minValue=1, maxValue=1000)
        self.addParameter(limit)
        self.gives_number("COUNT")

    def work(self, parameters, context, feedback, session):
        query = {"limit": self.parameterAsInt(parameters, "LIMIT", context)}
        words = self.read_text(parameters, "QUERY", context)
        if words:
            query["q"] = words
        wgs84 = QgsCoordinateReferenceSystem("EPSG:4326")
        place = self.parameterAsExtent(parameters, "EXTENT", context, wgs84)
        if not place.isNull():
            query["bbox"] = ",".join(f"{corner:.7f}" for corner in layers.box_of(place))
        found = session.call("records.getRecords", path={"catalogId": CATALOGUE}, query=query)
        records = [summary(one) for one in found["features"]]
        feedback.pushInfo(say("run_found", count=found["numberMatched"]))
        for one in records:
            feedback.pushInfo(f"  {one['title']} ({one['id']})")
        told = {"count": found["numberMatched"], "records": records}
        return {"RESULT": as_json(told), "COUNT": found["numberMatched"]}


def summary(feature):
    links = feature.get("links", [])
    return {
        "id": feature["id"],
        "title": feature["properties"].get("title", ""),
        "description": feature["properties"].get("description", ""),
        "geometry": feature.get("geometry"),
        "links": [{name: link[name] for name in ("rel", "href", "type", "title") if name in link} for link in links],
    }


ALGORITHMS = (Publish, Plan, Verify, Unpublish, PullStyle, Search)
