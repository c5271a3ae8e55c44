"""The practice's standing texts as a new practice begins with them; a director can change each."""

from collections.abc import Iterable, Sequence


def practice_defaults() -> dict[str, str]:
    """Texts for the `practice` row: what the subject-access copy must explain, and the regulator.

    The regulator is a setting, because its name and address change: since 30 September 2026 it is the
    Information Commission (SI 2026/1015).
    """
    return {
        "regulator_name": "Information Commission",
        "regulator_address": "Wycliffe House, Water Lane, Wilmslow, Cheshire, SK9 5AF",
        "regulator_url": "https://ico.org.uk/make-a-complaint/",
        "purposes": _PURPOSES,
        "recipients": _RECIPIENTS,
        "retention": _RETENTION,
    }


_PURPOSES = (
    "We use your information to give you care and to keep a proper record of it, to arrange and remind you "
    "of appointments, to write to your GP and others where you have agreed, to answer you when you contact "
    "us, and to meet our legal duties (for example for tax and professional standards)."
)

_RECIPIENTS = (
    "People who work at this clinic see what their work needs: receptionists do not see session notes. "
    "Outside the clinic we share information with your GP where you have agreed, with others you have named, "
    "and where the law requires it. Every time something about you was sent out is listed in this copy."
)

_RETENTION = (
    "We keep an adult's record for 8 years after we last saw you, and a child's until the 25th birthday "
    "(the 26th if you were 17 when we last saw you), unless the law or an open matter, such as a complaint, "
    "requires longer. Enquiries that did not lead to an appointment are kept for 1 year."
)


def categories(titles: Sequence[str]) -> str:
    """What kinds of data a copy holds, from its headings (UK GDPR Art. 15(1)(b))."""
    if not titles:
        return "We hold no kind of information about you."
    *words, last = [f"“{title}”" for title in titles]
    named = f"{', '.join(words)} and {last}" if words else last
    return f"What we hold about you is in this copy under these headings: {named}."


def rights() -> str:
    """The rights that must be named with a copy (UK GDPR Art. 15(1)(e))."""
    return (
        "You can ask us to correct what is wrong and to complete what is missing. You can ask us to erase "
        "information, to restrict what we do with it while a question is open, or to stop using it "
        "(objection). Where we rely on your consent, you can withdraw it at any time; that does not undo "
        "what was done before. What you gave us yourself you can have in a form that computers can read.\n\n"
        "Some of these rights have limits, for example where we must keep a record of care by law. If we "
        "cannot do what you ask, we tell you why. Asking costs nothing."
    )


def complaint_to_us() -> str:
    """The right to complain to the practice (UK GDPR Art. 15(1)(ea), DPA 2018 s.164A)."""
    return (
        "You can complain to us about how we use your information: in person, by telephone, by post or by "
        "e-mail, in your own words. We confirm within 30 days that we have your complaint, look into it, and "
        "tell you without undue delay what came of it."
    )


def complaint_to_regulator(name: str) -> str:
    """The right to complain to the regulator (UK GDPR Art. 15(1)(f), DPA 2018 s.165)."""
    return (
        f"You can complain to the regulator, the {name.removeprefix('The ').removeprefix('the ')}, at any "
        "time. It usually asks you to complain to us first."
    )


def source() -> str:
    """Where the data came from (UK GDPR Art. 15(1)(g))."""
    return (
        "Most of it you told us yourself, or we wrote down while caring for you. Every item in this copy "
        "says where it came from. Where another person told us something in confidence, we may leave out "
        "who it was."
    )


def automated_decisions() -> str:
    """Whether anything is decided by computer alone (UK GDPR Art. 15(1)(h), Art. 22A to 22C)."""
    return (
        "We make no decision about you by computer alone, and no computer here works out a score or a "
        "profile of you."
    )


def transfers(countries: Iterable[str]) -> str:
    """What went outside the United Kingdom and under which safeguards (UK GDPR Art. 15(2))."""
    abroad = sorted({country.strip() for country in countries} - {"", "United Kingdom", "UK"})
    if not abroad:
        return "We have sent nothing about you outside the United Kingdom."
    return (
        f"Something about you was sent to: {', '.join(abroad)}. What it was, to whom it went and what "
        "allowed it is listed in this copy. Ask us for the safeguards that protect it there; we give you a "
        "copy of them."
    )
