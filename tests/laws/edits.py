"""Edits, as the tests of several laws import them."""

from catalens.strategies import EDITS, Edit, edit_all

__all__ = ["EDITS", "Edit", "edit_all"]
