"""The front matter: YAML between `---` lines at the top of a file."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from selfcheck_tools.dialects import DIALECTS
from selfcheck_tools.model import Metadata, Note
from selfcheck_tools.patterns import pattern
from selfcheck_tools.text import Source, Span

_FRONT = pattern(
    r"\ufeff?---[ \t]*(?:\r\n?|\n)(?P<yaml>.*?)(?:^|(?<=\r))(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|\Z)",
    re.S | re.M,
)

# Keys that other programs read; no complaint about them.
_FOREIGN = frozenset(
    "layout date id slug draft weight description summary keywords categories category image "
    "permalink aliases sidebar_position sidebar_label toc math updated lastmod created published "
    "modified status version license source sources url type parent nav_order hide_table_of_contents "
    "cssclass cssclasses publish created_at updated_at subtitle reviewed".split()
)
MAX_LENGTH = 20_000
_OWN = ("span", "key_span")
KNOWN = tuple(field for field in Metadata.__struct_fields__ if field not in _OWN)
_SWITCHES = ("reversed", "shuffle")
# The words of YAML 1.1 (yaml.org/type/bool.html).
_SWITCHED = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_DIALECTS = frozenset(dialect.name for dialect in DIALECTS)

# What tells front matter from a text between two thematic breaks, and from one that is not closed.
_KEY = pattern(r"[\"']?(?P<name>[A-Za-z][\w-]{0,60})[\"']?[ \t]*:(?=\s|$)")
_HEADING = pattern(r"^#{1,6} +\S", re.MULTILINE)


def read_metadata(source: Source) -> tuple[Metadata, list[Note]]:
    """What the front matter says, and what is wrong with it as notes."""
    text = source.clean
    if not text.startswith(("---", "\ufeff---")):
        return Metadata(), []
    match = _FRONT.match(text)
    if match is None or (_HEADING.search(match["yaml"]) and _is_text(match["yaml"])):
        return Metadata(), list(_unclosed(source))
    span = Span(match.start(), match.end())
    start = match.start("yaml")
    if len(match["yaml"]) > MAX_LENGTH:
        said = f"longer than {MAX_LENGTH:,} characters, so it is not read"
        return Metadata(span), [Note("bad-front-matter", Span(start, start), said)]
    import yaml

    # Every scalar stays the text that it is written as: no dates, no numbers, no objects. Not the
    # loader in C: deep nesting overflows its stack, and the process is gone.
    try:
        loader = yaml.BaseLoader(match["yaml"])
        node = loader.get_single_node()
        loaded = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if error.context_mark is not None and _BEFORE.search(error.context or ""):
            mark = error.context_mark
        at = start + (mark.index if mark is not None else 0)
        said = _REASONS.get(str(error.problem), str(error.problem))
        return Metadata(span), [Note("bad-front-matter", _point(source, at), said)]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        said = "nested too deeply" if deep else str(error).split("\n", 1)[0]
        at = start + getattr(error, "position", 0)
        return Metadata(span), [Note("bad-front-matter", Span(at, at), said)]
    if node is None or not isinstance(loaded, dict):
        if node is None or not loaded:
            return Metadata(span), []
        where = _point(source, start + node.start_mark.index)
        return Metadata(span), [Note("bad-front-matter", where, "expected `key: value` lines")]
    return _metadata(source, span, _entries(node, loaded, start))


# The parser notices these at the end of the text, or a line later.
_BEFORE = pattern(r"flow|quoted|simple key")
_REASONS = {
    "found character '\\t' that cannot start any token": "a tab, where YAML takes blanks only",
    "mapping values are not allowed here": "a second colon: put the value in quotes",
    "found unexpected end of stream": "a quote that nothing closes",
    "could not find expected ':'": "a line without a colon after its key",
    "expected ',' or ']', but got '<stream end>'": "a bracket that nothing closes",
    "expected ',' or '}', but got '<stream end>'": "a brace that nothing closes",
}


def _is_text(yaml: str) -> bool:
    """Whether what stands up to the next `---`, and holds a heading, is a document: after keys and a
    blank line, or from the start. As pandoc has it, no blank line comes before the keys."""
    head, _, rest = re.sub(r"\r\n?", "\n", yaml).partition("\n\n")
    if head.startswith("\n") or not any(_KEY.match(line) for line in head.split("\n")):
        return True
    return bool(_HEADING.search(rest)) and _are_keys(head)


def _unclosed(source: Source) -> Iterator[Note]:
    """What looks like front matter at the top of a file, without its end."""
    first = source.line_span(0)
    lines: list[str] = []
    for line in range(1, 40):
        span = source.line_span(line)
        text = source.clean[span.start : min(span.end, span.start + 200)]
        if not text.strip():
            break
        lines.append(text)
    start = first.start + source.clean.startswith("\ufeff")
    if source.clean[start : first.end].strip() == "---" and _are_keys("\n".join(lines)):
        yield Note("bad-front-matter", Span(start, first.end), "no `---` closes it")


def _are_keys(text: str) -> bool:
    """Whether lines are keys and values, some key being one that programs read."""
    names: list[str] = []
    for line in text.split("\n"):
        if not line.strip() or line[0] in " \t#-":
            continue
        match = _KEY.match(line)
        if match is None:
            return False
        names.append(match["name"].lower())
    return any(name in KNOWN or name == "lang" or name in _FOREIGN for name in names)


def _point(source: Source, at: int) -> Span:
    line = source.line_span(source.line_of(min(at, len(source.text))))
    return Span(min(max(at, line.start), line.end), line.end)


class _Entry(NamedTuple):
    """A key with its value, and where both stand."""

    name: str
    value: Any
    key_span: Span
    value_span: Span


def _entries(node: Any, loaded: dict[Any, Any], start: int) -> Iterator[_Entry]:
    """What the mapping at the top holds, twice what it holds twice."""
    for key, value in node.value:
        spans = [Span(start + n.start_mark.index, start + n.end_mark.index) for n in (key, value)]
        name = str(key.value)
        yield _Entry(name, loaded.get(name), spans[0], spans[1])


def _metadata(source: Source, span: Span, entries: Iterator[_Entry]) -> tuple[Metadata, list[Note]]:
    notes: list[Note] = []
    values: dict[str, Any] = {}
    seen: set[str] = set()
    for entry in entries:
        name = "language" if entry.name == "lang" else entry.name
        if name in seen:
            notes.append(Note("repeated-key", entry.key_span, entry.name[:80]))
            continue
        seen.add(name)
        if name not in KNOWN:
            if name.lower() not in _FOREIGN:
                notes.append(Note("unknown-key", entry.key_span, name[:80]))
        elif name == "tags":
            values[name] = _tags(entry.value)
            if not _are_tags(entry.value):
                said = "`tags` must be a list of words"
                notes.append(Note("bad-front-matter", entry.key_span, said))
        elif name in _SWITCHES:
            values[name] = _SWITCHED.get(str(entry.value).lower())
            if values[name] is None and entry.value:
                said = f"`{name}` must be yes or no"
                notes.append(Note("bad-front-matter", entry.key_span, said))
        elif isinstance(entry.value, str):
            values[name] = entry.value
            if name == "dialect" and entry.value and entry.value not in _DIALECTS:
                notes.append(Note("unknown-dialect", entry.value_span, entry.value[:80]))
            elif name == "key":
                values["key_span"] = entry.value_span
        else:
            said = f"`{entry.name}` must be a text"
            notes.append(Note("bad-front-matter", entry.key_span, said))
    return Metadata(span, **values), notes


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(tag for tag in re.split(r"[,\s]+", value) if tag)
    if isinstance(value, list):
        return tuple(tag for tag in value[:1000] if isinstance(tag, str))
    return ()


def _are_tags(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(tag, str) for tag in value)
    )
