"""What a PDF says of itself, in the form that PDF/UA-1 and PDF/A-2a ask for."""

from html import escape
from typing import NamedTuple


class About(NamedTuple):
    """What a book says of itself."""

    title: str
    language: str
    producer: str
    archival: bool = False  # PDF/A-2a besides PDF/UA-1


# ISO 19005-2, 6.6.4 (which part), and 6.6.2.3.3: what is not in its own list of properties has to be
# described, and the mark of PDF/UA-1 is not.
_LEVEL = """<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description>
"""
_SCHEMA = """<rdf:Description rdf:about=""
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
<pdfaProperty:description>The part of ISO 14289 that the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
ARCHIVAL = _LEVEL + _SCHEMA  # the marks of PDF/A-2a, to stand beside that of PDF/UA-1


def metadata(about: About) -> bytes:
    """The packet of metadata: XMP (ISO 16684-1) with the mark of PDF/UA-1 (ISO 14289-1, 5)."""
    title, language = escape(about.title), escape(about.language)
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<rdf:Description rdf:about="">
<pdfuaid:part>1</pdfuaid:part>
<pdf:Producer>{escape(about.producer)}</pdf:Producer>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
{ARCHIVAL if about.archival else ""}</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()
