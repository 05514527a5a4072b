"""Installs the plugin in QGIS as its plugin manager does: from a repository URL into an empty profile; then loads it.

Arguments: repository (URL of plugins.xml), package. Nothing of QGIS is replaced; only the window is missing.
"""
import json
import os
import sys

from qgis.core import QgsApplication, QgsProviderRegistry, QgsSettings
from qgis.PyQt.QtCore import QEventLoop, QTimer

arguments = json.load(sys.stdin)
package = arguments["package"]
application = QgsApplication([b"x"], True)
application.initQgis()
QgsProviderRegistry.instance()
sys.path += [QgsApplication.pkgDataPath() + "/python", QgsApplication.pkgDataPath() + "/python/plugins"]

import qgis.utils  # noqa: E402

home = os.path.join(QgsApplication.qgisSettingsDirPath(), "python", "plugins")
os.makedirs(home, exist_ok=True)
qgis.utils.home_plugin_path = home
qgis.utils.plugin_paths = [home]
sys.path.insert(0, home)

failures = []
qgis.utils.showException = lambda kind, value, trace, message, **more: failures.append("%s %s" % (message, value))

from pyplugin_installer.installer_data import plugins, repositories, reposGroup  # noqa: E402
from pyplugin_installer.qgsplugininstallerinstallingdialog import QgsPluginInstallerInstallingDialog  # noqa: E402


def fetch():
    """What the plugin manager does when it is opened: read the repository and compare with what is installed."""
    QgsSettings().setValue(reposGroup + "/ours/url", arguments["repository"])
    repositories.load()
    repositories.setInspectionFilter("ours")
    plugins.clearRepoCache()
    loop = QEventLoop()
    repositories.checkingDone.connect(loop.quit)
    QTimer.singleShot(60000, loop.quit)
    repositories.requestFetching("ours", force_reload=True)
    loop.exec()
    plugins.getAllInstalled()
    plugins.rebuild()
    return repositories.all()["ours"], plugins.all().get(package)


repository, offered = fetch()
report = {"state": repository["state"], "error": repository["error"], "offered": None}
if offered is not None:
    report["offered"] = {key: offered[key] for key in ("name", "status", "version_available", "download_url", "icon",
                                                       "homepage", "author_name", "about", "filename")}
    dialog = QgsPluginInstallerInstallingDialog(None, offered)
    dialog.exec_()
    report["installation"] = dialog.result()
    qgis.utils.updateAvailablePlugins()
    report["files"] = sorted(os.listdir(os.path.join(home, package)))
    report["loaded"] = qgis.utils.loadPlugin(package)

    # As qgis_process starts it.
    from processing.core.Processing import Processing  # noqa: E402

    Processing.initialize()
    report["started"] = qgis.utils.startProcessingPlugin(package)
    report["algorithms"] = sorted(
        algorithm.id() for provider in QgsApplication.processingRegistry().providers()
        if type(provider).__module__.startswith(package) for algorithm in provider.algorithms())
    plugin = qgis.utils.plugins.get(package)
    report["suggested"] = None
    if plugin is not None:
        plugin._add_suggested_connections()
        report["suggested"] = [[one.name, one.url] for one in plugin.connections.list()]

    report["statusAfter"] = fetch()[1]["status"]
    metadata = os.path.join(home, package, "metadata.txt")
    with open(metadata, encoding="utf-8") as file:
        text = file.read()
    with open(metadata, "w", encoding="utf-8") as file:
        file.write(text.replace("version=" + offered["version_available"], "version=0.0.1"))
    report["statusOfOlder"] = fetch()[1]["status"]
    report["unloaded"] = qgis.utils.unloadPlugin(package)
report["failures"] = failures
print(json.dumps(report))
