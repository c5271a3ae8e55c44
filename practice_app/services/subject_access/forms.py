"""Two forms of one PDF in the space of one: the second is kept as what it has other than the first.

Scans weigh nearly all of a copy, and both of its forms show the same ones: their streams are the same bytes.
"""

import struct
from collections.abc import Iterator
from hashlib import sha256

from practice_app.errors import Defect

_PART = struct.Struct(">QQQ")
"""Of each part: how long its own bytes are, and from where and how much of the first form follows them."""

_LEAST = 2_048
_BEGIN, _END = b"stream\n", b"\nendstream"


def against(first: bytes, second: bytes) -> bytes:
    """The second form, for `rebuilt` with the first."""
    known = {_digest(first, begin, end): begin for begin, end in _streams(first)}
    parts: list[bytes | memoryview] = []
    view, done = memoryview(second), 0
    for begin, end in _streams(second):
        place = known.get(_digest(second, begin, end))
        if place is not None:
            parts += [_PART.pack(begin - done, place, end - begin), view[done:begin]]
            done = end
    parts += [_PART.pack(len(second) - done, 0, 0), view[done:]]
    return b"".join(parts)


def rebuilt(first: bytes, difference: bytes) -> bytes:
    """The second form; Defect for a difference that is not whole."""
    view, given = memoryview(first), memoryview(difference)
    parts: list[memoryview] = []
    at = 0
    while at < len(given):
        own, place, shared = _PART.unpack_from(given, at)
        at += _PART.size
        parts += [given[at : at + own], view[place : place + shared]]
        at += own
    if at != len(given):
        raise Defect("a form of a copy that is not whole")
    return b"".join(parts)


def _digest(pdf: bytes, begin: int, end: int) -> bytes:
    return sha256(memoryview(pdf)[begin:end]).digest()


def _streams(pdf: bytes) -> Iterator[tuple[int, int]]:
    """Where the larger streams begin and end. It need not be right: what differs is kept as it is."""
    at = 0
    while (found := pdf.find(_BEGIN, at)) >= 0:
        begin = found + len(_BEGIN)
        end = pdf.find(_END, begin)
        if end < 0:
            return
        if end - begin >= _LEAST:
            yield begin, end
        at = end + len(_END)
