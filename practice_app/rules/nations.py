"""The nations of the United Kingdom, each with bank holidays of its own."""

from enum import StrEnum


class Nation(StrEnum):
    """Where the practice is; the values are those of ISO 3166-2:GB."""

    ENGLAND = "ENG"
    WALES = "WLS"
    SCOTLAND = "SCT"
    NORTHERN_IRELAND = "NIR"


NATION_WORDS = {
    Nation.ENGLAND: "England",
    Nation.WALES: "Wales",
    Nation.SCOTLAND: "Scotland",
    Nation.NORTHERN_IRELAND: "Northern Ireland",
}

ZONES = {
    "Europe/London": "United Kingdom",
    "Europe/Guernsey": "Guernsey",
    "Europe/Isle_of_Man": "Isle of Man",
    "Europe/Jersey": "Jersey",
}
"""The time zones a practice may keep, by their IANA names, with what people call them."""
