"""The sidecar: a complement as a document that says what it belongs to, and the slots as another place for it.

Slots and the hub's ``ext`` hold the very same entries as a sidecar file, each in the form that its place allows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from catalens._version import __version__
from catalens.arguments import shown
from catalens.assumptions import other_side
from catalens.errors import InvalidSidecar
from catalens.mapping.model import Line
from catalens.mapping.profile import Profile
from catalens.paths import MISSING
from catalens.payloads import DEEPEST, as_json, canonical
from catalens.returning.entries import Entry, entries_fault
from catalens.returning.identity import Identity, is_identity

VERSION = 1

#: where the hub keeps a complement: ext.<format>.$complement
IN_HUB = "$complement"


#: words of a line that say something about its field, or how reports show it, and never what arrives or comes back
PROSE = frozenset({"because", "blob", "doc", "example", "format", "on_write", "readonly", "secret", "severity"})
#: words of which the order of their values means nothing
_SETS = frozenset({"enum", "type"})


@lru_cache(maxsize=64)
def fingerprint(profile: Profile) -> str:
    """Return a digest of what a mapping says of a profile, as far as a sidecar rests on it.

    What is said for people or for reports does not count, nor do other profiles, required fields, equivalences and
    endpoints; assumptions and the product's identity stand in a sidecar themselves.
    """
    mapping, own = profile.mapping, profile.mapping.profiles[profile.name]
    said = {
        "format": mapping.format,
        "nullable": mapping.nullable,
        "envelope": own.envelope,
        "around": sorted(own.around),
        "fields": [_lines(mapping.fields), _lines(own.fields)],
        "slots": [slot.model_dump(mode="python", exclude={"profile", "create_first"}) for slot in profile.slots],
    }
    return hashlib.sha256(canonical(said)).hexdigest()[:16]


def _lines(lines: Mapping[str, Line]) -> dict[str, Any]:
    return {name: _line(line) for name, line in lines.items()}


def _line(line: Line) -> dict[str, Any]:
    said = line.model_dump(mode="python", exclude={*PROSE, "fields"}, exclude_defaults=True)
    for word in _SETS & said.keys():
        if isinstance(said[word], list):
            said[word] = sorted(said[word], key=canonical)
    return said if line.fields is None else {**said, "fields": _lines(line.fields)}


@lru_cache(maxsize=64)
def _former_fingerprint(profile: Profile) -> str:
    """Return the digest that sidecars of version 0.1.0 hold: of all words, prose included."""
    # identity and endpoints came later, and no sidecar rests on them
    left_out = {"examples", "about", "title", "identity", "endpoints"}
    told: dict[str, Any] = {**dict.fromkeys(left_out, True), "profiles": {"__all__": {"identity"}}}
    said = profile.mapping.model_dump(mode="python", exclude=told, exclude_defaults=True)
    return hashlib.sha256(canonical(said)).hexdigest()[:16]


def make_sidecar(
    source: Profile,
    target: Profile,
    entries: list[Entry],
    shell: Any,
    assume: dict[str, str],
    identity: Identity,
) -> dict[str, Any]:
    """Make the document of a complement.

    ``shell`` is what stood around the product, with null in its place; ``identity`` is what the target holds of the
    product's.
    """
    body: dict[str, Any] = {
        "sidecar": VERSION,
        "catalens": __version__,
        "source": side_of(source),
        "target": side_of(target),
        "assume": dict(assume),
        "identity": dict(identity),
        "shell": shell,
        "entries": entries,
    }
    return {**body, "digest": seal(body)}


def side_of(profile: Profile) -> dict[str, Any]:
    """Return what a sidecar tells of one of its sides."""
    return {"profile": profile.spelled, "mapping": fingerprint(profile), "assume": profile.assume}


def seal(body: dict[str, Any]) -> str:
    """Return the digest of a sidecar's other members: it tells accidents, and is no signature."""
    return hashlib.sha256(canonical({k: v for k, v in body.items() if k != "digest"})).hexdigest()[:32]


def check_sidecar(given: Any) -> dict[str, Any]:
    """Check that a sidecar is one, and whole. Raises InvalidSidecar."""
    given, faults = as_json(given, DEEPEST)
    if faults:
        raise InvalidSidecar(f"this is no sidecar: {faults[0]}")
    if not isinstance(given, dict):
        hint = "; catalens.payloads.loads reads the text of one" if isinstance(given, str) else ""
        raise InvalidSidecar(f"this is no sidecar: expected an object, found {shown(given)}{hint}")
    if "sidecar" not in given:
        raise InvalidSidecar("this is no sidecar: it has no member 'sidecar'")
    if type(given["sidecar"]) is not int or given["sidecar"] != VERSION:
        raise InvalidSidecar(f"the sidecar is of version {given['sidecar']!r}; this program reads {VERSION}")
    try:
        whole = given.get("digest") == seal(given)
    except (TypeError, ValueError, RecursionError):
        whole = False
    if not whole:
        raise InvalidSidecar("the sidecar is truncated or was changed: its digest does not fit its content")
    sides = [given.get(side) for side in ("source", "target")]
    if not all(isinstance(side, dict) and isinstance(side.get("profile"), str) for side in sides):
        raise InvalidSidecar("the sidecar does not say which profiles it is for")
    fault = entries_fault(given.get("entries"))
    if fault is not None:
        raise InvalidSidecar(
            f"the sidecar's entries have no form that this program knows: /entries{fault[0]}: {fault[1]}"
        )
    shell = given.get("shell", MISSING)
    if (
        not isinstance(shell, dict | None)
        or not _are_texts(given.get("assume"))
        or not is_identity(given.get("identity", {}))
    ):
        raise InvalidSidecar(
            "the sidecar's shell, assumptions, identity or entries have no form that this program knows"
        )
    return given


def _are_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for pair in value.items() for one in pair)


def profile_told(sidecar: dict[str, Any], side: str, spelled: str) -> str:
    """Return the profile that a sidecar names, where the caller named only the format."""
    profile: str = sidecar[side]["profile"]
    return profile if profile.partition("/")[0] == spelled else spelled


def assumed_back(sidecar: dict[str, Any]) -> dict[str, str]:
    """Return what was assumed on the way there, for the way back."""
    return {other_side(name): value for name, value in sidecar["assume"].items()}


def read_sidecar(given: Any, source: Profile, target: Profile) -> dict[str, Any]:
    """Check that a sidecar is whole and belongs to the way back from ``source`` to ``target``.

    Raises InvalidSidecar.
    """
    sidecar = check_sidecar(given)
    for side, profile, role in (("source", target, "back to"), ("target", source, "from")):
        fault = side_fault(sidecar[side], profile, role)
        if fault is not None:
            raise InvalidSidecar(fault)
    return sidecar


def side_fault(told: dict[str, Any], profile: Profile, role: str) -> str | None:
    """Return why a sidecar that tells this of one of its sides is not for a profile; None where it is."""
    if told["profile"] != profile.spelled:
        return f"the sidecar is for the way {role} {told['profile']}, not {role} {profile.spelled}"
    if told.get("mapping") not in (fingerprint(profile), _former_fingerprint(profile)):
        return f"the mapping of {profile.format} has changed since the sidecar was written"
    if told.get("assume") != profile.assume:
        return f"the sidecar was written under other assumptions for {profile.format}: {told.get('assume')}"
    return None
