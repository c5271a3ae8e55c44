"""The keys one session holds in memory, what is derived from them, and how they are dropped."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn
from uuid import UUID

from practice_app.errors import Defect, NotAllowed
from practice_app.rules.permissions import Role
from practice_app.storage.keys import crypto
from practice_app.storage.keys.crypto import Secret, derive

Generations = dict[int, bytearray]
"""Keys by generation; the highest number is the newest and the one used for writing."""

PRIVATE_GENERATION = 1
"""A user key has no generations; sealed values still carry a number."""


class Holds(StrEnum):
    """Which of the practice's keys a user's slot contains; each level includes the one before."""

    RECORDS = "records"
    CLINICAL = "clinical"
    ADMIN = "admin"


_HOLDS = {
    Role.RECEPTIONIST: Holds.RECORDS,
    Role.THERAPIST: Holds.CLINICAL,
    Role.DIRECTOR: Holds.ADMIN,
}


def holds_for(role: Role) -> Holds:
    """The keys a role comes with."""
    return _HOLDS[role]


def clinical_private_key(clinical_key: Secret) -> bytes:
    """The X25519 private key that belongs to one generation of the clinical key.

    Derived, not stored: whoever holds the clinical key holds it, and it changes with each generation.
    """
    return derive(clinical_key, "practice-app/clinical-box/1")


def clinical_public_key(clinical_key: Secret) -> bytes:
    """The X25519 public key to which anybody in the practice may seal."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return (
        X25519PrivateKey.from_private_bytes(clinical_private_key(clinical_key))
        .public_key()
        .public_bytes_raw()
    )


def dek_id(dek: Secret) -> str:
    """16 hexadecimal digits that name a database key without telling anything about it."""
    return derive(dek, "practice-app/dek-id/1")[:8].hex()


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The practice's clinical public key and the generation it belongs to."""

    generation: int
    key: bytes


class VaultKeys:
    """The practice's own keys: database key, clinical key, admin key."""

    __slots__ = ("_ak", "_ck", "_clinical_public", "_dek", "_dropped", "file_seq", "vault")

    def __init__(
        self,
        vault: UUID,
        dek: Generations,
        ck: Generations | None = None,
        ak: bytearray | None = None,
        clinical_public: PublicKey | None = None,
    ) -> None:
        """`clinical_public` is needed only without `ck`, from which it follows.

        `file_seq` is the number of the key file when this session last read or wrote it.
        """
        self.vault = vault
        self.file_seq = 0
        self._dek = dek
        self._ck = ck
        self._ak = ak
        self._clinical_public = clinical_public
        self._dropped = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__}{' dropped' if self._dropped else ''}>"

    def __reduce__(self) -> NoReturn:
        raise Defect("keys are never copied or stored")

    def _check_live(self) -> None:
        if self._dropped:
            raise Defect("keys were used after they had been dropped")

    @property
    def dek(self) -> Generations:
        """The database keys by generation; two of them only while the practice is changing keys."""
        self._check_live()
        return self._dek

    @property
    def ck(self) -> Generations | None:
        """The clinical keys by generation; None for a user who may not read session notes."""
        self._check_live()
        return self._ck

    @property
    def ak(self) -> bytearray | None:
        """The admin key; None for everybody but directors."""
        self._check_live()
        return self._ak

    @property
    def newest_dek(self) -> tuple[int, bytearray]:
        """Generation and key the database is (or is being) encrypted with."""
        return _newest(self.dek)

    @property
    def newest_ck(self) -> tuple[int, bytearray]:
        """Generation and key for sealing; raises NotAllowed without the clinical key."""
        return _newest(self.clinical_keys())

    @property
    def dek_ids(self) -> frozenset[str]:
        """The names of all database keys held."""
        return frozenset(dek_id(key) for key in self.dek.values())

    @property
    def clinical_public(self) -> PublicKey:
        """Where anybody may seal to; raises Defect when the keys were packed without it."""
        if self.ck:
            generation, key = self.newest_ck
            return PublicKey(generation, clinical_public_key(key))
        if self._clinical_public is None:
            raise Defect("a slot without the clinical key lacks the public one")
        return self._clinical_public

    def clinical_keys(self) -> Generations:
        """The clinical keys, or NotAllowed for a user who has none."""
        if not self.ck:
            raise NotAllowed("Only people with the clinical key can open or write session notes.")
        return self.ck

    def admin_key(self) -> bytearray:
        """The admin key, or NotAllowed for a user who is not a director."""
        if self.ak is None:
            raise NotAllowed("Only a director can do this.")
        return self.ak

    def slots_mac_key(self) -> bytes:
        """Authenticates the key file against outsiders."""
        return derive(self.newest_dek[1], "practice-app/slots/1")

    def manifest_key(self, generation: int | None = None) -> bytes:
        """Authenticates a backup's manifest made under a generation of the database key (newest if None)."""
        key = self.newest_dek[1] if generation is None else _generation(self.dek, generation)
        return derive(key, "practice-app/manifest/1")

    def note_chain_key(self, generation: int | None = None) -> bytes:
        """Chains the signed notes; raises NotAllowed without the clinical key."""
        key = self.newest_ck[1] if generation is None else _generation(self.clinical_keys(), generation)
        return derive(key, "practice-app/note-chain/1")

    def roster_key(self) -> bytes:
        """Authenticates who may do what; raises NotAllowed for anybody but a director."""
        return derive(self.admin_key(), "practice-app/roster/1")

    def checkpoint_key(self) -> bytes:
        """Authenticates a director's checkpoint of the audit chain; NotAllowed for anybody else."""
        return derive(self.admin_key(), "practice-app/checkpoint/1")

    def escrow_key(self) -> bytes:
        """Opens every user's key, so that no password of theirs is needed; NotAllowed without AK."""
        return derive(self.admin_key(), "practice-app/escrow/1")

    def owner_password(self) -> str:
        """The password of the role that owns a practice on a server; NotAllowed without the admin key."""
        return crypto.to_base64(derive(self.admin_key(), "practice-app/pg-owner/1"))

    def drop(self) -> None:
        """Zero and forget every key; whoever uses them afterwards gets a Defect."""
        for key in self._secrets():
            crypto.wipe(key)
        self._dek, self._ck, self._ak = {}, None, None
        self._dropped = True

    def _secrets(self) -> list[bytearray]:
        keys = [*self._dek.values(), *(self._ck or {}).values()]
        return keys if self._ak is None else [*keys, self._ak]


class Keys(VaultKeys):
    """What one signed-in user holds."""

    __slots__ = ("_uk", "user")

    def __init__(
        self,
        vault: UUID,
        user: UUID,
        uk: bytearray,
        dek: Generations,
        ck: Generations | None = None,
        ak: bytearray | None = None,
        clinical_public: PublicKey | None = None,
    ) -> None:
        super().__init__(vault, dek, ck, ak, clinical_public)
        self.user = user
        self._uk = uk

    @property
    def uk(self) -> bytearray:
        """The user's own random key, between the password and everything else."""
        self._check_live()
        return self._uk

    def private_key(self) -> bytes:
        """The key of this person's "only me" notes."""
        return private_key_from(self.uk)

    def server_password(self) -> str:
        """The password of this person's own role on a server."""
        return crypto.to_base64(derive(self.uk, "practice-app/pg/1"))

    def _secrets(self) -> list[bytearray]:
        return [*super()._secrets(), self._uk]


def own_copy(held: Keys) -> Keys:
    """The same keys for records to come: closing the old ones zeroes theirs."""
    own = Keys(
        vault=held.vault,
        user=held.user,
        uk=bytearray(held.uk),
        dek={generation: bytearray(key) for generation, key in held.dek.items()},
        ck={generation: bytearray(key) for generation, key in held.clinical_keys().items()},
        ak=bytearray(held.admin_key()),
    )
    own.file_seq = held.file_seq
    return own


class RecoveredKeys(VaultKeys):
    """What the printed recovery key opens: all of the practice's keys and its device secret, but no user."""

    __slots__ = ("_device_secret",)

    def __init__(
        self,
        vault: UUID,
        dek: Generations,
        ck: Generations,
        ak: bytearray,
        device_secret: bytearray | None,
    ) -> None:
        super().__init__(vault, dek, ck, ak)
        self._device_secret = device_secret

    @property
    def device_secret(self) -> bytearray | None:
        """For enrolling this PC; None in a password-only practice."""
        self._check_live()
        return self._device_secret

    def _secrets(self) -> list[bytearray]:
        keys = super()._secrets()
        return keys if self._device_secret is None else [*keys, self._device_secret]


def private_key_from(user_key: Secret) -> bytes:
    """The key of "only me" notes that follows from a user's key."""
    return derive(user_key, "practice-app/private/1")


def pack(keys: VaultKeys, holds: Holds) -> bytes:
    """The keys a slot of this level contains, in canonical JSON.

    Raises NotAllowed when `keys` does not itself hold what is to be given.
    """
    content: dict[str, Any] = {"dek": _pack_generations(keys.dek)}
    if holds is Holds.RECORDS:
        public = keys.clinical_public
        content["clinical_public"] = {str(public.generation): crypto.to_base64(public.key)}
    else:
        content["ck"] = _pack_generations(keys.clinical_keys())
    if holds is Holds.ADMIN:
        content["ak"] = crypto.to_base64(keys.admin_key())
    return crypto.canonical(content)


@dataclass(frozen=True, slots=True, repr=False)
class Packed:
    """The content of a slot after opening."""

    dek: Generations
    ck: Generations | None
    ak: bytearray | None
    clinical_public: PublicKey | None


def unpack(data: bytes) -> Packed:
    """Inverse of `pack`. The bytes were authenticated before, so a wrong form is a Defect."""
    try:
        content = crypto.read_canonical(data)
        return Packed(
            dek=_unpack_generations(content["dek"]),
            ck=_unpack_generations(content["ck"]) if "ck" in content else None,
            ak=_unpack_key(content["ak"]) if "ak" in content else None,
            clinical_public=_unpack_public(content.get("clinical_public")),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Defect("authenticated keys have a form this version does not know") from error


def _newest(keys: Mapping[int, bytearray]) -> tuple[int, bytearray]:
    generation = max(keys)
    return generation, keys[generation]


def _generation(keys: Mapping[int, bytearray], generation: int) -> bytearray:
    if generation not in keys:
        raise Defect(f"generation {generation} of a key is not held")
    return keys[generation]


def _pack_generations(keys: Generations) -> dict[str, str]:
    return {str(generation): crypto.to_base64(key) for generation, key in keys.items()}


def _unpack_generations(packed: dict[str, str]) -> Generations:
    if not packed:
        raise ValueError("no generation")
    return {int(generation): _unpack_key(key) for generation, key in packed.items()}


def _unpack_key(text: str) -> bytearray:
    key = bytearray(crypto.from_base64(text))
    if len(key) != crypto.KEY_LENGTH:
        raise ValueError("a key has the wrong length")
    return key


def _unpack_public(packed: dict[str, str] | None) -> PublicKey | None:
    if packed is None:
        return None
    ((generation, key),) = packed.items()
    return PublicKey(int(generation), bytes(_unpack_key(key)))
