"""A small format of the tests, and one pair of mappings for every kind of change."""

from __future__ import annotations

from typing import NamedTuple

from catalens.diff import Kind

SHOP = """\
format: shop
title: Shop
about: a shop
assume: {weight: g, currency: EUR}
equivalent: [measure-unit]
fields:
  name: {type: string, hub: title, maxLength: 40, doc: "what it is called"}
  code: {type: string, maxLength: 12, minLength: 2, pattern: "^[A-Z]+$", cut: false, hub: sku}
  slug: {type: string, nullable: false, hub: handle}
  state: {type: string, hub: status, table: {live: active, hidden: [inactive, draft]}}
  look: {type: string, hub: stock.backorders, table: {never: deny}, otherwise: only_here}
  amount: {type: number, hub: "prices[0].list", assumes: currency}
  kilos: {type: number, minimum: 0, hub: weight, codec: {measure: weight}}
  size: {type: [string, integer], enum: [1, 2, L], only_here: true}
  note: {type: string, maxLength: 9, advisory: true, only_here: true}
  echo: {type: string, dropped: no_counterpart, because: "says the name again"}
  token: {type: string, withheld: credential}
  maker: {type: string, hub: "categories[0].id", refers: category}
  plan: {type: string, only_here: true, default: basic}
  colour: {type: string, only_here: true}
  box.lid: {type: string, only_here: true}
  photos[]:
    hub: "media[?kind=='image']"
    key: link
    fields:
      link: {type: string, hub: url}
      alt: {type: string, hub: alt}
      rank: {type: integer, only_here: true}
  pairs[]:
    hub: "attributes[?kind=='meta']"
    key: name
    on_write: merges
    fields:
      name: {type: string, hub: name}
      value: {type: string, hub: value}
  rows[]:
    only_here: true
    fields:
      name: {type: string, only_here: true}
      value: {type: string, only_here: true}
identity: [code]
slots:
  - {at: "rows[]", name: name, value: value, prefix: "x-"}
required:
  - {field: name, because: "nothing is sold without a name"}
  - {field: slug, when: "state == 'live'", because: "it is shown under it"}
forbidden:
  - {field: plan, when: "state == 'hidden'", because: "nobody may plan it"}
endpoints:
  auth: {header: {Authorization: "Bearer {SHOP_KEY}"}}
  error: body.message
  things:
    product:
      list: {url: /products, items: body.items, page: {by: number, at: page, size: per, limit: 50}}
      find: {by: index}
      create: {method: POST, url: /products, body: json, id: body.id}
      update: {method: PUT, url: "/products/{id}", body: json}
profiles:
  write: {}
  read:
    envelope: data
    around: [status]
    list: items
    any_shape: [box]
    fields:
      stock: {type: integer, only_here: true}
examples:
  - {title: a name, payload: {name: Desk}}
"""


class Case(NamedTuple):
    """One edit of the mapping: what it is there, what it is back, and of which fields and words."""

    old: str
    new: str
    there: Kind
    back: Kind
    path: str
    word: str
    #: a second edit, without which lint would not take the first
    also: tuple[str, str] = ("", "")

    def edited(self) -> str:
        """Return the other mapping of the pair."""
        return (
            SHOP.replace(self.old, self.new).replace(*self.also) if self.also[0] else SHOP.replace(self.old, self.new)
        )


ORDERED = ("key: link\n", "key: link\n    order: rank\n")

CASES = [
    # the format and its profiles
    Case("format: shop", "format: store", Kind.FORMAT_RENAMED, Kind.FORMAT_RENAMED, "", "format"),
    Case("profiles:\n", "profiles:\n  other: {}\n", Kind.PROFILE_ADDED, Kind.PROFILE_REMOVED, "other", "profiles"),
    Case("  write: {}\n  read:\n", "  read:\n", Kind.PROFILE_REMOVED, Kind.PROFILE_ADDED, "write", "profiles"),
    Case("profiles:\n", "profiles:\n  other: {}\n", Kind.PROFILE_FIRST, Kind.PROFILE_FIRST, "", "profiles"),
    Case("envelope: data", "envelope: product", Kind.ENVELOPE_CHANGED, Kind.ENVELOPE_CHANGED, "", "envelope"),
    Case("    list: items\n", "", Kind.LISTING_CHANGED, Kind.LISTING_ADDED, "", "list"),
    Case("around: [status]", "around: [code, status]", Kind.AROUND_ADDED, Kind.AROUND_REMOVED, "", "around"),
    Case("    any_shape: [box]\n", "", Kind.SHAPE_CLOSED, Kind.SHAPE_OPENED, "", "any_shape"),
    # fields
    Case("  colour: {type: string, only_here: true}\n", "", Kind.FIELD_REMOVED, Kind.FIELD_ADDED, "colour", "fields"),
    Case(
        '  echo: {type: string, dropped: no_counterpart, because: "says the name again"}\n',
        "",
        Kind.FIELD_UNDECLARED,
        Kind.FIELD_DECLARED,
        "echo",
        "fields",
    ),
    Case(
        "  token: {type: string, withheld: credential}\n",
        "",
        Kind.WITHHELD_LIFTED,
        Kind.FIELD_DECLARED,
        "token",
        "fields",
    ),
    # types and limits
    Case("kilos: {type: number", "kilos: {type: integer", Kind.TYPE_NARROWED, Kind.TYPE_WIDENED, "kilos", "type"),
    Case("colour: {type: string", "colour: {type: boolean", Kind.TYPE_CHANGED, Kind.TYPE_CHANGED, "colour", "type"),
    Case("colour: {type: string", "colour: {type: any", Kind.TYPE_WIDENED, Kind.TYPE_NARROWED, "colour", "type"),
    Case("maxLength: 40", "maxLength: 30", Kind.LENGTH_NARROWED, Kind.LIMIT_WIDENED, "name", "maxLength"),
    Case("maxLength: 12", "maxLength: 10", Kind.LIMIT_NARROWED, Kind.LIMIT_WIDENED, "code", "maxLength"),
    Case(", maxLength: 40", "", Kind.LIMIT_WIDENED, Kind.LENGTH_NARROWED, "name", "maxLength"),
    Case("minLength: 2", "minLength: 3", Kind.LIMIT_NARROWED, Kind.LIMIT_WIDENED, "code", "minLength"),
    Case("minimum: 0", "minimum: 0.5", Kind.LIMIT_NARROWED, Kind.LIMIT_WIDENED, "kilos", "minimum"),
    Case("minimum: 0", "minimum: 0, maximum: 5", Kind.LIMIT_NARROWED, Kind.LIMIT_WIDENED, "kilos", "maximum"),
    Case("^[A-Z]+$", "^[B-Z0-9]+$", Kind.LIMIT_CHANGED, Kind.LIMIT_CHANGED, "code", "pattern"),
    Case(', pattern: "^[A-Z]+$"', "", Kind.LIMIT_WIDENED, Kind.LIMIT_NARROWED, "code", "pattern"),
    Case("maxLength: 9", "maxLength: 8", Kind.ADVICE_NARROWED, Kind.ADVICE_WIDENED, "note", "maxLength"),
    Case(", advisory: true", "", Kind.LIMIT_BINDING, Kind.LIMIT_ADVISORY, "note", "advisory"),
    Case("enum: [1, 2, L]", "enum: [1, 2, L, XL]", Kind.ENUM_WIDENED, Kind.ENUM_NARROWED, "size", "enum"),
    Case("enum: [1, 2, L]", "enum: [1, 2, M]", Kind.ENUM_CHANGED, Kind.ENUM_CHANGED, "size", "enum"),
    Case(", enum: [1, 2, L]", "", Kind.ENUM_WIDENED, Kind.ENUM_NARROWED, "size", "enum"),
    Case(
        "table: {live: active",
        "table: {wip: draft, live: active",
        Kind.ENUM_WIDENED,
        Kind.ENUM_NARROWED,
        "state",
        "enum",
    ),
    Case(
        "slug: {type: string, nullable: false",
        "slug: {type: string",
        Kind.NULL_ALLOWED,
        Kind.NULL_REFUSED,
        "slug",
        "nullable",
    ),
    Case(", cut: false", "", Kind.CUT_BEGUN, Kind.CUT_STOPPED, "code", "cut"),
    # demands
    Case(
        "required:\n",
        'required:\n  - {field: code, because: "it is ordered by it"}\n',
        Kind.REQUIRED_ADDED,
        Kind.REQUIRED_REMOVED,
        "code",
        "required",
    ),
    Case("""slug, when: "state == 'live'",""", "slug,", Kind.REQUIRED_ADDED, Kind.REQUIRED_REMOVED, "slug", "when"),
    Case("state == 'live'", "state != 'hidden'", Kind.REQUIRED_CHANGED, Kind.REQUIRED_CHANGED, "slug", "when"),
    Case(
        "{field: name, because",
        "{field: name, mode: create, because",
        Kind.REQUIRED_REMOVED,
        Kind.REQUIRED_ADDED,
        "name",
        "mode",
    ),
    Case(
        "forbidden:\n",
        'forbidden:\n  - {field: note, because: "it is read only"}\n',
        Kind.FORBIDDEN_ADDED,
        Kind.FORBIDDEN_REMOVED,
        "note",
        "forbidden",
    ),
    Case("state == 'hidden'", "state != 'live'", Kind.FORBIDDEN_CHANGED, Kind.FORBIDDEN_CHANGED, "plan", "when"),
    Case("default: basic", "default: none", Kind.DEFAULT_CHANGED, Kind.DEFAULT_CHANGED, "plan", "default"),
    # meetings and meaning
    Case("hub: title,", "hub: summary,", Kind.MEETING_CHANGED, Kind.MEETING_CHANGED, "name", "hub"),
    Case(
        "nullable: false, hub: handle",
        "nullable: false, only_here: true",
        Kind.MEETING_LOST,
        Kind.MEETING_GAINED,
        "slug",
        "hub",
    ),
    Case(
        "colour: {type: string, only_here: true}",
        'colour: {type: string, dropped: no_counterpart, because: "nobody asks"}',
        Kind.DROPPED_DECLARED,
        Kind.DROPPED_LIFTED,
        "colour",
        "dropped",
    ),
    Case("dropped: no_counterpart", "dropped: command", Kind.LOSS_REASON, Kind.LOSS_REASON, "echo", "dropped"),
    Case(
        "withheld: credential", "only_here: true", Kind.WITHHELD_LIFTED, Kind.WITHHELD_DECLARED, "token", "withheld"
    ),
    Case("withheld: credential", "withheld: address", Kind.LOSS_REASON, Kind.LOSS_REASON, "token", "withheld"),
    Case(", refers: category", "", Kind.MEANING_CHANGED, Kind.MEANING_CHANGED, "maker", "refers"),
    Case("[inactive, draft]", "[draft, inactive]", Kind.WORD_CHANGED, Kind.WORD_CHANGED, "state", "table"),
    Case("[inactive, draft]", "[inactive]", Kind.WORD_NARROWED, Kind.WORD_GAINED, "state", "table"),
    Case(
        "table: {never: deny}",
        "table: {never: deny, always: allow}",
        Kind.WORD_GAINED,
        Kind.WORD_LOST,
        "look",
        "table",
    ),
    Case("weight: g,", "weight: kg,", Kind.ASSUMPTION_CHANGED, Kind.ASSUMPTION_CHANGED, "", "assume"),
    Case(
        "currency: EUR}",
        "currency: EUR, length: cm}",
        Kind.ASSUMPTION_ADDED,
        Kind.ASSUMPTION_REMOVED,
        "",
        "assume",
        ("  plan:", "  wide: {type: number, hub: size.width, codec: {measure: length}}\n  plan:"),
    ),
    Case(
        "[measure-unit]",
        "[measure-unit, list-order]",
        Kind.EQUIVALENCE_CHANGED,
        Kind.EQUIVALENCE_CHANGED,
        "",
        "equivalent",
        ORDERED,
    ),
    Case("identity: [code]", "identity: [code, slug]", Kind.IDENTITY_CHANGED, Kind.IDENTITY_CHANGED, "", "identity"),
    # lists
    Case("key: link", "key: alt", Kind.KEY_CHANGED, Kind.KEY_CHANGED, "photos[]", "key"),
    Case(
        *ORDERED,
        Kind.ORDER_CHANGED,
        Kind.ORDER_CHANGED,
        "photos[]",
        "order",
        ("measure-unit", "measure-unit, list-order"),
    ),
    Case(
        "key: link\n",
        'key: link\n    when: "alt != `null`"\n',
        Kind.ITEMS_CHANGED,
        Kind.ITEMS_CHANGED,
        "photos[]",
        "when",
    ),
    Case(
        "key: name\n",
        "key: name\n    takes: [specification]\n",
        Kind.TAKES_ADDED,
        Kind.TAKES_REMOVED,
        "pairs[]",
        "takes",
    ),
    Case("key: link\n", "key: link\n    needs: [link]\n", Kind.NEEDS_ADDED, Kind.NEEDS_REMOVED, "photos[]", "needs"),
    Case("on_write: merges", "on_write: replaces", Kind.UPDATE_REPLACES, Kind.UPDATE_CHANGED, "pairs[]", "on_write"),
    # what the platform sets, what reports show
    Case(
        "colour: {type: string",
        "colour: {type: string, readonly: true",
        Kind.READONLY_SET,
        Kind.READONLY_LIFTED,
        "colour",
        "readonly",
    ),
    Case(
        "colour: {type: string",
        "colour: {type: string, secret: true",
        Kind.REPORT_CHANGED,
        Kind.REPORT_CHANGED,
        "colour",
        "secret",
    ),
    Case("what it is called", "its name", Kind.PROSE, Kind.PROSE, "name", "doc"),
    Case(
        "{type: string, withheld: credential}",
        "{type: string, nullable: true, withheld: credential}",
        Kind.LINES_REWRITTEN,
        Kind.LINES_REWRITTEN,
        "",
        "fields",
    ),
    # slots
    Case(
        "slots:\n",
        'slots:\n  - {at: "pairs[]", name: name, value: value, prefix: "y-"}\n',
        Kind.SLOT_ADDED,
        Kind.SLOT_REMOVED,
        "pairs[]",
        "slots",
    ),
    Case('prefix: "x-"', 'prefix: "y-"', Kind.SLOT_CHANGED, Kind.SLOT_CHANGED, "rows[]", "prefix"),
    Case(
        'prefix: "x-"',
        'prefix: "x-", create_first: true',
        Kind.SLOT_DEMANDS,
        Kind.SLOT_FREED,
        "rows[]",
        "create_first",
    ),
    # endpoints
    Case(
        "body: json}\nprofiles",
        'body: json}\n      delete: {method: DELETE, url: "/products/{id}"}\nprofiles',
        Kind.CALL_ADDED,
        Kind.CALL_WRITES,
        "things.product",
        "delete",
    ),
    Case("Authorization", "X-Key", Kind.CALL_CHANGED, Kind.CALL_CHANGED, "auth", "header"),
    Case("items: body.items", "items: body.rows", Kind.CALL_READS, Kind.CALL_READS, "things.product.list", "items"),
    Case("method: PUT", "method: PATCH", Kind.CALL_WRITES, Kind.CALL_WRITES, "things.product.update", "method"),
    Case("limit: 50", "limit: 99", Kind.CALL_TOLD, Kind.CALL_TOLD, "things.product.list.page", "limit"),
]
