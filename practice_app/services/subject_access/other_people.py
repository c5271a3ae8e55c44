"""How people other than the subject appear in a copy.

Nobody has a right to what identifies another person, unless that person agrees or it is reasonable to
disclose it without (DPA 2018 Sch. 2 para. 16; being the source of something identifies too). It was weighed
once, here, for each kind of person, and the same for everybody, so that what is missing tells nothing:

- Those who give care are named. For a health professional that is reasonable by law (para. 17). Other
  therapists the person has met; they act in their profession, and nothing private of theirs is told.
- Other staff appear by role: who typed something adds nothing to what it says about the person.
- A person's own contacts are named with their relation, because the person gave us both. How to reach them
  is theirs: the copy says only that we hold it.
- Whose contact somebody is stays untold, and so does all that was agreed about it, even the word for the
  relation: it would tell that a certain relative is a patient here, which is health data, and a bar on
  speaking to somebody may protect the patient from exactly them.
- That somebody is on another's list of people not to be shown anything stays untold for the same reason.
- The others of a joint item, couple or family are "another person", however well they know each other.
- Who rang is told when it was the person. Anybody else may have spoken in confidence.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from practice_app.model.merges import Merge, MergeStep, StepKind
from practice_app.model.people import GP, GPPractice, Person, Phone
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.rules import contact_details, names
from practice_app.rules.names import PersonName
from practice_app.services.subject_access.section import Reading

SOMEBODY_ELSE = "Another person (not named here)"


def name_of(person: Person) -> PersonName:
    """A person's name in its parts."""
    return PersonName(person.title, person.given, person.family, person.known_as)


def staff(reading: Reading, user_id: UUID | None) -> str:
    """A member of staff: a practitioner's name, "A receptionist" for others, "" for nobody."""
    return "" if user_id is None else reading.once(("staff", user_id), lambda: _staff(reading, user_id))


def _staff(reading: Reading, user_id: UUID) -> str:
    found = reading.work.first(select(Practitioner.id).where(Practitioner.user_id == user_id))
    if found is not None:
        return practitioner(reading, found)
    return f"A {reading.work.get(UserAccount, user_id).role.value}"


def practitioner(reading: Reading, id: UUID) -> str:
    """The name and profession of somebody who sees patients."""
    return reading.once(("practitioner", id), lambda: _practitioner(reading, id))


def _practitioner(reading: Reading, id: UUID) -> str:
    found = reading.work.get(Practitioner, id)
    name = names.plain_name(name_of(reading.work.get(Person, found.person_id)))
    return f"{name}, {found.profession}" if found.profession else name


def gp(reading: Reading, id: UUID | None) -> str:
    """A GP's name."""
    found = reading.work.find(GP, id)
    return names.plain_name(name_of(reading.work.get(Person, found.id))) if found else ""


def gp_practice(reading: Reading, id: UUID | None) -> str:
    """A GP practice with its code and address: an organisation, so nobody is identified."""
    found = reading.work.find(GPPractice, id)
    if found is None:
        return ""
    return ", ".join(filter(None, (found.name, found.address, found.postcode, found.ods_code)))


def joint(others: int, what: str) -> str:
    """What is said of a joint item: "A joint session with another person"; "" when there are no others."""
    if not others:
        return ""
    return f"{what} another person" if others == 1 else f"{what} {others} other people"


def party(reading: Reading, text: str, others: Iterable[UUID]) -> str:
    """A sender or recipient as written, unless it names one of the other people of a joint item."""
    found, own = _words_of(text), _callings(reading.person)
    for id in others:
        callings = _callings(reading.work.get(Person, id)) - own
        if any(calling <= found for calling in callings):
            return SOMEBODY_ELSE
    return text


def caller(reading: Reading, text: str) -> str:
    """Who rang, or was rung: as written when it is the person, else nobody's name."""
    found = _words_of(text)
    own = reading.once(("callings", reading.person.id), lambda: _own_callings(reading))
    if not found or found in own or found in _WORDS_FOR_THE_PERSON:
        return text
    return SOMEBODY_ELSE


def number(reading: Reading, text: str) -> str:
    """The number of a call when the person gave it to us as theirs; "" for somebody else's."""
    own = reading.once(("numbers", reading.person.id), lambda: _own_numbers(reading))
    return text if _dialled(text) in own else ""


def _own_numbers(reading: Reading) -> frozenset[str]:
    shown = reading.work.select(select(Phone.shown).where(Phone.person_id == reading.person.id))
    return frozenset(_dialled(each) for each in shown)


def _dialled(text: str) -> str:
    return contact_details.phone(text).e164 or contact_details.digits(text)


def _words_of(text: str | None) -> frozenset[str]:
    return frozenset(names.fold(text or "").split())


_WORDS_FOR_THE_PERSON = frozenset(_words_of(word) for word in ("patient", "client", "self"))


def _own_callings(reading: Reading) -> frozenset[frozenset[str]]:
    """The person's own, and those of the records that were merged into theirs."""
    parked = (
        select(MergeStep.before)
        .join(Merge, Merge.id == MergeStep.merge_id)
        .where(
            Merge.kept_id == reading.person.id,
            MergeStep.kind == StepKind.PARKED,
            MergeStep.table_name == Person.__tablename__,
        )
    )
    found = _callings(reading.person)
    return found.union(*(_called(*(row[part] for part in _PARTS)) for row in reading.work.select(parked)))


_PARTS = ("title", "given", "family", "known_as")


def _callings(person: Person) -> frozenset[frozenset[str]]:
    """The words somebody is called by in a line of text, in any order: names, or title and family name."""
    return _called(*(getattr(person, part) for part in _PARTS))


def _called(*parts: str | None) -> frozenset[frozenset[str]]:
    title, given, family, known_as = map(_words_of, parts)
    called = [title | given | family, given | family, known_as]
    if title and family:
        called.append(title | family)
    if not family:
        called.append(given)
    return frozenset(filter(None, called))
