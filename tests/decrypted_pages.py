"""Every page of a practice's files, decrypted by hand with the raw key, also those that are free."""

import struct
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE = 4096
_RESERVED = 80  # the initialisation vector, the MAC, and padding, at the end of each page
_SALT = 16  # the first page begins with it instead of with SQLite's own header
_WAL_HEADER, _FRAME_HEADER = 32, 24


def of_files(path: Path, key: bytes | bytearray) -> Iterator[bytes]:
    """The pages of the database and of the log beside it, valid or not: free ones and stale frames too."""
    whole = path.read_bytes()
    for start in range(0, len(whole) - PAGE + 1, PAGE):
        yield _decrypted(whole[start : start + PAGE], key, is_first=start == 0)
    log = path.with_name(path.name + "-wal")
    frames = log.read_bytes() if log.exists() else b""
    for start in range(_WAL_HEADER, len(frames) - _FRAME_HEADER - PAGE + 1, _FRAME_HEADER + PAGE):
        (number,) = struct.unpack(">I", frames[start : start + 4])
        body = start + _FRAME_HEADER
        yield _decrypted(frames[body : body + PAGE], key, is_first=number == 1)


def _decrypted(page: bytes, key: bytes | bytearray, *, is_first: bool) -> bytes:
    content = page[_SALT if is_first else 0 : PAGE - _RESERVED]
    vector = page[PAGE - _RESERVED :][:16]
    decryptor = Cipher(algorithms.AES(bytes(key)), modes.CBC(vector)).decryptor()
    return decryptor.update(content) + decryptor.finalize()
