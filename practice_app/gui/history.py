"""The history of a record: who looked at which part of it or changed it, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from practice_app.gui.list_tab import InFull, ListTab
from practice_app.gui.summary import when_words
from practice_app.gui.table import Column
from practice_app.rules.permissions import Permission
from practice_app.services import history
from practice_app.services.history import Happening, Sort


class HistoryTab(ListTab[Happening]):
    """Newest first, in plain sentences; who it was by name for directors, by role for others."""

    name = "history"
    title = "History"
    permission = Permission.OPEN_RECORD
    shows = frozenset({"patient", "person", "note", "letter", "consent", "disclosure", "audit_reason"})
    heading = "Who saw and changed this record"
    nothing = "The log holds nothing about this record."
    kinds = (
        (Sort.LOOKED, "Looked at"),
        (Sort.CHANGED, "Changes"),
        (Sort.REASON, "Reasons given"),
        (Sort.COPIED, "Copies"),
    )

    def columns(self) -> Sequence[Column[Happening]]:
        return (
            Column("When", lambda each: each.at, when_words, widest="00-Mmm-0000 00:00"),
            Column("Who", lambda each: each.who, widest="Forename Surname"),
            Column("What", what_words, stretches=True),
        )

    def read(self, patient: UUID) -> Sequence[Happening]:
        found = self._tools.office.do(history.of, patient)
        return [replace(each, what=self._tools.said(each.what)) for each in found]

    def kind_of(self, entry: Happening) -> str:
        return entry.sort

    def in_full(self, entry: Happening) -> InFull:
        pc = f"on {entry.pc}" if entry.pc else ""
        return InFull(
            entry.what,
            ", ".join(filter(None, (when_words(entry.at), entry.who, pc))),
            (("Reason", entry.reason),),
        )


def what_words(happening: Happening) -> str:
    """What was done, with the reason where one was given and may be seen."""
    return f"{happening.what}: {happening.reason}" if happening.reason else happening.what
