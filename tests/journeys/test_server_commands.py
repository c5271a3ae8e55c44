"""The command line on a practice that is kept on a server: made, filled, used by two people, checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from practice_app.storage import server
from tests.clinic import MemoryStore
from tests.journeys import test_command_line
from tests.journeys.test_command_line import NOTES, PASSWORD, PATIENTS, START, _text
from tests.postgres import Cluster

pytestmark = pytest.mark.postgres


@dataclass
class Desk(test_command_line.Desk):
    """Somebody typing commands at a PC whose key store works, and an empty database on a server."""

    cluster: Cluster
    database: str

    def new(self, **changed: object) -> tuple[object, ...]:
        options: dict[str, object] = {
            "practice": "Harbour Clinic",
            "director": "Dana Director",
            "password-file": self.folder / "password",
            "postgres": self.cluster.address(self.database),
            "server-ca": self.cluster.ca,
            "server-admin": self.cluster.admin,
            "server-password-file": self.folder / "admin",
            **changed,
        }
        given = [
            part for name, value in options.items() if value is not None for part in (f"--{name}", value)
        ]
        return ("new", self.folder / "clinic", *given)


@pytest.fixture
def desk(
    tmp_path: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "account"))
    kept = MemoryStore()
    monkeypatch.setattr("practice_app.storage.keys.device.SystemKeyStore", lambda: kept)
    with cluster.database() as name:
        desk = Desk(tmp_path, capsys, cluster, name)
        desk.file("password", PASSWORD + "\n")
        desk.file("start", START + "\n")
        desk.file("admin", cluster.password + "\n")
        yield desk
        made = server.read(tmp_path / "clinic")
    if made is not None:
        cluster.drop_roles(made.roles.prefix)


def test_a_practice_on_a_server_from_new_to_subject_access(desk: Desk) -> None:
    made = desk.run(*desk.new())
    assert made["recovery_key"]
    assert not made["password_only"]
    clinic = desk.folder / "clinic"
    patients, notes = desk.file("patients.csv", PATIENTS), desk.file("notes.csv", NOTES)
    taken = desk.run("import", "patients", patients, "--at", clinic, *desk.signed, "--source", "Old")
    assert (taken["added"], taken["refused"], taken["written"]) == (2, 0, True)
    again = desk.run("import", "patients", patients, "--at", clinic, *desk.signed, "--source", "Old")
    assert (again["added"], again["unchanged"]) == (0, 2)
    desk.run("import", "notes", notes, "--at", clinic, *desk.signed, "--source", "Old")

    out = desk.folder / "copy.pdf"
    copy = desk.run("subject-access", "999 000 0018", "--at", clinic, *desk.signed, "--out", out)
    assert copy["not_shown"] == 0
    words = " ".join(_text(out).split())
    for expected in ("Margaret", "07700 900123", "Slept better. Talked about her sister."):
        assert expected in words
    assert "Smith" not in words

    checked = desk.run("check", clinic, *desk.signed)
    assert (checked["sound"], checked["problems"], checked["signed_notes_checked"]) == (True, [], True)
    status, out_text, _ = desk.type("check", clinic, *desk.signed)
    assert status == 0
    assert "Sound: every link, role and right on the server" in out_text
    listed = desk.folder / "list.csv"
    assert desk.run("export", "patients", "--at", clinic, *desk.signed, "--csv", listed)["people"] == 2


def test_a_receptionist_is_let_in_and_makes_no_copy_of_a_record(desk: Desk) -> None:
    desk.run(*desk.new())
    clinic = desk.folder / "clinic"
    desk.run("import", "patients", desk.file("patients.csv", PATIENTS), "--at", clinic, *desk.signed)
    added = desk.run(
        "user", "add", clinic, "Rae Price", "--role", "receptionist", *desk.signed,
        "--new-password-file", desk.folder / "start",
    )  # fmt: skip
    assert added["role"] == "receptionist"
    rae = ("--as", "Rae Price", "--password-file", desk.folder / "start")
    assert desk.run("check", clinic, *rae)["sound"] is True
    out = desk.folder / "copy.pdf"
    status, _, err = desk.type("subject-access", "999 000 0018", "--at", clinic, *rae, "--out", out)
    assert (status, out.exists()) == (1, False)
    assert "A receptionist may not do this" in err
    rae_wrongly = ("--as", "Rae Price", "--password-file", desk.folder / "password")
    status, _, err = desk.type("check", clinic, *rae_wrongly)
    assert (status, err) == (1, "The name or the password is wrong.\n")


@pytest.mark.parametrize(
    ("changed", "status", "says"),
    [
        ({"server-ca": None}, 2, "--server-ca"),
        ({"server-admin": "nobody"}, 1, "does not accept this name and password of its admin"),
        ({"postgres": "postgresql://me:secret@localhost/x"}, 1, "Leave user and password out"),
        ({"postgres": "postgresql://localhost:1/x"}, 1, "cannot be reached"),
    ],
    ids=["no authority", "another admin", "a password in the address", "no server"],
)
def test_what_will_not_do_is_said_and_nothing_is_left(
    desk: Desk, changed: dict[str, object], status: int, says: str
) -> None:
    given, _, err = desk.type(*desk.new(**changed))
    assert given == status
    assert says in " ".join(err.split())
    assert "secret" not in err
    assert not (desk.folder / "clinic").exists()


def test_what_another_pc_needs_is_said(desk: Desk) -> None:
    status, out, _ = desk.type(*desk.new())
    assert status == 0
    assert "Another PC joins with a copy of this folder's two files" in out


def test_without_a_key_store_there_is_no_such_practice(desk: Desk) -> None:
    status, _, err = desk.type(*desk.new(), "--no-keyring")
    assert status == 1
    assert "key store of each PC" in err
    assert not (desk.folder / "clinic").exists()


def test_the_demo_is_moved_to_the_server_and_back(desk: Desk) -> None:
    clinic = desk.folder / "clinic"
    made = desk.run("demo", "--no-window", "--keyring", "--patients", 20, "--at", clinic)
    director = made["people"][0]
    signed = ("--as", director["name"], "--password-file", desk.file("hers", director["password"] + "\n"))
    admin = ("--server-admin", desk.cluster.admin, "--server-password-file", desk.folder / "admin")
    there = ("--postgres", desk.cluster.address(desk.database), "--server-ca", desk.cluster.ca, *admin)
    for unclear in ((), (*there, "--to-file"), there[:4], there[:6]):
        status, _, err = desk.type("move", clinic, *signed, *unclear)
        assert status == 2
        assert "--" in err
    assert not server.is_kept_on_one(clinic)

    moved = desk.run("move", clinic, *signed, *there)
    assert (moved["server"], moved["left"]) == (desk.cluster.address(desk.database), "")
    assert Path(moved["backup"]).parent == desk.folder / "clinic backups"
    assert desk.run("check", clinic, *signed)["sound"] is True
    status, _, err = desk.type("move", clinic, *signed, *there)
    assert (status, err) == (1, "This practice is on a server already.\n")
    assert desk.run("backup", clinic, "--to", desk.folder / "stick", *signed)["bytes"] > 100_000

    status, said, _ = desk.type("move", clinic, *signed, "--to-file", *admin)
    assert status == 0
    assert f"The practice is in {clinic} again." in said
    assert desk.run("check", clinic, *signed)["sound"] is True
    assert not server.is_kept_on_one(clinic)
