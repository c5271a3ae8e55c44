"""The copy of everything held about one person (UK GDPR Art. 15): prepared for review, released, saved."""

import secrets
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import select

from practice_app.documents import beside
from practice_app.documents.look import LARGE_PRINT, STANDARD, Look
from practice_app.documents.page import Rendered
from practice_app.documents.protect import suggest_password
from practice_app.errors import FileRefused, Invalid, NotAllowed, NotFound, PracticeError
from practice_app.exchange.files import written_together, written_whole
from practice_app.model.audit import AuditEvent
from practice_app.model.rights import BundleState, Disclosure, SubjectAccessBundle
from practice_app.progress import Progress
from practice_app.rules import dates
from practice_app.rules.permissions import Permission
from practice_app.services import access, kept_from, timeline
from practice_app.services.marks import changes, long, reads, views
from practice_app.services.subject_access import attachments, forms, gathering, log
from practice_app.services.subject_access.gathering import Gathered
from practice_app.storage import sealed
from practice_app.storage.records import Records, Work

HOME_COUNTRY = "United Kingdom"
"""Where a copy goes unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A copy made for review: `missing` are characters no font could show, printed as [U+xxxx].

    `not_shown` of its items are listed without a text that could not be opened; `beside` is how many
    recordings go beside the PDF.
    """

    id: UUID
    pages: int
    items: int
    missing: tuple[str, ...]
    not_shown: int
    beside: int


@dataclass(frozen=True, slots=True, repr=False)
class Saved:
    """What was written beside the PDF, if anything: an archive of recordings.

    `password` opens it where it was made up for it, and is kept nowhere: who is told it here tells it on. It
    is "" where the archive has the password that was given for the PDF.
    """

    beside: Path | None = None
    password: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """What must be known before a copy leaves the practice (P4, P5, P50); each in a few words.

    `authority_seen` says what lets the requester ask; for somebody asking about themselves, that they do.
    """

    requester: str
    identity_seen: str
    authority_seen: str
    recipient: str
    means: str
    country: str = HOME_COUNTRY


@dataclass(frozen=True, slots=True)
class CopyMade:
    """One copy that was made about a person; `released_at` is None while it is for review."""

    id: UUID
    prepared_at: datetime
    pages: int
    items: int
    released_at: datetime | None


_LONGEST = {"requester": 200, "means": 100, "country": 100}
_LONGEST_FACT = 300

_FIELD_WORDS = {
    "requester": "who asked for the copy",
    "identity_seen": "how you made sure who is asking",
    "authority_seen": "what allows them to ask",
    "recipient": "who receives the copy",
    "means": "how it is handed over",
    "country": "the country it goes to",
}

_RELEASE, _REVIEW, _BESIDE = "release.pdf", "review.difference", "beside/"
_WHOLE_REVIEW = "review.pdf"
"""In copies that an earlier version of this program made."""

_LARGEST = 990_000_000
"""Bytes a copy may have: no value in a database of either kind reaches a gigabyte (SQLite, limits.html)."""

_NAME_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that are mistaken for each other


@long(Permission.PREPARE_SUBJECT_ACCESS)
def prepare(records: Records, person: UUID, *, large_print: bool = False, progress: Progress) -> Prepared:
    """Gather everything held about a person, make the PDF and store it sealed, for review only.

    The files that came with letters are made ready for it first, and stay so (attachments.make_ready).
    Large print is chosen now and not when the copy is released or saved: what leaves are the pages that were
    reviewed. Whoever needs both kinds has a second copy prepared.

    It is not a disclosure: nothing has left the practice. Raises NotAllowed without the clinical key
    (before anything is read: a copy is complete or it is not made) and NotFound for an unknown id.
    """
    if records.keys.ck is None:
        raise NotAllowed(
            "A complete copy includes the session notes, which your sign-in cannot open. "
            "Ask a therapist or a director to prepare it."
        )
    row = SubjectAccessBundle(person_id=person)
    attachments.make_ready(records, person, progress=progress)
    with records.work(writes=False, use_case=prepare.name) as work:
        access.require_record(work, person)
        read = attachments.Pages(records, person)
        gathered = gathering.gather(work, person, gathering.reference_to(row.id), progress, read)
        now = work.now
    content, rendered = _rendered(records, person, gathered, _look(large_print), progress)
    if len(content) > _LARGEST:
        raise PracticeError(
            f"The copy would be {len(content) / 1e6:,.0f} MB, and the records keep no more than "
            f"{_LARGEST / 1e6:,.0f} MB in one piece: its scans or recordings are too large. Nothing was kept."
        )
    with records.work(use_case=prepare.name) as work:
        row.prepared_at, row.prepared_by_id = now, work.actor.id
        row.pages, row.items = rendered.pages, gathered.items
        row.content_sealed = sealed.put_bytes(work, row, sealed.BUNDLE, content, subject=person)
        work.add(row)
        work.note("prepared", "person", person)
    return Prepared(
        row.id,
        rendered.pages,
        gathered.items,
        rendered.missing,
        gathered.not_shown,
        len(gathered.beside),
    )


@reads(Permission.PREPARE_SUBJECT_ACCESS)
def copies(work: Work, person: UUID) -> tuple[CopyMade, ...]:
    """The copies made about a person, newest first."""
    access.require_record(work, person)
    statement = (
        select(SubjectAccessBundle)
        .where(SubjectAccessBundle.person_id == person)
        .order_by(SubjectAccessBundle.prepared_at.desc())
    )
    return tuple(
        CopyMade(row.id, row.prepared_at, row.pages, row.items, row.released_at)
        for row in work.select(statement)
    )


@views(Permission.PREPARE_SUBJECT_ACCESS)
def open_copy(work: Work, bundle: UUID) -> bytes:
    """The PDF: stamped on every page while it is for review, without the stamp once released."""
    row = work.get(SubjectAccessBundle, bundle)
    access.require_record(work, row.person_id)
    work.note(log.VIEWED, "subject_access_bundle", bundle)
    return _stored(work, row)


@changes(Permission.RELEASE_SUBJECT_ACCESS)
def release(work: Work, bundle: UUID, facts: Release, *, has_read_warning: bool = False) -> None:
    """Turn the reviewed copy into one that may leave, and record the disclosure.

    Raises Invalid naming the field when a fact is missing or too long, when it was released before, and when
    it would go to somebody from whom the person keeps something (`warning`), unless that has been read.
    Raises PracticeError when something was moved into or out of the record since it was prepared.
    """
    _check(facts)
    row = work.get(SubjectAccessBundle, bundle)
    access.require_record(work, row.person_id)
    if not has_read_warning:
        _heed_warning(work, row.person_id, facts)
    if row.state is BundleState.RELEASED:
        raise Invalid("This copy was released before; it can be saved again.")
    _refuse_outdated(work, row)
    _stored(work, row)  # what cannot be opened any more cannot be released
    zone = timeline.practice_zone(work)
    prepared_on = row.prepared_at.astimezone(zone).date()
    disclosure = Disclosure(
        person_id=row.person_id,
        made_on=work.now.astimezone(zone).date(),
        recipient=facts.recipient.strip(),
        what=f"Copy of everything held, prepared {dates.show(prepared_on)}, {row.pages} pages",
        basis=f"Subject access (UK GDPR Art. 15), asked for by: {facts.requester.strip()}",
        means=facts.means.strip(),
        country=facts.country.strip(),
        identity_seen=facts.identity_seen.strip(),
        authority_seen=facts.authority_seen.strip(),
        made_by_id=work.actor.id,
    )
    work.add(disclosure)
    work.flush()
    row.state, row.released_at, row.disclosure_id = BundleState.RELEASED, work.now, disclosure.id


@reads(Permission.PREPARE_SUBJECT_ACCESS)
def warning(work: Work, person: UUID, *said: str) -> str:
    """What must be read before a copy goes to those whom these lines name; "" when nothing is kept from them.

    See kept_from.warning; people who are no patients keep nothing from anybody.
    """
    return kept_from.warning(work, person, *said)


@long(Permission.PREPARE_SUBJECT_ACCESS)
def save_copy(
    records: Records, bundle: UUID, path: Path, *, password: str | None, progress: Progress
) -> Saved:
    """Write the PDF to a file, encrypted when a password is given; the log says so before the file is there.

    Recordings go into an archive beside it, always encrypted: with the same password, or else with one that
    is made for it. The files appear whole and both or not at all, readable by this account only. What has the
    PDF's name is replaced; what has the archive's is not, for nobody was asked about that. Raises FileRefused
    then and when the folder does not take them, and Invalid for an unfit password.
    """
    with records.work(writes=False, use_case=save_copy.name) as work:
        row = work.get(SubjectAccessBundle, bundle)
        access.require_record(work, row.person_id)
        content, recordings = _stored(work, row), _recordings(work, row)
        made = row.prepared_at.date()
    opens = password or suggest_password()
    saved = Saved(beside_path(path), "" if password else opens) if recordings else Saved()
    if saved.beside is not None and saved.beside.is_file():
        raise FileRefused(
            f"The recordings would go into “{saved.beside.name}”, which is there already. Choose another "
            "name for the copy."
        )
    if password is not None:
        from practice_app.documents.protect import protect

        progress(0, 2, "Encrypting the file")
        content = protect(content, password)
    progress(1, 2, "Writing the file")
    places = (path,) if saved.beside is None else (path, saved.beside)
    with written_together(*places) as (file, *archives):
        file.write(content)
        for archive in archives:
            beside.write_archive(archive, recordings, opens, made)
        with records.work(use_case=save_copy.name) as work:
            code = "password" if password else "open"
            work.note("saved", "subject_access_bundle", bundle, reason_code=code)
    progress(2, 2, "Done")
    return saved


@long(Permission.SUMMARISE_HOLDINGS)
def summary(records: Records, person: UUID, *, large_print: bool = False, progress: Progress) -> bytes:
    """One page, "what we hold about you" (P26), as a PDF: kinds, numbers and dates, no clinical text.

    In large print it takes the pages it needs.
    """
    from practice_app.documents import holdings

    with records.work(writes=False, use_case=summary.name) as work:
        access.require_record(work, person)
        held = gathering.summarise(work, person)
    progress(1, 2, "Setting text")
    rendered = holdings.render(held, look=_look(large_print))
    with records.work(use_case=summary.name) as work:
        work.note("summarised", "person", person)
    return rendered.pdf


@long(Permission.SUMMARISE_HOLDINGS)
def save_summary(
    records: Records, person: UUID, path: Path, *, large_print: bool = False, progress: Progress
) -> None:
    """Write the one page to a file: whole or not at all, readable by this account only (FileRefused)."""
    pdf = summary(records, person, large_print=large_print, progress=progress)
    with written_whole(path) as file:
        file.write(pdf)


def beside_path(path: Path) -> Path:
    """Where the recordings of a copy that is saved at `path` go."""
    return path.with_name(f"{path.stem}-recordings.zip")


def suggested_file_name(on: date) -> str:
    """A name that tells nobody whose records they are: "records-2026-11-23-K7QX.pdf"."""
    letters = "".join(secrets.choice(_NAME_LETTERS) for _ in range(4))
    return f"records-{on.isoformat()}-{letters}.pdf"


def _look(large_print: bool) -> Look:
    return LARGE_PRINT if large_print else STANDARD


def _rendered(
    records: Records, person: UUID, gathered: Gathered, look: Look, progress: Progress
) -> tuple[bytes, Rendered]:
    """Both forms of the copy, for review and without the stamp, in one archive; and the latter's facts.

    What goes beside the PDF is in the archive too, as it came. They are made now, from the same gathered
    facts, so that releasing later cannot change a word: not by what was written in the record since, nor by
    a newer version of this program.
    """
    from practice_app.documents.subject_access import render

    released = render(replace(gathered.bundle, released=True), progress, look=look)
    difference = forms.against(released.pdf, render(gathered.bundle, progress, look=look).pdf)
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_STORED) as both:  # a PDF is compressed already
        both.writestr(ZipInfo(_RELEASE), released.pdf)
        released = replace(released, pdf=b"")  # what scans weigh is in memory once less
        both.writestr(ZipInfo(_REVIEW), difference)
        for name, id in gathered.beside:
            with records.work(writes=False, use_case=prepare.name) as work:
                both.writestr(ZipInfo(_BESIDE + name), attachments.original(work, id, person))
    return archive.getvalue(), released


def _stored(work: Work, row: SubjectAccessBundle) -> bytes:
    """The PDF in the form the copy's state allows, checked to be about the row's person."""
    with _archive(work, row) as both:
        if row.state is BundleState.RELEASED:
            return both.read(_RELEASE)
        if _WHOLE_REVIEW in both.namelist():
            return both.read(_WHOLE_REVIEW)
        return forms.rebuilt(both.read(_RELEASE), both.read(_REVIEW))


def _recordings(work: Work, row: SubjectAccessBundle) -> list[tuple[str, bytes]]:
    """What goes beside the PDF, by its names there."""
    with _archive(work, row) as both:
        names = [name for name in both.namelist() if name.startswith(_BESIDE)]
        return [(name.removeprefix(_BESIDE), both.read(name)) for name in names]


def _archive(work: Work, row: SubjectAccessBundle) -> ZipFile:
    if row.content_sealed is None:
        raise NotFound("This copy was destroyed. Prepare a new one.")
    content = sealed.get_bytes(work, row.id, sealed.BUNDLE, row.content_sealed, subjects=(row.person_id,))
    return ZipFile(BytesIO(content))


_MOVING = ("merged", "unmerged", "lost an item", "gained an item")
"""What the log says of a patient whose record holds other things than before."""


def _refuse_outdated(work: Work, row: SubjectAccessBundle) -> None:
    """Such a copy may hold what turned out to be another person's, or lack what a second record held."""
    moved = select(AuditEvent.seq).where(
        AuditEvent.record_id == row.person_id,
        AuditEvent.action.in_(_MOVING),
        AuditEvent.at >= row.prepared_at,
    )
    if work.first(moved.limit(1)) is not None:
        raise PracticeError(
            "Since this copy was prepared, something was moved into or out of this record. Prepare a new one."
        )


def _heed_warning(work: Work, person: UUID, facts: Release) -> None:
    for name in ("requester", "recipient"):
        warned = kept_from.warning(work, person, getattr(facts, name))
        if warned:
            raise Invalid(warned, field=name)


def _check(facts: Release) -> None:
    """Every fact given, and none longer than the register keeps."""
    for field in fields(Release):
        value, longest = getattr(facts, field.name).strip(), _LONGEST.get(field.name, _LONGEST_FACT)
        if not value:
            raise Invalid(f"Say {_FIELD_WORDS[field.name]}.", field=field.name)
        if len(value) > longest:
            raise Invalid(
                f"Say {_FIELD_WORDS[field.name]} in at most {longest} characters.", field=field.name
            )
