"""The import that tests/journeys/test_import_crash.py kills: a program of its own.

It is told the practice's file and keys as one line of JSON, and says each step it reaches.
"""

import json
import sys
from pathlib import Path
from uuid import UUID

from practice_app.progress import Progress
from practice_app.services import imports
from practice_app.services.imports import Request
from practice_app.storage import bulk
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import makers

DONE = "done"
_ROWS_A_STEP = 50


def described(path: Path, keys: Keys, kind: str, file: Path) -> str:
    """What `main` reads."""
    secrets = {"uk": keys.uk, "dek": keys.newest_dek[1], "ck": keys.newest_ck[1], "ak": keys.admin_key()}
    told = {
        "practice": str(path),
        "vault": str(keys.vault),
        "user": str(keys.user),
        "kind": kind,
        "file": str(file),
        "secrets": {name: bytes(secret).hex() for name, secret in secrets.items()},
    }
    return json.dumps(told)


def main() -> None:
    """Import, saying each step; DONE is said once the import has been promised."""
    told = json.loads(sys.stdin.readline())
    secrets = {name: bytearray.fromhex(secret) for name, secret in told["secrets"].items()}
    keys = Keys(
        vault=UUID(told["vault"]),
        user=UUID(told["user"]),
        uk=secrets["uk"],
        dek={1: secrets["dek"]},
        ck={1: secrets["ck"]},
        ak=secrets["ak"],
    )
    bulk.CHUNK = _ROWS_A_STEP
    engine = open_file(Path(told["practice"]), keys.newest_dek[1])
    records = Records(engine, keys, makers.actor(id=keys.user), lambda: makers.NOW)
    steps = Progress(lambda done, total, doing: print(doing, done, flush=True))
    imports.run(records, Request(kind=told["kind"], path=Path(told["file"])), progress=steps)
    print(DONE, flush=True)


if __name__ == "__main__":
    main()
