"""The front matter: YAML between `---` lines at the top of a file."""

import re
from typing import Any

from selfcheck_tools.model import Metadata, Note
from selfcheck_tools.text import Source, Span

_FRONT = re.compile(
    r"\ufeff?---[ \t]*(?:\r\n?|\n)(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|\Z)", re.S | re.M
)

# Keys that other programs read; no complaint about them.
_FOREIGN = frozenset(
    "layout date id slug draft weight description summary keywords categories category image "
    "permalink aliases sidebar_position sidebar_label toc math updated lastmod created published "
    "modified status version license source sources url type parent nav_order hide_table_of_contents "
    "cssclass cssclasses publish created_at updated_at subtitle reviewed".split()
)
MAX_LENGTH = 20_000
KNOWN = tuple(field for field in Metadata.__struct_fields__ if field != "span")


def read_metadata(source: Source) -> tuple[Metadata, list[Note]]:
    """What the front matter says, and what is wrong with it as notes."""
    match = _FRONT.match(source.clean)
    if match is None:
        return Metadata(), []
    span = Span(match.start(), match.end())
    start = match.start("yaml")
    if len(match["yaml"]) > MAX_LENGTH:
        text = f"longer than {MAX_LENGTH:,} characters, so it is not read"
        return Metadata(span), [Note("bad-front-matter", Span(start, start), text)]
    import yaml

    try:
        # Every scalar stays the text that it is written as: no dates, no numbers, no objects. Not
        # the loader in C: deep nesting overflows its stack, and the process is gone.
        loaded = yaml.load(match["yaml"], Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = start + (mark.index if mark is not None else 0)
        return Metadata(span), [Note("bad-front-matter", _point(source, at), str(error.problem))]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        text = "nested too deeply" if deep else str(error).split("\n", 1)[0]
        return Metadata(span), [Note("bad-front-matter", Span(start, start), text)]
    if not isinstance(loaded, dict):
        if not loaded:
            return Metadata(span), []
        note = Note(
            "bad-front-matter", Span(start, match.end("yaml")), "expected `key: value` lines"
        )
        return Metadata(span), [note]
    return _metadata(source, span, loaded, start)


def _point(source: Source, at: int) -> Span:
    line = source.line_span(source.line_of(min(at, len(source.text))))
    return Span(min(max(at, line.start), line.end), line.end)


def _metadata(
    source: Source, span: Span, loaded: dict[Any, Any], start: int
) -> tuple[Metadata, list[Note]]:
    notes: list[Note] = []
    values: dict[str, Any] = {}
    for key, value in loaded.items():
        name = str(key)
        if name == "lang":
            name = "language"
        if name not in KNOWN:
            if name.lower() not in _FOREIGN:
                notes.append(Note("unknown-key", _key_span(source, span, name), name[:80]))
        elif name == "tags":
            values[name] = _tags(value)
        elif isinstance(value, str):
            values[name] = value
        else:
            where = _key_span(source, span, name)
            notes.append(Note("bad-front-matter", where, f"`{name}` must be a text"))
    return Metadata(span, **values), notes


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(tag for tag in re.split(r"[,\s]+", value) if tag)
    if isinstance(value, list):
        return tuple(tag for tag in value[:1000] if isinstance(tag, str))
    return ()


def _key_span(source: Source, front: Span, name: str) -> Span:
    match = re.compile(rf"^[\"']?{re.escape(name)}[\"']?\s*:", re.MULTILINE).search(
        source.clean, front.start, front.end
    )
    return Span(match.start(), match.start() + len(name)) if match else front
