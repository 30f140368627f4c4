"""Identifiers that the crosswalk does not know yet: left out on request, listed, and learnt while one translates."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalens import Translator, UsageError, translate
from catalens.account.codes import LossCode
from catalens.laws.profile import soundness
from tests.compliance.facts import CONDITION, FOREIGN, all_lost, arrived, assert_balanced, assert_same, codes, lost

UNKNOWN = "dropped.unknown_id"
HEX = "63e4f6c4bf61b3a5047d9daf"
ROWS = [{"kind": "category", "axim": "a", "commerce-engine": "A", "prosperna": HEX, "webcommander": "214"}]


class Journal:
    """Learns identifiers while it is asked."""

    def __init__(self, known: dict[tuple[str, str], Any] | None = None) -> None:
        self.known = dict(known or {})
        self.asked: list[tuple[str, str]] = []

    def get(self, kind: str, id: str) -> Any:
        self.asked.append((kind, id))
        return self.known.get((kind, id))

    def reverse(self) -> Journal:
        return Journal({(kind, str(theirs)): ours for (kind, ours), theirs in self.known.items()})


def omitted(payload: Any, source: str, target: str, **how: Any) -> Any:
    done = translate(payload, source, target, foreign_ids="omit", **how)
    assert_balanced(payload, done)
    return done


# -- left out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "payload", "target", "places"),
    [
        ("axim", {"categories": ["u", "v"]}, "commerce-engine", ["/categories/0", "/categories/1"]),
        ("axim", {"categories": ["u", "v"]}, "webcommander", ["/parents/0/id", "/parents/1/id"]),
        ("axim", {"categories": ["u", "v"]}, "prosperna", ["/product_categories/0", "/product_categories/1"]),
        ("webcommander", {"parents": [{"id": 1}, {"id": 2}]}, "axim", ["/categories/0", "/categories/1"]),
        ("prosperna", {"product_categories": [HEX, HEX[::-1]]}, "axim", ["/categories/0", "/categories/1"]),
        (
            "commerce-engine",
            {"related_products": {"upsell": ["p", "q"]}},
            "axim",
            ["/relatedProducts/0/products/0", "/relatedProducts/0/products/1"],
        ),
    ],
)
def test_a_list_of_unknown_ids_is_absent(source: str, payload: Any, target: str, places: list[str]) -> None:
    done = omitted(payload, source, target)
    assert (arrived(done), lost(done)) == all_lost(payload, UNKNOWN)
    assert [one.pointer for one in done.waits] == places
    assert done.report.to_dict()["waits"] == [
        {"target": one.pointer, "kind": one.kind, "id": one.id} for one in done.waits
    ]


def test_what_is_known_arrives_and_the_others_say_where_they_would_stand() -> None:
    payload = {"categories": ["u", "a", "v"]}
    done = omitted(payload, "axim", "commerce-engine", ids=ROWS)
    assert_same(arrived(done), {"categories": ["A"]})
    assert lost(done) == {"/categories/0": UNKNOWN, "/categories/2": UNKNOWN}
    assert codes(done)["/categories/1"] == "converted.id"
    assert done.waits == [("/categories/0", "category", "u"), ("/categories/2", "category", "v")]


def test_a_number_is_known_by_its_text() -> None:
    done = omitted({"parents": [{"id": 7}]}, "webcommander", "axim")
    assert done.waits == [("/categories/0", "category", "7")]


def test_an_id_that_could_not_be_one_there_waits_as_well() -> None:
    assert lost(omitted({"categories": ["abc"]}, "axim", "webcommander")) == {"/categories/0": UNKNOWN}


def test_what_only_says_the_kind_of_what_is_left_out_is_lost_with_it() -> None:
    payload = {"relatedProducts": [{"code": "upsell", "products": ["p"]}]}
    done = omitted(payload, "axim", "commerce-engine")
    assert_same(arrived(done), {})
    assert lost(done) == {"/relatedProducts/0/code": CONDITION, "/relatedProducts/0/products/0": UNKNOWN}


def test_an_item_that_is_known_by_the_id_goes_with_it() -> None:
    payload = {"groupedProducts": [{"productId": "p", "quantity": 2}, {"productId": "q", "quantity": 3}]}
    rows = [{"kind": "product", "axim": "q", "commerce-engine": "Q"}]
    done = omitted(payload, "axim", "commerce-engine", ids=rows)
    assert_same(arrived(done), {"bundle_items": [{"product_id": "Q", "quantity": 3}]})
    assert lost(done) == dict.fromkeys(("/groupedProducts/0/productId", "/groupedProducts/0/quantity"), UNKNOWN)
    assert done.waits == [("/bundle_items/0/product_id", "product", "p")]


def test_an_item_that_is_known_by_an_id_is_none_without_it() -> None:
    # if it were, the id that is left out of another item would be what keeps the quantity from arriving
    payload = {"groupedProducts": [{"quantity": 2}]}
    done = omitted(payload, "axim", "commerce-engine")
    assert (arrived(done), lost(done)) == all_lost(payload, CONDITION)
    assert_same(arrived(translate(payload, "axim", "commerce-engine")), {"bundle_items": [{"quantity": 2}]})


def test_by_default_ids_are_carried_and_nothing_waits() -> None:
    done = translate({"categories": ["u"]}, "axim", "commerce-engine")
    assert (arrived(done), lost(done), done.waits) == ({"categories": ["u"]}, {"/categories/0": FOREIGN}, [])


@pytest.mark.parametrize(("source", "target"), [("axim/write", "axim/read"), ("axim", "hub"), ("axim", "axim")])
def test_at_home_and_in_the_hub_no_id_is_left_out(source: str, target: str) -> None:
    done = omitted({"categories": ["u"]}, source, target)
    assert (lost(done), done.waits) == ({}, [])
    assert "u" in json.dumps(done.payload)


def test_the_place_of_an_id_is_one_in_the_whole_payload() -> None:
    done = omitted({"categories": ["u"]}, "axim", "commerce-engine/read")
    assert done.waits == [("/content/product/categories/0/id", "category", "u")]


def test_another_word_is_refused() -> None:
    with pytest.raises(
        UsageError, match="foreign_ids: expected a name, 'carry' or 'omit', found 'omitt'; did you mean 'omit'"
    ):
        Translator("axim", "commerce-engine", foreign_ids="omitt")  # type: ignore[arg-type]


def test_the_code_says_what_removes_it() -> None:
    code = LossCode.of(UNKNOWN)
    assert (code.fate, code.is_loss) == ("dropped", True)
    assert "(ids)" in code.remedy(slots=False)
    assert "migration" in code.remedy(slots=False)


def test_the_static_profile_says_what_may_be_left_out() -> None:
    for ids, more in ((None, set()), (ROWS, {"converted.id"})):
        profile = Translator("axim/write", "commerce-engine/write", foreign_ids="omit", ids=ids).profile
        found = {one.path: {*one.codes} for one in profile.fields}
        assert {UNKNOWN, *more} <= found["categories[]"]
        assert FOREIGN not in found["categories[]"]
        assert UNKNOWN in found["groupedProducts[].quantity"]
    plain = Translator("axim/write", "commerce-engine/write").profile
    assert not any(UNKNOWN in one.codes for one in plain.fields)


def test_lines_say_what_waits() -> None:
    payload = {"name": "Lamp", "categories": ["u", "a"]}
    translator = Translator("axim/write", "commerce-engine/write", foreign_ids="omit", ids=ROWS)
    wanted = [("/categories/0", "category", "u")]
    # the second is written in a way that only the general way reads
    for line in (json.dumps(payload), '{"name": "Lamp", "categories": ["u", "a"], "odd": 1e400}'):
        [result] = translator.lines([line])
        assert json.loads(result.output or b"")["categories"] == ["A"]
        assert result.waits == wanted
        assert UNKNOWN in [loss.code for loss in result.losses]
    [parked] = translator.lines([json.dumps(payload)], park=True)
    assert parked.waits == wanted
    [carried] = Translator("axim/write", "commerce-engine/write").lines([json.dumps(payload)])
    assert carried.waits == []


def test_the_sidecar_brings_back_what_was_left_out() -> None:
    payload = {"categories": ["u", "a", "v"], "groupedProducts": [{"productId": "p", "quantity": 2}]}
    there = omitted(payload, "axim/write", "commerce-engine", ids=ROWS)
    back = omitted(there.payload, "commerce-engine", "axim/write", ids=ROWS, restore=there.sidecar)
    assert_same(back.payload, payload)
    assert (back.report.stale, back.report.orphaned) == ([], [])


# -- learnt ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("foreign_ids", ["carry", "omit"])
def test_what_is_learnt_holds_for_the_next_payload(foreign_ids: Any) -> None:
    ids = Journal()
    translator = Translator("axim/write", "commerce-engine/write", ids=ids, foreign_ids=foreign_ids)
    payload = {"categories": ["u"]}
    first = {} if foreign_ids == "omit" else {"categories": ["u"]}
    assert translator(payload).payload == first
    assert [json.loads(one.output or b"") for one in translator.lines([json.dumps(payload)])] == [first]
    ids.known["category", "u"] = 5
    assert translator(payload).payload == {"categories": ["5"]}
    assert [one.output for one in translator.lines([json.dumps(payload)])] == [b'{"categories":["5"]}']
    assert {*ids.asked} == {("category", "u")}


@pytest.mark.parametrize("foreign_ids", ["carry", "omit"])
def test_an_account_is_of_what_was_known_when_the_payload_was_translated(foreign_ids: Any) -> None:
    ids = Journal()
    translator = Translator("axim/write", "commerce-engine/write", ids=ids, foreign_ids=foreign_ids)
    payload = {"categories": ["u"]}
    done, [line] = translator(payload), translator.lines([json.dumps(payload)])
    ids.known["category", "u"] = "U"
    code = UNKNOWN if foreign_ids == "omit" else FOREIGN
    assert lost(done) == {"/categories/0": code}
    assert [str(one.code) for one in (*done.losses, *line.losses)] == [code, code]
    wanted = [("/categories/0", "category", "u")] if foreign_ids == "omit" else []
    assert done.waits == line.waits == wanted
    assert_balanced(payload, done)


@pytest.mark.parametrize("foreign_ids", ["carry", "omit"])
@pytest.mark.parametrize("known", [None, {("category", "u"): "U"}], ids=["nothing", "something"])
def test_another_crosswalk_changes_no_account(known: Any, foreign_ids: Any) -> None:
    translator = Translator("axim/write", "commerce-engine/write", foreign_ids=foreign_ids)
    if known:
        translator.crosswalk = known
    payload = {"categories": ["u"]}
    done, [line] = translator(payload), translator.lines([json.dumps(payload)])
    translator.crosswalk = None if known else {("category", "u"): "U"}
    assert_balanced(payload, done)
    assert [str(one.code) for one in done.losses] == [*lost(done).values()] == [str(one.code) for one in line.losses]
    waiting = [] if known or foreign_ids == "carry" else [("/categories/0", "category", "u")]
    assert done.waits == line.waits == waiting


def test_the_way_back_asks_the_reverse() -> None:
    ids = Journal({("category", "a"): "A"})
    translator = Translator("axim/write", "commerce-engine/write", ids=ids, foreign_ids="omit")
    done = translator({"categories": ["a"]})
    assert done.payload == {"categories": ["A"]}
    assert done.sidecar is None
    ids = Journal({("category", "a"): "A"})
    ids.reverse = None  # type: ignore[method-assign, assignment]
    done = Translator("axim/write", "commerce-engine/write", ids=ids)({"categories": ["a"]})
    assert done.sidecar is not None
    back = translate(done.payload, "commerce-engine", "axim/write", restore=done.sidecar)
    assert back.payload == {"categories": ["a"]}


@pytest.mark.parametrize("begun", [None, [], ROWS], ids=["none", "empty", "rows"])
def test_a_crosswalk_that_is_changed_holds_for_calls_and_lines_alike(begun: Any) -> None:
    translator = Translator("axim/write", "commerce-engine/write", ids=begun)
    payload, line = {"categories": ["u"]}, b'{"categories":["u"]}'

    def both() -> list[Any]:
        [result] = translator.lines([line])
        return [translator(payload).payload["categories"], json.loads(result.output or b"")["categories"]]

    assert both() == [["u"], ["u"]]
    if begun is not None:
        translator.crosswalk["category", "u"] = "U"
        assert both() == [["U"], ["U"]]
    translator.crosswalk = {("category", "u"): "V"}
    assert both() == [["V"], ["V"]]
    assert translator(payload).sidecar is None
    translator.crosswalk = Journal({("category", "u"): "W"})
    assert both() == [["W"], ["W"]]
    translator.crosswalk = None
    assert both() == [["u"], ["u"]]


def test_ids_of_one_thread_are_not_those_of_another() -> None:
    from concurrent.futures import ThreadPoolExecutor

    ids = Journal({("category", str(number)): f"c{number}" for number in range(0, 400, 2)})
    translator = Translator("axim/write", "commerce-engine/write", ids=ids, foreign_ids="omit")

    def out(number: int) -> tuple[Any, list[str]]:
        done = translator({"categories": [str(number)]})
        return done.payload, [one.id for one in done.waits]

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(out, range(400)))
    assert found == [({"categories": [f"c{n}"]}, []) if n % 2 == 0 else ({}, [str(n)]) for n in range(400)]


def test_a_trace_says_what_was_known_then() -> None:
    ids = Journal()
    done = translate({"categories": ["u"]}, "axim/write", "commerce-engine", ids=ids, foreign_ids="omit")
    ids.known["category", "u"] = "U"
    [way] = done.trace("/categories/0").ways
    assert way.code == UNKNOWN
    assert ("crosswalk", "category", "no row for it") in [(one.what, one.where, one.value) for one in way.steps]


def test_the_static_profile_knows_that_what_decides_on_an_item_is_lost_with_it() -> None:
    bundle = {"name": "Set", "groupedProducts": [{"dynamicQuantity": False}]}
    pair = Translator("axim", "commerce-engine/read", foreign_ids="omit")
    assert lost(pair(bundle))["/groupedProducts/0/dynamicQuantity"] == CONDITION
    soundness(pair, bundle)
