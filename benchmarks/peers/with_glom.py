"""glom: one specification, absent parts skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from glom import SKIP, Coalesce, T, glom

CANNOT = "leave out an object of which no part is there, except by Python functions (used here)"


def make() -> Callable[[dict[str, Any]], Any]:
    specification = {
        "name": Coalesce(("name", _cut(128)), default=SKIP),
        "sku": _maybe("sku"),
        "short_description": Coalesce(("shortDescription", _cut(256)), default=SKIP),
        "description": _maybe("description.value"),
        "status": _maybe("status"),
        "active": _maybe("visibility"),
        "is_featured": _maybe("isFeatured"),
        "seo": _whole(
            {
                "slug": Coalesce((T["customUrl"], lambda path: path and path.strip("/")), default=SKIP),
                "meta_title": _maybe("seo.pageTitle"),
                "meta_description": _maybe("seo.metaDescription"),
                "meta_keywords": Coalesce(("seo.metaKeywords", _keywords), default=SKIP),
            }
        ),
        "packaging": _whole(
            {
                "pack_dry_weight": _maybe("weight"),
                "pack_length": _maybe("dimensions.depth"),
                "pack_width": _maybe("dimensions.width"),
                "pack_height": _maybe("dimensions.height"),
            }
        ),
        "shipping": _whole(
            {"is_free_shipping": _maybe("isFreeShipping"), "country_of_origin": _maybe("customs.countryCode")}
        ),
        "hsn_code": _maybe("customs.hsCodes.0.code"),
        "pricing": _whole(
            {
                "listing_price": _maybe("price"),
                "selling_price": _selling_price,
                "cost_price": _maybe("cost"),
                "min_order_quantity": _maybe("quantity.minQuantity"),
                "incremental_quantity": _maybe("quantity.quantityIncrement"),
            },
            lambda row: [row],
        ),
        "images": _whole(Coalesce(("mediaGallery", [_if_image], [_IMAGE]), default=())),
        "categories": _maybe("categories"),
        "metadata": _whole(
            {
                "meta": Coalesce(("metaFields", [{"key": _maybe("code"), "value": _maybe("value")}]), default=SKIP),
                "shown": Coalesce(
                    ("specifications", [{"key": _maybe("name"), "value": _maybe("value")}]), default=SKIP
                ),
            },
            lambda both: [*both.get("meta", ()), *both.get("shown", ())],
        ),
        "variants": Coalesce(("variants", [{"name": _maybe("name")}]), default=SKIP),
        "bundle_items": Coalesce(
            ("groupedProducts", [{"product_id": _maybe("productId"), "quantity": _maybe("quantity")}]), default=SKIP
        ),
        "related_products": _whole(Coalesce(("relatedProducts", _related), default=())),
    }
    return lambda product: glom(product, specification)


def _maybe(path: str) -> Any:
    return Coalesce(path, default=SKIP)


def _whole(specification: Any, finish: Callable[[Any], Any] = lambda made: made) -> Callable[[Any], Any]:
    """Leave out what is empty; a chain of steps would take SKIP for "skip this step"."""

    def make(product: Any) -> Any:
        made = glom(product, specification)
        return finish(made) if made else SKIP

    return make


def _cut(limit: int) -> Callable[[Any], Any]:
    return lambda text: text if text is None else text[:limit]


def _if_image(media: dict[str, Any]) -> Any:
    return media if media.get("type") == "image" else SKIP


def _keywords(text: Any) -> Any:
    return text if text is None else [word.strip() for word in text.split(",") if word.strip()]


def _selling_price(product: dict[str, Any]) -> Any:
    return product.get("sale") or ((product.get("price") or SKIP) if "sale" in product else SKIP)


def _related(relations: Any) -> dict[str, Any]:
    return {one["code"]: one["products"] for one in relations if one["code"] in ("cross_sell", "upsell")}


_IMAGE = {"title": _maybe("label"), "url_standard": _maybe("url")}
