"""What the shim says: the catalogues of words, and which of them its code uses. Needs no QGIS.

Standard input: JSON {"shim": folder of the shim}. Standard output: JSON.
"""
import ast
import importlib.util
import json
import os
import re
import sys

SHIM = json.load(sys.stdin)["shim"]
CALLED = {"say"}

spec = importlib.util.spec_from_file_location("words", os.path.join(SHIM, "words.py"))
words = importlib.util.module_from_spec(spec)
spec.loader.exec_module(words)


def modules():
    for folder, _folders, names in os.walk(SHIM):
        for name in sorted(names):
            if name.endswith(".py") and name != "words.py":
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    yield os.path.relpath(path, SHIM), ast.parse(file.read())


def placeholders(text):
    return sorted(set(re.findall(r"{(\w+)}", text)))


def name_of(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def spoken(tree):
    """(key, names of the values, line) of every sentence that is asked for by a literal key."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) in CALLED and node.args:
            key = node.args[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value in words.EN:
                yield key.value, sorted(one.arg for one in node.keywords), node.lineno
            elif isinstance(key, ast.Constant) and re.fullmatch(r"[a-z]+(_[a-z]+)+", str(key.value)):
                yield key.value, None, node.lineno


def plain_failures(path, tree):
    """Failures whose sentence is written in the code, in one language only."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and name_of(node.func) in ("Failure", "QgsProcessingException")):
            continue
        texts = node.args[1:] if name_of(node.func) == "Failure" else node.args
        code = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        # Mistakes of ours are told to those who mend them.
        if code in ("internal", "protocol"):
            continue
        for text in texts:
            parts = text.values if isinstance(text, ast.JoinedStr) else [text]
            if any(isinstance(one, ast.Constant) and isinstance(one.value, str) and " " in one.value.strip() for one in parts):
                yield f"{path}:{node.lineno}"


used, wrong, plain = set(), [], []
text = ""
for path, tree in modules():
    plain += plain_failures(path, tree)
    for key, values, line in spoken(tree):
        used.add(key)
        if key not in words.EN:
            wrong.append(f"{path}:{line} {key} is no key")
        elif values != placeholders(words.EN[key]):
            wrong.append(f"{path}:{line} {key} is given {values}")
    text += ast.unparse(tree)

print(json.dumps({
    "keys": {language: sorted(catalogue) for language, catalogue in words.LANGUAGES.items()},
    "placeholders": {
        language: {key: placeholders(said) for key, said in catalogue.items()}
        for language, catalogue in words.LANGUAGES.items()
    },
    "same": sorted(key for key in words.EN if words.EN[key] == words.FR.get(key) and " " in words.EN[key]),
    "wrong": wrong,
    "plain": plain,
    # Some keys are made of parts: the role of a token, the kind of a state, what an algorithm says of itself.
    "unused": sorted(
        key for key in words.EN
        if key not in used and f"'{key}'" not in text and f'"{key}"' not in text and not re.match(r"(part|role|state|alg)_", key)
    ),
}))
