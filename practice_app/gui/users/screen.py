"""Who may sign in: letting people in, changing what they may do, and closing the door behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from practice_app.errors import Defect
from practice_app.gui.actions import Action, Menu, button_for
from practice_app.gui.browse import Browse, Details, fits
from practice_app.gui.controls import announce, label, push_button
from practice_app.gui.desk import Desk, Privileged
from practice_app.gui.forms.form_page import FormHost, FormPage
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.screen import Screen, Tools
from practice_app.gui.table import Column
from practice_app.gui.users.forms import (
    ROLE_MEANS,
    ROLE_WORDS,
    WHY_USERS,
    EndForm,
    NewUserForm,
    RoleForm,
    StartPasswordForm,
)
from practice_app.rules.dates import show, show_time
from practice_app.rules.permissions import Permission
from practice_app.services import departures, key_changes, users
from practice_app.services.departures import Departure
from practice_app.services.users import User, UserState

USERS = Action("go.users", "&Users", "Ctrl+9", Permission.MANAGE_USERS, menu=Menu.GO, icon="key")


def _action(name: str, text: str, keys: str = "", icon: str = "") -> Action:
    return Action(f"users.{name}", text, keys, Permission.MANAGE_USERS, "users", icon=icon)


NEW = _action("new", "&New user", "Ctrl+N", "plus")
FIND = _action("find", "Find a user", "Ctrl+F")
CHANGE_ROLE = _action("change_role", "Chan&ge the role", "Ctrl+E", "pencil")
SET_END = _action("set_end", "Set an &end date")
RESET_PASSWORD = _action("reset_password", "New start &password")
DISABLE = _action("disable", "&Disable…")
ENABLE = _action("enable", "Let in &again")
CHANGE_KEYS = _action("change_keys", "Change the &keys…", icon="lock")

KEYS_PHRASE = "change the keys"
_WHY_KEYS = "You are about to change the practice's keys."
_KEYS_WORDS = (
    "The practice is encrypted anew, and its sealed texts are sealed anew. Nobody's password changes, and "
    "nobody else may be signed in meanwhile. Backups made before keep the old keys: make a new one "
    "afterwards and destroy those. Somebody who was a director may have copied the directors' own key, "
    "which this does not change."
)
_LAST_SIGN_IN, _UNTIL = 3, 4

_STATE_WORDS = {
    UserState.ACTIVE: "Can sign in",
    UserState.ENDED: "Ended",
    UserState.DISABLED: "Disabled",
    UserState.NO_SLOT: "Not let in on this copy",
}


def moment_words(at: datetime | None) -> str:
    """When somebody was last here, in this PC's time."""
    if at is None:
        return "Never"
    here = at.astimezone()
    return f"{show(here.date())} {show_time(here)}"


@dataclass(frozen=True, slots=True)
class _Group:
    title: str
    facts: tuple[tuple[str, str], ...]


class UsersScreen(Screen):
    """Everybody with an account. Signals: keys_wanted(folder for a backup, or None) to change the keys."""

    keys_wanted = Signal(object)

    place = "users"
    shows = frozenset({"user_account", "person", "vault", "backup"})
    entry = USERS
    is_made_late = True

    @classmethod
    def is_offered(cls, tools: Tools) -> bool:
        """Directors only, and only where a door stands behind the window."""
        return super().is_offered(tools) and tools.desk is not None

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        if tools.desk is None:
            raise Defect("Users are changed at the door, and there is none.")
        self._desk: Desk = tools.desk
        self._made = {
            action: tools.actions.add(action, self, partial(self._act, slot))
            for action, slot in (
                (NEW, self.add),
                (FIND, self._find),
                (CHANGE_ROLE, self.change_role),
                (SET_END, self.set_end),
                (RESET_PASSWORD, self.reset_password),
                (DISABLE, self.disable),
                (ENABLE, self.enable),
                (CHANGE_KEYS, self.change_keys),
            )
        }
        offered = (CHANGE_ROLE, SET_END, RESET_PASSWORD, DISABLE, ENABLE)
        details = Details(name="About this user", buttons=[button_for(self._made[each]) for each in offered])
        self._facts = details.facts
        self._bar = DepartureBar()
        self._bar.change_wanted.connect(lambda: self._act(self.change_keys))
        self._bar.kept.connect(self._keep_keys)
        self._altered = AlteredBar()
        self._altered.confirmed.connect(self._confirm)
        self.browse: Browse[User] = Browse(
            "Users",
            [
                Column("Name", lambda user: user.name, stretches=True, is_whole=True),
                Column("Role", lambda user: ROLE_WORDS[user.role], widest="Receptionist"),
                Column("State", _state_words, widest="Must change password"),
                Column(
                    "Last sign-in", lambda user: user.last_sign_in, moment_words, widest="00-Mmm-0000 00:00"
                ),
                Column("Until", lambda user: user.not_after, show, widest="00-Mmm-0000"),
            ],
            lambda user: user.id,
            find="Find a user",
            placeholder="Part of the name or the role",
            empty="There are no users.",
            icon="users",
            side=details,
            buttons=[button_for(self._made[CHANGE_KEYS]), button_for(self._made[NEW], kind="primary")],
            wide_only=(_LAST_SIGN_IN, _UNTIL),
        )
        self.browse.searched.connect(lambda _text: self._show_found())
        self.browse.chosen.connect(self._show)
        self.browse.opened.connect(lambda _user: self._act(self.change_role))
        home = QWidget()
        rows = QVBoxLayout(home)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        for part in (self._altered, self._bar):
            rows.addWidget(part)
        rows.addWidget(self.browse, 1)
        self.host = FormHost(home)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.host)
        self._stale = True

    def refresh(self) -> None:
        """Read the users again, and what waits to be decided."""
        self._show_found()
        self._altered.setVisible(not self._office.do(users.is_confirmed))
        waiting = self._office.do(departures.waiting)
        self._bar.show_waiting(
            waiting, self._office.do(key_changes.minutes_needed, self._desk.folder) if waiting else 0
        )

    def take_focus(self) -> None:
        """Put the focus on the form that is open, or on the list."""
        if self.host.page is not None:
            self.host.page.take_focus()
        else:
            self.browse.table.setFocus()

    def park(self) -> None:
        """Keep what is typed."""
        self.host.park()

    def add(self) -> None:
        """Let somebody in."""
        self._open(NewUserForm(self._tools, self._desk))

    def change_role(self) -> None:
        """Change what the user in hand may do."""
        user = self._changeable
        if user is not None:
            self._open(RoleForm(self._tools, self._desk, user))

    def set_end(self) -> None:
        """Set the last day the user in hand can sign in."""
        user = self.browse.current
        if user is not None:
            self._open(EndForm(self._tools, self._desk, user))

    def reset_password(self) -> None:
        """Give the user in hand a start password."""
        user = self._changeable
        if user is not None:
            self._open(StartPasswordForm(self._tools, self._desk, user, is_new=False))

    def enable(self) -> None:
        """Let the user in hand in again."""
        user = self.browse.current
        if user is not None:
            self._open(StartPasswordForm(self._tools, self._desk, user, is_new=True))

    def disable(self) -> None:
        """Take the sign-in of the user in hand away; what that leaves is said in the bar above the list."""
        user = self._changeable
        if user is None or not self._tools.asker.confirm(
            f"Disable {user.spoken_name}?",
            f"{user.spoken_name} can then no longer sign in here. Whatever they entered stays. You can let "
            "them in again later, with a new start password.",
            f"Disable {user.spoken_name}",
        ):
            return
        if self._desk.is_really_me(Privileged.USERS, WHY_USERS):
            job = self._desk.disable_user(user.id)
            job.finished.connect(lambda _nothing: self._tell_departure(user))
            job.failed.connect(lambda error: self._tools.status.say(str(error)))

    def change_keys(self) -> None:
        """Change the keys, after everything that has to be said about it."""
        if not self._tools.asker.typed(
            "Change the keys?",
            _KEYS_WORDS,
            KEYS_PHRASE,
            "Change the keys",
        ):
            return
        if not self._desk.is_really_me(Privileged.KEYS, _WHY_KEYS):
            return
        target = self._tools.asker.folder("Where shall the backup go that is made first?")
        if target is not None:
            self.keys_wanted.emit(target)

    @property
    def _changeable(self) -> User | None:
        """The user in hand, unless it is oneself."""
        user = self.browse.current
        return user if user is not None and not user.is_oneself else None

    def _find(self) -> None:
        self.browse.begin_search()

    def _act(self, slot: Callable[[], None]) -> None:
        if self.host.page is None:
            slot()

    def _show_found(self, stay_on: UUID | None = None) -> None:
        found = self._office.do(users.everybody, self._desk.folder)
        text = self.browse.text
        self.browse.show_rows([each for each in found if fits(text, each.name, each.role.value)], stay_on)

    def _show(self, user: User | None) -> None:
        if user is not None:
            self._facts.show_groups([_Group(user.name, self._facts_about(user))])
        is_other = user is not None and not user.is_oneself
        can_sign_in = user is not None and user.state in (UserState.ACTIVE, UserState.ENDED)
        is_out = user is not None and user.state in (UserState.DISABLED, UserState.NO_SLOT)
        for action, can in (
            (CHANGE_ROLE, is_other and can_sign_in),
            (SET_END, is_other and can_sign_in),
            (RESET_PASSWORD, is_other and can_sign_in),
            (DISABLE, is_other and user is not None and user.state is not UserState.DISABLED),
            (ENABLE, is_other and is_out),
        ):
            self._made[action].setVisible(can)

    def _facts_about(self, user: User) -> tuple[tuple[str, str], ...]:
        facts = (
            ("Role", ROLE_WORDS[user.role]),
            ("May", self._tools.said(ROLE_MEANS[user.role])),
            ("State", _STATE_WORDS[user.state]),
            ("Last sign-in", moment_words(user.last_sign_in)),
            ("Can sign in until", show(user.not_after) if user.not_after else ""),
            ("Password", "Must be changed at the next sign-in" if user.must_change_password else ""),
            ("You", "This is your own account; another director can change it." if user.is_oneself else ""),
        )
        return tuple(fact for fact in facts if fact[1])

    def _open(self, page: FormPage) -> None:
        def go_back(done: object = None) -> None:
            self._show_found(stay_on=done if isinstance(done, UUID) else None)
            self.browse.table.setFocus()

        page.saved.connect(go_back)
        page.left.connect(go_back)
        self.host.open(page)

    def _tell_departure(self, user: User) -> None:
        self.refresh()
        self._tools.status.say(f"{user.spoken_name} can no longer sign in here.")
        self._bar.take_focus()

    def _keep_keys(self) -> None:
        self._office.do(departures.keep_keys)
        self._tools.status.say("It was noted that the keys stay as they are.")
        self.refresh()

    def _confirm(self) -> None:
        if self._desk.is_really_me(Privileged.USERS, "You are about to confirm the list of users."):
            self._office.do(users.confirm)
            self._tools.status.say("The list of users was confirmed.")
            self.refresh()


def _state_words(user: User) -> str:
    if user.state is UserState.ACTIVE and user.must_change_password:
        return "Must change password"
    return _STATE_WORDS[user.state]


class DepartureBar(QFrame):
    """Who left and may have taken copies. Signals: change_wanted(), kept() when the keys shall stay."""

    change_wanted = Signal()
    kept = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self._words = label("", "heading", wraps=True)
        self._change = push_button("C&hange keys now", kind="primary")
        self._later = push_button("La&ter, remind the director")
        self._keep = push_button("Lea&ve the keys", kind="link")
        self._change.clicked.connect(self.change_wanted)
        self._later.clicked.connect(self.hide)
        self._keep.clicked.connect(self.kept)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        for button in (self._change, self._later, self._keep):
            buttons.addWidget(button)
        buttons.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        rows.setSpacing(SPACE_S)
        rows.addWidget(self._words)
        rows.addLayout(buttons)
        self.hide()

    def show_waiting(self, waiting: tuple[Departure, ...], minutes: int) -> None:
        """Say who left since the keys were changed, or nothing."""
        self.setVisible(bool(waiting))
        if waiting:
            self._words.setText(departure_words([each.name for each in waiting], minutes))

    def take_focus(self) -> None:
        """Lead to the decision, and have it read."""
        self._change.setFocus()
        announce(self, self._words.text())


def departure_words(who: list[str], minutes: int) -> str:
    """What disabling somebody means and what it does not (keys.md 2)."""
    *before, last = who
    listed = f"{', '.join(before)} and {last}" if before else last
    taker = "they" if before else last
    about = "1 minute" if minutes == 1 else f"{minutes} minutes"
    return (
        f"{listed} can no longer sign in here. Copies {taker} may have taken stay readable until you change "
        f"the keys (about {about})."
    )


class AlteredBar(QFrame):
    """Says that the list was altered outside the program. Signals: confirmed() once it was looked through."""

    confirmed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "problem")
        words = label(
            "This list was changed outside this program. Look at every line: put right what is wrong, then "
            "confirm the list.",
            "heading",
            wraps=True,
        )
        confirm = push_button("Con&firm the list")
        confirm.clicked.connect(self.confirmed)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        row.addWidget(words, 1)
        row.addWidget(confirm)
        self.hide()
