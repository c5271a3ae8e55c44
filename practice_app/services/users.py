"""Users: letting people in, changing what they may do, and closing the door behind them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select

from practice_app.errors import Invalid, NotAllowed, NotFound, WrongPassword
from practice_app.model.audit import AuditEvent
from practice_app.model.people import Person
from practice_app.model.settings import Vault
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import CLINICAL_ROLES, Permission, Role
from practice_app.services import departures, naming, practice, roster
from practice_app.services.marks import changes, long, reads
from practice_app.storage import keys
from practice_app.storage.keys import Kdf, Standing, Throttle, holds_for, throttle_key
from practice_app.storage.keys.crypto import Secret
from practice_app.storage.records import Records, Work


class UserState(StrEnum):
    """Whether somebody can sign in: NO_SLOT is who has no place in this copy's key file.

    That is so for everybody but one director after a backup was put back on another PC.
    """

    ACTIVE = "active"
    ENDED = "ended"
    DISABLED = "disabled"
    NO_SLOT = "no_slot"


@dataclass(frozen=True, slots=True)
class User:
    """One user account as the users screen shows it; `spoken_name` is how a sentence says it ("Sam Price").

    `last_sign_in` is None for somebody who never was here.
    """

    id: UUID
    name: str
    spoken_name: str
    role: Role
    state: UserState
    not_after: date | None
    must_change_password: bool
    last_sign_in: datetime | None
    is_oneself: bool


@reads(Permission.MANAGE_USERS)
def everybody(work: Work, folder: Path) -> tuple[User, ...]:
    """All users of the practice in `folder`, disabled ones too, by name."""
    slots = {slot.user for slot in keys.read_slots(folder).slots}
    seen: dict[UUID | None, datetime] = {
        row.record_id: row.last
        for row in work.rows(
            select(AuditEvent.record_id, func.max(AuditEvent.at).label("last"))
            .where(AuditEvent.action == "signed_in")
            .group_by(AuditEvent.record_id)
        )
    }
    statement = select(UserAccount, Person).join(Person).order_by(Person.name_key)
    return tuple(
        User(
            id=account.id,
            name=person.display_name,
            spoken_name=names.plain_name(naming.name_of(person)),
            role=account.role,
            state=_state(work, account, slots),
            not_after=account.not_after,
            must_change_password=account.must_change_password,
            last_sign_in=seen.get(account.id),
            is_oneself=account.id == work.actor.id,
        )
        for account, person in work.rows(statement)
    )


@reads(Permission.MANAGE_USERS)
def is_confirmed(work: Work) -> bool:
    """Whether the list is as a director last confirmed it, or was altered outside the program."""
    return roster.is_sealed(work)


@changes(Permission.MANAGE_USERS)
def confirm(work: Work) -> None:
    """Confirm the list as it stands now, after somebody looked at every line of it."""
    roster.seal(work)
    work.note("confirmed", "user_account")


@long(Permission.MANAGE_USERS)
def add(
    records: Records,
    folder: Path,
    name: str,
    role: Role,
    start_password: str,
    *,
    secret: Secret | None,
    kdf: Kdf = keys.STANDARD_KDF,
) -> UUID:
    """Let somebody in with a start password they must change; clinicians become practitioners too.

    Refuses (Invalid) a name that a user has already, because they sign in with it, and a weak password.
    """
    who = names.split_full_name(name)
    with records.work(writes=False) as work:
        words = (practice.the_practice(work).name, name)
        if _plain(who) in {_plain_of(person) for _, person in _accounts(work)}:
            raise Invalid("There is a user of this name already. Add a middle name or initial.", field="name")
    keys.check_password(start_password, words, device=secret is not None)
    user = uuid4()
    with records.work(use_case="users.add") as work:
        person = practice.new_person(work, who, source="told at set-up")
        work.add(UserAccount(id=user, person_id=person.id, role=role, must_change_password=True))
        work.flush()
        if role in CLINICAL_ROLES:
            work.add(Practitioner(person_id=person.id, user_id=user))
        standing = keys.add_user(
            folder,
            records.keys,
            user=user,
            name=name,
            holds=holds_for(role),
            password=start_password,
            device_secret=secret,
            kdf=kdf,
        )
        _in_step(work, standing)
    return user


@long(Permission.MANAGE_USERS)
def disable(records: Records, folder: Path, user: UUID) -> None:
    """Take somebody's sign-in away. Copies they may have taken stay readable until the keys are changed."""
    with records.work(use_case="users.disable") as work:
        account = work.get(UserAccount, user)
        _refuse_last_director(work, user)
        if user == records.actor.id:
            raise NotAllowed("You cannot take away your own sign-in. Another director can.")
        departures.close_account(work, folder, account)


@long(Permission.MANAGE_USERS)
def enable(
    records: Records,
    folder: Path,
    user: UUID,
    start_password: str,
    *,
    secret: Secret | None,
    kdf: Kdf = keys.STANDARD_KDF,
) -> None:
    """Let somebody in again with a start password; their "only me" notes open again where their key is kept.

    An end date that has passed goes. Refuses (Invalid) a weak password and somebody who can sign in.
    """
    with records.work(use_case="users.enable") as work:
        account = work.get(UserAccount, user)
        person = work.get(Person, account.person_id)
        words = (practice.the_practice(work).name, person.display_name)
        keys.check_password(start_password, words, device=secret is not None)
        account.disabled_at, account.must_change_password = None, True
        if account.not_after is not None and account.not_after < work.now.date():
            account.not_after = None
        work.flush()
        standing = keys.add_user(
            folder,
            records.keys,
            user=user,
            name=names.plain_name(naming.name_of(person)),
            holds=holds_for(account.role),
            password=start_password,
            device_secret=secret,
            kdf=kdf,
        )
        _in_step(work, standing)


@changes(Permission.MANAGE_USERS)
def set_end(work: Work, user: UUID, last_day: date | None) -> date | None:
    """Set the last day somebody can sign in (None: no end); returns what was set before.

    Refuses (Invalid) a day that has passed and an end for the only director without one (NotAllowed).
    """
    account = work.get(UserAccount, user)
    if last_day is not None:
        if last_day < work.now.date():
            raise Invalid("This day has passed. Disable the account instead.", field="not_after")
        _refuse_last_director(work, user)
    before, account.not_after = account.not_after, last_day
    work.flush()
    roster.seal(work)
    return before


@long(Permission.MANAGE_USERS)
def set_role(records: Records, folder: Path, user: UUID, role: Role) -> None:
    """Change somebody's role and with it their keys (granting the clinical key later, say).

    Their password is not needed. Taking a key away stops no copy they already made.
    """
    with records.work(use_case="users.set_role") as work:
        if role is not Role.DIRECTOR:
            _refuse_last_director(work, user)
        work.get(UserAccount, user).role = role
        work.flush()
        _in_step(work, keys.set_holds(folder, records.keys, user, holds_for(role)))


@long(Permission.MANAGE_USERS)
def reset_password(
    records: Records,
    folder: Path,
    user: UUID,
    start_password: str,
    *,
    secret: Secret | None,
    kdf: Kdf = keys.STANDARD_KDF,
) -> None:
    """Give somebody who forgot theirs a start password they must change; their private notes stay theirs."""
    keys.check_password(start_password, device=secret is not None)
    with records.work(use_case="users.reset_password") as work:
        work.get(UserAccount, user).must_change_password = True
        work.flush()
        standing = keys.reset_password(folder, records.keys, user, start_password, secret, kdf)
        _in_step(work, standing)


@long(Permission.CHANGE_OWN_PASSWORD)
def change_password(
    records: Records,
    folder: Path,
    old: str,
    new: str,
    *,
    secret: Secret | None,
    kdf: Kdf = keys.STANDARD_KDF,
) -> None:
    """Give oneself a new password; afterwards the old one opens neither the key file nor its copy."""
    with records.work(writes=False) as work:
        words = (practice.the_practice(work).name, records.actor.name)
    keys.check_password(new, words, device=secret is not None)
    with records.work(use_case="users.change_password") as work:
        work.get(UserAccount, records.actor.id).must_change_password = False
        work.note("changed_password", "user_account", records.actor.id)
        standing = keys.change_password(folder, records.keys, old, new, secret, kdf)
        _in_step(work, standing, seal=False)


@long(Permission.CHANGE_OWN_PASSWORD)
def check_own_password(
    records: Records, folder: Path, password: str, *, secret: Secret | None, state_folder: Path
) -> None:
    """Re-authentication: open the signed-in user's own slot anew, slowed down as signing in is.

    Raises Invalid(field="password") for a wrong one and TooManyTries.
    """
    file, now = keys.read_slots(folder), records.clock()
    throttle, tried = Throttle(state_folder, file.vault), throttle_key(file, str(records.actor.id))
    throttle.check(tried, now)
    try:
        keys.confirm_password(folder, records.keys, password, secret)
    except WrongPassword:
        throttle.failed(tried, now)
        raise Invalid("This is not your password.", field="password") from None
    throttle.succeeded(tried, now)


@reads(Permission.MANAGE_USERS)
def identify(work: Work, name: str) -> UUID:
    """The user of this name (as signed in with); raises NotFound."""
    wanted = _plain(names.split_full_name(name))
    for account, person in _accounts(work):
        if _plain_of(person) == wanted:
            return account.id
    raise NotFound("There is no user of this name.")


def _accounts(work: Work) -> list[tuple[UserAccount, Person]]:
    rows = work.rows(select(UserAccount, Person).join(Person))
    return [(account, person) for account, person in rows]


def _plain(name: PersonName) -> str:
    return names.fold(names.plain_name(PersonName(None, name.given, name.family, name.known_as)))


def _plain_of(person: Person) -> str:
    return _plain(PersonName(None, person.given, person.family, person.known_as))


def _in_step(work: Work, standing: Standing, *, seal: bool = True) -> None:
    """Write where the key file stands now, and seal the roster anew when users changed.

    The key file is written first: a crash before this commit leaves it one step ahead, which the next
    sign-in accepts.
    """
    vault = work.get(Vault, work.keys.vault)
    vault.slots_seq, vault.dek_id = standing.seq, standing.dek_id
    if seal:
        roster.seal(work)


def _state(work: Work, account: UserAccount, slots: set[UUID]) -> UserState:
    if account.disabled_at is not None:
        return UserState.DISABLED
    if account.not_after is not None and account.not_after < work.now.date():
        return UserState.ENDED
    return UserState.ACTIVE if account.id in slots else UserState.NO_SLOT


def _refuse_last_director(work: Work, user: UUID) -> None:
    """Somebody must remain who can let others in: a director who is not disabled and has no end date."""
    directors = work.select(
        select(UserAccount.id).where(
            UserAccount.role == Role.DIRECTOR,
            UserAccount.disabled_at.is_(None),
            UserAccount.not_after.is_(None),
        )
    )
    if list(directors) == [user]:
        raise NotAllowed("This is the only director. Make somebody else a director first.")
