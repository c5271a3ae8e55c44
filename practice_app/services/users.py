"""Users: letting people in, changing what they may do, and closing the door behind them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select

from practice_app.errors import Invalid, NotAllowed, NotFound
from practice_app.model.people import Person
from practice_app.model.settings import Vault
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import CLINICAL_ROLES, Permission, Role
from practice_app.services import practice, roster
from practice_app.services.marks import long, reads
from practice_app.storage import keys
from practice_app.storage.keys import Kdf, Standing, holds_for
from practice_app.storage.keys.crypto import Secret
from practice_app.storage.records import Records, Work


@dataclass(frozen=True, slots=True)
class User:
    """One user account as the users screen shows it."""

    id: UUID
    name: str
    role: Role
    is_disabled: bool
    not_after: date | None
    must_change_password: bool


@reads(Permission.MANAGE_USERS)
def everybody(work: Work) -> tuple[User, ...]:
    """All users, disabled ones too, by name."""
    statement = select(UserAccount, Person).join(Person).order_by(Person.name_key)
    return tuple(
        User(
            account.id,
            person.display_name,
            account.role,
            account.disabled_at is not None,
            account.not_after,
            account.must_change_password,
        )
        for account, person in work.rows(statement)
    )


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
    _refuse_last_director(records, user)
    with records.work(use_case="users.disable") as work:
        work.get(UserAccount, user).disabled_at = work.now
        work.flush()
        _in_step(work, keys.remove_user(folder, records.keys, user))


@long(Permission.MANAGE_USERS)
def set_role(records: Records, folder: Path, user: UUID, role: Role) -> None:
    """Change somebody's role and with it their keys (granting the clinical key later, say).

    Their password is not needed. Taking a key away stops no copy they already made.
    """
    if role is not Role.DIRECTOR:
        _refuse_last_director(records, user)
    with records.work(use_case="users.set_role") as work:
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


def _refuse_last_director(records: Records, user: UUID) -> None:
    with records.work(writes=False) as work:
        directors = work.select(
            select(UserAccount.id).where(UserAccount.role == Role.DIRECTOR, UserAccount.disabled_at.is_(None))
        )
    if list(directors) == [user]:
        raise NotAllowed("This is the only director. Make somebody else a director first.")
