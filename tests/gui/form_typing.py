"""The typing that a test kills: a program of its own, with both forms about a patient open.

It is told the practice's file and keys as one line of JSON, and says when what was typed is kept.
"""

import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import json
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QApplication

import practice_app.model  # noqa: F401  all mappers
from practice_app.gui.actions import Actions
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.job_panel import JobPanel
from practice_app.gui.office import Office
from practice_app.gui.registration.form import CHANGE, NEW, PatientForm
from practice_app.gui.screen import Tools
from practice_app.gui.status import StatusLine
from practice_app.rules.permissions import Role, permissions_of
from practice_app.services import form_drafts, people
from practice_app.services.marks import run
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import makers
from tests.gui.doors import Answers

NASTY = (
    "'; DROP TABLE person; --",
    "<b onclick=alert(1)>x</b> &amp; {0} %s",
    "a\u202eb\u200fج\u2066c",
    "Z\u0335\u0321a\u0334\u0322lgo 👩\u200d👩\u200d👧",
    "  \ttwo\twords  ",
    "＝cmd|' /C calc'!A0",
    "١٢٣ 東京都 ʇxǝʇ",
)
"""Texts that break programs which take text for code, for markup or for letters from left to right."""


def described(path: Path, keys: Keys, patient: UUID) -> str:
    """What `main` reads."""
    secrets = {"uk": keys.uk, "dek": keys.newest_dek[1], "ck": keys.newest_ck[1]}
    told = {"practice": str(path), "vault": str(keys.vault), "user": str(keys.user), "patient": str(patient)}
    return json.dumps(told | {"secrets": {name: bytes(each).hex() for name, each in secrets.items()}})


def main() -> None:
    """Type into both forms, say what is kept, and wait to be killed."""
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
    application = QApplication(["typing"])
    office = Office(records)
    actions = Actions(permissions_of(Role.DIRECTOR))
    tools = Tools(office, actions, Answers(), JobPanel(), StatusLine("Somebody"))
    new = PatientForm(tools)
    _type(new, "phones.0.number", "07700 900123")
    about = run(records, people.open_record, UUID(told["patient"])).banner
    known = PatientForm(tools, about)
    _type(known, "known_as", "Maggie")
    _type(known, "health.0.text", "Latex and penicillin")
    waiting = [(NEW, None), (CHANGE, about.id)]

    def say_what_is_kept(_kinds: object) -> None:
        if waiting and any(
            each.form.name == waiting[0][0] for each in run(records, form_drafts.own, waiting[0][1])
        ):
            print("kept", waiting.pop(0)[0], flush=True)

    office.changed.connect(say_what_is_kept)
    application.exec()


def _type(page: FormPage, name: str, text: str) -> None:
    """Put text into a field as typing does, and do not make the test wait the usual three seconds."""
    page._keep_time.setInterval(50)
    page.form.field(name).control.setText(text)


if __name__ == "__main__":
    main()
