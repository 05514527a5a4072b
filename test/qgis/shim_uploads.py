"""Sends files resumably, step by step, in one life of QGIS or in several: a profile kept by the test makes them the same.

Standard input: {"plugins", "url", "control": address that is told the name of each step before it begins, "tokens": […],
"bytes", "retrySeconds": […], "steps": [step, …]}; a step is {"name", "mode": "send" | "resume" | "discard",
"token": index of another token from now on, "pieceBytes", "killAt": share after which this process is killed,
"cancelAt": the same for the call, "breakFile": true to change the file before going on, "content", "fileName"}.
"""
import hashlib
import os
import secrets
import signal
import sys
import time
import urllib.request

sys.path.insert(0, os.path.dirname(__file__))
from shim_support import attempt, logged, run, unlock  # noqa: E402
from qgis.PyQt.QtCore import QTimer  # noqa: E402


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def main(asked):
    import secims_bridge

    unlock()
    plugin = secims_bridge.classFactory(None)
    plugin.settings.set("locale", "en")
    plugin.uploads.retry_seconds = tuple(asked.get("retrySeconds", (0.05, 0.1, 0.2, 0.4, 0.8)))
    known = plugin.connections.list()
    first = asked["tokens"][0]
    connection = known[0].id if known else plugin.connections.add("Test", asked["url"], first)
    outcomes = {}
    for step in asked["steps"]:
        if "token" in step:
            plugin.connections.change(connection, "Test", asked["url"], asked["tokens"][step["token"]])
        with urllib.request.urlopen(f"{asked['control']}/{step['name']}") as answer:
            answer.read()
        outcomes[step["name"]] = play(plugin, connection, {**asked, **step})
    outcomes["trace"] = [line for line in logged if "Traceback" in line]
    outcomes["tokenInLog"] = any(token in line for token in asked["tokens"] for line in logged)
    return outcomes


def play(plugin, connection, asked):
    from secims_bridge.bridge import Call

    uploads = plugin.uploads
    uploads.piece_bytes = asked.get("pieceBytes", 81920)
    began_at = len(logged)
    told = {"progress": [], "gapMs": 0}
    share = {"kill": asked.get("killAt"), "cancel": asked.get("cancelAt")}

    def heard(name, payload):
        told["progress"].append(payload)
        done = payload["done"] / max(1, payload["total"])
        if share["kill"] is not None and done >= share["kill"]:
            os.kill(os.getpid(), signal.SIGKILL)
        if share["cancel"] is not None and done >= share["cancel"]:
            QTimer.singleShot(0, call.cancel)

    call = Call(7, heard)
    call.SECONDS_BETWEEN_PROGRESS = 0
    # How long QGIS could not do anything else. In this thread's own time, because tests share their machine.
    last = [time.thread_time()]

    def tick():
        now = time.thread_time()
        told["gapMs"] = max(told["gapMs"], (now - last[0]) * 1000)
        last[0] = now

    timer = QTimer()
    timer.timeout.connect(tick)

    def awaited(deferred_maker):
        def make():
            made = deferred_maker()
            call.on_cancel(made.cancel)
            return made

        last[0] = time.thread_time()
        timer.start(2)
        outcome = attempt(make)
        timer.stop()
        return outcome

    mode = asked["mode"]
    if mode == "send":
        handle = "f" + secrets.token_hex(8)
        path = os.path.join(plugin.outbox(), handle + ".gpkg")
        with open(path, "wb") as file:
            file.write(b"a,b\n" + secrets.token_hex(asked["bytes"] // 2).encode()[: asked["bytes"] - 4])
        if asked.get("content"):
            with open(path, "wb") as file:
                file.write(asked["content"].encode())
        plugin.files[handle] = path
        told["sha256"] = sha256(path)
        told["outcome"] = awaited(lambda: uploads.send(
            connection, handle, asked.get("fileName", "größe.csv"), call, "layer_1", {"step": "data"}))
    elif mode in ("resume", "discard"):
        before = uploads.pending()
        told["before"] = before
        path = uploads._get(before[0]["pending"])["path"]
        told["sha256"] = sha256(path)
        if asked.get("breakFile"):
            with open(path, "ab") as file:
                file.write(b"more")
        act = uploads.resume if mode == "resume" else lambda pending, _call: uploads.discard(pending)
        told["outcome"] = awaited(lambda: act(before[0]["pending"], call))
    told["pending"] = uploads.pending()
    told["outbox"] = sorted(os.listdir(plugin.outbox()))
    told["outboxMode"] = oct(os.stat(plugin.outbox()).st_mode & 0o777)
    told["tries"] = len([line for line in logged[began_at:] if "tries again" in line])
    return told


run(main)
