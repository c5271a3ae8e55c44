"""The icon in every form."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from installer import pictures


def test_the_icon_is_drawn_at_every_size() -> None:
    for size in pictures.SIZES:
        picture = Image.open(BytesIO(pictures.png(size)))
        assert (picture.format, picture.size) == ("PNG", (size, size))
        if size >= 48:
            inks = {colour for _, colour in picture.convert("RGBA").getcolors(size * size) or ()}
            assert {(0, 0, 0, 0), (11, 92, 173, 255), (255, 255, 255, 255)} <= inks


@pytest.mark.parametrize("kind", ["ico", "icns"])
def test_other_systems_get_the_icon_in_one_file(kind: str) -> None:
    assert Image.open(BytesIO(pictures.in_one_file(kind))).format == kind.upper()


def test_programs_carry_their_icon_where_a_system_has_that(tmp_path: Path) -> None:
    assert pictures.for_program("linux", tmp_path) is None
    made = {system: pictures.for_program(system, tmp_path) for system in ("win32", "darwin")}
    assert {system: Path(file or "").suffix for system, file in made.items()} == {
        "win32": ".ico",
        "darwin": ".icns",
    }
    assert all(Path(file or "").stat().st_size for file in made.values())
