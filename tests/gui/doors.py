"""Stand-ins for the world outside the window: a door that opens what it is given, an asker with answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID, uuid4

from practice_app.errors import Invalid, PracticeError, WrongPassword
from practice_app.gui.dialogs import ListChosen
from practice_app.gui.door import Created, DemoPerson, Move, NewPractice, Opened
from practice_app.progress import Progress
from practice_app.rules.permissions import Role
from practice_app.services.access import Asked, Reason
from practice_app.services.subject_access import Release
from practice_app.storage.records import Records

PASSWORD = "violet otter ladder plum"


@dataclass
class FakeDoor:
    """Opens with PASSWORD; notes what it was asked, on whatever thread."""

    open: Callable[[], Records]
    said: list[str] = field(default_factory=list)
    people: tuple[DemoPerson, ...] = ()
    notices: tuple[str, ...] = ()
    must_change_password: bool = False
    fails_with: Exception | None = None

    def prepare(self, folder: Path | None) -> tuple[str, ...]:
        self.said.append(f"prepare {folder.name if folder else '-'}")
        return ("DD", "RR") if folder else ()

    def sign_in(self, folder: Path, name: str, password: str) -> Opened:
        self.said.append(f"sign in {name}")
        if self.fails_with:
            raise self.fails_with
        if password != PASSWORD:
            raise WrongPassword
        return self._opened(folder)

    def create(self, wanted: NewPractice) -> Created:
        self.said.append(f"create {wanted.practice} by {wanted.director}, key store {wanted.uses_key_store}")
        if self.fails_with:
            raise self.fails_with
        return Created(self._opened(wanted.folder), "1WEV-MH58-KCV8-VYTN")

    def recover(self, folder: Path, recovery_key: str, name: str, new_password: str) -> Opened:
        self.said.append(f"recover {recovery_key} {name}")
        return self._opened(folder)

    def demo(self, progress: Progress) -> Opened:
        self.said.append("demo")
        return self._opened(Path("demo"))

    def change_password(self, opened: Opened, old: str, new: str) -> None:
        self.said.append("change password")
        if old != PASSWORD:
            raise Invalid("This is not the start password.", "old")

    def check_own_password(self, opened: Opened, password: str) -> None:
        self.said.append("check own password")
        if password != PASSWORD:
            raise Invalid("This is not your password.", "password")

    def add_user(self, opened: Opened, name: str, role: Role, start_password: str) -> UUID:
        self.said.append(f"add {name} as {role.value}, {start_password}")
        if self.fails_with:
            raise self.fails_with
        return uuid4()

    def enable_user(self, opened: Opened, user: UUID, start_password: str) -> None:
        self.said.append(f"enable {user}, {start_password}")

    def reset_password(self, opened: Opened, user: UUID, start_password: str) -> None:
        self.said.append(f"reset {user}, {start_password}")

    def set_role(self, opened: Opened, user: UUID, role: Role) -> None:
        self.said.append(f"{user} becomes {role.value}")

    def disable_user(self, opened: Opened, user: UUID) -> None:
        self.said.append(f"disable {user}")

    def change_keys(self, opened: Opened, backup_to: Path | None, progress: Progress) -> Opened:
        self.said.append(f"change keys, backup to {backup_to.name if backup_to else '-'}")
        opened.records.close()
        if self.fails_with:
            raise self.fails_with
        return replace(opened, records=self.open(), notices=("The keys were changed.",))

    def move(self, opened: Opened, wanted: Move, progress: Progress) -> Opened:
        self.said.append(f"move to {wanted.address or 'its folder'}")
        opened.records.close()
        if self.fails_with:
            raise self.fails_with
        return replace(opened, records=self.open(), notices=("It was moved.",))

    def leave(self, opened: Opened) -> None:
        self.said.append("leave")
        opened.records.close()

    def check_password(self, password: str, words: Sequence[str], *, uses_key_store: bool) -> None:
        if len(password) < (12 if uses_key_store else 16):
            raise Invalid("This password is too short.", "password")

    def _opened(self, folder: Path) -> Opened:
        return Opened(folder, self.open(), self.notices, self.must_change_password, self.people)


@dataclass
class Answers:
    """An Asker that answers at once and notes what it was asked."""

    asked: list[str] = field(default_factory=list)
    confirms: bool = True
    folder_given: Path | None = None
    file_given: Path | None = None
    list_given: ListChosen | None = None
    path_given: Path | None = None
    password_given: str | None = ""
    release_given: Release | None = None
    reason_given: Reason | None = None
    sheet: list[tuple[str, str]] = field(default_factory=list)
    own_password_given: str = PASSWORD
    types: bool = True

    def tell(self, title: str, text: str) -> None:
        self.asked.append(f"{title}: {text}")

    def confirm(self, title: str, text: str, verb: str) -> bool:
        self.asked.append(f"{title} [{verb}]")
        return self.confirms

    def folder(self, title: str) -> Path | None:
        self.asked.append(title)
        return self.folder_given

    def open_file(self, title: str, kinds: str) -> Path | None:
        self.asked.append(title)
        return self.file_given

    def list_to_export(self, word: str) -> ListChosen | None:
        self.asked.append(f"list of {word}s")
        return self.list_given

    def own_password(self, why: str, check: Callable[[str], None]) -> bool:
        self.asked.append(f"own password: {why}")
        try:
            check(self.own_password_given)
        except PracticeError:
            return False
        return True

    def typed(self, title: str, text: str, phrase: str, verb: str) -> bool:
        self.asked.append(f"{title} [type “{phrase}”, {verb}]")
        return self.types

    def save_as(self, title: str, suggested: str) -> Path | None:
        self.asked.append(suggested)
        return self.path_given

    def file_password(self) -> str | None:
        self.asked.append("file password")
        return self.password_given

    def release(
        self, about: str, release: Callable[[Release, bool], None], warning: Callable[[str, str], str]
    ) -> bool:
        self.asked.append(f"release about {about}")
        if self.release_given is not None:
            warned = warning(self.release_given.requester, self.release_given.recipient)
            self.asked += [warned] if warned else []
            release(self.release_given, bool(warned))
        return self.release_given is not None

    def reason(self, asked: Asked, cover: Callable[[Reason], None]) -> bool:
        self.asked.append(f"reason for {asked.about}")
        if self.reason_given is not None:
            cover(self.reason_given)
        return self.reason_given is not None

    def shortcuts(self, keys: Sequence[tuple[str, str]]) -> None:
        self.sheet = list(keys)
