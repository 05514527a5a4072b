"""Resumable uploads (tus 1.0): in pieces, each with its checksum, from disk, without QGIS standing still.

What is needed to go on is in QGIS's settings before the first byte is sent, so an upload outlives a lost network, a
new token, and the death of QGIS. A pending upload ends by success, by the server refusing the file, or by discarding.
"""
import base64
import hashlib
import os
import re
import secrets
import time
from datetime import datetime, timezone
from urllib.parse import urlsplit

from qgis.PyQt.QtCore import QTimer

from .bridge import Deferred, Failure, flow, guarded, pause, wait_for
from .words import say

PIECE_BYTES = 8 * 1024 * 1024
# Read and hashed at once, on the main thread: 2 ms.
SLICE_BYTES = 512 * 1024
# A server that is started again is back by then, also on a slow machine.
RETRY_SECONDS = (1, 2, 4, 8, 16, 30)
PROBE_WAIT_SECONDS = 10

_PENDING = re.compile(r"p[0-9a-f]{16}")
_UPLOAD = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TUS = {"Tus-Resumable": "1.0.0"}
_CONFLICT, _LOCKED, _DAMAGED, _DISK_FULL = 409, 423, 460, 507
_GONE = (404, 410)
# Refusals of the moment; whoever stands between may also send 502 and 504.
_LATER = (408, _CONFLICT, _LOCKED, 425, 429, _DAMAGED, 500, 502, 503, 504)


class _Expired(Failure):
    """The server does not know the upload any more, or not for this person: it is begun anew, once."""


class Uploads:
    def __init__(self, context):
        self._context = context
        self._running = set()
        self.piece_bytes = PIECE_BYTES
        self.retry_seconds = RETRY_SECONDS

    # What is pending -------------------------------------------------------------------------------------------

    def pending(self):
        """Uploads that were interrupted, oldest first; those whose file has gone are forgotten."""
        found = []
        for pending_id in self._context.settings.names("uploads"):
            state = self._find(pending_id)
            if state is None or pending_id in self._running:
                continue
            if not self._has_file(state):
                self._forget(pending_id)
                continue
            shown = {key: state[key] for key in ("connection", "fileName", "sentBytes", "sizeBytes", "startedAt", "note")}
            if state.get("layer"):
                shown["layer"] = state["layer"]
            found.append({"pending": pending_id, **shown})
        return sorted(found, key=lambda upload: upload["startedAt"])

    def send(self, connection_id, file, file_name, call, layer=None, note=None):
        """A file of `context.files` → Deferred of {uploadId, sha256, sizeBytes}."""
        self._context.connections.get(connection_id)
        path = self._context.files.get(file)
        if path is None or not os.path.isfile(path):
            raise self._no_file()
        pending_id = "p" + secrets.token_hex(8)
        self._keep(pending_id, {
            "connection": connection_id, "file": file, "path": path, "fileName": file_name, "layer": layer,
            "note": note or {}, "sizeBytes": os.path.getsize(path), "sentBytes": 0, "uploadId": None,
            "startedAt": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        })
        return self._start(pending_id, call)

    def send_blocking(self, connection_id, file, file_name, call, is_cancelled=None):
        return wait_for(self.send(connection_id, file, file_name, call), is_cancelled)

    def resume(self, pending_id, call):
        state = self._get(pending_id)
        if pending_id in self._running:
            raise Failure("protocol", self._context.say("pending_running"))
        if not self._has_file(state):
            self._forget(pending_id)
            raise self._no_file()
        self._context.files[state["file"]] = state["path"]
        return self._start(pending_id, call)

    @flow
    def discard(self, pending_id):
        state = self._get(pending_id)
        if pending_id in self._running:
            raise Failure("protocol", self._context.say("pending_running"))
        connection = self._context.connections.find(state["connection"])
        if connection is not None and state["uploadId"]:
            try:
                yield self._context.network.send(
                    connection, "DELETE", f"/api/v1/tus/{state['uploadId']}", headers=_TUS, accept=_GONE)
            except Failure as failure:
                # Given up here all the same; the server forgets what nobody continues.
                self._context.log("warning", f"The server was not told of a discarded upload. {failure.message}")
        if self._has_file(state):
            os.unlink(state["path"])
        self._context.files.pop(state["file"], None)
        self._forget(pending_id)
        return {}

    def _find(self, pending_id):
        state = self._context.settings.get_json(f"uploads/{pending_id}") if _PENDING.fullmatch(pending_id) else None
        wanted = {"connection": str, "file": str, "path": str, "fileName": str, "sizeBytes": int, "sentBytes": int,
                  "startedAt": str, "note": dict}
        if state is None or not all(isinstance(state.get(key), kind) for key, kind in wanted.items()):
            return None
        if state.get("uploadId") is not None and not _UPLOAD.fullmatch(str(state["uploadId"])):
            return None
        return state

    def _get(self, pending_id):
        state = self._find(pending_id)
        if state is None:
            raise Failure("no-file", self._context.say("no_pending"), self._context.say("no_file_remedy"))
        return state

    def _keep(self, pending_id, state):
        self._context.settings.set_json(f"uploads/{pending_id}", state)
        self._context.settings.flush()

    def _forget(self, pending_id):
        self._context.settings.remove(f"uploads/{pending_id}")
        self._context.settings.flush()

    def _has_file(self, state):
        """Settings are a file people can edit: what they name is sent only from our own folder."""
        outbox = os.path.realpath(self._context.outbox()) + os.sep
        path = os.path.realpath(state["path"])
        return path.startswith(outbox) and os.path.isfile(path) and os.path.getsize(path) == state["sizeBytes"]

    def _no_file(self):
        return Failure("no-file", self._context.say("no_file"), self._context.say("no_file_remedy"))

    # Sending ---------------------------------------------------------------------------------------------------

    def _start(self, pending_id, call):
        self._running.add(pending_id)
        whole = self._whole(pending_id, call)
        # The panel may list what is pending as soon as it has the answer, so this comes before its own `then`.
        whole.then(lambda _result, _failure: self._running.discard(pending_id))
        return whole

    @flow
    def _whole(self, pending_id, call):
        state = self._get(pending_id)
        try:
            try:
                yield self._sent(pending_id, state, call)
            except _Expired:
                state.update(uploadId=None, sentBytes=0)
                yield self._sent(pending_id, state, call)
            upload = yield self._probed(state)
        except Failure as failure:
            raise self._explained(failure, state) from failure
        self._forget(pending_id)
        if upload["state"] == "refused":
            problem = upload.get("problem") or {}
            message = problem.get("detail") or problem.get("title") or self._context.say("problem_bare", status=422)
            raise Failure("problem", message, data={"problem": problem, "status": problem.get("status", 422)})
        return {"uploadId": upload["id"], "sha256": upload["sha256"], "sizeBytes": upload["sizeBytes"]}

    @flow
    def _sent(self, pending_id, state, call):
        connection = self._context.connections.get(state["connection"])
        speed = _Speed(state["sentBytes"])
        failures = 0
        # Only the server knows how much of an interrupted piece it has.
        offset = None
        while True:
            try:
                if state["uploadId"] is None:
                    state["uploadId"] = yield self._created(connection, state)
                    offset = 0
                elif offset is None:
                    offset = yield self._offset(connection, state)
                if state["sentBytes"] != offset or offset == 0:
                    failures = 0 if offset > state["sentBytes"] else failures
                    state["sentBytes"] = offset
                    self._keep(pending_id, state)
                call.progress("upload", offset, state["sizeBytes"], speed.at(offset))
                if offset >= state["sizeBytes"]:
                    return None
                piece, digest = yield _read_piece(state["path"], offset, self.piece_bytes, self._context.log)
                start = offset
                offset = yield self._appended(
                    connection, state, start, piece, digest,
                    lambda done, _total: call.progress("upload", start + done, state["sizeBytes"], speed.at(start + done)))
                failures = 0
            except Failure as failure:
                if not _may_pass(failure):
                    raise
                if failures >= len(self.retry_seconds):
                    raise
                self._context.log("info", f"Upload {pending_id} tries again: {failure.message}")
                yield pause(self.retry_seconds[failures])
                failures += 1
                offset = None

    @flow
    def _created(self, connection, state):
        name = base64.b64encode(state["fileName"].encode("utf-8", "replace")).decode("ascii")
        headers = {**_TUS, "Upload-Length": str(state["sizeBytes"]), "Upload-Metadata": f"filename {name}"}
        answer = yield self._context.network.send(connection, "POST", "/api/v1/tus", headers=headers)
        # Only the id is taken: the token goes nowhere but to the connection's own address.
        upload_id = urlsplit(answer.headers.get("location", "")).path.rstrip("/").rsplit("/", 1)[-1]
        if not _UPLOAD.fullmatch(upload_id):
            raise Failure("problem", self._context.say("not_json", status=answer.status))
        return upload_id

    @flow
    def _offset(self, connection, state):
        answer = yield self._context.network.send(
            connection, "HEAD", f"/api/v1/tus/{state['uploadId']}", headers=_TUS, accept=_GONE)
        if answer.status in _GONE:
            raise self._expired(answer)
        return self._offset_of(answer, state)

    @flow
    def _appended(self, connection, state, offset, piece, digest, progress):
        checksum = base64.b64encode(digest).decode("ascii")
        headers = {**_TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream",
                   "Upload-Checksum": f"sha256 {checksum}"}
        answer = yield self._context.network.send(
            connection, "PATCH", f"/api/v1/tus/{state['uploadId']}", piece, headers, progress, accept=_GONE)
        if answer.status in _GONE:
            raise self._expired(answer)
        return self._offset_of(answer, state)

    def _offset_of(self, answer, state):
        text = answer.headers.get("upload-offset", "")
        if not text.isdigit() or int(text) > state["sizeBytes"]:
            raise Failure("problem", self._context.say("not_json", status=answer.status))
        return int(text)

    @flow
    def _probed(self, state):
        """Waits until the server has read the file. Nothing is lost by asking again, so faults are retried too."""
        connection = self._context.connections.get(state["connection"])
        address = f"/api/v1/uploads/{state['uploadId']}?wait={PROBE_WAIT_SECONDS}"
        failures = 0
        while True:
            try:
                answer = yield self._context.network.send(connection, "GET", address, accept=_GONE)
                if answer.status in _GONE:
                    raise self._expired(answer)
                upload = answer.json()
                if not isinstance(upload, dict) or "state" not in upload:
                    raise Failure("problem", self._context.say("not_json", status=answer.status))
                if upload["state"] in ("ready", "refused"):
                    return upload
                failures = 0
                yield pause(0.2)
            except Failure as failure:
                if not _may_pass(failure) or failures >= len(self.retry_seconds):
                    raise
                yield pause(self.retry_seconds[failures])
                failures += 1

    def _expired(self, answer):
        problem = answer.json() or {"type": "about:blank", "title": f"Status {answer.status}", "status": answer.status}
        message = self._context.say("problem_bare", status=answer.status)
        return _Expired("problem", message, data={"problem": problem, "status": answer.status})

    def _explained(self, failure, state):
        """The same failure in the words of an upload: what is kept, and how it goes on."""
        say = self._context.say
        status = (failure.data or {}).get("status")
        percent = int(100 * state["sentBytes"] / max(1, state["sizeBytes"]))
        if failure.code == "cancelled":
            return Failure("cancelled", say("upload_cancelled"))
        if failure.code == "token-refused":
            return Failure(failure.code, failure.message, say("upload_access_remedy"), failure.data)
        if status == _DISK_FULL:
            return Failure("disk-full", say("upload_disk"), say("upload_disk_remedy"), failure.data)
        if status == _DAMAGED:
            return Failure("problem", say("upload_damaged"), say("upload_paused_remedy"), failure.data)
        if failure.code in ("offline", "timeout"):
            return Failure(failure.code, say("upload_paused", percent=percent), say("upload_paused_remedy"))
        return failure


def _may_pass(failure):
    return failure.code in ("offline", "timeout") or (
        failure.code == "problem" and (failure.data or {}).get("status") in _LATER)


class _Speed:
    """Bytes a second since this run began; what was there before does not count."""

    def __init__(self, offset):
        self._from = offset
        self._since = time.monotonic()

    def at(self, offset):
        return max(0.0, (offset - self._from) / max(0.001, time.monotonic() - self._since))


def _read_piece(path, offset, most_bytes, log):
    """The next bytes and their SHA-256, read and hashed a slice at a time between QGIS's own work."""
    done = Deferred()
    try:
        file = open(path, "rb")
        file.seek(offset)
    except OSError as error:
        done.reject(error)
        return done
    chunks, digest = [], hashlib.sha256()
    state = {"left": most_bytes}

    def end(failure=None):
        file.close()
        if failure is None:
            done.resolve((b"".join(chunks), digest.digest()))
        else:
            done.reject(failure)

    @guarded(log)
    def read():
        if done.is_settled:
            return
        try:
            chunk = file.read(min(SLICE_BYTES, state["left"]))
        except OSError as error:
            end(error)
            return
        digest.update(chunk)
        chunks.append(chunk)
        state["left"] -= len(chunk)
        if not chunk or state["left"] <= 0:
            end()
        else:
            # With 0 ms Qt would call again before it does anything else.
            QTimer.singleShot(1, read)

    done.on_cancel = lambda: end(Failure("cancelled", say("cancelled")))
    QTimer.singleShot(0, read)
    return done


def verbs(context):
    uploads = context.uploads

    def send(parameters, call):
        return uploads.send(parameters["connection"], parameters["file"], parameters["fileName"], call,
                            parameters.get("layer"), parameters.get("note"))

    return {
        "upload.send": send,
        "uploads.pending": lambda _parameters, _call: {"uploads": uploads.pending()},
        "upload.resume": lambda parameters, call: uploads.resume(parameters["pending"], call),
        "upload.discard": lambda parameters, _call: uploads.discard(parameters["pending"]),
    }
