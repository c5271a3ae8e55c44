"""Where the program starts: the window or the command line, and nothing else is decided here."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window for no command, `open DIR` and `demo`; the command line for all else."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if wants_window(given):
        from practice_app import app

        return app.main(given)
    from practice_app import cli

    return cli.main(given)


def wants_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments ask for the window."""
    if "--help" in arguments:
        return False
    if not arguments or arguments[0] == "open":
        return True
    return arguments[0] == "demo" and "--no-window" not in arguments


if __name__ == "__main__":
    sys.exit(main())
