"""The remedies that preflight offers and that need QGIS: each does one thing, and a person's choice is a native dialog."""
from qgis.core import QgsCoordinateReferenceSystem

from . import layers
from .bridge import Failure


def demand_window(context):
    if context.iface is None:
        raise Failure("layer-invalid", "This needs QGIS's window.", "Open the project in QGIS.")
    return context.iface.mainWindow()


def choose_crs(context, layer):
    """QGIS's own dialog; the layer stays as it is when the person cancels. Data are not reprojected."""
    from qgis.gui import QgsProjectionSelectionDialog

    dialog = QgsProjectionSelectionDialog(demand_window(context))
    dialog.setWindowTitle(f"Coordinate system of '{layer.name()}'")
    dialog.setCrs(layer.crs())
    if dialog.exec() and dialog.crs().isValid():
        set_crs(layer, dialog.crs())


def set_crs(layer, crs):
    layer.setCrs(QgsCoordinateReferenceSystem(crs))
    layer.triggerRepaint()


def save_edits(_context, layer):
    layers.demand_vector(layer)
    if not layer.isEditable():
        return
    if not layer.commitChanges(False):
        raise Failure(
            "layer-invalid",
            f"The edits of '{layer.name()}' could not be saved: {'; '.join(layer.commitErrors())}",
            "Correct them in QGIS, then save again. They are still there.",
        )


def clear_filter(_context, layer):
    layers.demand_vector(layer)
    if layer.isEditable():
        raise Failure(
            "layer-invalid",
            f"'{layer.name()}' is being edited; QGIS changes filters only when editing has ended.",
            "Save or discard the edits first.",
        )
    if not layer.setSubsetString(""):
        raise Failure("layer-invalid", f"QGIS could not take the filter off '{layer.name()}'.")


def open_properties(context, layer):
    demand_window(context)
    # The name of the page is that of its widget in QGIS; other names open the page last seen.
    context.iface.showLayerProperties(layer, "mOptsPage_Metadata")


FIXES = {
    "chooseCrs": choose_crs,
    "saveEdits": save_edits,
    "clearFilter": clear_filter,
    "openProperties": open_properties,
}


def verbs(context):
    def fix(parameters, _call):
        layer = layers.find_layer(parameters["layer"])
        FIXES[parameters["fix"]](context, layer)
        return layers.facts_of(layer, layers.watch_of(context))

    return {"layer.fix": fix}
