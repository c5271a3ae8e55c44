"""Every table of the practice: the section that shows what it holds about a person, or why it has none."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from practice_app.model.audit import AuditEvent, Checkpoint
from practice_app.model.base import Base
from practice_app.model.consents import ConsentEvidence, ConsentWording, MarketingSuppression, PrivacyNotice
from practice_app.model.correspondence import CallSubject, LetterSubject
from practice_app.model.deaths import DeathStop
from practice_app.model.diary import AppointmentType, Attendee, Room
from practice_app.model.documents import DocumentSubject
from practice_app.model.families import Family
from practice_app.model.notes import NoteSeal, NoteSubject
from practice_app.model.people import GPPractice, SearchEntry
from practice_app.model.settings import Backup, ImportMapping, Practice, Vault
from practice_app.services.subject_access import log
from practice_app.services.subject_access.record import RECORD
from practice_app.services.subject_access.section import Section

SECTIONS: tuple[Section[Any], ...] = (*RECORD, *log.SECTIONS)

NOT_ABOUT_A_PERSON: Mapping[type[Base], str] = MappingProxyType(
    {
        Attendee: "says which appointments are whose; those are shown",
        NoteSubject: "says which notes are about whom; those are shown",
        LetterSubject: "says which letters are about whom; those are shown",
        DocumentSubject: "says which documents are about whom; those are shown",
        CallSubject: "says which calls are about whom; those are shown",
        Family: "kinds and names of couples and families; the kind is shown with who belongs to them",
        DeathStop: "says which appointments a death cancelled; those are shown",
        ConsentWording: "the questions asked of everybody; each is shown with the answers",
        ConsentEvidence: "says which documents show which consents; both are shown",
        PrivacyNotice: "what everybody is told; each copy says who was given which version",
        MarketingSuppression: "checksums of addresses that must get no marketing; they name nobody, and the "
        "wish itself is among the consents and refusals",
        AppointmentType: "names of kinds of appointment; shown with the appointments",
        Room: "names of rooms; shown with the appointments",
        GPPractice: "organisations; shown with the patients and GPs who belong to them",
        SearchEntry: "a copy of names, numbers and addresses for finding people; made from what is shown",
        NoteSeal: "checksums of sealed notes, which show that none was exchanged",
        AuditEvent: "the log: viewings are listed and everything else is counted (log.py)",
        Checkpoint: "seals over the log and the notes; they name nobody",
        Practice: "the clinic's own name and texts, which stand in every copy",
        Vault: "keys and counters of the file",
        ImportMapping: "headings of other programs' files and what they mean here; no rows of them",
        Backup: "when and where copies of the whole file were made",
    }
)
"""Tables without a section. A table that is in neither fails a test: nothing new is forgotten."""
