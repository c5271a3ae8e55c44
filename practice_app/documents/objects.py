"""Objects written behind a finished PDF in compressed streams, so that hundreds of thousands need no room."""

from __future__ import annotations

import re
import secrets
import zlib
from array import array
from collections.abc import Iterator, Mapping
from io import SEEK_END, BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_BLOCK = 16
_TRAILER_ROOM = 64
_ENTRIES_ROOM = 1024
_FREE = b"\0\0\0\0\0\0\0"
_PACKED = re.compile(
    rb"\d+ 0 obj\n<</Type/ObjStm/N \d+/First (\d+)/Filter/FlateDecode/Length (\d+)>>stream\n"
)
_REFERENCE = re.compile(r"\b(\d+) 0 R\b")
_IN_A_STREAM = 200
"""Objects packed together: more pack better, but a reader must unpack all to see one."""


class Objects:
    """Adds objects to a PDF file by an incremental update (ISO 32000-1, 7.5.6 to 7.5.8).

    The library that writes the file itself would hold every object in memory, a kilobyte and more for each.
    Objects are given as PDF source. Whatever is in them that did not come from this program is a `text`.
    Behind an encrypted file they are encrypted with its key.
    """

    def __init__(self, file: pikepdf.Pdf) -> None:
        """`file` is the one they come behind, as it was saved: new numbers are counted from its last."""
        trailer = file.trailer
        self._next = self._first = int(trailer.Size)
        self._key = file.encryption.encryption_key if file.is_encrypted else b""
        encrypt = f"/Encrypt {trailer.Encrypt.objgen[0]} 0 R" if self._key else ""
        self._trailer = (
            f"{encrypt}/Root {trailer.Root.objgen[0]} 0 R/Info {trailer.Info.objgen[0]} 0 R"
            f"/ID[{''.join(f'<{bytes(part).hex()}>' for part in trailer.ID)}]"
        )
        self._places: dict[int, tuple[int, int]] = {}
        self._streams, self._indices = array("I"), array("H")
        self._numbers: list[int] = []
        self._bodies: list[str] = []
        self._packed = BytesIO()
        self._offsets: list[tuple[int, int]] = []

    def reserve(self, count: int) -> range:
        """Numbers for new objects, which `add` must write."""
        numbers = range(self._next, self._next + count)
        self._next += count
        self._streams.extend([0] * count)
        self._indices.extend([0] * count)
        return numbers

    def add(self, number: int, body: str) -> None:
        """Write one object, a reserved one or one of the file that it takes the place of."""
        self._numbers.append(number)
        self._bodies.append(body)
        if len(self._bodies) == _IN_A_STREAM:
            self._pack()

    def add_again(self, update: bytes, size: int, moved: Mapping[int, int]) -> None:
        """Add what was added to another edition of the file, which had `size` objects without it.

        `update` is what `split` found, and `moved` says where the objects of the file are now that it names.
        """
        until = int(update.rpartition(b"/Type/XRef/Size ")[2].partition(b"/")[0])
        shift = self.reserve(until - size).start - size

        def number_of(old: int) -> int:
            return moved[old] if old < size else old + shift

        for old, body in _added(update):
            self.add(number_of(old), _REFERENCE.sub(lambda found: f"{number_of(int(found[1]))} 0 R", body))

    def _pack(self) -> None:
        if not self._bodies:
            return
        (stream,) = self.reserve(1)
        for index, number in enumerate(self._numbers):
            self._put(number, stream, index)
        head, at = [], 0
        for number, body in zip(self._numbers, self._bodies, strict=True):
            head.append(f"{number} {at}")
            at += len(body) + 1
        heading = " ".join(head) + "\n"
        data = zlib.compress((heading + "\n".join(self._bodies)).encode("ascii"))
        self._offsets.append((stream, self._packed.tell()))
        entries = f"/Type/ObjStm/N {len(self._bodies)}/First {len(heading)}/Filter/FlateDecode"
        self._write(stream, entries, _encrypted(data, self._key) if self._key else data)
        self._numbers, self._bodies = [], []

    def _put(self, number: int, stream: int, index: int) -> None:
        if number < self._first:
            self._places[number] = stream, index
        else:
            self._streams[number - self._first], self._indices[number - self._first] = stream, index

    def _write(self, number: int, entries: str, data: bytes) -> None:
        self._packed.write(f"{number} 0 obj\n<<{entries}/Length {len(data)}>>stream\n".encode("ascii"))
        self._packed.write(data)
        self._packed.write(b"\nendstream\nendobj\n")

    def append_to(self, file: BytesIO) -> None:
        """Write everything at the end of the file."""
        self._pack()
        start = file.seek(0, SEEK_END)
        previous = int(bytes(file.getbuffer()[-_TRAILER_ROOM:]).rpartition(b"startxref")[2].split()[0])
        (table,) = self.reserve(1)
        at = dict(self._offsets)
        entries = bytearray()
        for number in sorted(self._places):
            entries += _packed_entry(*self._places[number])
        for number, stream, index in zip(
            range(self._first, table), self._streams, self._indices, strict=False
        ):
            if number in at:
                entries += _plain_entry(start + at[number])
            else:
                entries += _packed_entry(stream, index) if stream else _FREE
        where = start + self._packed.tell()
        entries += _plain_entry(where)
        sections = "".join(f"{number} 1 " for number in sorted(self._places))
        self._write(
            table,
            f"/Type/XRef/Size {self._next}/W[1 4 2]/Index[{sections}{self._first} {self._next - self._first}]"
            f"/Prev {previous}{self._trailer}/Filter/FlateDecode",
            zlib.compress(bytes(entries)),
        )
        file.write(self._packed.getbuffer())
        file.write(f"startxref\n{where}\n%%EOF\n".encode("ascii"))


def split(pdf: bytes) -> tuple[bytes, bytes]:
    """A file as it was before objects were added to it, and what was added; nothing if none were."""
    start = int(pdf[-_TRAILER_ROOM:].rpartition(b"startxref")[2].split()[0])
    previous = re.match(rb"\d+ 0 obj\n<<[^>]*/Prev (\d+)/Root", pdf[start : start + _ENTRIES_ROOM])
    if previous is None:
        return pdf, b""
    end = pdf.index(b"%%EOF\n", int(previous[1])) + len(b"%%EOF\n")
    return pdf[:end], pdf[end:]


def _added(update: bytes) -> Iterator[tuple[int, str]]:
    """The objects of an update, each with its number."""
    at = 0
    while found := _PACKED.match(update, at):
        first, length = int(found[1]), int(found[2])
        at = found.end() + length + len(b"\nendstream\nendobj\n")
        unpacked = zlib.decompress(update[found.end() : found.end() + length]).decode("ascii")
        head = [int(number) for number in unpacked[:first].split()]
        yield from zip(head[::2], unpacked[first:].split("\n"), strict=True)


def text(value: str) -> str:
    """A text string in PDF source: hexadecimal digits, so that nothing in it can end it."""
    return f"<FEFF{value.encode('utf-16-be', 'replace').hex().upper()}>"


def _encrypted(data: bytes, key: bytes) -> bytes:
    """A stream in a file of AES-256 (ISO 32000-2, 7.6.3, algorithm 1.A)."""
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES256
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    start = secrets.token_bytes(_BLOCK)
    filling = _BLOCK - len(data) % _BLOCK
    encryptor = Cipher(AES256(key), CBC(start)).encryptor()
    return start + encryptor.update(data + bytes([filling]) * filling) + encryptor.finalize()


def _plain_entry(offset: int) -> bytes:
    return b"\1" + offset.to_bytes(4) + b"\0\0"


def _packed_entry(stream: int, index: int) -> bytes:
    return b"\2" + stream.to_bytes(4) + index.to_bytes(2)
