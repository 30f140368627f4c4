"""From a file's data to a MappingModel, with every complaint at its line and column."""

from __future__ import annotations

from pydantic import ValidationError

from catalens.errors import Diagnostic, InvalidMapping, did_you_mean
from catalens.mapping.load import Source
from catalens.mapping.model import Line, MappingModel


def read_mapping(source: Source) -> MappingModel:
    """Read a mapping. Raises InvalidMapping with all that is wrong."""
    try:
        mapping = MappingModel.model_validate(source.data)
    except ValidationError as error:
        raise InvalidMapping([_diagnostic(source, one) for one in error.errors()]) from None
    if not mapping.profiles:
        raise InvalidMapping([source.diagnostic((), "profiles", "a mapping has at least one profile")])
    return mapping


def _diagnostic(source: Source, error: object) -> Diagnostic:
    assert isinstance(error, dict)
    keys: list[str | int] = []
    node: object = source.data
    for part in error["loc"]:
        # pydantic names the members of unions too: keep what the file has
        if (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        ):
            node = node[part]
        elif error["type"] != "extra_forbidden":
            continue
        else:
            break
        keys.append(part)
    if error["type"] == "extra_forbidden":
        word = str(error["loc"][-1])
        words = [info.alias or name for name, info in Line.model_fields.items()] + list(MappingModel.model_fields)
        return source.diagnostic(
            tuple(keys), "unknown-word", f"the mapping language has no word {word!r} here", did_you_mean(word, words)
        )
    if error["type"] == "missing":
        return source.diagnostic(tuple(keys), "missing-word", f"{error['loc'][-1]!r} is missing")
    return source.diagnostic(tuple(keys), "value", str(error["msg"]), at_value=True)
