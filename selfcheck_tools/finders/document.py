"""One question a file: its title asks."""

from selfcheck_tools.dialects import SELF_CHECK
from selfcheck_tools.finders.headings import head_of
from selfcheck_tools.page import Head, Heading, Heads, Page, ends_asking, plain
from selfcheck_tools.text import Span


def find(page: Page, forced: bool) -> Heads:
    """The title, where it asks."""
    found = list(page.headings)
    title = found[0] if found else None
    if title is not None and any(SELF_CHECK.search(heading.name) for heading in found):
        title = title if forced else None
    if title is None or not (forced or (title.asks and _file_has_body(page, title))):
        if not forced:
            return Heads("file", ())
        return Heads("file", (Head(0, 0, None, Span(0, 0), Span(0, 0), ""),))
    return Heads("file", (head_of(page, title),))


def _file_has_body(page: Page, title: Heading) -> bool:
    """A question that is its file's title stands at the top, and its text says so with a mark."""
    return ends_asking(plain(title.text))
