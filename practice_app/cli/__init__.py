"""The command line: the same use cases as the window, with one sentence for whatever is refused.

Exit status 0 done, 1 refused with a sentence on standard error, 2 wrong usage.
"""

import sys
from collections.abc import Sequence
from io import TextIOWrapper

import typer

from practice_app.cli import demonstration, files, practices
from practice_app.errors import Defect, Invalid, PracticeError

commands = typer.Typer(
    name="practice-app",
    help="Practice management for small UK clinics. Without a command the window opens.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
commands.command("open")(practices.open_in_the_window)
commands.command()(demonstration.demo)
commands.command()(practices.new)
commands.command("import")(files.import_file)
commands.command("export")(files.export_list)
commands.command("subject-access")(files.subject_access)
commands.command()(practices.backup)
commands.command()(practices.move)
commands.command()(practices.restore)
commands.command()(practices.check)
commands.command()(practices.doctor)

_users = typer.Typer(help="People who sign in.", no_args_is_help=True)
_users.command("add")(practices.user_add)
commands.add_typer(_users, name="user")


def main(arguments: Sequence[str]) -> int:
    """Run one command; never a traceback for what a user can mend."""
    _speak_anywhere()
    try:
        _refuse_what_is_no_text(arguments)
        commands(list(arguments))
    except SystemExit as ending:  # how Typer ends, with 2 for wrong usage
        return ending.code if isinstance(ending.code, int) else 0
    except PracticeError as error:
        print(str(error), file=sys.stderr)
        return 1
    except Defect as error:
        print(f"Something went wrong in the program; nothing was changed. ({error})", file=sys.stderr)
        return 1
    except OSError as error:
        where = f"“{error.filename}”: " if error.filename else ""
        print(f"{where}{error.strerror or 'The system gave no reason'}. Nothing was done.", file=sys.stderr)
        return 1
    except Exception as error:
        # The text of an unforeseen error may hold what somebody typed about a patient; its kind does not.
        full = "The disk is full. " if "disk is full" in str(error) else ""
        print(f"{full}Something went wrong in the program ({type(error).__name__}).", file=sys.stderr)
        return 1
    return 0


def _speak_anywhere() -> None:
    """Print what the terminal's encoding lacks by its number instead of stopping half-way."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _refuse_what_is_no_text(arguments: Sequence[str]) -> None:
    for argument in arguments:
        try:
            argument.encode("utf-8")
        except UnicodeEncodeError:
            raise Invalid("An argument has bytes that are no text in UTF-8.") from None
