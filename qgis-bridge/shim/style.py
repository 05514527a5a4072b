"""A layer's style as it travels: QML and SLD with their local symbols inside, and the comparison of two styles.

Only symbology, labels, diagrams and rendering are ever written or loaded: a QML can also hold Python, actions, forms and
map tips, and those neither leave this computer nor come in from a server.
"""
import base64
import functools
import hashlib
import os

from qgis.core import (
    QgsApplication,
    QgsClassificationEqualInterval,
    QgsClassificationMethod,
    QgsFontUtils,
    QgsMapLayer,
    QgsPathResolver,
    QgsProject,
    QgsReadWriteContext,
    QgsSymbolLayerUtils,
)
from qgis.PyQt.QtCore import QUrl, QUrlQuery, QXmlStreamReader
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from .bridge import Failure
from .words import say

MOST_ASSET_BYTES = 256 * 1024
MOST_SLD_BYTES = 1_000_000
MOST_QML_BYTES = 5_000_000
EMBEDDED = "base64:"

# Symbol layer → its property that names a file, and what kind of file.
FILE_PROPERTIES = {
    "SvgMarker": ("name", "svg"),
    "SVGFill": ("svgFile", "svg"),
    "RasterMarker": ("imageFile", "image"),
    "RasterFill": ("imageFile", "image"),
    "RasterLine": ("imageFile", "image"),
}
# Names of data-defined properties that choose a file.
FILE_EXPRESSIONS = {"name", "file", "svgFile", "imageFile", "shapeSVGFile", "ShapeSVGFile"}

REMOTE = ("http:", "https:", "ftp:", "//", "\\\\", "/vsi", "file:")

# What a QML may hold of the four categories. QGIS reads some of the rest whatever categories it is told to read
# (custom properties come in with the labels), so the rest is taken out before.
STYLE_ELEMENTS = {
    "renderer-v2",
    "labeling",
    "blendMode",
    "featureBlendMode",
    "layerOpacity",
    "layerGeometryType",
    "selection",
    "LinearlyInterpolatedDiagramRenderer",
    "SingleCategoryDiagramRenderer",
    "StackedDiagramRenderer",
    "DiagramLayerSettings",
    "pipe",
    "pipe-data-defined-properties",
}

# What QGIS writes anew at each save, or keeps twice: `prop` repeats `Option` until 3.26. Newer QGIS gives symbol layers and
# classes ids by chance, others in each that is made anew.
VOLATILE_ATTRIBUTES = {
    "qgis": {"version", "styleCategories", "readOnly"},
    "layer": {"id"},
    "range": {"uuid"},
    "category": {"uuid"},
}

# How a classification words its classes.
LABEL_FORMAT = ("format", "labelprecision", "trimtrailingzeroes")

# What an SLD's OnlineResource can name besides files: letters of fonts, and other servers, which are never fetched.
NOT_FILES = ("ttf:", "http:", "https:", "ftp:")

IMAGE_TYPES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


def categories():
    category = QgsMapLayer.StyleCategory if hasattr(QgsMapLayer, "StyleCategory") else QgsMapLayer
    chosen = category.Symbology | category.Labeling
    return chosen | category.Diagrams | category.Rendering


def to_document(layer):
    document = QDomDocument()
    layer.exportNamedStyle(document, QgsReadWriteContext(), categories())
    keep_style_only(document)
    return document


def keep_style_only(document):
    root = document.documentElement()
    child = root.firstChildElement()
    while not child.isNull():
        following = child.nextSiblingElement()
        if child.tagName() not in STYLE_ELEMENTS:
            root.removeChild(child)
        child = following


def to_qml(layer):
    """The QML with the four categories; nothing of the layer changes, and no file is written."""
    return to_document(layer).toString(1)


@functools.lru_cache(maxsize=None)
def forgotten_of_label_format():
    """Attributes of a classification's <labelFormat> that this QGIS writes and does not read.

    QGIS 3.22 looks for the element under another name and reads none of it; 3.40 and 3.44 write `trimtrailingzeroes` as
    1 and take only `true` for true. So a project that is saved and opened again has lost them, and whoever compared them
    would find a difference that nobody made. They only serve to word the classes when an analyst makes them anew: the
    words of the classes that there are stand in their ranges, and those are compared. What this QGIS does is tried out,
    so that one that keeps them compares them."""
    forgotten = set()
    # Kept: Qt's elements do not outlive their document.
    document = QDomDocument()
    for trims in (True, False):
        method = QgsClassificationEqualInterval()
        method.setLabelFormat("%1 to %2")
        method.setLabelPrecision(method.labelPrecision() + 1)
        method.setLabelTrimTrailingZeroes(trims)
        written = method.save(document, QgsReadWriteContext())
        read = QgsClassificationMethod.create(written, QgsReadWriteContext())
        again = read.save(document, QgsReadWriteContext())
        before, after = written.firstChildElement("labelFormat"), again.firstChildElement("labelFormat")
        for name in LABEL_FORMAT:
            if before.attribute(name) != after.attribute(name):
                forgotten.add(name)
    return frozenset(forgotten)


def canonical(qml):
    """The QML as a list of events that is the same for styles that are the same."""
    reader = QXmlStreamReader(qml)
    events = []
    has_options = []
    skipped = 0
    while not reader.atEnd():
        reader.readNext()
        if reader.isStartElement():
            name = reader.name()
            name = name if isinstance(name, str) else str(name.toString() if hasattr(name, "toString") else name)
            is_repeated = name == "prop" and has_options and has_options[-1]
            if skipped or is_repeated:
                skipped += 1
                continue
            if name == "Option" and has_options:
                has_options[-1] = True
            has_options.append(False)
            volatile = forgotten_of_label_format() if name == "labelFormat" else VOLATILE_ATTRIBUTES.get(name, ())
            attributes = []
            for attribute in reader.attributes():
                key = str(attribute.name())
                if key not in volatile:
                    attributes.append((key, str(attribute.value())))
            events.append((name, tuple(sorted(attributes))))
        elif reader.isEndElement():
            if skipped:
                skipped -= 1
                continue
            has_options.pop()
            events.append(("/", ()))
        elif reader.isCharacters() and not reader.isWhitespace() and not skipped:
            events.append(("text", (str(reader.text()).strip(),)))
    return events


def stamp(layer):
    if not hasattr(layer, "exportNamedStyle"):
        return ""
    return hashlib.sha256(repr(canonical(to_qml(layer))).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sections(qml):
    """Child elements of the QML's root by name, and the root's own attributes."""
    found = {}
    depth = 0
    current = None
    for event in canonical(qml):
        if event[0] == "/":
            depth -= 1
        elif event[0] != "text":
            depth += 1
        if depth == 1 and event[0] not in ("/", "text") and event[0] == "qgis":
            for name, value in event[1]:
                found.setdefault(name, []).append(value)
            continue
        if depth == 2 and event[0] not in ("/", "text"):
            current = event[0]
        if current is not None:
            found.setdefault(current, []).append(event)
        if depth == 1:
            current = None
    return found


# What the parts of a QML are called in QGIS.
SECTION_NAMES = {
    "renderer-v2": "renderer",
    "labeling": "labeling",
    "labelsEnabled": "labeling",
    "LinearlyInterpolatedDiagramRenderer": "diagrams",
    "SingleCategoryDiagramRenderer": "diagrams",
    "StackedDiagramRenderer": "diagrams",
    "DiagramLayerSettings": "diagrams",
    "blendMode": "blend mode",
    "featureBlendMode": "blend mode",
    "layerOpacity": "opacity",
    "minScale": "scale range",
    "maxScale": "scale range",
    "hasScaleBasedVisibilityFlag": "scale range",
    "pipe": "renderer",
}


def differences(one, other):
    """Names of the parts in which two QMLs differ."""
    left, right = sections(one), sections(other)
    names = {name for name in set(left) | set(right) if left.get(name) != right.get(name)}
    # Where the geometry differs QGIS refuses the style altogether.
    return sorted({SECTION_NAMES.get(name, name) for name in names})


def all_elements(document, name):
    nodes = document.elementsByTagName(name)
    return [nodes.item(position).toElement() for position in range(nodes.count())]


def children(element, name):
    found = []
    child = element.firstChildElement(name)
    while not child.isNull():
        found.append(child)
        child = child.nextSiblingElement(name)
    return found


def places(document):
    """Where the QML names files: (element, attribute, kind). A symbol layer says it twice until QGIS 3.26."""
    found = []
    for layer in all_elements(document, "layer"):
        wanted, kind = FILE_PROPERTIES.get(layer.attribute("class"), (None, None))
        if wanted is None:
            continue
        for options in children(layer, "Option"):
            found += [(one, "value", kind) for one in children(options, "Option") if one.attribute("name") == wanted]
        found += [(one, "v", kind) for one in children(layer, "prop") if one.attribute("k") == wanted]
    # The background of a label.
    found += [(one, "shapeSVGFile", "svg") for one in all_elements(document, "background")]
    return [place for place in found if place[0].attribute(place[1])]


def path_of(name, kind):
    resolver = QgsProject.instance().pathResolver()
    if kind == "svg":
        return QgsSymbolLayerUtils.svgSymbolNameToPath(name, resolver)
    return resolver.readPath(name)


def is_builtin(path):
    library = os.path.realpath(os.path.join(QgsApplication.pkgDataPath(), "svg"))
    return os.path.realpath(path).startswith(library + os.sep)


def read_asset(name, kind):
    """(state, bytes or None) of a file that a style names."""
    if name.startswith(EMBEDDED):
        content = base64.b64decode(name[len(EMBEDDED) :])
        return ("embedded" if len(content) <= MOST_ASSET_BYTES else "too-large"), content
    path = path_of(name, kind)
    if not path or not os.path.isfile(path):
        return "missing", None
    if os.path.getsize(path) > MOST_ASSET_BYTES:
        return "too-large", None
    with open(path, "rb") as file:
        content = file.read()
    return ("builtin" if is_builtin(path) else "embedded"), content


def short_name(name, position):
    if name.startswith(EMBEDDED):
        return f"embedded {position}"
    return name.replace("\\", "/").rstrip("/").split("/")[-1].split("?")[0] or name[:80]


def embed_assets(document):
    """Puts local symbols into the QML, and says what became of each."""
    assets = {}
    for element, attribute, kind in places(document):
        name = element.attribute(attribute)
        if name not in assets:
            state, content = read_asset(name, kind)
            facts = {"name": short_name(name, len(assets) + 1), "kind": kind, "state": state}
            if content is not None:
                facts["sizeBytes"] = len(content)
            elif state == "too-large":
                facts["sizeBytes"] = os.path.getsize(path_of(name, kind))
            assets[name] = (facts, content)
        facts, content = assets[name]
        if facts["state"] == "embedded" and not name.startswith(EMBEDDED):
            element.setAttribute(attribute, EMBEDDED + base64.b64encode(content).decode("ascii"))
        elif facts["state"] in ("missing", "too-large") and not name.startswith(EMBEDDED):
            # Folders of this computer are nobody's business.
            element.setAttribute(attribute, facts["name"])
    return [facts for facts, _content in assets.values()]


def fonts_of(document):
    families = {element.attribute("fontFamily") for element in all_elements(document, "text-style")}
    families |= {one.attribute("description").split(",")[0] for one in all_elements(document, "fontProperties")}
    for layer in all_elements(document, "layer"):
        if layer.attribute("class") != "FontMarker":
            continue
        for options in children(layer, "Option"):
            families |= {one.attribute("value") for one in children(options, "Option") if one.attribute("name") == "font"}
    return [
        {"family": family, "isInstalled": QgsFontUtils.fontFamilyOnSystem(family)}
        for family in sorted(families)
        if family
    ]


def export_sld(layer):
    """(document, messages) as QGIS writes the SLD; before 3.44 it says nothing about what it leaves out."""
    document = QDomDocument()
    if hasattr(layer, "exportSldStyleV3"):
        from qgis.core import QgsSldExportContext

        context = QgsSldExportContext()
        document = layer.exportSldStyleV3(context)
        return document, list(context.errors()) + list(context.warnings())
    layer.exportSldStyle(document, "")
    return document, []


def data_uri(content):
    media_type = "image/svg+xml"
    for beginning, name in IMAGE_TYPES:
        if content.startswith(beginning):
            media_type = name
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def drawn_svg(name, query, content):
    """The SVG with the colours of the symbol filled in, as QGIS paints it."""
    values = QUrlQuery(query)

    def value(key, otherwise):
        return values.queryItemValue(key, QUrl.ComponentFormattingOption.FullyDecoded) or otherwise

    def colour(key, opacity, otherwise):
        found = QColor(value(key, otherwise))
        found.setAlphaF(min(1.0, max(0.0, float(value(opacity, "1")))))
        return found

    path = name if name.startswith(EMBEDDED) else path_of(name, "svg")
    drawn = QgsApplication.svgCache().svgContent(
        path,
        100,
        colour("fill", "fill-opacity", "#000000"),
        colour("outline", "outline-opacity", "#000000"),
        float(value("outline-width", "0") or 0),
        1,
    )
    return bytes(drawn) or content


def embed_in_sld(document, with_content=True):
    """Puts the symbols into the SLD as data URIs, and takes out what would tell of this computer's folders."""
    for resource in all_elements(document, "se:OnlineResource") + all_elements(document, "sld:OnlineResource"):
        href = resource.attribute("xlink:href")
        name, _, query = href.partition("?")
        if not name or name.lower().startswith(NOT_FILES):
            continue
        state, content = read_asset(name, "svg")
        if not with_content or content is None or state == "too-large":
            resource.setAttribute("xlink:href", short_name(name, 0) + (f"?{query}" if query else ""))
            continue
        drawn = drawn_svg(name, query, content) if query else content
        resource.setAttribute("xlink:href", data_uri(drawn))
        graphic = resource.parentNode()
        if query:
            remove_plain_fallback(graphic)


def remove_plain_fallback(graphic):
    """QGIS names each SVG twice, once without its colours, for readers that know no parameters; here both would be
    the same picture, and pictures are large."""
    following = graphic.nextSiblingElement(graphic.nodeName())
    if following.isNull():
        return
    following.parentNode().removeChild(following)


def to_sld(layer):
    document, messages = export_sld(layer)
    embed_in_sld(document)
    text = document.toString(1)
    if len(text.encode("utf-8", "replace")) > MOST_SLD_BYTES:
        document, messages = export_sld(layer)
        embed_in_sld(document, with_content=False)
        text = document.toString(1)
        messages = messages + [say("symbols_too_large")]
    return (text or None), messages


def style_of(layer):
    """LayerStyle of the protocol."""
    document = to_document(layer)
    fonts = fonts_of(document)
    assets = embed_assets(document)
    sld, messages = to_sld(layer)
    return {
        "qml": document.toString(1),
        "sld": sld,
        "sldMessages": messages,
        "assets": assets,
        "fonts": fonts,
    }


def read_qml(text):
    """A QML that came from elsewhere: the document with what would reach out of it taken away, the published style as
    it is compared, and what was taken away."""
    if len(text) > MOST_QML_BYTES or "<!ENTITY" in text:
        raise Failure("layer-invalid", say("style_not_qgis"))
    document = QDomDocument()
    outcome = document.setContent(text)
    is_read = outcome[0] if isinstance(outcome, tuple) else bool(outcome)
    if not is_read or document.documentElement().tagName() != "qgis":
        raise Failure("layer-invalid", say("style_unreadable"))
    keep_style_only(document)
    published = document.toString(1)
    return document, published, disarm(document)


def disarm(document):
    """Symbols from other computers would be fetched by QGIS whenever the map is drawn, and tell who looks at it."""
    removed = []
    for element, attribute, _kind in places(document):
        if element.attribute(attribute).strip().lower().startswith(REMOTE):
            element.setAttribute(attribute, "")
            removed.append("symbols on other servers")
    holders = [one for one in all_elements(document, "layer") if one.attribute("class") in FILE_PROPERTIES]
    holders += all_elements(document, "settings") + all_elements(document, "text-style")
    for holder in holders:
        for option in option_maps(holder):
            if option.attribute("name") in FILE_EXPRESSIONS and is_active(option):
                option.parentNode().removeChild(option)
                removed.append("symbol files chosen by expressions")
    return sorted(set(removed))


def option_maps(element):
    """The data-defined properties that belong to an element itself, not to symbols further inside."""
    found = []
    for name in ("data_defined_properties", "dd_properties"):
        for holder in children(element, name):
            for whole in children(holder, "Option"):
                for properties in children(whole, "Option"):
                    if properties.attribute("name") == "properties":
                        found += children(properties, "Option")
    return found


def is_active(option):
    return any(one.attribute("name") == "active" and one.attribute("value") == "true" for one in children(option, "Option"))


def load_qml(layer, qml):
    """Loads a published QML. Returns ('identical' | 'differs', what differs)."""
    document, published, removed = read_qml(qml)
    is_loaded, message = layer.importNamedStyle(document, categories())
    if not is_loaded:
        return "differs", [message or say("style_refused")]
    differing = sorted(set(differences(published, to_qml(layer))) | set(removed))
    return ("differs" if differing else "identical"), differing


def load_sld(layer, sld, folder):
    """Loads an SLD where there is no QML. QGIS reads SLD from files only."""
    if "<!ENTITY" in sld or "<!DOCTYPE" in sld:
        raise Failure("layer-invalid", say("sld_entities"))
    document = QDomDocument()
    outcome = document.setContent(sld, True)
    is_read = outcome[0] if isinstance(outcome, tuple) else bool(outcome)
    if not is_read:
        raise Failure("layer-invalid", say("sld_unreadable"))
    for resource in all_resources(document):
        href = resource.attributeNode("xlink:href") if resource.hasAttribute("xlink:href") else None
        address = resource.attributeNS("http://www.w3.org/1999/xlink", "href") if href is None else href.value()
        if address.strip().lower().startswith(REMOTE):
            resource.parentNode().removeChild(resource)
    path = os.path.join(folder, "style.sld")
    with open(path, "w", encoding="utf-8") as file:
        file.write(document.toString(1))
    message, is_loaded = layer.loadSldStyle(path)
    os.remove(path)
    return ("sld", []) if is_loaded else ("none", [message or say("sld_refused")])


def all_resources(document):
    nodes = document.elementsByTagNameNS("*", "OnlineResource")
    found = [nodes.item(position).toElement() for position in range(nodes.count())]
    return found or [one for prefix in ("se:", "sld:", "") for one in all_elements(document, prefix + "OnlineResource")]


def offer_published(layer):
    """Keeps the present style, which has just been published, among the layer's styles, to come back to."""
    manager = layer.styleManager()
    name = say("style_published")
    if manager.currentStyle() == name:
        return False
    if name in manager.styles():
        manager.removeStyle(name)
    return manager.addStyleFromLayer(name)


def verbs(_context):
    from . import layers

    def read_style(parameters, _call):
        layer = layers.find_layer(parameters["layer"])
        layers.demand_valid(layer)
        return style_of(layer)

    def keep_style(parameters, _call):
        return {"isKept": offer_published(layers.find_layer(parameters["layer"]))}

    return {"layer.style": read_style, "layer.keepStyle": keep_style}
