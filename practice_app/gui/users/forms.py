"""The forms of the users screen: somebody new, another role, a start password, an end date."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QLineEdit

from practice_app.errors import Invalid
from practice_app.gui.controls import PasswordEdit, label, push_button
from practice_app.gui.desk import Desk, Privileged
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.forms.slow_form import SlowFormPage
from practice_app.gui.jobs import Job
from practice_app.gui.screen import Tools
from practice_app.rules.dates import show
from practice_app.rules.permissions import CLINICAL_ROLES, Role
from practice_app.rules.typed_dates import Leaning
from practice_app.services import form_drafts, start_passwords, users
from practice_app.services.users import User

WHY_USERS = "You are about to change who may sign in."
_WIDEST_FORM = 560

ROLE_WORDS = {role: role.value.capitalize() for role in Role}

ROLE_MEANS = {
    Role.RECEPTIONIST: (
        "Sees who the patients are, the diary and whatever reception may read. Never session notes, alerts "
        "or allergies: their sign-in holds no key that opens them."
    ),
    Role.THERAPIST: (
        "Sees what a receptionist sees, and the session notes, alerts and allergies of their patients."
    ),
    Role.DIRECTOR: "May do everything: users, keys, settings, imports, and every record.",
}


def role_change_words(before: Role, after: Role) -> str:
    """What changing a role does beyond what the new one may see (keys.md: taking a key stops no copy)."""
    if before in CLINICAL_ROLES and after not in CLINICAL_ROLES:
        return (
            "The clinical key is taken from their sign-in. What they copied while they held it stays "
            "readable to them until you change the keys."
        )
    if before is Role.DIRECTOR and after is not Role.DIRECTOR:
        return "The directors' key is taken from their sign-in. It may have been copied while they held it."
    if before not in CLINICAL_ROLES and after in CLINICAL_ROLES:
        return "They get the clinical key: from their next sign-in on they can open session notes."
    return "It counts from their next sign-in on."


class _UserForm(SlowFormPage):
    """A form whose saving first asks for one's own password and then takes its time at the door."""

    def __init__(self, tools: Tools, desk: Desk, title: str, *, save_text: str) -> None:
        super().__init__(tools, title, save_text=save_text)
        self._desk = desk
        self.form.setMaximumWidth(_WIDEST_FORM)

    def act(self) -> Job:
        """Begin what the form is for."""
        raise NotImplementedError

    def start(self) -> Job | None:
        """See SlowFormPage.start."""
        return self.act() if self._desk.is_really_me(Privileged.USERS, WHY_USERS) else None


class _StartPassword:
    """A start password, suggested and shown; another can be suggested or typed."""

    def __init__(self, form: FormPage) -> None:
        self._edit = PasswordEdit()
        self._edit.reveal()
        another = push_button("Suggest an&other", kind="link")
        another.clicked.connect(self.suggest)
        form.form.add(
            Field(
                "password",
                "Start pass&word",
                self._edit,
                hint="Tell it in person or by phone. At the first sign-in they must choose their own.",
            )
        )
        form.form.add_part(another)
        self.suggest()

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self._edit.line.text()

    def suggest(self) -> None:
        """Put a new suggestion into the field."""
        self._edit.line.setText(start_passwords.suggestion())


class NewUserForm(_UserForm):
    """Somebody new: name, role and start password."""

    def __init__(self, tools: Tools, desk: Desk) -> None:
        super().__init__(tools, desk, "New user", save_text="&Save and let them in")
        self.form.add(Field("name", "&Name", QLineEdit(), hint="As they sign in, like Sam Price."))
        self._role = Choice([(role.value, ROLE_WORDS[role]) for role in Role])
        self.form.add(Field("role", "&Role", self._role))
        self._means = label("", "muted", wraps=True)
        self.form.add_part(self._means)
        self._password = _StartPassword(self)
        self._role.changed.connect(self._explain)
        self.begin(form_drafts.Form("user"), {"role": Role.RECEPTIONIST.value})
        self._explain()

    def check(self, name: str) -> str:
        """See FormPage.check."""
        return "Enter their name, like Sam Price." if name == "name" and not self.value(name) else ""

    def act(self) -> Job:
        """See _UserForm.act."""
        name, password = self.value("name"), self._password.text
        job = self._desk.add_user(name, Role(self.value("role")), password)
        job.finished.connect(lambda _id: _tell(self._tools, name, password))
        return job

    def _explain(self) -> None:
        self._means.setText(self._tools.said(ROLE_MEANS[Role(self._role.value())]))


class RoleForm(_UserForm):
    """Another role, with what follows from it in words."""

    def __init__(self, tools: Tools, desk: Desk, user: User) -> None:
        super().__init__(tools, desk, f"What {user.spoken_name} may do", save_text="&Save the role")
        self._user = user
        self._role = Choice([(role.value, ROLE_WORDS[role]) for role in Role])
        self.form.add(Field("role", "&Role", self._role))
        self._means, self._follows = label("", "muted", wraps=True), label("", wraps=True)
        self.form.add_part(self._means)
        self.form.add_part(self._follows)
        self._role.changed.connect(self._explain)
        self.begin(form_drafts.Form("user_role", record=user.id), {"role": user.role.value})
        self._explain()

    def check(self, name: str) -> str:
        """See FormPage.check."""
        same = Role(self.value("role")) is self._user.role
        return f"{self._user.spoken_name} has this role already." if same else ""

    def act(self) -> Job:
        """See _UserForm.act."""
        role, user = Role(self.value("role")), self._user
        job = self._desk.set_role(user.id, role)
        said = f"{user.spoken_name} is a {role.value} from the next sign-in on."
        job.finished.connect(lambda _nothing: self._tools.status.say(said))
        return job

    def _explain(self) -> None:
        role = Role(self._role.value())
        self._means.setText(self._tools.said(ROLE_MEANS[role]))
        self._follows.setText("" if role is self._user.role else role_change_words(self._user.role, role))


class StartPasswordForm(_UserForm):
    """A start password for somebody who forgot theirs, or who is let in again."""

    def __init__(self, tools: Tools, desk: Desk, user: User, *, is_new: bool) -> None:
        title = f"Let {user.spoken_name} in again" if is_new else f"A start password for {user.spoken_name}"
        super().__init__(
            tools, desk, title, save_text="&Save and let them in" if is_new else "&Save the start password"
        )
        self._user, self._is_new = user, is_new
        if is_new:
            words = (
                f"{user.spoken_name} is let in as a {user.role.value}, with a new start password. The notes "
                "only they can open stay theirs, as long as their key is kept here."
            )
        else:
            words = "The password they have stops working at once. Their notes and their key stay."
        self.form.add_part(label(words, wraps=True))
        self._password = _StartPassword(self)
        self.begin(form_drafts.Form("start_password", record=user.id), {})

    def act(self) -> Job:
        """See _UserForm.act."""
        user, password = self._user, self._password.text
        begin = self._desk.enable_user if self._is_new else self._desk.reset_password
        job = begin(user.id, password)
        job.finished.connect(lambda _nothing: _tell(self._tools, user.spoken_name, password))
        return job


class EndForm(FormPage):
    """The last day somebody can sign in; an empty field lets them stay."""

    def __init__(self, tools: Tools, desk: Desk, user: User) -> None:
        title = f"Until when {user.spoken_name} can sign in"
        super().__init__(tools, title, save_text="&Save")
        self._user, self._desk = user, desk
        self.form.setMaximumWidth(_WIDEST_FORM)
        hint = "Empty for no end. At a director's first sign-in afterwards the account is disabled."
        self._day = DateEdit(tools.office.today, leaning=Leaning.FUTURE)
        self.form.add(Field("not_after", "Last &day", self._day, hint=hint))
        given = user.not_after.isoformat() if user.not_after else ""
        self.begin(form_drafts.Form("user_end", record=user.id), {"not_after": given})

    def check(self, name: str) -> str:
        """See FormPage.check."""
        try:
            _ = self._day.day
        except Invalid as error:
            return str(error)
        return ""

    def save(self) -> None:
        """Ask for one's own password first."""
        if self._desk.is_really_me(Privileged.USERS, WHY_USERS):
            super().save()

    def store(self) -> UUID:
        """Set the end; gives the user's id."""
        office, user, day = self._tools.office, self._user, self._day.day
        before = office.do(users.set_end, user.id, day)
        until = f"can sign in until {show(day)}" if day else "can sign in without an end"
        self._tools.status.say(
            f"{user.spoken_name} {until}.", undo=lambda: _nothing(office.do(users.set_end, user.id, before))
        )
        return user.id


def _tell(tools: Tools, name: str, password: str) -> None:
    """Show the start password this once."""
    tools.status.say(f"{name} can sign in.")
    tools.asker.tell(
        f"{name} can sign in now",
        f"The start password is:\n\n{password}\n\nTell it in person or by phone. It is not shown again.",
    )


def _nothing(_done: object) -> None:
    """What undoing gives is not looked at."""
