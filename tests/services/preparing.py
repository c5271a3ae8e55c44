"""A program for the crash test: prepares copies one after another, saying each, until it is killed.

Reads the file's path, the person and the keys as JSON from its standard input.
"""

import json
import sys
from pathlib import Path
from uuid import UUID

import practice_app.model  # noqa: F401  all mappers
from practice_app.progress import Progress
from practice_app.rules.permissions import Role
from practice_app.services import subject_access
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import makers


def main() -> None:
    given = json.load(sys.stdin)
    keys = Keys(
        vault=UUID(given["vault"]),
        user=UUID(given["user"]),
        uk=bytearray.fromhex(given["uk"]),
        dek={1: bytearray.fromhex(given["dek"])},
        ck={1: bytearray.fromhex(given["ck"])},
    )
    engine = open_file(Path(given["path"]), keys.newest_dek[1])
    records = Records(engine, keys, makers.actor(Role.THERAPIST, id=keys.user), lambda: makers.NOW)
    print("started", flush=True)
    while True:
        made = subject_access.prepare(records, UUID(given["person"]), progress=Progress())
        print(made.id, made.pages, flush=True)


if __name__ == "__main__":
    main()
