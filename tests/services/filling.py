"""A practice with something of everything about two records, whatever tables there are, from a seed.

Rows are made from the mapped tables, so that a table somebody adds tomorrow is filled too.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Column, String, Table, TypeDecorator, insert, select
from sqlalchemy.exc import IntegrityError

from practice_app.model.base import Base, SealedBytes
from practice_app.model.correspondence import LetterClass
from practice_app.rules.consents import Channel, Purpose
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import notes
from practice_app.services.marks import run
from practice_app.services.notes import DraftText, Words
from practice_app.storage import sealed, search
from practice_app.storage.person_links import BARE_LINKS, leads_to_a_person, own_tables
from practice_app.storage.records import Records, Work
from tests import makers

NOT_FILLED = frozenset(
    {
        # the log and what hangs on it, which only the program writes
        "audit_event", "audit_reason", "checkpoint", "note_seal", "search_entry",
        # one row each
        "vault", "practice",
        # who the people are: made by hand below
        "person", "patient", "gp", "user_account",
        # written through the program below, because they are sealed and chained
        "note", "addendum",
        # merges themselves
        "merge", "merge_step",
    }
)  # fmt: skip


_FITTING = {
    "consent.purpose": Purpose.CONTACT,
    "consent.channel": Channel.EMAIL,
    "moved_away.kind": "call",
    "moved_item.kind": "call",
}
"""Values that have to fit each other."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that turn out to be one person's, and others around them."""

    kept: UUID
    gone: UUID
    others: tuple[UUID, ...]

    @property
    def everybody(self) -> tuple[UUID, ...]:
        return (self.kept, self.gone, *self.others)


def filled(records: Records, seed: int) -> Pair:
    """Two records of one person and two other people's, with rows in every table about all of them."""
    chance = random.Random(seed)  # noqa: S311  not a secret
    with records.work(use_case="tests.arrange") as work:
        pair = _people(work)
    _write(records, pair, chance)
    with records.work(use_case="tests.arrange") as work:
        for table in Base.metadata.sorted_tables:
            if table.name not in NOT_FILLED:
                for who in (pair.gone, pair.kept, *[None] * chance.randint(2, 6)):
                    _add(work, table, pair, chance, who)
        search.refresh(work.connection(), pair.everybody)
    return pair


def _people(work: Work) -> Pair:
    kept = makers.patient(
        work, phones=["01632 960123", "07700 900456"], emails=["meg@example.org"], postcode="CT11 8AA",
        nhs_number="9434765919", safety_line="Do not ring the landline",
    )  # fmt: skip
    gone = makers.patient(
        work, PersonName("Ms", "Meg", "Holloway", "Meg"), phones=["01632 960123"], postcode="CT11 8AA",
        nhs_number="9434765870", safety_line="Only ring on Mondays",
    )  # fmt: skip
    others = [makers.patient(work, PersonName(None, name, "Ode", None)) for name in ("Ann", "Bea")]
    person = {"person_values": {"born": date(1950, 1, 1)}}
    others.append(makers.patient(work, PersonName("Dr", "Cy", "Holloway", None), **person))
    work.connection().execute(
        insert(Base.metadata.tables["gp"]), [{"id": id, "version": 1} for id in (gone, others[0])]
    )
    makers.user(work, Role.THERAPIST, uuid4()).person_id = gone  # who works here may be a patient too
    work.flush()
    return Pair(kept, gone, tuple(others))


def _add(work: Work, table: Table, pair: Pair, chance: random.Random, who: UUID | None) -> None:
    """A row with something in every column that must have something, about `who` where it is about somebody.

    One that breaks a rule of its table is left out.
    """
    connection = work.connection()
    row = {column.name: _value(work, column, pair, chance) for column in table.columns}
    about = [each.name for each in table.columns if leads_to_a_person(each)][:1]
    about += [each.name for each in BARE_LINKS if each.table is table]
    if who is not None:
        row.update(dict.fromkeys(about, who))
    try:
        with connection.begin_nested():
            connection.execute(insert(table), [row])
    except IntegrityError:
        return


def _value(work: Work, column: Column[Any], pair: Pair, chance: random.Random) -> Any:
    if column.name == "version":
        return 1
    if str(column) in _FITTING:
        return _FITTING[str(column)]
    if column.primary_key:
        return uuid4()
    if column in BARE_LINKS:
        return chance.choice((pair.kept, pair.gone, uuid4()))
    if column.nullable and chance.random() < 0.4:
        return None
    targets = [link.column.table for link in column.foreign_keys]
    if targets:
        return _target(work, targets[0], pair, chance)
    kind = column.type
    if isinstance(kind, SealedBytes):
        return b"" if column.nullable is False else None
    if isinstance(getattr(kind, "enum_class", None), type):
        return chance.choice(list(kind.enum_class))
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    return _plain(column, kind.python_type, chance)


def _target(work: Work, table: Table, pair: Pair, chance: random.Random) -> UUID | None:
    if table in own_tables():
        ids = work.connection().execute(select(table.c.id)).scalars().all()
        known = [id for id in pair.everybody if id in ids]
        return chance.choice([*known, *(id for id in (pair.kept, pair.gone) if id in ids)])
    found = sorted(work.connection().execute(select(table.c.id)).scalars().all())
    return chance.choice(found) if found else None


def _plain(column: Column[Any], kind: type, chance: random.Random) -> Any:
    if issubclass(kind, bool):
        return chance.random() < 0.5
    if issubclass(kind, int):
        return chance.randint(0, 99)
    if issubclass(kind, datetime):
        at = makers.NOW - timedelta(days=chance.randint(1, 900))
        return at.replace(tzinfo=None) if column.name.startswith("local") else at
    if issubclass(kind, date):
        return makers.TODAY - timedelta(days=chance.randint(1, 900))
    if issubclass(kind, str):
        longest = column.type.length if isinstance(column.type, String) and column.type.length else 30
        return f"{column.name} {chance.randint(0, 9)} {uuid4()}"[:longest]
    if issubclass(kind, UUID):
        return uuid4()
    if issubclass(kind, Enum):
        return next(iter(kind))
    return b"x"


def _write(records: Records, pair: Pair, chance: random.Random) -> None:
    """What is sealed, through the program itself: notes of each and of both, additions, drafts, letters."""
    people = [(pair.kept,), (pair.gone,), (pair.kept, pair.others[0]), (pair.gone, pair.others[0])]
    people.append((pair.kept, pair.gone))
    for number, patients in enumerate(people):
        words = Words(patients, makers.TODAY, f"Session {number}")
        note = run(records, notes.sign, words)
        if chance.random() < 0.7:
            run(records, notes.add_addendum, note, f"Addition {number}")
        run(records, notes.write, Words(patients, makers.TODAY, f"Unsigned {number}"))
    for patient in (pair.kept, pair.gone):
        run(records, notes.save_draft, DraftText(patient, f"Begun about {patient}"))
    with records.work(use_case="tests.arrange") as work:
        for patient in (pair.kept, pair.gone):
            makers.letter(work, [patient], letter_class=LetterClass.CARE)
            bundle = Base.metadata.tables["subject_access_bundle"]
            _add_bundle(work, bundle, patient)


def _add_bundle(work: Work, table: Table, patient: UUID) -> None:
    from practice_app.model.rights import SubjectAccessBundle

    row = SubjectAccessBundle(
        person_id=patient, prepared_at=work.now, prepared_by_id=work.actor.id, pages=1, items=1
    )
    row.content_sealed = sealed.put_bytes(work, row, sealed.BUNDLE, b"a copy", subject=patient)
    work.add(row)


def snapshot(records: Records) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, except what `LEFT_OUT` and `NOT_COMPARED` name, for comparing."""
    found = {}
    with records.work(writes=False) as work:
        for table in Base.metadata.sorted_tables:
            if table.name in NOT_COMPARED:
                continue
            columns = [each for each in table.columns if str(each) not in LEFT_OUT and each.name != "version"]
            rows = work.connection().execute(select(*columns)).all()
            found[table.name] = sorted((_compared(table, row) for row in rows), key=repr)
    return found


def _compared(table: Table, row: Any) -> tuple[Any, ...]:
    """A row's values; of a search entry which words it has, in whatever order."""
    if table.name == "search_entry":
        return tuple(sorted(value.split()) if isinstance(value, str) else value for value in row)
    return tuple(row)


NOT_COMPARED = {
    "audit_event": "the log only grows: that there was a merge, and that it was undone, stays known",
}
"""Tables that differ after an undo, and why. Counters of versions differ too: each change counts one up, so
that a form opened before is told."""

LEFT_OUT = {
    "search_entry.id": "the number the full-text index knows an entry by; it is made anew with the entry"
}
