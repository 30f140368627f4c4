"""Files as source and target: every form, by the same journal, broken off and gone on with."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from catalens.errors import UsageError
from catalens.migrate.config import Config
from catalens.migrate.events import Finished
from catalens.migrate.files import Files, product_of_row, row_of_product
from catalens.migrate.migration import Migration
from tests.migrate.stores import FORMATS, Store, file_to_file
from tests.migrate.test_kills import Died, dies_at

PRODUCTS: list[dict[str, Any]] = [
    {"title": "Desk", "code": "D-1", "price": 499, "labels": [{"name": "wood"}]},
    {"title": "Chair", "code": "C-1", "slug": "chair", "mass": 2.5, "akin": ["D-1"]},
]
MOVED = [
    {"name": "Desk", "sku": "D-1", "amount": 499, "tags": [{"name": "wood"}]},
    {"name": "Chair", "sku": "C-1", "handle": "chair", "weight": 2.5},
]


def written(path: Path, products: list[dict[str, Any]]) -> None:
    """Write products into a file of the form that its name says."""
    lines = "".join(json.dumps(one) + "\n" for one in products)
    match path.name.partition(".")[2]:
        case "ndjson":
            path.write_text(lines)
        case "ndjson.gz":
            path.write_bytes(gzip.compress(lines.encode()))
        case "json":
            path.write_text(json.dumps(products))
        case "":
            path.mkdir()
            for number, one in enumerate(products):
                (path / f"{number}.json").write_text(json.dumps(one))
        case form:
            raise AssertionError(form)


def moved(path: Path) -> list[Any]:
    """Read what a migration wrote."""
    match path.name.partition(".")[2]:
        case "ndjson":
            return [json.loads(line) for line in path.read_text().splitlines()]
        case "ndjson.gz":
            return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        case "json":
            found: list[Any] = json.loads(path.read_text())
            return found
        case "":
            return [json.loads(one.read_text()) for one in sorted(path.glob("*.json"))]
        case form:
            raise AssertionError(form)


def migration(there: Path, source: str, target: str, **words: Any) -> Migration:
    config = file_to_file(source, target, **words)
    return Migration(Config.model_validate(config), formats=FORMATS, directory=there)


def ended(one: Migration) -> Finished:
    last = [*one.run()][-1]
    assert isinstance(last, Finished)
    return last


@pytest.mark.parametrize("target", ["new.ndjson", "new.ndjson.gz", "new.json", "new"])
@pytest.mark.parametrize("source", ["old.ndjson", "old.ndjson.gz", "old.json", "old"])
def test_every_form_moves_into_every_other(source: str, target: str, tmp_path: Path) -> None:
    written(tmp_path / source, PRODUCTS)
    if target == "new":
        (tmp_path / "new").mkdir()
    one = migration(tmp_path, source, target)
    assert ended(one).states == {"done": 2}
    assert moved(tmp_path / target) == MOVED
    written(tmp_path / "more.ndjson", [*PRODUCTS, {"title": "New", "code": "N-1"}])
    again = migration(tmp_path, "more.ndjson", target)
    assert ended(again).exit_code == 0
    assert len(moved(tmp_path / target)) == 3


def test_a_table_has_a_column_for_each_field(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text(
        'title,code,price,labels,note\nDesk,0012,499,"[{""name"": ""wood""}]",\nChair,C-1,,,true\n'
    )
    one = migration(tmp_path, "old.csv", "new.csv")
    assert ended(one).exit_code == 0
    assert (tmp_path / "new.csv").read_text().splitlines() == [
        "name,sku,amount,tags",
        'Desk,0012,499,"[{""name"":""wood""}]"',
        "Chair,C-1,,",
    ]


def test_a_row_and_a_product_are_one() -> None:
    profile = FORMATS.profile("commerce-engine")
    product = {"name": "Desk", "seo": {"slug": "desk"}, "pricing": [{"listing_price": 1.5}], "sku": "12", "tags": []}
    assert product_of_row(row_of_product(product).items(), profile) == product


def test_parquet_files_hold_payloads_or_columns(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    texts = [json.dumps(one) for one in PRODUCTS]
    parquet.write_table(
        pyarrow.table({"payload": [*texts, None], "error": [None, None, "bad"]}), tmp_path / "old.parquet"
    )
    assert ended(migration(tmp_path, "old.parquet", "new.parquet.gz")).states == {"done": 2}
    [page] = Files(str(tmp_path / "new.parquet.gz"), FORMATS.profile("new-shop")).pages("product")
    assert [json.loads(item) if isinstance(item, bytes) else item for item in page.items] == MOVED
    (tmp_path / "new.parquet").write_bytes(gzip.decompress((tmp_path / "new.parquet.gz").read_bytes()))
    rows = parquet.read_table(tmp_path / "new.parquet").to_pylist()
    assert [json.loads(row["payload"]) for row in rows] == MOVED
    parquet.write_table(pyarrow.table({"title": ["A"], "code": ["A-1"], "price": [None]}), tmp_path / "flat.parquet")
    [page] = Files(str(tmp_path / "flat.parquet"), FORMATS.profile("old-shop")).pages("product")
    assert page.items == ({"title": "A", "code": "A-1"},)


def test_what_is_no_json_is_rejected_and_counted(tmp_path: Path) -> None:
    lines = [json.dumps(PRODUCTS[0]), '{"title": ', json.dumps({"title": 5, "code": "X"}), '{"title": "No identity"}']
    (tmp_path / "old.ndjson").write_text("\n".join(lines) + "\n")
    one = migration(tmp_path, "old.ndjson", "new.ndjson")
    end = ended(one)
    assert (end.exit_code, end.states) == (4, {"done": 1, "held": 2, "rejected": 1})
    one.report(tmp_path / "out")
    assert "no-id" in (tmp_path / "out" / "work.csv").read_text()


def test_no_spreadsheet_takes_a_work_list_for_formulas(tmp_path: Path) -> None:
    (tmp_path / "old.ndjson").write_text(json.dumps({"title": 5, "code": "=1+1"}) + "\n")
    one = migration(tmp_path, "old.ndjson", "new.ndjson")
    assert ended(one).states == {"rejected": 1}
    one.report(tmp_path / "out")
    [row] = (tmp_path / "out" / "work.csv").read_text().splitlines()[1:]
    assert "'=1+1" in row
    assert ",=1+1" not in row


def test_two_rows_with_one_key_are_held_and_none_is_lost(tmp_path: Path) -> None:
    written(tmp_path / "old.ndjson", [*PRODUCTS, {**PRODUCTS[0], "title": "Another"}])
    end = ended(migration(tmp_path, "old.ndjson", "new.ndjson"))
    assert end.states == {"done": 1, "held": 2}
    assert moved(tmp_path / "new.ndjson") == MOVED[1:]


def test_references_within_a_file_are_left_out_and_not_waited_for(tmp_path: Path) -> None:
    written(tmp_path / "old.ndjson", PRODUCTS)
    plan = migration(tmp_path, "old.ndjson", "new.ndjson").plan()
    assert plan.waits == {"resolved later": 0, "never resolved": 1}
    (tmp_path / "ids.csv").write_text("kind,old-shop,new-shop\nproduct,D-1,n7\n")
    known = migration(tmp_path, "old.ndjson", "new.ndjson", ids="ids.csv")
    assert known.plan().counts == {"product": {"left": 1, "create": 1}}
    assert ended(known).states == {"done": 1, "left": 1}
    assert moved(tmp_path / "new.ndjson")[0]["related"] == ["n7"]


@pytest.mark.parametrize("point", ["P after", "L before", "I after", "answer", "O before", "O after"])
def test_a_run_that_is_broken_off_goes_on(point: str, tmp_path: Path) -> None:
    many = [{"title": f"Thing {number}", "code": f"T-{number}"} for number in range(30)]
    written(tmp_path / "old.ndjson", many)
    one = migration(tmp_path, "old.ndjson", "new.ndjson")
    one._point = dies_at(point, 1)
    with pytest.raises(Died):
        ended(one)
    assert ended(migration(tmp_path, "old.ndjson", "new.ndjson")).states == {"done": 30}
    assert [row["sku"] for row in moved(tmp_path / "new.ndjson")] == [row["code"] for row in many]


def test_a_file_goes_into_a_store_and_a_store_into_a_file(tmp_path: Path) -> None:
    written(tmp_path / "old.ndjson", PRODUCTS)
    store = Store(prefix="n")
    to = {"format": "new-shop", "url": "https://new.example", "timeout": "50ms"}
    into = migration(tmp_path, "old.ndjson", "-", to=to)
    into._open_side = lambda side, profile: (
        Files(str(tmp_path / "old.ndjson"), profile) if side is into.config.from_ else store
    )
    assert ended(into).states == {"done": 2}
    assert set(store.keys("product")) == {"D-1", "C-1"}
    chair = next(one for one in store.things["product"].values() if one["sku"] == "C-1")
    assert chair["related"] == ["n1"]


def test_a_file_of_no_known_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.xlsx").write_text("")
    with pytest.raises(UsageError, match="expected a file ending in ndjson"):
        migration(tmp_path, "old.xlsx", "new.ndjson").plan()


def test_a_source_that_is_not_there_stops_it(tmp_path: Path) -> None:
    end = ended(migration(tmp_path, "none.ndjson", "new.ndjson"))
    assert end.exit_code == 5
    assert "none.ndjson cannot be read" in str(end.reason)
