"""Secrets on paper: 128 bits as seven groups of four characters that say where they were mistyped.

Crockford's base 32 (no I, L, O, U). 26 characters carry 128 bits and a 2-bit mark that tells an enrolment
code from the two halves of a recovery key; 2 check characters make a Reed-Solomon code over GF(32): any one
or two wrong or exchanged characters are noticed, and a single wrong one is located.
"""

import os
from collections.abc import Sequence
from enum import IntEnum

from practice_app.errors import Invalid

DEVICE_SECRET_LENGTH = 16
RECOVERY_KEY_LENGTH = 32

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_GROUP = 4
_GROUPS = 7
_DATA_CHARACTERS = 26
_CHARACTERS = _GROUP * _GROUPS


class _Mark(IntEnum):
    """What a block of 28 characters is."""

    ENROLMENT = 0
    FIRST_HALF = 1
    SECOND_HALF = 2


def new_device_secret() -> bytearray:
    """16 random bytes: the secret of one practice kept in each enrolled account's key store."""
    return bytearray(os.urandom(DEVICE_SECRET_LENGTH))


def new_recovery_secret() -> bytes:
    """32 random bytes."""
    return os.urandom(RECOVERY_KEY_LENGTH)


def encode_device_secret(secret: bytes | bytearray) -> str:
    """The enrolment code to show: 7 groups of 4."""
    return _grouped(_encode_block(secret, _Mark.ENROLMENT))


def parse_device_secret(text: str) -> bytes:
    """Read an enrolment code as typed: case, spaces, hyphens, O for 0 and I or L for 1 do not matter.

    Raises Invalid(field="code") with the group to look at, where that can be told.
    """
    values = _values(text, "enrolment code", blocks=1)
    return _decode_block(values, _Mark.ENROLMENT, first_group=1, name="enrolment code")


def encode_recovery_key(secret: bytes) -> str:
    """The recovery key to print: two lines of 7 groups of 4."""
    half = RECOVERY_KEY_LENGTH // 2
    first = _encode_block(secret[:half], _Mark.FIRST_HALF)
    second = _encode_block(secret[half:], _Mark.SECOND_HALF)
    return f"{_grouped(first)}\n{_grouped(second)}"


def parse_recovery_key(text: str) -> bytes:
    """Read a recovery key as typed, as tolerantly and with the same errors as `parse_device_secret`."""
    values = _values(text, "recovery key", blocks=2)
    first, second = values[:_CHARACTERS], values[_CHARACTERS:]
    return _decode_block(first, _Mark.FIRST_HALF, 1, "recovery key") + _decode_block(
        second, _Mark.SECOND_HALF, _GROUPS + 1, "recovery key"
    )


def _grouped(block: str) -> str:
    return "-".join(block[start : start + _GROUP] for start in range(0, len(block), _GROUP))


def _encode_block(secret: bytes | bytearray, mark: _Mark) -> str:
    number = int.from_bytes(secret, "big") << 2 | mark
    data = [number >> 5 * place & 31 for place in reversed(range(_DATA_CHARACTERS))]
    return "".join(_ALPHABET[value] for value in [*data, *_check_values(data)])


def _decode_block(values: Sequence[int], mark: _Mark, first_group: int, name: str) -> bytes:
    plain, weighted = _syndromes(values)
    if plain or weighted:
        place = _wrong_place(plain, weighted)
        where = (
            f"Look at group {first_group + place // _GROUP}." if place is not None else "Compare each group."
        )
        raise Invalid(f"The {name} was mistyped. {where}", field="code")
    number = 0
    for value in values[:_DATA_CHARACTERS]:
        number = number << 5 | value
    found = number & 3
    if found != mark:
        raise Invalid(_wrong_kind(found, mark, name), field="code")
    return (number >> 2).to_bytes(DEVICE_SECRET_LENGTH, "big")


def _wrong_kind(found: int, wanted: _Mark, name: str) -> str:
    if wanted is _Mark.ENROLMENT:
        return "This is part of a recovery key, not an enrolment code."
    if found == _Mark.ENROLMENT:
        return "This is an enrolment code, not a recovery key."
    return f"The two lines of the {name} were exchanged or come from two sheets."


def _values(text: str, name: str, blocks: int) -> list[int]:
    """Characters as numbers; refuses strangers and a wrong count, naming the first group concerned."""
    typed = text.upper().replace("–", "-").replace("-", " ").split()
    separated = len(typed) == blocks * _GROUPS
    values: list[int] = []
    for number, group in enumerate(typed, start=1):
        for character in group:
            if character not in _VALUES:
                where = len(values) // _GROUP + 1
                raise Invalid(f"The {name} was mistyped. Look at group {where}.", field="code")
            values.append(_VALUES[character])
        if separated and len(group) != _GROUP:
            raise Invalid(
                f"Group {number} of the {name} has {len(group)} characters; each group has {_GROUP}.",
                field="code",
            )
    wanted = blocks * _CHARACTERS
    if len(values) != wanted:
        raise Invalid(f"The {name} has {wanted} characters; {len(values)} were typed.", field="code")
    return values


def _powers() -> tuple[int, ...]:
    """Powers of the generator of GF(32), modulus x^5 + x^2 + 1."""
    powers = [1]
    while len(powers) < 31:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 32 else doubled)
    return tuple(powers)


_POWERS = _powers()
_LOGARITHMS = {power: exponent for exponent, power in enumerate(_POWERS)}


def _times_power(value: int, exponent: int) -> int:
    return _POWERS[(_LOGARITHMS[value] + exponent) % 31] if value else 0


def _syndromes(values: Sequence[int]) -> tuple[int, int]:
    """Sum of all characters, and sum weighted by place; both are 0 for a correct block."""
    plain = weighted = 0
    for place, value in enumerate(values):
        plain ^= value
        weighted ^= _times_power(value, place)
    return plain, weighted


def _check_values(data: Sequence[int]) -> tuple[int, int]:
    """The two last characters, chosen so that both sums become 0.

    With a + b = p and a·g^26 + b·g^27 = w follows b = (w + p·g^26) / (g^26 + g^27), a = p + b.
    """
    plain, weighted = _syndromes(data)
    divisor = _POWERS[_DATA_CHARACTERS] ^ _POWERS[_DATA_CHARACTERS + 1]
    second = _times_power(weighted ^ _times_power(plain, _DATA_CHARACTERS), -_LOGARITHMS[divisor])
    return plain ^ second, second


def _wrong_place(plain: int, weighted: int) -> int | None:
    """Where a single wrong character stands, or None when more than one is wrong."""
    if not plain or not weighted:
        return None
    place = (_LOGARITHMS[weighted] - _LOGARITHMS[plain]) % 31
    return place if place < _CHARACTERS else None
