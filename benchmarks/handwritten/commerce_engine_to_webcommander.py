"""Commerce Engine, as it answers, to WebCommander."""

from __future__ import annotations

from typing import Any

STATUS = {"active": "true", "draft": "false", "inactive": "false", None: None}
KINDS = {"physical": "physical", "digital": "downloadable", None: None}


def translate_payload(payload: dict[str, Any]) -> dict[str, Any]:
    return translate(payload["content"]["product"])


def translate(product: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    if "name" in product:
        name = product["name"]
        if name is None or 2 <= len(name) <= 100:
            out["name"] = name
        elif len(name) > 100:
            out["name"] = name[:100]
    if "sku" in product:
        sku = product["sku"]
        if sku is None or len(sku) <= 50:
            out["sku"] = sku
    if "short_description" in product:
        summary = product["short_description"]
        out["product_summary"] = summary if summary is None or len(summary) <= 500 else summary[:500]
    if "description" in product:
        out["product_description"] = product["description"]
    if "status" in product:
        out["administrative_status"] = STATUS[product["status"]]
    if "active" in product:
        out["available"] = product["active"]
    if "product_type" in product:
        kind = product["product_type"]
        if kind in KINDS:
            out["product_type"] = KINDS[kind]
    if "is_featured" in product:
        properties["featured_product"] = product["is_featured"]
    if "stock_available" in product:
        available = product["stock_available"]
        properties["sold_out"] = available if available is None else not available

    if source := product.get("packaging"):
        if "pack_length" in source:
            properties["length"] = _metres(source["pack_length"])
        if "pack_width" in source:
            properties["width"] = _metres(source["pack_width"])
        if "pack_height" in source:
            properties["height"] = _metres(source["pack_height"])
        if "pack_dry_weight" in source:
            weight = source["pack_dry_weight"]
            properties["weight"] = weight if weight is None else str(weight)
    if properties:
        out["product_properties"] = properties

    if "tags" in product:
        tags = product["tags"]
        out["tags"] = tags and [{"name": tag} for tag in tags]
    if "categories" in product:
        categories = product["categories"]
        out["parents"] = categories and [{"name": one["name"]} for one in categories if "name" in one]
    if "metadata" in product:
        pairs = product["metadata"]
        if pairs:
            rows = []
            for pair in pairs:
                row = {}
                if "name" in pair:
                    row["label"] = pair["name"]
                if "value" in pair:
                    row["description"] = pair["value"]
                if row:
                    rows.append(row)
            out["custom_properties"] = rows
        else:
            out["custom_properties"] = pairs if pairs is None else []
    if rows := product.get("pricing"):
        _prices(rows[0], out)
    if "images" in product and not product["images"]:
        # links are no content, so only the absence of pictures arrives
        images = product["images"]
        out["image_and_video"] = {"images": images if images is None else []}
    return out


def _prices(row: dict[str, Any], out: dict[str, Any]) -> None:
    stock: dict[str, Any] = {}
    if "cost_price" in row:
        cost = row["cost_price"]
        out["cost_price"] = cost if cost is None else str(cost)
    listing = row.get("listing_price")
    if "listing_price" in row:
        out["base_price"] = listing if listing is None else str(listing)
    if "selling_price" in row:
        selling = row["selling_price"]
        if selling is not None:
            stock["on_sale"] = selling != listing
            if selling != listing:
                stock["on_sale_price"] = str(selling)
    if "min_order_quantity" in row:
        value = row["min_order_quantity"]
        stock["minimum_order_quantity"] = value if value is None else str(value)
    if "max_order_quantity" in row:
        value = row["max_order_quantity"]
        stock["maximum_order_quantity"] = value if value is None else str(value)
    if "incremental_quantity" in row:
        value = row["incremental_quantity"]
        if value is not None:
            stock["enable_multiple_order"] = True
        stock["multiple_order_quantity"] = value if value is None else str(value)
    if stock:
        out["product_pricing_and_stock"] = stock


def _metres(centimetres: Any) -> Any:
    return centimetres if centimetres is None else format(centimetres / 100, ".10g")
