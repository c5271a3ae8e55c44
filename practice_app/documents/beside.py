"""What no page can show, in an archive that goes beside a PDF: a ZIP file encrypted with AES-256."""

from collections.abc import Iterable
from datetime import date
from typing import BinaryIO

from practice_app.documents.protect import refuse_unfit

_AES = {"nbits": 256, "force_wz_aes_version": 2}  # version 2 leaves out the checksum of the plain content


def write_archive(out: BinaryIO, files: Iterable[tuple[str, bytes]], password: str, made: date) -> None:
    """Write the archive; `files` are names and contents, and anybody can read the names.

    It is encrypted as WinZip, 7-Zip and others do it (AE-2 with AES-256): the password opens it in any of
    them. Refuses a password (Invalid) that a PDF would not take either.
    """
    import pyzipper

    refuse_unfit(password)
    with pyzipper.AESZipFile(
        out, "w", pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES, encryption_kwargs=_AES
    ) as archive:
        archive.setpassword(password.encode("ascii"))
        for name, content in files:  # recordings are compressed already
            entry = archive.zipinfo_cls(name, (made.year, made.month, made.day, 0, 0, 0))
            archive.writestr(entry, content)
