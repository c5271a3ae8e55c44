"""The contacts tab of a record: who is around somebody, whether we may speak to them, and what was agreed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from practice_app.errors import Defect, PracticeError
from practice_app.gui.actions import Action, Menu, button_for
from practice_app.gui.contacts.circle_cards import AgeCard, DeathCard, FamilyCard, JudgementCard, KeptCard
from practice_app.gui.contacts.circle_forms import (
    DEATH,
    FAMILY,
    JUDGEMENT,
    KEEPING,
    DeathPage,
    FamilyPage,
    JudgementPage,
    KeepPage,
    PartPage,
)
from practice_app.gui.contacts.form import CONTACT, ContactPage, EndPage
from practice_app.gui.controls import label, push_button
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS, mark
from practice_app.gui.record_tab import RecordTab
from practice_app.gui.screen import EmptyState, Tools
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules import authority
from practice_app.rules.authority import Speaking
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.services import (
    coming_of_age,
    competence,
    contacts,
    deaths,
    families,
    form_drafts,
    kept_from,
    reaching,
)
from practice_app.services.coming_of_age import Before, Due
from practice_app.services.competence import Judged
from practice_app.services.contacts import Added, Circle, Ended, KnownContact, Ways
from practice_app.services.deaths import Recorded
from practice_app.services.families import Together
from practice_app.services.kept_from import Kept
from practice_app.services.people import Banner
from practice_app.services.reaching import Safety

ADD = Action(
    "contacts.add",
    "Add a con&tact…",
    "Ctrl+Shift+R",
    Permission.EDIT_PEOPLE,
    "record",
    Menu.PATIENT,
    "users",
)
RECORD_DEATH = Action("deaths.record", "Record a &death…", "", Permission.EDIT_PEOPLE, "record", Menu.PATIENT)

SPEAKING_WORDS = {Speaking.YES: "Yes", Speaking.LIMITED: "Limited", Speaking.NO: "No"}
_SPEAKING_KIND = {Speaking.YES: "good", Speaking.LIMITED: "notice", Speaking.NO: "problem"}
_NUMBER = 3
_NARROW = 640
_CARDS_WIDTH = 330
_LEAST_DETAILS = 150


def safe_number(contact: KnownContact) -> str:
    """The number to ring first: a safe one, else one that was not asked about, never an unsafe one."""
    order = (Safety.SAFE, Safety.NOT_ASKED)
    usable = [phone for phone in contact.ways.phones if phone.safety in order]
    usable.sort(key=lambda phone: order.index(phone.safety))
    if usable:
        return usable[0].value
    return "In their own record" if contact.is_patient else ""


class ContactsTab(RecordTab):
    """A line for each thing somebody is to the patient, the whole of it below, and what was agreed beside."""

    name = "contacts"
    title = "Contacts"
    permission = Permission.OPEN_RECORD
    shows = frozenset(
        {
            "address",
            "appointment",
            "competence_note",
            "consent",
            "contact",
            "death",
            "email",
            "family",
            "family_member",
            "kept_from",
            "person",
            "phone",
        }
    )
    forms = frozenset({CONTACT, FAMILY, KEEPING, JUDGEMENT, DEATH})

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._circle: Circle | None = None
        self._adding = tools.actions.add(ADD, self, self.add_contact)
        tools.actions.add(RECORD_DEATH, self, self.record_death)

    def build(self) -> None:
        """See RecordTab."""
        tools = self._tools
        may_edit = tools.office.allowed(contacts.add)
        self._rows: Rows[KnownContact] = Rows(
            [
                Column("Name", lambda each: each.name, stretches=True, is_whole=True),
                Column("What they are", _relation, widest="grandmother (not now)"),
                Column("May we speak?", _may_speak, widest="May we speak to?"),
                Column("Number to ring", safe_number, widest="In their own record"),
            ]
        )
        self._table = Table(self._rows, name="People around them")
        self._details = ContactDetails(may_edit=may_edit)
        self._table.chosen.connect(self._details.show_contact)
        self._table.opened.connect(self._open_or_change)
        self._details.change_wanted.connect(self._change)
        self._details.end_wanted.connect(self._end)
        self._details.record_wanted.connect(lambda each: self.opened.emit(each.person))
        self._empty = EmptyState("users", "Nobody is recorded around them yet.")
        self._list = QStackedWidget()
        self._list.addWidget(self._table)
        self._list.addWidget(self._empty)
        self._add = button_for(self._adding, kind="primary")
        self._death = DeathCard(tools, self._undo_death)
        self._age = AgeCard(tools, self._confirm_due, self._end_due)
        self._families = FamilyCard(tools, self.opened.emit, self._begin_family, self._part)
        self._kept = KeptCard(tools, self._keep, self._lift)
        may_judge = tools.office.allowed(competence.record)
        self._judgements = JudgementCard(tools, self._judge, self._read_judgement, may_judge=may_judge)
        self._cards = (self._death, self._age, self._families, self._kept, self._judgements)
        self.lay_out(self._face())
        self._fit_columns()

    def refresh(self) -> None:
        """Read everything around the patient; the cursor stays on the line it was on."""
        if self.about is None:
            return
        found = self._circle = self._tools.office.do(contacts.around, self.about.id)
        was = self._table.current
        self._rows.show(found.people)
        self._list.setCurrentWidget(self._table if found.people else self._empty)
        place = self._rows.place(lambda each: was is not None and each.id == was.id)
        if found.people:
            self._table.selectRow(max(place, 0))
        self._details.show_contact(self._table.current)
        for card in self._cards:
            card.show_circle(found, self.about)
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Tab leads through the cards as they are read: their lines were made after their buttons."""
        before: QWidget = self._column
        for stop in (each for card in self._cards for each in card.stops()):
            QWidget.setTabOrder(before, stop)
            before = stop

    def take_focus(self) -> None:
        """Put the focus into the open form, on the list, or on the button where there is nobody."""
        if self.host is not None and self.host.page is not None:
            self.host.page.take_focus()
        elif self._rows.rowCount():
            self._table.setFocus()
        else:
            self._add.setFocus()

    def resume(self, draft: form_drafts.Form) -> None:
        """See RecordTab."""
        circle = self._now()
        match draft.name:
            case name if name == CONTACT:
                known = next((each for each in circle.people if each.id == draft.record), None)
                self._open_contact(known, with_draft=True)
            case name if name == FAMILY:
                family = next((each for each in circle.families if each.id == draft.record), None)
                self._begin_family(family)
            case name if name == KEEPING:
                self._keep()
            case name if name == JUDGEMENT:
                self._judge(with_draft=True)
            case _:
                self.record_death()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """In a narrow window the number stands below only, with everything else about whoever is chosen."""
        if self.host is not None:
            self._table.setColumnHidden(_NUMBER, self.width() < _NARROW + _CARDS_WIDTH)

    def add_contact(self) -> None:
        """Open the form for somebody who is not on the list."""
        self.wanted.emit()
        self._open_contact(None)

    def record_death(self) -> None:
        """Open the form for a death, or say that one is recorded."""
        self.wanted.emit()
        circle = self._now()
        if self.about is not None and self.about.died:
            self._tools.status.say(f"A death on {show(self.about.died)} is recorded already.")
            return
        page = DeathPage(self._tools, self._who(), circle.today)
        page.open()
        page.saved.connect(self._say_death)
        self._show(page)

    def _now(self) -> Circle:
        """What is around the patient; the tab may not have been looked at yet."""
        self._catch_up()
        if self._circle is None:
            raise Defect("A form about the people around nobody.")
        return self._circle

    def _who(self) -> Banner:
        if self.about is None:
            raise Defect("A form about the people around nobody.")
        return self.about

    def _show(self, page: FormPage) -> None:
        if self.host is not None:
            self.host.open(page)
            page.saved.connect(lambda _done: self.take_focus())
            page.left.connect(self.take_focus)

    def _say(self, words: str, undo: Callable[[], object]) -> None:
        """Say what was done; undoing it says so as well, or why it cannot be."""

        def take_back() -> None:
            try:
                undo()
            except PracticeError as error:
                self._tools.status.say(str(error))
            else:
                self._tools.status.say("Undone.")

        self._tools.status.say(words, undo=take_back)

    # Contacts

    def _open_or_change(self, each: KnownContact) -> None:
        """Enter on a line opens the record of somebody who has one, else the form."""
        if each.is_patient:
            self.opened.emit(each.person)
        elif self._add.isEnabled():
            self._change(each)

    def _change(self, known: KnownContact) -> None:
        self._open_contact(known)

    def _open_contact(self, known: KnownContact | None, *, with_draft: bool = False) -> None:
        circle = self._now()
        page = ContactPage(self._tools, self._who(), circle.today, circle.people, known)
        page.open(with_draft=with_draft)
        page.saved.connect(partial(self._say_contact, page, known))
        self._show(page)

    def _say_contact(self, page: ContactPage, known: KnownContact | None, done: object) -> None:
        office = self._tools.office
        if isinstance(done, Added):
            self._say(f"{page.name} is recorded.", partial(office.do, contacts.take_back, done))
        elif known is not None and isinstance(done, int):
            ways: Ways | None = None if known.no_ways else known.ways
            undo = partial(office.do, contacts.change, known.id, done, known.details, ways)
            self._say(f"{known.name} was changed.", undo)

    def _end(self, known: KnownContact) -> None:
        page = EndPage(self._tools, self._who(), self._now().today, known)
        page.open()

        def say(done: Ended) -> None:
            self._say(page.done, partial(self._tools.office.do, contacts.reopen, done))

        page.saved.connect(say)
        self._show(page)

    # Couples and families

    def _begin_family(self, family: Together | None = None) -> None:
        page = FamilyPage(self._tools, self._who(), self._now().today, family)
        page.open()
        do = self._tools.office.do

        def say(row: UUID) -> None:
            back = (
                partial(do, families.take_member_back, row)
                if family
                else partial(do, families.take_back, row)
            )
            self._say("They are seen together.", back)

        page.saved.connect(say)
        self._show(page)

    def _part(self, family: Together) -> None:
        page = PartPage(self._tools, self._who(), self._now().today, family)
        page.open()

        def say(members: tuple[UUID, ...]) -> None:
            undo = partial(self._tools.office.do, families.rejoin, members)
            self._say("They are not seen together any more.", undo)

        page.saved.connect(say)
        self._show(page)

    # What is kept from whom

    def _keep(self) -> None:
        circle = self._now()
        page = KeepPage(self._tools, self._who(), circle.today, circle.people)
        page.open()

        def say(entry: UUID) -> None:
            self._say("It is on the list.", partial(self._tools.office.do, kept_from.take_back, entry))

        page.saved.connect(say)
        self._show(page)

    def _lift(self, entry: Kept) -> None:
        self._tools.office.do(kept_from.lift, entry.id)
        undo = partial(self._tools.office.do, kept_from.keep_again, entry.id)
        self._say(f"It may be shown to {entry.name} from today.", undo)

    # Deciding, growing up, dying

    def _judge(self, *, with_draft: bool = False) -> None:
        page = JudgementPage(self._tools, self._who(), self._now().today)
        page.open(with_draft=with_draft)
        page.saved.connect(lambda _note: self._tools.status.say("The judgement is written down."))
        self._show(page)

    def _read_judgement(self, judged: Judged) -> None:
        text = self._tools.office.do(competence.open_note, judged.id, self._who().id)
        self._judgements.show_text(text)

    def _confirm_due(self, due: Due) -> None:
        before = self._tools.office.do(coming_of_age.confirm, due.kind, due.id)
        self._say_due(f"{due.what}: it goes on.", before)

    def _end_due(self, due: Due) -> None:
        before = self._tools.office.do(coming_of_age.end, due.kind, due.id)
        self._say_due(f"{due.what}: it has ended.", before)

    def _say_due(self, words: str, before: Before | None) -> None:
        if before is None:
            self._tools.status.say(f"{words} The Consent tab shows it.")
        else:
            self._say(words, partial(self._tools.office.do, coming_of_age.undo, before))

    def _say_death(self, done: Recorded) -> None:
        count = done.cancelled
        stopped = f" {count} appointment{'s were' if count != 1 else ' was'} cancelled." if count else ""
        joint = f" {done.joint} with others stayed: look at them in the diary." if done.joint else ""
        words = f"The death on {show(done.died_on)} is recorded.{stopped}{joint}"
        self._say(words, partial(self._tools.office.do, deaths.undo, done.id))

    def _undo_death(self, done: Recorded) -> None:
        restored = self._tools.office.do(deaths.undo, done.id)
        left = f" {restored.left} were changed since and stay as they are." if restored.left else ""
        self._tools.status.say(f"The death was taken back. {_stand(restored.restored)} as before.{left}")

    def _face(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(label("People around them", "title"))
        head.addStretch(1)
        head.addWidget(self._add)
        left = QWidget()
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addLayout(head)
        rows.addWidget(self._list, 1)
        rows.addWidget(_Fitting(self._details, "About whoever is chosen"))
        made = QWidget()
        halves = QHBoxLayout(made)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(SPACE_M)
        halves.addWidget(left, 1)
        self._column = _column(self._cards)
        halves.addWidget(self._column)
        return made


class _Scroll(QScrollArea):
    """Scrolls what is in it up and down; a stop for Tab only while there is more than is seen."""

    def __init__(self, inside: QWidget, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().rangeChanged.connect(self._stop_where_needed)
        self.setWidget(inside)

    def _stop_where_needed(self, _least: int, most: int) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if most else Qt.FocusPolicy.NoFocus)


class _Fitting(_Scroll):
    """Shows what is in it at its full height where there is room, and scrolls it where there is not."""

    def __init__(self, inside: QWidget, name: str) -> None:
        self._inside = inside
        super().__init__(inside, name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        inside.installEventFilter(self)

    def sizeHint(self) -> QSize:
        width = max(self.viewport().width(), 1)
        return QSize(width, self._inside.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.sizeHint().height(), _LEAST_DETAILS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        elif self.parentWidget() and event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self.setHidden(self._inside.isHidden())
        return super().eventFilter(watched, event)


def _column(cards: Sequence[QWidget]) -> QScrollArea:
    """The cards one under another, scrolled where they do not fit."""
    inside = QWidget()
    rows = QVBoxLayout(inside)
    rows.setContentsMargins(0, 0, SPACE_XS, 0)
    rows.setSpacing(SPACE_S)
    for card in cards:
        rows.addWidget(card)
    rows.addStretch(1)
    made = _Scroll(inside, "What was agreed")
    made.setFixedWidth(_CARDS_WIDTH)
    return made


def _stand(count: int) -> str:
    return "1 appointment stands" if count == 1 else f"{count} appointments stand"


def _may_speak(each: KnownContact) -> str:
    return SPEAKING_WORDS[each.speaking.speaking]


def _relation(each: KnownContact) -> str:
    relation = each.details.relation or authority.WORDS[each.details.authority]
    return relation if each.is_current else f"{relation} (not now)"


class ContactDetails(QFrame):
    """Whoever the cursor is on, in full: may we speak to them first, then why, how, since when.

    Signals: change_wanted, end_wanted, record_wanted, each with the KnownContact.
    """

    change_wanted = Signal(object)
    end_wanted = Signal(object)
    record_wanted = Signal(object)

    def __init__(self, *, may_edit: bool) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._contact: KnownContact | None = None
        self._may_edit = may_edit
        self._name = label("", "heading", wraps=True)
        self._speaking = label("", wraps=True)
        self._answer = QFrame()
        answer = QHBoxLayout(self._answer)
        answer.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        answer.addWidget(self._speaking)
        self._more = label("", wraps=True)
        self._more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._record = push_button("Open their record")
        self._record.clicked.connect(lambda: self.record_wanted.emit(self._contact))
        self._change = push_button("C&hange")
        self._change.clicked.connect(lambda: self.change_wanted.emit(self._contact))
        self._end = push_button("End…")
        self._end.clicked.connect(lambda: self.end_wanted.emit(self._contact))
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._name, 1)
        for button in (self._record, self._change, self._end):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        rows.setSpacing(SPACE_S)
        rows.addLayout(head)
        rows.addWidget(self._answer)
        rows.addWidget(self._more)

    def show_contact(self, contact: KnownContact | None) -> None:
        """Show one contact, or nothing."""
        self._contact = contact
        self.setVisible(contact is not None)
        if contact is None:
            return
        number = f", No. {contact.patient_number}" if contact.patient_number else ""
        self._name.setText(f"{contact.name}, {_relation(contact)}{number}")
        self._speaking.setText(f"May we speak to them? {contact.speaking.sentence}")
        mark(self._answer, kind=_SPEAKING_KIND[contact.speaking.speaking])
        self._more.setText("\n".join(_more_about(contact)))
        self._record.setVisible(contact.is_patient)
        self._change.setVisible(self._may_edit)
        self._end.setVisible(self._may_edit and contact.is_current)


def _more_about(contact: KnownContact) -> list[str]:
    """Everything else, a line each."""
    details = contact.details
    found = ["Emergency contact"] if details.is_emergency_contact else []
    found += (
        [contact.no_ways] if contact.no_ways else list(reaching.lines(contact.ways)) or ["No number yet."]
    )
    if details.authority_seen or details.authority_seen_on:
        seen = details.authority_seen or authority.WORDS[details.authority]
        by = f", by {contact.seen_by}" if contact.seen_by else ""
        found.append(f"Seen: {seen}, {show(details.authority_seen_on)}{by}")
    found += [f"May be told or decide: {details.scope}"] if details.scope else []
    if details.valid_from or details.valid_to:
        until = f" until {show(details.valid_to)}" if details.valid_to else ""
        found.append(f"From {show(details.valid_from)}{until}")
    found += [f"Source: {details.source}"] if details.source else []
    return found
