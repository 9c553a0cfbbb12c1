"""What the engine leaves out that PDF/UA-1 and PDF/A-2a ask for, added before it writes.

ISO 32000-1, 14.8 (tags) and 14.9.4 (what is said instead); ISO 14289-1, 7; ISO 19005-2, 6. All of it
is done on the engine's objects: reading the file again would take as long as some pages do.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from selfcheck_tools.exporters.handout.about import ARCHIVAL

# Scripts whose signs on paper do not tell the text: letters join, split and change their order.
_SHAPED = re.compile(
    "[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\u1a20-\u1aaf\ufb1d-\ufdff\ufe70-\ufefc]"
)
_TEXTS = "texts_of_selfcheck"  # what is said of a page's contents, by their numbers
_NOTHING = b"<2060>"  # of a sign that is a part of a letter: a mark without width or meaning
_PRINT = 4  # the flag of an annotation that is printed too (ISO 32000-1, table 165)


@contextmanager
def telling() -> Iterator[None]:
    """Within it the engine marks what is written in another language, and says the text of scripts
    that cannot be read from their signs."""
    import pydyf
    from weasyprint.pdf import tags
    from weasyprint.pdf.stream import Stream

    mark, build = Stream.marked, tags._build_box_tree

    @contextmanager
    def marked(stream: Any, box: Any, tag: str) -> Iterator[None]:
        text = getattr(box, "text", "")
        if stream._tags is not None and _SHAPED.search(text):
            stream.__dict__.setdefault(_TEXTS, {})[len(stream._tags)] = pydyf.String(text)
        with mark(stream, box, tag):
            yield

    def built(box: Any, *arguments: Any) -> Iterator[Any]:
        elements: Iterator[Any] = build(box, *arguments)
        element = getattr(box, "element", None)
        language = element.get("lang") if element is not None else ""
        if (
            element is None
            or not language
            or box.element_tag != element.tag
            or element.tag in ("html", "body")
        ):
            return elements
        return _in_language(elements, pydyf.String(language))

    Stream.marked, tags._build_box_tree = marked, built
    try:
        yield
    finally:
        Stream.marked, tags._build_box_tree = mark, build


def _in_language(elements: Iterator[Any], language: Any) -> Iterator[Any]:
    for element in elements:
        element["Lang"] = language
        yield element


def finisher(*, archival: bool) -> Callable[[Any, Any], None]:
    """What is done to a PDF of the engine; an archival one becomes PDF/A-2a besides PDF/UA-1."""

    def finish(document: Any, pdf: Any) -> None:
        import pydyf

        _finish_contents(pdf)
        for item in [*pdf.objects]:
            if isinstance(item, pydyf.Stream):
                _finish_stream(item, archival)
            elif isinstance(item, dict):
                if item.get("Type") == "/StructElem":
                    _finish_element(pdf, item)
                elif item.get("Type") == "/Annot":
                    item["F"] = _PRINT
        if archival:
            (intent,) = pdf.catalog["OutputIntents"]
            intent["S"] = "/GTS_PDFA1"

    return finish


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _kids(pdf: Any, element: Any) -> list[Any]:
    """The objects in an element, without the numbers of contents."""
    return [_object(pdf, kid) for kid in element.get("K", ()) if isinstance(kid, bytes)]


def _finish_element(pdf: Any, element: Any) -> None:
    if element["S"] == "/TR":
        _give_scope(pdf, element)
    elif element["S"] == "/LI":
        _give_body(pdf, element)
    elif element["S"] not in ("/Link", "/Form"):
        for kid in _kids(pdf, element):
            if kid.get("Type") == "/OBJR":
                _put_in_link(pdf, element, kid)


def _give_scope(pdf: Any, row: Any) -> None:
    """Says of headers in a row whether they head it or their columns."""
    cells = _kids(pdf, row)
    scope = "/Row" if any(cell["S"] == "/TD" for cell in cells) else "/Column"
    for cell in cells:
        if cell["S"] == "/TH":
            cell["A"]["Scope"] = scope


def _give_body(pdf: Any, item: Any) -> None:
    """Puts all in a list's item but its label into one body, as it has to be."""
    label = [kid for kid in item["K"] if _object(pdf, kid)["S"] == "/Lbl"]
    rest = [kid for kid in item["K"] if kid not in label]
    if any(_object(pdf, kid)["S"] != "/LBody" for kid in rest):
        item["K"][:] = [*label, _around(pdf, "/LBody", item, rest)]
        for kid in _kids(pdf, {"K": rest}):
            if kid["S"] == "/LBody":
                kid["S"] = "/Div"


def _put_in_link(pdf: Any, element: Any, reference: Any) -> None:
    """Takes the reference to an annotation out of an element, which the engine puts there where
    a picture is a link, and gives it to the link around, or to a new one."""
    element["K"].remove(reference.reference)
    link = element
    while link["S"] != "/Link" and "S" in (above := _object(pdf, link["P"])):
        link = above
    if link["S"] == "/Link":
        link["K"].append(reference.reference)
    else:
        parent = _object(pdf, element["P"])
        own = _around(pdf, "/Link", parent, [element.reference, reference.reference])
        at = parent["K"].index(element.reference)
        parent["K"][at] = own
        link = _object(pdf, own)
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    owners = _object(pdf, root["ParentTree"])["Nums"]
    owners[2 * _object(pdf, reference["Obj"])["StructParent"] + 1] = link.reference


def _around(pdf: Any, kind: str, parent: Any, kids: list[bytes]) -> bytes:
    """A new element in a parent with some of its kids in it, which are told of it."""
    import pydyf

    new: Any = pydyf.Dictionary({"Type": "/StructElem", "S": kind, "P": parent.reference})
    new["K"] = pydyf.Array(kids)
    pdf.add_object(new)
    for kid in _kids(pdf, new):
        if "S" in kid:
            kid["P"] = new.reference
    reference: bytes = new.reference
    return reference


def _finish_contents(pdf: Any) -> None:
    """Running heads and feet, which belong to no element of the tree, become artifacts; other
    elements get their texts."""
    import pydyf

    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    (top,) = root["K"]
    told = set(_object(pdf, top)["K"])
    loose: list[Any] = [
        item
        for item in pdf.objects
        if isinstance(item, pydyf.Dictionary)
        and item.get("P") == top
        and item.reference not in told
    ]
    names = set()
    for element in loose:  # which grows meanwhile
        names.add(element.reference)
        loose += _kids(pdf, element)
    owners = _object(pdf, root["ParentTree"])["Nums"]
    for number, page in enumerate(pdf.page_references):
        of_page = owners[2 * number + 1]
        lost = {at for at, owner in enumerate(of_page) if owner in names}
        of_page[:] = ["null" if owner in names else owner for owner in of_page]
        contents = _object(pdf, _object(pdf, page)["Contents"])
        for at, text in getattr(contents, _TEXTS, {}).items():
            if of_page[at] != "null" and (owner := _object(pdf, of_page[at]))["S"] == "/Span":
                owner["ActualText"] = text
        drawn = contents.stream
        for at, item in enumerate(drawn):
            if isinstance(item, pydyf.Dictionary) and item.get("MCID") in lost:
                drawn[at - 1 : at + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
    for element in loose:
        element.clear()


def _finish_stream(stream: Any, archival: bool) -> None:
    lines = stream.stream
    if lines and lines[0] == b"/CIDInit /ProcSet findresource begin":
        lines[:] = [
            line.replace(b"<>", _NOTHING) if line.endswith(b"<>") else line for line in lines
        ]
    if archival:
        extra = stream.extra
        if extra.get("Subtype") == "/Image" and "Interpolate" in extra:
            extra["Interpolate"] = "false"
        if extra.get("Type") == "/Metadata":
            stream.compress = False
            marks = f"{ARCHIVAL}</rdf:RDF>".encode()
            lines[:] = [line.replace(b"</rdf:RDF>", marks) for line in lines]
