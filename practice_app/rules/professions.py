"""Professions, and which are health professionals in law (Data Protection Act 2018, section 204)."""

from dataclasses import dataclass

from practice_app.rules import names


@dataclass(frozen=True, slots=True)
class Profession:
    """A profession as lists offer it, and the body that registers it ("" for none in particular)."""

    name: str
    is_health_professional: bool
    body: str = ""


_HCPC = "Health and Care Professions Council"
_GDC = "General Dental Council"
_GOC = "General Optical Council"
_NMC = "Nursing and Midwifery Council"
_GPHC = "General Pharmaceutical Council"


def _registered(body: str, *titles: str) -> tuple[Profession, ...]:
    return tuple(Profession(title, True, body) for title in titles)


PROFESSIONS = tuple(
    sorted(
        (
            *_registered("General Medical Council", "Doctor", "Psychiatrist"),
            *_registered(_NMC, "Nurse", "Midwife"),
            *_registered(_GDC, "Dentist"),
            *_registered(_GOC, "Dispensing optician", "Optometrist"),
            *_registered("General Osteopathic Council", "Osteopath"),
            *_registered("General Chiropractic Council", "Chiropractor"),
            *_registered(_GPHC, "Pharmacist", "Pharmacy technician"),
            *_registered("Association of Child Psychotherapists", "Child psychotherapist"),
            *_registered(
                _HCPC,
                "Art therapist",
                "Biomedical scientist",
                "Clinical psychologist",
                "Clinical scientist",
                "Counselling psychologist",
                "Dietitian",
                "Dramatherapist",
                "Educational psychologist",
                "Forensic psychologist",
                "Health psychologist",
                "Hearing aid dispenser",
                "Music therapist",
                "Occupational psychologist",
                "Occupational therapist",
                "Operating department practitioner",
                "Orthoptist",
                "Paramedic",
                "Physiotherapist",
                "Podiatrist",
                "Practitioner psychologist",
                "Prosthetist or orthotist",
                "Radiographer",
                "Speech and language therapist",
                "Sport and exercise psychologist",
            ),
            Profession("Acupuncturist", False, "British Acupuncture Council"),
            Profession("Cognitive behavioural therapist", False, "BABCP"),
            Profession("Counsellor", False, "British Association for Counselling and Psychotherapy"),
            Profession("Dental hygienist", False, _GDC),
            Profession("Dental nurse", False, _GDC),
            Profession("Massage therapist", False),
            Profession("Nutritionist", False),
            Profession("Psychotherapist", False, "UK Council for Psychotherapy"),
            Profession("Sports therapist", False),
        ),
        key=lambda each: each.name,
    )
)
"""What a practitioner can be chosen to be; a practice may type another."""

_BY_NAME = {names.fold(each.name): each for each in PROFESSIONS}

_IN_LAW = (
    "A health professional in law: may judge whether giving somebody a copy of their health record would "
    "be likely to cause serious harm."
)
_NOT_IN_LAW = (
    "Not a health professional in law: before health information is withheld from a copy because it would "
    "be likely to cause serious harm, a doctor or another health professional must be asked."
)


def known(name: str) -> Profession | None:
    """The profession of this name, however it is capitalised, or None."""
    return _BY_NAME.get(names.fold(name))


def consequence(is_health_professional: bool) -> str:
    """What it means for copies of records, in one sentence (DPA 2018 Sch. 3 Part 2 paras 5 and 6)."""
    return _IN_LAW if is_health_professional else _NOT_IN_LAW
