"""What the plugin remembers in QGIS's settings, below `secims_bridge/`. No secret is ever among it."""
import json

from qgis.core import QgsApplication, QgsSettings

GROUP = "secims_bridge"
HOSTS = ("auto", "webengine", "webkit", "browser")
LOCALES = ("auto", "en", "fr")


class Settings:
    """Text by key, with slashes between the parts of a key."""

    def get(self, key, otherwise=""):
        value = QgsSettings().value(f"{GROUP}/{key}", otherwise)
        return otherwise if value is None else str(value)

    def set(self, key, value):
        QgsSettings().setValue(f"{GROUP}/{key}", value)

    def get_json(self, key):
        """The object kept under the key, or None; what is not JSON was not written by us."""
        try:
            value = json.loads(self.get(key, "null"))
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    def set_json(self, key, value):
        self.set(key, json.dumps(value, ensure_ascii=True))

    def remove(self, key):
        QgsSettings().remove(f"{GROUP}/{key}")

    def flush(self):
        """Writes to disk now; otherwise Qt does some time later, or never when QGIS is killed."""
        QgsSettings().sync()

    def names(self, group):
        """Names of the keys and groups right below a group."""
        settings = QgsSettings()
        settings.beginGroup(f"{GROUP}/{group}")
        names = sorted(set(settings.childKeys()) | set(settings.childGroups()))
        settings.endGroup()
        return names

    def host(self):
        return self._one_of("host", HOSTS)

    def locale(self):
        return self._one_of("locale", LOCALES)

    def language(self):
        """The language of native texts: the one chosen, else QGIS's where there are words for it."""
        chosen = self.locale()
        qgis = qgis_locale()[:2].lower()
        return chosen if chosen != "auto" else (qgis if qgis in LOCALES else "en")

    def to_json(self):
        return {"host": self.host(), "locale": self.locale(), "connection": self.get("connection") or None}

    def _one_of(self, key, values):
        value = self.get(key, values[0])
        return value if value in values else values[0]


def qgis_locale():
    locale = QgsApplication.locale() if hasattr(QgsApplication, "locale") else ""
    return locale if len(locale) >= 2 else "en"


def verbs(context):
    settings = context.settings

    def change(parameters, _call):
        for key in ("host", "locale"):
            if key in parameters:
                settings.set(key, parameters[key])
        if "connection" in parameters:
            if parameters["connection"] is None:
                settings.remove("connection")
            else:
                settings.set("connection", parameters["connection"])
        return settings.to_json()

    return {"settings.get": lambda _parameters, _call: settings.to_json(), "settings.set": change}
