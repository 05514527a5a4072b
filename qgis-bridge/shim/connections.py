"""The servers a person works with. Name and address are settings; the token lives in QGIS's encrypted store only."""
import ipaddress
import re
import secrets
from urllib.parse import quote, urlsplit, urlunsplit

from qgis.core import Qgis, QgsApplication, QgsAuthMethodConfig, QgsSettings
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
)

from .bridge import Deferred, Failure, flow, guarded, wait_for

_ID = re.compile(r"c[0-9a-f]{12}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{8,500}")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}", re.IGNORECASE)
API_HEADER = "APIHeader"
TILE_ZOOMS = (0, 18)
# QGIS shows its connections in a list; a longer one helps nobody.
MOST_TILED = 100
FIRST_WITH_SETTINGS_TREE = 33000
FIRST_WITH_RECORDS_IN_METASEARCH = 32800
PAGES = {
    "catalogue": "/",
    "record": "/records/collections/metadata:main/items/{id}",
    "collection": "/pygeoapi/collections/{id}",
    "guide": "/docs",
}


class Connection:
    """`authcfg` names the token in QGIS's store; `bearer` is one just entered, which is not stored yet."""

    def __init__(self, connection_id, name, url, authcfg="", bearer=None):
        self.id = connection_id
        self.name = name
        self.url = url
        self.authcfg = authcfg
        self.bearer = bearer
        self.state = "unknown"
        self.actor = None
        self.message = ""

    def to_json(self):
        return {"id": self.id, "name": self.name, "url": self.url, "hasToken": bool(self.authcfg), "state": self.state,
                "actor": self.actor, "message": self.message}


def _is_here(host):
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_host(host):
    try:
        ipaddress.ip_address(host)
        return True
    except ValueError:
        return all(_LABEL.fullmatch(label) for label in host.rstrip(".").split("."))


def normalised(text, say):
    """The address as it is kept, and a warning or "". https:// is assumed, except for this machine."""
    text = text.strip()
    if not text:
        raise Failure("protocol", say("address_empty"))
    wrong = Failure("protocol", say("address_wrong", text=text[:200]))
    if "://" not in text:
        try:
            host = urlsplit("//" + text).hostname or ""
        except ValueError:
            raise wrong from None
        text = ("http://" if _is_here(host) else "https://") + text
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    if not host.isascii():
        # As Qt will look it up; empty when it cannot be.
        host = bytes(QUrl.toAce(host)).decode("ascii")
    if parts.scheme.lower() not in ("http", "https") or not host or not _is_host(host):
        raise wrong
    if parts.username is not None or parts.password is not None:
        raise Failure("protocol", say("address_user"))
    path = bytes(QUrl(parts.path).toEncoded()).decode("ascii").rstrip("/")
    if any(character.isspace() for character in parts.path) or ".." in path.split("/"):
        raise wrong
    shown_host = f"[{host}]" if ":" in host else host
    default_port = {"http": 80, "https": 443}[parts.scheme.lower()]
    place = shown_host if port in (None, default_port) else f"{shown_host}:{port}"
    url = urlunsplit((parts.scheme.lower(), place, path, "", ""))
    is_open = parts.scheme.lower() == "http" and not _is_here(host)
    return url, say("address_http", host=host) if is_open else ""


class Connections:
    def __init__(self, context):
        self._context = context
        self._known = {}

    def list(self):
        ids = [name for name in self._context.settings.names("connections") if _ID.fullmatch(name)]
        return sorted((self.get(each) for each in ids), key=lambda connection: connection.name.lower())

    def find(self, connection_id):
        settings = self._context.settings
        if not _ID.fullmatch(connection_id):
            return None
        key = f"connections/{connection_id}"
        url = settings.get(f"{key}/url")
        if not url:
            return None
        known = self._known.setdefault(connection_id, Connection(connection_id, "", url))
        known.name, known.url = settings.get(f"{key}/name"), url
        known.authcfg = settings.get(f"{key}/authcfg")
        return known

    def get(self, connection_id):
        connection = self.find(connection_id)
        if connection is None:
            say = self._context.say
            raise Failure("no-connection", say("connection_gone"), say("connection_gone_remedy"))
        return connection

    def add(self, name, url, token=None):
        """Keeps a new connection, without asking the server → its id."""
        connection_id = "c" + secrets.token_hex(6)
        self.change(connection_id, name, url, token or None)
        return connection_id

    def change(self, connection_id, name, url, token=None):
        """`token`: None keeps the stored one, "" forgets it. A token is never sent to another origin than it was for."""
        say = self._context.say
        settings = self._context.settings
        url, _warning = normalised(url, say)
        old = self.find(connection_id)
        authcfg = old.authcfg if old is not None else ""
        if old is not None and authcfg and token is None and _origin(old.url) != _origin(url):
            token = ""
        if token is not None:
            authcfg = self._stored(authcfg, name, url, token)
        key = f"connections/{connection_id}"
        settings.set(f"{key}/name", name.strip() or host_name(url))
        settings.set(f"{key}/url", url)
        settings.set(f"{key}/authcfg", authcfg)
        settings.flush()
        self._known.pop(connection_id, None)
        self._context.emit("connectionsChanged", {})
        return self.get(connection_id)

    def remove(self, connection_id):
        connection = self.get(connection_id)
        if connection.authcfg:
            QgsApplication.authManager().removeAuthenticationConfig(connection.authcfg)
        settings = self._context.settings
        settings.remove(f"connections/{connection_id}")
        if settings.get("connection") == connection_id:
            settings.remove("connection")
        settings.flush()
        self._known.pop(connection_id, None)
        self._context.emit("connectionsChanged", {})

    def test(self, connection_id):
        """Asks the server who we are → Deferred of the Connection, whose state says how it went."""
        return self.ask(self.get(connection_id))

    def test_blocking(self, connection_id):
        return wait_for(self.test(connection_id))

    @flow
    def ask(self, connection):
        say = self._context.say
        connection.actor = None
        try:
            answer = yield self._context.network.send(connection, "GET", "/api/v1/me", headers={"Accept": "application/json"})
        except Failure as failure:
            if failure.code in ("cancelled", "auth-store"):
                raise
            connection.state = "refused" if failure.code in ("token-refused", "no-token") else "unreachable"
            connection.message = " ".join(filter(None, (failure.message, failure.remedy)))
            if failure.code == "problem" and (failure.data or {}).get("status") in (404, 405):
                connection.message = say("state_other", url=connection.url)
            return connection
        me = answer.json()
        if not isinstance(me, dict) or me.get("kind") not in ("public", "token"):
            connection.state, connection.message = "unreachable", say("state_other", url=connection.url)
        elif me["kind"] == "public":
            connection.state, connection.message = "public", say("state_public")
        else:
            role, domain = str(me.get("role", "")), me.get("domainId")
            connection.state = "connected"
            connection.actor = {"name": str(me.get("name", "")), "role": role, "domainId": domain}
            shown = say(f"role_{role}") if role in ("editor", "domain_custodian", "administrator") else role
            connection.message = say("state_connected_domain" if domain else "state_connected",
                                     name=connection.actor["name"], role=shown, domain=domain)
        return connection

    # QGIS's encrypted store ------------------------------------------------------------------------------------

    def _stored(self, authcfg, name, url, token):
        """Puts the token into QGIS's store (or takes it out) → the id it has there."""
        say = self._context.say
        manager = QgsApplication.authManager()
        if token == "":
            if authcfg:
                manager.removeAuthenticationConfig(authcfg)
            return ""
        if not _TOKEN.fullmatch(token):
            raise Failure("protocol", say("access_form"))
        if manager.isDisabled():
            raise Failure("auth-store", say("auth_disabled"), say("auth_disabled_remedy"))
        self._explain_master_password(manager)
        config = QgsAuthMethodConfig()
        config.setName(f"SEC-IMS: {name.strip() or host_name(url)}")
        config.setUri(url)
        if API_HEADER in manager.authMethodsKeys():
            config.setMethod(API_HEADER)
            config.setConfig("Authorization", "Bearer " + token)
        else:
            # QGIS before 3.24: the server takes the token as the second half of Basic too.
            config.setMethod("Basic")
            config.setConfigMap({"username": "token", "password": token, "realm": ""})
        if authcfg:
            config.setId(authcfg)
            is_stored = manager.updateAuthenticationConfig(config)
        else:
            answer = manager.storeAuthenticationConfig(config)
            is_stored = answer[0] if isinstance(answer, tuple) else answer
            config = answer[1] if isinstance(answer, tuple) else config
        if not is_stored:
            raise Failure("auth-store", say("auth_failed"), say("auth_failed_remedy"))
        return config.id()

    def _explain_master_password(self, manager):
        """QGIS's own window asks for the password without saying what for, so we say it before."""
        if manager.masterPasswordIsSet() or self._context.iface is None:
            return
        say = self._context.say
        box = QMessageBox(QMessageBox.Icon.Information, say("auth_why_title"), say("auth_why"),
                          QMessageBox.StandardButton.Ok, self._context.window())
        box.setObjectName("SecimsMasterPassword")
        box.exec() if hasattr(box, "exec") else box.exec_()

    # QGIS's own lists of servers -------------------------------------------------------------------------------

    @flow
    def add_to_browser(self, connection_id):
        """OGC API Features among QGIS's connections, the catalogue in MetaSearch (as CSW before QGIS 3.28), and vector tiles,
        of which QGIS has a connection for each collection. A Deferred of what is new and what was there."""
        connection = self.get(connection_id)
        added, present = [], []
        for kind, is_new in (("features", self._add_features(connection)), ("metasearch", _add_metasearch(connection))):
            (added if is_new else present).append(kind)
        answer = yield self._context.network.send(
            connection, "GET", "/pygeoapi/collections", headers={"Accept": "application/json"})
        tiled = [one for one in (answer.json() or {}).get("collections", []) if _has_tiles(one)]
        news = [_add_tiles(connection, one) for one in tiled[:MOST_TILED]]
        if news:
            (added if any(news) else present).append("tiles")
        if added and self._context.iface is not None:
            self._context.iface.reloadConnections()
        return {"added": added, "present": present}

    @staticmethod
    def _add_features(connection):
        settings = QgsSettings()
        url = connection.url + "/pygeoapi/"
        name = connection.name.replace("/", "-").replace("\\", "-")
        if Qgis.QGIS_VERSION_INT >= FIRST_WITH_SETTINGS_TREE:
            group = "connections/ows/items/wfs/connections/items"
            access = f"{group}/{name}/authcfg"
            paging = {"page-size": "", "paging-enabled": "default" if Qgis.QGIS_VERSION_INT >= 33600 else True}
        else:
            group = "qgis/connections-wfs"
            access = f"qgis/WFS/{name}/authcfg"
            paging = {"pagesize": "", "pagingenabled": True}
        if _has_url(group, url):
            return False
        name = _free_name(group, name)
        access = access.rsplit("/", 2)[0] + f"/{name}/authcfg"
        for key, value in {"url": url, "version": "OGC_API_FEATURES", **paging}.items():
            settings.setValue(f"{group}/{name}/{key}", value)
        if connection.authcfg:
            settings.setValue(access, connection.authcfg)
        return True


def _add_metasearch(connection):
    knows_records = Qgis.QGIS_VERSION_INT >= FIRST_WITH_RECORDS_IN_METASEARCH
    # Without a collection MetaSearch asks for one called None.
    url = connection.url + ("/records/collections/metadata:main" if knows_records else "/csw")
    if _has_url("MetaSearch", url):
        return False
    name = _free_name("MetaSearch", connection.name.replace("/", "-").replace("\\", "-"))
    QgsSettings().setValue(f"MetaSearch/{name}/url", url)
    if knows_records:
        QgsSettings().setValue(f"MetaSearch/{name}/catalog-type", "OGC API - Records")
    return True


def _has_tiles(collection):
    return any(str(link.get("rel", "")).endswith("/tilesets-vector") for link in collection.get("links", []))


def _add_tiles(connection, collection):
    """One collection's tiles, under a name that says whose they are."""
    url = template_of(connection, collection["id"])
    named = f"{connection.name}: {collection.get('title') or collection['id']}".replace("/", "-").replace("\\", "-")
    has_tree = Qgis.QGIS_VERSION_INT >= FIRST_WITH_SETTINGS_TREE
    group = "connections/vector-tile/items" if has_tree else "qgis/connections-vector-tile"
    if _has_url(group, url):
        return False
    name = _free_name(group, named)
    values = {"url": url, "zmin": TILE_ZOOMS[0], "zmax": TILE_ZOOMS[1]}
    if connection.authcfg:
        values["authcfg"] = connection.authcfg
    for key, value in values.items():
        QgsSettings().setValue(f"{group}/{name}/{key}", value)
    return True


def template_of(connection, collection_id):
    """As tiles are addressed: row before column."""
    path = f"/pygeoapi/collections/{quote(collection_id, safe='')}/tiles/WebMercatorQuad"
    return f"{connection.url}{path}/{{z}}/{{y}}/{{x}}?f=mvt"


def _children(group):
    settings = QgsSettings()
    settings.beginGroup(group)
    names = settings.childGroups()
    settings.endGroup()
    return names


def _has_url(group, url):
    settings = QgsSettings()
    return any(str(settings.value(f"{group}/{name}/url", "")).rstrip("/") == url.rstrip("/") for name in _children(group))


def _free_name(group, name):
    taken, number, free = set(_children(group)), 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _origin(url):
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def host_name(url):
    return urlsplit(url).hostname or url


# The native dialog ---------------------------------------------------------------------------------------------


class ConnectionDialog(QDialog):
    """Name, address and token of one server. It asks the server before it keeps anything."""

    def __init__(self, context, connection, parent):
        super().__init__(parent)
        say = context.say
        self._context = context
        self._connection = connection
        self._asking = None
        self._asked_about = None
        self.kept = None
        self.setObjectName("SecimsConnectionDialog")
        self.setWindowTitle(say("connection_new" if connection is None else "connection_edit"))
        self.setMinimumWidth(460)
        self.name = QLineEdit(connection.name if connection else "", self)
        self.address = QLineEdit(connection.url if connection else "", self)
        self.address.setPlaceholderText("https://catalogue.example")
        self.access = QLineEdit(self)
        self.access.setEchoMode(QLineEdit.EchoMode.Password)
        has_token = bool(connection and connection.authcfg)
        self.access.setPlaceholderText(say("connection_access_keep" if has_token else "connection_access_none"))
        self.forget = QCheckBox(say("connection_access_forget"), self)
        self.forget.setVisible(has_token)
        self.status = QLabel("", self)
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for widget, name in ((self.name, "name"), (self.address, "address"), (self.access, "access")):
            widget.setObjectName(name)
            widget.textChanged.connect(guarded(context.log)(self._edited))
        form = QFormLayout()
        form.addRow(say("connection_name"), self.name)
        form.addRow(say("connection_address"), self.address)
        form.addRow(say("connection_access"), self.access)
        form.addRow("", self.forget)
        self.buttons = QDialogButtonBox(self)
        self.save = self.buttons.addButton(say("connection_save"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.anyway = self.buttons.addButton(say("connection_save_anyway"), QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(say("cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.anyway.hide()
        self.save.setDefault(True)
        self.buttons.accepted.connect(guarded(context.log)(self._test))
        self.buttons.rejected.connect(self.reject)
        self.anyway.clicked.connect(guarded(context.log)(lambda *_checked: self._keep()))
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.status)
        layout.addWidget(self.buttons)

    def done(self, result):
        if self._asking is not None:
            self._asking.cancel()
        self.access.clear()
        super().done(result)

    def _edited(self, *_text):
        self.anyway.hide()
        try:
            _url, warning = normalised(self.address.text(), self._context.say)
        except Failure:
            # Half an address is no mistake yet; the test will say it.
            warning = ""
        self.status.setText(warning)

    def _token(self):
        """As Connections.change wants it."""
        if self.forget.isChecked():
            return ""
        return self.access.text().strip() or None

    def _test(self):
        say = self._context.say
        try:
            url, _warning = normalised(self.address.text(), say)
        except Failure as failure:
            self.status.setText(failure.message)
            return
        token = self._token()
        if token and not _TOKEN.fullmatch(token):
            self.status.setText(say("access_form"))
            return
        trial = Connection("", self.name.text(), url, bearer=token or None)
        old = self._connection
        if token is None and old is not None and _origin(old.url) == _origin(url):
            trial.authcfg = old.authcfg
        self.save.setEnabled(False)
        self.status.setText(say("connection_testing"))
        self._asking = self._context.connections.ask(trial)
        self._asking.then(lambda asked, failure: guarded(self._context.log)(self._tested)(asked, failure))

    def _tested(self, asked, failure):
        self._asking = None
        if failure is not None and failure.code == "cancelled":
            return
        self.save.setEnabled(True)
        if failure is not None:
            self.status.setText(" ".join(filter(None, (failure.message, failure.remedy))))
            return
        self.status.setText(asked.message)
        if asked.state in ("connected", "public"):
            self._keep(asked)
        elif asked.state == "unreachable":
            # Servers are away now and then; a wrong token is never kept.
            self.anyway.show()

    def _keep(self, asked=None):
        connections = self._context.connections
        connection_id = self._connection.id if self._connection else "c" + secrets.token_hex(6)
        try:
            self.kept = connections.change(connection_id, self.name.text(), self.address.text(), self._token())
        except Failure as failure:
            self.status.setText(" ".join(filter(None, (failure.message, failure.remedy))))
            return
        if asked is not None:
            self.kept.state, self.kept.actor, self.kept.message = asked.state, asked.actor, asked.message
        self.accept()


def verbs(context):
    connections = context.connections

    def demand_window():
        if not isinstance(QApplication.instance(), QApplication):
            raise Failure("internal", context.say("no_window"))

    def edit(parameters, call):
        demand_window()
        given = parameters.get("connection")
        dialog = ConnectionDialog(context, connections.get(given) if given else None, context.window())
        done = Deferred()

        def closed(_result):
            kept = dialog.kept
            dialog.deleteLater()
            done.resolve({"connection": kept.to_json() if kept is not None else None})

        dialog.finished.connect(guarded(context.log)(closed))
        call.on_cancel(dialog.reject)
        # Not exec: the panel goes on, and no second event loop runs.
        dialog.open()
        return done

    @flow
    def test(parameters, _call):
        tested = yield connections.test(parameters["connection"])
        return {"connection": tested.to_json()}

    def remove(parameters, call):
        demand_window()
        connection = connections.get(parameters["connection"])
        say = context.say
        buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
        question = say("connection_remove", name=connection.name)
        box = QMessageBox(QMessageBox.Icon.Question, say("connection_remove_title"), question, buttons, context.window())
        box.setObjectName("SecimsRemoveConnection")
        box.setTextFormat(Qt.TextFormat.PlainText)
        done = Deferred()

        def closed(_result):
            is_yes = box.standardButton(box.clickedButton()) == QMessageBox.StandardButton.Yes
            box.deleteLater()
            if is_yes:
                connections.remove(connection.id)
            done.resolve({"removed": is_yes})

        box.finished.connect(guarded(context.log)(closed))
        call.on_cancel(box.reject)
        box.open()
        return done

    def open_page(parameters, _call):
        connection = connections.get(parameters["connection"])
        page = PAGES[parameters["page"]]
        if "{id}" in page and "id" not in parameters:
            raise Failure("protocol", f"page.open needs an id for the page {parameters['page']}.")
        url = connection.url + page.replace("{id}", parameters.get("id", ""))
        if not context.open_url(QUrl(url)):
            raise Failure("internal", context.say("page_none"), context.say("page_none_remedy"))
        return {}

    return {
        "connections.list": lambda _parameters, _call: {"connections": [each.to_json() for each in connections.list()]},
        "connections.edit": edit,
        "connections.test": test,
        "connections.remove": remove,
        "connections.addToBrowser": lambda parameters, _call: connections.add_to_browser(parameters["connection"]),
        "page.open": open_page,
    }
