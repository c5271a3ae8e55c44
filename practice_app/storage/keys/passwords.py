"""What a password must be: its length, its one byte form, and how hard it is to guess."""

import unicodedata
from collections.abc import Iterable

from practice_app.errors import Invalid

SHORTEST = 12
LONGEST = 128
SHORTEST_WITHOUT_DEVICE = 16

_JUDGED = 72  # what follows can only help, and judging a long sequence takes many seconds
_SCORE = 3
_SCORE_WITHOUT_DEVICE = 4


def password_bytes(password: str) -> bytes:
    """The one byte form (NFC, UTF-8), so that every keyboard and system types the same password.

    Raises Invalid(field="password") outside 12 to 128 characters.
    """
    composed = unicodedata.normalize("NFC", password)
    if len(composed) < SHORTEST:
        raise Invalid(f"A password needs at least {SHORTEST} characters.", field="password")
    if len(composed) > LONGEST:
        raise Invalid(f"A password may have at most {LONGEST} characters.", field="password")
    try:
        return composed.encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid("The password contains a character that cannot be typed.", field="password") from None


def check_password(password: str, words: Iterable[str] = (), device: bool = True) -> None:
    """Refuse a new password that is too short or too easy to guess with Invalid(field="password").

    `words` are the clinic's own (its name, people, street), which count as easy. Without a device secret
    (`device=False`) the password is all that protects stolen files, so it must be longer and stronger.
    """
    from zxcvbn import zxcvbn

    password_bytes(password)
    if not device and len(password) < SHORTEST_WITHOUT_DEVICE:
        raise Invalid(
            "Without a key store on this PC the password alone protects the practice: "
            f"it needs at least {SHORTEST_WITHOUT_DEVICE} characters.",
            field="password",
        )
    parts = [part for word in words for part in (word, *word.split())]
    result = zxcvbn(password[:_JUDGED], user_inputs=parts)
    if result["score"] < (_SCORE if device else _SCORE_WITHOUT_DEVICE):
        advice = result["feedback"]["warning"] or "Take four words that have nothing to do with each other"
        raise Invalid(f"This password is too easy to guess. {_sentence(advice)}", field="password")


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
