"""What a layer weighs on the server, which counts geometries and attributes and no indexes: guessed before it is exported,
from its features, and measured afterwards, in the file."""
import pathlib
import sqlite3
import time

from qgis.core import QgsFeatureRequest, QgsVectorLayerFeatureSource, QgsWkbTypes

from . import layers
from .collections import in_background
from .words import say

# Of a large layer the first features have to do: a person waits for this.
MOST_SECONDS = 0.15
LOOK_AT_CLOCK_EVERY = 20
# The head of a geometry in a GeoPackage; all but points have their box in it.
HEAD_BYTES = 8
BOX_BYTES = 32
NUMBER_BYTES = 8
# As the server looks at attributes.
SAMPLED_ROWS = 500


def geometry_bytes(geometry):
    if geometry.isNull():
        return 0
    shape = geometry.constGet()
    size = shape.wkbSize() if hasattr(shape, "wkbSize") else len(geometry.asWkb())
    is_point = QgsWkbTypes.flatType(shape.wkbType()) == QgsWkbTypes.Point
    return HEAD_BYTES + size + (0 if is_point else BOX_BYTES)


def value_bytes(value):
    if isinstance(value, str):
        return len(value.encode("utf-8", "replace"))
    return NUMBER_BYTES


def feature_bytes(feature):
    return geometry_bytes(feature.geometry()) + sum(value_bytes(value) for value in feature.attributes())


def weigh_features(source, request, count):
    """(bytes of all `count` features, whether only some were looked at)."""
    until = time.monotonic() + MOST_SECONDS
    seen = total = 0
    for feature in source.getFeatures(request):
        total += feature_bytes(feature)
        seen += 1
        if seen % LOOK_AT_CLOCK_EVERY == 0 and time.monotonic() > until:
            break
    if seen == 0:
        return 0, False
    is_sampled = seen < count
    return (round(total / seen * count) if is_sampled else total), is_sampled


def counted(layer, scope):
    """How many features would be published; None where asking keeps a server busy."""
    if scope == "selected":
        return layer.selectedFeatureCount()
    if layers.source_of(layer) == "service" or layers.is_counted_slowly(layer):
        return None
    count = layer.featureCount()
    return count if count >= 0 else None


def weigh(layer, scope, run):
    """LayerWeight of the protocol, by way of run(work): in the background for the panel, at once for Processing."""
    layers.demand_vector(layer)
    count = counted(layer, scope)
    if count is None:
        return {"bytes": None, "isSampled": False}
    request = QgsFeatureRequest()
    if scope == "selected":
        request.setFilterFids(layer.selectedFeatureIds())
    # Made here: other threads may use it, but not the layer.
    source = QgsVectorLayerFeatureSource(layer)

    def work():
        total, is_sampled = weigh_features(source, request, count)
        return {"bytes": total, "isSampled": is_sampled}

    return run(work)


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def weigh_file(path, table):
    """Bytes of a written GeoPackage's table as the server counts them. Reading it this way does not change the file."""
    connection = sqlite3.connect(pathlib.Path(path).resolve().as_uri() + "?mode=ro&immutable=1", uri=True)
    try:
        return weigh_table(connection, table)
    finally:
        connection.close()


def weigh_table(connection, table):
    found = connection.execute("select column_name from gpkg_geometry_columns where table_name = ?", (table,)).fetchone()
    shape = found[0] if found else None
    # Names are quoted; nothing of them is read as SQL.
    columns = [row[1] for row in connection.execute(f"pragma table_info({quoted(table)})") if not row[5]]
    lengths = "+".join(
        f"case typeof({quoted(name)}) when 'text' then length(cast({quoted(name)} as blob)) "
        f"when 'blob' then length({quoted(name)}) else {NUMBER_BYTES} end"
        for name in columns
        if name != shape
    )
    count, shapes = connection.execute(
        f"select count(*), {'total(length(' + quoted(shape) + '))' if shape else '0'} from {quoted(table)}"  # nosec B608
    ).fetchone()
    if not lengths:
        return int(shapes)
    attributes = connection.execute(
        f"select avg({lengths}) from (select * from {quoted(table)} limit {SAMPLED_ROWS})"  # nosec B608
    ).fetchone()[0]
    return round(shapes + count * (attributes or 0))


def verbs(_context):
    def weigh_layer(parameters, call):
        layer = layers.find_vector_layer(parameters["layer"])
        title = say("task_weigh", layer=layer.name())
        return weigh(layer, parameters["scope"], lambda work: in_background(title, work, call))

    return {"layer.weigh": weigh_layer}
