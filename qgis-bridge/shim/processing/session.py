"""One run of an algorithm against one server: who we are there, and the steps that several algorithms share.

Plain lines of code that wait for each answer. The order is that of the panel: nothing is said to be published before
the server's own answer and QGIS's own reading of the collection agree with what was sent.
"""
import json
import os
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

from qgis.core import QgsProcessingException

from ..bridge import Failure, wait_on_main
from ..connections import Connection, normalised
from ..network import Network
from ..uploads import Uploads
from ..words import say

# The name of the environment variable, for scripts that have no authentication store.
TOKEN_VARIABLE = "SECIMS_TOKEN"  # nosec B105
WAIT_SECONDS = 10
OPERATIONS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "operations.json")
# After a publication the collection may be asked for before caches in between have noticed.
VERIFY_ATTEMPTS = 3


class ShortMemory:
    """Settings for one run: an algorithm that was ended leaves nothing that the panel would go on with."""

    def __init__(self):
        self.kept = {}

    def get_json(self, key):
        return self.kept.get(key)

    def set_json(self, key, value):
        self.kept[key] = value

    def remove(self, key):
        self.kept.pop(key, None)

    def names(self, _group):
        return []

    def flush(self):
        """Nothing is on disk."""


class OneConnection:
    def __init__(self, connection):
        self.connection = connection

    def get(self, _connection_id):
        return self.connection

    def find(self, _connection_id):
        return self.connection


class Progress:
    """What a verb would tell the panel, told to Processing: a share of the bar."""

    def __init__(self, feedback, start, end):
        self.id = 0
        self.feedback = feedback
        self.start = start
        self.end = end

    @property
    def is_cancelled(self):
        return self.feedback.isCanceled()

    def progress(self, _stage, done, total, bytes_per_second=None):
        share = done / total if total else 1
        self.feedback.setProgress(self.start + (self.end - self.start) * share)

    def on_cancel(self, _stop):
        """wait_on_main asks the feedback itself."""


def failed(failure):
    """A Failure as Processing shows it, and as qgis_process ends with code 1."""
    parts = [failure.message]
    if failure.remedy:
        parts.append(failure.remedy)
    problem = (failure.data or {}).get("problem") or {}
    if problem.get("code"):
        parts.append(f"({problem['code']})")
    return QgsProcessingException(" ".join(parts))


def find_connection(context, name):
    wanted = name.strip()
    known = context.connections.list()
    fitting = [one for one in known if wanted in (one.id, one.name, one.url)]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(one.name for one in known) or say("run_none")
    key = "run_several_connections" if fitting else "run_no_connection"
    raise QgsProcessingException(say(key, name=wanted, known=names))


def resolve_connection(context, name, server, authcfg):
    """The connection that the parameters mean; an environment variable may bring the token."""
    bearer = os.environ.get(TOKEN_VARIABLE, "").strip() or None
    if server:
        url, _warning = normalised(server, context.say)
        return Connection("c000000000000", urlsplit(url).hostname or url, url, authcfg, bearer)
    if name:
        known = find_connection(context, name)
    else:
        known = only_connection(context)
    return Connection(known.id, known.name, known.url, authcfg or known.authcfg, bearer)


def only_connection(context):
    known = context.connections.list()
    last = context.settings.get("connection")
    chosen = [one for one in known if one.id == last] or known
    if len(chosen) == 1:
        return chosen[0]
    raise QgsProcessingException(say("run_no_server"))


class Session:
    def __init__(self, context, connection, feedback):
        self.connection = connection
        self.feedback = feedback
        self.is_tidying = False
        self.files = {}
        parts = SimpleNamespace(
            say=context.say,
            log=self.log,
            files=self.files,
            settings=ShortMemory(),
            connections=OneConnection(connection),
            outbox=context.outbox,
            iface=None,
        )
        with open(OPERATIONS, encoding="utf-8") as file:
            parts.network = Network(parts, json.load(file))
        self.network = parts.network
        self.uploads = Uploads(parts)

    def log(self, level, text):
        if level == "info":
            self.feedback.pushDebugInfo(text)
        else:
            self.feedback.pushWarning(text)

    def wait(self, start):
        return wait_on_main(start, None if self.is_tidying else self.feedback.isCanceled)

    def call(self, operation, **named):
        """An operation of the contract → the JSON of its answer."""
        return self.answer(operation, **named)["body"]

    def answer(self, operation, **named):
        return self.wait(lambda: self.network.call(self.connection.id, operation, **named))

    def say(self, text):
        self.feedback.pushInfo(text)

    # Records -----------------------------------------------------------------------------------------------------

    def me(self):
        me = self.call("catalogue.getMe")
        if me["kind"] != "token":
            raise QgsProcessingException(say("run_public", name=self.connection.name, variable=TOKEN_VARIABLE))
        return me

    def record(self, record_id):
        return self.call("catalogue.getRecord", path={"recordId": record_id})

    def record_of_collection(self, collection_id):
        """The record that holds the collection, among those this token may change; None when there is none."""
        scopes = {"administrator": "all", "domain_custodian": "domain"}
        scope = scopes.get(self.me().get("role"), "own")
        found = self.call("catalogue.listRecords", query={"collectionId": collection_id, "scope": scope})["records"]
        return self.record(found[0]["id"]) if found else None

    def present_record(self, link, collection_id):
        """What is to be replaced: the named collection's record, else the one the layer remembers."""
        if collection_id:
            return self.record_of_collection(collection_id)
        if link is None or link["server"].rstrip("/") != self.connection.url:
            return None
        try:
            record = self.record(link["recordId"])
        except Failure as failure:
            if (failure.data or {}).get("status") in (404, 410):
                self.say(say("run_record_gone"))
                return None
            raise
        return None if record["state"] == "deleted" else record

    # Publishing --------------------------------------------------------------------------------------------------

    def plan(self, asked, collection_id):
        """What publishing would change, as the server sees it; (plan of the layer, the record to update or None)."""
        asked = {name: value for name, value in asked.items() if value is not None}
        if collection_id:
            record = self.record_of_collection(collection_id)
            if record is None:
                asked["collectionId"] = collection_id
            else:
                asked["recordId"] = record["id"]
        planned = self.call("catalogue.planPublication", body={"layers": [asked]})["layers"][0]
        record_id = planned["plan"]["recordId"]
        return planned, self.record(record_id) if record_id else None

    def upload(self, path, file_name, start, end):
        handle = "f" + "0" * 16
        self.files[handle] = path
        progress = Progress(self.feedback, start, end)
        return self.wait(lambda: self.uploads.send(self.connection.id, handle, file_name, progress))["uploadId"]

    def put_style(self, style, title, present, has_sld=True):
        """A new style, or the record's own one replaced, without its SLD where that draws nothing; (id, what takes it
        back)."""
        if style is None:
            return None, None
        if not has_sld or not style["sld"]:
            return self.send_style(style_form(style, title, with_sld=False), present)
        try:
            return self.send_style(style_form(style, title, with_sld=True), present)
        except Failure as failure:
            problem = (failure.data or {}).get("problem") or {}
            if problem.get("code") != "sld-refused":
                raise
            # QGIS calls empty and wrong SLDs good; its own style is worth having all the same.
            self.feedback.pushWarning(say("run_qml_only", why=failure.message))
            return self.send_style(style_form(style, title, with_sld=False), present)

    def send_style(self, form, present):
        default = next((one for one in (present or {}).get("styles", []) if one["isDefault"]), None)
        if default is not None:
            known = self.answer("catalogue.getStyle", path={"styleId": default["id"]})
            # A style that others use, too, is theirs; this record gets one of its own.
            if set(known["body"]["usedBy"]) <= {present["id"]}:
                self.call(
                    "catalogue.replaceStyle", path={"styleId": default["id"]}, form=form, if_match=known["etag"]
                )
                return default["id"], None
        created = self.answer("catalogue.createStyle", form=form)
        style_id, etag = created["body"]["id"], created["etag"]

        def take_back():
            self.call("catalogue.deleteStyle", path={"styleId": style_id}, if_match=etag)

        return style_id, take_back

    def put_record(self, present, upload, metadata, domain):
        """A new record, or the present one with what was given changed; (record, what takes it back)."""
        if present is None:
            body = {"metadata": metadata, "completeDefaults": True, **upload}
            if domain:
                body["domainId"] = domain
            record = self.call("catalogue.createRecord", body=body)

            def take_back():
                self.call(
                    "catalogue.deleteRecord", path={"recordId": record["id"]}, if_match=f'"{record["version"]}"'
                )

            return record, take_back
        changes = {}
        changed = {name: value for name, value in metadata.items() if present["metadata"].get(name) != value}
        if changed:
            changes["metadata"] = changed
        if domain and domain != present["domainId"]:
            changes["domainId"] = domain
        if not changes:
            return present, None
        changed_record = self.call(
            "catalogue.changeRecord",
            path={"recordId": present["id"]},
            body=changes,
            if_match=f'"{present["version"]}"',
        )
        return changed_record, None

    def publish(self, record, request, start, end):
        accepted = self.call(
            "catalogue.publishRecord",
            path={"recordId": record["id"]},
            body=request,
            if_match=f'"{record["version"]}"',
        )
        while True:
            try:
                publication = self.call(
                    "catalogue.getPublication", path={"publicationId": accepted["id"]}, query={"wait": WAIT_SECONDS}
                )
            except Failure as failure:
                if failure.code == "cancelled":
                    self.is_tidying = True
                    self.call("catalogue.cancelPublication", path={"publicationId": accepted["id"]})
                raise
            self.feedback.setProgress(start + (end - start) * publication["progress"]["share"])
            if publication["state"] == "done":
                return publication
            if publication["state"] in ("failed", "cancelled"):
                problem = publication["problem"] or {}
                message = problem.get("detail") or problem.get("title") or say("run_cancelled_there")
                raise Failure("problem", message, data={"problem": problem, "status": problem.get("status", 0)})

    def tidy(self, leftovers):
        """Takes back what was made on the way and is of no use; the server forgets what remains after a day."""
        self.is_tidying = True
        for take_back in reversed(leftovers):
            try:
                take_back()
            except Failure as failure:
                self.log("info", f"Something of this run stays on the server for a day. {failure.message}")

    # Verification ------------------------------------------------------------------------------------------------

    def look(self, collection_id):
        """What QGIS sees of a collection. The provider takes its token from QGIS's store only."""
        from .. import collections

        for attempt in range(VERIFY_ATTEMPTS):
            seen = collections.look(self.connection, collection_id)
            if seen["isValid"] or attempt == VERIFY_ATTEMPTS - 1:
                return seen
            time.sleep(1)
        return None


def style_form(style, title, with_sld):
    sld = {"name": "sld", "text": style["sld"], "fileName": "style.sld", "contentType": "application/vnd.ogc.sld+xml"}
    return ([sld] if with_sld else []) + [
        {"name": "qml", "text": style["qml"], "fileName": "style.qml", "contentType": "application/xml"},
        {"name": "title", "text": title[:200]},
    ]


def as_json(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
