"""Each kind of change is found, at its place, with the right impact; and no word of the language is forgotten."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from catalens.diff import IMPACTS, Change, Kind, Side, diff
from catalens.diff.changes import compare_mappings
from catalens.diff.words import CALLS, COMPARED
from catalens.guide import topics
from catalens.lint.check import lint
from catalens.mapping import endpoints, model
from catalens.mapping.load import load_text
from catalens.mapping.profile import Profile
from catalens.mapping.read import read_mapping
from catalens.mapping.resolve import resolve
from catalens.mapping.words import Words
from catalens.returning.sidecar import fingerprint
from catalens.validate import check_payload
from tests.diff.shop import CASES, SHOP, Case
from tests.test_fingerprint import CHANGES, changed, mapping

#: each pair, there and back: the texts, and what is expected
WAYS = [
    pytest.param(*texts, kind, case, id=f"{kind}-{case.path}-{way}")
    for case in CASES
    for way, texts, kind in (
        ("there", (SHOP, case.edited()), case.there),
        ("back", (case.edited(), SHOP), case.back),
    )
]


@cache
def side(text: str, name: str = "shop.yaml") -> Side:
    source = load_text(text, name)
    return Side(read_mapping(source), source)


def changes(old: str, new: str) -> list[Change]:
    return compare_mappings(side(old, "old.yaml"), side(new, "new.yaml"))


@cache
def resolved(text: str, name: str) -> Profile:
    return resolve(side(text).mapping, name)[0]


def written(folder: Path, *texts: str) -> list[Path]:
    """Write mappings, each into a folder of its own."""
    paths = [folder / str(number) / "shop.yaml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.parent.mkdir()
        path.write_text(text, "utf-8")
    return paths


# -- kinds --------------------------------------------------------------------------------------------------------


def test_every_kind_has_a_pair_of_mappings() -> None:
    assert {kind for case in CASES for kind in (case.there, case.back)} == set(Kind)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.there}-{case.path}")
def test_lint_takes_both_mappings_of_a_pair(case: Case) -> None:
    assert SHOP.count(case.old) == 1
    source = load_text(case.edited(), "shop.yaml")
    assert [one for one in lint(source, read_mapping(source)) if one.severity == "error"] == []


@pytest.mark.parametrize(("old", "new", "kind", "case"), WAYS)
def test_a_change_is_found_once_and_nothing_beside_it(
    old: str, new: str, kind: Kind, case: Case, tmp_path: Path
) -> None:
    found = changes(old, new)
    if kind == Kind.LINES_REWRITTEN:  # which only sidecars notice
        found = diff(*written(tmp_path, old, new)).changes
    # a reason is prose, and a profile that comes first is another first one
    beside = {Kind.PROSE, Kind.PROFILE_FIRST, Kind.PROFILE_ADDED, Kind.PROFILE_REMOVED} - {kind}
    at = [(one.kind, one.path, one.word) for one in found if one.kind not in beside]
    assert at.count((kind, case.path, case.word)) == 1
    assert case.also[0] or len(at) == 1
    assert [IMPACTS.index(one.impact) for one in found] == sorted(IMPACTS.index(one.impact) for one in found)


#: kinds that can be seen in which values are valid
SEEN = {
    *(Kind.TYPE_NARROWED, Kind.TYPE_WIDENED, Kind.TYPE_CHANGED, Kind.NULL_REFUSED, Kind.NULL_ALLOWED),
    *(Kind.LENGTH_NARROWED, Kind.LIMIT_NARROWED, Kind.LIMIT_WIDENED, Kind.LIMIT_CHANGED),
    *(Kind.LIMIT_BINDING, Kind.LIMIT_ADVISORY, Kind.ENUM_NARROWED, Kind.ENUM_WIDENED, Kind.ENUM_CHANGED),
    *(Kind.SHAPE_OPENED, Kind.SHAPE_CLOSED),
}
VALUES = [
    *(None, True, -1, 0, 0.25, 1, 2, 7.5, "", "A", "AB", "A7", "B7", "a b", "ABCDEFGHIJK", "ABCDEFGHIJKL", "A" * 13),
    *("012345678", "0123456789", "L", "M", "XL", "live", "hidden", "wip", "never", "always", "x" * 35, "x" * 41),
    *([], {}, [{"link": "a", "alt": None, "rank": 1}]),
]
FIELDS = [name.partition(".")[0].removesuffix("[]") for name in side(SHOP).mapping.fields]
PROBES = [{name: value} for name in FIELDS for value in VALUES]


@pytest.mark.parametrize(("old", "new", "kind", "case"), WAYS)
def test_values_are_refused_just_where_the_table_says_so(old: str, new: str, kind: Kind, case: Case) -> None:
    """What breaks writers is valid before and no more; what breaks readers is valid now and was not before."""
    names = [name for name in side(old).mapping.profiles if name in side(new).mapping.profiles]
    for impact, given_by, taken_by in ((kind.writers, old, new), (kind.readers, new, old)):
        refused = [probe for name in names for probe in refusals(resolved(given_by, name), resolved(taken_by, name))]
        # a text that is too long is refused here, and cut by whoever writes it
        cut = kind == Kind.LENGTH_NARROWED and given_by == old
        assert bool(refused) == (kind in SEEN and (impact == "breaking" or cut)), (impact, refused)


def refusals(given_by: Profile, taken_by: Profile) -> list[Any]:
    """Return the probes of fields that both know which are valid by one profile, and not by the other."""
    probes = [one for one in PROBES if one.keys() <= given_by.tree.members.keys() & taken_by.tree.members.keys()]
    return [one for one in probes if not check_payload(one, given_by)[0] and check_payload(one, taken_by)[0]]


def test_nothing_changed_from_a_mapping_to_itself() -> None:
    assert changes(SHOP, SHOP) == []


# -- words --------------------------------------------------------------------------------------------------------


def models(module: Any) -> set[type[Words]]:
    return {one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Words)} - {Words}


def test_every_word_of_every_model_is_compared() -> None:
    """A new word is given its row in ``diff/words.py``, and here or in ``tests/test_fingerprint.py`` its trial."""
    assert {one: set(words) for one, words in COMPARED.items()} == {
        one: set(one.model_fields) for one in models(model) - models(endpoints)
    }
    assert {one: set(words) for one, words in CALLS.items()} == {
        one: set(one.model_fields) for one in models(endpoints)
    }


@pytest.mark.parametrize("word", CHANGES)
def test_no_change_of_a_word_of_a_line_goes_unseen(word: str) -> None:
    line, value = CHANGES[word]
    old, new = mapping(), changed(line, word, value)
    source = load_text("format: shop", "shop.yaml")
    found = compare_mappings(Side(old, source), Side(new, source))
    before, after = (fingerprint(resolve(one, "write")[0]) for one in (old, new))
    if word in ("types", "only_here"):  # what each member of a group is; what a line without a hub path is
        assert found == []
    else:
        assert found
        assert (before != after) == any(one.binding for one in found)


CALLED = """\
format: shop
title: Shop
fields: {name: {type: string, hub: title}}
profiles: {write: {}}
endpoints:
  auth: {login: {url: /login, token: body.token}}
  sealed: {value: body.a, base64: body.b}
  idempotency: {header: X-Once}
  things:
    product:
      list: {url: /all, items: body.items, page: {by: offset, at: from, size: per, limit: 9}}
      one: {url: "/one/{id}"}
      find: {url: /find, query: {q: sku}, items: body.items}
      create: [{method: POST, url: /new, body: json, id: body.id}]
      update: {method: PUT, url: "/one/{id}", body: json}
"""

#: (model, place of one in CALLED)
CALLED_AT: dict[type[Words], tuple[str | int, ...]] = {
    endpoints.Endpoints: (),
    endpoints.Auth: ("auth",),
    endpoints.Login: ("auth", "login"),
    endpoints.Sealed: ("sealed",),
    endpoints.Thing: ("things", "product"),
    endpoints.ListCall: ("things", "product", "list_"),
    endpoints.Paging: ("things", "product", "list_", "page"),
    endpoints.OneCall: ("things", "product", "one"),
    endpoints.FindCall: ("things", "product", "find"),
    endpoints.Step: ("things", "product", "create", 0),
    endpoints.Call: ("things", "product", "update"),
    endpoints.Idempotency: ("idempotency",),
}


@pytest.mark.parametrize(
    ("kind", "word"), [(kind, word) for kind in CALLED_AT for word in kind.model_fields], ids=str
)
def test_no_change_of_a_word_of_endpoints_goes_unseen(kind: type[Words], word: str) -> None:
    old = side(CALLED)
    new = Side(old.mapping.model_copy(deep=True), old.source)
    at: Any = new.mapping.endpoints
    for step in CALLED_AT[kind]:
        at = at[step] if isinstance(at, dict | list) else getattr(at, str(step))
    assert type(at) is kind
    there = getattr(at, word)
    setattr(at, word, {} if word == "things" else None if there else "other")
    (found,) = compare_mappings(old, new)
    assert (kind.model_fields[word].alias or word) in (*found.path.split("."), found.word)


def test_the_trials_of_endpoints_know_all_models() -> None:
    assert set(CALLED_AT) == set(CALLS)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("title: Shop", "title: The shop", "title"),
        ("about: a shop", "about: the shop", "about"),
        ("nothing is sold without", "all has", "because"),
        ("it is shown under it", "it is found by it", "because"),
        ("nobody may plan it", "it has none", "because"),
        ("required:\n  - {field: name, ", "required:\n  - {field: name, mode: update, ", "mode"),
        ("{field: plan, ", "{field: plan, mode: update, ", "mode"),
        ("payload: {name: Desk}", "payload: {name: Chair}", "payload"),
        ("title: a name, ", "title: a name, profile: read, ", "profile"),
        ("payload: {name: Desk}", "payload: {name: Desk}, expect: {axim: {}}", "expect"),
        ("title: a name, ", "title: the name, ", "examples"),
        ("name: name, value: value,", "name: value, value: name,", "name"),
        ("name: name, value: value,", "name: name, value: name,", "value"),
        ('prefix: "x-"', 'prefix: "x-", names: {sku: code}', "names"),
        ('prefix: "x-"', 'prefix: "x-", profile: write', "slots"),
        ("  write: {}", "  write: {identity: [slug]}", "identity"),
        ("fields:\n  name", "nullable: false\nfields:\n  name", "nullable"),
    ],
)
def test_no_change_of_other_words_goes_unseen(old: str, new: str, word: str) -> None:
    assert old in SHOP
    assert word in {one.word for one in changes(SHOP, SHOP.replace(old, new))}


# -- the guide ----------------------------------------------------------------------------------------------------


def test_the_guide_has_the_table_of_kinds() -> None:
    rows = [f"| `{kind.value}` | {kind.writers} | {kind.readers} | {kind.why} |" for kind in Kind]
    text = next(topic.text for topic in topics() if topic.name == "changes")
    assert [line for line in text.splitlines() if line.startswith("| `")] == rows
