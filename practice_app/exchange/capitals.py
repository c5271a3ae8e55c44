"""Names and addresses published all in capitals, made readable for display."""

import re

_WORD = re.compile(r"[0-9]+[A-Z]+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_ORDINAL = re.compile(r"[0-9]+(?:ST|ND|RD|TH)")
_ROMAN = re.compile(r"I{2,3}|I[VX]|VI{1,3}|XI{1,3}")
_VOWEL = re.compile(r"[AEIOUYÀ-Ý]")

_SMALL = frozenset(
    {"AND", "AT", "BY", "FOR", "IN", "LE", "NEXT", "OF", "ON", "THE", "TO", "UNDER", "UPON", "WITH"}
)
# Acronyms that could be words by their letters; those without a vowel are told by that.
_ACRONYMS = frozenset(
    {
        "ADHD", "AQP", "BMI", "CAMHS", "CIC", "COPD", "CRI", "DHU", "ED", "ELFT", "ENT", "EPUT", "GPSI",
        "GPWSI", "HIV", "IAPT", "ICB", "ICS", "IPU", "IUC", "MIU", "OOH", "OPD", "RAF", "RRU", "TIA", "UCC",
        "UK", "UTC", "WIC", "YMCA", "YOI",
    }
)  # fmt: skip
# Words and abbreviations without a vowel that are no acronyms.
_NOT_ACRONYMS = frozenset(
    {
        "BLDG", "BLVD", "CNTR", "CRT", "CT", "CTR", "CWM", "DR", "DRS", "FLR", "GDNS", "GRD", "GRN", "GRP",
        "GRT", "GT", "HLTH", "HPL", "HSP", "HTH", "LN", "LTD", "MKT", "MR", "MRS", "MT", "NR", "NTH", "PK",
        "PL", "RD", "SCH", "SQ", "ST", "STH", "STR",
    }
)  # fmt: skip


def without_shouting(text: str) -> str:
    """Text all in capitals as a person would write it: "ST JOHN'S GP SURGERY" is "St John's GP Surgery".

    Acronyms, initials, Roman numerals and house numbers ("2A") stay in capitals. Text that has small
    letters already is left as it is. When in doubt nothing clever is done: it is for display only.
    """
    if text != text.upper():
        return text
    return _WORD.sub(lambda word: _cased(word[0], is_first=word.start() == 0), text)


def _cased(word: str, *, is_first: bool) -> str:
    if word[0].isdigit():
        return word.lower() if _ORDINAL.fullmatch(word) else word
    if len(word) == 1 or _is_acronym(word):
        return word
    if word in _SMALL and not is_first:
        return word.lower()
    if word.startswith("MC") and len(word) > 5:
        return "Mc" + word[2:].capitalize()
    head, *tails = re.split(r"(['’])", word)
    # "JOHN'S" and "TY'R" end in small letters; the name in "O'NEILL" starts with a capital.
    return head.capitalize() + "".join(
        tail.capitalize() if len(head) == 1 and len(tail) > 2 else tail.lower() for tail in tails
    )


def _is_acronym(word: str) -> bool:
    return (
        word in _ACRONYMS
        or bool(_ROMAN.fullmatch(word))
        or (not _VOWEL.search(word) and word not in _NOT_ACRONYMS)
    )
