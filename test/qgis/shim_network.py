"""Connections and requests of the plugin against servers that behave, and servers that do not.

Standard input: {"plugins", "home", "url", "tokens": {"editor": …, "wrong": …}, "other": {name: address}}.
"""
import os
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(__file__))
from shim_support import Window, attempt, logged, run, settled, spin, unlock, until  # noqa: E402
from qgis.core import (  # noqa: E402
    Qgis,
    QgsApplication,
    QgsNetworkAccessManager,
    QgsOwsConnection,
    QgsProject,
    QgsSettings,
    QgsTask,
    QgsVectorLayer,
)
from qgis.PyQt.QtWidgets import QDialog, QLineEdit, QMessageBox  # noqa: E402


def files_with(folder, secret):
    found = []
    for place, _folders, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                if secret.encode() in file.read():
                    found.append(os.path.relpath(path, folder))
    return found


def main(asked):
    import secims_bridge
    from secims_bridge.bridge import Call, Failure, wait_for
    from secims_bridge.connections import normalised

    window = Window()
    window.window.show()
    plugin = secims_bridge.classFactory(window)
    plugin.settings.set("locale", "en")
    connections, network = plugin.connections, plugin.network
    url, tokens, other = asked["url"], asked["tokens"], asked["other"]
    told = {}
    asks_for_credentials = []
    QgsNetworkAccessManager.instance().authenticationRequired.connect(lambda *_: asks_for_credentials.append("asked"))

    # Without a window QGIS cannot ask for the master password; that is a sentence.
    plugin.iface = None
    told["locked"] = attempt(lambda: connections.add("Locked", url, tokens["editor"]))
    told["lockedKept"] = [each.name for each in connections.list()]
    plugin.iface = window
    # With a window the person reads why QGIS is about to ask.
    explained = []
    real_exec = QMessageBox.exec

    def shown(box):
        explained.append([box.objectName(), box.text()])
        unlock()
        return QMessageBox.StandardButton.Ok

    QMessageBox.exec = shown
    editor = connections.add("Catalogue / west", url + "/", tokens["editor"])
    told["explained"] = explained
    QMessageBox.exec = real_exec

    def address(text):
        try:
            return list(normalised(text, plugin.say))
        except Failure as failure:
            return failure.message

    told["addresses"] = {text: address(text) for text in asked["addresses"]}
    told["listed"] = [each.to_json() for each in connections.list()]
    told["connected"] = settled(connections.test(editor))["result"].to_json()
    told["method"] = QgsApplication.authManager().configAuthMethodKey(connections.get(editor).authcfg)
    public = connections.add("Public", url)
    told["public"] = settled(connections.test(public))["result"].to_json()
    wrong = connections.add("Wrong", url, tokens["wrong"])
    told["refused"] = settled(connections.test(wrong))["result"].to_json()
    told["badToken"] = attempt(lambda: connections.add("Bad", url, "two words"))

    def call(connection, operation, **named):
        return attempt(lambda: network.call(connection, operation, **named))

    record = call(editor, "catalogue.createRecord", body=asked["record"], idempotency_key="one")
    record_id = record["result"]["body"]["id"]
    told["created"] = {**record["result"], "body": record_id}
    etag = record["result"]["etag"]
    told["changed"] = call(editor, "catalogue.changeRecord", path={"recordId": record_id}, if_match=etag,
                           body=asked["change"])
    told["stale"] = call(editor, "catalogue.changeRecord", path={"recordId": record_id}, if_match='"stale"',
                         body=asked["change"])
    told["styled"] = call(editor, "catalogue.createStyle", form=asked["style"])
    told["query"] = call(public, "records.getRecords", path={"catalogId": "metadata:main"},
                         query={"limit": 3, "q": "a&b=c d", "offset": 0.0})
    told["text"] = call(editor, "catalogue.getStyleSld", path={"styleId": told["styled"]["result"]["body"]["id"]})
    told["unknownOperation"] = call(editor, "catalogue.issueToken", body={})
    told["dots"] = call(editor, "catalogue.getRecord", path={"recordId": ".."})
    told["slash"] = call(editor, "catalogue.getRecord", path={"recordId": "../tokens"})
    told["noPath"] = call(editor, "catalogue.getRecord")
    told["extraQuery"] = call(editor, "catalogue.getMe", query={"access": "1"})
    told["extraBody"] = call(editor, "catalogue.getMe", body={})
    told["header"] = call(editor, "catalogue.getRecord", path={"recordId": record_id}, if_match='"a"\r\nX: y')
    told["noToken"] = call(public, "catalogue.createRecord", body={})
    told["tokenRefused"] = call(wrong, "catalogue.createRecord", body={})
    told["notFound"] = call(editor, "catalogue.getRecord", path={"recordId": "00000000-0000-4000-8000-000000000000"})
    told["unknownConnection"] = call("c000000000000", "catalogue.getMe")
    told["asksForCredentials"] = asks_for_credentials

    def elsewhere(name):
        connection = connections.add(name, other[name], tokens["editor"])
        return call(connection, "catalogue.getMe")

    for name in ("redirect", "redirectHere", "tls", "closed", "breaks", "huge", "bare", "html"):
        told[name] = elsewhere(name)
    told["htmlState"] = settled(connections.test(next(e.id for e in connections.list() if e.name == "html")))["result"].message
    target = os.path.join(asked["home"], "down.bin")
    redirecting = next(e.id for e in connections.list() if e.name == "redirect")
    told["redirectedDownload"] = attempt(lambda: network.download(redirecting, "/files/x", target))
    bare = connections.add("download", other["download"])
    told["download"] = attempt(lambda: network.download(bare, "/files/x", target))
    told["downloaded"] = os.path.getsize(target)
    told["left"] = os.path.exists(target + ".part")
    QgsNetworkAccessManager.setTimeout(400)
    told["timeout"] = elsewhere("silent")
    QgsNetworkAccessManager.setTimeout(60_000)
    silent = next(e.id for e in connections.list() if e.name == "silent")
    asking = network.call(silent, "catalogue.getMe")
    spin(0.1)
    began = time.monotonic()
    asking.cancel()
    told["cancelled"] = settled(asking)
    told["cancelSeconds"] = time.monotonic() - began

    # The same from another thread, as Processing does.
    class Work(QgsTask):
        def run(self):
            try:
                self.found = network.call_blocking(editor, "catalogue.getMe")["body"]["name"]
            except Failure as failure:
                self.found = failure.to_json()
            return True

    work = Work("test")
    QgsApplication.taskManager().addTask(work)
    until("the task", lambda: hasattr(work, "found"))
    told["fromThread"] = work.found
    # Whoever gets an answer may open a dialog: its event loop does not run inside the reply's own slot.
    nested = {}

    def within(_result, _failure):
        nested["slots"] = [frame.name for frame in traceback.extract_stack() if frame.name in ("finish", "read")]
        nested["status"] = wait_for(network.call(public, "catalogue.getMe"))["status"]

    network.call(public, "catalogue.getMe").then(within)
    told["nested"] = until("the answer within an answer", lambda: "status" in nested and nested)

    # The native dialog: it tests before it keeps, and never shows the token again.
    from secims_bridge.connections import verbs

    dialogs = verbs(plugin)
    made = dialogs["connections.edit"]({}, Call(1, lambda *_: None))
    dialog = until("the dialog", lambda: window.window.findChild(QDialog, "SecimsConnectionDialog"))
    dialog.name.setText("Made by hand")
    dialog.address.setText("http://catalogue.example")
    told["warning"] = dialog.status.text()
    dialog.address.setText(url)
    dialog.access.setText(tokens["wrong"])
    dialog.save.click()
    told["dialogRefused"] = until("the answer", lambda: dialog.save.isEnabled() and dialog.status.text())
    told["keptThen"] = [each.name for each in connections.list() if each.name == "Made by hand"]
    dialog.access.setText(tokens["editor"])
    dialog.save.click()
    told["made"] = settled(made)["result"]["connection"]
    made_id = told["made"]["id"]
    again = dialogs["connections.edit"]({"connection": made_id}, Call(2, lambda *_: None))
    dialog = until("the dialog", lambda: next((d for d in window.window.findChildren(QDialog, "SecimsConnectionDialog")
                                               if d.isVisible()), None))
    told["echo"] = [field.text() for field in dialog.findChildren(QLineEdit)] + [dialog.access.echoMode() == QLineEdit.EchoMode.Password]
    dialog.name.setText("Renamed")
    dialog.save.click()
    told["renamed"] = settled(again)["result"]["connection"]
    # An address of somebody else does not get the old token.
    told["moved"] = connections.change(made_id, "Moved", "https://other.example").to_json()
    asking = dialogs["connections.remove"]({"connection": made_id}, Call(3, lambda *_: None))
    box = until("the question", lambda: window.window.findChild(QMessageBox, "SecimsRemoveConnection"))
    told["question"] = box.text()
    box.button(QMessageBox.StandardButton.Yes).click()
    told["removed"] = settled(asking)["result"]

    told["browser"] = [settled(connections.add_to_browser(editor))["result"], settled(connections.add_to_browser(editor))["result"], window.reloads]
    # As QGIS itself reads them: where they are kept has changed in 3.30.
    told["ownConnections"] = QgsOwsConnection.connectionList("WFS")
    source = QgsOwsConnection("WFS", "Catalogue - west").uri()
    told["oapif"] = {key: source.param(key) for key in ("url", "version", "pagingEnabled")}
    told["oapifAuth"] = source.authConfigId() == connections.get(editor).authcfg
    told["metasearch"] = [QgsSettings().value(f"MetaSearch/Catalogue - west/{key}") for key in ("url", "catalog-type")]
    told["version"] = Qgis.QGIS_VERSION_INT
    layer = QgsVectorLayer(f"url='{url}/pygeoapi/' typename='none' authcfg={connections.get(editor).authcfg}", "x", "OAPIF")
    QgsProject.instance().addMapLayer(layer, False)
    project = os.path.join(asked["home"], "project.qgs")
    QgsProject.instance().write(project)
    QgsSettings().sync()
    spin(0.1)
    plugin.unload()
    told["leaks"] = {
        "files": files_with(asked["home"], tokens["editor"]) + files_with(asked["home"], tokens["wrong"]),
        "log": [line for line in logged if tokens["editor"] in line or tokens["wrong"] in line],
        "searched": [os.path.exists(project), bool(files_with(asked["home"], connections.get(editor).authcfg))],
    }
    told["trace"] = [line for line in logged if "Traceback" in line]
    return told


run(main)
