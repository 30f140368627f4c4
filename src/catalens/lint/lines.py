"""Check the lines of a mapping one by one: their words, limits, paths and codecs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from catalens.codecs.json_types import Types, beyond
from catalens.codecs.registry import CODECS, parameter_problem
from catalens.errors import did_you_mean, known_names
from catalens.lint.agreement import WORDS, HubField, NoHubField, hub_field, worded
from catalens.lint.findings import Findings, Keys, is_path, spelled
from catalens.mapping.hub_format import hub_severity
from catalens.mapping.model import Limits, Line
from catalens.mapping.profile import assumed_by
from catalens.mapping.resolve import PlacedLine, Resolver
from catalens.paths import MISSING, Each, Key, Path, Pick, expand_group, is_every, show
from catalens.patterns import PatternError, check_pattern

COUNTERPARTS = ("hub", "only_here", "dropped", "withheld")
#: the words that only a list of objects can have, and those that only a value can have
LIST_WORDS = {
    "key": "names a field of a list's items",
    "order": "names the field that orders a list's items",
    "first": "names the field that marks the first of a list's items",
    "takes": "names the kinds of a list's items",
    "flattens": "names a list within a list's items",
    "needs": "names fields of a list's items",
    "when": "chooses among a list's items",
}
#: the words that a map cannot have: its entries are known by their keys, and have no order
NO_MAP_WORDS = {
    "key": "names what the items of a list are known by, and entries of a map are known by their keys",
    "order": "orders the items of a list, and entries of a map have no order",
    "first": "marks the first of a list, and entries of a map have no order",
    "when": "chooses among the items of a list, and this is a map",
    "on_write": "says what becomes of a list, and this is a map",
}
VALUE_WORDS = frozenset(Limits.model_fields) | {
    *("dropped", "withheld", "because", "codec", "table", "otherwise", "types", "secret", "blob", "refers"),
    *("assumes", "advisory", "cut", "default", "example", "constant"),
}
TEXT_LIMITS = ("min_length", "max_length", "pattern")
NUMBER_LIMITS = ("minimum", "maximum")
#: what is the longest text that a limit may speak of: texts up to their limits are made to show what becomes of them
LONGEST = 2**20


def check_lines(findings: Findings) -> None:
    """Check every line by itself; those that cannot be resolved are out from then on."""
    for keys, line in findings.lines.items():
        _check_words(findings, keys, line)
        _check_limits(findings, keys, line)
    for lines, at in findings.blocks():
        resolver = Resolver(findings.mapping, findings.assume)
        entries = resolver.placed_lines(lines, at)
        for entry in entries:
            _check_counterpart(findings, entry)
        findings.refuse_all(resolver.problems)
        for entry in entries:
            if findings.is_out(entry.keys[:-1]):
                continue
            if _check_wire_path(findings, entry):
                _check_hub_path(findings, entry)
            _check_codec(findings, entry)


def limit_types(limits: Limits) -> Types:
    """Return the wire types that a line (or a member of a group) names; none where it is silent."""
    if limits.type is None:
        return frozenset()
    return frozenset(limits.type if isinstance(limits.type, list) else [limits.type])


# -- counterparts and words -------------------------------------------------------------------------------------


def _check_counterpart(findings: Findings, entry: PlacedLine) -> None:
    line, keys = entry.line, entry.keys
    said = [word for word in COUNTERPARTS if getattr(line, word) not in (None, False)]
    if len(said) > 1:
        message = f"{' and '.join(said)}: a line has one counterpart"
        findings.say_word((*keys, said[1]), "two-counterparts", message, "keep one of them")
    if line.fields is None and not said:
        hint = "say hub: PATH, only_here: true, dropped: CODE or withheld: CODE"
        findings.say(keys, "no-counterpart", "nothing is said of what becomes of this field", hint)
    if line.fields and not said and not _stays_here(line):
        message = "its items have hub fields, and it names no hub list"
        findings.refuse(keys, keys, "no-counterpart", message, "say hub: PATH[]")
    if line.dropped is not None and not line.because:
        findings.say_word((*keys, "dropped"), "missing-reason", "no reason is given", "say why: because: TEXT")


def _stays_here(line: Line) -> bool:
    """Tell whether nothing of a line, items included, has a hub field."""
    return line.hub is None and all(map(_stays_here, (line.fields or {}).values()))


def _check_words(findings: Findings, keys: Keys, line: Line) -> None:
    """Report words that say nothing where they stand."""
    one_sided = line.dropped is not None or line.withheld is not None
    is_map = str(keys[-1]).endswith(".*")
    if "on_write" in line.model_fields_set and not is_map and not str(keys[-1]).endswith("[]"):
        findings.stale(keys, "on_write", "says what becomes of a list, and this is none")
    if line.keys is not None and not is_map:
        findings.stale(keys, "keys", "says what the keys of a map stand for, and this is none")
    for word, meaning in NO_MAP_WORDS.items() if is_map else ():
        if word in line.model_fields_set:
            findings.stale(keys, word, meaning)
    if line.fields is not None:
        for word in sorted(line.model_fields_set & VALUE_WORDS):
            findings.stale(keys, word, "says nothing of a list of objects", "say it in the lines of its items")
        if line.flattens is not None:
            findings.stale(keys, "flattens", "makes values of a list within an item, and here are objects")
        if not line.fields:
            findings.say_word((*keys, "fields"), "fields", "a list of objects has at least one line")
        return
    if line.constant is not None and (line.dropped is None or not _in_item(keys)):
        message = "says what an item of a list is always written with, and goes with 'dropped' in the item's lines"
        findings.stale(keys, "constant", message)
    if line.because is not None and not one_sided:
        findings.stale(keys, "because", "gives the reason of 'dropped' or 'withheld', and the line has neither")
    if line.severity is not None and line.withheld is not None:
        findings.stale(keys, "severity", "says how bad a loss is, and what is withheld is none")
    if line.otherwise is not None and line.table is None:
        findings.stale(keys, "otherwise", "goes with a table, and the line has none")
    if line.types is not None and expand_group(str(keys[-1])) is None and is_path(str(keys[-1])):
        findings.stale(keys, "types", "gives the types of a group, and this is one field", "say type")
        findings.out.add(keys)
    for word, meaning in LIST_WORDS.items():
        # a list of values has kinds, too: those that a filter of its hub path says
        of_values = word in ("takes", "flattens") and str(keys[-1]).endswith("[]")
        said = is_map and word in NO_MAP_WORDS
        if word in line.model_fields_set and not of_values and not said:
            findings.stale(keys, word, f"{meaning}, and this is no list of objects")
    if line.default is not None and any("[]" in str(part) or ".*" in str(part) for part in keys):
        findings.stale(keys, "default", "says nothing within a list: there is no item to write it into")
    for word in ("codec", "table"):
        if one_sided and word in line.model_fields_set:
            findings.stale(keys, word, "says nothing where nothing arrives")


def _in_item(keys: Keys) -> bool:
    """Tell whether a line is a member of a list's item."""
    return (
        len(keys) > 2 and keys[-2] == "fields" and str(keys[-3]).endswith(("[]", ".*")) and "." not in str(keys[-1])
    )


# -- limits -----------------------------------------------------------------------------------------------------


def _check_limits(findings: Findings, keys: Keys, line: Line) -> None:
    _check_limits_at(findings, keys, keys, line, limit_types(line))
    for index, member in enumerate(line.types or ()):
        if isinstance(member, Limits):
            types = limit_types(member) or limit_types(line)
            _check_limits_at(findings, keys, (*keys, "types", index), member, types)


def _check_limits_at(findings: Findings, line: Keys, at: Keys, limits: Limits, types: Types) -> None:
    for word in ("type", "enum"):
        if getattr(limits, word) == []:
            message = f"no value is of none of these: '{word}' is empty"
            findings.refuse(line, (*at, word), "limits", message, f"name one at least, or leave {word} out")
    for word in ("min_length", "max_length"):
        if (getattr(limits, word) or 0) > LONGEST:
            message = f"no text has more than {LONGEST} characters"
            findings.refuse(line, (*at, spelled(word)), "limits", message, "leave it out")
    for low, high in (("min_length", "max_length"), NUMBER_LIMITS):
        least, most = getattr(limits, low), getattr(limits, high)
        if least is not None and most is not None and least > most:
            message = f"no value has {spelled(low)} {least} and {spelled(high)} {most}"
            findings.say((*at, spelled(low)), "limits", message)
    for words, wanted in ((TEXT_LIMITS, {"string", "any"}), (NUMBER_LIMITS, {"number", "integer", "any"})):
        for word in words:
            if getattr(limits, word) is not None and types and not types & wanted:
                findings.stale(at, word, f"says nothing of {worded(types)}")
    for index, value in enumerate(limits.enum or ()):
        name = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "string"
        if types and beyond(frozenset({name}), types):
            message = f"the field holds {worded(types)}, and not {_shown(value)}"
            findings.say((*at, "enum", index), "enum", message)
    if limits.pattern is not None:
        try:
            check_pattern(limits.pattern)
        except PatternError as error:
            findings.refuse(line, (*at, "pattern"), "pattern", str(error), error.hint)


# -- paths ------------------------------------------------------------------------------------------------------


def _check_wire_path(findings: Findings, entry: PlacedLine) -> bool:
    """Refuse wire paths that are more than names and lists, and groups that are not of one object."""
    keys, message = entry.keys, None
    if not all(map(_is_wire_path, entry.wire)):
        message = (
            f"{str(keys[-1])!r} is no path of a payload: names, and [], .* or a filter behind the name of a list"
        )
    elif len(entry.wire) > 1 and len({_lists(path) for path in entry.wire}) > 1:
        message = "the fields of a group stand in one object, and not in different lists"
    elif len(entry.wire) > 1 and not all(isinstance(path[-1], Key) for path in entry.wire):
        message = "the fields of a group are single values, and not lists"
    if message is not None:
        findings.refuse(keys, keys, "path", message)
    return message is None


def _is_wire_path(path: Path) -> bool:
    if not path or not isinstance(path[0], Key) or not all(isinstance(step, Key | Each) for step in path):
        return False
    if isinstance(path[-1], Each) and path[-1].where is not None:
        return False
    return all(isinstance(before, Key) or isinstance(step, Key) for before, step in pairwise(path))


def _check_hub_path(findings: Findings, entry: PlacedLine) -> None:
    """Refuse hub paths that lead nowhere, or through other lists than the wire path."""
    keys, at = entry.keys, (*entry.keys, "hub")
    if entry.hub is None:
        return
    if entry.line.severity is not None and any(map(hub_severity, entry.hub)):
        findings.stale(keys, "severity", "is declared at the hub field")
    parent = findings.lines.get(keys[:-2])
    if parent is not None and parent.hub is None:
        message = "stands in a list that has no hub list, so it can have no hub path"
        findings.refuse(keys, at, "hub", message)
        return
    for path in entry.hub:
        if Each(keyed=True) in path:
            message = f"{show(path)!r}: the hub has lists, and no maps"
            findings.refuse(keys, at, "hub", message, f"write {show(path).replace('.*', '[]')!r}")
            return
        try:
            _check_end(findings, entry, path, hub_field(path))
        except NoHubField as error:
            findings.refuse(keys, at, error.code, str(error), error.hint)
        _check_foreign(findings, at, path)
    if keys not in findings.out and not _check_words_of_text(findings, entry):
        _check_lists(findings, entry, entry.hub)


def _check_words_of_text(findings: Findings, entry: PlacedLine) -> bool:
    """Tell whether a line is of a text whose words are items of a hub list; refuse what cannot be said of one."""
    wire, hub = entry.wire[0], (entry.hub or ((),))[0]
    around, lists = ([at + 1 for at, step in enumerate(path) if isinstance(step, Each)] for path in (wire, hub))
    if len(lists) != len(around) + 1 or len(entry.wire) > 1:
        return False
    inner = (wire[max(around, default=0) :],), (hub[lists[-2] if around else 0 :],)
    resolver = Resolver(findings.mapping, findings.assume)
    if not inner[0][0] or resolver.words(replace(entry, wire=inner[0], hub=inner[1])) is None:
        return False
    if limit_types(entry.line) != {"string"}:
        message = f"the words of {show(wire)!r} are read from a text, and it may hold something else"
        findings.refuse(entry.keys, (*entry.keys, "codec"), "type-mismatch", message, "say type: string")
    for word in ("min_length", "max_length", "pattern", "enum", "refers"):
        if getattr(entry.line, word) is not None:
            message = f"says nothing of a text whose words are items of {show(hub[: lists[-1]])!r}"
            findings.stale(entry.keys, spelled(word), message)
    return True


def _check_end(findings: Findings, entry: PlacedLine, path: Path, end: HubField) -> None:
    keys, at = entry.keys, (*entry.keys, "hub")
    if entry.is_list and not isinstance(path[-1], Each):
        message = f"a list of objects corresponds to a hub list, and not to {show(path)!r}"
        findings.refuse(keys, at, "hub", message, "end the path in [] or a filter")
    elif entry.is_list and end.type not in ("item", "any"):
        message = f"items of {show(path)!r} are {WORDS[end.type]}, and no objects"
        findings.refuse(keys, at, "hub", message, "leave 'fields' out and say type")
    elif not entry.is_list and end.type == "item":
        hint = f"name one of its fields: {', '.join(name for name in end.fields if name != 'ext')}"
        findings.refuse(keys, at, "unknown-hub-path", f"{show(path)!r} is an object, and no value", hint)


def _check_foreign(findings: Findings, at: Keys, path: Path) -> None:
    own = findings.mapping.format
    for before, step in pairwise(path):
        if before == Key("ext") and isinstance(step, Key) and step.name != own:
            if hint := did_you_mean(step.name, [own]):
                findings.warn(at, "foreign-ext", f"this place belongs to a format {step.name!r}", hint)
            return


def _check_lists(findings: Findings, entry: PlacedLine, hubs: tuple[Path, ...]) -> None:
    """Hold the lists on the way of the wire path against those on the way of the hub path."""
    keys, at = entry.keys, (*entry.keys, "hub")
    if len({_lists(path) for path in hubs}) > 1:
        message = "the hub fields of a group stand in one object, and not in different lists"
        findings.refuse(keys, at, "hub", message)
        return
    wires = sum(map(is_every, entry.wire[0]))
    whole = sum(map(is_every, hubs[0]))
    marked = sum(isinstance(step, Each) for step in hubs[0]) - whole
    if whole > wires:
        message = f"the field stands in {_count(wires)}, and {show(hubs[0])!r} in {_count(whole)}"
        findings.refuse(keys, at, "hub", message, "say which item is meant, with [0] or a filter")
    elif wires > whole + marked:
        message = f"the field stands in {_count(wires)}, and {show(hubs[0])!r} in {_count(whole + marked)}"
        findings.refuse(keys, at, "hub", message, "items of a list correspond to items of a hub list")


def _lists(path: Path) -> Path:
    """Return a path up to its last list."""
    last = max((index for index, step in enumerate(path) if isinstance(step, Each | Pick)), default=-1)
    return path[: last + 1]


def _count(lists: int) -> str:
    return "no list" if lists == 0 else "one list" if lists == 1 else f"{lists} lists, one within the other"


# -- codecs -----------------------------------------------------------------------------------------------------


class _Answers(dict[str, str]):
    """Assumptions that note the names they are asked for."""

    def __init__(self, answers: dict[str, str]) -> None:
        super().__init__(answers)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


def _check_codec(findings: Findings, entry: PlacedLine) -> None:
    line, keys = entry.line, entry.keys
    _check_assumed(findings, (*keys, "assumes"), set(assumed_by(line)))
    if not (_check_spelling(findings, keys, line) and _check_table(findings, keys, line)):
        return
    answers = _Answers(findings.assume)
    resolver = Resolver(findings.mapping, answers)
    codec = resolver.codec(line, entry.keys)
    for one in resolver.problems:
        findings.refuse(keys, one.keys, one.code, one.message, one.hint)
    if codec is None or line.dropped is not None or line.withheld is not None:
        return
    at = findings.place(keys, "codec" if line.codec is not None else "table")
    problem = codec.problem()
    if problem is not None:
        findings.refuse(keys, at, "codec", problem)
    _check_assumed(findings, at, answers.asked)
    findings.normalised.update(codec.normalises)
    for name in dict.fromkeys(codec.normalises):
        if name not in findings.mapping.equivalent:
            message = f"{codec.name!r} forgets a difference, {name!r}, which 'equivalent' does not list"
            findings.say(at, "undeclared-equivalence", message, f"add {name} to equivalent")


def _check_assumed(findings: Findings, at: Keys, names: set[str]) -> None:
    findings.assumed |= names
    for name in sorted(names - set(findings.mapping.assume)):
        message = f"rests on the assumption {name!r}, which this mapping does not give"
        findings.say(at, "missing-assumption", message, f"add {name} to assume")


def _check_spelling(findings: Findings, keys: Keys, line: Line) -> bool:
    """Refuse codecs that do not exist, and parameters that they do not take."""
    good = True
    for at, name, parameter in _named_codecs(line.codec, (*keys, "codec")):
        if name in CODECS:
            code, found = "codec", parameter_problem(name, parameter)
        else:
            code, found = "unknown-codec", (f"no codec {name!r}", known_names(name, sorted(CODECS)))
        if found is not None:
            findings.out.add(keys)
            good = False
            report = findings.say_word if at[-1] == name else findings.say
            report(at, code, *found)
    return good


def _named_codecs(spec: Any, at: Keys) -> Iterator[tuple[Keys, str, Any]]:
    """Yield place, name and parameter of each codec that a line spells."""
    if isinstance(spec, str):
        yield at, spec, MISSING
    elif isinstance(spec, list):
        for index, part in enumerate(spec):
            yield from _named_codecs(part, (*at, index))
    elif isinstance(spec, dict) and len(spec) == 1:
        ((name, parameter),) = spec.items()
        yield (*at, name), name, parameter
        if name in CODECS and CODECS[name].parameter.of_codecs and CODECS[name].parameter.takes(parameter):
            yield from _named_codecs(parameter, (*at, name))


# -- tables -----------------------------------------------------------------------------------------------------


def _check_table(findings: Findings, keys: Keys, line: Line) -> bool:
    """Refuse tables that hold no values; report those that do not lead back."""
    rows = {wire: row if isinstance(row, list) else [row] for wire, row in (line.table or {}).items()}
    for wire, values in rows.items():
        if not values or not all(isinstance(value, str | int | float) for value in values):
            hint = "say a text, a number, true or false, or a list of these"
            findings.refuse(keys, (*keys, "table", wire), "table", f"{wire!r} stands for no value", hint)
            return False
    _check_ways_back(findings, (*keys, "table"), rows)
    if line.table is not None and line.otherwise is None and line.codec is None:
        for index, value in enumerate(line.enum or ()):
            name = _row_name(value)
            if name not in rows:
                message = f"{_shown(value)} may stand in the field, and the table has no row for it"
                findings.say((*keys, "enum", index), "table", message, did_you_mean(name, rows))
    return True


def _check_ways_back(findings: Findings, at: Keys, rows: dict[str, list[Any]]) -> None:
    """Report wire values that are read as one thing, written as another, and then read as a third."""
    written: dict[tuple[type, Any], str] = {}
    for wire, values in rows.items():
        for value in values:
            written.setdefault((type(value), value), wire)
    for wire, (meant, *_) in rows.items():
        other = written[type(meant), meant]
        again = rows[other][0]
        if (type(again), again) != (type(meant), meant):
            message = f"{wire!r} is read as {meant!r}, written back as {other!r}, and then read as {again!r}"
            findings.say_word((*at, wire), "table", message, f"say {meant!r} in one row only")


def _row_name(value: Any) -> str:
    """Return the name of the row that holds for a wire value."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str) else _row_name(value)
