"""Catalogues to measure with: made up, seeded, the same on every machine.

Three kinds: ``products`` (everything a shop says of a product), ``updates`` (the few fields that an edit changes)
and ``adversarial`` (one line of JSON each, with one thing wrong or extreme). Products stand without envelope.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

Product = dict[str, Any]

ADJECTIVES = ["oak", "linen", "brass", "matte", "striped", "woven", "slim", "folding", "heavy", "recycled", "solid"]
NOUNS = ["lamp", "shirt", "teapot", "desk", "jacket", "bottle", "blanket", "notebook", "mirror", "chair", "kettle"]
ABROAD = ["Größe für Käse", "茶器セット 大", "Ćmielów filiżanka", "قميص قطني", "Ελληνικό λάδι", "🫖 Kanne", "Bún bò"]
TAIL = " with a very long tail of words that search engines are said to like" * 2
COLOURS = ["Red", "Black", "Moss", "Sand", "Navy", "Coral", "White", "Plum"]
SIZES = ["XS", "S", "M", "L", "XL"]
COUNTRIES = ["IN", "US", "DE", "VN", "PT", "JP"]
_ULID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Maker:
    """Makes the parts that products of several platforms share."""

    def __init__(self, seed: int, variants: tuple[int, int] = (2, 20)) -> None:
        self.random = Random(seed)
        self.variants = variants

    def often(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def some(self, low: int, high: int) -> range:
        return range(self.random.randint(low, high))

    def name(self) -> str:
        random = self.random
        if self.often(0.08):
            return random.choice(ABROAD)
        name = f"{random.choice(ADJECTIVES).title()} {random.choice(NOUNS)} {random.randint(1, 900)}"
        return name + TAIL if self.often(0.02) else name

    def words(self, low: int, high: int) -> str:
        return " ".join(self.random.choice(ADJECTIVES if index % 2 else NOUNS) for index in self.some(low, high))

    def price(self) -> int | float:
        cents = self.random.randint(99, 500_00)
        return cents // 100 if cents % 4 == 0 else cents / 100

    def side(self) -> int | float:
        return self.random.choice([self.random.randint(2, 90), self.random.randint(20, 900) / 10])

    def weight(self) -> int | float:
        return self.random.choice([self.random.randint(1, 20), self.random.randint(50, 9000) / 1000])

    def slug(self) -> str:
        return f"{self.random.choice(ADJECTIVES)}-{self.random.choice(NOUNS)}-{self.random.randint(1, 99999)}"

    def hexid(self) -> str:
        return f"{self.random.getrandbits(96):024x}"

    def ulid(self) -> str:
        return "01H" + "".join(self.random.choices(_ULID, k=23))

    def link(self, ending: str = "jpg") -> str:
        return f"https://cdn.example.com/{self.slug()}/{self.random.randint(1, 10**6)}.{ending}"

    def html(self, sentences: int = 6) -> str:
        return "".join(f"<p>{self.words(8, 20).capitalize()}.</p>" for _ in self.some(2, sentences))

    def moment(self, zone: str = "") -> str:
        random = self.random
        return f"2024-{random.randint(1, 12):02}-{random.randint(1, 28):02}T{random.randint(0, 23):02}:30:00{zone}"


# -- one platform each -------------------------------------------------------------------------------------------


def axim(make: Maker) -> Product:
    """Make an Axim product as it is sent."""
    random, often, some = make.random, make.often, make.some
    sku = f"AX-{random.randint(10**4, 10**6)}"
    price = make.price()
    tiers = [
        {"quantity": 10 * (n + 1), "discount": 5 * n, "price": price, "tierPricingType": "fixed"} for n in some(0, 3)
    ]
    first_shown = random.choice([0, 0, 1, 2])
    choices = [(colour, size) for colour in COLOURS for size in SIZES]
    product: Product = {
        "name": make.name(), "sku": sku, "mpn": f"MPN{random.randint(1, 10**6)}", "customUrl": f"/{make.slug()}/",
        "shortDescription": make.words(5, 50),
        "description": {"dataType": "HTML", "value": make.html()} if often(0.95) else {
            "dataType": "JSON", "value": json.dumps([{"type": "paragraph", "text": make.words(8, 20)}]),
        },
        "status": random.choice(["active", "active", "inactive"]), "visibility": often(0.9), "isFeatured": often(0.1),
        "sortOrder": random.randint(0, 99), "manufacturer": make.words(1, 2).title(), "brand": make.hexid(),
        "price": price, "sale": 0 if often() else round(price * 0.8, 2), "cost": make.price(),
        "taxcode": "standard", "isTaxExempt": False, "tierPrice": tiers,
        "quantity": {"minQuantity": 1, "quantityIncrement": 1}, "inventoryType": "variant", "trackInventory": True,
        "inventory": [{"stock": random.randint(0, 500), "minStock": 10} for _ in some(1, 2)],
        "weight": make.weight(), "dimensions": {"depth": make.side(), "width": make.side(), "height": make.side()},
        "isFreeShipping": often(0.2), "manageCustoms": True,
        "customs": {
            "countryCode": random.choice(COUNTRIES), "commodityDescription": make.words(2, 4),
            "hsCodes": [
                {"country": country, "code": f"{random.randint(1000, 9999)}.20"}
                for country in random.sample(COUNTRIES, random.randint(1, 4))
            ],
        },
        "mediaGallery": [
            {
                "url": make.link(), "type": "video" if often(0.1) else "image", "label": make.words(1, 3),
                "isDefault": n == first_shown,
            }
            for n in some(3, 8)
        ],
        "files": [{"type": "document", "name": make.words(1, 2), "url": make.link("pdf")} for _ in some(0, 2)],
        "categories": [make.hexid() for _ in some(1, 4)],
        "searchKeyWords": [make.words(1, 1) for _ in some(2, 6)],
        "seo": {
            "pageTitle": make.words(3, 8).title(), "metaDescription": make.words(10, 24),
            "metaKeywords": ", ".join(make.words(1, 2) for _ in some(2, 6)),
        },
        "specifications": [{"name": make.words(1, 2), "value": make.words(1, 4)} for _ in some(3, 8)],
        "metaFields": [{"code": make.slug(), "value": make.words(1, 3)} for _ in some(2, 4)],
        "options": [
            {
                "optionName": "Colour", "optionType": "radio",
                "optionValues": [
                    {"label": one, "value": f"#{n:06x}", "isDefault": n == 0} for n, one in enumerate(COLOURS)
                ],
            },
            {
                "optionName": "Size", "optionType": "list",
                "optionValues": [{"label": one, "value": one} for one in SIZES],
            },
        ],
        "variants": [
            {
                "sku": f"{sku}-{n}", "name": f"{colour}, {size}", "price": make.price(), "sale": 0,
                "cost": make.price(), "weight": make.weight(),
                "options": [
                    {"optionName": "Colour", "optionValueLabel": colour, "optionValue": colour.lower()},
                    {"optionName": "Size", "optionValueLabel": size, "optionValue": size},
                ],
                "mediaGallery": [{"url": make.link(), "type": "image", "label": colour, "isDefault": True}],
                "inventory": [{"stock": random.randint(0, 99), "minStock": 2}], "tierPrice": [],
            }
            for n, (colour, size) in zip(some(*make.variants), random.sample(choices * 6, 240), strict=False)
        ],
        "relatedProducts": [
            {"code": code, "label": code.title(), "products": [make.hexid() for _ in some(1, 4)], "isShow": True}
            for code in ("relatedProduct", "upsell", "cross_sell", "similar", "accessories") if often(0.5)
        ],
    }  # fmt: skip
    if often(0.1):
        product["groupedProducts"] = [
            {"productId": make.hexid(), "quantity": 2, "dynamicQuantity": often()} for _ in some(1, 4)
        ]
    return product


def webcommander(make: Maker) -> Product:
    """Make a WebCommander product as the platform answers it; it has as many pictures as others have variants."""
    random, often, some = make.random, make.often, make.some
    price, sale = make.price(), often(0.4)
    charged = round(price * 0.8, 2) if sale else 0
    # the sale is said twice, and only the price at the top is always an amount
    offer = {"on_sale": sale, "on_sale_price_type": "amount", "on_sale_price": charged}
    if often(0.2):
        offer |= {"on_sale_price_type": "percentage", "on_sale_price": 20}
    return {
        "id": random.randint(1, 10**5), "name": make.name(), "sku": f"WC-{random.randint(1, 10**6)}",
        "urls": {"url": make.slug(), "product_url": make.link("html")}, "heading": make.words(2, 6),
        "parents": [
            {
                "id": random.randint(1, 999), "name": make.words(1, 2), "is_in_trash": False,
                "is_parent_in_trash": False, "is_disposable": True,
            }
            for _ in some(1, 4)
        ],
        "created_by": {"id": 12, "name": "Mira Chen"}, "created_at": make.moment(), "updated_at": make.moment(),
        "product_type": "physical", "available": often(0.9), "product_page": {"id": 9, "name": "Product details"},
        "product_layout": {"id": 4, "name": "Wide picture"}, "custom_class": "wide",
        "available_on_date_range": False, "available_for": "everyone", "password_protected": False,
        "selected_customers": {"customers": [{"id": 5102, "name": "Larkspur"} for _ in some(0, 2)], "groups": []},
        "available_on_weekdays": {"enabled": False, "weekdays": []},
        "base_price": price, "cost_price": make.price(), "is_on_sale": sale, "sale_price": charged,
        "sold_out": often(0.1), "sold_out_label": "Back in spring",
        "length": f"{random.randint(1, 200) / 100}", "width": f"{random.randint(1, 2000) / 1000}",
        "height": f"{random.randint(1, 200) / 100}", "weight": f"{make.weight()}",
        "administrative_status": often(0.9), "product_summary": make.words(5, 40), "product_description": make.html(),
        "product_pricing_and_stock": {
            "track_inventory": True, "available_stock": random.randint(0, 500), "low_level_stock": 5,
            "minimum_order_quantity": 1, "maximum_order_quantity": 50, "tax_profile": {"id": 2, "name": "GST 10%"},
            "shipping_profile": {"id": 3, "name": "Small parcels"}, "enable_multiple_order": False,
            "multiple_order_quantity": 1, **offer,
            "expected_to_pay": False, "expected_to_pay_price": price, "enable_call_for_price": False,
            "restrict_price_for": "none", "restrict_purchase_for": "none", "hide_price": False,
        },
        "image_and_video": {
            "images": [
                {
                    "id": random.randint(1, 10**6), "filename": f"{make.slug()}.png", "thumbnail": "iVBORw0KGgo=",
                    "link": make.link("png"),
                }
                for _ in some(*make.variants)
            ],
            "videos": [{"id": 402, "filename": "turning.mp4", "link": make.link("mp4")} for _ in some(0, 1)],
            "spec": [{"id": 77, "filename": "sheet.pdf", "link": make.link("pdf")} for _ in some(0, 2)],
        },
        "advanced": {
            "advance_information": {
                "global_trade_item_number": str(random.randint(10**12, 10**13)), "product_condition": "new",
            },
            "webtool_disable_tracking": False, "meta_tags": [{"name": "author", "value": "Workshop Nine", "id": 701}],
        },
        "related_products": [
            {"id": random.randint(1, 9999), "name": make.name(), "url": make.slug()} for _ in some(0, 4)
        ],
        "similar_products": [
            {"id": random.randint(1, 9999), "name": make.name(), "url": make.slug()} for _ in some(0, 4)
        ],
        "seo_configs": [
            {"id": 551, "value": make.words(3, 6), "type": "product", "config_key": "seo_title", "meta_tags": []}
        ],
        "tags": [
            {
                "name": make.words(1, 1), "values": random.sample(COLOURS, random.randint(0, 3)),
                "display_in_product_page": True, "enable_expanded_view": False,
            }
            for _ in some(0, 3)
        ],
        "custom_properties": [{"label": make.words(1, 2), "description": make.words(1, 4)} for _ in some(0, 4)],
        "reviews": [{"id": 63, "rating": 5, "review": make.words(4, 12)} for _ in some(0, 3)],
        "product_variation": False,
    }  # fmt: skip


def commerce_engine(make: Maker) -> Product:
    """Make a Commerce Engine product as the platform answers it."""
    random, often, some = make.random, make.often, make.some

    def image(number: int) -> Product:
        sizes = {size: make.link() for size in ("url_tiny", "url_thumbnail", "url_standard", "url_zoom")}
        return {
            "id": random.randint(1, 10**6), "title": make.words(1, 3), "alternate_text": make.words(3, 8),
            "sort_order": number, **sizes, "other_details": {},
        }  # fmt: skip

    def price() -> Product:
        listing = make.price()
        selling = listing if often() else round(listing * 0.8, 2)
        return {"cost_price": make.price(), "listing_price": listing, "selling_price": selling}

    def prices(rows: int) -> list[Product]:
        """Make a row for everybody and one for each group; now and then only groups, which may pay the same."""
        groups = [None if n == 0 and often(0.85) else make.ulid() for n in range(rows)]
        random.shuffle(groups)
        same = price() if often(0.2) else {}
        return [
            {
                "id": random.randint(1, 10**6), "customer_group_id": group, **price(), **same,
                "min_order_quantity": 1, "max_order_quantity": 10 * (n + 1), "incremental_quantity": 1,
                "tax_type": "GST", "tax_rate": 12,
            }
            for n, group in enumerate(groups)
        ]  # fmt: skip

    def packaging() -> Product:
        return {
            "pack_width": make.side(), "pack_height": make.side(), "pack_length": make.side(),
            "pack_dry_weight": make.weight(), "units_per_pack": 1, "vertical_rotation": False, "shipper_width": 40,
            "shipper_height": 30, "shipper_length": 55, "shipper_dry_weight": 11.2, "units_per_shipper": 12,
        }  # fmt: skip

    sku = f"CE-{random.randint(1, 10**6)}"
    return {
        "id": make.ulid(), "name": make.name()[:128], "sku": sku, "hsn_code": "0902",
        "status": random.choice(["active", "active", "draft", "inactive"]), "active": often(0.9),
        "stock_available": often(0.9), "short_description": make.words(5, 25), "description": make.html(),
        "product_type": random.choice(["physical", "physical", "digital", "bundle"]),
        "tags": [make.words(1, 1) for _ in some(1, 5)],
        "metadata": [{"name": make.slug(), "value": make.words(1, 3)} for _ in some(1, 4)],
        "categories": [{"id": make.ulid(), "name": make.words(1, 2).title(), "active": True} for _ in some(1, 4)],
        "attributes": [
            {
                "attribute_id": make.ulid(), "attribute_name": make.words(1, 1),
                "attribute_value": make.words(1, 2), "attribute_type": "Text",
            }
            for _ in some(1, 5)
        ] + [
            {
                "attribute_id": make.ulid(), "attribute_name": name, "attribute_value": value, "attribute_type": kind,
            }
            for name, value, kind in (
                ("washable", often(), "Boolean"), ("year", random.randint(2019, 2024), "Number"),
                ("rooms", random.sample(NOUNS, random.randint(1, 3)), "Multiselect"),
            ) if often(0.3)
        ],
        "variant_options": [
            {"option_name": "Size", "option_value": SIZES},
            {
                "option_name": "Colour",
                "option_value": [{"name": one, "hexcode": f"#{n:06x}"} for n, one in enumerate(COLOURS)],
            },
        ],
        "reviews_rating_sum": 412, "reviews_count": 93, "is_featured": often(0.1), "on_offer": often(),
        "on_promotion": False, "on_subscription": False, "has_variant": True, "variant_count": 2,
        "modified_at": make.moment("Z"), "created_at": make.moment("Z"),
        "images": [image(n) for n in random.sample(range(1, 9), random.randint(2, 6))],
        "pricing": prices(random.randint(1, 3)),
        "shipping": {
            "is_free_shipping": False, "is_fixed_cost_shipping": True, "fixed_cost_shipping_price": 60,
            "ships_internationally": True, "country_of_origin": random.choice(COUNTRIES),
        },
        "packaging": packaging(),
        "related_products": {
            kind: [{"id": make.ulid(), "name": make.name(), "status": "active", "sku": sku} for _ in some(0, 3)]
            for kind in ("cross_sell", "upsell")
        },
        "variants": [
            {
                "id": make.ulid(), "name": make.name(), "sku": f"{sku}-{n}", "active": True, "images": [image(1)],
                "pricing": prices(1), "packaging": packaging(), 
                "associated_options": {
                    "size": {"name": "Size", "type": "single-select", "value": random.choice(SIZES)}
                },
            }
            for n in some(*make.variants)
        ],
        "seo": {
            "meta_title": make.words(3, 8), "meta_description": make.words(8, 20), "meta_keywords": ["tea", "gift"],
            "slug": make.slug(),
        },
    }  # fmt: skip


MAKERS: dict[str, Callable[[Maker], Product]] = {
    "axim/write": axim,
    "webcommander/read": webcommander,
    "commerce-engine/read": commerce_engine,
}

#: format -> what its platform puts around a product
ENVELOPES: dict[str, tuple[str, ...]] = {
    "axim/write": (),
    "webcommander/read": ("product",),
    "commerce-engine/read": ("content", "product"),
}

#: fields that hold text for people, on whichever platform
PROSE = {"name", "shortDescription", "product_summary", "product_description", "short_description"}

#: what shops clear by sending null
CLEARED = {
    "axim/write": "shortDescription mpn seo customs weight categories searchKeyWords mediaGallery metaFields sku",
    "webcommander/read": "product_summary parents tags image_and_video length weight related_products sku",
    "commerce-engine/read": "short_description tags categories attributes packaging pricing images sku",
}


def products(source: str, count: int, variants: tuple[int, int] = (2, 20), seed: int = 1) -> list[Product]:
    """Make whole products; ``variants`` bounds how many variants each of them has."""
    make = Maker(seed, variants)
    return [MAKERS[source](make) for _ in range(count)]


def updates(source: str, count: int, seed: int = 2) -> list[Product]:
    """Make partial products: one to five fields of a whole one, in its order, now and then cleared.

    A program writes fields in one order; lines in any order are among the adversarial ones.
    """
    make = Maker(seed)
    found = []
    for _ in range(count):
        whole = MAKERS[source](make)
        kept = make.random.sample(sorted(whole), make.random.randint(1, 5))
        cleared = [make.random.choice(CLEARED[source].split())] if make.often(0.15) else []
        whole.update(dict.fromkeys(cleared))
        found.append({name: value for name, value in whole.items() if name in kept or name in cleared})
    return found


def in_envelope(source: str, product: Any) -> Any:
    """Put a product into its platform's envelope."""
    for name in reversed(ENVELOPES[source]):
        product = {name: product}
    return product


def as_line(source: str, product: Any) -> bytes:
    """Write a product as one line of JSON, envelope included."""
    return json.dumps(in_envelope(source, product), ensure_ascii=False, separators=(",", ":")).encode()


# -- adversarial lines -------------------------------------------------------------------------------------------


class Raw:
    """JSON text that stands for itself."""

    def __init__(self, text: str) -> None:
        self.text = text


def _unknown(make: Maker, product: Product) -> None:
    for holder in [product, *(one for one in product.values() if isinstance(one, dict))]:
        if make.often():
            holder[f"x_{make.slug()}"] = make.random.choice([True, 12, "text", {"a": [1, 2]}])


def _unknown_in_items(make: Maker, product: Product) -> None:
    for items in product.values():
        if isinstance(items, list):
            for item in items:
                if isinstance(item, dict):
                    item["unheard of"] = 1
    product["unheard of"] = None


def _wrong_type(make: Maker, product: Product) -> None:
    name = make.random.choice(sorted(product))
    product[name] = make.random.choice([[[]], {"a": 1}, 3.5, "surely not", True])


def _null(make: Maker, product: Product) -> None:
    product[make.random.choice(sorted(product))] = None


def _empty(make: Maker, product: Product) -> None:
    for name, value in product.items():
        if isinstance(value, list | dict) and make.often():
            product[name] = type(value)()


def _huge_number(make: Maker, product: Product) -> None:
    text = make.random.choice([str(2**64 + 1), "0.12345678901234567890", "1e400", "-1e-400", "9" * 300])
    product[make.random.choice(["price", "cost", "weight", "base_price", "length", "sortOrder"])] = Raw(text)


def _deep(make: Maker, product: Product) -> None:
    depth = make.random.choice([20, 90, 400])
    product["deep"] = Raw("[" * depth + "]" * depth)


def _long_text(make: Maker, product: Product) -> None:
    for name in sorted(PROSE & product.keys()):
        product[name] = "long " * make.random.choice([60, 4000])


def _abroad(make: Maker, product: Product) -> None:
    for name in sorted(PROSE & product.keys()):
        product[name] = make.random.choice(ABROAD)
    product["größe"] = "XL"


def _shuffled(make: Maker, product: Product) -> None:
    members = list(product.items())
    make.random.shuffle(members)
    product.clear()
    product.update(members)


def _repeated_key(make: Maker, product: Product) -> None:
    name = make.random.choice(sorted(product))
    product["\0repeat"] = name


def _no_json(make: Maker, product: Product) -> None:
    product["x"] = Raw(make.random.choice(["NaN", '"\\ud800"', "01", "'text'", "[1,]"]))


#: what can be wrong with a line
TRICKS: dict[str, Callable[[Maker, Product], None]] = {
    "unknown key": _unknown,
    "unknown key in items": _unknown_in_items,
    "wrong type": _wrong_type,
    "null": _null,
    "empty value": _empty,
    "huge number": _huge_number,
    "deep nesting": _deep,
    "long text": _long_text,
    "non-ASCII": _abroad,
    "another order": _shuffled,
    "repeated key": _repeated_key,
    "no JSON": _no_json,
}


#: the tricks that leave a payload well-formed and well-typed: no translator has an excuse for those
FAIR = ("unknown key", "unknown key in items", "null", "empty value", "long text", "non-ASCII", "another order")


def adversarial(source: str, count: int, names: Iterable[str] = TRICKS, seed: int = 3) -> list[bytes]:
    """Make lines with one trick each, in turn: half of them on whole products, half on updates."""
    tricks = [TRICKS[name] for name in names]
    make = Maker(seed)
    bases = zip(products(source, count, seed=seed), updates(source, count, seed=seed), strict=True)
    lines = []
    for number, pair in enumerate(bases):
        product = json.loads(json.dumps(pair[number // len(tricks) % 2]))
        tricks[number % len(tricks)](make, product)
        lines.append(_line(source, product))
    return lines


def _line(source: str, product: Product) -> bytes:
    """Write a product with raw and repeated parts as a line."""
    raws = {name: value.text for name, value in product.items() if isinstance(value, Raw)}
    repeated = product.pop("\0repeat", None)
    text = as_line(source, {name: f"\0{name}" if name in raws else value for name, value in product.items()}).decode()
    for name, raw in raws.items():
        text = text.replace(json.dumps(f"\0{name}"), raw, 1)
    if repeated is not None:
        member = json.dumps(repeated) + ":"
        text = text.replace(member, f"{member}null,{member}", 1)
    return text.encode()
