"""The bookmarks of a document: every heading, under the one it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from practice_app.documents.objects import Objects, text
from practice_app.documents.structure import Place

if TYPE_CHECKING:
    import pikepdf


class Bookmark(NamedTuple):
    """A line of the bookmarks; depths count from 0 and deepen by one at a time."""

    title: str
    depth: int
    place: Place


@dataclass(slots=True)
class _Branch:
    """What a line has under it, by their positions."""

    parent: int = -1
    under: list[int] = field(default_factory=list)
    previous: int = -1
    following: int = -1


def write(objects: Objects, pdf: pikepdf.Pdf, bookmarks: Sequence[Bookmark], pages: Sequence[int]) -> None:
    """Write the outline (ISO 32000-1, 12.3.3) behind a file; only its uppermost level is open at first.

    `pages` are the object numbers of the pages in the order they were begun.
    """
    if not bookmarks:
        return
    root = pdf.Root.Outlines.objgen[0]
    numbers = objects.reserve(len(bookmarks))
    top, branches = _grown(bookmarks)
    for number, bookmark, branch in zip(numbers, bookmarks, branches, strict=True):
        place = bookmark.place
        neighbours = [("Prev", branch.previous), ("Next", branch.following)]
        said = [f"/{name} {numbers[other]} 0 R" for name, other in neighbours if other >= 0]
        if branch.under:
            count = len(branch.under) if branch.parent < 0 else -len(branch.under)
            said.append(f"{_ends(branch.under, numbers)}/Count {count}")
        parent = root if branch.parent < 0 else numbers[branch.parent]
        objects.add(
            number,
            f"<</Title{text(bookmark.title)}/Parent {parent} 0 R{''.join(said)}"
            f"/Dest[{pages[place.page]} 0 R/XYZ 0 {place.top:.2f} 0]>>",
        )
    shown = len(top) + sum(len(branches[at].under) for at in top)
    objects.add(root, f"<</Type/Outlines{_ends(top, numbers)}/Count {shown}>>")


def _ends(positions: Sequence[int], numbers: Sequence[int]) -> str:
    return f"/First {numbers[positions[0]]} 0 R/Last {numbers[positions[-1]]} 0 R"


def _grown(bookmarks: Sequence[Bookmark]) -> tuple[list[int], list[_Branch]]:
    """The positions of the uppermost lines, and what is around and under each line."""
    top: list[int] = []
    branches: list[_Branch] = []
    above: list[int] = []
    for at, bookmark in enumerate(bookmarks):
        del above[bookmark.depth :]
        branch = _Branch(above[-1] if above else -1)
        siblings = branches[above[-1]].under if above else top
        if siblings:
            branch.previous = siblings[-1]
            branches[siblings[-1]].following = at
        siblings.append(at)
        branches.append(branch)
        above.append(at)
    return top, branches
