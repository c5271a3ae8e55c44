"""Commands about a practice as a whole: making, checking, backing up, restoring, its users."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from practice_app.cli.desk import (
    As,
    AsJson,
    PasswordFile,
    password_in,
    say,
    shown_progress,
    signed_in,
    text_in,
)
from practice_app.errors import PracticeError
from practice_app.rules.permissions import Role

if TYPE_CHECKING:
    from practice_app.services.practice import Admin, OnServer

Postgres = Annotated[
    str | None, typer.Option(metavar="URL", help="An empty database: postgresql://server:port/database.")
]
ServerCa = Annotated[Path | None, typer.Option(help="The certificate of the server's authority.")]
ServerAdmin = Annotated[str | None, typer.Option(help="A role that may make roles on the server.")]
ServerPasswordFile = Annotated[Path | None, typer.Option(help="A file whose one line is its password.")]


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A missing or empty folder.")],
    practice_name: Annotated[str, typer.Option("--practice", help="The practice's name.")],
    director: Annotated[str, typer.Option("--director", help="The first director's full name.")],
    password_file: PasswordFile,
    no_keyring: Annotated[
        bool, typer.Option("--no-keyring", help="Open by password only: stolen files can be guessed at.")
    ] = False,
    postgres: Postgres = None,
    server_ca: ServerCa = None,
    server_admin: ServerAdmin = None,
    server_password_file: ServerPasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a new, encrypted practice and print its recovery key once."""
    from practice_app.services import practice
    from practice_app.storage.keys.device import DeviceStore

    if sys.stdout is None:
        raise PracticeError("There is nowhere to show the recovery key. No practice was made.")
    admin = _admin(server_admin, server_password_file)
    on = None if postgres is None else _on_server(postgres, server_ca, admin)
    devices = None if no_keyring else DeviceStore()
    made = practice.create(
        folder,
        name=practice_name,
        director=director,
        password=password_in(password_file),
        devices=devices,
        on=on,
    )
    practice.leave(made.records, devices)
    try:
        _show_recovery_key(folder, practice_name, made.recovery_key, no_keyring, on is not None, as_json)
        sys.stdout.flush()
    except OSError:
        # Nobody has seen the key, and it is shown only once: such a practice must not be used.
        practice.throw_away(folder, on)
        raise PracticeError("The recovery key could not be shown. No practice was made.") from None


def _show_recovery_key(
    folder: Path, name: str, recovery_key: str, no_keyring: bool, on_server: bool, as_json: bool
) -> None:
    say(
        as_json,
        {"folder": folder, "recovery_key": recovery_key, "password_only": no_keyring},
        f"The practice “{name}” is in {folder}.",
        "This is its recovery key. It is shown this once: write it down and keep it in a safe place.",
        *(f"    {line}" for line in recovery_key.splitlines()),
        "Without this key and every password nobody can ever read the records again.",
        *(_ANOTHER_PC if on_server else ()),
    )


_ANOTHER_PC = (
    "The records are on the server. Another PC joins with a copy of this folder's two files and, once in "
    "each account there, this key.",
)


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


def move(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The practice's folder.")],
    who: As,
    password_file: PasswordFile,
    postgres: Postgres = None,
    server_ca: ServerCa = None,
    server_admin: ServerAdmin = None,
    server_password_file: ServerPasswordFile = None,
    to_file: Annotated[bool, typer.Option("--to-file", help="Back from the server to this PC.")] = False,
    target: Annotated[
        Path | None, typer.Option("--backup-to", metavar="DIR2", help="Where the backup made first goes.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Move the practice to a PostgreSQL server, or back; every row is compared."""
    from practice_app.services import relocation

    if to_file is (postgres is not None):
        raise typer.BadParameter("Say where to: --postgres URL, or --to-file.")
    admin = _admin(server_admin, server_password_file)
    on = None if postgres is None else _on_server(postgres, server_ca, admin)
    with signed_in(folder, who, password_file) as desk:
        if on is None:
            moved = relocation.to_file(
                desk.records, folder, admin=admin, backup_to=target, progress=shown_progress()
            )
        else:
            moved = relocation.to_server(
                desk.records, folder, on, backup_to=target, progress=shown_progress()
            )
        desk.records = moved.records
    say(
        as_json,
        {"folder": folder, "server": postgres, "backup": moved.backup, "left": moved.left},
        *relocation.told(folder, moved),
    )


def _on_server(postgres: str, ca: Path | None, admin: "Admin | None") -> "OnServer":
    from practice_app.services.practice import OnServer

    if ca is None or admin is None:
        raise typer.BadParameter(
            "--postgres also needs --server-ca, --server-admin and --server-password-file."
        )
    return OnServer(postgres, ca, admin)


def _admin(name: str | None, password_file: Path | None) -> "Admin | None":
    from practice_app.services.practice import Admin

    if name is None and password_file is None:
        return None
    if name is None or password_file is None:
        raise typer.BadParameter("--server-admin and --server-password-file go together.")
    return Admin(name, password_in(password_file))


def restore(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The backup's folder.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A missing or empty folder.")],
    recovery_key_file: Annotated[
        Path, typer.Option("--recovery-key-file", help="A file with the recovery key.")
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
        recovery_key=text_in(recovery_key_file),
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


def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The practice's folder.")],
    who: As,
    password_file: PasswordFile,
    as_json: AsJson = False,
) -> None:
    """Check every page (on a server every link, role and right), the log and the signed notes."""
    from practice_app.services import backups

    with signed_in(folder, who, password_file) as desk:
        found = backups.check(desk.records, folder, devices=desk.devices, progress=shown_progress())
    banner = ["This practice opens by password only: stolen files can be guessed at."]
    looked_at = "every link, role and right on the server" if found.on_server else "every page"
    notes = "signed notes checked" if found.signed_notes else "signed notes not checked (no clinical key)"
    say(
        as_json,
        {
            "sound": not found.problems,
            "problems": found.problems,
            "audit_entries": found.audit_entries,
            "signed_notes_checked": found.signed_notes,
            "password_only": found.password_only,
            "advice": found.advice,
        },
        *(banner if found.password_only else []),
        *(f"Advice: {each}" for each in found.advice),
        *(found.problems or [f"Sound: {looked_at}, {found.audit_entries} log entries, {notes}."]),
    )
    if found.problems:
        raise typer.Exit(1)


def doctor(as_json: AsJson = False) -> None:
    """Say what this computer has and lacks for the program."""
    from practice_app.services import doctor as examination

    found = examination.examine()
    say(
        as_json,
        {item.name: {"ok": item.is_well, "says": item.says} for item in found},
        *(f"{'ok  ' if item.is_well else 'LOOK'}  {item.name}: {item.says}" for item in found),
    )
    if not all(item.is_well or not item.is_needed for item in found):
        raise typer.Exit(1)


def open_in_the_window(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The practice's folder.")],
) -> None:
    """Open a practice in the window."""
    raise PracticeError(f"There is no display here, so {folder} cannot be opened in the window.")
