"""Writes rasters to GeoTIFFs with GDAL, which QGIS brings along: values, colours, bands and nodata as the source has them."""
from qgis.core import QgsCoordinateReferenceSystem, QgsProviderRegistry, QgsRasterLayer

from . import layers
from .bridge import Failure
from .words import say

# What makes neighbours that are alike small; bytes often are palettes or photographs, which it does not help.
PREDICTORS = {
    "UInt16": "2", "Int16": "2", "UInt32": "2", "Int32": "2", "Float32": "3", "Float64": "3",
}
CREATION = ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER"]


def demand_raster(layer):
    layers.demand_valid(layer)
    if layers.provider_of(layer) != "gdal" or layers.source_of(layer) != "file":
        raise Failure("layer-invalid", say("raster_source", layer=layer.name()), say("raster_source_remedy"))


def is_upright(dataset):
    """Whether rows run to the east and columns to the south. Others QGIS turns while it reads them."""
    place = dataset.GetGeoTransform(can_return_null=True)
    return place is not None and place[1] > 0 and place[2] == 0 and place[4] == 0 and place[5] < 0


class Writing:
    """One raster on its way into a GeoTIFF: made where the layer lives, and done in any thread."""

    def __init__(self, layer, path, target_epsg):
        demand_raster(layer)
        own = layers.with_definition(layer.crs())
        if target_epsg is not None and not own.isValid():
            raise Failure("export-failed", say("export_no_crs", layer=layer.name()), say("export_no_crs_remedy"))
        self.name = layer.name()
        self.path = path
        # A name for GDAL, without what QGIS writes behind it.
        self.source = layer.source().split("|")[0]
        parts = QgsProviderRegistry.instance().decodeUri("gdal", layer.source())
        self.open_options = list(parts.get("openOptions") or [])
        self.system = own.toWkt(layers.FOR_FILES) if own.isValid() else None
        self.target = None
        if target_epsg is not None and target_epsg != layers.crs_facts(own)["epsg"]:
            target = layers.with_definition(QgsCoordinateReferenceSystem(f"EPSG:{target_epsg}"))
            if not target.isValid():
                raise Failure("export-failed", say("export_crs", epsg=target_epsg), say("export_crs_remedy"))
            self.target = target.toWkt(layers.FOR_FILES)

    def write(self, on_progress, is_cancelled):
        """Whether it was written whole; False when it was cancelled."""
        from osgeo import gdal

        def told(share, _message, _data):
            on_progress(100 * share)
            return 0 if is_cancelled() else 1

        # For this thread alone. What goes wrong is told in the panel, and not on standard error.
        gdal.PushErrorHandler("CPLQuietErrorHandler")
        try:
            gdal.ErrorReset()
            is_written = self.copy(gdal, told)
            reason = gdal.GetLastErrorMsg()
        except RuntimeError as error:
            # Where somebody has told GDAL to raise.
            is_written, reason = False, str(error)
        finally:
            gdal.PopErrorHandler()
        if is_cancelled():
            return False
        if not is_written:
            raise WriteError(reason)
        return True

    def copy(self, gdal, told):
        dataset = gdal.OpenEx(self.source, gdal.OF_RASTER, open_options=self.open_options)
        if dataset is None:
            return False
        if dataset.GetGeoTransform(can_return_null=True) is None and dataset.GetGCPCount() == 0:
            raise Failure("export-failed", say("raster_nowhere", layer=self.name), say("raster_nowhere_remedy"))
        kind = gdal.GetDataTypeName(dataset.GetRasterBand(1).DataType)
        creation = CREATION + ([f"PREDICTOR={PREDICTORS[kind]}"] if kind in PREDICTORS else [])
        if self.target is None and is_upright(dataset):
            written = gdal.Translate(
                self.path, dataset, format="GTiff", creationOptions=creation, outputSRS=self.system, maskBand="none",
                callback=told,
            )
        else:
            written = gdal.Warp(
                self.path, dataset, format="GTiff", creationOptions=creation, srcSRS=self.system,
                dstSRS=self.target or self.system, multithread=False, callback=told,
            )
        if written is None:
            return False
        # Closing writes what is left, and may be what fails on a full disk.
        written.FlushCache()
        failed = gdal.GetLastErrorType() >= gdal.CE_Failure
        del written
        return not failed


class WriteError(Exception):
    """What GDAL said when it could not write."""


def written_facts(path, layer_name):
    """What the written file holds, read back from it; runs in any thread."""
    written = QgsRasterLayer(path, layer_name, "gdal")
    if not written.isValid():
        return None
    return {
        "layerName": layer_name,
        "featureCount": 0,
        "epsg": layers.crs_facts(written.crs())["epsg"],
        "extent": layers.box_of(written.extent()),
        "fields": [],
        "raster": layers.grid_of(written),
    }
