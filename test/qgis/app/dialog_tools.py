"""Commands for QGIS's own dialogs and map that a test cannot work by buttons alone; loaded into control.py."""
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle
from qgis.gui import QgsProjectionSelectionDialog
from qgis.PyQt.QtWidgets import QApplication, QListWidget
from qgis.utils import iface


def choose_crs(code):
    """Picks a system in the open dialog, as a click in its long list does."""
    dialog = QApplication.activeModalWidget()
    if not isinstance(dialog, QgsProjectionSelectionDialog):
        return {'isOpen': False}
    dialog.setCrs(QgsCoordinateReferenceSystem(code))
    return {'isOpen': True}


def pages():
    """Of the topmost dialog: the page that its list of pages shows."""
    dialog = QApplication.activeModalWidget()
    lists = [] if dialog is None else dialog.findChildren(QListWidget, 'mOptionsListWidget')
    return [one.currentItem().text() for one in lists if one.currentItem() is not None]


def set_crs(name, code):
    QgsProject.instance().mapLayersByName(name)[0].setCrs(QgsCoordinateReferenceSystem(code))
    return {}


def zoom_to_box(crs, extent):
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem(crs))
    iface.mapCanvas().setExtent(QgsRectangle(*extent))
    iface.mapCanvas().refresh()
    return {}


commands = {'choose_crs': choose_crs, 'pages': pages, 'set_crs': set_crs, 'zoom_to_box': zoom_to_box}
