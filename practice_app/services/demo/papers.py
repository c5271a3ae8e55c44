"""Draws the papers that others gave to the demo practice: a few lines on a page, as a scanner's file."""

from io import BytesIO

_LEFT, _TOP, _LINE = 72, 760, 20


def paper(text: str) -> bytes:
    """A page with these lines as a PDF, the same bytes every time."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle("Scan")
    for number, line in enumerate(text.splitlines()):
        canvas.setFont("Helvetica-Bold" if number == 0 else "Helvetica", 16 if number == 0 else 12)
        canvas.drawString(_LEFT, _TOP - number * _LINE, line)
    canvas.save()
    return buffer.getvalue()
