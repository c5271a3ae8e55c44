"""The one look of every PDF: the A4 page, its margins, colours and sizes of type."""

from dataclasses import replace

from practice_app.documents.typesetting import Colour, Style

INK: Colour = (0.1, 0.1, 0.12)
QUIET: Colour = (0.34, 0.36, 0.4)
ACCENT: Colour = (0.05, 0.29, 0.4)
LINK: Colour = (0.03, 0.27, 0.58)
ALARM: Colour = (0.62, 0.08, 0.1)
WHITE: Colour = (1.0, 1.0, 1.0)
RULE: Colour = (0.78, 0.8, 0.83)
SHADE: Colour = (0.92, 0.94, 0.96)

WIDTH, HEIGHT = 595.28, 841.89
MARGIN = 56.7
TOP, BOTTOM = 76.0, 62.0
COLUMN_WIDTH = WIDTH - 2 * MARGIN
COLUMN_HEIGHT = HEIGHT - TOP - BOTTOM

BODY = Style(9.5, 14.0, colour=INK)
STRONG = replace(BODY, bold=True)
SMALL = Style(8.0, 11.5, colour=QUIET)
SMALL_BOLD = replace(SMALL, bold=True)
LARGE = Style(15.0, 20.0, bold=True, colour=ACCENT)
STAMP = Style(11.0, 16.0, bold=True, colour=WHITE)
HEADINGS = (
    Style(19.0, 25.0, bold=True, colour=ACCENT),
    Style(13.0, 18.0, bold=True, colour=ACCENT),
    Style(10.0, 14.0, bold=True, colour=INK),
    Style(9.5, 14.0, bold=True, colour=QUIET),
)
HEADING_SPACE = ((10.0, 8.0), (18.0, 4.0), (14.0, 1.0), (8.0, 1.0))
"""Room above and below each level of heading."""
PARAGRAPH_SPACE = 6.0
