"""Many sidecars: how they are kept in little memory, and found again."""

from __future__ import annotations

import pickle
import random
import tracemalloc
from pathlib import Path

from catalens import Translator
from catalens.payloads import dumps
from catalens.returning.hashes import MOST_ALIKE, HashTable, hash_of
from catalens.returning.sidecars import indexed


def test_numbers_are_found_by_their_hashes() -> None:
    table, chosen = HashTable(), random.Random(1)
    kept: dict[int, list[int]] = {}
    for number in range(4_000):
        # some of them several times, some side by side, some at the very end
        hash = chosen.choice([chosen.randrange(1, 1 << 64), chosen.randrange(1, 200), (1 << 64) - 1 - number % 50])
        table.add(hash, number)
        kept.setdefault(hash, []).append(number)
    assert {hash: table.find(hash) for hash in kept} == {hash: found[:MOST_ALIKE] for hash, found in kept.items()}
    assert table.find(max(set(range(1, 4000)) - kept.keys())) == []


def test_a_table_is_small_and_many_of_one_hash_do_not_slow_it_down() -> None:
    tracemalloc.start()
    table = HashTable()
    for number in range(100_000):
        table.add(7, number)
    for number in range(100_000):
        table.add(hash_of("/sku", str(number)), number)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert table.find(7) == list(range(MOST_ALIKE))
    assert peak < 8 << 20


def test_texts_have_their_own_hashes() -> None:
    given = [("a", "b"), ("ab",), ("a", "b", ""), ("", "a", "b"), ("b", "a"), ("\ud800",), ("",)]
    hashes = {hash_of(*texts) for texts in given}
    assert len(hashes) == len(given)
    assert all(0 < hash < 1 << 64 for hash in hashes)


def test_an_index_goes_to_another_process_and_holds_no_texts(tmp_path: Path) -> None:
    translator, home = Translator("axim", "commerce-engine"), Translator("commerce-engine", "axim")
    products = ({"sku": f"S-{number}", "manufacturer": "x" * 10_000} for number in range(500))
    path = tmp_path / "side.ndjson"
    with path.open("wb") as file:
        for result in translator.lines(map(dumps, products), sidecars=True):
            file.write(dumps(result.sidecar) + b"\n")
    assert path.stat().st_size > 5_000_000
    with indexed(path) as index:
        sent = pickle.dumps(index)
    assert len(sent) < 100_000
    found = pickle.loads(sent).find({"sku": "S-321"}, 1, home.source, home.target)
    assert found.sidecar["entries"][0] == {"at": "/manufacturer", "value": "x" * 10_000}
