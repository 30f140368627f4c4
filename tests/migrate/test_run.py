"""What a run does with a store that answers: passes, second runs, what stood there, limits, ends."""

from __future__ import annotations

import csv
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from catalens.errors import UsageError
from catalens.migrate.events import Adopted, Done, Event, Finished, Sent
from catalens.migrate.journal import Journal, JournalError
from catalens.migrate.migration import Migration
from catalens.migrate.outcomes import Answer, Outcome
from catalens.migrate.pair import CannotMigrate
from catalens.migrate.plan import StalePlan
from tests.migrate.stores import FORMATS, Store, check_moved, config, migration, old_store

#: what every product loses
USUAL = ["dropped.no_counterpart", "dropped.readonly"]


def finished(one: Migration, **options: Any) -> Finished:
    last = [*one.run(**options)][-1]
    assert isinstance(last, Finished)
    return last


def writes(store: Store) -> int:
    return len(store.writes)


def sums(line: str) -> tuple[int, int]:
    """Return both sides of the line that has to add up."""
    whole, _, parts = line.partition(" = ")
    return int(whole.split()[1]), sum(int(part.split()[-1]) for part in parts.split(" + "))


@pytest.fixture
def stores() -> tuple[Store, Store]:
    return old_store(8, 4), Store(prefix="n")


# -- passes ---------------------------------------------------------------------------------------------------------


def test_parents_come_first_then_products_then_links(stores: tuple[Store, Store], tmp_path: Path) -> None:
    old, new = stores
    sent = [one for one in migration(tmp_path, old, new, to={"concurrency": 1}).run() if isinstance(one, Sent)]
    groups = [one.source_id for one in sent[:4]]
    assert groups.index("c1") < groups.index("c0")
    assert groups.index("c3") < groups.index("c2")
    assert {one.kind for one in sent[4:]} == {"product"}
    steps = [one.step for one in sent]
    assert steps == ["create"] * 12 + ["link"] * (len(steps) - 12)
    check_moved(old, new)


def test_parents_that_refer_to_one_another_are_linked_afterwards(tmp_path: Path) -> None:
    old, new = Store(prefix="o"), Store(prefix="n")
    old.put("category", id="a", name="A", parent="b")
    old.put("category", id="b", name="B", parent="a")
    assert finished(migration(tmp_path, old, new)).exit_code == 0
    there = {one["name"]: one for one in new.things["category"].values()}
    assert there["A"]["parent"] == there["B"]["id"]
    assert there["B"]["parent"] == there["A"]["id"]


def test_what_is_adopted_is_updated(tmp_path: Path) -> None:
    """A thing that a dead process made holds what that process knew, and no references to what came later."""
    old, new = old_store(2, 0), Store(prefix="n")
    calls = []
    made = new.create

    def create(kind: str, payload: Any, intent: str) -> Answer:
        calls.append(payload)
        answer = made(kind, payload, intent)
        return Answer(Outcome.UNKNOWN, code="timeout") if len(calls) == 1 else answer

    new.create = create  # type: ignore[method-assign]
    events = [*migration(tmp_path, old, new, to={"concurrency": 1}).run()]
    assert len([one for one in events if isinstance(one, Adopted)]) == 1
    assert [kind for kind, *_ in new.writes].count("create") == 2
    check_moved(old, new)


def test_a_reference_that_nothing_resolves_is_left_out_and_not_waited_for(tmp_path: Path) -> None:
    old, new = old_store(2, 1), Store(prefix="n")
    old.things["product"]["p0"]["akin"] = ["nobody"]
    one = migration(tmp_path, old, new, things=["product"])
    plan = one.plan()
    assert plan.waits["never resolved"] == 3
    events = [*one.run()]
    assert isinstance(events[-1], Finished)
    assert events[-1].exit_code == 0
    assert "related" not in new.things["product"]["n1"]
    assert new.things["category"] == {}
    assert all("categories" not in one for one in new.things["product"].values())


def test_references_that_come_later_are_no_losses_in_the_plan(stores: tuple[Store, Store], tmp_path: Path) -> None:
    one = migration(tmp_path, *stores, losses={"stop": ["dropped.unknown_id"], "accept": USUAL})
    plan = one.plan()
    assert plan.held == {}
    assert "dropped.unknown_id" not in {row["code"] for row in plan.losses}
    assert plan.waits == {"resolved later": 10, "never resolved": 0}


# -- again ----------------------------------------------------------------------------------------------------------


def test_a_second_run_writes_nothing_and_changes_are_updates(stores: tuple[Store, Store], tmp_path: Path) -> None:
    old, new = stores
    assert finished(migration(tmp_path, old, new)).exit_code == 0
    before = writes(new)
    assert finished(migration(tmp_path, old, new)).exit_code == 0
    assert writes(new) == before
    for id in ("p1", "p4", "p6"):
        old.things["product"][id]["price"] = 77
    assert finished(migration(tmp_path, old, new)).exit_code == 0
    assert [(verb, kind) for verb, kind, _ in new.writes[before:]] == [("update", "product")] * 3
    assert sorted(one["amount"] for one in new.things["product"].values())[-3:] == [77, 77, 77]


def test_an_identifier_that_is_learnt_later_makes_an_update(tmp_path: Path) -> None:
    old, new = old_store(2, 0), Store(prefix="n")
    old.things["product"]["p0"]["groups"] = ["c9"]
    assert finished(migration(tmp_path, old, new, things=["product"])).exit_code == 0
    (tmp_path / "known.csv").write_text("kind,old-shop,new-shop\ncategory,c9,n77\n")
    before = writes(new)
    assert finished(migration(tmp_path, old, new, things=["product"], ids="known.csv")).exit_code == 0
    assert new.writes[before:] == [("update", "product", "n1")]
    assert new.things["product"]["n1"]["categories"] == ["n77"]


def test_what_people_decided_is_not_made(tmp_path: Path) -> None:
    old, new = old_store(2, 2), Store(prefix="n")
    new.put("category", id="n90", name="Elsewhere")
    (tmp_path / "known.csv").write_text("kind,old-shop,new-shop\ncategory,c0,n90\ncategory,c1,n90\n")
    with pytest.raises(UsageError, match="contradicts line 2"):
        migration(tmp_path, old, new, ids="known.csv").plan()
    (tmp_path / "known.csv").write_text("kind,old-shop,new-shop\ncategory,c0,n90\n")
    assert finished(migration(tmp_path, old, new, ids="known.csv")).states == {"done": 3, "left": 1}
    assert [one["name"] for one in new.things["category"].values()] == ["Elsewhere", "Group 1"]
    assert {one["sku"]: one["categories"] for one in new.things["product"].values()}["T-0"] == ["n90"]


def test_an_update_keeps_what_others_put_into_a_list_that_it_replaces(tmp_path: Path) -> None:
    old, new = old_store(2, 0), Store(prefix="n")
    assert finished(migration(tmp_path, old, new)).exit_code == 0
    thing = new.things["product"]["n1"]
    thing["tags"] = [*thing["tags"], {"name": "theirs"}]
    old.things["product"]["p0"]["labels"] = [{"name": "new"}]
    assert finished(migration(tmp_path, old, new)).exit_code == 0
    assert new.things["product"]["n1"]["tags"] == [{"name": "new"}, {"name": "theirs"}]


def test_a_thing_that_was_edited_is_a_conflict_unless_the_source_wins(tmp_path: Path) -> None:
    old, new = old_store(2, 0), Store(prefix="n")
    assert finished(migration(tmp_path, old, new, when_exists="leave")).exit_code == 0
    new.things["product"]["n1"]["amount"] = 1
    old.things["product"]["p0"]["title"] = "Another"
    one = migration(tmp_path, old, new, when_exists="leave")
    assert finished(one).states == {"done": 1, "conflict": 1}
    assert new.things["product"]["n1"]["name"] == "Thing 0"


# -- what stood there -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "states", "name", "code"),
    [
        ("update", {"done": 2}, "Thing 0", 0),
        ("leave", {"done": 1, "left": 1}, "Theirs", 0),
        ("stop", {"done": 1, "held": 1}, "Theirs", 4),
    ],
)
def test_what_stood_there_before(policy: str, states: dict[str, int], name: str, code: int, tmp_path: Path) -> None:
    old, new = old_store(2, 0), Store(prefix="n")
    new.put("product", id="t1", name="Theirs", sku="T-0", stock=5)
    end = finished(migration(tmp_path, old, new, when_exists=policy))
    assert (end.states, end.exit_code) == (states, code)
    assert new.things["product"]["t1"]["name"] == name
    assert len(new.things["product"]) == 2


def test_two_with_one_key_are_held_and_both_are_named(tmp_path: Path) -> None:
    old, new = old_store(3, 0), Store(prefix="n")
    old.things["product"]["p2"]["code"] = "T-0"
    old.put("product", id="p9", title="No key")
    one = migration(tmp_path, old, new)
    assert one.plan().held == {"key-twice": 2, "no-key": 1}
    end = finished(one)
    assert (end.exit_code, end.states) == (4, {"done": 1, "held": 3})
    one.report(tmp_path / "out")
    rows = [*csv.DictReader((tmp_path / "out" / "work.csv").read_text().splitlines())]
    said = {row["id"]: row["detail"] for row in rows if row["code"] == "key-twice"}
    assert said == {"p0": "sku=T-0 is the key of 'p2', too", "p2": "sku=T-0 is the key of 'p0', too"}


def test_a_loss_that_is_not_accepted_holds_a_product(tmp_path: Path) -> None:
    old, new = old_store(2, 0), Store(prefix="n")
    old.things["product"]["p1"]["title"] = "x" * 50
    one = migration(tmp_path, old, new, losses={"stop": ["reduced"], "accept": USUAL})
    assert one.plan().held == {"loss": 1}
    again = migration(tmp_path, old, new, losses={"stop": ["reduced"], "accept": [*USUAL, "reduced.length"]})
    assert again.plan().held == {}
    assert migration(tmp_path, old, new, losses={"stop": ["any"]}).plan().held == {"loss": 2}


def test_a_target_that_holds_none_of_the_keys_is_refused(tmp_path: Path) -> None:
    one = migration(tmp_path, *(old_store(1, 0), Store()), match=["barcode"])
    with pytest.raises(CannotMigrate, match="it holds sku, handle, title"):
        one.plan()


# -- refusals and ends ----------------------------------------------------------------------------------------------


def test_one_refusal_does_not_stop_the_others_and_retry_leads_back(tmp_path: Path) -> None:
    old, new = old_store(4, 0), Store(prefix="n")
    new.refuses = {"T-1": "the name is not liked"}
    one = migration(tmp_path, old, new)
    end = finished(one)
    assert (end.exit_code, end.states) == (4, {"done": 3, "refused": 1})
    assert sums(one.status().line) == (4, 4)
    [item] = one.retry(codes=["422"])
    assert (item.source_id, item.detail) == ("p1", "the name is not liked; name: no")
    with pytest.raises(UsageError):
        one.retry()
    new.refuses = {}
    assert finished(one).exit_code == 0
    check_moved(old, new)


def test_a_target_that_is_gone_stops_the_run_and_uses_no_attempts_up(tmp_path: Path) -> None:
    old, new = old_store(6, 0), Store(prefix="n")
    one = migration(tmp_path, old, new, give_up={"in_a_row": 5, "attempts": 2})
    one.plan()
    new.down = True
    for _ in range(3):
        end = finished(one)
        assert end.exit_code == 5
        assert end.reason
    new.down = False
    assert finished(one).exit_code == 0
    check_moved(old, new)


def test_credentials_that_are_refused_stop_it_at_once(tmp_path: Path) -> None:
    old, new = old_store(6, 0), Store(prefix="n")
    made = new.create
    new.create = lambda *_: Answer(Outcome.DENIED, status=401, code="401")  # type: ignore[method-assign]
    one = migration(tmp_path, old, new, to={"concurrency": 1})
    end = finished(one)
    assert (end.exit_code, end.reason) == (5, "the target refuses our credentials: 401")
    new.create = made  # type: ignore[method-assign]
    assert finished(one).exit_code == 0


def test_attempts_that_are_used_up_are_stuck(tmp_path: Path) -> None:
    old, new = old_store(1, 0), Store(prefix="n")
    new.faults.before = 1.0
    one = migration(tmp_path, old, new, to={"settle": "1ms"}, give_up={"in_a_row": 99, "attempts": 3})
    end = finished(one)
    assert (end.exit_code, end.states) == (4, {"stuck": 1})
    assert new.calls["create"] == 3
    new.faults.before = 0.0
    one.retry(all=True)
    assert finished(one).exit_code == 0
    check_moved(old, new)


def test_where_nothing_can_be_looked_up_the_plan_says_so_and_doubt_is_a_conflict(tmp_path: Path) -> None:
    old, new = old_store(3, 0), Store(prefix="n", verbs=("create", "update"))
    new.faults.after = 1.0
    one = migration(tmp_path, old, new, to={"settle": "1ms"})
    assert one.plan().guarantee.startswith("at least once: the target cannot be asked")
    end = finished(one)
    assert (end.exit_code, end.states) == (4, {"conflict": 3})
    assert set(new.keys("product").values()) == {1}


def test_it_stops_after_the_calls_under_way(stores: tuple[Store, Store], tmp_path: Path) -> None:
    old, new = stores
    one = migration(tmp_path, old, new)
    events: list[Event] = []
    for event in one.run():
        events.append(event)
        if isinstance(event, Done) and len(events) > 4:
            one.stop()
    assert isinstance(events[-1], Finished)
    assert (events[-1].exit_code, events[-1].reason) == (5, "interrupted")
    with Journal(tmp_path / "move.db") as journal:
        assert journal.count(states=["sending"]) == 0
    assert finished(one).exit_code == 0
    check_moved(old, new)


# -- a few first, and back again ------------------------------------------------------------------------------------


def test_three_products_bring_what_they_refer_to_and_can_be_taken_back(tmp_path: Path) -> None:
    old, new = old_store(12, 6), Store(prefix="n")
    stood = new.put("product", id="t1", name="Theirs", sku="T-1", stock=5, tags=[{"name": "theirs"}])
    was = dict(new.things["product"][stood])
    one = migration(tmp_path, old, new)
    end = finished(one, limit=3)
    assert end.exit_code == 5, "there is more to do"
    assert set(new.keys("product")) == {"T-0", "T-1", "T-2"}
    assert set(new.keys("category")) == {"Group 0", "Group 1", "Group 2", "Group 3"}
    assert sums(one.status().line) == (18, 18)
    assert one.verify().exit_code == 0
    assert one.undo().exit_code == 0
    assert new.things["category"] == {}
    assert {name: new.things["product"][stood][name] for name in was} == was
    assert len(new.things["product"]) == 1
    assert finished(one).exit_code == 0
    check_moved(old, new)
    assert finished(one, only=["p3"]).exit_code == 0


def test_undo_leaves_what_was_edited(tmp_path: Path) -> None:
    old, new = old_store(2, 0), Store(prefix="n")
    one = migration(tmp_path, old, new)
    assert finished(one).exit_code == 0
    new.things["product"]["n2"]["name"] = "Edited"
    done = one.undo()
    assert done.exit_code == 4
    assert done.things == {"edited": ["product p1: n2"], "deleted": ["product p0: n1"]}
    assert list(new.things["product"]) == ["n2"]


# -- plans ----------------------------------------------------------------------------------------------------------


def test_a_plan_that_is_agreed_to_is_the_one_that_is_done(stores: tuple[Store, Store], tmp_path: Path) -> None:
    one = migration(tmp_path, *stores)
    digest = one.plan().digest
    with pytest.raises(StalePlan, match="plan again"):
        finished(one, plan="0123456789abcdef")
    changed = migration(tmp_path, *stores, mode="update")
    with pytest.raises(StalePlan, match="config or mappings were changed"):
        finished(changed)
    assert migration(tmp_path, *stores, to={"pace": "3/s"}).plan().seconds == pytest.approx(22 / 3)
    assert one.plan().digest == digest
    assert finished(one, plan=digest).exit_code == 0


def test_a_plan_asks_the_target_and_writes_nothing(stores: tuple[Store, Store], tmp_path: Path) -> None:
    one = migration(tmp_path, *stores)
    plan = one.plan()
    assert plan.counts == {"category": {"create": 4}, "product": {"create": 8}}
    assert stores[1].writes == []
    assert stores[1].calls["list"] == 2
    assert json.loads(json.dumps(plan.to_dict()))["digest"] == plan.digest
    offline = Store(prefix="n")
    migration(tmp_path, stores[0], offline).plan(offline=True)
    assert offline.calls["list"] == 0


def test_rows_that_move_between_pages_are_read(tmp_path: Path) -> None:
    """A row that is put before what was read moves all others on, and one that is taken away pulls them back."""
    old, new = old_store(30, 0), Store(prefix="n")
    old.page = 5
    pages = old.pages
    moved = []

    def shifting(kind: str, cursor: str | None = None) -> Any:
        for number, page in enumerate(pages(kind, cursor)):
            yield page
            if kind == "product" and number == 2 and not moved:
                moved.append(old.things["product"].pop("p0"))

    old.pages = shifting  # type: ignore[method-assign]
    end = finished(migration(tmp_path, old, new))
    assert sum(end.states.values()) == 30
    assert {f"T-{number}" for number in range(30)} == set(new.keys("product"))


# -- the journal ----------------------------------------------------------------------------------------------------


def test_a_second_run_at_the_same_time_is_told_who_has_the_journal(
    stores: tuple[Store, Store], tmp_path: Path
) -> None:
    one = migration(tmp_path, *stores)
    one.plan()
    with Journal(tmp_path / "move.db"), pytest.raises(JournalError, match="is in use by process") as found:
        one.plan()
    assert found.value.exit_code == 5
    assert one.status().states == {"ready": 12}


def test_status_can_be_asked_while_a_run_goes(stores: tuple[Store, Store], tmp_path: Path) -> None:
    one = migration(tmp_path, *stores)
    lines = []
    for event in one.run():
        if isinstance(event, Done):
            thread = threading.Thread(target=lambda: lines.append(one.status().line))
            thread.start()
            thread.join()
    assert lines
    assert all(whole == parts for whole, parts in map(sums, lines))


def test_secrets_of_the_source_are_in_no_file(stores: tuple[Store, Store], tmp_path: Path) -> None:
    one = migration(tmp_path, *stores)
    assert finished(one).exit_code == 0
    one.verify(deep=True)
    one.report(tmp_path / "out")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 7
    assert all(b"CANARY" not in path.read_bytes() for path in files)
    with Journal(tmp_path / "move.db", write=False) as journal:
        payloads = b"".join(journal.payload(item.seq) for item in journal.all())
        sidecars = json.dumps([journal.sidecar(item.seq) for item in journal.all("product")])
    assert b"only there" in payloads
    assert b"CANARY" not in payloads
    assert "CANARY" not in sidecars


def test_a_config_of_other_formats_is_known(tmp_path: Path) -> None:
    assert config().digest() != config(mode="update").digest()
    assert config().digest() == config(to={"pace": "1/s", "concurrency": 9}).digest()
    assert FORMATS.profile("old-shop/read").spelled == "old-shop/read"


def test_a_thing_that_somebody_removed_is_found_and_made_again(tmp_path: Path) -> None:
    old, new = old_store(3, 0), Store(prefix="n")
    one = migration(tmp_path, old, new)
    assert finished(one).exit_code == 0
    del new.things["product"]["n2"]
    new.things["product"]["n1"]["name"] = "Edited"
    new.put("product", id="x9", name="An empty draft")
    found = one.verify()
    assert (found.exit_code, found.same) == (4, 1)
    assert found.gone == ["product p1: n2"]
    assert found.differs == {"product p0": ["/name"]}
    assert found.orphans == ["product x9"]
    assert one.status().states == {"done": 2, "gone": 1}
    one.report(tmp_path / "out")
    rows = [*csv.DictReader((tmp_path / "out" / "work.csv").read_text().splitlines())]
    assert sorted(row["code"] for row in rows) == ["differs", "gone", "orphan"]
    assert [item.source_id for item in one.retry(codes=["gone"])] == ["p1"]
    assert finished(one).exit_code == 0
    assert new.keys("product")["T-1"] == 1


def test_sums_that_nothing_explains_are_said(tmp_path: Path) -> None:
    old, new = old_store(3, 0), Store(prefix="n")
    old.things["product"]["p1"]["title"] = 5
    one = migration(tmp_path, old, new)
    assert finished(one).states == {"done": 2, "rejected": 1}
    totals = {row["measure"]: row for row in one.verify().totals}
    assert totals["products"] == {
        "measure": "products",
        "source": 3,
        "sent": 2,
        "read back": 2,
        "explained": {"rejected: invalid": 1},
        "unexplained": [],
    }
    new.things["product"]["n1"]["stock"] = 1000
    found = one.verify()
    assert found.exit_code == 4
    assert {row["measure"]: row["unexplained"] for row in found.totals}["stock"] == ["p0"]


def test_an_adopted_thing_that_cannot_be_updated_is_done_where_it_is_whole(tmp_path: Path) -> None:
    old, new = old_store(0, 2), Store(prefix="n")
    new.faults.after = 1.0
    can = new.can
    new.can = lambda kind, verb: verb != "update" and can(kind, verb)  # type: ignore[method-assign]
    end = finished(migration(tmp_path, old, new))
    assert (end.exit_code, end.states) == (0, {"done": 2})
    old.things["category"]["c1"]["name"] = "Another name"
    end = finished(migration(tmp_path, old, new))
    assert (end.exit_code, end.states) == (4, {"conflict": 1, "done": 1})
