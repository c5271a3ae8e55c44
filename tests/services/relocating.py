"""The program that the crash journey of a move kills: it is told as one line of JSON what to move where.

It kills itself as it is about to take its nth step on a file or on the server, or is killed from outside.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from practice_app.progress import Progress
from practice_app.services import relocation
from practice_app.services.practice import Admin, OnServer
from practice_app.storage.records import Records
from tests.clinic import MemoryStore
from tests.services.changing_keys import BEGUN, DONE, Clinic

TO_SERVER, TO_FILE = "to server", "to file"


def described(clinic: Clinic, room: OnServer, way: str, kill_at: int) -> str:
    """What `main` reads; `kill_at` 0 is never."""
    told = {
        "folder": str(clinic.folder),
        "state": str(clinic.state),
        "kept": clinic.store.kept,
        "address": room.address,
        "authority": str(room.authority),
        "admin": [room.admin.name, room.admin.password],
        "way": way,
        "kill_at": kill_at,
    }
    return json.dumps(told)


def main() -> None:
    """Sign in as the director and move the practice; BEGUN is said before, DONE when it was moved."""
    told = json.loads(sys.stdin.readline())
    clinic = Clinic(Path(told["folder"]), Path(told["state"]), MemoryStore(told["kept"]))
    room = OnServer(told["address"], Path(told["authority"]), Admin(*told["admin"]))
    records = clinic.as_director()
    count = _die_at(told["kill_at"])
    print(BEGUN, flush=True)
    if told["way"] == TO_SERVER:
        relocation.to_server(records, clinic.folder, room, progress=Progress())
    else:
        relocation.to_file(records, clinic.folder, admin=room.admin, progress=Progress())
    print(DONE, count[0], flush=True)


def _die_at(step: int) -> list[int]:
    """Be killed, without warning, before the nth fsync, move, deletion or statement; counts them."""
    taken = [0]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            taken[0] += 1
            if taken[0] == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call

    os.fsync = dying(os.fsync)
    os.replace = dying(os.replace)
    os.unlink = dying(os.unlink)
    Path.unlink = dying(Path.unlink)  # type: ignore[method-assign]
    Records.work = dying(Records.work)  # type: ignore[method-assign]
    psycopg.Connection.commit = dying(psycopg.Connection.commit)  # type: ignore[method-assign]
    psycopg.Connection.execute = dying(psycopg.Connection.execute)  # type: ignore[method-assign]
    return taken


if __name__ == "__main__":
    main()
