"""Pictures: fetched for a target that takes content, put elsewhere, or lost and listed; the journal keeps none."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalens.migrate.content import PLACEHOLDER
from catalens.migrate.events import Finished
from catalens.migrate.journal import Journal
from tests.migrate.fakes import Call, CommerceEngine, Fake, WebCommander, running
from tests.migrate.test_pairs import ended, migrated

DOT = base64.b64decode(PLACEHOLDER.partition(",")[2])
PICTURE = DOT + b"\0" * 3000


def shows(call: Call) -> tuple[int, bytes, dict[str, str]] | None:
    """Answer for pictures that stand in the store."""
    if call.path.startswith("/pictures/good"):
        return 200, PICTURE, {"Content-Type": "image/png"}
    return (404, b"nothing", {}) if call.path.startswith("/pictures/") else None


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Fake, Fake]]:
    with running(CommerceEngine()) as old, running(WebCommander()) as new:
        for name, value in {**old.environment, **new.environment}.items():
            monkeypatch.setenv(name, value)
        old.instead = shows
        for number, name in enumerate(("good", "good", "gone")):
            link = f"{old.url}/pictures/{name}-{number}.png"
            old.put("product", {"name": f"Thing {number}", "sku": f"T-{number}", "images": [{"url_standard": link}]})
        yield old, new


def test_links_arrive_as_content_and_what_is_lost_is_listed(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    old, new = stores
    one = migrated(old, new, tmp_path, images={"as": "content"})
    plan = one.plan()
    assert (plan.pictures, plan.held) == (3, {})
    assert "dropped.content" not in {row["code"] for row in plan.losses}
    end = ended(one)
    assert (end.exit_code, end.states) == (4, {"done": 3})
    there = {body["sku"]: body.get("image_and_video", {}).get("images") for body in new.written("product")}
    content = [{"base64": base64.b64encode(PICTURE).decode()}]
    assert there == {"T-0": content, "T-1": content, "T-2": None}
    assert one.verify().differs == {}
    one.report(tmp_path / "out")
    work = (tmp_path / "out" / "work.csv").read_text()
    assert work.count("picture") >= 1
    assert "the status is 404" in work
    with Journal(tmp_path / "move.db", write=False) as journal:
        assert all(len(str(journal.sent(item.seq))) < 1000 for item in journal.all("product"))


def test_a_picture_that_must_not_be_lost_holds_its_product(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    accepted = ["dropped.no_counterpart", "dropped.readonly", "dropped.unknown_field"]
    losses = {"stop": ["dropped.content"], "accept": accepted}
    one = migrated(*stores, tmp_path, images={"as": "content"}, losses=losses)
    end: Finished = ended(one)
    assert (end.exit_code, end.states) == (4, {"done": 2, "held": 1})
    assert [item.code for item in one.retry(all=True)] == ["picture"]


def test_pictures_can_be_put_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(CommerceEngine()) as old, running(CommerceEngine()) as new:
        monkeypatch.setenv("COMMERCE_ENGINE_TOKEN", old.environment["COMMERCE_ENGINE_TOKEN"])
        old.instead = shows
        link = f"{old.url}/pictures/good.png"
        old.put("product", {"name": "Thing", "sku": "T-0", "images": [{"url_standard": link}]})
        images = {"as": {"directory": "img", "url": "https://cdn.example/shop"}}
        one = migrated(old, new, tmp_path, images=images)
        assert ended(one).exit_code == 0
        [written] = new.written("product")
        [image] = written["images"]
        name = image["url_standard"].removeprefix("https://cdn.example/shop/")
        assert (tmp_path / "img" / name).read_bytes() == PICTURE
