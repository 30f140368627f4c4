"""The full account of one translation: a fate for each source leaf, an origin for each target leaf.

Emitted code calls a Ledger when (and only when) somebody reads the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalens.account.codes import LossCode
from catalens.assumptions import Resting
from catalens.codecs.numbers import is_number
from catalens.codecs.units import same
from catalens.mapping.profile import LIST_ORDER
from catalens.paths import MISSING, Pointer, leaves, path_of
from catalens.payloads import dumps


class Fate:
    """What became of one source leaf."""

    __slots__ = ("code", "rule", "source", "targets", "value")

    def __init__(self, source: Pointer, value: Any, code: LossCode, rule: str, targets: list[Pointer]) -> None:
        self.source, self.value, self.code, self.rule, self.targets = source, value, code, rule, targets


class Origin:
    """Where one target leaf came from."""

    __slots__ = ("origin", "sources", "target")

    def __init__(self, target: Pointer, origin: str, sources: list[Pointer]) -> None:
        self.target, self.origin, self.sources = target, origin, sources


class Ledger:
    """Collects a fate for each source leaf, and an origin for each target leaf."""

    def __init__(self) -> None:
        self.fates: list[Fate] = []
        self.origins: dict[Pointer, Origin] = {}
        self.assumed: dict[str, int] = {}
        self.normalised: dict[str, int] = {}

    def move(self, rule: Rule, at: Pointer, value: Any, to: Pointer, arrived: Any, code: Any) -> None:
        """Enter one value that was carried, converted, reduced or dropped; ``code`` may be one for each item."""
        if isinstance(code, tuple):
            self._items(rule, at, value, to, arrived, code)
            return
        if arrived is MISSING:
            self.lost(rule, at, value, code or LossCode.DROPPED_CONDITION)
            return
        rule.count_assumptions(self.assumed, (value,), (arrived,), (False,))
        pairs = list(leaves(value, at))
        targets = list(leaves(arrived, to))
        if len(pairs) == len(targets) and type(value) is type(arrived):
            for (source, before), (target, after) in zip(pairs, targets, strict=True):
                self._one(rule, source, before, [target], after, code)
                self._origin(target, [source])
            return
        for source, before in pairs:
            self._one(rule, source, before, [target for target, _ in targets], MISSING, code)
        for target, _ in targets:
            self._origin(target, [source for source, _ in pairs])

    def _items(
        self, rule: Rule, at: Pointer, value: Any, to: Pointer, arrived: Any, codes: tuple[LossCode | None, ...]
    ) -> None:
        """Enter the items of a list that fared differently."""
        kept = 0
        in_one = arrived is not MISSING and not isinstance(arrived, list)
        for index, (item, code) in enumerate(zip(value, codes, strict=True)):
            if code is not None and code.fate == "dropped":
                self.lost(rule, (*at, index), item, code)
            elif in_one:
                self._one(rule, (*at, index), item, [to], MISSING, code)
                self._origin(to, [(*at, index)])
            else:
                self.move(rule, (*at, index), item, (*to, kept), arrived[kept], code)
                kept += 1

    def _one(
        self, rule: Rule, source: Pointer, before: Any, targets: list[Pointer], after: Any, code: LossCode | None
    ) -> None:
        if code is None:
            code = kept(source, before, targets, after, rule.form)
            if code.fate == "converted":
                rule.count_normalisations(self.normalised)
        self.fates.append(Fate(source, before, code, rule.name, targets))

    def _origin(self, target: Pointer, sources: Sequence[Pointer]) -> None:
        origin = self.origins.get(target)
        if origin is None:
            self.origins[target] = Origin(target, "source" if len(sources) < 2 else "computed", list(sources))
        else:
            origin.sources.extend(sources)
            origin.origin = "computed"

    def group(
        self,
        rule: Rule,
        ats: tuple[Pointer, ...],
        values: tuple[Any, ...],
        tos: tuple[Pointer, ...],
        arrived: tuple[Any, ...],
        codes: tuple[LossCode | None, ...] | None,
    ) -> None:
        """Enter the values of a group that was carried together."""
        if any(value is not MISSING and value is not None for value in arrived):
            gone = [code is not None and code.fate == "dropped" for code in codes or [None] * len(values)]
            rule.count_assumptions(self.assumed, values, arrived, gone)
        sources: dict[int, list[Pointer]] = {}
        for index, (at, value) in enumerate(zip(ats, values, strict=True)):
            if value is MISSING:
                continue
            reached = [place for place in rule.links[index] if arrived[place] is not MISSING]
            code = codes[index] if codes else None
            here = [(source, before) for source, before in leaves(value, at)]
            if code is not None and code.fate == "dropped":
                self.lost(rule, at, value, code)
                continue
            targets = [target for place in reached for target, _ in leaves(arrived[place], tos[place])]
            alone = [after for place in reached for _, after in leaves(arrived[place], tos[place])]
            for source, before in here:
                same_value = next((after for after in alone if _identical(before, after)), MISSING)
                self._one(rule, source, before, targets, same_value, code)
            for place in reached:
                sources.setdefault(place, []).extend(source for source, _ in here)
        for place, value in enumerate(arrived):
            if value is MISSING:
                continue
            for target, _ in leaves(value, tos[place]):
                found = sources.get(place, [])
                self._origin(target, found)
                if not found:
                    self.origins[target].origin = "context"

    def gather(self, rule: Rule, at: Pointer, value: Any, to: Pointer, arrived: Any, code: LossCode | None) -> None:
        """Enter one of the values that make up a target value together."""
        if arrived is MISSING or (code is not None and code.fate == "dropped"):
            self.lost(rule, at, value, code or LossCode.DROPPED_CONDITION)
            return
        rule.count_assumptions(self.assumed, (value,), (arrived,), (False,))
        self._one(rule, at, value, [to], arrived, code)
        self._origin(to, [at])

    def lost(self, rule: Rule, at: Pointer, value: Any, code: LossCode) -> None:
        """Enter a value, whole, of which nothing arrives."""
        for source, leaf in leaves(value, at):
            self.fates.append(Fate(source, leaf, code, rule.name, []))

    def read(self, rule: Rule, at: Pointer, value: Any, to: Pointer) -> None:
        """Enter a value that decided where others go, and that the place in the target implies."""
        self.fates.append(Fate(at, value, LossCode.READ, rule.name, [to]))

    def container(
        self, rule: Rule, at: Pointer, value: Any, targets: Sequence[Pointer], is_same: bool = True
    ) -> None:
        """Enter an empty list or object, or null in place of one, that arrived as such, or (a map) as the other."""
        code = LossCode.CARRIED if list(targets) == [at] else LossCode.CARRIED_MOVED
        code = code if is_same else LossCode.CONVERTED_TYPE
        self.fates.append(Fate(at, value, code, rule.name, list(targets)))
        for target in targets:
            self._origin(target, [at])

    def hollow(self, to: Pointer, arrived: Any, at: Pointer) -> None:
        """Give an origin to a container that stayed empty because nothing inside it could be carried."""
        if isinstance(arrived, dict | list) and not arrived and to not in self.origins:
            self._origin(to, [at])

    def root(self, rule: Rule, product: Any, out: Any) -> None:
        """Give the product itself a fate or an origin where it is empty."""
        if not product:
            self.container(rule, (), product, [()])
        else:
            self.hollow((), out, ())

    def constant(self, to: Pointer, sources: Sequence[Pointer]) -> None:
        """Enter a target value that its place in the source implies."""
        self.origins[to] = Origin(to, "constant", list(sources))

    def implied(self, to: Pointer, item: Pointer, places: Sequence[Pointer], assumed: str) -> None:
        """Enter a constant of an item that is made of values, with those places of the source that made it."""
        made = [at for origin in self._within(item) for at in origin.sources]
        found = [place for place in places if any(at[: len(place)] == place for at in made)]
        self.origins[to] = Origin(to, "context" if assumed else "constant", found)
        if assumed:
            self.assume(f"target.{assumed}")

    def assume(self, what: str) -> None:
        """Count a value that rests on an assumption, such as ``source.price_group``."""
        self.assumed[what] = self.assumed.get(what, 0) + 1

    def _within(self, item: Pointer) -> list[Origin]:
        return [origin for at, origin in self.origins.items() if at[: len(item)] == item]

    def default(self, to: Pointer) -> None:
        """Enter a target value that the platform documents as its default."""
        self.origins[to] = Origin(to, "default", [])

    def in_order(self, indices: Sequence[int]) -> None:
        """Enter the indices of a list's items in the order that it says, which may be another than on the wire."""
        moved = sum(index != place for place, index in enumerate(indices))
        if moved:
            self.normalised[LIST_ORDER] = self.normalised.get(LIST_ORDER, 0) + moved

    def mark(self) -> int:
        """Return the place in the account where an item begins."""
        return len(self.fates)

    def demote(self, start: int, stop: int, code: LossCode) -> None:
        """Turn what was kept between two marks into a loss: the item's position does not come back."""
        for fate in self.fates[start:stop]:
            if fate.code.is_kept:
                fate.code = code

    def say(self, start: int, stop: int, to: Pointer, places: Sequence[Pointer]) -> None:
        """Give the values between two marks that only decided the places as targets that imply them."""
        fates = self.fates[start:stop]
        arrived = [at for fate in fates if fate.code is not LossCode.READ for at in fate.targets]
        found = [place for place in places if any(at[: len(place)] == place for at in arrived)]
        for fate in fates:
            if fate.code is LossCode.READ and fate.targets == [to]:
                fate.targets = found

    def condemn(self, start: int, stop: int, code: LossCode) -> None:
        """Turn what only decided between two marks into a loss: nothing arrived that implies it."""
        for fate in self.fates[start:stop]:
            if fate.code is LossCode.READ:
                fate.code, fate.targets = code, []

    def copy(self, product: Any, out: Any, withheld: Mapping[Pointer, LossCode]) -> None:
        """Enter a translation of a profile to itself: all is carried but what is withheld, by place."""
        for at, value in leaves(product):
            code = next((code for place, code in withheld.items() if at[: len(place)] == place), None)
            self.fates.append(Fate(at, value, code or LossCode.CARRIED, path_of(at), [] if code else [at]))
            if code is None:
                self._origin(at, [at])
        self.hollow((), out, ())


class LateIndex:
    """Stands in a pointer for an item's index that is known only when the lists before it are."""

    index: int = 0


class Rule:
    """What the account says of one unit: its name, the form it converts to, what it assumes and normalises."""

    def __init__(
        self,
        name: str,
        form: LossCode = LossCode.CONVERTED_FORM,
        links: tuple[tuple[int, ...], ...] = (),
        assumed: Resting | None = None,
        normalises: Sequence[str] = (),
    ) -> None:
        self.name, self.form, self.links = name, form, links
        self._assumed, self._normalises = assumed, normalises

    def count_assumptions(
        self, counts: dict[str, int], values: Sequence[Any], arrived: Sequence[Any], lost: Sequence[bool]
    ) -> None:
        if self._assumed is not None:
            for what in self._assumed(values, arrived, lost):
                counts[what] = counts.get(what, 0) + 1

    def count_normalisations(self, counts: dict[str, int]) -> None:
        for name in self._normalises:
            counts[name] = counts.get(name, 0) + 1


def kept(source: Pointer, before: Any, targets: list[Pointer], after: Any, form: LossCode) -> LossCode:
    """Return the code of a leaf that is not lost."""
    if after is not MISSING and _identical(before, after):
        return LossCode.CARRIED if targets == [source] else LossCode.CARRIED_MOVED
    return form


def _identical(one: Any, other: Any) -> bool:
    """Tell whether two leaves are written alike: 5 is not 5.0."""
    if is_number(one) and is_number(other):
        return dumps(one) == dumps(other)
    return type(one) is type(other) and same(one, other)
