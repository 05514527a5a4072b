"""Compares what was sent with what is served: sentences about what differs, none when all is well."""

from ..words import say

DEGREES = 1e-5


def name_of(field):
    return field["name"].lower()


def compare(sent, served, seen):
    """`sent`: facts of the exported file with extentCrs84; `served`: the collection as the server describes it;
    `seen`: the collection as QGIS opens it. A collection's own key column is not among the fields of the layer."""
    wrong = []
    if not seen["isValid"]:
        return [say("verify_unopened", reason=seen["message"])]
    if seen["featureCount"] is not None and seen["featureCount"] != sent["featureCount"]:
        wrong.append(say("verify_count", found=seen["featureCount"], wanted=sent["featureCount"]))
    if sent["featureCount"] > 0 and not seen["hasFirstFeature"]:
        wrong.append(say("verify_first"))
    missing = {name_of(field) for field in sent["fields"]} - {name_of(field) for field in seen["fields"]}
    # QGIS makes the fields of an OGC API layer from its first features, so an empty one has none.
    if missing and sent["featureCount"] > 0:
        wrong.append(say("verify_fields", fields=", ".join(sorted(missing))))
    wrong += compare_crs(sent, served) + compare_extent(sent, served)
    return wrong


# The catalogue's names of what GDAL calls them.
SAMPLE_TYPES = {
    "Byte": "uint8", "Int8": "int8", "UInt16": "uint16", "Int16": "int16", "UInt32": "uint32", "Int32": "int32",
    "Float32": "float32", "Float64": "float64",
}


def compare_raster(sent, served):
    """The same for a raster, which nobody opens: the catalogue says what it serves."""
    found = served.get("raster")
    if found is None:
        return [say("verify_no_raster")]
    grid = sent["raster"]
    pairs = (
        (f"{grid['width']} × {grid['height']}", f"{found['width']} × {found['height']}"),
        (str(grid["bands"]), str(len(found["bands"]))),
        (SAMPLE_TYPES.get(grid["dataType"], grid["dataType"]), found["dataType"]),
    )
    wrong = [say("verify_grid", found=one, wanted=other) for other, one in pairs if one != other]
    return wrong + compare_crs(sent, served) + compare_extent(sent, served)


def compare_crs(sent, served):
    if sent["epsg"] is None:
        return []
    known = served.get("storageCrs") or ""
    if not known or known.rstrip("/").split("/")[-1] in (str(sent["epsg"]), "CRS84", "CRS84h"):
        return []
    return [say("verify_crs", found=known, wanted=sent["epsg"])]


def compare_extent(sent, served):
    boxes = ((served.get("extent") or {}).get("spatial") or {}).get("bbox") or []
    box = sent.get("extentCrs84")
    if not boxes or box is None:
        return []
    found = boxes[0] if len(boxes[0]) == 4 else [boxes[0][0], boxes[0][1], boxes[0][3], boxes[0][4]]
    # Extents are widened when they are reprojected, so only a real difference counts.
    tolerance = max(DEGREES, 0.02 * max(box[2] - box[0], box[3] - box[1]))
    if all(abs(one - other) <= tolerance for one, other in zip(found, box)):
        return []
    shown = ", ".join(f"{corner:.5f}" for corner in found)
    wanted = ", ".join(f"{corner:.5f}" for corner in box)
    return [say("verify_extent", found=shown, wanted=wanted)]
