"""Marks in QGIS's layer tree on layers that are published: unchanged since, or what differs."""
from qgis.core import QgsLayerTree, QgsProject
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPixmap

from . import layers
from .bridge import guarded
from .words import say

UNCHANGED_COLOUR = "#2e7d32"
CHANGED_COLOUR = "#c75b00"
ICON_PX = 16

PARTS = ("data", "style", "metadata")


def differing(link, stamps):
    """Which parts of a layer are not what was published. A stamp that is not known yet says nothing."""
    return [part for part in PARTS if stamps[part] and link["stamps"][part] and stamps[part] != link["stamps"][part]]


def tooltip(link, parts):
    if not parts:
        return say("badge_same", server=link["server"])
    return say("badge_differs", parts=", ".join(say(f"part_{part}") for part in parts), server=link["server"])


def icon_of(parts):
    """A full circle is unchanged and a ring differs, so that the two can be told apart without colours."""
    picture = QPixmap(ICON_PX, ICON_PX)
    picture.fill(QColor(0, 0, 0, 0))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(CHANGED_COLOUR if parts else UNCHANGED_COLOUR)
    pen = painter.pen()
    pen.setColor(colour)
    pen.setWidth(3)
    painter.setPen(pen)
    painter.setBrush(colour if not parts else QColor(0, 0, 0, 0))
    painter.drawEllipse(4, 4, 8, 8)
    painter.end()
    return QIcon(picture)


class Badges(QObject):
    """Keeps one indicator on every layer that has a link; follows the watch, which waits until changes have settled."""

    def __init__(self, view, watch, log):
        super().__init__()
        self.view = view
        self.watch = watch
        self.shown = {}
        self.follow = guarded(log)(self.update)
        self.leave = guarded(log)(self.leave_nodes)
        watch.changed.connect(self.follow)
        self.root = QgsProject.instance().layerTreeRoot()
        self.root.willRemoveChildren.connect(self.leave)
        self.update([])

    def stop(self):
        layers.disconnect(self.watch.changed, self.follow)
        layers.disconnect(self.root.willRemoveChildren, self.leave)
        for layer_id in list(self.shown):
            self.remove(layer_id)
        # By Qt, on this thread; not by Python's garbage collector on whatever thread it runs.
        self.deleteLater()

    def leave_nodes(self, parent, first, last):
        """Badges go before their nodes. The view keeps them by the node's address and does not notice its end: the next node
        that gets the same address would be painted with a badge that is deleted, of which QGIS dies."""
        for node in parent.children()[first:last + 1]:
            for each in node.findLayers() if QgsLayerTree.isGroup(node) else [node]:
                shown = [layer_id for layer_id, (of, _indicator, _said) in self.shown.items() if of is each]
                for layer_id in shown:
                    self.remove(layer_id)

    def update(self, layer_ids):
        """Those layers, or all of them when the tree itself has changed."""
        project = QgsProject.instance()
        for layer_id in layer_ids or set(self.shown) | set(project.mapLayers()):
            layer = project.mapLayer(layer_id)
            link = layers.link_of(layer) if layer is not None else None
            if link is None:
                self.remove(layer_id)
            else:
                self.show(layer, link)

    def show(self, layer, link):
        from qgis.gui import QgsLayerTreeViewIndicator

        node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
        if node is None:
            self.remove(layer.id())
            return
        parts = differing(link, self.watch.stamps_of(layer))
        said = tooltip(link, parts)
        _node, indicator, before = self.shown.get(layer.id(), (None, None, None))
        if before == said and _node is node:
            return
        self.remove(layer.id())
        indicator = QgsLayerTreeViewIndicator(self.view)
        indicator.setIcon(icon_of(parts))
        indicator.setToolTip(said)
        self.view.addIndicator(node, indicator)
        self.shown[layer.id()] = (node, indicator, said)

    def remove(self, layer_id):
        node, indicator, _said = self.shown.pop(layer_id, (None, None, None))
        if indicator is None:
            return
        self.view.removeIndicator(node, indicator)
        indicator.deleteLater()


def show(context):
    """Begins to mark layers; returns what ends it. Without a window there is nothing to mark."""
    if context.iface is None:
        return lambda: None
    badges = Badges(context.iface.layerTreeView(), layers.watch_of(context), context.log)
    return badges.stop
