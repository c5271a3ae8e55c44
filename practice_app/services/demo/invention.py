"""Invents ordinary patients: names, homes, families, health and decisions, all by chance."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from practice_app.model.people import Gender, HealthFactKind, PhoneKind, Safety, Sex
from practice_app.rules import dates, names
from practice_app.rules.authority import Authority
from practice_app.rules.consents import Channel, Decision, Method, Purpose
from practice_app.rules.deciding import CapacityBasis, Deciding, GivenAs
from practice_app.rules.names import PersonName
from practice_app.services.demo.chance import Chance
from practice_app.services.demo.clinic import Clinic, Surgery
from practice_app.services.demo.profile import (
    Answer,
    Course,
    HealthLine,
    Home,
    MailLine,
    PhoneLine,
    Profile,
    Relation,
    Somebody,
)
from practice_app.services.demo.stock import Group

_GENDER = {Sex.FEMALE: Gender.FEMALE, Sex.MALE: Gender.MALE}

_WOMENS_TITLES = (("Ms", 40), ("Mrs", 33), ("Miss", 20), ("Dr", 5), ("Mx", 2))
_MENS_TITLES = (("Mr", 93), ("Dr", 5), ("Mx", 2))

_RELATIONS = (
    "husband",
    "wife",
    "partner",
    "sister",
    "brother",
    "mother",
    "father",
    "friend",
    "daughter",
    "son",
)

_ALLERGIES = (
    "Penicillin: rash",
    "Peanuts: swelling of the face",
    "Latex: itching",
    "Bee stings: carries an adrenaline pen",
    "Sticking plaster: sore skin",
    "Ibuprofen: wheeze",
)
_MEDICATION = (
    "Sertraline 50 mg in the morning",
    "Citalopram 20 mg daily",
    "Paracetamol when needed",
    "Naproxen 250 mg with food, since last month",
    "Levothyroxine 75 micrograms",
    "Salbutamol inhaler",
    "Ramipril 5 mg",
    "Metformin 500 mg twice a day",
    "The contraceptive pill",
)
_ALERTS = (
    "Faints at the sight of needles",
    "Epilepsy: last seizure two years ago; what to do is in the first note",
    "Hard of hearing on the left: sit to the right",
    "Uses a wheelchair: Garden room only",
    "Needs an interpreter for long conversations",
)
_DOCUMENTS = ("Passport", "UK driving licence", "Residence card", "Identity card", "Bus pass with photograph")
_SOURCES = (
    ("told by the patient", 60),
    ("letter from the GP", 22),
    ("form on the website", 12),
    ("told by the employer's health service", 6),
)
_HOW = ((Method.SIGNED_PAPER, 60), (Method.SIGNED_ON_SCREEN, 25), (Method.IN_PERSON, 15))


_STEP = 387
"""Leads through a thousand (or five hundred) telephone numbers without repeating one, in no visible order."""


class Inventor:
    """Makes up people; keeps NHS numbers and telephone numbers from being used twice."""

    def __init__(self, chance: Chance, clinic: Clinic) -> None:
        self._chance = chance
        self._clinic = clinic
        self._nhs_numbers: set[str] = set()
        self._mobile, self._landline = chance.between(0, 999), chance.between(0, 499)

    def patient(self, course: Course) -> Profile:
        """Somebody whom a course of sessions would suit."""
        chance = self._chance
        is_child = course.theme.whom == "child"
        group = self.group()
        sex = chance.pick((Sex.FEMALE, Sex.FEMALE, Sex.MALE))
        registered = self.before(course.starts)
        born = self._born(course.starts, is_child)
        home = self.home()
        parent = self._parent(group, home) if is_child else None
        source = f"told by the {parent.relation}" if parent else chance.weighted(_SOURCES)
        profile = Profile(
            id=chance.id(),
            name=self.name(group, sex, title=not is_child, born=born),
            born=born,
            sex=sex if chance.happens(0.9) else None,
            gender=self._gender(sex),
            course=course,
            registered=registered,
            source=source,
            nhs_number=self.nhs_number() if chance.happens(0.7) else None,
            surgery=self.surgery() if chance.happens(0.85) or "GP" in source else None,
            homes=(home,),
            relations=self._relations(group, parent, registered),
            health=self._health(is_child, parent.relation if parent else "patient"),
            identity_seen=chance.pick(_DOCUMENTS) if not is_child and chance.happens(0.6) else "",
            confirmed=self._confirmed(course, registered),
            is_archived=chance.happens(0.3),
        )
        if profile.surgery is not None:
            profile = replace(profile, gp=chance.between(0, len(profile.surgery.doctors) - 1))
        if not is_child:
            profile = replace(profile, phones=self.phones(), emails=self.emails(profile.name))
        return replace(profile, answers=self.answers(profile))

    def group(self) -> Group:
        """A language group, as often as its share says."""
        return self._chance.weighted(self._clinic.stock.groups)

    def name(self, group: Group, sex: Sex, *, title: bool, born: date | None = None) -> PersonName:
        """A name of a group; one in another script brings what the person is called at reception."""
        chance = self._chance
        is_woman = sex is Sex.FEMALE
        given, _, called = chance.pick(group.women if is_woman else group.men).partition(" (")
        family = chance.pick(group.women_family if is_woman else group.men_family)
        is_latin = not called
        second = chance.pick(group.women if is_woman else group.men)
        if is_latin and second != given and chance.happens(0.2):
            given = f"{given} {second}"
        courtesy = chance.weighted(_WOMENS_TITLES if is_woman else _MENS_TITLES)
        return PersonName(courtesy if title else None, given, family, called.rstrip(")") or None)

    def home(self) -> Home:
        """An address in a town that does not exist, in a postcode area that was never given out."""
        chance, places = self._chance, self._clinic.stock.places
        town, district = chance.pick(places.towns)
        street = f"{chance.pick(places.streets)} {chance.pick(places.ways)}"
        number = f"{chance.between(1, 188)} {street}"
        is_named = chance.happens(0.2)
        letters = "ABDEFGHJLNPQRSTUWXYZ"  # those that the second half of a postcode may have
        postcode = f"{district} {chance.between(1, 9)}{chance.pick(letters)}{chance.pick(letters)}"
        return Home(
            line_1=chance.pick(places.houses) if is_named else number,
            line_2=number if is_named else "",
            town=town,
            county=places.county if chance.happens(0.5) else "",
            postcode=postcode,
        )

    def mobile(self) -> str:
        """A number from those Ofcom keeps for drama; none comes twice in a thousand."""
        self._mobile = (self._mobile + _STEP) % 1000
        return f"07700 900{self._mobile:03}"

    def landline(self) -> str:
        """A number from those Ofcom keeps for drama: of no town, or of London."""
        self._landline = (self._landline + _STEP) % 500
        place = "020 7946 0" if self._chance.happens(0.15) else "01632 960"
        return f"{place}{500 + self._landline}"

    def phones(self) -> tuple[PhoneLine, ...]:
        """An adult's numbers."""
        chance = self._chance
        asked = (Safety.SAFE, Safety.SAFE, Safety.NOT_ASKED)
        lines = [PhoneLine(self.mobile(), safety=chance.pick(asked))]
        if chance.happens(0.3):
            lines.append(PhoneLine(self.landline(), PhoneKind.HOME, chance.pick(asked)))
        if chance.happens(0.08):
            note = "do not say who is calling"
            lines.append(PhoneLine(self.landline(), PhoneKind.WORK, Safety.UNSAFE, note))
        return tuple(lines)

    def nhs_number(self) -> str:
        """A number with a right check digit from the range that is never given to anybody (999)."""
        while True:
            nine = f"999{self._chance.between(0, 999_999):06}"
            left = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
            check = (11 - left) % 11
            number = f"{nine}{check}"
            if check < 10 and number not in self._nhs_numbers and len(set(number)) > 1:
                self._nhs_numbers.add(number)
                return number

    def surgery(self) -> Surgery:
        """A GP practice; a doctor of it is the profile's `gp`."""
        return self._chance.pick(self._clinic.surgeries)

    def before(self, day: date) -> date:
        """A working day some days before `day` and before today: when somebody was registered."""
        earlier = min(day, self._clinic.today) - timedelta(days=self._chance.between(3, 20))
        return working_day(earlier)

    def answers(self, profile: Profile) -> tuple[Answer, ...]:
        """Decisions about consent: mostly given, some refused, some withdrawn later as a new decision."""
        chance, asked = self._chance, profile.registered
        given = Answer(Purpose.TREATMENT, Decision.GIVEN, asked, method=chance.weighted(_HOW))
        made = [given]
        if profile.surgery is not None and chance.happens(0.92):
            made += self._about_gp(profile)
        if profile.emails:
            made.append(self._yes_or_no(Purpose.CONTACT, asked, 0.9, Channel.EMAIL))
            made += self._about_news(profile)
        if profile.phones:
            made.append(self._yes_or_no(Purpose.CONTACT, asked, 0.8, Channel.SMS))
            made.append(self._yes_or_no(Purpose.CONTACT, asked, 0.6, Channel.VOICEMAIL))
        if any(relation.is_emergency_contact for relation in profile.relations):
            made.append(self._yes_or_no(Purpose.EMERGENCY_CONTACT, asked, 0.95))
        if profile.course.theme.work != "physiotherapy":
            made.append(self._yes_or_no(Purpose.SUPERVISION_DISCUSSION, asked, 0.85))
            if chance.happens(0.2):
                made.append(self._yes_or_no(Purpose.RECORD_SESSION_AUDIO, asked, 0.3))
        if chance.happens(0.3):
            made.append(self._yes_or_no(Purpose.TELEHEALTH, asked, 0.9))
        return tuple(_spoken_for(profile, answer) for answer in made)

    def _yes_or_no(self, purpose: Purpose, on: date, share: float, channel: Channel | None = None) -> Answer:
        decision = Decision.GIVEN if self._chance.happens(share) else Decision.REFUSED
        expires = None
        if purpose is Purpose.RECORD_SESSION_AUDIO and decision is Decision.GIVEN:
            expires = dates.add_months(on, 1)
        return Answer(purpose, decision, on, channel, expires, self._chance.weighted(_HOW))

    def _about_gp(self, profile: Profile) -> Sequence[Answer]:
        chance, asked = self._chance, profile.registered
        first = self._yes_or_no(Purpose.SHARE_WITH_GP, asked, 0.82)
        is_old = asked < dates.add_years(self._clinic.today, -2)
        made = [
            replace(first, is_earlier_wording=is_old),
            self._yes_or_no(Purpose.RECEIVE_FROM_GP, asked, 0.8),
        ]
        if first.decision is Decision.GIVEN and chance.happens(0.1):
            later = self._later(profile)
            made.append(Answer(Purpose.SHARE_WITH_GP, Decision.WITHDRAWN, later, method=Method.PHONE))
        return made

    def _about_news(self, profile: Profile) -> Sequence[Answer]:
        chance, asked = self._chance, profile.registered
        if chance.happens(0.4):
            return ()
        first = self._yes_or_no(Purpose.MARKETING, asked, 0.25, Channel.EMAIL)
        if first.decision is Decision.GIVEN and chance.happens(0.4):
            return first, replace(
                first, decision=Decision.WITHDRAWN, on=self._later(profile), method=Method.LINK
            )
        return (first,)

    def _later(self, profile: Profile) -> date:
        """A working day after registration on which somebody changed their mind; never after today."""
        last = min(profile.course.ends, self._clinic.today)
        return max(profile.registered, working_day(self._chance.day(profile.registered, last)))

    def _born(self, seen: date, is_child: bool) -> date:
        years = self._chance.between(8, 15) if is_child else self._adult_years()
        return dates.add_years(seen, -years) - timedelta(days=self._chance.between(1, 360))

    def _adult_years(self) -> int:
        return self._chance.between(18, 45) if self._chance.happens(0.55) else self._chance.between(46, 88)

    def _gender(self, sex: Sex) -> Gender:
        if self._chance.happens(0.95):
            return _GENDER[sex]
        return self._chance.pick((Gender.OTHER, Gender.NOT_SPECIFIED, Gender.NOT_KNOWN))

    def _confirmed(self, course: Course, registered: date) -> date | None:
        if self._chance.happens(0.3):
            return None
        last = min(course.ends, self._clinic.today)
        return max(registered, working_day(self._chance.day(registered, last)))

    def _parent(self, group: Group, home: Home) -> Relation:
        chance = self._chance
        sex = chance.pick((Sex.FEMALE, Sex.FEMALE, Sex.MALE))
        somebody = Somebody(
            id=chance.id(),
            name=self.name(group, sex, title=True),
            sex=sex,
            phones=(PhoneLine(self.mobile()),),
            home=home,
            identity_seen=chance.pick(_DOCUMENTS[:2]),
        )
        return Relation(
            somebody,
            "mother" if sex is Sex.FEMALE else "father",
            Authority.PARENTAL_RESPONSIBILITY,
            authority_seen="Full birth certificate naming the parent",
            scope="Treatment and records, until 18",
            is_emergency_contact=True,
        )

    def _relations(self, group: Group, parent: Relation | None, registered: date) -> tuple[Relation, ...]:
        chance = self._chance
        if parent is not None:
            return (replace(parent, authority_seen_on=registered, valid_from=registered),)
        if not chance.happens(0.55):
            return ()
        relation = chance.pick(_RELATIONS)
        is_man = relation in ("husband", "brother", "father", "son")
        sex = Sex.MALE if is_man else Sex.FEMALE
        somebody = Somebody(
            id=chance.id(),
            name=self.name(group, sex, title=False),
            sex=sex if relation not in ("partner", "friend") else None,
            phones=(PhoneLine(self.mobile(), safety=Safety.NOT_ASKED),),
        )
        return (Relation(somebody, relation, is_emergency_contact=True),)

    def _health(self, is_child: bool, teller: str) -> tuple[HealthLine, ...]:
        chance, lines, told = self._chance, [], f"told by the {teller}"
        if chance.happens(0.2):
            lines.append(HealthLine(HealthFactKind.ALLERGY, chance.pick(_ALLERGIES), told))
        elif chance.happens(0.5):
            lines.append(HealthLine(HealthFactKind.NO_KNOWN_ALLERGIES, "", told))
        if is_child:
            return tuple(lines)
        if chance.happens(0.4):
            source = "letter from the GP" if chance.happens(0.3) else told
            lines.append(HealthLine(HealthFactKind.MEDICATION, chance.pick(_MEDICATION), source))
        if chance.happens(0.07):
            lines.append(HealthLine(HealthFactKind.ALERT, chance.pick(_ALERTS), told))
        return tuple(lines)

    def emails(self, name: PersonName) -> tuple[MailLine, ...]:
        """None or one address in a domain that is kept for examples."""
        chance = self._chance
        if chance.happens(0.15):
            return ()
        host = chance.pick(self._clinic.stock.places.mail)
        number = chance.between(10, 99)
        first = names.fold(name.known_as or name.given or "").replace(" ", ".")
        last = names.fold(name.family or "").replace(" ", ".")
        parts = [part for part in (first, last) if part.isascii() and part]
        safety = chance.pick((Safety.SAFE, Safety.SAFE, Safety.NOT_ASKED))
        return (MailLine(f"{'.'.join(parts)}{number}@{host}", safety),)


def working_day(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def following(day: date, days: int) -> date:
    """So many days later, moved on to Monday when that is a weekend."""
    later = day + timedelta(days=days)
    return later + timedelta(days=7 - later.weekday()) if later.weekday() > 4 else later


def _spoken_for(profile: Profile, answer: Answer) -> Answer:
    """Who decided: the patient, or for a child the parent."""
    if profile.course.theme.whom != "child" or not profile.relations:
        return answer
    parent = profile.relations[0]
    by = Deciding(
        GivenAs.PARENT,
        CapacityBasis.BEST_INTERESTS,
        names.plain_name(parent.somebody.name),
        parent.relation,
        parent.authority_seen,
        "The child was asked too",
    )
    return replace(answer, by=by)
