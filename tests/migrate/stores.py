"""Stores in memory: what they hold outlives the process that calls them, and they fail as real ones do."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalens.formats import registry
from catalens.migrate.config import Config
from catalens.migrate.migration import Migration
from catalens.migrate.outcomes import Answer, Outcome, Page, Unreachable

MAPPINGS = Path(__file__).parent / "mappings"
FORMATS = registry((str(MAPPINGS),))

VERBS = ("list", "one", "find", "create", "update", "delete")


def file_to_file(source: str, target: str, **words: Any) -> dict[str, Any]:
    """Return the configuration of a migration from one file into another."""
    return {
        "migration": 1,
        "from": {"format": "old-shop", "file": source},
        "to": {"format": "new-shop", "file": target},
        "journal": "move.db",
        **words,
    }


@dataclass
class Faults:
    """How often what goes wrong: shares of calls that write."""

    before: float = 0.0  # no answer, and nothing was done
    after: float = 0.0  # no answer, and it was done
    late: float = 0.0  # no answer, and it will be done
    busy: float = 0.0
    seconds: float = 0.05  # how late
    random: random.Random = field(default_factory=lambda: random.Random(7))

    def draw(self) -> str:
        """Return what goes wrong with this call."""
        drawn = self.random.random()
        for name in ("before", "after", "late", "busy"):
            drawn -= getattr(self, name)
            if drawn < 0:
                return name
        return ""


class Store:
    """A store: things by kind and identifier. It stands for a side as long as nobody asks for more."""

    kinds = ("category", "product")

    def __init__(self, *, prefix: str = "", verbs: tuple[str, ...] = VERBS, unique: bool = False) -> None:
        self.things: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in self.kinds}
        self.prefix, self.verbs, self.unique = prefix, verbs, unique
        self.calls: Counter[str] = Counter()
        self.writes: list[tuple[str, str, str]] = []
        self.faults = Faults()
        self.down = False
        self.page = 50
        self.refuses: Mapping[str, str] = {}
        self._lock = threading.RLock()
        self._timers: list[threading.Timer] = []
        self._number = 0

    # -- the side ---------------------------------------------------------------------------------------------------

    def can(self, kind: str, verb: str) -> bool:
        return verb in self.verbs

    def pages(self, kind: str, cursor: str | None = None) -> Iterator[Page]:
        at = int(cursor or 0)
        while True:
            self._count("list")
            with self._lock:
                items = list(self.things[kind].values())[at : at + self.page]
                more = len(self.things[kind]) > at + self.page
            at += self.page
            yield Page(tuple(map(dict, items)), str(at) if more else None)
            if not more:
                return

    def id_of(self, kind: str, item: Any) -> str | None:
        return item.get("id")

    def one(self, kind: str, id: str) -> Answer:
        self._count("one")
        with self._lock:
            found = self.things[kind].get(id)
        return (
            Answer(Outcome.ABSENT, status=404, code="404") if found is None else Answer(Outcome.DONE, id, dict(found))
        )

    def find(self, kind: str, key: Mapping[str, str]) -> tuple[Any, ...] | None:
        if "find" not in self.verbs:
            return None
        self._count("find")
        with self._lock:
            return tuple(dict(one) for one in self.things[kind].values() if key.items() <= one.items())

    def create(self, kind: str, payload: Any, intent: str) -> Answer:
        key = str(payload.get("sku") or payload.get("name"))
        return self._write("create", kind, key, lambda: self._made(kind, payload))

    def update(self, kind: str, id: str, payload: Any, intent: str) -> Answer:
        return self._write("update", kind, id, lambda: self._changed(kind, id, payload))

    def delete(self, kind: str, id: str) -> Answer:
        return self._write("delete", kind, id, lambda: self._gone(kind, id))

    def fields(self, kind: str, item: Any) -> dict[str, Any]:
        return {"name": item.get("name"), "parent": item.get("parent")}

    def body_of(self, kind: str, fields: Mapping[str, Any]) -> Any:
        return {name: value for name, value in fields.items() if value is not None}

    def close(self) -> None:
        """Stay: a store outlives those who call it."""

    # -- what it does -----------------------------------------------------------------------------------------------

    def put(self, kind: str, **item: Any) -> str:
        """Let something stand there."""
        with self._lock:
            self._number += 1
            id = item.get("id") or f"{self.prefix}{self._number}"
            self.things[kind][id] = {**item, "id": id}
            return str(id)

    def settle(self) -> None:
        """Wait until nothing is carried out any more."""
        for timer in self._timers:
            timer.join()

    def keys(self, kind: str) -> Counter[str]:
        """Return how often each key stands there."""
        with self._lock:
            return Counter(str(one.get("sku") or one.get("name")) for one in self.things[kind].values())

    def _count(self, verb: str) -> None:
        if self.down:
            raise Unreachable("the store is gone")
        with self._lock:
            self.calls[verb] += 1

    def _write(self, verb: str, kind: str, key: str, does: Any) -> Answer:
        if self.down:
            return Answer(Outcome.UNKNOWN, code="timeout")
        with self._lock:
            self.calls[verb] += 1
            self.writes.append((verb, kind, key))
            fault = self.faults.draw()
        if key in self.refuses:
            return Answer(Outcome.REFUSED, status=422, code="422", detail=self.refuses[key], errors={"name": ("no",)})
        if fault == "before":
            return Answer(Outcome.UNKNOWN, code="reset")
        if fault == "busy":
            return Answer(Outcome.BUSY, status=429, code="429", retry_after=0.01)
        if fault == "late":
            timer = threading.Timer(self.faults.seconds, does)
            self._timers.append(timer)
            timer.start()
            return Answer(Outcome.UNKNOWN, code="timeout")
        answer: Answer = does()
        return Answer(Outcome.UNKNOWN, status=502, code="502") if fault == "after" else answer

    def _made(self, kind: str, payload: Any) -> Answer:
        with self._lock:
            key = str(payload.get("sku") or payload.get("name"))
            if self.unique and kind == "product" and self.keys(kind)[key]:
                return Answer(Outcome.EXISTS, status=409, code="409")
            return Answer(Outcome.DONE, self.put(kind, **payload), status=201)

    def _changed(self, kind: str, id: str, payload: Any) -> Answer:
        with self._lock:
            if id not in self.things[kind]:
                return Answer(Outcome.ABSENT, status=404, code="404")
            self.things[kind][id] |= payload
            return Answer(Outcome.DONE, id, status=200)

    def _gone(self, kind: str, id: str) -> Answer:
        with self._lock:
            found = self.things[kind].pop(id, None)
        return Answer(Outcome.ABSENT if found is None else Outcome.DONE, id, status=200)


def old_store(products: int = 12, categories: int = 4) -> Store:
    """Return a store with categories in a tree, and products that refer to them and to one another."""
    store = Store(prefix="o")
    for number in range(categories):
        parent = {"parent": f"c{number + 1}"} if number % 2 == 0 and number + 1 < categories else {}
        store.put("category", id=f"c{number}", name=f"Group {number}", **parent)
    for number in range(products):
        store.put("product", **product(number, products, categories))
    return store


def product(number: int, products: int, categories: int) -> dict[str, Any]:
    """Return one of many products."""
    return {
        "id": f"p{number}",
        "title": f"Thing {number}",
        "code": f"T-{number}",
        "slug": f"thing-{number}",
        "url": f"https://old.example/thing-{number}",
        "price": 10 + number / 4,
        "mass": 0.5,
        "count": number,
        "note": "only there",
        "secret": "CANARY-CREDENTIAL",
        "labels": [{"name": f"label {number % 3}"}],
        "groups": [f"c{number % categories}"] if categories else [],
        # most refer to one that comes later
        "akin": [f"p{(number + 1) % products}", f"p{(number + 5) % products}"],
    }


#: quick enough for tests; what is late is over before that
SETTLE = "150ms"


def config(**words: Any) -> Config:
    """Return a configuration of a migration from the old store into the new one."""
    to = {
        "format": "new-shop",
        "url": "https://new.example",
        "timeout": "50ms",
        "settle": SETTLE,
        **words.pop("to", {}),
    }
    said = {
        "migration": 1,
        "from": {"format": "old-shop/read", "url": "https://old.example"},
        "to": to,
        "journal": "move.db",
        "give_up": {"in_a_row": 1000, "attempts": 50},
        **words,
    }
    return Config.model_validate(said)


def migration(there: Path, old: Any, new: Any, **words: Any) -> Migration:
    """Return a migration between two stores, with its journal in a directory."""
    settings = config(**words)
    return Migration(
        settings,
        formats=FORMATS,
        directory=there,
        open_side=lambda side, _: old if side is settings.from_ else new,
    )


def check_moved(old: Store, new: Store) -> None:
    """Hold that everything is there once, whole, with its references."""
    assert set(new.keys("product").values()) <= {1}, "a product is there twice"
    assert set(new.keys("category").values()) <= {1}, "a category is there twice"
    products = {one["sku"]: one for one in new.things["product"].values()}
    categories = {one["name"]: one for one in new.things["category"].values()}
    assert len(categories) == len(old.things["category"])
    assert len(products) == len(old.things["product"])
    for was in old.things["category"].values():
        parent = old.things["category"].get(was.get("parent"), {}).get("name")
        now = categories[was["name"]].get("parent")
        assert new.things["category"].get(now, {}).get("name") == parent
    for was in old.things["product"].values():
        now = products[was["code"]]
        assert now["name"] == was["title"]
        groups = {old.things["category"][one]["name"] for one in was["groups"]}
        assert {new.things["category"][one]["name"] for one in now.get("categories", [])} == groups
        akin = [old.things["product"][one]["code"] for one in was["akin"]]
        assert [new.things["product"][one]["sku"] for one in now.get("related", [])] == akin
