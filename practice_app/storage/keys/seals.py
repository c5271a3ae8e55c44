"""Sealed values: text and files only the right key holders read, bound to the row they belong to.

Layout: `0x01 | kind u8 | generation u16 | (ephemeral public key 32, kind 4 only) | nonce 12 | AES-256-GCM`.
Each row has its own key, HMAC-SHA256(key of the generation, context), and the context (header, purpose,
row, owner) is authenticated too, so a value opens in its own place only. The plain form is padded: the
size of a note must not tell how much was written.
"""

import json
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from uuid import UUID

from practice_app.errors import Defect, NotAllowed, PracticeError
from practice_app.storage.keys import crypto
from practice_app.storage.keys.held import (
    PRIVATE_GENERATION,
    Keys,
    VaultKeys,
    clinical_private_key,
)

FORMAT = 1
_HEADER = struct.Struct(">BBH")
_LENGTH = struct.Struct(">I")
_PUBLIC_KEY_LENGTH = 32
_SMALL_STEP = 512
_SMALL_LIMIT = 8192


class Kind(IntEnum):
    """Whose key a value is sealed with. 3 is kept free for the alias vault."""

    CLINICAL = 1
    PRIVATE = 2
    FOR_CLINICIANS = 4


@dataclass(frozen=True, slots=True)
class SealedText:
    """A text with what ties it to people: the reader checks that the record's person is one of them.

    `also` are the other people of a joint item (a couple's, a family's).
    """

    subject: UUID
    author: UUID
    at: datetime
    revision: int
    text: str
    also: tuple[UUID, ...] = ()

    @property
    def people(self) -> frozenset[UUID]:
        """Everybody the text was written about."""
        return frozenset((self.subject, *self.also))


def seal(keys: VaultKeys, purpose: str, row: UUID, payload: SealedText, kind: Kind = Kind.CLINICAL) -> bytes:
    """Seal a text for one row and one purpose (a constant such as "note.body", never a column's name).

    CLINICAL needs the clinical key (NotAllowed without), PRIVATE seals for the signed-in user only,
    FOR_CLINICIANS may be written by anybody and read by holders of the clinical key. `payload.at` must
    carry its zone (Defect).
    """
    return seal_bytes(keys, purpose, row, _to_plain(payload), kind)


def unseal(
    keys: VaultKeys,
    purpose: str,
    row: UUID,
    blob: bytes,
    owner: UUID | None = None,
    private_key: bytes | None = None,
) -> SealedText:
    """Open a sealed text; `owner` is the author of an "only me" text (default: the signed-in user).

    Raises NotAllowed when the keys do not include what it takes, PracticeError when the value was moved,
    damaged or exchanged. `private_key` is a colleague's, for a director's logged opening.
    """
    return _from_plain(unseal_bytes(keys, purpose, row, blob, owner, private_key))


def seal_bytes(keys: VaultKeys, purpose: str, row: UUID, data: bytes, kind: Kind = Kind.CLINICAL) -> bytes:
    """Seal a file's bytes (below 2 GB) as `seal` does a text; the size is rounded up, not kept."""
    if len(data) >= 2**31 - 2**28:
        raise PracticeError("This file is too large to be stored; the limit is 1.7 GB.")
    header, key = _sealing_key(keys, kind)
    context = _context(header, purpose, row, _owner(keys, kind, None))
    plain = _padded(data)
    if kind is Kind.FOR_CLINICIANS:
        return header + _lock_for(key, plain, context)
    return header + crypto.lock(crypto.tag(key, context), plain, context)


def unseal_bytes(
    keys: VaultKeys,
    purpose: str,
    row: UUID,
    blob: bytes,
    owner: UUID | None = None,
    private_key: bytes | None = None,
) -> bytes:
    """Open sealed bytes; arguments and errors as for `unseal`."""
    kind, generation = sealed_with(blob)
    header, body = blob[: _HEADER.size], memoryview(blob)[_HEADER.size :]
    key = _opening_key(keys, kind, generation, owner, private_key)
    context = _context(header, purpose, row, _owner(keys, kind, owner))
    if kind is Kind.FOR_CLINICIANS:
        plain = _unlock_for(key, body, context)
    else:
        plain = crypto.unlock(crypto.tag(key, context), body, context)
    if plain is None:
        raise _not_shown()
    return _unpadded(plain)


def sealed_with(blob: bytes) -> tuple[Kind, int]:
    """Kind and key generation a value was sealed with, readable without any key."""
    if len(blob) < _HEADER.size:
        raise _not_shown()
    version, kind, generation = _HEADER.unpack_from(blob)
    try:
        known = Kind(kind)
    except ValueError:
        raise _not_shown() from None
    if version != FORMAT:
        raise _not_shown()
    return known, generation


def _not_shown() -> PracticeError:
    return PracticeError("This text does not belong to this record or was damaged; it is not shown.")


def _sealing_key(keys: VaultKeys, kind: Kind) -> tuple[bytes, bytes | bytearray]:
    if kind is Kind.PRIVATE:
        if not isinstance(keys, Keys):
            raise NotAllowed("A recovery key cannot write notes that only one person may read.")
        return _HEADER.pack(FORMAT, kind, PRIVATE_GENERATION), keys.private_key()
    if kind is Kind.FOR_CLINICIANS:
        public = keys.clinical_public
        return _HEADER.pack(FORMAT, kind, public.generation), public.key
    generation, key = keys.newest_ck
    return _HEADER.pack(FORMAT, kind, generation), key


def _opening_key(
    keys: VaultKeys, kind: Kind, generation: int, owner: UUID | None, private_key: bytes | None
) -> bytes | bytearray:
    if kind is Kind.PRIVATE:
        if private_key is not None:
            return private_key
        if isinstance(keys, Keys) and owner in (None, keys.user):
            return keys.private_key()
        raise NotAllowed("This note is for its author only.")
    clinical = keys.clinical_keys()
    if generation not in clinical:
        raise PracticeError("This text was sealed with an older key that is no longer held; it is not shown.")
    if kind is Kind.FOR_CLINICIANS:
        return clinical_private_key(clinical[generation])
    return clinical[generation]


def _owner(keys: VaultKeys, kind: Kind, owner: UUID | None) -> UUID | None:
    if kind is not Kind.PRIVATE:
        return None
    if owner is not None:
        return owner
    return keys.user if isinstance(keys, Keys) else None


def _context(header: bytes, purpose: str, row: UUID, owner: UUID | None) -> bytes:
    parts = [b"practice-app/seal/1", header, purpose.encode("ascii"), row.bytes]
    if owner is not None:
        parts.append(owner.bytes)
    return b"".join(struct.pack(">H", len(part)) + part for part in parts)


def _lock_for(public_key: bytes | bytearray, plain: bytes, context: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    ephemeral = X25519PrivateKey.generate()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(bytes(public_key)))
    sender = ephemeral.public_key().public_bytes_raw()
    return sender + crypto.lock(_shared_key(shared, sender, bytes(public_key)), plain, context)


def _unlock_for(private_key: bytes | bytearray, body: memoryview, context: bytes) -> bytes | None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    if len(body) < _PUBLIC_KEY_LENGTH:
        return None
    sender, locked = bytes(body[:_PUBLIC_KEY_LENGTH]), body[_PUBLIC_KEY_LENGTH:]
    own = X25519PrivateKey.from_private_bytes(bytes(private_key))
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(sender))
    except ValueError:  # a point of small order: nobody seals to that by accident
        return None
    return crypto.unlock(_shared_key(shared, sender, own.public_key().public_bytes_raw()), locked, context)


def _shared_key(shared: bytes, sender: bytes, recipient: bytes) -> bytes:
    """Both public keys go in, so that the exchange is bound to exactly these two."""
    return crypto.tag(crypto.derive(shared, "practice-app/for-clinicians/1"), sender + recipient)


def padded_size(size: int) -> int:
    """Length classes: multiples of 512 bytes up to 8 kB, then eighths of the power of two below."""
    step = _SMALL_STEP if size <= _SMALL_LIMIT else (1 << (size.bit_length() - 1)) // 8
    return -(-size // step) * step


def _padded(data: bytes) -> bytes:
    return (_LENGTH.pack(len(data)) + data).ljust(padded_size(_LENGTH.size + len(data)), b"\0")


def _unpadded(plain: bytes) -> bytes:
    (length,) = _LENGTH.unpack_from(plain)
    return plain[_LENGTH.size : _LENGTH.size + length]


def _to_plain(payload: SealedText) -> bytes:
    if payload.at.tzinfo is None:
        raise Defect("a sealed text needs a time with its zone")
    return crypto.canonical(
        {
            "subject": str(payload.subject),
            "also": [str(person) for person in payload.also],
            "author": str(payload.author),
            "at": payload.at.astimezone(UTC).isoformat(),
            "rev": payload.revision,
            "text": payload.text,
        }
    )


def _from_plain(plain: bytes) -> SealedText:
    try:
        content = json.loads(plain)  # not compared with its canonical form: it was authenticated whole
        return SealedText(
            subject=UUID(content["subject"]),
            author=UUID(content["author"]),
            at=datetime.fromisoformat(content["at"]),
            revision=content["rev"],
            text=content["text"],
            also=tuple(UUID(person) for person in content["also"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Defect("an authenticated text has a form this version does not know") from error
