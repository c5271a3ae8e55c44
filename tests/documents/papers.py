"""Files as they come in: small PDFs and pictures, and PDFs with something in them that acts."""

import random
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

EVIL = "EVILWORD"
"""Stands in everything that acts, so that it can be looked for."""

Change = Callable[[Pdf], None]


def pdf(*texts: str, change: Change = lambda made: None, **saving: object) -> bytes:
    """A PDF with one page a text, changed before it is stored."""
    made = Pdf.new()
    for text in texts or ("Hello",):
        made.add_blank_page(page_size=(300, 400))
        page = made.pages[-1].obj
        page.Contents = Stream(made, f"BT /F1 18 Tf 20 300 Td ({text}) Tj ET".encode("latin-1"))
        page.Resources = Dictionary(Font=Dictionary(F1=made.make_indirect(_font())))
    change(made)
    output = BytesIO()
    made.save(output, **saving)  # type: ignore[arg-type]
    return output.getvalue()


def locked() -> bytes:
    """A PDF that opens with a password only."""
    return pdf(encryption=pikepdf.Encryption(user="for you", owner="for us", R=6))


def revised(first: str, second: str) -> bytes:
    """A PDF whose page was changed by an addition at the end: the first words are still in the file."""
    whole = expanded(pdf(first))
    with pikepdf.open(BytesIO(whole)) as opened:
        number, size = opened.pages[0].obj.Contents.objgen[0], int(opened.trailer.Size)
        root = opened.Root.objgen[0]
    words = f"BT /F1 18 Tf 20 300 Td ({second}) Tj ET".encode()
    added = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(words), words)
    before = whole[whole.rindex(b"startxref") :].split()[1]
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(whole))
    trailer = b"trailer << /Size %d /Root %d 0 R /Prev %s >>\n" % (size, root, before)
    return whole + added + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(whole) + len(added))


def picture(kind: str, size: tuple[int, int] = (60, 40), *, frames: int = 1, **saving: object) -> bytes:
    """A picture, red at the top left and white elsewhere; TIFF may have several pages."""
    mode = "RGB" if kind in ("JPEG", "PNG") else "L"
    made = []
    for _ in range(frames):
        one = Image.new(mode, size, "white")
        one.paste((255, 0, 0) if mode == "RGB" else 0, (0, 0, size[0] // 2, size[1] // 2))
        made.append(one)
    output = BytesIO()
    more = {"save_all": True, "append_images": made[1:]} if frames > 1 else {}
    made[0].save(output, kind, **more, **saving)
    return output.getvalue()


def letter(number: int, pages: int = 2) -> bytes:
    """A GP's letter as a practice system prints it; the day in it makes each another."""
    lines = [f"Letter {number} of {date(2026, 1, 1).isoformat()}, page {page}" for page in range(pages)]
    return pdf(*lines, deterministic_id=True)


def scanned_letter(number: int, pages: int) -> bytes:
    """A letter as a scanner makes it: a picture of a page, of some hundred kilobytes, on each page."""
    noise = random.Random(number)  # noqa: S311  not a secret

    def with_scans(made: Pdf) -> None:
        for page in made.pages:
            picture = Image.frombytes("L", (400, 560), noise.randbytes(400 * 560))
            jpeg = BytesIO()
            picture.save(jpeg, "JPEG", quality=85)
            stream = Stream(made, jpeg.getvalue())
            stream.Type, stream.Subtype, stream.Width, stream.Height = Name.XObject, Name.Image, 400, 560
            stream.ColorSpace, stream.BitsPerComponent = Name.DeviceGray, 8
            stream.Filter = Name.DCTDecode
            page.obj.Resources.XObject = Dictionary(Scan=made.make_indirect(stream))
            page.contents_add(b"q 300 0 0 400 0 0 cm /Scan Do Q", prepend=True)

    words = [f"Letter {number}, page {page}" for page in range(pages)]
    return pdf(*words, change=with_scans, deterministic_id=True)


def expanded(content: bytes) -> bytes:
    """A PDF with everything in it readable as it stands."""
    output = BytesIO()
    with pikepdf.open(BytesIO(content)) as opened:
        opened.save(
            output,
            qdf=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return output.getvalue()


def _font() -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def _action(kind: str, **more: object) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name(f"/{kind}"), **more)


def _annotation(made: Pdf, kind: str, **more: object) -> None:
    drawn = Stream(made, b"0 0 10 10 re f")
    drawn.Type, drawn.Subtype, drawn.BBox = Name.XObject, Name.Form, Array([0, 0, 10, 10])
    annotation = Dictionary(
        Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([10, 10, 60, 60]), F=4,
        AP=Dictionary(N=made.make_indirect(drawn)), **more,
    )  # fmt: skip
    page = made.pages[0].obj
    if "/Annots" not in page:
        page.Annots = Array([])
    page.Annots.append(made.make_indirect(annotation))


def _javascript(made: Pdf) -> Dictionary:
    return _action("JavaScript", JS=String(f"app.alert('{EVIL}')"))


def _names(made: Pdf, key: str, value: object) -> None:
    made.Root.Names = Dictionary({f"/{key}": Dictionary(Names=Array([String("a"), value]))})


def _embedded(made: Pdf) -> Dictionary:
    stream = Stream(made, EVIL.encode())
    stream.Type = Name.EmbeddedFile
    return Dictionary(
        Type=Name.Filespec, F=String("a.exe"), UF=String("a.exe"), EF=Dictionary(F=made.make_indirect(stream))
    )


def _open_action(made: Pdf) -> None:
    made.Root.OpenAction = _javascript(made)


def _document_aa(made: Pdf) -> None:
    made.Root.AA = Dictionary(WC=_javascript(made))


def _page_aa(made: Pdf) -> None:
    made.pages[0].obj.AA = Dictionary(O=made.make_indirect(_javascript(made)))


def _javascript_names(made: Pdf) -> None:
    _names(made, "JavaScript", _javascript(made))


def _embedded_files(made: Pdf) -> None:
    _names(made, "EmbeddedFiles", _embedded(made))
    made.Root.AF = Array([_embedded(made)])


def _file_attachment(made: Pdf) -> None:
    _annotation(made, "FileAttachment", FS=_embedded(made), Contents=String(EVIL))


def _link(kind: str, **more: object) -> Change:
    def change(made: Pdf) -> None:
        _annotation(made, "Link", A=_action(kind, **more))

    return change


def _chained(made: Pdf) -> None:
    _annotation(made, "Link", A=_action("GoTo", D=Array([0, Name.Fit]), Next=Array([_javascript(made)])))


def _rich_media(made: Pdf) -> None:
    content = Dictionary(Assets=Dictionary(Names=Array([String(EVIL), _embedded(made)])))
    _annotation(made, "RichMedia", RichMediaContent=content)


def _three_d(made: Pdf) -> None:
    stream = Stream(made, EVIL.encode())
    stream.Type, stream.Subtype = Name("/3D"), Name.U3D
    _annotation(made, "3D", **{"3DD": made.make_indirect(stream)})


def _movie(made: Pdf) -> None:
    _annotation(made, "Movie", Movie=Dictionary(F=String(EVIL)))


def _sound(made: Pdf) -> None:
    stream = Stream(made, EVIL.encode())
    stream.Type = Name.Sound
    _annotation(made, "Sound", Sound=made.make_indirect(stream))


def _rendition(made: Pdf) -> None:
    _annotation(made, "Screen", A=_action("Rendition", JS=String(EVIL), OP=0))


def _xfa(made: Pdf) -> None:
    stream = Stream(made, f"<xdp:xdp>{EVIL}</xdp:xdp>".encode())
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=made.make_indirect(stream))


def _form_field(made: Pdf) -> None:
    _annotation(
        made, "Widget", FT=Name.Tx, T=String("name"), V=String("typed"),
        AA=Dictionary(K=_javascript(made)), A=_action("SubmitForm", F=String(f"https://{EVIL}")),
    )  # fmt: skip
    made.Root.AcroForm = Dictionary(Fields=Array([made.pages[0].obj.Annots[0]]))


def _external_stream(made: Pdf) -> None:
    stream = Stream(made, EVIL.encode())
    stream.Type, stream.Subtype, stream.F = Name.XObject, Name.Image, String(f"file:///{EVIL}")
    made.pages[0].obj.Resources.XObject = Dictionary(X=made.make_indirect(stream))


def _postscript(made: Pdf) -> None:
    stream = Stream(made, f"({EVIL}) print".encode())
    stream.Type, stream.Subtype = Name.XObject, Name.PS
    made.pages[0].obj.Resources.XObject = Dictionary(X=made.make_indirect(stream))


def _reference(made: Pdf) -> None:
    stream = Stream(made, b"")
    stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, 1, 1])
    stream.Ref = Dictionary(F=String(f"{EVIL}.pdf"), Page=0)
    made.pages[0].obj.Resources.XObject = Dictionary(X=made.make_indirect(stream))


def _in_resources(made: Pdf) -> None:
    properties = Dictionary(P=Dictionary(Metadata=made.make_indirect(Stream(made, EVIL.encode()))))
    made.pages[0].obj.Resources.Properties = properties
    made.pages[0].obj.Resources.ExtGState = Dictionary(G=Dictionary(AA=_javascript(made)))
    made.pages[0].obj.Resources.Pattern = Dictionary(A=_javascript(made))


def _outline(made: Pdf) -> None:
    item = made.make_indirect(Dictionary(Title=String(EVIL), A=_action("URI", URI=String(EVIL))))
    made.Root.Outlines = Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1)


def _metadata(made: Pdf) -> None:
    made.docinfo["/Author"] = EVIL
    stream = Stream(made, f"<x:xmpmeta>{EVIL}</x:xmpmeta>".encode())
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    made.Root.Metadata = made.make_indirect(stream)
    made.pages[0].obj.PieceInfo = Dictionary(X=Dictionary(Private=String(EVIL)))
    made.pages[0].obj.Thumb = made.make_indirect(Stream(made, EVIL.encode()))


def _sticky(made: Pdf) -> None:
    _annotation(made, "Text", Contents=String(EVIL), AA=Dictionary(E=_javascript(made)))


ACTIVE: dict[str, Change] = {
    "open action": _open_action,
    "document AA": _document_aa,
    "page AA": _page_aa,
    "JavaScript names": _javascript_names,
    "embedded files": _embedded_files,
    "file attachment": _file_attachment,
    "JavaScript": _link("JavaScript", JS=String(EVIL)),
    "launch": _link("Launch", F=String(EVIL)),
    "submit form": _link("SubmitForm", F=String(EVIL)),
    "import data": _link("ImportData", F=String(EVIL)),
    "go to another file": _link("GoToR", F=String(EVIL)),
    "go to an embedded file": _link("GoToE", F=String(EVIL)),
    "web address": _link("URI", URI=String(f"https://{EVIL}.example")),
    "a chain of actions": _chained,
    "rich media": _rich_media,
    "3D": _three_d,
    "movie": _movie,
    "sound": _sound,
    "rendition": _rendition,
    "XFA": _xfa,
    "form field": _form_field,
    "external stream": _external_stream,
    "PostScript": _postscript,
    "reference to another file": _reference,
    "inside resources": _in_resources,
    "outline": _outline,
    "metadata": _metadata,
    "sticky note": _sticky,
}
"""Everything a PDF can hold that is no ink on paper, each as a change of a plain one."""
