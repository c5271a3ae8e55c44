"""What every command shares: its options, signing in and out, and how it answers."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from practice_app.errors import Invalid
from practice_app.paths import state_folder
from practice_app.progress import Progress

if TYPE_CHECKING:
    from practice_app.services.subject_access import Saved
    from practice_app.storage.keys.crypto import Secret
    from practice_app.storage.keys.device import DeviceStore
    from practice_app.storage.records import Records

At = Annotated[Path, typer.Option("--at", help="The practice's folder.")]
As = Annotated[str, typer.Option("--as", help="Who you are: name or initials.")]
PasswordFile = Annotated[Path, typer.Option("--password-file", help="A file whose one line is the password.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of sentences.")]


def say(as_json: bool, values: dict[str, Any], *sentences: str) -> None:
    """Print the outcome: one JSON object, or the sentences."""
    if as_json:
        print(json.dumps(values, default=str, ensure_ascii=False))
    else:
        for sentence in sentences:
            print(sentence)


def say_of_recordings(saved: "Saved") -> tuple[dict[str, Any], list[str]]:
    """What was written beside a copy, and the password that is said only now: as values and as sentences."""
    values = {"recordings": saved.beside, "recordings_password": saved.password or None}
    sentences = [f"Recordings, encrypted, in {saved.beside}"] if saved.beside else []
    sentences += [f"Their password, said only now: {saved.password}"] if saved.password else []
    return values, sentences


def text_in(file: Path) -> str:
    """The text of a small file of the user's own; raises Invalid when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError:
        raise Invalid(f"The file “{file.name}” cannot be read.") from None
    except UnicodeDecodeError:
        raise Invalid(f"The file “{file.name}” is not UTF-8 text.") from None


def new_file(file: Path) -> Path:
    """A file to write that does not exist yet; raises Invalid: a mistyped name must not cost another file."""
    if file.exists() or file.is_symlink():
        raise Invalid(f"“{file}” exists already. Name a new file.")
    return file


def password_in(file: Path) -> str:
    """The password in a file of one line; the newline at its end is not part of it."""
    lines = text_in(file).splitlines()
    if len(lines) != 1:
        raise Invalid(f"The password file “{file.name}” must have exactly one line.")
    return lines[0]


@dataclass(slots=True)
class Desk:
    """An open practice and this PC's part in opening it (None in a password-only practice).

    `records` are exchanged by whatever closes them and opens the practice anew.
    """

    records: "Records"
    devices: "DeviceStore | None"
    secret: "Secret | None"


@contextmanager
def signed_in(folder: Path, who: str, password_file: Path) -> Iterator[Desk]:
    """The practice open as `who`; notices go to standard error; signs out at the end."""
    from practice_app.services import practice
    from practice_app.storage.keys.device import DeviceStore

    password = password_in(password_file)
    store = DeviceStore()
    secret = practice.device_secret(folder, store) if practice.is_practice(folder) else None
    devices = store if secret is not None else None
    opened = practice.sign_in(
        folder, who, password, secret=secret, state_folder=state_folder(), devices=devices
    )
    notices = list(opened.notices)
    if opened.must_change_password:
        notices.append("This is a start password. Choose your own: sign in at the window.")
    for notice in notices:
        print(f"Note: {notice}", file=sys.stderr)
    desk = Desk(opened.records, devices, secret)
    try:
        yield desk
    finally:
        if not desk.records.is_closed:
            practice.leave(desk.records, devices)


def shown_progress() -> Progress:
    """Progress on standard error when somebody is watching."""
    if not sys.stderr.isatty():
        return Progress()

    def show(done: int, total: int, doing: str) -> None:
        counted = f" {done} of {total}" if total else ""
        print(f"\r\x1b[K{doing}{counted}", end="" if done < total else "\n", file=sys.stderr, flush=True)

    return Progress(show)
