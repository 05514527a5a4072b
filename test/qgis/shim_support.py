"""What the scripts shim_*.py share: QGIS without its own window, the plugin, and a QMainWindow in the window's place."""
import json
import os
import sys
import time
import traceback

from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, Qt, QTimer

request = json.load(sys.stdin)
if request.get("webengine"):
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts, True)

from qgis.core import QgsApplication, QgsProject  # noqa: E402
from qgis.gui import QgsLayerTreeView, QgsMessageBar  # noqa: E402
from qgis.PyQt.QtWidgets import QMainWindow, QMenu, QToolBar  # noqa: E402

application = QgsApplication([b"x"], True)
application.initQgis()
sys.path.insert(0, request["plugins"])

logged = []


def note(text, tag, _level):
    logged.append(f"{tag}: {text}")


QgsApplication.messageLog().messageReceived.connect(note)


class Window:
    """What the plugin asks of QGIS's window. The window, its bars and its tree are real ones of Qt and QGIS."""

    def __init__(self):
        self.window = QMainWindow()
        self.window.resize(900, 700)
        self.menu = QMenu(self.window)
        self.bar = QToolBar(self.window)
        self.messages = QgsMessageBar(self.window)
        self.tree = QgsLayerTreeView(self.window)
        self.reloads = 0

    def mainWindow(self):
        return self.window

    def addPluginToWebMenu(self, _name, action):
        self.menu.addAction(action)

    def removePluginWebMenu(self, _name, action):
        self.menu.removeAction(action)

    def addWebToolBarIcon(self, action):
        self.bar.addAction(action)

    def removeWebToolBarIcon(self, action):
        self.bar.removeAction(action)

    def addDockWidget(self, area, dock):
        self.window.addDockWidget(area, dock)
        dock.show()

    def removeDockWidget(self, dock):
        self.window.removeDockWidget(dock)

    def messageBar(self):
        return self.messages

    def layerTreeView(self):
        return self.tree

    def reloadConnections(self):
        self.reloads += 1


def spin(seconds):
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec_()


def until(what, look, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        spin(0.02)
    raise TimeoutError(f"it did not happen: {what}; the log has {logged[-10:]}")


def settled(deferred, seconds=60):
    """{"result": …} or {"failure": …} of a Deferred."""
    outcome = {}

    def take(result, failure):
        outcome.update({"failure": failure.to_json()} if failure is not None else {"result": result})

    deferred.then(take)
    until("the answer", lambda: outcome, seconds)
    return outcome


def attempt(function):
    """The outcome of something that may raise a Failure, or return a Deferred."""
    from secims_bridge.bridge import Deferred, Failure

    try:
        value = function()
    except Failure as failure:
        return {"failure": failure.to_json()}
    return settled(value) if isinstance(value, Deferred) else {"result": value}


def unlock():
    QgsApplication.authManager().setMasterPassword("only for this test", True)


def run(main):
    """Runs the script and prints what it returns; ends the process without waiting for web views."""
    code = 0
    try:
        print(json.dumps(main(request)), flush=True)
    except BaseException:
        traceback.print_exc()
        print("\n".join(logged[-30:]), file=sys.stderr)
        code = 1
    QgsProject.instance().clear()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
