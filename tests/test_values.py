"""What Python values a payload may consist of: what derives from JSON's own is taken so, all else is refused."""

from __future__ import annotations

import enum
import uuid
from collections import ChainMap, OrderedDict, UserDict, defaultdict, deque
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import BaseModel

from catalens import InvalidPayload, Translation, Translator, UsageError, translate
from catalens.engine import detect
from catalens.formats import registry
from catalens.payloads import copy_json, dumps

PRODUCT: dict[str, Any] = {
    "name": "Oak Desk",
    "status": "active",
    "price": 499,
    "sale": 449.5,
    "weight": Decimal("2.50"),
    "categories": ["c-1", "c-2"],
    "mediaGallery": [{"url": "https://cdn.example.com/a.png", "type": "image", "order": 1}],
    "seo": {"pageTitle": "Desk", "unheard": {"deep": [1, Decimal("1.50"), {"x": None}]}},
    "unheard": [{"of": "this"}, 1.0, True],
}


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "not what it is"


class Word(enum.StrEnum):
    DESK = "Oak Desk"


class Mixed(str, enum.Enum):  # noqa: UP042  # its str() is not its value
    DESK = "Oak Desk"


class Number(int):
    def __str__(self) -> str:
        return "not what it is"


class Colour(enum.IntEnum):
    RED = 499


class Fraction(float):
    def __repr__(self) -> str:
        return "not what it is"


class Money(Decimal):
    pass


class Listed(list[Any]):
    pass


class Record(dict[str, Any]):
    pass


class View(Mapping[str, Any]):
    """A mapping that is no dictionary, and whose repr says nothing."""

    def __init__(self, held: dict[str, Any]) -> None:
        self._held = held

    def __getitem__(self, name: str) -> Any:
        return self._held[name]

    def __iter__(self) -> Any:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


#: class of a plain value -> what makes an equal value of another class of it
STRANGE: dict[str, dict[type, Any]] = {
    "subclasses": {str: Text, int: Number, float: Fraction, Decimal: Money, list: Listed, dict: Record},
    "ordered": {dict: OrderedDict},
    "default": {dict: lambda given: defaultdict(list, given)},
    "user": {dict: UserDict},
    "proxies": {dict: MappingProxyType},
    "chains": {dict: lambda given: ChainMap({}, given)},
    "views": {dict: View, str: Text},
}


def strange(value: Any, kinds: dict[type, Any]) -> Any:
    if isinstance(value, dict):
        value = {kinds.get(str, str)(name): strange(child, kinds) for name, child in value.items()}
    elif isinstance(value, list):
        value = [strange(child, kinds) for child in value]
    return kinds[type(value)](value) if type(value) in kinds else value


def classes(value: Any) -> set[type]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    names = map(type, value) if isinstance(value, dict) else ()
    return {type(value), *names}.union(*map(classes, inside))


def spelt(done: Translation) -> list[Any]:
    report = done.report.to_dict()
    assert classes(report) | classes(done.sidecar) | classes(done.payload) <= {
        *(dict, list, str, int, float, Decimal, bool, type(None))
    }
    return [*map(dumps, (done.payload, done.sidecar, report)), done.losses, done.missing]


@pytest.mark.parametrize("target", ["commerce-engine", "axim", "webcommander", "hub"])
@pytest.mark.parametrize("kinds", STRANGE)
def test_what_derives_from_json_values_is_taken_as_those(kinds: str, target: str) -> None:
    given = strange(PRODUCT, STRANGE[kinds])
    translator = Translator("axim", target)
    expected = spelt(translator(PRODUCT))
    assert spelt(translator(given)) == expected
    assert spelt(translate(given, "axim", target)) == expected
    assert spelt(translate(given, None, target)) == spelt(translate(PRODUCT, None, target))
    assert spelt(translator.read(dumps(PRODUCT))) == expected
    assert spelt(translator(given, park=True)) == spelt(translator(PRODUCT, park=True))
    assert detect(given, None, registry()) == detect(PRODUCT, None, registry())


@pytest.mark.parametrize("name", [Word.DESK, Mixed.DESK, Text("Oak Desk")])
def test_words_of_an_enumeration_are_texts(name: str) -> None:
    done = translate({"name": name, "unheard": name, "price": Colour.RED}, "axim", "commerce-engine")
    assert spelt(done) == spelt(
        translate({"name": "Oak Desk", "unheard": "Oak Desk", "price": 499}, "axim", "commerce-engine")
    )


@pytest.mark.parametrize("kinds", STRANGE)
def test_sidecars_and_values_to_fill_in_may_be_strange_too(kinds: str) -> None:
    there = translate(PRODUCT, "axim", "commerce-engine")
    back = translate(
        strange(there.payload, STRANGE[kinds]), None, "axim", restore=strange(there.sidecar, STRANGE[kinds])
    )
    assert dumps(back.payload) == dumps(translate(there.payload, None, "axim", restore=there.sidecar).payload)
    again = Translator("commerce-engine", "axim")(there.payload, strange(there.sidecar, STRANGE[kinds]))
    assert dumps(again.payload) == dumps(back.payload)
    assert Translator("axim", "commerce-engine", fill=strange({"seo.slug": "oak"}, STRANGE[kinds])).fill == {
        "seo.slug": "oak"
    }


def test_values_to_fill_in_are_told_apart_though_their_texts_are_alike() -> None:
    held = {"seo.slug": "one"}
    view = View(held)
    one = translate({"name": "A"}, "axim", "commerce-engine", fill=view)
    held["seo.slug"] = "other"
    other = translate({"name": "A"}, "axim", "commerce-engine", fill=view)
    assert [one.payload["seo"], other.payload["seo"]] == [{"slug": "one"}, {"slug": "other"}]


# -- what is refused ------------------------------------------------------------------------------------------


class Model(BaseModel):
    name: str = "Desk"


@dataclass
class Plain:
    name: str = "Desk"


class Kind(enum.Enum):
    DESK = "desk"


class Scalar:
    """Stands in for a number of an array library, which may not be installed."""

    ndim = 0

    def item(self) -> int:
        return 5

    tolist = item


class Array(Scalar):
    ndim = 1

    def __iter__(self) -> Any:
        return iter([5])


REFUSED = [
    (Model(), "Model is no JSON value; its model_dump(mode='json') is one"),
    (Plain(), "Plain is no JSON value; dataclasses.asdict(…) makes one of it"),
    (Kind.DESK, "Kind is no JSON value; its .value may be one"),
    (Scalar(), "Scalar is no JSON value; its item() is one"),
    (Array(), "Array is no JSON value; its tolist() is one"),
    (b"{}", "bytes is no JSON value; catalens.payloads.loads(…) reads JSON text, .decode() gives text"),
    (bytearray(b"{}"), "bytearray is no JSON value; catalens.payloads.loads(…) reads JSON text"),
    (datetime(2026, 1, 1), "datetime is no JSON value; its isoformat() is one"),
    (date(2026, 1, 1), "date is no JSON value; its isoformat() is one"),
    (timedelta(1), "timedelta is no JSON value; its total_seconds() is one"),
    (uuid.UUID(int=1), "UUID is no JSON value; str(…) makes one of it"),
    (PurePosixPath("a"), "PurePosixPath is no JSON value; str(…) makes one of it"),
    ((1,), "tuple is no JSON value; list(…) makes one of it"),
    ({1}, "set is no JSON value; list(…) makes one of it"),
    (frozenset(), "frozenset is no JSON value; list(…) makes one of it"),
    (deque(), "deque is no JSON value; list(…) makes one of it"),
    ((one for one in [1]), "generator is no JSON value; list(…) makes one of it"),
    (range(2), "range is no JSON value; list(…) makes one of it"),
    (memoryview(b"x"), "memoryview is no JSON value"),
    (1j, "complex is no JSON value"),
    (object(), "object is no JSON value"),
    (Model, "ModelMetaclass is no JSON value"),
    (float("nan"), "nan is no JSON number; leave it out, or take None"),
    (Fraction("inf"), "inf is no JSON number"),
    (Money("NaN"), "NaN is no JSON number"),
    (Number(10**1000), "number longer than 1000 digits"),
    (Money("1e-1000"), "number longer than 1000 digits"),
    (Text("\ud800"), "text with a lone surrogate"),
]


@pytest.mark.parametrize("field", ["price", "unheard"])
@pytest.mark.parametrize(("value", "message"), REFUSED, ids=[message[:20] for _, message in REFUSED])
def test_what_is_no_json_value_is_refused_with_what_to_do(value: Any, message: str, field: str) -> None:
    for payload in ({field: value}, {field: [1, {"a": value}]}, OrderedDict({field: value})):
        with pytest.raises(InvalidPayload) as caught:
            translate(payload, "axim", "commerce-engine")
        (error,) = caught.value.errors
        assert error.pointer == (f"/{field}" if payload[field] is value else f"/{field}/1/a")
        assert error.message.startswith(message)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (1, "key 1 is no text; str(…) makes one of it"),
        (None, "key None is no text"),
        (b"a", "key b'a' is no text"),
        ("\ud800", r"key '\ud800' has a lone surrogate"),
    ],
)
def test_a_key_that_is_no_text_is_refused(key: Any, message: str) -> None:
    for made in (dict, OrderedDict, UserDict):
        with pytest.raises(InvalidPayload) as caught:
            translate({"seo": made({key: 1})}, "axim", "commerce-engine")
        ((pointer, said),) = [(one.pointer, one.message) for one in caught.value.errors]
        assert pointer == "/seo"
        assert said.startswith(message)


def test_keys_that_are_one_text_are_refused() -> None:
    class Other(str):
        __slots__ = ()
        __hash__ = object.__hash__  # type: ignore[assignment]

        def __eq__(self, other: object) -> bool:
            return self is other

    with pytest.raises(InvalidPayload, match="/seo/a: this key stands more than once"):
        translate({"seo": {"a": 1, Other("a"): 2}}, "axim", "commerce-engine")


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ('{"name": "A"}', 'expected object, found string \'{"name": "A"}\'; catalens.payloads.loads reads JSON text'),
        (b"{}", "bytes is no JSON value; catalens.payloads.loads(…) reads JSON text"),
        ([PRODUCT], "expected object, found array; translate its items one by one"),
        (None, "expected object, found null"),
        (3, "expected object, found integer 3"),
        (Model(), "Model is no JSON value; its model_dump(mode='json') is one"),
    ],
)
@pytest.mark.parametrize("source", ["axim", None])
def test_what_is_no_payload_is_refused_with_what_was_found(source: Any, payload: Any, message: str) -> None:
    with pytest.raises(InvalidPayload) as caught:
        translate(payload, source, "keevault")
    (error,) = caught.value.errors
    assert (error.pointer, error.message[: len(message)]) == ("", message)


def test_a_number_of_numpy_is_taken_where_it_is_a_python_number() -> None:
    numpy = pytest.importorskip("numpy")
    done = translate({"price": numpy.float64(4.5), "unheard": numpy.str_("x")}, "axim", "commerce-engine")
    assert spelt(done) == spelt(translate({"price": 4.5, "unheard": "x"}, "axim", "commerce-engine"))
    for value, call in (
        (numpy.int64(4), "item"),
        (numpy.float32(4), "item"),
        (numpy.bool_(1), "item"),
        (numpy.ones(2), "tolist"),
    ):
        with pytest.raises(InvalidPayload, match=rf"/price: \w+ is no JSON value; its {call}\(\) is one"):
            translate({"price": value}, "axim", "commerce-engine")


# -- what is given is left alone ------------------------------------------------------------------------------


def containers(value: Any) -> set[int]:
    """Return the identity of each object and list in a value."""
    if isinstance(value, dict):
        return {id(value)}.union(*map(containers, value.values()))
    return {id(value)}.union(*map(containers, value)) if isinstance(value, list) else set()


ANSWER = {"data": {**PRODUCT, "_id": "65b0"}, "message": {"said": ["ok"]}}


@pytest.mark.parametrize("target", ["commerce-engine", "axim", "axim/read", "webcommander", "hub"])
@pytest.mark.parametrize(("source", "payload"), [("axim", PRODUCT), ("axim/read", ANSWER)])
@pytest.mark.parametrize("mode", ["update", "create"])
def test_nothing_that_is_given_is_changed_or_shared(source: str, payload: Any, target: str, mode: str) -> None:
    given, fill = copy_json(payload), {}
    if target == "commerce-engine":
        fill = {"tags": ["one", "other"]}
    kept, kept_fill = deepcopy(given), deepcopy(fill)
    translator = Translator(source, target, mode=mode, fill=fill)
    done = translator(given, park=True)
    parts = [done.payload, done.sidecar, done.report.to_dict()]
    own = containers(given) | containers(fill)
    for part in parts:
        assert not own & containers(part)
    assert not containers(parts[0]) & containers(parts[1])
    back = Translator(target, source)
    sidecar = deepcopy(done.sidecar)
    there = back(done.payload, done.sidecar, restore_anyway=True)
    assert done.sidecar == sidecar
    assert not containers(there.payload) & (containers(done.sidecar) | containers(done.payload))
    again = translator(given)
    assert not containers(again.payload) & containers(done.payload)
    assert (given, fill) == (kept, kept_fill)


def test_what_is_done_to_an_output_does_not_reach_the_next() -> None:
    fill = {"tags": ["one"]}
    translator = Translator("axim", "commerce-engine", mode="create", fill=fill)
    first = translator({"name": "A"})
    expected = dumps(first.payload)
    for value in first.payload.values():
        if isinstance(value, dict | list):
            value.clear()
    fill["tags"].append("x")
    assert dumps(translator({"name": "A"}).payload) == expected


def test_what_cannot_be_filled_in_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"fill: seo.slug: Kind is no JSON value; its .value may be one"):
        Translator("axim", "commerce-engine", fill={"seo.slug": Kind.DESK})
