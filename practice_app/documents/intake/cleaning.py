"""A clean copy of a PDF: what its pages show, and nothing that could act, fetch, send or hide.

Pages are carried over into a new file by what is allowed on a page, so that whatever hangs elsewhere stays
behind: actions on opening, forms and scripts, embedded files, outlines, metadata and earlier revisions. What
forms and annotations show becomes part of the page. Then every object of the new file is looked at, and what
could still act is cut out.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from practice_app.rules.files import MOST_PAGES, MOST_PIXELS, FileState

_ON_A_PAGE = frozenset(
    ["/Type", "/Parent", "/Resources", "/Contents", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group"]
)
_NO_PAPER = frozenset(
    ["/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Sound", "/Screen", "/Projection", "/Popup", "/Link"]
)
"""Annotations that are no ink on paper: files, media, windows, links."""

_ACTIONS = frozenset(
    [
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoTo", "/GoToR", "/GoToE",
        "/GoToDp", "/Thread", "/URI", "/Sound", "/Movie", "/Hide", "/Named", "/SetOCGState", "/Rendition",
        "/Trans", "/GoTo3DView", "/RichMediaExecute",
    ]
)  # fmt: skip
"""The values of /S that make a dictionary an action (ISO 32000-2, table 201)."""

_CUT = frozenset(
    [
        "/OpenAction", "/AA", "/A", "/PA", "/JS", "/JavaScript", "/Launch", "/URI", "/Dest", "/Next",
        "/Names", "/EmbeddedFiles", "/EF", "/AF", "/RF", "/Annots", "/AcroForm", "/XFA", "/RichMediaContent",
        "/RichMediaSettings", "/3DD", "/3DV", "/Movie", "/Sound", "/Rendition", "/Metadata", "/PieceInfo",
        "/Collection", "/Threads", "/B", "/Thumb", "/OPI", "/Ref", "/Alternates", "/SpiderInfo", "/PresSteps",
        "/Trans", "/Dur", "/DPart", "/Measure", "/VP", "/LastModified", "/StructParent", "/StructParents",
        "/Perms", "/Legal", "/Requirements",
    ]
)  # fmt: skip
"""Keys that act, fetch, carry other things along or tell about whoever made the file."""

_NAMED = (
    "/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs",
    "/Colorants", "/ProcSet",
)  # fmt: skip
"""Dictionaries under these keys hold names the file's author chose: a font called /A is no action."""

_EXTERNAL = ("/F", "/FFilter", "/FDecodeParms")


class Unfit(Exception):
    """No clean copy can be made; `state` says why."""

    def __init__(self, state: FileState) -> None:
        super().__init__(state.value)
        self.state = state


def clean(content: bytes) -> tuple[bytes, int]:
    """The clean copy of a PDF and how many pages it has; raises Unfit."""
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True, attempt_recovery=True) as source:
            return _cleaned(source)
    except pikepdf.PasswordError:
        raise Unfit(FileState.LOCKED) from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError):
        raise Unfit(FileState.BROKEN) from None


def _cleaned(source: Pdf) -> tuple[bytes, int]:
    count = len(source.pages)
    if count == 0:
        raise Unfit(FileState.BROKEN)
    if count > MOST_PAGES:
        raise Unfit(FileState.TOO_LARGE)
    _put_on_paper(source)
    for page in source.pages:
        _strip(page.obj)
    made = Pdf.new()
    made.pages.extend(source.pages)
    layers = source.Root.get("/OCProperties")
    if isinstance(layers, Dictionary):
        # Without these, what a layer hides would be shown. Only indirect objects can be carried over.
        carried = layers if layers.is_indirect else source.make_indirect(layers)
        made.Root.OCProperties = made.copy_foreign(carried)
    objects = [found for found in made.objects if isinstance(found, Object)]  # numbers come as numbers
    names = {each.objgen for found in objects for each in _name_dictionaries(found) if each.is_indirect}
    for found in objects:
        _disarm(found, are_names=found.objgen in names)
    output = BytesIO()
    made.save(output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue(), count


def _put_on_paper(source: Pdf) -> None:
    """Make what forms and annotations show part of their pages; what is no ink goes."""
    for page in source.pages:
        annotations = page.obj.get("/Annots")
        if annotations is None:
            continue
        kept = [each for each in _listed(annotations) if _is_paper(each)]
        page.obj.Annots = Array(kept)
    if isinstance(source.Root.get("/AcroForm"), Dictionary):
        # Appearances in the file are what its reader saw; they are made only where the file asks for it.
        source.generate_appearance_streams()
    source.flatten_annotations("screen")


def _listed(annotations: Object) -> Iterator[Object]:
    if isinstance(annotations, Array):
        yield from annotations


def _is_paper(annotation: Object) -> bool:
    if not isinstance(annotation, Dictionary):
        return False
    return str(annotation.get("/Subtype", "")) not in _NO_PAPER


def _strip(page: Object) -> None:
    for key in list(page.keys()):
        if key not in _ON_A_PAGE:
            del page[key]


def _name_dictionaries(found: Object) -> Iterator[Object]:
    """The dictionaries of chosen names that one object holds, or that lie in its resources."""
    if not isinstance(found, Dictionary | Stream):
        return
    resources = found.get("/Resources")
    for holder in (found, resources) if isinstance(resources, Dictionary) else (found,):
        for key in _NAMED:
            value = holder.get(key)
            if isinstance(value, Dictionary):
                yield value


def _disarm(found: Object, *, are_names: bool) -> None:
    """Cut out of one object, and of whatever lies directly in it, everything that could act."""
    todo: list[tuple[Object, bool]] = [(found, are_names)]
    while todo:
        each, are_names = todo.pop()
        if isinstance(each, Array):
            _disarm_array(each)
            todo += [(inner, False) for inner in each if _holds_more(inner)]
            continue
        if isinstance(each, Stream):
            _disarm_stream(each)
        if isinstance(each, Dictionary | Stream):
            todo += _disarm_keys(each, are_names=are_names)


def _disarm_keys(found: Any, *, are_names: bool) -> list[tuple[Object, bool]]:
    """Delete what may not be in a dictionary; what lies directly in it is still to be looked at."""
    rest = []
    for key in list(found.keys()):
        value = found.get(key)
        if (key in _CUT and not are_names) or _is_action(value):
            del found[key]
        elif _holds_more(value):
            rest.append((value, key in _NAMED and not are_names))
    return rest


def _disarm_array(found: Array) -> None:
    for place in reversed(range(len(found))):
        if _is_action(found[place]):
            found[place] = Dictionary()


def _disarm_stream(found: Stream) -> None:
    """Refuse pictures that are too large; empty what comes from elsewhere or is a printer's program."""
    size: list[Any] = [found.get("/Width"), found.get("/Height")]
    if all(isinstance(each, int) for each in size) and size[0] * size[1] > MOST_PIXELS:
        raise Unfit(FileState.TOO_LARGE)
    is_program = found.get("/Subtype") == Name.PS or found.get("/Subtype2") == Name.PS
    is_elsewhere = any(key in found for key in _EXTERNAL)
    if is_program or is_elsewhere or found.get("/Type") == Name.EmbeddedFile:
        for key in (*_EXTERNAL, "/Subtype2", "/Level1"):
            if key in found:
                del found[key]
        found.write(b"")
        if is_program:
            found.Subtype = Name.Form
            found.BBox = Array([0, 0, 0, 0])


def _is_action(value: Any) -> bool:
    return isinstance(value, Dictionary) and str(value.get("/S", "")) in _ACTIONS


def _holds_more(value: Any) -> bool:
    """Whether something lies directly in its holder; what has a number of its own is looked at by itself."""
    return isinstance(value, Array | Dictionary | Stream) and not value.is_indirect
