"""The form that files a letter or a scan: what it is, its day, whose it is, with its pages beside it."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QSplitter, QWidget

from practice_app.errors import Invalid
from practice_app.gui.file_field import FileField, dropped_path
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.look import SPACE_M
from practice_app.gui.page_viewer.viewer import PageViewer
from practice_app.gui.screen import Tools
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.rules.typed_dates import Leaning
from practice_app.services import documents, files, letters
from practice_app.services.documents import DOCUMENT_WORDS, DocumentKind
from practice_app.services.files import CleanedFile
from practice_app.services.form_drafts import Form as DraftOf
from practice_app.services.letters import CLASS_WORDS, LetterClass, LetterIn
from practice_app.services.people import Banner

LETTER = "letter"
"""The kind that is filed under Letters; the others are kinds of document."""

_NAMES = {"subject": "title", "source": "sender", "patients": "file"}
"""What the use cases call an input, by what this form calls it."""

_THE_FILE = "The file"
_SPLIT = [420, 560]


class FilingPage(FormPage):
    """Files one file for one patient. `saved` carries the id of the letter or document."""

    clinical = frozenset({"file", "title"})

    def __init__(self, tools: Tools, form: str, about: Banner, *, kind: str) -> None:
        """`form` is the name a draft is kept under, `kind` what is chosen at first."""
        super().__init__(tools, tools.said(f"File a letter or scan for {about.name}"), save_text="&File it")
        self._about = about
        self._may_read = Permission.READ_DOCUMENTS in tools.office.actor.permissions
        self._practices: dict[str, UUID] = {}
        self._file = FileField(tools)
        self._kind = Choice(_kinds(), name="What it is")
        self._day = DateEdit(tools.office.do(files.today), leaning=Leaning.PAST)
        self._sender = QLineEdit()
        self._class = Choice(
            [(each.value, CLASS_WORDS[each]) for each in LetterClass], name="What it is about"
        )
        self._title = QLineEdit()
        self._add_fields()
        self._viewer = PageViewer()  # made after the fields: Tab reaches the pages after them
        self._put_pages_beside()
        self._offer_senders()
        self.setAcceptDrops(True)
        self._kind.changed.connect(self._follow_kind)
        self._file.read.connect(self._show_file)
        self._file.refused.connect(self._refuse_file)
        self._file.changed.connect(self._viewer.forget)
        self._kind.set_value(kind)
        self._follow_kind()
        self._viewer.show_words("The pages are shown here once a file is chosen.")
        self.begin(DraftOf(form, about.id), {})

    def take(self, path: Path) -> None:
        """Read the file that is to be filed."""
        self.form.field("file").set_error("")
        self._file.take(path)

    def values(self) -> dict[str, str]:
        """What is kept as a draft: who may not read it later keeps no word of what it is about."""
        found = super().values()
        return found if self._may_read else found | dict.fromkeys(self.clinical, "")

    def check(self, name: str) -> str:
        match name:
            case "file" if self._file.is_reading:
                return "The file is still being read. A moment, please."
            case "file" if self._file.file is None:
                return "Choose the file."
            case "dated":
                return self._check_day()
            case "sender" if self._is_letter and not self.value("sender"):
                return "Say whom the letter is from."
            case "title" if not self._is_letter and not self.value("title"):
                return "Say in a few words what it is."
        return ""

    def store(self) -> object:
        file, day = self._file.file, self._day.day
        if file is None or day is None:
            raise Invalid("Choose the file.", "file")
        try:
            filed = self._file_letter(file) if self._is_letter else self._add_document(file)
        except Invalid as error:
            raise Invalid(str(error), _NAMES.get(error.field, error.field)) from None
        where = "Letters" if self._is_letter else "Documents"
        self._viewer.forget()
        self._tools.status.say(f"Filed under {where}.")
        return filed

    def cancel(self) -> None:
        self._viewer.forget()
        super().cancel()

    def forget_pages(self) -> None:
        """Let the pages go, and what is being read, as before a lock."""
        self._file.stop()
        self._viewer.forget()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        file = self._file.file
        if file is not None and file.clean is not None and not self._viewer.has_pages:
            self._viewer.show_pdf(file.clean, _THE_FILE)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.take(path)

    @property
    def _is_letter(self) -> bool:
        return self._kind.value() == LETTER

    def _file_letter(self, file: CleanedFile) -> UUID:
        day, sender = self._day.day, self.value("sender")
        if day is None:
            raise Invalid("Give the day of the letter.", "dated")
        wanted = LetterIn(
            patients=(self._about.id,),
            sender=sender,
            dated=day,
            letter_class=LetterClass(self._class.value()),
            file=file,
            subject=self.value("title"),
            gp_practice=self._practices.get(sender),
        )
        return self._tools.office.do(letters.file_letter, wanted)

    def _add_document(self, file: CleanedFile) -> UUID:
        day = self._day.day
        if day is None:
            raise Invalid("Give the day of the document.", "dated")
        return self._tools.office.do(
            documents.add,
            self._about.id,
            file,
            DocumentKind(self._kind.value()),
            self.value("title"),
            day,
            source=self.value("sender"),
        )

    def _check_day(self) -> str:
        try:
            day = self._day.day
        except Invalid as error:
            return str(error)
        if day is None:
            return "Give the day that stands on it."
        is_to_come = day > self._tools.office.do(files.today)
        return "That day is still to come. Give the day that stands on the paper." if is_to_come else ""

    def _add_fields(self) -> None:
        add = self.form.add
        add(Field("file", "The file", self._file))
        add(Field("kind", "What it &is", self._kind))
        add(Field("class", "&About", self._class))
        add(Field("dated", "Its &day", self._day, hint="The day that stands on it: 14/3, 14 mar 25, -2w."))
        add(Field("sender", "F&rom", self._sender))
        add(Field("title", "Su&bject", self._title))

    def _follow_kind(self) -> None:
        """A letter has a sender and a class; of a document it matters who gave it, and what it is."""
        is_letter = self._is_letter
        self.form.clear_problems()
        self.form.field("class").setVisible(is_letter)
        for name, letter, other in (
            ("sender", "F&rom", "Given by (if somebody b&rought or sent it)"),
            ("title", "Su&bject (if there is one)", "What it is a&bout, in a few words"),
        ):
            field = self.form.field(name)
            field.label.setText(letter if is_letter else other)
            field.target.setAccessibleName(field.plain_label)

    def _show_file(self, file: CleanedFile) -> None:
        self.form.field("file").set_error("")
        filed = self._tools.office.do(files.already_filed, self._about.id, file.original)
        if filed is not None:
            self._file.warn(f"This very file is in the record already, dated {show(filed)}.")
        if file.clean is not None:
            self._viewer.show_pdf(file.clean, _THE_FILE)
        else:
            self._viewer.show_words(files.WHY[file.state])

    def _refuse_file(self, error: Exception) -> None:
        self.form.show_problems({"file": str(error)})
        self._viewer.show_words("The pages are shown here once a file is chosen.")

    def _offer_senders(self) -> None:
        """Offer GP practices while somebody types, the patient's own before anything is typed."""
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._sender.setCompleter(completer)
        self._sender.textEdited.connect(self._find_senders)
        self._find_senders("")

    def _find_senders(self, text: str) -> None:
        found = self._tools.office.do(letters.senders, text, self._about.id)
        self._practices |= {each.name: each.id for each in found}
        self._names.setStringList([each.name for each in found])

    def _put_pages_beside(self) -> None:
        """The form at the left, the pages at the right, as wide as somebody makes them."""
        form = next(
            each for each in self.children() if isinstance(each, QWidget) and each.isAncestorOf(self.form)
        )
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(SPACE_M)
        self._middle.insertWidget(self._middle.indexOf(form), halves, 1)
        halves.addWidget(form)
        halves.addWidget(self._viewer)
        halves.setSizes(_SPLIT)


def _kinds() -> list[tuple[str, str]]:
    return [(LETTER, "Letter that came in"), *((kind.value, DOCUMENT_WORDS[kind]) for kind in DocumentKind)]
