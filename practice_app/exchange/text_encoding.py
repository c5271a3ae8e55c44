"""Which encoding the bytes of a text file are in, and whether they are text at all."""

import codecs
import re

from practice_app.errors import FileRefused

_CHUNK = 1 << 20
_SAMPLE = 1 << 16

_SAVE_AS_CSV = "save it as CSV first (in the spreadsheet program: Save As, “CSV UTF-8”)."
_SAVE_AS_UTF8 = "Open it in the program it came from and save it again as “CSV UTF-8”."

_EXCEL = f"This is an Excel workbook: {_SAVE_AS_CSV}"
_NOT_A_TABLE = "This is {}, not a table of text. Export the table as CSV."
_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"This is an Excel workbook or other Office file: {_SAVE_AS_CSV}"),
    (b"%PDF-", _NOT_A_TABLE.format("a PDF")),
    (b"\x89PNG", _NOT_A_TABLE.format("a picture")),
    (b"\xff\xd8\xff", _NOT_A_TABLE.format("a picture")),
    (b"GIF8", _NOT_A_TABLE.format("a picture")),
    (b"{\\rtf", _NOT_A_TABLE.format("a word-processor file")),
    (b"\x1f\x8b", "This is a compressed file: unpack it and name the CSV file inside it."),
    (b"7z\xbc\xaf\x27\x1c", "This is a compressed file: unpack it and name the CSV file inside it."),
    (b"SQLite format 3\x00", _NOT_A_TABLE.format("a database")),
    (b"BEGIN:VCARD", "This is a file of address cards. Import it as contacts."),
    (b"BEGIN:VCALENDAR", _NOT_A_TABLE.format("a calendar")),
)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|head|meta)", re.IGNORECASE)
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*"|\[\s*["\[{])')

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LINE_END, _LINE_END_BYTE = re.compile("[\r\n]"), re.compile(b"[\r\n]")
_HIGH = re.compile(rb"[\x80-\xff]")


def recognise(content: bytes) -> str:
    """The codec that decodes `content` whole: UTF-8 or UTF-16 (with or without a mark), or Windows cp1252.

    Refuses with FileRefused what is no text (it says what the file is where that can be told) and text
    that none of these decodes without a fault, naming the line.
    """
    _refuse_other_formats(content)
    return _codec(content)


def decoded(content: bytes) -> str:
    """The text of a file, without its mark, whatever its format: address cards, JSON.

    Refuses with FileRefused text in an encoding that `recognise` cannot read.
    """
    return content.decode(_codec(content)).removeprefix("\ufeff")


def _codec(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FileRefused(f"This file is in UTF-32, which cannot be read here. {_SAVE_AS_UTF8}")
    if content.startswith(codecs.BOM_UTF8):
        return _checked(content, "utf-8-sig", "UTF-8")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(content, "utf-16", "UTF-16")
    unmarked = _unmarked_utf16(content)
    if unmarked:
        return _checked(content, unmarked, "UTF-16")
    fault = _first_fault(content, "utf-8")
    if fault is None:
        return "utf-8"
    if _is_mostly_utf8(content):
        raise _undecodable(content, fault, "UTF-8")
    return _checked(content, "cp1252", "UTF-8, UTF-16 or Windows (cp1252)")


def _refuse_other_formats(content: bytes) -> None:
    if content.startswith(b"PK\x03\x04"):
        start = content[:_SAMPLE]
        if b"opendocument.spreadsheet" in start:
            raise FileRefused(f"This is a LibreOffice workbook: {_SAVE_AS_CSV}")
        if b"xl/" in content or b"[Content_Types].xml" in start:
            raise FileRefused(_EXCEL)
        raise FileRefused("This is a zip archive: unpack it and name the CSV file inside it.")
    for signature, sentence in _SIGNATURES:
        if content.startswith(signature):
            raise FileRefused(sentence)
    if _MARKUP.match(content):
        raise FileRefused(f"This is a web page or XML, whatever its name says: open it and {_SAVE_AS_CSV}")
    if _JSON.match(content):
        raise FileRefused(f"{_NOT_A_TABLE.format('a JSON file')} Patients in FHIR are imported as fhir.")


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 without a mark, told by where the zero bytes are: every ASCII character has one, on one side.

    Delimiters, digits and line ends are ASCII in any script, so one character in fifty is little to ask.
    A line end must come out too, or a stray zero byte could turn a small file into Chinese.
    """
    sample = content[:_SAMPLE]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    few = len(sample) // 2 // 50
    codec = "utf-16-le" if second > first else "utf-16-be"
    if max(first, second) > few and max(first, second) > 10 * min(first, second):
        text = sample.decode(codec, errors="replace")
        return codec if _LINE_END.search(text) or not _LINE_END_BYTE.search(sample) else None
    if min(first, second) > few:
        raise FileRefused("This is not a text file, or it is damaged: it is full of zero bytes.")
    return None


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether most of what is not ASCII are well-formed UTF-8 sequences, which cp1252 text hardly ever is."""
    sequences = in_sequences = 0
    for sequence in _MULTIBYTE.finditer(content):
        sequences += 1
        in_sequences += len(sequence[0])
    return sequences > sum(1 for _ in _HIGH.finditer(content)) - in_sequences


def _checked(content: bytes, codec: str, called: str) -> str:
    fault = _first_fault(content, codec)
    if fault is not None:
        raise _undecodable(content, fault, called)
    return codec


def _first_fault(content: bytes, codec: str) -> int | None:
    """Where the first byte is that `codec` cannot decode; None when it decodes everything."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    for start in range(0, len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        try:
            decoder.decode(chunk, final=start + _CHUNK >= len(content))
        except UnicodeDecodeError as problem:
            held_back = len(problem.object) - len(chunk)
            return start - held_back + problem.start
    return None


def _undecodable(content: bytes, fault: int, called: str) -> FileRefused:
    line = content.count(b"\n", 0, fault) + 1
    return FileRefused(f"The letters on line {line:,} cannot be read as {called}. {_SAVE_AS_UTF8}")
