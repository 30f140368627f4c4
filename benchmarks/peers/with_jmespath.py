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
  description: (description.dataType!='JSON' && description.value) || `null`,
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
  hsn_code: not_null(customs.hsCodes[?country=='IN'] | [0], customs.hsCodes[?country==`null`] | [0]).code,
  pricing: [{
    listing_price: price,
    selling_price: sale,
    cost_price: cost,
    min_order_quantity: quantity.minQuantity,
    incremental_quantity: quantity.quantityIncrement
  }],
  images: [
    mediaGallery[?type=='image' && url && isDefault==`true`],
    mediaGallery[?type=='image' && url && isDefault!=`true`]
  ][].{title: label, url_standard: url},
  categories: categories,
  tags: searchKeyWords,
  metadata: [metaFields[].{key: code, value: value}, specifications[].{key: name, value: value}][],
  variants: variants[].{name: name},
  bundle_items: groupedProducts[?dynamicQuantity!=`true`].{product_id: productId, quantity: quantity},
  related_products: {
    cross_sell: relatedProducts[?contains(['cross_sell', 'relatedProduct', 'related', 'similar'], code)].products[],
    upsell: relatedProducts[?code=='upsell'].products[]
  }
}
"""


def make() -> Callable[[dict[str, Any]], Any]:
    return jmespath.compile(EXPRESSION).search
