"""Practice numbers for new patients: kept from the file where free, else the next one; none twice, ever."""

from collections.abc import Iterable

from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.model.audit import AuditEvent
from practice_app.model.merges import Merge
from practice_app.model.people import Patient
from practice_app.model.settings import Practice
from practice_app.storage.records import Work

_MOST_DIGITS = 9  # ten digits are an NHS number
_REMOVING = ("deleted", "purged")


class Numbers:
    """Gives practice numbers; `next` is what the practice's counter has to be set to afterwards."""

    def __init__(self, work: Work, in_file: Iterable[str]) -> None:
        self._used = {*work.select(select(Patient.number)), *work.select(select(Merge.gone_number))}
        self._counted = work.first(select(Practice.next_number)) or 1
        self._some_are_gone = self._patients_were_removed(work)
        self._reserved = {int(number) for number in in_file if len(number) <= _MOST_DIGITS}
        self.next = self._counted

    def keep(self, typed: str) -> int:
        """The number from the file; refuses (Invalid) one that is no number, too long, or used already."""
        number = int(typed) if len(typed) <= _MOST_DIGITS else 0
        if number < 1:
            raise Invalid(f"A practice number has 1 to {_MOST_DIGITS} digits.", field="practice_number")
        if number in self._used:
            raise Invalid(f"The practice number {number} is taken.", field="practice_number")
        if number < self._counted and self._some_are_gone:
            raise Invalid(
                f"The practice number {number} may have been somebody's whose record is gone; numbers are "
                f"never used twice. Leave it out, and a new one is given.",
                field="practice_number",
            )
        self._used.add(number)
        self.next = max(self.next, number + 1)
        return number

    def give(self) -> int:
        """The next number nobody has, had, or is to keep from the file."""
        number = self.next
        while number in self._used or number in self._reserved:
            number += 1
        self._used.add(number)
        self.next = number + 1
        return number

    @staticmethod
    def _patients_were_removed(work: Work) -> bool:
        gone = select(AuditEvent.seq).where(AuditEvent.kind == "patient", AuditEvent.action.in_(_REMOVING))
        return work.first(gone.limit(1)) is not None
