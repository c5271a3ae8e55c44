"""The one look of every PDF, as it is usually and in large print: the A4 page, colours and sizes of type."""

from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes of type and the room around the text; lengths in points.

    Text is always set ragged, on the side where its language begins.
    """

    body: Style
    small: Style
    """The least that is printed: header and footer, and what the law calls a section."""
    name: Style
    """The clinic's name at the head of a letter."""
    stamp: Style
    headings: tuple[Style, Style, Style, Style]
    heading_space: tuple[tuple[float, float], ...]
    """Room above and below each level of heading."""
    paragraph_space: float
    margin: float
    top: float
    bottom: float
    narrowest: float
    """The least width of a table's column, in sizes of its type; else its cells stand stacked."""
    has_side_column: bool
    """Whether dates stand in a column of their own, beside what happened."""

    @property
    def strong(self) -> Style:
        return replace(self.body, bold=True)

    @property
    def small_bold(self) -> Style:
        return replace(self.small, bold=True)

    @property
    def width(self) -> float:
        """The width of the column of text."""
        return WIDTH - 2 * self.margin

    @property
    def height(self) -> float:
        """The height of the column of text."""
        return HEIGHT - self.top - self.bottom


STANDARD = Look(
    body=Style(10.0, 14.5, colour=INK),
    small=Style(8.5, 12.0, colour=QUIET),
    name=Style(16.0, 21.0, bold=True, colour=ACCENT),
    stamp=Style(11.0, 16.0, bold=True, colour=WHITE),
    headings=(
        Style(20.0, 26.0, bold=True, colour=ACCENT),
        Style(13.5, 18.0, bold=True, colour=ACCENT),
        Style(10.5, 14.5, bold=True, colour=INK),
        Style(10.0, 14.5, bold=True, colour=QUIET),
    ),
    heading_space=((10.0, 8.0), (18.0, 4.0), (14.0, 1.0), (8.0, 1.0)),
    paragraph_space=6.0,
    margin=56.7,
    top=76.0,
    bottom=62.0,
    narrowest=3.0,
    has_side_column=True,
)

LARGE_PRINT = Look(
    body=Style(18.0, 27.0, colour=INK),
    small=Style(16.0, 22.0, colour=INK),
    name=Style(24.0, 31.0, bold=True, colour=ACCENT),
    stamp=Style(18.0, 24.0, bold=True, colour=WHITE),
    headings=(
        Style(28.0, 36.0, bold=True, colour=ACCENT),
        Style(23.0, 30.0, bold=True, colour=ACCENT),
        Style(19.0, 27.0, bold=True, colour=INK),
        Style(18.0, 27.0, bold=True, colour=INK),
    ),
    heading_space=((14.0, 12.0), (26.0, 8.0), (22.0, 4.0), (16.0, 4.0)),
    paragraph_space=12.0,
    margin=48.0,
    top=122.0,
    bottom=92.0,
    narrowest=5.0,
    has_side_column=False,
)
"""As the RNIB asks of large print: 18 points, generous leading, nothing in narrow columns."""
