"""A report as a few lines, as one screen of text, and whole, as Markdown and HTML."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Literal

from catalens.account.codes import FATES, REST, LossCode, Overtaken
from catalens.account.effects import Effect
from catalens.account.ledger import Fate
from catalens.account.report import Report
from catalens.carry.sides import STORE
from catalens.paths import pointer_text
from catalens.payloads import dumps
from catalens.pipeline.totals import Group, Remark, Totals, worst_first
from catalens.render.pages import fill
from catalens.render.plain import clip, json_text, visible

Form = Literal["text", "json", "html", "markdown"]

WIDTH = 80
#: lines of a text report, where there is much to say; and those that stand in each of them, whatever it says
SCREEN, FRAME = 40, 10
#: remarks of one kind on one screen
ROWS = 3
#: characters of a value in a table
VALUE = 120


def render_report(report: Report, form: Form) -> bytes:
    """Write a report in one of its forms, UTF-8."""
    if form == "json":
        return dumps(report.to_dict(), indent=2) + b"\n"
    said = _said(report)
    if form == "text":
        return fill("report", form, _short(said)).encode()
    said["leaves"] = [_leaf(report, one) for one in report.fates]
    return fill("report", form, said).encode()


def render_totals(totals: Totals, form: Form) -> bytes:
    """Write the sums of a run over lines in one of the forms of a report, UTF-8."""
    if form == "json":
        return dumps(totals.to_dict(), indent=2) + b"\n"
    losses = totals.losses()
    overtaken = [(word, count) for word, count in totals.overtaken.items() if count]
    remarks = [(word, totals.remarks[word]) for word in Remark if word in totals.remarks]
    room = SCREEN - FRAME - len(remarks)
    said = {"totals": totals, "losses": losses, "overtaken": overtaken, "remarks": remarks, **_kinds(losses, room)}
    return fill("totals", form, said).encode()


# -- a few lines --------------------------------------------------------------------------------------------


def summary(report: Report) -> list[str]:
    """Return the lines that every translation says on standard error."""
    counts = report.counts
    parts = ", ".join(f"{fate} {counts[fate]}" for fate in FATES if counts[fate])
    lines = [
        f"{report.source} -> {report.target}: {counts['leaves_in']} leaves in"
        f"{' (' + parts + ')' if parts else ''}, {counts['leaves_out']} out",
        *_lost(loss_groups(report)),
    ]
    lines += _restored(report)
    if not report.valid_in:
        beyond = [one["pointer"] for one in report.errors if one["side"] == "in"]
        lines.append(f"input beyond documented limits: {_listed(beyond)}")
    lines += _open_assumptions(report)
    lines += _effects(report)
    lacking = [one["target"] for one in report.missing if one not in report.forbidden]
    if lacking:
        lines.append(f"output incomplete, missing {_listed(lacking)}")
    lines += [f"output refused with {one['target']}: {one['why']}" for one in report.forbidden]
    wrong = [one["pointer"] for one in report.errors if one["side"] == "out"]
    if wrong:
        lines.append(f"output invalid at {_listed(wrong)}")
    return [visible(line) for line in lines]


def _restored(report: Report) -> Iterator[str]:
    """Yield what there is to say of a sidecar, or of slots, that were restored."""
    found = report.identity
    if found is not None and found.is_another:
        yield f"restored anyway, though the sidecar seems to belong to another product: {found}"
    elif found is not None and not found.agreeing:
        yield UNCHECKED
    for word, places in report.overtaken.items():
        if places:
            yield f"{word}: {_listed(places)}; {word.says}; {word.remedy}"


#: what is said of a sidecar that may belong to any product
UNCHECKED = (
    "restored unchecked: no field of the product's identity stands on both sides, "
    "so the sidecar may belong to another product"
)


def _effects(report: Report) -> Iterator[str]:
    """Yield what the update does beside what it says."""
    for effect in Effect:
        places = [one["target"] for one in report.effects if one["what"] == effect]
        if places:
            yield f"update of {_listed(places)}: {effect.says}"


def _open_assumptions(report: Report) -> Iterator[str]:
    """Yield what amounts rest on, where one side leaves to the store what the other one knows."""
    for what, sides in groupby(report.assumptions, key=lambda one: one["what"]):
        answers = [one["value"] for one in sides]
        if STORE in answers and len(answers) > 1:
            yield f"assumed {what}: {', '.join(answers)}"


def totals_summary(totals: Totals, most: int | None = None) -> list[str]:
    """Return what every run over lines says on standard error: its sums, and its work list, at most so long."""
    blank = f", {totals.blank} blank" if totals.blank else ""
    groups = totals.losses()
    lines = [
        f"{totals.lines} lines{blank}: {totals.translated} translated, {totals.rejected} rejected, "
        f"{totals.lossy} with loss",
        *(f"{totals.remarks[word]} {word.says}" for word in Remark if totals.remarks[word]),
        *(f"{word}: {count}; {word.says}; {word.remedy}" for word, count in totals.overtaken.items() if count),
        *map(warning, groups[:most]),
    ]
    if most is not None and len(groups) > most:
        lines.append(f"and {len(groups) - most} more kinds of loss; a report has all")
    return lines if groups or not totals.translated else [*lines, "no loss"]


def warning(group: Group) -> str:
    """Say in one line what a group of losses is and what would remove it."""
    line = "" if group.line is None else f"line {group.line} "
    severity = "" if group.severity == REST else f"{group.severity}: "
    ending = f"; {group.remedy}" if group.remedy else ""
    rule = group.rule if group.mapping is None else f"{group.rule}, {group.mapping}"
    said = f"{group.count} × {group.code} ({rule}), e.g. {line}{clip(group.pointer, WIDTH)}{ending}"
    return visible(severity + said)


def _lost(groups: Sequence[Group]) -> Iterator[str]:
    """Yield what is lost by severity, where any of it is more than the rest, and by code."""
    if not groups:
        yield "no loss"
        return
    severities, codes = Counter[str](), Counter[str]()
    for group in groups:
        severities[group.severity] += group.count
        codes[group.code] += group.count
    if set(severities) != {REST}:
        yield f"severity: {_counted(severities)}"
    yield f"lost: {_counted(codes)}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(clip(name, WIDTH) for name in names[:ROWS])
    return f"{shown} and {len(names) - ROWS} more" if len(names) > ROWS else shown


# -- groups -------------------------------------------------------------------------------------------------


def loss_groups(report: Report) -> list[Group]:
    """Return the losses of a report by rule, code and severity, the most severe first."""
    return worst_first(_groups(report, [one for one in report.fates if one.code.is_loss]))


def _groups(report: Report, fates: Iterable[Fate]) -> list[Group]:
    groups: dict[tuple[str, str, str], Group] = {}
    for one in fates:
        severity = report.severity(one)
        key = (one.rule, one.code, severity)
        if key in groups:
            groups[key].count += 1
        else:
            at, value = pointer_text(one.source), _value(report, one)
            line = report.mapping_line(one)
            hint = report.remedy(one)
            condition = report.condition(one)
            says = None if condition is None else condition.says
            groups[key] = Group(one.rule, one.code, severity, 1, at, None, value, report.has_slots, line, hint, says)
    return list(groups.values())


def _kinds(groups: Sequence[Group], room: int) -> dict[str, Any]:
    """Put groups under severity and code, in so many lines: at least one of each kind, as far as there is room.

    What a code means, and what would remove it, is said where it first stands.
    """
    kinds = [(kind, list(found)) for kind, found in groupby(groups, key=lambda group: (group.severity, group.code))]
    heads, seen = [], set[LossCode]()
    for (severity, code), found in kinds:
        condition = found[0].condition if len({one.condition for one in found}) == 1 else None
        said = code if code in seen and condition is None else f"{code}: {condition or code.says}"
        head = textwrap.wrap(said if severity == REST else f"{severity}, {said}", WIDTH, subsequent_indent=" " * 11)
        heads.append((head, "" if code in seen else _remedy(code, found)))
        seen.add(code)
    # around the groups stand what it is, how many more there are, what would remove it
    around = [len(head) + 1 + bool(remedy) for head, remedy in heads]
    shown = _fitting([one + 1 for one in around], room)
    shares = _shares([len(found) for _, found in kinds[:shown]], room - sum(around[:shown]) - (shown < len(kinds)))
    said_kinds = [
        {"head": head, "remedy": remedy, "groups": found[:share], "more": len(found) - share}
        for (head, remedy), (_, found), share in zip(heads, kinds, shares, strict=False)
    ]
    return {"kinds_of_loss": said_kinds, "more_kinds": len(kinds) - shown}


def _fitting(sizes: list[int], room: int) -> int:
    """Return how many of some blocks, at least one, fit into so many lines beside one that says how many do not."""
    fitting = 0
    while fitting < len(sizes) and sum(sizes[: fitting + 1]) <= room - (fitting + 1 < len(sizes)):
        fitting += 1
    return max(fitting, min(1, len(sizes)))


def _remedy(code: LossCode, groups: list[Group]) -> str:
    """Return what would remove the losses of several groups: what one of them could say better holds for it alone."""
    return groups[0].remedy if len(groups) == 1 else code.remedy(groups[0].slots)


def _shares(sizes: list[int], room: int) -> list[int]:
    """Share room among lists, a place in turn to each that can use it."""
    shares = [1] * len(sizes)
    left = room - len(sizes)
    while left > 0 and any(share < size for share, size in zip(shares, sizes, strict=True)):
        for index, size in enumerate(sizes):
            if shares[index] < size and left > 0:
                shares[index] += 1
                left -= 1
    return shares


# -- what the templates say ---------------------------------------------------------------------------------


def _said(report: Report) -> dict[str, Any]:
    groups = loss_groups(report)
    whole = report.to_dict()
    return {
        "report": report,
        "counts": [(fate, report.counts[fate]) for fate in FATES],
        "lost": sum(group.count for group in groups),
        "losses": groups,
        "remarks": list(_remarks(report, whole)),
        "recovery": {name: _percent(share) for name, share in whole["recovery"].items()},
        "origins": whole["origins"],
    }


def _short(said: dict[str, Any]) -> dict[str, Any]:
    """Keep of a report what fits one screen."""
    report = said["report"]
    withheld = _groups(report, [one for one in report.fates if one.code.fate == "withheld"])
    remarks = [("withheld", group.pointer, group.value) for group in withheld] + said["remarks"]
    kinds = [(kind, list(found)) for kind, found in groupby(remarks, key=lambda remark: remark[0])]
    taken = sum(min(len(found), ROWS + 1) for _, found in kinds) + sum(count > 0 for _, count in said["counts"])
    return {**said, **_kinds(said["losses"], SCREEN - FRAME - taken), "kinds": kinds, "ROWS": ROWS}


def _remarks(report: Report, whole: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield kind, place and text of all that a report says beside its leaves."""
    for one in whole["missing"]:
        yield "forbidden" if one in report.forbidden else "missing", one["target"], one["why"]
    for one in whole["errors"]:
        yield f"error {one['side']}", one["pointer"], one["message"]
    for one in whole["to_do"]:
        yield "to do", one["slot"], one["why"] if "why" in one else f"create {one['name']} there"
    for one in whole["effects"]:
        yield "update", one["target"], Effect.of(one["what"]).says
    for word in Overtaken:
        for at in whole[word]:
            yield word, at, f"{word.says}; {word.remedy}"
    for what, sides in groupby(whole["assumptions"], key=lambda one: one["what"]):
        yield "assumed", what, "; ".join(f"{one['value']}, for {_leaves(one)}" for one in sides)
    for one in whole["equivalences"]:
        yield "respelled", one["name"], _leaves(one)


def _leaves(one: dict[str, Any]) -> str:
    return f"{one['leaves']} {'leaf' if one['leaves'] == 1 else 'leaves'}"


def _percent(share: float) -> str:
    """Write a share; only the whole is 100 %."""
    return f"{math.floor(round(share * 100, 6))} %"


def _leaf(report: Report, one: Fate) -> dict[str, Any]:
    return {
        "source": pointer_text(one.source),
        "value": _value(report, one),
        "code": one.code,
        "severity": report.severity(one) if one.code.is_loss else "",
        "targets": [pointer_text(at) for at in one.targets],
        "rule": one.rule,
        "mapping": report.mapping_line(one) or "",
    }


def _value(report: Report, one: Fate) -> str:
    """Write a leaf's value as a report may show it: what never leaves is not shown either."""
    if one.code.fate == "withheld":
        return "***"
    shown = report.shown(one)
    return clip(shown if shown is not one.value else json_text(shown), VALUE)
