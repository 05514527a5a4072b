"""Where the panel is shown: QtWebEngine or QtWebKit in the dock, or the system's browser.

A host is a widget with `kind`, the signals `received(text)` and `refused(what)`, and the methods `load()`,
`send(text)` and `dispose()`. It shows the plugin's own files and nothing else.
"""
from qgis.PyQt.QtCore import QCoreApplication, Qt


class HostUnavailable(Exception):
    """Why this QGIS cannot show the panel this way; a sentence."""


def _webengine(parent, panel_dir, say, log):
    # Setting the attribute late ends the process on Qt 6 and was measured to; QGIS sets it, or it stays unset.
    if not QCoreApplication.testAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts):
        raise HostUnavailable(say("host_webengine_attribute"))
    try:
        from .webengine import WebEngineHost
    except ImportError as error:
        raise HostUnavailable(say("host_missing", name="QtWebEngine", error=error)) from error
    return WebEngineHost(parent, panel_dir, log)


def _webkit(parent, panel_dir, say, log):
    try:
        from .webkit import WebKitHost
    except ImportError as error:
        raise HostUnavailable(say("host_missing", name="QtWebKit", error=error)) from error
    return WebKitHost(parent, panel_dir, log)


def _browser(parent, panel_dir, say, log):
    from .browser import BrowserHost

    try:
        return BrowserHost(parent, panel_dir, say, log)
    except OSError as error:
        raise HostUnavailable(say("host_no_port", error=error)) from error


_MAKERS = {"webengine": _webengine, "webkit": _webkit, "browser": _browser}
ORDER = tuple(_MAKERS)


def open_host(parent, panel_dir, say, log, wanted="auto", order=None):
    """The first host that works, and why those before it do not. A `wanted` one is tried first."""
    kinds = list(order or ORDER)
    if wanted != "auto":
        kinds = [wanted] + [kind for kind in kinds if kind != wanted]
    reasons = []
    for kind in kinds:
        try:
            return _MAKERS[kind](parent, panel_dir, say, log), reasons
        except HostUnavailable as unavailable:
            reasons.append(str(unavailable))
    raise HostUnavailable(" ".join(reasons))
