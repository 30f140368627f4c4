"""Write what becomes of lists that are empty, or null: they arrive unless another list fills the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalens.compiler.text import below
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
    for is_null, test in ((False, "is not None and {0} is not M and not {0}"), (True, "is None")):
        for feed, numbers in zip(feeds, reached, strict=True):
            var = writer.owner.vars[feed.source.list]
            for number in numbers:
                # where items of another list that goes here were lost, nothing says that the target is to be emptied
                others = [
                    writer.owner.vars[other.source.list]
                    for other in feeds
                    if other is not feed and any(one.into_list and one.index == number for one in other.landings)
                ]
                full = "".join(f" and not {other}" for other in others)
                if is_null and not _target(writer, number).list.nullable:
                    continue
                with e.block(f"if {writer.lists[number]} is None and {var} {test.format(var)}{full}:"):
                    e.line(f"{writer.lists[number]} = {'M' if is_null else empty(_target(writer, number))}")
    if not e.notes.wanted:
        return
    for feed, numbers in zip(feeds, reached, strict=True):
        one = feed.source.list
        var, at = writer.owner.vars[one], below(writer.owner.at, *one.at)
        places = [(number, below(writer.out.at, *_target(writer, number).list.at)) for number in numbers]
        with e.block(f"if not {var} and {var} is not M:"):
            for is_null, head in ((True, f"if {var} is None:"), (False, "else:")):
                tests = {number: "is M" if is_null else f"== {empty(_target(writer, number))}" for number in numbers}
                arrived = [(f"{writer.lists[number]} {tests[number]}", to) for number, to in places]
                # a list is no map, though both hold nothing
                alike = [is_null or empty(_target(writer, number)) == empty(feed.source) for number in numbers]
                with e.block(head):
                    e.notes.empty_list(at, one.name, "None" if is_null else empty(feed.source), arrived, alike)


def empty(each: ListCorrespondence) -> str:
    """Write a list, or a map, that holds nothing."""
    return "[]" if each.keys is None else "{}"


def _target(writer: RouteWriter, number: int) -> ListCorrespondence:
    target = writer.route.targets[number]
    assert isinstance(target, ListCorrespondence)
    return target
