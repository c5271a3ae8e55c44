"""What a move to a server that was interrupted has left in the practice's folder."""

from pathlib import Path

from practice_app.errors import CannotOpen
from practice_app.rules.permissions import Permission, Role
from practice_app.services.marks import long
from practice_app.storage import checkpoints, switching
from practice_app.storage.engine import DATABASE, connect
from practice_app.storage.records import Records


@long(Permission.READ_SETTINGS)
def settle(records: Records, folder: Path) -> tuple[str, ...]:
    """Remove at a director's sign-in what an interrupted move had made ready, or the file it has replaced."""
    if records.actor.role is not Role.DIRECTOR:
        return ()
    switching.remove_unfinished(folder)
    if switching.has_left_file(folder):
        if not _is_all_in(records, folder / DATABASE):
            return (
                "In the practice's folder there is also a practice file with entries that the server does "
                "not have. It is not used. Find out where it comes from before you remove it.",
            )
        switching.remove_file(folder)
    return ()


def _is_all_in(records: Records, path: Path) -> bool:
    """Whether everything a file's log tells of is in the open practice."""
    try:
        left = connect(path, records.keys.newest_dek[1])
    except CannotOpen:
        return False
    try:
        last = left.execute("SELECT seq, mac FROM audit_event ORDER BY seq DESC LIMIT 1").fetchone()
    finally:
        left.close()
    with records.work(writes=False) as work:
        return checkpoints.mac_at(work, int(last[0])) == bytes(last[1])
