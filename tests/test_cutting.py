"""A text that is too long is cut where no reader, and no browser, trips over it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.carry.cutting import cut
from catalens.paths import MISSING
from tests.oracle import shortened

FAMILY = "👩‍👩‍👧‍👦"

CASES: list[tuple[str, int, str]] = [
    # nothing but text
    ("a long name", 6, "a long"),
    ("x", 1, "x"),
    # one sign to a reader
    (FAMILY * 2, 10, FAMILY),
    (FAMILY, 3, ""),
    ("e\u0301e\u0301", 3, "e\u0301"),
    ("🇵🇭🇮🇳", 3, "🇵🇭"),
    ("👍🏽👍🏽", 3, "👍🏽"),
    ("a\r\nb", 2, "a"),
    # entities
    ("Soft &amp; warm", 7, "Soft "),
    ("Soft &amp; warm", 10, "Soft &amp;"),
    ("x&#x1F469;&zwj;&#x1F467;y", 17, "x"),
    ("AT&T; and others", 6, "AT&T; "),
    # tags, and what they opened
    ("<p>Hello <b>world</b></p>", 21, "<p>Hello <b>w</b></p>"),
    ("<p>Hello <b>world</b></p>", 20, "<p>Hello </p>"),
    ("<p>Hello</p>", 9, "<p>He</p>"),
    ("<P>Hello</p >", 9, "<P>He</P>"),
    ("<p>one</p><p>two</p>", 19, "<p>one</p><p>tw</p>"),
    ('<a href="/x?a>b">read</a>', 24, '<a href="/x?a>b">rea</a>'),
    ('<a href="/x?a>b">read</a>', 16, ""),
    ("one<br>two", 5, "one"),
    ("one<br>two", 8, "one<br>t"),
    ("<ul><li>one<li>two</ul>", 19, "<ul><li>one</ul>"),
    ("one<!-- a note -->two", 9, "one"),
    # what looks like a tag and is none
    ("1 < 2 and 3 > 2", 9, "1 < 2 and"),
    ("Shirt <XL> in blue", 12, "Shirt <XL> i"),
    # nothing that says anything would be left
    ('<p class="intro">text</p>', 10, ""),
    ("<p><b>text</b></p>", 14, ""),
]


@pytest.mark.parametrize(("text", "limit", "wanted"), CASES)
def test_where_a_text_is_cut(text: str, limit: int, wanted: str) -> None:
    assert cut(text, limit) == wanted


PIECES = [
    *("a", " ", "é", "e\u0301", FAMILY, "👍🏽", "🇵🇭", "🇮", "\r\n", "\n", "<", ">", "&", '"', "'", ";", "/"),
    *("&amp;", "&#39;", "&#x1F469;", "&zwj;", "&nbsp;", "&x", "<!-- c -->", "<!--"),
    *("<p>", "</p>", "<P>", "<b>", "</b>", "<i class='x'>", "</i>", '<a href="a>b">', "</a>", "<br>", "<br/>"),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=12).map("".join)


@given(TEXTS, st.integers(0, 40))
def test_a_cut_is_what_the_slow_interpreter_makes(text: str, limit: int) -> None:
    found: Any = cut(text, limit) or MISSING
    assert found == shortened(text, limit) if len(text) > limit else True


@given(TEXTS, st.integers(0, 40))
def test_a_cut_text_fits_and_stays_as_it_is(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert cut(short, len(short)) == short


def test_a_long_text_is_cut_in_no_time() -> None:
    for text in ("x" * 10**6, "<p>" * 10**5, "&" * 10**5, "<!--" * 10**5, "<a '" * 10**5, "<b>x</b>" * 10**5):
        assert len(cut(text, 100)) <= 100
