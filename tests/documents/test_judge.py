"""The judge itself: it passes a right document, and sees every kind of damage."""

from collections.abc import Callable
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from practice_app.documents import subject_access

from .examples import bundle
from .judge import judge

Damage = Callable[[pikepdf.Pdf], None]


@cache
def right_document() -> bytes:
    return subject_access.render(bundle()).pdf


def damaged(damage: Damage) -> list[str]:
    out = BytesIO()
    with pikepdf.open(BytesIO(right_document())) as pdf:
        damage(pdf)
        pdf.save(out)
    return judge(out.getvalue())


def first(pdf: pikepdf.Pdf, tag: str) -> pikepdf.Object:
    return next(o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/S") == tag)


def rewrite(pdf: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    contents = pdf.pages[0].obj.Contents
    before = contents.read_bytes()
    assert old in before
    contents.write(before.replace(old, new, 1))


def drop_everywhere(key: str, kind: str, value: str) -> Damage:
    def damage(pdf: pikepdf.Pdf) -> None:
        for found in pdf.objects:
            if isinstance(found, Dictionary) and found.get(kind) == value and key in found:
                del found[key]

    return damage


def swap_rows(pdf: pikepdf.Pdf) -> None:
    rows = pdf.Root.StructTreeRoot.ParentTree.Nums
    rows[1], rows[3] = rows[3], rows[1]


def add_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def lead_to_a_file(pdf: pikepdf.Pdf) -> None:
    next(a for a in pdf.pages[0].obj.Annots if "/A" in a).A.URI = pikepdf.String("file:///etc/passwd")


def add_picture(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject = Dictionary(Im1=pdf.make_stream(b""))


def empty_meaning(pdf: pikepdf.Pdf) -> None:
    font = next(iter(pdf.pages[0].obj.Resources.Font.values()))
    font.ToUnicode.write(b"<20> <0000>\n")


DAMAGES: dict[str, tuple[Damage, str]] = {
    "language": (lambda pdf: pdf.Root.__delitem__("/Lang"), "no language"),
    "title shown": (lambda pdf: pdf.Root.__delitem__("/ViewerPreferences"), "would not show the title"),
    "title": (lambda pdf: pdf.docinfo.__delitem__("/Title"), "no title"),
    "metadata": (lambda pdf: pdf.Root.__delitem__("/Metadata"), "no metadata"),
    "mark info": (lambda pdf: pdf.Root.__delitem__("/MarkInfo"), "does not say that it is tagged"),
    "tree": (lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"), "no structure tree"),
    "bookmarks": (lambda pdf: pdf.Root.__delitem__("/Outlines"), "no bookmarks"),
    "parent tree": (
        lambda pdf: pdf.Root.StructTreeRoot.ParentTree.__setattr__("Nums", Array()),
        "parent tree is empty",
    ),
    "parent tree rows": (swap_rows, "parent tree disagrees"),
    "untagged text": (
        lambda pdf: rewrite(pdf, b"/P <</MCID 1>> BDC", b"/Foo BMC"),
        "painted (Tj) that no mark holds",
    ),
    "wrong piece": (
        lambda pdf: rewrite(pdf, b"/P <</MCID 1>> BDC", b"/P <</MCID 777>> BDC"),
        "piece 777 is not in the tree",
    ),
    "lost piece": (
        lambda pdf: rewrite(pdf, b"/P <</MCID 1>> BDC", b"/Artifact BMC"),
        "piece 1 is in the tree but not on the page",
    ),
    "wrong tag": (
        lambda pdf: rewrite(pdf, b"/P <</MCID 1>> BDC", b"/H1 <</MCID 1>> BDC"),
        "marked /H1 but belongs to a P",
    ),
    "mark left open": (lambda pdf: rewrite(pdf, b"EMC", b""), "one mark lies in another"),
    "mark across a state": (
        lambda pdf: rewrite(pdf, b"f Q", b"f EMC Q /Artifact BMC"),
        "crosses a saved state",
    ),
    "heading skipped": (lambda pdf: first(pdf, "/H2").__setattr__("S", Name.H3), "comes after level 1"),
    "cell outside a row": (lambda pdf: first(pdf, "/TR").__setattr__("S", Name.P), "stands in a"),
    "item outside a list": (lambda pdf: first(pdf, "/L").__setattr__("S", Name.P), "a LI stands in a P"),
    "header cells": (drop_everywhere("/A", "/S", "/TH"), "column or a row"),
    "parent": (lambda pdf: first(pdf, "/LI").__setattr__("P", pdf.Root), "names another parent"),
    "twice": (lambda pdf: first(pdf, "/H1").__setattr__("K", Array([0, 0])), "in the tree twice"),
    "link description": (drop_everywhere("/Contents", "/Subtype", "/Link"), "no description"),
    "link in the tree": (drop_everywhere("/StructParent", "/Subtype", "/Link"), "not in the tree"),
    "link to a file": (lead_to_a_file, "another way than to the web"),
    "font file": (drop_everywhere("/FontFile2", "/Type", "/FontDescriptor"), "not embedded"),
    "font meaning": (drop_everywhere("/ToUnicode", "/Type", "/Font"), "what its codes mean"),
    "font meaning nothing": (empty_meaning, "no meaning"),
    "tab order": (lambda pdf: pdf.pages[0].obj.__delitem__("/Tabs"), "tab order"),
    "script": (add_script, "carries /OpenAction"),
    "picture": (add_picture, "an image of its own"),
}


def test_a_right_document_passes() -> None:
    assert judge(right_document()) == []


@pytest.mark.parametrize("name", DAMAGES)
def test_every_damage_is_seen_and_named(name: str) -> None:
    damage, complaint = DAMAGES[name]
    complaints = damaged(damage)
    assert any(complaint in said for said in complaints), complaints
