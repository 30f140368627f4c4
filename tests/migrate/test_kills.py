"""A process that dies anywhere leaves a journal from which the next one ends alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalens.migrate.events import Finished
from catalens.migrate.migration import Migration
from tests.migrate.stores import Store, check_moved, migration, old_store

PRODUCTS, CATEGORIES = 5, 3

#: where a process may die while it plans and runs
POINTS = (
    "P before",
    "P after",
    "L before",
    "L after",
    "I before",
    "I after",
    "send",
    "answer",
    "O before",
    "O after",
)
MOMENTS = {"first": 0.0, "middle": 0.5, "last": 1.0}


class Died(BaseException):
    """The process is gone."""


def dies_at(point: str, number: int, seen: Counter[str] | None = None) -> Callable[[str], None]:
    """Return what dies when it comes to a point for the n-th time."""
    counted = Counter() if seen is None else seen

    def reached(name: str) -> None:
        counted[name] += 1
        if name == point and counted[name] == number:
            raise Died(name)

    return reached


def run(one: Migration) -> Finished:
    """Run to the end; return the last event."""
    last = [*one.run()][-1]
    assert isinstance(last, Finished)
    return last


def moments(there: Path) -> dict[str, int]:
    """Return how often each point is come to in a run that nobody disturbs, and in one that updates."""
    seen: Counter[str] = Counter()
    old, new = stores()
    one = migration(there, old, new)
    one._point = dies_at("", 0, seen)
    assert run(one).exit_code == 0
    return seen


def stores() -> tuple[Store, Store]:
    return old_store(PRODUCTS, CATEGORIES), Store(prefix="n")


def change(old: Store) -> None:
    """Change two things of the source, and add one."""
    old.things["product"]["p1"]["price"] = 99
    old.things["product"]["p3"]["title"] = "Another name"
    old.put("product", id="new", title="New", code="N-1", slug="n-1", groups=["c1"], akin=["p0"])


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    return moments(tmp_path_factory.mktemp("undisturbed"))


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("point", POINTS)
def test_it_ends_alike_wherever_it_dies(point: str, moment: str, counted: dict[str, int], tmp_path: Path) -> None:
    assert counted[point] >= 1
    number = 1 + round((counted[point] - 1) * MOMENTS[moment])
    old, new = stores()
    one = migration(tmp_path, old, new, to={"settle": "40ms"})
    one._point = dies_at(point, number)
    with pytest.raises(Died):
        run(one)
    again = migration(tmp_path, old, new, to={"settle": "40ms"})
    assert run(again).exit_code == 0
    check_moved(old, new)
    found = again.verify()
    assert found.exit_code == 0, found
    assert found.same == PRODUCTS + CATEGORIES


@pytest.mark.parametrize("point", ["I after", "send", "answer", "O before", "O after"])
def test_an_update_ends_alike_wherever_it_dies(point: str, tmp_path: Path) -> None:
    old, new = stores()
    assert run(migration(tmp_path, old, new)).exit_code == 0
    change(old)
    one = migration(tmp_path, old, new, to={"settle": "40ms"})
    one._point = dies_at(point, 1)
    with pytest.raises(Died):
        run(one)
    again = migration(tmp_path, old, new, to={"settle": "40ms"})
    assert run(again).exit_code == 0
    check_moved(old, new)
    assert again.verify().exit_code == 0


@pytest.mark.parametrize("point", ["undo send", "undo answer", "undo O before", "undo O after"])
@pytest.mark.parametrize("number", [1, 4])
def test_undo_ends_alike_wherever_it_dies(point: str, number: int, tmp_path: Path) -> None:
    old, new = stores()
    stood = new.put("product", name="Thing 2", sku="T-2", amount=1, source="theirs")
    was = dict(new.things["product"][stood])
    assert run(migration(tmp_path, old, new)).exit_code == 0
    one = migration(tmp_path, old, new)
    one._point = dies_at(point, number)
    with pytest.raises(Died):
        one.undo()
    assert migration(tmp_path, old, new).undo().exit_code == 0
    assert new.things["category"] == {}
    left = new.things["product"]
    assert list(left) == [stood]
    assert {name: left[stood][name] for name in was} == was


def test_reading_back_changes_nothing_and_may_die(tmp_path: Path) -> None:
    old, new = stores()
    assert run(migration(tmp_path, old, new)).exit_code == 0
    one = migration(tmp_path, old, new)
    one._point = dies_at("verify", 1)
    with pytest.raises(Died):
        one.verify()
    assert migration(tmp_path, old, new).verify().exit_code == 0


class Disturbed:
    """Runs again and again, and dies at a random point each time."""

    def __init__(self, there: Path, old: Store, new: Store, **words: Any) -> None:
        self.there, self.old, self.new, self.words = there, old, new, words

    def __call__(self, kills: int, seed: int) -> Finished:
        import random

        drawn = random.Random(seed)
        for _ in range(kills):
            one = migration(self.there, self.old, self.new, **self.words)
            one._point = dies_at(drawn.choice(POINTS[4:]), drawn.randint(1, 6))
            try:
                ended = run(one)
            except Died:
                continue
            if ended.exit_code == 0:
                return ended
        return run(migration(self.there, self.old, self.new, **self.words))


def test_a_store_that_fails_and_a_process_that_dies_lose_and_double_nothing(tmp_path: Path) -> None:
    old, new = old_store(20, 4), Store(prefix="n")
    new.faults.before, new.faults.after, new.faults.late, new.faults.busy = 0.1, 0.1, 0.05, 0.05
    ended = Disturbed(tmp_path, old, new, to={"settle": "120ms"})(kills=15, seed=1)
    assert ended.exit_code == 0
    new.settle()
    check_moved(old, new)
    found = migration(tmp_path, old, new).verify()
    assert (found.exit_code, found.same, found.orphans) == (0, 24, [])


def test_without_settling_there_are_duplicates(tmp_path: Path) -> None:
    """The same without the time in which a call may still be carried out: the test above has teeth."""
    old, new = old_store(30, 0), Store(prefix="n")
    new.faults.late, new.faults.seconds = 0.4, 0.3
    assert run(migration(tmp_path, old, new, to={"settle": "0ms"})).exit_code in (0, 4)
    new.settle()
    assert max(new.keys("product").values()) > 1


def test_with_settling_there_are_none(tmp_path: Path) -> None:
    old, new = old_store(30, 0), Store(prefix="n")
    new.faults.late, new.faults.seconds = 0.4, 0.05
    assert run(migration(tmp_path, old, new, to={"settle": "150ms"})).exit_code == 0
    new.settle()
    check_moved(old, new)
