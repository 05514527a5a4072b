"""Reads the unpacked plugin as QGIS reads an installed one, and says what it found. Arguments: folder, package."""
import json
import sys

from qgis.core import Qgis, QgsApplication

arguments = json.load(sys.stdin)
application = QgsApplication([b"x"], True)
application.initQgis()
sys.path.append(QgsApplication.pkgDataPath() + "/python")

import qgis.utils  # noqa: E402

qgis.utils.plugin_paths = [arguments["folder"]]
qgis.utils.home_plugin_path = arguments["folder"]
qgis.utils.updateAvailablePlugins()

from pyplugin_installer import installer_data  # noqa: E402
from qgis.PyQt.QtGui import QIcon  # noqa: E402

package = arguments["package"]
names = ["name", "version", "description", "about", "author", "email", "homepage", "tracker", "repository", "tags",
         "category", "icon", "qgisMinimumVersion", "qgisMaximumVersion", "hasProcessingProvider", "experimental",
         "changelog"]
installed = installer_data.plugins.getInstalledPlugin(package, "%s/%s" % (arguments["folder"], package), False)
drawn = {}
for name in arguments["icons"]:
    image = QIcon("%s/%s/icons/%s" % (arguments["folder"], package, name)).pixmap(24, 24).toImage()
    drawn[name] = sum(1 for x in range(image.width()) for y in range(image.height())
                      if image.pixelColor(x, y).alpha() > 100)
print(json.dumps({
    "available": qgis.utils.available_plugins,
    "metadata": {name: qgis.utils.pluginMetadata(package, name) for name in names},
    "error": installed["error"],
    "version": installed["version_installed"],
    "qgis": Qgis.QGIS_VERSION,
    "drawn": drawn,
}))
