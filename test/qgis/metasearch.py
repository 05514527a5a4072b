"""
MetaSearch, as QGIS ships it, without a window: connects to a catalogue, searches, looks at a record and adds its file as a
layer. Reads {"url", "words", "title", "box", "type"} and tells what the dialog shows; the type is that of QGIS's list, CSW
by default.
"""
import json
import os
import sys
import warnings

warnings.simplefilter('ignore')
from qgis.core import Qgis, QgsApplication, QgsProject, QgsSettings, QgsVectorLayer  # noqa: E402
from qgis.PyQt import QtWidgets  # noqa: E402

given = json.load(sys.stdin)
app = QgsApplication([], True)
app.initQgis()
sys.path.append(os.path.join(QgsApplication.pkgDataPath(), 'python', 'plugins'))

complaints = []


def complain(_parent, title, text, *_buttons):
    complaints.append('%s: %s' % (title, text))
    return QtWidgets.QMessageBox.Ok


for name in ('warning', 'information', 'critical'):
    setattr(QtWidgets.QMessageBox, name, staticmethod(complain))

from qgis.gui import QgsMapCanvas, QgsMessageBar  # noqa: E402
from MetaSearch.dialogs import maindialog  # noqa: E402

canvas = QgsMapCanvas()
bar = QgsMessageBar()
added = []


class Interface:
    """What MetaSearch asks of QGIS."""

    def mapCanvas(self):
        return canvas

    def messageBar(self):
        return bar

    def mainWindow(self):
        return None

    def addVectorLayer(self, path, title, provider):
        layer = QgsVectorLayer(path, title, provider)
        added.append(layer)
        return layer if layer.isValid() else None


shown = {}


class Record(maindialog.RecordDialog):
    """Does not wait for somebody to close it."""

    def exec(self):
        shown['record'] = self.textMetadata.toPlainText()

    # As QGIS 3.22 calls it.
    exec_ = exec


maindialog.RecordDialog = Record

settings = QgsSettings()
settings.setValue('/MetaSearch/SEC-IMS/url', given['url'])
settings.setValue('/MetaSearch/SEC-IMS/catalog-type', given.get('type', 'OGC CSW 2.0.2'))
settings.setValue('/MetaSearch/selected', 'SEC-IMS')

dialog = maindialog.MetaSearchDialog(Interface())
dialog.populate_connection_list()
for combo in (dialog.cmbConnectionsServices, dialog.cmbConnectionsSearch):
    combo.setCurrentIndex(combo.findText('SEC-IMS'))
dialog.connection_info() if hasattr(dialog, 'connection_info') else None
shown['service'] = dialog.textMetadata.toPlainText()

dialog.spnRecords.setValue(2)


def rows():
    tree = dialog.treeRecords
    return [[tree.topLevelItem(n).text(0), tree.topLevelItem(n).text(1)] for n in range(tree.topLevelItemCount())]


def search(words='', box=None):
    dialog.leKeywords.setText(words)
    for field, value in zip((dialog.leWest, dialog.leSouth, dialog.leEast, dialog.leNorth), box or ('-180', '-90', '180', '90')):
        field.setText(value)
    dialog.search()
    return {'rows': rows(), 'label': dialog.lblResults.text()}


told = {'all': search()}
dialog.btnNext.click()
told['next'] = {'rows': rows(), 'label': dialog.lblResults.text()}
told['words'] = search(given['words'])
told['box'] = search(given['words'], given['box'])
told['elsewhere'] = search(given['words'], ['100', '10', '110', '20'])
told['found'] = search(given['words'])

tree = dialog.treeRecords
for n in range(tree.topLevelItemCount()):
    if tree.topLevelItem(n).text(1) == given['title']:
        tree.setCurrentItem(tree.topLevelItem(n))
        tree.topLevelItem(n).setSelected(True)
dialog.record_clicked()
told['footprint'] = dialog.rubber_band.asGeometry().boundingBox().toString(3)
told['canAddFile'] = dialog.mActionAddGisFile.isEnabled()
dialog.show_metadata()
# Of OGC API - Records MetaSearch takes a link's media type for its protocol, and knows no file by that.
if told['canAddFile']:
    dialog.add_gis_file()
told['layer'] = [[layer.isValid(), layer.name(), layer.featureCount(), layer.crs().authid()] for layer in added]
told['shown'] = shown
told['complaints'] = complaints
told['version'] = Qgis.QGIS_VERSION_INT
added.clear()
QgsProject.instance().clear()
print(json.dumps(told))
sys.stdout.flush()
# The dialog has no interface to come down with, and would crash while QGIS is taken apart.
os._exit(0)
