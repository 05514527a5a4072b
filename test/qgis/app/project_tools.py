"""What a test does to and reads from the project of a running QGIS: plain PyQGIS, nothing of the plugin."""
import json
import re
from contextlib import contextmanager

from qgis.core import (
    QgsAbstractMetadataBase, QgsCoordinateReferenceSystem, QgsFeatureRequest, QgsHillshadeRenderer,
    QgsLayerMetadata, QgsMapLayer, QgsMapRendererCustomPainterJob, QgsMapSettings, QgsProject, QgsRasterLayer,
    QgsReadWriteContext, QgsRectangle, QgsVectorLayer, QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize, QVariant
from qgis.PyQt.QtGui import QColor, QImage, QPainter
from qgis.PyQt.QtXml import QDomDocument
from qgis.utils import iface

SYMBOLOGY = (
    QgsMapLayer.StyleCategory.Symbology | QgsMapLayer.StyleCategory.Labeling
    | QgsMapLayer.StyleCategory.Diagrams | QgsMapLayer.StyleCategory.Rendering
)


# Of 255. Where a corner lies on the very edge of the picture, a change in the fifteenth digit of its coordinates decides
# whether QGIS cuts the outline there; its two sides then come out up to 5 lighter or darker.
SHADE = 8


def layer(name):
    """The layer of this name; where there are more, the one added last."""
    found = QgsProject.instance().mapLayersByName(name)
    if not found:
        raise KeyError(f'no layer {name}; there are {names()}')
    return found[-1]


def names():
    return [it.name() for it in QgsProject.instance().mapLayers().values()]


def new_project():
    QgsProject.instance().setDirty(False)
    iface.newProject(False)
    return {}


def open_project(path):
    QgsProject.instance().setDirty(False)
    return {'isOpen': QgsProject.instance().read(path), 'layers': layers()}


def save_project(path):
    return {'isSaved': QgsProject.instance().write(path)}


def add_layer(path, name, style=None):
    """A vector layer with a style file, as dropped into the map."""
    added = QgsVectorLayer(path, name, 'ogr')
    if not added.isValid():
        raise ValueError(f'{path} is no layer')
    if style is not None:
        message, is_loaded = added.loadNamedStyle(style)
        if not is_loaded:
            raise ValueError(message)
    QgsProject.instance().addMapLayer(added)
    return facts(name)


def add_raster(path, name):
    added = QgsRasterLayer(path, name, 'gdal')
    if not added.isValid():
        raise ValueError(f'{path} is no raster')
    QgsProject.instance().addMapLayer(added)
    return facts(name)


def shade(name, azimuth):
    """A relief, as an analyst chooses it among the renderers of a raster."""
    it = layer(name)
    it.setRenderer(QgsHillshadeRenderer(it.dataProvider(), 1, azimuth, 45))
    it.triggerRepaint()
    it.emitStyleChanged()
    return {}


def remove_layer(name):
    QgsProject.instance().removeMapLayer(layer(name).id())
    return {}


def layers():
    return [facts(it.name()) for it in QgsProject.instance().mapLayers().values()]


def facts(name):
    it = layer(name)
    is_vector = isinstance(it, QgsVectorLayer)
    return {
        'id': it.id(),
        'name': it.name(),
        'isValid': it.isValid(),
        'provider': it.providerType(),
        'crs': it.crs().authid(),
        'count': it.featureCount() if is_vector else None,
        'renderer': it.renderer().type() if is_vector and it.renderer() else None,
        'link': it.customProperty('secims/link'),
    }


def describe(name, title, abstract, topics, keywords, contact, lineage, conditions):
    """Metadata as an analyst keeps them in the layer's properties."""
    metadata = QgsLayerMetadata(layer(name).metadata())
    metadata.setTitle(title)
    metadata.setAbstract(abstract)
    metadata.setLanguage('ENG')
    metadata.setKeywords({'gmd:topicCategory': topics, 'SEC-IMS tests': keywords})
    person = QgsAbstractMetadataBase.Contact(contact['name'])
    person.organization, person.email, person.role = contact['organisation'], contact['email'], 'pointOfContact'
    metadata.setContacts([person])
    metadata.setHistory([lineage])
    metadata.setLicenses([conditions])
    metadata.setConstraints([
        QgsLayerMetadata.Constraint(conditions, 'use'), QgsLayerMetadata.Constraint('No conditions', 'access'),
    ])
    layer(name).setMetadata(metadata)
    return {}


def plain(value):
    if isinstance(value, QVariant):
        value = None if value.isNull() else value.value()
    if isinstance(value, str):
        # QGIS takes '9:30' of GeoJSON for a time, and writes it as one.
        clock = re.fullmatch(r'(\d{1,2}:\d\d)(:00(\.0+)?)?', value)
        return clock[1].lstrip('0') if clock else value
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        # QGIS takes a column of GeoJSON for whole numbers when it sees none but such.
        return int(value) if value.is_integer() else round(value, 9)
    if hasattr(value, 'isNull') and value.isNull():
        return None
    if hasattr(value, 'toPyDateTime'):
        return value.toPyDateTime().isoformat()
    if hasattr(value, 'toPyDate'):
        return value.toPyDate().isoformat()
    return str(value)


def shape_of(geometry):
    """What a geometry is, wherever its rings begin and whichever way they run; None for nothing and nowhere."""
    if geometry.isNull() or geometry.isEmpty():
        return None
    geometry.convertToMultiType()
    box, centre = geometry.boundingBox(), geometry.centroid().asPoint()
    return [
        QgsWkbTypes.displayString(geometry.wkbType()),
        geometry.constGet().numGeometries(),
        geometry.constGet().nCoordinates(),
        box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum(),
        centre.x(), centre.y(),
        geometry.length(),
        geometry.area(),
    ]


def features(name, fields):
    """Every feature as a line of text, attributes first, in alphabetical order."""
    return sorted(
        json.dumps([[plain(feature[field]) for field in fields], shape_of(feature.geometry())], ensure_ascii=False)
        for feature in layer(name).getFeatures()
    )


def fields(name):
    return [field.name() for field in layer(name).fields()]


def qml(name):
    """Symbology, labels, diagrams and rendering, as QGIS writes them."""
    document = QDomDocument()
    error = layer(name).exportNamedStyle(document, QgsReadWriteContext(), SYMBOLOGY)
    if error:
        raise ValueError(error)
    return document.toString(1)


def restyle(name, colour):
    """Another colour, as an analyst would click it together: a single symbol, or the first of several."""
    it = layer(name)
    renderer = it.renderer().clone()
    if renderer.type() == 'singleSymbol':
        symbol = renderer.symbol().clone()
        symbol.setColor(QColor(colour))
        renderer.setSymbol(symbol)
    elif renderer.type() == 'categorizedSymbol':
        symbol = renderer.categories()[0].symbol().clone()
        symbol.setColor(QColor(colour))
        renderer.updateCategorySymbol(0, symbol)
    else:
        raise ValueError(renderer.type())
    it.setRenderer(renderer)
    it.triggerRepaint()
    return {}


def change_feature(name, field, value):
    """Changes one attribute of the first feature and saves the layer."""
    it = layer(name)
    feature = next(it.getFeatures(QgsFeatureRequest().setLimit(1)))
    it.startEditing()
    it.changeAttributeValue(feature.id(), it.fields().indexOf(field), value)
    if not it.commitChanges():
        raise ValueError('; '.join(it.commitErrors()))
    return {}


def delete_features(name, count):
    it = layer(name)
    ids = [feature.id() for feature in it.getFeatures(QgsFeatureRequest().setLimit(count))]
    it.startEditing()
    it.deleteFeatures(ids)
    if not it.commitChanges():
        raise ValueError('; '.join(it.commitErrors()))
    return {'count': it.featureCount()}


pictures = {}


# QGIS paints features in the order in which they come, and from a server they come in that of its cache's index.
BY_PLACE = ['round(x_min($geometry), 6)', 'round(y_min($geometry), 6)', 'round(area($geometry), 10)']


@contextmanager
def painted_by_place(it):
    """Where features overlap, the one on top is the same wherever they came from. Nobody hears of the change."""
    if not isinstance(it, QgsVectorLayer) or it.renderer() is None:
        yield
        return
    original, ordered = it.renderer().clone(), it.renderer().clone()
    ordered.setOrderBy(QgsFeatureRequest.OrderBy([QgsFeatureRequest.OrderByClause(one) for one in BY_PLACE]))
    ordered.setOrderByEnabled(True)
    it.blockSignals(True)
    it.setRenderer(ordered)
    try:
        yield
    finally:
        it.setRenderer(original)
        it.blockSignals(False)


def render(name, title, extent, path=None, width=500, height=400):
    """Paints one layer alone and keeps the picture under a title; one extent and size give comparable pictures."""
    it = layer(name)
    settings = QgsMapSettings()
    settings.setLayers([it])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem('EPSG:4326'))
    settings.setExtent(QgsRectangle(*extent))
    settings.setOutputSize(QSize(width, height))
    settings.setBackgroundColor(QColor('white'))
    image = QImage(QSize(width, height), QImage.Format.Format_RGB32)
    image.fill(QColor('white'))
    painter = QPainter(image)
    with painted_by_place(it):
        job = QgsMapRendererCustomPainterJob(settings, painter)
        # All here and now: parts that are painted beside each other come in any order, and labels with them.
        job.renderSynchronously()
    painter.end()
    pictures[title] = image
    if path is not None:
        pictures[title].save(path)
    painted = sum(
        pictures[title].pixel(x, y) != QColor('white').rgb() for x in range(0, width, 2) for y in range(0, height, 2)
    )
    return {'painted': painted, 'errors': [error.message for error in job.errors()]}


def compare(one, other):
    """How many pixels of two pictures differ, and how many of them by more than a shade of an edge."""
    first, second = pictures[one], pictures[other]
    if first == second:
        return {'differing': 0, 'plainly': 0}
    size = first.size()
    pairs = ((first.pixel(x, y), second.pixel(x, y)) for x in range(size.width()) for y in range(size.height()))
    distances = [
        max(abs((a >> shift & 255) - (b >> shift & 255)) for shift in (0, 8, 16)) for a, b in pairs if a != b
    ]
    return {'differing': len(distances), 'plainly': sum(distance > SHADE for distance in distances)}


def extent(name):
    it = layer(name).extent()
    return [it.xMinimum(), it.yMinimum(), it.xMaximum(), it.yMaximum()]


def zoom_to(name):
    iface.setActiveLayer(layer(name))
    iface.zoomToActiveLayer()
    return {}



commands = {
    'new_project': new_project,
    'open_project': open_project,
    'save_project': save_project,
    'add_layer': add_layer,
    'add_raster': add_raster,
    'shade': shade,
    'remove_layer': remove_layer,
    'layers': layers,
    'facts': facts,
    'fields': fields,
    'describe': describe,
    'features': features,
    'qml': qml,
    'restyle': restyle,
    'change_feature': change_feature,
    'delete_features': delete_features,
    'render': render,
    'compare': compare,
    'extent': extent,
    'zoom_to': zoom_to,
}
