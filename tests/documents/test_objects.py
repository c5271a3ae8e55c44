"""Objects added behind a finished PDF: every reader finds them, and they can be carried behind another."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.documents import objects
from practice_app.documents.objects import Objects

from . import tools

PASSWORD = "correct horse battery"


def base(**options: object) -> BytesIO:
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.Root.Gone = pdf.make_indirect(pikepdf.Array([1, 2, 3]))
        pdf.add_blank_page()
        pdf.Root.Ours = pdf.make_indirect(pikepdf.Dictionary())
        pdf.trailer.Info = pdf.make_indirect(pikepdf.Dictionary(Title=pikepdf.String("A title")))
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, **options)
    return out


def with_chain(count: int, *, spare: int = 0, **options: object) -> bytes:
    """A file whose catalogue leads to `count` numbered objects, each naming the next, and to its page."""
    file = base(**options)
    with pikepdf.open(file) as pdf:
        added = Objects(pdf)
        added.reserve(spare)
        numbers = added.reserve(count)
        page = pdf.pages[0].obj.objgen[0]
        for at, number in enumerate(numbers, start=1):
            following = f"/Next {number + 1} 0 R" if at < count else ""
            added.add(number, f"<</At {at}{following}/Page {page} 0 R/Said{objects.text(f'{at} 0 R >>')}>>")
        added.add(pdf.Root.Ours.objgen[0], f"<</First {numbers[0]} 0 R>>")
        added.append_to(file)
    return file.getvalue()


def chain(pdf: bytes, password: str = "") -> list[int]:
    found = []
    with pikepdf.open(BytesIO(pdf), password=password) as opened:
        item = opened.Root.Ours.First
        while item is not None:
            found.append(int(item.At))
            assert item.Page.objgen == opened.pages[0].obj.objgen
            assert str(item.Said) == f"{item.At} 0 R >>"
            item = item.get("/Next")
    return found


@pytest.mark.parametrize("count", [1, 199, 200, 201, 1000])
@pytest.mark.parametrize("spare", [0, 300])
def test_every_added_object_is_found(count: int, spare: int) -> None:
    assert chain(with_chain(count, spare=spare)) == list(range(1, count + 1))


def test_other_programs_read_it_too(tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(with_chain(500, spare=7))
    assert "No syntax or stream encoding errors" in tools.run("qpdf", "--check", path)
    assert "A title" in tools.run("pdfinfo", path)
    document = pypdfium2.PdfDocument(path.read_bytes())
    assert len(document) == 1
    document.close()


def test_a_file_and_what_was_added_part_again() -> None:
    whole = with_chain(300)
    file, update = objects.split(whole)
    assert file + update == whole
    with pikepdf.open(BytesIO(file)) as pdf:
        assert len(pdf.Root.Ours.keys()) == 0
    assert objects.split(file) == (file, b"")


def carried(whole: bytes, **options: object) -> bytes:
    """The same behind another edition of the file, in which objects have other numbers."""
    file, update = objects.split(whole)
    out = BytesIO()
    with pikepdf.open(BytesIO(file)) as pdf:
        before = [pdf.Root.Ours.objgen[0], pdf.pages[0].obj.objgen[0]]
        size = int(pdf.trailer.Size)
        del pdf.Root.Gone
        pdf.save(out, **options)
    with pikepdf.open(out, password=PASSWORD if "encryption" in options else "") as pdf:
        after = [pdf.Root.Ours.objgen[0], pdf.pages[0].obj.objgen[0]]
        assert before != after
        again = Objects(pdf)
        again.add_again(update, size, dict(zip(before, after, strict=True)))
        again.append_to(out)
    return out.getvalue()


def test_what_was_added_can_be_carried_behind_another_edition() -> None:
    made = carried(with_chain(450, spare=3))
    assert chain(made) == list(range(1, 451))


def test_behind_an_encrypted_file_it_is_encrypted_with_its_key() -> None:
    encryption = pikepdf.Encryption(user=PASSWORD, owner="x" * 32, R=6, aes=True)
    made = carried(with_chain(450), encryption=encryption)
    assert chain(made, PASSWORD) == list(range(1, 451))
    with pytest.raises(pikepdf.PasswordError):
        chain(made)


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_is_one_string(value: str) -> None:
    assert str(pikepdf.Object.parse(objects.text(value).encode("ascii"))) == value
