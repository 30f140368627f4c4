"""``translate --lines --sidecar`` and ``--restore``: each product finds its own sidecar by its identity."""

from __future__ import annotations

import gzip
import json
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from catalens import InvalidSidecar, Translator
from catalens.payloads import dumps, loads
from tests.commands.door import Said, bare, run, spawn

HEXES = "0123456789abcdef01234567"


def product(number: int, **more: Any) -> dict[str, Any]:
    """Return a product that the target does not hold whole."""
    found = {"sku": f"S-{number}", "name": f"Desk {number}", "mpn": f"M-{number}", "brand": HEXES}
    return {**found, "customUrl": f"desk-{number}", **more}


PRODUCTS = [product(number) for number in range(5)]


def ndjson(products: Iterable[Any]) -> bytes:
    return b"".join(dumps(one) + b"\n" for one in products)


def payloads(data: bytes) -> list[Any]:
    return [loads(line) for line in data.splitlines()]


def there(tmp_path: Path, products: Iterable[Any], *words: object, name: str = "side.ndjson") -> list[Any]:
    """Translate products, with sidecars beside them, and return what came out."""
    given = ("translate", "-", "--lines", "--from", "axim", "--to", "commerce-engine")
    said = bare(*given, "--sidecar", tmp_path / name, *words, input=ndjson(products))
    assert said.code == 0, said.err
    return payloads(said.out)


def back(tmp_path: Path, products: Iterable[Any], *words: object, name: str = "side.ndjson") -> Said:
    given = ("translate", "-", "--lines", "--from", "commerce-engine", "--to", "axim")
    return bare(*given, "--restore", tmp_path / name, *words, input=ndjson(products))


# -- there -----------------------------------------------------------------------------------------------------------


def test_there_is_a_sidecar_for_each_line_of_the_output(tmp_path: Path) -> None:
    lossless = {"name": "Desk", "sku": "S-9"}
    bad = {"name": 5}
    given = ndjson([PRODUCTS[0], lossless, bad, PRODUCTS[1]])
    words = ("--from", "axim", "--to", "commerce-engine", "--sidecar", tmp_path / "side.ndjson")
    said = bare("translate", "-", "--lines", *words, input=given)
    first, second, third = payloads((tmp_path / "side.ndjson").read_bytes())
    assert len(said.lines) == 3
    assert first["identity"] == {"/sku": "S-0", "/seo/slug": "desk-0"}
    assert second is None
    assert third["identity"] == {"/sku": "S-1", "/seo/slug": "desk-1"}
    assert os.stat(tmp_path / "side.ndjson").st_mode & 0o777 == 0o600


def test_the_sidecars_are_those_of_single_calls() -> None:
    translator = Translator("axim", "commerce-engine")
    found = [one.sidecar for one in translator.lines(ndjson(PRODUCTS).splitlines(), sidecars=True)]
    assert found == [translator(one).sidecar for one in PRODUCTS]
    assert all(found)
    assert [one.sidecar for one in translator.lines(ndjson(PRODUCTS).splitlines())] == [None] * 5


def test_a_refused_line_has_no_sidecar(tmp_path: Path) -> None:
    lossless = {"name": "Desk", "sku": "S-9"}
    words = ("--from", "axim", "--to", "commerce-engine", "--sidecar", tmp_path / "side.ndjson")
    bare("translate", "-", "--lines", "--on-loss", "raise", *words, input=ndjson([PRODUCTS[0], lossless]))
    assert payloads((tmp_path / "side.ndjson").read_bytes()) == [None]


def test_sidecars_that_cannot_be_found_again_are_counted(tmp_path: Path) -> None:
    words = ("--from", "axim", "--to", "keevault", "--sidecar", tmp_path / "side.ndjson")
    said = bare("translate", "-", "--lines", *words, input=ndjson(PRODUCTS))
    assert said.err.splitlines()[1] == (
        "5 sidecars that hold no identity, so that the way back does not find them; restore them by line, with "
        "--restore-anyway"
    )


# -- back ------------------------------------------------------------------------------------------------------------


def test_sidecars_may_come_through_a_pipe(tmp_path: Path) -> None:
    out = there(tmp_path, PRODUCTS)
    os.mkfifo(tmp_path / "pipe")
    side = (tmp_path / "side.ndjson").read_bytes()
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(side,))
    writer.start()
    said = back(tmp_path, out[::-1], name="pipe")
    writer.join()
    assert payloads(said.out) == PRODUCTS[::-1]


@pytest.mark.parametrize("name", ["side.ndjson", "side.ndjson.gz", "side.ndjson.zst"])
def test_each_product_finds_its_own_whatever_its_line(tmp_path: Path, name: str) -> None:
    out = there(tmp_path, PRODUCTS, name=name)
    said = back(tmp_path, [out[3], out[0], {"name": "Chair", "sku": "S-77"}, out[1]], name=name)
    assert said.code == 0
    assert payloads(said.out) == [PRODUCTS[3], PRODUCTS[0], {"name": "Chair", "sku": "S-77"}, PRODUCTS[1]]
    assert said.err.splitlines()[1:3] == [
        "3 lines whose sidecar was found by the product's identity, and restored",
        "1 lines translated plainly, for no sidecar has the product's identity",
    ]


def test_the_report_counts_them_even_where_there_are_none(tmp_path: Path) -> None:
    out = there(tmp_path, PRODUCTS)
    back(tmp_path, out, "--report", tmp_path / "totals", "--report-format", "json")
    totals = json.loads((tmp_path / "totals").read_text())
    assert (totals["restored"], totals["without_sidecar"]) == (5, 0)
    assert "without_identity" not in totals


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_form_of_the_report_counts_them(tmp_path: Path, form: str) -> None:
    out = there(tmp_path, PRODUCTS)
    back(tmp_path, out[:2], "--report", tmp_path / "totals", "--report-format", form)
    assert "2  lines whose sidecar" in (tmp_path / "totals").read_text().replace("2 lines", "2  lines")


def test_edits_win_and_are_counted(tmp_path: Path) -> None:
    (out,) = there(tmp_path, [product(1, name="x" * 200)])
    said = back(tmp_path, [{**out, "name": "Desk, oiled"}])
    assert payloads(said.out) == [product(1, name="Desk, oiled")]
    assert "stale: 1; edited meanwhile" in said.err
    assert back(tmp_path, [{**out, "name": "Desk, oiled"}], "--fail-on", "stale").code == 3


def test_one_field_of_the_identity_that_agrees_is_enough(tmp_path: Path) -> None:
    out = there(tmp_path, PRODUCTS)
    said = back(tmp_path, [{**out[2], "sku": "S-2-NEW"}, {"name": "Desk 4", "seo": out[4]["seo"]}])
    assert payloads(said.out)[0] == product(2, sku="S-2-NEW")
    assert payloads(said.out)[1]["mpn"] == "M-4"


def test_a_product_of_two_sidecars_is_rejected_and_both_are_named(tmp_path: Path) -> None:
    twins = [product(1), product(1, mpn="OTHER"), product(2)]
    out = there(tmp_path, twins)
    said = back(tmp_path, out)
    assert said.code == 1
    assert payloads(said.out) == [product(2)]
    complaint = f"2 sidecars fit this product alike: {tmp_path / 'side.ndjson'}, lines 1, 2; leave one"
    assert said.err.splitlines()[0].startswith(f"line 1: {complaint}")
    assert said.err.splitlines()[1].startswith(f"line 2: {complaint}")


def test_of_two_sidecars_the_one_of_the_same_line_is_taken_where_that_is_allowed(tmp_path: Path) -> None:
    twins = [product(1), product(1, mpn="OTHER"), product(2)]
    out = there(tmp_path, twins)
    said = back(tmp_path, out, "--restore-anyway")
    assert (said.code, payloads(said.out)) == (0, twins)


def test_the_same_sidecar_twice_is_one(tmp_path: Path) -> None:
    out = there(tmp_path, [product(1), product(1)])
    assert payloads(back(tmp_path, out).out) == [product(1), product(1)]


def test_a_product_between_two_sidecars_is_rejected(tmp_path: Path) -> None:
    out = there(tmp_path, PRODUCTS)
    said = back(tmp_path, [{**out[0], "seo": out[1]["seo"]}])
    assert (said.code, said.out) == (1, b"")
    assert "lines 1, 2" in said.err


def test_another_product_is_never_restored_onto_whatever_its_line(tmp_path: Path) -> None:
    there(tmp_path, PRODUCTS)
    given = {"name": "Lamp", "sku": "L-1"}
    for words in ([], ["--restore-anyway"]):
        assert payloads(back(tmp_path, [given], *words).out) == [given]


def test_what_cannot_be_compared_is_restored_by_line_where_that_is_allowed(tmp_path: Path) -> None:
    words = ("translate", "-", "--lines", "--from", "axim", "--to", "keevault")
    out = bare(*words, "--sidecar", tmp_path / "side.ndjson", input=ndjson(PRODUCTS)).out
    home = ("translate", "-", "--lines", "--from", "keevault", "--to", "axim", "--restore", tmp_path / "side.ndjson")
    plain, anyway = bare(*home, input=out), bare(*home, "--restore-anyway", input=out)
    assert payloads(plain.out) == [{"name": one["name"]} for one in PRODUCTS]
    assert payloads(anyway.out) == PRODUCTS
    assert "5 lines with the sidecar of the same line, which may belong to another product" in anyway.err
    beyond = bare(*home, "--restore-anyway", input=out + b'{"name": "Lamp"}\n')
    assert payloads(beyond.out)[5] == {"name": "Lamp"}


def test_profile_and_assumptions_are_those_of_the_way_there(tmp_path: Path) -> None:
    answer = {"product": {"name": "Desk", "sku": "S-1", "weight": 2, "novel": 1}}
    words = ("--from", "webcommander/read", "--to", "commerce-engine", "--assume", "weight=lb")
    side = tmp_path / "side.ndjson"
    out = bare("translate", "-", "--lines", *words, "--sidecar", side, input=ndjson([answer])).out
    home = ("--from", "commerce-engine", "--to", "webcommander", "--restore", side)
    assert payloads(bare("translate", "-", "--lines", *home, input=out).out) == [answer]


# -- what is no file of sidecars -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda data: data[: len(data) // 2], "line 3: not JSON"),
        (lambda data: data.replace(b'"M-3"', b'"M-8"'), "line 4: the sidecar is truncated or was changed"),
        (lambda data: data + b"{}\n", "line 6: this is no sidecar"),
        (lambda data: json.dumps(json.loads(data.splitlines()[0]), indent=2).encode(), "line 1: not JSON"),
    ],
)
def test_a_bad_sidecar_stops_the_run_before_it_begins(tmp_path: Path, spoil: Any, told: str) -> None:
    out = there(tmp_path, PRODUCTS)
    side, result = tmp_path / "side.ndjson", tmp_path / "out.ndjson"
    side.write_bytes(spoil(side.read_bytes()))
    said = back(tmp_path, out, "-o", result)
    assert said.code == 1
    assert f"{side}, {told}" in said.err
    assert "expected a sidecar a line, or null" in said.err
    assert not result.exists()


def test_sidecars_of_another_way_stop_the_run_before_it_begins(tmp_path: Path) -> None:
    there(tmp_path, PRODUCTS)
    words = ("--from", "commerce-engine", "--to", "prosperna", "--restore", tmp_path / "side.ndjson")
    said = bare("translate", "-", "--lines", *words, "-o", tmp_path / "out", input=b'{"name": "Desk"}\n')
    assert said.code == 1
    assert "the sidecar is for the way back to axim/write" in said.err
    assert not (tmp_path / "out").exists()


def test_sidecars_are_neither_overwritten_nor_the_input(tmp_path: Path) -> None:
    there(tmp_path, PRODUCTS)
    said = back(tmp_path, [], "-o", tmp_path / "side.ndjson")
    assert said.code == 2
    assert f"Error: --restore and --output are one file, {tmp_path / 'side.ndjson'}" in said.err


def test_sidecars_that_are_gone_meanwhile_reject_their_lines(tmp_path: Path) -> None:
    out = there(tmp_path, PRODUCTS)
    home = Translator("commerce-engine", "axim")
    results = home.lines(ndjson(out).splitlines(), restore=tmp_path / "side.ndjson")
    assert next(results).output is not None
    (tmp_path / "side.ndjson").write_bytes(b"")
    assert "was changed while it was read" in str(next(results).error)


def test_the_library_takes_sidecars_that_are_at_hand() -> None:
    translator, home = Translator("axim", "commerce-engine"), Translator("commerce-engine", "axim")
    done = list(translator.lines(ndjson(PRODUCTS).splitlines(), sidecars=True))
    lines = [one.output for one in reversed(done) if one.output is not None]
    for given in ([one.sidecar for one in done], [dumps(one.sidecar) for one in done]):
        found = [loads(one.output or b"") for one in home.lines(lines, restore=given)]
        assert found == PRODUCTS[::-1]
    with pytest.raises(InvalidSidecar, match="expected the name of a file of sidecars"):
        next(home.lines(lines, restore=done[0].sidecar))


# -- processes -------------------------------------------------------------------------------------------------------


def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    given = tmp_path / "in.ndjson"
    given.write_bytes(ndjson(product(number, manufacturer="x" * 4000) for number in range(900)))
    assert given.stat().st_size > 2 * (3 << 19), "more than one block"
    seen = []
    for jobs in (1, 2):
        out, side, home = (tmp_path / f"{name}{jobs}.ndjson.gz" for name in ("out", "side", "home"))
        words = ("--lines", "--jobs", jobs, "--warn-repeated")
        first = spawn(
            "translate", given, "--from", "axim", "--to", "commerce-engine", *words, "-o", out, "--sidecar", side
        )
        second = spawn(
            "translate", out, "--from", "commerce-engine", "--to", "axim", *words, "-o", home, "--restore", side
        )
        assert (first.code, second.code) == (0, 0), first.err + second.err
        assert payloads(gzip.decompress(home.read_bytes())) == payloads(given.read_bytes())
        seen.append((first.err, second.err, *(name.read_bytes() for name in (out, side, home))))
    assert seen[0] == seen[1]


# -- products on several lines ---------------------------------------------------------------------------------------


def test_a_product_on_several_lines_is_said_with_their_numbers(tmp_path: Path) -> None:
    given = [product(1), product(2), product(3, sku="S-1"), {"name": 5, "sku": "S-2"}, product(4, sku="S-1")]
    words = ("--from", "axim", "--to", "commerce-engine", "--report", tmp_path / "totals", "--report-format", "json")
    said = bare("translate", "-", "--lines", *words, "--warn-repeated", input=ndjson(given))
    assert [line for line in said.err.splitlines() if "stands on line" in line] == [
        "line 3: /sku 'S-1' stands on line 1, too",
        "line 5: /sku 'S-1' stands on line 1, too",
    ]
    assert json.loads((tmp_path / "totals").read_text())["repeated"] == 2
    assert "2 lines whose product, by its identity, stands on an earlier line, too" in said.err


def test_nothing_is_said_of_products_that_stand_once_or_say_nothing() -> None:
    given = [product(1), product(2), {"name": "a"}, {"name": "a"}, {"sku": ""}, {"sku": ""}]
    words = ("--from", "axim", "--to", "commerce-engine", "--warn-repeated")
    said = bare("translate", "-", "--lines", *words, input=ndjson(given))
    assert "stands on line" not in said.err


def test_products_without_identity_cannot_be_watched() -> None:
    words = ("--from", "shop/write", "--to", "bazaar", "--warn-repeated")
    said = run("translate", "-", "--lines", *words, input=b"{}\n")
    assert (said.code, said.out) == (2, b"")
    assert said.err == "Error: the mapping of shop declares no identity that products could share\n"


def test_products_in_envelopes_are_looked_at(tmp_path: Path) -> None:
    given = [{"product": {"id": 5, "sku": "A"}}, {"product": {"id": 5.0, "sku": "B"}}, {"id": "5", "sku": "C"}]
    words = ("--from", "webcommander/read", "--to", "axim", "--warn-repeated")
    said = bare("translate", "-", "--lines", *words, input=ndjson(given))
    assert [line for line in said.err.splitlines() if "stands on line" in line] == [
        "line 2: /id '5' stands on line 1, too",
        "line 3: /id '5' stands on line 1, too",
    ]
