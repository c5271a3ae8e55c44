"""A yes or a no with the sentence that says why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether something may be done, and one plain sentence that says so and why."""

    may: bool
    sentence: str
