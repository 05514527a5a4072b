"""Loaded into QGIS by the driver for publish.bench.ts: a timer that feels when QGIS's main thread stands still, and how
much of that the machine was busy with others, as the system says."""
import time

from qgis.PyQt.QtCore import QTimer

TICK_MS = 5
NOTED_MS = 15

stalls = []
state = {}


def waited_for_core_ms():
    try:
        with open('/proc/thread-self/schedstat', encoding='ascii') as file:
            return int(file.read().split()[1]) / 1e6
    except OSError:
        return 0.0


def tick():
    now, waited_ms = time.time(), waited_for_core_ms()
    gap_ms = (now - state['last']) * 1000
    if gap_ms > NOTED_MS:
        own_ms = max(0.0, gap_ms - (waited_ms - state['waited_ms']))
        stalls.append({'at': state['last'] * 1000, 'ms': round(gap_ms), 'ownMs': round(own_ms)})
    state.update(last=now, waited_ms=waited_ms)


def take():
    """Those since the last time it was asked."""
    found, stalls[:] = list(stalls), []
    return found


timer = QTimer()
timer.timeout.connect(tick)
state.update(last=time.time(), waited_ms=waited_for_core_ms())
timer.start(TICK_MS)
commands = {'stalls': take}
