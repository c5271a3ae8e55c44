"""The program's icon in the forms that systems want, rendered from the one drawing."""

import os
from io import BytesIO
from pathlib import Path

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
"""Widths and heights in dots."""

DRAWING = Path(__file__).resolve().parents[1] / "resources" / "icons" / "practice-app.svg"


def png(size: int, drawing: Path = DRAWING) -> bytes:
    """The drawing as a PNG of `size` by `size` dots."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice, QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    picture = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    painter = QPainter(picture)
    QSvgRenderer(str(drawing)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(out, "PNG")  # type: ignore[call-overload]  # its annotation says bytes, which it refuses
    return bytes(out.data().data())


def in_one_file(kind: str) -> bytes:
    """All sizes together: "ico" for Windows, "icns" for macOS."""
    from PIL import Image

    pictures = [Image.open(BytesIO(png(size))) for size in SIZES if size <= 256]
    out = BytesIO()
    pictures[-1].save(out, kind, append_images=pictures[:-1], sizes=[each.size for each in pictures])
    return out.getvalue()


def for_program(platform: str, folder: Path) -> str | None:
    """The icon that a program's own file carries, written into `folder`; None where a system has no such."""
    kind = {"win32": "ico", "darwin": "icns"}.get(platform)
    if kind is None:
        return None
    path = folder / f"{DRAWING.stem}.{kind}"
    path.write_bytes(in_one_file(kind))
    return str(path)
