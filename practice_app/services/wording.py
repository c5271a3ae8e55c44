"""The practice's standing texts as a new practice begins with them; a director can change each."""


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
