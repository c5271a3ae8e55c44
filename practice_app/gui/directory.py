"""The directory of GP practices and GPs: found as one types, kept by the NHS's file and by hand."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from practice_app.gui.actions import Action, Menu, button_for
from practice_app.gui.browse import Browse, Details
from practice_app.gui.controls import label
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormHost, FormPage
from practice_app.gui.forms.practice_picker import PracticePicker
from practice_app.gui.forms.shared_form import SharedFormPage
from practice_app.gui.job_panel import Outcome
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.screen import Screen, Tools
from practice_app.gui.table import Column
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.services import directory, form_drafts, imports
from practice_app.services.directory import Entry, EntryKind, GPRow, PracticeDetails, PracticeShown
from practice_app.services.imports.request import PRACTICES

DIRECTORY = Action(
    "go.directory", "GP &directory", "Ctrl+8", Permission.FIND_PEOPLE, menu=Menu.GO, icon="stethoscope"
)


def _action(
    name: str, text: str, keys: str = "", icon: str = "", permission: Permission = Permission.EDIT_PEOPLE
) -> Action:
    return Action(f"directory.{name}", text, keys, permission, "directory", icon=icon)


NEW = _action("new", "&New GP practice", "Ctrl+N", "plus")
FIND = _action("find", "Find in the GP directory", "Ctrl+F", permission=Permission.FIND_PEOPLE)
TAKE_IN = _action("take_in", "Take &in the NHS directory…", permission=Permission.IMPORT_FILES)
CHANGE = _action("change", "Chan&ge the practice", "Ctrl+E", "pencil")
ADD_GP = _action("add_gp", "&Add a GP", "Ctrl+Shift+G", "plus")
CLOSE = _action("close", "Close the practice")
OPEN_AGAIN = _action("open_again", "&Open it again")
RENAME_GP = _action("rename_gp", "&Rename the GP")
MOVE_GP = _action("move_gp", "&Move the GP")

_CODE, _WHERE = 1, 3
_MOST = 200
_WIDEST_FORM = 640
_NOTES_HEIGHT = 80
_CSV = "Directory of practices (*.csv)"
_WARNINGS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Group:
    title: str
    facts: tuple[tuple[str, str], ...]


class DirectoryScreen(Screen):
    """Practices and GPs in one list; beside it the practice, its GPs and how many are registered there."""

    place = "directory"
    shows = frozenset({"gp_practice", "gp", "person", "patient"})
    entry = DIRECTORY
    is_made_late = True

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._shown: PracticeShown | None = None
        self._made = {
            action: tools.actions.add(action, self, partial(self._act, slot))
            for action, slot in (
                (NEW, self.add),
                (FIND, self._find),
                (TAKE_IN, self.take_in),
                (CHANGE, self.change),
                (ADD_GP, self.add_gp),
                (CLOSE, self.close_practice),
                (OPEN_AGAIN, self.open_again),
                (RENAME_GP, self.rename_gp),
                (MOVE_GP, self.move_gp),
            )
        }
        offered = (CHANGE, ADD_GP, RENAME_GP, MOVE_GP, CLOSE, OPEN_AGAIN)
        buttons = [button_for(self._made[each]) for each in offered]
        self._change = buttons[0]
        self._details = Details(name="About this practice", buttons=buttons)
        self._edition = label("", "muted", wraps=True)
        self.browse: Browse[Entry] = Browse(
            "GP directory",
            [
                Column("Name", lambda entry: entry.name, stretches=True, is_whole=True),
                Column("Code", lambda entry: entry.code, widest="A00000"),
                Column("Postcode", lambda entry: entry.postcode, widest="AA00 0AA"),
                Column(
                    "Address or practice",
                    lambda entry: entry.at,
                    widest="14 Quay Street, Ramsgate, CT11 8AA",
                    is_whole=True,
                ),
                Column("", lambda entry: "Closed" if entry.is_closed else "", widest="Closed"),
            ],
            lambda entry: entry.id,
            find="Find a GP practice or GP",
            placeholder="Name, NHS code, postcode or town",
            empty="The directory is empty. Take in the NHS directory, or enter a practice by hand.",
            icon="stethoscope",
            side=self._details,
            wide_only=(_CODE, _WHERE),
            buttons=[button_for(self._made[TAKE_IN]), button_for(self._made[NEW], kind="primary")],
        )
        self.browse.searched.connect(lambda _text: self._show_found())
        self.browse.chosen.connect(self._show)
        self.browse.opened.connect(lambda _entry: self._act(self.change))
        self.host = FormHost(self._home())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.host)
        self.refresh()

    def refresh(self) -> None:
        """Search again; the cursor stays on its row."""
        edition = self._office.do(directory.edition)
        self._edition.setText(
            f"NHS directory of {show(edition)}, and what was entered by hand."
            if edition
            else "The NHS directory has not been taken in. What stands here was entered by hand."
        )
        self._show_found()

    def take_focus(self) -> None:
        """Put the focus on the form that is open, or in the field."""
        if self.host.page is not None:
            self.host.page.take_focus()
        else:
            self.browse.begin_search()

    def park(self) -> None:
        """Keep what is typed."""
        self.host.park()

    def add(self) -> None:
        """Enter a practice by hand."""
        self._open(PracticeForm(self._tools, None))

    def change(self) -> None:
        """Change the practice in hand, or the notes on one of the NHS's."""
        if self._shown is not None and self._made[CHANGE].isVisible():
            self._open(PracticeForm(self._tools, self._shown))

    def close_practice(self) -> None:
        """Close the practice in hand, which was entered by hand."""
        shown = self._shown
        if shown is not None:
            self._office.do(directory.close_practice, shown.id)
            self._say(f"{shown.details.name} is closed.", directory.open_practice_again, shown.id)

    def open_again(self) -> None:
        """Take the closing back."""
        shown = self._shown
        if shown is not None:
            self._office.do(directory.open_practice_again, shown.id)
            self._say(f"{shown.details.name} is open again.", directory.close_practice, shown.id)

    def add_gp(self) -> None:
        """Enter a GP at the practice in hand."""
        if self._shown is not None:
            self._open(GPForm(self._tools, self._shown, None))

    def rename_gp(self) -> None:
        """Give the GP in hand another name."""
        gp = self._gp
        if gp is not None:
            self._open(GPForm(self._tools, self._shown, gp))

    def move_gp(self) -> None:
        """Put the GP in hand at another practice."""
        gp = self._gp
        if gp is not None:
            self._open(MoveGPForm(self._tools, gp))

    def take_in(self) -> None:
        """Take in an edition of the NHS directory, as a job."""
        path = self._tools.asker.open_file("Which file is the NHS directory of practices?", _CSV)
        if path is not None:
            request = imports.Request(kind=PRACTICES, path=path)
            job = self._office.start(imports.run, request)
            self._tools.jobs.follow(job, "Taking in the NHS directory", self._taken_in)

    @property
    def _gp(self) -> GPRow | None:
        """The GP in hand, as their practice lists them."""
        entry = self.browse.current
        if entry is None or entry.kind is not EntryKind.GP:
            return None
        there = self._shown.gps if self._shown else self._office.do(directory.gps_without_practice)
        return next((gp for gp in there if gp.id == entry.id), None)

    def _home(self) -> QWidget:
        home = QWidget()
        rows = QVBoxLayout(home)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addWidget(self.browse, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_M)
        foot.addWidget(self._edition, 1)
        rows.addLayout(foot)
        return home

    def _find(self) -> None:
        self.browse.begin_search()

    def _show_found(self, stay_on: UUID | None = None) -> None:
        found = self._office.do(directory.find, self.browse.text, limit=_MOST)
        if len(found) >= _MOST:
            self.browse.count.setText(f"The first {_MOST}. Type more to narrow them down.")
        else:
            self.browse.count.setText(f"{len(found)} found" if self.browse.text else "")
        self.browse.show_rows(found, stay_on)

    def _show(self, entry: Entry | None) -> None:
        self._shown = None
        if entry is not None and entry.practice is not None:
            self._shown = self._office.do(directory.open_practice, entry.practice)
            self._details.facts.show_groups(_groups(self._shown, self._tools))
        elif entry is not None:
            facts = (("Practice", "Nobody has put this GP at a practice."),)
            self._details.facts.show_groups([_Group(entry.name, facts)])
        self._offer(entry)

    def _offer(self, entry: Entry | None) -> None:
        """Offer what can be done with the row in hand by whoever may do it."""
        shown = self._shown
        may = Permission.EDIT_PEOPLE in self._office.actor.permissions
        is_open, by_hand = (
            shown is not None and shown.closed_on is None,
            shown is not None and shown.is_by_hand,
        )
        is_gp = entry is not None and entry.kind is EntryKind.GP
        for action, can in (
            (CHANGE, shown is not None),
            (ADD_GP, is_open),
            (CLOSE, is_open and by_hand and not is_gp),
            (OPEN_AGAIN, shown is not None and not is_open and by_hand),
            (RENAME_GP, is_gp),
            (MOVE_GP, is_gp),
        ):
            self._made[action].setVisible(may and can)
        if shown is not None:
            self._change.setText(CHANGE.text if by_hand else "Chan&ge the notes")

    def _act(self, slot: Any) -> None:
        if self.host.page is None:
            slot()

    def _say(self, words: str, undo: Any, id: UUID) -> None:
        self._tools.status.say(words, undo=lambda: self._office.do(undo, id))

    def _open(self, page: FormPage) -> None:
        def go_back(done: object = None) -> None:
            if isinstance(done, UUID):
                if not self._has(done):
                    self.browse.search.clear()
                self._show_found(stay_on=done)
            self.browse.table.setFocus()

        page.saved.connect(go_back)
        page.left.connect(go_back)
        self.host.open(page)

    def _has(self, id: UUID) -> bool:
        found = self._office.do(directory.find, self.browse.text, limit=_MOST)
        return any(entry.id == id for entry in found)

    def _taken_in(self, outcome: imports.Outcome) -> Outcome:
        sentence = (
            f"The NHS directory was taken in: {outcome.added:,} new, {outcome.updated:,} changed, "
            f"{outcome.unchanged:,} as before."
        )
        warnings = [self._tools.said(each.text) for each in outcome.warnings]
        more = len(warnings) - _WARNINGS_SHOWN
        shown = warnings[:_WARNINGS_SHOWN] + ([f"… and {more:,} more."] if more > 0 else [])
        return Outcome(sentence, tuple(shown))


def _groups(shown: PracticeShown, tools: Tools) -> list[_Group]:
    details = shown.details
    source = f"NHS directory of {show(shown.edition)}" if shown.edition else "Entered by hand"
    closed = f"Closed on {show(shown.closed_on)}" if shown.closed_on else shown.status.capitalize()
    facts = (
        ("State", closed or "Open"),
        ("NHS code", details.ods_code),
        ("Address", ", ".join(filter(None, (details.address, details.postcode)))),
        ("Phone", details.phone),
        ("Source", source),
        (tools.said("Patients here"), f"{shown.patients:,} registered with it"),
        ("Notes", details.notes),
    )
    gps = tuple(("GP", f"{gp.name}, {_count(gp.patients, tools)}") for gp in shown.gps)
    return [
        _Group(details.name, tuple(fact for fact in facts if fact[1])),
        _Group("GPs here", gps or (("GP", "None entered"),)),
    ]


def _count(patients: int, tools: Tools) -> str:
    return tools.said("1 patient here" if patients == 1 else f"{patients:,} patients here")


class PracticeForm(SharedFormPage):
    """A practice by hand, or the notes on one of the NHS's."""

    def __init__(self, tools: Tools, shown: PracticeShown | None) -> None:
        super().__init__(tools, f"Change {shown.details.name}" if shown else "New GP practice")
        self._id = shown.id if shown else None
        self._before = shown.details if shown else PracticeDetails(name="")
        self._only_notes = shown is not None and not shown.is_by_hand
        self.form.setMaximumWidth(_WIDEST_FORM)
        if self._only_notes:
            self.form.add_part(
                label("The NHS directory keeps this practice; your notes on it are your own.", wraps=True)
            )
        else:
            self._add_facts()
        notes = QPlainTextEdit()
        notes.setTabChangesFocus(True)
        notes.setFixedHeight(_NOTES_HEIGHT)
        self.form.add(Field("notes", "N&otes", notes, hint="How they like to be written to, for example."))
        given = {field.name: getattr(self._before, field.name) for field in fields(PracticeDetails)}
        self.begin(form_drafts.Form("gp_practice", record=self._id), given)

    def check(self, name: str) -> str:
        """See FormPage.check."""
        return "Enter the practice's name." if name == "name" and not self.value(name) else ""

    def store(self) -> UUID:
        """Enter or change the practice; gives its id."""
        office, wanted = self._tools.office, self._wanted()
        if self._id is None:
            id = office.do(directory.add_practice, wanted)
            self._tools.status.say(
                f"{wanted.name} was entered.", undo=lambda: office.do(directory.take_practice_back, id)
            )
            return id
        id, before = self._id, self._before
        office.do(directory.change_practice, id, before, wanted)
        after = office.do(directory.open_practice, id).details
        self._tools.status.say(
            f"{after.name} was changed.",
            undo=lambda: office.do(directory.change_practice, id, after, before),
        )
        return id

    def read_again(self) -> None:
        """See SharedFormPage.read_again."""
        if self._id is not None:
            self._before = self._tools.office.do(directory.open_practice, self._id).details

    def _add_facts(self) -> None:
        self.form.add(Field("name", "&Name", QLineEdit()))
        self.form.add(Field("address", "&Address", QLineEdit(), hint="On one line, with the town."))
        self.form.add_row(Field("postcode", "&Postcode", QLineEdit()), Field("phone", "P&hone", QLineEdit()))
        self.form.add(Field("ods_code", "NHS co&de", QLineEdit(), hint="If it is known, like A81001."))

    def _wanted(self) -> PracticeDetails:
        typed = self.values()
        return PracticeDetails(
            **{
                field.name: typed.get(field.name, getattr(self._before, field.name))
                for field in fields(PracticeDetails)
            }
        )


class GPForm(SharedFormPage):
    """A GP's name: a new one at a practice, or another for one who is there."""

    def __init__(self, tools: Tools, at: PracticeShown | None, gp: GPRow | None) -> None:
        title = f"Rename {gp.name}" if gp else f"New GP at {at.details.name if at else ''}"
        super().__init__(tools, title)
        self._at, self._id = at, gp.id if gp else None
        self._before = gp.typed_name if gp else ""
        self.form.setMaximumWidth(_WIDEST_FORM)
        hint = "With the title, like Dr Rose Okafor."
        if gp and gp.patients:
            hint += " Letters that were sent keep the old name."
        self.form.add(Field("name", "&Name", QLineEdit(), hint=hint))
        self.begin(form_drafts.Form("gp", record=self._id or (at.id if at else None)), {"name": self._before})

    def check(self, name: str) -> str:
        """See FormPage.check."""
        return "" if self.value(name) else "Enter the GP's name, like Dr Rose Okafor."

    def store(self) -> UUID | None:
        """Add or rename the GP; gives their id."""
        office, name = self._tools.office, self.value("name")
        if self._id is not None:
            id, before = self._id, self._before
            office.do(directory.rename_gp, id, before, name)
            self._tools.status.say(
                f"{before} is called {name} now.",
                undo=lambda: office.do(directory.rename_gp, id, name, before),
            )
            return id
        if self._at is None:
            return None
        added = office.do(directory.add_gp, self._at.id, name)
        self._tools.status.say(f"{name} was entered.", undo=lambda: office.do(directory.take_gp_back, added))
        return added

    def read_again(self) -> None:
        """See SharedFormPage.read_again."""
        if self._id is not None and self._at is not None:
            gps = self._tools.office.do(directory.open_practice, self._at.id).gps
            self._before = next((gp.typed_name for gp in gps if gp.id == self._id), self._before)


class MoveGPForm(FormPage):
    """Where a GP works now."""

    def __init__(self, tools: Tools, gp: GPRow) -> None:
        super().__init__(tools, f"Move {gp.name}", save_text="&Move the GP")
        self._gp = gp
        self.form.setMaximumWidth(_WIDEST_FORM)
        picker = PracticePicker(tools.office)
        stay = tools.said("Their patients stay registered where they are; ask them.") if gp.patients else ""
        self.form.add(Field("practice", "GP &practice they work at now", picker, hint=stay))
        self.begin(form_drafts.Form("move_gp", record=gp.id), {})

    def check(self, name: str) -> str:
        """See FormPage.check."""
        return "" if self.value(name) else "Choose the practice."

    def store(self) -> UUID:
        """Move the GP; gives their id."""
        office, gp = self._tools.office, self._gp
        moved = office.do(directory.move_gp, gp.id, UUID(self.value("practice")))
        asked = f" Patients who have this GP here: {moved.patients:,}; ask them."
        here = self._tools.said(asked) if moved.patients else ""
        self._tools.status.say(
            f"{gp.name} was moved.{here}",
            undo=lambda: _nothing(office.do(directory.move_gp, gp.id, moved.before)),
        )
        return gp.id


def _nothing(_done: object) -> None:
    """What undoing gives is not looked at."""
