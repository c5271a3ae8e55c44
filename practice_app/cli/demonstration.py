"""The demo without a window: an invented practice, and the main job done in it."""

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from practice_app.cli.desk import AsJson, say, say_of_recordings, shown_progress


def demo(
    at: Annotated[
        Path | None, typer.Option("--at", help="Where the practice goes (default: a new folder).")
    ] = None,
    patients: Annotated[int, typer.Option(help="How many patients.", min=20)] = 120,
    seed: Annotated[int, typer.Option(help="The same number makes the same practice.")] = 1,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it is.")] = None,
    keyring: Annotated[
        bool, typer.Option("--keyring", help="Use this PC's key store, as a practice on a server must.")
    ] = False,
    no_window: Annotated[bool, typer.Option("--no-window", help="Do the main job here and stop.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a practice with invented patients and open it; without a window, make one patient's PDF."""
    from practice_app.services import demo as demo_practice
    from practice_app.services import practice, subject_access
    from practice_app.storage.keys.device import DeviceStore

    devices = DeviceStore() if keyring else None
    folder = at or Path(tempfile.mkdtemp(prefix="practice-demo-")) / "practice"
    day = today.date() if today else date.today()  # noqa: DTZ011  the day on this PC's clock
    made = demo_practice.create(
        folder, patients=patients, seed=seed, today=day, devices=devices, progress=shown_progress()
    )
    try:
        copy = subject_access.prepare(made.records, made.showpiece, progress=shown_progress())
        out = folder.parent / subject_access.suggested_file_name(day)
        saved = subject_access.save_copy(made.records, copy.id, out, password=None, progress=shown_progress())
    finally:
        practice.leave(made.records, devices)
    recordings, told = say_of_recordings(saved)
    say(
        as_json,
        {
            "folder": folder,
            "file": out,
            "pages": copy.pages,
            "items": copy.items,
            **recordings,
            "people": [{"name": each.name, "password": each.password} for each in made.users],
        },
        f"The demo practice is in {folder}. Its people are invented; these may sign in:",
        *(f"    {each.name}, {each.role.value}: {each.password}" for each in made.users),
        f"A subject-access copy of one patient, {copy.items} items on {copy.pages} pages, for review:",
        f"{out}",
        *told,
    )
