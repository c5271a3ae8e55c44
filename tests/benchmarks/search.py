"""Search as somebody types, on 100,000 encrypted patients, against the same statements on the raw driver."""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from practice_app.model.people import Gender, Patient, PatientStatus, Person, Phone, PhoneKind, SearchEntry
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.services import people
from practice_app.services.marks import run
from practice_app.storage import migrate, search
from practice_app.storage.engine import open_file
from practice_app.storage.records import Records
from tests import makers

NAME = "search"
GOAL = 1.5
PATIENTS = 100_000
WORST_P95_MS = 2.0

_SYLLABLES = (
    "ha",
    "mo",
    "ri",
    "ton",
    "ley",
    "smi",
    "th",
    "jo",
    "an",
    "bel",
    "car",
    "dun",
    "fer",
    "ga",
    "ol",
    "wen",
)
_END = "\U0010ffff"
_p95_ms = 0.0


def _names(random_: random.Random) -> Iterator[PersonName]:
    """Names with a long tail: some families are common, as they are in a town."""
    families = ["".join(random_.choices(_SYLLABLES, k=3)).capitalize() for _ in range(20_000)]
    given = ["".join(random_.choices(_SYLLABLES, k=2)).capitalize() for _ in range(2_000)]
    while True:
        yield from (
            PersonName(None, first, last, None)
            for first, last in zip(
                _often_the_same(random_, given), _often_the_same(random_, families), strict=True
            )
        )


def _often_the_same(random_: random.Random, all_names: list[str]) -> list[str]:
    """1,000 names drawn so that the commonest stands for about one person in a hundred."""
    weights = [1 / (rank + 10) for rank in range(len(all_names))]
    return random_.choices(all_names, weights, k=1_000)


def fill(records: Records) -> list[str]:
    """Write the patients; returns texts somebody would type, letter by letter."""
    random_ = random.Random(1)  # noqa: S311  test data
    typed: list[str] = []
    source = _names(random_)
    rows: dict[type, list[dict[str, Any]]] = {Person: [], Patient: [], Phone: [], SearchEntry: []}
    for number in range(PATIENTS):
        name, id_ = next(source), UUID(int=random_.getrandbits(128), version=4)
        born = date(1930, 1, 1) + timedelta(days=random_.randrange(34_000))
        phone = f"07700 9{number % 100_000:05d}"
        nhs = f"999{number:07d}"
        rows[Person].append(
            {
                "id": id_, "version": 1, "given": name.given, "family": name.family, "title": None,
                "known_as": None, "display_name": names.display_name(name), "name_key": names.sort_key(name),
                "born": born, "gender": Gender.NOT_KNOWN, "source": "", "entered_at": makers.NOW,
                "person_key": bytes(32),
            }
        )  # fmt: skip
        rows[Patient].append(
            {"id": id_, "version": 1, "number": 1001 + number, "nhs_number": nhs,
             "status": PatientStatus.CURRENT, "safety_line": ""}
        )  # fmt: skip
        rows[Phone].append(
            {"id": UUID(int=random_.getrandbits(128), version=4), "version": 1, "person_id": id_,
             "kind": PhoneKind.MOBILE, "shown": phone, "e164": None, "safety": "not_asked", "note": "",
             "position": 0}
        )  # fmt: skip
        found = search.words(
            (name.family, name.given), born=born, nhs_number=nhs, number=1001 + number,
            phones=[(phone, None)], emails=[], postcodes=[],
        )  # fmt: skip
        rows[SearchEntry].append({"person_id": id_, "name": found.name, "other": found.other})
        if random_.random() < 0.0012:
            typed += [f"{name.family} {(name.given or '')[:2]}", nhs, phone, f"{born:%d/%m/%Y}"]
    with records.work(use_case="benchmark.fill") as work:
        connection = work.connection()
        for kind, values in rows.items():
            connection.execute(insert(kind), values)
    return typed


def _keystrokes(typed: list[str]) -> list[str]:
    return [text[:length].strip() for text in typed for length in range(1, len(text) + 1)]


def _raw(driver: Any, text: str) -> None:
    """The same statements, with nothing around them."""
    tokens = search.query_words(text)
    if len(tokens) == 1 and tokens[0].isdigit():
        driver.execute(search.BY_NUMBER.file, {"n": tokens[0], "m": tokens[0] + _END, "l": 50}).fetchall()
        return
    rows: list[Any] = []
    if tokens and all(token.isalpha() for token in tokens):
        first, *rest = tokens
        if rest:
            rows = driver.execute(search.BY_NAMES.file, (first, first + _END, f" {rest[0]}", 50)).fetchall()
        else:
            rows = driver.execute(search.BY_NAME.file, (first, first + _END, 50)).fetchall()
    if tokens and len(rows) < 50:
        driver.execute(search.BY_WORDS.file, (" ".join(f'"{token}"*' for token in tokens), 50)).fetchall()


def measure() -> tuple[float, float]:
    """Milliseconds for a key press, the median of all of them: ours, and the raw driver."""
    global _p95_ms
    with tempfile.TemporaryDirectory() as folder:
        path, keys = Path(folder) / "practice.db", makers.keys()
        migrate.upgrade(path, keys.newest_dek[1], create=True)
        records = Records(
            open_file(path, keys.newest_dek[1]), keys, makers.actor(id=keys.user), lambda: makers.NOW
        )
        makers.found(records)
        typed = _keystrokes(fill(records))
        ours, limit = [], []
        raw = records.engine.raw_connection()
        for text in typed[:200]:
            run(records, people.find, text)
            _raw(raw.driver_connection, text)
        for text in typed:
            start = time.perf_counter()
            run(records, people.find, text)
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            _raw(raw.driver_connection, text)
            limit.append(time.perf_counter() - start)
        raw.close()
        records.close()
    _p95_ms = 1000 * statistics.quantiles(ours, n=20)[-1]
    return 1000 * statistics.median(ours), 1000 * statistics.median(limit)


def extra() -> str:
    """The slow end of our key presses."""
    verdict = "kept" if _p95_ms <= WORST_P95_MS else "MISSED"
    return f"search: p95 {_p95_ms:.2f} ms of {PATIENTS} patients, goal {WORST_P95_MS:g} ms, {verdict}"
