"""An index: where in the book of a collection each question is, and each tag."""

from collections.abc import Iterator, Sequence

from selfcheck_tools.exporters import Artifact, Context
from selfcheck_tools.exporters.handout.book import Book
from selfcheck_tools.exporters.handout.papers import file_name
from selfcheck_tools.model import Document


def export(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """One PDF, called after the collection; the book that it is made for is not written.

    Nothing is left out of it: what the book lacks is said when the book is exported.
    """
    silent = context._replace(omit=lambda omission: None)
    book = Book(documents, silent)
    yield Artifact(f"{file_name(context.collection)}-index.pdf", book.index(book.bound()[0]))
