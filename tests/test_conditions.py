"""Conditions that fail on a value are not met, whichever way it takes; and lint finds such values beforehand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalens.engine import translator
from catalens.formats import Registry
from catalens.lint.check import lint_file
from catalens.validate import meets, missing_fields

FAILING = (
    *("length(a) > `1`", "contains(a, 'x')", "starts_with(a, 'x')", "abs(a) == `1`", "sum(a) > `1`", "avg(a) > `1`"),
    *(
        "join(',', a) == 'x'",
        "keys(a) == `[]`",
        "max(a) > `1`",
        "sort(a) == `[]`",
        "reverse(a) == `[]`",
        "ceil(a) == `1`",
    ),
    *(
        "merge(a, a) == `{}`",
        "map(&length(@), a) == `[]`",
        "max_by(a, &b) == `1`",
        "type(a[::0]) == 'null'",
        "nowhere(a)",
    ),
    *("a && length(a) > `1`", "!length(a)", "a == `1` || length(a) > `1`"),
)
VALUES = (None, "", "x", 0, 1.5, 10**400, True, {}, {"b": 1}, [], ["x"], [1, "x"], [None], [{"b": None}])


def mapping(folder: Path, when: str, type: Any = "any") -> Path:
    path = folder / "mart.yaml"
    line = {"type": type, "only_here": True}
    rows = {"hub": "media[]", "when": when, "fields": {"a": line, "url": {"type": "string", "hub": "url"}}}
    data = {
        "format": "mart",
        "title": "A mart",
        "fields": {"a": line, "name": {"type": "string", "hub": "title"}, "rows[]": rows},
        "profiles": {"write": {}},
        "required": [{"field": "name", "when": when, "because": "it is"}],
        "forbidden": [{"field": "name", "when": when, "because": "it is"}],
    }
    path.write_text(json.dumps(data, indent=1), "utf-8")
    return path


@pytest.mark.parametrize("when", FAILING)
def test_lint_finds_a_value_on_which_a_condition_fails(tmp_path: Path, when: str) -> None:
    said = [one for one in lint_file(mapping(tmp_path, when)) if one.code == "condition-fails"]
    assert len(said) == 3
    assert all("which the profile allows" in one.message for one in said)


@pytest.mark.parametrize(
    ("when", "type"),
    [
        *(("a == 'x'", "any"), ("a", "any"), ("!a", "any"), ("type(a) == 'string' && length(a) > `1`", "any")),
        *(
            ("a && length(a) > `1`", "string"),
            ("a[?b].c == `[]`", "any"),
            ("a[0:2] == `[]`", "any"),
            ("a.b.c", "any"),
        ),
        ("not_null(a, 'x') == 'x'", "any"),
    ],
)
def test_lint_lets_conditions_through_that_fail_on_nothing(tmp_path: Path, when: str, type: str) -> None:
    assert [str(one) for one in lint_file(mapping(tmp_path, when, type)) if one.code == "condition-fails"] == []


@pytest.mark.parametrize("when", FAILING)
def test_a_condition_that_fails_is_not_met(tmp_path: Path, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping(tmp_path, when)
    known = Registry([tmp_path])
    monkeypatch.setattr(translator, "refuse_faulty", lambda *_: None)
    made = translator.Translator("mart", "axim", formats=known)
    back = translator.Translator("axim", "mart", formats=known)
    for value in VALUES:
        item = {"a": value, "url": "https://a.example/x"}
        payload = {"name": "Desk", "a": value, "rows": [item]}
        done = made(payload)
        met = meets(when, item)
        for compact in (json.dumps(payload).encode(), json.dumps(payload, separators=(",", ":")).encode()):
            (line,) = made.lines([compact])
            assert line.output is not None
            assert json.loads(line.output) == done.payload
        codes = {str(loss.code) for loss in done.losses if loss.pointer[0] == "rows"}
        assert ("dropped.condition" in codes) == (not met)
        assert done.report.to_dict()
        missing = missing_fields({"a": value}, known.profile("mart"), "create")
        assert missing == ([("/name", "it is")] if meets(when, {"a": value}) else [])
    assert back({"name": "Desk"}).payload == {"name": "Desk"}


def test_a_report_says_that_a_condition_failed_and_shows_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping(tmp_path, "length(a) > `1`")
    monkeypatch.setattr(translator, "refuse_faulty", lambda *_: None)
    done = translator.Translator("mart", "axim", formats=Registry([tmp_path]))({"rows": [{"a": 271828, "url": "x"}]})
    said = json.dumps(done.report.to_dict())
    assert "cannot be asked of this one: length() takes no number" in said
