"""Checks messages, parameters and results against protocol.json, which is the bundled openapi/bridge.yaml.

Knows as much of OpenAPI 3.0 schemas as that document uses, and refuses to load a document that uses more: a rule that
is not understood would be a rule that is not checked.
"""
import json
import math
import re

MOST_CHARACTERS = 12_000_000
MOST_DEPTH = 100

_ANNOTATIONS = {"description", "title", "example", "default", "deprecated", "readOnly"}
_RULES = {
    "$ref", "type", "nullable", "enum", "format", "pattern", "properties", "required", "additionalProperties", "items",
    "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum", "minProperties", "maxProperties",
    "oneOf", "anyOf", "allOf",
}
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FORMATS = {"uuid": _UUID.fullmatch}


class Mismatch(Exception):
    """A value is not what the protocol says; the text says where, what was found and what was expected."""


def _is_integer(value):
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


_TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value),
}


def _shown(value):
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "…"


def _equal(left, right):
    """As JSON has it: true is not 1."""
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def read_text(text):
    """The JSON of a message, or a Mismatch; NaN and the like are not JSON."""
    if len(text) > MOST_CHARACTERS:
        raise Mismatch(f"The message has {len(text)} characters; {MOST_CHARACTERS} are allowed.")

    def no_constant(name):
        raise Mismatch(f"The message has {name}, which JSON does not know.")

    try:
        return json.loads(text, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise Mismatch(f"The message is not JSON: {error}") from error


class Protocol:
    def __init__(self, document):
        self._document = document
        self._patterns = {}
        self._verbs = {}
        for path in document["paths"]:
            operation = document["paths"][path]["post"]
            body = self._followed(operation.get("requestBody") or {})
            answer = self._followed(operation["responses"]["200"])
            self._verbs[path.lstrip("/")] = (self._schema_of(body), self._schema_of(answer))
        self._message = {"$ref": "#/components/schemas/Message"}
        self._events = {
            "progress": {"$ref": "#/components/schemas/ProgressEvent"},
            "layersChanged": {"$ref": "#/components/schemas/LayersChangedEvent"},
            "themeChanged": {"$ref": "#/components/schemas/Theme"},
        }
        for schema in document["components"]["schemas"].values():
            self._demand_known(schema)
        for pair in self._verbs.values():
            for schema in pair:
                if schema is not None:
                    self._demand_known(schema)

    @classmethod
    def read(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))

    @property
    def verbs(self):
        return list(self._verbs)

    def demand_message(self, message):
        """A message of either side. The alternatives differ by `t`, so the complaint is about the one that was meant."""
        kind = message.get("t") if isinstance(message, dict) else None
        fitting = [
            one for one in (self._followed(each) for each in self._followed(self._message)["oneOf"])
            if kind in (one["properties"]["t"].get("enum") or [])
        ]
        if not fitting:
            raise Mismatch(f"The message's t is {_shown(kind)}; expected hello, call, ok, err, evt or cancel.")
        if len(fitting) == 1:
            self._demand(message, fitting[0], "message", 0)
        else:
            self._demand(message, {"oneOf": fitting}, "message", 0)

    def demand_parameters(self, verb, parameters):
        if verb not in self._verbs:
            raise Mismatch(f"There is no verb {_shown(verb)}.")
        schema = self._verbs[verb][0]
        if schema is None:
            # The absence of a body in the document means that there are no parameters.
            schema = {"type": "object", "additionalProperties": False}
        self._demand({} if parameters is None else parameters, schema, "p", 0)

    def demand_result(self, verb, result):
        schema = self._verbs[verb][1]
        if schema is not None:
            self._demand(result, schema, "r", 0)

    def demand_event(self, name, payload):
        if name in self._events:
            self._demand(payload, self._events[name], "p", 0)

    def demand(self, schema_name, value):
        self._demand(value, {"$ref": f"#/components/schemas/{schema_name}"}, schema_name, 0)

    # The document ----------------------------------------------------------------------------------------------

    def _schema_of(self, holder):
        content = holder.get("content") or {}
        return (content.get("application/json") or {}).get("schema")

    def _followed(self, schema):
        while "$ref" in schema:
            found = self._document
            for step in schema["$ref"].lstrip("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            schema = found
        return schema

    def _demand_known(self, schema):
        unknown = set(schema) - _RULES - _ANNOTATIONS
        if unknown:
            raise ValueError(f"protocol.json uses {sorted(unknown)}, which this plugin cannot check")
        form = schema.get("format")
        if form is not None and form not in _FORMATS:
            raise ValueError(f"protocol.json uses the format {form}, which this plugin cannot check")
        if isinstance(schema.get("additionalProperties"), dict):
            self._demand_known(schema["additionalProperties"])
        for name in ("oneOf", "anyOf", "allOf"):
            for each in schema.get(name, []):
                self._demand_known(each)
        for each in schema.get("properties", {}).values():
            self._demand_known(each)
        if "items" in schema:
            self._demand_known(schema["items"])

    def _pattern(self, text):
        if text not in self._patterns:
            # `$` of ECMAScript is the end; Python's would also accept a line feed before the end.
            ending = text[:-1] + r"\Z" if text.endswith("$") and not text.endswith(r"\$") else text
            self._patterns[text] = re.compile(ending)
        return self._patterns[text]

    # The checks ------------------------------------------------------------------------------------------------

    def _demand(self, value, schema, where, depth):
        if depth > MOST_DEPTH:
            raise Mismatch(f"{where} is nested more than {MOST_DEPTH} deep.")
        schema = self._followed(schema)
        if value is None and "type" in schema:
            if schema.get("nullable"):
                return
            raise Mismatch(f"{where} is null; expected {schema['type']}.")
        kind = schema.get("type")
        if kind is not None and not _TYPES[kind](value):
            raise Mismatch(f"{where} is {_shown(value)}; expected {kind}.")
        if "enum" in schema and not any(_equal(value, one) for one in schema["enum"]):
            raise Mismatch(f"{where} is {_shown(value)}; expected one of {_shown(schema['enum'])}.")
        for each in schema.get("allOf", []):
            self._demand(value, each, where, depth + 1)
        if "anyOf" in schema:
            self._demand_some(value, schema["anyOf"], where, depth, only_one=False)
        if "oneOf" in schema:
            self._demand_some(value, schema["oneOf"], where, depth, only_one=True)
        if isinstance(value, str):
            self._demand_string(value, schema, where)
        elif isinstance(value, dict):
            self._demand_object(value, schema, where, depth)
        elif isinstance(value, list):
            self._demand_array(value, schema, where, depth)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            self._demand_between(value, schema.get("minimum"), schema.get("maximum"), where, _shown(value))

    def _demand_some(self, value, schemas, where, depth, only_one):
        complaints = []
        for each in schemas:
            try:
                self._demand(value, each, where, depth + 1)
            except Mismatch as mismatch:
                complaints.append(str(mismatch))
        fitting = len(schemas) - len(complaints)
        if fitting == 0:
            raise Mismatch(f"{where} fits none of {len(schemas)} forms: {complaints[0]}")
        if only_one and fitting > 1:
            raise Mismatch(f"{where} fits {fitting} forms at once; expected one.")

    def _demand_between(self, found, least, most, where, shown):
        if least is not None and found < least:
            raise Mismatch(f"{where} is {shown}; expected at least {least}.")
        if most is not None and found > most:
            raise Mismatch(f"{where} is {shown}; expected at most {most}.")

    def _demand_string(self, value, schema, where):
        characters = f"{len(value)} characters long"
        self._demand_between(len(value), schema.get("minLength"), schema.get("maxLength"), where, characters)
        if "pattern" in schema and not self._pattern(schema["pattern"]).search(value):
            raise Mismatch(f"{where} is {_shown(value)}; expected something like {schema['pattern']}.")
        if "format" in schema and not _FORMATS[schema["format"]](value):
            raise Mismatch(f"{where} is {_shown(value)}; expected a {schema['format']}.")

    def _demand_object(self, value, schema, where, depth):
        members = f"an object of {len(value)} members"
        self._demand_between(len(value), schema.get("minProperties"), schema.get("maxProperties"), where, members)
        for name in schema.get("required", []):
            if name not in value:
                raise Mismatch(f"{where} lacks {name}.")
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for name, member in value.items():
            if name in known:
                self._demand(member, known[name], f"{where}.{name}", depth + 1)
            elif others is False:
                raise Mismatch(f"{where} has {_shown(name)}, which is not expected.")
            elif isinstance(others, dict):
                self._demand(member, others, f"{where}.{name[:40]}", depth + 1)

    def _demand_array(self, value, schema, where, depth):
        entries = f"a list of {len(value)}"
        self._demand_between(len(value), schema.get("minItems"), schema.get("maxItems"), where, entries)
        if "items" in schema:
            for at, entry in enumerate(value):
                self._demand(entry, schema["items"], f"{where}[{at}]", depth + 1)
