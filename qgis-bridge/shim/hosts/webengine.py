"""The panel in QtWebEngine. The module can be imported only where hosts.open_host has found that it is safe.

QWebChannel and its script live in a world of their own (ApplicationWorld). The page sees `window.qgisHost` with `post`
and `message.connect`; texts cross between the worlds as events of the document, so that the page has no hand on the
channel, nor on anything else that Qt may put on it.
"""
from qgis.PyQt.QtCore import QFile, QIODevice

try:
    from qgis.PyQt.QtWebChannel import QWebChannel
    from qgis.PyQt.QtWebEngineCore import QWebEngineUrlRequestInterceptor
    from qgis.PyQt.QtWebEngineWidgets import QWebEngineView
except ImportError:
    # qgis.PyQt of QGIS 3 before 3.38 does not name these modules; PyQt5 itself does.
    from PyQt5.QtWebChannel import QWebChannel
    from PyQt5.QtWebEngineCore import QWebEngineUrlRequestInterceptor
    from PyQt5.QtWebEngineWidgets import (
        QWebEnginePage,
        QWebEngineProfile,
        QWebEngineScript,
        QWebEngineSettings,
        QWebEngineView,
    )
else:
    try:
        from qgis.PyQt.QtWebEngineCore import (
            QWebEnginePage,
            QWebEngineProfile,
            QWebEngineScript,
            QWebEngineSettings,
        )
    except ImportError:
        # With Qt 5 they are still among the widgets.
        from qgis.PyQt.QtWebEngineWidgets import (
            QWebEnginePage,
            QWebEngineProfile,
            QWebEngineScript,
            QWebEngineSettings,
        )

from ..bridge import guarded
from .embedded import EmbeddedHost

_FOR_THE_PAGE = """
(function () {
  document.addEventListener('qgishost:open', function () {
    if (window.qgisHost) return
    window.qgisHost = {
      post: function (text) {
        document.dispatchEvent(new CustomEvent('qgishost:post', { detail: String(text) }))
      },
      message: {
        connect: function (take) {
          document.addEventListener('qgishost:message', function (event) { take(event.detail) })
        },
      },
    }
    document.dispatchEvent(new CustomEvent('qgishostready'))
  })
})()
"""
_FOR_THE_CHANNEL = """
(function () {
  new QWebChannel(qt.webChannelTransport, function (channel) {
    var host = channel.objects.qgisHost
    document.addEventListener('qgishost:post', function (event) {
      if (typeof event.detail === 'string') host.post(event.detail)
    })
    host.message.connect(function (text) {
      document.dispatchEvent(new CustomEvent('qgishost:message', { detail: text }))
    })
    var open = function () { document.dispatchEvent(new CustomEvent('qgishost:open')) }
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', open)
    else open()
  })
})()
"""


def _channel_script():
    file = QFile(":/qtwebchannel/qwebchannel.js")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise ImportError("Qt's qwebchannel.js is missing")
    text = bytes(file.readAll()).decode("utf-8")
    file.close()
    return text


class _PanelFiles(QWebEngineUrlRequestInterceptor):
    def __init__(self, pages, refuse, log, parent):
        super().__init__(parent)
        self._pages = pages
        self._refuse = refuse
        self._log = log

    def interceptRequest(self, info):  # noqa: N802
        guarded(self._log)(self._block_others)(info)

    def _block_others(self, info):
        url = info.requestUrl()
        if self._pages.is_ours(url) or url.scheme() == "data":
            return
        info.block(True)
        self._refuse(f"a request to {url.toDisplayString()}")


class _PanelPage(QWebEnginePage):
    def __init__(self, profile, pages, refuse, log, parent):
        super().__init__(profile, parent)
        self._pages = pages
        self._refuse = refuse
        self._log = log

    def acceptNavigationRequest(self, url, kind, is_main_frame):  # noqa: N802
        return guarded(self._log, False)(self._is_accepted)(url, kind, is_main_frame)

    def _is_accepted(self, url, kind, is_main_frame):
        by_us = kind in (
            QWebEnginePage.NavigationType.NavigationTypeTyped,
            QWebEnginePage.NavigationType.NavigationTypeReload,
        )
        # location.reload() comes as "other", and so does location=; the address decides.
        is_other = kind == QWebEnginePage.NavigationType.NavigationTypeOther
        if is_main_frame and (by_us or is_other) and self._pages.is_index(url):
            return True
        self._refuse(f"going to {url.toDisplayString()}")
        return False

    def createWindow(self, _kind):  # noqa: N802
        self._refuse("opening a window")
        return None

    def javaScriptConsoleMessage(self, _level, message, line, _source):  # noqa: N802
        self._log("info", f"Panel, line {line}: {message}")


class WebEngineHost(EmbeddedHost):
    kind = "webengine"

    def __init__(self, parent, panel_dir, log):
        super().__init__(parent, panel_dir, log)
        self._object.setParent(self)
        # Without a name it is off the record: nothing of the page is written to disk.
        self._profile = QWebEngineProfile(self)
        self._profile.downloadRequested.connect(self._refuse_download)
        self._files = _PanelFiles(self._pages, self.refused.emit, log, self)
        self._profile.setUrlRequestInterceptor(self._files)
        view = QWebEngineView(self)
        self._page = _PanelPage(self._profile, self._pages, self.refused.emit, log, view)
        self._channel = QWebChannel(self._page)
        self._channel.registerObject("qgisHost", self._object)
        world = QWebEngineScript.ScriptWorldId.ApplicationWorld
        self._page.setWebChannel(self._channel, self._number_of(world))
        self._inject("page", _FOR_THE_PAGE, QWebEngineScript.ScriptWorldId.MainWorld)
        self._inject("channel", _channel_script() + _FOR_THE_CHANNEL, world)
        self.show_page(view, self._page, QWebEngineSettings.WebAttribute, ("ScreenCaptureEnabled", "PdfViewerEnabled"))

    def dispose(self):
        self._channel.deregisterObject(self._object)
        self.view.stop()
        self.view.setParent(None)
        # The page has to go before its profile, which Qt otherwise warns about.
        self._page.deleteLater()
        self.view.deleteLater()

    @staticmethod
    def _number_of(world):
        return getattr(world, "value", world)

    def _inject(self, name, source, world):
        script = QWebEngineScript()
        script.setName(f"secims-{name}")
        script.setSourceCode(source)
        script.setWorldId(self._number_of(world))
        script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
        script.setRunsOnSubFrames(False)
        self._page.scripts().insert(script)

    def _refuse_download(self, item):
        item.cancel()
        self.refused.emit(f"downloading {item.url().toDisplayString()}")
