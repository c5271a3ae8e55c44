"""Commands that take files in and give them out: imports, lists of people, subject access."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from practice_app.cli.desk import (
    As,
    AsJson,
    At,
    PasswordFile,
    new_file,
    password_in,
    say,
    say_of_recordings,
    shown_progress,
    signed_in,
)
from practice_app.exchange.fields import FIELDS, Kind
from practice_app.rules.dates import DateOrder

if TYPE_CHECKING:
    from practice_app.services.imports import Outcome


def import_file(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="practices, patients, appointments, notes, consents, calls, letters, contacts, relations or "
            "fhir.",
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="A CSV file; of letters a list with their files beside it; contacts also as "
            "address cards (vCard), fhir as JSON.",
        ),
    ] = None,
    at: Annotated[Path | None, typer.Option("--at", help="The practice's folder.")] = None,
    who: Annotated[str | None, typer.Option("--as", help="Who you are: name or initials.")] = None,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", help="A file whose one line is the password.")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="C=F", help="Column C is field F (C= leaves it out)."),
    ] = None,
    dates: Annotated[DateOrder | None, typer.Option(help="The order of the file's dates.")] = None,
    source: Annotated[str | None, typer.Option(help="The system the file comes from.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Changed rows change the record.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    rejects: Annotated[Path | None, typer.Option(help="Write refused rows here and take the others.")] = None,
    create_practitioners: Annotated[
        bool, typer.Option("--create-practitioners", help="Unknown practitioners are added.")
    ] = False,
    as_patients: Annotated[
        bool, typer.Option("--as-patients", help="The contacts in the file become patients.")
    ] = False,
    fields: Annotated[bool, typer.Option("--fields", help="List the fields of this kind.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take in a file: all its rows, or all but those written to --rejects."""
    from practice_app.services import imports

    if fields:
        listed = _fields_of(kind)
        width = max(len(name) for name, _ in listed)
        say(as_json, dict(listed), *(f"{name:{width}}  {means}" for name, means in listed))
        return
    if file is None or at is None or who is None or password_file is None:
        raise typer.BadParameter("FILE, --at, --as and --password-file are needed (or --fields).")
    request = imports.Request(
        kind=kind,
        path=file,
        source=source or imports.THE_OLD_SYSTEM,
        columns=_pairs(columns or []),
        dates=dates,
        update=update,
        dry_run=dry_run,
        rejects=new_file(rejects) if rejects else None,
        create_practitioners=create_practitioners,
        as_patients=as_patients,
    )
    with signed_in(at, who, password_file) as desk:
        outcome = imports.run(desk.records, request, progress=shown_progress())
    say(as_json, _as_plain(outcome), *_sentences(outcome, rejects))


def export_list(
    who: Annotated[str, typer.Argument(metavar="WHO", help="patients or contacts (the address book).")],
    at: At,
    signing_in: As,
    password_file: PasswordFile,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a table.")] = None,
    vcard: Annotated[Path | None, typer.Option("--vcard", metavar="FILE", help="Write cards.")] = None,
    version: Annotated[
        str, typer.Option("--vcard-version", help="3.0, which Outlook and older telephones read, or 4.0.")
    ] = "3.0",
    as_json: AsJson = False,
) -> None:
    """Write a list of people to a file: a table (CSV) or address cards (vCard)."""
    from practice_app.services import exports

    path = csv or vcard
    if path is None or (csv and vcard):
        raise typer.BadParameter("Name one file: --csv FILE or --vcard FILE.")
    if who not in tuple(exports.Who) or version not in tuple(exports.Version):
        raise typer.BadParameter("WHO is patients or contacts, --vcard-version is 3.0 or 4.0.")
    form = exports.Form.CSV if csv else exports.Form.VCARD
    wanted = exports.Wanted(exports.Who(who), form, new_file(path), exports.Version(version))
    with signed_in(at, signing_in, password_file) as desk:
        made = exports.save(desk.records, wanted, progress=shown_progress())
    say(
        as_json,
        {"file": made.path, "people": made.people, "unsafe": made.unsafe, "died": made.died},
        f"{made.people:,} {who} in {made.path}",
        *([f"Left out as not safe: {made.unsafe:,} numbers or addresses."] if made.unsafe else []),
        *([f"Without a card, because they have died: {made.died:,}."] if made.died else []),
    )


def subject_access(
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="NHS number (ten digits), practice number or record id.")
    ],
    at: At,
    who: As,
    password_file: PasswordFile,
    out: Annotated[Path, typer.Option("--out", help="Where the PDF goes.")],
    file_password_file: Annotated[
        Path | None, typer.Option("--file-password-file", help="Encrypt the PDF with this file's one line.")
    ] = None,
    release: Annotated[
        bool, typer.Option("--release", help="Release it: a disclosure, with the facts below.")
    ] = False,
    large_print: Annotated[bool, typer.Option("--large-print", help="In large print, 18 points.")] = False,
    requester: Annotated[str, typer.Option(help="Who asked.")] = "",
    identity_seen: Annotated[str, typer.Option(help="How you made sure who is asking.")] = "",
    authority_seen: Annotated[str, typer.Option(help="What allows them to ask.")] = "",
    recipient: Annotated[str, typer.Option(help="Who receives it.")] = "",
    means: Annotated[str, typer.Option(help="How it is handed over.")] = "",
    as_json: AsJson = False,
) -> None:
    """Everything held about one person as a PDF: for review, or released with --release."""
    from practice_app.services import people
    from practice_app.services import subject_access as rights
    from practice_app.services.marks import run

    password = password_in(file_password_file) if file_password_file else None
    new_file(out)
    new_file(rights.beside_path(out))
    with signed_in(at, who, password_file) as desk:
        subject = run(desk.records, people.identify, person)
        made = rights.prepare(desk.records, subject, large_print=large_print, progress=shown_progress())
        if release:
            facts = rights.Release(requester, identity_seen, authority_seen, recipient, means)
            run(desk.records, rights.release, made.id, facts)
        saved = rights.save_copy(desk.records, made.id, out, password=password, progress=shown_progress())
    recordings, told = say_of_recordings(saved)
    state = "Released" if release else "For review, not yet released"
    say(
        as_json,
        {
            "file": out,
            "bundle": made.id,
            "pages": made.pages,
            "items": made.items,
            "missing_characters": made.missing,
            "not_shown": made.not_shown,
            "released": release,
            "large_print": large_print,
            "encrypted": password is not None,
            **recordings,
        },
        f"{state}: {made.items} items on {made.pages} pages in {out}",
        *([f"Characters without a glyph, shown by number: {_numbers(made.missing)}"] if made.missing else []),
        *([f"Listed, but could not be opened: {made.not_shown:,}."] if made.not_shown else []),
        *told,
    )


def _numbers(characters: Iterable[str]) -> str:
    """Characters by their numbers: printed as they are some would turn the line around."""
    return " ".join(f"U+{ord(each):04X}" for each in characters)


def _pairs(given: list[str]) -> dict[str, str]:
    """Column to field, "" to leave it out; the last "=" parts them: a column's heading may have one."""
    pairs = {}
    for pair in given:
        column, equals, field = pair.rpartition("=")
        if not equals or not column:
            raise typer.BadParameter(f"--map takes COLUMN=FIELD, not “{pair}”.")
        pairs[column] = field
    return pairs


def _fields_of(kind: str) -> list[tuple[str, str]]:
    if kind == "practices":
        return [("27 columns", "The NHS directory of GP practices as published; it has no headings.")]
    if kind == "fhir":
        return [("JSON", "Patient and RelatedPerson resources of FHIR R4, alone or in a Bundle.")]
    if kind not in FIELDS:
        raise typer.BadParameter(f"There is no kind of file “{kind}”.")
    return [(field.name, field.meaning) for field in FIELDS[Kind(kind)]]


def _as_plain(outcome: "Outcome") -> dict[str, Any]:
    plain = asdict(outcome)
    plain["written"] = plain.pop("is_written")
    plain["demo"] = plain.pop("is_demo")
    return plain


_SHOWN = 10


def _sentences(outcome: "Outcome", rejects: Path | None) -> list[str]:
    verb = "Imported" if outcome.is_written else "Nothing was written. An import would take"
    told = [
        f"{verb} {outcome.kind} from {outcome.source}: {outcome.added:,} new, {outcome.updated:,} changed, "
        f"{outcome.unchanged:,} as they were, {outcome.refused:,} refused of {outcome.rows:,} rows."
    ]
    if outcome.program:
        told.append(f"The file looks like an export of {outcome.program}.")
    if outcome.is_demo:
        told.append("This is the demo practice: keep no real patients in it.")
    if outcome.unmatched:
        told.append(f"Columns not taken in: {', '.join(outcome.unmatched)}.")
    if rejects and outcome.is_written and outcome.refused:
        told.append(f"The refused rows are in {rejects}.")
    told += _listed("Refused", [(each.line, each.reason) for each in outcome.refusals], outcome.unit)
    told += _listed("To look at", [(each.line, each.text) for each in outcome.warnings], outcome.unit)
    told += _listed(
        "Perhaps one person twice",
        [(each.line, f"{each.number} and {each.other_number}: {each.reason}") for each in outcome.duplicates],
    )
    return told


def _listed(title: str, found: list[tuple[int, str]], unit: str = "line") -> list[str]:
    """A heading and the first sentences, equal ones together; the rest is counted, --json has them all."""
    if not found:
        return []
    lines: dict[str, list[int]] = {}
    for line, text in found:
        lines.setdefault(text, []).append(line)
    told = [f"{title}:"]
    for text, where in list(lines.items())[:_SHOWN]:
        others = f" and {len(where) - 1:,} more" if len(where) > 1 else ""
        told.append(f"  {unit} {where[0]:,}{others}: {text}")
    more = len(lines) - _SHOWN
    return [*told, f"  ... and {more:,} more"] if more > 0 else told
