"""``diff``: what it says of two mappings, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalens.diff import Kind
from catalens.formats import registry
from tests.commands.door import MAPPINGS, Said, bare, run
from tests.diff.shop import SHOP
from tests.diff.test_changes import written

#: for each impact, an edit that has it and none worse
EDITS = {
    "breaking": ("enum: [1, 2, L]", "enum: [1, 2]"),
    "lossy": ("hub: title,", "hub: summary,"),
    "compatible": ("what it is called", "its name"),
}


def differ(folder: Path, *edits: str, words: tuple[object, ...] = ()) -> Said:
    new = SHOP
    for edit in edits:
        new = new.replace(*EDITS[edit])
    return bare("diff", *written(folder, SHOP, new), *words)


@pytest.mark.parametrize(
    ("edit", "bound", "code"),
    [
        ("breaking", None, 0),
        ("breaking", "breaking", 1),
        ("breaking", "lossy", 1),
        ("lossy", "breaking", 0),
        ("lossy", "lossy", 1),
        ("compatible", "breaking", 0),
        ("compatible", "lossy", 0),
    ],
)
def test_it_ends_with_one_at_a_change_that_is_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: str, bound: str | None, code: int
) -> None:
    monkeypatch.setattr("catalens.formats.Registry.profiles", lambda self: iter(()))  # pairs are tried elsewhere
    said = differ(tmp_path, edit, words=() if bound is None else ("--fail-on", bound))
    assert said.code == code
    assert said.lines[0] == f"{edit}:"


def test_it_says_what_changed_the_worst_first_and_where(tmp_path: Path) -> None:
    said = differ(tmp_path, "compatible", "lossy", "breaking")
    new = tmp_path / "1" / "shop.yaml"
    assert said.err == ""
    changes, _, rest = said.out.decode().partition("losses, ")
    assert changes.splitlines() == [
        "breaking:",
        f"  enum.narrowed: writers breaking, readers compatible: {Kind.ENUM_NARROWED.why}",
        f'    {new}:14: size enum: [1,2,"L"] -> [1,2]',
        "lossy:",
        f"  meeting.changed: writers lossy, readers lossy: {Kind.MEETING_CHANGED.why}",
        f"    {new}:7: name hub: title -> summary",
        "compatible:",
        f"  prose: writers compatible, readers compatible: {Kind.PROSE.why}",
        f"    {new}:7: name doc: what it is called -> its name",
    ]
    losses, _, sidecars = rest.partition("sidecars:\n")
    head, *told = losses.splitlines()
    pairs = 2 * 2 * len(list(registry().profiles()))
    assert head == f"in {pairs} pairs (behind each field, how many it is of):"
    assert any(line.startswith("  new out of shop: dropped.no_counterpart (content): name (") for line in told)
    assert any(line.startswith("  gone into shop: dropped.no_counterpart (content): ") for line in told)
    changed = "the mapping of shop has changed since the sidecar was written"
    assert sidecars.splitlines() == [
        f"  shop/write, shop/read: stored ones are refused ({changed}), because of",
        f"    {new}:14: enum.narrowed: size",
        f"    {new}:7: meeting.changed: name",
        "3 changes: 1 breaking, 1 lossy, 1 compatible",
    ]


def test_what_changes_nothing_is_told_in_a_few_lines(tmp_path: Path) -> None:
    assert differ(tmp_path).lines == [
        "losses: as before",
        "sidecars:",
        "  shop/write, shop/read: stored ones stay valid",
        "0 changes: 0 breaking, 0 lossy, 0 compatible",
    ]


def test_as_json_it_says_the_same(tmp_path: Path) -> None:
    said = differ(tmp_path, "compatible", words=("--json", "--fail-on", "lossy"))
    assert said.code == 0
    assert said.json["counts"] == {"breaking": 0, "lossy": 0, "compatible": 1}
    assert said.json["old"] == {"file": str(tmp_path / "0" / "shop.yaml"), "format": "shop"}
    assert [one["kind"] for one in said.json["changes"]] == ["prose"]
    assert said.json["pairs"] == {"compared": 0, "changes": []}
    assert [one["valid"] for one in said.json["sidecars"]] == [True, True]


def test_files_may_have_any_names_and_stand_side_by_side(tmp_path: Path) -> None:
    old, new = tmp_path / "shop-2024.yaml", tmp_path / "shop-2025.yaml"
    old.write_text(SHOP, "utf-8")
    new.write_text(SHOP.replace(*EDITS["compatible"]), "utf-8")
    assert bare("diff", old, new).lines[2].startswith(f"    {new}:7: name doc")


def test_formats_of_mappings_are_compared_with_and_one_of_them_may_be_compared(tmp_path: Path) -> None:
    text = (MAPPINGS / "bazaar.yaml").read_text("utf-8")
    new = tmp_path / "bazaar.yaml"
    new.write_text(text.replace("about: ", "about: once ", 1), "utf-8")
    said = run("diff", MAPPINGS / "bazaar.yaml", new, "--json")
    assert said.code == 0
    assert [one["word"] for one in said.json["changes"]] == ["about"]


def test_a_file_that_lint_refuses_ends_with_one_and_what_lint_says(tmp_path: Path) -> None:
    paths = written(tmp_path, SHOP, SHOP.replace("hub: title", "hub: titel"))
    said = bare("diff", *paths)
    assert said.code == 1
    assert said.err.startswith(f"{paths[1]}:7:29: error[unknown-hub-path]: ")
    assert said.err == bare("lint", paths[1]).out.decode()


@pytest.mark.parametrize(
    "words", [(), ("one.yaml",), ("nowhere.yaml", "nowhere.yaml"), (".", "."), ("FILE", "FILE", "--fail-on", "prose")]
)
def test_what_cannot_be_meant_ends_with_two(tmp_path: Path, words: tuple[str, ...]) -> None:
    (path,) = written(tmp_path, SHOP)
    assert bare("diff", *(str(path) if word == "FILE" else word for word in words)).code == 2
