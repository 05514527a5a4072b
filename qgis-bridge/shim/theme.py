"""QGIS's colours and font for the panel, and when they change."""
from qgis.PyQt.QtCore import QEvent, QObject
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QApplication

from .bridge import guarded

_ROLES = {
    "window": "Window", "windowText": "WindowText", "base": "Base", "text": "Text", "button": "Button",
    "buttonText": "ButtonText", "highlight": "Highlight", "highlightedText": "HighlightedText", "mid": "Mid",
    "link": "Link",
}


def current_theme():
    application = QApplication.instance()
    palette = application.palette()
    colours = {
        name: palette.color(QPalette.ColorGroup.Active, getattr(QPalette.ColorRole, role)).name()
        for name, role in _ROLES.items()
    }
    window = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Window)
    font = application.font()
    pixels = font.pixelSize()
    if pixels <= 0:
        # Points are 1/72 inch; a CSS pixel is 1/96 inch whatever the screen.
        pixels = round(font.pointSizeF() * 96 / 72, 1)
    return {"isDark": window.lightness() < 128, "colours": colours, "fontFamily": font.family(), "fontPx": pixels}


class ThemeWatch(QObject):
    """Calls `changed(theme)` when QGIS's colours have become others. Qt tells every widget; `widget` is one of ours."""

    _TELLING = (QEvent.Type.ApplicationPaletteChange, QEvent.Type.PaletteChange)

    def __init__(self, widget, changed, log):
        super().__init__(widget)
        self._widget = widget
        self._changed = changed
        self._log = log
        self._last = current_theme()
        widget.installEventFilter(self)

    def stop(self):
        self._widget.removeEventFilter(self)

    def eventFilter(self, _watched, event):  # noqa: N802
        if event.type() in self._TELLING:
            guarded(self._log)(self._look)()
        return False

    def _look(self):
        theme = current_theme()
        if theme != self._last:
            self._last = theme
            self._changed(theme)
