"""selfcheck.lock: which question is which, and when what exporters made last changed.

One line a question and one a remembered thing, sorted, so that git merges them line by line:

    collection NAME
    question KEY PATH PROMPT ANSWER PROMPT-SKETCH ANSWER-SKETCH CHANGED active|retired TEXT
    remember NAME DIGEST CHANGED

Fields are separated by single spaces; an empty one is `-`; paths and names are percent-encoded.
Times are seconds since 1970.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote

from selfcheck_tools.identity import Known

NAME = "selfcheck.lock"
_HEADER = "# selfcheck.lock 1: which question is which. Commit it; the program keeps it.\n"
_VERSION = re.compile(r"# selfcheck\.lock (\d+)")
_SAFE = "/:.-_~@+,=()"


class LockError(Exception):
    """A lock that cannot be understood; the message says where and what to do."""


class Lock(NamedTuple):
    """What the lock file holds: known questions by key, remembered (digest, time) by name, and the
    collection's own name, which makes its keys differ from those of all others."""

    known: Mapping[str, Known] = {}
    remembered: Mapping[str, tuple[str, int]] = {}
    collection: str = ""


def parse(text: str) -> Lock:
    """The lock that a file's text holds; LockError where it is none."""
    known: dict[str, Known] = {}
    remembered: dict[str, tuple[str, int]] = {}
    collection = ""
    _refuse_other(text)
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            raise LockError(
                f"{NAME}:{number}: merge-conflict marks; delete the marks, keep the lines of both "
                "sides, then run `selfcheck lock`"
            )
        if line.startswith("collection "):
            collection = collection or _field(line.split(" ", 1)[1])
            continue
        try:
            _parse_line(line, known, remembered)
        except (ValueError, IndexError):
            raise LockError(
                f"{NAME}:{number}: damaged line; restore the file from version control, or delete "
                "the line (that question then gets a new key)"
            ) from None
    return Lock(known, remembered, collection)


def _refuse_other(text: str) -> None:
    """LockError for a lock of another version, or one that was cut short."""
    version = _VERSION.match(text)
    if version is not None and version[1] != "1":
        raise LockError(
            f"{NAME}:1: written by another version of the program; use that one, or restore the "
            "file from version control"
        )
    if text and not text.endswith("\n"):
        raise LockError(
            f"{NAME}:{len(text.splitlines())}: the file ends within a line; restore it from version "
            "control, or end the line if it is whole"
        )


def _parse_line(line: str, known: dict[str, Known], remembered: dict[str, tuple[str, int]]) -> None:
    kind, rest = line.split(" ", 1)
    if kind == "question":
        key, path, prompt, answer, prompt_sketch, answer_sketch, changed, state, *text = rest.split(
            " ", 8
        )
        if state not in ("active", "retired"):
            raise ValueError(state)
        entry = Known(
            _field(key),
            _field(path),
            _field(prompt),
            _field(answer),
            _field(prompt_sketch),
            _field(answer_sketch),
            int(changed),
            state == "retired",
            text[0] if text else "",
        )
        before = known.get(entry.key)
        if before is None or (before.retired, -before.changed) > (entry.retired, -entry.changed):
            known[entry.key] = entry  # after a merge of both sides, the living and newer one
    elif kind == "remember":
        name, digest, changed = rest.split(" ")
        time = int(changed)
        if time >= remembered.get(_field(name), ("", -1))[1]:
            remembered[_field(name)] = (digest, time)
    else:
        raise ValueError(kind)


def dump(lock: Lock) -> str:
    """A lock as the text of its file."""
    lines = [_HEADER]
    if lock.collection:
        lines.append(f"collection {_written(lock.collection)}\n")
    for key in sorted(lock.known):
        entry = lock.known[key]
        fields = [
            *map(_written, entry[:6]),
            str(entry.changed),
            "retired" if entry.retired else "active",
        ]
        text = entry.text
        if not text.isprintable():
            text = "".join(c if c.isprintable() else " " for c in text)
        lines.append(f"question {' '.join(fields)} {text}".rstrip() + "\n")
    for name in sorted(lock.remembered):
        digest, changed = lock.remembered[name]
        lines.append(f"remember {_written(name)} {digest} {changed}\n")
    return "".join(lines)


def _written(field: str) -> str:
    return (
        quote(field, safe=_SAFE, errors="surrogateescape")
        if field not in ("", "-")
        else ("%2D" if field else "-")
    )


def _field(written: str) -> str:
    return "" if written == "-" else unquote(written, errors="surrogateescape")


class Times:
    """When things last changed, by what the lock remembers; what is asked is remembered."""

    def __init__(self, remembered: Mapping[str, tuple[str, int]], now: int) -> None:
        self.remembered = dict(remembered)
        self._now = now

    def changed(self, name: str, digest: str) -> int:
        """The time of a thing with this digest; a new digest gets a time after the old one's."""
        before = self.remembered.get(name)
        if before is not None and before[0] == digest:
            return before[1]
        time = max(self._now, before[1] + 1) if before is not None else self._now
        self.remembered[name] = (digest, time)
        return time
