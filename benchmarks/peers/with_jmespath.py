"""jmespath: one expression that makes the whole output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jmespath

CANNOT = (
    "leave out a key (what is absent comes out as null), cut or split a text, strip slashes, "
    "choose by a condition between two prices when one is 0"
)

EXPRESSION = """
{
  name: name,
  sku: sku,
  short_description: shortDescription,
  description: description.value,
  status: status,
  active: visibility,
  is_featured: isFeatured,
  seo: {
    slug: customUrl,
    meta_title: seo.pageTitle,
    meta_description: seo.metaDescription,
    meta_keywords: seo.metaKeywords
  },
  packaging: {
    pack_dry_weight: weight,
    pack_length: dimensions.depth,
    pack_width: dimensions.width,
    pack_height: dimensions.height
  },
  shipping: {is_free_shipping: isFreeShipping, country_of_origin: customs.countryCode},
  hsn_code: customs.hsCodes[0].code,
  pricing: [{
    listing_price: price,
    selling_price: sale,
    cost_price: cost,
    min_order_quantity: quantity.minQuantity,
    incremental_quantity: quantity.quantityIncrement
  }],
  images: mediaGallery[?type=='image'].{title: label, url_standard: url},
  categories: categories,
  metadata: [metaFields[].{key: code, value: value}, specifications[].{key: name, value: value}][],
  variants: variants[].{name: name},
  bundle_items: groupedProducts[].{product_id: productId, quantity: quantity},
  related_products: {
    cross_sell: relatedProducts[?code=='cross_sell'] | [0].products,
    upsell: relatedProducts[?code=='upsell'] | [0].products
  }
}
"""


def make() -> Callable[[dict[str, Any]], Any]:
    return jmespath.compile(EXPRESSION).search
