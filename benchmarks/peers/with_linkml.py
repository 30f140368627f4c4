"""LinkML-Map: two LinkML schemas and a transformation specification."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import yaml
from linkml_map.session import Session
from linkml_runtime import SchemaView

from benchmarks.peers import objects

CANNOT = (
    "keep only some items of a list or sort it, join two lists, pick an item by its code, cut or "
    "split a text, strip slashes, leave out what is absent (it comes out as null)"
)

SPECIFICATION = """
id: https://example.com/axim-to-commerce-engine
class_derivations:
  TargetProduct:
    populated_from: Product
    slot_derivations:
      name: {}
      sku: {}
      short_description: {populated_from: shortDescription}
      description: {expr: "description.value"}
      status: {}
      active: {populated_from: visibility}
      is_featured: {populated_from: isFeatured}
      categories: {}
      tags: {populated_from: searchKeyWords}
      images: {populated_from: mediaGallery}
      variants: {}
      bundle_items: {populated_from: groupedProducts}
      metadata: {populated_from: metaFields}
      seo:
        class_derivations:
          TargetSeo:
            populated_from: Product
            slot_derivations:
              slug: {populated_from: customUrl}
              meta_title: {expr: "seo.pageTitle"}
              meta_description: {expr: "seo.metaDescription"}
      packaging:
        class_derivations:
          TargetPackaging:
            populated_from: Product
            slot_derivations:
              pack_dry_weight: {populated_from: weight}
              pack_length: {expr: "dimensions.depth"}
              pack_width: {expr: "dimensions.width"}
              pack_height: {expr: "dimensions.height"}
      shipping:
        class_derivations:
          TargetShipping:
            populated_from: Product
            slot_derivations:
              is_free_shipping: {populated_from: isFreeShipping}
              country_of_origin: {expr: "customs.countryCode"}
      pricing:
        class_derivations:
          TargetPrice:
            populated_from: Product
            slot_derivations:
              listing_price: {populated_from: price}
              selling_price: {expr: "case((sale == 0, price), (True, sale))"}
              cost_price: {populated_from: cost}
              min_order_quantity: {expr: "quantity.minQuantity"}
              incremental_quantity: {expr: "quantity.quantityIncrement"}
  TargetVariant: {populated_from: Variant, slot_derivations: {name: {}}}
  TargetImage:
    populated_from: Media
    slot_derivations: {title: {populated_from: label}, url_standard: {populated_from: url}}
  TargetItem:
    populated_from: Part
    slot_derivations: {product_id: {populated_from: productId}, quantity: {}}
  TargetPair: {populated_from: Field, slot_derivations: {key: {populated_from: code}, value: {}}}
"""

KINDS = {str: "string", bool: "boolean", objects.Number: "float"}


#: what a payload also holds; an expression that passes through such an object must know its every slot
BESIDE = {"Customs": {"commodityDescription": str}}


def make() -> Callable[[dict[str, Any]], Any]:
    logging.getLogger("linkml_map").setLevel(logging.ERROR)
    source = {name: {**fields, **BESIDE.get(name, {})} for name, fields in objects.SOURCE.items()}
    session = Session()
    session.set_source_schema(yaml.safe_dump(_schema("", source)))
    session.set_object_transformer(SPECIFICATION)
    session.object_transformer.target_schemaview = SchemaView(yaml.safe_dump(_schema("Target", objects.TARGET)))
    return lambda product: session.transform(product, source_type="Product")


def _schema(prefix: str, table: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Write the object model as a LinkML schema."""

    def slot(type_: Any) -> dict[str, Any]:
        if isinstance(type_, list):
            return {**slot(type_[0]), "multivalued": True, "inlined_as_list": True}
        return {"range": prefix + type_, "inlined": True} if isinstance(type_, str) else {"range": KINDS[type_]}

    return {
        "id": f"https://example.com/{prefix or 'Source'}",
        "name": prefix or "Source",
        "prefixes": {"linkml": "https://w3id.org/linkml/"},
        "imports": ["linkml:types"],
        "default_range": "string",
        "classes": {
            prefix + name: {"attributes": {field: slot(type_) for field, type_ in fields.items()}}
            for name, fields in table.items()
        },
    }
