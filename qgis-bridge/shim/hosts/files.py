"""The panel's files, and the object through which an embedded page and QGIS talk."""
import os

from qgis.PyQt.QtCore import QObject, QUrl, pyqtSignal, pyqtSlot

INDEX = "index.html"


def panel_files(panel_dir):
    """Address path → file of everything in the panel's folder; the only things a host ever loads."""
    files = {}
    for folder, _folders, names in os.walk(panel_dir):
        for name in names:
            path = os.path.join(folder, name)
            files["/" + os.path.relpath(path, panel_dir).replace(os.sep, "/")] = path
    return files


def index_url(panel_dir):
    return QUrl.fromLocalFile(os.path.join(os.path.realpath(panel_dir), INDEX))


def without_fragment(url):
    return url.adjusted(QUrl.UrlFormattingOption.RemoveFragment)


class PanelPages:
    """Says which addresses belong to the panel."""

    def __init__(self, panel_dir):
        self.index = index_url(panel_dir)
        files = panel_files(os.path.realpath(panel_dir))
        self._urls = {QUrl.fromLocalFile(path).toString() for path in files.values()}

    def is_index(self, url):
        return without_fragment(url) == self.index

    def is_ours(self, url):
        return without_fragment(url).toString() in self._urls


class HostObject(QObject):
    """`qgisHost` of the page: a slot to speak, a signal to listen, and nothing else the page could call."""

    message = pyqtSignal(str)

    def __init__(self, take, parent):
        super().__init__(parent)
        # A plain attribute, not a signal: signals are visible to the page.
        self._take = take

    @pyqtSlot(str)
    def post(self, text):
        self._take(text)
