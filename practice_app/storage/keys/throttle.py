"""Slowing down sign-in after wrong passwords: it deters at the keyboard, no more.

Whoever can delete the file is not stopped; against them stand Argon2 and the device secret. Waits double
from 1 to 60 seconds; ten failures in five minutes close the door for fifteen.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from practice_app.errors import TooManyTries
from practice_app.storage.keys.names import find_slots
from practice_app.storage.keys.slots_file import SlotsFile

FILE_NAME = "sign-in-tries.json"

_LONGEST_WAIT = timedelta(seconds=60)
_MANY = 10
_MANY_WITHIN = timedelta(minutes=5)
_CLOSED_FOR = timedelta(minutes=15)
_FORGOTTEN_AFTER = timedelta(days=1)
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class _Tries:
    """One user's failures since the last success; the times of the last ten."""

    count: int = 0
    times: tuple[datetime, ...] = ()

    def failed(self, now: datetime) -> "_Tries":
        return _Tries(self.count + 1, (*self.times, now)[-_MANY:])

    def wait(self) -> timedelta:
        """How long after the last failure the next try may come."""
        if not self.times:
            return timedelta(0)
        if len(self.times) == _MANY and self.times[-1] - self.times[0] <= _MANY_WITHIN:
            return _CLOSED_FOR
        return min(timedelta(seconds=2 ** min(self.count - 1, 6)), _LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class _State:
    """The whole file: each user's tries, and until when everybody waits after it was unreadable."""

    tries: dict[str, _Tries]
    closed_until: datetime | None = None


class Throttle:
    """The tries of one practice on this account; `now` is the wall clock, with its zone."""

    def __init__(self, folder: Path, vault: UUID) -> None:
        """`folder` is the account's state folder (`paths.state_folder()`)."""
        self._path = folder / FILE_NAME
        self._vault = vault
        self._closed_until: datetime | None = None

    def check(self, key: str, now: datetime) -> None:
        """Raise TooManyTries while this user has to wait. An unreadable file costs 60 seconds once."""
        state = self._load(now)
        if state.closed_until is not None:
            _refuse(state.closed_until - now)
        mine = state.tries.get(self._name(key), _Tries())
        if not mine.times:
            return
        if mine.times[-1] > now:  # the clock was put back: count from now on, or the wait might never end
            self._save(_State({**state.tries, self._name(key): _Tries(mine.count, (now,))}))
            _refuse(mine.wait())
        left = mine.times[-1] + mine.wait() - now
        if left > timedelta(0):
            _refuse(left)

    def failed(self, key: str, now: datetime) -> None:
        """Note a wrong password or an unknown name."""
        state = self._load(now)
        mine = state.tries.get(self._name(key), _Tries()).failed(now)
        self._save(replace(state, tries={**state.tries, self._name(key): mine}))

    def succeeded(self, key: str, now: datetime) -> None:
        """Forget this user's failures."""
        state = self._load(now)
        others = {name: tries for name, tries in state.tries.items() if name != self._name(key)}
        if len(others) != len(state.tries):
            self._save(replace(state, tries=others))

    def _name(self, key: str) -> str:
        """A digest: the file must not say who works at which practice."""
        return hashlib.sha256(f"{self._vault}|{key}".encode("utf-8", "replace")).hexdigest()[:32]

    def _load(self, now: datetime) -> _State:
        try:
            with self._path.open("rb") as source:
                return _current(_read(source.read(_LARGEST)), now)
        except FileNotFoundError:
            return _State({})
        except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            # Remembered here as well, in case the file cannot be replaced either.
            first_seen = self._closed_until is None
            self._closed_until = self._closed_until or now + _LONGEST_WAIT
            state = _current(_State({}, self._closed_until), now)
            if first_seen:
                self._save(state)
            return state

    def _save(self, state: _State) -> None:
        content = {
            "closed_until": state.closed_until.timestamp() if state.closed_until else 0,
            "tries": {
                name: {"count": entry.count, "times": [time.timestamp() for time in entry.times]}
                for name, entry in state.tries.items()
            },
        }
        temporary = self._path.with_suffix(".new")
        # A full disk or a missing folder must not lock a clinic out of its records.
        with contextlib.suppress(OSError):
            temporary.write_text(json.dumps(content), encoding="ascii")
            temporary.replace(self._path)


def throttle_key(file: SlotsFile, who: str) -> str:
    """Whose tries a typed name counts for: each spelling of one user counts together."""
    users: Iterable[str] = sorted(str(slot.user) for slot in find_slots(file, who))
    return "|".join(users) or " ".join(who.split()).casefold()


def _refuse(left: timedelta) -> None:
    raise TooManyTries(max(1, -(-left // timedelta(seconds=1))))


def _current(state: _State, now: datetime) -> _State:
    """Without what no longer counts; a closing further ahead than it can be is a clock put back."""
    tries = {name: entry for name, entry in state.tries.items() if now - entry.times[-1] < _FORGOTTEN_AFTER}
    closed = state.closed_until
    still = closed is not None and timedelta(0) < closed - now <= _LONGEST_WAIT
    return _State(tries, closed if still else None)


def _read(data: bytes) -> _State:
    tree: dict[str, Any] = json.loads(data)
    if not isinstance(tree, dict):
        raise TypeError("not an object")
    tries = {
        str(name): _Tries(int(entry["count"]), tuple(_time(seconds) for seconds in entry["times"][-_MANY:]))
        for name, entry in tree["tries"].items()
        if entry["times"]
    }
    return _State(tries, _time(tree["closed_until"]))


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
