"""The few cryptographic steps everything else is made of: derive, lock, unlock, stretch, canonical JSON."""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from practice_app.errors import Defect

Secret = bytes | bytearray
"""A secret key: bytearray where it lives longer than one call, so that it can be zeroed."""

KEY_LENGTH = 32
NONCE_LENGTH = 12


def new_key() -> bytearray:
    """32 random bytes from the operating system."""
    return bytearray(os.urandom(KEY_LENGTH))


def wipe(key: bytearray) -> None:
    """Zero a key in place. Copies made by libraries are not reached: keys are dropped, never "wiped"."""
    key[:] = bytes(len(key))


def derive(key: Secret, info: str) -> bytes:
    """HKDF-SHA256 without salt: 32 bytes for one purpose named by `info`."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_LENGTH, None, info.encode("ascii")).derive(key)


def tag(key: Secret, message: bytes) -> bytes:
    """HMAC-SHA256 of a message."""
    return hmac.digest(key, message, hashlib.sha256)


def tags_equal(left: bytes, right: bytes) -> bool:
    """Compare two tags in constant time."""
    return hmac.compare_digest(left, right)


def lock(key: Secret, plain: Secret, context: bytes) -> bytes:
    """AES-256-GCM with a random nonce in front; `context` is authenticated, not stored."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_LENGTH)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def unlock(key: Secret, locked: bytes | memoryview, context: bytes) -> bytes | None:
    """What `lock` hid, or None when key, context or a single bit differ."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(locked) < NONCE_LENGTH + 16:
        return None
    try:
        return AESGCM(key).decrypt(locked[:NONCE_LENGTH], locked[NONCE_LENGTH:], context)
    except InvalidTag:
        return None


@dataclass(frozen=True, slots=True)
class Kdf:
    """Argon2id cost: memory in KiB, passes, threads. The bounds hold before a file's figures are used."""

    memory: int = 65536
    passes: int = 3
    threads: int = 4

    def within_bounds(self) -> bool:
        """Too little can be guessed through, too much would hang the PC on a forged file."""
        return 19456 <= self.memory <= 1048576 and 2 <= self.passes <= 10 and 1 <= self.threads <= 8


STANDARD_KDF = Kdf()


def stretch(password: bytes, salt: bytes, kdf: Kdf) -> bytes:
    """Argon2id: 32 bytes out of a password, slowly (about 0.3 s at the standard cost)."""
    from argon2.low_level import Type, hash_secret_raw

    if not kdf.within_bounds():
        raise Defect("Argon2 figures out of bounds reached the derivation")
    return hash_secret_raw(password, salt, kdf.passes, kdf.memory, kdf.threads, KEY_LENGTH, Type.ID)


def canonical(value: dict[str, Any] | Sequence[Any]) -> bytes:
    """The one byte form of a JSON value, so that it can be authenticated."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode("ascii")


def read_canonical(data: bytes) -> Any:
    """Parse JSON that is in the one canonical form; anything else raises ValueError.

    Comparing with the canonical form refuses doubled names, other number forms, spaces and escapes at once.
    """
    try:
        value = json.loads(data.decode("ascii"))
        if not isinstance(value, dict | list) or canonical(value) != data:
            raise ValueError("not in canonical form")
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def to_base64(data: bytes | bytearray) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """Strict inverse of `to_base64`; raises ValueError for any other spelling of the same bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if to_base64(data) != text:
        raise ValueError("not canonical base64")
    return data
