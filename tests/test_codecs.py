"""Every codec holds to what it says of itself; the cases come from the registry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from catalens import Translator
from catalens.account.codes import LossCode
from catalens.codecs import base, groups, markup, scalars, texts
from catalens.codecs.base import NO_PARAMETER, Codec, Parameter, Single, TypesRefused
from catalens.codecs.json_types import beyond, json_type
from catalens.codecs.registry import CODECS, make_codec, parameter_problem, spellings
from catalens.codecs.scalars import Table
from catalens.codecs.units import UNITS, same
from catalens.errors import InvalidMapping
from catalens.explain.sample_values import sample_values
from catalens.formats import Registry
from catalens.lint.agreement import all_codecs, equivalences, helpful_codecs
from catalens.lint.check import lint
from catalens.mapping.load import load_text
from catalens.mapping.read import read_mapping
from catalens.paths import MISSING
from catalens.strategies import payloads
from tests.commands.door import bare

#: a value is converted in no time, so many are tried whatever the profile says of payloads
OFTEN = settings(max_examples=100)
#: a weight and a length of which other units are no finite decimal, so that an inverse that rounds is found out
ASSUME = {"timezone": "Europe/Berlin", "weight": "lb", "length": "in", "volume": "l", "markup": "html"}
OTHERWISE = {"timezone": "Asia/Manila", "weight": "g", "length": "mm", "volume": "ml", "markup": "text"}

#: codecs whose parameter is no word: one of each, and tables
FURTHER: list[tuple[str, Codec]] = [
    ("alias: 2", make_codec({"alias": 2}, ASSUME)),
    ("alias: codecs", make_codec({"alias": ["amount-and-unit", {"measure": "g"}]}, ASSUME)),
    ("joined", make_codec({"joined": "."}, ASSUME)),
    ("each", make_codec({"each": ["same", "decimal-string"]}, ASSUME)),
    ("text-and-markup", make_codec({"text-and-markup": {"HTML": "html", "JSON": "json"}}, ASSUME)),
    ("text-and-markup: text", make_codec({"text-and-markup": {"plain": "text"}}, ASSUME)),
    ("means-none: 0", make_codec({"means-none": 0}, ASSUME)),
    ("means-none: -0.5", make_codec({"means-none": -0.5}, ASSUME)),
    ("means-none: text", make_codec({"means-none": "0000-00-00"}, ASSUME)),
    ("means-none: null", make_codec({"means-none": None}, ASSUME)),
    ("means-none, decimal-string", make_codec([{"means-none": ""}, "decimal-string"], ASSUME)),
    ("means-none, local-time", make_codec([{"means-none": "0000-00-00"}, "local-time"], ASSUME)),
    ("decimal-string, means-none", make_codec(["decimal-string", {"means-none": 0}], ASSUME)),
    ("chain", make_codec(["decimal-string", {"measure": "weight"}], ASSUME)),
    ("table", Table({"live": "active", "hidden": ["inactive", "draft"]})),
    ("table, otherwise same", Table({"live": "active"}, otherwise_same=True)),
]
ALL = [(str(spec), make_codec(spec, ASSUME)) for spec in spellings()] + FURTHER
EXACT = [(name, codec) for name, codec in ALL if codec.exact]
SINGLES = [(name, codec) for name, codec in ALL if codec.wires == codec.hubs == 1]

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["value", "unit"]), inner),
    max_leaves=3,
) | st.just(MISSING)

NUMBERS = (
    st.integers(0, 3)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(-1000, 1000, places=2)
)
TEXTS = st.text(max_size=9) | st.sampled_from(["a, b", "/a/", "42", "data:image/png;base64,AAAA"])
#: hub values of a declared type
OF_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "number": NUMBERS,
    "boolean": st.booleans(),
    "array": st.lists(TEXTS, max_size=3),
    **{
        dimension: st.builds(lambda value, unit: {"value": value, "unit": unit}, NUMBERS, st.sampled_from([*units]))
        for dimension, units in UNITS.items()
    },
}
#: one value of each JSON type
OF_JSON: dict[str, Any] = {"string": "a", "integer": 1, "number": 1.5, "boolean": True, "object": {}}


def rows(codec: Codec) -> list[tuple[Any, ...]]:
    """Return the examples of a codec, each as its wire values."""
    return [one if isinstance(one, tuple) else (one,) for one in codec.examples]


def hub_rows(codec: Codec) -> Iterator[tuple[Any, ...]]:
    """Yield hub values that the codec knows: what its examples decode to, and its own."""
    yield from (codec.decode(*row) for row in rows(codec))
    yield from ((value,) for value in codec.hub_values)


def hub_values(codec: Codec) -> st.SearchStrategy[tuple[Any, ...]]:
    """Make hub values of the declared types, those that the codec knows among them, and any others."""
    known = list(hub_rows(codec))
    declared = [OF_TYPE[wanted] for wanted in codec.hub_types] or [ANYTHING] * codec.hubs
    made = [one | st.sampled_from([None, MISSING]) for one in declared]
    return (
        st.tuples(*made) | st.tuples(*[ANYTHING] * codec.hubs) | (st.sampled_from(known) if known else st.nothing())
    )


def identical(one: Any, other: Any) -> bool:
    """Tell whether two values are the very same: 5 is not 5.0."""
    return type(one) is type(other) and repr(one) == repr(other)


def test_a_codec_that_has_a_name_is_in_the_table_of_its_module_and_no_two_have_one() -> None:
    for module in (base, groups, markup, scalars, texts):
        classes = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Codec)]
        assert {one for one in classes if one.name and one.__module__ == module.__name__} == set(module.CODECS)
    assert len(CODECS) == sum(len(module.CODECS) for module in (base, groups, markup, scalars, texts))


def test_every_codec_is_in_the_table_by_its_own_name() -> None:
    assert all(name == codec.name for name, codec in CODECS.items())
    assert {codec.name for _, codec in ALL if codec.name in CODECS} >= {
        name for name, codec in CODECS.items() if codec.parameter is NO_PARAMETER
    }


@pytest.mark.parametrize("name", CODECS)
def test_a_codec_says_in_a_sentence_what_it_is(name: str) -> None:
    said = CODECS[name].__doc__ or ""
    assert said.split("\n")[0].rstrip().endswith("."), said


@pytest.mark.parametrize(("name", "codec"), ALL, ids=[name for name, _ in ALL])
def test_examples_have_as_many_values_as_the_codec_reads(name: str, codec: Codec) -> None:
    if name != "same" and not name.startswith("each"):
        assert codec.examples
    if name != "each":
        assert all(len(row) == codec.wires for row in rows(codec))
    assert not codec.hub_types or len(codec.hub_types) == codec.hubs


@pytest.mark.parametrize(("name", "codec"), ALL, ids=[name for name, _ in ALL])
def test_examples_show_every_place_that_is_read(name: str, codec: Codec) -> None:
    if name not in ("same", "each"):
        assert all(codec.taken_types())


@pytest.mark.parametrize(("name", "codec"), ALL, ids=[name for name, _ in ALL])
def test_a_codec_is_total(name: str, codec: Codec) -> None:
    @OFTEN
    @given(st.tuples(*[ANYTHING] * codec.wires), st.tuples(*[ANYTHING] * codec.hubs))
    def law(wire: tuple[Any, ...], hub: tuple[Any, ...]) -> None:
        assert len(codec.decode(*wire)) == codec.hubs
        assert len(codec.encode(*hub)) == codec.wires

    law()


@pytest.mark.parametrize(("name", "codec"), ALL, ids=[name for name, _ in ALL])
def test_hub_values_are_of_the_declared_types(name: str, codec: Codec) -> None:
    dimensions = {"weight", "length", "volume", "array"}
    for row in hub_rows(codec):
        for value, wanted in zip(row, codec.hub_types or ("any",) * codec.hubs, strict=True):
            if value is MISSING or value is None or wanted == "any":
                continue
            kind = "object" if wanted in dimensions else wanted
            assert json_type(value) in {kind, "integer" if kind == "number" else kind}


@pytest.mark.parametrize(("name", "codec"), EXACT, ids=[name for name, _ in EXACT])
def test_a_proven_inverse_gives_the_hub_value_back(name: str, codec: Codec) -> None:
    @OFTEN
    @given(hub_values(codec))
    def law(hub: tuple[Any, ...]) -> None:
        wire = codec.encode(*hub)
        if any(value is MISSING for value in wire):
            return
        assert all(map(same, codec.decode(*wire), hub))

    law()


@pytest.mark.parametrize(("name", "codec"), SINGLES, ids=[name for name, _ in SINGLES])
def test_what_is_said_to_return_is_the_very_value(name: str, codec: Codec) -> None:
    @OFTEN
    @given(hub_values(codec))
    def law(hub: tuple[Any, ...]) -> None:
        wire = codec.encode(*hub)
        if type(hub[0]) in codec.returns and wire != (MISSING,):
            assert identical(codec.decode(*wire)[0], hub[0])

    law()


@pytest.mark.parametrize(("name", "codec"), ALL, ids=[name for name, _ in ALL])
def test_codes_are_those_of_a_loss_and_of_a_value_that_arrived(name: str, codec: Codec) -> None:
    assert codec.loss.is_loss
    assert codec.converted.fate == "converted"


@pytest.mark.parametrize(("name", "codec"), ALL, ids=[name for name, _ in ALL])
def test_another_spelling_of_the_same_is_a_declared_equivalence(name: str, codec: Codec) -> None:
    for row in rows(codec):
        wire = codec.encode(*codec.decode(*row))
        if any(same(one, other) and not identical(one, other) for one, other in zip(wire, row, strict=True)):
            assert codec.normalises, (row, wire)

    @OFTEN
    @given(hub_values(codec))
    def law(hub: tuple[Any, ...]) -> None:
        wire = codec.encode(*hub)
        back = codec.decode(*wire)
        if all(map(same, back, hub)) and not all(map(identical, back, hub)):
            assert codec.normalises, (hub, back)

    law()


@pytest.mark.parametrize(("name", "codec"), ALL, ids=[name for name, _ in ALL])
def test_what_comes_back_otherwise_is_a_declared_equivalence_or_a_loss(name: str, codec: Codec) -> None:
    for row in rows(codec):
        hub = codec.decode(*row)
        wire = codec.encode(*hub)
        if all(value is MISSING for value in hub) or all(map(same, wire, row)):
            continue
        if codec.folds and not codec.given_back(*row):
            assert codec.loss.is_loss, (row, wire)
            continue
        # another spelling that means the same is an equivalence; another meaning is measured, and has a code
        if codec.exact or all(map(same, codec.decode(*wire), hub)):
            assert codec.normalises, (row, wire)
        else:
            assert codec.loss.is_loss, (row, wire)


@pytest.mark.parametrize(("name", "codec"), SINGLES, ids=[name for name, _ in SINGLES])
def test_all_that_it_ever_writes_is_declared_where_it_is_little(name: str, codec: Codec) -> None:
    if codec.written is None:
        assert not codec.looks_up or name.endswith("same")
        return

    @OFTEN
    @given(ANYTHING | st.sampled_from(codec.hub_values))
    def law(hub: Any) -> None:
        assert codec.encode(hub)[0] in (*(codec.written or ()), MISSING, None)

    law()


def test_only_a_codec_of_one_value_declares_its_few_words_or_a_meaning_of_null() -> None:
    of_several = [codec for _, codec in ALL if codec.wires > 1 or codec.hubs > 1]
    assert of_several
    assert not any(codec.takes_null or codec.written is not None for codec in of_several)


def test_every_equivalence_is_some_codecs() -> None:
    declared = {name for _, codec in ALL for name in codec.normalises}
    # the order of items is no codec's to forget, but a list's
    assert declared | set(Table({"a": 1, "A": 1}).normalises) | {"list-order"} == equivalences()


def test_units_are_those_that_it_reads() -> None:
    for name, codec in ALL:
        dimensions = {wanted for wanted in codec.hub_types if wanted in UNITS}
        for unit in codec.units:
            *others, _ = (1,) * codec.wires
            assert {"value": 1, "unit": unit} in codec.decode(*others, unit), name
            assert any(unit in units for units in UNITS.values()), name
        assert not codec.units or all({*UNITS[one]} <= {*codec.units} for one in dimensions), name
        # a measure says its unit: beside the number, or by what the mapping assumes
        assert bool(dimensions) == bool(codec.units or codec.steps[-1].measured_in), name
        assert bool(dimensions) == (codec.converted is LossCode.CONVERTED_UNIT), name


@pytest.mark.parametrize(("name", "codec"), SINGLES, ids=[name for name, _ in SINGLES])
def test_null_has_a_meaning_where_a_codec_says_so_and_nowhere_else(name: str, codec: Codec) -> None:
    assert (None in codec.examples) == codec.takes_null
    if codec.takes_null:
        assert not identical(codec.encode(None)[0], None)
    assert codec.decode(None) == (None,)


# -- types ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "codec"), ALL, ids=[name for name, _ in ALL])
def test_types_that_no_example_has_are_refused(name: str, codec: Codec) -> None:
    if not codec.hub_types:
        return
    taken = codec.taken_types()
    assert codec.types_through(taken) == tuple(frozenset({wanted}) for wanted in codec.hub_types)
    for place in range(codec.wires):
        for wrong in sorted(beyond(frozenset(OF_JSON), taken[place])):
            given_types = (*taken[:place], frozenset({wrong}), *taken[place + 1 :])
            with pytest.raises(TypesRefused) as caught:
                codec.types_through(given_types)
            assert caught.value.refused == {wrong}


# -- assumptions ------------------------------------------------------------------------------------------------


class Asked(dict[str, str]):
    """Assumptions that remember which of them were asked for."""

    def __init__(self) -> None:
        super().__init__(ASSUME)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return super().__getitem__(name)


@pytest.mark.parametrize("spec", [*spellings()], ids=str)
def test_a_codec_rests_on_the_assumption_that_it_names_and_on_no_other(spec: Any) -> None:
    asked = Asked()
    codec = make_codec(spec, asked)
    assert asked.names == ({codec.assumes} if codec.assumes else set())


@pytest.mark.parametrize("spec", [*spellings()], ids=str)
def test_values_that_rest_on_an_assumption_are_those_that_another_answer_changes(spec: Any) -> None:
    one, other = make_codec(spec, ASSUME), make_codec(spec, OTHERWISE)
    known = [row for row in rows(one) if one.decode(*row) != (MISSING,)]
    resting = [one.decode(*row) != other.decode(*row) for row in known]
    assert [one.assumed(*row) is not None for row in known] == resting
    assert any(resting) == (one.assumes is not None)


# -- parameters -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CODECS)
def test_a_wrong_parameter_is_refused_with_what_is_expected(name: str) -> None:
    for parameter in ("nonsense", -1, True, [], {"a": 1}, 1.5):
        if not CODECS[name].parameter.takes(parameter):
            problem = parameter_problem(name, parameter)
            assert problem is not None
            assert CODECS[name].parameter.wanted in problem[0]
            with pytest.raises(ValueError, match=f"codec '{name}'"):
                make_codec({name: parameter}, ASSUME)


def test_null_is_a_word_of_prices_in_quotes_or_without() -> None:
    one, other = make_codec({"charged-price": None}, ASSUME), make_codec({"charged-price": "null"}, ASSUME)
    assert one.name == other.name == "charged-price: null"


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, c in CODECS.items() for word in c.parameter.words])
def test_every_word_makes_a_codec_and_a_misspelt_one_is_near_it(name: str, word: str) -> None:
    assert make_codec({name: word}, ASSUME).name == f"{name}: {word}"
    problem = parameter_problem(name, word + "s")
    assert problem is not None
    assert problem[1] is not None
    assert word in problem[1]


@pytest.mark.parametrize("name", [name for name, codec in CODECS.items() if codec.parameter is not NO_PARAMETER])
def test_a_parameter_is_needed_where_there_is_one(name: str) -> None:
    if name == "markup":
        assert make_codec(name, ASSUME).assumes == name, "what no parameter says is assumed"
    elif name == "charged-price":
        assert make_codec(name, ASSUME).name == make_codec({name: "equal"}, ASSUME).name
    else:
        assert parameter_problem(name, MISSING) is not None


@pytest.mark.parametrize(("name", "codec"), ALL, ids=[name for name, _ in ALL])
def test_an_assumption_that_is_not_given_is_named(name: str, codec: Codec) -> None:
    if codec.name not in CODECS or codec.assumes is None:
        return
    with pytest.raises(ValueError, match=f"'{codec.assumes}'"):
        make_codec(codec.name, {})


# -- a codec more -------------------------------------------------------------------------------------------------


class Shouted(Single):
    """Text in capitals, for text in small letters."""

    name = "shouted"
    parameter = Parameter.one_of(["loud", "very-loud"])
    exact = True
    normalises = ("case",)
    examples = ("ABC", "abc")
    hub_types = ("string",)

    @classmethod
    def make(cls, parameter: Any, assume: Any, make: Any) -> Codec:
        return cls()

    def to_hub(self, value: Any) -> Any:
        return value.lower() if isinstance(value, str) and value.lower().upper().lower() == value.lower() else MISSING

    def to_wire(self, value: Any) -> Any:
        lower = isinstance(value, str) and value == value.lower() == value.upper().lower()
        return value.upper() if lower else MISSING


SHOP = """
format: shop
title: Shop
equivalent: [case]
fields:
  name: {type: string, hub: title, codec: {shouted: loud}}
profiles:
  write: {}
"""


@pytest.fixture
def shouting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add a codec, as its row in the table of its module does."""
    monkeypatch.setitem(CODECS, "shouted", Shouted)
    all_codecs.cache_clear()
    yield
    monkeypatch.undo()
    all_codecs.cache_clear()


@pytest.mark.usefixtures("shouting")
def test_a_further_codec_is_known_to_the_linter() -> None:
    source = load_text(SHOP, "shop.yaml")
    assert lint(source, read_mapping(source)) == []
    for spelled, said in (
        ("{shouted: loud}", None),
        ("{shouted: lowd}", "one of loud, very-loud"),
        ("shouted", "one of loud, very-loud"),
        ("shuoted", "no codec 'shuoted'"),
    ):
        source = load_text(SHOP.replace("{shouted: loud}", spelled), "shop.yaml")
        found = [one.message for one in lint(source, read_mapping(source)) if one.code in ("codec", "unknown-codec")]
        assert [said in one for one in found] == ([] if said is None else [True])
    assert "{shouted: loud}" in helpful_codecs(frozenset({"string"}), "string")
    assert "case" in equivalences()


@pytest.mark.usefixtures("shouting")
def test_a_further_codec_translates(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    formats = Registry([tmp_path])
    there, back = Translator("shop", "axim", formats=formats), Translator("axim", "shop", formats=formats)
    assert there({"name": "OAK DESK"}).payload == {"name": "oak desk"}
    assert back({"name": "oak desk"}).payload == {"name": "OAK DESK"}
    assert [loss.code for loss in back({"name": "Oak"}).losses] == ["dropped.condition"]
    # its body stands in the emitted code
    assert ".upper()" in back.emitted("plain").text


@pytest.mark.usefixtures("shouting")
def test_a_further_codec_stands_beside_its_field(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    (said,) = bare("--mappings", tmp_path, "fields", "shop", "--json").json
    assert (said["path"], said["hub"], said["codec"]) == ("name", "title", "shouted")
    said = bare("--mappings", tmp_path, "explain", "shop", "axim", "name", "--json").json
    assert [one["codec"] for one in said["fields"]] == ["shouted"]


@pytest.mark.usefixtures("shouting")
def test_payloads_and_samples_show_what_a_further_codec_reads(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    profile = Registry([tmp_path]).profile("shop")
    (line,) = profile.scope.values
    for example in Shouted.examples:
        assert find(payloads(profile), lambda payload, wanted=example: payload.get("name") == wanted)
        assert example in sample_values(line.fields[0], line, line.fields[0], line)


def test_without_its_row_it_is_an_error_of_the_mapping(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    with pytest.raises(InvalidMapping, match="no codec 'shouted'"):
        Translator("shop", "axim", formats=Registry([tmp_path]))
