"""The GP practice, chosen from the directory while typing, and the GP there."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Signal

from practice_app.errors import NotFound
from practice_app.gui.calm_combo_box import CalmComboBox
from practice_app.gui.forms.pick import Offered, Pick
from practice_app.gui.office import Office
from practice_app.services import directory
from practice_app.services.directory import EntryKind, PracticeShown

_MOST_FOUND = 60
"""How many practices and GPs are asked for; GPs are among them and are left out."""


def practice_pick(office: Office) -> Pick:
    """A field that finds practices by name, code, postcode or address; a closed one says so in the list."""

    def find(text: str) -> list[Offered]:
        found = office.do(directory.find, text, limit=_MOST_FOUND)
        return [_offered(each) for each in found if each.kind is EntryKind.PRACTICE]

    def name_of(id: str) -> str:
        shown = _practice(office, id)
        return ", ".join(filter(None, (shown.details.name, shown.details.postcode))) if shown else ""

    return Pick(find, name_of, placeholder="Name, code or postcode")


def _offered(entry: directory.Entry) -> Offered:
    where = ", ".join(filter(None, (entry.at, entry.postcode, entry.code)))
    words = " – ".join(filter(None, (entry.name, where, "CLOSED" if entry.is_closed else "")))
    return Offered(str(entry.id), words, entry.name)


def _practice(office: Office, id: str) -> PracticeShown | None:
    try:
        return office.do(directory.open_practice, UUID(id))
    except (ValueError, NotFound):
        return None


class GPEdit(CalmComboBox):
    """The GPs of a practice to choose from, or a name to type. Signals: changed().

    Its value is the id of a GP who is in the directory, else the name as typed.
    """

    changed = Signal()

    def __init__(self, office: Office) -> None:
        super().__init__(name="GP")
        self._office = office
        self._practice = ""
        self.setEditable(True)
        self.setInsertPolicy(CalmComboBox.InsertPolicy.NoInsert)
        self.currentTextChanged.connect(lambda _text: self.changed.emit())

    def offer_those_at(self, practice: str) -> None:
        """Offer the GPs of the practice with this id; who was chosen at another one is taken back."""
        if practice == self._practice:
            return
        before, self._practice = self.value(), practice
        shown = _practice(self._office, practice)
        self.blockSignals(True)
        self.clear()
        for gp in shown.gps if shown else ():
            self.addItem(gp.name, str(gp.id))
        self.setCurrentIndex(-1)
        self.blockSignals(False)
        self.set_value(before if self.findData(before) >= 0 or not _is_id(before) else "")

    def name_of(self, value: str) -> str:
        """The name of a GP in the list; any other value as it is."""
        place = self.findData(value)
        return self.itemText(place) if place >= 0 else value

    def value(self) -> str:
        """See the class."""
        text = self.currentText().strip()
        place = self.findText(text)
        return str(self.itemData(place)) if text and place >= 0 else text

    def set_value(self, value: str) -> None:
        """Show the GP of this id, or a name that is typed; one who is not at the practice is offered too."""
        place = self.findData(value)
        if place < 0 and _is_id(value):
            self.addItem(self._name_elsewhere(value), value)
            place = self.count() - 1
        self.setCurrentIndex(place)
        if place < 0:
            self.setEditText(value)

    def _name_elsewhere(self, id: str) -> str:
        return self._office.do(directory.gp_name, UUID(id))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
