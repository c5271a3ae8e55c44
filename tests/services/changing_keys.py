"""A clinic with something sealed of every kind, and the program that the crash journeys kill.

The program is told where the clinic is as one line of JSON. It kills itself as it is about to take its nth
step on a file, or is killed from outside.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from practice_app.model.correspondence import Attachment, Letter
from practice_app.model.documents import Document
from practice_app.model.notes import Addendum, Draft, Note, NoteLevel
from practice_app.model.rights import SubjectAccessBundle
from practice_app.progress import Progress
from practice_app.rules.permissions import Role
from practice_app.services import key_changes, practice, users
from practice_app.storage import keys, note_chain, resealing, sealed
from practice_app.storage.keys import Kind
from practice_app.storage.records import Records, Work
from tests import clinic, makers
from tests.clinic import CHEAP, MemoryStore

DIRECTOR = "quiet lantern over harbour"
THERAPIST = "seven copper kettles sing"
RECEPTIONIST = "violet staircase paper moon"
BEGUN = "begun"
DONE = "done"
PRIVATE = "For my eyes only."


class Clinic(clinic.Clinic):
    """The clinic with its three users."""

    def as_director(self) -> Records:
        return self.sign_in("Dana Director", DIRECTOR).records

    def as_therapist(self) -> Records:
        return self.sign_in("Tess Therapist", THERAPIST).records

    def as_receptionist(self) -> Records:
        return self.sign_in("Rae Receptionist", RECEPTIONIST).records


def found(root: Path, *, notes: int) -> Clinic:
    """Make the clinic below `root`: three users, and `notes` signed notes beside the rest."""
    clinic = Clinic(root / "clinic", root)
    director = clinic.found("Dana Director", DIRECTOR)
    secret = clinic.secret()
    for name, role, password in (
        ("Tess Therapist", Role.THERAPIST, THERAPIST),
        ("Rae Receptionist", Role.RECEPTIONIST, RECEPTIONIST),
    ):
        users.add(director, clinic.folder, name, role, password, secret=secret, kdf=CHEAP)
    practice.leave(director, clinic.devices)
    with clinic.as_therapist().work(use_case="tests.arrange") as work:
        patient = makers.patient(work)
        for number in range(notes):
            makers.note(work, [patient], f"Session {number}. " * 20)
        _fill(work, patient)
    with clinic.as_receptionist().work(use_case="tests.arrange") as work:
        _scan(work, patient)
    clinic.close()
    return clinic


def _fill(work: Work, patient: UUID) -> None:
    signed = makers.note(work, [patient], "The note that was added to.")
    addendum = Addendum(note_id=signed, author_id=work.actor.id, entered_at=makers.NOW)
    addendum.body_sealed = sealed.put(work, addendum, sealed.ADDENDUM, "An addition.", subject=patient)
    work.add(addendum)
    link = note_chain.SignedNote(
        addendum.id, 1, makers.NOW, addendum.author_id, addendum.body_sealed, added_to=signed
    )
    note_chain.append(work.connection(), work.keys, [link])
    own = Note(
        author_id=work.actor.id,
        signed_at=makers.NOW,
        happened_on=date(2026, 11, 20),
        entered_at=makers.NOW,
        level=NoteLevel.ONLY_ME,
    )
    own.body_sealed = sealed.put(work, own, sealed.NOTE, PRIVATE, subject=patient, kind=Kind.PRIVATE)
    work.add(own)
    link = note_chain.SignedNote(own.id, 1, makers.NOW, own.author_id, own.body_sealed)
    note_chain.append(work.connection(), work.keys, [link])
    draft = Draft(author_id=work.actor.id, patient_id=patient, saved_at=makers.NOW)
    draft.body_sealed = sealed.put(work, draft, sealed.DRAFT, "A draft.", subject=patient)
    letter = makers.letter(work, [patient], "Dear Dr Okafor, ...")
    attachment = Attachment(letter_id=letter, media_type="application/pdf", size=9)
    attachment.name_sealed = sealed.put(work, attachment, sealed.ATTACHMENT_NAME, "scan.pdf", subject=patient)
    attachment.content_sealed = sealed.put_bytes(
        work, attachment, sealed.ATTACHMENT, b"the bytes", subject=patient
    )
    attachment.cleaned_sealed = sealed.put_bytes(
        work, attachment, sealed.ATTACHMENT_CLEANED, b"the clean bytes", subject=patient
    )
    attachment.sheets_sealed = sealed.put_bytes(
        work, attachment, sealed.ATTACHMENT_SHEETS, b"its words", subject=patient
    )
    makers.document(work, [patient])
    work.get(Letter, letter).subject_sealed = sealed.put(
        work, Letter(id=letter), sealed.LETTER_SUBJECT, "A subject", subject=patient
    )
    bundle = SubjectAccessBundle(
        person_id=patient, prepared_at=makers.NOW, prepared_by_id=work.actor.id, pages=1, items=1
    )
    bundle.content_sealed = sealed.put_bytes(work, bundle, sealed.BUNDLE, b"the copy", subject=patient)
    work.add(draft, attachment, bundle)


def _scan(work: Work, patient: UUID) -> None:
    """Something filed by somebody who cannot open it afterwards."""
    (letter,) = work.select(select(Letter.id))
    scan = Attachment(letter_id=letter, media_type="application/pdf", size=4)
    scan.content_sealed = sealed.put_bytes(
        work, scan, sealed.ATTACHMENT, b"scan", subject=patient, kind=Kind.FOR_CLINICIANS
    )
    work.add(scan)


def contents(records: Records) -> dict[tuple[UUID, str], bytes]:
    """Everything sealed that this user can open, by row and purpose."""
    opened = {}
    with records.work(writes=False) as work:
        for kind, column, purpose in (
            (Note, Note.body_sealed, sealed.NOTE),
            (Addendum, Addendum.body_sealed, sealed.ADDENDUM),
            (Draft, Draft.body_sealed, sealed.DRAFT),
            (Letter, Letter.text_sealed, sealed.LETTER),
            (Letter, Letter.subject_sealed, sealed.LETTER_SUBJECT),
            (Document, Document.title_sealed, sealed.DOCUMENT_TITLE),
            (Attachment, Attachment.cleaned_sealed, sealed.ATTACHMENT_CLEANED),
            (Attachment, Attachment.sheets_sealed, sealed.ATTACHMENT_SHEETS),
            (Attachment, Attachment.name_sealed, sealed.ATTACHMENT_NAME),
            (Attachment, Attachment.content_sealed, sealed.ATTACHMENT),
            (SubjectAccessBundle, SubjectAccessBundle.content_sealed, sealed.BUNDLE),
        ):
            for row in work.select(select(kind).options(undefer(column))):
                blob = getattr(row, column.key)
                owner = getattr(row, "author_id", None)
                if blob is not None and (
                    keys.sealed_with(blob)[0] is not Kind.PRIVATE or owner == work.actor.id
                ):
                    opened[row.id, purpose] = keys.unseal_bytes(work.keys, purpose, row.id, blob, owner)
    return opened


def described(clinic: Clinic, change: str, kill_at: int) -> str:
    """What `main` reads; `kill_at` 0 is never."""
    told = {"folder": str(clinic.folder), "state": str(clinic.state), "kept": clinic.store.kept}
    return json.dumps({**told, "change": change, "kill_at": kill_at})


def main() -> None:
    """Sign in as the director and change a key; BEGUN is said before, DONE when it was promised."""
    told = json.loads(sys.stdin.readline())
    clinic = Clinic(Path(told["folder"]), Path(told["state"]), MemoryStore(told["kept"]))
    resealing.BATCH = 5
    records = clinic.as_director()
    _die_at(told["kill_at"])
    print(BEGUN, flush=True)
    if told["change"] == "database":
        key_changes.change_database_key(records, clinic.folder, progress=Progress())
    else:
        key_changes.change_clinical_key(records, clinic.folder, progress=Progress())
    print(DONE, flush=True)


def _die_at(step: int) -> None:
    """Be killed, without warning, before the nth fsync, move or transaction from now on; 0 is never."""
    left = [step]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call

    os.fsync = dying(os.fsync)
    os.replace = dying(os.replace)
    Path.replace = dying(Path.replace)  # type: ignore[method-assign]
    Records.work = dying(Records.work)  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
