"""The shim under PyQt6, as far as it needs no qgis.core: QGIS for Qt 6 is not among Debian 12's packages. `qgis.PyQt`
is here what it is there: PyQt6 under other names.

Standard input: JSON {"plugins": folder with secims_bridge, "do": "check", "dialog" or a host}. Standard output: JSON.
"""
import ast
import importlib
import json
import os
import sys
import tempfile
import threading
import time
import traceback
import types
import urllib.request

import PyQt6.QtWidgets
from PyQt6.QtCore import QCoreApplication, QEventLoop, Qt

MODULES = ("QtCore", "QtGui", "QtWidgets", "QtNetwork", "QtXml", "QtWebChannel", "QtWebEngineCore", "QtWebEngineWidgets")
# QGIS's own qgis.PyQt has what moved from the widgets to the other module with Qt 6 at both places.
MOVED = ("QAction", "QActionGroup", "QShortcut")
PAGE = """<!DOCTYPE html><meta charset="utf-8"><script>
var told = []
function post(message) { message.v = 1; window.qgisHost.post(JSON.stringify(message)) }
function take(text) {
  var message = JSON.parse(text)
  if (message.t === 'hello') {
    post({ t: 'call', id: 1, m: 'map.extent', p: {} })
    post({ t: 'call', id: 2, m: 'no.such', p: {} })
  }
  if (message.t === 'err') told.push(message.e.code)
  if (message.t === 'evt') told.push(message.n)
  if (message.t === 'ok') told.push(JSON.stringify(message.r))
  if (told.length === 3) {
    location.href = 'https://evil.invalid/'
    window.open('https://evil.invalid/window')
    post({ t: 'call', id: 3, m: 'clipboard.copy', p: { text: 'größe ✓ ' + told.sort().join(' ') } })
  }
}
function start() { window.qgisHost.message.connect(take); post({ t: 'hello', panel: 'test' }) }
if (window.qgisHost) start()
else document.addEventListener('qgishostready', start)
</script>"""


def put_in_place():
    """qgis.PyQt.X → PyQt6.X, and nothing else of QGIS."""
    qgis, pyqt = types.ModuleType("qgis"), types.ModuleType("qgis.PyQt")
    qgis.__path__, pyqt.__path__, qgis.PyQt = [], [], pyqt
    sys.modules.update({"qgis": qgis, "qgis.PyQt": pyqt})

    class Finder:
        @staticmethod
        def find_spec(name, _path=None, _target=None):
            if name.startswith("qgis.PyQt.") and name.rsplit(".", 1)[1] in MODULES:
                return importlib.util.spec_from_loader(name, Finder)
            return None

        @staticmethod
        def create_module(spec):
            return importlib.import_module("PyQt6." + spec.name.rsplit(".", 1)[1])

        @staticmethod
        def exec_module(_module):
            """It has run already."""

    for name in MOVED:
        setattr(PyQt6.QtWidgets, name, getattr(importlib.import_module("PyQt6.QtGui"), name))
    sys.meta_path.insert(0, Finder)


def spin(until, seconds=30):
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise AssertionError("it did not happen in time")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.005)


# What runs -------------------------------------------------------------------------------------------------------


def in_host(kind, plugins):
    """The bridge and one host, with a page that talks, and that tries to leave."""
    from secims_bridge import bridge, protocol, theme, words
    from secims_bridge.hosts import open_host

    folder = tempfile.mkdtemp()
    with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
        file.write(PAGE)
    contract = protocol.Protocol.read(os.path.join(plugins, "secims_bridge", "protocol.json"))
    log, refused, copied, themes = [], [], [], []
    say = words.sayer(lambda: "fr")
    window = PyQt6.QtWidgets.QMainWindow()
    host, reasons = open_host(window, folder, say, lambda level, text: log.append([level, text]), order=[kind])

    def extent(_parameters, call):
        call.progress("export", 1, 2)
        answered = bridge.Deferred()
        bridge.pause(0.05).then(lambda _result, _failure: answered.resolve({"extentCrs84": None}))
        return answered

    def hello():
        return {
            "t": "hello", "plugin": "0", "qgis": "none", "qt": "6", "host": kind, "locale": "fr",
            "theme": theme.current_theme(), "capabilities": {},
            "settings": {"host": "auto", "locale": "auto", "connection": None},
        }

    verbs = {"map.extent": extent, "clipboard.copy": lambda given, _call: copied.append(given["text"]) or {}}
    talk = bridge.Bridge(host, contract, verbs, hello, lambda level, text: log.append([level, text]), window)
    watch = theme.ThemeWatch(host, themes.append, lambda level, text: log.append([level, text]))
    host.refused.connect(refused.append)
    window.setCentralWidget(host)
    window.show()
    told = {"kind": host.kind, "reasons": reasons}
    if kind == "browser":
        opened = []
        host.open_page = lambda url: opened.append(url.toString()) or True
        host.load()
        page = urllib.request.urlopen(opened[0].split("#")[0], timeout=10).read().decode("utf-8")
        told["page"] = page == PAGE
    else:
        host.load()
        spin(lambda: copied)
        spin(lambda: len(refused) >= 2, 10)
    palette = QCoreApplication.instance().palette()
    palette.setColor(palette.ColorRole.Window, Qt.GlobalColor.black)
    QCoreApplication.instance().setPalette(palette)
    host.setPalette(palette)
    spin(lambda: themes, 10)
    contract.demand("Theme", themes[-1])
    told.update(
        copied=copied, refused=sorted(refused), isDark=themes[-1]["isDark"],
        waited=bridge.wait_for(bridge.pause(0.01)) is None, elsewhere=in_thread(bridge),
        title=say("connection_new"),
    )
    watch.stop()
    talk.close()
    host.dispose()
    window.deleteLater()
    spin(lambda: True)
    told["log"] = [entry for entry in log if entry[0] == "error"]
    return told


def in_thread(bridge):
    """Another thread waits for what happens on the main one."""
    found = []

    def work():
        def start():
            found.append(threading.current_thread() is threading.main_thread())
            return bridge.pause(0.01)

        bridge.wait_on_main(start)
        found.append("settled")

    thread = threading.Thread(target=work)
    thread.start()
    spin(lambda: not thread.is_alive(), 10)
    return found


def in_dialog():
    """The window for a connection, by mouse and keys. Who is asked and what is kept are not Qt's business, so the
    connections themselves are played here, and of qgis.core there are names without anything behind them."""
    from PyQt6.QtTest import QTest

    core = types.ModuleType("qgis.core")
    for name in ("Qgis", "QgsApplication", "QgsAuthMethodConfig", "QgsSettings"):
        setattr(core, name, type(name, (), {}))
    sys.modules["qgis.core"] = core
    from secims_bridge import bridge, words
    from secims_bridge.connections import Connection, verbs

    log, asked, kept, told = [], [], [], {}

    class Connections:
        @staticmethod
        def get(given):
            return next(each for each in kept if each.id == given)

        @staticmethod
        def ask(trial):
            answer = bridge.Deferred()
            answer.on_cancel = lambda: answer.reject(bridge.Failure("cancelled", "cancelled"))
            asked.append((trial, answer))
            return answer

        @staticmethod
        def change(given, name, url, token):
            kept[:] = [each for each in kept if each.id != given]
            kept.append(Connection(given, name, url, "abc1234" if token else ""))
            return kept[-1]

        @staticmethod
        def remove(given):
            kept.remove(Connections.get(given))

    class Context:
        say = staticmethod(words.sayer(lambda: "en"))
        connections = Connections
        frame = PyQt6.QtWidgets.QMainWindow()
        iface = None

        @staticmethod
        def log(level, text):
            log.append([level, text])

        @staticmethod
        def window():
            return Context.frame

    def do(verb, parameters):
        outcome = []
        verbs(Context)[verb](parameters, bridge.Call(1, lambda *_: None)).then(lambda *settled: outcome.append(settled))
        return outcome

    def shown(name):
        def visible():
            return [one for one in Context.frame.findChildren(PyQt6.QtWidgets.QDialog, name) if one.isVisible()]

        spin(visible)
        return visible()[0]

    def write(field, text):
        field.clear()
        QTest.keyClicks(field, text)

    def press(button):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def answer(state, message):
        trial, waiting = asked[-1]
        trial.state, trial.message = state, message
        waiting.resolve(trial)

    Context.frame.show()
    made = do("connections.edit", {})
    dialog = shown("SecimsConnectionDialog")
    write(dialog.name, "Lands and Survey")
    write(dialog.address, "http://catalogue.example")
    told["warning"] = dialog.status.text()
    write(dialog.access, "two words")
    press(dialog.save)
    told["form"] = dialog.status.text()
    write(dialog.access, "secims_editor01_0123456789")
    press(dialog.save)
    told["asking"] = [dialog.status.text(), dialog.save.isEnabled(), asked[-1][0].url, asked[-1][0].bearer]
    answer("refused", "The server refuses the token.")
    told["refused"] = [dialog.status.text(), dialog.save.isEnabled(), dialog.anyway.isVisible(), len(kept)]
    press(dialog.save)
    answer("unreachable", "The server is away.")
    told["away"] = [dialog.status.text(), dialog.anyway.isVisible()]
    press(dialog.save)
    answer("connected", "Connected as Ana Lyst.")
    spin(lambda: made)
    told["made"] = made[0][0]["connection"]

    again = do("connections.edit", {"connection": kept[0].id})
    dialog = shown("SecimsConnectionDialog")
    hidden = dialog.access.echoMode() == PyQt6.QtWidgets.QLineEdit.EchoMode.Password
    told["again"] = [dialog.name.text(), dialog.address.text(), dialog.access.text(), hidden, dialog.forget.isVisible()]
    press(dialog.save)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    spin(lambda: again)
    told["left"] = [again[0][0], asked[-1][1].is_settled]

    removed = do("connections.remove", {"connection": kept[0].id})
    box = shown("SecimsRemoveConnection")
    told["question"] = box.text()
    press(box.button(PyQt6.QtWidgets.QMessageBox.StandardButton.Yes))
    spin(lambda: removed)
    told["removed"] = [removed[0][0], len(kept)]
    told["log"] = log
    return told


# What is only read -----------------------------------------------------------------------------------------------


def modules(folder):
    for place, _folders, names in os.walk(folder):
        for name in sorted(names):
            if name.endswith(".py"):
                path = os.path.join(place, name)
                with open(path, encoding="utf-8") as file:
                    yield os.path.relpath(path, folder), ast.parse(file.read())


def guarded_imports(tree):
    """Imports whose failure is caught: other names for other versions of Qt."""
    return {
        node
        for attempt in ast.walk(tree)
        if isinstance(attempt, ast.Try) and any("ImportError" in ast.dump(one.type) for one in attempt.handlers if one.type)
        for one in [*attempt.body, *attempt.orelse, *(step for each in attempt.handlers for step in each.body)]
        for node in ast.walk(one)
        if isinstance(node, ast.ImportFrom)
    }


def qt_names(path, tree):
    """(name → object of PyQt6, what PyQt6 does not have) of the imports from qgis.PyQt."""
    found, missing, caught = {}, [], guarded_imports(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.PyQt.")):
            continue
        for alias in node.names:
            try:
                there = getattr(importlib.import_module(node.module), alias.name)
                found[alias.asname or alias.name] = there
            except (ImportError, AttributeError):
                if node not in caught:
                    missing.append(f"{path}:{node.lineno} {node.module}.{alias.name}")
    return found, missing


def dotted(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return [node.id, *parts] if isinstance(node, ast.Name) else None


def unscoped(path, tree, names):
    """Qt's members that PyQt6 does not find where the code looks: enumerations without their scope."""
    for node in ast.walk(tree):
        chain = dotted(node) if isinstance(node, ast.Attribute) else None
        if chain is None or not isinstance(names.get(chain[0]), type):
            continue
        there = names[chain[0]]
        for name in chain[1:]:
            if not hasattr(there, name):
                yield f"{path}:{node.lineno} {'.'.join(chain)}"
                break
            there = getattr(there, name)


def asks_for_exec(node):
    return any(
        isinstance(one, ast.Call) and getattr(one.func, "id", "") == "hasattr" and ast.unparse(one.args[1]) == "'exec'"
        for one in ast.walk(node)
    )


def plain_exec(path, tree):
    """Calls of exec_, which Qt 6 does not have, where nobody asks first."""
    asked = {
        one for node in ast.walk(tree) if isinstance(node, (ast.If, ast.IfExp)) and asks_for_exec(node.test)
        for one in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "exec_" and node not in asked:
            yield f"{path}:{node.lineno} exec_"


def check(folder):
    wrong, looked, read = [], 0, 0
    for path, tree in modules(folder):
        names, missing = qt_names(path, tree)
        # QtWebKit ended with Qt 5; that host is left out when it cannot be imported.
        wrong += [] if path == os.path.join("hosts", "webkit.py") else missing
        wrong += [*unscoped(path, tree, names), *plain_exec(path, tree)]
        looked += len(names)
        read += 1
    return {"wrong": sorted(set(wrong)), "modules": read, "names": looked}


def examples():
    """That the check finds what it looks for."""
    tree = ast.parse(
        "from qgis.PyQt.QtCore import Qt, QEventLoop, QRegExp\n"
        "a = Qt.AlignLeft\nb = Qt.AlignmentFlag.AlignLeft\nloop = QEventLoop()\nloop.exec_()\n"
        "loop.exec() if hasattr(loop, 'exec') else loop.exec_()\n"
    )
    names, missing = qt_names("example.py", tree)
    return [*missing, *unscoped("example.py", tree, names), *plain_exec("example.py", tree)]


def main():
    asked = json.load(sys.stdin)
    put_in_place()
    sys.path.insert(0, asked["plugins"])
    if asked["do"] == "check":
        return {**check(os.path.join(asked["plugins"], "secims_bridge")), "examples": examples()}
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts, True)
    application = PyQt6.QtWidgets.QApplication(["test"])
    told = in_dialog() if asked["do"] == "dialog" else in_host(asked["do"], asked["plugins"])
    del application
    return told


try:
    print(json.dumps(main()), flush=True)
    # Chromium's own ending is not what is tested.
    os._exit(0)
except Exception:
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)
