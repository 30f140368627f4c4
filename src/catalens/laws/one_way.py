"""The laws of one translation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from catalens.account.codes import FATES, LOST_FATES, LossCode, worst
from catalens.account.ledger import Fate
from catalens.codecs.numbers import is_number, key_text, parse_number
from catalens.codecs.units import same
from catalens.engine import Loss, Translation, Translator
from catalens.errors import CatalensError, InvalidPayload
from catalens.hub import rows_of
from catalens.laws.leaf_lookup import Found, at_place, difference, lines_of, prefix_of, product_of, some, texts_of
from catalens.mapping.profile import MapNode, Profile, node_at
from catalens.paths import MISSING, Pointer, leaves, pointer_text
from catalens.payloads import dumps, loads
from catalens.strategies import changed, valid_value
from catalens.validate import check_payload


def conservation(translator: Translator, payload: Any) -> None:
    """Fates partition the source leaves, origins the target leaves; counts and compact losses say the same."""
    done = translator(payload)
    accounted(done, payload)
    report = done.report
    total, count = sum(report.counts[fate] for fate in FATES), report.counts["leaves_in"]
    assert total == count, f"fates add up to {total} of {count} leaves"
    told = {fate.source: fate.code for fate in report.fates if fate.code.is_loss}
    spelled = _spelled_out(done.losses, payload)
    for at in told.keys() | spelled.keys():
        ours, theirs = told.get(at), spelled.get(at)
        assert ours == theirs, f"{pointer_text(at)}: {ours} in the report, {theirs} among the compact losses"
    assert report.lossless == (not told), f"lossless is {report.lossless} beside {len(told)} losses"
    worst_leaf = worst(report.severity(fate) for fate in report.fates if fate.code.is_loss)
    worst_loss = worst(one.severity for one in done.losses)
    assert worst_leaf == worst_loss, f"{worst_leaf} is lost by the report, {worst_loss} by the compact losses"


def accounted(done: Translation, given: Any) -> None:
    """Each leaf given has one fate, each that arrived one origin, and what they name is there."""
    report = done.report
    _partition("fates", [fate.source for fate in report.fates], given)
    _partition("origins", [origin["target"] for origin in report.origins], done.payload, text=True)
    held = {"leaves_in": len(list(leaves(given))), "leaves_out": len(list(leaves(done.payload)))}
    for name, count in held.items():
        assert report.counts[name] == count, f"the report counts {report.counts[name]} {name}, there are {count}"
    _sources_exist(done, given)
    for fate in report.fates:
        arrived = fate.code.fate not in ("carried", "converted") or fate.targets
        assert arrived, f"{pointer_text(fate.source)} is {fate.code}, to no place"


def _sources_exist(done: Translation, given: Any) -> None:
    there = {pointer_text(at) for at in _containers(given)}
    for origin in done.report.origins:
        gone = set(origin["sources"]) - there
        assert not gone, f"{origin['target']} comes from {listed(gone)}, which is not in the payload"


def _partition(what: str, found: list[Any], payload: Any, text: bool = False) -> None:
    places = [pointer_text(at) if text else at for at, _ in leaves(payload)]
    twice = {at for at in found if found.count(at) > 1} if len(set(found)) < len(found) else set()
    assert not twice, f"{what} name {listed(twice)} more than once"
    assert not set(places) - set(found), f"{what} leave out {listed(set(places) - set(found))}"
    assert not set(found) - set(places), f"{what} name {listed(set(found) - set(places))}, which is no leaf"


def listed(found: Iterable[Any]) -> str:
    return ", ".join(sorted(at if isinstance(at, str) else pointer_text(at) for at in found)) or "''"


def _spelled_out(losses: list[Loss], payload: Any) -> dict[Pointer, LossCode]:
    """Spell compact losses out to leaves: an item's order concerns all that is otherwise kept of it."""
    places = [at for at, _ in leaves(payload)]
    found: dict[Pointer, LossCode] = {}
    for loss in sorted(losses, key=lambda one: one.code == LossCode.REDUCED_ORDER):
        for at in places:
            if at[: len(loss.pointer)] != loss.pointer or not loss.code.is_loss:
                continue
            kept = at not in found or found[at].fate == "carried"
            assert kept or loss.code == LossCode.REDUCED_ORDER, f"{pointer_text(at)}: {found[at]} and {loss.code}"
            if kept:
                found[at] = loss.code
    return found


def patch(translator: Translator, payload: Any) -> None:
    """Nothing arrives without a source, and what is carried arrives as it is: absent, null, "" and [] stay apart."""
    done = translator(payload)
    _sources_exist(done, payload)
    out = {pointer_text(at): dumps(value) for at, value in leaves(done.payload)}
    for origin in done.report.origins:
        parked = origin["origin"] == "parked"
        assert origin["sources"] or parked, f"{origin['target']} has no source ({origin['origin']})"
    for fate in done.report.fates:
        if fate.code.fate != "carried":
            continue
        assert fate.targets, f"{pointer_text(fate.source)} is {fate.code}, to no place"
        arrived = [out[pointer_text(at)] for at in fate.targets]
        value = dumps(fate.value)
        if fate.code.is_loss:
            value, arrived = _characters(value), [_characters(one) for one in arrived]
        assert value in arrived, f"{pointer_text(fate.source)} is {fate.code}: {value!r} arrived as {arrived}"


def _characters(text: bytes) -> bytes:
    """Return the characters of an identifier or amount, which are all that it is: "5.0" is the number 5."""
    value = loads(text)
    number: Any = parse_number(value) if isinstance(value, str) else value
    return key_text(number).encode() if is_number(number) else text.strip(b'"')


def _containers(value: Any, at: Pointer = ()) -> Iterator[Pointer]:
    yield at
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield from _containers(child, (*at, name))


def removal(translator: Translator, payload: Any) -> None:
    """What is reported dropped can be taken away, and the same arrives."""
    done = translator(payload)
    out = texts_of(done.payload)
    dropped = [one for one in done.report.fates if one.code.fate == "dropped"]
    for fate in some([one for one in dropped if _stands_alone(one, payload, translator.source)]):
        less = _without(payload, fate.source, prefix_of(payload, translator.source))
        arrived = texts_of(translator(less).payload)
        differs = difference(out, arrived)
        assert not differs, f"{pointer_text(fate.source)} is {fate.code}; without it, {differs}"


def _without(payload: Any, at: Pointer, prefix: Pointer) -> Any:
    """Take a leaf away, and the objects that would be empty without it, but for the product (at ``prefix``)."""
    return changed(payload, _with_empty(payload, at, prefix), MISSING)


def _with_empty(payload: Any, at: Pointer, prefix: Pointer) -> Pointer:
    """Return the place of a leaf, or of the outermost object within the product that holds nothing else."""
    while len(at) > 1 and isinstance(at[-2], str) and at[:-1] != prefix and len(at_place(payload, at[:-1])) == 1:
        at = at[:-1]
    return at


def alteration(translator: Translator, payload: Any) -> None:
    """Change what is reported carried, and something else arrives, or the report says why it does not."""
    done = translator(payload)
    out = texts_of(done.payload)
    prefix = prefix_of(payload, translator.source)
    for fate in some([one for one in done.report.fates if one.code.fate == "carried"]):
        found = lines_of(translator.source).find(fate.source[len(prefix) :], at_place(payload, prefix))
        other = _another(fate.value, found)
        if other is MISSING or fate.source[: len(prefix)] != prefix:
            continue
        differs = changed(payload, fate.source, other)
        if check_payload(product_of(differs, translator.source), translator.source)[0]:
            continue
        again = translator(differs)
        if not difference(out, texts_of(again.payload)):
            code = next(one.code for one in again.report.fates if one.source == fate.source)
            shown = f"{pointer_text(fate.source)} is {fate.code}; with {dumps(other)!r} there"
            assert code.fate in LOST_FATES, f"{shown}, the same arrives and it is {code}"


def _stands_alone(fate: Fate, payload: Any, profile: Profile) -> bool:
    """Tell whether a leaf can be taken away without saying anything else.

    To take an item away moves those behind it, and the last one leaves an empty list, or map. A row without the word
    that says for whom it is holds for everybody; and rows of which none is taken, since they differ in a price, may
    agree without it.
    """
    prefix = prefix_of(payload, profile)
    at = fate.source[len(prefix) :]
    found = lines_of(profile).find(at, product_of(payload, profile))
    gone = range(max(len(_with_empty(payload, fate.source, prefix)) - len(prefix), 0), len(at))
    if any(isinstance(node_at(profile.tree, at[:depth]), MapNode) for depth in gone):
        return False
    return bool(at) and isinstance(at[-1], str) and (found is None or not _tells_rows_apart(found, fate.code))


def _tells_rows_apart(found: Found, code: LossCode) -> bool:
    rows = [(rows_of(hub[:-1]), hub[-1]) for hub in found.hubs if len(hub) > 1]
    differ = code is LossCode.DROPPED_CONDITION and any(name in one.agree for one, name in rows)
    return differ or any(one.by == name for one, name in rows)


def _another(value: Any, found: Found | None) -> Any:
    """Return another value of a leaf's field; MISSING where there is none at hand."""
    candidates: list[Any] = []
    if found is not None and not found.opaque:
        field = found.field
        examples = [one[found.index] if isinstance(one, tuple) else one for one in found.value.codec.examples]
        candidates = [*(field.enum or ()), *examples, "other", 7, True]
    if isinstance(value, bool):
        candidates.insert(0, not value)
    elif isinstance(value, str):
        candidates.insert(0, "?" + value[1:] if value[:1] != "?" else "!" + value[1:])
    elif value is not None and not isinstance(value, dict | list):
        candidates.insert(0, 3 if value != 3 else 4)
    for other in candidates:
        fits = found is None or found.opaque or (valid_value(found.field, other) and _differs(found, value, other))
        if fits and other is not MISSING and other is not None and dumps(other) != dumps(value):
            return other
    return MISSING


def _differs(found: Found, value: Any, other: Any) -> bool:
    """Tell whether two values of one field mean different things: 0 and "0" may be one."""
    codec = found.value.codec
    return codec.wires != 1 or not same(codec.decode(value)[0], codec.decode(other)[0])


def totality(translator: Translator, payload: Any) -> None:
    """Anything at all is translated with a report, or refused with an error of ours that names places."""
    try:
        done = translator(payload)
    except CatalensError as error:
        refusal: CatalensError = error
    else:
        dumps(done.payload)
        dumps(done.report.to_dict())
        dumps([pointer_text(loss.pointer) for loss in done.losses])
        return
    assert str(refusal), f"{type(refusal).__name__} without a word"
    if isinstance(refusal, InvalidPayload):
        assert refusal.errors, "refused without a place"
        assert all(isinstance(one.pointer, str) and one.message for one in refusal.errors), refusal.errors
