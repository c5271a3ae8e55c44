"""Whoever asks gets what is about them, and nothing that is somebody else's."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from practice_app.model.audit import AuditEvent, AuditReason
from practice_app.model.consents import Consent
from practice_app.model.correspondence import Attachment, Direction, Letter
from practice_app.model.notes import Addendum, Draft, Note, NoteLevel, NoteSubject
from practice_app.model.people import (
    GP,
    Address,
    Authority,
    Contact,
    Enquiry,
    GPPractice,
    HealthFact,
    HealthFactKind,
    IdentityCheck,
    Patient,
    Safety,
)
from practice_app.model.rights import Disclosure, SubjectAccessBundle
from practice_app.model.settings import Imported
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.rules import files
from practice_app.rules.consents import Channel, Decision, Nature, Purpose
from practice_app.rules.files import FileState
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import people
from practice_app.services.marks import run
from practice_app.services.subject_access.registry import SECTIONS
from practice_app.storage import sealed
from practice_app.storage.keys import Kind, SealedText, seal
from practice_app.storage.records import Records, Work
from tests import makers
from tests.conftest import Opener
from tests.raw import tamper
from tests.services.copies import attached, entries, entry_words, gathered, words

JOHN = PersonName("Mr", "John", "Smith", None)
MARY = PersonName("Mrs", "Mary", "Smith", None)
BORN = date(1975, 5, 6)


def namesakes(work: Work) -> tuple[UUID, UUID]:
    """Twins: one family name, one birth date, one address, and here even one first name."""
    twins = [makers.patient(work, JOHN, postcode="CT11 8AA", person_values={"born": BORN}) for _ in range(2)]
    return twins[0], twins[1]


def everything_about(work: Work, person: UUID, mark: str) -> None:
    """One row in every table that can be about a patient, each with `mark` in its words."""
    practitioner = makers.practitioner(work)
    user = work.actor.id
    makers.appointment(work, [person], practitioner, cancelled_reason=f"{mark} appointment")
    note = makers.note(work, [person], f"{mark} note")
    addition = Addendum(note_id=note, author_id=user, entered_at=makers.NOW)
    addition.body_sealed = sealed.put(work, addition, sealed.ADDENDUM, f"{mark} addition", subject=person)
    draft = Draft(author_id=user, patient_id=person, saved_at=makers.NOW)
    draft.body_sealed = sealed.put(work, draft, sealed.DRAFT, f"{mark} draft", subject=person)
    letter = makers.letter(work, [person], f"{mark} letter")
    file = Attachment(letter_id=letter, media_type="text/plain", size=9)
    file.name_sealed = sealed.put(work, file, sealed.ATTACHMENT_NAME, f"{mark} name.txt", subject=person)
    file.content_sealed = sealed.put_bytes(
        work, file, sealed.ATTACHMENT, f"{mark} file".encode(), subject=person
    )
    makers.call(work, [person], about=f"{mark} call")
    work.add(
        addition,
        draft,
        file,
        HealthFact(patient_id=person, kind=HealthFactKind.ALLERGY, text=f"{mark} allergy"),
        IdentityCheck(
            person_id=person,
            document_seen=f"{mark} passport",
            seen_on=makers.TODAY,
            seen_by_id=user,
        ),
        Enquiry(person_id=person, received_at=makers.NOW, about=f"{mark} enquiry"),
        consent(person, scope=f"{mark} consent"),
        Disclosure(
            person_id=person,
            made_on=makers.TODAY,
            recipient=f"{mark} recipient",
            what="Letter",
            basis="Consent",
        ),
        Imported(source=f"{mark} system", kind="patients", ref=mark, fingerprint="", record_id=person),
    )
    work.flush()


def consent(person: UUID, **given: object) -> Consent:
    values: dict[str, object] = {
        "purpose": Purpose.CONTACT,
        "channel": Channel.EMAIL,
        "nature": Nature.PREFERENCE,
        "decision": Decision.GIVEN,
        "decided_on": makers.TODAY,
        "recorded_at": makers.NOW,
    }
    return Consent(person_id=person, **{**values, **given})


MARKED = (
    "appointment", "note", "addition", "draft", "letter", "name.txt", "file", "call", "allergy", "passport",
    "enquiry", "consent", "recipient", "system",
)  # fmt: skip


def test_a_patient_gets_everything_with_its_date_and_source(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        person = makers.patient(
            work, MARY, phones=["01632 960123"], emails=["mary@example.org"], postcode="CT11 8AA"
        )
        everything_about(work, person, "QUINCE")
    held = gathered(records, person)
    said = words(held)
    assert [what for what in MARKED if f"QUINCE {what}" not in said] == []
    assert all(each in said for each in ("01632 960123", "mary@example.org", "CT11 8AA", "Smith"))
    listed = [entry for group in held.bundle.groups for entry in group.entries]
    assert all(entry.when is not None and entry.source for entry in listed)
    assert held.items == len(listed) + len(attached(held))
    assert held.not_shown == 0


def test_of_namesakes_born_on_one_day_at_one_address_each_gets_their_own(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        one, other = namesakes(work)
        everything_about(work, one, "QUINCE")
        everything_about(work, other, "MEDLAR")
    for person, own, foreign in ((one, "QUINCE", "MEDLAR"), (other, "MEDLAR", "QUINCE")):
        said = words(gathered(records, person))
        assert [what for what in MARKED if f"{own} {what}" not in said] == []
        assert foreign not in said


def test_people_at_one_address_do_not_appear_in_each_others_copies(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        one = makers.patient(work, MARY, phones=["01632 960111"], postcode="CT11 8AA")
        other = makers.patient(
            work, PersonName(None, "Aurelio", "Brandt", None), phones=["01632 960222"], postcode="CT11 8AA"
        )
        everything_about(work, other, "MEDLAR")
    said = words(gathered(records, one))
    assert "CT11 8AA" in said
    assert not [each for each in ("Aurelio", "Brandt", "960222", "MEDLAR") if each in said]


def couple(work: Work) -> tuple[UUID, UUID]:
    """Two patients who come together."""
    one = makers.patient(work, MARY, phones=["01632 960111"], emails=["mary@example.org"], postcode="AA1 1AA")
    other = makers.patient(
        work, JOHN, phones=["01632 960222"], emails=["john@example.org"], postcode="BB2 2BB"
    )
    return one, other


def test_a_joint_item_is_in_both_copies_and_tells_neither_about_the_other(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary, john = couple(work)
        makers.appointment(work, [mary, john], makers.practitioner(work), cancelled_by="Mr John Smith")
        makers.note(work, [mary, john], "They agreed on a plan.")
        makers.letter(work, [mary, john], "To you both.", recipient="Mr & Mrs J Smith")
        makers.call(work, [mary, john], caller="Mr Smith", number="01632 960222", about="Both will come")
    for person, other in (
        (mary, ("John", "960222", "john@", "BB2")),
        (john, ("Mary", "960111", "mary@", "AA1")),
    ):
        held = gathered(records, person)
        said = words(held)
        for kept in ("They agreed on a plan.", "To you both.", "Both will come"):
            assert kept in said
        for title in ("Appointments", "Session notes", "Letters", "Telephone calls"):
            [entry] = entries(held, title)
            assert dict(entry.facts)["Joint"].endswith("another person")
        assert not [each for each in other if each in said]


def test_a_letter_to_the_other_of_a_couple_does_not_name_them(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary, john = couple(work)
        makers.letter(work, [mary, john], "Both of you", recipient="Mr John Smith, 2 Elm Road")
    to_mary, to_john = (
        dict(entries(gathered(records, person), "Letters")[0].facts)["To"] for person in (mary, john)
    )
    assert to_mary == "Another person (not named here)"
    assert to_john == "Mr John Smith, 2 Elm Road"


def test_a_family_session_counts_the_others(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary, john = couple(work)
        child = makers.patient(work, PersonName(None, "Robin", "Smith", None))
        makers.note(work, [mary, john, child], "All three came.")
    [entry] = entries(gathered(records, child), "Session notes")
    assert dict(entry.facts)["Joint"] == "A note about a joint session with 2 other people"


def test_a_note_moved_to_another_record_is_listed_and_not_shown(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        one, other = namesakes(work)
        makers.note(work, [one], "Only about the first twin.", happened_on=date(2024, 2, 29))
    with records.work(use_case="tests.tamper") as work:
        work.connection().execute(update(NoteSubject).values(patient_id=other))
    held = gathered(records, other)
    [entry] = entries(held, "Session notes")
    assert held.not_shown == 1
    assert entry.title == "An item that cannot be shown"
    assert entry.facts == ()
    assert entry.when is None
    assert "first twin" not in words(held)


@pytest.mark.parametrize("table", ["letter_subject", "addendum", "attachment", "draft"])
def test_whatever_is_sealed_and_moved_is_not_shown(records: Records, table: str) -> None:
    with records.work(use_case="tests.arrange") as work:
        one, other = namesakes(work)
        everything_about(work, one, "QUINCE")
        note = makers.note(work, [other], "Own note")
        letter = makers.letter(work, [other], "Own letter")
    moved = {
        "letter_subject": "UPDATE letter_subject SET person_id = :other WHERE letter_id != :letter",
        "addendum": "UPDATE addendum SET note_id = :note",
        "attachment": "UPDATE attachment SET letter_id = :letter",
        "draft": "UPDATE draft SET patient_id = :other",
    }[table]
    tamper(records, moved, other=other.hex, letter=letter.hex, note=note.hex)
    held = gathered(records, other)
    assert held.not_shown >= 1
    assert "QUINCE" not in words(held)


def test_a_note_only_its_author_may_open_is_listed_with_its_facts(records: Records, open_as: Opener) -> None:
    author = open_as(Role.THERAPIST)
    with records.work(use_case="tests.arrange") as work:
        person = makers.patient(work, MARY)
        account = makers.user(work, Role.THERAPIST, uuid4())
    with author.work(use_case="tests.arrange") as work:
        author.keys.user = account.id
        note = Note(
            author_id=account.id,
            happened_on=makers.TODAY,
            entered_at=makers.NOW,
            level=NoteLevel.ONLY_ME,
        )
        note.body_sealed = sealed.put(
            work, note, sealed.NOTE, "Mine alone", subject=person, kind=Kind.PRIVATE
        )
        note.subjects = [NoteSubject(patient_id=person)]
        work.add(note)
    held = gathered(records, person)
    [entry] = entries(held, "Session notes")
    assert held.not_shown == 1
    assert "sealed for its author alone" in entry.text
    assert dict(entry.facts)["Author"] == "A therapist"
    assert entry.when == makers.TODAY


def test_a_letter_only_its_writer_may_open_does_not_stop_the_copy(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        person = makers.patient(work, MARY)
        writer = makers.user(work, Role.THERAPIST, uuid4())
        letter = work.get(Letter, makers.letter(work, [person], author_id=writer.id))
        own = makers.keys(Role.THERAPIST, vault=records.keys.vault, user=writer.id)
        payload = SealedText(person, writer.id, makers.NOW, 1, "Mine alone")
        letter.text_sealed = seal(own, sealed.LETTER, letter.id, payload, Kind.PRIVATE)
    held = gathered(records, person)
    [entry] = entries(held, "Letters")
    assert held.not_shown == 1
    assert "sealed for its author alone" in entry.text


def test_an_item_linked_twice_is_shown_once(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        person = makers.patient(work, MARY)
        note = makers.note(work, [person])
        work.add(NoteSubject(note_id=note, patient_id=person))
    [entry] = entries(gathered(records, person), "Session notes")
    assert "Joint" not in dict(entry.facts)


def test_a_patients_contacts_are_named_without_the_way_to_reach_them(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary, john = couple(work)
        work.add(Contact(patient_id=mary, person_id=john, relation="husband", is_emergency_contact=True))
    held = gathered(records, mary)
    [entry] = entries(held, "People recorded with you")
    assert entry.title == "Mr John Smith"
    assert dict(entry.facts)["Relation"] == "husband"
    assert not [each for each in ("960222", "john@", "BB2") if each in words(held)]


def test_somebodys_contact_learns_that_they_are_one_and_nothing_about_the_patient(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY, postcode="AA1 1AA")
        everything_about(work, mary, "QUINCE")
        contact = makers.person(PersonName(None, "Iris", "Vale", None))
        work.add(contact)
        work.flush()
        link = Contact(
            patient_id=mary,
            person_id=contact.id,
            relation="mother-in-law",
            authority=Authority.COURT_DEPUTY,
            authority_seen="Order about Mary Smith",
            authority_seen_on=date(2026, 3, 1),
            scope="QUINCE may hear about depression",
            valid_from=date(2019, 8, 7),
            not_to_speak_from=date(2021, 9, 8),
            not_to_speak_until=date(2031, 9, 8),
            source="QUINCE said so",
        )
        work.add(link)
    held = gathered(records, contact.id)
    [entry] = entries(held, "You as somebody's contact")
    assert dict(entry.facts) == {
        "Authority shown to us": "Court deputy",
        "Seen on": "01-Mar-2026",
        "Emergency contact": "No",
    }
    said = words(held)
    hidden = ("Mary", "Smith", "QUINCE", "mother", "AA1", "depression", "2019", "2021", "2031", "bar")
    assert not [each for each in hidden if each in said]


def test_an_enquirer_gets_their_enquiry(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        who = makers.person(PersonName(None, "Iris", "Vale", None))
        work.add(who)
        work.flush()
        work.add(
            Enquiry(person_id=who.id, received_at=makers.NOW, channel="telephone", about="Asked for prices")
        )
    [entry] = entries(gathered(records, who.id), "Enquiries")
    assert entry.text == "Asked for prices"
    assert entry.when == datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001  wall time
    assert entry.source == "Told by telephone"


def test_a_gp_gets_their_practice_and_the_number_of_patients_without_a_name(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        surgery = GPPractice(name="Seafront Surgery", name_key="seafront surgery", ods_code="A81001")
        who = makers.person(PersonName("Dr", "Ada", "Okafor", None))
        work.add(surgery, who)
        work.flush()
        work.add(GP(id=who.id, gp_practice_id=surgery.id))
        work.flush()
        for name in (JOHN, MARY):
            makers.patient(work, name, gp_id=who.id, gp_practice_id=surgery.id)
    held = gathered(records, who.id)
    assert "Seafront Surgery, A81001" in words(held)
    [counted] = entries(held, "Work recorded under your name")
    assert (counted.title, dict(counted.facts)["Number"]) == ("Patients recorded with you as their GP", "2")
    assert "Smith" not in words(held)


def test_a_patient_sees_their_gp_by_name(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        who = makers.person(PersonName("Dr", "Ada", "Okafor", None))
        work.add(who)
        work.flush()
        work.add(GP(id=who.id))
        work.flush()
        person = makers.patient(work, MARY, gp_id=who.id)
    assert "GP: Dr Ada Okafor" in words(gathered(records, person))


def test_a_member_of_staff_gets_their_account_and_their_work_counted(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        practitioner = work.get(Practitioner, makers.practitioner(work))
        practitioner.user_id = work.actor.id
        practitioner.registration_number = "PYL012345"
        for day in (3, 17):
            makers.note(work, [mary], "QUINCE", happened_on=date(2026, 10, day))
            makers.appointment(work, [mary], practitioner.id, datetime(2026, 10, day, 10))  # noqa: DTZ001
    run(records, people.open_record, mary)
    with records.work(writes=False) as work:
        director = work.get(UserAccount, records.actor.id).person_id
    as_user = gathered(records, director)
    assert "Role: Director" in words(as_user)
    counted = {entry.title: dict(entry.facts) for entry in entries(as_user, "Work recorded under your name")}
    assert counted["Session notes written"] == {
        "Number": "2",
        "First": "03-Oct-2026",
        "Last": "17-Oct-2026",
    }
    done = {entry.title for entry in entries(as_user, "What you did as a user of our system")}
    assert "Viewed: Patient, as director" in done
    as_practitioner = gathered(records, practitioner.person_id)
    assert "PYL012345" in words(as_practitioner)
    [appointments] = entries(as_practitioner, "Work recorded under your name")
    assert (appointments.title, dict(appointments.facts)["Number"]) == (
        "Appointments as the practitioner",
        "2",
    )
    for held in (as_user, as_practitioner):
        assert not [each for each in ("QUINCE", "Mary", "Smith") if each in words(held)]


def test_staff_appear_by_role_and_those_who_give_care_by_name(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        desk = makers.user(work, Role.RECEPTIONIST, uuid4(), PersonName(None, "Rita", "Desk", None))
        practitioner = work.get(Practitioner, makers.practitioner(work))
        practitioner.user_id = work.actor.id
        makers.note(work, [mary])
        makers.call(work, [mary], handled_by_id=desk.id)
    held = gathered(records, mary)
    assert dict(entries(held, "Session notes")[0].facts)["Author"] == "Dr Asha Shah, Psychologist"
    assert dict(entries(held, "Telephone calls")[0].facts)["Taken by"] == "A receptionist"
    assert "Rita" not in words(held)


@pytest.mark.parametrize(
    ("caller", "number", "shown_caller", "shown_number"),
    [
        ("Mary Smith", "01632 960111", "Mary Smith", "01632 960111"),
        ("SMITH, Mary (Mrs)", "+44 1632 960111", "SMITH, Mary (Mrs)", "+44 1632 960111"),
        ("Patient", "", "Patient", None),
        ("Her sister Ann", "01632 960999", "Another person (not named here)", None),
        ("Mr Smith", "01632 960222", "Another person (not named here)", None),
        ("John Smith", "01632 960222", "Another person (not named here)", None),
    ],
)
def test_who_rang_is_told_only_when_it_was_the_person(
    records: Records, caller: str, number: str, shown_caller: str, shown_number: str | None
) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY, phones=["01632 960111"])
        makers.call(work, [mary], caller=caller, number=number, about="The next appointment")
    facts = dict(entries(gathered(records, mary), "Telephone calls")[0].facts)
    assert facts["Caller"] == shown_caller
    assert facts.get("Number") == shown_number
    assert facts["About"] == "The next appointment"


def test_a_consent_is_shown_with_the_words_that_were_asked_and_who_gave_it(records: Records) -> None:
    from practice_app.model.consents import ConsentWording

    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        wording = ConsentWording(purpose=Purpose.CONTACT, revision=3, text="May we e-mail you?", digest="d")
        work.add(wording)
        work.flush()
        work.add(
            consent(mary, wording_id=wording.id, given_by="Herself", recorded_by_id=work.actor.id),
            consent(mary, decision=Decision.WITHDRAWN, decided_on=date(2026, 11, 24)),
        )
    given, withdrawn = entries(gathered(records, mary), "Consents and refusals")
    assert given.title == "May e-mail about appointments: yes"
    assert "What was asked: May we e-mail you? (version 3, en-GB)" in entry_words(given)
    assert "Given by: Herself" in entry_words(given)
    assert withdrawn.title == "May e-mail about appointments: no, consent was withdrawn"


def test_a_consent_asked_in_an_unusual_way_is_shown_too(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        work.add(consent(mary, purpose=Purpose.TEACHING, channel=Channel.SMS, decision=Decision.REFUSED))
    [entry] = entries(gathered(records, mary), "Consents and refusals")
    assert entry.title == "Teaching by sms: no, refused"


def test_reasons_in_the_log_belong_to_the_person_they_are_about(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary, john = couple(work)
        work.note("broke_glass", "patient", mary)
    with records.work(use_case="tests.arrange") as work:
        seq = work.first(select(AuditEvent.seq).where(AuditEvent.action == "broke_glass"))
        work.add(AuditReason(id=uuid4(), audit_seq=seq, text="QUINCE in danger"))
    [reason] = entries(gathered(records, mary), "Reasons in the log")
    assert reason.text == "QUINCE in danger"
    assert "QUINCE" not in words(gathered(records, john))


def test_the_letter_goes_to_a_safe_address_only(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        work.add(
            Address(person_id=mary, line_1="1 Home Road", safety=Safety.UNSAFE, position=0),
            Address(person_id=mary, line_1="2 Old Road", valid_to=date(2020, 1, 1), position=1),
            Address(person_id=mary, line_1="3 Sister Road", safety=Safety.SAFE, position=2),
        )
    assert gathered(records, mary).bundle.subject.address == ("3 Sister Road",)


def test_two_identifiers_tell_people_apart_even_without_a_birth_date(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        bluebird = PersonName(None, None, None, "Bluebird")
        person = makers.patient(work, bluebird, number=4711, person_values={"born": None})
        twin, _ = namesakes(work)
    nickname = gathered(records, person).bundle.subject
    assert nickname.identifiers == (("Name", "Bluebird"), ("Practice number", "4711"))
    assert gathered(records, twin).bundle.subject.identifiers[1] == ("Born", "06-May-1975")


def test_times_are_the_clinics_own(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        makers.call(work, [mary], at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    [entry] = entries(gathered(records, mary), "Telephone calls")
    assert entry.when == datetime(2026, 7, 2, 0, 30)  # noqa: DTZ001  summer time


def test_entries_stand_in_the_order_of_their_dates(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        for day in (20, 3, 11):
            makers.note(work, [mary], happened_on=date(2026, 10, day))
    when = [entry.when for entry in entries(gathered(records, mary), "Session notes")]
    assert when == [date(2026, 10, 3), date(2026, 10, 11), date(2026, 10, 20)]


def test_earlier_copies_and_their_viewings_are_in_the_next_copy(records: Records) -> None:
    from practice_app.progress import Progress
    from practice_app.services import subject_access

    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
    made = subject_access.prepare(records, mary, progress=Progress())
    run(records, subject_access.open_copy, made.id)
    run(records, people.open_record, mary)
    held = gathered(records, mary)
    assert len(entries(held, "Earlier copies")) == 1
    assert [viewing.role for viewing in held.bundle.viewings] == ["Director", "Director"]


def test_the_search_statement_counts_every_place(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        makers.note(work, [mary], happened_on=date(2019, 5, 1))
        makers.note(work, [mary])
    search = gathered(records, mary).bundle.search
    counts = {place.what: place.count for place in search.searched}
    assert {section.title for section in SECTIONS} <= set(counts)
    assert (counts["Session notes"], counts["Letters"]) == (2, 0)
    assert (search.first, search.last) == (date(2019, 5, 1), makers.TODAY)
    assert (search.on, search.by_role) == (makers.TODAY, "director")
    places = " ".join(f"{each.place}: {each.why}" for each in search.not_searched)
    assert all(word in places for word in ("Backups", "Paper", "e-mail"))


def test_letters_keep_plain_and_sealed_words(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        id = makers.letter(work, [mary], "Sealed words", direction=Direction.IN)
        work.get(Letter, id).body = "Plain words"
    [entry] = entries(gathered(records, mary), "Letters")
    assert entry.title == "Letter to us"
    assert entry.text == "Plain words\n\nSealed words"


def test_a_file_that_is_no_text_is_listed_and_counted_as_not_shown(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        file = Attachment(letter_id=makers.letter(work, [mary]), media_type="image/png", size=4)
        file.name_sealed = sealed.put(work, file, sealed.ATTACHMENT_NAME, "scan.png", subject=mary)
        file.content_sealed = sealed.put_bytes(work, file, sealed.ATTACHMENT, b"\x89PNG", subject=mary)
        work.add(file)
    held = gathered(records, mary)
    [file] = attached(held)
    assert (file.name, held.not_shown) == ("scan.png", 1)
    assert file.why == files.WHY[FileState.AS_RECEIVED]


def test_what_went_abroad_is_named_in_the_statements(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary, john = couple(work)
        work.add(
            Disclosure(
                person_id=mary,
                made_on=makers.TODAY,
                recipient="Clinique du Port",
                what="Letter",
                basis="Consent",
                country="France",
            )
        )
    assert "France" in gathered(records, mary).bundle.statements.transfers
    assert "nothing about you outside" in gathered(records, john).bundle.statements.transfers


def test_a_patient_without_any_item_still_gets_a_copy(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        number = work.get(Patient, mary).number
    assert f"Practice number {number}" in words(gathered(records, mary))


def test_a_copy_prepared_before_is_counted_for_whoever_prepared_it(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        mary = makers.patient(work, MARY)
        work.add(
            SubjectAccessBundle(
                person_id=mary, prepared_at=makers.NOW, prepared_by_id=work.actor.id, pages=3, items=4
            )
        )
        director = work.get(UserAccount, work.actor.id).person_id
    counted = {entry.title for entry in entries(gathered(records, director), "Work recorded under your name")}
    assert "Copies of records prepared" in counted
