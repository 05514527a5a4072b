"""Which host is chosen, by what QGIS has and by what the person set."""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from shim_support import Window, logged, run  # noqa: E402


def main(asked):
    with open(os.path.join(asked["plugins"], "secims_bridge", "panel", "scenario.js"), "w", encoding="utf-8"):
        # An empty script: the page does nothing.
        pass
    import secims_bridge
    from secims_bridge.hosts import browser

    browser.QDesktopServices.openUrl = lambda _url: True
    window = Window()

    def kind(wanted):
        plugin = secims_bridge.classFactory(window)
        plugin.settings.set("host", wanted)
        plugin.open()
        found = plugin.host.kind
        plugin.unload()
        return found

    told = {"auto": kind("auto"), "wantedBrowser": kind("browser"), "wantedWebEngine": kind("webengine")}
    told["why"] = next(line for line in logged if "instead of" in line)
    # As on macOS and in QGIS 4: the module is not there.
    sys.modules["qgis.PyQt.QtWebKitWidgets"] = None
    sys.modules.pop("secims_bridge.hosts.webkit", None)
    told["withoutWebKit"] = kind("auto")
    return told


run(main)
