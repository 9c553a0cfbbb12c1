"""What a PDF says of itself, in the form that PDF/UA-1 asks for."""

from html import escape
from typing import NamedTuple


class About(NamedTuple):
    """What a book says of itself."""

    title: str
    language: str
    producer: str


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
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()
