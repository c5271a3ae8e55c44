"""What is said about a recorded decision later: that it was wrong, or which paper shows it."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QLineEdit

from practice_app.gui.controls import label
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.screen import Tools
from practice_app.rules.dates import show
from practice_app.services import consents, documents, form_drafts
from practice_app.services.consents import Past
from practice_app.services.documents import Filed
from practice_app.services.people import Banner

CORRECTION = "consent_correction"
"""The name under which an unsaved reason is kept."""

EVIDENCE = "consent_evidence"


class CorrectionPage(FormPage):
    """Why a decision was recorded wrongly. `saved` carries sentences about what stands now."""

    def __init__(self, tools: Tools, about: Banner, consent: UUID, *, goes_on: bool = False) -> None:
        """`goes_on` takes up at once what was typed earlier."""
        super().__init__(tools, "This decision was recorded wrongly", save_text="It &does not count")
        self._consent = consent
        self.form.add_part(
            label("It stays in the history with your reason, and counts no more from now on.", wraps=True)
        )
        self.form.add(
            Field("reason", "&Why it is wrong", QLineEdit(), hint="Such as: recorded for somebody else")
        )
        begin = self.begin_with_draft if goes_on else self.begin
        begin(form_drafts.Form(CORRECTION, about.id, consent), {})

    def check(self, name: str) -> str:
        return "" if self.value(name) else "Say what was wrong."

    def store(self) -> object:
        return self._tools.office.do(consents.correct, self._consent, self.value("reason"))


class EvidencePage(FormPage):
    """Which paper filed in the record shows a decision: the scan of a signed form, an e-mail."""

    def __init__(self, tools: Tools, about: Banner, past: Past) -> None:
        super().__init__(tools, "Tie a filed paper to this decision", save_text="&Tie it to the decision")
        self._past = past
        filed = tools.office.do(documents.of, about.id)
        self._papers = Choice(
            [(str(each.id), _words(each)) for each in filed if each.id not in past.documents]
        )
        self.form.add_part(label(f"{past.what}: {past.decision.lower()}", "heading", wraps=True))
        self.form.add(
            Field(
                "document",
                "&Paper",
                self._papers,
                hint="Papers are filed under Documents; they are listed here once they are in the record.",
            )
        )
        self.begin(form_drafts.Form(EVIDENCE, about.id, past.id), {})

    def check(self, name: str) -> str:
        return (
            "" if self.value(name) else "There is no paper in this record yet. File it under Documents first."
        )

    def store(self) -> object:
        self._tools.office.do(consents.attach, self._past.id, UUID(self.value("document")))
        return self._past.id


def _words(filed: Filed) -> str:
    kind = documents.DOCUMENT_WORDS[filed.kind]
    title = f": {filed.title}" if filed.title else ""
    return f"{show(filed.dated)} {kind}{title}"
