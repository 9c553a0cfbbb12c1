"""One question a file: its title asks."""

from selfcheck_tools.dialects import SELF_CHECK
from selfcheck_tools.reading.finders.headings import head_of
from selfcheck_tools.reading.page import Head, Heads, Page, ends_asking, plain
from selfcheck_tools.text import Span


def find(page: Page, forced: bool) -> Heads:
    """The title, where it asks."""
    title = page.headings[0] if page.headings else None
    if forced:
        asked = head_of(page, title) if title else Head(0, 0, None, Span(0, 0), Span(0, 0), "")
        return Heads("file", (asked,))
    is_section = any(SELF_CHECK.search(heading.name) for heading in page.headings)
    if title is None or is_section or not ends_asking(plain(title.text)):
        return Heads("file", ())
    return Heads("file", (head_of(page, title),))
