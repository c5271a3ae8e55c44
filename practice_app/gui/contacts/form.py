"""The forms about a contact: who somebody is to the patient, what lets them act, how they are reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QCheckBox, QLineEdit

from practice_app.errors import Invalid
from practice_app.gui.forms import values
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.forms.person_edit import PersonEdit
from practice_app.gui.forms.values import YES
from practice_app.gui.screen import Tools
from practice_app.rules import authority, names
from practice_app.rules.authority import Authority
from practice_app.rules.dates import show
from practice_app.rules.typed_dates import Leaning
from practice_app.services import contacts, form_drafts, person_words, reaching
from practice_app.services.contacts import Added, Candidate, Details, KnownContact, NewPerson, Ways
from practice_app.services.people import Banner
from practice_app.services.reaching import AddressDetails, EmailDetails, PhoneDetails, Safety

CONTACT, ENDING = "contact", "contact_end"
"""The names under which unsaved forms are kept."""

_PHONES = 2
_DATES = (
    "authority_seen_on",
    "valid_from",
    "valid_to",
    "may_speak_from",
    "may_speak_until",
    "not_to_speak_from",
    "not_to_speak_until",
)
_TEXTS = ("relation", "authority_seen", "scope", "source")
_TICKS = ("is_emergency_contact", "shows_reach")
_ADDRESS_PARTS = ("line_1", "line_2", "town", "county", "postcode")


class DatedPage(FormPage):
    """A form whose dates say themselves when they are none."""

    def day(self, name: str) -> date | None:
        """The day in a field; raises Invalid naming the field while it is none."""
        control = self.form.field(name).control
        if not isinstance(control, DateEdit):
            return None
        try:
            return control.day
        except Invalid as error:
            raise Invalid(str(error), field=name) from None

    def needed_day(self, name: str) -> date:
        """The day in a field that must have one."""
        found = self.day(name)
        if found is None:
            raise Invalid("Give a day.", field=name)
        return found

    def check(self, name: str) -> str:
        try:
            self.day(name)
        except Invalid as error:
            return str(error)
        return ""


class ContactPage(DatedPage):
    """Adds a contact, or changes `known`. `saved` carries Added, or the version after the change."""

    def __init__(
        self, tools: Tools, about: Banner, today: date, people: Sequence[KnownContact],
        known: KnownContact | None = None,
    ) -> None:  # fmt: skip
        what = f"Change: {known.name}" if known else f"Somebody around {about.name}"
        super().__init__(tools, what)
        self._about, self._today, self._people, self._known = about, today, people, known
        self._was_elsewhere = False
        self._person = PersonEdit(self._find, takes_new=True)
        self._who()
        self._reach = self.form.begin_group("Reaching them")
        self._reaching()
        self._speaking()
        self._authority()
        self._dates_and_source()
        self._person.changed.connect(self._follow_person)
        self._follow_person()

    def open(self, *, with_draft: bool = False) -> None:
        """Begin with what is known; with what was typed earlier when that is taken up."""
        draft = form_drafts.Form(CONTACT, self._about.id, self._known.id if self._known else None)
        begin = self.begin_with_draft if with_draft else self.begin
        begin(draft, self._given())

    def take_focus(self) -> None:
        first = "relation" if self._known else "person"
        self.form.field(first).target.setFocus()

    def check(self, name: str) -> str:
        if name == "person" and self._known is None and not self.value("person"):
            return "Give a name. A nickname is enough."
        if name == "relation" and not self.value("relation"):
            return "Say what they are: mother, husband, solicitor…"
        return super().check(name)

    def store(self) -> object:
        details = self._details()
        if self._known is not None:
            ways = self._ways() if self._shows_reach else None
            office, known = self._tools.office, self._known
            return office.do(contacts.change, known.id, known.version, details, ways)
        who = self._person.chosen or NewPerson(names.split_full_name(self._person.typed), self._ways())
        added: Added = self._tools.office.do(contacts.add, self._about.id, who, details)
        return added

    @property
    def name(self) -> str:
        """Whom the form is about, as screens show names."""
        if self._known is not None:
            return self._known.name
        if self._person.chosen:
            return self._person.typed
        return names.display_name(names.split_full_name(self._person.typed))

    def _find(self, text: str) -> Sequence[Candidate]:
        found: Sequence[Candidate] = self._tools.office.do(contacts.candidates, text, self._about.id)
        return found

    @property
    def _shows_reach(self) -> bool:
        """Whether how to reach them is for this form: not of somebody who is known from elsewhere."""
        if self._known is not None:
            return not self._known.no_ways
        return self._person.chosen is None

    def _follow_person(self) -> None:
        self._reach.setVisible(self._shows_reach)
        is_elsewhere = self._known is None and self._person.chosen is not None
        if self._known is None and is_elsewhere is not self._was_elsewhere:
            # What somebody told us for another record is shown here only when somebody says so.
            self._was_elsewhere = is_elsewhere
            values.write(self.form.field("shows_reach").control, "" if is_elsewhere else YES)
        self.form.field("shows_reach").setVisible(
            is_elsewhere or (self._known is not None and not self._known.is_patient)
        )

    def _who(self) -> None:
        self.form.begin_group("Who they are")
        if self._known is None:
            self.form.add(Field("person", "&Name", self._person))
        self.form.add(
            Field("relation", "&What they are", QLineEdit(), hint="Mother, husband, solicitor, school…")
        )
        tick = QCheckBox("How to reach them may stand in this record")
        hint = "Not where they gave a number or an address for themselves or for somebody else alone."
        self.form.add(Field("shows_reach", "Their telephone and address", tick, hint=hint))

    def _reaching(self) -> None:
        for place in range(_PHONES):
            number = "&Telephone" if place == 0 else "Second telephone"
            self.form.add_row(
                Field(f"phones.{place}.number", number, QLineEdit()),
                Field(f"phones.{place}.safety", "Safe to ring" + _nth(place), _safety()),
                Field(f"phones.{place}.note", "Remark" + _nth(place), QLineEdit()),
            )
        self.form.add_row(
            Field("emails.0.address", "E-&mail", QLineEdit()),
            Field("emails.0.safety", "Safe to e-mail", _safety()),
        )
        self.form.add_row(
            Field("addresses.0.line_1", "Address line 1", QLineEdit()),
            Field("addresses.0.line_2", "Address line 2", QLineEdit()),
            Field("addresses.0.safety", "Safe to write to", _safety()),
        )
        self.form.add_row(
            Field("addresses.0.town", "Town or city", QLineEdit()),
            Field("addresses.0.county", "County", QLineEdit()),
            Field("addresses.0.postcode", "Postcode", QLineEdit()),
        )

    def _speaking(self) -> None:
        self.form.begin_group("Speaking to them")
        tick = QCheckBox("Whom to ring in an emergency")
        self.form.add(Field("is_emergency_contact", "Emergency contact", tick))
        word = self._tools.word
        self.form.add_row(
            Field("may_speak_from", f"The {word} said we may speak to them, from", self._date()),
            Field("may_speak_until", "Until the end of", self._date()),
        )
        self.form.add_row(
            Field("not_to_speak_from", "We may not speak to them, from", self._date()),
            Field("not_to_speak_until", "Not until the end of", self._date()),
        )

    def _authority(self) -> None:
        self.form.begin_group("What lets them act")
        self.form.add(Field("authority", "A&uthority", Choice(_AUTHORITIES)))
        self.form.add_row(
            Field(
                "authority_seen",
                "Docum&ent seen",
                QLineEdit(),
                hint="Birth certificate, court order, signed form… It is seen, not kept.",
            ),
            Field("authority_seen_on", "Seen on", DateEdit(self._today, leaning=Leaning.PAST)),
        )
        self.form.add(
            Field(
                "scope", "What they may &be told or decide", QLineEdit(), hint="Empty: everything it covers."
            )
        )

    def _dates_and_source(self) -> None:
        self.form.begin_group("Since when, and who told us")
        self.form.add_row(Field("valid_from", "From", self._date()), Field("valid_to", "Until", self._date()))
        self.form.add(Field("source", "Told b&y", QLineEdit()))

    def _date(self) -> DateEdit:
        return DateEdit(self._today)

    def _given(self) -> dict[str, str]:
        if self._known is None:
            return {"valid_from": self._today.isoformat(), "shows_reach": YES}
        details, given = self._known.details, {}
        for name in _DATES:
            day: date | None = getattr(details, name)
            given[name] = day.isoformat() if day else ""
        given |= {name: getattr(details, name) for name in _TEXTS}
        given |= {name: YES if getattr(details, name) else "" for name in _TICKS}
        given["authority"] = details.authority.value
        return given | _reach_values(self._known.ways)

    def _details(self) -> Details:
        return Details(
            relation=self.value("relation"),
            authority=Authority(self.value("authority")),
            authority_seen=self.value("authority_seen"),
            authority_seen_on=self.day("authority_seen_on"),
            scope=self.value("scope"),
            valid_from=self.day("valid_from"),
            valid_to=self.day("valid_to"),
            is_emergency_contact=self.value("is_emergency_contact") == YES,
            may_speak_from=self.day("may_speak_from"),
            may_speak_until=self.day("may_speak_until"),
            not_to_speak_from=self.day("not_to_speak_from"),
            not_to_speak_until=self.day("not_to_speak_until"),
            shows_reach=self.value("shows_reach") == YES,
            source=self.value("source"),
        )

    def _ways(self) -> Ways:
        """What the form says, with what it does not show left as it is."""
        before = self._known.ways if self._known else Ways()
        phones = [
            replace(
                _at(before.phones, place) or PhoneDetails(),
                number=self.value(f"phones.{place}.number"),
                safety=Safety(self.value(f"phones.{place}.safety")),
                note=self.value(f"phones.{place}.note"),
            )
            for place in range(_PHONES)
        ]
        email = replace(
            _at(before.emails, 0) or EmailDetails(),
            address=self.value("emails.0.address"),
            safety=Safety(self.value("emails.0.safety")),
        )
        home = replace(
            _at(before.addresses, 0) or AddressDetails(),
            line_1=self.value("addresses.0.line_1"),
            line_2=self.value("addresses.0.line_2"),
            town=self.value("addresses.0.town"),
            county=self.value("addresses.0.county"),
            postcode=self.value("addresses.0.postcode"),
            safety=Safety(self.value("addresses.0.safety")),
        )
        return Ways(
            (home, *before.addresses[1:]), (*phones, *before.phones[_PHONES:]), (email, *before.emails[1:])
        )


_AUTHORITIES = [
    (each.value, words[:1].upper() + words[1:] if words else "None")
    for each, words in authority.WORDS.items()
]


def _safety() -> Choice:
    return Choice([(each.value, words) for each, words in person_words.SAFETY.items()])


def _nth(place: int) -> str:
    return "" if place == 0 else f" (number {place + 1})"


def _at(ways: Sequence[reaching.W], place: int) -> reaching.W | None:
    return ways[place] if place < len(ways) else None


def _reach_values(ways: Ways) -> dict[str, str]:
    given: dict[str, str] = {}
    for place, phone in enumerate(ways.phones[:_PHONES]):
        given |= {
            f"phones.{place}.number": phone.value,
            f"phones.{place}.safety": phone.safety.value,
            f"phones.{place}.note": phone.note,
        }
    for email in ways.emails[:1]:
        given |= {"emails.0.address": email.address, "emails.0.safety": email.safety.value}
    for home in ways.addresses[:1]:
        given |= {f"addresses.0.{name}": getattr(home, name) for name in _ADDRESS_PARTS}
        given["addresses.0.safety"] = home.safety.value
    return given


class EndPage(DatedPage):
    """Ends what somebody is to the patient; it stays in the record. `saved` carries contacts.Ended."""

    def __init__(self, tools: Tools, about: Banner, today: date, known: KnownContact) -> None:
        super().__init__(tools, f"End: {known.name}, {known.details.relation}", save_text="&End it")
        self._about, self._today, self._known = about, today, known
        self.form.begin_group("Until when")
        self.form.add(
            Field(
                "on",
                "&Last day",
                DateEdit(today),
                hint="They stay in the record as somebody from before. Nothing is deleted.",
            )
        )

    def open(self) -> None:
        """Begin with today."""
        draft = form_drafts.Form(ENDING, self._about.id, self._known.id)
        self.begin(draft, {"on": self._today.isoformat()})

    def store(self) -> object:
        return self._tools.office.do(contacts.end, self._known.id, self.needed_day("on"))

    @property
    def done(self) -> str:
        """What was done, in words."""
        return f"{self._known.name}: {self._known.details.relation} until {show(self.day('on'))}."
