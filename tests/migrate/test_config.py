"""What a configuration may say, and where it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from catalens.errors import InvalidMapping
from catalens.formats import registry
from catalens.mapping.load import load_text
from catalens.migrate.config import Config, config_schema, read_config
from catalens.migrate.migration import starting_point

WHOLE = """\
migration: 1
from: {format: webcommander/read, url: "https://old.example/"}
to: {format: commerce-engine, url: "https://api.example", pace: 5/s, concurrency: 4, timeout: 30s, settle: 90s}
journal: move.db
things: [category, product]
match: [sku, handle]
when_exists: update
mode: create
assume: {source.weight: kg}
ids: known.csv
fill: {source: internal}
images: {as: {directory: img/, url: "https://cdn.example/"}, most: 8MB}
redirects: {from: "{url}", to: "https://new.example/p/{handle}"}
losses: {stop: [reduced], accept: [dropped.no_counterpart]}
give_up: {in_a_row: 20, attempts: 8}
"""


def read(text: str, there: Path) -> Config:
    (there / "move.yaml").write_text(text)
    return read_config(there / "move.yaml", registry())


def test_all_that_can_be_said(tmp_path: Path) -> None:
    config = read(WHOLE, tmp_path)
    assert (config.from_.url, config.to.pace, config.to.timeout, config.to.settled) == (
        "https://old.example",
        5,
        30,
        90,
    )
    assert config.images is not None
    assert config.images.most == 8e6
    jsonschema.validate(load_text(WHOLE, "move.yaml").data, config_schema())


@pytest.mark.parametrize(("said", "settled"), [({}, 90.0), ({"timeout": "5s"}, 60.0), ({"settle": "2min"}, 120.0)])
def test_settling_lasts_three_time_outs_and_a_minute_at_least(said: dict[str, Any], settled: float) -> None:
    to = {"format": "axim", "url": "https://new.example", **said}
    whole = {"migration": 1, "from": {"format": "keevault", "file": "x.json"}, "to": to, "journal": "move.db"}
    assert Config.model_validate(whole).to.settled == settled


@pytest.mark.parametrize(
    ("before", "after", "place", "message"),
    [
        ("pace: 5/s", "pace: 5", "3:65", "expected a number of calls per s, min or h, such as 5/s"),
        ("timeout: 30s", "timeout: 30", "3:95", "expected a number and one of ms, s, min, h, such as 30s"),
        ("https://old.example/", "https://me:pw@old.example", "2:40", "no credentials"),
        ("https://old.example/", "http://old.example", "2:40", "use https, or say insecure: true"),
        ("webcommander/read", "webcomander/read", "2:16", "did you mean 'webcommander/read'?"),
        ("[sku, handle]", "[skuu]", "6:9", "did you mean 'sku'?"),
        ("[reduced]", "[redused]", "14:17", "did you mean 'reduced'?"),
        ("when_exists: update", "when_exists: updat", "7:14", "did you mean 'update'?"),
        ("mode: create", "mod: create", "8:1", "did you mean 'mode'?"),
        ("migration: 1", "migration: 2", "1:12", "expected"),
        (
            'url: "https://old.example/"',
            'file: x.json, url: "https://old.example"',
            "2:7",
            "either a 'url' or a 'file'",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    before: str, after: str, place: str, message: str, tmp_path: Path
) -> None:
    assert before in WHOLE
    with pytest.raises(InvalidMapping) as found:
        read(WHOLE.replace(before, after), tmp_path)
    [said] = found.value.diagnostics
    assert f"{said.line}:{said.column}" == place
    assert message in str(said)


@pytest.mark.parametrize("source", registry().names())
@pytest.mark.parametrize("target", registry().names())
def test_a_configuration_to_begin_with_is_valid(source: str, target: str, tmp_path: Path) -> None:
    text = starting_point(source, target, registry())
    config = read(text, tmp_path)
    assert config.match
    plain = "\n".join(
        line.removeprefix("# ") if ":" in line and "'#'" not in line else "" for line in text.splitlines()
    )
    known = {"things", "assume", "ids", "fill", "images", "redirects", "losses", "give_up"}
    assert known <= set(yaml.safe_load(plain.replace("# {", "{")) or {})
