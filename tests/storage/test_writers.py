"""Several people writing at the same moment: one after the other, and both chains stay whole."""

import threading
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, select

from practice_app.model.audit import AuditEvent
from practice_app.model.people import Patient
from practice_app.rules.permissions import Role
from practice_app.services import merges, notes, registration
from practice_app.services import people as people_cases
from practice_app.services.marks import run
from practice_app.services.notes import Words
from practice_app.services.registration import Details
from practice_app.storage import checkpoints
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener

ROUNDS = 6


def at_once(*jobs: Callable[[], None]) -> list[BaseException]:
    """Run jobs in a thread each, all let go together; what went wrong."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(jobs))

    def run_one(job: Callable[[], None]) -> None:
        try:
            start.wait()
            job()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run_one, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_two_writers_wait_for_each_other_instead_of_failing(open_as: Opener) -> None:
    """One that reads first and writes later would fail, or overwrite, when it meets another."""
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)

    def write(records: Records) -> None:
        for _ in range(15):
            with records.work(use_case="test.write") as work:
                makers.patient(work)

    assert at_once(lambda: write(mine), lambda: write(theirs)) == []
    with mine.work(writes=False) as work:
        assert work.first(select(func.count()).select_from(Patient)) == 30
    assert_whole(mine)


def assert_whole(records: Records) -> None:
    """Every link of everybody is in one unbroken chain, and so is every signed note's."""
    with records.work(writes=False) as work:
        count, newest = work.rows(select(func.count(), func.max(AuditEvent.seq)))[0]
        assert count == newest
        assert checkpoints.verify(work) == ()


def test_registering_signing_merging_and_refusing_at_once(open_as: Opener) -> None:
    """Each of these looks at what is there before it writes: the highest number, the end of a chain."""
    people = [open_as(role) for role in (*[Role.DIRECTOR] * 4, Role.RECEPTIONIST, Role.DIRECTOR)]
    first = people[0]
    with first.work(use_case="tests.arrange") as work:
        pairs = [(makers.patient(work), makers.patient(work)) for _ in range(ROUNDS)]
        patients = [makers.patient(work) for _ in range(2)]

    def register(records: Records) -> None:
        for n in range(ROUNDS):
            run(records, registration.register, Details(given="Ann", family=f"Number {n}"))

    def sign(records: Records, patient: UUID) -> None:
        for n in range(ROUNDS):
            note = run(records, notes.sign, Words((patient,), makers.TODAY, f"Session {n}"))
            run(records, notes.add_addendum, note, "More.")

    def merge(records: Records) -> None:
        for kept, gone in pairs:
            run(records, merges.merge, kept, gone, {})

    def look(records: Records) -> None:
        for _ in range(4 * ROUNDS):
            run(records, people_cases.open_record, patients[0])

    def seal(records: Records) -> None:
        for _ in range(ROUNDS):
            with records.work(use_case="tests.checkpoint") as work:
                checkpoints.set_checkpoint(work)

    failures = at_once(
        lambda: register(people[0]),
        lambda: (sign(people[1], patients[0]), sign(people[1], patients[1]))[0],
        lambda: merge(people[2]),
        lambda: register(people[3]),
        lambda: look(people[4]),
        lambda: seal(people[5]),
    )
    assert failures == []
    assert_whole(first)
    with first.work(writes=False) as work:
        numbers = work.select(select(Patient.number))
        assert len(numbers) == len(set(numbers)) == 3 * ROUNDS + 2


def test_a_reader_sees_one_moment_while_others_write(open_as: Opener) -> None:
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)
    with mine.work(writes=False) as reading:
        before = reading.first(select(func.count()).select_from(Patient))
        with theirs.work(use_case="test.write") as work:
            makers.patient(work)
        assert reading.first(select(func.count()).select_from(Patient)) == before
    with mine.work(writes=False) as reading:
        assert reading.first(select(func.count()).select_from(Patient)) == before + 1
