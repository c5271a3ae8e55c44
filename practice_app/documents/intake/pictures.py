"""Photographs and scans become pages of a PDF: decoded, turned upright, flattened on white, encoded anew."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from numbers import Real

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from practice_app.documents.intake.cleaning import Unfit
from practice_app.rules.files import MOST_PAGES, MOST_PIXELS, FileState

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF"}
_QUALITY = 90
_DENSITIES = range(50, 1_201)
"""Dots per inch that a scanner may have; what else a file says is not believed."""

_A3, _A4 = 1_191.0, 842.0
"""The longer sides of the papers, in points."""


def clean(content: bytes, media: str) -> tuple[bytes, int]:
    """A PDF of the pictures in a file, one a page, and how many there are; raises Unfit."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    made = Pdf.new()
    try:
        with Image.open(BytesIO(content), formats=[_FORMATS[media]]) as picture:
            for frame in _frames(picture, media):
                _add_page(made, frame)
                if len(made.pages) > MOST_PAGES:
                    raise Unfit(FileState.TOO_LARGE)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit(FileState.TOO_LARGE) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError):
        raise Unfit(FileState.BROKEN) from None
    count = len(made.pages)
    output = BytesIO()
    made.save(output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue(), count


def _frames(picture: Image.Image, media: str) -> Iterator[Image.Image]:
    """The pictures of a file; only TIFF has pages, and the size of each is known before it is decoded."""
    if media != "image/tiff":
        _refuse_too_large(picture)
        yield picture
        return
    for frame in ImageSequence.Iterator(picture):
        _refuse_too_large(frame)
        yield frame


def _refuse_too_large(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise Unfit(FileState.TOO_LARGE)


def _add_page(made: Pdf, frame: Image.Image) -> None:
    density = frame.info.get("dpi")
    upright = _flattened(ImageOps.exif_transpose(frame))
    width, height = _paper(upright.size, density, is_turned=upright.size != frame.size)
    made.add_blank_page(page_size=(width, height))
    page = made.pages[-1].obj
    page.Resources = Dictionary(XObject=Dictionary(Im0=encoded(made, upright)))
    page.Contents = Stream(made, b"q %.2f 0 0 %.2f 0 0 cm /Im0 Do Q" % (width, height))


def _flattened(picture: Image.Image) -> Image.Image:
    """One of the modes 1, L and RGB, with white where the picture was transparent."""
    if picture.mode in ("1", "L", "RGB"):
        return picture
    if picture.mode.startswith("I") or picture.mode == "F":
        return _grey_of_deep(picture)
    if picture.mode in ("P", "PA", "LA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        paper = Image.new("RGB", layered.size, "white")
        paper.paste(layered, mask=layered.getchannel("A"))
        return paper
    return picture.convert("RGB")


def _grey_of_deep(picture: Image.Image) -> Image.Image:
    """Sixteen bits a dot become eight; a plain conversion would only cut off what is above 255."""
    deep = picture.convert("F")
    _, highest = deep.getextrema()
    top = 65_535.0 if isinstance(highest, float) and highest > 255 else 255.0
    return deep.point(lambda value: value * (255.0 / top)).convert("L")


def _paper(size: tuple[int, int], density: object, *, is_turned: bool) -> tuple[float, float]:
    """The page's size in points: as scanned where the file says a likely density, else fitted to A4."""
    across, down = _dots_an_inch(density)
    if is_turned:
        across, down = down, across
    width, height = size[0] * 72 / across, size[1] * 72 / down
    longer = max(width, height)
    if longer > _A3 or longer < 72:
        scale = _A4 / max(size)
        width, height = size[0] * scale, size[1] * scale
    return max(width, 3.0), max(height, 3.0)


def _dots_an_inch(density: object) -> tuple[float, float]:
    match density:
        case (Real() as across, Real() as down):
            found = float(across), float(down)
            if all(int(each) in _DENSITIES for each in found):
                return found
    return 72.0, 72.0


def encoded(made: Pdf, picture: Image.Image) -> Stream:
    """A picture in one of the modes 1, L and RGB as a PDF has it."""
    head = {"Type": Name.XObject, "Subtype": Name.Image, "Width": picture.width, "Height": picture.height}
    if picture.mode == "1":
        stream = Stream(made, zlib.compress(picture.tobytes(), 6))
        more = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 1, "Filter": Name.FlateDecode}
    else:
        jpeg = BytesIO()
        picture.save(jpeg, "JPEG", quality=_QUALITY, subsampling=0)
        stream = Stream(made, jpeg.getvalue())
        colours = Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB
        more = {"ColorSpace": colours, "BitsPerComponent": 8, "Filter": Name.DCTDecode}
    for key, value in (head | more).items():
        stream[f"/{key}"] = value
    return stream
