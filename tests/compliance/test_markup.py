"""Texts: what they are written in, and where they are cut."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens import UsageError, translate
from catalens.codecs.markup import html_of, text_of
from tests.compliance.facts import CONDITION, arrived, assert_same, codes, lost, validate_all

MARKUP, LOST_MARKUP, LENGTH, LIMIT = "reduced.markup", "dropped.markup", "reduced.length", "dropped.limit"

HTML = "<p>Dark <b>roast</b> &amp; ground.</p><p>From Batangas.</p>"
#: the same as a reader sees it
PLAIN = "Dark roast & ground.\n\nFrom Batangas."
BLOCKS = '[{"type":"paragraph","data":{"text":"Dark roast"}}]'


def description(format: str, text: Any) -> Any:
    """Return a product that has a description and nothing else."""
    if format == "axim":
        return {"description": {"dataType": "HTML", "value": text}}
    if format == "prosperna":
        return {"product_specification": {"long_description": text}}
    return {"product_description" if format.startswith("webcommander") else "description": text}


AT = {
    "axim": "/description/value",
    "prosperna": "/product_specification/long_description",
    "webcommander": "/product_description",
    "commerce-engine": "/description",
    "keevault": "/description",
    "webcommander/read": "/product_description",
    "commerce-engine/read": "/description",
}
RICH = [format for format in AT if format != "keevault"]


# -- HTML and plain text --------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", RICH)
def test_html_stays_html_where_everything_is_html(source: str) -> None:
    validate_all(
        source,
        description(source, HTML),
        {target: (description(target, HTML), {}) for target in RICH if target != source},
    )


@pytest.mark.parametrize("source", RICH)
def test_html_becomes_text_where_only_text_goes(source: str) -> None:
    validate_all(source, description(source, HTML), {"keevault": ({"description": PLAIN}, {AT[source]: MARKUP})})


@pytest.mark.parametrize("source", RICH)
def test_html_that_a_text_would_be_written_as_comes_back_from_it(source: str) -> None:
    done = validate_all(
        source,
        description(source, "Wash &lt; 30 &amp; dry<br>flat"),
        {"keevault": ({"description": "Wash < 30 & dry\nflat"}, {})},
    )
    assert codes(done["keevault"])[AT[source]] == "converted.form"


@pytest.mark.parametrize("target", RICH)
def test_text_is_escaped_in_html(target: str) -> None:
    text = 'Runs on x86 <64 bit> & ARM\r\nno "cloud"\n\n  needed'
    html = 'Runs on x86 &lt;64 bit&gt; &amp; ARM\r<br>no "cloud"<br><br>  needed'
    done = validate_all("keevault", {"description": text}, {target: (description(target, html), {})})
    assert codes(done[target]) == {"/description": "converted.form"}
    back = translate(done[target].payload, target, "keevault")
    assert_same(arrived(back), {"description": text})
    assert lost(back) == {}


def test_text_that_html_shows_as_it_is_arrives_as_it_is() -> None:
    for target in RICH:
        done = translate({"description": "Nightly backups"}, "keevault", target)
        assert_same(arrived(done), description(target, "Nightly backups"))
        assert set(codes(done).values()) <= {"carried", "carried.moved"}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("one<br>two", "one\ntwo"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        ("<p>one</p>\n<p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one\n  line", "one line"),
        ("<b>T</b>-shirt, un<i>believ</i>able", "T-shirt, unbelievable"),
        ("<ul><li>wool</li><li>silk</li></ul>", "  • wool\n  • silk"),
        ("<h1>Tea</h1>From <a href='/hills'>the hills</a>", "Tea\n\nFrom the hills"),
        ("Caf&eacute; &#8364;5 &lt;new&gt; &quot;x&quot;", 'Café €5 <new> "x"'),
        ("<script>alert(1)</script><style>p {}</style><!-- no -->text", "text"),
        ("<div>" * 3000 + "deep", "deep"),
    ],
)
def test_what_html_says_as_text(html: str, text: str) -> None:
    for source in RICH:
        assert_same(arrived(translate(description(source, html), source, "keevault")), {"description": text})


@given(st.text())
def test_text_comes_back_from_the_html_that_is_made_of_it(text: str) -> None:
    assert text_of(html_of(text)) == text
    assert not set("<>") & set(html_of(text).replace("<br>", ""))


@given(st.lists(st.sampled_from(["<p>", "</p>", "<br>", "<b", "&amp;", "&", "a", " ", "\n", "<!--", "\ud83d"])))
def test_html_of_any_kind_says_something_that_comes_back(parts: list[str]) -> None:
    text = text_of("".join(parts))
    assert text_of(html_of(text)) == text


def test_null_and_nothing_have_no_markup() -> None:
    validate_all(
        "commerce-engine",
        {"description": None},
        {"axim": (description("axim", None), {}), "prosperna": (description("prosperna", None), {})},
    )
    validate_all("commerce-engine", {"description": ""}, {"keevault": ({"description": ""}, {})})
    validate_all(
        "axim", {"description": {"dataType": "HTML"}}, {"keevault": ({}, {"/description/dataType": CONDITION})}
    )


# -- the word for it ------------------------------------------------------------------------------------------


def test_without_a_word_it_is_html() -> None:
    payload = {"description": {"value": HTML}}
    for target in RICH[1:]:
        validate_all("axim", payload, {target: (description(target, HTML), {})})
    validate_all("axim", payload, {"keevault": ({"description": PLAIN}, {"/description/value": MARKUP})})


@pytest.mark.parametrize("target", [format for format in AT if format != "axim"])
def test_the_json_of_a_block_editor_is_written_where_its_word_is_and_nowhere_else(target: str) -> None:
    payload = {"name": "Tea", "description": {"dataType": "JSON", "value": BLOCKS}}
    done = translate(payload, "axim", target)
    assert BLOCKS not in str(done.payload)
    # without its word it would be taken for HTML, and arrive
    assert lost(done) == {"/description/value": LOST_MARKUP, "/description/dataType": "reduced.range"}
    home = translate(done.payload, target, "axim", restore=done.sidecar)
    assert_same(home.payload, payload)


def test_the_hub_holds_all_of_them() -> None:
    for word, markup in (("HTML", "html"), ("JSON", "json")):
        done = translate({"description": {"dataType": word, "value": "{}"}}, "axim", "hub")
        assert done.payload["description"] == {"value": "{}", "markup": markup}
        assert lost(done) == {}
    done = translate({"description": {"value": "a < b", "markup": "text"}}, "hub", "axim")
    assert done.payload == {"description": {"value": "a &lt; b", "dataType": "HTML"}}


# -- where no platform says it --------------------------------------------------------------------------------


ASSUMING = ["webcommander", "webcommander/read", "commerce-engine", "commerce-engine/read"]


@pytest.mark.parametrize("format", ASSUMING)
def test_what_a_platform_does_not_say_is_assumed_and_listed(format: str) -> None:
    done = translate(description(format, HTML), format, "prosperna")
    assert done.report.to_dict()["assumptions"] == [{"what": "markup", "value": "html", "leaves": 1}]
    done = translate(description(format, "a < b"), format, "prosperna", assume={"source.markup": "text"})
    assert_same(arrived(done), description("prosperna", "a &lt; b"))
    done = translate(description("prosperna", HTML), "prosperna", format, assume={"target.markup": "text"})
    assert_same(arrived(done), description(format, PLAIN))


def test_no_other_markup_can_be_assumed() -> None:
    with pytest.raises(UsageError, match="no markup 'htm'; did you mean 'html'"):
        translate({"description": "x"}, "commerce-engine", "axim", assume={"markup": "htm"})


# -- cutting --------------------------------------------------------------------------------------------------

FAMILY = "👩‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("x" * 300, "x" * 256),
        ("x" * 250 + FAMILY, "x" * 250),
        ("x" * 252 + "&amp;" + "y", "x" * 252),
        ("x" * 254 + "<br>y", "x" * 254),
        ("x" * 254 + "e\u0301e\u0301", "x" * 254 + "e\u0301"),
        (f"<p>{'x' * 260}</p>", f"<p>{'x' * 249}</p>"),
        (f"<p>{'x' * 240} <b>bold</b></p>", f"<p>{'x' * 240} <b>b</b></p>"),
        (f"<p>{'x' * 240} <strong>bold</strong></p>", f"<p>{'x' * 240} </p>"),
        (f"<P CLASS='a>b'>{'x' * 230}&nbsp;&nbsp;</P>", f"<P CLASS='a>b'>{'x' * 230}&nbsp;</P>"),
        (f"<p>{'x' * 248}{FAMILY}</p>", f"<p>{'x' * 248}</p>"),
    ],
)
def test_a_summary_is_cut_between_signs_and_closed(text: str, short: str) -> None:
    for source, payload in {
        "axim": {"shortDescription": text},
        "webcommander": {"product_summary": text},
        "prosperna": {"product_specification": {"short_description": text}},
    }.items():
        done = translate(payload, source, "commerce-engine")
        assert_same(arrived(done), {"short_description": short})
        assert set(lost(done).values()) == {LENGTH}
        assert_same(translate(done.payload, "commerce-engine", source, restore=done.sidecar).payload, payload)


def test_nothing_is_cut_that_fits() -> None:
    text = f"<p>{'x' * 249}</p>"
    validate_all("axim", {"shortDescription": text}, {"commerce-engine": ({"short_description": text}, {})})


@pytest.mark.parametrize("text", ["e" + "\u0301" * 300, f"<p class='{'x' * 300}'>text</p>"])
def test_a_text_of_which_nothing_readable_fits_does_not_arrive(text: str) -> None:
    validate_all("axim", {"shortDescription": text}, {"commerce-engine": ({}, {"/shortDescription": LIMIT})})
    validate_all("axim", {"name": text}, {"commerce-engine": ({}, {"/name": LIMIT})})
