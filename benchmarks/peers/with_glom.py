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
        "description": Coalesce(("description", _unless_json, "value"), default=SKIP),
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
        "hsn_code": Coalesce(("customs.hsCodes", _indian, "code"), default=SKIP),
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
        "images": _whole(Coalesce(("mediaGallery", [_if_image], _in_order, [_IMAGE]), default=())),
        "categories": _maybe("categories"),
        "tags": _maybe("searchKeyWords"),
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
        "bundle_items": _whole(
            Coalesce(
                (
                    "groupedProducts",
                    [_if_fixed],
                    [{"product_id": _maybe("productId"), "quantity": _maybe("quantity")}],
                ),
                default=(),
            )
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
    return media if media.get("type") == "image" and media.get("url") else SKIP


def _in_order(gallery: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(gallery, key=lambda media: media.get("isDefault") is not True)


def _if_fixed(part: dict[str, Any]) -> Any:
    return SKIP if part.get("dynamicQuantity") is True else part


def _unless_json(description: dict[str, Any]) -> dict[str, Any]:
    return description if description.get("dataType") != "JSON" else {}


def _indian(codes: list[dict[str, Any]]) -> dict[str, Any]:
    found = {one.get("country"): one for one in reversed(codes)}
    return found.get("IN", found.get(None, {}))


def _keywords(text: Any) -> Any:
    return text if text is None else [word.strip() for word in text.split(",") if word.strip()]


def _selling_price(product: dict[str, Any]) -> Any:
    return product.get("sale") or ((product.get("price") or SKIP) if "sale" in product else SKIP)


def _related(relations: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in relations:
        kind = "cross_sell" if one["code"] in ("relatedProduct", "related", "similar") else one["code"]
        if kind in ("cross_sell", "upsell"):
            found[kind] = found.get(kind, []) + one["products"]
    return found


_IMAGE = {"title": _maybe("label"), "url_standard": _maybe("url")}
