"""Texts of several words, which are lists to the compiled translator: taken apart before it, put together behind it.

Pointers, reports and sidecars speak of the wire: what befalls the words is one fate of their text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from catalens.account.codes import LossCode
from catalens.account.compact import CompactEntries, Places
from catalens.account.ledger import Fate, Ledger, Origin, kept
from catalens.codecs.base import Codec, one_way
from catalens.mapping.profile import Profile, node_at, severity_of, texts_of_words
from catalens.paths import MISSING, Pointer

#: names, and None for an index
Template = tuple[str | None, ...]


class Words:
    """The texts of several words of one profile."""

    def __init__(self, profile: Profile) -> None:
        self.texts: dict[Template, Codec] = dict(texts_of_words(profile.scope))

    def apart(self, product: Any) -> Any:
        """Return a product in which each such text is a list of its words; it shares the rest with the given one."""
        for at, codec in self.texts.items():
            product = _changed(product, at, one_way(codec))
        return product

    def together(self, product: Any) -> Any:
        """Return a product in which each such list of words is a text."""
        for at, codec in self.texts.items():
            product = _changed(product, at, one_way(codec, writing=True))
        return product

    def place(self, at: Pointer) -> Pointer | None:
        """Return the place of the text that a pointer leads to or into; None where there is none."""
        for depth in range(1, len(at) + 1):
            if _template(at[:depth]) in self.texts:
                return at[:depth]
        return None

    def codec_at(self, at: Pointer) -> Codec:
        """Return the codec of the text at a place."""
        return self.texts[_template(at)]

    def cut(self, at: Pointer) -> Pointer:
        """Return a pointer that leads into no text."""
        return self.place(at) or at


def _template(at: Pointer) -> Template:
    return tuple(part if isinstance(part, str) else None for part in at)


def _changed(value: Any, at: Template, change: Callable[[Any], Any]) -> Any:
    """Return a value of which what stands at a place is changed, as far as there is something."""
    if not at:
        return change(value)
    if at[0] is None:
        return [_changed(one, at[1:], change) for one in value] if isinstance(value, list) else value
    if not isinstance(value, dict) or at[0] not in value:
        return value
    return {**value, at[0]: _changed(value[at[0]], at[1:], change)}


def in_texts(ledger: Ledger, product: Any, out: Any, ours: Words, theirs: Words) -> None:
    """Turn the account of words into one of the texts that they stand in; both products are as on the wire."""
    _origins(ledger, ours, theirs)
    fates: dict[Pointer, list[Fate]] = {}
    for fate in ledger.fates:
        fate.targets = list(dict.fromkeys(map(theirs.cut, fate.targets)))
        fates.setdefault(ours.cut(fate.source), []).append(fate)
    made = []
    for at, found in fates.items():
        is_text = ours.place(at) is not None
        if is_text:
            found = [_of_text(ledger, at, found, product, ours)]
        for fate in found:
            if fate.code.is_kept and (is_text or any(theirs.place(target) for target in fate.targets)):
                after = _look_up(out, fate.targets[0]) if len(fate.targets) == 1 else MISSING
                fate.code = kept(fate.source, fate.value, fate.targets, after, LossCode.CONVERTED_LIST)
        made += found
    ledger.fates[:] = made


def _of_text(ledger: Ledger, at: Pointer, words: list[Fate], product: Any, ours: Words) -> Fate:
    """Return the fate of a text, from those of its words."""
    text, targets = _look_up(product, at), list(dict.fromkeys(to for word in words for to in word.targets))
    codes = {word.code for word in words}
    lost = [code for code in codes if not code.is_kept]
    if codes == {*lost} and (len(codes) == 1 or not targets):
        code = min(lost)
    else:
        code = LossCode.REDUCED_LIST if lost else words[0].code
    codec = ours.codec_at(at)
    if targets and codec.encode(*codec.decode(text))[0] != text:
        for name in codec.normalises:
            ledger.normalised[name] = ledger.normalised.get(name, 0) + 1
    return Fate(at, text, code, words[0].rule, targets if not lost or code.fate == "reduced" else [])


def _origins(ledger: Ledger, ours: Words, theirs: Words) -> None:
    origins: dict[Pointer, Origin] = {}
    for at, origin in ledger.origins.items():
        origin.target = theirs.cut(at)
        known = origins.setdefault(origin.target, origin)
        known.sources = list(dict.fromkeys(map(ours.cut, [*known.sources, *origin.sources])))
        if len(known.sources) > 1 and known.origin == "source":
            known.origin = "computed"
    ledger.origins.clear()
    ledger.origins.update(origins)


def _look_up(value: Any, at: Iterable[Any]) -> Any:
    for part in at:
        index = getattr(part, "index", part) if not isinstance(part, str | int) else part
        value = value[index]
    return value


def entries_of(ledger: Ledger, source: Profile, places: Places) -> CompactEntries:
    """Return the compact account of what a ledger says was lost."""
    entries = CompactEntries()
    for fate in ledger.fates:
        if fate.code.is_loss or fate.code.fate == "withheld":
            template = _template(fate.source)
            severity = severity_of(node_at(source.tree, template))
            place = places.place(template, fate.rule, fate.code, severity)
            entries.append((place, *(part for part in fate.source if not isinstance(part, str))))
    return entries
