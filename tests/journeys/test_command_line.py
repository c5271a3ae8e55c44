"""The command line from end to end: a new practice, files in, a subject-access PDF out, a backup back."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import pyzipper
from sqlalchemy import select

from practice_app.__main__ import has_display, main, wants_window
from practice_app.cli.desk import signed_in
from practice_app.model.settings import Practice
from practice_app.rules.files import CleanedFile, FileState
from practice_app.services import files, people
from tests import makers
from tests.documents import papers
from tests.services.copies import text

PASSWORD = "correct pelican juggles nine umbrellas"
START = "quiet lantern over the harbour wall"


@dataclass
class Desk:
    """A folder with a practice in it, and somebody typing commands."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def type(self, *arguments: object) -> tuple[int, str, str]:
        status = main([str(each) for each in arguments])
        shown = self.capture.readouterr()
        return status, shown.out, shown.err

    def run(self, *arguments: object) -> dict[str, object]:
        """A command that succeeds, with its JSON."""
        status, out, err = self.type(*arguments, "--json")
        assert status == 0, err
        return json.loads(out)

    @property
    def signed(self) -> tuple[object, ...]:
        return ("--as", "Dana Director", "--password-file", self.folder / "password")

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "account"))
    desk = Desk(tmp_path, capsys)
    desk.file("password", PASSWORD + "\n")
    desk.file("start", START + "\n")
    return desk


@pytest.fixture
def clinic(desk: Desk) -> Path:
    """A new practice; its recovery key is in the file `recovery`."""
    made = desk.run(
        "new", desk.folder / "clinic", "--practice", "Harbour Clinic", "--director", "Dana Director",
        "--password-file", desk.folder / "password", "--no-keyring",
    )  # fmt: skip
    desk.file("recovery", str(made["recovery_key"]))
    return desk.folder / "clinic"


PATIENTS = """Ref,Surname,First name,DOB,NHS No,Mobile,Postcode
P1,Holloway,Margaret,14/03/1958,999 000 0018,07700 900123,CT11 8AB
P2,Smith,John,31/12/1980,,01632 960555,
"""

NOTES = """Client ID,Date,Author,Note
P1,20/11/2026,A. Shah,"Slept better.
Talked about her sister."
"""


def test_a_clinics_files_in_and_one_persons_pdf_out(desk: Desk, clinic: Path) -> None:
    patients, notes = desk.file("patients.csv", PATIENTS), desk.file("notes.csv", NOTES)
    taken = desk.run("import", "patients", patients, "--at", clinic, *desk.signed, "--source", "Old")
    assert (taken["added"], taken["refused"], taken["written"]) == (2, 0, True)
    again = desk.run("import", "patients", patients, "--at", clinic, *desk.signed, "--source", "Old")
    assert (again["added"], again["unchanged"]) == (0, 2)
    desk.run("import", "notes", notes, "--at", clinic, *desk.signed, "--source", "Old")

    out = desk.folder / "copy.pdf"
    made = desk.run("subject-access", "999 000 0018", "--at", clinic, *desk.signed, "--out", out)
    assert made["released"] is False
    words = " ".join(_text(out).split())
    for expected in (
        "Margaret",
        "07700 900123",
        "Slept better. Talked about her sister.",
        "not yet released",
    ):
        assert expected in words
    assert "Smith" not in words
    large = desk.folder / "large.pdf"
    asked = ("subject-access", "1001", "--at", clinic, *desk.signed, "--out", large, "--large-print")
    assert desk.run(*asked)["pages"] > made["pages"]

    assert desk.run("check", clinic, *desk.signed)["sound"] is True


def test_a_released_copy_has_lost_its_stamp_and_asks_for_its_password(desk: Desk, clinic: Path) -> None:
    patients = desk.file("patients.csv", PATIENTS)
    desk.run("import", "patients", patients, "--at", clinic, *desk.signed)
    out, secret = desk.folder / "copy.pdf", desk.file("secret", "KWXR-MMPD-Q7TH\n")
    asked = ("subject-access", "1001", "--at", clinic, *desk.signed, "--out", out, "--release")
    status, _, err = desk.type(*asked)
    assert (status, out.exists()) == (1, False)
    assert "who asked" in err
    made = desk.run(
        *asked, "--file-password-file", secret, "--requester", "Margaret Holloway", "--identity-seen",
        "passport", "--authority-seen", "asks about herself", "--recipient", "Margaret Holloway", "--means",
        "by hand",
    )  # fmt: skip
    assert (made["released"], made["encrypted"]) == (True, True)
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(out)
    assert "not yet released" not in _text(out, "KWXR-MMPD-Q7TH")


def _file_a_recording(desk: Desk, clinic: Path) -> None:
    """What the window's filing form does: the command line takes no recordings in."""
    sound = CleanedFile("call.mp3", "audio/mpeg", b"ID3" + bytes(500), FileState.AS_RECEIVED)
    with (
        signed_in(clinic, "Dana Director", desk.folder / "password") as opened,
        opened.records.work(use_case="tests.arrange") as work,
    ):
        work.select(select(Practice))[0].keeps_recordings = True
        work.flush()
        person = people.identify(work, "1001")
        letter = makers.letter(work, [person])
        work.add(files.attach(work, sound, [person], letter=letter))


def test_a_recording_comes_out_beside_the_copy_with_a_password_said_once(desk: Desk, clinic: Path) -> None:
    patients = desk.file("patients.csv", PATIENTS)
    desk.run("import", "patients", patients, "--at", clinic, *desk.signed, "--source", "Old")
    _file_a_recording(desk, clinic)
    out = desk.folder / "copy.pdf"
    made = desk.run("subject-access", "1001", "--at", clinic, *desk.signed, "--out", out)
    archive = desk.folder / "copy-recordings.zip"
    assert made["recordings"] == str(archive)
    password = made["recordings_password"].encode()
    with pyzipper.AESZipFile(archive) as opened:
        assert opened.namelist() == ["recording-1.mp3"]
        assert opened.read("recording-1.mp3", pwd=password).startswith(b"ID3")
    out.unlink()
    status, _, err = desk.type("subject-access", "1001", "--at", clinic, *desk.signed, "--out", out)
    assert (status, "copy-recordings.zip" in err, out.exists()) == (1, True, False)


def test_letters_come_in_with_their_files_and_the_rest_stays_outside(desk: Desk, clinic: Path) -> None:
    patients = desk.file("patients.csv", PATIENTS)
    desk.run("import", "patients", patients, "--at", clinic, *desk.signed, "--source", "Old")
    folder = desk.folder / "letters"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(papers.pdf("Dear Dr Shah"))
    (folder / "locked.pdf").write_bytes(papers.locked())
    index = folder / "index.csv"
    rows = "L1,P1,a.pdf,12/01/2026\nL2,P2,locked.pdf,13/01/2026\n"
    index.write_text(f"ID,Client ID,File,Date\n{rows}L3,P1,../recovery,14/01/2026\n")
    asked = ("import", "letters", index, "--at", clinic, *desk.signed, "--source", "Old", "--dates", "dmy")
    status, _, err = desk.type(*asked)
    assert (status, "leads out of its folder" in err) == (1, True)
    taken = desk.run(*asked, "--rejects", desk.folder / "rejects.csv")
    assert (taken["added"], taken["refused"], taken["written"]) == (2, 1, True)
    assert "password" in taken["warnings"][0]["text"]
    index.write_text(f"ID,Client ID,File,Date\n{rows}")
    again = desk.run(*asked)
    assert (again["added"], again["unchanged"]) == (0, 2)
    assert desk.run("check", clinic, *desk.signed)["sound"] is True


def test_a_backup_comes_back_in_a_new_folder(desk: Desk, clinic: Path) -> None:
    patients = desk.file("patients.csv", PATIENTS)
    desk.run("import", "patients", patients, "--at", clinic, *desk.signed)
    made = desk.run("backup", clinic, "--to", desk.folder / "stick", *desk.signed)
    restored = desk.folder / "restored"
    status, _, err = desk.type(
        "restore", made["bundle"], restored, "--recovery-key-file", desk.folder / "recovery", *desk.signed
    )
    assert status == 0, err
    assert desk.run("check", restored, *desk.signed)["sound"] is True


def test_a_receptionist_is_refused_subject_access_never_given_less(desk: Desk, clinic: Path) -> None:
    desk.run(
        "user", "add", clinic, "Sam Price", "--role", "receptionist", *desk.signed,
        "--new-password-file", desk.folder / "start",
    )  # fmt: skip
    desk.run("import", "patients", desk.file("patients.csv", PATIENTS), "--at", clinic, *desk.signed)
    out = desk.folder / "copy.pdf"
    status, _, err = desk.type(
        "subject-access", "1001", "--at", clinic, "--as", "Sam Price",
        "--password-file", desk.folder / "start", "--out", out,
    )  # fmt: skip
    assert (status, out.exists()) == (1, False)
    assert "receptionist" in err


@pytest.mark.parametrize("place", ["clinic/practice.db", "clinic/new.csv", "password", "folder", "link"])
def test_nothing_that_exists_is_written_over_and_the_records_least_of_all(
    desk: Desk, clinic: Path, place: str
) -> None:
    bad = desk.file("bad.csv", PATIENTS + "P3,Jones,Ann,31/02/1990,,,\n")
    (desk.folder / "folder").mkdir()
    (desk.folder / "link").symlink_to(clinic / "practice.db")
    before = {path.name: path.read_bytes() for path in clinic.iterdir()}
    asked = ("import", "patients", bad, "--at", clinic, *desk.signed)
    status, _, err = desk.type(*asked, "--rejects", desk.folder / place)
    assert (status, bool(err)) == (1, True)
    desk.run(*asked, "--rejects", desk.folder / "rejects.csv")
    status, _, err = desk.type(
        "subject-access", "1001", "--at", clinic, *desk.signed, "--out", desk.folder / place
    )
    assert (status, bool(err)) == (1, True)
    assert (desk.folder / "password").read_text() == PASSWORD + "\n"
    assert set(before) <= {path.name for path in clinic.iterdir()}
    assert desk.run("check", clinic, *desk.signed)["sound"] is True


def test_places_that_take_nothing_are_said_in_words(desk: Desk, clinic: Path) -> None:
    in_the_way = desk.file("in the way", "kept")
    for arguments in (
        ("backup", clinic, "--to", in_the_way, *desk.signed),
        ("backup", clinic, "--to", in_the_way / "x", *desk.signed),
        ("new", in_the_way / "x", "--practice", "X", "--director", "A B", "--no-keyring", *desk.signed[2:]),
        ("new", in_the_way, "--practice", "X", "--director", "A B", "--no-keyring", *desk.signed[2:]),
        ("check", desk.folder / ("y" * 300), *desk.signed),
        ("new", desk.folder / "new", "--practice", "\udcff", "--director", "A B", *desk.signed[2:]),
    ):
        status, _, err = desk.type(*arguments)
        assert (status, "Traceback" in err, bool(err)) == (1, False, True)
    assert in_the_way.read_text() == "kept"


def test_a_practice_whose_recovery_key_nobody_saw_is_not_kept(desk: Desk) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no device that is always full")
    command = (
        sys.executable, "-m", "practice_app", "new", str(desk.folder / "unseen"), "--practice", "X",
        "--director", "A B", "--password-file", str(desk.folder / "password"), "--no-keyring",
    )  # fmt: skip
    with open("/dev/full", "w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert ended.returncode != 0
    assert "recovery key" in ended.stderr
    assert not (desk.folder / "unseen").exists()


def test_ambiguous_dates_are_a_question_that_an_option_answers(desk: Desk, clinic: Path) -> None:
    american = desk.file("american.csv", "Surname,First name,DOB\nHolloway,Margaret,03/04/1958\n")
    asked = ("import", "patients", american, "--at", clinic, *desk.signed)
    status, _, err = desk.type(*asked)
    assert status == 1
    assert "--dates" in err
    assert desk.run(*asked, "--dates", "dmy")["added"] == 1


def test_refused_rows_go_to_a_file_and_the_others_in(desk: Desk, clinic: Path) -> None:
    bad = desk.file("bad.csv", PATIENTS + "P3,Jones,Ann,31/02/1990,,,\n")
    asked = ("import", "patients", bad, "--at", clinic, *desk.signed)
    status, _, err = desk.type(*asked)
    assert status == 1
    assert "Line 4" in err
    taken = desk.run(*asked, "--rejects", desk.folder / "rejects.csv")
    assert (taken["added"], taken["refused"]) == (2, 1)
    assert "Jones" in (desk.folder / "rejects.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["nonsense"], 2),
        (["check"], 2),
        (["import", "patients"], 2),
        (["import", "dogs", "--fields"], 2),
        (["check", "/nowhere", "--as", "X", "--password-file", "/nowhere"], 1),
        (["import", "patients", "--fields"], 0),
        (["import", "practices", "--fields"], 0),
        (["--help"], 0),
    ],
)
def test_exit_statuses(desk: Desk, arguments: list[str], status: int) -> None:
    told, out, err = desk.type(*arguments)
    assert told == status
    assert "Traceback" not in out + err
    assert out + err


def test_no_display_is_said_in_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform == "linux":
        status, _, err = desk.type()
        assert (status, "no display" in err) == (1, True)


def test_the_demo_without_a_display_does_the_main_job(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform != "linux":
        pytest.skip("only systems with X11 or Wayland can be without a display")
    made = desk.run("demo", "--at", desk.folder / "demo", "--patients", "20")
    copy = Path(str(made["file"])).read_bytes()
    assert copy.startswith(b"%PDF")
    assert made["items"]
    said = text(copy)
    for shown in ("Attached: letter.pdf", "Attached: scan.pdf", "Attached: photo.jpg", "recording-1.wav"):
        assert shown in said
    assert Path(str(made["recordings"])).is_file()
    assert made["recordings_password"]


@pytest.mark.parametrize(
    ("arguments", "is_window"),
    [([], True), (["open", "x"], True), (["demo"], True), (["demo", "--no-window"], False),
     (["demo", "--help"], False), (["check", "x"], False)],
)  # fmt: skip
def test_only_three_commands_open_the_window(arguments: list[str], is_window: bool) -> None:
    assert wants_window(arguments) is is_window


def test_a_display_is_known_by_its_variables() -> None:
    assert has_display({"DISPLAY": ":0"})
    assert has_display({"WAYLAND_DISPLAY": "wayland-0"})
    if sys.platform == "linux":
        assert not has_display({"DISPLAY": ""})


def test_the_command_line_loads_no_qt_and_the_window_no_typer() -> None:
    script = "import practice_app.cli, sys; sys.exit(any(n.startswith('PySide6') for n in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
    script = "import practice_app.__main__, practice_app.app, sys; sys.exit('typer' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def _text(pdf: Path, password: str | None = None) -> str:
    document = pypdfium2.PdfDocument(pdf, password=password)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no core dumps to forbid this way")
def test_a_crash_leaves_no_core_file_and_files_are_for_this_account_only() -> None:
    program = (
        "import os, resource; from practice_app.__main__ import keep_private; keep_private();"
        "print(resource.getrlimit(resource.RLIMIT_CORE), oct(os.umask(0)))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "(0, 0) 0o77"


CARDS = """BEGIN:VCARD
VERSION:3.0
N:Okafor;Ada;;Dr;
ORG:Seafront Surgery
TEL;TYPE=WORK:01632 960100
END:VCARD
"""


def test_an_address_book_in_and_lists_out(desk: Desk, clinic: Path) -> None:
    cards = desk.file("cards.vcf", CARDS)
    taken = desk.run("import", "contacts", cards, "--at", clinic, *desk.signed)
    assert (taken["added"], taken["unit"]) == (1, "line")
    desk.run("import", "patients", desk.file("p.csv", PATIENTS), "--at", clinic, *desk.signed)
    table, out = desk.folder / "patients.csv", desk.folder / "contacts.vcf"
    made = desk.run("export", "patients", "--csv", table, "--at", clinic, *desk.signed)
    assert (made["people"], made["unsafe"]) == (2, 0)
    assert "Holloway" in table.read_text(encoding="utf-8")
    version = ("--vcard-version", "4.0")
    assert (
        desk.run("export", "contacts", "--vcard", out, *version, "--at", clinic, *desk.signed)["people"] == 1
    )
    assert "VERSION:4.0" in out.read_text(encoding="utf-8")
    status, _, err = desk.type("export", "patients", "--csv", table, "--at", clinic, *desk.signed)
    assert (status, "exists already" in err) == (1, True)
    both = ("--csv", desk.folder / "a", "--vcard", desk.folder / "b")
    assert desk.type("export", "patients", *both, "--at", clinic, *desk.signed)[0] == 2
