"""Units that names, remarks and values say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalens.codecs.units import UNITS
from catalens.draft.shape import Shape
from catalens.draft.words import words

#: what units are called -> how a mapping says them
_UNIT_WORDS: Mapping[str, str] = {
    **{unit: unit for units in UNITS.values() for unit in units},
    "gram": "g",
    "gramme": "g",
    "kilogram": "kg",
    "kilo": "kg",
    "ounce": "oz",
    "pound": "lb",
    "lbs": "lb",
    "millimeter": "mm",
    "centimeter": "cm",
    "meter": "m",
    "millimetre": "mm",
    "centimetre": "cm",
    "metre": "m",
    "inch": "in",
    "inche": "in",
}


def unit_named(dimension: str, texts: Iterable[str]) -> str | None:
    """Return the unit of a dimension that names or remarks say: ``grams``, ``weight_kg``."""
    for text in texts:
        # "in" is a word of any sentence
        for word in words(text):
            unit = _UNIT_WORDS.get(word)
            if unit in UNITS[dimension] and word not in ("in", "m", "l"):
                return unit
    return None


def are_units(shape: Shape, dimension: str) -> bool:
    """Tell whether all texts of a place are units that may stand beside an amount of a dimension."""
    units = {*UNITS[dimension], *(UNITS["volume"] if dimension == "weight" else ())}
    texts = [one for one in shape.values if isinstance(one, str) and one.strip()]
    return shape.types - {"null"} == {"string"} and all(one.strip().lower() in units for one in texts)


#: words of a name that says an amount in a hundredth of the currency, which no codec reads
MINOR = frozenset({"cent", "penny", "pence", "minor"})

__all__ = ["MINOR", "are_units", "unit_named"]
