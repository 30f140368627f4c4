"""Any reply at all has an outcome, and only a good one is good."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalens.formats import registry
from catalens.mapping.endpoints import Endpoints
from catalens.migrate.outcomes import Outcome
from catalens.migrate.replies import Judge, Reply
from catalens.migrate.seals import Seal
from catalens.migrate.secrets import Secrets
from catalens.payloads import dumps

NAMES = ["success", "message", "error", "errors", "data", "content", "response", "statusCode", "code", "product"]
SCALARS = st.none() | st.booleans() | st.integers(0, 900) | st.floats(allow_nan=False) | st.text(max_size=5)
BODIES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
STATUS = st.sampled_from([200, 201, 204, 301, 302, 400, 401, 404, 408, 409, 410, 422, 429, 500, 502, 503])


def judge(format: str) -> Judge:
    endpoints = registry().mapping(format).endpoints
    assert endpoints is not None
    seal = None if endpoints.sealed is None else Seal(endpoints.sealed, None)
    return Judge(endpoints, seal, Secrets(["a secret"]))


def sealed(body: Any) -> Any:
    """Seal what can be sealed, so that its values are looked at."""
    if isinstance(body, dict) and "response" in body:
        return {**body, "response_base64": base64.b64encode(dumps(body["response"])).decode()}
    return body


@pytest.mark.parametrize("format", registry().names())
@settings(max_examples=60, deadline=None)
@given(status=STATUS, body=BODIES, creating=st.booleans(), named=st.booleans())
def test_any_reply_has_an_outcome(format: str, status: int, body: Any, creating: bool, named: bool) -> None:
    answer = judge(format).answer(Reply(status, sealed(body), is_json=True), None, creating, named)
    if answer.outcome is Outcome.DONE:
        assert 200 <= status < 300
        assert answer.detail == ""
        assert not answer.errors
    if status >= 500 or status in (302, 408):
        assert answer.outcome not in (Outcome.DONE, Outcome.REFUSED)
    if status == 429:
        assert answer.outcome is Outcome.BUSY
    assert answer.code
    assert all(isinstance(text, str) for texts in answer.errors.values() for text in texts)
    json.dumps([answer.code, answer.detail, dict(answer.errors)])


@pytest.mark.parametrize("format", registry().names())
@pytest.mark.parametrize("status", [200, 201, 404, 422, 502])
def test_what_is_no_json_is_never_done(format: str, status: int) -> None:
    answer = judge(format).answer(Reply(status), None, creating=True)
    assert answer.outcome is (Outcome.REFUSED if 400 <= status < 500 else Outcome.UNKNOWN)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"sku": ["is long", "has blanks"]}, {"sku": ("is long", "has blanks")}),
        ({"sku": "is long"}, {"sku": ("is long",)}),
        ({"options": {"0": {"label": ["is missing"]}}}, {"options": ("0: label: is missing",)}),
        (["one", {"field": "sku", "why": 3}], {"": ("one", "field: sku", "why: 3")}),
        ("a secret is no name", {"": ("*** is no name",)}),
        ({"a secret": [None]}, {"***": ()}),
        (None, {}),
        ([], {}),
    ],
)
def test_field_errors_are_read_in_whatever_shape_they_come(said: Any, told: Any) -> None:
    endpoints = Endpoints(errors="body.errors")
    answer = Judge(endpoints, None, Secrets(["a secret"])).answer(Reply(422, {"errors": said}, is_json=True), None)
    assert answer.errors == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no\n  such   thing", "no such thing"),
        ({"why": "no"}, '{"why":"no"}'),
        (None, "the status is 400"),
        ("", "the status is 400"),
        ("x" * 900, "x" * 399 + "…"),
    ],
)
def test_what_a_store_says_is_one_line(said: Any, told: str) -> None:
    answer = Judge(Endpoints(error="body"), None, Secrets()).answer(Reply(400, said, is_json=True), None)
    assert answer.detail == told
