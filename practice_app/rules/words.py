"""The clinic's own word for the people it cares for, in the sentences of the program."""

import re
from enum import StrEnum


class PatientWord(StrEnum):
    """What a clinic calls them; both words take the same articles, so a sentence stays grammatical."""

    PATIENT = "patient"
    CLIENT = "client"


_PATIENT = re.compile(r"\b([Pp])atient(?=s?\b)")


def in_words_of(clinic: str, text: str) -> str:
    """`text`, written for patients, with the clinic's word instead.

    For sentences of the program only: what people wrote themselves, names above all, is never altered.
    """
    if clinic != PatientWord.CLIENT:
        return text
    return _PATIENT.sub(lambda found: "Client" if found[1] == "P" else "client", text)
