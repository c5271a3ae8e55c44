"""The writing that tests/journeys/test_note_crash.py kills: a program of its own.

It is told the practice's file and keys as one line of JSON, and says each thing once it is promised.
"""

import itertools
import json
import sys
from pathlib import Path
from uuid import UUID

import practice_app.model  # noqa: F401  all mappers
from practice_app.rules.permissions import Role
from practice_app.services import notes
from practice_app.services.marks import run
from practice_app.services.notes import DraftText, NoteLevel, Words
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import makers

SAVES = 3
"""How often a draft is saved before its words are signed."""


def described(path: Path, keys: Keys, patient: UUID) -> str:
    """What `main` reads."""
    secrets = {"uk": keys.uk, "dek": keys.newest_dek[1], "ck": keys.newest_ck[1]}
    told = {
        "practice": str(path),
        "vault": str(keys.vault),
        "user": str(keys.user),
        "patient": str(patient),
        "secrets": {name: bytes(secret).hex() for name, secret in secrets.items()},
    }
    return json.dumps(told)


def text(what: str, session: int, save: int = SAVES) -> str:
    """What is written about a session: a draft grows with each save until its words are signed."""
    return f"{session} {what} {save} " + "Slept better. " * 40 * save


def main() -> None:
    """Write until killed: drafts, notes signed from them at once or later, and additions."""
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
    records = Records(engine, keys, makers.actor(Role.THERAPIST, id=keys.user), lambda: makers.NOW)
    for session in itertools.count():
        _write_up(records, UUID(told["patient"]), session)


def _write_up(records: Records, patient: UUID, session: int) -> None:
    level = NoteLevel.ONLY_ME if session % 4 == 3 else NoteLevel.CLINICIANS
    for save in range(1, SAVES + 1):
        draft = run(records, notes.save_draft, DraftText(patient, text("note", session, save), level))
        _say("draft", session, save, draft)
    words = Words((patient,), makers.TODAY, text("note", session), level)
    if session % 2:
        note = run(records, notes.write, words, draft=draft)
        _say("written", session, SAVES, note)
        run(records, notes.sign, words, note=note)
    else:
        note = run(records, notes.sign, words, draft=draft)
    _say("signed", session, SAVES, note)
    addendum = run(records, notes.add_addendum, note, text("addendum", session))
    _say("added", session, SAVES, addendum)


def _say(what: str, session: int, save: int, id: UUID) -> None:
    print(what, session, save, id, flush=True)


if __name__ == "__main__":
    main()
