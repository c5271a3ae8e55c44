"""A form as a page: checked while one types, saved with Ctrl+S, and kept over a lock or a crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from practice_app.errors import PracticeError
from practice_app.gui.controls import label, push_button
from practice_app.gui.forms import values
from practice_app.gui.forms.form import Field, Form
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.screen import Tools
from practice_app.rules.dates import show, show_time
from practice_app.services import form_drafts
from practice_app.services.form_drafts import Unsaved

_KEEP_AFTER_MS = 3_000
"""How long after the last key what was typed is kept."""

_ROOM_BESIDE = 1000
"""How wide a page must be, in device-independent pixels, to have something beside its form."""


def unsaved_words(unsaved: Unsaved) -> str:
    """When a form was left unsaved."""
    return f"not saved on {show(unsaved.saved_at.date())} at {show_time(unsaved.saved_at)}"


class FormPage(QWidget):
    """Shows a form until it is saved or left. Signals: saved(what `store` gave), left() without saving.

    A page says in `check` what is wrong with one field and in `store` how everything is stored. Fields named
    in `clinical` are kept sealed. Whatever was typed is kept three seconds after the last key, when the
    focus goes elsewhere and when the window locks (`park`); the next time the form is offered it.
    """

    saved = Signal(object)
    left = Signal()

    clinical: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, tools: Tools, title: str, *, save_text: str = "&Save") -> None:
        super().__init__()
        self._tools = tools
        self.form = Form()
        self.title = label(title, "title", wraps=True)
        self._draft: form_drafts.Form | None = None
        self._at_first: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self._offer = _UnsavedBar()
        self._offer.taken.connect(self._take_up)
        self._offer.thrown_away.connect(self._throw_away)
        self._keep_time = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._keep_time.timeout.connect(self.park)
        self._save = push_button(save_text, kind="primary")
        self._save.clicked.connect(self.save)
        self._cancel = push_button("&Cancel")
        self._cancel.clicked.connect(self.cancel)
        self._lay_out()

    def store(self) -> object:
        """Store what the form says through a use case; a PracticeError is shown and the form stays."""
        raise NotImplementedError

    def check(self, name: str) -> str:
        """What is wrong with a field as it stands, or ""; asked when it is left and before saving."""
        return ""

    def doubt(self, name: str) -> str:
        """What looks odd about a field, which is stored all the same, or ""; asked together with `check`."""
        return ""

    def put_beside(self, part: QWidget) -> None:
        """Put something beside the form, or above it where there is no room."""
        self._middle.insertWidget(0, part, 0, Qt.AlignmentFlag.AlignTop)

    def watch(self, field: Field) -> None:
        """Keep what is typed into this field, too; for fields that are added after `begin`."""
        values.changed(field.control).connect(self._keep_time.start)

    def begin(self, draft: form_drafts.Form, given: Mapping[str, str]) -> None:
        """Show the form with these values; what was typed earlier into the same form is offered."""
        self._draft = draft
        self._order_tabs()
        self.fill(given)
        self._at_first = self._kept = self.values()
        for field in self.form.fields:
            self.watch(field)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)
        earlier = self._tools.office.do(form_drafts.open_own, draft)
        self._offer.offer(earlier[0] if earlier else None)

    def begin_with_draft(self, draft: form_drafts.Form, given: Mapping[str, str]) -> None:
        """Like `begin`, with what was typed earlier taken up at once."""
        self.begin(draft, given)
        if not self._offer.isHidden():
            self._take_up()

    @property
    def draft(self) -> form_drafts.Form | None:
        """Which form this is."""
        return self._draft

    @property
    def is_changed(self) -> bool:
        """Whether something was typed that is not stored."""
        return self.values() != self._at_first

    def values(self) -> dict[str, str]:
        """What the fields hold, by name."""
        return {field.name: values.read(field.control) for field in self.form.fields}

    def value(self, name: str) -> str:
        """What one field holds, without spaces around it."""
        return values.read(self.form.field(name).control).strip()

    def typed(self, now: Mapping[str, str]) -> dict[str, str]:
        """Of the values `now`, those that differ from what the form began with.

        Only they are kept, so that a form taken up later does not bring back what somebody else has changed.
        """
        return {name: value for name, value in now.items() if value != self._at_first.get(name)}

    def is_clinical(self, name: str) -> bool:
        """Whether a field is kept sealed."""
        return name in self.clinical

    def fill(self, given: Mapping[str, str]) -> None:
        """Put values into the fields they name."""
        for field in self.form.fields:
            if field.name in given:
                values.write(field.control, given[field.name])

    def take_focus(self) -> None:
        """Put the focus into the first field."""
        if self.form.fields:
            self.form.fields[0].target.setFocus()

    def park(self) -> None:
        """Keep what was typed, sealed where clinical; called before a lock and while somebody types."""
        self._keep_time.stop()
        now = self.values()
        if self._draft is None or now == self._kept:
            return
        try:
            if now == self._at_first:
                self._tools.office.do(form_drafts.discard, self._draft)
            else:
                self._keep(self._draft, self.typed(now))
        except PracticeError:
            self._keep_time.start()  # the file is busy for a moment
        else:
            self._kept = now

    def save(self) -> None:
        """Check every field, store, and leave; or say what is wrong and stay."""
        if not self.passes():
            return
        try:
            done = self.store()
        except PracticeError as error:
            self.refuse(error)
            return
        self.finish(done)

    def passes(self) -> bool:
        """Whether every field passes its check; what does not is shown."""
        problems = {field.name: self.check(field.name) for field in self.form.fields}
        problems = {name: text for name, text in problems.items() if text}
        if problems:
            self._show_problems(partial(self.form.show_problems, problems))
        return not problems

    def finish(self, done: object) -> None:
        """Leave the form, which was stored."""
        self.form.clear_problems()
        self._forget_draft()
        self._at_first = self.values()
        self.saved.emit(done)

    def cancel(self) -> None:
        """Leave without saving; what was typed is thrown away, and Undo opens the form with it again."""
        typed = self.typed(self.values()) if self.is_changed else {}
        host = self.parentWidget()
        self._forget_draft()
        self.left.emit()
        if typed and isinstance(host, FormHost):
            undo = partial(self._come_back, host, typed)
            self._tools.status.say("The form was closed without saving.", undo=undo)

    def refuse(self, error: PracticeError) -> None:
        """Show why it could not be stored."""
        self._show_problems(partial(self.form.refuse, error))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        is_wide = event.size().width() >= _ROOM_BESIDE
        self._middle.setDirection(direction.RightToLeft if is_wide else direction.TopToBottom)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def _order_tabs(self) -> None:
        """Tab leads from the last field to Save: the fields were made after the buttons."""
        inside = [
            each for each in self.form.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        chain: list[QWidget] = []
        step = self.nextInFocusChain()
        while step is not None and step is not self:
            chain.append(step)
            step = step.nextInFocusChain()
        last = max((chain.index(each) for each in inside if each in chain), default=None)
        if last is not None:
            QWidget.setTabOrder(chain[last], self._save)
            QWidget.setTabOrder(self._save, self._cancel)

    def take_in(self, typed: Mapping[str, str]) -> None:
        """Put in what was typed into another page of this form, unless that would lose something."""
        if self.is_changed:
            self._tools.status.say("The same form is open with something else typed, which stays as it is.")
        else:
            self.fill(typed)
            self._keep_time.start()

    def _come_back(self, host: FormHost, typed: Mapping[str, str]) -> None:
        """Open again what was left unsaved; where another form has taken its place, offer it as a draft."""
        if isValid(self):
            host.open(self)
            self._keep_time.start()
        elif host.page is not None and host.page.draft == self._draft:
            host.page.take_in(typed)
        elif self._draft is not None:
            self._keep(self._draft, typed)
            self._tools.status.say("What you typed is kept. It is offered again when that form is opened.")

    def _keep(self, draft: form_drafts.Form, typed: Mapping[str, str]) -> None:
        """Keep values as a draft, those of clinical fields sealed."""
        plain = {name: value for name, value in typed.items() if not self.is_clinical(name)}
        clinical = {name: value for name, value in typed.items() if self.is_clinical(name)}
        self._tools.office.do(form_drafts.keep, draft, plain, clinical)

    def _forget_draft(self) -> None:
        self._keep_time.stop()
        self._offer.hide()
        self._kept = self._at_first
        if self._draft is not None:
            try:
                self._tools.office.do(form_drafts.discard, self._draft)
            except PracticeError:
                return  # the file is busy: the draft is offered once more, which loses nothing

    def _take_up(self) -> None:
        earlier = self._tools.office.do(form_drafts.open_own, self._draft) if self._draft else None
        if earlier is not None:
            self.fill(earlier[1])
            self._kept = self.values()
        self._offer.hide()
        self.take_focus()

    def _throw_away(self) -> None:
        self._forget_draft()
        self.take_focus()

    def _follow_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """Check the field that was left, and keep everything when the form was."""
        if before is None or not self.isVisible() or not self.isAncestorOf(before):
            return
        field = next((each for each in self.form.fields if each.isAncestorOf(before)), None)
        if field is not None and not _holds(field, now):
            field.set_error(self.check(field.name))
            field.set_doubt(self.doubt(field.name))
        if not _holds(self, now):
            self.park()

    def _show_problems(self, show: Callable[[], None]) -> None:
        """Show what is wrong with the summary whole in sight, and the first bad field if both fit."""
        show()
        self._look_time.start()

    def _look_at_problems(self) -> None:
        focus = self.focusWidget()
        if focus is not None and self.form.isAncestorOf(focus):
            self._scroll.ensureWidgetVisible(self.form.summary)
            self._scroll.ensureWidgetVisible(focus)

    def _lay_out(self) -> None:
        self._look_time = QTimer(self, singleShot=True, interval=0)  # when the summary has its place
        self._look_time.timeout.connect(self._look_at_problems)
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, SPACE_S, SPACE_S)
        rows.addWidget(self.form)
        rows.addStretch(1)
        scroll.setWidget(inside)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addWidget(self._save)
        foot.addWidget(self._cancel)
        foot.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE_M)
        whole.addWidget(self.title)
        whole.addWidget(self._offer)
        self._middle = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._middle.setSpacing(SPACE_M)
        self._middle.addWidget(scroll, 1)
        whole.addLayout(self._middle, 1)
        whole.addLayout(foot)


def _holds(outer: QWidget, inner: QWidget | None) -> bool:
    """Whether a widget is inside another one, or in a list that pops up from it."""
    while inner is not None and inner is not outer:
        inner = inner.parentWidget()
    return inner is outer


class _UnsavedBar(QFrame):
    """Offers what was typed into this form earlier. Signals: taken(), thrown_away()."""

    taken = Signal()
    thrown_away = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self._words = label("", "heading", wraps=True)
        take, throw = push_button("&Go on with it"), push_button("&Throw it away")
        take.clicked.connect(self.taken)
        throw.clicked.connect(self.thrown_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        row.addWidget(self._words, 1)
        row.addWidget(take)
        row.addWidget(throw)
        self.hide()

    def offer(self, unsaved: Unsaved | None) -> None:
        """Show the offer, or nothing when there is none."""
        self.setVisible(unsaved is not None)
        if unsaved is not None:
            self._words.setText(f"There is something you typed here and did {unsaved_words(unsaved)}.")


class FormHost(QStackedWidget):
    """A widget's usual face, and in its place the form that is open on it."""

    def __init__(self, home: QWidget) -> None:
        super().__init__()
        self._home = home
        self._page: FormPage | None = None
        self.addWidget(home)

    @property
    def page(self) -> FormPage | None:
        """The form that is open, or None."""
        return self._page if self._page is not None and self.currentWidget() is self._page else None

    def open(self, page: FormPage) -> None:
        """Show a form; the one before it is kept as a draft and goes."""
        if page is not self._page:
            self._let_go()
            self._page = page
            self.addWidget(page)
            page.saved.connect(partial(self._show_home, page))
            page.left.connect(partial(self._show_home, page))
        self.setCurrentWidget(page)
        page.take_focus()

    def close_page(self) -> None:
        """Keep what is typed in the open form as a draft and show the usual face."""
        self._let_go()
        self.setCurrentWidget(self._home)

    def park(self) -> None:
        """Keep what is typed in the open form."""
        if self.page is not None:
            self.page.park()

    def _show_home(self, page: FormPage, _done: object = None) -> None:
        """The page stays at hand for Undo until another one comes."""
        if page is self._page:
            self.setCurrentWidget(self._home)

    def _let_go(self) -> None:
        if self._page is not None:
            self.park()
            self.removeWidget(self._page)
            self._page.deleteLater()
            self._page = None


__all__ = ["Field", "FormHost", "FormPage", "unsaved_words"]
