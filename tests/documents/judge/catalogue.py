"""What the document says of itself: language, title, claims, bookmarks, and nothing active."""

import pikepdf
from pikepdf import Array

from .figures import forms_of, is_archival
from .findings import LANGUAGE, Findings, inside

_ACTIVE = ("/OpenAction", "/AA", "/AcroForm", "/JavaScript", "/EmbeddedFiles", "/AF", "/Collection")


def check(document: pikepdf.Pdf, found: Findings) -> None:
    root = document.Root
    language = str(root.get("/Lang", ""))
    if not language:
        found.say("the document has no language")
    elif not LANGUAGE.fullmatch(language):
        found.say("the document's language is none")
    if not inside(root, "/MarkInfo").get("/Marked", False):
        found.say("the document does not say that it is tagged")
    if not inside(root, "/ViewerPreferences").get("/DisplayDocTitle", False):
        found.say("the window would not show the title")
    title = str(document.docinfo.get("/Title", "")).strip()
    if not title:
        found.say("the document has no title")
    _claims(document, title, found)
    names = inside(root, "/Names")
    for key in _ACTIVE:
        if key in root or key in names:
            found.say(f"the document carries {key}")


def _claims(document: pikepdf.Pdf, title: str, found: Findings) -> None:
    """The metadata: what they claim must be true as far as the file itself shows."""
    if "/Metadata" not in document.Root:
        found.say("the document has no metadata")
        return
    with document.open_metadata(update_docinfo=False) as metadata:
        archive, accessible = metadata.get("pdfaid:part"), metadata.get("pdfuaid:part")
        if accessible != "1":
            found.say("the metadata do not claim PDF/UA-1")
        if title and str(metadata.get("dc:title", "")).strip() != title:
            found.say("the metadata have another title than the document")
    if archive is None:
        return
    if document.is_encrypted:
        found.say("an encrypted document claims to be PDF/A")
    if not len(document.Root.get("/OutputIntents", Array())):
        found.say("a document without a colour profile claims to be PDF/A")
    if any(not is_archival(form) for page in document.pages for form in forms_of(page.obj)):
        found.say("a document with inks, letters or layers of other files claims to be PDF/A")
