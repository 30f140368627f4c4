"""jq, in this process through its C library's Python binding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jq

CANNOT = "keep 75.0 apart from 75"

PROGRAM = r"""
def move($from; $to): if has($from) then {($to): .[$from]} else {} end;
def cut($from; $to; $limit):
  if has($from) then {($to): (.[$from] | if . == null then . else .[:$limit] end)} else {} end;
def whole($name; $value): if ($value | length) > 0 then {($name): $value} else {} end;
def items($name; $given; f):
  if $given == null then {($name): null} else {($name): [$given[] | f | select(length > 0)]} end;

. as $p
| cut("name"; "name"; 128)
+ (if has("sku") and (.sku | length) <= 64 then {sku} else {} end)
+ cut("shortDescription"; "short_description"; 256)
+ ((.description // {}) | if .dataType == "JSON" then {} else move("value"; "description") end)
+ (if has("status") then {status} else {} end)
+ move("visibility"; "active")
+ move("isFeatured"; "is_featured")
+ whole("seo";
    (if has("customUrl") then {slug: (.customUrl | if . == null then . else gsub("^/+|/+$"; "") end)} else {} end)
    + ((.seo // {})
       | move("pageTitle"; "meta_title") + move("metaDescription"; "meta_description")
       + (if has("metaKeywords")
          then {meta_keywords: (.metaKeywords | if . == null then . else [splits(" *, *") | select(. != "")] end)}
          else {} end)))
+ whole("packaging";
    move("weight"; "pack_dry_weight")
    + ((.dimensions // {})
       | move("depth"; "pack_length") + move("width"; "pack_width") + move("height"; "pack_height")))
+ whole("shipping";
    move("isFreeShipping"; "is_free_shipping") + ((.customs // {}) | move("countryCode"; "country_of_origin")))
+ (((.customs // {}).hsCodes // [])
   | (map(select(.country == "IN")) + map(select(.country == null)))[0] // {} | move("code"; "hsn_code"))
+ (whole("row";
    (if has("price")
     then (.price | if type == "string" then tonumber else . end) as $price
       | (if (.sale // 0) != 0 then .sale elif has("sale") then $price else null end) as $sale
       | {listing_price: $price} + (if $sale == null then {} else {selling_price: $sale} end)
     elif (.sale // 0) != 0 then {selling_price: .sale} else {} end)
    + move("cost"; "cost_price")
    + ((.quantity // {})
       | move("minQuantity"; "min_order_quantity") + move("quantityIncrement"; "incremental_quantity")))
  | if has("row") then {pricing: [.row]} else {} end)
+ (if has("mediaGallery")
   then [(.mediaGallery // []) | sort_by(.isDefault != true)[]
         | select(.type == "image" and (.url // "") != "")
         | move("label"; "title") + move("url"; "url_standard")] as $images
     | if ($images | length) > 0 then {images: $images}
       elif (.mediaGallery | length) > 0 then {}
       else {images: .mediaGallery} end
   else {} end)
+ move("categories"; "categories")
+ move("searchKeyWords"; "tags")
+ ([(.metaFields // [])[] | move("code"; "key") + move("value"; "value")]
   + [(.specifications // [])[] | move("name"; "key") + move("value"; "value")]
   | if length > 0 then {metadata: .} elif $p | has("metaFields") then {metadata: $p.metaFields} else {} end)
+ (if has("variants") then items("variants"; .variants; move("name"; "name")) else {} end)
+ (if has("groupedProducts")
   then .groupedProducts as $parts
     | items("bundle_items"; $parts;
         if .dynamicQuantity == true then {}
         else move("productId"; "product_id") + move("quantity"; "quantity") end)
     | if .bundle_items == [] and $parts != [] then {} else . end
   else {} end)
+ whole("related_products";
    reduce ((.relatedProducts // [])[]
            | select(has("products") and (.code | IN("cross_sell", "relatedProduct", "related", "similar", "upsell")))
           ) as $one ({};
      (if $one.code == "upsell" then "upsell" else "cross_sell" end) as $kind
      | if has($kind) | not then .[$kind] = $one.products
        elif .[$kind] == null or .[$kind] == [] then .
        else .[$kind] += $one.products end))
"""


def make() -> Callable[[dict[str, Any]], Any]:
    program = jq.compile(PROGRAM)
    return lambda product: program.input_value(product).first()
