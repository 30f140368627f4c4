"""WebCommander, as it answers, to Axim."""

from __future__ import annotations

from typing import Any


def translate_payload(payload: dict[str, Any]) -> dict[str, Any]:
    return translate(payload["product"])


def translate(product: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if "name" in product:
        out["name"] = product["name"]
    if "sku" in product:
        out["sku"] = product["sku"]
    if "product_summary" in product:
        out["shortDescription"] = product["product_summary"]
    if "product_description" in product:
        out["description"] = {"dataType": "HTML", "value": product["product_description"]}
    if "administrative_status" in product:
        status = product["administrative_status"]
        if status is True or status == "true":
            out["status"] = "active"
        elif status is False or status == "false":
            out["status"] = "inactive"
        elif status is None:
            out["status"] = None
    if "available" in product:
        out["visibility"] = product["available"]
    if (source := product.get("urls")) and "url" in source:
        slug = source["url"]
        if slug is None:
            out["customUrl"] = None
        elif slug := slug.strip("/").rpartition("/")[2]:
            out["customUrl"] = f"/{slug}/"

    dimensions: dict[str, Any] = {}
    if "length" in product:
        dimensions["depth"] = _centimetres(product["length"])
    if "width" in product:
        dimensions["width"] = _centimetres(product["width"])
    if "height" in product:
        dimensions["height"] = _centimetres(product["height"])
    if dimensions:
        out["dimensions"] = dimensions
    if "weight" in product:
        weight = product["weight"]
        out["weight"] = _number(weight) if isinstance(weight, str) else weight

    if "base_price" in product:
        price = product["base_price"]
        out["price"] = _number(price) if isinstance(price, str) else price
    if "cost_price" in product:
        price = product["cost_price"]
        out["cost"] = _number(price) if isinstance(price, str) else price

    stock = product.get("product_pricing_and_stock") or {}
    sale = _sale(product, stock)
    if sale is not None:
        out["sale"] = sale
    if stock:
        if "track_inventory" in stock:
            out["trackInventory"] = stock["track_inventory"]
        quantity: dict[str, Any] = {}
        if "minimum_order_quantity" in stock:
            value = stock["minimum_order_quantity"]
            quantity["minQuantity"] = _number(value) if isinstance(value, str) else value
        if "multiple_order_quantity" in stock:
            value = stock["multiple_order_quantity"]
            if value is None or stock.get("enable_multiple_order") is True:
                quantity["quantityIncrement"] = _number(value) if isinstance(value, str) else value
        if quantity:
            out["quantity"] = quantity
        row: dict[str, Any] = {}
        if "available_stock" in stock:
            value = stock["available_stock"]
            row["stock"] = _number(value) if isinstance(value, str) else value
        if "low_level_stock" in stock:
            value = stock["low_level_stock"]
            row["minStock"] = _number(value) if isinstance(value, str) else value
        if row:
            out["inventory"] = [row]

    if "parents" in product:
        parents = product["parents"]
        ids = parents and [str(parent["id"]) for parent in parents if parent.get("id") is not None]
        if ids or not parents:
            out["categories"] = ids
    if "tags" in product:
        tags = product["tags"]
        if tags:
            words = []
            for tag in tags:
                if tag.get("values"):
                    words += tag["values"]
                elif tag.get("name") is not None:
                    words.append(tag["name"])
            if words:
                out["searchKeyWords"] = words
        else:
            out["searchKeyWords"] = tags if tags is None else []
    seo: dict[str, Any] = {}
    for tag in (product.get("advanced") or {}).get("meta_tags") or ():
        if tag.get("name") == "keywords":
            if "value" in tag:
                seo["metaKeywords"] = tag["value"]
            break
    titled = described = False
    for config in product.get("seo_configs") or ():
        key = config.get("config_key")
        if key == "seo_title" and not titled:
            titled = True
            if "value" in config:
                seo["pageTitle"] = config["value"]
        elif key == "seo_description" and not described:
            described = True
            if "value" in config:
                seo["metaDescription"] = config["value"]
    if seo:
        out["seo"] = seo
    if "custom_properties" in product:
        properties = product["custom_properties"]
        if properties:
            rows = []
            for one in properties:
                pair = {}
                if "label" in one:
                    pair["name"] = one["label"]
                if "description" in one:
                    pair["value"] = one["description"]
                if pair:
                    rows.append(pair)
            if rows:
                out["specifications"] = rows
        else:
            out["specifications"] = properties if properties is None else []
    if media := product.get("image_and_video"):
        images, videos = media.get("images"), media.get("videos")
        if images or videos:
            gallery = [{"type": "image", "url": one["link"]} for one in images or () if one.get("link")]
            if videos:
                gallery += [{"type": "video", "url": one["link"]} for one in videos if one.get("link")]
            if gallery:
                out["mediaGallery"] = gallery
        elif "images" in media or "videos" in media:
            out["mediaGallery"] = None if images is None and videos is None else []
        if "spec" in media:
            sheets = media["spec"]
            if sheets:
                files = []
                for sheet in sheets:
                    if sheet.get("link"):
                        file = {"url": sheet["link"]}
                        if "filename" in sheet:
                            file["name"] = sheet["filename"]
                        files.append(file)
                if files:
                    out["files"] = files
            else:
                out["files"] = sheets if sheets is None else []

    relations = []
    if "related_products" in product:
        others = product["related_products"]
        ids = others and [str(other["id"]) for other in others if other.get("id") is not None]
        if ids or not others:
            relations.append({"code": "relatedProduct", "products": ids})
    if "similar_products" in product:
        others = product["similar_products"]
        ids = others and [str(other["id"]) for other in others if other.get("id") is not None]
        if ids or not others:
            relations.append({"code": "similar", "products": ids})
    if relations:
        out["relatedProducts"] = relations
    return out


def _sale(product: dict[str, Any], stock: dict[str, Any]) -> Any:
    """Return the sale price, 0 for none, None for unknown: the price at the top is charged, whatever the other is."""
    on_sale = product["is_on_sale"] if "is_on_sale" in product else stock.get("on_sale")
    if on_sale is False:
        return 0
    sale = product.get("sale_price") if on_sale is True else None
    if sale is None and stock.get("on_sale_price_type") in (None, "amount") and stock.get("on_sale") is True:
        sale = stock.get("on_sale_price")
    if sale is None:
        return 0 if stock.get("on_sale") is False else None
    # a price of 0 cannot be said: 0 is no sale
    return (_number(sale) if isinstance(sale, str) else sale) or None


def _number(text: str) -> int | float:
    if "." not in text:
        return int(text)
    number = float(text)
    return int(number) if number.is_integer() and not text.endswith(".0") else number


def _centimetres(metres: Any) -> Any:
    if metres is None:
        return None
    value = round(float(metres) * 100, 9)
    return int(value) if value.is_integer() else value
