"""Files from outside: nothing that acts survives, what is seen does, and nothing harms the reader."""

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from practice_app.documents.intake import child, cleaning, confined, messages, pictures
from practice_app.documents.intake.cleaning import Unfit
from practice_app.documents.intake.confined import Cleaner, Confined, Died, Pages
from practice_app.documents.intake.messages import Garbled, Words
from practice_app.errors import Defect
from practice_app.rules import files
from practice_app.rules.files import FileState
from tests.documents import papers

FORBIDDEN = re.compile(
    rb"/(OpenAction|AA|JavaScript|JS|Launch|SubmitForm|ImportData|GoToR|GoToE|URI|EmbeddedFiles?|FileAttachment"
    rb"|RichMedia|3D|Movie|Sound|Rendition|XFA|AcroForm|Annots|Names|Outlines|Metadata|AF|EF|Ref|PS)\b"
)


@pytest.fixture(scope="module")
def cleaner() -> object:
    with Cleaner() as made:
        yield made


def words(content: bytes, page: int = 0) -> str:
    found: str = pypdfium2.PdfDocument(content)[page].get_textpage().get_text_bounded()
    return found


def drawn(content: bytes, page: int = 0) -> Image.Image:
    made: Image.Image = pypdfium2.PdfDocument(content)[page].render(scale=1).to_pil().convert("RGB")
    return made


@pytest.mark.parametrize("kind", papers.ACTIVE)
def test_nothing_that_acts_survives(kind: str) -> None:
    """keys.md's list, every kind of it, and some more."""
    given = papers.pdf(change=papers.ACTIVE[kind])
    assert papers.EVIL.encode() in papers.expanded(given)
    clean, pages = cleaning.clean(given)
    left = papers.expanded(clean)
    assert papers.EVIL.encode() not in left
    assert FORBIDDEN.findall(left) == []
    assert (pages, words(clean)) == (1, "Hello")


def test_what_a_form_shows_becomes_part_of_the_page() -> None:
    clean, _ = cleaning.clean(papers.pdf(change=papers.ACTIVE["form field"]))
    assert drawn(clean).getpixel((15, 385)) == (0, 0, 0)  # the field's drawing, at the bottom left


def test_earlier_revisions_are_gone() -> None:
    given = papers.revised("Confidential", "Second")
    assert b"Confidential" in given
    assert words(given) == "Second"
    clean, _ = cleaning.clean(given)
    assert b"Confidential" not in papers.expanded(clean)
    assert words(clean) == "Second"


def test_names_that_an_author_chose_are_no_actions() -> None:
    """A font called /AA, a glyph called /A, a form called /Sound: they are what is seen."""

    def renamed(made: Pdf) -> None:
        page = made.pages[0].obj
        glyph = made.make_indirect(Stream(made, b"500 0 d0 0 0 500 500 re f"))
        glyphs = made.make_indirect(Dictionary(A=glyph, B=glyph))
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 500, 500]), FirstChar=65, LastChar=66,
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), CharProcs=glyphs, Widths=Array([500, 500]),
            Encoding=Dictionary(Differences=Array([65, Name.A, Name.B])),
        )  # fmt: skip
        page.Resources.Font = made.make_indirect(Dictionary(AA=made.make_indirect(font)))
        page.Contents = Stream(made, b"BT /AA 100 Tf 20 300 Td (AB) Tj ET")

    given = papers.pdf(change=renamed)
    clean, _ = cleaning.clean(given)
    assert drawn(clean).getpixel((30, 90)) == (0, 0, 0)
    assert drawn(clean).tobytes() == drawn(given).tobytes()


def test_turned_pages_and_pages_that_inherit_their_size_look_the_same() -> None:
    def inherited(made: Pdf) -> None:
        made.Root.Pages.MediaBox, made.Root.Pages.Rotate = Array([0, 0, 200, 100]), 90
        del made.pages[0].obj["/MediaBox"]

    given = papers.pdf(change=inherited)
    clean, _ = cleaning.clean(given)
    assert drawn(clean).size == drawn(given).size == (100, 200)


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (papers.locked(), FileState.LOCKED),
        (b"%PDF-1.7 but no more than that", FileState.BROKEN),
        (papers.pdf()[:200], FileState.BROKEN),
        (b"", FileState.BROKEN),
    ],
    ids=["locked", "a head only", "cut off", "empty"],
)
def test_a_pdf_that_cannot_be_cleaned_says_why(content: bytes, state: FileState) -> None:
    with pytest.raises(Unfit) as unfit:
        cleaning.clean(content)
    assert unfit.value.state is state


def test_a_pdf_without_pages_too_many_or_too_large_ones_is_refused() -> None:
    def many(made: Pdf) -> None:
        for _ in range(files.MOST_PAGES):
            made.pages.append(made.pages[0])

    def large(made: Pdf) -> None:
        stream = Stream(made, b"x")
        stream.Type, stream.Subtype, stream.Width, stream.Height = Name.XObject, Name.Image, 10_000, 6_000
        made.pages[0].obj.Resources.XObject = Dictionary(X=made.make_indirect(stream))

    def none(made: Pdf) -> None:
        del made.pages[0]

    for change, state in (
        (many, FileState.TOO_LARGE),
        (large, FileState.TOO_LARGE),
        (none, FileState.BROKEN),
    ):
        with pytest.raises(Unfit) as unfit:
            cleaning.clean(papers.pdf(change=change))
        assert unfit.value.state is state


@pytest.mark.parametrize(
    ("kind", "media"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("TIFF", "image/tiff")]
)
def test_a_picture_becomes_a_page(kind: str, media: str) -> None:
    clean, pages = pictures.clean(papers.picture(kind, (600, 400), dpi=(300, 300)), media)
    page = drawn(clean)
    assert pages == 1
    assert page.size in {(144, 96), (145, 97)}  # a PNG says its density in metres
    assert page.getpixel((10, 10))[1] < 30  # red or black, not white
    assert page.getpixel((140, 90)) == (255, 255, 255)


def test_a_tiff_has_as_many_pages_as_it_has_pictures() -> None:
    clean, pages = pictures.clean(papers.picture("TIFF", frames=3, compression="tiff_lzw"), "image/tiff")
    assert (pages, len(pypdfium2.PdfDocument(clean))) == (3, 3)


def test_a_fax_stays_black_and_white_and_small() -> None:
    fax = Image.new("1", (1728, 2200), 1)
    fax.paste(0, (0, 0, 800, 1000))
    output = BytesIO()
    fax.save(output, "TIFF", compression="group4", dpi=(204, 196))
    clean, _ = pictures.clean(output.getvalue(), "image/tiff")
    assert len(clean) < 20_000
    assert drawn(clean).getpixel((10, 10)) == (0, 0, 0)


def test_a_photograph_is_turned_upright_and_what_it_says_of_its_place_is_gone() -> None:
    taken = Image.open(BytesIO(papers.picture("JPEG", (80, 40))))
    exif = taken.getexif()
    exif[0x0112], exif[0x010E] = 6, papers.EVIL  # to be turned by 90 degrees; a description
    output = BytesIO()
    taken.save(output, "JPEG", exif=exif)
    assert papers.EVIL.encode() in output.getvalue()
    clean, _ = pictures.clean(output.getvalue(), "image/jpeg")
    width, height = drawn(clean).size
    assert height == 2 * width
    assert papers.EVIL.encode() not in papers.expanded(clean)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16", "RGB", "F"])
def test_every_way_of_storing_colours_is_taken(mode: str) -> None:
    output = BytesIO()
    Image.new(mode, (40, 30)).save(output, "TIFF")
    assert pictures.clean(output.getvalue(), "image/tiff")[1] == 1


def test_what_is_transparent_is_white() -> None:
    output = BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(output, "PNG")
    assert drawn(pictures.clean(output.getvalue(), "image/png")[0]).getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_of_too_many_dots_is_not_even_decoded() -> None:
    output = BytesIO()
    Image.new("1", (10_000, 6_000)).save(output, "PNG")
    assert len(output.getvalue()) < 20_000
    with pytest.raises(Unfit) as unfit:
        pictures.clean(output.getvalue(), "image/png")
    assert unfit.value.state is FileState.TOO_LARGE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_half_a_picture_is_broken(kind: str) -> None:
    whole = papers.picture(kind, (300, 300))
    with pytest.raises(Unfit) as unfit:
        pictures.clean(whole[: len(whole) // 2], f"image/{kind.lower()}")
    assert unfit.value.state is FileState.BROKEN


# The confined process


def test_files_go_in_and_clean_copies_come_out(cleaner: Cleaner) -> None:
    done = cleaner.clean("a.pdf", papers.pdf("One", "Two"), files.PDF)
    assert (done.state, done.pages, done.name) == (FileState.READY, 2, "a.pdf")
    assert words(done.clean or b"", 1) == "Two"
    assert cleaner.clean("b.tif", papers.picture("TIFF", frames=2), "image/tiff").pages == 2
    assert cleaner.clean("c.pdf", papers.locked(), files.PDF).state is FileState.LOCKED
    assert cleaner.clean("d.mp3", b"ID3", "audio/mpeg").state is FileState.AS_RECEIVED


def test_spoilt_files_never_do_more_than_be_broken(cleaner: Cleaner) -> None:
    chance = random.Random(1)  # noqa: S311  not a secret
    whole = {
        files.PDF: papers.pdf(change=papers.ACTIVE["form field"]),
        "image/jpeg": papers.picture("JPEG"),
        "image/tiff": papers.picture("TIFF", frames=2),
        "image/png": papers.picture("PNG"),
    }
    states = set()
    for _ in range(40):
        for media, content in whole.items():
            spoilt = bytearray(content)
            for _ in range(chance.randrange(1, 30)):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            done = cleaner.clean("x", bytes(spoilt), media)
            assert (done.clean is not None) == (done.state is FileState.READY)
            states.add(done.state)
    assert {FileState.READY, FileState.BROKEN} <= states


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the limits of other systems are not all kept")


def confined_script(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script after the confined process's own preparations; it says what happened on standard error."""
    head = "import os, sys\nfrom practice_app.documents.intake import child\n"
    return subprocess.run([sys.executable, "-c", head + script], capture_output=True, text=True, timeout=60)


@LINUX
def test_the_confined_process_can_neither_open_nor_send_nor_start_nor_grow() -> None:
    told = confined_script("""
import socket
answers = child._own_output()
serve = child._cleaning()
child._confine()
def tried(what, act):
    try:
        act()
    except (OSError, MemoryError) as error:
        print(what, type(error).__name__, file=sys.stderr)
    else:
        print(what, "done", file=sys.stderr)
tried("read", lambda: open("/etc/hostname"))
tried("write", lambda: open("/tmp/left-behind", "w"))
tried("send", lambda: socket.socket())
tried("pipe", os.pipe)
tried("grow", lambda: bytearray(1 << 30))
tried("small", lambda: bytearray(1 << 20))
""")
    assert dict(line.rsplit(" ", 1) for line in told.stderr.splitlines()) == {
        "read": "OSError", "write": "OSError", "send": "OSError", "pipe": "OSError", "grow": "MemoryError",
        "small": "done",
    }  # fmt: skip


@LINUX
@pytest.mark.parametrize(
    ("doing", "ends_with"),
    [
        ("while True: pass", 71),
        ("import time; time.sleep(60)", 71),
        ("os.abort()", 71),
        ("os.kill(os.getpid(), 11)", 72),
        ("raise ValueError", 72),
    ],
)
def test_a_file_that_breaks_or_keeps_its_reader_ends_it(doing: str, ends_with: int) -> None:
    told = confined_script(f"""
child.SECONDS = 1
def serve(answers, request, content):
    child._limit_this_file()
    {doing}
child._in_a_fork(serve, None, {{}}, b"")
""")
    assert told.returncode == ends_with


def test_after_a_bad_end_the_next_file_is_read_by_a_new_process(
    cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaner.clean("a.pdf", papers.pdf(), files.PDF)
    first = cleaner._process
    assert first is not None
    first._process.kill()
    assert cleaner.clean("b.pdf", papers.pdf(), files.PDF).state is FileState.TOO_LARGE
    assert cleaner.clean("c.pdf", papers.pdf(), files.PDF).state is FileState.READY
    assert cleaner._process is not first


def test_a_late_answer_ends_the_process() -> None:
    heavy = b"".join(b"%d 0 0 1 k 0 0 300 400 re f\n" % (n % 2) for n in range(2_000_000))

    def slow(made: Pdf) -> None:
        made.pages[0].obj.Contents = Stream(made, heavy)

    process = Confined("show", seconds=-4.9)  # a tenth of a second, with what is allowed on top
    with pytest.raises(Died) as died:
        process.ask({"do": "open"}, papers.pdf(change=slow))
        process.ask({"do": "draw", "page": 0, "scale": 3.0, "turned": 0})
    assert died.value.state is FileState.TOO_LARGE
    assert process._process.poll() is not None


def test_an_answer_without_its_token_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    process = Confined("clean")
    monkeypatch.setattr(process, "_answer", lambda seconds: ({"token": "guessed", "state": "ready"}, b"%PDF"))
    with pytest.raises(Died):
        process.ask({"media": files.PDF}, papers.pdf())


@LINUX
def test_a_reader_has_no_file_open_and_leaves_none_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing decrypted touches the disk: there are only pipes, and no file is made anywhere."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    elsewhere = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108  looked at only
    before = {name for folder in elsewhere for name in os.listdir(folder)}
    pages = Pages(papers.pdf("Secret words"))
    pages.draw(0, 3.0)
    handles = Path(f"/proc/{pages._process.pid}/fd")
    leads_to = {os.readlink(each).partition(":")[0] for each in handles.iterdir()}
    with Cleaner() as cleaner:
        cleaner.clean("a.tif", papers.picture("TIFF", (2000, 2000), frames=2), "image/tiff")
    pages.close()
    assert leads_to <= {"pipe", "/dev/null"}
    assert list(tmp_path.iterdir()) == []
    made = {name for folder in elsewhere for name in os.listdir(folder)} - before
    assert not [name for name in made if "pdf" in name.lower() or "tif" in name.lower()]


def test_pages_are_drawn_turned_read_and_searched() -> None:
    pages = Pages(papers.pdf("Hello world, hello", "Second"))
    try:
        assert pages.sizes == ((300.0, 400.0), (300.0, 400.0))
        upright, turned = pages.draw(0, 2.0), pages.draw(0, 2.0, 90)
        assert (upright.width, upright.height) == (turned.height, turned.width) == (600, 800)
        assert len(upright.pixels) == upright.stride * upright.height
        assert pages.text(1) == "Second"
        hits = pages.find(0, "HELLO")
        assert len(hits) == 2
        [(left, top, width, height)] = hits[0]
        assert 0.06 < left < 0.08
        assert 0.2 < top < 0.25
        assert 0.1 < width < 0.2
        assert 0.02 < height < 0.05
        assert pages.find(1, "hello") == []
    finally:
        pages.close()


def test_a_huge_page_is_drawn_smaller() -> None:
    def huge(made: Pdf) -> None:
        made.pages[0].obj.MediaBox = Array([0, 0, 14_000, 14_000])

    pages = Pages(papers.pdf(change=huge))
    drawn_page = pages.draw(0, 4.0)
    pages.close()
    assert drawn_page.width * drawn_page.height <= files.MOST_PIXELS * 1.01


@pytest.mark.parametrize(
    ("head", "media"),
    [
        (b"%PDF-1.4", files.PDF),
        (b"\n\njunk %PDF-1.4", files.PDF),
        (papers.picture("JPEG")[:1024], "image/jpeg"),
        (papers.picture("PNG")[:1024], "image/png"),
        (papers.picture("TIFF")[:1024], "image/tiff"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"OggS", "audio/ogg"),
        (b"PK\x03\x04", None),
        (b"MZ", None),
        (b"", None),
        (b"Hello", None),
    ],
)
def test_a_file_is_known_by_its_first_bytes(head: bytes, media: str | None) -> None:
    assert files.media_type(head) == media
    assert media is None or files.is_recording(media) == media.startswith(("audio", "video"))


# The same, without a process of its own


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[Words, bytes]]]:
    """The confined process's loop in this one, without what it does to its process."""
    monkeypatch.delattr(os, "fork", raising=False)
    monkeypatch.setattr(child, "_confine", lambda: None)
    monkeypatch.setattr(child, "_forbid_programs", lambda: None)

    def ask(purpose: str, *requests: tuple[Words, bytes]) -> list[tuple[Words, bytes]]:
        given, answers = BytesIO(), BytesIO()
        for words, content in requests:
            messages.send(given, {"token": "t", **words}, content)
        given.seek(0)
        monkeypatch.setattr(child, "_own_output", lambda: answers)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=given))
        assert child.main([purpose]) == 0
        answers.seek(0)
        told = []
        while (answer := messages.receive(answers)) is not None:
            told.append(answer)
        return told

    return ask


def test_the_loop_cleans_what_it_is_given(
    in_process: Callable[..., list[tuple[Words, bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        ({"media": files.PDF}, papers.pdf("One", "Two")),
        ({"media": files.PDF}, papers.locked()),
        ({"media": "image/tiff"}, papers.picture("TIFF", frames=2)),
        ({"media": "image/nothing"}, b"x"),
    ]
    ready, *told = in_process("clean", *asked)
    assert ready[0] == {"ready": True}
    assert [(words["state"], words["pages"], bool(clean)) for words, clean in told] == [
        ("ready", 2, True), ("locked", 0, False), ("ready", 2, True), ("broken", 0, False),
    ]  # fmt: skip
    monkeypatch.setattr(cleaning, "clean", lambda content: (bytes(messages.LARGEST_CONTENT + 1), 1))
    assert in_process("clean", asked[0])[1][0]["state"] == "too_large"


def test_a_file_that_takes_all_memory_is_too_large(
    in_process: Callable[..., list[tuple[Words, bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = cleaning.clean

    def greedy(content: bytes) -> tuple[bytes, int]:
        if len(content) == 3:
            raise MemoryError
        return real(content)

    monkeypatch.setattr(cleaning, "clean", greedy)
    assert in_process("clean", ({"media": files.PDF}, b"abc"))[1][0]["state"] == "too_large"


def test_the_loop_shows_what_it_is_given(in_process: Callable[..., list[tuple[Words, bytes]]]) -> None:
    _ready, opened, drawn_page, text, found = in_process(
        "show",
        ({"do": "open"}, papers.pdf("Hello world")),
        ({"do": "draw", "page": 0, "scale": 1.0, "turned": 90}, b""),
        ({"do": "text", "page": 0}, b""),
        ({"do": "find", "page": 0, "words": "WORLD"}, b""),
    )
    assert opened[0]["sizes"] == [[300.0, 400.0]]
    assert (drawn_page[0]["width"], drawn_page[0]["height"]) == (400, 300)
    assert len(drawn_page[1]) == drawn_page[0]["stride"] * 300
    assert text[0]["text"] == "Hello world"
    assert len(found[0]["places"]) == 1


@pytest.mark.parametrize(
    "said",
    [
        b"\0",
        b"\xff\xff\xff\xff" + bytes(8),
        b"\0\0\0\x02" + b"\xff" * 8 + b"{}",
        b"\0\0\0\x05" + bytes(8) + b"{}",
        b"\0\0\0\x02" + bytes(8) + b"[]",
        b"\0\0\0\x02" + bytes(8) + b"{x",
    ],
)
def test_what_is_no_message_is_not_read(said: bytes) -> None:
    with pytest.raises(Garbled):
        messages.receive(BytesIO(said))
    assert messages.receive(BytesIO()) is None


def test_a_reader_that_does_not_start_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise every file would be called broken."""
    monkeypatch.setattr(confined, "program", lambda: [sys.executable, "-c", "raise SystemExit"])
    with pytest.raises(Defect, match="does not start"):
        Confined("clean")


def test_a_page_of_the_wrong_size_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = Pages(papers.pdf())
    monkeypatch.setattr(
        pages._process, "ask", lambda words: ({"width": 9, "height": 9, "stride": 36}, b"short")
    )
    with pytest.raises(Died):
        pages.draw(0, 1.0)


def test_the_frozen_program_is_started_by_its_own_name_and_finds_its_libraries_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Were the path to our libraries passed on, a program that we start would take ours for its own."""
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/practice-app/_internal")
    assert "LD_LIBRARY_PATH" in confined.environment()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "LD_LIBRARY_PATH" not in confined.environment()
    assert "PYTHONPATH" not in confined.environment()
    assert confined.program() == [sys.executable]
