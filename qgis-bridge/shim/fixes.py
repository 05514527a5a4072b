"""The remedies that preflight offers and that need QGIS: each does one thing, and a person's choice is a native dialog."""
from qgis.core import QgsCoordinateReferenceSystem

from . import layers
from .bridge import Failure
from .words import say


def demand_window(context):
    if context.iface is None:
        raise Failure("layer-invalid", say("no_window"), say("no_window_remedy"))
    return context.iface.mainWindow()


def choose_crs(context, layer):
    """QGIS's own dialog; the layer stays as it is when the person cancels. Data are not reprojected."""
    from qgis.gui import QgsProjectionSelectionDialog

    dialog = QgsProjectionSelectionDialog(demand_window(context))
    dialog.setWindowTitle(say("crs_of_layer", layer=layer.name()))
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
            say("edits_failed", layer=layer.name(), reason="; ".join(layer.commitErrors())),
            say("edits_failed_remedy"),
        )


def clear_filter(_context, layer):
    layers.demand_vector(layer)
    if layer.isEditable():
        raise Failure(
            "layer-invalid",
            say("filter_edited", layer=layer.name()),
            say("filter_edited_remedy"),
        )
    if not layer.setSubsetString(""):
        raise Failure("layer-invalid", say("filter_stays", layer=layer.name()))


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
