"""A clean copy that is ready to stand in another document, and how it is kept so that it is made once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from practice_app.documents.attached import Sheet, packed, unpacked
from practice_app.documents.intake import messages
from practice_app.documents.intake.messages import Garbled

_FORM = 1


@dataclass(frozen=True, slots=True, repr=False)
class Readied:
    """The pages of a clean copy; `pdf` is None where the copy itself serves as it is.

    `to_read` are the pages, from 0, whose pictures may hold text; `reader` is the program that read them, ""
    for none so far.
    """

    sheets: tuple[Sheet, ...]
    to_read: tuple[int, ...]
    pdf: bytes | None = None
    reader: str = ""

    def with_words(self, read: Sequence[Sheet], reader: str) -> "Readied":
        """The same with the sheets as `reader` read them."""
        return replace(self, sheets=tuple(read), reader=reader)

    def kept(self) -> bytes:
        """As bytes, for `opened`."""
        sheets = packed(self.sheets)
        head = {"form": _FORM, "sheets": len(sheets), "to_read": self.to_read, "reader": self.reader}
        output = BytesIO()
        messages.send(output, head, sheets + (self.pdf or b""))
        return output.getvalue()


def opened(kept: bytes) -> Readied | None:
    """What was kept; None for what another version of this program kept otherwise: it is made anew."""
    try:
        head, content = messages.receive(BytesIO(kept)) or ({}, b"")
        return made_of(head, content, str(head["reader"])) if head["form"] == _FORM else None
    except (Garbled, KeyError, TypeError, ValueError):
        return None


def made_of(head: messages.Words, content: bytes, reader: str = "") -> Readied:
    """From an answer of the confined process; raises what nonsense makes of it: Key-, Type- or ValueError."""
    size = int(head["sheets"])
    sheets = unpacked(content[:size])
    to_read = tuple(int(each) for each in head["to_read"])
    if not sheets or not all(0 <= each < len(sheets) for each in to_read):
        raise ValueError("pages that are not there")
    return Readied(sheets, to_read, content[size:] or None, reader)
