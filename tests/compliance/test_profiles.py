"""What a platform answers and what is sent to it: envelopes, renamed fields, and telling payloads apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from catalens import InvalidPayload, UndecidableFormat, UnknownFormat, translate
from catalens.engine import detect
from catalens.formats import registry
from catalens.paths import pointer_text
from tests.compliance.facts import (
    NO_COUNTERPART,
    READONLY,
    arrived,
    assert_balanced,
    assert_same,
    codes,
    examples,
    lost,
    refused,
    validate_all,
)
from tests.pairs import PROFILES

STOCK = "product_pricing_and_stock"
EXAMPLES = list(examples())
#: what stands around a product in an answer
AROUND = ("/message", "/success")
NUMBER = re.compile(r"\d+\.\d+")


def titled(example: tuple[str, str, Any]) -> str:
    return f"{example[0]}: {example[1]}"


# -- every example --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES, ids=titled)
@pytest.mark.parametrize("target", [*PROFILES, "hub/write"])
def test_every_example_translates_into_everything_and_the_books_balance(target: str, example: Any) -> None:
    source, _, payload = example
    done = translate(payload, source, target)
    assert_balanced(payload, done)
    assert done.report.errors == []
    assert [one for one in codes(done).values() if one == "dropped.unknown_field"] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=titled)
@pytest.mark.parametrize("target", PROFILES)
def test_the_compact_list_of_losses_tells_what_the_report_tells(target: str, example: Any) -> None:
    source, _, payload = example
    done = translate(payload, source, target)
    told = {pointer: code for pointer, code in codes(done).items() if code.is_loss and pointer not in AROUND}
    for one in done.losses:
        if not one.code.is_loss or pointer_text(one.pointer) in AROUND:
            continue
        below = {pointer for pointer in told if f"{pointer}/".startswith(f"{pointer_text(one.pointer)}/")}
        assert below, one
        # the order of an item concerns all that is otherwise kept of it
        moved = one.code == "reduced.order"
        assert moved or {told[pointer] for pointer in below} <= {one.code, "reduced.order"}
    places = {pointer_text(one.pointer) for one in done.losses}
    assert {pointer for pointer in told if not any(f"{pointer}/".startswith(f"{one}/") for one in places)} == set()


@pytest.mark.parametrize("example", EXAMPLES, ids=titled)
def test_every_example_is_at_home_and_comes_back_from_the_hub(example: Any) -> None:
    source, _, payload = example
    expected = {name: value for name, value in payload.items() if name not in ("api_key", "product_id")}
    assert_same(translate(payload, source, source).payload, expected)
    there = translate(payload, source, "hub/write")
    assert_same(translate(there.payload, "hub/write", source).payload, expected)


# -- telling payloads apart -----------------------------------------------------------------------------------

#: examples of which other platforms' payloads look the same
ALIKE = {"axim/write: A new name": {"axim/write", "commerce-engine/write", "keevault/write"}}


@pytest.mark.parametrize("example", EXAMPLES, ids=titled)
def test_every_example_is_detected_or_names_its_candidates(example: Any) -> None:
    source, _, payload = example
    if titled(example) in ALIKE:
        with pytest.raises(UndecidableFormat) as caught:
            detect(payload, None, registry())
        assert set(caught.value.candidates) >= ALIKE[titled(example)]
        assert all(candidate in str(caught.value) for candidate in caught.value.candidates)
    else:
        assert detect(payload, None, registry()).spelled == source


@pytest.mark.parametrize("example", EXAMPLES, ids=titled)
def test_every_examples_profile_is_detected_within_its_format(example: Any) -> None:
    source, _, payload = example
    assert detect(payload, source.partition("/")[0], registry()).spelled == source


@pytest.mark.parametrize("example", EXAMPLES, ids=titled)
def test_a_source_without_profile_is_detected_by_translate(example: Any) -> None:
    source, _, payload = example
    assert translate(payload, source.partition("/")[0], "axim").report.source == source
    if titled(example) not in ALIKE:
        assert translate(payload, target="axim").report.source == source


@pytest.mark.parametrize("payload", [{}, {"name": "Shirt"}, {"sku": "S"}, {"seo": {}}], ids=str)
def test_an_undecidable_payload_names_more_than_one_candidate(payload: Any) -> None:
    with pytest.raises(UndecidableFormat) as caught:
        translate(payload, target="axim")
    assert len({one.partition("/")[0] for one in caught.value.candidates}) > 1


def test_a_payload_of_no_format_names_all_formats() -> None:
    with pytest.raises(UndecidableFormat) as caught:
        translate({"colour": "red"}, target="axim")
    assert caught.value.candidates == registry().names()


@pytest.mark.parametrize("payload", [[], [{"name": "Shirt"}], None, "text", 5, True], ids=str)
def test_what_is_no_object_is_no_product(payload: Any) -> None:
    with pytest.raises(InvalidPayload, match="expected object"):
        translate(payload, target="axim")


@pytest.mark.parametrize(
    ("payload", "profile"),
    [
        ({"product": {"name": "Lamp"}}, "webcommander/read"),
        ({"content": {"product": {"name": "Tea"}}}, "commerce-engine/read"),
        ({"message": "", "success": True, "content": {"product": {"name": "Tea"}}}, "commerce-engine/read"),
    ],
)
def test_an_envelope_decides(payload: Any, profile: str) -> None:
    assert detect(payload, None, registry()).spelled == profile


def test_the_nearest_format_is_suggested() -> None:
    with pytest.raises(UnknownFormat, match="did you mean 'commerce-engine'"):
        translate({}, "comerce-engine", "axim")
    with pytest.raises(UnknownFormat, match="did you mean 'read'"):
        translate({}, "axim", "axim/reed")
    with pytest.raises(UnknownFormat, match="axim/write"):
        translate({}, "axim", "axim/answer")


# -- envelopes ------------------------------------------------------------------------------------------------


def test_what_stands_around_a_product_is_no_product_data() -> None:
    answer = {"message": "Product found", "success": True, "content": {"product": {"name": "Tea"}}}
    done = translate(answer, "commerce-engine/read", "axim")
    assert_same(done.payload, {"name": "Tea"})
    assert lost(done) == {"/message": READONLY, "/success": READONLY}
    assert codes(done)["/content/product/name"].fate == "carried"


def test_an_answer_is_read_with_and_without_its_envelope() -> None:
    for payload in ({"product": {"id": 5, "name": "Lamp"}}, {"id": 5, "name": "Lamp"}):
        assert_same(translate(payload, "webcommander/read", "axim").payload, {"name": "Lamp"})


def test_an_answer_is_written_in_its_envelope() -> None:
    assert_same(translate({"name": "Lamp"}, "axim", "webcommander/read").payload, {"product": {"name": "Lamp"}})
    assert_same(
        translate({"name": "Tea"}, "axim", "commerce-engine/read").payload, {"content": {"product": {"name": "Tea"}}}
    )


def test_an_envelope_is_carried_at_home() -> None:
    answer = {"message": "m", "success": True, "content": {"product": {"name": "Tea"}}}
    done = translate(answer, "commerce-engine/read", "commerce-engine/read")
    assert_same(done.payload, answer)
    assert set(codes(done).values()) == {"carried"}


def test_a_request_has_no_envelope() -> None:
    done = translate({"product": {"name": "Lamp"}}, "webcommander/write", "axim")
    assert codes(done) == {"/product/name": "dropped.unknown_field"}


@pytest.mark.parametrize(
    ("source", "payload", "pointer"),
    [
        ("webcommander/read", {"product": {"name": 5}}, "/product/name"),
        ("webcommander/read", {"product": {"parents": [{"id": True}]}}, "/product/parents/0/id"),
        ("commerce-engine/read", {"content": {"product": {"tags": "x"}}}, "/content/product/tags"),
    ],
)
def test_an_error_inside_an_envelope_is_pointed_at_where_it_stands(source: str, payload: Any, pointer: str) -> None:
    assert [at for at, _ in refused(payload, source, "axim")] == [pointer]


def test_advice_inside_an_envelope_is_pointed_at_where_it_stands() -> None:
    done = translate({"product": {"name": "n" * 101}}, "webcommander/read", "axim")
    assert [one["pointer"] for one in done.report.errors] == ["/product/name"]


# -- what is read is not what is sent -------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["webcommander", "commerce-engine"])
def test_an_answer_can_be_sent_back(format: str) -> None:
    (payload,) = [payload for source, _, payload in EXAMPLES if source == f"{format}/read"]
    done = translate(payload, f"{format}/read", f"{format}/write")
    assert done.report.errors == []
    # of a product that is no draft, variants are not created again
    assert [one["target"] for one in done.report.missing] == ["/variants"] * (format == "commerce-engine")
    assert "carried.foreign_id" not in codes(done).values()


@pytest.mark.parametrize("format", ["webcommander", "commerce-engine"])
def test_nothing_that_a_request_can_say_is_lost_between_request_answer_and_request(format: str) -> None:
    (payload,) = [payload for source, _, payload in EXAMPLES if source == f"{format}/write"]
    there = translate(payload, f"{format}/write", f"{format}/read")
    back = translate(there.payload, f"{format}/read", f"{format}/write")
    gone = {pointer for pointer, code in codes(there).items() if code.fate in ("reduced", "dropped", "withheld")}
    before, after = ({at: text for at, text in flat(one) if at not in gone} for one in (payload, back.payload))
    assert {at: text for at, text in before.items() if not alike(text, after.get(at))} == {}


def flat(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list) and value:
        for name, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from flat(child, f"{at}/{name}")
    else:
        yield at, value


def alike(one: Any, other: Any) -> bool:
    """Tell whether two leaves are the same but for zeros at the end of a quoted number."""
    if isinstance(one, str) and isinstance(other, str) and NUMBER.fullmatch(one) and NUMBER.fullmatch(other):
        return Decimal(one) == Decimal(other)
    return type(one) is type(other) and bool(one == other)


def test_metadata_has_a_key_in_requests_and_a_name_in_answers() -> None:
    validate_all(
        "commerce-engine",
        {"metadata": [{"key": "harvest", "value": "second"}]},
        {"commerce-engine/read": ({"metadata": [{"name": "harvest", "value": "second"}]}, {})},
    )
    validate_all(
        "commerce-engine/read",
        {"content": {"product": {"metadata": [{"name": "harvest", "value": "second"}]}}},
        {"commerce-engine": ({"metadata": [{"key": "harvest", "value": "second"}]}, {})},
    )


def test_fields_for_machines_meet() -> None:
    validate_all(
        "commerce-engine",
        {"metadata": [{"key": "capacity", "value": "500 ml"}]},
        {"axim": ({"metaFields": [{"code": "capacity", "value": "500 ml"}]}, {})},
    )


def test_specifications_meet() -> None:
    validate_all(
        "axim",
        {"specifications": [{"name": "Bulb", "value": "E14"}]},
        {"webcommander": ({"custom_properties": [{"label": "Bulb", "description": "E14"}]}, {})},
    )
    validate_all(
        "webcommander",
        {"custom_properties": [{"label": "Bulb", "description": "E14"}]},
        {"axim": ({"specifications": [{"name": "Bulb", "value": "E14"}]}, {})},
    )


def test_customers_whom_a_restriction_spares_have_another_name_in_answers() -> None:
    sent = {
        STOCK: {"restrict_price_for": "except_selected", "restrict_price_for_selected_customers": ["5102", "5117"]}
    }
    read = {STOCK: {"restrict_price_for": "except_selected", "restrict_price_for_except_customers": ["5102", "5117"]}}
    validate_all("webcommander", sent, {"webcommander/read": (read, {})})
    validate_all("webcommander/read", {"product": read}, {"webcommander": (sent, {})})


def test_customers_and_groups_are_ids_in_requests_and_objects_in_answers() -> None:
    sent = {"selected_customers": {"customers": [5102], "groups": [31]}}
    read = {"selected_customers": {"customers": [{"id": 5102}], "groups": [{"id": 31}]}}
    validate_all("webcommander", sent, {"webcommander/read": (read, {})})
    validate_all("webcommander/read", {"product": read}, {"webcommander": (sent, {})})


def test_a_yes_or_no_and_a_list_of_customers_do_not_meet_under_one_name() -> None:
    name = "restrict_for_selected_customers"
    sent = translate({name: "true"}, "webcommander", "webcommander/read")
    assert list(lost(sent)) == [f"/{name}"]
    read = translate({"product": {name: [{"id": 5230}]}}, "webcommander/read", "webcommander")
    assert list(lost(read)) == [f"/product/{name}/0/id"]


def test_an_object_of_unknown_shape_is_kept_whole_at_home_and_never_sent() -> None:
    inside = {STOCK: {"tax_profile": {"id": 2, "deep": {"list": [1, "x", None]}}}}
    home = translate({"product": inside}, "webcommander/read", "webcommander/read")
    assert_same(arrived(home), inside)
    sent = translate({"product": inside}, "webcommander/read", "webcommander")
    assert set(codes(sent)) == set(lost(sent))
    assert sent.report.valid_out is True


@pytest.mark.parametrize(
    "product",
    [
        {STOCK: {"tax_profile": "GST 10%"}},
        {STOCK: {"shipping_profile": {"id": 3, "name": "Small parcels"}}},
        {"product_layout": {"id": 4}},
        {"custom_properties": [{"label": "Care", "description": "Dry clean"}]},
        {"seo_configs": [{"config_key": "seo_title", "value": "A lamp", "type": "product", "meta_tags": []}]},
        {"tags": [{"name": "Material", "values": ["Oak"], "display_in_product_page": True}]},
        {"available_for": "selected", STOCK: {"restrict_price_for": "everyone", "hide_price": True}},
    ],
    ids=lambda product: next(reversed(product)),
)
def test_what_a_request_can_hold_of_an_answer_arrives(product: Any) -> None:
    validate_all("webcommander/read", {"product": product}, {"webcommander": (product, {})})
    validate_all("webcommander", product, {"webcommander/read": (product, {})})


def test_what_an_answer_says_beside_what_a_request_holds_stays_behind() -> None:
    layout = {"product_layout": {"id": 4, "name": "Wide picture"}}
    lost_name = {"/product/product_layout/name": NO_COUNTERPART}
    validate_all(
        "webcommander/read", {"product": layout}, {"webcommander": ({"product_layout": {"id": 4}}, lost_name)}
    )


@pytest.mark.parametrize("name", ["length", "width", "height", "weight", "sold_out", "sold_out_label"])
def test_what_the_answer_lifts_to_the_top_goes_back_into_its_group(name: str) -> None:
    value: Any = {"sold_out": True, "sold_out_label": "Back in spring"}.get(name, "0.25")
    validate_all("webcommander", {"product_properties": {name: value}}, {"webcommander/read": ({name: value}, {})})
    validate_all(
        "webcommander/read", {"product": {name: value}}, {"webcommander": ({"product_properties": {name: value}}, {})}
    )


@pytest.mark.parametrize("name", ["featured_product", "new_product", "model", "featured_product_label"])
def test_what_the_answer_leaves_out_is_reported(name: str) -> None:
    value: Any = True if name in ("featured_product", "new_product") else "text"
    done = translate({"product_properties": {name: value}}, "webcommander", "webcommander/read")
    assert list(lost(done)) == [f"/product_properties/{name}"]


NUMBERS = ("base_price", "cost_price")
STOCK_NUMBERS = (
    "available_stock",
    "low_level_stock",
    "minimum_order_quantity",
    "maximum_order_quantity",
    "multiple_order_quantity",
    "expected_to_pay_price",
)


@pytest.mark.parametrize("name", [*NUMBERS, *STOCK_NUMBERS])
def test_numbers_are_quoted_in_requests_and_bare_in_answers(name: str) -> None:
    def product(value: Any) -> Any:
        return {STOCK: {name: value}} if name in STOCK_NUMBERS else {name: value}

    validate_all("webcommander/read", {"product": product(12)}, {"webcommander": (product("12"), {})})
    validate_all("webcommander", product("12"), {"webcommander/read": (product(12), {})})
    validate_all("webcommander", product(12), {"webcommander/read": (product(12), {})})


@pytest.mark.parametrize("name", ["administrative_status", "password_protected"])
@pytest.mark.parametrize("value", [True, False])
def test_truth_values_are_quoted_in_requests(name: str, value: bool) -> None:
    quoted = "true" if value else "false"
    validate_all("webcommander/read", {"product": {name: value}}, {"webcommander": ({name: quoted}, {})})


def test_what_only_an_answer_holds_is_not_sent() -> None:
    answer = {
        "reviews_count": 93,
        "reviews_rating_sum": 412,
        "variant_count": 2,
        "on_offer": True,
        "created_at": "2023-11-07T05:31:56Z",
        "modified_at": "2024-03-18T09:40:12Z",
        "product_type": "physical",
        "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    }
    validate_all(
        "commerce-engine/read",
        {"content": {"product": answer}},
        {"commerce-engine": ({}, {f"/content/product/{name}": READONLY for name in answer})},
    )


def test_times_without_a_zone_rest_on_an_assumption() -> None:
    answer = {"product": {"created_at": "2024-05-14T08:20:31"}}
    done = translate(answer, "webcommander/read", "commerce-engine/read")
    assert_same(arrived(done), {"created_at": "2024-05-14T08:20:31Z"})
    assert [one["what"] for one in done.report.assumptions] == ["timezone"]
    done = translate(answer, "webcommander/read", "commerce-engine/read", assume={"timezone": "Asia/Kolkata"})
    assert_same(arrived(done), {"created_at": "2024-05-14T08:20:31+05:30"})
    assert done.report.assumptions == [{"what": "timezone", "value": "Asia/Kolkata", "leaves": 1}]


def test_the_seller_calls_a_subscriptions_price_what_the_platform_calls_it() -> None:
    payload = {"subscriptions": [{"subscription_price": [{"suscription_price": 5}]}]}
    assert lost(translate(payload, "commerce-engine", "commerce-engine/read")) == {}
    payload = {"subscriptions": [{"subscription_price": [{"subscription_price": 5}]}]}
    done = translate(payload, "commerce-engine", "commerce-engine/read")
    assert list(lost(done).values()) == ["dropped.unknown_field"]


def test_variants_are_known_by_name_when_sent() -> None:
    variants = [{"name": "small", "associated_options": {"Size": "S"}}]
    answer = [{"id": "01HF", "sku": "T-S", "name": "small", "associated_options": {"Size": {"value": "S"}}}]
    done = translate({"content": {"product": {"variants": answer}}}, "commerce-engine/read", "commerce-engine")
    assert_same(done.payload, {"variants": variants})
    assert list(lost(done)) == ["/content/product/variants/0/id", "/content/product/variants/0/sku"]


# -- what the target needs ------------------------------------------------------------------------------------


def missing(done: Any) -> list[str]:
    return [one["target"] for one in done.report.missing]


def test_a_sku_is_required_exactly_where_there_are_no_variants() -> None:
    without, with_ = ({"product_state": {"is_product_has_variants": one}} for one in (False, True))
    assert missing(translate(without, "prosperna", "commerce-engine")) == ["/sku"]
    assert missing(translate(with_, "prosperna", "commerce-engine")) == []
    assert missing(translate({"name": "Tea"}, "axim", "commerce-engine")) == []
    has = {"has_variant": False, "sku": "T"}
    assert missing(translate({"content": {"product": has}}, "commerce-engine/read", "commerce-engine")) == []


def test_a_licence_needs_all_its_fields_but_the_reference() -> None:
    done = translate({"name": "Shirt", "status": "active"}, "axim", "keevault")
    assert missing(done) == ["/source", "/description", "/require_non_expired"]
    assert done.report.valid_out is False
    assert done.report.lossless is True


def test_nothing_is_defaulted_into_an_update() -> None:
    for target in PROFILES:
        done = translate({"name": "Shirt"}, "axim", target)
        assert [one for one in done.report.origins if one["origin"] != "source"] == []


def test_defaults_are_written_only_when_creating() -> None:
    payload = {"packaging": {"pack_width": 3}}
    created = translate(payload, "commerce-engine", "axim", mode="create")
    defaults = {one["target"] for one in created.report.origins if one["origin"] == "default"}
    assert defaults == {"/dimensions/depth", "/dimensions/height"}
    assert_balanced(payload, created)
    updated = translate(payload, "commerce-engine", "axim")
    assert_same(updated.payload, {"dimensions": {"width": 3}})
