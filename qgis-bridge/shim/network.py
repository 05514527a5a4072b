"""Everything that goes to a server: through QGIS's network access (proxy, certificates) with QGIS's stored token.

Addresses are built here, from the connection, the plugin's table of operations, and percent-encoded parameters. A
redirect to another origin is not followed, an answer that is too large is not read, and a certificate that is not
trusted ends the request.

Code that runs in a line (Processing, other threads) uses `bridge.wait_on_main` around the same functions. QGIS's
QgsBlockingNetworkRequest is not used: it follows redirects with the token, and knows no PATCH.
"""
import errno
import json
import os
import re
import secrets
from urllib.parse import quote, urlencode, urlsplit

from qgis.core import QgsApplication, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QByteArray, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from .bridge import Deferred, Failure, flow, guarded, wait_for

MOST_ANSWER_BYTES = 20_000_000
MOST_REDIRECTS = 3

_ERRORS = QNetworkReply.NetworkError
_REDIRECTS = (301, 302, 303, 307, 308)
_PLACE = re.compile(r"\{(\w+)\}")


class Answer:
    """Status, headers (names in lower case) and bytes of what a server said."""

    def __init__(self, status, headers, content, url):
        self.status = status
        self.headers = headers
        self.content = content
        self.url = url

    @property
    def media_type(self):
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def is_json(self):
        return self.media_type == "application/json" or self.media_type.endswith("+json")

    def json(self):
        """What the answer holds as JSON; None when it is none."""
        if not self.is_json:
            return None
        try:
            return json.loads(self.content.decode("utf-8"))
        except ValueError:
            return None


def origin_of(url):
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return (parts.scheme.lower(), (parts.hostname or "").lower(), port)


def host_of(url):
    parts = urlsplit(url)
    return parts.hostname or url


class Network:
    def __init__(self, context, operations):
        self._context = context
        self._operations = operations

    # Operations of the contract --------------------------------------------------------------------------------

    def call(self, connection_id, operation, path=None, query=None, body=None, form=None, if_match=None,
             idempotency_key=None):
        """An operation by its name, as the verb api.call has it → Deferred of an ApiAnswer."""
        connection = self._context.connections.get(connection_id)
        asked = self._asked(connection, operation, path or {}, query or {}, body, form)
        headers = {"Accept": "application/json, application/geo+json, */*;q=0.5"}
        if if_match is not None:
            headers["If-Match"] = if_match
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        headers.update(asked["headers"])
        for value in headers.values():
            self._demand_header(operation, value)
        done = Deferred()
        sent = self.send(connection, asked["method"], asked["path"], asked["content"], headers)
        done.on_cancel = sent.cancel

        def answered(answer, failure):
            if failure is not None:
                done.reject(failure)
                return
            try:
                done.resolve(self._to_api_answer(answer, asked["answer"]))
            except Exception as error:  # noqa: BLE001 – it becomes the answer
                done.reject(error)

        sent.then(answered)
        return done

    def call_blocking(self, connection_id, operation, is_cancelled=None, **named):
        return wait_for(self.call(connection_id, operation, **named), is_cancelled)

    def _asked(self, connection, operation, path, query, body, form):
        say = self._context.say
        entry = self._operations.get(operation)
        if entry is None:
            raise Failure("protocol", say("operation_unknown", operation=operation))
        if entry["needsToken"] and not connection.authcfg and connection.bearer is None:
            raise Failure("no-token", say("operation_access", name=connection.name), say("operation_access_remedy"))
        names = set(_PLACE.findall(entry["path"]))
        for name in sorted(names):
            value = path.get(name, "")
            # "." and ".." stay as they are when percent-encoded, and would lead to another operation.
            if not value or set(value) <= {"."}:
                raise Failure("protocol", say("operation_parameter", operation=operation, name=name))
        extra = [name for name in path if name not in names] + [name for name in query if name not in entry["query"]]
        takes = entry["body"]
        if (body is not None and takes not in ("json", "merge-patch")) or (form is not None and takes != "form"):
            extra.append("a body")
        if extra:
            raise Failure("protocol", say("operation_extra", operation=operation, name=", ".join(extra)))
        address = _PLACE.sub(lambda found: quote(path[found.group(1)], safe=""), entry["path"])
        if query:
            texts = {name: _query_text(value) for name, value in query.items()}
            address += "?" + urlencode(texts, quote_via=quote)
        content, headers = self._content(body, form, takes)
        return {"method": entry["method"].upper(), "path": address, "content": content, "headers": headers,
                "answer": entry["answer"]}

    @staticmethod
    def _content(body, form, takes):
        if form is not None:
            return multipart(form)
        if body is None:
            return None, {}
        media_type = "application/merge-patch+json" if takes == "merge-patch" else "application/json"
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), {"Content-Type": media_type}

    def _demand_header(self, operation, value):
        if any(ord(character) < 32 or ord(character) > 126 for character in value):
            raise Failure("protocol", self._context.say("operation_extra", operation=operation, name=repr(value)))

    def _to_api_answer(self, answer, wanted):
        body = answer.json()
        text = None
        if body is None and answer.content and wanted == "json":
            raise Failure("problem", self._context.say("not_json", status=answer.status), data=_bare(answer))
        if wanted == "text":
            body, text = None, answer.content.decode("utf-8", "replace")
        return {"status": answer.status, "body": body, "text": text, "etag": answer.headers.get("etag"),
                "location": answer.headers.get("location")}

    # Requests --------------------------------------------------------------------------------------------------

    @flow
    def send(self, connection, method, path, content=None, headers=None, progress=None, accept=()):
        """One request below the connection's address → Deferred of an Answer.

        Refusals of the server are rejected as a Failure, except for the statuses in `accept`. `progress(done, total)`
        is of the bytes sent.
        """
        url = connection.url + path
        for _hop in range(MOST_REDIRECTS + 1):
            answer = yield self._once(connection, method, url, content, headers or {}, progress)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or target is None:
                break
            url = self._followed(url, target, method, answer)
        self._demand_success(answer, connection, accept)
        return answer

    def download(self, connection_id, path, target, progress=None):
        """Writes what is at a path below the connection to the file `target` → Deferred of the number of bytes.

        It is written beside the target first; a download that fails leaves nothing.
        """
        connection = self._context.connections.get(connection_id)
        return self._download(connection, path, target, progress)

    @flow
    def _download(self, connection, path, target, progress):
        part = target + ".part"
        written = {"bytes": 0}
        try:
            with open(part, "wb") as file:

                def take(chunk):
                    file.write(chunk)
                    written["bytes"] += len(chunk)

                answer = yield self._once(connection, "GET", connection.url + path, None, {}, progress, take)
            target_url = answer.headers.get("location")
            if answer.status in _REDIRECTS and target_url is not None:
                self._followed(answer.url, target_url, "POST", answer)
            self._demand_success(answer, connection, ())
            os.replace(part, target)
        except OSError as error:
            raise self._disk_failure(error) from error
        finally:
            if os.path.exists(part):
                os.unlink(part)
        return written["bytes"]

    def _disk_failure(self, error):
        if error.errno == errno.ENOSPC:
            return Failure("disk-full", self._context.say("disk_full"), self._context.say("disk_full_remedy"))
        return error

    def _followed(self, url, target, method, answer):
        say = self._context.say
        there = bytes(QUrl(url).resolved(QUrl(target)).toEncoded()).decode("ascii")
        if origin_of(there) == origin_of(url) and method in ("GET", "HEAD"):
            return there
        scheme, host, port = origin_of(there)
        shown = f"{scheme}://{host}" + ("" if port in (80, 443, None) else f":{port}")
        raise Failure("problem", say("redirect", target=shown), say("redirect_remedy", target=shown), _bare(answer))

    def _once(self, connection, method, url, content, headers, progress, take=None):
        """One request, no redirects. With `take` the content of a good answer goes there piece by piece."""
        say = self._context.say
        done = Deferred()
        request = QNetworkRequest(QUrl.fromEncoded(QByteArray(url.encode("ascii")), QUrl.ParsingMode.StrictMode))
        attribute = QNetworkRequest.Attribute
        for key, value in (
            (attribute.RedirectPolicyAttribute, QNetworkRequest.RedirectPolicy.ManualRedirectPolicy),
            (attribute.CacheLoadControlAttribute, QNetworkRequest.CacheLoadControl.AlwaysNetwork),
            (attribute.CookieLoadControlAttribute, QNetworkRequest.LoadControl.Manual),
            (attribute.CookieSaveControlAttribute, QNetworkRequest.LoadControl.Manual),
            (attribute.AuthenticationReuseAttribute, QNetworkRequest.LoadControl.Manual),
        ):
            # As a number: Qt does not see the value of an enumeration of PyQt6.
            request.setAttribute(key, int(getattr(value, "value", value)))
        request.setAttribute(attribute.CacheSaveControlAttribute, False)
        for name, value in headers.items():
            request.setRawHeader(name.encode("ascii"), value.encode("latin-1"))
        if connection.bearer is not None:
            request.setRawHeader(b"Authorization", b"Bearer " + connection.bearer.encode("ascii"))
        elif connection.authcfg:
            updated = QgsApplication.authManager().updateNetworkRequest(request, connection.authcfg)
            if not (updated[0] if isinstance(updated, tuple) else updated):
                done.reject(Failure("auth-store", say("auth_unreadable"), say("auth_unreadable_remedy")))
                return done
            if isinstance(updated, tuple) and len(updated) > 1:
                request = updated[1]
        manager = QgsNetworkAccessManager.instance()
        body = QByteArray(content) if content is not None else QByteArray()
        if method == "GET":
            reply = manager.get(request)
        elif method == "HEAD":
            reply = manager.head(request)
        else:
            reply = manager.sendCustomRequest(request, method.encode("ascii"), body)
        state = {"cancelled": False, "too_large": False, "tls": [], "chunks": [], "size": 0, "broke": None}
        log = self._context.log

        def status():
            value = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
            return None if value is None else int(value)

        def stop():
            state["cancelled"] = True
            try:
                reply.abort()
            except RuntimeError:
                # QGIS is closing, and has taken its network apart before us.
                done.reject(Failure("cancelled", say("cancelled")))

        @guarded(log)
        def read():
            chunk = bytes(reply.readAll())
            if take is not None and status() == 200:
                if state["broke"] is None:
                    try:
                        take(chunk)
                    except OSError as error:
                        state["broke"] = error
                        reply.abort()
                return
            state["size"] += len(chunk)
            if state["size"] > MOST_ANSWER_BYTES:
                if not state["too_large"]:
                    state["too_large"] = True
                    state["chunks"].clear()
                    reply.abort()
                return
            state["chunks"].append(chunk)

        @guarded(log)
        def finish():
            if not connected:
                return
            read()
            done.on_cancel = None
            found = status()
            answer_headers = {
                bytes(pair[0]).decode("latin-1").lower(): bytes(pair[1]).decode("latin-1")
                for pair in reply.rawHeaderPairs()
            }
            error, why = reply.error(), reply.errorString()
            for signal, slot in connected:
                signal.disconnect(slot)
            connected.clear()
            reply.deleteLater()
            failure = self._fault(state, error, why, found, url)
            answer = None if failure else Answer(found, answer_headers, b"".join(state["chunks"]), url)
            # Never in this slot: whoever waits may open a dialog, whose event loop would run inside the reply's own code.
            QTimer.singleShot(0, lambda: done.resolve(answer) if failure is None else done.reject(failure))

        done.on_cancel = stop
        connected = [
            (reply.sslErrors, lambda errors: state["tls"].extend(each.errorString() for each in errors)),
            (reply.readyRead, read),
            (reply.finished, finish),
        ]
        if progress is not None:
            told = guarded(log)(progress)
            signal = reply.downloadProgress if method == "GET" else reply.uploadProgress
            # Qt ends with (0, 0), and says -1 when it does not know.
            connected.append((signal, lambda sent, total: told(sent, total) if total > 0 else None))
        for signal, slot in connected:
            signal.connect(slot)
        return done

    def _fault(self, state, error, why, status, url):
        say = self._context.say
        host = host_of(url)
        if state["cancelled"]:
            return Failure("cancelled", say("cancelled"))
        if state["broke"] is not None:
            return self._disk_failure(state["broke"])
        if state["too_large"]:
            return Failure("problem", say("too_large", megabytes=MOST_ANSWER_BYTES // 1_000_000), data={
                "status": status, "problem": {"type": "about:blank", "title": "Answer too large", "status": status}})
        if error == _ERRORS.SslHandshakeFailedError:
            return Failure("tls", say("tls", host=host, why=", ".join(state["tls"]) or why), say("tls_remedy"))
        if error == _ERRORS.OperationCanceledError or error == _ERRORS.TimeoutError:
            # Nobody here aborted it, so it was QGIS's timer.
            return Failure("timeout", say("timeout", host=host), say("timeout_remedy"))
        # Qt calls refusals of the server errors too; they have a status. A line that breaks within an answer has both.
        is_broken = error in (_ERRORS.RemoteHostClosedError, _ERRORS.TemporaryNetworkFailureError,
                              _ERRORS.NetworkSessionFailedError, _ERRORS.UnknownNetworkError)
        if status is None or is_broken:
            return Failure("offline", say("offline", host=host, why=why), say("offline_remedy"))
        return None

    def _demand_success(self, answer, connection, accept):
        if answer.status < 400 or answer.status in accept:
            return
        say = self._context.say
        if answer.status == 401:
            if connection.bearer is None and not connection.authcfg:
                message = say("operation_access", name=connection.name)
                raise Failure("no-token", message, say("operation_access_remedy"))
            raise Failure("token-refused", say("access_refused"), say("access_refused_remedy"), _bare(answer))
        problem = answer.json()
        if isinstance(problem, dict) and isinstance(problem.get("title"), str):
            message = problem.get("detail") or problem["title"]
            raise Failure("problem", str(message), data={"problem": problem, "status": answer.status})
        raise Failure("problem", say("problem_bare", status=answer.status), data=_bare(answer))


def _bare(answer):
    """Data of a failure for an answer without a problem document."""
    problem = answer.json()
    if not (isinstance(problem, dict) and isinstance(problem.get("title"), str)):
        problem = {"type": "about:blank", "title": f"Status {answer.status}", "status": answer.status}
    return {"problem": problem, "status": answer.status}


def _query_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def multipart(parts):
    """Content and header of a multipart form of texts. As bytes, so that nothing of it has to outlive this call."""
    boundary = "secims" + secrets.token_hex(16)
    lines = []
    for part in parts:
        disposition = f'form-data; name="{part["name"]}"'
        if "fileName" in part:
            disposition += f'; filename="{part["fileName"]}"'
        lines.append(f"--{boundary}\r\nContent-Disposition: {disposition}\r\n")
        if "contentType" in part or "fileName" in part:
            lines.append(f"Content-Type: {part.get('contentType', 'application/octet-stream')}\r\n")
        lines.append(f"\r\n{part['text']}\r\n")
    lines.append(f"--{boundary}--\r\n")
    content = "".join(lines).encode("utf-8", "replace")
    return content, {"Content-Type": f'multipart/form-data; boundary="{boundary}"'}


def verbs(context):
    def call(parameters, _call):
        return context.network.call(
            parameters["connection"], parameters["operation"], path=parameters.get("path"),
            query=parameters.get("query"), body=parameters.get("body"), form=parameters.get("form"),
            if_match=parameters.get("ifMatch"), idempotency_key=parameters.get("idempotencyKey"))

    return {"api.call": call}
