"""Check how a platform is called: that expressions can be asked, addresses filled, and that calls fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import jmespath
from jmespath.exceptions import JMESPathError, JMESPathTypeError, UnknownFunctionError
from jmespath.functions import Functions

from catalens.errors import did_you_mean
from catalens.formats import registry
from catalens.hub import Product
from catalens.lint.findings import Findings, Keys
from catalens.lint.profiles import Claims
from catalens.mapping.endpoints import (
    ID,
    PRODUCT,
    TOKEN,
    VERBS,
    Blanks,
    Call,
    Endpoints,
    Thing,
    is_environment,
    variables,
)
from catalens.paths import Key, PathError, expressions_in, parse, show

ENDPOINTS: Final = "endpoints"
#: what expressions over a reply begin with
_REPLY: Final = ("status", "body")
_SAMPLE: Final = {"status": 200, "body": None}
#: word of a page -> the ways of paging in which it says something
_PAGING: Final = {
    "at": ("offset", "number", "cursor"),
    "first": ("number",),
    "next": ("number", "cursor", "link"),
    "total": ("offset", "number"),
}
_SENT: Final = "say body: json, or body: form"
_ELSEWHERE: Final = "say auth: {header: …} or auth: {query: …}"
_URL: Final = re.compile(r"/(?:[^{}?#\s]|\{[A-Za-z0-9_]+\})*")


def check_endpoints(findings: Findings, claims: dict[str, Claims]) -> None:
    """Check the endpoints, where a mapping has some, and that nothing else asks for environment variables."""
    _check_lines(findings)
    endpoints = findings.mapping.endpoints
    if endpoints is None:
        return
    for keys, text, of_reply in endpoints.expressions():
        _check_expression(findings, (ENDPOINTS, *keys), text, of_reply)
    for blanks in endpoints.templates():
        _check_blanks(findings, blanks)
    sent = claims.get("write") or next(iter(claims.values()))
    for kind, thing in endpoints.things.items():
        at: Keys = (ENDPOINTS, "things", kind)
        _check_kind(findings, at, kind)
        _check_calls(findings, at, kind, thing)
        if kind == PRODUCT:
            _check_fields(findings, at, thing, sent)
    _check_credentials(findings, endpoints)


def _check_lines(findings: Findings) -> None:
    """Refuse environment variables outside of endpoints: a secret has no place in a payload."""
    for keys, line in findings.lines.items():
        for word in ("constant", "default"):
            value = getattr(line, word)
            if isinstance(value, str) and any(map(is_environment, variables(value))):
                message = f"{value!r} looks like an environment variable, and these stand in endpoints only"
                findings.say((*keys, word), "variable", message)


# -- expressions and templates ----------------------------------------------------------------------------------


def _check_expression(findings: Findings, at: Keys, text: str, of_reply: bool) -> None:
    try:
        expression = jmespath.compile(text)
        expression.search(_SAMPLE)
    except (JMESPathTypeError, UnknownFunctionError):
        # of what is not there a function may be unable to say anything; and those that there are not are found below
        expression = jmespath.compile(text)
    except (JMESPathError, RecursionError) as error:
        findings.say(at, "expression", f"no expression: {str(error).splitlines()[0].rstrip(':')}")
        return
    for name in _functions(expression.parsed):
        if name not in Functions.FUNCTION_TABLE:
            findings.say(at, "expression", f"no function {name!r}", did_you_mean(name, Functions.FUNCTION_TABLE))
    if _denies_too_early(expression.parsed):
        findings.say(at, "expression", "'!' binds closer than '.', and denies all that is asked", "write !(body.…)")
    for name in dict.fromkeys(_roots(expression.parsed)) if of_reply else ():
        if name not in _REPLY:
            hint = did_you_mean(name, _REPLY) or f"did you mean 'body.{name}'?"
            findings.say(at, "expression", f"a reply has status and body, and no {name!r}", hint)


def _roots(node: Any) -> Iterator[str]:
    """Yield the names that an expression asks of what it is given."""
    match node["type"]:
        case "field":
            yield node["value"]
        case "subexpression" | "index_expression" | "pipe" | "projection" | "filter_projection" | "value_projection":
            yield from _roots(node["children"][0])
        case _:
            for child in expressions_in(node):
                yield from _roots(child)


def _functions(node: Any) -> Iterator[str]:
    if node["type"] == "function_expression":
        yield node["value"]
    for child in expressions_in(node):
        yield from _functions(child)


def _denies_too_early(node: Any) -> bool:
    """Tell whether a member is asked of a truth value, as in ``!body.error``."""
    children = expressions_in(node)
    early = node["type"] == "subexpression" and children[0]["type"] == "not_expression"
    return early or any(map(_denies_too_early, children))


def _check_blanks(findings: Findings, blanks: Blanks) -> None:
    at = (ENDPOINTS, *blanks.keys)
    if blanks.keys[-1] == "url" and not _URL.fullmatch(blanks.text):
        findings.say(at, "url", f"{blanks.text!r} is no address below the store's own", _nearest_url(blanks.text))
        return
    for name in variables(blanks.text):
        if name in blanks.names or is_environment(name):
            continue
        findings.say(at, "variable", f"{{{name}}} has nothing to stand for here", _nearest_name(name, blanks))


def _nearest_name(name: str, blanks: Blanks) -> str | None:
    if name == TOKEN:
        return "say how it is got: auth: {login: …}"
    if name == ID:
        steps = "create" in blanks.keys
        return "no step before this one says where it stands" if steps else "this call is of no one thing"
    near = did_you_mean(f"{{{name}}}", [f"{{{one}}}" for one in sorted(blanks.names)])
    return near or f"an environment variable is spelled in capitals: {{{name.upper()}}}"


def _nearest_url(text: str) -> str:
    if "?" in text:
        return "write what stands behind '?' under 'query'"
    if not text.startswith("/"):
        return "begin with '/': whoever calls gives the store's address"
    return "of RFC 6570 only {name} can stand here"


# -- things -----------------------------------------------------------------------------------------------------


def _check_kind(findings: Findings, at: Keys, kind: str) -> None:
    known = {PRODUCT} | {line.refers for line in findings.lines.values() if line.refers is not None}
    if kind not in known and kind not in registry().kinds():
        hint = did_you_mean(kind, known | registry().kinds())
        findings.say_word(at, "unknown-kind", f"no field of any format refers to a {kind!r}", hint)


def _check_calls(findings: Findings, at: Keys, kind: str, thing: Thing) -> None:
    if thing.find is not None and thing.find.by == "index" and thing.list_ is None:
        findings.say_word((*at, "find"), "calls", "the index is made of the list, and there is no 'list'")
    if thing.list_ is not None and thing.list_.brief and thing.one is None:
        findings.say_word((*at, "list", "brief"), "calls", "each item is read once more, and there is no 'one'")
    if thing.update is not None and thing.update.body is None:
        findings.say_word((*at, "update"), "calls", "the thing is not sent", _SENT)
    if thing.steps:
        _check_steps(findings, at, thing)
    _check_stale(findings, at, thing)
    if kind == PRODUCT:
        for word in ("name", "parent"):
            if getattr(thing, word) is not None:
                findings.stale(at, word, "is for other things: the fields say what a product is")
        _check_key(findings, at, thing)
    else:
        _check_other(findings, at, thing)


def _check_steps(findings: Findings, at: Keys, thing: Thing) -> None:
    """Check that a thing is made whole, can be known, and can be found again."""
    place = (*at, "create")
    if thing.find is None and thing.list_ is None:
        message = "without 'find' and 'list' nobody can look whether a thing was made: it is made at least once"
        findings.warn(place, "at-least-once", message, "say how things are listed")
    if all(step.id is None for step in thing.steps):
        findings.say_word(place, "calls", "no 'id' says where a reply has the new thing's identifier")
    if all(step.body is None for step in thing.steps):
        findings.say_word(place, "calls", "no step sends the thing", _SENT)
    if thing.steps[-1].blank:
        keys = list(thing.placed_steps())[-1][0]
        findings.say_word((*at, *keys, "blank"), "calls", "after the last step a thing has its natural key")


def _check_other(findings: Findings, at: Keys, thing: Thing) -> None:
    """Check what is said of things that no fields describe."""
    for word in ("name", "parent"):
        path = getattr(thing, word)
        if path is not None and not _is_plain(path):
            findings.say((*at, word), "path", f"{path!r} is no path of names and dots")
    if thing.steps and thing.name is None:
        findings.say_word((*at, "create"), "calls", "no 'name' says where the name stands that it is created with")


def _is_plain(text: str) -> bool:
    try:
        return all(isinstance(step, Key) for step in parse(text))
    except PathError:
        return False


def _check_stale(findings: Findings, at: Keys, thing: Thing) -> None:
    """Report words that say nothing beside the others."""
    if thing.list_ is not None:
        paging = thing.list_.page
        for word, kinds in _PAGING.items():
            if word in paging.model_fields_set and paging.by not in kinds:
                findings.stale((*at, "list", "page"), word, f"says nothing where pages are known by {paging.by}")
    calls = [*thing.placed_steps(), *(((verb,), call) for verb in ("update", "delete") for call in thing.calls(verb))]
    for keys, call in calls:
        for word in ("set", "without"):
            if isinstance(call, Call) and call.body is None and getattr(call, word):
                findings.stale((*at, *keys), word, "is about a body, and this call has none")


def _check_key(findings: Findings, at: Keys, thing: Thing) -> None:
    for parameter, part in thing.find.query.items() if thing.find is not None else ():
        if part not in Product.model_fields:
            hint = did_you_mean(part, Product.model_fields)
            findings.say((*at, "find", "query", parameter), "calls", f"the hub's product has no {part!r}", hint)


def _check_fields(findings: Findings, at: Keys, thing: Thing, sent: Claims) -> None:
    """Check that what is set or left out are fields of the body that is sent."""
    places: list[tuple[Keys, str, bool]] = [((*at, "set", path), path, True) for path in thing.set]
    calls: list[tuple[Keys, Call]] = [((*at, *keys), step) for keys, step in thing.placed_steps()]
    calls += [((*at, "update"), thing.update)] if thing.update is not None else []
    for keys, call in calls:
        places += [((*keys, "set", path), path, True) for path in call.set]
        places += [((*keys, "without", index), path, False) for index, path in enumerate(call.without)]
    for keys, text, of_value in places:
        _check_field(findings, keys, text, of_value, sent)


def _check_field(findings: Findings, at: Keys, text: str, of_value: bool, sent: Claims) -> None:
    try:
        path = parse(text)
    except PathError as error:
        path, message = (), str(error).rstrip(":")
    else:
        message = f"the body that is sent has no {'value' if of_value else 'field'} {text!r}"
    if not path or not (sent.kind(path) == "value" if of_value else sent.kind(path)):
        known = [show(one) for one, (kind, _) in sent.found.items() if kind == "value" or not of_value]
        say = findings.say_word if of_value else findings.say
        say(at, "set", message, did_you_mean(text, known))


def _check_credentials(findings: Findings, endpoints: Endpoints) -> None:
    """Check that every call has a place for the credentials."""
    auth = endpoints.auth
    if auth is None:
        return
    carried = [text for words in (auth.headers, auth.query, auth.form) for text in words.values()]
    if auth.login is not None and not any(TOKEN in variables(text) for text in carried):
        findings.say_word((ENDPOINTS, "auth", "login"), "calls", "no call carries the {token} that it gives")
    if not auth.form or auth.query or auth.headers:
        return
    for kind, thing in endpoints.things.items():
        for verb in VERBS:
            for call in thing.calls(verb):
                if call.url is not None and getattr(call, "body", None) != "form":
                    message = f"{verb!r} is no form, and credentials are sent in forms only"
                    findings.say_word((ENDPOINTS, "things", kind, verb), "calls", message, _ELSEWHERE)
