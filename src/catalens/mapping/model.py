"""The mapping language: what a mapping file may say, as pydantic models (and thence its JSON Schema)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from catalens.account.codes import Severity
from catalens.mapping.endpoints import Endpoints
from catalens.mapping.words import Words

WireType = Literal["string", "number", "integer", "boolean", "object", "array", "any"]
DropCode = Literal["no_counterpart", "readonly", "command"]
OnWrite = Literal["replaces", "merges", "unknown"]
CodecSpec = str | dict[str, Any] | list[Any]
Number = int | float | Decimal


class Limits(Words):
    """What a value may be, in the words of JSON Schema."""

    type: WireType | list[WireType] | None = None
    format: str | None = Field(None, description="annotation: uri, date-time, html …")
    min_length: int | None = Field(None, alias="minLength", ge=0)
    max_length: int | None = Field(None, alias="maxLength", ge=0)
    minimum: Number | None = None
    maximum: Number | None = None
    enum: list[str | int | bool] | None = None
    pattern: str | None = None


class Drop(Words):
    """Words that a table leaves out on purpose."""

    drop: str = Field(description="why they are left out")


class Line(Limits):
    """One field, its limits and its counterpart in the hub."""

    hub: str | None = Field(None, description="hub path, or a group of them: '[list, sale]'")
    only_here: bool = Field(False, description="no hub concept: travels in ext")
    dropped: DropCode | None = Field(None, description="declared dropped; 'because' gives the reason")
    constant: str | int | bool | None = Field(
        None, description="what each item of the list is written with: the place implies it, whatever the source says"
    )
    withheld: Literal["credential", "address"] | None = Field(None, description="never leaves")
    because: str | None = None
    severity: Severity | None = Field(
        None, description="what is at stake where it is lost, as far as no hub field says so; holds for inner lines"
    )
    codec: CodecSpec | None = None
    table: dict[str, Any] | None = Field(None, description="wire value: hub value, or a list of those")
    otherwise: Literal["same", "only_here"] | Drop | None = Field(
        None,
        description="what is not in the table passes unchanged, travels in ext, or is dropped for a reason",
    )
    types: list[WireType | Limits] | None = Field(None, description="the limits of each member of a group")
    readonly: bool = False
    secret: bool = Field(False, description="carried, and shown as ***")
    blob: bool = Field(False, description="shown as size and digest")
    refers: str | None = Field(None, description="the kind of thing that this is an identifier of")
    assumes: str | list[str] | None = Field(None, description="the assumption that the value rests on, or several")
    key: str | None = Field(None, description="the field that identifies an item of this list")
    keys: str | None = Field(None, description="the hub field of a row that the keys of this map stand for")
    order: str | None = Field(None, description="the number among the fields that says the order of this list")
    first: str | None = Field(None, description="the boolean among the fields that marks the first of this list")
    takes: list[str] = Field(
        default_factory=list, description="kinds of items that are written here too, for want of a better place"
    )
    flattens: str | None = Field(
        None, description="hub field of an item that holds a list: each of it becomes an item of this list of values"
    )
    needs: list[str] = Field(
        default_factory=list, description="fields without which an item of this list is none, such as its content"
    )
    when: str | None = Field(None, description="JMESPath over an item: the items of this list that are product data")
    on_write: OnWrite = Field("unknown", description="what an update does with the list that is there")
    advisory: bool = Field(False, description="the limits come from a weak source: kept when written only")
    cut: bool = Field(True, description="a text over maxLength is cut; false: it is dropped")
    nullable: bool | None = None
    default: Any = None
    doc: str | None = None
    example: Any = None
    fields: dict[str, Line] | None = Field(None, description="the lines of a list's items")


class ProfileModel(Words):
    """One profile: the body that is sent (write) or the answer (read)."""

    envelope: str | None = Field(None, description="dotted names that lead to the product")
    listing: str | None = Field(None, alias="list", description="dotted names that lead to a list of products")
    around: list[str] = Field(default_factory=list, description="other known members of the envelope, dotted")
    identity: list[str] = Field(default_factory=list, description="what tells a product from others in this profile")
    any_shape: list[str] = Field(
        default_factory=list,
        description="objects, and lists with [], that may be of another shape than the lines say",
    )
    fields: dict[str, Line] = Field(default_factory=dict)


class Slot(Words):
    """A list of name and value rows where foreign data may be parked."""

    at: str
    name: str
    value: str
    prefix: str
    profile: str | None = None
    create_first: bool = Field(False, description="the store must know the name beforehand")
    names: dict[str, str] = Field(default_factory=dict, description="foreign field path: name to park it under")


class Required(Words):
    """A field without which the target is incomplete."""

    field: str
    when: str | None = Field(None, description="JMESPath over the payload")
    because: str
    mode: Literal["create", "update"] | None = None


class Forbidden(Required):
    """A field with which the target is refused; without ``when``, it is always."""


class Expectation(Words):
    payload: Any = None
    losses: dict[str, str] = Field(default_factory=dict, description="pointer: code")
    assume: dict[str, str] = Field(default_factory=dict)


class Example(Words):
    title: str
    profile: str | None = None
    payload: Any
    expect: dict[str, Expectation] = Field(default_factory=dict)


class MappingModel(Words):
    """A whole mapping file."""

    format: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    about: str | None = None
    assume: dict[str, str] = Field(default_factory=dict)
    nullable: bool = True
    endpoints: Endpoints | None = Field(None, description="how the platform is called")
    identity: list[str] = Field(
        default_factory=list, description="what tells a product from all others: ids, SKU, handle; never titles"
    )
    equivalent: list[str] = Field(default_factory=list)
    fields: dict[str, Line] = Field(default_factory=dict)
    profiles: dict[str, ProfileModel] = Field(default_factory=dict)
    slots: list[Slot] = Field(default_factory=list)
    required: list[Required] = Field(default_factory=list)
    forbidden: list[Forbidden] = Field(default_factory=list)
    examples: list[Example] = Field(default_factory=list)


def mapping_schema() -> dict[str, Any]:
    """Return the JSON Schema of mapping files, for editors."""
    schema = MappingModel.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Catalens mapping"}
