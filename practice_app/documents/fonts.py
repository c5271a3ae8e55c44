"""The fonts of every document: taken from packages, made static in memory, asked which has a character."""

from __future__ import annotations

import importlib.util
import re
import threading
from collections.abc import Container, Iterator
from enum import IntEnum
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practice_app.documents.composites import WIDEST, Composites, Part
from practice_app.errors import Defect

if TYPE_CHECKING:
    import pikepdf

MAIN = "NotoSans"
SYMBOLS = "NotoSansSymbols"
EMOJI = "NotoEmoji"
CHINESE, TAIWANESE, JAPANESE, KOREAN = "NotoSansSC", "NotoSansTC", "NotoSansJP", "NotoSansKR"
EAST_ASIAN = (CHINESE, TAIWANESE, JAPANESE, KOREAN)
"""The same characters in the forms of four regions; the first has the most."""
UNSHAPED = frozenset(
    (MAIN, "Arimo", "NotoSansArmenian", "NotoSansEthiopic", "NotoSansGeorgian", SYMBOLS, *EAST_ASIAN)
)
"""Families in which each character is its own glyph, unless it is a mark or joins others."""

LANGUAGES = {
    "NotoSansArabic": "ar",
    "NotoSansArmenian": "hy",
    "NotoSansBengali": "bn",
    "NotoSansDevanagari": "hi",
    "NotoSansEthiopic": "am",
    "NotoSansGeorgian": "ka",
    "NotoSansGujarati": "gu",
    "NotoSansGurmukhi": "pa",
    "NotoSansHebrew": "he",
    "NotoSansKannada": "kn",
    "NotoSansKhmer": "km",
    "NotoSansLao": "lo",
    "NotoSansMalayalam": "ml",
    "NotoSansMyanmar": "my",
    "NotoSansOriya": "or",
    "NotoSansSinhala": "si",
    "NotoSansTamil": "ta",
    "NotoSansTelugu": "te",
    "NotoSansThai": "th",
    CHINESE: "zh-Hans",
    TAIWANESE: "zh-Hant",
    JAPANESE: "ja",
    KOREAN: "ko",
}
"""The language most written in a family's script, for the voice that reads it: it may be another of them."""

# Variable TrueType fonts (the PDF writer takes no CFF): modules that bring them and the folder inside.
# Arimo adds the signs of comparison and the geometric shapes that Noto Sans leaves to other fonts.
PACKAGES = (("manimgx_fonts", ""), ("fontpkg_arimo", "files"), ("justmytype_intl_cjk", "fonts"))
_FIRST_PRIVATE = 0xF0000
_making = threading.RLock()


class Weight(IntEnum):
    """How heavy a face is, on the scale of the fonts' `wght` axis."""

    REGULAR = 400
    BOLD = 700


class Face:
    """One static font: its registered name, its widths, and its glyphs under codes of their own."""

    def __init__(self, family: str, weight: Weight, data: bytes) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        self.family = family
        self.name = name = f"{family}-{weight.name.title()}"
        self._data = data
        self.font = TTFont(name, BytesIO(data), asciiReadable=True)
        # The PDF names a font after this, and two weights of one family may not share a name.
        self.font.face.name = name.encode("ascii")
        self._codes: dict[tuple[int, str], int] = {}
        self._coverage = dict(self.font.face.charToGlyph)
        pdfmetrics.registerFont(self.font)

    def width(self, text: str) -> float:
        """The sum of the advances in thousandths of the size, unshaped and unkerned."""
        widths, default = self.font.face.charWidths, self.font.face.defaultWidth
        return float(sum([widths.get(code, default) for code in map(ord, text)]))

    def code(self, parts: tuple[Part, ...], advance: int, text: str) -> str:
        """A character under which the PDF writer finds what these glyphs look like, standing for this text.

        That is the text itself where the font maps it so. Other glyphs (ligatures, joined and reordered
        forms) get a private code, which unicode_of() turns back when the PDF says what its glyphs mean.
        """
        advance = min(advance, WIDEST)
        glyph = self._composites.glyph(parts, advance)
        if len(text) == 1 and self._coverage.get(ord(text)) == glyph:
            return text
        with _making:
            code = self._codes.get((glyph, text))
            if code is None:
                code = self._codes[glyph, text] = _FIRST_PRIVATE + len(_private)
                _private.append(text)
                inner = self.font.face
                inner.charToGlyph[code] = glyph
                inner.charWidths[code] = advance * 1000 / self.unit
        return chr(code)

    @property
    def unit(self) -> int:
        """How many units of the font make the size of type."""
        return int(self.font.face.unitsPerEm)

    @cached_property
    def shaper(self) -> Any:
        """The font as HarfBuzz sees it, in its own units."""
        import uharfbuzz

        return uharfbuzz.Font(uharfbuzz.Face(self._data))

    @cached_property
    def _composites(self) -> Composites:
        with _making:
            return Composites(self.font.face, self.shaper)


_private: list[str] = []


def unicode_of(code: int) -> str:
    """The text a glyph code stands for: itself, or what Face.code() was told."""
    number = code - _FIRST_PRIVATE
    return _private[number] if 0 <= number < len(_private) else chr(code)


@cache
def face(family: str, weight: Weight) -> Face:
    """The static face of a family, made and registered once per process."""
    with _making:
        return _face(family, weight)


@cache
def _face(family: str, weight: Weight) -> Face:
    return Face(family, weight, static(family, weight))


@cache
def families() -> dict[str, Path]:
    """The variable fonts found, in the order they are asked for a character; the main one comes first."""
    found = {path.name.removesuffix("[wght].ttf"): path for path in _files() if "Italic" not in path.name}
    if MAIN not in found:
        raise Defect(f"the font {MAIN} is not installed")
    last = (SYMBOLS, *EAST_ASIAN, EMOJI)  # a script's own font knows its punctuation better
    order = [MAIN, *(name for name in found if name not in (MAIN, *last)), *last]
    return {name: found[name] for name in order if name in found}


def _files() -> Iterator[Path]:
    for module, folder in PACKAGES:
        spec = importlib.util.find_spec(module)
        if spec and spec.origin:
            yield from sorted(Path(spec.origin).parent.joinpath(folder).rglob("*[[]wght].ttf"))


@cache
def family_of(char: str) -> str | None:
    """The first family with a glyph for the character; None when no font has one."""
    return next((name for name in families() if ord(char) in coverage(name)), None)


@cache
def coverage(family: str) -> Container[int]:
    """The code points a family has glyphs for."""
    found: Container[int] = _variable(family).unicodes
    return found


def static(family: str, weight: Weight) -> bytes:
    """The font file of a family at one weight. It takes a tenth of a second at most, so none is kept."""
    import uharfbuzz

    variable = _variable(family)
    wanted = uharfbuzz.SubsetInput()
    wanted.keep_everything()
    wanted.pin_axis_location(variable, "wght", float(weight))
    data: bytes = uharfbuzz.subset(variable, wanted).blob.data
    return data


def _variable(family: str) -> Any:
    """The font of all weights, as HarfBuzz reads it from the disk."""
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(families()[family]))


def mend_unicode_maps(pdf: pikepdf.Pdf) -> None:
    """Say in every font what its codes mean, in the words of ISO 32000-1, 9.10.3.

    The PDF writer's own maps give characters above U+FFFF in a form readers misunderstand, map unused
    codes to U+0000 (forbidden by ISO 14289-1, 7.21.7) and do not know what our private codes stand for.
    """
    for font in pdf.pages[0].obj.Resources.Font.values() if len(pdf.pages) else ():
        if "/ToUnicode" in font:
            old = font.ToUnicode.read_bytes()
            pairs = re.findall(rb"^<([0-9A-F]{2})> <([0-9A-F]+)>$", old, re.MULTILINE)
            entries = [(code.decode(), unicode_of(int(value, 16))) for code, value in pairs]
            font.ToUnicode.write(_unicode_map([pair for pair in entries if pair[1] != "\0"]))


def _unicode_map(entries: list[tuple[str, str]]) -> bytes:
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <00> <FF> endcodespacerange",
    ]
    for start in range(0, len(entries), 100):  # more in one block is against the rules
        block = entries[start : start + 100]
        lines.append(f"{len(block)} beginbfchar")
        lines += [f"<{code}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in block]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode("ascii")
