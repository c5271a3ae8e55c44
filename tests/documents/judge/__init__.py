"""A strict judge of tagged PDFs: every mark on every page is in the tree once, and the tree makes sense.

`judge` finds what is wrong with any document of ours; given the texts that went into it, also what is not
said as it was written. Each module beside this one knows the rules of one topic.
"""

from collections.abc import Iterable
from io import BytesIO

import pikepdf

from . import catalogue, content, figures, fonts, links, reading, tables, tree
from .findings import Findings
from .fonts import unicode_map
from .reading import lost, spoken, spoken_text, words

__all__ = ["judge", "lost", "spoken", "spoken_text", "unicode_map", "words"]


def judge(pdf: bytes, password: str = "", sources: Iterable[str] = ()) -> list[str]:
    """What is wrong with a tagged document, one sentence each; nothing when it is right.

    `sources` are texts it must say, in this order.
    """
    found = Findings()
    maps = fonts.Maps()
    with pikepdf.open(BytesIO(pdf), password=password) as document:
        if not isinstance(document.Root.get("/StructTreeRoot"), pikepdf.Dictionary):
            return ["the document has no structure tree"]
        with found.looking_at("the catalogue"):
            catalogue.check(document, found)
        structure = tree.Structure(document)
        with found.looking_at("the structure tree"):
            structure.read(found)
        with found.looking_at("the tables"):
            tables.check(structure, found)
        with found.looking_at("the figures"):
            figures.check(structure, found)
        for page in structure.pages:
            with found.looking_at(f"what is drawn on {page.name}"):
                content.check(page, structure, found)
            with found.looking_at(f"the links on {page.name}"):
                links.check(page, structure, found)
            with found.looking_at(f"the fonts on {page.name}"):
                fonts.check(page, maps, found)
            with found.looking_at(f"the forms on {page.name}"):
                figures.check_forms(page, found)
        with found.looking_at("what is said"):
            structure.compare(found)
            reading.check(document, maps, found)
            for complaint in lost(pdf, sources, password):
                found.say(complaint)
    return found.complaints
