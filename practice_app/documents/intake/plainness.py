"""Whether a page is nothing but pictures in RGB or grey: what an archive may hold without further proof.

PDF/A asks for embedded fonts, known colours and more of everything on a page. What others made cannot be
proven to keep all of it, except where there is next to nothing: pictures, lines and areas in plain colours.
"""

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

_DRAWING = frozenset(
    [
        "q", "Q", "cm", "Do", "re", "m", "l", "c", "v", "y", "h", "S", "s", "f", "F", "f*", "B", "B*", "b",
        "b*", "n", "W", "W*", "g", "G", "rg", "RG", "w", "J", "j", "M", "d", "i",
    ]
)  # fmt: skip
_PLAIN = (Name.DeviceGray, Name.DeviceRGB)
_FILTERS = frozenset(
    [
        "/DCTDecode", "/FlateDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode",
        "/ASCII85Decode", "/ASCIIHexDecode",
    ]
)  # fmt: skip
"""Not LZW, which PDF/A forbids, and not JPEG 2000, which it limits (ISO 19005-2, 6.1.7.2 and 6.2.8.3)."""

_INTENTS = frozenset(["/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"])


def is_plain(page: Object) -> bool:
    """See the module; a page that cannot be read is not plain."""
    try:
        return "/Group" not in page and _has_pictures_only(page.get("/Resources")) and _draws_plainly(page)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
        return False


def _has_pictures_only(resources: Any) -> bool:
    if resources is None:
        return True
    others = [key for key in resources.keys() if key not in ("/XObject", "/ProcSet")]  # noqa: SIM118
    if any(len(resources[key]) for key in others):
        return False
    pictures = resources.get("/XObject", Dictionary())
    return all(_is_plain_picture(pictures[key]) for key in pictures.keys())  # noqa: SIM118


def _draws_plainly(page: Any) -> bool:
    return all(str(each.operator) in _DRAWING for each in pikepdf.parse_content_stream(page))


def _is_plain_picture(picture: Any) -> bool:
    if not isinstance(picture, Stream) or picture.get("/Subtype") != Name.Image:
        return False
    if any(key in picture for key in ("/SMask", "/SMaskInData", "/Alternates", "/OPI", "/OC", "/Mask")):
        return False
    if picture.get("/Interpolate", False) or str(picture.get("/Intent", "/Perceptual")) not in _INTENTS:
        return False
    filters = picture.get("/Filter", Array())
    named = [str(each) for each in (filters if isinstance(filters, Array) else [filters])]
    if not _FILTERS.issuperset(named):
        return False
    if picture.get("/ImageMask", False):
        return True
    return picture.get("/BitsPerComponent", 8) in (1, 2, 4, 8) and _is_plain_colour(
        picture.get("/ColorSpace")
    )


def _is_plain_colour(space: Any) -> bool:
    if not isinstance(space, Array):
        return space in _PLAIN
    match str(space[0]) if len(space) else "":
        case "/Indexed":
            return _is_plain_colour(space[1])
        case "/CalRGB" | "/CalGray":
            return True
        case "/ICCBased":
            return _is_plain_profile(space[1])
    return False


def _is_plain_profile(profile: Any) -> bool:
    """Whether it is an ICC profile of red, green and blue or of grey, by its head (ICC.1:2010, 7.2)."""
    head = profile.read_bytes()[:128]
    wanted = {1: b"GRAY", 3: b"RGB "}.get(int(profile.get("/N", 0)))
    kind, is_known = head[12:16], head[8:9] in (b"\x02", b"\x04") and head[36:40] == b"acsp"
    return is_known and head[16:20] == wanted and kind in (b"scnr", b"mntr", b"prtr", b"spac")
