"""SEC-IMS in QGIS's Processing toolbox: the same steps as the panel's, for models, scripts and qgis_process."""
