"""Pictures of a product on their way: where their links stand, what is put there, and what the journal keeps."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from catalens.account.codes import LossCode
from catalens.account.compact import Loss
from catalens.mapping.profile import Correspondence, LeafNode, ListNode, Node, ObjectNode, Profile, Scope
from catalens.paths import MISSING, Pointer, leaves
from catalens.payloads import copy_json
from catalens.pipeline.outputs import replacing

#: a picture of one dot, in place of those that are fetched later
PLACEHOLDER: Final = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
#: the hub's lists of what has content
_LISTS: Final = ("media", "documents")
_URL: Final = (("url",),)
#: characters of content that the journal keeps as they are
_SHORT: Final = 200

Place = tuple[str | None, ...]


def link_places(profile: Profile) -> frozenset[Place]:
    """Return where links of pictures and documents stand in a product; None stands for an index."""
    return frozenset(_places(profile.scope, (), within=False))


def _places(scope: Scope, at: Place, within: bool) -> Iterator[Place]:
    for value in scope.values:
        if within and isinstance(value, Correspondence) and value.hub == _URL:
            yield (*at, *value.fields[0].at)
    for each in scope.lists:
        yield from _places(each.scope, (*at, *each.list.at, None), within or each.hub[-1] in _LISTS)
    for pick in scope.picks:
        yield from _places(pick.scope, at, within or pick.hub[-1] in _LISTS)


def links_in(product: Any, places: frozenset[Place], losses: Iterable[Loss] | None) -> dict[Pointer, str]:
    """Return the links in a product by place; with losses only those that a target which takes content loses."""
    lost = None if losses is None else [one.pointer for one in losses if one.code is LossCode.DROPPED_CONTENT]
    return {
        at: value
        for at, value in leaves(product)
        if isinstance(value, str)
        and value.startswith(("http://", "https://"))
        and tuple(None if isinstance(part, int) else part for part in at) in places
        and (lost is None or any(at[: len(one)] == one for one in lost))
    }


def with_content(product: Any, links: Iterable[Pointer], found: Mapping[str, str]) -> Any:
    """Return a product in which links are replaced by what was found for them; the others stay."""
    made = copy_json(product)
    for at in links:
        place: Any = made
        for part in at[:-1]:
            place = place[part]
        place[at[-1]] = found.get(place[at[-1]], place[at[-1]])
    return made


def put_into(directory: Path, address: str, uri: str) -> str:
    """Write the content of a ``data:`` URI into a directory, once; return its address there."""
    head, _, text = uri.partition(",")
    content = base64.b64decode(text)
    kind = head.removeprefix("data:").partition(";")[0]
    name = hashlib.sha256(content).hexdigest()[:32] + (mimetypes.guess_extension(kind) or "")
    if not (directory / name).exists():
        with replacing(directory / name) as file:
            file.write(content)
    return f"{address.rstrip('/')}/{name}"


def without_blobs(value: Any, node: Node | None) -> Any:
    """Return a payload without content, and without the items of lists that are nothing else."""
    if isinstance(node, ObjectNode) and isinstance(value, dict):
        parts = {name: without_blobs(child, node.members.get(name)) for name, child in value.items()}
        return {name: child for name, child in parts.items() if child is not MISSING} or (
            {} if not value else MISSING
        )
    if isinstance(node, ListNode) and isinstance(value, list):
        items = [without_blobs(child, node.item) for child in value]
        left = [one for one in items if one is not MISSING]
        return left if left or not value else MISSING
    return MISSING if isinstance(node, LeafNode) and node.field.blob else value


def cut(value: Any, node: Node | None) -> Any:
    """Return a payload with a digest in place of content: the journal does not keep pictures."""
    if isinstance(node, ObjectNode) and isinstance(value, dict):
        return {name: cut(child, node.members.get(name)) for name, child in value.items()}
    if isinstance(node, ListNode) and isinstance(value, list):
        return [cut(child, node.item) for child in value]
    if isinstance(node, LeafNode) and node.field.blob and isinstance(value, str) and len(value) > _SHORT:
        return base64.b64encode(hashlib.sha256(value.encode()).digest()).decode("ascii")
    return value
