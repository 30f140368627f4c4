"""Old addresses lead to new ones at once: no loops, no chains, no address that leads to two."""

from __future__ import annotations

import pytest

from catalens.migrate.report import redirects_of


@pytest.mark.parametrize(
    ("pairs", "good", "refused"),
    [
        ([("/a", "/b"), ("/c", "/d")], [("/a", "/b"), ("/c", "/d")], []),
        ([("/a", "/b"), ("/a", "/b")], [("/a", "/b")], []),
        ([("/a", "/a")], [], ["/a"]),
        ([("/a", "/b"), ("/b", "/a")], [], ["/a", "/b"]),
        ([("/a", "/b"), ("/b", "/c")], [("/b", "/c")], ["/a"]),
        ([("/a", "/b"), ("/a", "/c"), ("/d", "/e")], [("/d", "/e")], ["/a", "/a"]),
        # an address that stays what it is can be led to
        ([("/a", "/b"), ("/b", "/b")], [("/a", "/b")], ["/b"]),
    ],
)
def test_only_what_leads_somewhere_at_once_is_a_redirect(
    pairs: list[tuple[str, str]], good: list[tuple[str, str]], refused: list[str]
) -> None:
    found, others = redirects_of(pairs)
    assert found == good
    assert [old for old, _, _ in others] == refused
    assert all(why for _, _, why in others)
