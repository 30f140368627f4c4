"""What is sent: addresses and bodies, made of a mapping's endpoints and a payload."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from catalens.mapping.endpoints import Call, Scalar
from catalens.paths import Each, Key, Path, parse
from catalens.payloads import copy_json, dumps

_BRACES: Final = re.compile(r"\{([A-Za-z0-9_]+)\}")


def filled(template: str, names: Mapping[str, str]) -> str:
    """Put values in place of the names in braces."""
    return _BRACES.sub(lambda found: names[found[1]], template)


def address(template: str, names: Mapping[str, str]) -> str:
    """Put values in place of the names in braces of an address (RFC 6570, level 1): all but letters is encoded."""
    return _BRACES.sub(lambda found: quote(names[found[1]], safe=""), template)


def members(given: Mapping[str, Scalar], names: Mapping[str, str]) -> dict[str, Scalar]:
    """Fill the texts among some members."""
    return {name: filled(value, names) if isinstance(value, str) else value for name, value in given.items()}


# -- payloads ---------------------------------------------------------------------------------------------------


def body_of(payload: Any, call: Call, shared: Mapping[str, Scalar], names: Mapping[str, str]) -> Any:
    """Return what a call sends of a payload: without what it leaves out, with what belongs to the call."""
    body = copy_json(payload)
    for path in call.without:
        _take(body, parse(path))
    for path, value in members({**shared, **call.set}, names).items():
        put(body, parse(path), value)
    return body


def put(node: Any, path: Path, value: Any) -> None:
    """Set a member, of each item where lists are on the way; objects on the way are made, and lists are not."""
    match path:
        case (Key(name),) if isinstance(node, dict):
            node[name] = value
        case (Key(name), Each(), *rest) if isinstance(node, dict):
            for item in node[name] if isinstance(node.get(name), list) else ():
                put(item, tuple(rest), value)
        case (Key(name), *rest) if isinstance(node, dict):
            put(node.setdefault(name, {}), tuple(rest), value)


def _take(node: Any, path: Path) -> None:
    """Take a member out, of each item where lists are on the way."""
    match path:
        case (Key(name),) | (Key(name), Each()) if isinstance(node, dict):
            node.pop(name, None)
        case (Key(name), Each(), *rest) if isinstance(node, dict):
            for item in node[name] if isinstance(node.get(name), list) else ():
                _take(item, tuple(rest))
        case (Key(name), *rest) if isinstance(node, dict):
            _take(node.get(name), tuple(rest))


# -- bytes ------------------------------------------------------------------------------------------------------

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"


def json_bytes(body: Any) -> bytes:
    """Write a body as JSON, each number with its digits."""
    return dumps(body)


def form_bytes(body: Mapping[str, Any]) -> bytes:
    """Write a body as a form: a field for each value, ``name`` or ``options[0][label]``.

    Texts and digits are sent as they are, true and false as 1 and 0; null, and an empty list or object, as an empty
    text, for a field that is not there is another thing.
    """
    return urlencode([pair for name, value in body.items() for pair in _fields(name, value)]).encode("ascii")


def _fields(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for inner, child in value.items():
            yield from _fields(f"{name}[{inner}]", child)
    elif isinstance(value, list) and value:
        for index, child in enumerate(value):
            yield from _fields(f"{name}[{index}]", child)
    elif value is None or value == [] or value == {}:
        yield name, ""
    elif isinstance(value, bool):
        yield name, "1" if value else "0"
    else:
        yield name, value if isinstance(value, str) else dumps(value).decode("ascii")
