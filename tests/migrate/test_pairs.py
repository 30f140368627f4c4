"""Every platform into every other, end to end, over the loopback: plan, run, read back, run again, take back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from catalens.formats import Registry, registry
from catalens.migrate.config import Config
from catalens.migrate.events import Finished
from catalens.migrate.migration import Migration
from tests.migrate import fakes
from tests.migrate.commands import KILLS, USUAL
from tests.migrate.fakes import Fake, running

Body = dict[str, Any]
PRODUCTS = 3

#: format -> a product of it as it is sent: (number, identifiers of categories, of products that are there)
SEEDS: dict[str, Callable[[int, list[str]], Body]] = {
    "axim": lambda n, _: {
        "name": f"Thing {n}",
        "sku": f"T-{n}",
        "customUrl": f"/thing-{n}/",
        "price": 10 + n,
        "status": "active",
        "weight": 0.5,
    },
    "commerce-engine": lambda n, groups: {
        "name": f"Thing {n}",
        "sku": f"T-{n}",
        "status": "active",
        "seo": {"slug": f"thing-{n}"},
        "pricing": [{"listing_price": 10 + n, "selling_price": 9 + n}],
        "packaging": {"pack_dry_weight": 0.5},
        "categories": groups,
    },
    "webcommander": lambda n, groups: {
        "name": f"Thing {n}",
        "sku": f"T-{n}",
        "base_price": f"{10 + n}",
        "product_summary": "a summary",
        "administrative_status": "true",
        "parents": [{"id": int(one)} for one in groups],
        "urls": {"url": f"thing-{n}"},
    },
    "prosperna": lambda n, _: {
        "product_specification": {
            "name": f"Thing {n}",
            "slug": f"thing-{n}",
            "short_description": "short",
            "long_description": "long",
        },
        "product_price": {"regular_price": 10 + n},
    },
    "forge": lambda n, groups: {"name": f"Thing {n}", "code": f"T-{n}", "groups": groups},
    "keevault": lambda n, _: {
        "name": f"Thing {n}",
        "source": "internal",
        "description": "text",
        "status": "active",
        "require_non_expired": "0",
    },
}
#: what the target needs and most sources do not have
FILL: dict[str, dict[str, Any]] = {
    "keevault": {"source": "internal", "description": "none", "status": "active", "require_non_expired": "0"},
    "prosperna": {
        "product_specification.short_description": "short",
        "product_specification.long_description": "long",
        "product_specification.slug": "a-slug",
        "product_specification.images": [],
        "product_state.is_always_instock": True,
        "product_state.is_hide_stock": False,
        "product_state.is_product_has_variants": False,
        "product_categories": [],
        "product_price.regular_price": 1,
        "product_price.stock_quantity": 1,
        "product_measurements.product_size.length": 1,
        "product_measurements.product_size.width": 1,
        "product_measurements.product_size.height": 1,
        "product_measurements.product_size.unit": "cm",
        "product_measurements.product_weight.weight": 1,
        "product_measurements.product_weight.unit": "kg",
    },
}
PLATFORMS = {one.format: one for one in fakes.PLATFORMS}
#: what a category's name is called, and how one is put into another, where it is not as most have it
GROUPS: dict[str, tuple[str, Callable[[str], Body]]] = {
    "webcommander": ("name", lambda id: {"parent": int(id)}),
    "forge": ("label", lambda id: {"above": {"no": id}}),
}
NO_SLUG = ("keevault", "prosperna")
#: what has a mapping in the repository
SHIPPED = [one for one in SEEDS if one in PLATFORMS]
PAIRS = list(permutations(SHIPPED, 2))
#: each platform once as source, and once as target
RING = list(zip(SHIPPED, SHIPPED[1:] + SHIPPED[:1], strict=True))
TRIED = PAIRS if KILLS > USUAL else RING


def seeded(fake: Fake) -> None:
    """Put categories, one in the other, and products into a store."""
    groups: list[str] = []
    if "category" in fake.things:
        name, put_into = GROUPS.get(fake.platform.format, ("name", lambda id: {"parent_id": id}))
        groups = fake.put("category", {name: "Outer"})
        groups += fake.put("category", {name: "Inner", **put_into(groups[0])})
    fake.put("product", *(SEEDS[fake.platform.format](number, groups[-1:]) for number in range(PRODUCTS)))


def migrated(old: Fake, new: Fake, there: Path, formats: Registry | None = None, **words: Any) -> Migration:
    source, target = old.platform.format, new.platform.format
    # no field of a licence server becomes a slug, so all get the one that is filled in, and names tell them apart
    match = ["title"] if (source, target) == NO_SLUG else ["sku", "handle", "title"]
    config = {
        "migration": 1,
        "from": {"format": source, "url": old.url},
        "to": {"format": target, "url": new.url, "timeout": "2s", "settle": "100ms"},
        "journal": "move.db",
        "match": match,
        **({"fill": FILL[target]} if target in FILL else {}),
        **words,
    }
    return Migration(Config.model_validate(config), formats=formats or registry(), directory=there)


def ended(one: Migration, **options: Any) -> Finished:
    last = [*one.run(**options)][-1]
    assert isinstance(last, Finished)
    return last


@pytest.mark.parametrize(("source", "target"), TRIED, ids=["-".join(pair) for pair in TRIED])
def test_a_store_moves(source: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(PLATFORMS[source]()) as old, running(PLATFORMS[target](), unique=(source, target) != NO_SLUG) as new:
        for name, value in {**old.environment, **new.environment}.items():
            monkeypatch.setenv(name, value)
        seeded(old)
        one = migrated(old, new, tmp_path)
        plan = one.plan()
        assert plan.held == {}
        assert plan.guarantee.startswith("exactly once")
        end = ended(one)
        assert (end.reason, end.exit_code) == (None, 0)
        assert len(new.items("product")) == PRODUCTS
        assert new.foreign == []
        assert new.blanks() == []
        found = one.verify(deep=True)
        assert found.exit_code == 0, found
        writes = [call for call in new.calls if call.verb in ("create", "update", "delete")]
        assert ended(one).exit_code == 0
        again = [call for call in new.calls if call.verb in ("create", "update", "delete")]
        assert len(again) == len(writes), "a second run writes nothing"
        if "category" in old.things and "category" in new.things:
            assert {one["name"] for one in new.items("category")} == {"Outer", "Inner"}
        if plan.by_hand:
            assert one.undo().exit_code == 4
        else:
            assert one.undo().exit_code == 0
            assert new.items("product") == []
