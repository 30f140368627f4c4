"""The hub: the canonical product that every format's mapping corresponds to.

A hub field stands here when at least two formats know the concept. What one format alone knows travels in
``ext.<format>`` of the object it belongs to; ``x.<name>`` is free ground where formats that users add may meet.

Three states are kept apart everywhere: *absent* says nothing, ``None`` says "empty" (for ``Price.sale``: "no
sale"), a value says itself. An amount is a number without currency: see the assumption ``currency``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MassUnit = Literal["g", "kg", "oz", "lb"]
VolumeUnit = Literal["ml", "l"]
LengthUnit = Literal["mm", "cm", "in", "m"]
MarkupWord = Literal["html", "json", "text"]

Number = int | float | Decimal


class HubModel(BaseModel):
    """Refuse unknown keys, and carry what only one format knows in ``ext``."""

    model_config = ConfigDict(extra="forbid")

    ext: dict[str, Any] | None = Field(None, description="what only one format knows, by format id")


class Weight(BaseModel):
    """A weight as somebody wrote it. A volume is legal (some platforms sell by it) and is never a mass."""

    model_config = ConfigDict(extra="forbid")

    value: Number | None = None
    unit: MassUnit | VolumeUnit | None = None


class Length(BaseModel):
    """A length as somebody wrote it."""

    model_config = ConfigDict(extra="forbid")

    value: Number | None = None
    unit: LengthUnit | None = None


class Size(HubModel):
    """The packed product's extent, each side with its own unit."""

    length: Length | None = Field(None, description="the longest horizontal side; 'depth' on some platforms")
    width: Length | None = None
    height: Length | None = None


class Description(HubModel):
    value: str | None = Field(None, description="the long text")
    markup: MarkupWord | None = Field(None, description="what the long text is written in")


class Order(HubModel):
    minimum: Number | None = Field(None, description="fewest pieces in one order")
    maximum: Number | None = Field(None, description="most pieces in one order")
    step: Number | None = Field(None, description="pieces are sold in multiples of this")


class Price(HubModel):
    """The price for one customer group; a row without one holds for everybody else, or the first, if all have one."""

    group: str | None = Field(None, description="id of the customer group")
    list: Number | None = Field(None, description="price without a sale")
    sale: Number | None = Field(None, description="price charged while on sale; None: known to have no sale")
    cost: Number | None = Field(None, description="what the seller pays")
    order: Order | None = None


class Inventory(HubModel):
    """The stock at one location; the first row is the one that holds where locations are not told apart."""

    count: Number | None = Field(None, description="pieces in stock")
    low: Number | None = Field(None, description="pieces below which stock counts as low")


class Stock(HubModel):
    tracked: bool | None = Field(None, description="the stock count limits what can be sold")
    available: bool | None = Field(None, description="can be sold now, whatever the count")


class Media(HubModel):
    kind: Literal["image", "video"] | None = None
    url: str | None = Field(None, description="where the content is; content itself is a data: URI")
    title: str | None = None
    name: str | None = Field(None, description="file name")
    id: str | None = None


class Document(HubModel):
    url: str | None = Field(None, description="where the content is; content itself is a data: URI")
    name: str | None = Field(None, description="file name")
    id: str | None = None


class Category(HubModel):
    id: str | None = None
    name: str | None = None


class Tag(HubModel):
    name: str | None = None


class Attribute(HubModel):
    kind: Literal["specification", "meta"] | None = Field(
        None, description="specification: shown to buyers; meta: for machines, defined in the store beforehand"
    )
    name: str | None = None
    value: str | None = None


class OptionValue(HubModel):
    label: str | None = None


class Option(HubModel):
    """An axis along which variants differ."""

    name: str | None = None
    values: list[OptionValue] | None = None


class RelatedProduct(HubModel):
    id: str | None = None
    name: str | None = None
    url: str | None = None


class Relation(HubModel):
    kind: str | None = Field(None, description="related, similar, cross_sell, upsell, or a store's own word")
    products: list[RelatedProduct] | None = None


class Component(HubModel):
    """A product of which this one is put together."""

    id: str | None = None
    quantity: Number | None = None


class Seo(HubModel):
    title: str | None = None
    description: str | None = None
    keywords: list[str] | None = None


class CustomsCode(HubModel):
    country: str | None = Field(None, description="the country in which the code holds; None: in all")
    code: str | None = Field(None, description="HS or HSN code")


class Customs(HubModel):
    origin: str | None = Field(None, description="country of origin")
    codes: list[CustomsCode] | None = None


class Variant(HubModel):
    id: str | None = None
    sku: str | None = None
    name: str | None = None
    prices: list[Price] | None = None
    weight: Weight | None = None
    media: list[Media] | None = None


class Product(HubModel):
    """One product."""

    id: str | None = Field(None, description="id in its own platform")
    title: str | None = None
    handle: str | None = Field(None, description="bare slug, without slashes around it")
    url: str | None = Field(None, description="public URL")
    summary: str | None = Field(None, description="short text")
    description: Description | None = None
    sku: str | None = None
    part_number: str | None = Field(None, description="the maker's own number or model")
    status: Literal["draft", "active", "inactive"] | None = Field(None, description="place in the life cycle")
    visible: bool | None = Field(None, description="on offer to buyers; independent of status")
    kind: Literal["physical", "digital", "bundle"] | None = None
    featured: bool | None = None
    prices: list[Price] | None = None
    stock: Stock | None = None
    inventory: list[Inventory] | None = None
    weight: Weight | None = None
    size: Size | None = None
    media: list[Media] | None = None
    documents: list[Document] | None = None
    categories: list[Category] | None = None
    tags: list[Tag] | None = None
    attributes: list[Attribute] | None = None
    options: list[Option] | None = None
    has_variants: bool | None = None
    variants: list[Variant] | None = None
    relations: list[Relation] | None = None
    components: list[Component] | None = None
    seo: Seo | None = None
    free_shipping: bool | None = None
    customs: Customs | None = None
    created_at: str | None = Field(None, description="RFC 3339, with a zone")
    updated_at: str | None = Field(None, description="RFC 3339, with a zone")
    x: dict[str, Any] | None = Field(None, description="free ground for formats that users add")


@dataclass(frozen=True)
class Rows:
    """What stands for all rows of a hub list where a format has room for one.

    Rows that are told apart ``by`` a field: of prices the row that names nobody, else the one that is assumed. A row
    that is ``asked_for`` goes first, and no other that names one stands for it. Where nothing decides, rows count as
    one as far as they ``agree``. Of rows that are added up, each field in ``gathered`` becomes one value.
    """

    by: str | None = None
    #: the assumption that answers which row is meant
    answer: str | None = None
    asked_for: bool = False
    agree: tuple[str, ...] = ()
    #: hub field -> "sum", or the assumption that says how it is gathered
    gathered: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


#: hub lists whose rows can stand for one another, by name
ROWS: Mapping[str, Rows] = {
    "prices": Rows(by="group", answer="price_group", agree=("list", "sale")),
    "codes": Rows(by="country", answer="country", asked_for=True, agree=("code",)),
    "inventory": Rows(gathered={"count": "sum", "low": "low_stock"}),
}

#: assumptions that the hub's own lists ask for -> the answers that there are; None: any text
ASSUMPTIONS: Mapping[str, tuple[str, ...] | None] = {
    "price_group": None,
    "country": None,
    "low_stock": ("none", "sum", "first", "least"),
}


def rows_of(hub: tuple[str, ...]) -> Rows:
    """Return what stands for all rows of a hub list; below ``ext`` and ``x`` the hub knows nothing of them."""
    known = hub and hub[0] not in ("ext", "x")
    return ROWS.get(hub[-1], Rows()) if known else Rows()
