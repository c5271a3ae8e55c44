"""The record's letters: those that came, those that went, and filing one that just arrived."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from practice_app.gui.filing import LETTER
from practice_app.gui.papers import PapersTab, pages_words
from practice_app.gui.screen import Tools
from practice_app.gui.table import Column
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.services import letters
from practice_app.services.letters import CLASS_WORDS, STATE_WORDS, Direction, LetterText, ListedLetter


def party_words(letter: ListedLetter | LetterText) -> str:
    """Whom a letter is from or to."""
    if letter.direction is Direction.OUT:
        return f"To {letter.recipient or 'somebody not named'}"
    return f"From {letter.sender or 'somebody not named'}"


def about_words(letter: ListedLetter) -> str:
    """The subject where it may be read and there is one, else what kind of letter it is."""
    return letter.subject or CLASS_WORDS[letter.letter_class]


def _dated(letter: ListedLetter) -> str:
    """The day above the letter's state and pages."""
    state = STATE_WORDS[letter.state]
    return f"{show(letter.dated)}\n{', '.join(filter(None, (state, pages_words(letter.files))))}"


class LettersTab(PapersTab[ListedLetter]):
    """See the module. What is about care opens for those who hold the clinical key."""

    name = "letters"
    title = "Letters"
    permission = Permission.READ_LETTERS
    shows = frozenset({"letter", "attachment"})
    item_kind = "letter"
    forms = frozenset({"file_letters"})
    nothing = "There is no letter in this record yet. File the first one, or drop it here."
    kind = LETTER

    def __init__(self, tools: Tools) -> None:
        super().__init__(
            tools,
            [
                Column("Dated", _dated, widest="Received, damaged"),
                Column(
                    "Letter",
                    lambda row: f"{party_words(row)}\n{about_words(row)}",
                    stretches=True,
                    is_whole=True,
                ),
            ],
        )

    def read_list(self, patient: UUID) -> Sequence[ListedLetter]:
        return self._tools.office.do(letters.of, patient)

    def id_of(self, row: ListedLetter) -> UUID:
        return row.id

    def open_row(self, row: ListedLetter, patient: UUID) -> None:
        opened = self._tools.office.do(letters.open_letter, row.id, patient)
        party = party_words(opened)
        party = f"{party[0].lower()}{party[1:]}"
        about = [
            show(opened.dated),
            party if opened.subject else "",
            CLASS_WORDS[opened.letter_class].lower(),
            STATE_WORDS[opened.state].lower(),
            opened.source,
        ]
        self._reading.show_paper(
            opened.id,
            patient,
            title=opened.subject or f"Letter {party}",
            about=", ".join(filter(None, about)),
            text=opened.text,
            attached=opened.files,
        )
