"""The copy of everything held about a person, and the one-page summary: made as jobs, then saved."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout

from practice_app.gui.controls import label, push_button
from practice_app.gui.dialogs import Asker
from practice_app.gui.job_panel import JobPanel, Outcome
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS, mark
from practice_app.gui.office import Office
from practice_app.rules.dates import show
from practice_app.rules.words import PatientWord
from practice_app.services import subject_access
from practice_app.services.subject_access import CopyMade, Prepared, Release, Saved

SAVE = "Save a copy…"


def _today() -> date:
    return datetime.now().astimezone().date()


def _pages(count: int) -> str:
    return f"{count} page{'' if count == 1 else 's'}"


class SubjectAccess(QObject):
    """Signals: made(person) when a copy was stored for review, or released."""

    made = Signal(object)

    def __init__(
        self, office: Office, asker: Asker, jobs: JobPanel, *, word: str = PatientWord.PATIENT
    ) -> None:
        """`word` is the clinic's own for its patients."""
        super().__init__()
        self._word = word
        self._office, self._asker, self._jobs = office, asker, jobs

    def newest(self, person: UUID) -> CopyMade | None:
        """The newest copy made about a person; None too where the role may not see copies."""
        if not self._office.allowed(subject_access.copies):
            return None
        return next(iter(self._office.do(subject_access.copies, person)), None)

    def prepare(self, person: UUID, number: str, *, large_print: bool = False) -> None:
        """Make the complete copy for review. It is stored sealed; it is not yet a disclosure."""

        def explain(prepared: Prepared) -> Outcome:
            self.made.emit(person)
            return Outcome(
                f"The copy for {self._word} {number} is ready for review: {_pages(prepared.pages)}, "
                f"{prepared.items} items. It has not been released.",
                _gaps(prepared),
                SAVE,
                lambda: self.save(prepared.id),
            )

        job = self._office.start(subject_access.prepare, person, large_print=large_print)
        what = f"subject access copy{' in large print' if large_print else ''}"
        self._jobs.follow(job, f"Making the {what} for {self._word} {number}", explain)

    def summarise(self, person: UUID, number: str, *, large_print: bool = False) -> None:
        """Save the one page of categories, dates and counts, without clinical text, to a file."""
        path = self._asker.save_as("Save the summary", subject_access.suggested_file_name(_today()))
        if path is None:
            return
        job = self._office.start(subject_access.save_summary, person, path, large_print=large_print)
        sentence = f"The summary of what we hold about {self._word} {number} is {path.name} in {path.parent}."
        self._jobs.follow(
            job, f"Making the summary for {self._word} {number}", lambda _nothing: Outcome(sentence)
        )

    def release(self, bundle: UUID, person: UUID, about: str) -> None:
        """Ask for the facts of the release and make it; the stamp goes, the disclosure is written."""

        def release(facts: Release, has_read_warning: bool) -> None:
            self._office.do(subject_access.release, bundle, facts, has_read_warning=has_read_warning)

        def warning(requester: str, recipient: str) -> str:
            return self._office.do(subject_access.warning, person, requester, recipient)

        if self._asker.release(about, release, warning):
            self.made.emit(person)

    def save(self, bundle: UUID) -> None:
        """Write a stored copy to a file, with a password if the user wants one."""
        path = self._asker.save_as("Save a copy", subject_access.suggested_file_name(_today()))
        if path is None:
            return
        password = self._asker.file_password()
        if password is None:
            return
        job = self._office.start(subject_access.save_copy, bundle, path, password=password or None)
        self._jobs.follow(job, "Saving the copy", lambda saved: _saved(path, bool(password), saved))


def _gaps(prepared: Prepared) -> tuple[str, ...]:
    gaps = []
    if prepared.not_shown:
        listed = "One item is listed without its"
        if prepared.not_shown > 1:
            listed = f"{prepared.not_shown} items are listed without their"
        gaps.append(f"{listed} content, which could not be opened.")
    if prepared.missing:
        gaps.append(f"No font could show: {', '.join(prepared.missing)}. They are printed by their numbers.")
    if prepared.beside:
        what = "A recording goes" if prepared.beside == 1 else f"{prepared.beside} recordings go"
        gaps.append(f"{what} beside the copy when it is saved, in an encrypted archive (ZIP).")
    return tuple(gaps)


def _saved(path: Path, has_password: bool, saved: Saved) -> Outcome:
    protection = (
        "It opens with the password only. Tell the password by phone or in person."
        if has_password
        else "It has no password: anybody who gets the file can read it."
    )
    return Outcome(f"Saved as {path.name} in {path.parent}.", (protection, *_beside(saved)))


def _beside(saved: Saved) -> tuple[str, ...]:
    """What to do with the archive of recordings, if there is one."""
    if saved.beside is None:
        return ()
    opens = (
        f"It opens with the password {saved.password}, which is shown here only: note it, and tell it by "
        "phone or in person."
        if saved.password
        else "It opens with the same password."
    )
    return (f"The recordings are beside it in {saved.beside.name}, always encrypted. {opens}",)


class CopyState(QFrame):
    """What became of the newest copy about the patient on show.

    Signals: save_wanted(bundle id), release_wanted(bundle id).
    """

    save_wanted = Signal(object)
    release_wanted = Signal(object)

    def __init__(self, *, may_release: bool) -> None:
        super().__init__()
        self._copy: CopyMade | None = None
        self._may_release = may_release
        self._words = label("", "heading", wraps=True)
        self._release = push_button("&Release…")
        self._release.clicked.connect(lambda: self._ask(self.release_wanted))
        save = push_button("Sa&ve this copy…")
        save.clicked.connect(lambda: self._ask(self.save_wanted))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        row.addWidget(self._words, 1)
        row.addWidget(self._release)
        row.addWidget(save)
        self.hide()

    def show_copy(self, made: CopyMade | None) -> None:
        """Say how far the copy is, or nothing when there is none."""
        self._copy = made
        self.setVisible(made is not None)
        if made is not None:
            what = f"Subject access copy of {show(made.prepared_at.date())}, {_pages(made.pages)}"
            released = (
                f"released {show(made.released_at.date())}"
                if made.released_at
                else "for review, not released"
            )
            self._words.setText(f"{what}: {released}.")
            mark(self, kind="good" if made.released_at else "notice")
            self._release.setVisible(self._may_release and made.released_at is None)

    def _ask(self, wanted: SignalInstance) -> None:
        if self._copy is not None:
            wanted.emit(self._copy.id)
