"""Choices by chance that come out the same for the same seed."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


class Chance:
    """A seeded source of choices and ids. Never used for keys, which come from the operating system."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  invented data; the same seed must give the same

    def id(self) -> UUID:
        """A random-looking id of the kind every row has (UUID version 4)."""
        return UUID(int=self._random.getrandbits(128), version=4)

    def happens(self, share: float) -> bool:
        """True in this share of cases, from 0 to 1."""
        return self._random.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """One of `things`, each as likely as the others."""
        return things[int(self._random.random() * len(things))]

    def weighted(self, shares: Sequence[tuple[T, int]]) -> T:
        """One of the first halves, as often as its second half says."""
        drawn = self._random.random() * sum(share for _, share in shares)
        for thing, share in shares:
            drawn -= share
            if drawn < 0:
                return thing
        return shares[-1][0]

    def day(self, first: date, last: date) -> date:
        """A day from `first` to `last`; `first` when they are in the wrong order."""
        return first + timedelta(days=self.between(0, max((last - first).days, 0)))
