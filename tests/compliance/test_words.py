"""Words and texts: code tables, limits, handles, keywords, markup."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from tests.compliance.facts import (
    CONDITION,
    NO_COUNTERPART,
    READONLY,
    all_lost,
    arrived,
    assert_same,
    codes,
    lost,
    refused,
    validate_all,
)

# -- status and visibility ------------------------------------------------------------------------------------


def test_a_draft_becomes_inactive_where_there_are_no_drafts_and_says_so() -> None:
    reduced = {"/status": "reduced.enum"}
    validate_all(
        "commerce-engine",
        {"status": "draft"},
        {
            "axim": ({"status": "inactive"}, reduced),
            "keevault": ({"status": "inactive"}, reduced),
            "webcommander": ({"administrative_status": "false"}, reduced),
            "prosperna": all_lost({"status": "draft"}),
            "commerce-engine/read": ({"status": "draft"}, {}),
        },
    )


@pytest.mark.parametrize("status", ["active", "inactive"])
def test_active_and_inactive_mean_the_same_everywhere(status: str) -> None:
    said = {
        "axim": {"status": status},
        "keevault": {"status": status},
        "commerce-engine": {"status": status},
        "webcommander": {"administrative_status": "true" if status == "active" else "false"},
    }
    for source, payload in said.items():
        validate_all(source, payload, {target: (word, {}) for target, word in said.items() if target != source})


@pytest.mark.parametrize("status", ["active", "inactive"])
@pytest.mark.parametrize("shown", [True, False])
def test_status_and_visibility_vary_independently(status: str, shown: bool) -> None:
    said = {
        "axim": {"status": status, "visibility": shown},
        "commerce-engine": {"status": status, "active": shown},
        "webcommander": {"administrative_status": "true" if status == "active" else "false", "available": shown},
    }
    for source, payload in said.items():
        validate_all(source, payload, {target: (word, {}) for target, word in said.items() if target != source})
    pointer = "/visibility"
    validate_all("axim", said["axim"], {"keevault": ({"status": status}, {pointer: NO_COUNTERPART})})


@pytest.mark.parametrize(
    ("source", "pointer"), [("axim", "/status"), ("keevault", "/status"), ("commerce-engine", "/status")]
)
def test_a_status_that_no_table_has_is_refused(source: str, pointer: str) -> None:
    ((where, message),) = refused({"status": "aktive"}, source, "webcommander")
    assert where == pointer
    assert "did you mean 'active'?" in message


def test_truth_in_quotes_is_truth() -> None:
    for word in ("true", True):
        validate_all("webcommander", {"administrative_status": word}, {"axim": ({"status": "active"}, {})})
    for word in ("false", False):
        validate_all("webcommander", {"administrative_status": word}, {"axim": ({"status": "inactive"}, {})})


def test_a_truth_value_that_is_none_is_reported() -> None:
    done = translate({"administrative_status": "yes"}, "webcommander", "axim")
    assert_same(done.payload, {})
    assert lost(done) == {"/administrative_status": "dropped.unreadable"}


def test_kinds_of_product() -> None:
    validate_all(
        "webcommander", {"product_type": "downloadable"}, {"commerce-engine/read": ({"product_type": "digital"}, {})}
    )
    validate_all(
        "commerce-engine/read",
        {"content": {"product": {"product_type": "digital"}}},
        {"webcommander": ({"product_type": "downloadable"}, {})},
    )


def test_a_bundle_is_neither_physical_nor_downloadable() -> None:
    done = translate({"content": {"product": {"product_type": "bundle"}}}, "commerce-engine/read", "webcommander")
    assert_same(done.payload, {})
    assert list(lost(done)) == ["/content/product/product_type"]


@pytest.mark.parametrize("word", ["internal", "envato", "Envato", "INTERNAL", "eNVATO"])
def test_where_a_licence_is_sold_is_read_without_case_and_written_as_it_was(word: str) -> None:
    assert_same(translate({"source": word}, "keevault", "keevault").payload, {"source": word})


def test_licence_words_are_held_to_their_documents() -> None:
    assert [at for at, _ in refused({"source": "amazon"}, "keevault", "axim")] == ["/source"]
    assert [at for at, _ in refused({"require_non_expired": "2"}, "keevault", "axim")] == ["/require_non_expired"]
    for value in ("0", "1", 0, 1):
        translate({"require_non_expired": value}, "keevault", "axim")


def test_a_form_has_no_null() -> None:
    assert [at for at, _ in refused({"name": None}, "keevault", "axim")] == ["/name"]
    validate_all("axim", {"name": None}, {"keevault": ({}, {"/name": "dropped.limit"})})


# -- limits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["axim", "keevault", "prosperna"])
def test_a_name_is_cut_at_the_targets_limit_and_says_so(source: str) -> None:
    def named(length: int) -> Any:
        name = "n" * length
        return {"product_specification": {"name": name}} if source == "prosperna" else {"name": name}

    pointer = "/product_specification/name" if source == "prosperna" else "/name"
    cut = {pointer: "reduced.length"}
    validate_all(source, named(128), {"commerce-engine": ({"name": "n" * 128}, {})})
    validate_all(
        source,
        named(129),
        {
            "commerce-engine": ({"name": "n" * 128}, cut),
            "commerce-engine/read": ({"name": "n" * 128}, cut),
            "webcommander": ({"name": "n" * 100}, cut),
        },
    )


def test_a_summary_is_cut_at_the_targets_limit() -> None:
    cut = {"/shortDescription": "reduced.length"}
    validate_all(
        "axim",
        {"shortDescription": "s" * 501},
        {
            "commerce-engine": ({"short_description": "s" * 256}, cut),
            "webcommander": ({"product_summary": "s" * 500}, cut),
            "prosperna": ({"product_specification": {"short_description": "s" * 501}}, {}),
        },
    )


def test_characters_are_counted_and_none_is_halved() -> None:
    done = translate({"name": "𝄞" * 129}, "axim", "commerce-engine")
    assert_same(done.payload, {"name": "𝄞" * 128})


@pytest.mark.parametrize(("target", "limit"), [("commerce-engine", 64), ("webcommander", 50)])
def test_a_sku_is_never_cut(target: str, limit: int) -> None:
    validate_all("axim", {"sku": "k" * limit}, {target: ({"sku": "k" * limit}, {})})
    validate_all("axim", {"sku": "k" * (limit + 1)}, {target: ({}, {"/sku": "dropped.limit"})})


def test_a_limit_with_a_sure_source_is_held_when_read() -> None:
    for name, length in (("name", 129), ("sku", 65), ("short_description", 257)):
        ((pointer, message),) = refused({name: "x" * length}, "commerce-engine", "axim")
        assert pointer == f"/{name}"
        assert str(length - 1) in message
        assert str(length) in message


def test_a_limit_with_a_weak_source_only_advises_when_read() -> None:
    done = translate({"name": "n" * 101}, "webcommander", "axim")
    assert_same(done.payload, {"name": "n" * 101})
    assert done.report.valid_in is False
    assert [one["pointer"] for one in done.report.errors] == ["/name"]


def test_the_output_is_valid_where_something_was_cut() -> None:
    done = translate({"name": "n" * 129}, "axim", "commerce-engine")
    assert done.report.valid_out is True
    assert done.report.lossless is False


# -- handles --------------------------------------------------------------------------------------------------

HANDLES = {
    "axim": {"customUrl": "/developer-test-item/"},
    "commerce-engine": {"seo": {"slug": "developer-test-item"}},
    "prosperna": {"product_specification": {"slug": "developer-test-item"}},
}


@pytest.mark.parametrize("source", HANDLES)
def test_a_path_and_a_slug_are_the_same_handle(source: str) -> None:
    others = {target: (product, {}) for target, product in HANDLES.items() if target != source}
    validate_all(
        source, HANDLES[source], {**others, "webcommander/read": ({"urls": {"url": "developer-test-item"}}, {})}
    )


@pytest.mark.parametrize("spelling", ["/x/", "x", "/x", "x/"])
def test_slashes_around_a_slug_say_nothing(spelling: str) -> None:
    validate_all("axim", {"customUrl": spelling}, {"commerce-engine": ({"seo": {"slug": "x"}}, {})})


@pytest.mark.parametrize(
    "address", ["/men/shirts/oxford/", "men/oxford", "https://shop.example.com/men/oxford?from=mail#top"]
)
def test_of_a_longer_path_the_last_part_is_the_slug(address: str) -> None:
    done = validate_all(
        "axim",
        {"customUrl": address},
        {
            "prosperna": ({"product_specification": {"slug": "oxford"}}, {"/customUrl": "reduced.range"}),
            "commerce-engine": ({"seo": {"slug": "oxford"}}, {"/customUrl": "reduced.range"}),
        },
    )
    for target, one in done.items():
        assert translate(one.payload, target, "axim", restore=one.sidecar).payload == {"customUrl": address}
    validate_all(
        "commerce-engine",
        {"seo": {"slug": address.strip("/")}},
        {"axim": ({"customUrl": "/oxford/"}, {"/seo/slug": "reduced.range"})},
    )


def test_an_address_without_a_path_is_no_slug() -> None:
    address = {"customUrl": "https://shop.example.com"}
    validate_all("axim", address, {"commerce-engine": ({}, {"/customUrl": CONDITION})})


def test_the_shops_root_is_no_handle() -> None:
    validate_all("axim", {"customUrl": "/"}, {"commerce-engine": ({}, {"/customUrl": CONDITION})})


def test_a_public_url_is_no_handle() -> None:
    validate_all(
        "prosperna",
        {"product_seo": {"primary": {"url": "https://shop.example.com/products/x"}}},
        {
            "axim": ({}, {"/product_seo/primary/url": NO_COUNTERPART}),
            "commerce-engine": ({}, {"/product_seo/primary/url": NO_COUNTERPART}),
            "webcommander/read": ({"urls": {"product_url": "https://shop.example.com/products/x"}}, {}),
        },
    )


def test_a_url_that_the_platform_sets_is_not_sent() -> None:
    validate_all(
        "webcommander/read",
        {"product": {"urls": {"url": "x"}}},
        {"webcommander": ({}, {"/product/urls/url": READONLY})},
    )


# -- keywords -------------------------------------------------------------------------------------------------


def test_keyword_text_splits_and_joins() -> None:
    text, words = (
        {"seo": {"metaKeywords": "red, dark blue, 3D"}},
        {"seo": {"meta_keywords": ["red", "dark blue", "3D"]}},
    )
    validate_all("axim", text, {"commerce-engine": (words, {}), "commerce-engine/read": (words, {})})
    validate_all("commerce-engine", words, {"axim": (text, {})})


@pytest.mark.parametrize("text", ["a,b", " a ,b ", "a, b", "a,,b,"])
def test_blanks_around_keywords_say_nothing(text: str) -> None:
    validate_all(
        "axim", {"seo": {"metaKeywords": text}}, {"commerce-engine": ({"seo": {"meta_keywords": ["a", "b"]}}, {})}
    )


def test_a_keyword_with_a_comma_does_not_split_in_silence() -> None:
    done = translate({"seo": {"meta_keywords": ["a", "b,c"]}}, "commerce-engine", "axim")
    assert_same(done.payload, {"seo": {"metaKeywords": "a, b, c"}})
    assert set(lost(done).values()) == {"reduced.list"}


@pytest.mark.parametrize("word", ["a,b", " a", "tab\t", "\r", ",", "a ,, b"])
def test_a_second_crossing_finds_keywords_as_the_first_left_them(word: str) -> None:
    once = translate({"seo": {"meta_keywords": [word]}}, "commerce-engine", "axim").payload
    back = translate(once, "axim", "commerce-engine").payload
    assert translate(back, "commerce-engine", "axim").payload == once


def test_no_keywords_are_an_empty_text() -> None:
    validate_all("commerce-engine", {"seo": {"meta_keywords": []}}, {"axim": ({"seo": {"metaKeywords": ""}}, {})})
    validate_all("axim", {"seo": {"metaKeywords": ""}}, {"commerce-engine": ({"seo": {"meta_keywords": []}}, {})})


def test_search_words_are_tags_and_no_meta_keywords() -> None:
    words, synonyms = {"searchKeyWords": ["a", "b"]}, {"synonymKeywords": ["c"]}
    lost_synonyms = {"/synonymKeywords/0": NO_COUNTERPART}
    validate_all(
        "axim",
        {**words, **synonyms},
        {
            "commerce-engine": ({"tags": ["a", "b"]}, lost_synonyms),
            "webcommander": ({"tags": [{"name": "a"}, {"name": "b"}]}, lost_synonyms),
            "prosperna": all_lost({**words, **synonyms}),
        },
    )
    validate_all("commerce-engine", {"tags": ["a", "b"]}, {"axim": (words, {})})


def test_tags_and_css_classes_do_not_meet() -> None:
    payload = {"custom_class": "lamp-wide"}
    validate_all("webcommander", payload, {"commerce-engine": all_lost(payload)})
    validate_all(
        "commerce-engine", {"tags": ["a", "b"]}, {"webcommander": ({"tags": [{"name": "a"}, {"name": "b"}]}, {})}
    )


# -- titles and descriptions ----------------------------------------------------------------------------------


def test_titles_for_search_engines_meet() -> None:
    said = {
        "axim": {"seo": {"pageTitle": "T", "metaDescription": "D"}},
        "commerce-engine": {"seo": {"meta_title": "T", "meta_description": "D"}},
        "prosperna": {"product_seo": {"primary": {"title": "T", "description": "D"}}},
    }
    for source, payload in said.items():
        validate_all(source, payload, {target: (word, {}) for target, word in said.items() if target != source})


def test_open_sets_of_search_settings_are_not_guessed_at() -> None:
    payload = {"seo_configs": [{"value": "T", "type": "product", "config_key": "og_title", "meta_tags": []}]}
    validate_all(
        "webcommander", payload, {name: all_lost(payload) for name in ("axim", "commerce-engine", "prosperna")}
    )


def test_a_name_is_a_name_everywhere() -> None:
    said = {
        "axim": {"name": "Shirt"},
        "commerce-engine": {"name": "Shirt"},
        "keevault": {"name": "Shirt"},
        "webcommander": {"name": "Shirt"},
        "prosperna": {"product_specification": {"name": "Shirt"}},
    }
    for source, payload in said.items():
        done = validate_all(
            source, payload, {target: (word, {}) for target, word in said.items() if target != source}
        )
        for one in done.values():
            assert set(codes(one).values()) <= {"carried", "carried.moved"}


def test_makers_numbers_meet() -> None:
    validate_all("axim", {"mpn": "5920234"}, {"webcommander": ({"product_properties": {"model": "5920234"}}, {})})
    validate_all("webcommander", {"product_properties": {"model": "M"}}, {"axim": ({"mpn": "M"}, {})})


def test_a_product_number_is_not_taken_for_another_kind_of_number() -> None:
    gtin = {"advanced": {"advance_information": {"global_trade_item_number": "9312345678907"}}}
    validate_all("webcommander", gtin, {name: all_lost(gtin) for name in ("axim", "commerce-engine")})
    reference = {"external_reference": "48210733"}
    validate_all("keevault", reference, {name: all_lost(reference) for name in ("axim", "webcommander")})


def test_featured_meets_and_new_does_not() -> None:
    validate_all(
        "webcommander",
        {"product_properties": {"featured_product": True, "new_product": True}},
        {
            "axim": ({"isFeatured": True}, {"/product_properties/new_product": NO_COUNTERPART}),
            "commerce-engine": ({"is_featured": True}, {"/product_properties/new_product": NO_COUNTERPART}),
        },
    )


def test_free_shipping_and_customs_meet() -> None:
    validate_all(
        "axim",
        {"isFreeShipping": True, "customs": {"countryCode": "IN", "hsCodes": [{"code": "0902"}]}},
        {
            "commerce-engine": (
                {"hsn_code": "0902", "shipping": {"is_free_shipping": True, "country_of_origin": "IN"}},
                {},
            )
        },
    )


def test_further_customs_codes_are_reported() -> None:
    done = translate({"customs": {"hsCodes": [{"code": "1"}, {"code": "2"}]}}, "axim", "commerce-engine")
    assert_same(arrived(done), {"hsn_code": "1"})
    assert lost(done) == {"/customs/hsCodes/1/code": "dropped.condition"}
