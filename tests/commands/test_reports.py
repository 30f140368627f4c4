"""Reports: one screen of text, and everything in JSON, Markdown and HTML; values are shown, never obeyed."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from catalens.account.codes import LossCode
from catalens.account.report import Report
from catalens.engine import Loss, translate
from catalens.formats import registry
from catalens.paths import pointer_text
from catalens.pipeline.totals import Totals
from catalens.render.plain import clip, markdown, visible
from catalens.render.report import render_report, render_totals
from tests.commands.door import CUP, KETTLE, MAPPINGS, bare, shop_to_bazaar

FORMS = ("text", "json", "markdown", "html")

#: what a shop owner hopes nobody types
HOSTILE = {
    "name": "<script>alert(1)</script>",
    "colour": "a | b\n\n# heading\n| c | `d` *e* [f](javascript:g) &lt;",
    "code": "\x1b]0;title\x07\x1b[2J\x9b31m\u202e",
    "<img src=x onerror=alert(1)>": "\x00\x7f",
    "a|b\nc": 1,
    "</table></html>": {"\x1b[31m": ["{{ 7 * 7 }}", "{% raw %}"]},
}


@cache
def reported(name: str) -> Report:
    payload = {"kettle": KETTLE, "cup": CUP, "hostile": HOSTILE}[name]
    return translate(payload, "shop/write", "bazaar", formats=registry((str(MAPPINGS),))).report


def rendered(name: str, form: Any) -> str:
    return render_report(reported(name), form).decode()


# -- text -----------------------------------------------------------------------------------------------------


def test_the_text_form_fits_one_screen() -> None:
    assert rendered("kettle", "text") == (
        "shop/write -> bazaar/write, update\n"
        "\n"
        "valid in   yes\n"
        "valid out  yes\n"
        "lossless   no, 8 of 13 leaves\n"
        "\n"
        "       13  leaves in\n"
        "        4    carried\n"
        "        1    reduced\n"
        "        7    dropped\n"
        "        1    withheld\n"
        "        5  leaves out\n"
        "\n"
        "identity, reduced.length: text cut at the target's limit\n"
        "        1  name  /name  shop.yaml:8\n"
        "           remedy: shorten the text, or keep the sidecar\n"
        "content, dropped.no_counterpart: the target has no such field\n"
        "        2  pictures  /pictures/0/address  shop.yaml:20\n"
        "           remedy: park it in a slot, or keep the sidecar\n"
        "dropped.unknown_field: the source's mapping does not know this field\n"
        "        1  unknown field  /novel\n"
        "           remedy: add a line to the mapping\n"
        "dropped.no_counterpart\n"
        "        1  colour  /colour  shop.yaml:11\n"
        "        1  echo  /echo  shop.yaml:14\n"
        "        1  photo  /photo  shop.yaml:13\n"
        "        1  pin  /pin  shop.yaml:12\n"
        "withheld   /key: ***\n"
        "assumed    weight: kg, for 1 leaf\n"
        "comes back 30 % from the target alone, 92 % with the sidecar\n"
    )


def test_a_clean_run_says_no_loss() -> None:
    assert rendered("cup", "text").splitlines()[2:] == [
        "valid in   yes",
        "valid out  yes",
        "lossless   yes",
        "",
        "        4  leaves in",
        "        4    carried",
        "        4  leaves out",
        "",
        "no loss",
        "assumed    weight: kg, for 1 leaf",
        "comes back 100 % from the target alone, 100 % with the sidecar",
    ]


def test_missing_fields_and_weak_limits_are_named() -> None:
    said = shop_to_bazaar({"pictures": [{"caption": "c" * 21}]}, "--report", "-", "-o", "/dev/null").lines
    assert "valid in   no" in said
    assert "valid out  no" in said
    assert "missing    /sku: a bazaar sells by number" in said
    assert "error in   /pictures/0/caption: expected at most 20 characters, found 21" in said


def test_forbidden_fields_are_told_from_missing_ones() -> None:
    payload = json.dumps({"status": "active", "hasVariants": True, "variants": [{"name": "Small"}]})
    said = bare("translate", "-", "--from", "axim", "--to", "commerce-engine", "--report", "-", input=payload)
    why = "only for drafts: send the status draft, or leave them out"
    assert said.err.splitlines()[-1] == f"output refused with /variants: {why}"
    assert f"forbidden  /variants: {why}" in said.lines


def everything() -> list[tuple[str, str, Any]]:
    known = registry()
    return [
        (f"{name}/{example.profile}", target, example.payload)
        for name in known.names()
        for example in known.mapping(name).examples
        for target in known.names()
        if target != name
    ]


def test_one_screen_is_enough_for_every_bundled_example() -> None:
    for source, target, payload in everything():
        text = render_report(translate(payload, source, target).report, "text").decode()
        assert len(text.splitlines()) <= 40, f"{source} to {target}"
        assert max(map(len, text.splitlines())) <= 80, f"{source} to {target}"


@pytest.mark.parametrize("target", ["keevault", "prosperna", "webcommander/read", "axim"])
def test_nothing_is_to_be_parked_where_there_is_no_slot(target: str) -> None:
    asked = ("translate", "-", "--from", "commerce-engine/write", "--to", target, "-o", "/dev/null", "--report", "-")
    payload = '{"hsn_code": "09", "has_variant": false, "stock_available": true, "on_promotion": true}'
    for lines in ((), ("--lines",)):
        for form in ("text", "markdown", "html"):
            said = bare(*asked, *lines, "--report-format", form, "--on-loss", "warn", input=payload)
            whole = said.out.decode() + said.err
            assert "dropped.no_counterpart" in whole
            assert "keep the sidecar" in whole
            assert ("park it in a slot" in whole) == (target == "axim"), whole


def test_a_long_list_of_losses_is_cut_fairly() -> None:
    totals = Totals()
    for number in range(60):
        totals.count(Loss(("a", number), LossCode.DROPPED_NO_COUNTERPART, f"rule{number}"), 1)
        totals.count(Loss(("b", number), LossCode.REDUCED_LENGTH, f"rule{number}"), 1)
    said = render_totals(totals, "text").decode()
    assert said.count("/a/") == said.count("/b/") == 12
    assert said.count("and 48 more rules; the other forms of this report have all") == 2
    assert render_totals(totals, "markdown").decode().count("/a/") == 60


def test_a_share_is_whole_only_where_all_is_there() -> None:
    payload = {**CUP, "labels": [str(number) for number in range(300)], "colour": "red"}
    said = shop_to_bazaar(payload, "--report", "-", "-o", "/dev/null").lines
    assert said[-1] == "comes back 99 % from the target alone, 100 % with the sidecar"


# -- the whole account ----------------------------------------------------------------------------------------


def test_the_json_form_is_the_report(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    shop_to_bazaar(KETTLE, "--report", out, "--report-format", "json")
    assert out.read_bytes() == render_report(reported("kettle"), "json")


def test_a_report_on_standard_output_follows_the_payload() -> None:
    said = shop_to_bazaar(CUP, "--report", "-")
    payload = shop_to_bazaar(CUP).out.decode()
    assert said.out.decode() == payload + rendered("cup", "text")


@pytest.mark.parametrize("form", ["markdown", "html"])
@pytest.mark.parametrize("name", ["kettle", "hostile"])
def test_markdown_and_html_have_every_leaf_and_every_origin(name: str, form: str) -> None:
    shown = as_shown(rendered(name, form), form)
    report = reported(name)
    for fate in report.fates:
        assert visible(pointer_text(fate.source)) in shown
        assert fate.code in shown
    for origin in report.origins:
        assert visible(origin["target"]) in shown


def as_shown(text: str, form: str) -> list[str]:
    """Return what a reader sees in the cells of all tables."""
    if form == "html":
        return Page(text).cells
    cells = [cell for line in text.splitlines() for cell in re.split(r"(?<!\\) \| |^\| | \|$", line)]
    unescaped = [re.sub(r"\\([\\`*_\[\]|~$])", r"\1", cell) for cell in cells]
    return [cell.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for cell in unescaped]


# -- harmless -------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a browser makes of a page: elements, attributes, and the text of table cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def test_no_value_becomes_an_element_of_the_page() -> None:
    page, calm = Page(rendered("hostile", "html")), Page(rendered("kettle", "html"))
    assert page.elements <= calm.elements
    assert page.attributes == calm.attributes == {"lang", "charset", "http-equiv", "content", "name", "class"}
    assert visible('"<script>alert(1)</script>"') in page.cells


def test_a_page_needs_nothing_but_itself() -> None:
    text = rendered("kettle", "html")
    assert not Page(text).elements & {"link", "script", "img", "iframe"}
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert "@import" not in text


def test_no_value_breaks_a_table_or_begins_a_line() -> None:
    text = rendered("hostile", "markdown")
    assert {line[:2] for line in text.splitlines()} <= {"# ", "##", "| ", "|-", "- ", "", "no", "Wh"}
    for table in re.findall(r"(?:^\|.*\n)+", text, re.M):
        widths = {len(re.findall(r"(?<!\\)\|", line.replace("\\\\", ""))) for line in table.splitlines()}
        assert len(widths) == 1, table
    assert not re.search(r"<[a-z/]", text)


@pytest.mark.parametrize("form", FORMS)
def test_no_control_character_is_in_any_form(form: str) -> None:
    text = rendered("hostile", form).replace("\n", "")
    assert [ch for ch in text if not ch.isprintable() and (form != "json" or ch < " ")] == []


@pytest.mark.parametrize("form", FORMS)
def test_templates_are_no_place_for_values(form: str) -> None:
    assert "49" not in rendered("hostile", form).replace("149", "")


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_is_in_any_form(form: str) -> None:
    assert "SECRET" not in rendered("kettle", form)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_secrets_are_stars_and_blobs_are_size_and_digest(form: str) -> None:
    shown = as_shown(rendered("kettle", form), form)
    assert shown.count("***") >= 2
    digest = hashlib.sha256(KETTLE["photo"].encode()).hexdigest()[:12]
    assert f"<16 characters, sha256 {digest}>" in shown
    assert KETTLE["photo"] not in rendered("kettle", form)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ok", "plain – ok"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x9b\x7f\x00", "\\x9b\\x7f\\x00"),
        ("\u202eabc", "\\u202eabc"),
        ("\ud800", "\\ud800"),
        (12, "12"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: Any, shown: str) -> None:
    assert visible(text) == shown


def test_markdown_marks_are_escaped() -> None:
    assert markdown("*a* _b_ `c` [d](e) |f| <g> &h; ~i~ $j$ \\") == (
        "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e) \\|f\\| &lt;g&gt; &amp;h; \\~i\\~ \\$j\\$ \\\\"
    )


def test_a_long_path_keeps_its_end() -> None:
    assert clip("/a/very/long/path/to/the/name", 16) == "/a/ve…o/the/name"
    assert clip("/short", 16) == "/short"
