"""What becomes of stored sidecars, and of the losses of all pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalens import InvalidMapping, InvalidSidecar, Translator
from catalens.diff import Diff, Kind, diff
from catalens.formats import Registry, registry
from catalens.returning.sidecar import fingerprint
from tests.diff.shop import CASES, SHOP, Case
from tests.diff.test_changes import changes, resolved, written

#: changes of more than one line
ELSEWHERE = {Kind.FORMAT_RENAMED, Kind.PROFILE_ADDED, Kind.PROFILE_REMOVED, Kind.LINES_REWRITTEN}


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.there not in ELSEWHERE], ids=lambda case: f"{case.there}-{case.path}"
)
def test_sidecars_rest_on_a_change_where_it_changes_what_they_tell_of_a_mapping(case: Case) -> None:
    for old, new in ((SHOP, case.edited()), (case.edited(), SHOP)):
        for name in ("write", "read"):
            one, other = resolved(old, name), resolved(new, name)
            same = (fingerprint(one), one.assume) == (fingerprint(other), other.assume)
            reasons = [change for change in changes(old, new) if change.binding and name in change.profiles]
            assert same == (reasons == []), reasons


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("what it is called", "its name", []),
        ("limit: 50", "limit: 60", []),
        ("maxLength: 40", "maxLength: 41", [Kind.LIMIT_WIDENED]),
        ("weight: g,", "weight: kg,", [Kind.ASSUMPTION_CHANGED]),
        ("{type: string, withheld: credential}", "{nullable: true, withheld: credential}", [Kind.TYPE_WIDENED]),
        ("refers: category}", "refers: category, nullable: true}", [Kind.LINES_REWRITTEN]),
    ],
)
def test_a_stored_sidecar_is_refused_just_where_the_verdict_says_so(
    tmp_path: Path, old: str, new: str, kinds: list[Kind]
) -> None:
    paths = written(tmp_path, SHOP, SHOP.replace(old, new))
    formats = [Registry([path.parent]) for path in paths]
    there = Translator("shop/write", "keevault/write", formats=formats[0])
    back = Translator("keevault/write", "shop/write", formats=formats[1])
    made = there({"name": "Desk", "plan": "gold"})
    verdict = next(one for one in diff(*paths).sidecars if one.profile == "shop/write")
    assert verdict.valid == (kinds == [])
    assert [one.kind for one in verdict.reasons] == kinds
    if verdict.valid:
        assert back(made.payload, restore=made.sidecar).payload == {"name": "Desk", "plan": "gold"}
    else:
        with pytest.raises(InvalidSidecar) as refused:
            back(made.payload, restore=made.sidecar)
        assert str(refused.value) == verdict.refusal


def test_sidecars_of_a_profile_that_is_gone_and_of_a_format_renamed_are_refused(tmp_path: Path) -> None:
    paths = written(tmp_path, SHOP, SHOP.replace("format: shop", "format: store").replace("  write: {}\n", ""))
    found = diff(*paths)
    assert [(one.profile, one.valid) for one in found.sidecars] == [("shop/write", False), ("shop/read", False)]
    gone, renamed = found.sidecars
    assert gone.refusal == "format 'store' has no profile 'write' any more"
    assert Kind.PROFILE_REMOVED in {one.kind for one in gone.reasons}
    assert renamed.refusal == "the sidecar is for the way back to shop/read, not back to store/read"
    assert [one.kind for one in renamed.reasons] == [Kind.FORMAT_RENAMED]


# -- pairs --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Diff:
    """A field that only answers have, and that most other formats know."""
    new = SHOP.replace(
        "    fields:\n      stock", "    fields:\n      mark: {type: string, hub: barcode}\n      stock"
    )
    return diff(*written(tmp_path_factory.mktemp("pairs"), SHOP, new))


def test_only_profiles_that_changed_are_compared_with_all_other_formats_both_ways(compared: Diff) -> None:
    assert [(one.kind, one.profiles) for one in compared.changes] == [(Kind.FIELD_ADDED, ("read",))]
    assert compared.pairs.compared == 2 * len(list(registry().profiles()))


def test_losses_that_are_new_or_gone_are_those_of_the_static_profiles(compared: Diff) -> None:
    formats = [Registry([Path(side.source.name).parent]) for side in (compared.old, compared.new)]
    expected: dict[str, set[tuple[str, str, str]]] = {"new": set(), "gone": set()}
    for other in registry().profiles():
        for ends in (("shop/read", other.spelled), (other.spelled, "shop/read")):
            behind = "" if ends[0] == "shop/read" else f"{ends[0]} "
            lost = [
                {
                    (f"{behind}{one.path}", str(code), " -> ".join(ends))
                    for one in Translator(*ends, formats=known).profile.fields
                    for code in one.losses
                }
                for known in formats
            ]
            expected["new"] |= lost[1] - lost[0]
            expected["gone"] |= lost[0] - lost[1]
    found = {
        sense: {
            (name, str(one.code), pair)
            for one in compared.pairs.changes
            if one.sense == sense
            for name, pairs in one.fields.items()
            for pair in pairs
        }
        for sense in expected
    }
    assert found == expected
    assert found["new"]
    assert found["gone"]


def test_nothing_is_compared_where_nothing_but_prose_changed(tmp_path: Path) -> None:
    found = diff(*written(tmp_path, SHOP, SHOP.replace("what it is called", "its name")))
    assert found.pairs.to_dict() == {"compared": 0, "changes": []}


# -- what is refused ----------------------------------------------------------------------------------------------


def test_a_file_that_lint_refuses_is_refused_with_what_lint_says(tmp_path: Path) -> None:
    paths = written(tmp_path, SHOP, SHOP.replace("hub: title", "hub: titel"))
    for old, new in (paths, reversed(paths)):
        with pytest.raises(InvalidMapping) as refused:
            diff(old, new)
        one = refused.value.diagnostics[0]
        assert (one.path, one.line, one.code) == (str(paths[1]), 7, "unknown-hub-path")
