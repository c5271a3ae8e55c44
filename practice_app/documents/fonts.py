"""The fonts of every document: taken from packages, made static once, and asked which has a character."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
import tempfile
import threading
from array import array
from collections.abc import Iterator
from contextlib import suppress
from enum import IntEnum
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practice_app import paths
from practice_app.errors import Defect

if TYPE_CHECKING:
    import pikepdf

MAIN = "NotoSans"
# Variable TrueType fonts (the PDF writer takes no CFF): modules that bring them and the folder inside.
# Arimo adds the signs of comparison and the geometric shapes that Noto Sans leaves to other fonts.
PACKAGES = (("manimgx_fonts", ""), ("fontpkg_arimo", "files"))
_RECIPE = 1  # counted up when static fonts are made differently, so that old cached ones are left alone
_WHOLE_FILE_SUM = 0xB1B0AFBA  # what all 32-bit words of an undamaged TrueType file add up to
_FIRST_PRIVATE = 0xF0000
_CACHE = "fonts"
_making = threading.RLock()


class Weight(IntEnum):
    """How heavy a face is, on the scale of the fonts' `wght` axis."""

    REGULAR = 400
    BOLD = 700


class Face:
    """One static font: its registered name, its widths, and its glyphs under codes of their own."""

    def __init__(self, name: str, data: bytes) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        self.name = name
        self._data = data
        self.font = TTFont(name, BytesIO(data), asciiReadable=True)
        self._codes: dict[tuple[int, str], int] = {}
        self._coverage = dict(self.font.face.charToGlyph)
        pdfmetrics.registerFont(self.font)

    def width(self, text: str) -> float:
        """The sum of the advances in thousandths of the size, unshaped and unkerned."""
        widths, default = self.font.face.charWidths, self.font.face.defaultWidth
        return float(sum([widths.get(code, default) for code in map(ord, text)]))

    def code(self, glyph: int, text: str) -> str:
        """A character under which the PDF writer finds this glyph standing for this text.

        That is the text itself where the font maps it so. Other glyphs (ligatures, joined and reordered
        forms) get a private code, which unicode_of() turns back when the PDF says what its glyphs mean.
        """
        if len(text) == 1 and self._coverage.get(ord(text)) == glyph:
            return text
        with _making:
            code = self._codes.get((glyph, text))
            if code is None:
                code = self._codes[glyph, text] = _FIRST_PRIVATE + len(_private)
                _private.append(text)
                inner = self.font.face
                inner.charToGlyph[code] = glyph
                inner.charWidths[code] = inner.hmetrics[glyph][0] * 1000 / inner.unitsPerEm
        return chr(code)

    @cached_property
    def shaper(self) -> Any:
        """The font as HarfBuzz sees it, in thousandths of the size."""
        import uharfbuzz

        font = uharfbuzz.Font(uharfbuzz.Face(self._data))
        font.scale = (1000, 1000)
        return font


_private: list[str] = []


def unicode_of(code: int) -> str:
    """The text a glyph code stands for: itself, or what Face.code() was told."""
    number = code - _FIRST_PRIVATE
    return _private[number] if 0 <= number < len(_private) else chr(code)


@cache
def face(family: str, weight: Weight) -> Face:
    """The static face of a family, made and registered once per process."""
    with _making:
        return _faces(family, weight)


@cache
def _faces(family: str, weight: Weight) -> Face:
    return Face(f"{family}-{weight.name.title()}", static(family, weight))


@cache
def families() -> dict[str, Path]:
    """The variable fonts found, in the order they are asked for a character; the main one comes first."""
    found = {_family(path): path for path in _files() if "Italic" not in path.name}
    if MAIN not in found:
        raise Defect(f"the font {MAIN} is not installed")
    last = ("NotoSansSymbols", "NotoEmoji")  # a script's own font knows its punctuation better
    order = [MAIN, *(name for name in found if name not in (MAIN, *last)), *last]
    return {name: found[name] for name in order if name in found}


def _files() -> Iterator[Path]:
    for module, folder in PACKAGES:
        spec = importlib.util.find_spec(module)
        if spec and spec.origin:
            yield from sorted(Path(spec.origin).parent.joinpath(folder).glob("*[[]wght].ttf"))


@cache
def family_of(char: str) -> str | None:
    """The first family with a glyph for the character; None when no font has one."""
    return next((name for name in families() if ord(char) in coverage(name)), None)


@cache
def coverage(family: str) -> frozenset[int]:
    """The code points a family has glyphs for."""
    from fontTools.ttLib import TTFont

    with TTFont(families()[family], lazy=True) as font:
        return frozenset(font.getBestCmap())


def static(family: str, weight: Weight) -> bytes:
    """The font file of a family at one weight, from the cache or made now.

    A cache file that is damaged, or was never written whole, is made again.
    """
    source = families()[family].read_bytes()
    edition = hashlib.sha256(source).hexdigest()[:16]  # a new version of a font never meets an old cache
    name = f"{family}-{weight}-{edition}-{_RECIPE}.ttf"
    try:
        data = (paths.cache_folder() / _CACHE / name).read_bytes()
    except OSError:
        data = b""
    if not _is_whole(data):
        data = _instantiate(source, family, weight)
        with suppress(OSError):  # a disk that is full or read-only costs only time
            _keep(paths.cache_folder() / _CACHE / name, data)
    return data


def _family(source: Path) -> str:
    return source.name.removesuffix("[wght].ttf")


def _is_whole(data: bytes) -> bool:
    if len(data) < 12:
        return False
    words = array("I", data + bytes(-len(data) % 4))
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF == _WHOLE_FILE_SUM


def _instantiate(source: bytes, family: str, weight: Weight) -> bytes:
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = instancer.instantiateVariableFont(TTFont(BytesIO(source)), {"wght": int(weight)}, inplace=True)
    names = font["name"]
    # The PDF names a font after this record, and two weights may not share a name.
    names.names = [record for record in names.names if record.nameID != 6]
    names.setName(f"{family}-{weight.name.title()}", 6, 3, 1, 0x409)
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _keep(path: Path, data: bytes) -> None:
    """Write the cache file in one step, so that no other process ever sees half of it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


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
