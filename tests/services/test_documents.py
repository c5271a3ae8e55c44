"""Filing documents and letters that came in: who may, what is sealed, what is refused, who may look."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from practice_app.errors import Defect, Invalid, NotAllowed, NotFound, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.base import Base
from practice_app.model.correspondence import Attachment, Letter
from practice_app.model.documents import DocumentSubject
from practice_app.model.people import GPPractice, Patient
from practice_app.model.settings import Practice
from practice_app.rules.dates import show
from practice_app.rules.files import WHY
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import documents, files, kept_from, letters, people, timeline
from practice_app.services.documents import CleanedFile, DocumentKind
from practice_app.services.files import FileState
from practice_app.services.kept_from import Expectation, Keeping
from practice_app.services.letters import LetterClass, LetterIn
from practice_app.services.marks import run
from practice_app.storage import sealed
from practice_app.storage.keys import Kind, sealed_with
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener

PAPER = CleanedFile("Zanzibar.pdf", "application/pdf", b"the original", FileState.READY, 2, b"the clean copy")
LOCKED = CleanedFile("locked.pdf", "application/pdf", b"locked", FileState.LOCKED)
SOUND = CleanedFile("call.mp3", "audio/mpeg", b"ID3 sound", FileState.AS_RECEIVED)
TODAY = makers.TODAY


@pytest.fixture
def ann(records: Records) -> UUID:
    with records.work(use_case="test.add") as work:
        patient = makers.patient(work)
        makers.on_list(work, work.actor.id, [patient])
        return patient


@pytest.fixture
def bob(records: Records) -> UUID:
    with records.work(use_case="test.add") as work:
        return makers.patient(work, PersonName(None, "Bob", "Ode", None))


def add(records: Records, patient: UUID, file: CleanedFile = PAPER, **given: object) -> UUID:
    values = {"kind": DocumentKind.SCAN, "title": "Xylophone report", "dated": TODAY, **given}
    return run(records, documents.add, patient, file, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role)
def test_the_timeline_tells_of_a_document_without_its_words(open_as: Opener, ann: UUID, role: Role) -> None:
    records = open_as(role)
    document = add(records, ann, kind=DocumentKind.IDENTITY)
    (item,) = run(records, people.open_record, ann).timeline
    assert (item.id, item.kind, item.title) == (document, "document", "Proof of identity")
    assert "Xylophone" not in repr(item)


def test_one_document_can_be_kept_from_somebody(records: Records, ann: UUID) -> None:
    document = add(records, ann)
    keeping = Keeping(
        Expectation.GIVEN_IN_CONFIDENCE, TODAY, named="Mr Nuur", item_kind="document", item=document
    )
    run(records, kept_from.keep, ann, keeping)
    assert run(records, kept_from.listed, ann)[0].what == f"the document of {show(TODAY)}"


def letter(patient: UUID, **given: object) -> LetterIn:
    values = {
        "patients": (patient,), "sender": "Seafront Surgery", "dated": TODAY,
        "letter_class": LetterClass.CARE, "file": PAPER, "subject": "Quetzal review",
    }  # fmt: skip
    return LetterIn(**{**values, **given})  # type: ignore[arg-type]


def everything_readable(records: Records) -> str:
    with records.work(writes=False) as work:
        return "\n".join(
            str(dict(row._mapping)) for t in Base.metadata.sorted_tables for row in work.rows(select(t))
        )


def viewed(records: Records) -> list[tuple[str, UUID | None]]:
    with records.work(writes=False) as work:
        asked = select(AuditEvent.kind, AuditEvent.record_id).where(AuditEvent.action == "viewed")
        return [tuple(row) for row in work.rows(asked)]


def test_a_document_is_listed_and_its_clean_copy_opened(records: Records, ann: UUID) -> None:
    id = add(records, ann, kind=DocumentKind.SIGNED_CONSENT, source="her daughter")
    (filed,) = run(records, documents.of, ann)
    (file,) = filed.files
    assert (filed.id, filed.kind, filed.title, filed.dated) == (
        id, DocumentKind.SIGNED_CONSENT, "Xylophone report", TODAY,
    )  # fmt: skip
    assert (filed.source, filed.entered_by, filed.entered_on) == ("her daughter", "DIRECTOR, Dana", TODAY)
    assert (file.name, file.size, file.pages, file.state, file.why) == (
        "Zanzibar.pdf", 12, 2, FileState.READY, "",
    )  # fmt: skip
    assert viewed(records) == []
    assert run(records, documents.open_pages, id, ann) == b"the clean copy"
    assert viewed(records) == [("attachment", file.id)]


def test_a_receptionist_files_what_only_those_who_give_care_open(
    records: Records, open_as: Opener, ann: UUID
) -> None:
    desk = open_as(Role.RECEPTIONIST)
    id = add(desk, ann)
    letter_id = run(desk, letters.file_letter, letter(ann))
    (filed,) = run(desk, documents.of, ann)
    assert (filed.title, filed.files[0].name, filed.files[0].pages) == (None, None, 2)
    (listed,) = run(desk, letters.of, ann)
    assert (listed.sender, listed.subject, listed.files[0].name) == ("Seafront Surgery", None, None)
    for refused in (
        lambda: run(desk, documents.open_pages, id, ann),
        lambda: run(desk, files.open_file, filed.files[0].id, ann),
        lambda: run(desk, letters.open_letter, letter_id, ann),
    ):
        with pytest.raises(NotAllowed):
            refused()
    with records.work(writes=False) as work:
        row = work.select(select(Attachment).options(undefer(Attachment.content_sealed)))[0]
        assert sealed_with(row.content_sealed or b"")[0] is Kind.FOR_CLINICIANS
        original = sealed.get_bytes(
            work, row.id, sealed.ATTACHMENT, row.content_sealed or b"", subjects=(ann,)
        )
    assert original == b"the original"
    assert run(open_as(Role.THERAPIST), documents.open_pages, id, ann) == b"the clean copy"
    assert run(open_as(Role.THERAPIST), letters.open_letter, letter_id, ann).subject == "Quetzal review"


def test_no_word_of_what_is_filed_is_readable_in_the_tables(records: Records, ann: UUID) -> None:
    add(records, ann)
    run(records, letters.file_letter, letter(ann))
    held = everything_readable(records)
    assert "Seafront Surgery" in held
    for word in ("Zanzibar", "Xylophone", "Quetzal", "the original", "the clean copy"):
        assert word not in held


def test_a_letter_that_is_not_about_care_keeps_its_subject_plain(
    open_as: Opener, records: Records, ann: UUID
) -> None:
    id = run(records, letters.file_letter, letter(ann, letter_class=LetterClass.SERVICE))
    desk = open_as(Role.RECEPTIONIST)
    assert run(desk, letters.of, ann)[0].subject == "Quetzal review"
    assert run(desk, letters.open_letter, id, ann).subject == "Quetzal review"


def test_a_letter_opens_with_its_text_and_its_files(records: Records, ann: UUID) -> None:
    id = run(records, letters.file_letter, letter(ann, source="by post"))
    with records.work(use_case="tests.arrange") as work:
        old = makers.letter(work, [ann], "Dear Dr Okafor", dated=TODAY - timedelta(days=400))
    opened = run(records, letters.open_letter, id, ann)
    assert (opened.sender, opened.subject, opened.text) == ("Seafront Surgery", "Quetzal review", "")
    assert [file.name for file in opened.files] == ["Zanzibar.pdf"]
    assert run(records, letters.open_letter, old, ann).text == "Dear Dr Okafor"
    assert [each.id for each in run(records, letters.of, ann)] == [id, old]
    assert viewed(records) == [("letter", id), ("letter", old)]


def test_nothing_opens_in_another_record(records: Records, ann: UUID, bob: UUID) -> None:
    id, letter_id = add(records, ann), run(records, letters.file_letter, letter(ann))
    (filed,) = run(records, documents.of, ann)
    assert run(records, documents.of, bob) == ()
    for refused in (
        lambda: run(records, files.open_file, filed.files[0].id, bob),
        lambda: run(records, letters.open_letter, letter_id, bob),
    ):
        with pytest.raises(NotFound, match="not in this record"):
            refused()
    with records.work(use_case="tests.relink") as work:
        [link] = work.select(select(DocumentSubject).where(DocumentSubject.document_id == id))
        link.person_id = bob
    with pytest.raises(PracticeError, match="written for another record"):
        run(records, documents.open_pages, id, bob)
    assert "another record" in (run(records, documents.of, bob)[0].title or "")
    assert viewed(records) == []


def test_a_joint_document_is_in_both_records(records: Records, ann: UUID, bob: UUID) -> None:
    id = add(records, ann, also=(bob, ann))
    assert [run(records, documents.open_pages, id, each) for each in (ann, bob)] == [b"the clean copy"] * 2


def test_a_file_that_cannot_be_cleaned_is_kept_and_says_why(records: Records, ann: UUID) -> None:
    id = add(records, ann, LOCKED)
    assert run(records, documents.of, ann)[0].files[0].why == WHY[FileState.LOCKED]
    with pytest.raises(PracticeError, match="ask the sender for a copy without one"):
        run(records, documents.open_pages, id, ann)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"dated": TODAY + timedelta(days=1)}, "dated"),
        ({"kind": DocumentKind.RECORDING}, "kind"),
        ({"file": SOUND}, "kind"),
        ({"file": SOUND, "kind": DocumentKind.RECORDING}, "file"),
    ],
)
def test_a_document_is_refused_beside_the_field(
    records: Records, ann: UUID, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add(records, ann, **given)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert run(records, documents.of, ann) == ()


def test_recordings_are_filed_only_where_the_practice_keeps_them(records: Records, ann: UUID) -> None:
    """P39, P40."""
    with records.work(use_case="tests.arrange") as work:
        [practice] = work.select(select(Practice))
        practice.keeps_recordings = True
    add(records, ann, SOUND, kind=DocumentKind.RECORDING)
    (filed,) = run(records, documents.of, ann)
    assert (filed.kind, filed.files[0].state) == (DocumentKind.RECORDING, FileState.AS_RECEIVED)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"sender": ""}, "sender"),
        ({"subject": "x" * 301}, "subject"),
        ({"dated": TODAY + timedelta(days=1)}, "dated"),
        ({"patients": ()}, "patients"),
        ({"file": SOUND}, "file"),
    ],
)
def test_a_letter_is_refused_beside_the_field(
    records: Records, ann: UUID, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        run(records, letters.file_letter, letter(ann, **given))
    assert refused.value.field == field


def test_the_same_file_is_recognised_for_the_same_person_only(records: Records, ann: UUID, bob: UUID) -> None:
    assert run(records, files.already_filed, ann, PAPER.original) is None
    add(records, ann, dated=date(2026, 3, 12))
    assert run(records, files.already_filed, ann, PAPER.original) == date(2026, 3, 12)
    assert run(records, files.already_filed, bob, PAPER.original) is None
    run(records, letters.file_letter, letter(bob, dated=date(2026, 4, 1)))
    assert run(records, files.already_filed, bob, PAPER.original) == date(2026, 4, 1)


def test_a_file_belongs_to_a_letter_or_a_document_and_never_to_both(records: Records, ann: UUID) -> None:
    document = add(records, ann)
    run(records, letters.file_letter, letter(ann))
    with pytest.raises(Defect), records.work(use_case="tests.wrong") as work:
        [both] = work.select(select(Attachment).where(Attachment.document_id == document))
        both.letter_id = work.select(select(Letter.id))[0]


def test_a_document_stands_in_the_timeline_without_its_title(records: Records, ann: UUID) -> None:
    id = add(records, ann, kind=DocumentKind.SIGNED_CONSENT, source="her daughter")
    with records.work(writes=False) as work:
        [item] = [each for each in timeline.items(work, ann) if each.kind == "document"]
    assert (item.id, item.title, item.when, item.detail) == (
        id, "Signed consent", TODAY, "Given by her daughter",
    )  # fmt: skip


def test_senders_offered_begin_with_the_patients_own_practice(records: Records, ann: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        for name, closed in (("Harbour Surgery", None), ("The Harbour", None), ("Old Harbour", TODAY)):
            work.add(GPPractice(name=name, name_key=name.casefold(), closed_on=closed, address=f"1 {name}"))
        own = GPPractice(name="Zebra Harbour", name_key="zebra harbour", postcode="CT11 8AA")
        work.add(own)
        work.flush()
        work.get(Patient, ann).gp_practice_id = own.id
    assert [each.name for each in run(records, letters.senders, "", ann)] == ["Zebra Harbour"]
    found = run(records, letters.senders, "harb", ann)
    assert [each.name for each in found] == ["Zebra Harbour", "Harbour Surgery", "The Harbour"]
    assert found[0].detail == "CT11 8AA"
