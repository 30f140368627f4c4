"""Texts and what they are written in: HTML, plain text, or the JSON of a block editor."""

from __future__ import annotations

import html
from typing import Any, get_args

from catalens.account.codes import LossCode
from catalens.codecs.base import Assume, Codec, Make, Parameter, Values
from catalens.hub import MarkupWord
from catalens.paths import MISSING

MARKUPS: tuple[str, ...] = get_args(MarkupWord)


def html_of(text: str) -> str:
    """Write a plain text as HTML that shows the same."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def text_of(markup: str) -> str:
    """Return what HTML shows, as text with line breaks: the exact inverse of ``html_of`` on what that makes."""
    plain = html.unescape(markup.replace("<br>", "\n"))
    if html_of(plain) == markup:
        return plain
    # asleep until there is HTML to read
    from resiliparse.extract.html2text import extract_plain_text

    # half a pair of surrogates is no character
    readable = markup.encode("utf-8", "replace").decode()
    return extract_plain_text(readable, preserve_formatting=True, alt_texts=False)


_CONVERT = {("html", "text"): text_of, ("text", "html"): html_of}


def converted(text: Any, markup: Any, wanted: str) -> Any:
    """Return a text in another markup; MISSING where there is no way, as from and to the JSON of an editor."""
    convert = _CONVERT.get((markup, wanted)) if isinstance(markup, str) and isinstance(text, str) else None
    return MISSING if convert is None else convert(text)


class Markup(Codec):
    """A text in the markup that its place implies, or that is assumed where no parameter says it."""

    name, wires, hubs = "markup", 1, 2
    parameter = Parameter(
        f"one of {', '.join(MARKUPS)}, or nothing where it is assumed",
        lambda given: given is MISSING or (isinstance(given, str) and given in MARKUPS),
        MARKUPS,
    )
    loss = LossCode.REDUCED_MARKUP
    examples = (("<p>text</p>",), ("a &lt; b<br>c",), ("a < b\nc",), ("[{}]",))
    hub_types = ("string", "string")

    def __init__(self, markup: str, assumed: bool = False) -> None:
        self.markup = markup
        self.assumes = "markup" if assumed else None
        self.name = "markup" if assumed else f"markup: {markup}"

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        markup = assume["markup"] if parameter is MISSING else parameter
        if markup not in MARKUPS:
            raise ValueError(f"no markup {markup!r}; there are {', '.join(MARKUPS)}")
        return cls(markup, parameter is MISSING)

    def decode(self, *wire: Any) -> Values:
        (text,) = wire
        return (text, MISSING if text is MISSING else self.markup)

    def encode(self, *hub: Any) -> Values:
        text, markup = hub
        if text is None or text is MISSING or markup is None or markup is MISSING or markup == self.markup:
            return (text,)
        return (converted(text, markup, self.markup),)

    def refusal(self, *hub: Any) -> LossCode:
        return super().refusal(*hub) if hub[0] is MISSING else LossCode.DROPPED_MARKUP


class TextAndMarkup(Codec):
    """A text beside the word for what it is written in; where that is absent, the first word of the table holds."""

    name, wires, hubs = "text-and-markup", 2, 2
    parameter = Parameter(
        f"a table of words, each with one of {', '.join(MARKUPS)}",
        lambda given: isinstance(given, dict) and bool(given) and _is_table(given),
    )
    loss = LossCode.REDUCED_MARKUP
    normalises = ("markup-word",)
    hub_types = ("string", "string")

    def __init__(self, words: dict[str, str]) -> None:
        self.words = words
        self.spelled = {markup: word for word, markup in words.items()}
        self.default = next(iter(words.values()))
        texts = ("<p>text</p>", "a &lt; b<br>c", "a < b\nc", "[{}]")
        self.examples = tuple((text, word) for text in texts for word in (*words, MISSING))

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return cls(parameter)

    def decode(self, *wire: Any) -> Values:
        text, word = wire
        if word is None or word is MISSING:
            return (text, MISSING if text is MISSING else self.default)
        markup = self.words.get(word, MISSING) if isinstance(word, str) else MISSING
        return (text if markup is not MISSING else MISSING, markup)

    def encode(self, *hub: Any) -> Values:
        text, markup = hub
        if markup is None or markup is MISSING:
            return (text, MISSING)
        word = self.spelled.get(markup) if isinstance(markup, str) else None
        if word is not None:
            return (text, word)
        if text is None or text is MISSING:
            return (text, MISSING)
        written = ((converted(text, markup, own), word) for word, own in self.words.items())
        return next((one for one in written if one[0] is not MISSING), (MISSING, MISSING))

    def refusal(self, *hub: Any) -> LossCode:
        return super().refusal(*hub) if hub[0] is MISSING else LossCode.DROPPED_MARKUP


def _is_table(given: dict[Any, Any]) -> bool:
    """Tell whether words stand for markups, no two for one."""
    markups = list(given.values())
    known = all(isinstance(one, str) and one in MARKUPS for one in markups)
    return known and len(set(markups)) == len(markups) and all(isinstance(word, str) for word in given)


CODECS: tuple[type[Codec], ...] = (Markup, TextAndMarkup)
