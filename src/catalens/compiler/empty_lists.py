"""Write what becomes of lists that are empty, or null: they arrive unless another list fills the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalens.compiler.text import pointer
from catalens.mapping.profile import ListCorrespondence
from catalens.plan import ListFeed

if TYPE_CHECKING:
    from catalens.compiler.lists import RouteWriter


def write_empty_lists(writer: RouteWriter) -> None:
    """Write it of all lists that feed a route."""
    e = writer.e
    feeds = [feed for feed in writer.route.feeds if isinstance(feed, ListFeed)]
    reached = [
        list(dict.fromkeys(one.index for one in feed.landings if one.into_list and one.returns)) for feed in feeds
    ]
    for value, test in (("[]", "is not None and {0} is not M and not {0}"), ("M", "is None")):
        for feed, numbers in zip(feeds, reached, strict=True):
            var = writer.owner.vars[feed.source.list]
            for number in numbers:
                if value == "M" and not _target(writer, number).list.nullable:
                    continue
                with e.block(f"if {writer.lists[number]} is None and {var} {test.format(var)}:"):
                    e.line(f"{writer.lists[number]} = {value}")
    if e.losing or e.entering:
        for feed, numbers in zip(feeds, reached, strict=True):
            var = writer.owner.vars[feed.source.list]
            with e.block(f"if not {var} and {var} is not M:"):
                with e.block(f"if {var} is None:"):
                    _account(writer, feed, "None", [(number, f"{writer.lists[number]} is M") for number in numbers])
                with e.block("else:"):
                    _account(writer, feed, "[]", [(number, f"{writer.lists[number]} == []") for number in numbers])


def _account(writer: RouteWriter, feed: ListFeed, value: str, arrived: list[tuple[int, str]]) -> None:
    """Write the account of a list that holds nothing: in which targets it arrived, if a test says so."""
    e, one = writer.e, feed.source.list
    at = (*writer.owner.at, *map(repr, one.at))
    if e.losing:
        with e.block(f"if not ({' or '.join(test for _, test in arrived) or 'False'}):"):
            e.loss(at, one.name, "dropped.condition")
        return
    targets = e.var("g")
    e.line(f"{targets} = []")
    for number, test in arrived:
        with e.block(f"if {test}:"):
            e.line(f"{targets}.append({pointer((*writer.out.at, *map(repr, _target(writer, number).list.at)))})")
    with e.block(f"if {targets}:"):
        e.line(f"R.container({e.rule(one.name)}, {pointer(at)}, {value}, {targets})")
    with e.block("else:"):
        e.lost(at, one.name, "dropped.condition", value)


def _target(writer: RouteWriter, number: int) -> ListCorrespondence:
    target = writer.route.targets[number]
    assert isinstance(target, ListCorrespondence)
    return target
