"""Marks the functions the outside may call: what each needs, and how it touches the records."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, Generic, ParamSpec, Protocol, TypeVar

from practice_app.errors import NotAllowed
from practice_app.rules.permissions import Permission
from practice_app.storage.records import Actor, Records, Work


class HasActor(Protocol):
    """Both a work and the open records know who is acting."""

    @property
    def actor(self) -> Actor: ...


P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
S_contra = TypeVar("S_contra", bound=HasActor, contravariant=True)


class UseCase(Generic[S_contra, P, R_co]):
    """A marked function; calling it checks the permission first.

    `writes` begins a writing transaction, of which one that `only_views` writes nothing but entries of the
    log; `is_long` gets the records instead of a work and opens its own works.
    """

    def __init__(
        self,
        function: Callable[Concatenate[S_contra, P], R_co],
        permission: Permission,
        *,
        writes: bool = False,
        only_views: bool = False,
        is_long: bool = False,
    ) -> None:
        self.function = function
        self.permission = permission
        self.writes = writes
        self.only_views = only_views
        self.is_long = is_long
        update_wrapper(self, function)

    @property
    def name(self) -> str:
        """How the audit names it: the module's and the function's name ("people.open_record")."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    def __call__(self, given: S_contra, /, *args: P.args, **kwargs: P.kwargs) -> R_co:
        require(given.actor, self.permission)
        return self.function(given, *args, **kwargs)


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed in words when the actor's role lacks the permission."""
    if permission not in actor.permissions:
        raise NotAllowed(f"A {actor.role.value} may not do this. Ask a director.")


def reads(permission: Permission) -> Callable[[Callable[Concatenate[Work, P], R]], UseCase[Work, P, R]]:
    """A short use case that changes nothing; the database refuses it if it tries."""
    return lambda function: UseCase(function, permission)


def views(permission: Permission) -> Callable[[Callable[Concatenate[Work, P], R]], UseCase[Work, P, R]]:
    """Opening somebody's record: the viewing is written before the data is handed over.

    If it cannot be written the data is not handed over.
    """
    return lambda function: UseCase(function, permission, writes=True, only_views=True)


def changes(permission: Permission) -> Callable[[Callable[Concatenate[Work, P], R]], UseCase[Work, P, R]]:
    """A short use case in one writing transaction."""
    return lambda function: UseCase(function, permission, writes=True)


def long(permission: Permission) -> Callable[[Callable[Concatenate[Records, P], R]], UseCase[Records, P, R]]:
    """A job: gets the records, opens its own works, reports to its keyword `progress`."""
    return lambda function: UseCase(function, permission, writes=True, is_long=True)


def run(
    records: Records,
    use_case: UseCase[Work, P, R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Run a short use case in a transaction of its own, waiting for the lock like a job."""
    with records.work(writes=use_case.writes, only_views=use_case.only_views, use_case=use_case.name) as work:
        return use_case(work, *args, **kwargs)
