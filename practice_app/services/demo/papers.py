"""Draws the papers that others gave to the demo practice, as they come: printed, scanned, photographed.

The same words and number give the same bytes every time.
"""

import math
import textwrap
import wave
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

from practice_app.rules.files import PDF, FileState

if TYPE_CHECKING:
    from PIL import Image

_LEFT, _TOP, _LINE, _WIDEST = 72, 760, 17, 84
_DOTS_AN_INCH = 110
_GRAIN = 8
_WAVES_A_SECOND = 8_000


class PaperForm(StrEnum):
    """How a paper reaches the practice."""

    PRINTED = "printed"
    """As a program writes it, with its text in the file."""
    SCANNED = "scanned"
    """As the scanner at the reception makes it: a little crooked, a little grey."""
    PHOTOGRAPHED = "photographed"
    """On a table, as patients send it from their telephones."""
    CUT_OFF = "cut_off"
    """A file of which only the first part arrived."""
    SPOKEN = "spoken"
    """A message on the answering machine."""


@dataclass(frozen=True, slots=True, repr=False)
class DemoFile:
    """A file as it would have been filed: what came, and its clean copy if it can be shown."""

    name: str
    media_type: str
    original: bytes
    state: FileState
    clean: bytes | None = None

    @property
    def pages(self) -> int:
        """All that can be shown are of one page."""
        return 1 if self.clean is not None else 0


def made(form: PaperForm, text: str, number: int) -> DemoFile:
    """A file with these words, if its form has any; `number` decides how crooked it is."""
    match form:
        case PaperForm.PRINTED:
            page = _paper(text)
            return DemoFile("letter.pdf", PDF, page, FileState.READY, page)
        case PaperForm.SCANNED:
            page = _on_paper(_scan(text, number))
            return DemoFile("scan.pdf", PDF, page, FileState.READY, page)
        case PaperForm.PHOTOGRAPHED:
            photo = _photo(text, number)
            return DemoFile("photo.jpg", "image/jpeg", _jpeg(photo), FileState.READY, _on_paper(photo))
        case PaperForm.CUT_OFF:
            return DemoFile("form.pdf", PDF, _paper(text)[:400], FileState.BROKEN)
        case PaperForm.SPOKEN:
            return DemoFile("message.wav", "audio/wav", _tones(), FileState.AS_RECEIVED)


def _tones() -> bytes:
    """Two tones in place of a voice, for nobody is real here."""
    output = BytesIO()
    with wave.open(output, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(_WAVES_A_SECOND)
        for pitch in (440, 330):
            steps = (math.sin(2 * math.pi * pitch * n / _WAVES_A_SECOND) for n in range(_WAVES_A_SECOND // 2))
            sound.writeframes(bytes(int(128 + 60 * step) for step in steps))
    return output.getvalue()


def _paper(text: str) -> bytes:
    """A page with these lines as a PDF; the first one is its heading."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle("Letter")
    lines = [line for typed in text.splitlines() for line in textwrap.wrap(typed, _WIDEST) or [""]]
    for number, line in enumerate(lines):
        canvas.setFont("Helvetica-Bold" if number == 0 else "Helvetica", 14 if number == 0 else 11)
        canvas.drawString(_LEFT, _TOP - number * _LINE, line)
    canvas.save()
    return buffer.getvalue()


def _drawn(text: str) -> "Image.Image":
    import pypdfium2

    document = pypdfium2.PdfDocument(_paper(text))
    picture: Image.Image = document[0].render(scale=_DOTS_AN_INCH / 72).to_pil().convert("L")
    document.close()
    return picture


def _scan(text: str, number: int) -> "Image.Image":
    from PIL import Image, ImageChops

    chance = Random(number)  # noqa: S311  invented dirt
    upright = _drawn(text)
    turned = upright.rotate(chance.uniform(-0.9, 0.9), Image.Resampling.BILINEAR, fillcolor=255)
    small = (upright.width // _GRAIN, upright.height // _GRAIN)
    grain = Image.frombytes("L", small, chance.randbytes(small[0] * small[1]))
    dirt = grain.point(lambda level: level // 24).resize(upright.size)
    return ImageChops.subtract(turned, dirt)


def _photo(text: str, number: int) -> "Image.Image":
    from PIL import Image

    chance = Random(number)  # noqa: S311  an invented table
    paper = _drawn(text).convert("RGBA").rotate(chance.uniform(-7, 7), Image.Resampling.BILINEAR, expand=True)
    table = Image.new("RGB", (paper.width + 160, paper.height + 160), (122, 84, 52))
    table.paste((244, 240, 228), (80, 80), paper.getchannel("A"))
    table.paste(paper.convert("RGB"), (80, 80), paper.getchannel("A"))
    light = Image.linear_gradient("L").point(lambda level: 255 - level // 3).resize(table.size)
    return Image.composite(table, Image.new("RGB", table.size, (30, 22, 16)), light)


def _jpeg(picture: "Image.Image") -> bytes:
    output = BytesIO()
    picture.save(output, "JPEG", quality=60)
    return output.getvalue()


def _on_paper(picture: "Image.Image") -> bytes:
    """The picture as a PDF of one page; reportlab's would have the day in it."""
    import pikepdf
    from pikepdf import Dictionary, Name, Stream

    made = pikepdf.Pdf.new()
    width, height = (round(side * 72 / _DOTS_AN_INCH, 2) for side in picture.size)
    made.add_blank_page(page_size=(width, height))
    stream = Stream(made, _jpeg(picture), Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode)
    stream.Width, stream.Height, stream.BitsPerComponent = *picture.size, 8
    stream.ColorSpace = Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB
    page = made.pages[0].obj
    page.Resources = Dictionary(XObject=Dictionary(Scan=stream))
    page.Contents = Stream(made, b"q %.2f 0 0 %.2f 0 0 cm /Scan Do Q" % (width, height))
    output = BytesIO()
    made.save(output, deterministic_id=True)
    return output.getvalue()
