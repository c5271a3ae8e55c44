"""Finding people as somebody types: the words each person is found by, and the statements that find them.

The entries are folded text in `search_entry`. In the file an external-content full-text index hangs on its
integer id, kept in step by triggers. (Over a UUID-keyed table one table rebuild made every search wrong.)
On a server two indexes of the words themselves do the same, and one of letters in threes finds a second name
inside a longer one.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from practice_app.errors import Invalid
from practice_app.model.base import Base
from practice_app.model.merges import Merge
from practice_app.model.people import Address, Email, Patient, Person, Phone, SearchEntry
from practice_app.rules import contact_details, dates, names
from practice_app.storage.reading import GIVEN_IDS, HEX, Reader, Statement, in_letters

if TYPE_CHECKING:
    from practice_app.storage.records import Work

_MARKED = "people whose search entry is out of date"

_INDEX = (
    # Folding is done by names.fold, so the tokenizer must not fold again.
    """CREATE VIRTUAL TABLE search_index USING fts5(name, other, content='search_entry', content_rowid='id',
       tokenize="unicode61 remove_diacritics 0", prefix='1 2 3')""",
    """CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN
       INSERT INTO search_index(rowid, name, other) VALUES (new.id, new.name, new.other); END""",
    """CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN
       INSERT INTO search_index(search_index, rowid, name, other)
       VALUES ('delete', old.id, old.name, old.other); END""",
    """CREATE TRIGGER search_entry_changed AFTER UPDATE ON search_entry BEGIN
       INSERT INTO search_index(search_index, rowid, name, other)
       VALUES ('delete', old.id, old.name, old.other);
       INSERT INTO search_index(rowid, name, other) VALUES (new.id, new.name, new.other); END""",
)

_DROP = (
    "DROP TRIGGER IF EXISTS search_entry_added",
    "DROP TRIGGER IF EXISTS search_entry_removed",
    "DROP TRIGGER IF EXISTS search_entry_changed",
    "DROP TABLE IF EXISTS search_index",
)


def remake_index(driver: Any) -> None:
    """Make the file's full-text index and its triggers anew and fill it; `driver` is a DB-API connection."""
    for statement in (*_DROP, *_INDEX):
        driver.execute(statement)
    driver.execute("INSERT INTO search_index(search_index) VALUES ('rebuild')")


_SERVER_INDEX = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    # The words as they stand: a parser of the server's own would take e-mails, signs and numbers apart anew.
    """CREATE OR REPLACE FUNCTION search_words(folded text) RETURNS tsvector
       LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
       RETURN array_to_tsvector(array_remove(string_to_array(folded, ' '), ''))""",
    """CREATE INDEX IF NOT EXISTS search_index_words
       ON search_entry USING gin (search_words(name || ' ' || other))""",
    "CREATE INDEX IF NOT EXISTS search_index_names ON search_entry USING gin (search_words(name))",
    "CREATE INDEX IF NOT EXISTS search_index_letters ON person USING gin (name_key gin_trgm_ops)",
)


def make_server_index(connection: Connection) -> None:
    """Make the server's indexes of words, which it keeps in step itself."""
    for statement in _SERVER_INDEX:
        connection.exec_driver_sql(statement)


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody is found by: folded names, and everything else."""

    name: str
    other: str


def words(
    person_names: Iterable[str | None],
    *,
    born: date | None,
    nhs_number: str | None,
    number: int | None,
    phones: Iterable[tuple[str, str | None]],
    emails: Iterable[str],
    postcodes: Iterable[str],
    former_numbers: Iterable[str] = (),
) -> Words:
    """The search words of one person; `phones` are pairs of as shown and E.164.

    `former_numbers` are the practice and NHS numbers of records that were merged into this one.
    """
    name = " ".join(names.fold(part) for part in person_names if part)
    other = [str(number)] if number is not None else []
    if nhs_number:
        other.append(nhs_number)
    other += former_numbers
    if born:
        other.append(_born_word(born))
    for shown, e164 in phones:
        other.append(contact_details.digits(contact_details.show_phone(shown)))
        if e164 and e164.startswith("+44"):
            other.append("0" + e164[3:])
    other += [_tokens_joined(address) for address in emails]
    for postcode in postcodes:
        if postcode:
            other += [_compact(postcode), names.fold(postcode)]
    return Words(name, " ".join(dict.fromkeys(filter(None, other))))


def _born_word(day: date) -> str:
    """A birth date as one word that no telephone or NHS number can look like."""
    return f"b{day:%Y%m%d}"


def _compact(postcode: str) -> str:
    return re.sub(r"[^a-z0-9]", "", postcode.casefold())


def _tokens_joined(text: str) -> str:
    return " ".join(re.findall(r"\w+", names.fold(text)))


def mark(info: dict[Any, Any], row: Base) -> None:
    """Remember whose search words a changed row belongs to; `info` is the session's own."""
    if isinstance(row, Person | Patient):
        info.setdefault(_MARKED, set()).add(row.id)
    elif isinstance(row, Address | Phone | Email):
        info.setdefault(_MARKED, set()).add(row.person_id)


def refresh_marked(session: Session) -> None:
    """Bring the entries of all marked people up to date, inside the session's transaction."""
    people = session.info.pop(_MARKED, None)
    if people:
        refresh(session.connection(), people)


def refresh(connection: Connection, people: Iterable[UUID]) -> None:
    """Write the search entries of these people anew from their rows; gone people lose theirs."""
    everybody = list(dict.fromkeys(people))
    for start in range(0, len(everybody), _PEOPLE_AT_ONCE):
        _refresh_some(connection, everybody[start : start + _PEOPLE_AT_ONCE])


def forget(work: "Work", person: UUID) -> None:
    """Take somebody's entry away, before their own row goes: the entry links to it."""
    work.connection().execute(delete(SearchEntry).where(SearchEntry.person_id == person))


def _refresh_some(connection: Connection, people: Sequence[UUID]) -> None:
    found = _words_of(connection, people)
    gone = [person_id for person_id in people if person_id not in found]
    asked = select(SearchEntry.person_id).where(SearchEntry.person_id.in_(found))
    there = set(connection.execute(asked).scalars())
    if gone:
        connection.execute(delete(SearchEntry).where(SearchEntry.person_id.in_(gone)))
    rows = [{"whose": id, "its_name": its.name, "its_other": its.other} for id, its in found.items()]
    known, new = ([row for row in rows if (row["whose"] in there) is is_there] for is_there in (True, False))
    if known:
        connection.execute(_CHANGE_ENTRY, known)
    if new:
        connection.execute(_ADD_ENTRY, new)


_PEOPLE_AT_ONCE = 500
_WRITTEN: dict[str, Any] = {"name": bindparam("its_name"), "other": bindparam("its_other")}
_CHANGE_ENTRY = update(SearchEntry).where(SearchEntry.person_id == bindparam("whose")).values(_WRITTEN)
_ADD_ENTRY = insert(SearchEntry).values({"person_id": bindparam("whose"), **_WRITTEN})


def _words_of(connection: Connection, people: Sequence[UUID]) -> dict[UUID, Words]:
    """The search words of those people who are in the records."""
    phones = _grouped(connection, people, Phone.person_id, Phone.shown, Phone.e164)
    emails = _grouped(connection, people, Email.person_id, Email.address)
    postcodes = _grouped(connection, people, Address.person_id, Address.postcode)
    merged = _grouped(
        connection, people, Merge.kept_id, Merge.gone_name, Merge.gone_number, Merge.gone_nhs_number
    )
    named = (
        select(
            Person.id, Person.given, Person.family, Person.known_as, Person.born,
            Patient.nhs_number, Patient.number,
        )
        .outerjoin(Patient, Patient.id == Person.id)
        .where(Person.id.in_(people))
    )  # fmt: skip
    return {
        row.id: words(
            (row.family, row.given, row.known_as, *(name for name, _, _ in merged[row.id])),
            born=row.born,
            nhs_number=row.nhs_number,
            number=row.number,
            phones=[(shown, e164) for shown, e164 in phones[row.id]],
            emails=[address for (address,) in emails[row.id]],
            postcodes=[postcode for (postcode,) in postcodes[row.id]],
            former_numbers=[str(each) for _, *numbers in merged[row.id] for each in numbers if each],
        )
        for row in connection.execute(named)
    }


def _grouped(
    connection: Connection, people: Sequence[UUID], person: InstrumentedAttribute[UUID], *columns: Any
) -> defaultdict[UUID, list[tuple[Any, ...]]]:
    """The columns of all rows that belong to these people, by person."""
    found: defaultdict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for whose, *values in connection.execute(select(person, *columns).where(person.in_(people))):
        found[whose].append(tuple(values))
    return found


_COLUMNS = """
    {id}, p.display_name, p.known_as, {born}, t.number, t.nhs_number, t.status, p.died,
    (SELECT shown FROM phone WHERE person_id = p.id AND safety <> 'unsafe' ORDER BY position LIMIT 1),
    (SELECT postcode FROM address WHERE person_id = p.id AND valid_to IS NULL ORDER BY position LIMIT 1)"""

PATIENT_COLUMNS = Statement(
    _COLUMNS.format(id="p.id", born="p.born"),
    _COLUMNS.format(id=HEX.format("p.id"), born="p.born::text"),
)
"""What a list shows of a patient `t` who is the person `p`.

A number that is not safe is not among it: whoever rings from a list would not see the mark.
"""

# CROSS JOIN keeps SQLite from starting with the patients and sorting them all at every key press.
_IN_NAME_ORDER = "person p INDEXED BY ix_person_name CROSS JOIN patient t ON t.id = p.id"
_PATIENTS = "person p JOIN patient t ON t.id = p.id"

BY_NAME = Statement(
    f"""SELECT {PATIENT_COLUMNS.file} FROM {_IN_NAME_ORDER}
    WHERE p.name_key >= ? AND p.name_key < ? ORDER BY p.name_key, p.id LIMIT ?""",
    f"""SELECT {PATIENT_COLUMNS.server} FROM {_PATIENTS}
    WHERE p.name_key >= %s AND p.name_key < %s ORDER BY p.name_key, p.id LIMIT %s""",
)

BY_NAMES = Statement(
    f"""SELECT {PATIENT_COLUMNS.file} FROM {_IN_NAME_ORDER}
    WHERE p.name_key >= ? AND p.name_key < ? AND instr(p.name_key, ?) > 0
    ORDER BY p.name_key, p.id LIMIT ?""",
    # What is looked for are letters and a space, so nothing in it has a meaning for LIKE.
    f"""SELECT {PATIENT_COLUMNS.server} FROM {_PATIENTS}
    WHERE p.name_key >= %s AND p.name_key < %s AND p.name_key LIKE '%%' || %s || '%%'
    ORDER BY p.name_key, p.id LIMIT %s""",
)

# Materialised: for the sake of the order a server would read all entries one by one.
_FOUND = """WITH found AS MATERIALIZED (
    SELECT id, person_id FROM search_entry WHERE search_words({text}) @@ %s::tsquery) """

_WORDS_OF = "name || ' ' || other"

BY_WORDS = Statement(
    f"""SELECT {PATIENT_COLUMNS.file} FROM search_index f JOIN search_entry e ON e.id = f.rowid
    JOIN person p ON p.id = e.person_id JOIN patient t ON t.id = p.id
    WHERE search_index MATCH ? LIMIT ?""",
    f"""{_FOUND.format(text=_WORDS_OF)} SELECT {PATIENT_COLUMNS.server} FROM found e
    JOIN person p ON p.id = e.person_id JOIN patient t ON t.id = p.id ORDER BY e.id LIMIT %s""",
)

# Ranges of ordinary indexes: a town's numbers begin alike, and the full-text index merges every number
# that does before it gives the first.
BY_NUMBER = Statement(
    f"""SELECT {PATIENT_COLUMNS.file} FROM (
        SELECT person_id AS id FROM (SELECT person_id FROM phone WHERE digits >= :n AND digits < :m LIMIT :l)
        UNION SELECT id FROM (SELECT id FROM patient WHERE nhs_number >= :n AND nhs_number < :m LIMIT :l)
        UNION SELECT id FROM patient WHERE number = CAST(:n AS INTEGER)
        UNION SELECT kept_id FROM merge WHERE gone_number = CAST(:n AS INTEGER)
        UNION SELECT kept_id FROM merge WHERE gone_nhs_number >= :n AND gone_nhs_number < :m
    ) m CROSS JOIN person p ON p.id = m.id CROSS JOIN patient t ON t.id = p.id LIMIT :l""",
    f"""SELECT {PATIENT_COLUMNS.server} FROM (
        (SELECT person_id AS id FROM phone WHERE digits >= %(n)s AND digits < %(m)s
            ORDER BY digits LIMIT %(l)s)
        UNION (SELECT id FROM patient WHERE nhs_number >= %(n)s AND nhs_number < %(m)s
            ORDER BY nhs_number LIMIT %(l)s)
        UNION SELECT id FROM patient WHERE number = %(number)s::integer
        UNION SELECT kept_id FROM merge WHERE gone_number = %(number)s::integer
        UNION SELECT kept_id FROM merge WHERE gone_nhs_number >= %(n)s AND gone_nhs_number < %(m)s
    ) m JOIN person p ON p.id = m.id JOIN patient t ON t.id = p.id ORDER BY m.id LIMIT %(l)s""",
)

AMONG = Statement(
    f"""SELECT {PATIENT_COLUMNS.file}, e.name, e.other FROM json_each(?) m
    CROSS JOIN person p ON p.id = m.value CROSS JOIN patient t ON t.id = p.id
    CROSS JOIN search_entry e ON e.person_id = p.id ORDER BY p.name_key, p.id""",
    f"""SELECT {PATIENT_COLUMNS.server}, e.name, e.other FROM {GIVEN_IDS} m(value, key)
    JOIN person p ON p.id = m.value::uuid JOIN patient t ON t.id = p.id
    JOIN search_entry e ON e.person_id = p.id ORDER BY p.name_key, p.id""",
)
"""All rows of the given ids; a caseload is small enough to compare word by word."""

_PERSON = Statement(
    "p.id, p.display_name, p.born, t.number",
    f"{HEX.format('p.id')}, p.display_name, p.born::text, t.number",
)

EVERYBODY_BY_NAME = Statement(
    f"""SELECT {_PERSON.file} FROM person p INDEXED BY ix_person_name LEFT JOIN patient t ON t.id = p.id
    WHERE p.name_key >= ? AND p.name_key < ? ORDER BY p.name_key, p.id LIMIT ?""",
    f"""SELECT {_PERSON.server} FROM person p LEFT JOIN patient t ON t.id = p.id
    WHERE p.name_key >= %s AND p.name_key < %s ORDER BY p.name_key, p.id LIMIT %s""",
)

_EVERYBODY_FOUND = f"""SELECT {_PERSON.server} FROM found e JOIN person p ON p.id = e.person_id
    LEFT JOIN patient t ON t.id = p.id ORDER BY e.id LIMIT %s"""

_EVERYBODY_IN_THE_FILE = f"""SELECT {_PERSON.file} FROM search_index f
    JOIN search_entry e ON e.id = f.rowid JOIN person p ON p.id = e.person_id
    LEFT JOIN patient t ON t.id = p.id WHERE search_index MATCH ? LIMIT ?"""

EVERYBODY_BY_WORDS = Statement(_EVERYBODY_IN_THE_FILE, _FOUND.format(text=_WORDS_OF) + _EVERYBODY_FOUND)
EVERYBODY_BY_NAME_WORDS = Statement(_EVERYBODY_IN_THE_FILE, _FOUND.format(text="name") + _EVERYBODY_FOUND)

_AFTER_ALL = "\U0010ffff"
_NO_NUMBER = -1
_DIGITS_OF_A_NUMBER = 9


def find(work: "Work", text: str, limit: int) -> Sequence[tuple[Any, ...]]:
    """Patients that `text` finds, as raw rows of the columns above: first by name order, then by any word.

    An empty text gives the first by name. What this same work has changed is not seen yet.
    """
    reader = work.reader
    if not text.strip():
        return reader.rows(BY_NAME, ("", _AFTER_ALL, limit))
    tokens = query_words(text, reader.parts)
    rows: list[tuple[Any, ...]] = []
    if not tokens:
        return rows
    if len(tokens) == 1 and tokens[0].isdigit():
        return reader.rows(BY_NUMBER, _number_range(tokens[0], limit))
    if all(token.isalpha() for token in tokens):
        rows = _by_name(reader, tokens, limit)
    if len(rows) < limit:
        seen = {row[0] for row in rows}
        others = reader.rows(BY_WORDS, (reader.prefixes(tokens), limit))
        rows += [row for row in others if row[0] not in seen]
    return rows[:limit]


def _number_range(digits: str, limit: int) -> dict[str, Any]:
    """Numbers that begin with these digits, and the one practice number they are."""
    is_short = len(digits) <= _DIGITS_OF_A_NUMBER and digits.isdecimal()
    number = int(digits) if is_short else _NO_NUMBER
    return {"n": digits, "m": digits + _AFTER_ALL, "l": limit, "number": number}


def find_among(work: "Work", ids: Iterable[UUID], text: str, limit: int) -> Sequence[tuple[Any, ...]]:
    """Those of these patients whom `text` finds, by name; an empty text finds them all."""
    tokens = query_words(text, work.reader.parts)
    if text.strip() and not tokens:
        return []
    rows = work.reader.rows(AMONG, (json.dumps([each.hex for each in ids]),))
    found = [row for row in rows if _has_all(f"{row[-2]} {row[-1]}", tokens)]
    return [row[:-2] for row in found[:limit]]


def find_everybody(work: "Work", text: str, limit: int) -> list[tuple[UUID, str, date | None, int | None]]:
    """People of any kind, patients or not, whom `text` finds: (id, name, birth date, practice number).

    Words are looked for in names, a date among birth dates, digits among practice, NHS and phone numbers.
    Nobody for an empty text. What this same work has changed is not seen yet.
    """
    reader = work.reader
    tokens = query_words(text, reader.parts) if text.strip() else []
    if not tokens:
        return []
    rows: list[tuple[Any, ...]] = []
    are_names = all(token.isalpha() for token in tokens)
    if are_names:
        first, *rest = tokens
        rows = reader.rows(EVERYBODY_BY_NAME, (first, first + _AFTER_ALL, limit))
        rows = [row for row in rows if not rest or _has_all(names.fold(row[1]), tokens)]
    if len(rows) < limit:
        seen = {row[0] for row in rows}
        asked = reader.prefixes(tokens, "name" if are_names else "")
        statement = EVERYBODY_BY_NAME_WORDS if are_names else EVERYBODY_BY_WORDS
        rows += [row for row in reader.rows(statement, (asked, limit)) if row[0] not in seen]
    return [
        (UUID(row[0]), row[1], date.fromisoformat(row[2]) if row[2] else None, row[3]) for row in rows[:limit]
    ]


def _by_name(reader: Reader, tokens: Sequence[str], limit: int) -> list[tuple[Any, ...]]:
    first, *rest = tokens
    if not rest:
        found = reader.rows(BY_NAME, (first, first + _AFTER_ALL, limit))
    else:
        found = reader.rows(BY_NAMES, (first, first + _AFTER_ALL, f" {rest[0]}", limit))
    if len(rest) > 1:
        # The index statement looks at two words; what it returns is checked against all of them.
        found = [row for row in found if _has_all(names.fold(row[1]), tokens)]
    return found


def _has_all(name: str, tokens: Sequence[str]) -> bool:
    parts = name.split()
    return all(any(part.startswith(token) for part in parts) for token in tokens)


def query_words(text: str, parts: Callable[[str], list[str]] = in_letters) -> list[str]:
    """The words to look for: numbers and postcodes without their spaces, dates as birth dates.

    `parts` takes folded text apart as the index in use does.
    """
    text = text.strip()
    if not text:
        return []
    if re.fullmatch(r"\+?[\d\s().-]*\d", text):
        return _number_words(text)
    if (day := _as_date(text)) is not None:
        return [_born_word(day)]
    if re.fullmatch(r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s+\d[A-Za-z]{0,2}", text):
        return [_compact(text)]
    found: list[str] = []
    for part in text.split():
        day = _as_date(part)
        found += [_born_word(day)] if day is not None else parts(names.fold(part))
    return found


def _number_words(text: str) -> list[str]:
    """Digits with any separators: a date if it reads as one, else one number (phone, NHS, practice)."""
    if re.search(r"[/.-]", text.strip("+")) and (day := _as_date(text)) is not None:
        return [_born_word(day)]
    number = re.sub(r"\D", "", text)
    if text.startswith("+44"):
        number = "0" + number[2:]
    return [number]


def _as_date(text: str) -> date | None:
    if not re.search(r"\d", text) or text.isdigit():
        return None
    try:
        return dates.parse(text)
    except Invalid:
        return None
