"""The merging that tests/journeys/test_merge_crash.py kills: a program of its own.

It is told the practice's file, keys and the two records as one line of JSON. It merges and undoes in turn,
and says each thing once it is done.
"""

import itertools
import json
import sys
from pathlib import Path
from uuid import UUID

import practice_app.model  # noqa: F401  all mappers
from practice_app.rules.permissions import Role
from practice_app.services import merges
from practice_app.services.marks import run
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import makers


def described(path: Path, keys: Keys, kept: UUID, gone: UUID) -> str:
    """What `main` reads."""
    secrets = {"uk": keys.uk, "dek": keys.newest_dek[1], "ck": keys.newest_ck[1]}
    told = {
        "practice": str(path),
        "vault": str(keys.vault),
        "user": str(keys.user),
        "pair": [str(kept), str(gone)],
        "secrets": {name: bytes(secret).hex() for name, secret in secrets.items()},
    }
    return json.dumps(told)


def main() -> None:
    """Merge and undo until killed."""
    told = json.loads(sys.stdin.readline())
    secrets = {name: bytearray.fromhex(secret) for name, secret in told["secrets"].items()}
    keys = Keys(
        vault=UUID(told["vault"]),
        user=UUID(told["user"]),
        uk=secrets["uk"],
        dek={1: secrets["dek"]},
        ck={1: secrets["ck"]},
    )
    engine = open_file(Path(told["practice"]), keys.newest_dek[1])
    records = Records(engine, keys, makers.actor(Role.DIRECTOR, id=keys.user), lambda: makers.NOW)
    kept, gone = map(UUID, told["pair"])
    for turn in itertools.count():
        done = run(records, merges.merge, kept, gone, {})
        print("merged", turn, flush=True)
        run(records, merges.unmerge, done.id)
        print("undone", turn, flush=True)


if __name__ == "__main__":
    main()
