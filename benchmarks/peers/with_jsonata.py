"""JSONata, its Python implementation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonata

CANNOT = "keep null apart from absent where a list or an object is expected"

EXPRESSION = r"""
(
  $whole := function($o) { $count($keys($o)) > 0 ? $o };
  $row := function($o) { $count($keys($o)) > 0 ? [$o] };
  {
    "name": $substring(name, 0, 128),
    "sku": $length(sku) <= 64 ? sku,
    "short_description": $substring(shortDescription, 0, 256),
    "description": $not(description.dataType = "JSON") ? description.value,
    "status": status,
    "active": visibility,
    "is_featured": isFeatured,
    "seo": $whole({
      "slug": $replace(customUrl, /^\/+|\/+$/, ""),
      "meta_title": seo.pageTitle,
      "meta_description": seo.metaDescription,
      "meta_keywords": seo.metaKeywords ? [$split(seo.metaKeywords, ",").$trim($)]
    }),
    "packaging": $whole({
      "pack_dry_weight": weight,
      "pack_length": dimensions.depth,
      "pack_width": dimensions.width,
      "pack_height": dimensions.height
    }),
    "shipping": $whole({"is_free_shipping": isFreeShipping, "country_of_origin": customs.countryCode}),
    "hsn_code": $append(customs.hsCodes[country = "IN"], customs.hsCodes[$not($exists(country))])[0].code,
    "pricing": $row({
      "listing_price": price,
      "selling_price": sale ? sale : $exists(sale) ? price,
      "cost_price": cost,
      "min_order_quantity": quantity.minQuantity,
      "incremental_quantity": quantity.quantityIncrement
    }),
    "images": $append(
      mediaGallery[type = "image" and url and isDefault = true],
      mediaGallery[type = "image" and url and $not(isDefault = true)]
    ).{"title": label, "url_standard": url}[],
    "categories": categories,
    "tags": searchKeyWords,
    "metadata": $append(metaFields.{"key": code, "value": value}, specifications.{"key": name, "value": value})[],
    "variants": variants.{"name": name}[],
    "bundle_items": groupedProducts[$not(dynamicQuantity = true)].{"product_id": productId, "quantity": quantity}[],
    "related_products": $whole({
      "cross_sell": relatedProducts[code in ["cross_sell", "relatedProduct", "related", "similar"]].products[],
      "upsell": relatedProducts[code = "upsell"].products[]
    })
  }
)
"""


def make() -> Callable[[dict[str, Any]], Any]:
    return jsonata.Jsonata(EXPRESSION).evaluate
