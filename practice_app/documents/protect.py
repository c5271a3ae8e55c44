"""A password on a finished PDF, so that it can leave the building by mail."""

from __future__ import annotations

import secrets
from io import BytesIO
from typing import TYPE_CHECKING

from practice_app.documents import metadata, objects
from practice_app.errors import Defect, Invalid

if TYPE_CHECKING:
    import pikepdf

_SHORTEST, _LONGEST = 12, 64
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0, 1, I, L and O, which are mistaken on the phone


def suggest_password() -> str:
    """A random password of 59 bits that can be read out: "7KQM-W2XB-R9TD"."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)]
    return "-".join(groups)


def refuse_unfit(password: str) -> None:
    """Raise Invalid (field "password") for one that is not 12 to 64 printable ASCII characters.

    Longer or accented ones make files that some readers cannot open.
    """
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise Invalid(
            f"The password for the file must have {_SHORTEST} to {_LONGEST} characters.", field="password"
        )
    if not (password.isascii() and password.isprintable()):
        raise Invalid(
            "The password for the file may only have plain letters, digits, spaces and signs (no accents).",
            field="password",
        )


def protect(pdf: bytes, password: str) -> bytes:
    """Encrypt with AES-256 so that nothing of it, not even its outline, is readable without the password.

    Refuses what `refuse_unfit` refuses. The result has been opened with the password, and refused
    without, before it is returned. It no longer claims to be PDF/A, which is never encrypted.
    """
    import pikepdf

    refuse_unfit(password)
    encryption = pikepdf.Encryption(
        user=password,
        owner=secrets.token_urlsafe(24),  # 32 characters that nobody needs: an empty one opens the file
        R=6,
        aes=True,
        metadata=True,
        allow=pikepdf.Permissions(accessibility=True),
    )
    # Structure and bookmarks, hundreds of thousands of objects, are not for the library to hold.
    file, update = objects.split(pdf)
    out = BytesIO()
    with pikepdf.open(BytesIO(file)) as document:
        metadata.drop_archive_claim(document)
        before, size = _named(document), int(document.trailer.Size)
        # Without object streams the outline and the structure would stay readable.
        document.save(out, encryption=encryption, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    if update:
        with pikepdf.open(out, password=password) as document:
            more = objects.Objects(document)
            more.add_again(update, size, dict(zip(before, _named(document), strict=True)))
            more.append_to(out)
    protected = out.getvalue()
    _check(protected, password)
    return protected


def _named(document: pikepdf.Pdf) -> list[int]:
    """The numbers of the objects that structure and bookmarks name, in the same order for every edition."""
    from pikepdf import Name

    roots = [document.Root[key] for key in (Name.StructTreeRoot, Name.Outlines) if key in document.Root]
    pages = [page.obj for page in document.pages]
    links = [link for page in pages for link in page.get("/Annots", ())]
    return [each.objgen[0] for each in (*roots, *pages, *links)]


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
