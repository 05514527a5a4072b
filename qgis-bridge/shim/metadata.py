"""QGIS's layer metadata as the protocol writes it, both ways."""
import hashlib
import json

from qgis.core import QgsAbstractMetadataBase, QgsDateTimeRange, QgsLayerMetadata, QgsProject
from qgis.PyQt.QtCore import QDateTime, Qt

CONTACT = ("name", "organization", "position", "role", "email", "voice", "fax")
LINK = ("name", "type", "url", "description", "format", "mimeType", "size")
TEXTS = ("identifier", "parentIdentifier", "type", "language", "title", "abstract", "fees", "encoding")
LISTS = ("categories", "history", "rights", "licenses")


def to_text(moment):
    if not moment.isValid():
        return None
    return moment.toUTC().toString(Qt.DateFormat.ISODate)


def from_text(text):
    if text is None:
        return QDateTime()
    moment = QDateTime.fromString(text, Qt.DateFormat.ISODate)
    return moment


def members(thing, names):
    """The members of a QGIS struct that say something."""
    return {name: getattr(thing, name) for name in names if getattr(thing, name)}


def metadata_of(layer):
    """QgisMetadata of the protocol; what is empty is left out."""
    known = layer.metadata()
    found = {name: getattr(known, name)() for name in TEXTS + LISTS}
    found["keywords"] = {name: words for name, words in known.keywords().items() if words}
    found["contacts"] = [members(contact, CONTACT) for contact in known.contacts()]
    found["links"] = [members(link, LINK) for link in known.links()]
    found["constraints"] = [{"type": one.type, "constraint": one.constraint} for one in known.constraints()]
    found["crs"] = known.crs().authid()
    found["temporal"] = [
        [to_text(span.begin()), to_text(span.end())] for span in known.extent().temporalExtents()
    ]
    return {name: value for name, value in found.items() if value}


def stamp(layer):
    """Of what people wrote. CRS and extent are left out: QGIS fills them in by itself."""
    said = {name: value for name, value in metadata_of(layer).items() if name != "crs"}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def to_contact(given, present):
    contact = QgsAbstractMetadataBase.Contact(given.get("name", ""))
    for name in CONTACT:
        setattr(contact, name, given.get(name, ""))
    # The protocol has no addresses; those of the same person stay.
    for other in present:
        if (other.name, other.organization) == (contact.name, contact.organization):
            contact.addresses = other.addresses
    return contact


def to_link(given):
    link = QgsAbstractMetadataBase.Link(given.get("name", ""), given.get("type", ""), given.get("url", ""))
    for name in LINK:
        setattr(link, name, given.get(name, ""))
    return link


def set_metadata(layer, given):
    """Writes what is given into the layer; absent members stay as they are. The project becomes unsaved."""
    # QgsLayerMetadata has no copy in Python that all versions share; the layer hands out one of its own.
    changed = QgsLayerMetadata(layer.metadata())
    for name in TEXTS + LISTS:
        if name in given:
            setter = getattr(changed, "set" + name[0].upper() + name[1:])
            setter(given[name])
    if "keywords" in given:
        changed.setKeywords(given["keywords"])
    # Categories are the keywords of gmd:topicCategory; whoever gives both means the categories.
    if "categories" in given:
        changed.setCategories(given["categories"])
    if "contacts" in given:
        present = layer.metadata().contacts()
        changed.setContacts([to_contact(contact, present) for contact in given["contacts"]])
    if "links" in given:
        changed.setLinks([to_link(link) for link in given["links"]])
    if "constraints" in given:
        changed.setConstraints(
            [QgsLayerMetadata.Constraint(one["constraint"], one["type"]) for one in given["constraints"]]
        )
    if "temporal" in given:
        extent = changed.extent()
        extent.setTemporalExtents(
            [QgsDateTimeRange(from_text(begin), from_text(end)) for begin, end in given["temporal"]]
        )
        changed.setExtent(extent)
    layer.setMetadata(changed)
    QgsProject.instance().setDirty(True)


def verbs(context):
    # Imported here, because layers reads metadata.
    from . import layers

    def write_back(parameters, _call):
        layer = layers.find_layer(parameters["layer"])
        set_metadata(layer, parameters["metadata"])
        return layers.facts_of(layer, layers.watch_of(context))

    return {"layer.setMetadata": write_back}
