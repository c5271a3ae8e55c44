"""The invented names, places and phrases that demo data are put together from."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from practice_app.model.documents import DocumentKind
from practice_app.paths import resource
from practice_app.rules.consents import Purpose
from practice_app.services.demo.papers import PaperForm

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """First and family names that go together; a name may end with "(what to call them)"."""

    women: Names
    men: Names
    women_family: Names
    men_family: Names


@dataclass(frozen=True, slots=True)
class SurgeryEntry:
    """An invented GP practice with its doctors."""

    name: str
    code: str
    address: str
    postcode: str
    phone: str
    doctors: Names
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Places:
    """What addresses are made of; `towns` are pairs of town and postcode district."""

    county: str
    towns: tuple[tuple[str, str], ...]
    streets: Names
    ways: Names
    houses: Names
    mail: Names


@dataclass(frozen=True, slots=True)
class Theme:
    """What somebody comes for, and what is written about it at the beginning, between and at the end.

    `work` is psychology, counselling or physiotherapy; `whom` is adult, child or couple.
    """

    title: str
    work: str
    whom: str
    opening: Names
    course: Names
    exercises: Names
    ending: Names


@dataclass(frozen=True, slots=True)
class Paper:
    """A document somebody gave to the practice: what it is, what stands on it, and in which form it came."""

    kind: DocumentKind
    title: str
    source: str
    text: str
    form: PaperForm


@dataclass(frozen=True, slots=True)
class CallTopic:
    """What a telephone call was about; `outward` when the practice rang."""

    about: str
    outcome: str
    outward: bool


@dataclass(frozen=True, slots=True)
class EnquiryTopic:
    """A question of somebody who never became a patient, so many days ago; open while `closed` is None."""

    name: str
    channel: str
    about: str
    days: int
    closed: int | None


@dataclass(frozen=True, slots=True)
class Stock:
    """Everything the lists hold; `groups` are pairs of group and share."""

    groups: tuple[tuple[Group, int], ...]
    places: Places
    surgeries: tuple[SurgeryEntry, ...]
    themes: tuple[Theme, ...]
    safety: Names
    arrangements: Names
    addenda: Names
    drafts: Names
    private: Names
    judgement: tuple[str, str]
    letters: Mapping[str, str]
    attachments: tuple[tuple[str, str], ...]
    papers: tuple[Paper, ...]
    calls: tuple[CallTopic, ...]
    relative_calls: tuple[CallTopic, ...]
    consultation_calls: tuple[CallTopic, ...]
    missed_calls: tuple[CallTopic, ...]
    enquiries: tuple[EnquiryTopic, ...]
    wordings: Mapping[Purpose, str]
    earlier_gp_wording: str
    privacy_notices: Names

    def themes_for(self, work: str, whom: str) -> tuple[Theme, ...]:
        """The themes of one kind of work for adults, children or couples."""
        return tuple(theme for theme in self.themes if theme.work == work and theme.whom == whom)


def read() -> Stock:
    """Read the lists; raises Defect when a file of the program is missing."""
    people, places = _file("people"), _file("places")
    sessions, correspondence = _file("sessions"), _file("correspondence")
    wordings = dict(correspondence["wordings"])
    earlier = wordings.pop("earlier_share_with_gp")
    return Stock(
        groups=tuple((_group(entry), entry["share"]) for entry in people["group"]),
        places=_places(places),
        surgeries=tuple(_surgery(entry) for entry in places["surgery"]),
        themes=tuple(_theme(entry) for entry in sessions["theme"]),
        safety=tuple(sessions["safety"]),
        arrangements=tuple(sessions["arrangements"]),
        addenda=tuple(sessions["addenda"]),
        drafts=tuple(sessions["drafts"]),
        private=tuple(sessions["private"]),
        judgement=(sessions["judgement"]["about"], sessions["judgement"]["reasons"]),
        letters={name: text.strip() for name, text in correspondence["letters"].items()},
        attachments=tuple((entry["name"], entry["text"].strip()) for entry in correspondence["attachment"]),
        papers=tuple(_paper(entry) for entry in correspondence["document"]),
        calls=tuple(_call(entry) for entry in correspondence["call"]),
        relative_calls=tuple(_call(entry) for entry in correspondence["relative_call"]),
        consultation_calls=tuple(_call(entry) for entry in correspondence["consultation_call"]),
        missed_calls=tuple(_call(entry) for entry in correspondence["missed_call"]),
        enquiries=tuple(_enquiry(entry) for entry in correspondence["enquiry"]),
        wordings={Purpose(name): text for name, text in wordings.items()},
        earlier_gp_wording=earlier,
        privacy_notices=tuple(text.strip() for text in correspondence["privacy_notices"]),
    )


def _file(name: str) -> dict[str, Any]:
    return tomllib.loads(resource(f"demo/{name}.toml").read_text(encoding="utf-8"))


def _split(text: str) -> Names:
    return tuple(part.strip() for part in text.split(","))


def _group(entry: dict[str, Any]) -> Group:
    family = entry.get("family", "")
    return Group(
        women=_split(entry["women"]),
        men=_split(entry["men"]),
        women_family=_split(entry.get("women_family", family)),
        men_family=_split(entry.get("men_family", family)),
    )


def _places(entry: dict[str, Any]) -> Places:
    towns = (town.split("|") for town in _split(entry["towns"]))
    return Places(
        county=entry["county"],
        towns=tuple((name, district) for name, district in towns),
        streets=_split(entry["streets"]),
        ways=_split(entry["ways"]),
        houses=_split(entry["houses"]),
        mail=_split(entry["mail"]),
    )


def _surgery(entry: dict[str, Any]) -> SurgeryEntry:
    return SurgeryEntry(
        name=entry["name"],
        code=entry["code"],
        address=entry["address"],
        postcode=entry["postcode"],
        phone=entry["phone"],
        doctors=_split(entry["doctors"]),
        is_closed=entry.get("closed", False),
    )


def _theme(entry: dict[str, Any]) -> Theme:
    return Theme(
        title=entry["title"],
        work=entry["of"],
        whom=entry["for"],
        opening=tuple(entry["opening"]),
        course=tuple(entry["course"]),
        exercises=tuple(entry["work"]),
        ending=tuple(entry["ending"]),
    )


def _paper(entry: dict[str, Any]) -> Paper:
    return Paper(
        DocumentKind(entry["kind"]),
        entry["title"],
        entry["source"],
        entry["text"].strip(),
        PaperForm(entry["form"]),
    )


def _call(entry: dict[str, Any]) -> CallTopic:
    return CallTopic(
        about=entry["about"],
        outcome=entry["outcome"],
        outward=entry.get("direction") == "out",
    )


def _enquiry(entry: dict[str, Any]) -> EnquiryTopic:
    return EnquiryTopic(
        name=entry["name"],
        channel=entry["channel"],
        about=entry["about"],
        days=entry["days"],
        closed=entry.get("closed"),
    )
