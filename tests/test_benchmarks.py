"""What is measured against each other does the same work: hand-written translators give the output of ours."""

from __future__ import annotations

import pytest

from benchmarks import catalogues
from benchmarks.pairs import PAIRS, Pair, differences, taken

named = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)


@named
def test_hand_written_code_gives_our_output_for_whole_products(pair: Pair) -> None:
    assert list(differences(pair, catalogues.products(pair.source, 60))) == []


@named
def test_hand_written_code_gives_our_output_for_updates(pair: Pair) -> None:
    assert list(differences(pair, catalogues.updates(pair.source, 600))) == []


@named
def test_hand_written_code_gives_our_output_for_odd_payloads_that_are_valid(pair: Pair) -> None:
    odd = list(taken(pair, catalogues.adversarial(pair.source, 240, catalogues.FAIR)))
    assert len(odd) > 200
    assert list(differences(pair, odd)) == []


@named
def test_a_difference_is_found(pair: Pair) -> None:
    other = Pair(pair.source, pair.target, lambda product: {**pair.by_hand(product), "x": 1}, pair.by_hand_whole)
    assert len(list(differences(other, catalogues.products(pair.source, 3)))) == 3


@named
def test_catalogues_are_the_same_every_time(pair: Pair) -> None:
    assert catalogues.adversarial(pair.source, 33) == catalogues.adversarial(pair.source, 33)
    assert catalogues.products(pair.source, 5) != catalogues.products(pair.source, 5, seed=9)


@named
def test_every_kind_of_adversarial_line_is_made_and_some_are_refused(pair: Pair) -> None:
    lines = catalogues.adversarial(pair.source, 110)
    assert 40 < len(list(taken(pair, lines))) < 100
    assert len(set(lines)) > 100


def test_products_have_the_variants_that_were_asked_for() -> None:
    assert all(len(one["variants"]) == 7 for one in catalogues.products("axim/write", 4, (7, 7)))
