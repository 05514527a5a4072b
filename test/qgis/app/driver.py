"""What `qgis.bin --code` runs. QGIS does so in a namespace that it shares with others, so the rest is a module."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(os.environ['SECIMS_TEST_DRIVER'])))

from qgis.PyQt.QtCore import QTimer  # noqa: E402

import control  # noqa: E402

QTimer.singleShot(0, control.start)
