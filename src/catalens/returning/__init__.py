"""The complement of a translation: what the way back alone does not give, and how it is merged in again.

Everything happens in the source's own shape. Let S be the original, R what the translation's output gives when it
is translated back, R' the same after the output was edited. The complement is the difference between S and R;
merging it into R' restores an entry only where R' still holds what R held. So edits win, and what was deleted stays
deleted.

Entries are JSON objects. ``at`` is a JSON Pointer; an item of a list is ``=`` and the JSON text of its key; where the
key did not come back, ``@`` and the text of what the target knows it by, as it stands here; its index in R where it
has neither for itself; ``+0``, ``+1`` … where R has no such item.

* ``{at, value}``: S has it, R has nothing there
* ``{at, value, was}``: S has this, R has what ``was`` is the digest of
* ``{at, was}``: R has something that S does not have
* ``{at, from}``: S has here what R has there: an item that R has in another item of the list around it
* ``{at, key?, target_key?, of?, order?}``: a list; the field that is its items' key (``.``: the items themselves),
  where in an item that stands which the target knows it by, what R's items are known by (``=`` or ``@`` and a key; a
  digest, behind a key that several share), and, where they differ, the order of the items in S

What says one thing together holds together: its entries also have ``with``, pointers from the product or list item
that they stand in, and ``was`` is the digest of what R has at all of them. Such are an amount and its unit, fields
that arrive as one, and an item that R has in another list than S (both meet in one hub list): it is restored here and
taken away there, or neither. An entry above the entries of such lists says that S, or R, has nothing there: what
holds the list is made for the items that come into it, and goes when all have left it.

Items that arrive as one, with their inner lists joined, come back as one: in the complement stands where each of the
others began, and which inner items are its own. These go where they belong as they are in R', and those that were
taken out there come back nowhere.
"""

from __future__ import annotations

from catalens.returning.difference import complement
from catalens.returning.entries import Entry, are_entries, digest, is_list_entry
from catalens.returning.merge import merge

__all__ = ["Entry", "are_entries", "complement", "digest", "is_list_entry", "merge"]
