"""SEC-IMS as a provider of Processing; there is nothing to switch on."""
import os

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .algorithms import ALGORITHMS

ICON = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "icons", "secims.svg")


class Provider(QgsProcessingProvider):
    def __init__(self, context):
        super().__init__()
        self.context = context

    def id(self):
        return "secims"

    def name(self):
        return "SEC-IMS"

    def longName(self):  # noqa: N802 (QGIS looks for this name)
        return "SEC-IMS catalogue"

    def icon(self):
        return QIcon(ICON) if os.path.exists(ICON) else super().icon()

    def loadAlgorithms(self):  # noqa: N802 (QGIS looks for this name)
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm(self.context))
