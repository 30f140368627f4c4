"""Every field that a platform documents is known, and no field is known that no platform documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalens.formats import registry
from catalens.mapping.schema import field_rows

LISTS = sorted((Path(__file__).parent / "fields").glob("*.paths"))

#: lists of which the platform shows no item: the items are read as those of the other profile
UNSHOWN_ITEMS = {
    # the answer that the vendor shows has an empty map, and a request has only the map's name
    "commerce-engine/read": ("variants[].associated_options",),
    "commerce-engine/write": ("variants[].associated_options",),
    "webcommander/read": (
        *("parents[]", "tags[]", "advanced.meta_tags[]", "custom_properties[]", "product_layout"),
        "product_pricing_and_stock.shipping_profile",
    ),
}


def spelled(path: Path) -> str:
    format, profile, _ = path.name.split(".")
    return f"{format}/{profile}"


def known(path: Path) -> list[str]:
    return [row["path"] for row in field_rows(registry().profile(spelled(path)))]


def test_all_profiles_are_documented() -> None:
    assert {spelled(path) for path in LISTS} == {profile.spelled for profile in registry().profiles()}


@pytest.mark.parametrize("path", LISTS, ids=spelled)
def test_every_documented_field_is_known(path: Path) -> None:
    documented = path.read_text("utf-8").split()
    assert [one for one in documented if one not in known(path)] == []


@pytest.mark.parametrize("path", LISTS, ids=spelled)
def test_every_documented_field_belongs_to_the_profile(path: Path) -> None:
    names = {field.name for field, _ in registry().profile(spelled(path)).fields()}
    lists = {f"{name}[]" for name in names} | {".".join(one) for one in registry().profile(spelled(path)).any_shape}
    assert [one for one in path.read_text("utf-8").split() if one not in names | lists] == []


@pytest.mark.parametrize("path", LISTS, ids=spelled)
def test_no_field_is_invented(path: Path) -> None:
    documented = path.read_text("utf-8").split()
    unshown = UNSHOWN_ITEMS.get(spelled(path), ())

    def stands_for(name: str) -> bool:
        around = any(one.startswith(f"{name}.") for one in documented) and name.endswith("[]")
        return name in (*documented, *unshown) or around or name.startswith(tuple(f"{one}." for one in unshown))

    assert [one for one in known(path) if not stands_for(one)] == []


@pytest.mark.parametrize("path", LISTS, ids=spelled)
def test_no_field_is_known_twice(path: Path) -> None:
    names = known(path)
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", LISTS, ids=spelled)
def test_each_field_has_one_counterpart(path: Path) -> None:
    for row in field_rows(registry().profile(spelled(path))):
        assert row["counterpart"] in ("hub", "only_here", "dropped", "withheld"), row["path"]
        assert bool(row["hub"]) == (row["counterpart"] in ("hub", "only_here")), row["path"]
        assert row["counterpart"] != "dropped" or row["because"], row["path"]
