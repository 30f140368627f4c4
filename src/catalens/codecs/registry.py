"""The table of all codecs: the name that a mapping uses, and what it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from catalens.codecs.base import SAME, Chain, Codec, EachOf
from catalens.codecs.groups import (
    Alias,
    AmountAndUnit,
    ChargedPrice,
    Markup,
    SidesAndUnit,
    Switched,
    SwitchedSale,
)
from catalens.codecs.scalars import (
    Base64,
    BooleanString,
    DecimalString,
    IntegerId,
    KeywordText,
    LocalTime,
    Measure,
    Negated,
    Numeric,
    SlugPath,
    ZeroMeansNone,
)
from catalens.errors import did_you_mean

Assume = Mapping[str, str]

#: name in a mapping -> what makes the codec from its parameter and the assumptions that hold
CODECS: dict[str, Callable[[Any, Assume], Codec]] = {
    "same": lambda _, __: SAME,
    "decimal-string": lambda _, __: DecimalString(),
    "numeric": lambda _, __: Numeric(),
    "boolean-string": lambda _, __: BooleanString(),
    "negated": lambda _, __: Negated(),
    "integer-id": lambda _, __: IntegerId(),
    "slug-path": lambda _, __: SlugPath(),
    "zero-means-none": lambda _, __: ZeroMeansNone(),
    "keyword-text": lambda _, __: KeywordText(),
    "base64": lambda _, __: Base64(),
    "local-time": lambda _, assume: LocalTime(assume["timezone"]),
    "measure": lambda dimension, assume: Measure(dimension, assume[dimension]),
    "amount-and-unit": lambda _, assume: AmountAndUnit(assume["weight"]),
    "sides-and-unit": lambda _, assume: SidesAndUnit(assume["length"]),
    "charged-price": lambda _, __: ChargedPrice(),
    "switched-sale": lambda _, __: SwitchedSale(),
    "switched": lambda _, __: Switched(),
    "alias": lambda count, _: Alias(count),
    "markup": lambda markup, _: Markup(markup),
    "each": lambda parts, assume: EachOf([make_codec(part, assume) for part in parts]),
}


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
            return _make(spec, None, assume)
        case dict() if len(spec) == 1:
            ((name, parameter),) = spec.items()
            return _make(name, parameter, assume)
        case list() if spec:
            parts = [make_codec(part, assume) for part in spec]
            return parts[0] if len(parts) == 1 else Chain(parts)
    raise ValueError(f"a codec is a name, {{name: parameter}} or a list of those, not {spec!r}")


def _make(name: str, parameter: Any, assume: Assume) -> Codec:
    if name not in CODECS:
        raise UnknownCodec(name)
    try:
        return CODECS[name](parameter, assume)
    except ZoneInfoNotFoundError:
        raise ValueError(f"codec {name!r}: no time zone {assume['timezone']!r}") from None
    except KeyError as missing:
        raise ValueError(
            f"codec {name!r} rests on the assumption {missing}, which this mapping does not give"
        ) from None
    except TypeError:
        raise ValueError(f"codec {name!r} takes another parameter than {parameter!r}") from None
