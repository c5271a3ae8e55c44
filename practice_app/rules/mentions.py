"""Whether a line of text, as somebody types it, may mean a certain person."""

import re
from collections.abc import Iterable

from practice_app.rules import names
from practice_app.rules.names import PersonName

_NO_NAMES = frozenset(
    {
        "mr", "mrs", "miss", "ms", "mx", "master", "dr", "prof", "professor", "sir", "dame", "lord", "lady",
        "rev", "revd", "the", "his", "her", "their", "a", "of", "and", "on", "behalf", "for", "solicitor",
        "solicitors", "by", "who", "is", "child", "s",
    }
)  # fmt: skip
"""Words that stand beside a name and are none."""


_POSSESSIVE = re.compile(r"['’]s?(?=\W|$)", re.IGNORECASE)


def means(text: str, who: PersonName, called: Iterable[str] = ()) -> bool:
    """Whether `text` may mean `who`, by name or by one of the words they are `called` ("father").

    It asks before something leaves the practice, so a doubt is a yes: a family name with a fitting initial,
    or alone with a title, is enough. A family name that stands with another first name is somebody else, so
    that a child who asks is not taken for the parent of that family name.
    """
    words = set(names.fold(_POSSESSIVE.sub("", text)).split())
    if not words:
        return False
    given, family, known_as = (_words(part) for part in (who.given, who.family, who.known_as))
    if (known_as and known_as <= words) or any(_words(call) and _words(call) <= words for call in called):
        return True
    if family and family <= words:
        others = words - family - _NO_NAMES
        return not others or not given or bool(given & others) or _has_initial(given, others)
    return bool(given) and not (words - given - _NO_NAMES) and bool(given & words)


def _has_initial(given: Iterable[str], others: Iterable[str]) -> bool:
    initials = {word[0] for word in given}
    return any(len(word) == 1 and word in initials for word in others)


def _words(text: str | None) -> frozenset[str]:
    return frozenset(names.fold(text or "").split())
