"""The patients every demo has: one for each thing a clinic must be able to keep and show."""

from calendar import isleap
from dataclasses import dataclass, replace
from datetime import date, timedelta

from practice_app.model.people import (
    AddressKind,
    Gender,
    HealthFactKind,
    PhoneKind,
    Safety,
    Sex,
)
from practice_app.rules import dates
from practice_app.rules.authority import Authority
from practice_app.rules.consents import Channel, Decision, Method, Purpose
from practice_app.rules.deciding import CapacityBasis, Deciding
from practice_app.rules.names import PersonName
from practice_app.services.demo.casting import Casting
from practice_app.services.demo.profile import Answer, HealthLine, MailLine, PhoneLine, Profile, Relation

SOLICITOR = "Ms Georgina Ravenscroft, Ravenscroft and Daughters"


@dataclass(frozen=True, slots=True)
class Cast:
    """The particular patients; some by what they are, because single items are about them."""

    everybody: tuple[Profile, ...]
    unsafe_phone: Profile
    changed_their_mind: Profile
    with_solicitor: Profile
    couple: tuple[Profile, Profile]
    died: Profile
    decides_alone: Profile

    @property
    def showpiece(self) -> Profile:
        """Whose record shows most of what the program can do."""
        return self.with_solicitor


def cast(casting: Casting) -> Cast:
    """All of them; whoever comes along with somebody stands before them."""
    unsafe, undecided, claimant = (
        _unsafe_phone(casting), _changed_their_mind(casting), _with_solicitor(casting)
    )  # fmt: skip
    him, her = _couple(casting)
    gone, liban = _died(casting), _decides_alone_at_fifteen(casting)
    everybody = (
        _nickname_only(casting),
        unsafe,
        _separated(casting),
        gone,
        _with_attorneys(casting),
        claimant,
        undecided,
        _other_script_and_allergies(casting),
        _just_of_age(casting),
        liban,
        _past_keeping_adult(casting),
        _past_keeping_child(casting),
        _born_on_leap_day(casting),
        _birth_date_unknown(casting),
        him,
        her,
        *_twins(casting),
        *_namesakes(casting),
    )
    return Cast(everybody, unsafe, undecided, claimant, (him, her), gone, liban)


def _nickname_only(casting: Casting) -> Profile:
    """Somebody who gave nothing but a nickname and a number (P30)."""
    made = casting.adult(PersonName(known_as="Bluebird"), None, 30, casting.counsellor, weeks=20)
    asked, how = made.registered, Method.IN_PERSON
    return replace(
        made,
        born=None,
        nhs_number=None,
        surgery=None,
        homes=(),
        emails=(),
        relations=(),
        identity_seen="",
        source="told by the patient",
        phones=(PhoneLine(casting.inventor.mobile(), note="text only, never ring"),),
        safety_line="Texts only. Never ask for a name on the telephone other than the nickname.",
        answers=(
            Answer(Purpose.TREATMENT, Decision.GIVEN, asked, method=how),
            Answer(Purpose.CONTACT, Decision.GIVEN, asked, Channel.SMS, method=how),
            Answer(Purpose.CONTACT, Decision.REFUSED, asked, Channel.VOICEMAIL, method=how),
        ),
    )


def _unsafe_phone(casting: Casting) -> Profile:
    """Somebody whose telephone at home another person answers, with a safety line everybody sees."""
    name = PersonName("Ms", "Katarzyna", "Wróblewska")
    made = casting.adult(name, Sex.FEMALE, 34, casting.psychologist, weeks=30)
    home_phone = casting.inventor.landline()
    return replace(
        made,
        phones=(
            PhoneLine(casting.inventor.mobile(), note="Tuesdays and Thursdays, 9 to 15"),
            PhoneLine(home_phone, PhoneKind.HOME, Safety.UNSAFE, "husband answers; never ring"),
        ),
        emails=(MailLine("k.family@example.org", Safety.UNSAFE, "shared with husband"),),
        homes=(replace(made.homes[0], safety=Safety.UNSAFE),),
        relations=(),
        safety_line=(
            "Never ring the home number and send no post. If they ring in distress, put them straight "
            "through to Ines Calloway, or give the number on the blue card."
        ),
        health=(
            HealthLine(HealthFactKind.ALERT, "Safety plan in the first note; go through it monthly"),
            HealthLine(HealthFactKind.ALLERGY, "Penicillin: rash"),
        ),
    )


def _separated(casting: Casting) -> Profile:
    """Somebody whose former partner staff may not speak to, by a court order with dates."""
    name = PersonName("Ms", "Yvonne", "Blackwood")
    made = casting.adult(name, Sex.FEMALE, 41, casting.counsellor, weeks=16)
    ordered = made.registered - timedelta(days=28)
    former = Relation(
        casting.relative(None, "Trevor", "Wilmot", Sex.MALE),
        "former partner",
        authority_seen="Non-molestation order",
        authority_seen_on=made.registered,
        scope="Neither confirm nor deny that she comes here",
        not_to_speak_from=ordered,
        not_to_speak_until=dates.add_years(ordered, 2),
    )
    sister = Relation(
        casting.relative(None, "Marcia", "Blackwood", Sex.FEMALE), "sister", is_emergency_contact=True
    )
    line = "Say nothing of her to anybody who rings; see Contacts."
    return replace(made, relations=(sister, former), safety_line=line)


def _died(casting: Casting) -> Profile:
    """Somebody who has died; sessions after that were called off."""
    died = casting.today - timedelta(days=75)
    name = PersonName("Mr", "Leonard", "Oakhanger")
    made = casting.adult(name, Sex.MALE, 79, casting.physiotherapist, weeks=26)
    widow = Relation(
        casting.relative("Mrs", "Vera", "Oakhanger", Sex.FEMALE),
        "wife",
        Authority.PERSONAL_REPRESENTATIVE,
        authority_seen="Grant of probate",
        authority_seen_on=casting.weekday_before(20),
        is_emergency_contact=True,
    )
    return replace(
        made,
        died=died,
        course=replace(made.course, ends=died + timedelta(days=20), is_over=True),
        confirmed=made.registered,
        is_archived=False,
        relations=(widow,),
        answers=tuple(answer for answer in made.answers if answer.decision is not Decision.WITHDRAWN),
    )


def _with_attorneys(casting: Casting) -> Profile:
    """An old person with attorneys for different things."""
    name = PersonName("Mrs", "Winifred", "Fennimore")
    made = casting.adult(name, Sex.FEMALE, 88, casting.physiotherapist, weeks=12)
    seen, document = made.registered, "Registered power, each page stamped"
    daughter = Relation(
        casting.relative("Mrs", "Hazel", "Starling", Sex.FEMALE),
        "daughter",
        Authority.POWER_OF_ATTORNEY_HEALTH,
        document,
        seen,
        "Health and welfare, only while she cannot decide herself",
        is_emergency_contact=True,
    )
    son = Relation(
        casting.relative("Mr", "Giles", "Fennimore", Sex.MALE),
        "son",
        Authority.POWER_OF_ATTORNEY_PROPERTY,
        document,
        seen,
        "Invoices only; not about care",
    )
    ended = seen + timedelta(days=7)
    letter = "letter from the GP"
    return replace(
        made,
        relations=(daughter, son),
        health=(
            HealthLine(HealthFactKind.ALERT, "Falls: walk with her from the door to the room"),
            HealthLine(HealthFactKind.NO_KNOWN_ALLERGIES, "", "told by the daughter"),
            HealthLine(HealthFactKind.MEDICATION, "Apixaban 2.5 mg twice a day", letter),
            HealthLine(HealthFactKind.MEDICATION, "Ramipril 2.5 mg", letter, ended_on=ended),
        ),
    )


def _with_solicitor(casting: Casting) -> Profile:
    """Somebody with a claim, whose solicitor was sent a report."""
    name = PersonName("Mr", "Imran", "Siddiqui")
    made = casting.adult(name, Sex.MALE, 37, casting.psychologist, weeks=28, theme="Fear after an accident")
    asked = casting.weekday_before(70)
    until = dates.add_months(asked, 6)
    solicitor = Relation(
        casting.relative("Ms", "Georgina", "Ravenscroft", Sex.FEMALE),
        "solicitor",
        Authority.SIGNED_MANDATE,
        "Signed form of authority",
        asked,
        "The accident only",
        valid_from=asked,
        valid_to=until,
    )
    answer = Answer(
        Purpose.SHARE_WITH_SOLICITOR,
        Decision.GIVEN,
        asked,
        expires_on=until,
        recipient=SOLICITOR,
        scope="One report about the accident; read by him first",
    )
    return replace(made, relations=(solicitor,), answers=(*made.answers, answer))


def _changed_their_mind(casting: Casting) -> Profile:
    """Somebody whose decisions went to and fro; every one of them is kept."""
    name = PersonName("Mr", "Winston", "Pinnock")
    made = casting.adult(name, Sex.MALE, 52, casting.psychologist, weeks=40)
    start, gp, news = made.registered, Purpose.SHARE_WITH_GP, Purpose.MARKETING
    spring, summer = start + timedelta(weeks=9), start + timedelta(weeks=20)
    month = dates.add_months(start, 1)
    return replace(
        made,
        surgery=casting.clinic.surgeries[0],
        gp=0,
        emails=(MailLine("w.pinnock@letters.example"),),
        answers=(
            Answer(Purpose.TREATMENT, Decision.GIVEN, start),
            Answer(gp, Decision.REFUSED, start),
            Answer(gp, Decision.GIVEN, start + timedelta(weeks=4), method=Method.IN_PERSON),
            Answer(gp, Decision.WITHDRAWN, summer, method=Method.PHONE),
            Answer(news, Decision.GIVEN, start, Channel.EMAIL),
            Answer(news, Decision.WITHDRAWN, spring, Channel.EMAIL, method=Method.LINK),
            Answer(news, Decision.GIVEN, start, Channel.POST),
            Answer(Purpose.RECORD_SESSION_AUDIO, Decision.GIVEN, start, expires_on=month),
            Answer(Purpose.STUDENT_OBSERVER, Decision.REFUSED, start),
            Answer(
                Purpose.STUDENT_OBSERVER,
                Decision.GIVEN,
                spring,
                method=Method.PHONE,
                wrong="Somebody else of this name rang",
            ),
            Answer(Purpose.TESTIMONIAL, Decision.REFUSED, summer),
        ),
    )


def _other_script_and_allergies(casting: Casting) -> Profile:
    """Somebody with a name in Greek letters, several allergies and medicines."""
    name = PersonName("Mrs", "Ελένη", "Παπαδημητρίου", "Eleni")
    made = casting.adult(name, Sex.FEMALE, 63, casting.physiotherapist, weeks=9)
    return replace(
        made,
        health=(
            HealthLine(HealthFactKind.ALLERGY, "Latex: itching, then swelling"),
            HealthLine(HealthFactKind.ALLERGY, "Codeine: sick"),
            HealthLine(HealthFactKind.MEDICATION, "Warfarin, checked every fortnight", "letter from the GP"),
            HealthLine(HealthFactKind.ALERT, "Pacemaker: no electrical treatment"),
        ),
    )


def _just_of_age(casting: Casting) -> Profile:
    """Somebody who came of age a month ago: the parent's authority has ended."""
    mother = PersonName("Mrs", "Heledd", "Llewelyn")
    made = casting.child(PersonName(None, "Ffion", "Llewelyn"), Sex.FEMALE, 17, mother, weeks=22)
    born = dates.add_years(casting.today, -18) - timedelta(days=31)
    parent = replace(made.relations[0], valid_to=dates.birthday(born, 18))
    return replace(made, born=born, relations=(parent,), phones=(PhoneLine(casting.inventor.mobile()),))


_UNDERSTOOD = "Dr Shah, first session: in his own words he said what treatment is and who hears of it"


def _decides_alone_at_fifteen(casting: Casting) -> Profile:
    """A young person who decides alone, with parents who live apart and both hold responsibility."""
    mother = PersonName("Ms", "Hodan", "Jama")
    made = casting.child(PersonName(None, "Liban", "Jama"), Sex.MALE, 15, mother, weeks=14)
    father = Relation(
        casting.relative("Mr", "Guled", "Nuur", Sex.MALE),
        "father",
        Authority.PARENTAL_RESPONSIBILITY,
        "Court order on where he lives",
        made.registered,
        "Dates of sessions only, at the patient's wish",
        valid_from=made.registered,
    )
    asked, himself = made.registered, Deciding(basis=CapacityBasis.GILLICK, note=_UNDERSTOOD)
    return replace(
        made,
        phones=(PhoneLine(casting.inventor.mobile()),),
        relations=(*made.relations, father),
        answers=(
            Answer(Purpose.TREATMENT, Decision.GIVEN, asked, by=himself),
            Answer(
                Purpose.SHARE_WITH_RELATIVE,
                Decision.REFUSED,
                asked,
                by=himself,
                recipient="Mr Guled Nuur (father)",
                scope="What is said in sessions",
            ),
        ),
    )


def _past_keeping_adult(casting: Casting) -> Profile:
    """An adult last seen more than eight years ago."""
    seen = dates.add_years(casting.today, -8) - timedelta(days=100)
    made = casting.adult(PersonName("Mr", "Edmund", "Yarrow"), Sex.MALE, 66, casting.counsellor, weeks=0)
    return casting.long_ago(made, seen - timedelta(weeks=10), seen, made.born)


def _past_keeping_child(casting: Casting) -> Profile:
    """A child at the time, past the 25th birthday today."""
    mother = PersonName("Mrs", "Bożena", "Dąbrowska")
    made = casting.child(PersonName(None, "Danuta", "Dąbrowska"), Sex.FEMALE, 14, mother, weeks=0)
    born = dates.add_years(casting.today, -25) - timedelta(days=120)
    seen = dates.add_years(born, 15)
    return casting.long_ago(made, seen - timedelta(weeks=8), seen, born)


def _born_on_leap_day(casting: Casting) -> Profile:
    """Somebody born on 29 February."""
    name = PersonName("Mr", "Tudur", "ap Rhys")
    made = casting.adult(name, Sex.MALE, 40, casting.physiotherapist, weeks=6)
    latest = casting.today.year - 40
    year = next(year for year in range(latest, latest - 9, -1) if isleap(year))
    return replace(made, born=date(year, 2, 29))


def _birth_date_unknown(casting: Casting) -> Profile:
    """Somebody whose birth date nobody knows: nothing of theirs may be destroyed by rule."""
    name = PersonName("Mr", "Dawit", "Gebremariam")
    made = casting.adult(name, Sex.MALE, 29, casting.physiotherapist, weeks=5)
    return replace(made, born=None, nhs_number=None, identity_seen="", gender=Gender.NOT_KNOWN)


def _couple(casting: Casting) -> tuple[Profile, Profile]:
    """Two people with joint sessions, each with a safe address and decisions of their own (P14)."""
    who = casting.counsellor
    her = casting.adult(PersonName("Mrs", "Rosalind", "Merriweather"), Sex.FEMALE, 44, who, weeks=24)
    him = casting.adult(PersonName("Mr", "Dafydd", "Merriweather"), Sex.MALE, 46, who, weeks=24)
    theme = casting.clinic.stock.themes_for(who.work, "couple")[0]
    course, asked, gp = replace(her.course, theme=theme), her.registered, Purpose.SHARE_WITH_GP
    office = replace(casting.inventor.home(), kind=AddressKind.WORK)
    him = replace(
        him,
        course=course,
        registered=asked,
        confirmed=asked,
        source="told by the patient",
        comes_along=True,
        homes=(office, replace(her.homes[0], safety=Safety.UNSAFE)),
        surgery=casting.clinic.surgeries[1],
        gp=1,
        relations=(),
        safety_line="Post to the office only.",
        answers=(Answer(Purpose.TREATMENT, Decision.GIVEN, asked), Answer(gp, Decision.REFUSED, asked)),
    )
    her = replace(
        her,
        course=course,
        source="told by the patient",
        comes_with=(him.id,),
        surgery=casting.clinic.surgeries[1],
        gp=0,
        relations=(casting.as_relation(him, "husband"),),
        answers=(Answer(Purpose.TREATMENT, Decision.GIVEN, asked), Answer(gp, Decision.GIVEN, asked)),
    )
    return him, her


def _twins(casting: Casting) -> tuple[Profile, Profile]:
    """Two children of one birth date, family name and address, with the same mother."""
    mother = PersonName("Mrs", "Ngozi", "Ezenwa")
    one = casting.child(PersonName(None, "Amarachi", "Ezenwa"), Sex.FEMALE, 13, mother, weeks=18)
    other = casting.child(PersonName(None, "Adaeze", "Ezenwa"), Sex.FEMALE, 13, mother, weeks=18)
    return one, replace(
        other,
        born=one.born,
        registered=one.registered,
        homes=one.homes,
        relations=one.relations,
        surgery=one.surgery,
        gp=one.gp,
        answers=one.answers,
    )


def _namesakes(casting: Casting) -> tuple[Profile, Profile]:
    """Two people of one name and different birth dates."""
    name = PersonName("Mrs", "Susan", "Smith")
    return (
        casting.adult(name, Sex.FEMALE, 58, casting.physiotherapist, weeks=15),
        casting.adult(name, Sex.FEMALE, 71, casting.counsellor, weeks=35),
    )
