"""What indexes list: on which pages of a book each tag is, and its documents in heaps."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from selfcheck_tools.exporters.handout.joining import Listed
from selfcheck_tools.exporters.handout.papers import Paper

_ENTRIES = 1_500  # of an index that are rendered at once


class Pages(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Pages in a row, and the name of a place on the first of them."""

    first: int
    last: int
    name: str


class Tag(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A tag, and the pages that it is on."""

    name: str
    pages: list[Pages]


def place(paper: Paper) -> str:
    """What the place of a paper in a book is called: its path, as UTF-8 can hold it."""
    return paper.documents[0].path.encode("utf-8", "backslashreplace").decode()


def question_place(paper: Paper, at: int) -> str:
    """What the place of a question in a book is called."""
    return f"{place(paper)}/question-{at}"


def tagged(
    papers: Sequence[Paper],
    of_paper: Callable[[Paper], Pages],
    of_question: Callable[[Paper, int], Pages],
) -> list[Tag]:
    """The tags of documents and questions in order, each as it is first written."""
    found: dict[str, tuple[str, list[Pages]]] = {}
    for paper in papers:
        for tag in paper.tags:
            found.setdefault(tag.casefold(), (tag, []))[1].append(of_paper(paper))
        for at, entry in enumerate(paper.entries):
            for tag in entry.question.tags:
                found.setdefault(tag.casefold(), (tag, []))[1].append(of_question(paper, at))
    tags = [Tag(name, joint(pages)) for name, pages in found.values()]
    return sorted(tags, key=lambda tag: collated(tag.name))


def joint(pages: Iterable[Pages]) -> list[Pages]:
    """Pages in order, those that follow each other in one row."""
    rows: list[Pages] = []
    for each in sorted(pages, key=lambda each: (each.first, each.last, each.name)):
        if rows and each.first <= rows[-1].last + 1:
            row = rows.pop()
            each = Pages(row.first, max(row.last, each.last), row.name)
        rows.append(each)
    return rows


def collated(text: str) -> tuple[str, str]:
    """What texts are put in order by: letters without their case and accents, then with them."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign)), text


def heaps(listed: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Documents in heaps that are rendered at once, each of at most so many questions if it can."""
    heap: list[Listed] = []
    for document in listed:
        if heap and sum(map(_size, (*heap, document))) > _ENTRIES:
            yield heap
            heap = []
        heap.append(document)
    if heap:
        yield heap


def _size(entry: Listed) -> int:
    return 1 + sum(map(_size, entry.entries))
