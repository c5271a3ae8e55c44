"""The demo practice: the same for the same seed and day, plausible in every row, gone when thrown away."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from holidays import country_holidays
from sqlalchemy import LargeBinary, func, select

from practice_app.errors import Cancelled, CannotOpen, Invalid
from practice_app.model.audit import AuditEvent
from practice_app.model.base import Base, SealedBytes
from practice_app.model.consents import Consent
from practice_app.model.correspondence import Attachment, Call, Letter, LetterClass, LetterSubject
from practice_app.model.diary import Appointment, AppointmentState, Attendee, Room
from practice_app.model.documents import DocumentSubject
from practice_app.model.notes import Addendum, Draft, Note, NoteLevel, NoteSubject
from practice_app.model.people import (
    Address,
    Authority,
    Contact,
    Email,
    Enquiry,
    GPPractice,
    Patient,
    PatientStatus,
    Person,
    Phone,
    Safety,
)
from practice_app.model.rights import Disclosure
from practice_app.model.settings import Practice
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.progress import Progress
from practice_app.rules import contact_details, dates, identifiers
from practice_app.rules.consents import DecisionRow, Purpose, Status, status
from practice_app.rules.files import FileState, media_type
from practice_app.rules.permissions import Role
from practice_app.services import backups, demo, documents, people, practice, timeline
from practice_app.services.demo import making, papers, planning, stock
from practice_app.services.demo.papers import PaperForm
from practice_app.services.demo.staff import DIRECTOR
from practice_app.services.marks import run
from practice_app.storage import sealed
from practice_app.storage.keys import Kdf, unseal
from practice_app.storage.records import Records, Work

CHEAP = Kdf(memory=19456, passes=2, threads=1)
TODAY = date(2026, 11, 24)
LONDON = ZoneInfo("Europe/London")

DRAMA_NUMBER = re.compile(r"07700 900\d{3}|01632 960\d{3}|020 7946 0\d{3}")
EXAMPLE_MAIL = re.compile(r"[a-z0-9.]+@(example\.org|[a-z]+\.example)")

NOT_FILLED = {
    "address_book_entry",
    "audit_reason",
    "backup",
    "consent_evidence",
    "death_stop",
    "form_draft",
    "import_mapping",
    "imported",
    "merge",
    "merge_step",
    "merge_suggestion",
    "moved_away",
    "moved_item",
    "subject_access_bundle",
}
"""What only using the program makes: reasons, backups, papers tied to consents, unsaved forms, bundles."""

KEYED = {"marketing_suppression.digest"}
"""Checksums under a random key of the file, as different as the keys are."""

SEALED_AS = {
    "note.body_sealed": sealed.NOTE,
    "addendum.body_sealed": sealed.ADDENDUM,
    "draft.body_sealed": sealed.DRAFT,
    "letter.text_sealed": sealed.LETTER,
    "competence_note.matter_sealed": sealed.COMPETENCE_MATTER,
    "competence_note.reasons_sealed": sealed.COMPETENCE_REASONS,
    "document.title_sealed": sealed.DOCUMENT_TITLE,
    "attachment.name_sealed": sealed.ATTACHMENT_NAME,
}


FILES = {
    "attachment.content_sealed": sealed.ATTACHMENT,
    "attachment.cleaned_sealed": sealed.ATTACHMENT_CLEANED,
}


def make(folder: Path, *, patients: int = 45, seed: int = 1, today: date = TODAY) -> demo.Demo:
    """A small demo with keys that are cheap to make."""
    return demo.create(folder, patients=patients, seed=seed, today=today, kdf=CHEAP, progress=Progress())


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[demo.Demo]:
    """The demo as `practice-app demo` makes it; tests only read it."""
    made = make(tmp_path_factory.mktemp("demo") / "full", patients=120)
    yield made
    made.records.close()


@pytest.fixture
def work(full: demo.Demo) -> Iterator[Work]:
    """One reading transaction on the full demo."""
    with full.records.work(writes=False) as opened:
        yield opened


def _person(work: Work, family: str, given: str | None = None) -> Person:
    statement = select(Person).join(Patient, Patient.id == Person.id).where(Person.family == family)
    if given:
        statement = statement.where(Person.given == given)
    (found,) = work.select(statement)
    return found


def _staff_names(work: Work) -> dict[str, str]:
    """The random ids of the staff's accounts, by what they stand for."""
    found = {str(work.keys.vault): "vault"}
    for account, person in work.rows(select(UserAccount, Person).join(Person)):
        found |= {str(account.id): f"user {person.family}", str(person.id): f"person {person.family}"}
    for practitioner, person in work.rows(select(Practitioner, Person).join(Person)):
        found[str(practitioner.id)] = f"practitioner {person.family}"
    for row in work.select(select(Practice.id)):
        found[str(row)] = "practice"
    return found


def _opened(work: Work, column: str, row: Any, blob: bytes | None) -> str | None:
    if blob is None or column == "subject_access_bundle.content_sealed":
        return None
    if column in FILES:
        letter = select(LetterSubject.person_id).where(LetterSubject.letter_id == row.letter_id)
        document = select(DocumentSubject.person_id).where(DocumentSubject.document_id == row.document_id)
        subjects = [*work.select(letter), *work.select(document)]
        return sealed.get_bytes(work, row.id, FILES[column], blob, subjects=subjects).decode("latin-1")
    text = unseal(work.keys, SEALED_AS[column], row.id, blob)
    return f"{text.subject} {text.also} {text.at} {text.text}"


def _dump(records: Records) -> dict[str, list[tuple[Any, ...]]]:
    """Every row without key material, sealed texts opened, the staff's ids by name."""
    tables = {}
    with records.work(writes=False) as work:
        names = _staff_names(work)
        for table in Base.metadata.sorted_tables:
            rows = []
            for row in work.rows(select(table)):
                values = []
                for column in table.columns:
                    if str(column) in KEYED:
                        continue
                    value = getattr(row, column.name)
                    if isinstance(column.type, SealedBytes):
                        value = _opened(work, f"{table.name}.{column.name}", row, value)
                    elif isinstance(column.type, LargeBinary) or column is AuditEvent.__table__.c.seq:
                        continue  # key material; the rows of one flush are logged in any order
                    values.append(names.get(str(value), value))
                rows.append(tuple(values))
            tables[table.name] = sorted(rows, key=repr)
    return tables


def test_the_same_seed_and_day_give_the_same_rows(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one"), make(tmp_path / "other")
    first, second = _dump(one.records), _dump(other.records)
    one.records.close()
    other.records.close()
    for table, rows in first.items():
        if table != "vault":  # the file's own keys are named there
            assert rows == second[table], table


def digest_of_a_demo(folder: Path) -> str:
    """What another process compares its demo by."""
    made = make(folder)
    rows = {table: rows for table, rows in _dump(made.records).items() if table != "vault"}
    made.records.close()
    return sha256(repr(rows).encode()).hexdigest()


def test_the_rows_do_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    script = "import sys, pathlib; from tests.services.test_demo import digest_of_a_demo as digest; "
    script += "print(digest(pathlib.Path(sys.argv[1])))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", script, tmp_path / seed],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one"), make(tmp_path / "other", seed=2)
    first, second = _dump(one.records), _dump(other.records)
    one.records.close()
    other.records.close()
    for table in ("person", "appointment", "letter", "consent"):
        assert first[table] != second[table]


def test_every_table_that_using_the_program_does_not_fill_has_rows(work: Work) -> None:
    empty = {
        table.name
        for table in Base.metadata.sorted_tables
        if work.first(select(func.count()).select_from(table)) == 0
    }
    assert empty == NOT_FILLED


def test_it_is_a_demo_of_the_size_that_was_asked_for(full: demo.Demo, work: Work) -> None:
    assert run(full.records, practice.facts).is_demo
    assert work.first(select(func.count()).select_from(Patient)) == 120
    assert work.first(select(func.count()).select_from(Practitioner)) == 3
    numbers = work.select(select(Patient.number).order_by(Patient.number))
    assert list(numbers) == list(range(1001, 1121))
    assert work.first(select(Practice.next_number)) == 1121


def test_everybody_signs_in_with_the_password_shown(full: demo.Demo, tmp_path: Path) -> None:
    assert [user.role for user in full.users] == [
        Role.DIRECTOR,
        Role.THERAPIST,
        Role.THERAPIST,
        Role.RECEPTIONIST,
    ]
    for user in full.users:
        opened = practice.sign_in(
            full.folder, user.name, user.password, secret=None, state_folder=tmp_path, clock=full.clock
        )
        assert opened.records.actor.role is user.role
        assert (opened.must_change_password, opened.notices) == (False, ())
        opened.records.close()


def test_the_logs_and_the_file_are_sound(full: demo.Demo) -> None:
    checked = backups.check(full.records, full.folder, devices=None, progress=Progress())
    assert checked.problems == ()


def test_nhs_numbers_are_valid_unique_and_from_the_test_range(work: Work) -> None:
    numbers = [number for number in work.select(select(Patient.nhs_number)) if number]
    assert 60 < len(numbers) < 110
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert identifiers.nhs_number(number) == number
        assert number.startswith("999")


def test_no_telephone_number_mail_or_postcode_belongs_to_anybody(work: Work) -> None:
    numbers = [*work.select(select(Phone.shown)), *work.select(select(GPPractice.phone))]
    numbers += [number for number in work.select(select(Call.number)) if number]
    assert [number for number in numbers if not DRAMA_NUMBER.fullmatch(number)] == []
    assert all(work.select(select(Phone.e164)))
    mail = work.select(select(Email.address))
    assert [address for address in mail if not EXAMPLE_MAIL.fullmatch(address)] == []
    for postcode in work.select(select(Address.postcode)):
        assert postcode.startswith("HV")  # no such area
        assert contact_details.postcode(postcode) == contact_details.Postcode(postcode)


def test_names_come_in_many_scripts(work: Work) -> None:
    names = " ".join(work.select(select(Person.display_name)))
    for letters in ("[À-ÿ]", "[Ą-ž]", "[Ạ-ỹ]"):
        assert re.search(letters, names)
    every = " ".join(name for group, _ in stock.read().groups for name in (*group.women, *group.men_family))
    for letters in ("[Α-ω]", "[А-я]", "[א-ת]", "[ا-ي]", "[一-鿿]"):
        assert re.search(letters, every)


def _check_diary(work: Work, today: date) -> None:
    holidays = country_holidays("GB", subdiv="ENG")
    rows = work.select(select(Appointment).order_by(Appointment.starts_at))
    by_whom: dict[UUID, datetime] = {}
    by_room: dict[UUID, datetime] = {}
    for row in rows:
        day = row.local_start.date()
        assert day.weekday() < 5
        assert day not in holidays
        assert row.starts_at == row.local_start.replace(tzinfo=LONDON)
        assert row.ends_at - row.starts_at == timedelta(minutes=row.minutes)
        assert 8 <= row.local_start.hour < 18
        assert by_whom.get(row.practitioner_id, row.starts_at) <= row.starts_at
        by_whom[row.practitioner_id] = row.ends_at
        if row.room_id and row.room_id != _video_room(work):
            assert by_room.get(row.room_id, row.starts_at) <= row.starts_at
            by_room[row.room_id] = row.ends_at
        is_past = day < today
        assert (row.state is AppointmentState.BOOKED) <= (not is_past)
        assert (row.state in (AppointmentState.DONE, AppointmentState.DID_NOT_ATTEND)) <= is_past
    assert rows[-1].local_start.date() > today + timedelta(days=20)
    assert rows[-1].local_start.date() <= today + timedelta(days=28)
    per_day = work.rows(
        select(Attendee.patient_id, func.date(Appointment.local_start), func.count())
        .join(Appointment)
        .group_by(Attendee.patient_id, func.date(Appointment.local_start))
        .having(func.count() > 1)
    )
    assert per_day == []


def _video_room(work: Work) -> UUID | None:
    return work.first(select(Room.id).where(Room.name == "By video"))


def test_the_diary_holds_a_year_and_four_weeks_without_a_clash(work: Work) -> None:
    _check_diary(work, TODAY)
    months = work.rows(
        select(func.strftime("%Y-%m", Appointment.local_start), func.count())
        .where(Appointment.local_start > datetime(2025, 12, 1))  # noqa: DTZ001  wall time
        .group_by(func.strftime("%Y-%m", Appointment.local_start))
    )
    assert len(months) == 13
    states = set(work.select(select(Appointment.state)))
    assert states == {
        AppointmentState.BOOKED,
        AppointmentState.CANCELLED,
        AppointmentState.DID_NOT_ATTEND,
        AppointmentState.DONE,
    }


@pytest.mark.parametrize(
    "today",
    [
        date(2028, 2, 29),  # a leap day
        date(2026, 3, 29),  # the clocks go forward
        date(2026, 10, 25),  # and back
        date(2027, 1, 1),  # a holiday
        date(2024, 12, 31),
    ],
)
def test_it_works_on_any_day(tmp_path: Path, today: date) -> None:
    made = make(tmp_path / "demo", today=today)
    with made.records.work(writes=False) as work:
        _check_diary(work, today)
        _check_nothing_is_from_the_future(work, today)
    made.records.close()


def _check_nothing_is_from_the_future(work: Work, today: date) -> None:
    latest = datetime.combine(today, datetime.min.time(), LONDON)
    for column in (Note.entered_at, Letter.entered_at, Call.at, Consent.recorded_at, Enquiry.received_at,
                   Person.entered_at, Addendum.entered_at, Draft.saved_at):  # fmt: skip
        assert max(work.select(select(column))) < latest, column
    for day in (Consent.decided_on, Disclosure.made_on, Letter.dated, Patient.registered_on):
        assert max(filter(None, work.select(select(day)))) < today, day


def test_nothing_but_appointments_is_from_the_future(work: Work) -> None:
    _check_nothing_is_from_the_future(work, TODAY)


def test_most_attended_sessions_have_a_signed_note(work: Work) -> None:
    attended = work.first(
        select(func.count()).select_from(Appointment).where(Appointment.state == AppointmentState.DONE)
    )
    signed = work.first(select(func.count()).select_from(Note).where(Note.signed_at.is_not(None)))
    assert attended
    assert signed
    assert 0.85 < signed / attended < 1


def test_every_sealed_text_opens_for_each_of_its_people_and_has_no_blank_left(work: Work) -> None:
    texts = []
    for note, person in work.rows(select(Note, NoteSubject.patient_id).join(NoteSubject)):
        texts.append(sealed.get(work, note.id, sealed.NOTE, note.body_sealed, subjects={person}))
    for added, person in work.rows(
        select(Addendum, NoteSubject.patient_id).join(NoteSubject, NoteSubject.note_id == Addendum.note_id)
    ):
        texts.append(sealed.get(work, added.id, sealed.ADDENDUM, added.body_sealed, subjects={person}))
    for letter, person in work.rows(select(Letter, LetterSubject.person_id).join(LetterSubject)):
        text = sealed.get(work, letter.id, sealed.LETTER, letter.text_sealed, subjects={person})
        assert bool(text) is (letter.letter_class is LetterClass.CARE)
        texts.append(text or letter.body)
    assert all(texts)
    assert [text for text in texts if re.search(r"[{}]|None", text)] == []
    assert len(set(texts)) > len(texts) * 0.7


def test_letters_went_to_gps_only_where_that_stood_agreed(work: Work) -> None:
    sent = work.select(select(Disclosure).where(Disclosure.basis == "Consent: may write to the GP"))
    assert len(sent) > 30
    for row in sent:
        asked = work.select(
            select(Consent)
            .where(Consent.person_id == row.person_id, Consent.purpose == Purpose.SHARE_WITH_GP)
            .order_by(Consent.recorded_at)
        )
        decisions = [DecisionRow(each.decision, each.decided_on, each.expires_on) for each in asked]
        assert status(decisions, row.made_on) is Status.GIVEN


def test_consents_are_given_refused_and_withdrawn(work: Work) -> None:
    undecided = _person(work, "Pinnock", "Winston")
    history = work.select(
        select(Consent.decision)
        .where(Consent.person_id == undecided.id, Consent.purpose == Purpose.SHARE_WITH_GP)
        .order_by(Consent.decided_on)
    )
    assert [decision.value for decision in history] == ["refused", "given", "withdrawn"]


def test_bluebird_gave_a_nickname_and_nothing_else(full: demo.Demo) -> None:
    (found,) = run(full.records, people.find, "bluebird")
    assert (found.name, found.born, found.nhs_number, found.postcode) == ("Bluebird", None, None, None)


def test_everybody_sees_the_line_about_the_unsafe_telephone(full: demo.Demo, work: Work) -> None:
    (found,) = run(full.records, people.find, "wroblewska katarzyna")
    banner = run(full.records, people.open_record, found.id).banner
    assert "If they ring in distress" in banner.safety_line
    assert any("NOT SAFE" in phone for phone in banner.phones)
    calls = work.select(select(Call).where(Call.number.in_(
        select(Phone.shown).where(Phone.person_id == found.id, Phone.safety == Safety.UNSAFE)
    )))  # fmt: skip
    assert calls == []


def test_a_former_partner_may_not_be_spoken_to_between_two_dates(work: Work) -> None:
    (contact,) = work.select(select(Contact).where(Contact.not_to_speak_from.is_not(None)))
    assert contact.not_to_speak_from
    assert contact.not_to_speak_until
    assert contact.not_to_speak_from < TODAY < contact.not_to_speak_until


def test_a_couple_shares_sessions_and_notes_and_nothing_else(work: Work) -> None:
    her, him = _person(work, "Merriweather", "Rosalind"), _person(work, "Merriweather", "Dafydd")
    for link, item in ((Attendee, Attendee.appointment_id), (NoteSubject, NoteSubject.note_id)):
        hers = set(work.select(select(item).where(link.patient_id == her.id)))
        his = set(work.select(select(item).where(link.patient_id == him.id)))
        assert hers == his
        assert len(hers) > 5
    agreed = {
        row.person_id: row.decision.value
        for row in work.select(select(Consent).where(Consent.purpose == Purpose.SHARE_WITH_GP))
    }
    assert (agreed[her.id], agreed[him.id]) == ("given", "refused")
    assert work.select(select(Disclosure).where(Disclosure.person_id == him.id)) == []


def test_twins_share_a_birth_date_an_address_and_a_mother(work: Work) -> None:
    one, other = _person(work, "Ezenwa", "Amarachi"), _person(work, "Ezenwa", "Adaeze")
    assert one.born == other.born
    homes = [work.select(select(Address.line_1).where(Address.person_id == twin.id)) for twin in (one, other)]
    assert homes[0] == homes[1]
    mothers = work.select(select(Contact.person_id).where(Contact.patient_id.in_((one.id, other.id))))
    assert len(mothers) == 2
    assert len(set(mothers)) == 1


def test_every_minor_has_somebody_with_parental_responsibility(work: Work) -> None:
    minors = [
        person
        for person in work.select(select(Person).join(Patient, Patient.id == Person.id))
        if person.born and dates.years(person.born, TODAY) < 18
    ]
    assert len(minors) >= 5
    for minor in minors:
        held = work.select(select(Contact.authority).where(Contact.patient_id == minor.id))
        assert Authority.PARENTAL_RESPONSIBILITY in held


def test_the_dead_are_not_seen_again(work: Work) -> None:
    (died,) = work.select(select(Person).where(Person.died.is_not(None)))
    after = work.select(
        select(Appointment)
        .join(Attendee)
        .where(Attendee.patient_id == died.id, func.date(Appointment.local_start) > died.died)
    )
    assert after
    assert {row.state for row in after} == {AppointmentState.CANCELLED}


def test_some_records_are_past_keeping(work: Work) -> None:
    eight_years_ago = dates.add_years(TODAY, -8)
    past = []
    for patient in work.select(select(Patient).where(Patient.status != PatientStatus.CURRENT)):
        seen = timeline.last_seen(work, patient.id)
        if seen and seen < eight_years_ago:
            past.append(patient.id)
    assert len(past) >= 6
    child = _person(work, "Dąbrowska", "Danuta")
    seen = timeline.last_seen(work, child.id)
    assert child.id in past
    assert child.born
    assert seen
    assert dates.years(child.born, seen) < 17
    assert dates.birthday(child.born, 25) < TODAY


def test_one_note_is_for_its_author_alone(work: Work) -> None:
    (note,) = work.select(select(Note).where(Note.level == NoteLevel.ONLY_ME))
    assert note.author_id == work.actor.id


def test_enquirers_are_no_patients(work: Work) -> None:
    enquirers = work.select(select(Enquiry.person_id))
    assert len(enquirers) >= 5
    assert work.select(select(Patient).where(Patient.id.in_(enquirers))) == []


def test_search_finds_by_name_number_telephone_and_postcode(full: demo.Demo, work: Work) -> None:
    patient = work.select(select(Patient).where(Patient.nhs_number.is_not(None)))[0]
    person = work.get(Person, patient.id)
    phone = work.first(select(Phone.shown).where(Phone.person_id == patient.id))
    postcode = work.first(select(Address.postcode).where(Address.person_id == patient.id))
    for typed in (person.family, patient.nhs_number, str(patient.number), phone, postcode):
        if typed:
            assert patient.id in {found.id for found in run(full.records, people.find, typed, 200)}


def test_attachments_open_with_their_letters(work: Work) -> None:
    attachment = work.select(select(Attachment).where(Attachment.letter_id.is_not(None)))[0]
    subjects = work.select(
        select(LetterSubject.person_id).where(LetterSubject.letter_id == attachment.letter_id)
    )
    assert attachment.content_sealed
    content = sealed.get_bytes(
        work, attachment.id, sealed.ATTACHMENT, attachment.content_sealed, subjects=subjects
    )
    assert len(content) == attachment.size
    name = sealed.get(work, attachment.id, sealed.ATTACHMENT_NAME, attachment.name_sealed, subjects=subjects)
    assert name.endswith((".txt", ".pdf"))


def test_papers_are_filed_with_a_page_to_look_at(full: demo.Demo, work: Work) -> None:
    people = set(work.select(select(DocumentSubject.person_id)))
    filed = [(each, person) for person in people for each in run(full.records, documents.of, person)]
    assert len(filed) == 6
    for each, person in filed:
        assert each.title
        if each.files[0].state is FileState.READY:
            assert run(full.records, documents.open_pages, each.id, person).startswith(b"%PDF-")
    states = sorted(each.files[0].state for each, _ in filed)
    assert states == [FileState.AS_RECEIVED, FileState.BROKEN, *[FileState.READY] * 4]


def test_the_showpiece_has_a_file_of_every_form(full: demo.Demo, work: Work) -> None:
    filed = run(full.records, documents.of, full.showpiece)
    assert sorted(each.files[0].name for each in filed) == [
        "form.pdf", "letter.pdf", "message.wav", "photo.jpg", "scan.pdf"
    ]  # fmt: skip
    of_them = select(LetterSubject).where(LetterSubject.person_id == full.showpiece)
    assert work.first(of_them) is not None


@pytest.mark.parametrize("form", list(PaperForm))
def test_a_paper_comes_out_the_same_for_the_same_number(form: PaperForm) -> None:
    text = "A surgery (invented)\n\nDear colleagues,"
    first, again, other = (papers.made(form, text, number) for number in (7, 7, 8))
    assert (first.original, first.clean) == (again.original, again.clean)
    if form in (PaperForm.SCANNED, PaperForm.PHOTOGRAPHED):
        assert first.original != other.original
    assert media_type(first.original) == first.media_type
    if first.clean is not None:
        document = pypdfium2.PdfDocument(first.clean)
        said = document[0].get_textpage().get_text_bounded()
        document.close()
        assert ("colleagues" in said) == (form is PaperForm.PRINTED)


def test_a_large_practice_has_former_practitioners_without_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_BATCH", 25)
    monkeypatch.setattr(planning, "_MOST_SEEN_BY_THREE", 30)
    made = make(tmp_path / "demo", patients=90)
    with made.records.work(writes=False) as work:
        former = work.select(select(Practitioner).where(Practitioner.left_on.is_not(None)))
        assert len(former) == 1
        last = work.first(
            select(func.max(Appointment.local_start)).where(Appointment.practitioner_id == former[0].id)
        )
        assert last
        assert former[0].left_on
        assert last.date() <= former[0].left_on
        assert work.select(select(Note).where(Note.author_id.is_(None), Note.author_text != ""))
        _check_diary(work, TODAY)
    checked = backups.check(made.records, made.folder, devices=None, progress=Progress())
    made.records.close()
    assert checked.problems == ()


def test_twenty_thousand_patients_are_planned_for() -> None:
    wanted = planning.sizes(20_000)
    assert wanted.current + wanted.finished + wanted.past_keeping + wanted.by_former == 20_000
    assert wanted.current == 100
    assert planning.former_needed(20_000) < 25
    assert planning.former_needed(120) == 0


def test_too_few_patients_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="at least 20"):
        make(tmp_path / "demo", patients=19)
    assert not (tmp_path / "demo").exists()


def test_the_particular_patients_alone_make_a_demo(tmp_path: Path) -> None:
    made = make(tmp_path / "demo", patients=20)
    with made.records.work(writes=False) as work:
        assert work.first(select(func.count()).select_from(Patient)) == 20
        _check_diary(work, TODAY)
    made.records.close()


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    progress = Progress()

    def stop(done: int, total: int, doing: str) -> None:
        if doing == "Inventing patients":
            progress.cancel()

    progress._report = stop
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Cancelled):
        patch.setattr(making, "_BATCH", 25)
        demo.create(tmp_path / "demo", patients=60, today=TODAY, kdf=CHEAP, progress=progress)
    assert list(tmp_path.iterdir()) == []


def test_throwing_away_deletes_a_demo_and_leaves_what_is_not_its_own(tmp_path: Path) -> None:
    made = make(tmp_path / "demo")
    made.records.close()
    (tmp_path / "demo" / "mine.pdf").write_bytes(b"kept")
    demo.throw_away(tmp_path / "demo")
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["mine.pdf"]


def test_throwing_away_removes_the_folder_of_a_demo(tmp_path: Path) -> None:
    make(tmp_path / "demo").records.close()
    demo.throw_away(tmp_path / "demo")
    assert list(tmp_path.iterdir()) == []


def test_nothing_but_a_demo_is_thrown_away(tmp_path: Path) -> None:
    real = practice.create(
        tmp_path / "real",
        name="Harbour Clinic",
        director=DIRECTOR.name,
        password=DIRECTOR.password,
        devices=None,
        kdf=CHEAP,
    )
    real.records.close()
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "practice.db").write_bytes(b"somebody's")
    for folder in ("real", "papers", "missing"):
        with pytest.raises(CannotOpen, match="Nothing was deleted"):
            demo.throw_away(tmp_path / folder)
    assert (tmp_path / "real" / "practice.db").stat().st_size > 0
    assert (tmp_path / "papers" / "practice.db").read_bytes() == b"somebody's"


def test_every_demo_gets_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "cache_folder", lambda: tmp_path)
    first, second = demo.default_folder(), demo.default_folder()
    assert first != second
    assert list(first.iterdir()) == []
