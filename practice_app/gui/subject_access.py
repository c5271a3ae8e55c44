"""The copy of everything held about a person, and the one-page summary: made as jobs, then saved."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from practice_app.gui.dialogs import Asker
from practice_app.gui.job_panel import JobPanel, Outcome
from practice_app.gui.office import Office
from practice_app.services import subject_access
from practice_app.services.subject_access import Prepared


def file_name(today: date) -> str:
    """A name for a file that leaves the practice: it tells the day and nobody's name."""
    return f"records-{today.isoformat()}-{secrets.token_hex(2)}.pdf"


class SubjectAccess(QObject):
    """Signals: prepared(person, words) when a copy is ready, with its state in words."""

    prepared = Signal(object, str)

    def __init__(self, office: Office, asker: Asker, jobs: JobPanel) -> None:
        super().__init__()
        self._office, self._asker, self._jobs = office, asker, jobs

    def prepare(self, person: UUID, number: str) -> None:
        """Make the complete copy for review. It is stored sealed; it is not yet a disclosure."""

        def explain(prepared: Prepared) -> Outcome:
            pages = f"{prepared.pages} page{'s' if prepared.pages != 1 else ''}"
            self.prepared.emit(
                person, f"A subject access copy ({pages}) is stored for review. It has not been released."
            )
            return Outcome(
                f"The copy for patient {number} is ready for review: {pages}, {prepared.items} items. "
                "It has not been released.",
                tuple(prepared.missing),
                "Save a &copy…",
                lambda: self.save_copy(prepared.id),
            )

        job = self._office.start(subject_access.prepare, person)
        self._jobs.follow(job, f"Making the subject access copy for patient {number}", explain)

    def summarise(self, person: UUID, number: str) -> None:
        """Make the one page of categories, dates and counts, without clinical text."""

        def explain(prepared: Prepared) -> Outcome:
            return Outcome(
                f"The summary for patient {number} is ready.",
                (),
                "Save a &copy…",
                lambda: self.save_copy(prepared.id),
            )

        job = self._office.start(subject_access.summarise, person)
        self._jobs.follow(job, f"Making the summary for patient {number}", explain)

    def save_copy(self, bundle: UUID) -> None:
        """Write a stored copy to a file, with a password if the user wants one."""
        today = datetime.now().astimezone().date()
        path = self._asker.save_as("Save a copy", file_name(today))
        if path is None:
            return
        password = self._asker.file_password()
        if password is None:
            return

        def explain(_nothing: None) -> Outcome:
            return Outcome(f"Saved as {path.name}.", (_protection(password), str(path.parent)))

        job = self._office.start(subject_access.save_copy, bundle, path, password=password or None)
        self._jobs.follow(job, "Saving the copy", explain)


def _protection(password: str) -> str:
    if password:
        return "It opens with the password only. Tell the password by phone or in person."
    return "It has no password: anybody who gets the file can read it."
