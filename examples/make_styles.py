"""Writes the styles of the examples with a real QGIS: <name>/<name>.qml (lossless) and <name>/<name>.sld.

    QT_QPA_PLATFORM=offscreen python3 examples/make_styles.py [--preview FOLDER]

Only symbology that survives QGIS's SLD export is used (single values, ranges, rules without ELSE, labels from one field);
what was written is read again, and the script fails when a rule, a filter or a symbol is missing. --preview draws every
layer with its QML into FOLDER, over the quarters, to be looked at.
"""
import os
import re
import sys

# Qt orders XML attributes by a hash with a random seed; a fixed seed makes every run write the same file.
os.environ.setdefault("QT_HASH_SEED", "0")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMapLayer,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsPointPatternFillSymbolLayer,
    QgsRectangle,
    QgsRendererCategory,
    QgsRendererRange,
    QgsRuleBasedRenderer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QSize, Qt  # noqa: E402
from qgis.PyQt.QtGui import QColor, QFont  # noqa: E402
from qgis.PyQt.QtXml import QDomDocument  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
QML_CATEGORIES = (
    QgsMapLayer.Symbology
    | QgsMapLayer.Labeling
    | QgsMapLayer.Fields
    | QgsMapLayer.Rendering
    | QgsMapLayer.MapTips
)


# Symbols -------------------------------------------------------------------------------------------------


def solid(colour, outline=None, outline_mm=0.26):
    layer = QgsSimpleFillSymbolLayer(QColor(colour))
    if outline is None:
        layer.setStrokeStyle(Qt.NoPen)
    else:
        layer.setStrokeColor(QColor(outline))
        layer.setStrokeWidth(outline_mm)
    return layer


def hatch(colour, angle, distance_mm=1.6, width_mm=0.26):
    layer = QgsLinePatternFillSymbolLayer()
    layer.setLineAngle(angle)
    layer.setDistance(distance_mm)
    layer.setSubSymbol(line(QgsSimpleLineSymbolLayer(QColor(colour), width_mm)))
    return layer


def dots(colour, distance_mm=2.0, size_mm=0.7):
    dot = QgsSimpleMarkerSymbolLayer(QgsSimpleMarkerSymbolLayer.Circle, size_mm)
    dot.setFillColor(QColor(colour))
    dot.setStrokeStyle(Qt.NoPen)
    layer = QgsPointPatternFillSymbolLayer()
    layer.setDistanceX(distance_mm)
    layer.setDistanceY(distance_mm)
    layer.setSubSymbol(marker(dot))
    return layer


def symbol(kind, layers):
    """The constructors that take a list of layers do not take ownership of them; this does."""
    made = kind.createSimple({})
    made.deleteSymbolLayer(0)
    for layer in layers:
        made.appendSymbolLayer(layer)
    return made


def fill(*layers):
    return symbol(QgsFillSymbol, layers)


def line(*layers):
    return symbol(QgsLineSymbol, layers)


def marker(*layers):
    return symbol(QgsMarkerSymbol, layers)


def stroke(colour, width_mm, dash=None, cap=Qt.RoundCap):
    layer = QgsSimpleLineSymbolLayer(QColor(colour), width_mm)
    layer.setPenCapStyle(cap)
    layer.setPenJoinStyle(Qt.RoundJoin)
    if dash:
        layer.setUseCustomDashPattern(True)
        layer.setCustomDashVector(dash)
        layer.setPenCapStyle(Qt.FlatCap)
    return layer


def mark(shape, size_mm, colour, outline="#ffffff", outline_mm=0.3):
    layer = QgsSimpleMarkerSymbolLayer(shape, size_mm)
    layer.setFillColor(QColor(colour))
    layer.setStrokeColor(QColor(outline))
    layer.setStrokeWidth(outline_mm)
    return layer


def categories(field, entries):
    return QgsCategorizedSymbolRenderer(
        field, [QgsRendererCategory(value, symbol, label) for value, label, symbol in entries]
    )


def ranges(field, entries):
    return QgsGraduatedSymbolRenderer(
        field, [QgsRendererRange(low, high, symbol, label) for low, high, label, symbol in entries]
    )


def rules(entries):
    root = QgsRuleBasedRenderer.Rule(None)
    for number, (label, expression, symbol, minimum_scale) in enumerate(entries, start=1):
        # In QGIS a rule shows between `maximum scale` (closest) and `minimum scale` (farthest); 0 is no limit.
        rule = QgsRuleBasedRenderer.Rule(symbol, 0, minimum_scale, expression, label)
        # A random key would make every run write another file.
        rule.setRuleKey("{00000000-0000-4000-8000-%012d}" % number)
        root.appendChild(rule)
    root.setRuleKey("{00000000-0000-4000-8000-000000000000}")
    return QgsRuleBasedRenderer(root)


def labels(field, size_pt, colour, placement, minimum_scale=0, bold=False, italic=False, right_mm=0):
    text = QgsTextFormat()
    font = QFont("DejaVu Sans")
    font.setBold(bold)
    font.setItalic(italic)
    text.setFont(font)
    text.setNamedStyle({(0, 0): "Book", (1, 0): "Bold", (0, 1): "Oblique", (1, 1): "Bold Oblique"}[(int(bold), int(italic))])
    text.setSize(size_pt)
    text.setColor(QColor(colour))
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(True)
    buffer.setSize(0.7)
    buffer.setColor(QColor("#ffffff"))
    text.setBuffer(buffer)
    settings = QgsPalLayerSettings()
    settings.fieldName = field
    settings.enabled = True
    settings.placement = placement
    if right_mm:
        settings.quadOffset = QgsPalLayerSettings.QuadrantRight
        settings.xOffset = right_mm
    if minimum_scale:
        settings.scaleVisibility = True
        settings.minimumScale = minimum_scale
        settings.maximumScale = 0
    settings.setFormat(text)
    return QgsVectorLayerSimpleLabeling(settings)


# Layers --------------------------------------------------------------------------------------------------


def coastal_habitats(layer):
    layer.setRenderer(
        categories(
            "habitat",
            [
                ("Mangrove", "Mangrove", fill(solid("#2f7d4f", "#1d5435"), dots("#bfe3c8", 1.8, 0.6))),
                ("Seagrass bed", "Seagrass bed", fill(solid("#a9dcc3", "#4fa789"), hatch("#4fa789", 70, 1.4))),
                ("Coral reef", "Coral reef", fill(solid("#f7a58b", "#c8553d"), dots("#c8553d", 1.5, 0.6))),
                ("Sandy beach", "Sandy beach", fill(solid("#f6dc92", "#cfa646"))),
                ("Rocky shore", "Rocky shore", fill(solid("#8d8680", "#57514c"))),
                ("Littoral forest", "Littoral forest", fill(solid("#b7c96b", "#7c8f37"), hatch("#7c8f37", 135, 2.2, 0.2))),
            ],
        )
    )
    layer.setLabeling(labels("name", 7.5, "#24424a", QgsPalLayerSettings.OverPoint, 120_000, italic=True))
    return 6


def parishes_quarters(layer):
    steps = [
        (0, 100, "fewer than 100 people per km²", "#faf3dd"),
        (100, 150, "100 to 150", "#f0dfb4"),
        (150, 250, "150 to 250", "#e3c28a"),
        (250, 500, "250 to 500", "#cf9b64"),
        (500, 2000, "more than 500", "#b06c45"),
    ]
    layer.setRenderer(
        ranges("density_per_km2", [(low, high, label, fill(solid(colour, "#ffffff", 0.5))) for low, high, label, colour in steps])
    )
    layer.setLabeling(labels("name", 9, "#3b2a20", QgsPalLayerSettings.Horizontal, 500_000, bold=True))
    return 5


def rivers(layer):
    blue, pale = "#2b7bba", "#6aaed6"
    layer.setRenderer(
        rules(
            [
                ("Main river", "\"class\" = 'Main river'", line(stroke(blue, 0.75)), 0),
                ("River", "\"class\" = 'River'", line(stroke(blue, 0.5)), 500_000),
                ("Tributary", "\"class\" = 'Tributary'", line(stroke(pale, 0.45)), 300_000),
                ("Ravine, dry at times", "\"regime\" = 'Intermittent'", line(stroke(pale, 0.4, [2.0, 1.2])), 200_000),
            ]
        )
    )
    layer.setLabeling(labels("name", 7.5, "#1c5a8c", QgsPalLayerSettings.Curved, 200_000, italic=True))
    return 4


def roads(layer):
    layer.setRenderer(
        rules(
            [
                ("Track", "\"class\" = 'Track'", line(stroke("#8c7b6b", 0.35, [1.6, 1.0])), 75_000),
                ("Feeder road", "\"class\" = 'Feeder'", line(stroke("#8f8f8f", 1.0), stroke("#ffffff", 0.6)), 150_000),
                ("Secondary road", "\"class\" = 'Secondary'", line(stroke("#a9791f", 1.3), stroke("#ffdf7e", 0.85)), 500_000),
                ("Primary road", "\"class\" = 'Primary'", line(stroke("#8f3b2c", 1.8), stroke("#f08a63", 1.2)), 0),
            ]
        )
    )
    layer.setLabeling(labels("name", 7, "#5b2a1f", QgsPalLayerSettings.Curved, 150_000))
    return 4


def health_centres(layer):
    def cross(size_mm, colour):
        return marker(
            mark(QgsSimpleMarkerSymbolLayer.Circle, size_mm, colour),
            mark(QgsSimpleMarkerSymbolLayer.CrossFill, size_mm * 0.6, "#ffffff", "#ffffff", 0),
        )

    layer.setRenderer(
        categories(
            "kind",
            [
                ("Hospital", "Hospital", cross(6.2, "#b3202c")),
                ("Polyclinic", "Polyclinic", cross(5.0, "#d9544d")),
                ("Wellness centre", "Wellness centre", cross(3.8, "#2a8c82")),
            ],
        )
    )
    layer.setLabeling(labels("name", 7.5, "#333333", QgsPalLayerSettings.OverPoint, 100_000, right_mm=3))
    return 3


def rain_gauges(layer):
    steps = [
        (0, 1600, "less than 1600 mm a year", "#deebf7", 2.6),
        (1600, 2000, "1600 to 2000 mm", "#9ecae1", 3.4),
        (2000, 2600, "2000 to 2600 mm", "#4292c6", 4.2),
        (2600, 3400, "2600 to 3400 mm", "#2166ac", 5.0),
        (3400, 9000, "more than 3400 mm", "#08306b", 5.8),
    ]
    layer.setRenderer(
        ranges(
            "annual_mm",
            [
                (low, high, label, marker(mark(QgsSimpleMarkerSymbolLayer.Circle, size, colour, "#0b2545", 0.3)))
                for low, high, label, colour, size in steps
            ],
        )
    )
    layer.setLabeling(labels("name", 7.5, "#0b2545", QgsPalLayerSettings.OverPoint, 200_000, right_mm=3))
    return 5


def marine_reserves(layer):
    def zone(colour, angle):
        pale = QColor(colour)
        pale.setAlpha(70)
        return fill(solid(pale, colour, 0.6), hatch(colour, angle, 2.4, 0.26))

    layer.setRenderer(
        categories(
            "zone",
            [
                ("Marine reserve", "Marine reserve", zone("#b5179e", 45)),
                ("Fishing priority", "Fishing priority area", zone("#0077b6", 135)),
                ("Multiple use", "Multiple use area", zone("#2a9d8f", 0)),
                ("Recreation", "Recreation area", zone("#e9a100", 90)),
                ("Mooring", "Mooring area", zone("#5a5a5a", 20)),
            ],
        )
    )
    layer.setLabeling(labels("name", 7.5, "#4a154b", QgsPalLayerSettings.OverPoint, 100_000, italic=True))
    return 5


TITLES = {
    "coastal_habitats": "Coastal habitats",
    "parishes_quarters": "Population density by quarter",
    "rivers": "Rivers by class",
    "roads": "Roads by class",
    "health_centres": "Health centres by kind",
    "rain_gauges": "Mean annual rainfall",
    "marine_reserves": "Marine management zones",
}
MAKERS = [coastal_habitats, parishes_quarters, rivers, roads, health_centres, rain_gauges, marine_reserves]


# Writing and checking --------------------------------------------------------------------------------------


def check_sld(path, rule_count):
    """QGIS says nothing when it loses something (no message, ok=True), so what it wrote is counted."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = []
    document = QDomDocument()
    if not document.setContent(text)[0]:
        found.append("not well-formed")
    if 'version="1.1.0"' not in text:
        found.append("not SLD 1.1.0")
    # Every rule of the renderer and one for the labels.
    if text.count("<se:Rule>") != rule_count + 1:
        found.append("%d rules instead of %d" % (text.count("<se:Rule>"), rule_count + 1))
    if text.count("<ogc:Filter") != rule_count:
        found.append("%d filters instead of %d" % (text.count("<ogc:Filter"), rule_count))
    if text.count("<se:TextSymbolizer") != 1:
        found.append("no label")
    for rule in re.findall(r"<se:Rule>.*?</se:Rule>", text, re.S):
        if not re.search(r"<se:(Point|Line|Polygon|Text)Symbolizer", rule):
            found.append("a rule that draws nothing")
    if "<!--" in text:
        found.append("losses in comments: %s" % re.findall(r"<!--(.*?)-->", text, re.S))
    if "Placeholder" in text or "IsNull" in text or HERE in text:
        found.append("a placeholder, a test for null or a local path")
    return found


def style(make):
    name = make.__name__
    layer = QgsVectorLayer("%s|layername=%s" % (os.path.join(HERE, name, name + ".gpkg"), name), TITLES[name], "ogr")
    if not layer.isValid():
        raise SystemExit("QGIS cannot open the GeoPackage of %s; run generate.ts first." % name)
    layer.setName(TITLES[name])
    rule_count = make(layer)
    layer.setLabelsEnabled(True)
    base = os.path.join(HERE, name, name)
    for suffix, save in ((".qml", lambda p: layer.saveNamedStyle(p, QML_CATEGORIES)), (".sld", layer.saveSldStyle)):
        message, ok = save(base + suffix)
        if not ok:
            raise SystemExit("%s%s: %s" % (name, suffix, message))
    with open(base + ".qml", encoding="utf-8") as file:
        if HERE in file.read():
            raise SystemExit("%s.qml names a local path." % name)
    problems = check_sld(base + ".sld", rule_count)
    if problems:
        raise SystemExit("%s.sld: %s" % (name, "; ".join(problems)))
    return layer


def preview(layers, extent, path, scale_width=900):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(layers[-1].crs())
    settings.setBackgroundColor(QColor("#dceaf2"))
    settings.setExtent(extent)
    height = int(scale_width * extent.height() / extent.width())
    settings.setOutputSize(QSize(scale_width, height))
    settings.setOutputDpi(96)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(path)
    print("%s 1:%d" % (path, settings.scale()))


def ground():
    path = os.path.join(HERE, "parishes_quarters", "parishes_quarters.gpkg")
    layer = QgsVectorLayer(path + "|layername=parishes_quarters", "ground", "ogr")
    layer.setRenderer(QgsSingleSymbolRenderer(fill(solid("#f7f4ec", "#d9d2c0", 0.2))))
    layer.setLabelsEnabled(False)
    return layer


def run():
    layers = [style(make) for make in MAKERS]
    print("%d styles written by QGIS" % len(layers))
    if "--preview" in sys.argv:
        folder = sys.argv[sys.argv.index("--preview") + 1]
        os.makedirs(folder, exist_ok=True)
        base = ground()
        island = QgsRectangle(-61.10, 13.69, -60.85, 14.13)
        south_west = QgsRectangle(-61.10, 13.79, -61.02, 13.89)
        south_east = QgsRectangle(-60.97, 13.70, -60.88, 13.79)
        for layer in layers:
            name = next(key for key, title in TITLES.items() if title == layer.name())
            preview([layer, base], island, os.path.join(folder, name + ".png"))
            preview([layer, base], south_west, os.path.join(folder, name + "_sw.png"))
            preview([layer, base], south_east, os.path.join(folder, name + "_se.png"))
            # What a client sees that has only the SLD.
            other = layer.clone()
            other.loadSldStyle(os.path.join(HERE, name, name + ".sld"))
            preview([other, base], south_west, os.path.join(folder, name + "_sw_sld.png"))
        everything = [layers[i] for i in (4, 5, 3, 2, 6, 0, 1)]
        preview(everything, island, os.path.join(folder, "everything.png"), 1100)


def main():
    application = QgsApplication([], False)
    application.initQgis()
    # Layers must be gone before QGIS ends; they are local to run().
    run()
    application.exitQgis()


if __name__ == "__main__":
    main()
