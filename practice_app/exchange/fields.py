"""Which column of a file means which field: matched by what its heading says, however it is written."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from practice_app.errors import FileRefused, Invalid
from practice_app.exchange.vocabulary import FIELDS, NEEDED, Field, Kind, Need

__all__ = ["FIELDS", "LEFT_OUT", "NEEDED", "Field", "Kind", "Need", "guess", "match", "missing", "unmatched"]

LEFT_OUT = ""
"""What an override names instead of a field for a column that is not to be taken in."""

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_WHOSE = ("patients", "patient", "clients", "client")


def match(headers: Sequence[str], kind: Kind, overrides: Mapping[str, str]) -> Mapping[str, str]:
    """Which field each column holds, as {column: field}, in the order of the columns.

    `overrides` ({column: field or LEFT_OUT}) wins over what the headings say. Columns that mean nothing
    here are not in the answer (see `unmatched`). Refuses with Invalid an override for a column or field
    there is not; with FileRefused two columns that mean one field, and a file without the fields every row
    needs.
    """
    matched = _matched(headers, kind, overrides)
    _refuse_two_for_one(matched, kind)
    _refuse_without_needed(headers, matched, kind)
    return matched


def guess(headers: Sequence[str], kind: Kind, overrides: Mapping[str, str]) -> Mapping[str, str]:
    """As `match`, for somebody who can look at it and change it: of two columns for a field the first counts.

    Nothing is refused but what is wrong with the overrides; `missing` says what every row still needs.
    """
    found: dict[str, str] = {}
    for header, field in _matched(headers, kind, overrides).items():
        if field not in found.values():
            found[header] = field
    return found


def missing(matched: Mapping[str, str], kind: Kind) -> tuple[Need, ...]:
    """What every row needs that no column tells."""
    return tuple(need for need in NEEDED[kind] if not set(need.any_of) & set(matched.values()))


def _matched(headers: Sequence[str], kind: Kind, overrides: Mapping[str, str]) -> dict[str, str]:
    """What each column means, by the overrides and then by its heading; two may mean the same."""
    chosen = _overridden(headers, kind, overrides)
    taken = set(chosen.values())
    meanings = {_key(heading): field.name for field in FIELDS[kind] for heading in (field.name, *field.also)}
    for header in headers:
        if header in chosen:
            continue
        found = next((meanings[key] for key in _keys(header) if key in meanings), None)
        if found is not None and found not in taken:
            chosen[header] = found
    return {header: chosen[header] for header in headers if chosen.get(header)}


def unmatched(headers: Sequence[str], matched: Mapping[str, str]) -> tuple[str, ...]:
    """The columns that are not taken in, in the order of the file."""
    return tuple(header for header in headers if header not in matched)


def _overridden(headers: Sequence[str], kind: Kind, overrides: Mapping[str, str]) -> dict[str, str]:
    fields = {_key(field.name): field.name for field in FIELDS[kind]}
    columns = {_key(header): header for header in reversed(headers)} | {header: header for header in headers}
    chosen: dict[str, str] = {}
    for column, wanted in overrides.items():
        header = columns.get(column) or columns.get(_key(column))
        if header is None:
            raise Invalid(f"The file has no column “{column}”.{_did_you_mean(column, headers)}", field="map")
        name = fields.get(_key(wanted)) if wanted else LEFT_OUT
        if name is None:
            known = [field.name for field in FIELDS[kind]]
            raise Invalid(
                f"“{wanted}” is not a field of {kind}.{_did_you_mean(wanted, known)} "
                f"import {kind} --fields lists them all.",
                field="map",
            )
        if (name and name in chosen.values()) or header in chosen:
            raise Invalid(f"--map gives “{column}” or “{name}” twice.", field="map")
        chosen[header] = name
    return chosen


def _did_you_mean(typed: str, known: Sequence[str]) -> str:
    by_key = {_key(word): word for word in known}
    near = [by_key[key] for key in get_close_matches(_key(typed), by_key, n=3, cutoff=0.6)]
    return f" Did you mean {' or '.join(f'“{word}”' for word in near)}?" if near else ""


def _refuse_two_for_one(matched: Mapping[str, str], kind: Kind) -> None:
    columns: dict[str, str] = {}
    for column, field in matched.items():
        other = columns.setdefault(field, column)
        if other != column:
            raise FileRefused(
                f"Two columns could be “{field}”: “{other}” and “{column}”. Say which one it is with "
                f'--map "{other}={field}" (the other is then left out), or give the other a field of its own '
                f"(import {kind} --fields lists them)."
            )


def _refuse_without_needed(headers: Sequence[str], matched: Mapping[str, str], kind: Kind) -> None:
    for need in missing(matched, kind):
        headings = ", ".join(f"“{header[:40]}”" for header in headers[:20])
        raise FileRefused(
            f"No column tells {need.what}. The headings found are: {headings}. The first row must "
            f'hold the headings; if it does, say which column it is with --map "COLUMN={need.any_of[0]}".'
        )


def _keys(header: str) -> Iterator[str]:
    """What a heading may be known by, exactest first: as it stands, without brackets, without "patient"."""
    plain = _IN_BRACKETS.sub(" ", header)
    for words in (header, plain):
        yield _key(words)
    for words in (header, plain):
        key = _key(words)
        yield from (key.removeprefix(whose) for whose in _WHOSE if key.startswith(whose))


def _key(heading: str) -> str:
    """A heading without case, accents, spaces and punctuation: "D.O.B. " and "dob" are one."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", heading).casefold()))
