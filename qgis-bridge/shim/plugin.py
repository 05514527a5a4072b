"""The plugin as QGIS sees it: an action, a dock with the panel, a Processing provider; and what its parts share."""
import configparser
import importlib
import importlib.util
import json
import os

from qgis.core import Qgis, QgsApplication, QgsMessageLog
from qgis.PyQt.QtCore import QT_VERSION_STR, Qt, QThreadPool, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QAction, QApplication, QDockWidget

from . import words
from .bridge import Bridge, Failure, guarded
from .connections import API_HEADER, Connections
from .hosts import HostUnavailable, open_host
from .network import Network
from .protocol import Protocol
from .settings import Settings, qgis_locale
from .theme import ThemeWatch, current_theme
from .uploads import Uploads

FOLDER = os.path.dirname(os.path.abspath(__file__))
LOG_NAME = "SEC-IMS"
DOCK_NAME = "SecimsBridgeDock"
FIRST_WITH_SLD_WARNINGS = 34400
# From there QGIS edits layers of OGC API Features (Part 4).
FIRST_WITH_EDITING = 32800

# Modules with verbs, imported when the panel is opened.
VERB_MODULES = (
    "settings", "connections", "network", "uploads", "unfinished", "layers", "metadata", "style", "weight", "export",
    "collections", "pictures", "tiles", "fixes",
)
MOST_IDLE_MS = 1000
_LEVELS = {"info": "Info", "warning": "Warning", "error": "Critical"}


def _level(name):
    levels = getattr(Qgis, "MessageLevel", Qgis)
    return getattr(levels, _LEVELS[name])


def _read_json(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return json.load(file)


def _version():
    """From metadata.txt, which QGIS itself reads."""
    parser = configparser.ConfigParser()
    parser.read(os.path.join(FOLDER, "metadata.txt"), encoding="utf-8")
    return parser.get("general", "version", fallback="0")


def end_idle_threads():
    """Ends the threads of QGIS's tasks that wait for more work, as they do for half a minute. One that has read a token
    tells QGIS's encrypted store of its end; QGIS, when it closes, takes the store apart first, and dies of it (3.40)."""
    manager = QgsApplication.taskManager()
    pools = [QThreadPool.globalInstance()] + ([manager.threadPool()] if hasattr(manager, "threadPool") else [])
    for pool in pools:
        # Somebody else's work may take longer, and is not waited for.
        pool.waitForDone(MOST_IDLE_MS)


class Plugin:
    """`iface` is None where QGIS has no window (qgis_process, tests)."""

    def __init__(self, iface, panel_dir=None):
        self.iface = iface
        self.files = {}
        self.settings = Settings()
        self.say = words.sayer(self.settings.language)
        self.connections = Connections(self)
        self.network = Network(self, _read_json("operations.json"))
        self.uploads = Uploads(self)
        self.host = None
        self.dock = None
        self._panel_dir = panel_dir or os.path.join(FOLDER, "panel")
        self._protocol = None
        self._bridge = None
        self._theme = None
        self._provider = None
        self._action = None
        self._stop_badges = None

    # What QGIS calls -------------------------------------------------------------------------------------------

    def initGui(self):  # noqa: N802
        # A part that does not run in some future QGIS must not take the others with it.
        guarded(self.log)(self.initProcessing)()
        icon = QIcon(os.path.join(FOLDER, "icons", "secims.svg"))
        self._action = QAction(icon, self.say("action_open"), self.iface.mainWindow())
        self._action.setObjectName("SecimsBridgeAction")
        self._action.triggered.connect(guarded(self.log)(lambda *_checked: self.open()))
        self.iface.addPluginToWebMenu(self.say("title"), self._action)
        self.iface.addWebToolBarIcon(self._action)
        guarded(self.log)(self._show_badges)()

    def initProcessing(self):  # noqa: N802
        if self._provider is not None:
            return
        if not (self._has("processing") and self._has("processing.provider")):
            self.log("error", "The plugin is incomplete: its Processing algorithms are missing. Install it again.")
            return
        provider = importlib.import_module(f"{__package__}.processing.provider").Provider(self)
        if QgsApplication.processingRegistry().addProvider(provider):
            self._provider = provider

    def unload(self):
        self.close()
        if self._stop_badges is not None:
            self._stop_badges()
            self._stop_badges = None
        # Made by layers.watch_of when somebody first asked for it.
        watch = getattr(self, "layer_watch", None)
        if watch is not None:
            watch.stop()
            self.layer_watch = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        if self._action is not None:
            self.iface.removePluginWebMenu(self.say("title"), self._action)
            self.iface.removeWebToolBarIcon(self._action)
            self._action.deleteLater()
            self._action = None
        end_idle_threads()

    # The dock --------------------------------------------------------------------------------------------------

    def open(self, order=None):
        """Shows the panel. `order` names the hosts to try; without it all, the one in the settings first."""
        if self.dock is not None:
            self.dock.show()
            self.dock.raise_()
            return
        self._add_suggested_connections()
        if self._protocol is None:
            self._protocol = Protocol.read(os.path.join(FOLDER, "protocol.json"))
        verbs = self._verbs()
        dock = QDockWidget("SEC-IMS", self.window())
        dock.setObjectName(DOCK_NAME)
        dock.setMinimumWidth(340)
        wanted = self.settings.host() if order is None else "auto"
        try:
            self.host, reasons = open_host(dock, self._panel_dir, self.say, self.log, wanted, order)
        except HostUnavailable as unavailable:
            dock.deleteLater()
            self._tell("warning", self.say("host_none", reasons=unavailable))
            return
        if wanted not in ("auto", self.host.kind):
            told = self.say("host_other", kind=self.host.kind, wanted=wanted, reasons=" ".join(reasons))
            self._tell("warning", told)
        elif reasons:
            self.log("info", " ".join(reasons))
        self.dock = dock
        self.host.refused.connect(guarded(self.log)(lambda what: self.log("warning", f"Refused {what}.")))
        self._bridge = Bridge(self.host, self._protocol, verbs, self._hello, self.log, dock)
        self._theme = ThemeWatch(dock, lambda theme: self.emit("themeChanged", theme), self.log)
        dock.setWidget(self.host)
        if self.iface is not None:
            self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self.host.load()

    def close(self):
        """Takes the dock away and stops what the panel had running; uploads stay pending."""
        if self.dock is None:
            return
        self._theme.stop()
        self._bridge.close()
        self.host.dispose()
        if self.iface is not None:
            self.iface.removeDockWidget(self.dock)
        self.dock.deleteLater()
        self.dock = self.host = self._bridge = self._theme = None

    # What the parts share --------------------------------------------------------------------------------------

    def emit(self, name, payload):
        if self._bridge is not None:
            self._bridge.emit(name, payload)

    def log(self, level, text):
        """Into QGIS's message log. Errors are shown without a pop-up: the panel tells people itself."""
        QgsMessageLog.logMessage(text, LOG_NAME, _level(level), False)

    def window(self):
        return self.iface.mainWindow() if self.iface is not None else None

    def outbox(self):
        """Where exported files wait to be sent; only this person can read it."""
        folder = os.path.join(QgsApplication.qgisSettingsDirPath(), "secims_bridge", "outbox")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        return folder

    def open_url(self, url):
        return QDesktopServices.openUrl(QUrl(url))

    # Details ---------------------------------------------------------------------------------------------------

    def _hello(self):
        return {
            "t": "hello",
            "plugin": _version(),
            "qgis": Qgis.version() if hasattr(Qgis, "version") else Qgis.QGIS_VERSION,
            "qt": QT_VERSION_STR,
            "host": self.host.kind,
            "locale": qgis_locale(),
            "theme": current_theme(),
            "capabilities": {
                "sldWarnings": Qgis.QGIS_VERSION_INT >= FIRST_WITH_SLD_WARNINGS,
                "apiHeader": API_HEADER in QgsApplication.authManager().authMethodsKeys(),
                "metasearch": importlib.util.find_spec("MetaSearch") is not None,
                "editing": Qgis.QGIS_VERSION_INT >= FIRST_WITH_EDITING,
            },
            "settings": self.settings.to_json(),
        }

    def _verbs(self):
        verbs = {"clipboard.copy": self._copy}
        for name in VERB_MODULES:
            if not self._has(name):
                self.log("error", f"The plugin is incomplete: {name}.py is missing. Install it again.")
                continue
            module = importlib.import_module(f"{__package__}.{name}")
            verbs.update(module.verbs(self))
        missing = sorted(set(self._protocol.verbs) - set(verbs))
        unknown = sorted(set(verbs) - set(self._protocol.verbs))
        if missing or unknown:
            self.log("error", f"Code and protocol differ: without code {missing}, not in the protocol {unknown}.")
        return verbs

    @staticmethod
    def _has(name):
        return importlib.util.find_spec(f"{__package__}.{name}") is not None

    def _show_badges(self):
        if self._has("badges"):
            self._stop_badges = importlib.import_module(f"{__package__}.badges").show(self)

    @staticmethod
    def _copy(parameters, _call):
        QApplication.clipboard().setText(parameters["text"])
        return {}

    def _add_suggested_connections(self):
        """A plugin that was fetched from a server knows that server: offered once, and never again when removed."""
        if self.settings.get("suggested") or not os.path.exists(os.path.join(FOLDER, "manifest.json")):
            return
        known = {connection.url for connection in self.connections.list()}
        for suggested in _read_json("manifest.json").get("suggestedConnections", []):
            try:
                if suggested["url"].rstrip("/") not in known:
                    self.connections.add(suggested["name"], suggested["url"])
            except Failure as failure:
                self.log("warning", f"A suggested connection is of no use. {failure.message}")
        self.settings.set("suggested", "done")

    def _tell(self, level, text):
        self.log(level, text)
        if self.iface is not None:
            self.iface.messageBar().pushMessage("SEC-IMS", text, _level(level))
