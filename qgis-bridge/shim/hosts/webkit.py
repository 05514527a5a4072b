"""The panel in QtWebKit, which QGIS 3 on Debian and Windows brings."""
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkAccessManager, QNetworkRequest
from qgis.PyQt.QtWebKit import QWebSettings
from qgis.PyQt.QtWebKitWidgets import QWebPage, QWebView

from ..bridge import guarded
from .embedded import EmbeddedHost


class _PanelFiles(QNetworkAccessManager):
    """Answers with the panel's files. Anything else gets an address nobody can load."""

    def __init__(self, pages, refuse, log, parent):
        super().__init__(parent)
        self._pages = pages
        self._refuse = refuse
        self._log = log

    def _is_ours(self, operation, url):
        is_reading = operation == QNetworkAccessManager.Operation.GetOperation
        if is_reading and (self._pages.is_ours(url) or url.scheme() == "data"):
            return True
        self._refuse(f"a request to {url.toDisplayString()}")
        return False

    def createRequest(self, operation, request, body=None):  # noqa: N802
        if not guarded(self._log, False)(self._is_ours)(operation, request.url()):
            request = QNetworkRequest(QUrl("refused:"))
            operation, body = QNetworkAccessManager.Operation.GetOperation, None
        return super().createRequest(operation, request, body)


class _PanelPage(QWebPage):
    def __init__(self, pages, refuse, log, parent):
        super().__init__(parent)
        self._pages = pages
        self._refuse = refuse
        self._log = log

    def acceptNavigationRequest(self, frame, request, kind):  # noqa: N802
        return guarded(self._log, False)(self._is_accepted)(frame, request, kind)

    def _is_accepted(self, frame, request, kind):
        by_us = kind in (QWebPage.NavigationType.NavigationTypeOther, QWebPage.NavigationType.NavigationTypeReload)
        if frame == self.mainFrame() and by_us and self._pages.is_index(request.url()):
            return True
        self._refuse(f"going to {request.url().toDisplayString()}")
        return False

    def createWindow(self, _kind):  # noqa: N802
        self._refuse("opening a window")
        return None

    def javaScriptConsoleMessage(self, message, line, _source):  # noqa: N802
        self._log("info", f"Panel, line {line}: {message}")

    def shouldInterruptJavaScript(self):  # noqa: N802
        # Otherwise QtWebKit asks with a dialog of its own while a large answer is read.
        return False


class WebKitHost(EmbeddedHost):
    kind = "webkit"

    def __init__(self, parent, panel_dir, log):
        # QtWebKit hangs objects of its own on the one that speaks, and PyQt crashes when it meets them. Without an owner
        # it is outside the tree of windows, where plugins look for children of QGIS's window.
        super().__init__(parent, panel_dir, log)
        view = QWebView(self)
        page = _PanelPage(self._pages, self.refused.emit, log, view)
        page.setNetworkAccessManager(_PanelFiles(self._pages, self.refused.emit, log, page))
        page.setLinkDelegationPolicy(QWebPage.LinkDelegationPolicy.DelegateAllLinks)
        page.setForwardUnsupportedContent(False)
        page.downloadRequested.connect(self._refuse_download)
        self.show_page(view, page, QWebSettings.WebAttribute, (
            "JavaEnabled", "OfflineStorageDatabaseEnabled", "OfflineWebApplicationCacheEnabled", "DnsPrefetchEnabled",
        ))
        page.mainFrame().javaScriptWindowObjectCleared.connect(self._add_object)

    def dispose(self):
        frame = self.view.page().mainFrame()
        frame.javaScriptWindowObjectCleared.disconnect(self._add_object)
        self.view.stop()
        self.view.setParent(None)
        self.view.deleteLater()

    def _add_object(self):
        guarded(self._log)(self._add_to_our_page)()

    def _add_to_our_page(self):
        frame = self.view.page().mainFrame()
        # While a page is being loaded, url() is already the new one.
        if self._pages.is_index(frame.url()):
            frame.addToJavaScriptWindowObject("qgisHost", self._object)
        elif frame.url().toString() not in ("", "about:blank"):
            self.refused.emit(f"the bridge to {frame.url().toDisplayString()}")

    def _refuse_download(self, request):
        self.refused.emit(f"downloading {request.url().toDisplayString()}")
