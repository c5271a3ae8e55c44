"""Lists of people for other programs: complete, guarded, logged, and without what is not safe."""

import csv
import os
import stat
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from practice_app.errors import FileRefused, NotAllowed
from practice_app.model.audit import AuditEvent
from practice_app.model.people import (
    Address,
    AddressBookEntry,
    AddressKind,
    Email,
    Patient,
    Person,
    Phone,
    PhoneKind,
    Safety,
)
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import exports
from practice_app.services.exports import Form, Wanted, Who
from practice_app.storage.records import Records
from tests import makers

from .import_files import count, rows_of, take_in, written

EVIL = "=cmd|'/C calc'!A1"


@pytest.fixture
def filled(records: Records) -> Records:
    """A practice with a patient who has everything, one with a formula for a name, and one who has died."""
    with records.work(use_case="tests.arrange") as work:
        margaret = makers.patient(
            work,
            PersonName("Mrs", "Margaret", "Holloway", "Peggy"),
            phones=("07700 900111",),
            emails=("peggy@example.org", "work@example.org"),
            postcode="CT11 8AA",
            nhs_number="9990000018",
            safety_line="Ring after six only.",
        )
        work.add(Phone(person_id=margaret, shown="01632 960666", kind=PhoneKind.HOME, safety=Safety.UNSAFE))
        work.add(
            Address(
                person_id=margaret,
                kind=AddressKind.TEMPORARY,
                line_1="2 Quay St",
                postcode="CT11 9AA",
                valid_to=date(2027, 6, 30),
                position=1,
            )
        )
        makers.patient(work, PersonName(None, "@Jo", EVIL, None), phones=("+1 212 555 2368",))
        makers.patient(work, PersonName(None, "Al", "Gone", None), person_values={"died": date(2026, 9, 2)})
    return records


def saved(records: Records, who: Who, form: Form, path: Path) -> exports.Exported:
    return exports.save(records, Wanted(who, form, path), progress=Progress())


def test_every_patient_is_in_the_table_and_nothing_in_it_is_a_formula(
    filled: Records, tmp_path: Path
) -> None:
    made = saved(filled, Who.PATIENTS, Form.CSV, tmp_path / "list.csv")
    assert (made.people, made.unsafe, made.died) == (3, 1, 0)
    text = (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["Last name"] for row in rows] == [f"'{EVIL}", "Gone", "Holloway"]
    assert rows[0]["First name"] == "'@Jo"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]
    assert "01632 960666" not in text
    assert rows[2]["E-mail"] == "peggy@example.org ::: work@example.org"


def test_a_table_comes_back_as_it_was(filled: Records, open_other: Records, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    saved(filled, Who.PATIENTS, Form.CSV, path)
    outcome = take_in(open_other, "patients", path)
    assert (outcome.added, outcome.unmatched) == (3, ())
    for kind, skipped in (
        (Person, {"id", "person_key", "entered_at", "source", "version"}),
        (Patient, {"id", "version", "registered_on"}),
    ):
        assert _plain(open_other, kind, skipped) == _plain(filled, kind, skipped)
    assert _shown(open_other, Phone.shown) == _shown(filled, Phone.shown) - {"01632 960666"}
    assert _shown(open_other, Email.address) == _shown(filled, Email.address)
    assert _shown(open_other, Address.line_1) == _shown(filled, Address.line_1)
    assert date(2027, 6, 30) in {row["valid_to"] for row in rows_of(open_other, Address)}


@pytest.fixture
def open_other(tmp_path_factory: pytest.TempPathFactory, _template: object) -> Records:
    """Another empty practice."""
    import shutil

    from practice_app.storage.engine import open_file

    path, keys = _template  # type: ignore[misc]  # always a file: what the other practice is does not matter
    folder = tmp_path_factory.mktemp("other")
    copy = Path(shutil.copy(path, folder / "practice.db"))
    held = makers.as_role(keys, Role.DIRECTOR)
    records = Records(
        open_file(copy, held.newest_dek[1]), held, makers.actor(id=held.user), lambda: makers.NOW
    )
    yield records
    records.close()


def _plain(
    records: Records, kind: type[Person] | type[Patient], skipped: set[str]
) -> list[dict[str, object]]:
    rows = [
        {name: value for name, value in row.items() if name not in skipped} for row in rows_of(records, kind)
    ]
    rows = [row for row in rows if row.get("given") != "Dana"]
    return sorted(rows, key=str)


def _shown(records: Records, column: object) -> set[str]:
    with records.work(writes=False) as work:
        return set(work.select(select(column)))  # type: ignore[call-overload]


def test_the_address_book_goes_out_as_cards_and_comes_back(records: Records, tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\nVERSION:3.0\nN:Okafor;Ada;;Dr;\nORG:Seafront Surgery\nTEL;TYPE=WORK:01632 960100\n"
        "ADR;TYPE=WORK:;;9 Dock Rd;Ramsgate;;CT11 9AA;\nEND:VCARD\n"
    )
    take_in(records, "contacts", written(tmp_path, text, "in.vcf"))
    path = tmp_path / "out.vcf"
    made = saved(records, Who.CONTACTS, Form.VCARD, path)
    assert (made.people, made.died) == (1, 0)
    again = take_in(records, "contacts", path, source="our own export", dry_run=True)
    assert (again.added, again.refused) == (1, 0)
    saved(records, Who.CONTACTS, Form.CSV, tmp_path / "out.csv")
    table = take_in(records, "contacts", tmp_path / "out.csv", source="our own table")
    assert (table.added, table.unmatched) == (1, ())
    entries = [(row["organisation"], row["job"]) for row in rows_of(records, AddressBookEntry)]
    assert entries == [("Seafront Surgery", ""), ("Seafront Surgery", "GP")]


def test_who_has_died_has_no_card(filled: Records, tmp_path: Path) -> None:
    made = saved(filled, Who.PATIENTS, Form.VCARD, tmp_path / "list.vcf")
    assert (made.people, made.died) == (2, 1)
    assert "Gone" not in (tmp_path / "list.vcf").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", Form)
def test_an_address_somebody_has_left_stays_here(records: Records, tmp_path: Path, form: Form) -> None:
    with records.work(use_case="tests.arrange") as work:
        patient = makers.patient(work)
        for line_1, last in (("1 Old St", makers.TODAY - timedelta(days=1)), ("2 Now St", makers.TODAY)):
            work.add(Address(person_id=patient, line_1=line_1, valid_to=last))
        work.add(
            Address(person_id=patient, line_1="3 Was St", valid_to=date(2020, 1, 1), safety=Safety.UNSAFE)
        )
    made = saved(records, Who.PATIENTS, form, tmp_path / "list")
    text = (tmp_path / "list").read_text(encoding="utf-8-sig")
    assert ("1 Old St" in text, "2 Now St" in text, made.unsafe) == (False, True, 0)


def test_the_log_has_one_entry_with_the_number_and_no_name(filled: Records, tmp_path: Path) -> None:
    saved(filled, Who.PATIENTS, Form.CSV, tmp_path / "list.csv")
    with filled.work(writes=False) as work:
        (entry,) = work.select(select(AuditEvent).where(AuditEvent.use_case == "exports.save"))
        assert (entry.action, entry.count, entry.reason_code) == ("exported", 3, "patients csv")
        assert entry.record_id is None


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_file_is_for_this_account_only(filled: Records, tmp_path: Path) -> None:
    saved(filled, Who.PATIENTS, Form.VCARD, tmp_path / "list.vcf")
    assert stat.S_IMODE((tmp_path / "list.vcf").stat().st_mode) == 0o600


def test_a_place_that_takes_no_file_leaves_no_trace(filled: Records, tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        saved(filled, Who.PATIENTS, Form.CSV, tmp_path / "nowhere" / "list.csv")
    with filled.work(writes=False) as work:
        assert not work.select(select(AuditEvent).where(AuditEvent.use_case == "exports.save"))


def test_a_suggested_name_names_nobody() -> None:
    name = Wanted.file_name(Who.PATIENTS, Form.VCARD, date(2026, 11, 23))
    assert name.startswith("patients-2026-11-23-")
    assert name.endswith(".vcf")


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.THERAPIST])
def test_only_a_director_takes_lists_out(
    open_as: Callable[[Role], Records], tmp_path: Path, role: Role
) -> None:
    with pytest.raises(NotAllowed):
        saved(open_as(role), Who.PATIENTS, Form.CSV, tmp_path / "list.csv")
    assert not list(tmp_path.glob("list*"))
    assert count(open_as(Role.DIRECTOR), Patient) == 0
