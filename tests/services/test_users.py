"""The users screen's use cases: who can sign in until when, who left, and what that means for the keys."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from practice_app.errors import Invalid, NotAllowed, TooManyTries, WrongPassword
from practice_app.model.staff import UserAccount
from practice_app.progress import Progress
from practice_app.rules.permissions import Role
from practice_app.services import departures, key_changes, practice, start_passwords, users
from practice_app.services.marks import run
from practice_app.services.users import User, UserState
from practice_app.storage import keys, sealed
from practice_app.storage.records import Records
from tests import makers
from tests.clinic import CHEAP, Clinic

PASSWORD = "quiet lantern over harbour"
START = "seven copper kettles sing"
AGAIN = "violet staircase paper moon"


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    root = tmp_path_factory.mktemp("made")
    clinic = Clinic(root / "clinic", root)
    director = clinic.found("Dana Director", PASSWORD)
    users.add(director, clinic.folder, "Sam Price", Role.THERAPIST, START, secret=clinic.secret(), kdf=CHEAP)
    practice.leave(director, clinic.devices)
    return clinic


@pytest.fixture
def clinic(_made: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """A copy of the clinic, with Sam the therapist, for one test."""
    copy = _made.copied(tmp_path)
    yield copy
    copy.close()


@pytest.fixture
def director(clinic: Clinic) -> Records:
    """Dana, signed in."""
    return clinic.sign_in("DD", PASSWORD).records


def _user(records: Records, clinic: Clinic, name: str = "Sam Price") -> User:
    return next(each for each in run(records, users.everybody, clinic.folder) if each.spoken_name == name)


def test_the_list_says_who_can_sign_in_and_who_was_here(clinic: Clinic, director: Records) -> None:
    sam, dana = _user(director, clinic), _user(director, clinic, "Dana Director")
    assert (sam.state, sam.last_sign_in, sam.must_change_password, sam.is_oneself) == (
        UserState.ACTIVE,
        None,
        True,
        False,
    )
    assert (dana.last_sign_in, dana.is_oneself) == (makers.NOW, True)
    clinic.late = timedelta(hours=3)
    clinic.sign_in("Sam Price", START)
    assert _user(director, clinic).last_sign_in == makers.NOW + timedelta(hours=3)


def test_a_disabled_user_is_let_in_again_and_reads_their_own_notes(clinic: Clinic, director: Records) -> None:
    sam = _user(director, clinic).id
    first = clinic.sign_in("Sam Price", START).records
    with first.work(use_case="tests.note") as work:
        patient = makers.patient(work)
        note = makers.note(work, [patient], "Only mine.")
        blob = work.get(makers.Note, note).body_sealed
    users.disable(director, clinic.folder, sam)
    assert _user(director, clinic).state is UserState.DISABLED
    users.enable(director, clinic.folder, sam, AGAIN, secret=clinic.secret(), kdf=CHEAP)
    with pytest.raises(WrongPassword):
        clinic.sign_in("Sam Price", START)
    clinic.late = timedelta(minutes=1)
    back = clinic.sign_in("Sam Price", AGAIN)
    assert back.must_change_password
    with back.records.work(writes=False) as work:
        assert sealed.get(work, note, sealed.NOTE, blob, subjects={patient}) == "Only mine."
    with pytest.raises(Invalid):
        users.enable(director, clinic.folder, sam, AGAIN, secret=clinic.secret(), kdf=CHEAP)


def test_an_end_date_is_set_and_taken_back_under_the_directors_seal(
    clinic: Clinic, director: Records
) -> None:
    sam, last = _user(director, clinic).id, date(2026, 12, 24)
    assert run(director, users.set_end, sam, last) is None
    assert _user(director, clinic).not_after == last
    assert run(director, users.is_confirmed)
    with pytest.raises(Invalid, match="has passed"):
        run(director, users.set_end, sam, makers.TODAY - timedelta(days=1))
    assert run(director, users.set_end, sam, None) == last
    assert clinic.sign_in("DD", PASSWORD).notices == ()


def test_the_only_director_who_stays_can_get_no_end(clinic: Clinic, director: Records) -> None:
    with pytest.raises(NotAllowed, match="only director"):
        run(director, users.set_end, director.actor.id, date(2026, 12, 24))
    sam = _user(director, clinic).id
    users.set_role(director, clinic.folder, sam, Role.DIRECTOR)
    run(director, users.set_end, sam, date(2026, 12, 24))
    with pytest.raises(NotAllowed, match="only director"):
        run(director, users.set_end, director.actor.id, date(2026, 12, 24))


def test_what_has_ended_is_closed_at_the_directors_next_sign_in(clinic: Clinic, director: Records) -> None:
    run(director, users.set_end, _user(director, clinic).id, makers.TODAY)
    assert len(keys.read_slots(clinic.folder).slots) == 2
    clinic.late = timedelta(days=1)
    assert _user(director, clinic).state is UserState.ENDED
    ended, waiting = clinic.sign_in("DD", PASSWORD).notices
    assert ended == "Sam Price could sign in until 23-Nov-2026; the account is disabled now."
    assert waiting.startswith("Sam Price can no longer sign in here, but copies they may have taken")
    assert len(keys.read_slots(clinic.folder).slots) == 1
    assert _user(director, clinic).state is UserState.DISABLED
    assert clinic.sign_in("DD", PASSWORD).notices == (waiting,)


def test_nothing_is_closed_in_a_list_somebody_else_wrote(clinic: Clinic, director: Records) -> None:
    sam = _user(director, clinic).id
    with director.work(use_case="tests.alter") as work:
        work.get(UserAccount, sam).not_after = makers.TODAY - timedelta(days=3)
    [notice] = clinic.sign_in("DD", PASSWORD).notices
    assert "changed outside this program" in notice
    assert len(keys.read_slots(clinic.folder).slots) == 2
    assert not run(director, users.is_confirmed)
    run(director, users.confirm)
    assert run(director, users.is_confirmed)


def test_whoever_left_is_remembered_until_the_keys_are_changed(clinic: Clinic, director: Records) -> None:
    users.disable(director, clinic.folder, _user(director, clinic).id)
    [departure] = run(director, departures.waiting)
    assert (departure.name, departure.role) == ("Sam Price", Role.THERAPIST)
    clinic.late = timedelta(minutes=10)
    changed = key_changes.change_database_key(
        director, clinic.folder, backup_to=clinic.state / "stick", progress=Progress()
    )
    clinic.opened = [changed.records]
    assert run(changed.records, departures.waiting) == ()
    assert clinic.sign_in("DD", PASSWORD).notices == ()


def test_a_director_may_decide_that_the_keys_stay(clinic: Clinic, director: Records) -> None:
    users.disable(director, clinic.folder, _user(director, clinic).id)
    clinic.late = timedelta(minutes=10)
    run(director, departures.keep_keys)
    assert run(director, departures.waiting) == ()
    assert clinic.sign_in("DD", PASSWORD).notices == ()


def test_nobody_takes_away_their_own_sign_in(clinic: Clinic, director: Records) -> None:
    users.set_role(director, clinic.folder, _user(director, clinic).id, Role.DIRECTOR)
    with pytest.raises(NotAllowed, match="your own"):
        users.disable(director, clinic.folder, director.actor.id)


def test_somebody_without_a_slot_is_disabled_and_let_in_all_the_same(
    clinic: Clinic, director: Records
) -> None:
    """As everybody is after a backup was put back on another PC."""
    sam = _user(director, clinic).id
    keys.remove_user(clinic.folder, director.keys, sam)
    assert _user(director, clinic).state is UserState.NO_SLOT
    users.disable(director, clinic.folder, sam)
    assert _user(director, clinic).state is UserState.DISABLED
    users.enable(director, clinic.folder, sam, AGAIN, secret=clinic.secret(), kdf=CHEAP)
    assert clinic.sign_in("Sam Price", AGAIN).records.actor.role is Role.THERAPIST


def test_ones_own_password_is_asked_again_and_slowed_down(clinic: Clinic, director: Records) -> None:
    def check(password: str) -> None:
        users.check_own_password(
            director, clinic.folder, password, secret=clinic.secret(), state_folder=clinic.state
        )

    check(PASSWORD)
    for _ in range(4):
        with pytest.raises((Invalid, TooManyTries)):
            check(START)
    with pytest.raises(TooManyTries):
        check(PASSWORD)
    clinic.late += timedelta(minutes=20)
    check(PASSWORD)


def test_suggested_start_passwords_are_strong_and_never_the_same() -> None:
    made = {start_passwords.suggestion() for _ in range(20)}
    assert len(made) == 20
    for each in made:
        keys.check_password(each, ("Harbour Clinic", "Sam Price"), device=False)


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.THERAPIST])
def test_no_other_role_sees_or_changes_users(clinic: Clinic, director: Records, role: Role) -> None:
    users.set_role(director, clinic.folder, _user(director, clinic).id, role)
    sam = clinic.sign_in("Sam Price", START).records
    for use_case, given in (
        (users.everybody, (clinic.folder,)),
        (users.set_end, (UUID(int=1), None)),
        (users.confirm, ()),
        (departures.waiting, ()),
    ):
        with pytest.raises(NotAllowed):
            run(sam, use_case, *given)
