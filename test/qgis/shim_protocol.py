"""Puts values through the shim's validator, and tells what it says of each. Also the words, and the theme."""
import os
import string
import sys

sys.path.insert(0, os.path.dirname(__file__))
from shim_support import application, attempt, run, spin  # noqa: E402
from qgis.PyQt.QtGui import QColor, QPalette  # noqa: E402
from qgis.PyQt.QtWidgets import QWidget  # noqa: E402


def main(asked):
    from secims_bridge import words
    from secims_bridge.bridge import Deferred, Failure, flow, pause, wait_for
    from secims_bridge.protocol import Mismatch, Protocol
    from secims_bridge.theme import ThemeWatch, current_theme

    def said(check, *values):
        try:
            check(*values)
        except Mismatch as mismatch:
            return str(mismatch)
        return "fits"

    protocol = Protocol.read(os.path.join(asked["plugins"], "secims_bridge", "protocol.json"))
    told = {
        "parameters": [said(protocol.demand_parameters, verb, value) for verb, value in asked["parameters"]],
        "results": [said(protocol.demand_result, verb, value) for verb, value in asked["results"]],
        "messages": [said(protocol.demand_message, value) for value in asked["messages"]],
    }
    told["small"] = []
    for schema, value in asked["small"]:
        small = Protocol({"paths": {}, "components": {"schemas": {"T": schema}}})
        told["small"].append(said(small.demand, "T", value))
    try:
        Protocol({"paths": {}, "components": {"schemas": {"T": {"type": "string", "contentEncoding": "base64"}}}})
        told["unknownRule"] = "taken"
    except ValueError as error:
        told["unknownRule"] = str(error)

    def names(text):
        return sorted(name for _text, name, _form, _conversion in string.Formatter().parse(text) if name)

    told["words"] = {
        "keys": sorted(set(words.EN) ^ set(words.FR)),
        "values": [key for key in words.EN if names(words.EN[key]) != names(words.FR[key])],
        "same": [key for key in words.EN if words.EN[key] == words.FR[key]],
    }

    seen = []
    widget = QWidget()
    watch = ThemeWatch(widget, seen.append, lambda *_: None)
    before = current_theme()
    dark = QPalette(QColor("#222222"))
    application.setPalette(dark)
    spin(0.05)
    watch.stop()
    application.setPalette(QPalette(QColor("#eeeeee")))
    spin(0.05)
    told["theme"] = [before["isDark"], [theme["isDark"] for theme in seen]]
    told["themeFits"] = said(protocol.demand_event, "themeChanged", seen[0])

    # Flows: results, failures, mistakes and cancelling reach whoever waits.
    @flow
    def steps(kind):
        yield pause(0.001)
        if kind == "fails":
            raise Failure("offline", "away")
        if kind == "breaks":
            return {}["missing"]
        if kind == "long":
            yield pause(30)
        return kind

    long = steps("long")
    told["flows"] = [attempt(lambda: steps("works")), attempt(lambda: steps("fails")), attempt(lambda: steps("breaks"))["failure"]["code"]]
    spin(0.02)
    long.cancel()
    told["flows"].append(attempt(lambda: long))
    told["waited"] = wait_for(steps("works"))
    twice, results = Deferred(), []
    twice.then(lambda result, failure: results.append(result))
    twice.resolve(1)
    twice.resolve(2)
    told["once"] = results
    return told


run(main)
