"""Figures, and the pages of other files they show."""

from collections.abc import Iterator
from itertools import accumulate

import pikepdf
from pikepdf import Array

from .findings import Findings, inside
from .tree import Page, Structure


def check(structure: Structure, found: Findings) -> None:
    for figure, page in structure.figures:
        if not str(figure.get("/Alt", "")).strip():
            found.say("a Figure has no alternate text")
        place = [float(side) for side in inside(figure, "/A").get("/BBox", Array())]
        if len(place) != 4 or not (place[0] < place[2] and place[1] < place[3]):
            found.say("a Figure does not say where it is")
        elif page is not None:
            left, bottom, right, top = (float(side) for side in page.obj.MediaBox)
            if place[0] < left or place[1] < bottom or place[2] > right or place[3] > top:
                found.say(f"{page.name}: a Figure says that it lies beside the page")


def check_forms(page: Page, found: Findings) -> None:
    """A page of another file: what it once said about its own structure would be read as ours."""
    for form in inside(inside(page.obj, "/Resources"), "/XObject").values():
        if form.get("/Subtype") != "/Form":
            found.say(f"{page.name}: the page has an image of its own")
            continue
        if not _is_even(form):
            found.say(f"{page.name}: a form restores the state of graphics more often than it saves it")
        for each in _forms_in(form):
            if "/StructParents" in each or "/StructParent" in each:
                found.say(f"{page.name}: a form has a place in a tree")
            for operands, operator in pikepdf.parse_content_stream(each):
                if str(operator) in ("BMC", "BDC", "MP", "DP") and operands[0] != "/OC":
                    found.say(f"{page.name}: a form has marks of its own ({operands[0]})")


def _is_even(form: pikepdf.Object) -> bool:
    saved = [{"q": 1, "Q": -1}.get(str(each.operator), 0) for each in pikepdf.parse_content_stream(form)]
    return min(accumulate(saved), default=0) >= 0


def forms_of(page: pikepdf.Object) -> "list[pikepdf.Object]":
    """The forms and images that a page shows."""
    return list(inside(inside(page, "/Resources"), "/XObject").values())


def is_archival(form: pikepdf.Object) -> bool:
    """Whether a form has nothing that PDF/A asks questions about: only pictures and areas in RGB or grey."""
    resources = inside(form, "/Resources")
    if any(len(resources[key]) for key in resources.keys() if key not in ("/XObject", "/ProcSet")):  # noqa: SIM118
        return False
    used = {str(each.operator) for each in pikepdf.parse_content_stream(form)}
    if used & {"k", "K", "cs", "CS", "sc", "scn", "SC", "SCN", "sh", "gs", "BT", "INLINE IMAGE"}:
        return False
    return "/Group" not in form and all(
        _is_archival_image(each) for each in inside(resources, "/XObject").values()
    )


def _is_archival_image(image: pikepdf.Object) -> bool:
    colours = str(image.get("/ColorSpace", "/DeviceGray"))
    return (
        image.get("/Subtype") == "/Image"
        and "CMYK" not in colours
        and not any(word in colours for word in ("Separation", "DeviceN", "Lab"))
        and not any(key in image for key in ("/SMask", "/Alternates", "/OC"))
        and "/JPXDecode" not in str(image.get("/Filter", ""))
    )


def _forms_in(form: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """A form and those it shows, each once: they may show each other."""
    met, waiting = {form.objgen}, [form]
    while waiting:
        showing = waiting.pop()
        yield showing
        for each in inside(inside(showing, "/Resources"), "/XObject").values():
            if each.get("/Subtype") == "/Form" and each.objgen not in met:
                met.add(each.objgen)
                waiting.append(each)
