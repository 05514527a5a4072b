"""Opens the plugin's dock in one host with the tests' page in it, lets it play a scenario, and tells what it reported.

Standard input: {"plugins": folder, "host": kind, "webengine": true to allow it, "scenario": {"scenario": name, …},
"connections": [[name, url, token]], "reloads": how often the plugin is unloaded and loaded before}.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from shim_support import QgsApplication, Window, logged, run, spin, until, unlock  # noqa: E402
from qgis.PyQt.QtWidgets import QApplication, QDockWidget  # noqa: E402

CHROMIUM = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)


def start_browser(url):
    # The group of this process is ended by the test, and the browser with it.
    subprocess.Popen(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-proxy-server",
         f"--user-data-dir={tempfile.mkdtemp()}", url.toString()],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return True


def main(asked):
    panel = os.path.join(asked["plugins"], "secims_bridge", "panel")
    with open(os.path.join(panel, "scenario.js"), "w", encoding="utf-8") as file:
        file.write(f"window.scenario = {json.dumps(asked['scenario'])}")
    import secims_bridge
    from secims_bridge.hosts import browser

    if asked["host"] == "browser":
        browser.QDesktopServices.openUrl = start_browser
    window = Window()
    window.window.show()
    if asked.get("connections"):
        unlock()
    for _turn in range(asked.get("reloads", 0)):
        plugin = secims_bridge.classFactory(window)
        plugin.initGui()
        plugin.open([asked["host"]] if asked["host"] != "browser" else None)
        spin(0.2)
        plugin.unload()
        spin(0.05)
    plugin = secims_bridge.classFactory(window)
    plugin.initGui()
    for name, url, token in asked.get("connections", []):
        plugin.connections.add(name, url, token)
    called = []
    wrapped = plugin._verbs

    def watched():
        def watch(name, verb):
            def called_verb(parameters, call):
                called.append(name)
                return verb(parameters, call)

            return called_verb

        return {name: watch(name, verb) for name, verb in wrapped().items()}

    plugin._verbs = watched
    QApplication.clipboard().clear()
    plugin.open([asked["host"]])
    kind = plugin.host.kind
    docks = [dock.objectName() for dock in window.window.findChildren(QDockWidget)]
    until("the page's report", lambda: QApplication.clipboard().text().startswith('{"report"'), 40)
    report = json.loads(QApplication.clipboard().text())["report"]
    spin(0.1)
    address = getattr(plugin.host, "url", "")
    plugin.unload()
    spin(0.1)
    left = {
        "docks": len([dock for dock in window.window.findChildren(QDockWidget)]),
        "menu": len(window.menu.actions()), "toolbar": len(window.bar.actions()),
        "processing": len([p for p in QgsApplication.processingRegistry().providers() if "sec" in p.id().lower()]),
    }
    return {"kind": kind, "docks": docks, "report": report, "called": called, "log": list(logged), "left": left,
            "address": address}


run(main)
