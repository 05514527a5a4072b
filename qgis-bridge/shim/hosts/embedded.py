"""What the two web views inside QGIS share: the panel's pages, the object that speaks, and what a page may not do."""
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from .files import HostObject, PanelPages

FORBIDDEN = (
    "LocalContentCanAccessRemoteUrls", "LocalContentCanAccessFileUrls", "PluginsEnabled", "LocalStorageEnabled",
    "JavascriptCanAccessClipboard",
)


class EmbeddedHost(QWidget):
    """A host with a `view`; the subclass makes the view and its page and hands them to `show_page`."""

    received = pyqtSignal(str)
    refused = pyqtSignal(str)

    def __init__(self, parent, panel_dir, log):
        super().__init__(parent)
        self._log = log
        self._pages = PanelPages(panel_dir)
        self._object = HostObject(self.received.emit, None)
        self.view = None

    def show_page(self, view, page, attributes, forbidden):
        """`attributes`: the enumeration of the view's settings; `forbidden`: names that only this view has."""
        settings = page.settings()
        for name in FORBIDDEN + forbidden:
            settings.setAttribute(getattr(attributes, name), False)
        # So that createWindow is asked, which refuses it and says so.
        settings.setAttribute(attributes.JavascriptCanOpenWindows, True)
        view.setPage(page)
        self.view = view
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(view)

    def load(self):
        self.view.load(self._pages.index)

    def send(self, text):
        self._object.message.emit(text)
