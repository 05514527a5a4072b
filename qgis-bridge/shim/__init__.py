"""SEC-IMS in QGIS: publish layers with their styles, and open them from the catalogue."""


def classFactory(iface):  # noqa: N802 (QGIS looks for this name)
    from .plugin import Plugin

    return Plugin(iface)
