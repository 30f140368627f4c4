"""What lint says of broken mappings, that it finds every gap at its line, and that the bundled mappings are clean."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.engine.examples import check_file
from catalens.errors import Diagnostic, InvalidMapping
from catalens.formats import registry
from catalens.lint.agreement import all_codecs, helpful_codecs, hub_field
from catalens.lint.check import lint, lint_file
from catalens.lint.findings import DIAGNOSTICS
from catalens.mapping import read, resolve
from catalens.mapping.load import Source, load_file, load_text
from catalens.mapping.model import Line
from catalens.mapping.read import read_mapping
from catalens.paths import parse

BROKEN = Path(__file__).parent / "diagnostics" / "lint"
BUNDLED = sorted((Path(__file__).parent.parent / "mappings").glob("*.yaml"))

Keys = tuple[str | int, ...]

each_broken = pytest.mark.parametrize("path", sorted(BROKEN.glob("*.yaml")), ids=lambda path: path.stem)
each_bundled = pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)


def said_of(text: str, name: str = "shop.yaml") -> list[Diagnostic]:
    source = load_text(text, name)
    return lint(source, read_mapping(source))


def said_of_lines(*lines: str, head: str = "") -> list[Diagnostic]:
    fields = "".join(f"  {line}\n" for line in lines)
    return said_of(f"format: shop\ntitle: A shop\n{head}profiles: {{write: {{}}}}\nfields:\n{fields}")


# -- the words of each diagnostic -------------------------------------------------------------------------------


@each_broken
def test_a_broken_mapping_gets_these_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    said = check_file(path.name, registry())
    assert "".join(f"{one}\n" for one in said) == path.with_suffix(".expected").read_text("utf-8")


@each_broken
def test_a_broken_mapping_shows_the_code_that_it_is_named_after(path: Path) -> None:
    codes = {one.code for one in check_file(path, registry())}
    assert path.stem in codes
    assert codes <= DIAGNOSTICS.keys()


def test_every_code_has_a_broken_mapping() -> None:
    assert {path.stem for path in BROKEN.glob("*.yaml")} == DIAGNOSTICS.keys()


@pytest.mark.parametrize("module", [read, resolve], ids=lambda module: module.__name__.rpartition(".")[2])
def test_reader_and_resolver_use_listed_codes(module: Any) -> None:
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    calls = [(node.func, node.args) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    codes = [given[1] for called, given in calls if getattr(called, "attr", "") in ("problem", "diagnostic")]
    named = {code.value for code in codes if isinstance(code, ast.Constant)}
    assert len(named) > 3
    assert named <= DIAGNOSTICS.keys()


@each_broken
def test_only_what_may_be_meant_is_a_warning(path: Path) -> None:
    mild = {"crossing", "foreign-ext", "format", "shadows", "at-least-once"}
    assert {one.code for one in lint_file(path) if one.severity == "warning"} <= mild
    assert not mild & {one.code for one in lint_file(path) if one.severity == "error"}


# -- the bundled mappings ---------------------------------------------------------------------------------------


@each_bundled
def test_a_bundled_mapping_is_clean(path: Path) -> None:
    assert list(map(str, lint_file(path))) == []


def lines_of(source: Source) -> Iterator[tuple[Keys, dict[str, Any], bool]]:
    """Yield the keys of each line, the line, and whether its hub path ends on free ground."""
    yield from inner_lines(source.data["fields"], ("fields",), "")
    for name, profile in source.data["profiles"].items():
        yield from inner_lines(profile.get("fields", {}), ("profiles", name, "fields"), "")


def inner_lines(lines: dict[str, Any], keys: Keys, above: str) -> Iterator[tuple[Keys, dict[str, Any], bool]]:
    for name, line in lines.items():
        hub = above + line.get("hub", "")
        yield (*keys, name), line, bool(re.search(r"\bext\.", above))
        yield from inner_lines(line.get("fields", {}), (*keys, name, "fields"), hub + ".")


Edit = tuple[Keys, str, Callable[[str], str]]


def edited(source: Source, text: str, edits: list[Edit]) -> str:
    """Replace words of lines, from ``word: value`` to what an edit makes of it."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    spans = []
    for keys, word, change in edits:
        row, column = source.where((*keys, word))
        at = starts[row - 1] + column - 1
        found = re.compile(word + r""": (?:"[^"\n]*"|'[^'\n]*'|\{[^}]*\}|\[[^\n]*?\](?=[,}\n])|[^,}\n#]+)""").match(
            text, at
        )
        assert found is not None
        spans.append((at, found.end(), change(found[0])))
    for at, end, new in sorted(spans, reverse=True):
        text = text[:at] + new + text[end:]
    return text


def rows_of(source: Source, keys: list[Keys]) -> list[int]:
    return sorted(source.where(one)[0] for one in keys)


def rows_said(text: str, path: Path, code: str) -> list[int]:
    return sorted(one.line for one in said_of(text, str(path)) if one.code == code)


@each_bundled
def test_each_field_without_counterpart_is_found_however_deep(path: Path) -> None:
    source, text = load_file(path), path.read_text("utf-8")
    edits, bare = [], []
    for keys, line, _ in lines_of(source):
        said = next(word for word in ("hub", "only_here", "dropped", "withheld") if word in line)
        filler = "nullable: true" if "nullable" not in line else "cut: true"
        edits.append((keys, said, lambda _, filler=filler: filler))
        if "fields" not in line:
            bare.append(keys)
    assert rows_said(edited(source, text, edits), path, "no-counterpart") == rows_of(source, bare)


@each_bundled
def test_each_list_without_its_hub_list_is_found_at_every_depth(path: Path) -> None:
    source, text = load_file(path), path.read_text("utf-8")
    # a list of which only the format itself knows what is in its items need not meet any
    lists = [
        keys
        for keys, line, _ in lines_of(source)
        if "hub" in line and any("hub" in inner for inner in line.get("fields", {}).values())
    ]
    for depth in {keys.count("fields") for keys in lists}:
        bare = [keys for keys in lists if keys.count("fields") == depth]
        changed = edited(source, text, [(keys, "hub", lambda _: "nullable: true") for keys in bare])
        assert rows_said(changed, path, "no-counterpart") == rows_of(source, bare)


@each_bundled
def test_each_misspelt_hub_path_is_found_however_deep(path: Path) -> None:
    source, text = load_file(path), path.read_text("utf-8")
    wrong = [keys for keys, line, free in lines_of(source) if "hub" in line and "fields" not in line and not free]
    edits: list[Edit] = [(keys, "hub", lambda found: re.sub(r"(hub: \W*)", r"\1zz", found)) for keys in wrong]
    said = [one for one in said_of(edited(source, text, edits), str(path)) if one.code == "unknown-hub-path"]
    assert {one.line for one in said} == {source.where((*keys, "hub"))[0] for keys in wrong}
    assert all((one.source_line or "")[: one.column - 1].endswith("hub: ") for one in said)


@each_bundled
def test_each_misspelt_codec_is_found_however_deep(path: Path) -> None:
    source, text = load_file(path), path.read_text("utf-8")
    coded = [keys for keys, line, _ in lines_of(source) if "codec" in line]
    edits: list[Edit] = [(keys, "codec", lambda found: re.sub(r"(codec: \W*)", r"\1zz", found)) for keys in coded]
    said = rows_said(edited(source, text, edits), path, "unknown-codec")
    assert set(said) == {source.where((*keys, "codec"))[0] for keys in coded}


# -- places, order, repetition ----------------------------------------------------------------------------------


def test_what_all_profiles_share_is_reported_once() -> None:
    (one,) = said_of(
        "format: shop\ntitle: A shop\nprofiles: {write: {}, read: {}}\nfields:\n  sku: {type: number, hub: sku}\n"
    )
    assert (one.line, one.column, one.code) == (5, 28, "type-mismatch")


@each_broken
def test_diagnostics_stand_in_the_order_of_the_file(path: Path) -> None:
    places = [(one.line, one.column) for one in lint_file(path)]
    assert places == sorted(places)


def test_the_lines_of_a_list_that_is_out_are_not_reported_again() -> None:
    said = said_of_lines(
        "images[]: {hub: 'medai[]', fields: {url: {type: string, hub: url}, name: {type: string, hub: nme}}}"
    )
    assert [one.code for one in said] == ["unknown-hub-path"]


def test_what_a_line_that_is_out_may_have_used_is_not_called_stale() -> None:
    head = "assume: {weight: kg}\nequivalent: [measure-unit]\n"
    said = said_of_lines("weight: {type: number, hub: weight, codec: {mesure: weight}}", head=head)
    assert [one.code for one in said] == ["unknown-codec"]


def test_a_problem_in_one_part_of_a_line_does_not_hide_another() -> None:
    said = said_of_lines("price: {type: string, hub: prises, codec: decimal-strng, minLength: 3, maxLength: 1}")
    assert [one.code for one in said] == ["unknown-hub-path", "unknown-codec", "limits"]


@pytest.mark.parametrize("name", ["", "no-such-file.yaml", ".", "\0"])
def test_a_file_that_cannot_be_read_is_a_diagnostic(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert [one.code for one in lint_file(name)] == ["unreadable"]


@pytest.mark.parametrize(
    ("content", "code"), [(b"\xff", "encoding"), (b"a: [", "syntax"), (b"a: 1\na: 2\n", "duplicate-key")]
)
def test_a_file_that_is_no_yaml_of_ours_is_a_diagnostic(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_bytes(content)
    assert [one.code for one in lint_file(path)] == [code]


# -- what is right is not reported ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "notes[]: {fields: {text: {type: string, only_here: true}, 'on[]': {type: string, only_here: true}}}",
        "notes[]: {fields: {'pages[]': {fields: {n: {type: any, only_here: true}}}}}",
        "'images[].url': {type: string, hub: 'media[].url'}",
        "'related[]': {type: string, hub: \"relations[?kind=='related'].products[].id\"}",
        "tags[]: {type: string, hub: 'tags[].name', example: oak}",
        "words[]: {type: string, hub: 'seo.keywords[]'}",
        "rank: {type: integer, hub: 'inventory[0].count', minimum: 0, maximum: 0}",
        'kind: {type: string, hub: "x.kind", table: {a: [one, two], b: three}}',
        "shop: {type: any, hub: ext.other.shop}",
        "'images[]': {hub: 'x.images[]', fields: {url: {type: string, hub: where.url}}}",
        "'[w, u]': {types: [number, string], hub: 'ext.shop.[w, u]', codec: {each: [same, same]}}",
        "sku: {type: string, hub: sku, cut: false}",
    ],
)
def test_this_line_is_clean(line: str) -> None:
    assert said_of_lines(line) == []


def test_profiles_may_keep_different_fields_to_themselves() -> None:
    text = """format: shop
title: A shop
profiles:
  write: {fields: {layout: {type: string, only_here: true}}}
  read: {fields: {reviews: {type: integer, only_here: true}}}
"""
    assert said_of(text) == []


def test_an_example_may_expect_what_a_format_beside_the_file_gets(tmp_path: Path) -> None:
    text = """format: shop
title: A shop
profiles: {write: {}}
fields: {sku: {type: string, hub: sku}}
examples: [{title: a lamp, payload: {sku: A-1}, expect: {barn: {payload: {}}, axim/write: {payload: {sku: A-1}}}}]
"""
    path = tmp_path / "shop.yaml"
    path.write_text(text, "utf-8")
    assert [one.code for one in lint_file(path)] == ["unknown-format"]
    (tmp_path / "barn.yaml").write_text("", "utf-8")
    assert lint_file(path) == []


# -- the fix that is offered is one -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "hub"),
    [
        ("string", "prices[0].list"),
        ("[string, number]", "prices[0].list"),
        ("string", "visible"),
        ("integer", "id"),
        ("number", "weight"),
        ("string", "weight"),
        ("[string, number]", "size.length"),
        ("string", "seo.keywords"),
    ],
)
def test_each_codec_that_is_offered_makes_the_types_agree(type: str, hub: str) -> None:
    types = frozenset(type.strip("[]").split(", "))
    offered = helpful_codecs(types, hub_field(parse(hub)).type)
    (said,) = said_of_lines(f"a: {{type: {type}, hub: '{hub}'}}")
    assert said.code == "type-mismatch"
    assert offered
    for codec in offered:
        assert codec in (said.hint or "")
        again = said_of_lines(f"a: {{type: {type}, hub: '{hub}', codec: {codec}}}")
        assert {one.code for one in again} <= {"undeclared-equivalence", "missing-assumption"}


@pytest.mark.parametrize("spelling", [name for name in all_codecs() if name != "same"])
def test_the_examples_of_a_codec_say_what_it_reads(spelling: str) -> None:
    assert all(all_codecs()[spelling].taken_types())


# -- nothing makes it fall over ---------------------------------------------------------------------------------

NAMES = [
    *("a", "b.c", "a[]", "a[].b", "[a, b]", "x.[a, b]", "a[].[b, c]", "[a, b, c, d]", "[a, a]", "[a[].b, c]"),
    *("@", "[]", "", "a[0].b", "a[?k=='v'].b", "a[][]", "a.*", "a | b", '"q r"'),
]
HUBS = [
    *("title", "titel", "status", "weight", "weight.value", "size", "[title, title]", "size.[length, width, height]"),
    *("tags", "tags[]", "tags[].name", "tags[0].name", "seo.keywords", "seo.keywords[]", "seo.keywords[].x"),
    *("prices[0].[list, sale]", "prices[0]", "[title, tags[0].name]", "inventory[0].count", "variants[].media[]"),
    *(
        "media[]",
        "media[].url",
        "media[?kind=='image'].url",
        "media[?kind=='x']",
        "relations[?kind=='r'].products[].id",
    ),
    *("ext", "ext.shop", "ext.shop.a", "ext.shop.a[].b", "x.y", "x.y[]", "prices[0].ext.shop.z", "", "@", "*"),
]
CODECS = [
    *(name for name in all_codecs() if "{" not in name),
    *("decimal-strng", "alias", "each", "measure", [], {}, {"a": 1, "b": 2}, {"negated": 3}),
    *({"measure": "weight"}, {"measure": []}, {"alias": 1}, {"alias": "x"}, {"markup": "html"}, {"each": []}),
    *({"each": ["same", "same"]}, {"each": ["charged-price"]}, ["decimal-string", {"measure": "length"}]),
]
WORDS: dict[str, list[Any]] = {
    "type": ["string", "number", "integer", "boolean", "any", "array", ["string", "number"], []],
    "types": [["string"], ["number", {"type": "string", "enum": ["g", "x"]}], ["number"] * 4],
    "hub": HUBS,
    "codec": CODECS,
    "table": [{}, {"a": "active", "b": "active"}, {"a": []}, {"a": {"b": 1}}, {"true": "x", "false": ["y", "x"]}],
    "enum": [["active", "x"], [1, True]],
    "pattern": ["(", "^a$", "a{99999999999}", "[[a]"],
    "minLength": [0, 9],
    "maximum": [1, -1],
    "only_here": [True],
    "dropped": ["command"],
    "withheld": ["address"],
    "assumes": ["currency", "tax"],
    "key": ["b", "", "*"],
    "when": ["b == `1`", "((", "length(b) > `1`", "none(b)", "@"],
    "takes": [["meta"], ["x"]],
    "default": ["x", 1, [], {}],
    "example": ["x", True, {"a": 1}],
}


def some_lines(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    words = {word: st.sampled_from(values) for word, values in WORDS.items()}
    if depth:
        words["fields"] = some_lines(depth - 1)  # type: ignore[assignment]
    line = st.fixed_dictionaries({}, optional=words)
    return st.dictionaries(st.sampled_from(NAMES), line, max_size=4)


def test_the_drawn_words_are_words_of_the_language() -> None:
    known = {info.alias or name for name, info in Line.model_fields.items()}
    assert WORDS.keys() < known


@given(
    shared=some_lines(2),
    own=some_lines(1),
    assume=st.dictionaries(st.sampled_from(["weight", "timezone", "colour"]), st.sampled_from(["kg", "UTC", "Mars"])),
    payload=st.sampled_from([{}, [], None, 5, {"a": [{"b": 1}]}, {"p": {"a": "x"}}]),
)
def test_any_mapping_is_linted_without_falling_over(
    shared: dict[str, Any], own: dict[str, Any], assume: dict[str, str], payload: Any
) -> None:
    data = {
        "format": "shop",
        "title": "A shop",
        "assume": assume,
        "fields": shared,
        "profiles": {"write": {}, "read": {"envelope": "p", "fields": own}},
        "slots": [{"at": "a[]", "name": "b", "value": "b", "prefix": "x-"}],
        "required": [{"field": "a", "when": "a", "because": "it is"}],
        "examples": [{"title": "one", "profile": "read", "payload": payload}],
    }
    text = json.dumps(data, indent=1)
    source = load_text(text, "shop.yaml")
    try:
        mapping = read_mapping(source)
    except InvalidMapping:
        return
    rows = text.split("\n")
    for one in lint(source, mapping):
        assert one.code in DIAGNOSTICS
        assert one.source_line == rows[one.line - 1]
        assert 1 <= one.column <= len(one.source_line) + 1
