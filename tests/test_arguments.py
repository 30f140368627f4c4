"""What is no argument of a function is refused by name, with what was found and expected; what is kept is bounded."""

from __future__ import annotations

import gc
import json
import re
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalens import CatalensError, InvalidPayload, InvalidSidecar, Translator, UsageError, translate
from catalens.arguments import EXPECTED
from catalens.diff import diff
from catalens.engine import calls, detect
from catalens.formats import MOST_PROFILES, Registry, registry
from catalens.payloads import loads

PRODUCT = {"name": "Oak Desk", "mpn": "OD-1"}
LINE = b'{"name":"Oak Desk"}'
BAZAAR = Path(__file__).parent / "commands" / "mappings" / "bazaar.yaml"


def translated(payload: Any = PRODUCT, source: Any = "axim", target: Any = "keevault", **options: Any) -> Any:
    return translate(payload, source, target, **options).payload


def made(source: Any = "axim", target: Any = "keevault", **options: Any) -> Any:
    return Translator(source, target, **options)(PRODUCT).payload


def called(payload: Any = PRODUCT, **options: Any) -> Any:
    return Translator("axim", "keevault")(payload, **options).payload


def lines(lines: Any = (LINE,), **options: Any) -> Any:
    return [result.output for result in Translator("axim", "keevault").lines(lines, **options)]


def read(text: Any = LINE, **options: Any) -> Any:
    return Translator("axim", "keevault").read(text, **options).payload


def trace(pointer: Any = "/name") -> Any:
    return Translator("axim", "keevault")(PRODUCT).trace(pointer).to_dict()


def found(payload: Any = PRODUCT, within: Any = None) -> Any:
    return detect(payload, within, registry()).spelled


def of_registry(format: Any = "axim", within: Any = None, payload: Any = PRODUCT) -> Any:
    known = registry()
    return known.path(format), known.mapping(format), known.profile(format), known.detect(payload, within)


def registered(directories: Any = ()) -> Any:
    return registry(directories), Registry(directories)


def loaded(text: Any = LINE) -> Any:
    return loads(text)


def compared(old: Any = BAZAAR, new: Any = BAZAAR, formats: Any = None) -> Any:
    return diff(old, new, formats=formats).changes


#: functions that take any of these arguments
FUNCTIONS: dict[Callable[..., Any], set[str]] = {
    translated: {
        *("payload", "source", "target", "mode", "assume", "ids", "foreign_ids", "fill", "park", "restore"),
        *("restore_anyway", "formats"),
    },
    made: {"source", "target", "mode", "assume", "ids", "foreign_ids", "fill", "formats"},
    called: {"payload", "restore", "park", "restore_anyway"},
    lines: {"lines", "park", "sidecars", "restore", "restore_anyway"},
    read: {"text", "park"},
    trace: {"pointer"},
    found: {"payload", "within"},
    of_registry: {"format", "within", "payload"},
    registered: {"directories"},
    loaded: {"text"},
    compared: {"old", "new", "formats"},
}
PLACES = [(function, name) for function, names in FUNCTIONS.items() for name in sorted(names)]
JUNK: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -5,
        1.5,
        float("nan"),
        10**5000,
        1j,
        "",
        "yes",
        "UPDATE",
        "axim",
        "axim/",
        "/",
        "x" * 300,
    ),
    *(
        "\ud800",
        b"",
        b"axim",
        bytearray(b"{}"),
        memoryview(b"{}"),
        [],
        ["axim"],
        [None],
        [[]],
        [3],
        {},
        {"weight": 3},
    ),
    *(
        {3: "kg"},
        {"name": object()},
        (),
        ("name",),
        set(),
        {1},
        frozenset(),
        range(3),
        iter([3]),
        object(),
        Translator,
    ),
    *(Exception("x"), json, len, Path("nothing here"), {"a": {"b": [object()]}}, {"sidecar": 1}, {"kind": "x"}, ...),
)


@pytest.mark.parametrize(("function", "name"), PLACES, ids=lambda one: getattr(one, "__name__", one))
def test_nothing_that_is_given_ends_in_an_error_that_is_not_ours(function: Callable[..., Any], name: str) -> None:
    messages = []
    for junk in JUNK:
        try:
            function(**{name: junk})
        except CatalensError as error:
            messages.append(str(error))
    assert messages, "nothing was refused"
    assert all(0 < len(message) < 2000 for message in messages)


#: name -> what is wrong for it, and how the error ends
WRONG: dict[str, list[tuple[Any, str]]] = {
    "source": [(3, "a name, as text, found 3"), (b"axim", "a name, as text, found b'axim'"), ([], "found []")],
    "target": [(3, "a name, as text, found 3"), (Translator, "; did you mean its name?")],
    "within": [(3, "a name, as text, found 3")],
    "format": [(None, "a name, as text, found None"), (b"axim", "found b'axim'")],
    "mode": [
        ("UPDATE", "a name, 'update' or 'create', found 'UPDATE'; did you mean 'update'?"),
        (None, "a name, 'update' or 'create', found None"),
    ],
    "foreign_ids": [("Omit ", "a name, 'carry' or 'omit', found 'Omit '; did you mean 'omit'?"), ([], "found []")],
    "assume": [
        ([], "names with their answers, such as {'weight': 'kg'}, found []"),
        ("weight=kg", "names with their answers, such as {'weight': 'kg'}, found 'weight=kg'"),
    ],
    "ids": [(3, "the name of a CSV file or rows with a 'kind', found 3"), (b"x", "found b'x'")],
    "fill": [([], "values by the paths of target fields, found []"), ("sku=5", "found 'sku=5'")],
    "park": [("yes", "True or False, found 'yes'"), (1, "True or False, found 1"), (None, "found None")],
    "sidecars": [("side.json", "True or False, found 'side.json'")],
    "restore_anyway": [("no", "True or False, found 'no'")],
    "formats": [
        ("formats", "a catalens.formats.Registry, found 'formats'; did you mean Registry(['formats'])?"),
        ({}, "a catalens.formats.Registry, found {}"),
    ],
    "directories": [
        ("formats", "directories, such as ['formats'], found 'formats'; did you mean ['formats']?"),
        ((3,), "directories, such as ['formats'], found (3,)"),
    ],
    "old": [(5, "the path of a mapping file, found 5"), (b"shop.yaml", "found b'shop.yaml'")],
    "new": [(None, "the path of a mapping file, found None")],
    "lines": [
        (None, "lines of JSON, such as a file that is open for reading, found None"),
        ("{}", "found '{}'; splitlines() makes lines of a text"),
        (b"{}", "found b'{}'; splitlines() makes lines of a text"),
        ({}, "found {}"),
    ],
    "text": [({}, "JSON text, as str or bytes, found {}; catalens.payloads.dumps writes values")],
    "pointer": [
        (("name",), "a JSON Pointer, such as '/name', found ('name',); catalens.paths.pointer_text writes one"),
        (None, "a JSON Pointer, such as '/name', found None"),
    ],
}


@pytest.mark.parametrize(("function", "name"), [one for one in PLACES if one[1] not in {"payload", "restore"}])
def test_an_error_names_the_argument_what_was_found_and_what_was_expected(
    function: Callable[..., Any], name: str
) -> None:
    for wrong, ending in WRONG[name]:
        with pytest.raises(UsageError) as caught:
            function(**{name: wrong})
        message = str(caught.value)
        assert message.startswith(f"{name}: expected ")
        assert message.endswith(ending), message


def test_every_name_that_is_checked_is_tried() -> None:
    # frames of Spark need what is not installed everywhere
    assert EXPECTED.keys() - {name for _, name in PLACES} == {"column", "mappings"}


@pytest.mark.parametrize("function", [translated, called])
@pytest.mark.parametrize(
    ("restore", "said"),
    [
        (
            '{"sidecar": 1}',
            "expected an object, found '{\"sidecar\": 1}'; catalens.payloads.loads reads the text of one",
        ),
        ([], "expected an object, found []"),
        ({"entries": {1}}, "/entries: set is no JSON value; list(…) makes one of it"),
    ],
)
def test_what_is_no_sidecar_is_refused(function: Callable[..., Any], restore: Any, said: str) -> None:
    with pytest.raises(InvalidSidecar, match=re.escape(f"this is no sidecar: {said}")):
        function(restore=restore)


def test_a_file_that_is_not_there_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"restore: .*No such file"):
        lines(restore="nothing here")


def test_a_line_that_is_no_text_is_a_bad_line() -> None:
    translator = Translator("axim", "keevault")
    good, none, number, buffer, view, text = translator.lines(
        [LINE, None, 3, bytearray(LINE), memoryview(LINE), LINE.decode() + "\r\n"]  # type: ignore[list-item]
    )
    assert good.output == buffer.output == view.output == text.output == LINE
    assert none.output is number.output is None
    assert [one.message for one in none.error.errors] == [  # type: ignore[union-attr]
        "expected a line of JSON text, found None"
    ]
    assert number.reject() == {
        "line": 3,
        "error": "(the payload): expected a line of JSON text, found 3",
        "errors": [{"pointer": "", "message": "expected a line of JSON text, found 3"}],
        "text": "3",
    }


def test_a_directory_may_be_any_path(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text("format: tiny\ntitle: T\nfields: {a: {type: string, hub: title}}\n")
    for given in ([tmp_path], (str(tmp_path),), iter([tmp_path]), {tmp_path: 1}.keys()):
        assert "tiny" in Registry(given).names()
    assert registry([tmp_path]) is registry(iter([str(tmp_path)]))


def test_buffers_are_read_as_bytes_are() -> None:
    assert loads(memoryview(LINE)) == loads(bytearray(LINE)) == loads(LINE)  # type: ignore[arg-type]
    with pytest.raises(InvalidPayload, match="not JSON"):
        loads(bytearray(b"x"))


# -- what is kept ---------------------------------------------------------------------------------------------


def test_translators_are_kept_up_to_a_number() -> None:
    calls._kept.cache_clear()
    for number in range(calls.MOST_KEPT + 20):
        done = translate(PRODUCT, "axim", "keevault", assume={"currency": f"C{number}"})
        if number == 0:
            first = weakref.ref(done._translator)
    assert calls._kept.cache_info().currsize == calls.MOST_KEPT
    del done
    gc.collect()
    assert first() is None, "what is not kept is gone"
    again = translate(PRODUCT, "axim", "keevault")
    assert again._translator is translate(PRODUCT, "axim", "keevault")._translator


def test_profiles_are_kept_up_to_a_number() -> None:
    known = Registry()
    for number in range(MOST_PROFILES + 20):
        profile = known.profile("keevault", {"currency": f"C{number}"})
        assert known.profile("keevault", {"currency": f"C{number}"}) is profile
    assert len(known._profiles) == MOST_PROFILES


def test_no_cache_of_functions_is_without_bounds() -> None:
    root = Path(calls.__file__).parents[1]
    unbounded = []
    for path in sorted(root.rglob("*.py")):
        text = path.read_text("utf-8")
        for match in re.finditer(
            r"^@(?:functools\.)?(cache|lru_cache\(None\)|lru_cache\(maxsize=None\))\n(def \w+\(\S*)", text, re.M
        ):
            # a function without parameters is called in one way
            if not match[2].endswith("()"):
                unbounded.append((path.name, match[2]))
    assert unbounded == []
