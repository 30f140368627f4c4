"""The accounts of a translation: losses spelled out, losses of a line in compact form, and the full report."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from catalens.account.codes import LossCode
from catalens.account.compact import Loss, spell
from catalens.account.ledger import Ledger, Rule
from catalens.account.report import Account, Report
from catalens.crosswalk import Answers, Awaited
from catalens.engine.way_back import complement_of, overtaken_identity, returned
from catalens.engine.work import Compact, Wait, Work
from catalens.envelopes import code_beside, shell_of, unwrap
from catalens.mapping.profile import Names, node_at, severity_of
from catalens.paths import Pointer, leaves, pointer_text
from catalens.plan import fed_lists
from catalens.products import withheld_fields, without_withheld
from catalens.returning import merge
from catalens.validate import check_payload, forbidden_fields, missing_fields

if TYPE_CHECKING:
    from catalens.engine.translator import Translator


def losses_of(translator: Translator, work: Work) -> list[Loss]:
    """Spell out what a translation lost."""
    if translator.same:
        return []
    around, prefix = _around(translator, work)
    return [*(one._replace(pointer=(*prefix, *one.pointer)) for one in spell(work.entries)), *around]


def compact_losses(translator: Translator, work: Work) -> Compact:
    """Return what a translation of a line lost, hardly spelled out; not where both profiles are the same."""
    return work.entries, *_around(translator, work)


def _around(translator: Translator, work: Work) -> tuple[list[Loss], Names]:
    """Return what was lost around the product, and where the product stands."""
    source, target = translator.source, translator.target
    lost = [
        Loss(at, LossCode.DROPPED_CONDITION, rule, severity_of(node_at(source.tree, at)))
        for names, rule, value in _aside(work)
        for at, _ in leaves(value, names)
    ]
    if unwrap(work.payload_in, source) is None:
        return lost, ()
    lost = [one._replace(pointer=(*source.envelope, *one.pointer)) for one in lost]
    there = {at for at, _ in leaves(work.payload)} if target.envelope else set()
    around = [at for at, _ in leaves(shell_of(work.payload_in, source)) if at != source.envelope and at not in there]
    return [*lost, *(Loss(at, code_beside(at, source), "envelope") for at in around)], source.envelope


def _aside(work: Work) -> Iterator[tuple[Names, str, Any]]:
    """Yield place, rule and value of what is of a shape that the mapping does not know."""
    for names, value in work.aside:
        yield names, ".".join(names), value


def ledger_of(translator: Translator, work: Work) -> Ledger:
    """Translate once more, into a ledger that every leaf is entered in."""
    ledger, source = Ledger(), translator.source
    if translator.same:
        ledger.copy(work.product, without_withheld(work.product, source), withheld_fields(source))
    else:
        with translator.answering(work.answers):
            translator.enter(work.product, ledger)
        if work.aside and not work.product:
            # it was no empty product
            ledger.fates.clear()
        for names, rule, value in _aside(work):
            ledger.lost(Rule(rule), names, value, LossCode.DROPPED_CONDITION)
    for at in work.defaults:
        ledger.default(at)
    return ledger


def waits_of(translator: Translator, product: Any, answers: Answers, envelope: Names) -> list[Wait]:
    """Return what was left out of a translation until it is known, in the order of the output."""
    if not translator.omits:
        return []
    with translator.answering(answers):
        out = translator.awaiting(product if translator.words is None else translator.words[0].apart(product))
    return [
        Wait(pointer_text((*envelope, *at)), one.kind, one.id) for at, one in leaves(out) if isinstance(one, Awaited)
    ]


def missing_of(translator: Translator, work: Work) -> list[tuple[str, str]]:
    """Return (pointer, reason) of each field that the output lacks, and of each that must not stand in it."""
    demands = work.product_out, translator.target, translator.mode
    return [*missing_fields(*demands), *forbidden_fields(*demands)]


def _restored(translator: Translator, work: Work, alone: Any) -> Any:
    """Return what the way back gives with the sidecar; ``alone`` is what it gives without."""
    return merge(alone, complement_of(translator, work), translator.source).value


def report_of(translator: Translator, work: Work) -> Report:
    """Make the full report of a translation."""
    source, target = translator.source, translator.target
    is_wrapped = unwrap(work.payload_in, source) is not None
    source_prefix: Pointer = source.envelope if is_wrapped else ()
    around = [
        (at, leaf) for at, leaf in leaves(work.payload_in) if is_wrapped and at[: len(source_prefix)] != source_prefix
    ]
    return Report(
        Account(
            source=source,
            target=target,
            mode=translator.mode,
            same=translator.same,
            ledger=ledger_of(translator, work),
            source_prefix=source_prefix,
            target_prefix=work.envelope_out,
            around=around,
            given=work.given,
            product_out=work.product_out,
            payload_out=work.payload,
            merges=work.merges,
            identity=work.identity,
            edited=overtaken_identity(translator, work),
            parked=work.parked,
            waits=waits_of(translator, work.product, work.answers, work.envelope_out),
            filled=work.filled,
            rows=work.rows,
            returned=partial(returned, translator, work.product_out),
            restored=partial(_restored, translator, work),
            to_do=work.to_do,
            fed={} if translator.same else fed_lists(translator.plan),
            advice=check_payload(work.given, source)[1],
            invalid=check_payload(work.product_out, target),
            missing=missing_fields(work.product_out, target, translator.mode),
            forbidden=forbidden_fields(work.product_out, target, translator.mode),
        )
    )
