"""What the judge has found, and how it reads objects that may be damaged."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
from pikepdf import Array, Dictionary

LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""A language as BCP 47 writes it, roughly."""


class Findings:
    """Complaints in the order they were found, each once."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def say(self, complaint: str) -> None:
        if complaint not in self.complaints:
            self.complaints.append(complaint)

    @contextmanager
    def looking_at(self, what: str) -> Iterator[None]:
        """Damage that no rule foresees is a finding too, and the judge goes on with the next topic."""
        try:
            yield
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, pikepdf.PdfError) as damage:
            self.say(f"{what} cannot be read to the end ({type(damage).__name__})")


def tag(element: pikepdf.Object) -> str:
    """The tag of a structure element, without its slash."""
    return str(element.get("/S", "/untagged"))[1:]


def entries(value: pikepdf.Object | None) -> "list[pikepdf.Object]":
    """What an entry holds that may be one object or an array of them."""
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def inside(holder: pikepdf.Object, key: str) -> pikepdf.Object:
    """A dictionary in another; an empty one where it is missing or is something else."""
    value = holder.get(key)
    return value if isinstance(value, (Dictionary, pikepdf.Stream)) else Dictionary()


def number(value: object) -> int:
    """An entry that must be a whole number; -1 where it is not."""
    return int(value) if isinstance(value, int) else -1
