"""Moving a practice from its folder's file to a server and back: copied, compared, then one switch.

Until the switch the practice is where it was, and whatever stops the move leaves it there; after it the
practice is in its new place. Nobody else is signed in meanwhile.
"""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from practice_app.errors import CannotOpen, Defect, PracticeError
from practice_app.progress import Progress
from practice_app.rules.permissions import Permission
from practice_app.services import backups, roster
from practice_app.services.marks import long
from practice_app.services.practice import OnServer
from practice_app.services.practice.opening import open_records
from practice_app.storage import (
    backup,
    checkpoints,
    copying,
    founding,
    keys,
    presence,
    resealing,
    server,
    switching,
)
from practice_app.storage.engine import DATABASE, check_pages, open_file, spoken_errors
from practice_app.storage.founding import Admin
from practice_app.storage.keys import Keys, slots_table
from practice_app.storage.records import Records
from practice_app.storage.server import CA_FILE, Server

_TO_SERVER, _TO_FILE = "relocation.to_server", "relocation.to_file"
_BEGUN, _DONE = "move_begun", "moved"


@dataclass(frozen=True, slots=True)
class Moved:
    """The practice open in its new place, as the one who moved it.

    `backup` is the verified copy of it as it was. `left` says what still lies in the old place, "" for
    nothing.
    """

    records: Records
    backup: Path
    left: str = ""


def address_of(folder: Path) -> str:
    """The address of the server a practice is on; "" for one that is a file in its folder."""
    where = server.read(folder)
    return "" if where is None else where.url


def check_address(text: str) -> None:
    """Refuse (Invalid) what is no address of a database."""
    server.parse_url(text)


def told(folder: Path, moved: Moved) -> tuple[str, ...]:
    """What has to be known after a move, in sentences."""
    address = address_of(folder)
    if address:
        where = f"The practice is on {address} now. Every row was compared with the file, which was removed."
        after = (
            f"For another PC, copy server.json and server-ca.pem from {folder} into a folder there, "
            "and let it in with the recovery key once."
        )
    else:
        where = f"The practice is in {folder} again. Every row was compared with the server's."
        after = "The two files that named the server are of no use on other PCs any more."
    kept = f"As it was before, it is in the backup {moved.backup}."
    return (where, kept, after, *([moved.left] if moved.left else []))


@long(Permission.MANAGE_USERS)
def to_server(
    records: Records,
    folder: Path,
    on: OnServer,
    *,
    backup_to: Path | None = None,
    progress: Progress,
) -> Moved:
    """Move the file practice in `folder` into an empty database of a server, which the folder names then.

    A verified backup is made first, below `backup_to` or beside the folder; at the end the file is removed.
    `records` are closed in any case; go on with those of the outcome. Raises Busy when anybody else is signed
    in, CannotOpen for a practice that is not fit to be moved, Invalid or CannotOpen with what is the matter
    with the server; then the file stays in use.
    """
    with _closing(records) as held:
        where = _wanted(folder, held, on)
        _refuse_unfit(records)
        made = backups.make(records, folder, backup_to or backup.beside(folder), progress=progress)
        records.close()
        with presence.alone(folder):
            file = _file(folder, held, records)
            try:
                _take_away_earlier_attempt(file, where, on.admin)
                with file.work(use_case=_TO_SERVER) as work:
                    work.note(_BEGUN, "vault", held.vault)
                _switch_to_server(file, folder, where, on, progress)
            finally:
                file.engine.dispose()
            switching.remove_file(folder)
        return Moved(_arrived(folder, held, records, _TO_SERVER), made.folder)


@long(Permission.MANAGE_USERS)
def to_file(
    records: Records,
    folder: Path,
    *,
    admin: Admin | None = None,
    backup_to: Path | None = None,
    progress: Progress,
) -> Moved:
    """Move the practice back from its server into an encrypted file in `folder`.

    Its data are removed from the server, and with `admin` its roles too. Otherwise as `to_server`.
    """
    with _closing(records) as held, TemporaryDirectory(prefix="practice-app-") as elsewhere:
        named = server.read(folder)
        if named is None:
            raise CannotOpen("This practice is a file in its folder already.")
        # The folder's own goes when it no longer names the server, which is only then emptied.
        where = replace(named, ca=Path(shutil.copy(named.ca, Path(elsewhere, CA_FILE))))
        _refuse_unfit(records)
        made = backups.make(records, folder, backup_to or backup.beside(folder), progress=progress)
        with records.work(use_case=_TO_FILE) as work:
            work.note(_BEGUN, "vault", held.vault)
        records.close()
        owner = server.engine_as(where, where.roles.owner, held.owner_password())
        token = secrets.token_hex(16)
        try:
            with (
                spoken_errors(),
                presence.alone(folder, owner),
                switching.arriving(folder) as making,
            ):
                _give_up_server(_file(making, held, records), making, where, owner, token, progress)
                switching.finish(folder, token)
            moved = _arrived(folder, held, records, _TO_FILE)
            left = _empty(where, owner, admin)
        finally:
            owner.dispose()
        return Moved(moved, made.folder, left)


@contextmanager
def _closing(records: Records) -> Iterator[Keys]:
    """Close the records in any case, and give a copy of their keys, dropped unless the block succeeds."""
    held = keys.own_copy(records.keys)
    try:
        yield held
    except BaseException:
        held.drop()
        raise
    finally:
        records.close()


def _wanted(folder: Path, held: Keys, on: OnServer) -> Server:
    if server.is_kept_on_one(folder):
        raise CannotOpen("This practice is on a server already.")
    if not keys.read_slots(folder).device:
        raise CannotOpen(
            "This practice opens by password only. A server needs the key store of each PC: by passwords "
            "alone, whoever looks after the server could guess them. Nothing was moved."
        )
    return on.server(held.vault)


def _refuse_unfit(records: Records) -> None:
    """A fault must not be moved: afterwards nobody could say where it came from."""
    if len(records.keys.dek) > 1:
        raise CannotOpen(
            "A change of the database key was interrupted. Finish it before you move the practice."
        )
    with records.work(writes=False) as work:
        if not roster.is_sealed(work):
            raise CannotOpen(
                "The list of users was changed outside this program. Look at Users and put it right first."
            )
        if found := checkpoints.verify(work):
            raise CannotOpen(f"The log is not sound ({len(found)} faults). Run a check. Nothing was moved.")


def _file(folder: Path, held: Keys, like: Records) -> Records:
    """The file in a folder, for the move itself: nobody is present, and the keys are only lent."""
    return Records(open_file(folder / DATABASE, held.newest_dek[1]), held, like.actor, like.clock)


def _arrived(folder: Path, held: Keys, like: Records, use_case: str) -> Records:
    """The practice open in its new place, which its log says."""
    moved = open_records(folder, held.newest_dek[1], held, like.actor, like.clock)
    with moved.work(use_case=use_case) as work:
        work.note(_DONE, "vault", held.vault)
    return moved


def _take_away_earlier_attempt(file: Records, where: Server, admin: Admin) -> None:
    """An attempt that was interrupted has left roles and tables on the server: they go.

    Refuses (CannotOpen) when there is anything in them that the file does not have.
    """
    try:
        last = founding.last_entry(where, file.keys)
    except CannotOpen:  # there was none; or making room says what is the matter
        return
    if last is not None and not _has_entry(file, *last):
        raise CannotOpen(
            "This practice is on that server already, with entries that this file does not have. Nothing was "
            "changed. Open it there; if it must be moved anew, ask who looks after the server."
        )
    founding.dissolve(where, admin)


def _switch_to_server(file: Records, folder: Path, where: Server, on: OnServer, progress: Progress) -> None:
    try:
        _fill(file, folder, where, on.admin, progress)
        switching.name_server(folder, where, on.authority.read_bytes())
    except BaseException:
        if not server.is_kept_on_one(folder):
            with suppress(PracticeError):  # why it was not moved is what has to be said
                founding.dissolve(where, on.admin)
        raise


def _fill(file: Records, folder: Path, where: Server, admin: Admin, progress: Progress) -> None:
    """Make the practice on the server from the file, and prove that it is the same and opens."""
    founding.found(where, admin, file.keys)
    founding.make_tables(where, file.keys)
    owner = server.engine_as(where, where.roles.owner, file.keys.owner_password())
    try:
        with spoken_errors(), file.engine.connect() as source, source.begin():
            copying.fill_server(source, owner, progress)
    finally:
        owner.dispose()
    slots_table.put_first(where, file.keys, keys.read_slots(folder))
    director = server.engine_for(where, file.keys)
    _prove_same(file, Records(director, file.keys, file.actor, file.clock))


def _give_up_server(
    file: Records, making: Path, where: Server, owner: Engine, token: str, progress: Progress
) -> None:
    """Make the file from the server, prove that it is the same and opens, and close the server for good.

    All in one transaction on the server, in which nobody else writes there.
    """
    key = file.keys.newest_dek[1]
    director = server.engine_for(where, file.keys)
    with owner.connect().execution_options(writes=True) as source, source.begin():
        pen = slots_table.pen_on(where, source, file.keys)
        copying.make_file(source, making / DATABASE, key, progress)
        if faults := check_pages(making / DATABASE, key):
            raise Defect(f"the new file is not sound ({len(faults)} faults)")
        _prove_same(Records(director, file.keys, file.actor, file.clock), file)
        slots = pen.give_up(token, file.actor.pc, file.clock().date())
        switching.make_complete(making, slots, token)


def _prove_same(old: Records, new: Records) -> None:
    """Look at the new place as the director will: the logs are whole, and what opened before opens there."""
    samples = []
    for place in (old, new):
        with place.work(writes=False) as work:
            if found := checkpoints.verify(work):
                raise Defect(f"the log is not sound in the new place ({found[0].problem})")
            samples.append(resealing.sample(work))
        place.engine.dispose()
    if samples[0] != samples[1]:
        raise Defect("sealed values do not open in the new place as they did")


def _has_entry(file: Records, seq: int, mac: bytes) -> bool:
    with file.work(writes=False) as work:
        return checkpoints.mac_at(work, seq) == mac


def _empty(where: Server, owner: Engine, admin: Admin | None) -> str:
    """Remove what the server still has; in words what is left of it there."""
    try:
        if admin is not None:
            founding.dissolve(where, admin)
            return ""
        with spoken_errors():
            copying.drop_tables(owner)
    except PracticeError as error:
        return (
            f"The practice's data are still in the database {where.database} on the server, where nobody can "
            f"sign in any more. Ask who looks after the server to remove the database. ({error})"
        )
    return (
        f"The database {where.database} on the server is empty now but for the practice's roles "
        f"({where.roles.prefix}_…). Ask who looks after the server to remove both."
    )
