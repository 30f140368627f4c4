"""The fast way from bytes to bytes equals the general way, on every line and for every pair."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalens.account.codes import LossCode
from catalens.account.compact import CompactEntries, Kind, LeftAttributes, Place
from catalens.engine import Translator
from catalens.engine.lines import LineResult, general_way
from catalens.envelopes import unwrap, wrap
from catalens.formats import registry
from catalens.mapping.profile import ListNode, Node, ObjectNode, Profile
from catalens.paths import pointer_text
from catalens.payloads import canonical, dumps, loads
from catalens.pipeline.records import Records
from catalens.pipeline.totals import Tally, Totals
from catalens.strategies import near_payloads, payloads
from catalens.typed_json.reader import Reader, reader
from catalens.typed_json.structs import untyped
from tests.pairs import PAIRS, PROFILES, drawn_for, grouped

#: what is done to a line to bring it to where the fast way gives up
TRICKS = (
    *["none"] * 8,
    *("twice", "spaces", "escapes", "deep", "long", "mark", "cut", "surrogate", "unknown", "exponent", "quoted"),
    *("inside", "numbers"),
)


@cache
def between(source: str, target: str) -> Translator:
    """Return one translator of a pair, for all tests."""
    return Translator(source, target)


def tricked(line: bytes, trick: str) -> bytes:
    body = line[:-1] + (b"," if len(line) > 2 else b"")
    match trick:
        case "twice":
            return body + line[1:]
        case "spaces":
            return line.replace(b'":', b'" : ').replace(b",", b" ,\t")
        case "escapes":
            return body + b'"note": "\\u0022\\u003a \\": x", "note": 1}'
        case "deep":
            return body + b'"note":' + b"[" * 120 + b"]" * 120 + b"}"
        case "long":
            return body + b'"note":' + b"9" * 1200 + b"}"
        case "mark":
            return b"\xef\xbb\xbf" + line
        case "cut":
            return line[: len(line) // 2]
        case "surrogate":
            return line.replace(b'":"', b'":"\\ud800', 1)
        case "unknown":
            return body + b'"note": {"a": [1, 2.50]}}'
        case "exponent":
            return body + b'"weight": 1e-400, "price": 1E5, "stock": -0.0}'
        case "quoted":
            return line.replace(b'":"', b'":"1').replace(b'":1', b'":"1"')
        case "inside":
            return line.replace(b'":{', b'":{"name":"a","name":"b",')
        case "numbers":
            return line.replace(b'":1', b'":1e5').replace(b'":2', b'":2.50').replace(b'":3', b'":0.00000030')
    return line


def pruned(value: Any, node: Node | None) -> Any:
    """Leave out what the profile does not know, for no line with such a key goes the fast way."""
    if isinstance(value, dict) and isinstance(node, ObjectNode):
        return {name: pruned(child, node.members[name]) for name, child in value.items() if name in node.members}
    if isinstance(value, list) and isinstance(node, ListNode):
        return [pruned(item, node.item) for item in value]
    return value


def acquaint(profile: Profile, line: bytes) -> Reader:
    """Let the reader of a profile know the order of a line, whatever it has read before."""
    one = reader(profile)
    one.credit, one.wait, one.noted, one.good, one.neighbours = 1000, 0, 0, 0, {}
    one.read(line)
    return one


def assert_alike(fast: LineResult, general: LineResult) -> None:
    assert (fast.output, str(fast.error)) == (general.output, str(general.error))
    assert sorted(map(repr, fast.found)) == sorted(map(repr, general.found))
    assert fast.lossy == bool(general.losses)
    assert Tally().add(fast) == any(one.code.is_loss for one in fast.found if one not in fast.more)


@pytest.mark.parametrize(("source", "target"), grouped(PAIRS))
def test_fast_way_equals_general_way(source: str, target: str) -> None:
    translator = between(source, target)
    drawn = st.one_of(payloads(translator.source, translator.target), near_payloads(translator.source))

    @drawn_for(source, target)
    @given(drawn, st.sampled_from(TRICKS), st.booleans(), st.booleans(), st.booleans())
    def law(payload: Any, trick: str, ascii_only: bool, known: bool, acquainted: bool) -> None:
        if known:
            product = unwrap(payload, translator.source)
            bare = pruned(payload if product is None else product, translator.source.tree)
            payload = wrap(bare, translator.source.envelope)
        try:
            line = dumps(payload)
        except (TypeError, ValueError, RecursionError):
            return
        if ascii_only:
            line = json.dumps(json.loads(line), ensure_ascii=True).encode()
        if acquainted:
            acquaint(translator.source, line)
        line = tricked(line, trick)
        fast, general = translator.fast(1, line), general_way(translator, 1, line)
        if fast is not None:
            assert_alike(fast, general)

    law()


@pytest.mark.parametrize("source", PROFILES)
def test_fast_way_reads_digit_by_digit(source: str) -> None:
    profile = registry().profile(source)

    @given(payloads(profile), st.booleans())
    def law(payload: Any, acquainted: bool) -> None:
        line = dumps(payload)
        if acquainted:
            acquaint(profile, line)
        assert_read(profile, line)

    law()


def assert_read(profile: Profile, line: bytes) -> None:
    read = reader(profile).read(line)
    if read is not None:
        given = loads(line)
        for name in profile.envelope:
            given = given[name]
        assert canonical(untyped(read[0])) == canonical(given)


@settings(max_examples=300)
@given(st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][-+]?[0-9]{1,3})?", fullmatch=True), st.booleans())
def test_numbers_are_read_as_the_general_way_reads_them(text: str, acquainted: bool) -> None:
    profile = registry().profile("axim/write")
    one = acquaint(profile, b'{"weight":1,"stock":2}')
    one.wait = 0 if acquainted else 1
    line = b'{"weight":%s,"stock":2}' % text.encode()
    read = one.read(line)
    if read is not None:
        assert canonical(untyped(read[0])) == canonical(loads(line))
        numbers = [untyped(read[0])["weight"], loads(line)["weight"]]
        assert not acquainted or type(numbers[0]) is type(numbers[1])


@pytest.mark.parametrize("source", PROFILES)
def test_lines_of_one_order_are_read_by_writing_them_again(source: str) -> None:
    profile = registry().profile(source)
    lines = [dumps(one) for one in example_payloads(source)]
    for line in lines:
        quick = acquaint(profile, line).quick
        taken = reader(profile).read(line)
        assert taken is None or quick.encode(quick.decode(line)) == line


def example_payloads(source: str) -> list[Any]:
    profile = registry().profile(source)
    return [one.payload for one in profile.mapping.examples if (one.profile or "write") == profile.name]


def test_one_reader_serves_many_threads() -> None:
    profile = registry().profile("axim/write")
    one = Reader(profile)
    names = ["name", "sku", "mpn", "description", "seo", "customs", "weight"]
    lines = [dumps(dict.fromkeys(order)) for order in permutations(names)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one.read, lines))
    assert None not in found


def test_an_order_is_learned_seldom_where_lines_have_none() -> None:
    profile = registry().profile("axim/write")
    one = Reader(profile)
    names = ["name", "sku", "status", "visibility", "mpn", "isFeatured"]
    seen = set()
    for number, order in enumerate(permutations(names)):
        line = dumps(
            {name: {"status": "active", "visibility": True, "isFeatured": True}.get(name, "x") for name in order}
        )
        assert one.read(line) is not None, number
        seen.add(id(one.quick))
    assert len(seen) <= 6


def test_whole_examples_take_the_fast_way() -> None:
    examples = [
        (f"{name}/{example.profile or 'write'}", example.payload)
        for name in registry().names()
        for example in registry().mapping(name).examples
    ]
    taken = [one for one, payload in examples if reader(registry().profile(one)).read(dumps(payload)) is not None]
    assert len(taken) >= 10


@pytest.mark.parametrize(("source", "target"), grouped(PAIRS))
def test_sums_of_compact_entries_are_the_sums_of_losses(source: str, target: str) -> None:
    translator = between(source, target)

    @drawn_for(source, target)
    @given(st.lists(payloads(translator.source, translator.target), max_size=3))
    def law(products: list[Any]) -> None:
        quick, slow, tally = Totals(), Totals(), Tally()
        for number, product in enumerate(products, 1):
            line = dumps(product)
            general = general_way(translator, number, line)
            result = translator.fast(number, line) or general
            tally.add(result)
            for one in result.more:
                quick.count(one, number)
            for one in general.found:
                slow.count(one, number)
        tally.into(quick)
        assert {key: (group.count, group.line) for key, group in quick.groups.items()} == {
            key: (group.count, group.line) for key, group in slow.groups.items()
        }

    law()


@pytest.mark.parametrize(("source", "target"), grouped(PAIRS))
def test_records_of_losses_are_the_losses(source: str, target: str) -> None:
    translator, records = between(source, target), Records()

    @drawn_for(source, target)
    @given(payloads(translator.source, translator.target))
    def law(payload: Any) -> None:
        line = dumps(payload)
        general = general_way(translator, 7, line)
        for result in (translator.fast(7, line) or general, general):
            losses = [[pointer_text(one.pointer), one.code] for one in result.losses]
            assert loads(records.write(result)) == {"line": 7, "losses": losses}

    law()


def test_a_name_in_the_place_of_an_index_is_a_name() -> None:
    entries = CompactEntries()
    place = Place(("items", None), "rule", LossCode.DROPPED_CONDITION)
    entries += [(place, 5), (place, 'a"/b')]
    result = LineResult(1, b"", b"", None, entries)
    assert loads(Records().write(result))["losses"] == [
        [f"/items/{one}", "dropped.condition"] for one in ("5", 'a"~1b')
    ]


def test_names_that_look_like_marks_are_only_names() -> None:
    odd = LeftAttributes(("\ue000", None), [("f0", "\ue001", Kind("rule", LossCode.DROPPED_NO_COUNTERPART), None)])
    entries = CompactEntries()
    entries.left.append((odd, 3, SimpleNamespace(f0=1)))
    place = Place(("\ue000~/", None), "rule", LossCode.DROPPED_CONDITION)
    entries += [(place, 5), (place, 'a"/b')]
    result = LineResult(1, b"", b"", None, entries)
    for _ in range(2):
        assert loads(Records().write(result))["losses"] == [
            ["/\ue000~0~1/5", "dropped.condition"],
            ['/\ue000~0~1/a"~1b', "dropped.condition"],
            ["/\ue000/3/\ue001", "dropped.no_counterpart"],
        ]


@pytest.mark.parametrize("target", sorted({one.spelled for one in registry().profiles() if one.slots}))
def test_lines_with_parked_rows_are_unparked(target: str) -> None:
    for source in ("keevault/write", "axim/write", "commerce-engine/write"):
        if source.partition("/")[0] == target.partition("/")[0]:
            continue
        there, back = Translator(source, target), Translator(target, source)
        for example in there.source.mapping.examples:
            if example.profile not in (None, there.source.name):
                continue
            line = dumps(there(example.payload, park=True).payload)
            (result,) = back.lines([line])
            assert_alike(result, general_way(back, 1, line))
