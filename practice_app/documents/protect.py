"""A password on a finished PDF, so that it can leave the building by mail."""

import secrets
from io import BytesIO

from practice_app.documents import metadata
from practice_app.errors import Defect, Invalid

_SHORTEST, _LONGEST = 12, 64
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0, 1, I, L and O, which are mistaken on the phone


def suggest_password() -> str:
    """A random password of 59 bits that can be read out: "7KQM-W2XB-R9TD"."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)]
    return "-".join(groups)


def protect(pdf: bytes, password: str) -> bytes:
    """Encrypt with AES-256 so that nothing of it, not even its outline, is readable without the password.

    Refuses a password that is not 12 to 64 printable ASCII characters with Invalid: longer or accented ones
    make files that some readers cannot open. The result has been opened with the password, and refused
    without, before it is returned. It no longer claims to be PDF/A, which is never encrypted.
    """
    import pikepdf

    if not _SHORTEST <= len(password) <= _LONGEST:
        raise Invalid(
            f"The password for the file must have {_SHORTEST} to {_LONGEST} characters.", field="password"
        )
    if not (password.isascii() and password.isprintable()):
        raise Invalid(
            "The password for the file may only have plain letters, digits, spaces and signs (no accents).",
            field="password",
        )
    encryption = pikepdf.Encryption(
        user=password,
        owner=secrets.token_urlsafe(24),  # 32 characters that nobody needs: an empty one opens the file
        R=6,
        aes=True,
        metadata=True,
        allow=pikepdf.Permissions(accessibility=True),
    )
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        metadata.drop_archive_claim(document)
        # Without object streams the outline and the structure would stay readable.
        document.save(out, encryption=encryption, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    protected = out.getvalue()
    _check(protected, password)
    return protected


def _check(protected: bytes, password: str) -> None:
    import pikepdf

    with pikepdf.open(BytesIO(protected), password=password) as document:
        if document.encryption.R != 6 or not document.pages:
            raise Defect("a protected PDF was not written as asked")
    try:
        pikepdf.open(BytesIO(protected)).close()
    except pikepdf.PasswordError:
        return
    raise Defect("a protected PDF opens without its password")
