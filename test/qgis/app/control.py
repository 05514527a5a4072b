"""
Runs inside a full QGIS (driver.py starts it) and does what a test asks for: one JSON text a line over a local
socket, answered by one. It is no part of the plugin and knows nothing of its insides: it looks at windows, widgets,
web views and the project, as a person would.

Environment: SECIMS_TEST_SOCKET, where to listen; SECIMS_TEST_WEBENGINE=1 sets Qt's attribute for QtWebEngine, as newer
QGIS does by itself.
"""
import json
import os
import sys
import traceback

from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QObject, QPoint, Qt, QTimer, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtNetwork import QLocalServer
from qgis.PyQt.QtWidgets import (
    QAbstractButton, QAction, QApplication, QCheckBox, QComboBox, QDockWidget, QLabel, QLineEdit, QPlainTextEdit,
    QTextEdit, QToolBar,
)
from qgis.utils import iface

import project_tools

if os.environ.get('SECIMS_TEST_WEBENGINE') == '1':
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts, True)
    import PyQt5.QtWebEngineWidgets  # noqa: F401,E402


class Later:
    """An answer that comes when `give` is called."""

    def __init__(self, start):
        self.start = start


opened_urls = []
messages = []
presses = {}
loaded = []


class Browser(QObject):
    """Stands where the system's browser would be, and notes what it is asked to open."""

    @pyqtSlot(QUrl)
    def open(self, url):
        opened_urls.append(url.toString())


browser = Browser(iface.mainWindow())
for scheme in ('http', 'https'):
    QDesktopServices.setUrlHandler(scheme, browser, 'open')


def log_message(text, tag='', level=0):
    messages.append({'text': text, 'tag': tag, 'level': int(level)})


QgsApplication.messageLog().messageReceived.connect(log_message)


def rectangle(widget):
    corner = widget.mapToGlobal(QPoint(0, 0))
    return {'x': corner.x(), 'y': corner.y(), 'width': widget.width(), 'height': widget.height()}


def text_of(widget):
    if isinstance(widget, (QLineEdit, QLabel, QAbstractButton)):
        return widget.text()
    if isinstance(widget, (QPlainTextEdit, QTextEdit)):
        return widget.toPlainText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return ''


def describe(widget):
    return {
        'name': widget.objectName(),
        'kind': widget.metaObject().className(),
        'text': text_of(widget),
        'isEnabled': widget.isEnabled(),
        'isChecked': widget.isChecked() if isinstance(widget, QCheckBox) else None,
        'rect': rectangle(widget),
    }


SHOWN = (QLineEdit, QLabel, QAbstractButton, QPlainTextEdit, QTextEdit, QComboBox)


def shown_in(window):
    """Asked for by kind: PyQt dies of the first child it cannot make out, and QGIS has such children."""
    found = [widget for kind in SHOWN for widget in window.findChildren(kind)]
    return [widget for widget in found if widget.isVisible()]


def windows():
    """Every window but QGIS's own, the topmost modal one first, with whatever can be read or used in it."""
    active = QApplication.activeModalWidget()
    found = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not iface.mainWindow()]
    found.sort(key=lambda w: w is not active)
    return [
        {
            'name': window.objectName(),
            'kind': window.metaObject().className(),
            'title': window.windowTitle(),
            'isModal': window is active,
            'widgets': [describe(w) for w in shown_in(window)],
        }
        for window in found
        if window.windowType() != Qt.WindowType.ToolTip
    ]


def activate():
    window = QApplication.activeModalWidget() or iface.mainWindow()
    window.raise_()
    window.activateWindow()
    return {'isActive': window.isActiveWindow()}


def view_kinds():
    """Of what the plugin has imported; a kind that nobody has imported is shown nowhere."""
    return [
        getattr(sys.modules[module], kind)
        for module, kind in (
            ('PyQt5.QtWebKitWidgets', 'QWebView'), ('PyQt5.QtWebEngineWidgets', 'QWebEngineView'),
        )
        if module in sys.modules
    ]


def view():
    dock = iface.mainWindow().findChild(QDockWidget, 'SecimsBridgeDock')
    found = [] if dock is None else [it for kind in view_kinds() for it in dock.findChildren(kind) if it.isVisible()]
    return found[0] if found else None


def panel():
    it = view()
    return None if it is None else {**rectangle(it), 'kind': 'webengine' if it.inherits('QWebEngineView') else 'webkit'}


def evaluate(code):
    """The value of a JavaScript expression in the panel; the expression makes a text."""
    it = view()
    if it is None:
        return None
    if it.inherits('QWebEngineView'):
        return Later(lambda give: it.page().runJavaScript(code, give))
    return it.page().mainFrame().evaluateJavaScript(code)


def tool_button(name):
    """Where the button of an action is, and how often the action has been triggered since it was first asked for."""

    def triggered():
        presses[name] += 1

    action = iface.mainWindow().findChild(QAction, name)
    if action is None:
        return None
    if name not in presses:
        presses[name] = 0
        action.triggered.connect(triggered)
    for bar in action.associatedWidgets():
        button = bar.widgetForAction(action) if isinstance(bar, QToolBar) else None
        if button is not None and button.isVisible():
            return {'rect': rectangle(button), 'presses': presses[name]}
    return None


def look_through():
    """What other plugins do to find a dock or a button of QGIS."""
    return {'objects': len(iface.mainWindow().findChildren(QObject))}


def install(path):
    """What the plugin manager's "Install from ZIP" does."""
    import pyplugin_installer
    pyplugin_installer.instance().installFromZipFile(path)
    return plugins()


def plugins():
    import qgis.utils
    return {'active': list(qgis.utils.active_plugins), 'available': list(qgis.utils.available_plugins)}


def reload_plugin(name):
    import qgis.utils
    return {'reloaded': bool(qgis.utils.reloadPlugin(name))}


def reset_window(width, height):
    iface.mainWindow().showNormal()
    iface.mainWindow().setGeometry(0, 0, width, height)
    return {}


def load(path):
    """Further commands, for those who measure: a Python file with a dictionary `commands`."""
    import runpy
    loaded.append(runpy.run_path(path))
    commands.update(loaded[-1]['commands'])
    return {}


def quit_qgis():
    """As QGIS does when a person closes it: the project first."""
    QgsProject.instance().setDirty(False)
    iface.newProject(False)
    QTimer.singleShot(0, lambda: QCoreApplication.exit(0))
    return {}


commands = {
    'windows': windows,
    'activate': activate,
    'panel': panel,
    'evaluate': evaluate,
    'tool_button': tool_button,
    'look_through': look_through,
    'install': install,
    'plugins': plugins,
    'reload_plugin': reload_plugin,
    'reset_window': reset_window,
    'clipboard': lambda: QApplication.clipboard().text(),
    'load': load,
    'opened_urls': lambda: list(opened_urls),
    'messages': lambda: list(messages),
    'quit': quit_qgis,
    **project_tools.commands,
}


def answer(socket, number, outcome):
    if socket.isOpen():
        socket.write((json.dumps({'id': number, **outcome}) + '\n').encode())
        socket.flush()


def perform(socket, request):
    number = request['id']
    try:
        result = commands[request['do']](**request.get('with', {}))
        if isinstance(result, Later):
            result.start(lambda value: answer(socket, number, {'result': value}))
        else:
            answer(socket, number, {'result': result})
    except Exception:
        answer(socket, number, {'error': traceback.format_exc()})


class Line(QObject):
    """One test that is connected; owned, so that it lives as long as QGIS."""

    def __init__(self, socket, owner):
        super().__init__(owner)
        self.socket = socket
        self.requests = []
        socket.setParent(self)
        socket.readyRead.connect(self.read)
        self.read()

    @pyqtSlot()
    def read(self):
        while self.socket.canReadLine():
            self.requests.append(json.loads(bytes(self.socket.readLine())))
            # Outside this slot, because a command may open a dialog with an event loop of its own.
            QTimer.singleShot(0, self.next)

    @pyqtSlot()
    def next(self):
        perform(self.socket, self.requests.pop(0))


class Server(QLocalServer):
    def __init__(self, owner):
        super().__init__(owner)
        self.lines = []
        self.newConnection.connect(self.connect_next)
        if not self.listen(os.environ['SECIMS_TEST_SOCKET']):
            print(self.errorString(), file=sys.stderr)
            QCoreApplication.exit(1)

    @pyqtSlot()
    def connect_next(self):
        self.lines.append(Line(self.nextPendingConnection(), self))


servers = []


def start():
    servers.append(Server(iface.mainWindow()))
