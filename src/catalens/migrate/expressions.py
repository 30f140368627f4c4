"""What a mapping's expressions (JMESPath) say of a reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from catalens.payloads import dumps


def ask(expression: str, value: Any) -> Any:
    """Return what an expression finds; null where a function can say nothing of what is there."""
    try:
        return jmespath.search(expression, value)
    except JMESPathError:
        return None


def holds(expression: str, value: Any) -> bool:
    """Tell whether an expression finds something that counts as true in JMESPath."""
    found = ask(expression, value)
    return found is not None and found is not False and found not in ("", [], {})


def text_of(value: Any) -> str | None:
    """Return an identifier, or a word, as text; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value) or None


def shown(value: Any) -> str | None:
    """Return what a reply says as text, in whatever form it says it; None where it says nothing."""
    if value is None or isinstance(value, str):
        return value or None
    return dumps(value).decode()


def texts_of(errors: Any) -> Mapping[str, tuple[str, ...]]:
    """Return what a reply says of each field, whatever shape it says it in."""
    if isinstance(errors, Mapping):
        return {str(name): _texts(said) for name, said in errors.items()}
    return {"": _texts(errors)} if errors else {}


def _texts(said: Any) -> tuple[str, ...]:
    if isinstance(said, list):
        return tuple(text for one in said for text in _texts(one))
    if isinstance(said, Mapping):
        return tuple(f"{name}: {text}" for name, one in said.items() for text in _texts(one))
    return () if said is None else (str(said),)
