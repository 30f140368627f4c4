"""The laws of a translation and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalens.account.codes import LOST_FATES
from catalens.account.ledger import Fate
from catalens.codecs.numbers import number_text, parse_number
from catalens.codecs.units import same
from catalens.engine import Translation, Translator
from catalens.laws.leaf_lookup import (
    Found,
    Texts,
    at_place,
    difference,
    lines_of,
    order_of,
    prefix_of,
    product_of,
    suspect_places,
    texts_of,
    wire_place,
    without_withheld,
)
from catalens.mapping.profile import Names, Node
from catalens.paths import MISSING, Missing, Pointer, pointer_text
from catalens.payloads import dumps
from catalens.returning.shape import item_of, member
from catalens.strategies import changed


def honesty(there: Translator, back: Translator, payload: Any) -> None:
    """What differs after the way there and back is exactly what was reported lost on the way there.

    What breaks weakly sourced limits in a list is no part of it: the items behind stand elsewhere without it.
    """
    for at in reversed(suspect_places(payload, there.source)):
        if any(isinstance(part, int) for part in at):
            payload = changed(payload, at, MISSING)
    done = there(payload)
    Judge(there, payload, done, back(done.payload)).judge()


@dataclass
class Judge:
    """A payload, what arrived, and what came back, to be held against one another."""

    there: Translator
    payload: Any
    done: Translation
    returned: Translation

    def judge(self) -> None:
        """Hold all that came back against what was reported on the way there."""
        for fate in self.done.report.fates:
            self.hold(fate)
        for at in self.after.keys() - set(self.home.values()):
            assert self.explained(at), f"{pointer_text(at)} came back and was not in the payload"

    @cached_property
    def given(self) -> Any:
        return product_of(self.payload, self.there.source)

    @cached_property
    def came(self) -> Any:
        return product_of(self.returned.payload, self.there.source)

    @cached_property
    def prefix(self) -> Pointer:
        return prefix_of(self.payload, self.there.source)

    @cached_property
    def before(self) -> Texts:
        return texts_of(self.given)

    @cached_property
    def home(self) -> dict[Pointer, Pointer]:
        """Return where each leaf belongs on the way back: its list is in the order that it says, and without gaps.

        A leaf of an item of which nothing arrived belongs to the list as such.
        """
        depth = len(self.prefix)
        sources = [fate.source[depth:] for fate in self.done.report.fates if fate.targets]
        arrived = {at[:end] for at in sources for end in range(len(at) + 1)}
        tree = self.there.source.tree

        def place(at: Pointer, value: Any, node: Node | None) -> Iterator[tuple[Pointer, Pointer]]:
            """Yield the rest of each leaf's pointer, with where it leads to in the end."""
            if isinstance(value, dict) and value:
                for name, child in value.items():
                    below = place((*at, name), child, member(node, name))
                    yield from (((name, *rest), (name, *home)) for rest, home in below)
            elif isinstance(value, list) and value:
                kept = [index for index in order_of(value, node) if (*at, index) in arrived]
                for index, child in enumerate(value):
                    below = place((*at, index), child, item_of(node))
                    rank = kept.index(index) if index in kept else None
                    yield from (((index, *rest), () if rank is None else (rank, *home)) for rest, home in below)
            else:
                yield (), ()

        came = self.came
        return {at: wire_place(came, tree, home) for at, home in place((), self.given, tree)}

    @cached_property
    def after(self) -> Texts:
        return texts_of(self.came)

    @cached_property
    def fates(self) -> dict[str, Fate]:
        return {pointer_text(fate.source): fate for fate in self.done.report.fates}

    @cached_property
    def sources(self) -> dict[str, Any]:
        """Return the origins of the way there, by target."""
        return {one["target"]: one for one in self.done.report.origins}

    @cached_property
    def origins(self) -> dict[str, Any]:
        """Return the origins of the way back, by target."""
        return {one["target"]: one for one in self.returned.report.origins}

    def hold(self, fate: Fate) -> None:
        """Hold one fate against what came back."""
        at = fate.source[len(self.prefix) :]
        lost = fate.code.fate in LOST_FATES
        shown = f"{pointer_text(fate.source)} is {fate.code}"
        if fate.source[: len(self.prefix)] != self.prefix:
            came = texts_of(self.returned.payload).get(fate.source)
            assert lost == (came != dumps(fate.value)), f"{shown}, and {came!r} came back"
            return
        home = self.home[at]
        came = self.after.get(home) if len(home) == len(at) else None
        if came == self.before[at]:
            excused = not lost or self.by_chance(at) or self.of_a_whole(at)
            assert excused, f"{shown}, and came back all the same: {came!r}"
            return
        if not lost and fate.source not in self.suspect:
            alike = came is not None and self.alike(at)
            assert alike, f"{shown}, and {self.before[at]!r} came back as {came!r}"

    @cached_property
    def suspect(self) -> list[Pointer]:
        return suspect_places(self.payload, self.there.source)

    def by_chance(self, at: Pointer) -> bool:
        """Tell whether a leaf's double stands at its place: items of a list came back in another order."""
        home = self.home[at]
        lists = [depth for depth, part in enumerate(at) if isinstance(part, int)]
        moved = any(
            texts_of(at_place(self.given, at[:depth])) != texts_of(at_place(self.came, home[:depth]))
            for depth in lists
        )
        return moved and pointer_text((*self.prefix, *at)) not in self.first_sources(home)

    def of_a_whole(self, at: Pointer) -> bool:
        """Tell whether a leaf is a part of one value, such as an amount with its unit, that came back changed."""
        found = lines_of(self.there.source).find(at, self.given)
        if found is None or not found.opaque:
            return False
        home = self.home[at][: len(found.whole)]
        return texts_of(at_place(self.given, found.whole)) != texts_of(at_place(self.came, home))

    def first_sources(self, at: Pointer) -> set[str]:
        """Return the places in the payload from which a leaf that came back was made."""
        origin = self.origins[pointer_text((*prefix_of(self.returned.payload, self.there.source), *at))]
        middle = [self.sources[one] for one in origin["sources"] if one in self.sources]
        return {first for one in middle for first in one["sources"]}

    def alike(self, at: Pointer) -> bool:
        """Tell whether a declared equivalence makes both spellings of a leaf the same."""
        lines, home = lines_of(self.there.source), self.home[at]
        found, there = lines.find(at, self.given), lines.find(home, self.came)
        if found is None or there is None or not self._normalises(found):
            return False
        if same(at_place(self.given, at), at_place(self.came, home)):
            return True  # a number in another spelling, whatever became of those that it stands with
        before = found.value.codec.decode(*(at_place(self.given, one) for one in found.places))
        after = there.value.codec.decode(*(at_place(self.came, one) for one in there.places))
        return all(map(same, before, after))

    def _normalises(self, found: Found) -> bool:
        names = {*found.value.codec.normalises}
        for hub in found.hubs:
            names.update(lines_of(self.there.target).normalises.get(hub, ()))
        declared = {*self.there.source.mapping.equivalent, *self.there.target.mapping.equivalent}
        undeclared = names - declared
        assert not undeclared, f"no mapping declares {', '.join(sorted(undeclared))} as equivalent"
        return bool(names)

    def explained(self, at: Pointer) -> bool:
        """Tell whether a leaf may have come back new: emptied, one of several that say one thing, or reduced."""
        origin = self.origins[pointer_text((*prefix_of(self.returned.payload, self.there.source), *at))]
        emptied = any(place[: len(at)] == at for place in self.home.values())
        if emptied or origin["origin"] != "source":
            return True
        middle = [fate for fate in self.returned.report.fates if pointer_text(fate.source) in origin["sources"]]
        if any(len(fate.targets) > 1 for fate in middle):
            return True
        fates = [self.fates.get(first) for first in self.first_sources(at)]
        return any(fate is None or fate.code.is_loss for fate in fates)


def stability(there: Translator, back: Translator, payload: Any) -> None:
    """The second crossing gives what the first gave, and loses nothing that the first did not.

    What was taken for want of a better place is lost in another line the second time, at the same hub path.
    Zeros at a number's end may be gone where the target's mapping declares numbers equal without them.
    """
    # from behind, so that items of lists stay where they are
    for at in reversed(suspect_places(payload, there.source)):
        payload = changed(payload, at, MISSING)
    first = there(payload)
    returned = back(first.payload).payload
    second = there(returned)
    once, again = first.payload, second.payload
    if "decimal-zeros" in there.target.mapping.equivalent:
        once, again = _without_zeros(once), _without_zeros(again)
    differs = difference(texts_of(once), texts_of(again))
    assert not differs, f"the second time, {differs}"
    lost = [fate for fate in first.report.fates if fate.code.is_loss]
    known = {fate.rule for fate in lost} | {hub for fate in lost for hub in _hubs(fate, payload, there)}
    for fate in second.report.fates:
        told = not fate.code.is_loss or not known.isdisjoint({fate.rule, *_hubs(fate, returned, there)})
        assert told, f"{pointer_text(fate.source)} is {fate.code} the second time only"


def _hubs(fate: Fate, payload: Any, there: Translator) -> tuple[Names, ...]:
    """Return the places of the hub that a leaf of the source corresponds to."""
    at = fate.source[len(prefix_of(payload, there.source)) :]
    found = lines_of(there.source).find(at, product_of(payload, there.source))
    return () if found is None else found.hubs


def _without_zeros(value: Any) -> Any:
    """Replace every text that is a plain number by the number's shortest text."""
    if isinstance(value, dict):
        return {name: _without_zeros(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_without_zeros(child) for child in value]
    number = parse_number(value) if isinstance(value, str) else MISSING
    return value if isinstance(number, Missing) else number_text(number)


def home(translator: Translator, payload: Any) -> None:
    """A profile's payload translated to the same profile is the payload, but for what is withheld."""
    done = translator(payload)
    came_home(payload, done.report.fates, done.payload)


def home_by_hub(there: Translator, back: Translator, payload: Any) -> None:
    """A payload that went to the hub and back is the payload, but for what is withheld."""
    done = there(payload)
    came_home(payload, done.report.fates, back(done.payload).payload)


def came_home(payload: Any, fates: list[Fate], came: Any) -> None:
    differs = difference(texts_of(without_withheld(payload, fates)), texts_of(came))
    assert not differs, differs
