"""What a document says about itself to machines: title, author, language and the standards it is built to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    import pikepdf

LANGUAGE = "en-GB"
_TOOL = "Practice App"
_PRODUCER = "reportlab and pikepdf"
_ARCHIVE_CLAIM = "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"

# PDF/A knows some properties only: the accessibility claim is described in the file (ISO 19005-2, 6.6.2.3).
_EXTENSION = """
<rdf:Description rdf:about=""
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
 <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
  <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
   <pdfaProperty:name>part</pdfaProperty:name>
   <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
   <pdfaProperty:category>internal</pdfaProperty:category>
   <pdfaProperty:description>The part of ISO 14289 the file is built to</pdfaProperty:description>
  </rdf:li></rdf:Seq></pdfaSchema:property>
 </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
  xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
  xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
 <dc:format>application/pdf</dc:format>
 <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
 <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
 <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
 <xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
 <xmp:CreatorTool>{tool}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
 {archive}<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>{extension}
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def write(pdf: pikepdf.Pdf, title: str, author: str) -> None:
    """Set title, author, language and dates, and claim what the file is built to: PDF/UA-1 and PDF/A-2a."""
    from pikepdf import Array, Dictionary, Name, String

    now = datetime.now(UTC).replace(microsecond=0)
    xmp = _XMP.format(
        title=escape(title),
        author=escape(author),
        language=LANGUAGE,
        moment=now.isoformat(),
        tool=_TOOL,
        producer=_PRODUCER,
        archive=_ARCHIVE_CLAIM,
        extension=_EXTENSION,
    )
    stream = pdf.make_stream(xmp.encode("utf-8"))
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = stream
    moment = String(now.strftime("D:%Y%m%d%H%M%S+00'00'"))
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(title),
            Author=String(author),
            Creator=String(_TOOL),
            Producer=String(_PRODUCER),
            CreationDate=moment,
            ModDate=moment,
        )
    )
    pdf.Root.Lang = String(LANGUAGE)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.OutputIntents = Array([pdf.make_indirect(_colour_profile(pdf))])


def drop_archive_claim(pdf: pikepdf.Pdf) -> None:
    """Take back the claim to be PDF/A: no encrypted file is (ISO 19005-2, 6.1.3)."""
    kept = pdf.Root.Metadata.read_bytes().decode("utf-8").replace(_ARCHIVE_CLAIM, "")
    pdf.Root.Metadata.write(kept.encode("utf-8"))


def _colour_profile(pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
    """What red, green and blue mean: sRGB, with the profile in the file."""
    from pikepdf import Dictionary, Name, String
    from PIL import ImageCms

    profile = pdf.make_stream(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile.N = 3
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB IEC61966-2.1"),
        RegistryName=String("http://www.color.org"),
        DestOutputProfile=profile,
    )
