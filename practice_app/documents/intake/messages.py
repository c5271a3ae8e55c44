"""How we and the confined process talk: words as JSON with the bytes they are about, over pipes."""

import json
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from practice_app.rules.files import LARGEST

Words = dict[str, Any]

_HEAD = struct.Struct(">IQ")
_LONGEST_WORDS = 1 << 20
LARGEST_CONTENT = 4 * LARGEST
"""Bytes of one message: a clean copy may be larger than its original, and a page of 50 million dots is."""


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A page drawn: `pixels` are rows of blue, green, red and an unused byte, `stride` bytes each."""

    width: int
    height: int
    stride: int
    pixels: bytes


class Garbled(Exception):
    """What came is no message of ours, or an end in the middle of one."""


def send(stream: BinaryIO, words: Words, content: bytes = b"") -> None:
    """Write one message."""
    text = json.dumps(words).encode("ascii")
    stream.write(_HEAD.pack(len(text), len(content)))
    stream.write(text)
    stream.write(content)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[Words, bytes] | None:
    """Read one message; None at the end of the stream, Garbled for anything that is none."""
    head = stream.read(_HEAD.size)
    if not head:
        return None
    if len(head) < _HEAD.size:
        raise Garbled
    length, size = _HEAD.unpack(head)
    if length > _LONGEST_WORDS or size > LARGEST_CONTENT:
        raise Garbled
    text, content = stream.read(length), stream.read(size)
    if len(text) < length or len(content) < size:
        raise Garbled
    try:
        words = json.loads(text)
    except ValueError:
        raise Garbled from None
    if not isinstance(words, dict):
        raise Garbled
    return words, content
