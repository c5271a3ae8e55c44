"""The calls of a record: who rang or was rung, about what, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from practice_app.gui.list_tab import InFull, ListTab
from practice_app.gui.summary import when_words
from practice_app.gui.table import Column
from practice_app.rules.permissions import Permission
from practice_app.services import calls
from practice_app.services.calls import Direction, Listed


def who_words(call: Listed) -> str:
    """ "From Her sister"; a number where there is no name."""
    return f"{'From' if call.direction is Direction.IN else 'To'} {call.who or call.number or 'unknown'}"


class CallsTab(ListTab[Listed]):
    """Newest first, in full below; a call log is added to, never rewritten."""

    name = "calls"
    title = "Calls"
    permission = Permission.OPEN_RECORD
    shows = frozenset({"call", "call_subject"})
    item_kind = "call"
    heading = "Telephone calls"
    nothing = "No calls about this patient have been written down."
    kinds = ((Direction.IN, "Calls from"), (Direction.OUT, "Calls to"))
    spare = (3,)

    def columns(self) -> Sequence[Column[Listed]]:
        return (
            Column("When", lambda call: call.at, when_words, widest="00-Mmm-0000 00:00"),
            Column("Who", who_words, widest="From Mrs Forename Long-Surname"),
            Column("About", lambda call: call.about, stretches=True),
            Column("Taken by", lambda call: call.handled_by, widest="Forename Surname"),
        )

    def read(self, patient: UUID) -> Sequence[Listed]:
        return self._tools.office.do(calls.of, patient)

    def kind_of(self, entry: Listed) -> str:
        return entry.direction

    def in_full(self, entry: Listed) -> InFull:
        others = f"also about {_people(entry.others)}" if entry.others else ""
        consultation = "a consultation by telephone" if entry.is_consultation else ""
        beside = (when_words(entry.at), entry.number, consultation, others)
        return InFull(
            who_words(entry),
            ", ".join(filter(None, beside)),
            (
                ("About", entry.about),
                ("Outcome", entry.outcome),
                ("Taken by", entry.handled_by),
                ("From", entry.source),
            ),
        )


def _people(others: int) -> str:
    return "another person" if others == 1 else f"{others} other people"
