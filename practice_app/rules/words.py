"""The clinic's own word for the people it cares for, in the sentences of the program."""

import re
from enum import StrEnum


class PatientWord(StrEnum):
    """What a clinic calls them; both words take the same articles, so a sentence stays grammatical."""

    PATIENT = "patient"
    CLIENT = "client"


_PATIENT = re.compile(r"\b([Pp])(&?a&?t&?i&?e&?n&?t)(?=s?\b)")
"""The word, also with the mark of a mnemonic inside it ("New p&atient")."""


def in_words_of(clinic: str, text: str) -> str:
    """`text`, written for patients, with the clinic's word instead.

    For sentences of the program only: what people wrote themselves, names above all, is never altered.
    """
    if clinic != PatientWord.CLIENT:
        return text
    return _PATIENT.sub(_client, text)


def _client(found: re.Match[str]) -> str:
    first, rest = found.groups()
    rest = "lien&t" if rest.endswith("&t") else "l&ient" if "&" in rest else "lient"
    return f"{'C' if first == 'P' else 'c'}{rest}"
