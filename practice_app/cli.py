"""The command line: the same use cases as the window, with one sentence for whatever is refused.

Exit status 0 done, 1 refused with a sentence on standard error, 2 wrong usage.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from practice_app.errors import Defect, Invalid, PracticeError
from practice_app.paths import state_folder
from practice_app.progress import Progress
from practice_app.rules.permissions import Role

if TYPE_CHECKING:
    from practice_app.storage.keys.crypto import Secret
    from practice_app.storage.keys.device import DeviceStore
    from practice_app.storage.records import Records

commands = typer.Typer(
    name="practice-app",
    help="Practice management for small UK clinics. Without a command the window opens.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
user_commands = typer.Typer(help="People who sign in.", no_args_is_help=True)
commands.add_typer(user_commands, name="user")

At = Annotated[Path, typer.Option("--at", help="The practice's folder.")]
As = Annotated[str, typer.Option("--as", help="Who you are: name or initials.")]
PasswordFile = Annotated[Path, typer.Option("--password-file", help="A file whose one line is the password.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of sentences.")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; never a traceback for what a user can mend."""
    try:
        result = commands(list(arguments or ()), standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)
        return 1
    except PracticeError as error:
        print(str(error), file=sys.stderr)
        return 1
    except Defect as error:
        print(f"Something went wrong in the program; nothing was changed. ({error})", file=sys.stderr)
        return 1
    return result if isinstance(result, int) else 0


def say(as_json: bool, values: dict[str, Any], *sentences: str) -> None:
    """Print the outcome: one JSON object, or the sentences."""
    if as_json:
        print(json.dumps(values, default=str, ensure_ascii=False))
    else:
        for sentence in sentences:
            print(sentence)


def password_in(file: Path) -> str:
    """The password in a file of one line; the newline at its end is not part of it."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError:
        raise Invalid(f"The password file “{file.name}” cannot be read.") from None
    except UnicodeDecodeError:
        raise Invalid(f"The password file “{file.name}” is not UTF-8 text.") from None
    if len(lines) != 1:
        raise Invalid(f"The password file “{file.name}” must have exactly one line.")
    return lines[0]


@dataclass(frozen=True, slots=True)
class Desk:
    """An open practice and this PC's part in opening it (None in a password-only practice)."""

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
    for notice in opened.notices:
        print(f"Note: {notice}", file=sys.stderr)
    try:
        yield Desk(opened.records, devices, secret)
    finally:
        practice.leave(opened.records, devices)


def shown_progress() -> Progress:
    """Progress on standard error when somebody is watching."""
    if not sys.stderr.isatty():
        return Progress()

    def show(done: int, total: int, doing: str) -> None:
        counted = f" {done} of {total}" if total else ""
        print(f"\r\x1b[K{doing}{counted}", end="" if done < total else "\n", file=sys.stderr, flush=True)

    return Progress(show)


@commands.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A missing or empty folder.")],
    practice_name: Annotated[str, typer.Option("--practice", help="The practice's name.")],
    director: Annotated[str, typer.Option("--director", help="The first director's full name.")],
    password_file: PasswordFile,
    no_keyring: Annotated[
        bool, typer.Option("--no-keyring", help="Open by password only: stolen files can be guessed at.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a new, encrypted practice and print its recovery key once."""
    from practice_app.services import practice
    from practice_app.storage.keys.device import DeviceStore

    devices = None if no_keyring else DeviceStore()
    made = practice.create(
        folder, name=practice_name, director=director, password=password_in(password_file), devices=devices
    )
    practice.leave(made.records, devices)
    say(
        as_json,
        {"folder": folder, "recovery_key": made.recovery_key, "password_only": no_keyring},
        f"The practice “{practice_name}” is in {folder}.",
        "This is its recovery key. It is shown this once: write it down and keep it in a safe place.",
        f"    {made.recovery_key}",
        "Without this key and every password nobody can ever read the records again.",
    )


@user_commands.command("add")
def user_add(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The practice's folder.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new user's full name.")],
    role: Annotated[Role, typer.Option("--role", help="What they may do.")],
    who: As,
    password_file: PasswordFile,
    new_password_file: Annotated[
        Path, typer.Option("--new-password-file", help="Their start password, which they must change.")
    ],
    as_json: AsJson = False,
) -> None:
    """Let somebody sign in."""
    from practice_app.services import users

    start_password = password_in(new_password_file)
    with signed_in(folder, who, password_file) as desk:
        user = users.add(desk.records, folder, name, role, start_password, secret=desk.secret)
    say(as_json, {"user": user, "role": role.value}, f"{name} can sign in as a {role.value}.")


@commands.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The practice's folder.")],
    target: Annotated[Path, typer.Option("--to", metavar="DIR2", help="Where the backup goes.")],
    who: As,
    password_file: PasswordFile,
    as_json: AsJson = False,
) -> None:
    """Copy the practice into a new, verified backup."""
    from practice_app.services import backups

    with signed_in(folder, who, password_file) as desk:
        made = backups.make(desk.records, folder, target, progress=shown_progress())
    say(
        as_json,
        {"bundle": made.folder, "bytes": made.size, "expires_on": made.expires_on},
        f"The backup was made and verified: {made.folder}",
    )


@commands.command()
def restore(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The backup's folder.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A missing or empty folder.")],
    recovery_key_file: Annotated[
        Path, typer.Option("--recovery-key-file", help="A file whose one line is the recovery key.")
    ],
    who: Annotated[str, typer.Option("--as", help="A director's full name.")],
    password_file: Annotated[
        Path, typer.Option("--password-file", help="The password that director shall have from now on.")
    ],
    as_json: AsJson = False,
) -> None:
    """Put a backup back as a practice in a new folder."""
    from practice_app.services import backups
    from practice_app.storage.keys.device import DeviceStore

    backups.restore(
        bundle,
        folder,
        recovery_key=password_in(recovery_key_file),
        director=who,
        password=password_in(password_file),
        devices=DeviceStore(),
        progress=shown_progress(),
    )
    say(
        as_json,
        {"folder": folder},
        f"The practice is restored in {folder}. {who} can sign in with the new password; "
        "let the others in again under Users.",
    )


@commands.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The practice's folder.")],
    who: As,
    password_file: PasswordFile,
    as_json: AsJson = False,
) -> int:
    """Check every page, the log and the signed notes."""
    from practice_app.services import backups

    with signed_in(folder, who, password_file) as desk:
        found = backups.check(desk.records, folder, devices=desk.devices, progress=shown_progress())
    banner = ["This practice opens by password only: stolen files can be guessed at."]
    notes = "signed notes checked" if found.signed_notes else "signed notes not checked (no clinical key)"
    say(
        as_json,
        {
            "sound": not found.problems,
            "problems": found.problems,
            "audit_entries": found.audit_entries,
            "signed_notes_checked": found.signed_notes,
            "password_only": found.password_only,
        },
        *(banner if found.password_only else []),
        *(found.problems or [f"Sound: every page, {found.audit_entries} log entries, {notes}."]),
    )
    return 1 if found.problems else 0


@commands.command()
def doctor(as_json: AsJson = False) -> int:
    """Say what this computer has and lacks for the program."""
    from practice_app.services import doctor as examination

    found = examination.examine()
    say(
        as_json,
        {item.name: {"ok": item.is_well, "says": item.says} for item in found},
        *(f"{'ok  ' if item.is_well else 'LOOK'}  {item.name}: {item.says}" for item in found),
    )
    return 0 if all(item.is_well or not item.is_needed for item in found) else 1
