"""Fonts: embedded, and saying what each of their codes means."""

import re

import pikepdf

from .findings import Findings, inside
from .tree import Page


class Maps:
    """What the codes of each font of a document mean, looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], dict[int, str]] = {}

    def of(self, font: pikepdf.Object) -> dict[int, str]:
        if font.objgen not in self._known:
            self._known[font.objgen] = unicode_map(font)
        return self._known[font.objgen]

    def knows(self, font: pikepdf.Object) -> bool:
        """Whether it was looked up before."""
        return font.objgen in self._known


def check(page: Page, maps: Maps, found: Findings) -> None:
    fonts = inside(inside(page.obj, "/Resources"), "/Font")
    for font in fonts.values():
        if maps.knows(font):
            continue
        name = str(font.get("/BaseFont", "/without a name"))[1:]
        if "/FontFile2" not in inside(font, "/FontDescriptor"):
            found.say(f"the font {name} is not embedded")
        if "/ToUnicode" not in font:
            found.say(f"the font {name} does not say what its codes mean")
        for code, text in maps.of(font).items():
            if not text or any(char in "\0\ufeff\ufffe" for char in text):
                found.say(f"the font {name} gives code {code} no meaning")
    _codes(page, fonts, maps, found)


def _codes(page: Page, fonts: pikepdf.Object, maps: Maps, found: Findings) -> None:
    """Every code that is shown must mean something."""
    shown: dict[str, set[int]] = {}
    here = ""
    for operands, operator in pikepdf.parse_content_stream(page.obj, "Tf Tj"):
        if str(operator) == "Tf":
            here = str(operands[0])
        else:
            shown.setdefault(here, set()).update(bytes(operands[0]))
    for name, codes in shown.items():
        if name not in fonts:
            found.say(f"{page.name}: the font {name or 'of no name'} is used but not there")
        elif "/ToUnicode" in fonts[name]:
            for code in sorted(codes - set(maps.of(fonts[name]))):
                found.say(f"{page.name}: code {code} of the font {name} is shown and means nothing")


def unicode_map(font: pikepdf.Object) -> dict[int, str]:
    """What each code of a font means, as the font itself says; nothing when it does not."""
    if "/ToUnicode" not in font:
        return {}
    pairs = re.findall(rb"^<([0-9A-F]{2})> <([0-9A-F]*)>$", font.ToUnicode.read_bytes(), re.MULTILINE)
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
