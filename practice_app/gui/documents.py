"""The record's documents: scans, proofs of identity, signed consents, and filing another."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from practice_app.gui.papers import PapersTab, pages_words
from practice_app.gui.screen import Tools
from practice_app.gui.table import Column
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.services import documents
from practice_app.services.documents import DOCUMENT_WORDS, DocumentKind, Filed


def title_words(row: Filed) -> str:
    """What a document is, as far as the role may read it."""
    kind = DOCUMENT_WORDS[row.kind]
    return f"{kind} (sealed)" if row.title is None else f"{kind}: {row.title}" if row.title else kind


def _listed(row: Filed) -> str:
    """The kind above the title."""
    return (
        f"{DOCUMENT_WORDS[row.kind]}\n{'Sealed for those who give care' if row.title is None else row.title}"
    )


class DocumentsTab(PapersTab[Filed]):
    """See the module."""

    name = "documents"
    title = "Documents"
    permission = Permission.FILE_DOCUMENTS
    shows = frozenset({"document", "attachment"})
    item_kind = "document"
    forms = frozenset({"file_documents"})
    nothing = "There is no document in this record yet. File the first one, or drop it here."
    kind = DocumentKind.SCAN.value

    def __init__(self, tools: Tools) -> None:
        super().__init__(
            tools,
            [
                Column(
                    "Dated", lambda row: f"{show(row.dated)}\n{pages_words(row.files)}", widest="00-Mmm-0000 "
                ),
                Column("Document", _listed, stretches=True, is_whole=True),
            ],
        )

    def read_list(self, patient: UUID) -> Sequence[Filed]:
        return self._tools.office.do(documents.of, patient)

    def id_of(self, row: Filed) -> UUID:
        return row.id

    def open_row(self, row: Filed, patient: UUID) -> None:
        by = f"filed by {row.entered_by}" if row.entered_by else "filed"
        about = [show(row.dated), f"given by {row.source}" if row.source else ""]
        about.append(f"{by} on {show(row.entered_on)}")
        self._reading.show_paper(
            row.id,
            patient,
            title=title_words(row),
            about=", ".join(filter(None, about)),
            text="",
            attached=row.files,
        )
