"""Links: each in the tree, described, printed, and leading inside the document or to the web."""

import re

import pikepdf
from pikepdf import Array

from .findings import Findings, inside, number, tag
from .tree import Page, Structure


def check(page: Page, structure: Structure, found: Findings) -> None:
    for annotation in page.obj.get("/Annots", Array()):
        if annotation.get("/Subtype") != "/Link":
            found.say(f"{page.name}: an annotation is no link")
            continue
        owner = structure.references.get(annotation.objgen)
        parent = structure.parents.get(number(annotation.get("/StructParent")))
        if owner is None or parent is None or parent.objgen != owner.objgen:
            found.say(f"{page.name}: a link is not in the tree")
        elif tag(owner) != "Link":
            found.say(f"{page.name}: a link belongs to a {tag(owner)}")
        if not str(annotation.get("/Contents", "")).strip():
            found.say(f"{page.name}: a link has no description")
        if number(annotation.get("/F")) != 4:
            found.say(f"{page.name}: a link is not printed")
        _target(page, annotation, structure, found)


def _target(page: Page, annotation: pikepdf.Object, structure: Structure, found: Findings) -> None:
    if "/Dest" in annotation:
        place = annotation.Dest
        if not isinstance(place, Array) or not len(place) or structure.page_of(place[0]) is None:
            found.say(f"{page.name}: a link leads to no page")
    elif not re.match("https?://|mailto:", str(inside(annotation, "/A").get("/URI", ""))):
        found.say(f"{page.name}: a link leads out of the document in another way than to the web or by mail")
