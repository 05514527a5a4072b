"""Messages between the panel and QGIS: calls and their answers, cancelling, events.

Nothing raised here ever leaves a slot: PyQt ends the process, or QGIS shows a traceback, when a Python exception
reaches Qt.
"""
import functools
import json
import re
import threading
import time
import traceback

from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QThread, QTimer, pyqtSignal, pyqtSlot

from .protocol import Mismatch, read_text
from .words import say

PROTOCOL_VERSION = 1


class Failure(Exception):
    """What went wrong, for people: a code of the protocol, a sentence, and what to do."""

    def __init__(self, code, message, remedy=None, data=None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.data = data

    def to_json(self):
        told = {"code": self.code, "message": self.message}
        if self.remedy:
            told["remedy"] = self.remedy
        if self.data is not None:
            told["data"] = self.data
        return told


def to_failure(error):
    """Whatever was raised, as a Failure; what we did not foresee carries its trace for the report."""
    if isinstance(error, Failure):
        return error
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return Failure("internal", f"The plugin made a mistake: {error}", data={"trace": trace[-4000:]})


def guarded(log, answer=None):
    """Wraps what Qt calls: whatever it raises is written to the log, and `answer` is given instead."""

    def wrap(function):
        @functools.wraps(function)
        def call(*args):
            try:
                return function(*args)
            except Exception as error:  # noqa: BLE001
                log("error", to_failure(error).data["trace"] if not isinstance(error, Failure) else error.message)
                return answer

        return call

    return wrap


class Deferred:
    """A result that comes later, on the thread it was asked from. It is settled once; later attempts are ignored.

    What is settled holds on to nothing. Otherwise circles remain that go through Qt's objects, and Python's garbage
    collector takes those apart on whatever thread it happens to run.
    """

    def __init__(self, on_cancel=None):
        self._settled = None
        self._waiting = []
        self.on_cancel = on_cancel

    @property
    def is_settled(self):
        return self._settled is not None

    def resolve(self, result=None):
        self._settle(result, None)

    def reject(self, failure):
        self._settle(None, to_failure(failure))

    def then(self, callback):
        """`callback(result, failure)`; one of them is None."""
        if self._settled is None:
            self._waiting.append(callback)
        else:
            callback(*self._settled)
        return self

    def cancel(self):
        """Asks whoever works on it to stop; it is still settled, usually as `cancelled`."""
        if self._settled is None and self.on_cancel is not None:
            self.on_cancel()

    def _settle(self, result, failure):
        if self._settled is not None:
            return
        self._settled = (result, failure)
        waiting, self._waiting = self._waiting, []
        self.on_cancel = None
        for callback in waiting:
            callback(result, failure)


def flow(function):
    """Makes a generator that yields Deferreds a function that returns one.

    A step that fails raises its Failure at the `yield`. Cancelling reaches the step that is being waited for; when that
    step cannot be cancelled, the flow ends itself as soon as the step has ended.
    """

    @functools.wraps(function)
    def start(*args, **named):
        whole = Deferred()
        state = {"step": None, "cancelled": False}
        steps = function(*args, **named)

        def go_on(result, failure):
            try:
                if state["cancelled"] and failure is None:
                    failure = Failure("cancelled", say("cancelled"))
                state["step"] = steps.send(result) if failure is None else steps.throw(failure)
            except StopIteration as stop:
                state["step"] = None
                whole.resolve(stop.value)
                return
            except Exception as error:  # noqa: BLE001 – it becomes the answer
                state["step"] = None
                whole.reject(error)
                return
            state["step"].then(go_on)

        def cancel():
            state["cancelled"] = True
            if state["step"] is not None:
                state["step"].cancel()

        whole.on_cancel = cancel
        go_on(None, None)
        return whole

    return start


def pause(seconds):
    """A Deferred that is resolved after a while; cancelling ends the wait."""
    waited = Deferred()
    waited.on_cancel = lambda: waited.reject(Failure("cancelled", say("cancelled")))
    QTimer.singleShot(int(seconds * 1000), lambda: waited.resolve())
    return waited


def wait_for(deferred, is_cancelled=None):
    """The result of a Deferred for code that runs in a line: Processing algorithms and other threads."""
    if not deferred.is_settled:
        loop = QEventLoop()
        deferred.then(lambda _result, _failure: loop.quit())
        watch = QTimer()

        def look():
            if is_cancelled is not None and is_cancelled():
                watch.stop()
                deferred.cancel()

        watch.timeout.connect(look)
        if is_cancelled is not None:
            watch.start(100)
        if not deferred.is_settled:
            loop.exec() if hasattr(loop, "exec") else loop.exec_()
        watch.stop()
        watch.timeout.disconnect(look)
    outcome = []
    deferred.then(lambda result, failure: outcome.append((result, failure)))
    result, failure = outcome[0]
    if failure is not None:
        raise failure
    return result


class _MainThread(QObject):
    """Does what other threads ask for on QGIS's main thread."""

    asked = pyqtSignal(object)

    def __init__(self):
        super().__init__()
        self.moveToThread(QCoreApplication.instance().thread())
        self.asked.connect(self.perform, Qt.ConnectionType.QueuedConnection)

    @pyqtSlot(object)
    def perform(self, work):
        # What is asked for here catches what it raises.
        work()


def wait_on_main(start, is_cancelled=None):
    """The result of the Deferred that `start()` returns; it is started, and settled, on the main thread.

    For work in other threads that needs Qt's network. PyQt hears of a reply's end on the main thread, and when the next
    reply of another thread has got its place in memory by then, PyQt takes the new one for deleted: the answer never
    arrives. The main thread must not stand still and wait for the thread that calls this.
    """
    if QThread.currentThread() == QCoreApplication.instance().thread():
        return wait_for(start(), is_cancelled)
    settled, running, outcome = threading.Event(), [], []

    def end(result, failure):
        outcome.append((result, failure))
        settled.set()

    def begin():
        try:
            running.append(start())
            running[0].then(end)
        except Exception as error:  # noqa: BLE001 – it becomes the answer
            end(None, to_failure(error))

    def cancel():
        if running:
            running[0].cancel()

    main = _MainThread()
    main.asked.emit(begin)
    has_cancelled = False
    while not settled.wait(0.05):
        if not has_cancelled and is_cancelled is not None and is_cancelled():
            has_cancelled = True
            main.asked.emit(cancel)
    main.deleteLater()
    result, failure = outcome[0]
    if failure is not None:
        raise failure
    return result


class Call:
    """One call of the panel, as the verb that answers it sees it."""

    # More would cost the panel more time than it gives the person.
    SECONDS_BETWEEN_PROGRESS = 0.1

    def __init__(self, call_id, emit):
        self.id = call_id
        self.is_cancelled = False
        self._emit = emit
        self._on_cancel = []
        self._told = (None, 0.0)

    def progress(self, stage, done, total, bytes_per_second=None):
        now = time.monotonic()
        told_stage, told_at = self._told
        if stage == told_stage and done < total and now - told_at < self.SECONDS_BETWEEN_PROGRESS:
            return
        self._told = (stage, now)
        payload = {"call": self.id, "stage": stage, "done": done, "total": total}
        if bytes_per_second is not None:
            payload["bytesPerSecond"] = round(bytes_per_second)
        self._emit("progress", payload)

    def on_cancel(self, stop):
        if self.is_cancelled:
            stop()
        else:
            self._on_cancel.append(stop)

    def cancel(self):
        self.is_cancelled = True
        waiting, self._on_cancel = self._on_cancel, []
        for stop in waiting:
            stop()


class Bridge(QObject):
    """Between one host and the verbs. `host` has the signals `received(text)` and the method `send(text)`."""

    # The panel writes id among the first members; this finds whom to answer when the rest is unusable.
    _CALL_ID = re.compile(r'"id"\s*:\s*([1-9]\d{0,14})\b')

    def __init__(self, host, protocol, verbs, hello, log, parent=None):
        super().__init__(parent)
        self._host = host
        self._protocol = protocol
        self._verbs = verbs
        self._hello = hello
        self._log = log
        self._has_said_hello = False
        self._running = {}
        self._is_closed = False
        # Queued: a verb may open a dialog, which must not happen inside the web view's own call.
        host.received.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    def emit(self, name, payload):
        """An event for the panel; nothing when nobody has said hello yet."""
        if self._is_closed or not self._has_said_hello:
            return
        try:
            self._protocol.demand_event(name, payload)
            self._send({"t": "evt", "n": name, "p": payload})
        except (Mismatch, ValueError) as error:
            # Events are sent from slots, and nobody waits for them.
            self._log("error", f"The plugin made a mistake: its event {name} is wrong. {error}")

    def close(self):
        """Stops what runs and answers nothing any more."""
        self._is_closed = True
        running, self._running = self._running, {}
        for call in running.values():
            call.cancel()

    @pyqtSlot(str)
    def _receive(self, text):
        guarded(self._log)(self._take)(text)

    def _take(self, text):
        if self._is_closed:
            return
        try:
            message = read_text(text)
            self._protocol.demand_message(message)
        except Mismatch as mismatch:
            found = self._CALL_ID.search(text[:300])
            self._refuse(int(found.group(1)) if found else None, str(mismatch))
            return
        kind = message["t"]
        if kind == "hello" and "panel" in message:
            # A panel that was loaded again knows nothing of what runs; its call ids start anew.
            for call in list(self._running.values()):
                call.cancel()
            self._running = {}
            self._has_said_hello = True
            self._send(self._hello())
        elif kind == "call":
            self._begin(message)
        elif kind == "cancel":
            call = self._running.get(message["id"])
            if call is not None:
                call.cancel()
        else:
            self._log("warning", f"The panel sent a message of the kind {kind}, which is QGIS's to send.")

    def _begin(self, message):
        call_id, verb = message["id"], message["m"]
        if not self._has_said_hello:
            self._refuse(call_id, "The panel called before it said hello.")
            return
        if call_id in self._running:
            self._refuse(call_id, f"Call {call_id} is still running; a new call needs a new number.")
            return
        parameters = message.get("p") or {}
        try:
            self._protocol.demand_parameters(verb, parameters)
        except Mismatch as mismatch:
            self._refuse(call_id, f"{verb[:64]}: {mismatch}")
            return
        call = Call(call_id, self.emit)
        self._running[call_id] = call
        try:
            if verb not in self._verbs:
                raise Failure("internal", f"This plugin has no code for {verb}.")
            result = self._verbs[verb](parameters, call)
        except Exception as error:  # noqa: BLE001 – it becomes the answer
            self._answer(call, verb, None, to_failure(error))
            return
        if isinstance(result, Deferred):
            call.on_cancel(result.cancel)
            answer = guarded(self._log)(self._answer)
            result.then(lambda value, failure: answer(call, verb, value, failure))
        else:
            self._answer(call, verb, result, None)

    def _answer(self, call, verb, result, failure):
        if self._running.get(call.id) is not call:
            # The panel was loaded again or closed in between.
            return
        del self._running[call.id]
        if failure is None:
            try:
                self._protocol.demand_result(verb, result)
            except Mismatch as mismatch:
                failure = Failure("internal", f"The plugin made a mistake: its answer to {verb} is wrong. {mismatch}")
        if failure is None:
            try:
                self._send({"t": "ok", "id": call.id, "r": result})
                return
            except (ValueError, TypeError) as error:
                # Something JSON does not know, where the protocol allows anything.
                failure = to_failure(error)
        if failure.code == "internal":
            self._log("error", f"{verb}: {failure.message}\n{(failure.data or {}).get('trace', '')}")
        self._send({"t": "err", "id": call.id, "e": failure.to_json()})

    def _refuse(self, call_id, why):
        self._log("warning", f"Refused a message of the panel. {why}")
        if call_id is not None:
            self._send({"t": "err", "id": call_id, "e": {"code": "protocol", "message": why}})

    def _send(self, message):
        if self._is_closed:
            return
        # ASCII, because lone surrogates would not survive the way through Qt.
        self._host.send(json.dumps({"v": PROTOCOL_VERSION, **message}, ensure_ascii=True, allow_nan=False))
