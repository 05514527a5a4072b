"""The panel in the system's browser, for QGIS without a web view. The dock says where it is and opens it again."""
import os

from qgis.PyQt.QtCore import QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ..bridge import guarded
from .files import panel_files
from .loopback import Loopback


class BrowserHost(QWidget):
    kind = "browser"
    # Both are emitted from the server's threads too; Qt delivers them on the main thread.
    received = pyqtSignal(str)
    refused = pyqtSignal(str)

    def __init__(self, parent, panel_dir, say, log):
        super().__init__(parent)
        self._loopback = Loopback(panel_files(os.path.realpath(panel_dir)), self.received.emit, self.refused.emit)
        # Tests take the place of the browser.
        self.open_page = QDesktopServices.openUrl
        self._text = QLabel(say("browser_open"), self)
        self._text.setWordWrap(True)
        self._no_browser = say("browser_none")
        button = QPushButton(say("browser_again"), self)
        button.clicked.connect(guarded(log)(lambda *_checked: self.load()))
        layout = QVBoxLayout(self)
        layout.addWidget(self._text)
        layout.addWidget(button)
        layout.addStretch(1)

    @property
    def url(self):
        """With the token after the #, where it is not sent to anybody."""
        return f"{self._loopback.origin}/#{self._loopback.secret}"

    def load(self):
        if not self.open_page(QUrl(self.url)):
            self._text.setText(self._no_browser)

    def send(self, text):
        self._loopback.mailbox.send(text)

    def dispose(self):
        self._loopback.close()
