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

    if seo := product.get("seo"):
        configs = []
        if "meta_title" in seo:
            configs.append({"config_key": "seo_title", "value": seo["meta_title"]})
        if "meta_description" in seo:
            configs.append({"config_key": "seo_description", "value": seo["meta_description"]})
        if configs:
            out["seo_configs"] = configs
        if "meta_keywords" in seo:
            words = seo["meta_keywords"]
            value = words if words is None else ", ".join(words)
            out["advanced"] = {"meta_tags": [{"name": "keywords", "value": value}]}

    if "tags" in product:
        tags = product["tags"]
        out["tags"] = tags and [{"name": tag} for tag in tags]
    if "categories" in product:
        categories = product["categories"]
        parents = categories and [{"name": one["name"]} for one in categories if "name" in one]
        if parents or not categories:
            out["parents"] = parents
    _properties(product, out)
    if source := product.get("related_products"):
        cross_sell, upsell = source.get("cross_sell"), source.get("upsell")
        if cross_sell or upsell:
            # ids are no numbers, so products go by their names
            related = [{"name": one["name"]} for one in cross_sell or () if "name" in one]
            related += [{"name": one["name"]} for one in upsell or () if "name" in one]
            if related:
                out["related_products"] = related
        elif "cross_sell" in source:
            out["related_products"] = cross_sell if cross_sell is None else []
    if rows := product.get("pricing"):
        _prices(_row_for_everybody(rows), out)
    if "images" in product and not product["images"]:
        # links are no content, so only the absence of pictures arrives
        images = product["images"]
        out["image_and_video"] = {"images": images if images is None else []}
    return out


def _properties(product: dict[str, Any], out: dict[str, Any]) -> None:
    """Put free pairs behind the store's own attributes: the target has one list for both."""
    attributes, pairs = product.get("attributes"), product.get("metadata")
    if attributes or pairs:
        rows = []
        for attribute in attributes or ():
            row = {}
            if "attribute_name" in attribute:
                row["label"] = attribute["attribute_name"]
            if "attribute_value" in attribute:
                row["description"] = _text(attribute["attribute_value"])
            if row:
                rows.append(row)
        for pair in pairs or ():
            row = {}
            if "name" in pair:
                row["label"] = pair["name"]
            if "value" in pair:
                row["description"] = pair["value"]
            if row:
                rows.append(row)
        if rows:
            out["custom_properties"] = rows
    elif "attributes" in product:
        out["custom_properties"] = attributes if attributes is None else []


def _row_for_everybody(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Choose the row without a customer group; if all have one, take what they have in common, prices included."""
    for row in rows:
        if row.get("customer_group_id") is None:
            return row
    first = rows[0]
    if len(rows) == 1:
        return first
    prices = first.get("listing_price"), first.get("selling_price")
    if prices == (None, None) or any((row.get("listing_price"), row.get("selling_price")) != prices for row in rows):
        return {}
    return {name: value for name, value in first.items() if all(name in row and row[name] == value for row in rows)}


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


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)


def _metres(centimetres: Any) -> Any:
    return centimetres if centimetres is None else format(centimetres / 100, ".10g")
