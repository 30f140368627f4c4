"""Translators, what comes of them, and errors travel between processes, and are copied."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import catalens
from catalens import CatalensError, InvalidMapping, InvalidPayload, MissingExtra, Translation, Translator, translate
from catalens.crosswalk import Crosswalks
from catalens.errors import Diagnostic, PayloadError, UndecidableFormat, UnknownFormat
from catalens.formats import Registry, registry
from catalens.payloads import dumps

PRODUCT = {
    "name": "Oak Desk",
    "price": 499,
    "sale": 449,
    "weight": 20,
    "mpn": "OD-1",
    "sku": "D-1",
    "categories": ["c-1", "c-2"],
    "unknown": {"a": [1.50]},
}
IDS = [["kind", "axim", "commerce-engine"], ["category", "c-1", "01ARZ3NDEKTSV4RRFFQ69G5FAV"]]


class Learning:
    """Ids that are learnt while a translator asks for them."""

    def __init__(self) -> None:
        self.there: dict[tuple[str, str], str] = {}

    def get(self, kind: str, id: str) -> str | None:
        return self.there.get((kind, id))


def learnt() -> Learning:
    ids = Learning()
    ids.there["category", "c-1"] = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    return ids


OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "assumptions": {"assume": {"source.weight": "lb", "target.weight": "kg"}, "mode": "create"},
    "rows of ids": {"ids": IDS, "foreign_ids": "omit"},
    "an iterator of ids": {"ids": iter(IDS)},
    "a table of ids": {"ids": Crosswalks.read(IDS)},
    "ids that are learnt": {"ids": learnt(), "foreign_ids": "omit"},
    "filled in": {"fill": {"seo.slug": "oak-desk"}, "mode": "create"},
}
WAYS = {
    **{f"pickle {n}": lambda one, n=n: pickle.loads(pickle.dumps(one, n)) for n in (2, pickle.HIGHEST_PROTOCOL)},
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


def said(translator: Translator, product: Any = PRODUCT) -> list[Any]:
    """Return all that a translator says of a product, as text."""
    done = translator(product)
    (line,) = translator.lines([dumps(product)])
    (carefully,) = translator.lines([dumps(product)], sidecars=True)
    assert line.output == carefully.output == dumps(done.payload)
    return [*spelt(done), line.output, line.found, line.waits, carefully.waits, dumps(carefully.sidecar)]


def spelt(done: Translation) -> list[Any]:
    return [
        dumps(done.payload),
        dumps(done.report.to_dict()),
        dumps(done.sidecar),
        done.losses,
        done.missing,
        done.waits,
        done.trace("/name").to_dict(),
    ]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("options", OPTIONS)
def test_a_translator_is_what_it_was(way: str, options: str) -> None:
    one = Translator("axim", "commerce-engine", **OPTIONS[options])
    before = WAYS[way](one)
    expected = said(one)
    assert said(before) == expected
    assert said(WAYS[way](one)) == expected, "after the first call"
    assert said(WAYS[way](before)) == expected
    assert before.profile == one.profile


def test_what_a_copy_learns_is_its_own_only_where_it_is_deep() -> None:
    one = Translator("axim", "commerce-engine", ids=learnt())
    shallow, deep = copy.copy(one), copy.deepcopy(one)
    one.crosswalk.there["category", "c-2"] = "01ARZ3NDEKTSV4RRFFQ69G5FAW"  # type: ignore[union-attr]
    assert said(shallow) == said(one) != said(deep)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ids", [{("category", "c-2"): "01ARZ3NDEKTSV4RRFFQ69G5FAW"}, learnt(), None])
def test_a_crosswalk_that_was_changed_stays_so(way: str, ids: Any) -> None:
    one = Translator("axim", "commerce-engine", foreign_ids="omit")
    one.crosswalk = ids
    again = WAYS[way](one)
    assert said(again) == said(one)
    assert said(again.back, {"categories": ["01ARZ3NDEKTSV4RRFFQ69G5FAW"], "name": "A"}) == said(
        one.back, {"categories": ["01ARZ3NDEKTSV4RRFFQ69G5FAW"], "name": "A"}
    )


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = tmp_path / "formats"
    folder.mkdir()
    (folder / "tiny.yaml").write_text(
        "format: tiny\ntitle: Tiny shop\nprofiles: {write: {}}\n"
        "fields: {label: {type: string, hub: title}, name: {type: string, only_here: true}}\n"
    )
    return folder


@pytest.mark.parametrize("way", WAYS)
def test_formats_of_the_user_travel(way: str, tiny: Path) -> None:
    one = Translator("tiny", "axim", formats=Registry([tiny]))
    product = {"label": "Desk", "name": "x"}
    again = WAYS[way](one)
    shutil.rmtree(tiny)
    last = WAYS[way](one)
    for other in (again, last):
        done = other(product)
        assert spelt(done) == spelt(one(product))
        assert (
            translate(done.payload, "axim", "tiny", restore=one(product).sidecar, formats=other.formats).payload
            == product
        )


@pytest.mark.parametrize("way", WAYS)
def test_a_registry_travels(way: str, tiny: Path) -> None:
    assert WAYS[way](registry()) is registry()
    user = Registry([tiny])
    again = WAYS[way](user)
    assert again.names() == user.names()
    assert again.directories == user.directories
    assert again.path("tiny") == tiny / "tiny.yaml"
    _, beside = registry().beside(tiny / "tiny.yaml")
    assert WAYS[way](beside).names() == beside.names()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_read", [False, True])
@pytest.mark.parametrize("is_line", [False, True])
def test_what_came_of_a_payload_travels(way: str, is_read: bool, is_line: bool) -> None:
    one = Translator("axim", "commerce-engine", ids=learnt(), foreign_ids="omit")
    done = one.read(dumps(PRODUCT)) if is_line else one(PRODUCT)
    expected = spelt(one(PRODUCT))
    if is_read:
        assert spelt(done) == expected
    assert spelt(WAYS[way](done)) == expected
    report = WAYS[way](done.report)
    assert dumps(report.to_dict()) == expected[1]
    assert WAYS[way](done.trace("/name")) == done.trace("/name")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("asks", [{}, {"sidecars": True}])
def test_what_came_of_a_line_travels(way: str, asks: Any) -> None:
    one = Translator("axim", "commerce-engine", ids=learnt(), foreign_ids="omit")
    good, bad = one.lines([dumps(PRODUCT), b'{"name":5}'], **asks)
    again = WAYS[way](good)
    assert (again.output, again.found, again.waits, again.sidecar) == (
        good.output,
        good.found,
        good.waits,
        good.sidecar,
    )
    assert WAYS[way](bad).reject() == bad.reject()


# -- errors ---------------------------------------------------------------------------------------------------


def all_errors(base: type[CatalensError] = CatalensError) -> Iterator[type[CatalensError]]:
    for one in base.__subclasses__():
        if one.__module__.startswith("catalens."):
            yield one
            yield from all_errors(one)


for module in pkgutil.walk_packages(catalens.__path__, "catalens."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)

#: what those errors are made with that are made of more than a message
MADE_WITH: dict[type[CatalensError], tuple[Any, ...]] = {
    InvalidPayload: ([PayloadError("/a", "expected string")],),
    InvalidMapping: ([Diagnostic("a.yaml", 1, 2, "code", "message", "hint", "a: b")],),
    UnknownFormat: ("no format 'aximm'", ["axim"]),
    UndecidableFormat: ("the payload fits several formats", ["axim", "keevault"]),
    MissingExtra: ("calls", "migrate"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [CatalensError, *all_errors()])
def test_errors_travel_with_what_they_hold(way: str, kind: type[CatalensError]) -> None:
    error = kind(*MADE_WITH.get(kind, ("what is wrong",)))
    again = WAYS[way](error)
    assert type(again) is kind
    assert str(again) == str(error) != ""
    assert vars(again) == vars(error)
    assert again.args == error.args


# -- another process ------------------------------------------------------------------------------------------


def _there(translator: Translator, done: Translation) -> tuple[list[Any], list[Any], Translation]:
    return said(translator), spelt(done), translator(PRODUCT)


def _refused(translator: Translator) -> Translation:
    return translator({"name": 5})


def test_another_process_says_the_same(tiny: Path) -> None:
    used = Translator("axim", "commerce-engine", **{**OPTIONS["ids that are learnt"], **OPTIONS["filled in"]})
    expected, done = said(used), used(PRODUCT)
    own = Translator("tiny", "axim", formats=Registry([tiny]))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there, spelt_there, result = pool.submit(_there, used, done).result()
        assert there == expected
        assert spelt_there == spelt(done) == spelt(result)
        assert pool.submit(own, {"label": "Desk"}).result().payload == {"name": "Desk"}
        with pytest.raises(InvalidPayload) as caught:
            pool.submit(_refused, used).result()
    assert caught.value.errors == [PayloadError("/name", "expected string, found integer 5")]
