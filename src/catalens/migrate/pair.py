"""Two sides of a migration: what goes from one to the other, and by what it is found again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from catalens.account.compact import Loss
from catalens.assumptions import other_side
from catalens.engine import Translation, Translator
from catalens.envelopes import unwrap
from catalens.errors import CatalensError, UsageError
from catalens.formats import Registry
from catalens.mapping.hub_format import HUB
from catalens.mapping.profile import Correspondence, Profile, Scope
from catalens.migrate.config import KEYS, Config, SideSettings
from catalens.migrate.content import PLACEHOLDER, Place, cut, link_places, links_in, with_content, without_blobs
from catalens.migrate.journal import Item, Journal, Wait
from catalens.migrate.outcomes import Side
from catalens.paths import MISSING, Pointer
from catalens.payloads import dumps, loads
from catalens.products import without_withheld

PRODUCT: Final = "product"
#: where the reference to a parent is said to stand, of kinds that have no mapping
PARENT: Final = "/parent"
#: what the translator of the way back is kept under
BACK: Final = "back"


class CannotMigrate(CatalensError):
    """The configuration asks for what the two sides do not have."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be sent for a thing, and what is known of it before it is."""

    payload: Any
    waits: tuple[Wait, ...] = ()
    #: fields that the target needs and nobody has, or refuses, and why
    missing: tuple[tuple[str, str], ...] = ()
    key: str | None = None
    translation: Translation | None = None

    @property
    def losses(self) -> list[Loss]:
        """Return what is lost."""
        return [] if self.translation is None else self.translation.losses

    @property
    def sidecar(self) -> Any:
        """Return what the target does not hold; None where nothing is lost."""
        return None if self.translation is None else self.translation.sidecar


class Known:
    """The identifiers that are known now, as a crosswalk is asked for them."""

    def __init__(self, given_only: bool) -> None:
        self._given_only = given_only
        #: the journal that is open now
        self.journal: Journal | None = None
        #: translators that ask here, by mode: they take longer to compile than to use
        self.translators: dict[str, Translator] = {}

    def get(self, kind: str, id: str, /) -> str | None:
        """Return the target's identifier of a thing; None while nobody knows it."""
        assert self.journal is not None
        if self._given_only and not self.journal.is_given(kind, id):
            return None
        return self.journal.get(kind, id)

    def reverse(self) -> KnownBack:
        """Return the same for the way back."""
        return KnownBack(self)


class KnownBack:
    """The same identifiers, asked for the other way round."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def get(self, kind: str, id: str, /) -> str | None:
        """Return the source's identifier of a thing of the target; None where nobody knows it."""
        assert self._known.journal is not None
        return self._known.journal.source_of(kind, id)


@lru_cache(maxsize=32)
def between(source: str, target: str, formats: Registry) -> Translator:
    """Return the translator between two profiles that asks for no identifiers; made once."""
    return Translator(source, target, formats=formats)


class Pair:
    """The two sides, and the translators between them."""

    def __init__(
        self, config: Config, formats: Registry, source: Side, target: Side, journal: Journal, known: Known
    ) -> None:
        self.config, self.source, self.target, self.journal = config, source, target, journal
        self.formats = formats
        #: files are written from the journal: nothing in them has an identifier
        self.derived = config.to.file is not None
        self.ids = known
        known.journal = journal
        self.kinds = self._kinds()

    def _kinds(self) -> tuple[str, ...]:
        shared = [one for one in self.source.kinds if one in self.target.kinds]
        wanted = shared if self.config.things is None else self.config.things
        for kind in wanted:
            if kind not in shared:
                raise CannotMigrate(f"things: {kind!r} is not on both sides; there are {', '.join(shared) or 'none'}")
            if not self.source.can(kind, "list") or not self.target.can(kind, "create"):
                raise CannotMigrate(f"things: {kind!r} cannot be listed in the source, or created in the target")
        return tuple(one for one in self.target.kinds if one in wanted)

    # -- translators, each made when first needed -----------------------------------------------------------------

    @cached_property
    def from_(self) -> str:
        """The profile of what the source gives."""
        return spelled(self.config.from_, self.formats, "read")

    @cached_property
    def to(self) -> str:
        """The profile of what is sent."""
        return spelled(self.config.to, self.formats, "write")

    @cached_property
    def answered(self) -> str:
        """The profile of what the target gives back."""
        return profile_of(self.to.partition("/")[0], self.formats, "read")

    def _translator(self, mode: str) -> Translator:
        made = self.ids.translators
        if mode not in made:
            made[mode] = self._made(mode)
        return made[mode]

    def _made(self, mode: str) -> Translator:
        if mode == BACK:
            assume = {other_side(name): value for name, value in self.config.assume.items()}
            return Translator(self.to, self.from_, assume=assume, ids=self.ids.reverse(), formats=self.formats)
        return Translator(
            self.from_,
            self.to,
            mode=mode,
            assume=self.config.assume,
            ids=self.ids,
            formats=self.formats,
            foreign_ids="omit",
            fill=self.config.fill,
        )

    @cached_property
    def creating(self) -> Translator:
        """The translator of what was not there before."""
        return self._translator(self.config.mode)

    @cached_property
    def updating(self) -> Translator:
        """The translator of what stood there before."""
        return self._translator("update")

    @cached_property
    def source_to_hub(self) -> Translator:
        return between(self.from_, HUB, self.formats)

    @cached_property
    def sent_to_hub(self) -> Translator:
        return between(self.to, HUB, self.formats)

    @cached_property
    def answered_to_hub(self) -> Translator:
        return between(self.answered, HUB, self.formats)

    @cached_property
    def answered_to_sent(self) -> Translator:
        return between(self.answered, self.to, self.formats)

    @cached_property
    def sent_to_answered(self) -> Translator:
        return between(self.to, self.answered, self.formats)

    @cached_property
    def back(self) -> Translator:
        """The translator of the way back."""
        return self._translator(BACK)

    @cached_property
    def roots(self) -> dict[str, set[str]]:
        """The hub fields of a product, by the rule that says which part of the source is one of them."""
        found: dict[str, set[str]] = {}
        for rule, root in _roots(self.creating.source.scope, None):
            found.setdefault(rule, set()).add(root)
        return found

    # -- what goes out --------------------------------------------------------------------------------------------

    def cleaned(self, kind: str, item: Any) -> Any:
        """Return an item of the source without what never leaves."""
        return without_withheld(item, self.creating.source) if kind == PRODUCT else item

    def links(self, item: Item, out: Outgoing) -> dict[Pointer, str]:
        """Return the links of pictures that have to be fetched before a thing is sent, by place."""
        images = self.config.images
        if item.kind != PRODUCT or images is None or images.as_ == "link":
            return {}
        losses = out.losses if images.as_ == "content" else None
        return links_in(loads(self.journal.payload(item.seq)), self._link_places, losses)

    @cached_property
    def _link_places(self) -> frozenset[Place]:
        return link_places(self.creating.source)

    def planned(self, item: Item) -> tuple[Outgoing, int]:
        """Return what will be sent as far as that is known, and how many pictures are fetched for it."""
        out = self.outgoing(item)
        links = self.links(item, out)
        if not links:
            return out, 0
        return self.outgoing(item, links, dict.fromkeys(links.values(), PLACEHOLDER)), len(links)

    def outgoing(
        self, item: Item, links: Iterable[Pointer] = (), pictures: Mapping[str, str] | None = None
    ) -> Outgoing:
        """Return what is to be sent for a thing now. Raises InvalidPayload.

        ``links`` are places of the source's payload at which ``pictures`` stand in for what is there.
        """
        text = self.journal.payload(item.seq)
        if item.kind != PRODUCT:
            return self._plain(item.kind, loads(text))
        if pictures:
            text = dumps(with_content(loads(text), links, pictures))
        translator = self.updating if item.origin == "before" else self.creating
        done: Translation = translator.read(text)
        # what stood there before lacks nothing by not being told of it
        lacking = [] if item.origin == "before" else done.missing
        missing = tuple((one["target"], one["why"]) for one in lacking)
        waits = tuple(Wait(one.pointer, one.kind, one.id) for one in done.waits)
        key = self.key_in(self._hub(self.sent_to_hub, done.payload))
        return Outgoing(done.payload, waits, missing, key, done)

    def _plain(self, kind: str, item: Any) -> Outgoing:
        """Return what is to be sent for a thing that has a name and a parent."""
        fields = dict(self.source.fields(kind, item))
        parent = fields.get("parent")
        waits: tuple[Wait, ...] = ()
        if parent is not None:
            fields["parent"] = self.ids.get(kind, str(parent))
            if fields["parent"] is None:
                waits = (Wait(PARENT, kind, str(parent)),)
        name = fields.get("name")
        missing = () if name else (("/name", "a thing without a name cannot be found again"),)
        below = fields["parent"] if parent is None or not waits else f"?{parent}"
        return Outgoing(self.target.body_of(kind, fields), waits, missing, plain_key(name, below))

    def parent_of(self, item: Item) -> str | None:
        """Return the source's identifier of a thing's parent, of kinds that have one."""
        parent = self.source.fields(item.kind, loads(self.journal.payload(item.seq))).get("parent")
        return None if parent is None else str(parent)

    # -- by what it is found again --------------------------------------------------------------------------------

    def key_in(self, product: Mapping[str, Any]) -> str | None:
        """Return the natural key of a hub product: the first name of ``match`` that is not empty."""
        for name in self.config.match:
            value = product.get(name)
            if isinstance(value, str) and value.strip():
                return f"{name}={value.strip()}"
        return None

    def key_there(self, kind: str, item: Any) -> str | None:
        """Return the natural key of an item of the target; None where it has none, or cannot be read."""
        if kind == PRODUCT:
            try:
                return self.key_in(self._hub(self.answered_to_hub, item))
            except CatalensError:
                return None
        fields = self.target.fields(kind, item)
        return plain_key(fields.get("name"), fields.get("parent"))

    def fields_of_key(self, kind: str, key: str) -> dict[str, str]:
        """Return a key as a side is asked for it."""
        if kind == PRODUCT:
            name, _, value = key.partition("=")
            return {name: value}
        return {"name": key.rpartition(_BELOW)[2]}

    def check_keys(self) -> None:
        """Refuse a key that the target does not hold. Raises CannotMigrate."""
        held = keys_of(self.sent_to_hub.source)
        if self.target.can(PRODUCT, "list"):
            held = [one for one in held if one in keys_of(self.answered_to_hub.source)]
        if PRODUCT in self.kinds and not set(held) & set(self.config.match):
            there = ", ".join(held) or "none of " + ", ".join(KEYS)
            raise CannotMigrate(
                f"match: {self.to} holds none of {', '.join(self.config.match)}, so nothing could be found again; "
                f"it holds {there}"
            )

    def hub_of_source(self, payload: Any) -> Mapping[str, Any]:
        """Return a product of the source in the hub's words."""
        return self._hub(self.source_to_hub, payload)

    def hub_of_sent(self, payload: Any) -> Mapping[str, Any]:
        """Return what was sent in the hub's words."""
        return self._hub(self.sent_to_hub, payload)

    def hub_of_answered(self, item: Any) -> Mapping[str, Any]:
        """Return an item of the target in the hub's words."""
        return self._hub(self.answered_to_hub, item)

    @staticmethod
    def _hub(translator: Translator, payload: Any) -> Mapping[str, Any]:
        found = translator(payload).payload
        return found if isinstance(found, dict) else {}

    @staticmethod
    def bare(payload: Any, profile: Profile) -> Any:
        """Take a product out of its envelope, if it stands in one."""
        inner = unwrap(payload, profile)
        return payload if inner is None else inner

    def kept(self, kind: str, payload: Any) -> Any:
        """Return what the journal keeps of what is sent."""
        return cut(payload, self.sent_to_hub.source.tree) if kind == PRODUCT else payload

    def written(self, item: Any) -> Any:
        """Return an item of the target in the form in which it is sent."""
        return item if self.answered == self.to else self.answered_to_sent(item).payload

    def comes_back(self, payload: Any) -> Any:
        """Return of what is sent all that the target can give back, in the form in which it is sent.

        Content comes back as a link, which is another thing.
        """
        if self.answered == self.to:
            return payload
        plain = without_blobs(payload, self.sent_to_hub.source.tree)
        return self.answered_to_sent(self.sent_to_answered({} if plain is MISSING else plain).payload).payload

    def hub_of_echo(self, payload: Any) -> Mapping[str, Any]:
        """Return what a target that keeps everything would give back of what is sent, in the hub's words."""
        return self.hub_of_answered(payload if self.answered == self.to else self.sent_to_answered(payload).payload)


_BELOW: Final = " › "


def plain_key(name: Any, parent: Any) -> str | None:
    """Return the key of a thing that is told from others by its name and the identifier of its parent."""
    if not isinstance(name, str) or not name.strip():
        return None
    return name.strip() if parent in (None, "") else f"{parent}{_BELOW}{name.strip()}"


def spelled(side: SideSettings, formats: Registry, usual: str) -> str:
    """Return the profile of a side: the one that is named, or the usual one of a store."""
    if "/" in side.format:
        return side.format
    if side.file is not None:
        return formats.profile(side.format).spelled
    return profile_of(side.format, formats, usual)


def profile_of(format: str, formats: Registry, usual: str) -> str:
    """Return a profile of a format by its name; the first where there is none of that name."""
    known = formats.mapping(format).profiles
    return f"{format}/{usual}" if usual in known else formats.profile(format).spelled


def keys_of(profile: Profile) -> list[str]:
    """Return the names by which a profile's products can be told apart, the best first."""
    hubs = (one.hub for _, one in profile.fields() if isinstance(one, Correspondence))
    there = {names[0] for each in hubs for names in each if len(names) == 1}
    return [one for one in KEYS if one in there]


def _roots(scope: Scope, root: str | None) -> Iterator[tuple[str, str]]:
    """Yield each rule with the field of the hub's product that it is about, or is within."""
    for value in scope.values:
        roots = {names[0] for names in value.hub if names} if root is None else {root}
        for one in roots:
            yield value.rule, one
            yield from ((field.name, one) for field in value.fields)
    for each in scope.lists:
        inner = each.hub[0] if root is None and each.hub else root
        if inner is not None:
            yield each.list.name, inner
        yield from _roots(each.scope, inner)
    for pick in scope.picks:
        yield from _roots(pick.scope, pick.hub[0] if root is None and pick.hub else root)


def refuse_same(config: Config) -> None:
    """Refuse a migration of a store into itself. Raises UsageError."""
    if config.from_.url is not None and config.from_.url == config.to.url:
        raise UsageError("from and to are the same store")
