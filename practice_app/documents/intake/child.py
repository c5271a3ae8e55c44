"""The confined process: it reads files that others made, and can do nothing else.

Once everything it needs is loaded it may open no file and no connection (not one handle is left to it), take
no more memory than one file may, and start no program. On Windows it only has the time limit, which the other
side keeps, and a process of its own.

Cleaning forks for every file, where the system can: what a file did to its reader ends with it, and cannot
reach the next file. Showing is one process for one file.
"""

import os
import signal
import sys
from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO, NoReturn

from practice_app.documents.intake import messages
from practice_app.documents.intake.messages import Words
from practice_app.rules.files import MEMORY, PDF, PICTURES, SECONDS, FileState

CLEAN, SHOW, READ = "clean", "show", "read"
"""What a confined process is for."""

MAKE_READY = "ready"
"""What a process for cleaning may also be asked to do, with a clean copy."""

READY = "ready"
TOO_MUCH, BROKE = 71, 72
"""How it ends when a file took too much time or memory, and when a file broke it."""

_HANDLES = 4  # standard input, output and errors, and what was standard output before
_HANDLES_TO_READ = 32


def main(arguments: list[str]) -> int:
    """Answer requests from standard input until it ends; for READ become the program that reads pictures."""
    if arguments[:1] == [READ]:
        _become(arguments[1:])
    requests, answers = sys.stdin.buffer, _own_output()
    serve = _cleaning() if arguments == [CLEAN] else _showing()
    _confine()
    messages.send(answers, {READY: True})
    while (request := messages.receive(requests)) is not None:
        serve(answers, *request)
    return 0


Serve = Callable[[BinaryIO, Words, bytes], None]


def _own_output() -> BinaryIO:
    """Where answers go. Standard output then leads nowhere, so that no library can talk between them."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _confine(handles: int = _HANDLES) -> None:
    """Give up every means of harm; see the module."""
    if sys.platform == "win32":
        return
    import ctypes
    import resource

    if sys.platform == "linux":
        prctl, set_no_new_privileges, set_death_signal = ctypes.CDLL(None).prctl, 38, 1
        prctl(set_no_new_privileges, 1, 0, 0, 0)
        prctl(set_death_signal, signal.SIGKILL, 0, 0, 0)
        # Elsewhere this limit is not kept, or counts what is shared with others.
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (handles, handles))


def _limit_this_file() -> None:
    """Let the process be ended when the file at hand takes too long, whether it works or waits."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS + 1, hard))
    signal.alarm(SECONDS)


def _lift_limits() -> None:
    """The file at hand is done."""
    if sys.platform == "win32":
        return
    import resource

    signal.alarm(0)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def _become(command: list[str]) -> NoReturn:
    """Run another program in place of this one, which gets less than it could take by itself.

    It must open files of its own, but writes none, opens no more than a few, and ends when it takes too long.
    """
    if sys.platform != "win32":
        import resource

        _confine(_HANDLES_TO_READ)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS + 1, SECONDS + 1))
    if getattr(sys, "frozen", False):
        os.environ.pop("LD_LIBRARY_PATH", None)  # leads to our own libraries; that program has others
    os.execv(command[0], command)  # noqa: S606  without a shell


def _forbid_programs() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _cleaning() -> Serve:
    """Load what cleaning needs and clean something of every kind, so that nothing is loaded later."""
    from practice_app.documents.attached import packed
    from practice_app.documents.intake import cleaning, pictures, readying

    def cleaned(answers: BinaryIO, request: Words, content: bytes) -> None:
        _limit_this_file()
        state, pages, clean = FileState.READY, 0, b""
        try:
            is_pdf = request["media"] == PDF
            clean, pages = cleaning.clean(content) if is_pdf else pictures.clean(content, request["media"])
            if len(clean) > messages.LARGEST_CONTENT:
                state, pages, clean = FileState.TOO_LARGE, 0, b""
        except cleaning.Unfit as unfit:
            state = unfit.state
        except MemoryError:
            state = FileState.TOO_LARGE
        except Exception:  # whatever a library raises over a file: it is the file that is wrong
            state = FileState.BROKEN
        messages.send(answers, {"token": request["token"], "state": state.value, "pages": pages}, clean)

    def readied(answers: BinaryIO, request: Words, content: bytes) -> None:
        """Answer with the sheets and then the PDF, if anything in it had to be changed."""
        _limit_this_file()
        made = readying.ready(content)
        sheets = packed(made.sheets)
        words = {"token": request["token"], "to_read": made.to_read, "sheets": len(sheets)}
        messages.send(answers, words, sheets + (made.pdf or b""))

    def served(answers: BinaryIO, request: Words, content: bytes) -> None:
        (readied if request.get("do") == MAKE_READY else cleaned)(answers, request, content)

    for media in (PDF, *PICTURES):
        cleaned(BytesIO(), {"media": media, "token": ""}, _sample(media))
    readied(BytesIO(), {"token": ""}, _sample(PDF))
    _lift_limits()
    if hasattr(os, "fork"):
        return lambda answers, request, content: _in_a_fork(served, answers, request, content)
    return served


def _in_a_fork(serve: Serve, answers: BinaryIO, request: Words, content: bytes) -> None:
    """Let a copy of this process answer; end like the copy when it comes to a bad end."""
    copy = os.fork()
    if copy == 0:
        status = BROKE
        try:
            _forbid_programs()
            serve(answers, request, content)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(copy, 0)
    if os.WIFSIGNALED(status):
        is_late = os.WTERMSIG(status) in (signal.SIGALRM, signal.SIGXCPU, signal.SIGABRT, signal.SIGKILL)
        os._exit(TOO_MUCH if is_late else BROKE)
    if status:
        os._exit(BROKE)


def _showing() -> Serve:
    """Load what showing needs and show something, so that nothing is loaded later."""
    from practice_app.documents.intake.showing import Paper

    _forbid_programs()
    sample = Paper(_sample(PDF))
    sample.draw(0, 1.0, 0)
    sample.find(0, "a")
    sample.text(0)
    opened: list[Paper] = []

    def shown(answers: BinaryIO, request: Words, content: bytes) -> None:
        _limit_this_file()
        answer, pixels = {"token": request["token"]}, b""
        match request["do"]:
            case "open":
                opened.append(Paper(content))
                answer["sizes"] = opened[-1].sizes
            case "draw":
                drawn = opened[-1].draw(request["page"], request["scale"], request["turned"])
                answer |= {"width": drawn.width, "height": drawn.height, "stride": drawn.stride}
                pixels = drawn.pixels
            case "text":
                answer["text"] = opened[-1].text(request["page"])
            case "find":
                answer["places"] = opened[-1].find(request["page"], request["words"])
        _lift_limits()
        messages.send(answers, answer, pixels)

    return shown


def _sample(media: str) -> bytes:
    """The smallest file of a kind."""
    output = BytesIO()
    if media == PDF:
        from pikepdf import Array, Dictionary, Name, Pdf, Stream

        made = Pdf.new()
        made.add_blank_page(page_size=(72, 72))
        page = made.pages[0].obj
        page.Contents = Stream(made, b"BT /F1 9 Tf 9 9 Td (a) Tj ET")
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        made.Root.AcroForm = Dictionary(Fields=Array([]), NeedAppearances=True)
        made.save(output)
        return output.getvalue()
    from PIL import Image

    kind = media.partition("/")[2]
    picture = Image.new("RGB" if kind == "jpeg" else "1", (8, 8))
    picture.save(output, kind, **({"compression": "group4"} if kind == "tiff" else {}))
    return output.getvalue()
