"""The disclosures of a record: who received what, when, and what allowed it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from practice_app.gui.list_tab import InFull, ListTab
from practice_app.gui.table import Column
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.services import disclosures
from practice_app.services.disclosures import Given


class DisclosuresTab(ListTab[Given]):
    """Newest first, in full below."""

    name = "disclosures"
    title = "Disclosures"
    permission = Permission.OPEN_RECORD
    shows = frozenset({"disclosure"})
    item_kind = "disclosure"
    heading = "What was given to others"
    nothing = "Nothing about this patient has left the practice."
    spare = (3,)

    def columns(self) -> Sequence[Column[Given]]:
        return (
            Column("Day", lambda given: given.made_on, show, widest="00-Mmm-0000"),
            Column("To", lambda given: given.recipient, widest="Dr Forename Surname, A Surgery"),
            Column("What", lambda given: given.what, stretches=True),
            Column("Basis", lambda given: given.basis, widest="Consent: may share with a GP"),
        )

    def read(self, patient: UUID) -> Sequence[Given]:
        return self._tools.office.do(disclosures.of, patient)

    def in_full(self, entry: Given) -> InFull:
        return InFull(
            f"{entry.what}, to {entry.recipient}",
            ", ".join(filter(None, (show(entry.made_on), entry.means, entry.country))),
            (
                ("Basis", entry.basis),
                ("Identity seen", entry.identity_seen),
                ("Authority seen", entry.authority_seen),
                ("With the letter of", show(entry.letter_dated) if entry.letter_dated else ""),
                ("Given out by", entry.made_by),
            ),
        )
