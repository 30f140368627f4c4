"""Payloads to try a format with: valid ones, nearly valid ones, and anything at all; and edits to make in them.

All of it follows from the profile: what a field may hold, the edges of its codec's domain, and, where a
second profile is given, the words and limits of the fields that the values will be written to.
"""

from __future__ import annotations

from catalens.errors import MissingExtra

try:
    import hypothesis  # noqa: F401 (an extra, so its absence is told before a module of ours needs it)
except ModuleNotFoundError as error:
    raise MissingExtra("laws and strategies", "laws") from error

from catalens.strategies.edits import EDITS, Edit, edit_all
from catalens.strategies.junk import anything, changed, near_payloads
from catalens.strategies.products import payloads
from catalens.strategies.values import valid_value

__all__ = ["EDITS", "Edit", "anything", "changed", "edit_all", "near_payloads", "payloads", "valid_value"]
