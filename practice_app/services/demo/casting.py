"""Builds a particular patient on top of somebody invented by chance."""

from dataclasses import replace
from datetime import date, timedelta

from practice_app.model.people import Gender, Sex
from practice_app.rules import dates
from practice_app.rules.consents import Decision
from practice_app.rules.names import PersonName
from practice_app.services.demo.clinic import Clinic, Colleague
from practice_app.services.demo.diary import AHEAD
from practice_app.services.demo.invention import Inventor, working_day
from practice_app.services.demo.profile import Course, PhoneLine, Profile, Relation, Somebody
from practice_app.services.demo.rows import Rows

_EVERY = 14


class Casting:
    """What the particular patients are made with; `psychologist` and so on are the three practitioners."""

    def __init__(self, rows: Rows, clinic: Clinic, inventor: Inventor) -> None:
        self.rows = rows
        self.clinic = clinic
        self.inventor = inventor
        self.psychologist, self.counsellor, self.physiotherapist = clinic.colleagues

    @property
    def today(self) -> date:
        """The day the demo is made for."""
        return self.clinic.today

    def weekday_before(self, days: int) -> date:
        """The working day so many days ago, or the Friday before."""
        return working_day(self.today - timedelta(days=days))

    def adult(
        self, name: PersonName, sex: Sex | None, age: int, who: Colleague, *, weeks: int, theme: str = ""
    ) -> Profile:
        """An adult in care with `who` for so many weeks; what is not said here is as chance has it."""
        themes = self.clinic.stock.themes_for(who.work, "adult")
        chosen = next((each for each in themes if each.title == theme), themes[0])
        starts = self.today - timedelta(weeks=weeks)
        course = Course(who, chosen, starts, self.today + AHEAD, _EVERY, is_over=False)
        return self._called(self.inventor.patient(course), name, sex, age)

    def child(self, name: PersonName, sex: Sex, age: int, mother: PersonName, *, weeks: int) -> Profile:
        """A child in care with the psychologist, brought by the mother."""
        theme = self.clinic.stock.themes_for("psychology", "child")[0]
        starts = self.today - timedelta(weeks=weeks)
        course = Course(self.psychologist, theme, starts, self.today + AHEAD, _EVERY, is_over=False)
        made = self.inventor.patient(course)
        parent = made.relations[0]
        relation = replace(
            parent, somebody=replace(parent.somebody, name=mother, sex=Sex.FEMALE), relation="mother"
        )
        made = replace(made, relations=(relation,), source="told by the mother")
        return self._called(made, name, sex, age)

    def _called(self, made: Profile, name: PersonName, sex: Sex | None, age: int) -> Profile:
        """The same patient under another name and age, with the e-mail and consents that go with it."""
        born = dates.add_years(made.course.starts, -age) - timedelta(days=self.rows.chance.between(20, 300))
        made = replace(
            made,
            name=name,
            sex=sex,
            gender=Gender(sex.value) if sex else Gender.NOT_SPECIFIED,
            born=born,
            emails=self.inventor.emails(name) if made.emails else (),
        )
        return replace(made, answers=self.inventor.answers(made))

    def long_ago(self, made: Profile, starts: date, ends: date, born: date | None) -> Profile:
        """The same patient, seen between two days long ago and discharged."""
        registered = working_day(starts - timedelta(days=9))
        return replace(
            made,
            born=born,
            course=replace(made.course, starts=starts, ends=ends, is_over=True),
            registered=registered,
            confirmed=registered,
            is_archived=True,
            relations=tuple(
                replace(each, authority_seen_on=registered, valid_from=registered)
                if each.authority_seen
                else each
                for each in made.relations
            ),
            answers=tuple(
                replace(answer, on=registered, expires_on=None)
                for answer in made.answers
                if answer.decision is not Decision.WITHDRAWN
            ),
        )

    def relative(self, title: str | None, given: str, family: str, sex: Sex) -> Somebody:
        """Somebody in a patient's life, with a mobile number."""
        phones = (PhoneLine(self.inventor.mobile()),)
        return Somebody(self.rows.chance.id(), PersonName(title, given, family), sex, phones)

    def as_relation(self, profile: Profile, relation: str) -> Relation:
        """A patient as an emergency contact of another patient: the same person, written once."""
        return Relation(Somebody(profile.id, profile.name, profile.sex), relation, is_emergency_contact=True)
