"""Where the program starts: the window or the command line, and nothing else is decided here."""

import os
import sys
from collections.abc import Mapping, Sequence

_PR_SET_DUMPABLE = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window for no command, `open DIR` and `demo`; the command line for all else.

    Without a display the demo does its work on the command line.
    """
    keep_private()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["confined-reader"]:  # this program, started by itself (documents.intake.confined)
        from practice_app.documents.intake import child

        return child.main(given[1:])
    if given == ["--self-test"]:
        from practice_app import self_test

        return self_test.main()
    if wants_window(given):
        if has_display(os.environ):
            from practice_app import app

            return app.main(given)
        if not given:
            print("There is no display here. `practice-app --help` lists the commands.", file=sys.stderr)
            return 1
        if given[0] == "demo":
            # With --json standard output is one object and nothing else.
            where = sys.stderr if "--json" in given else sys.stdout
            print("There is no display here, so the demo runs without a window.", file=where)
            given.append("--no-window")
    from practice_app import cli

    return cli.main(given)


def keep_private() -> None:
    """What this process writes is for this account only, and its memory for nobody: keys are in it."""
    os.umask(0o077)
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def wants_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments ask for the window."""
    if "--help" in arguments:
        return False
    if not arguments or arguments[0] == "open":
        return True
    return arguments[0] == "demo" and "--no-window" not in arguments


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a window can be shown; only systems with X11 or Wayland can be without."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(main())
