"""What a migration is to do: one YAML file, strict, with a place for each error, and no secret in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from catalens.errors import InvalidMapping, did_you_mean
from catalens.formats import Registry
from catalens.mapping.load import Source, load_file
from catalens.mapping.read import Parts, read_words
from catalens.migrate.addresses import is_safe
from catalens.payloads import canonical
from catalens.pipeline.fail_on import WORDS as LOSS_WORDS

#: hub fields by which a product can be found again
KEYS: Final = ("sku", "handle", "barcode", "part_number", "title")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_BYTES: Final = {"kB": 1000, "MB": 1000**2, "GB": 1000**3}
_LEAST_SETTLE: Final = 60.0


def _measure(units: Mapping[str, float], example: str, value: Any) -> Any:
    """Read a number with its unit."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([A-Za-z]+)", value) if isinstance(value, str) else None
    if found is None or found[2] not in units:
        said = f"expected a number and one of {', '.join(units)}, such as {example}"
        raise PydanticCustomError("measure", said)
    return float(found[1]) * units[found[2]]


def _rate(value: Any) -> Any:
    """Read calls per second."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?/ ?(s|min|h)", value) if isinstance(value, str) else None
    if found is None or not float(found[1]):
        raise PydanticCustomError("rate", "expected a number of calls per s, min or h, such as 5/s")
    return float(found[1]) / _SECONDS[found[2]]


def _address(value: Any) -> Any:
    """Refuse what is no address of a store, and credentials in one."""
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise PydanticCustomError("address", "expected an address such as https://shop.example")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise PydanticCustomError("address", "no credentials, query or fragment belong into the address of a store")
    return value.rstrip("/")


Seconds = Annotated[float, BeforeValidator(partial(_measure, _SECONDS, "30s"), json_schema_input_type=str)]
Size = Annotated[float, BeforeValidator(partial(_measure, _BYTES, "8MB"), json_schema_input_type=str)]
Rate = Annotated[float, BeforeValidator(_rate, json_schema_input_type=str)]
Address = Annotated[str, BeforeValidator(_address, json_schema_input_type=str)]


class Settings(BaseModel):
    """Refuse words that a configuration does not have."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, strict=True, frozen=True)


class SideSettings(Settings):
    """One side: a store at an address, or a file."""

    format: str = Field(description="format, or format/profile")
    url: Address | None = Field(None, description="the address of the store: https, or this machine")
    file: str | None = Field(None, description="NDJSON, JSON, CSV, Parquet, or a directory of JSON files")
    pace: Rate | None = Field(None, description="calls per second, minute or hour, at most: 5/s")
    concurrency: int = Field(4, ge=1, le=64, description="calls at the same time, at most")
    timeout: Seconds = Field(30.0, description="how long to wait for an answer")
    settle: Seconds | None = Field(
        None,
        description="how long after a call without an answer it may still be carried out: 3 × timeout, 60s at least",
    )
    insecure: bool = Field(False, description="let the address be http, and not of this machine")

    @property
    def settled(self) -> float:
        """Return the seconds after which a call without an answer is carried out or never will be."""
        return max(3 * self.timeout, _LEAST_SETTLE) if self.settle is None else self.settle


class Directory(Settings):
    """Where pictures are put, and under which address they will be found."""

    directory: str
    url: Address


class Images(Settings):
    as_: Literal["content", "link"] | Directory = Field("link", alias="as", description="how pictures arrive")
    most: Size = Field(8e6, description="how large a picture may be: 8MB")
    private: bool = Field(False, description="let pictures come from addresses of a private network")


class Redirects(Settings):
    """Old and new addresses: ``{url}``, ``{handle}``, ``{sku}``, ``{id}`` stand for what the product has."""

    from_: str = Field("{url}", alias="from")
    to: str


class Losses(Settings):
    """Losses that hold a product back, and those of them that are accepted: codes, fates, severities."""

    stop: list[str] = Field(default_factory=list)
    accept: list[str] = Field(default_factory=list)


class GiveUp(Settings):
    in_a_row: int = Field(20, ge=1, description="calls that fail one after the other, before the run stops")
    attempts: int = Field(8, ge=1, description="attempts at one thing, before it is stuck")


class Config(Settings):
    """A migration."""

    migration: Literal[1]
    from_: SideSettings = Field(alias="from")
    to: SideSettings
    journal: str = Field(description="the file that holds the state of the migration")
    things: list[str] | None = Field(None, description="kinds of things, those that others refer to first")
    match: list[str] = Field(
        default_factory=lambda: ["sku", "handle"],
        min_length=1,
        description="natural key: the first that is there",
    )
    when_exists: Literal["update", "leave", "stop"] = Field(
        "update", description="what becomes of a thing that stood in the target before"
    )
    mode: Literal["create", "update"] = "create"
    assume: dict[str, str] = Field(default_factory=dict)
    ids: str | None = Field(None, description="id crosswalk, CSV: what people decided beforehand")
    fill: dict[str, Any] = Field(default_factory=dict, description="target path: value, where a create needs one")
    images: Images | None = None
    redirects: Redirects | None = None
    losses: Losses = Losses()
    give_up: GiveUp = GiveUp()

    def digest(self) -> str:
        """Return the digest of what decides about payloads: how fast they are sent does not."""
        pace = {"pace", "concurrency", "timeout", "settle"}
        told = {"from_": pace, "to": pace, "give_up": True, "journal": True, "redirects": True}
        # the type checker wants names with truths, or with sets, and not both; the library takes both
        said = self.model_dump(mode="json", by_alias=True, exclude=told)  # type: ignore[arg-type]
        return hashlib.sha256(canonical(said)).hexdigest()[:16]


#: the models, and what people call the part of a configuration that each describes
_PARTS: Final[Parts] = {
    Config: "the head of a configuration",
    SideSettings: "'from' and 'to'",
    Images: "'images'",
    Redirects: "'redirects'",
    Losses: "'losses'",
    GiveUp: "'give_up'",
}


def read_config(path: str | Path, formats: Registry) -> Config:
    """Read a configuration. Raises InvalidMapping with all that is wrong, each at its place."""
    source = load_file(path)
    config = read_words(source, Config, "configuration of a migration", _PARTS)
    _check(source, config, formats)
    return config


def _check(source: Source, config: Config, formats: Registry) -> None:
    """Refuse what one word alone cannot be blamed for. Raises InvalidMapping."""
    said = []

    def wrong(keys: tuple[str | int, ...], message: str, hint: str | None = None) -> None:
        said.append(source.diagnostic(keys, "value", message, hint, at_value=True))

    for name, side in (("from", config.from_), ("to", config.to)):
        if (side.url is None) == (side.file is None):
            wrong((name,), f"{name!r} has either a 'url' or a 'file'")
        if not (side.url is None or side.insecure or is_safe(side.url)):
            wrong((name, "url"), "credentials would be readable on the way", "use https, or say insecure: true")
        known = {*formats.names(), *(one.spelled for one in formats.profiles())}
        if side.format not in known:
            wrong((name, "format"), f"no format {side.format!r}", did_you_mean(side.format, known))
    for index, key in enumerate(config.match):
        if key not in KEYS:
            wrong(("match", index), f"{key!r} is no key; there are {', '.join(KEYS)}", did_you_mean(key, KEYS))
    for word in ("stop", "accept"):
        for index, code in enumerate(getattr(config.losses, word)):
            if code not in LOSS_WORDS:
                wrong(("losses", word, index), f"no severity, fate or code {code!r}", did_you_mean(code, LOSS_WORDS))
    if said:
        raise InvalidMapping(said)


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema of configurations, for editors."""
    schema = Config.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Catalens migration"}


_COMMENTED: Final = """\
# What stands behind '#' is what holds where a line is left out. Credentials never stand here, but in the environment:
# {variables}
migration: 1
from: {{format: {source}, url: "https://old.example"}}       # or file: products.ndjson
to: {{format: {target}, url: "https://new.example"}}         # pace: 5/s, concurrency: 4, timeout: 30s, settle: 90s
journal: move.db
# things: [category, product]      # kinds of things, those that others refer to first
match: [{match}]
when_exists: update                # what stood in the target before: update | leave | stop
# assume: {{source.weight: kg}}      # what payloads leave unsaid
# ids: known.csv                   # pairs of ids that you know already: kind,{source_name},{target_name}
# fill: {{path: value}}              # what the target needs and the source does not have
# images: {{as: content, most: 8MB}} # content | link | {{directory: img/, url: "https://cdn.example/"}}
# redirects: {{from: "{{url}}", to: "https://new.example/p/{{handle}}"}}
# losses: {{stop: [reduced], accept: []}}
# give_up: {{in_a_row: 20, attempts: 8}}
"""


def starting_config(source: str, target: str, match: list[str], variables: list[str]) -> str:
    """Write a configuration with comments, to begin with."""
    return _COMMENTED.format(
        source=source,
        target=target,
        match=", ".join(match),
        variables=", ".join(variables) or "the environment variables that the mappings name",
        source_name=source.partition("/")[0],
        target_name=target.partition("/")[0],
    )
