"""The hub: the canonical product that every format's mapping corresponds to.

A hub field stands here when at least two formats know the concept. What one format alone knows travels in
``ext.<format>`` of the object it belongs to; ``x.<name>`` is free ground where formats that users add may meet.

Three states are kept apart everywhere: *absent* says nothing, ``None`` says "empty" (for ``Price.sale``: "no
sale"), a value says itself. An amount is a number without currency or tax basis: see the
assumptions ``currency`` and ``tax``.

What is at stake where a field is lost is said at the field: ``access``, ``money``, ``identity``, ``content``; a plain
``Field`` is of the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from catalens.account.codes import REST, Severity

MassUnit = Literal["g", "kg", "oz", "lb"]
VolumeUnit = Literal["ml", "l"]
LengthUnit = Literal["mm", "cm", "in", "m"]
MarkupWord = Literal["html", "json", "text"]

Number = int | float | Decimal


def _field_of(severity: Severity) -> Callable[..., Any]:
    def field(description: str | None = None) -> Any:
        return Field(None, description=description, json_schema_extra={"severity": severity})

    return field


#: fields that say who may see and buy; what is paid, and for how much there is; what it is; what is shown of it
access, money = _field_of("access"), _field_of("money")
identity, content = _field_of("identity"), _field_of("content")


def severity_declared(field: FieldInfo) -> Severity:
    """Return how severe it is to lose what a field of a hub model holds."""
    extra = field.json_schema_extra
    return cast(Severity, extra.get("severity", REST)) if isinstance(extra, dict) else REST


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
    value: str | None = content("the long text")
    markup: MarkupWord | None = content("what the long text is written in")


class Order(HubModel):
    minimum: Number | None = money("fewest pieces in one order")
    maximum: Number | None = money("most pieces in one order")
    step: Number | None = money("pieces are sold in multiples of this")


class Price(HubModel):
    """The price for one customer group; a row without one holds for everybody else (see ``ROWS``)."""

    group: str | None = access("id of the customer group")
    list: Number | None = money("price without a sale")
    sale: Number | None = money("price charged while on sale; None: known to have no sale")
    sale_from: str | None = money("when the sale begins: RFC 3339, with a zone")
    sale_to: str | None = money("when the sale ends: RFC 3339, with a zone")
    cost: Number | None = money("what the seller pays")
    order: Order | None = money()


class Inventory(HubModel):
    """The stock at one location; where locations are not told apart, all of them count together."""

    count: Number | None = money("pieces in stock")
    low: Number | None = money("pieces below which stock counts as low")


class Stock(HubModel):
    tracked: bool | None = money("the stock count limits what can be sold")
    available: bool | None = money("can be sold now, whatever the count")
    backorders: Literal["deny", "notify", "allow"] | None = money(
        "what is sold beyond the count: nothing, on notice to the buyer, or without a word"
    )


class Media(HubModel):
    kind: Literal["image", "video"] | None = content()
    url: str | None = content("where the content is; content itself is a data: URI")
    title: str | None = content()
    alt: str | None = content("what the picture shows, for those who do not see it")
    name: str | None = content("file name")
    id: str | None = content()


class Document(HubModel):
    url: str | None = content("where the content is; content itself is a data: URI")
    name: str | None = content("file name")
    id: str | None = content()


class Category(HubModel):
    id: str | None = identity()
    name: str | None = identity()


class Tag(HubModel):
    """A word by which buyers filter and search, or a name with several such words under it."""

    id: str | None = content()
    name: str | None = content()
    values: list[str] | None = content("the words under the name")


class Attribute(HubModel):
    kind: Literal["specification", "defined", "by_id", "meta"] | None = content(
        "specification: shown to buyers, named freely; defined: shown to buyers, one of those that the store has "
        "defined; by_id: one of those, without its name; meta: for machines, defined in the store beforehand"
    )
    name: str | None = content()
    value: str | None = content()


class OptionValue(HubModel):
    label: str | None = content("what a buyer reads")
    value: str | None = content("what stands behind the label, such as a colour code")


class Option(HubModel):
    """An axis along which variants differ."""

    id: str | None = identity()
    name: str | None = content()
    values: list[OptionValue] | None = content()


class Selection(HubModel):
    """What a variant is on one axis."""

    name: str | None = Field(None, description="name of the option")
    label: str | None = Field(None, description="label of the option's value")
    value: str | None = Field(None, description="what stands behind the label, such as a colour code")


class RelatedProduct(HubModel):
    id: str | None = identity()
    name: str | None = identity()
    url: str | None = identity()


class Relation(HubModel):
    kind: str | None = Field(
        None,
        description="related, similar, cross_sell, upsell, or a store's own word",
        examples=["related", "similar", "cross_sell", "upsell"],
    )
    products: list[RelatedProduct] | None = identity()


class Component(HubModel):
    """A product of which this one is put together."""

    id: str | None = identity()
    quantity: Number | None = None


class Seo(HubModel):
    title: str | None = content()
    description: str | None = content()
    keywords: list[str] | None = content()


class CustomsCode(HubModel):
    country: str | None = Field(None, description="the country in which the code holds; None: in all")
    code: str | None = Field(None, description="HS or HSN code")


class Customs(HubModel):
    origin: str | None = Field(None, description="country of origin")
    codes: list[CustomsCode] | None = None


class Variant(HubModel):
    id: str | None = identity()
    sku: str | None = identity()
    barcode: str | None = identity("GTIN: EAN, UPC, ISBN …")
    name: str | None = identity()
    selections: list[Selection] | None = content("the choice that makes this variant")
    prices: list[Price] | None = money()
    stock: Stock | None = money()
    inventory: list[Inventory] | None = money()
    weight: Weight | None = None
    media: list[Media] | None = content()


class Product(HubModel):
    """One product."""

    id: str | None = identity("id in its own platform")
    title: str | None = identity()
    handle: str | None = identity("bare slug, without slashes around it")
    url: str | None = identity("public URL")
    summary: str | None = content("short text")
    description: Description | None = content()
    sku: str | None = identity()
    barcode: str | None = identity("GTIN: EAN, UPC, ISBN …")
    brand: str | None = identity("name of the brand; an id of one is another thing")
    vendor: str | None = identity("name of who sells it to the store or in it")
    part_number: str | None = identity("the maker's own number or model")
    status: Literal["draft", "active", "inactive"] | None = access("place in the life cycle")
    visible: bool | None = access("on offer to buyers; independent of status")
    kind: Literal["physical", "digital", "bundle"] | None = None
    featured: bool | None = None
    rank: Number | None = Field(None, description="place among the products of a listing")
    prices: list[Price] | None = money()
    stock: Stock | None = money()
    inventory: list[Inventory] | None = money()
    weight: Weight | None = None
    size: Size | None = None
    media: list[Media] | None = content()
    documents: list[Document] | None = content()
    categories: list[Category] | None = identity()
    tags: list[Tag] | None = content()
    attributes: list[Attribute] | None = content()
    options: list[Option] | None = content()
    has_variants: bool | None = content()
    variants: list[Variant] | None = identity()
    relations: list[Relation] | None = identity()
    components: list[Component] | None = identity()
    seo: Seo | None = content()
    free_shipping: bool | None = money()
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
    #: which row that is, in words
    says: str = ""
    #: the assumption that answers which row is meant
    answer: str | None = None
    asked_for: bool = False
    agree: tuple[str, ...] = ()
    #: hub field -> "sum", or the assumption that says how it is gathered
    gathered: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


#: hub lists whose rows can stand for one another, by name
ROWS: Mapping[str, Rows] = {
    "prices": Rows(
        by="group",
        says="the one without a group, that of the assumed group, or what all rows agree in",
        answer="price_group",
        agree=("list", "sale"),
    ),
    "codes": Rows(
        by="country",
        says="that of the country, or the one without a country",
        answer="country",
        asked_for=True,
        agree=("code",),
    ),
    "inventory": Rows(gathered={"count": "sum", "low": "low_stock"}),
}

#: where prices stand; of a price, what holds without a sale, and what says whether anything else is charged
PRICES, LISTED, CHARGED = ("prices",), "list", "sale"

#: what can be assumed of amounts: with the tax, without it, or as the store has it
TAX_BASES = ("included", "excluded", "store")

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
