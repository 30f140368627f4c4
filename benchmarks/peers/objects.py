"""The object model that cattrs and pydantic share: which classes there are, and Axim objects to Commerce Engine ones.

Both libraries check types when they read a payload; what is absent and what is null both become None.
"""

from __future__ import annotations

from typing import Any

Number = int | float
Classes = dict[str, Any]

#: class -> field -> type; a name stands for another class, a list of one for a list
SOURCE: dict[str, dict[str, Any]] = {
    "Description": {"value": str, "dataType": str},
    "Seo": {"pageTitle": str, "metaDescription": str, "metaKeywords": str},
    "Dimensions": {"depth": Number, "width": Number, "height": Number},
    "Code": {"country": str, "code": str},
    "Customs": {"countryCode": str, "hsCodes": ["Code"]},
    "Quantity": {"minQuantity": Number, "quantityIncrement": Number},
    "Media": {"type": str, "label": str, "url": str, "isDefault": bool},
    "Field": {"code": str, "value": str},
    "Specification": {"name": str, "value": str},
    "Variant": {"name": str},
    "Part": {"productId": str, "quantity": Number, "dynamicQuantity": bool},
    "Relation": {"code": str, "products": [str]},
    "Product": {
        "name": str, "sku": str, "shortDescription": str, "description": "Description", "status": str,
        "visibility": bool, "isFeatured": bool, "customUrl": str, "seo": "Seo", "weight": Number,
        "dimensions": "Dimensions",
        "isFreeShipping": bool, "customs": "Customs", "price": Number, "sale": Number, "cost": Number,
        "quantity": "Quantity", "mediaGallery": ["Media"], "categories": [str], "metaFields": ["Field"],
        "specifications": ["Specification"], "variants": ["Variant"], "groupedProducts": ["Part"],
        "relatedProducts": ["Relation"], "searchKeyWords": [str],
    },
}  # fmt: skip

TARGET: dict[str, dict[str, Any]] = {
    "Seo": {"slug": str, "meta_title": str, "meta_description": str, "meta_keywords": [str]},
    "Packaging": {"pack_dry_weight": Number, "pack_length": Number, "pack_width": Number, "pack_height": Number},
    "Shipping": {"is_free_shipping": bool, "country_of_origin": str},
    "Price": {
        "listing_price": Number, "selling_price": Number, "cost_price": Number, "min_order_quantity": Number,
        "incremental_quantity": Number,
    },
    "Image": {"title": str, "url_standard": str},
    "Pair": {"key": str, "value": str},
    "Variant": {"name": str},
    "Item": {"product_id": str, "quantity": Number},
    "Related": {"cross_sell": [str], "upsell": [str]},
    "Product": {
        "name": str, "sku": str, "short_description": str, "description": str, "status": str, "active": bool,
        "is_featured": bool, "seo": "Seo", "packaging": "Packaging", "shipping": "Shipping", "hsn_code": str,
        "pricing": ["Price"], "images": ["Image"], "categories": [str], "metadata": ["Pair"], "variants": ["Variant"],
        "bundle_items": ["Item"], "related_products": "Related", "tags": [str],
    },
}  # fmt: skip

#: kinds of relation that all become cross-selling
CROSS_SELL = ("cross_sell", "relatedProduct", "related", "similar")


def annotation(type_: Any, made: Classes) -> Any:
    """Return the type of a field as an annotation that allows None."""
    if isinstance(type_, list):
        inner = made[type_[0]] if isinstance(type_[0], str) else type_[0]
        return list[inner] | None
    return (made[type_] if isinstance(type_, str) else type_) | None


def convert(product: Any, to: Classes) -> Any:
    """Turn an Axim product into a Commerce Engine one."""
    out = to["Product"]()
    out.name = product.name[:128] if product.name is not None else None
    if product.sku is not None and len(product.sku) <= 64:
        out.sku = product.sku
    if product.shortDescription is not None:
        out.short_description = product.shortDescription[:256]
    if product.description is not None and product.description.dataType != "JSON":
        out.description = product.description.value
    out.status, out.active, out.is_featured = product.status, product.visibility, product.isFeatured
    if product.customUrl is not None or product.seo is not None:
        seo = out.seo = to["Seo"]()
        if product.customUrl is not None:
            seo.slug = product.customUrl.strip("/")
        if product.seo is not None:
            seo.meta_title, seo.meta_description = product.seo.pageTitle, product.seo.metaDescription
            if product.seo.metaKeywords is not None:
                seo.meta_keywords = [word.strip() for word in product.seo.metaKeywords.split(",")]
    if product.weight is not None or product.dimensions is not None:
        packaging = out.packaging = to["Packaging"]()
        packaging.pack_dry_weight = product.weight
        if size := product.dimensions:
            packaging.pack_length, packaging.pack_width, packaging.pack_height = size.depth, size.width, size.height
    if product.isFreeShipping is not None or product.customs is not None:
        shipping = out.shipping = to["Shipping"]()
        shipping.is_free_shipping = product.isFreeShipping
        if customs := product.customs:
            shipping.country_of_origin = customs.countryCode
            codes = {one.country: one.code for one in reversed(customs.hsCodes or ())}
            out.hsn_code = codes.get("IN", codes.get(None))
    _price(product, out, to)
    if product.mediaGallery is not None:
        image = to["Image"]
        images = [one for one in product.mediaGallery if one.type == "image" and one.url]
        images.sort(key=lambda one: one.isDefault is not True)
        if images or not product.mediaGallery:
            out.images = [image(title=one.label, url_standard=one.url) for one in images]
    out.categories, out.tags = product.categories, product.searchKeyWords
    if product.metaFields is not None or product.specifications is not None:
        pair = to["Pair"]
        out.metadata = [pair(key=one.code, value=one.value) for one in product.metaFields or ()]
        out.metadata += [pair(key=one.name, value=one.value) for one in product.specifications or ()]
    if product.variants is not None:
        out.variants = [to["Variant"](name=one.name) for one in product.variants]
    if product.groupedProducts is not None:
        item = to["Item"]
        parts = [one for one in product.groupedProducts if one.dynamicQuantity is not True]
        if parts or not product.groupedProducts:
            out.bundle_items = [item(product_id=one.productId, quantity=one.quantity) for one in parts]
    for relation in product.relatedProducts or ():
        kind = "cross_sell" if relation.code in CROSS_SELL else relation.code
        if kind in ("cross_sell", "upsell") and relation.products is not None:
            related = out.related_products = out.related_products or to["Related"]()
            setattr(related, kind, (getattr(related, kind) or []) + relation.products)
    return out


def _price(product: Any, out: Any, to: Classes) -> None:
    if product.price is product.cost is product.quantity is None and not product.sale:
        return
    row = to["Price"](listing_price=product.price, cost_price=product.cost)
    if product.sale is not None:
        row.selling_price = product.sale or product.price
    if product.quantity is not None:
        row.min_order_quantity = product.quantity.minQuantity
        row.incremental_quantity = product.quantity.quantityIncrement
    out.pricing = [row]
