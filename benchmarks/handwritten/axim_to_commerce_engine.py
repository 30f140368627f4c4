"""Axim to Commerce Engine."""

from __future__ import annotations

from typing import Any

# kinds of relation -> lists of related products; there is no other place for what is merely related or similar
RELATED = {
    "cross_sell": "cross_sell",
    "relatedProduct": "cross_sell",
    "related": "cross_sell",
    "similar": "cross_sell",
    "upsell": "upsell",
}


def translate_payload(payload: dict[str, Any]) -> dict[str, Any]:
    return translate(payload)


def translate(product: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    seo: dict[str, Any] = {}
    packaging: dict[str, Any] = {}
    shipping: dict[str, Any] = {}

    if "name" in product:
        name = product["name"]
        out["name"] = name if name is None or len(name) <= 128 else name[:128]
    if "sku" in product:
        sku = product["sku"]
        if sku is None or len(sku) <= 64:
            out["sku"] = sku
    if "shortDescription" in product:
        summary = product["shortDescription"]
        out["short_description"] = summary if summary is None or len(summary) <= 256 else summary[:256]
    if "description" in product:
        description = product["description"]
        # the JSON of a block editor is no HTML
        if description and "value" in description and description.get("dataType") != "JSON":
            out["description"] = description["value"]
    if "status" in product:
        status = product["status"]
        if status == "active" or status == "inactive" or status is None:
            out["status"] = status
    if "visibility" in product:
        out["active"] = product["visibility"]
    if "isFeatured" in product:
        out["is_featured"] = product["isFeatured"]

    if "customUrl" in product:
        path = product["customUrl"]
        if path is None:
            seo["slug"] = None
        elif slug := path.strip("/").rpartition("/")[2]:
            seo["slug"] = slug
    if source := product.get("seo"):
        if "pageTitle" in source:
            seo["meta_title"] = source["pageTitle"]
        if "metaDescription" in source:
            seo["meta_description"] = source["metaDescription"]
        if "metaKeywords" in source:
            words = source["metaKeywords"]
            seo["meta_keywords"] = (
                words if words is None else [word for part in words.split(",") if (word := part.strip())]
            )
    if seo:
        out["seo"] = seo

    if "weight" in product:
        packaging["pack_dry_weight"] = product["weight"]
    if source := product.get("dimensions"):
        if "depth" in source:
            packaging["pack_length"] = source["depth"]
        if "width" in source:
            packaging["pack_width"] = source["width"]
        if "height" in source:
            packaging["pack_height"] = source["height"]
    if packaging:
        out["packaging"] = packaging

    if "isFreeShipping" in product:
        shipping["is_free_shipping"] = product["isFreeShipping"]
    if source := product.get("customs"):
        if "countryCode" in source:
            shipping["country_of_origin"] = source["countryCode"]
        if codes := source.get("hsCodes"):
            code = _indian_code(codes)
            if "code" in code:
                out["hsn_code"] = code["code"]
    if shipping:
        out["shipping"] = shipping

    price = _price(product)
    if price:
        out["pricing"] = [price]

    if "mediaGallery" in product:
        gallery = product["mediaGallery"]
        if gallery:
            images = []
            for media in sorted(gallery, key=_place):
                if media.get("type") == "image" and media.get("url"):
                    image = {"url_standard": media["url"]}
                    if "label" in media:
                        image["title"] = media["label"]
                    images.append(image)
            if images:
                out["images"] = images
        else:
            out["images"] = gallery if gallery is None else []
    if "categories" in product:
        ids = product["categories"]
        out["categories"] = ids and ids.copy()
    if "searchKeyWords" in product:
        words = product["searchKeyWords"]
        out["tags"] = words and words.copy()
    _metadata(product, out)
    if "variants" in product:
        variants = product["variants"]
        made = []
        for variant in variants or ():
            one = {}
            if "name" in variant:
                one["name"] = variant["name"]
            if "options" in variant:
                options = variant["options"]
                chosen: dict[str, Any] = {}
                for option in options or ():
                    name, label = option.get("optionName"), option.get("optionValueLabel")
                    if name is not None and label is not None:
                        chosen.setdefault(name, label)
                if chosen or not options:
                    one["associated_options"] = None if options is None else chosen
            if one:
                made.append(one)
        if made or not variants:
            out["variants"] = made if variants else variants
    if "groupedProducts" in product:
        parts = product["groupedProducts"]
        if parts:
            bundle = []
            for part in parts:
                if part.get("dynamicQuantity") is True:
                    continue
                item = {}
                if "productId" in part:
                    item["product_id"] = part["productId"]
                if "quantity" in part:
                    item["quantity"] = part["quantity"]
                if item:
                    bundle.append(item)
            if bundle:
                out["bundle_items"] = bundle
        else:
            out["bundle_items"] = parts if parts is None else []
    if relations := product.get("relatedProducts"):
        related: dict[str, Any] = {}
        for relation in relations:
            kind = RELATED.get(relation.get("code"))
            if kind and "products" in relation:
                ids = relation["products"]
                if kind not in related:
                    related[kind] = ids and ids.copy()
                elif ids and related[kind]:
                    related[kind] += ids
        if related:
            out["related_products"] = related
    return out


def _indian_code(codes: list[dict[str, Any]]) -> dict[str, Any]:
    """Choose the customs code for India, else the one that names no country."""
    for country in ("IN", None):
        for code in codes:
            if code.get("country") == country:
                return code
    return {}


def _place(media: dict[str, Any]) -> bool:
    """Return what the gallery is sorted by: what is shown first comes first."""
    return media.get("isDefault") is not True


def _metadata(product: dict[str, Any], out: dict[str, Any]) -> None:
    """Put what buyers read behind what software reads: the target has one list for both."""
    fields, specifications = product.get("metaFields"), product.get("specifications")
    if fields or specifications:
        pairs = []
        for field in fields or ():
            pair = {}
            if "code" in field:
                pair["key"] = field["code"]
            if "value" in field:
                pair["value"] = field["value"]
            if pair:
                pairs.append(pair)
        for specification in specifications or ():
            pair = {}
            if "name" in specification:
                pair["key"] = specification["name"]
            if "value" in specification:
                pair["value"] = specification["value"]
            if pair:
                pairs.append(pair)
        if pairs:
            out["metadata"] = pairs
    elif "metaFields" in product:
        out["metadata"] = fields if fields is None else []


def _price(product: dict[str, Any]) -> dict[str, Any]:
    """Make the row for everybody: without a sale, both prices are the list price."""
    row: dict[str, Any] = {}
    if "price" in product:
        price = product["price"]
        if isinstance(price, str):
            price = float(price) if "." in price else int(price)
        row["listing_price"] = price
        if "sale" in product:
            sale = product["sale"] or price
            if sale is not None:
                row["selling_price"] = sale
    elif product.get("sale"):
        row["selling_price"] = product["sale"]
    if "cost" in product:
        row["cost_price"] = product["cost"]
    if source := product.get("quantity"):
        if "minQuantity" in source:
            row["min_order_quantity"] = source["minQuantity"]
        if "quantityIncrement" in source:
            row["incremental_quantity"] = source["quantityIncrement"]
    return row
