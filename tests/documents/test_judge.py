"""The judge itself: it passes a right document, and sees every kind of damage."""

from collections.abc import Callable
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from practice_app.documents.attached import File, Sheet, Words
from practice_app.documents.page import Document, linked
from practice_app.documents.typesetting import Span

from .judge import judge, lost

Damage = Callable[[Pdf], None]

HEBREW, HINDI = "שרה כהן", "क्षितिज"
SOURCES = (
    "A copy",
    "It was read.",
    f"Written to {HEBREW} and {HINDI}",
    "See https://example.org for more.",
    "First thing",
    "Second thing",
    "Born",
    "14-Jul-1945",
    *("When", "Who", "What"),
    *("May", "Ann", "Note", "June", "Ben", "Letter"),
    "Scanned words",
    "The end",
)


def scan() -> bytes:
    made = Pdf.new()
    made.add_blank_page(page_size=(300, 400))
    made.pages[0].obj.Contents = made.make_stream(b"0 0 0 1 k 20 20 100 200 re f")
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def written(*, figure: bool = True) -> bytes:
    """A document with links, a table, lists, a figure, and text that is shaped and runs both ways."""
    made = Document("A copy", "Harbour Clinic", identifiers=(("", "SMITH, John"), ("Born", "14-Jul-1945")))
    made.contents()
    made.new_page()
    made.heading("A copy")
    made.paragraph("It was read.")
    made.heading("Letters", 2)
    made.paragraph(f"Written to {HEBREW} and {HINDI}")
    made.paragraph([Span("See "), linked("https://example.org"), Span(" for more.")])
    made.bullets(["First thing", "Second thing"])
    made.facts([("Born", "14-Jul-1945")])
    made.table(("When", "Who", "What"), [("May", "Ann", "Note"), ("June", "Ben", "Letter")], (1, 1, 2))
    if figure:
        words = ((Words("Scanned words", 0.1, 0.2, 0.4, 0.05),),)
        made.attachment_pages(File((Sheet(300, 400, words),), scan), "a scan")
    made.heading("The end")
    return made.finish().pdf


@cache
def right_document() -> bytes:
    return written()


def damaged(damage: Damage, **options: object) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(right_document())) as pdf:
        damage(pdf)
        pdf.save(out, **options)
    return out.getvalue()


def every(pdf: Pdf, tag: str) -> list[pikepdf.Object]:
    """The structure elements with a tag, in reading order."""

    def below(element: pikepdf.Object) -> list[pikepdf.Object]:
        found = [element] if element.get("/S") == tag else []
        for kid in kids_of(element):
            if isinstance(kid, Dictionary) and "/S" in kid:
                found += below(kid)
        return found

    return [element for root in kids_of(pdf.Root.StructTreeRoot) for element in below(root)]


def kids_of(element: pikepdf.Object) -> list[pikepdf.Object]:
    kids = element.get("/K", Array())
    return list(kids) if isinstance(kids, Array) else [kids]


def first(pdf: Pdf, tag: str) -> pikepdf.Object:
    return every(pdf, tag)[0]


def page_of(pdf: Pdf, element: pikepdf.Object) -> pikepdf.Object:
    """The page that an element or one in it has a piece on."""
    while "/Pg" not in element:
        element = element.K[0]
    return element.Pg


def mark(element: pikepdf.Object) -> bytes:
    """The operator that begins the element's first piece."""
    tag = str(element.S)[1:]
    return f"/{tag} <</MCID {int(element.K[0])}>> BDC".encode()


def rewrite(tag: str, new: bytes) -> Damage:
    """Begin the first piece of the first element with this tag in another way."""

    def damage(pdf: Pdf) -> None:
        element = first(pdf, tag)
        replace(page_of(pdf, element), mark(element), new)

    return damage


def replace(page: pikepdf.Object, old: bytes, new: bytes) -> None:
    before = page.Contents.read_bytes()
    assert old in before
    page.Contents.write(before.replace(old, new, 1))


def on_first_page(old: bytes, new: bytes) -> Damage:
    return lambda pdf: replace(pdf.pages[0].obj, old, new)


def drop(key: str, *holder: str) -> Damage:
    """Take an entry out of the catalogue, or out of a dictionary in it."""

    def damage(pdf: Pdf) -> None:
        place = pdf.Root
        for name in holder:
            place = place[name]
        del place[key]

    return damage


def drop_everywhere(key: str, kind: str, value: str) -> Damage:
    def damage(pdf: Pdf) -> None:
        for found in pdf.objects:
            if isinstance(found, Dictionary) and found.get(kind) == value and key in found:
                del found[key]

    return damage


def drop_from(tag: str, key: str) -> Damage:
    return drop_everywhere(key, "/S", tag)


def retag(tag: str, name: Name) -> Damage:
    return lambda pdf: first(pdf, tag).__setattr__("S", name)


def say_instead(tag: str, key: str, text: str) -> Damage:
    return lambda pdf: first(pdf, tag).__setitem__(key, String(text))


def claim(key: str, value: str) -> Damage:
    def damage(pdf: Pdf) -> None:
        with pdf.open_metadata(update_docinfo=False) as metadata:
            metadata[key] = value

    return damage


def swap_rows(pdf: Pdf) -> None:
    rows = pdf.Root.StructTreeRoot.ParentTree.Nums
    rows[1], rows[3] = rows[3], rows[1]


def loosen_link(pdf: Pdf) -> None:
    """The annotation stays on its page, but the tree no longer knows it."""
    for link in every(pdf, "/Link"):
        link.K = Array([kid for kid in link.K if isinstance(kid, int)])


def add_script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def annotations(pdf: Pdf) -> list[pikepdf.Object]:
    return [annotation for page in pdf.pages for annotation in page.obj.get("/Annots", Array())]


def lead_to_a_file(pdf: Pdf) -> None:
    next(a for a in annotations(pdf) if "/A" in a).A.URI = String("file:///etc/passwd")


def lead_nowhere(pdf: Pdf) -> None:
    next(a for a in annotations(pdf) if "/Dest" in a).Dest = String("somewhere")


def add_picture(pdf: Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject = Dictionary(Im1=pdf.make_stream(b""))


def fonts(pdf: Pdf) -> list[pikepdf.Object]:
    return list(pdf.pages[0].obj.Resources.Font.values())


def empty_meaning(pdf: Pdf) -> None:
    fonts(pdf)[0].ToUnicode.write(b"<20> <0000>\n")


def forget_a_code(pdf: Pdf) -> None:
    for font in fonts(pdf):
        font.ToUnicode.write(font.ToUnicode.read_bytes().replace(b"<65>", b"<7F>"))


def span_two(pdf: Pdf) -> None:
    first(pdf, "/TD").A = Dictionary(O=Name.Table, ColSpan=2)


def span_too_many_rows(pdf: Pdf) -> None:
    for cell in every(pdf, "/TD")[-2:]:
        cell.A = Dictionary(O=Name.Table, RowSpan=2)


def span_over_the_next(pdf: Pdf) -> None:
    """The second cell of a row reaches down to where the first of the next one reaches, too."""
    _, upper, lower = every(pdf, "/TR")
    upper.K[1].A = Dictionary(O=Name.Table, RowSpan=2)
    lower.K[0].A = Dictionary(O=Name.Table, Scope=Name.Row, ColSpan=2)


def move_figure(pdf: Pdf) -> None:
    first(pdf, "/Figure").A = Dictionary(O=Name.Layout, BBox=Array([0, 0, 9000, 9000]))


def paint_twice(pdf: Pdf) -> None:
    """The scan once more, beside its figure."""
    page = page_of(pdf, first(pdf, "/Figure"))
    page.Contents.write(page.Contents.read_bytes() + b"\n/Artifact BMC /Sheet Do EMC")


def add_a_form_with_marks(pdf: Pdf) -> None:
    form = page_of(pdf, first(pdf, "/Figure")).Resources.XObject.Sheet
    form.write(b"/P <</MCID 0>> BDC EMC")


def restore_once_more(pdf: Pdf) -> None:
    form = page_of(pdf, first(pdf, "/Figure")).Resources.XObject.Sheet
    form.write(b"q Q Q " + form.read_bytes())


def swap_paragraphs(pdf: Pdf) -> None:
    """Read one paragraph where another stands: nothing is lost, and every mark is in its place."""
    one, other = every(pdf, "/P")[:2]
    one.K, other.K = other.K, one.K
    for element in (one, other):
        for kid in kids_of(element):
            if isinstance(kid, Dictionary) and "/S" in kid:
                kid.P = element
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    for n in range(1, len(numbers), 2):
        row = numbers[n]
        for at in range(len(row)) if isinstance(row, Array) else ():
            if row[at].objgen in (one.objgen, other.objgen):
                row[at] = other if row[at].objgen == one.objgen else one


def lose_text(pdf: Pdf) -> None:
    """Take a paragraph's strokes off the page and its element out of the tree: tags alone agree."""
    paragraph = next(p for p in every(pdf, "/P") if all(isinstance(kid, int) for kid in p.K))
    page = page_of(pdf, paragraph)
    content = page.Contents.read_bytes()
    start = content.index(mark(paragraph))
    end = content.index(b"EMC", start)
    page.Contents.write(content[:start] + content[end + 3 :])
    paragraph.P.K = Array([kid for kid in paragraph.P.K if kid.objgen != paragraph.objgen])


DAMAGES: dict[str, tuple[Damage, str]] = {
    # Fifteen kinds that other tools were tried on, too.
    "language": (drop("/Lang"), "no language"),
    "title shown": (drop("/ViewerPreferences"), "would not show the title"),
    "metadata": (drop("/Metadata"), "no metadata"),
    "mark info": (drop("/MarkInfo"), "does not say that it is tagged"),
    "parent tree": (
        lambda pdf: pdf.Root.StructTreeRoot.ParentTree.__setattr__("Nums", Array()),
        "parent tree is empty",
    ),
    "alternate text": (drop_from("/Figure", "/Alt"), "no alternate text"),
    "untagged text": (rewrite("/P", b"/Foo BMC"), "painted (Tj) that no mark holds"),
    "wrong piece": (rewrite("/P", b"/P <</MCID 777>> BDC"), "piece 777 is not in the tree"),
    "heading skipped": (retag("/H2", Name.H3), "comes after level 1"),
    "header cells": (drop_from("/TH", "/A"), "column or a row"),
    "link description": (drop_everywhere("/Contents", "/Subtype", "/Link"), "no description"),
    "link in the tree": (drop_everywhere("/StructParent", "/Subtype", "/Link"), "not in the tree"),
    "font file": (drop_everywhere("/FontFile2", "/Type", "/FontDescriptor"), "not embedded"),
    "font meaning": (drop_everywhere("/ToUnicode", "/Type", "/Font"), "what its codes mean"),
    "cell outside a row": (retag("/TR", Name.P), "stands in a"),
    # What the document says of itself.
    "language of its own": (lambda pdf: pdf.Root.__setattr__("Lang", String("en_")), "language is none"),
    "title": (lambda pdf: pdf.docinfo.__delitem__("/Title"), "no title"),
    "another title": (claim("dc:title", "Another"), "another title"),
    "accessible": (claim("pdfuaid:part", "2"), "do not claim PDF/UA-1"),
    "archive claim": (claim("pdfaid:part", "2"), "letters or layers of other files claims to be PDF/A"),
    "tree": (drop("/StructTreeRoot"), "no structure tree"),
    "bookmarks": (drop("/Outlines"), "no bookmarks"),
    "script": (add_script, "carries /OpenAction"),
    # The tree and the pages.
    "parent tree rows": (swap_rows, "parent tree disagrees"),
    "lost piece": (rewrite("/P", b"/Artifact BMC"), "is in the tree but not on the page"),
    "wrong tag": (
        lambda pdf: rewrite("/P", mark(first(pdf, "/P")).replace(b"/P ", b"/H1 "))(pdf),
        "marked /H1 but belongs to a P",
    ),
    "mark left open": (on_first_page(b"EMC", b""), "one mark lies in another"),
    "artifact in an artifact": (
        on_first_page(b"EMC", b"/Artifact BMC EMC EMC"),
        "one mark lies in another",
    ),
    "mark across a state": (on_first_page(b"S Q", b"S EMC Q /Artifact BMC"), "crosses a saved state"),
    "mark closed twice": (on_first_page(b"EMC", b"EMC EMC"), "closed that is not open"),
    "text in text": (on_first_page(b"BT", b"BT BT"), "text objects are not in order"),
    "item outside a list": (retag("/L", Name.P), "a LI stands in a P"),
    "unknown element": (retag("/P", Name.Foo), "a Foo is no kind of element"),
    "list without items": (lambda pdf: first(pdf, "/L").__delitem__("/K"), "a L has no LI"),
    "list without numbering": (drop_from("/L", "/A"), "how it is numbered"),
    "parent": (lambda pdf: first(pdf, "/LI").__setattr__("P", pdf.Root), "names another parent"),
    "twice": (
        lambda pdf: first(pdf, "/H1").__setattr__("K", Array([first(pdf, "/H1").K[0]] * 2)),
        "in the tree twice",
    ),
    "no page": (lambda pdf: first(pdf, "/H1").__setattr__("Pg", pdf.Root), "piece on no page"),
    "tab order": (lambda pdf: pdf.pages[0].obj.__delitem__("/Tabs"), "tab order"),
    # Tables.
    "column too many": (span_two, "have not the same columns"),
    "rows too many": (span_too_many_rows, "reaches out of its table"),
    "cells over each other": (span_over_the_next, "cover the same place"),
    "no column": (
        lambda pdf: first(pdf, "/TD").__setattr__("A", Dictionary(O=Name.Table, ColSpan=0)),
        "spans no column",
    ),
    "empty row": (lambda pdf: first(pdf, "/TR").__delitem__("/K"), "something else than cells"),
    # Links.
    "loose link": (loosen_link, "a link is not in the tree"),
    "link to a file": (lead_to_a_file, "another way than to the web"),
    "link to no page": (lead_nowhere, "leads to no page"),
    "link of a paragraph": (retag("/Link", Name.P), "a link belongs to a P"),
    "link not printed": (drop_everywhere("/F", "/Subtype", "/Link"), "a link is not printed"),
    # Fonts and what is said.
    "font meaning nothing": (empty_meaning, "no meaning"),
    "code without meaning": (forget_a_code, "is shown and means nothing"),
    "font not there": (
        lambda pdf: [page.obj.Resources.Font.__delitem__(key) for page in pdf.pages[:1]
                     for key in list(page.obj.Resources.Font.keys())],
        "is used but not there",
    ),
    "other actual text": (say_instead("/Span", "/ActualText", "שרה לוי"), "says 'שרה לוי' but shows"),
    "shorter actual text": (say_instead("/Span", "/ActualText", "שרה"), "says 'שרה' but shows"),
    "language of a span": (say_instead("/Span", "/Lang", "?"), "the language of a Span is none"),
    # Figures.
    "figure without a place": (drop_from("/Figure", "/A"), "where it is"),
    "figure beside the page": (move_figure, "lies beside the page"),
    "picture": (add_picture, "an image of its own"),
    "scan outside its figure": (paint_twice, "painted outside a Figure"),
    "form with marks": (add_a_form_with_marks, "a form has marks of its own"),
    "form that restores too much": (restore_once_more, "more often than it saves it"),
}  # fmt: skip


def test_a_right_document_passes() -> None:
    assert judge(right_document(), sources=SOURCES) == []
    assert judge(written(figure=False)) == []


@pytest.mark.parametrize("name", DAMAGES)
def test_every_damage_is_seen_and_named(name: str) -> None:
    damage, complaint = DAMAGES[name]
    complaints = judge(damaged(damage))
    assert any(complaint in said for said in complaints), complaints
    assert not [said for said in complaints if "cannot be read to the end" in said]


def test_saving_again_is_no_damage() -> None:
    assert judge(damaged(lambda pdf: None), sources=SOURCES) == []


def test_an_encrypted_document_may_not_claim_to_be_an_archive() -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(written(figure=False))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user="", owner="x"))
    assert "an encrypted document claims to be PDF/A" in judge(out.getvalue())


def test_paragraphs_in_the_wrong_order_are_seen_by_what_was_written() -> None:
    swapped = damaged(swap_paragraphs)
    assert judge(swapped) == []
    assert judge(swapped, sources=SOURCES) == [f"the text {SOURCES[2]!r} is said before its turn"]


def test_a_lost_text_is_seen_by_what_was_written() -> None:
    shorter = damaged(lose_text)
    assert judge(shorter) == []
    assert judge(shorter, sources=SOURCES) == ["the text 'It was read.' is not said"]


def test_damage_that_no_rule_foresees_is_told_too() -> None:
    def damage(pdf: Pdf) -> None:
        pdf.pages[0].obj.Annots = Array([1])

    assert any("the links on page 1 cannot be read" in said for said in judge(damaged(damage)))


def test_texts_are_looked_for_in_their_order() -> None:
    pdf = right_document()
    assert lost(pdf, ["First thing", "Second thing"]) == []
    assert lost(pdf, ["Second thing", "First thing"]) == ["the text 'First thing' is said before its turn"]
