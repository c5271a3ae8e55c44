"""Writing a list of people to a file, from the list of patients."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from practice_app.gui.job_panel import Outcome
from practice_app.gui.screen import Tools

if TYPE_CHECKING:
    from practice_app.services.exports import Exported


def export_list(tools: Tools) -> None:
    """Ask for the list and the file, and write it as a job."""
    # What reads and writes files is not loaded while somebody signs in.
    from practice_app.services import exports
    from practice_app.services.exports import Form, Version, Wanted, Who

    chosen = tools.asker.list_to_export(tools.word)
    if chosen is None:
        return
    who, form = Who(chosen.who), Form(chosen.form)
    today = datetime.now().astimezone().date()
    path = tools.asker.save_as("Save the list", Wanted.file_name(who, form, today))
    if path is None:
        return
    wanted = Wanted(who, form, path, Version(chosen.version or Version.V3))
    job = tools.office.start(exports.save, wanted)
    tools.jobs.follow(job, "Writing the list", _written)


def _written(made: Exported) -> Outcome:
    details = [f"It is {made.path.name} in {made.path.parent}. Anybody who gets the file can read it."]
    if made.unsafe:
        details.append(f"{made.unsafe:,} numbers or addresses marked as not safe were left out.")
    if made.died:
        details.append(f"{made.died:,} people who have died have no card.")
    people = "1 person is" if made.people == 1 else f"{made.people:,} people are"
    return Outcome(f"{people} in the list.", tuple(details))
