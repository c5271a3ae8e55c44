"""The trail of one record: who looked at which part of it or changed it, and when, in plain sentences.

The log holds names of columns, never values, so neither does the trail. Directors see who it was; others see
the role, as the patient is told when they ask. What is clinical is left out for those who may not read it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from practice_app.model.audit import COVERED, AuditEvent, AuditReason
from practice_app.rules.permissions import Permission, Role
from practice_app.services import access, staff_names, timeline
from practice_app.services.marks import reads
from practice_app.services.subject_access.log import VIEWED
from practice_app.services.subject_access.record import record_ids
from practice_app.storage.records import Work


class Sort(StrEnum):
    """What an entry is about, for narrowing the list down."""

    LOOKED = "looked"
    CHANGED = "changed"
    REASON = "reason"
    COPIED = "copied"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something one person did to the record in one go; `at` is the clinic's local time.

    `reason` are the words given for looking at it from outside the caseload, for directors only.
    """

    at: datetime
    who: str
    sort: Sort
    what: str
    reason: str
    pc: str


_CLINICAL = frozenset({"note", "addendum", "draft", "health_fact"})

THINGS = MappingProxyType(
    {
        "person": "personal details",
        "patient": "details as a patient",
        "address": "an address",
        "phone": "a telephone number",
        "email": "an e-mail address",
        "earlier_detail": "what a detail was before",
        "address_book_entry": "an entry in the address book",
        "contact": "a contact",
        "family_member": "who is seen together with them",
        "kept_from": "whom something is not to be shown to",
        "competence_note": "a judgement of whether they can decide",
        "death": "a death",
        "health_fact": "an alert, allergy or medication",
        "identity_check": "a proof of identity",
        "enquiry": "an enquiry",
        "gp": "details as a GP",
        "appointment": "an appointment",
        "caseload": "whose list the person is on",
        "note": "a session note",
        "addendum": "an addition to a session note",
        "draft": "an unfinished note",
        "letter": "a letter",
        "attachment": "a file",
        "document": "a document",
        "call": "a telephone call",
        "consent": "a consent",
        "consent_correction": "that a consent was recorded wrongly",
        "privacy_notice_given": "which privacy notice they were given",
        "disclosure": "what was given out",
        "subject_access_bundle": "a copy of everything held",
        "form_draft": "a form that is not saved yet",
        "merge": "a merge of two records",
        "merge_step": "what a second record said differently",
        "merge_suggestion": "a remark on a likely second record",
        "moved_away": "what stays of an item that was moved",
        "moved_item": "where an item came from",
        "user_account": "the account as a user",
        "practitioner": "details as a practitioner",
    }
)
"""What a row of a table is in a sentence, for every table of which rows are in somebody's record."""

_PLACES = MappingProxyType({kind: place for place, kind in enumerate(THINGS)})

_DONE = MappingProxyType({"new": "Entered", "changed": "Changed", "deleted": "Took away"})

_SENTENCES = MappingProxyType(
    {
        (VIEWED, "patient"): (Sort.LOOKED, "Opened the record"),
        (COVERED, "patient"): (Sort.REASON, "Gave a reason to open the record from outside their caseload"),
        ("prepared", "person"): (Sort.COPIED, "Prepared a copy of everything held"),
        ("summarised", "person"): (Sort.COPIED, "Printed what we hold on one page"),
        ("merged", "patient"): (Sort.CHANGED, "Made two records of the person one"),
        ("unmerged", "patient"): (Sort.CHANGED, "Took the two records of the person apart again"),
        ("lost an item", "patient"): (
            Sort.CHANGED,
            "Moved something entered by mistake to another record",
        ),
        ("gained an item", "patient"): (Sort.CHANGED, "Moved something here from another record"),
        ("saved", "subject_access_bundle"): (Sort.COPIED, "Saved a copy of everything held as a file"),
    }
)


@reads(Permission.OPEN_RECORD)
def of(work: Work, patient: UUID) -> tuple[Happening, ...]:
    """Everything the log holds about a person's record, the latest first, one entry for what was one act."""
    access.require_record(work, patient)
    statement = (
        select(AuditEvent, AuditReason.text)
        .outerjoin(AuditReason, AuditReason.audit_seq == AuditEvent.seq)
        .where(AuditEvent.record_id.in_(record_ids(patient)))
        .order_by(AuditEvent.seq)
    )
    acts: dict[tuple[object, ...], list[tuple[AuditEvent, str]]] = defaultdict(list)
    for event, reason in work.rows(statement):
        if event.kind not in _CLINICAL or Permission.READ_NOTES in work.actor.permissions:
            acts[event.at, event.user_id, event.use_case].append((event, reason or ""))
    teller = _Teller(work)
    told = [each for act in acts.values() for each in teller.tell(act)]
    return tuple(reversed(told))


class _Teller:
    """Puts the entries of one act into sentences, as the reader may know them."""

    def __init__(self, work: Work) -> None:
        self._me = work.actor.id
        self._is_director = work.actor.role is Role.DIRECTOR
        self._zone = timeline.practice_zone(work)
        self._names = staff_names.of_users(work) if self._is_director else {}

    def tell(self, act: Sequence[tuple[AuditEvent, str]]) -> Iterable[Happening]:
        """One entry for each sort of thing that was done."""
        by_sort: dict[Sort, list[str]] = defaultdict(list)
        for sort, sentence in _said([event for event, _reason in act]):
            if sentence not in by_sort[sort]:
                by_sort[sort].append(sentence)
        first = act[0][0]
        words = " ".join(filter(None, (reason for _event, reason in act))) if self._is_director else ""
        for sort, sentences in by_sort.items():
            yield Happening(
                at=first.at.astimezone(self._zone).replace(tzinfo=None),
                who=self._who(first),
                sort=sort,
                what="; ".join(sentences),
                reason=words if sort is Sort.REASON else "",
                pc=first.pc if self._is_director else "",
            )

    def _who(self, event: AuditEvent) -> str:
        if event.user_id == self._me:
            return "You"
        if self._is_director and event.user_id in self._names:
            return self._names[event.user_id]
        return f"A {event.role}"


def _said(events: Sequence[AuditEvent]) -> Iterable[tuple[Sort, str]]:
    """What was done, in words; rows entered, changed or taken away together make one sentence each."""
    rows: dict[str, list[AuditEvent]] = defaultdict(list)
    for event in events:
        if event.action in _DONE:
            rows[event.action].append(event)
        else:
            yield _one(event)
    for action, of_action in rows.items():
        in_order = sorted(of_action, key=lambda event: _PLACES.get(event.kind, len(_PLACES)))
        yield Sort.CHANGED, f"{_DONE[action]} {_list(map(_thing, in_order))}"


def _one(event: AuditEvent) -> tuple[Sort, str]:
    known = _SENTENCES.get((event.action, event.kind))
    if known is not None:
        sort, sentence = known
        if event.action == "saved":
            sentence += ", with a password" if event.reason_code == "password" else ", without a password"
        return sort, sentence
    if event.action == VIEWED:
        return Sort.LOOKED, f"Looked at {_noun(event.kind)}"
    return Sort.CHANGED, f"{event.action.replace('_', ' ').capitalize()}: {_noun(event.kind)}"


def _thing(event: AuditEvent) -> str:
    fields = [each.removesuffix("_id").replace("_", " ") for each in event.fields if not _is_inner(each)]
    return f"{_noun(event.kind)} ({', '.join(fields)})" if fields else _noun(event.kind)


def _is_inner(field: str) -> bool:
    """Whether a column is one that follows from others, or says nothing to a reader."""
    return field.endswith(("_sealed", "_key", "_digest")) or field in {"digits", "digest", "position", "e164"}


def _noun(kind: str) -> str:
    return THINGS.get(kind, kind.replace("_", " "))


def _list(things: Iterable[str]) -> str:
    """ "an address, a telephone number and an e-mail address", each once."""
    *some, last = dict.fromkeys(things)
    return f"{', '.join(some)} and {last}" if some else last
