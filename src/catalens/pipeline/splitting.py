"""Split a list of products that no memory need hold into the products, each as it is written.

What reads JSON piece by piece gives values, without their digits' zeros and without keys that stand twice. So only
the bounds of products are found here; each is read, and checked, as a line is. What stands around the list is checked
once it is whole: it is then that a list which stands twice is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from catalens.errors import InvalidPayload, PayloadError
from catalens.mapping.profile import Names
from catalens.paths import pointer_text
from catalens.payloads import MAX_LINE, loads, loads_loosely

SIZE = 1 << 20

_BLANKS = re.compile(rb"[ \t\r\n]*")
_TEXT = rb'"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+"'
#: a text without its end is its beginning
_BEGUN = _TEXT + rb"?"
#: a text, a mark, or anything up to the next mark
_TOKEN = re.compile(_BEGUN + rb'|[][{}:,]|[^] \t\r\n"[{}:,]++')


def _run(inside: bytes) -> bytes:
    """Return the expression of what stands between brackets: texts, what is none, and such as ``inside`` matches."""
    plain = rb'[^]["{}]*+'
    return plain + rb"(?:(?:" + _TEXT + rb"|" + inside + rb")" + plain + rb")*+"


def _bracketed(run: bytes) -> bytes:
    return rb"[{[]" + run + rb"[]}]"


_FLAT = _bracketed(_run(rb"(?!)"))
#: all that nests no deeper than two levels, and what is behind it: a bracket that begins something deeper (1), one
#: that ends what we are in (2), or a text without its end (3)
_NESTING = re.compile(_run(_bracketed(_run(_FLAT))) + rb'(?:([{[])|([]}])|("))?')
_WHOLE_TEXT = re.compile(_TEXT).fullmatch
#: what a text without its end may be followed by, where more of it is to come
_TO_COME = (b"", b"\\")


class Splitter:
    """Reads the values of a stream, one behind the other, of which ``head`` was read before."""

    def __init__(self, stream: BinaryIO, head: bytes, names: Names) -> None:
        self._stream, self._names = stream, names
        self._buffer, self._at, self._before = head, 0, 0
        #: what stands around the list, and where in the buffer begins what is not yet in it
        self._shell, self._mark = bytearray(), 0
        #: the list was found in the value that is read now; it is in there
        self.found = self._inside = False
        self._count = 0

    def products(self) -> Iterator[bytes]:
        """Yield the items of the list that each value has; a value without such a list stands for itself.

        Raises InvalidPayload, behind all items before, where a value is cut off, or has no form.
        """
        while self._next_byte():
            self.found = False
            self._shell, self._mark = bytearray(), self._at
            yield from self._value(self._names)
            self._keep()
            if self.found:
                loads(bytes(self._shell))
            else:
                yield bytes(self._shell)

    # -- the way to the list --------------------------------------------------------------------------------------

    def _value(self, names: Names) -> Iterator[bytes]:
        """Pass a value; yield the items of the list inside it."""
        first = self._next_byte()
        if first == b"[" and not names and not self.found:
            self._keep()
            self.found = self._inside = True
            yield from self._items()
            self._inside, self._mark = False, self._at
            self._shell += b"null"
        elif first == b"{" and names:
            self._token()
            yield from self._members(names)
        else:
            self._whole("a value")

    def _members(self, names: Names) -> Iterator[bytes]:
        """Pass the members of an object that has begun."""
        token = self._token()
        while token != b"}":
            self._expect("a key", token.startswith(b'"'))
            self._expect("':'", self._token() == b":")
            if loads_loosely(token) == names[0]:
                yield from self._value(names[1:])
            else:
                self._whole("a value")
            token = self._token()
            self._expect("',' or '}'", token in (b",", b"}"))
            if token == b",":
                token = self._token()

    def _items(self) -> Iterator[bytes]:
        """Yield the items of the list that begins here."""
        self._token()
        if self._next_byte() == b"]":
            self._token()
            return
        token = b","
        while token == b",":
            item = self._whole("an item")
            self._count += 1
            yield item
            token = self._token()
            self._expect("',' or ']'", token in (b",", b"]"))

    # -- the text -------------------------------------------------------------------------------------------------

    def _next_byte(self) -> bytes:
        """Return the next byte that is no blank, and stay before it; nothing at the end."""
        while True:
            found = _BLANKS.match(self._buffer, self._at)
            self._at = self._at if found is None else found.end()
            if self._at < len(self._buffer) or not self._read_on():
                return self._buffer[self._at : self._at + 1]

    def _token(self) -> bytes:
        """Pass a text, a mark, or what stands between marks; nothing at the end."""
        while self._next_byte():
            found = _TOKEN.match(self._buffer, self._at)
            assert found is not None
            is_text = found[0].startswith(b'"')
            if is_text and not _WHOLE_TEXT(found[0]):
                self._wait_for_end_of_text(self._at)
            elif is_text or found.end() < len(self._buffer) or not self._read_on():
                self._at += len(found[0])
                return found[0]
        return b""

    def _whole(self, what: str) -> bytes:
        """Pass a value, and return its text."""
        if self._next_byte() in (b"{", b"["):
            return self._nested()
        token = self._token()
        self._expect(what, token not in (b"", b"]", b"}", b":", b","))
        # a number or a word ends where something else begins, and not where the text was cut off
        self._expect(f"the end of {what}", token.startswith(b'"') or self._next_byte() != b"")
        return token

    def _nested(self) -> bytes:
        """Pass an object or a list, and return its text."""
        depth = passed = 1
        while True:
            for found in _NESTING.finditer(self._buffer, self._at + passed):
                kind = found.lastindex
                if kind == 3:
                    self._wait_for_end_of_text(found.start(3))
                    break
                if kind is None:
                    self._expect("the end of an object or list", self._read_on())
                    break
                depth += 1 if kind == 1 else -1
                passed = found.end() - self._at
                if not depth:
                    self._at += passed
                    return self._buffer[self._at - passed : self._at]

    def _wait_for_end_of_text(self, start: int) -> None:
        """Read on in a text that has begun and not ended; a line cannot end within one."""
        begun = _TOKEN.match(self._buffer, start)
        has_more = begun is not None and self._buffer[begun.end() :] in _TO_COME and self._read_on()
        self._expect("the end of a text (unterminated string)", has_more)

    def _read_on(self) -> bool:
        """Read more, and forget what was passed; tell whether there was more."""
        pending = len(self._buffer) - self._at
        if pending > MAX_LINE:
            raise self._error(f"longer than {MAX_LINE >> 20} MiB")
        self._keep()
        # twice as much each time, for what is pending is looked through again
        more = self._stream.read(max(SIZE, pending))
        self._before += self._at
        self._buffer = self._buffer[self._at :] + more
        self._at = self._mark = 0
        return bool(more)

    def _keep(self) -> None:
        """Keep what was passed, if it stands around the list."""
        if not self._inside:
            self._shell += self._buffer[self._mark : self._at]
        self._mark = self._at
        if len(self._shell) > MAX_LINE:
            raise self._error(f"what stands around the list is longer than {MAX_LINE >> 20} MiB")

    def _expect(self, what: str, is_there: bool) -> None:
        if not is_there:
            raise self._error(f"expected {what}")

    def _error(self, message: str) -> InvalidPayload:
        at = f"at byte {self._before + self._at}, behind {self._count} products"
        return InvalidPayload([PayloadError(pointer_text(self._names), f"{message} {at}; the output is incomplete")])
