"""Preparing a copy for review, releasing it, saving it, and the one-page summary."""

import os
import re
import stat
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import func, select, update

from practice_app.errors import Cancelled, Invalid, NotAllowed, NotFound, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.people import Enquiry
from practice_app.model.rights import BundleState, Disclosure, SubjectAccessBundle
from practice_app.model.settings import Practice
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission, Role
from practice_app.services import people, subject_access
from practice_app.services.marks import run
from practice_app.services.subject_access import Prepared, Release, gathering
from practice_app.storage import audit
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.services.copies import pages, text

STAMP = "For review: not yet released"
FACTS = Release(
    requester="the patient",
    identity_seen="passport, seen at the desk",
    authority_seen="her own request",
    recipient="Margaret Holloway",
    means="handed over on paper",
)


@pytest.fixture
def patient(records: Records) -> UUID:
    """A patient with a little of what most have."""
    with records.work(use_case="tests.arrange") as work:
        person = makers.patient(work, phones=["01632 960123"], postcode="CT11 8AA", nhs_number="9990000018")
        makers.appointment(work, [person], makers.practitioner(work))
        makers.note(work, [person], "Slept better and walked to the lighthouse.")
        makers.letter(work, [person], "Dear Dr Okafor, thank you for referring Mrs Holloway.")
    return person


def prepare(records: Records, person: UUID) -> Prepared:
    return subject_access.prepare(records, person, progress=Progress())


def release(records: Records, bundle: UUID, facts: Release = FACTS) -> None:
    run(records, subject_access.release, bundle, facts)


def opened(records: Records, bundle: UUID) -> bytes:
    return run(records, subject_access.open_copy, bundle)


def log(records: Records) -> list[tuple[str, str, str, UUID | None]]:
    with records.work(writes=False) as work:
        rows = work.select(select(AuditEvent).order_by(AuditEvent.seq))
        return [(row.use_case, row.action, row.kind, row.record_id) for row in rows]


def count(records: Records, mapped: type[SubjectAccessBundle] | type[Disclosure]) -> int:
    with records.work(writes=False) as work:
        return work.first(select(func.count()).select_from(mapped)) or 0


def test_one_call_makes_a_copy_for_review_that_is_no_disclosure(records: Records, patient: UUID) -> None:
    made = prepare(records, patient)
    pdf = opened(records, made.id)
    on_pages = pages(pdf)
    assert len(on_pages) == made.pages
    assert all(STAMP in page for page in on_pages)
    assert "Slept better and walked to the lighthouse." in text(pdf)
    assert "thank you for referring Mrs Holloway" in text(pdf)
    assert count(records, Disclosure) == 0
    with records.work(writes=False) as work:
        row = work.get(SubjectAccessBundle, made.id)
        assert (row.state, row.person_id, row.items) == (BundleState.FOR_REVIEW, patient, made.items)
        assert row.prepared_by_id == records.actor.id


def test_every_explanation_the_law_asks_for_has_its_heading(records: Records, patient: UUID) -> None:
    said = text(opened(records, prepare(records, patient).id))
    for letter in ("(a)", "(b)", "(c)", "(d)", "(e)", "(ea)", "(f)", "(g)", "(h)"):
        assert f"UK GDPR Article 15(1){letter}" in said
    for route in ("section 164A", "Information Commission", "Harbour Clinic", "What we did not search"):
        assert route in said


def test_both_identifiers_stand_on_every_page(records: Records, patient: UUID) -> None:
    for page in pages(opened(records, prepare(records, patient).id)):
        assert "HOLLOWAY, Margaret (Mrs)" in page
        assert "14-Mar-1958" in page


def test_what_was_reviewed_in_large_print_leaves_in_large_print(records: Records, patient: UUID) -> None:
    usual = prepare(records, patient)
    made = subject_access.prepare(records, patient, large_print=True, progress=Progress())
    assert made.pages > usual.pages
    reviewed = opened(records, made.id)
    release(records, made.id)
    released = opened(records, made.id)
    for pdf in (reviewed, released):
        assert len(pages(pdf)) == made.pages
        assert smallest_type(pdf) >= 16
    assert smallest_type(opened(records, usual.id)) < 10
    assert "Slept better and walked to the lighthouse." in text(released)


def test_the_summary_comes_in_large_print_too(records: Records, patient: UUID) -> None:
    pdf = subject_access.summary(records, patient, large_print=True, progress=Progress())
    assert smallest_type(pdf) >= 16
    assert smallest_type(subject_access.summary(records, patient, progress=Progress())) < 10


def smallest_type(pdf: bytes) -> float:
    """The least size of type on any page, in points."""
    with pikepdf.open(BytesIO(pdf)) as opened_pdf:
        codes = b"".join(page.obj.Contents.read_bytes() for page in opened_pdf.pages)
    return min(float(size) for size in re.findall(rb"/\S+ ([\d.]+) Tf", codes))


def test_a_character_without_a_glyph_is_reported(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        person = makers.patient(work)
        makers.note(work, [person], "A rune: \N{RUNIC LETTER SOWILO S}")
    assert prepare(records, person).missing == ("\N{RUNIC LETTER SOWILO S}",)


def test_preparing_is_logged_without_a_word_of_the_record(records: Records, patient: UUID) -> None:
    made = prepare(records, patient)
    entries = [entry for entry in log(records) if entry[0] == "subject_access.prepare"]
    assert entries == [
        ("subject_access.prepare", "prepared", "person", patient),
        ("subject_access.prepare", "new", "subject_access_bundle", made.id),
    ]
    with records.work(writes=False) as work:
        assert audit.verify(work.connection(), {}) == ()


def test_a_receptionist_is_refused_before_anything_is_read(
    open_as: Opener, patient: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "gather", lambda *given: pytest.fail("something was read"))
    desk = open_as(Role.RECEPTIONIST)
    with pytest.raises(NotAllowed, match="receptionist"):
        prepare(desk, patient)
    for refused in (subject_access.copies, subject_access.open_copy):
        with pytest.raises(NotAllowed):
            run(desk, refused, patient)
    assert count(desk, SubjectAccessBundle) == 0


def test_nobody_without_the_clinical_key_gets_less_than_everything(
    open_as: Opener, patient: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the role is changed in memory: the key decides."""
    monkeypatch.setattr(gathering, "gather", lambda *given: pytest.fail("something was read"))
    desk = open_as(Role.RECEPTIONIST)
    desk.actor = replace(desk.actor, role=Role.DIRECTOR, permissions=frozenset(Permission))
    with pytest.raises(NotAllowed, match="session notes, which your sign-in cannot open"):
        prepare(desk, patient)


def test_a_therapist_prepares_and_only_a_director_releases(open_as: Opener, patient: UUID) -> None:
    therapist = open_as(Role.THERAPIST)
    made = prepare(therapist, patient)
    assert "lighthouse" in text(opened(therapist, made.id))
    with pytest.raises(NotAllowed):
        release(therapist, made.id)


def test_somebody_known_by_name_only_gets_a_nil_return(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        person = makers.person(PersonName(None, "Iris", "Vale", None))
        work.add(person)
    made = prepare(records, person.id)
    said = text(opened(records, made.id))
    assert made.items == 0
    assert "We hold no information about you" in said
    assert all(route in said for route in ("164A", "Information Commission"))


def test_one_enquiry_is_enough_for_a_copy(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        person = makers.person(PersonName(None, "Iris", "Vale", None))
        work.add(person)
        work.flush()
        work.add(Enquiry(person_id=person.id, received_at=makers.NOW, about="Asked for prices"))
    said = text(opened(records, prepare(records, person.id).id))
    assert "Asked for prices" in said
    assert "We hold no information about you" not in said


def test_an_unknown_person_is_refused(records: Records) -> None:
    with pytest.raises(NotFound):
        prepare(records, uuid4())


def test_an_empty_text_of_the_practice_is_named_and_nothing_is_made(records: Records, patient: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        practice = work.first(select(Practice))
        assert practice is not None
        practice.retention = " "
    with pytest.raises(Invalid, match="retention") as refused:
        prepare(records, patient)
    assert refused.value.field == "retention"
    assert count(records, SubjectAccessBundle) == 0


def test_stopping_half_way_keeps_nothing(records: Records, patient: UUID) -> None:
    steps: list[str] = []

    def stop_while_setting_text(_done: int, _total: int, doing: str) -> None:
        steps.append(doing)
        if doing == "Setting text":
            progress.cancel()

    progress = Progress(stop_while_setting_text)
    with pytest.raises(Cancelled):
        subject_access.prepare(records, patient, progress=progress)
    assert "Session notes" in steps
    assert "Holloway" not in " ".join(steps)
    assert count(records, SubjectAccessBundle) == 0


def test_releasing_records_the_disclosure_and_takes_the_stamp_off(records: Records, patient: UUID) -> None:
    made = prepare(records, patient)
    reviewed = pages(opened(records, made.id))
    release(records, made.id)
    released = pages(opened(records, made.id))
    assert released == [" ".join(page.replace(STAMP, "").split()) for page in reviewed]
    with records.work(writes=False) as work:
        row = work.get(SubjectAccessBundle, made.id)
        disclosure = work.get(Disclosure, row.disclosure_id or uuid4())
        assert (row.state, row.released_at) == (BundleState.RELEASED, makers.NOW)
        assert disclosure.person_id == patient
        assert disclosure.made_on == makers.TODAY
        assert disclosure.recipient == FACTS.recipient
        assert disclosure.means == FACTS.means
        assert disclosure.identity_seen == FACTS.identity_seen
        assert disclosure.authority_seen == FACTS.authority_seen
        assert disclosure.basis == "Subject access (UK GDPR Art. 15), asked for by: the patient"
        assert f"{made.pages} pages" in disclosure.what
    assert ("subject_access.release", "new", "disclosure", disclosure.id) in log(records)
    assert ("subject_access.release", "changed", "subject_access_bundle", made.id) in log(records)


def test_what_is_released_is_what_was_reviewed(records: Records, patient: UUID) -> None:
    """A note written between review and release is not in the released copy."""
    made = prepare(records, patient)
    with records.work(use_case="tests.arrange") as work:
        makers.note(work, [patient], "Written after the review.")
    release(records, made.id)
    assert "Written after the review." not in text(opened(records, made.id))


@pytest.mark.parametrize(
    "field", ["requester", "identity_seen", "authority_seen", "recipient", "means", "country"]
)
@pytest.mark.parametrize("value", ["", "  ", "x" * 301])
def test_every_fact_of_a_release_is_required(records: Records, patient: UUID, field: str, value: str) -> None:
    made = prepare(records, patient)
    with pytest.raises(Invalid) as refused:
        release(records, made.id, replace(FACTS, **{field: value}))
    assert refused.value.field == field
    assert count(records, Disclosure) == 0
    assert all(STAMP in page for page in pages(opened(records, made.id)))


def test_a_copy_is_released_once(records: Records, patient: UUID) -> None:
    made = prepare(records, patient)
    release(records, made.id)
    with pytest.raises(Invalid, match="released before"):
        release(records, made.id)
    assert count(records, Disclosure) == 1


def test_opening_a_copy_is_logged_as_a_viewing(records: Records, patient: UUID) -> None:
    made = prepare(records, patient)
    opened(records, made.id)
    assert log(records)[-1] == ("subject_access.open_copy", "viewed", "subject_access_bundle", made.id)


def test_a_copy_filed_under_somebody_else_does_not_open(records: Records, patient: UUID) -> None:
    made = prepare(records, patient)
    with records.work(use_case="tests.tamper") as work:
        other = makers.patient(work, PersonName(None, "Iris", "Vale", None))
        work.connection().execute(update(SubjectAccessBundle).values(person_id=other))
    for use in (lambda: opened(records, made.id), lambda: release(records, made.id)):
        with pytest.raises(PracticeError, match="another record"):
            use()
    assert count(records, Disclosure) == 0


def test_a_destroyed_copy_says_so(records: Records, patient: UUID) -> None:
    made = prepare(records, patient)
    with records.work(use_case="tests.purge") as work:
        work.get(SubjectAccessBundle, made.id).content_sealed = None
    with pytest.raises(NotFound, match="destroyed"):
        opened(records, made.id)


def test_the_stored_copy_is_sealed(records: Records, patient: UUID) -> None:
    made = prepare(records, patient)
    with records.work(writes=False) as work:
        blob = work.first(select(SubjectAccessBundle.content_sealed))
    assert blob is not None
    assert b"%PDF" not in blob
    assert made.pages > 1


def test_copies_are_listed_newest_first(records: Records, patient: UUID) -> None:
    first, second = prepare(records, patient), prepare(records, patient)
    release(records, first.id)
    with records.work(use_case="tests.arrange") as work:
        work.get(SubjectAccessBundle, second.id).prepared_at = makers.NOW.replace(hour=12)
    newest, older = run(records, subject_access.copies, patient)
    assert (newest.id, newest.released_at) == (second.id, None)
    assert (older.id, older.released_at) == (first.id, makers.NOW)


def save(records: Records, bundle: UUID, path: Path, password: str | None = None) -> None:
    subject_access.save_copy(records, bundle, path, password=password, progress=Progress())


def test_a_saved_copy_is_whole_private_and_logged(records: Records, patient: UUID, tmp_path: Path) -> None:
    made = prepare(records, patient)
    out = tmp_path / "out"
    out.mkdir()
    save(records, made.id, out / "records.pdf")
    assert [each.name for each in out.iterdir()] == ["records.pdf"]
    assert (out / "records.pdf").read_bytes() == opened(records, made.id)
    if os.name != "nt":
        assert stat.S_IMODE((out / "records.pdf").stat().st_mode) == 0o600
    assert ("subject_access.save_copy", "saved", "subject_access_bundle", made.id) in log(records)


def test_a_file_of_that_name_is_replaced(records: Records, patient: UUID, tmp_path: Path) -> None:
    made = prepare(records, patient)
    path = tmp_path / "records.pdf"
    path.write_bytes(b"older")
    save(records, made.id, path)
    assert STAMP in text(path.read_bytes())


def test_a_password_is_needed_to_open_the_file(records: Records, patient: UUID, tmp_path: Path) -> None:
    made = prepare(records, patient)
    save(records, made.id, tmp_path / "records.pdf", "seven copper kettles")
    content = (tmp_path / "records.pdf").read_bytes()
    assert "lighthouse" in text(content, "seven copper kettles")
    with pytest.raises(pypdfium2.PdfiumError):
        text(content)
    assert b"Slept" not in content


def test_an_unfit_password_is_refused_and_no_file_appears(
    records: Records, patient: UUID, tmp_path: Path
) -> None:
    made = prepare(records, patient)
    with pytest.raises(Invalid) as refused:
        save(records, made.id, tmp_path / "records.pdf", "short")
    assert refused.value.field == "password"
    assert not (tmp_path / "records.pdf").exists()


def test_a_folder_that_takes_no_file_is_named_in_a_sentence(
    records: Records, patient: UUID, tmp_path: Path
) -> None:
    made = prepare(records, patient)
    with pytest.raises(PracticeError, match="cannot be written"):
        save(records, made.id, tmp_path / "nowhere" / "records.pdf")
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "file").touch()
    for blocked in (tmp_path / "folder.pdf", tmp_path / "file" / "records.pdf"):
        with pytest.raises(PracticeError, match="cannot be written"):
            save(records, made.id, blocked)
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*.part"))


def test_a_copy_that_cannot_be_logged_is_not_written(
    records: Records, patient: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = prepare(records, patient)
    path = tmp_path / "out" / "records.pdf"
    path.parent.mkdir()
    path.write_bytes(b"older")

    def refuse(*_given: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(audit, "append", refuse)
    with pytest.raises(PracticeError, match="cannot be written"):
        save(records, made.id, path)
    assert [(each.name, each.read_bytes()) for each in path.parent.iterdir()] == [("records.pdf", b"older")]


def test_suggested_names_tell_a_day_and_nobodys_name() -> None:
    first, second = (subject_access.suggested_file_name(date(2026, 11, 23)) for _ in range(2))
    assert first.startswith("records-2026-11-23-")
    assert len(first) == len("records-2026-11-23-K7QX.pdf")
    assert first != second


def test_anybody_may_print_the_one_page_and_it_has_no_clinical_word(open_as: Opener, patient: UUID) -> None:
    desk = open_as(Role.RECEPTIONIST)
    run(desk, people.open_record, patient)
    pdf = subject_access.summary(desk, patient, progress=Progress())
    [page] = pages(pdf)
    assert "Session notes 1 20-Nov-2026 20-Nov-2026" in page
    assert "Times somebody opened your record 1" in page
    assert not [word for word in ("lighthouse", "referring", "Slept") if word in page]
    assert log(desk)[-1] == ("subject_access.summary", "summarised", "person", patient)


def test_the_one_page_says_when_nothing_is_held(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        person = makers.person(PersonName(None, "Iris", "Vale", None))
        work.add(person)
    [page] = pages(subject_access.summary(records, person.id, progress=Progress()))
    assert "held no information about" in page


def test_the_one_page_of_somebody_who_works_here_fits(records: Records, patient: UUID) -> None:
    prepare(records, patient)
    with records.work(writes=False) as work:
        from practice_app.model.staff import UserAccount

        director = work.get(UserAccount, records.actor.id).person_id
    [page] = pages(subject_access.summary(records, director, progress=Progress()))
    assert "You as a user of our system 1" in page
    assert "Session notes written 1" in page
