"""What publications have prepared on a server and not finished: remembered in QGIS, so that the panel can take it back
when it was closed meanwhile. The note is the panel's own; nothing here looks into it."""
GROUP = "unfinished"
# Whoever leaves more than that behind has other troubles; the server forgets drafts nobody wants by its own rules.
MOST_KEPT = 200


def verbs(context):
    settings = context.settings

    def keep(parameters, _call):
        known = settings.names(GROUP)
        if parameters["key"] not in known and len(known) >= MOST_KEPT:
            settings.remove(f"{GROUP}/{known[0]}")
        settings.set_json(f"{GROUP}/{parameters['key']}", parameters)
        settings.flush()
        return {}

    def entries(parameters, _call):
        # Settings are a file that anybody may have edited.
        kept = [settings.get_json(f"{GROUP}/{key}") for key in settings.names(GROUP)]
        return {"unfinished": [one for one in kept if is_entry(one) and one["connection"] == parameters["connection"]]}

    def forget(parameters, _call):
        settings.remove(f"{GROUP}/{parameters['key']}")
        settings.flush()
        return {}

    return {"unfinished.keep": keep, "unfinished.list": entries, "unfinished.forget": forget}


def is_entry(one):
    return (
        isinstance(one, dict)
        and set(one) == {"key", "connection", "kept"}
        and isinstance(one["key"], str)
        and isinstance(one["connection"], str)
        and isinstance(one["kept"], dict)
    )
