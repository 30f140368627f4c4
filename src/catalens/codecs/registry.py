"""All codecs by the name that a mapping uses; each module of codecs ends with a table of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from catalens.codecs import base, groups, markup, scalars, texts
from catalens.codecs.base import Assume, Chain, Codec
from catalens.codecs.markup import MARKUPS
from catalens.codecs.units import UNITS
from catalens.errors import did_you_mean
from catalens.paths import MISSING

#: name in a mapping -> the codec's class, which says the rest
CODECS: dict[str, type[Codec]] = {
    codec.name: codec for module in (base, scalars, texts, groups, markup) for codec in module.CODECS
}

#: assumption -> the answers that there are, where these are words
ANSWERS: dict[str, tuple[str, ...]] = {**{name: tuple(units) for name, units in UNITS.items()}, "markup": MARKUPS}


class UnknownCodec(ValueError):
    """No codec has that name; ``hint`` is the nearest one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.hint = did_you_mean(name, list(CODECS))
        super().__init__(f"no codec {name!r}")


def make_codec(spec: Any, assume: Assume) -> Codec:
    """Make the codec that a mapping spells as a name, ``{name: parameter}``, or a list of those.

    Raises UnknownCodec, and ValueError where parameters or assumptions do not fit.
    """
    match spec:
        case str():
            return _make(spec, MISSING, assume)
        case dict() if len(spec) == 1:
            ((name, parameter),) = spec.items()
            return _make(name, parameter, assume)
        case list() if spec:
            parts = [make_codec(part, assume) for part in spec]
            return parts[0] if len(parts) == 1 else Chain(parts)
    raise ValueError(f"a codec is a name, {{name: parameter}} or a list of those, not {spec!r}")


def spellings() -> Iterator[Any]:
    """Yield each codec as a mapping spells it, with each of its words; not those that take another parameter."""
    for name, codec in CODECS.items():
        if codec.parameter.takes(MISSING):
            yield name
        yield from ({name: word} for word in codec.parameter.words)


def parameter_problem(name: str, parameter: Any) -> tuple[str, str | None] | None:
    """Return what a codec takes where it is given something else, with the nearest fix; None where it fits.

    MISSING is no parameter at all.
    """
    wanted = CODECS[name].parameter
    if wanted.takes(parameter):
        return None
    return f"codec {name!r} takes {wanted.wanted}", did_you_mean(str(parameter), wanted.words)


def _make(name: str, parameter: Any, assume: Assume) -> Codec:
    if name not in CODECS:
        raise UnknownCodec(name)
    if parameter_problem(name, parameter) is not None:
        raise ValueError(f"codec {name!r} takes another parameter than {parameter!r}")
    try:
        return CODECS[name].make(parameter, assume, lambda spec: make_codec(spec, assume))
    except ZoneInfoNotFoundError:
        raise ValueError(f"codec {name!r}: no time zone {assume['timezone']!r}") from None
    except KeyError as missing:
        raise ValueError(
            f"codec {name!r} rests on the assumption {missing}, which this mapping does not give"
        ) from None
