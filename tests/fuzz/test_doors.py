"""Whatever comes through a door: it is taken whole, or refused with one of our own errors.

What once fell over is kept in ``cases``, a directory for each door, and tried again each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalens import Translator
from catalens.engine.lines import general_way
from catalens.errors import CatalensError, InvalidPayload, InvalidSidecar, UsageError
from catalens.formats import Registry, bundled_mappings
from catalens.lint.check import lint_file
from catalens.payloads import dumps, loads
from catalens.pipeline.blocks import blocks
from catalens.pipeline.stream import Recipe, Worker
from tests.commands.door import CUP, KETTLE, MAPPINGS
from tests.fuzz.spoiling import CSV, JSON, YAML, spoilt

CASES = Path(__file__).parent / "cases"
#: spoilt texts are quickly made, and most of them quickly refused
OFTEN = settings(max_examples=10 * settings.default.max_examples)
SOMETIMES = settings(max_examples=4 * settings.default.max_examples)

FORMATS = Registry([MAPPINGS])
#: every format writes once and reads once, so that all of them are met, and the small ones of the tests most often
PAIRS = [
    *(
        ("shop/write", "bazaar/write"),
        ("bazaar/write", "shop/write"),
        ("shop/read", "hub/write"),
        ("hub/write", "shop/write"),
    ),
    *permutations(sorted(f"{path.stem}/write" for path in bundled_mappings().glob("*.yaml")), 2),
]
EXAMPLES: dict[str, list[bytes]] = {}
for name in FORMATS.names():
    for example in FORMATS.mapping(name).examples:
        EXAMPLES.setdefault(f"{name}/{example.profile}", []).append(json.dumps(example.payload).encode())
# a credential never comes back
EXAMPLES["shop/write"] += [dumps({name: value for name, value in KETTLE.items() if name != "key"}), dumps(CUP)]
EXAMPLES["shop/read"] = [dumps({"ok": True, "data": {"item": {**CUP, "number": "7"}}})]
EXAMPLES["bazaar/write"] = [dumps({"label": "Cup", "sku": "C-1", "heft": 0.25, "words": ["cold"], "more": [1.50]})]
EXAMPLES["hub/write"] = [
    dumps({"title": "Cup", "weight": 0.25, "tags": [{"name": "cold"}], "media": [{"kind": "image", "url": "u"}]})
]


@cache
def translator(source: str, target: str) -> Translator:
    return Translator(source, target, formats=FORMATS)


@contextmanager
def refused(*kinds: type[CatalensError]) -> Iterator[None]:
    """Let a door refuse what comes, in words of one kind."""
    try:
        yield
    except kinds as error:
        said = str(error)
        assert said
        assert not set(said) & {chr(code) for code in (*range(9), *range(11, 32), 127)}, "no terminal obeys it"


def cases(door: str) -> pytest.MarkDecorator:
    """Try again what once fell over at a door."""
    kept = sorted((CASES / door).iterdir())
    return pytest.mark.parametrize("case", kept, ids=lambda path: path.name)


# -- payloads -------------------------------------------------------------------------------------------------------


def payload_door(text: bytes, source: str, target: str) -> None:
    """Translate a payload; what comes out can be read again, and lines give the same."""
    made = translator(source, target)
    line = text.replace(b"\n", b" ")
    (fast,) = made.lines([line]) if line.strip() else (None,)
    if fast is not None:
        slow = general_way(made, fast.line, fast.text)
        assert (fast.output, str(fast.error)) == (slow.output, str(slow.error))
        assert {(one.pointer, one.code) for one in fast.found} == {(one.pointer, one.code) for one in slow.found}
    with refused(InvalidPayload):
        payload = loads(text)
        before = dumps(payload)
        done = made(payload)
        assert dumps(payload) == before, "what is given stays as it is"
        out = dumps(done.payload)
        assert dumps(loads(out)) == out
        if done.sidecar is not None:
            assert not done.report.lossless
            assert loads(dumps(done.sidecar)) == done.sidecar


@OFTEN
@given(st.sampled_from(PAIRS).flatmap(lambda pair: st.tuples(spoilt(EXAMPLES[pair[0]], JSON), st.just(pair))))
def test_any_payload(drawn: tuple[bytes, tuple[str, str]]) -> None:
    text, pair = drawn
    payload_door(text, *pair)


@cases("payload")
def test_payloads_that_fell_over(case: Path) -> None:
    for pair in PAIRS:
        payload_door(case.read_bytes(), *pair)


# -- lines ----------------------------------------------------------------------------------------------------------


def lines_door(text: bytes) -> None:
    """Translate lines; each is in exactly one of output, rejects and blank, however the stream is cut."""
    seen = []
    for size in (1, 1 << 20):
        worker = Worker(Recipe("shop/write", "bazaar", directories=(str(MAPPINGS),), keep_losses=True))
        results = [worker(block) for block in blocks(BytesIO(text), size=size)]
        output, losses = (b"".join(getattr(one, name) for one in results) for name in ("output", "losses"))
        rejects = [reject for one in results for reject in one.rejects]
        blank = sum(one.totals.blank for one in results)
        assert output.count(b"\n") + len(rejects) + blank == sum(one.lines for one in results)
        assert sum(one.lines for one in results) == text.count(b"\n") + (not text.endswith(b"\n") and text != b"")
        for line in output.splitlines():
            loads(line)
        json.dumps(rejects)
        seen.append((output, losses, rejects, blank))
    assert seen[0] == seen[1]


@OFTEN
@given(st.lists(spoilt(EXAMPLES["shop/write"], JSON) | st.just(json.dumps(CUP).encode()), max_size=5).map(b"\n".join))
def test_any_lines(text: bytes) -> None:
    lines_door(text)


@cases("lines")
def test_lines_that_fell_over(case: Path) -> None:
    lines_door(case.read_bytes())


# -- sidecars -------------------------------------------------------------------------------------------------------

RETURNS = [("shop/write", "bazaar/write"), ("axim/write", "prosperna/write"), ("commerce-engine/write", "axim/write")]
SIDECARS = {pair: [dumps(translator(*pair)(loads(text)).sidecar) for text in EXAMPLES[pair[0]]] for pair in RETURNS}


def sidecar_door(text: bytes, source: str, target: str) -> None:
    """Go back with a sidecar: it is refused, or what comes back can be read, and goes out again."""
    there = translator(source, target)
    for product in EXAMPLES[source]:
        away = there(loads(product))
        with refused(InvalidPayload, InvalidSidecar):
            sidecar = loads(text)
            home = translator(target, source)(away.payload, restore=sidecar, restore_anyway=True)
            assert dumps(loads(dumps(home.payload))) == dumps(home.payload)
            if dumps(sidecar) == dumps(away.sidecar):
                assert home.payload == loads(product)
            with refused(InvalidPayload):
                there(home.payload)


@OFTEN
@given(st.sampled_from(RETURNS).flatmap(lambda pair: st.tuples(spoilt(SIDECARS[pair], JSON), st.just(pair))))
def test_any_sidecar(drawn: tuple[bytes, tuple[str, str]]) -> None:
    text, pair = drawn
    sidecar_door(text, *pair)


@cases("sidecar")
def test_sidecars_that_fell_over(case: Path) -> None:
    for pair in RETURNS:
        sidecar_door(case.read_bytes(), *pair)


# -- ids ------------------------------------------------------------------------------------------------------------

TABLES = [
    b"kind,commerce-engine,axim\ncategory,01ARZ3ND,65b0d13f\ncategory,01ARZ3NE,65b0d140\nproduct,p1,\n",
    b'kind,axim,commerce-engine,prosperna\nproduct,"a ""b"",c",d,e\nvariant,1,2,3\n',
]


def ids_door(text: bytes, folder: Path) -> None:
    """Translate with a table of ids, and back."""
    file = folder / "ids.csv"
    file.write_bytes(text)
    for pair in permutations(("axim/write", "commerce-engine/write")):
        with refused(UsageError):
            made = Translator(*pair, ids=file)
            for product in EXAMPLES[pair[0]]:
                out = dumps(made(loads(product)).payload)
                assert dumps(loads(out)) == out


@SOMETIMES
@given(text=spoilt(TABLES, CSV))
def test_any_ids(text: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    ids_door(text, tmp_path_factory.getbasetemp())


@cases("ids")
def test_ids_that_fell_over(case: Path, tmp_path: Path) -> None:
    ids_door(case.read_bytes(), tmp_path)


# -- mappings -------------------------------------------------------------------------------------------------------

MAPPING_TEXTS = [
    *((MAPPINGS / f"{name}.yaml").read_bytes().replace(name.encode(), b"mart") for name in ("shop", "bazaar")),
    (bundled_mappings() / "keevault.yaml").read_bytes().replace(b"format: keevault", b"format: mart"),
]


def mapping_door(text: bytes, folder: Path) -> None:
    """Use a mapping: what lint finds no fault in runs, and what it does is refused everywhere with the same words."""
    file = folder / "mart.yaml"
    file.write_bytes(text)
    faults = [one for one in lint_file(file) if one.severity == "error"]
    with refused(CatalensError):
        pairs = [("mart", "hub"), ("hub", "mart"), ("mart", "axim"), ("axim", "mart")]
        known = Registry([folder])
        for pair in pairs:
            made = Translator(*pair, formats=known)
            assert not faults, "what lint refuses is used"
            for product in (b"{}", *EXAMPLES["axim/write"], *EXAMPLES["shop/write"], *EXAMPLES["keevault/write"]):
                for result in made.lines([product]):
                    slow = general_way(made, result.line, result.text)
                    assert (result.output, str(result.error)) == (slow.output, str(slow.error))
        return
    assert faults, "what is refused was not found by lint"


@SOMETIMES
@given(text=spoilt(MAPPING_TEXTS, YAML))
def test_any_mapping(text: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "mappings"
    folder.mkdir(exist_ok=True)
    mapping_door(text, folder)


@cases("mapping")
def test_mappings_that_fell_over(case: Path, tmp_path: Path) -> None:
    mapping_door(case.read_bytes(), tmp_path)
