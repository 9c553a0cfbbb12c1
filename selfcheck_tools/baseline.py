"""A record of findings that a team means to mend later: only what is new is reported.

A finding is recorded by its rule, its question and the text that it blames, never by its line; see
`fingerprints`. Where it stands in no question its document counts instead. The file is JSON, a
finding a line, sorted, so that git merges and shows it.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from selfcheck_tools.diagnostics import Diagnostic
from selfcheck_tools.errors import UsageError
from selfcheck_tools.fingerprints import fingerprint
from selfcheck_tools.outputs import write_report

_FORMAT = 1

Inner = Callable[[str], str]  # a path that is shown -> the path in the content folder


def mark(diagnostic: Diagnostic, path: str) -> str:
    """What a finding is recognised by, in the document with a path in the content folder."""
    return fingerprint(diagnostic, document="" if diagnostic.subject else path)


def write(path: str, found: Sequence[Diagnostic], inner: Inner) -> None:
    """Records findings in a file, whole or not at all."""
    findings = [
        {"path": inner(each.path), "rule": each.rule, "mark": mark(each, inner(each.path))}
        for each in found
    ]
    body = ",\n".join(f"  {line}" for line in sorted(map(json.dumps, findings)))
    text = f'{{"selfcheck-baseline": {_FORMAT}, "findings": [\n{body}\n]}}\n'
    write_report(path, text.encode())


def new(
    path: str, found: Sequence[Diagnostic], inner: Inner, documents: Collection[str]
) -> tuple[list[Diagnostic], int]:
    """The findings that a file does not record, and how many of those that it records of some
    documents (by their paths in the content folder) are gone.

    UsageError for a file that cannot be read or is no baseline.
    """
    recorded = _load(path)
    kept = unknown(found, Counter(mark for _, mark in recorded), inner)
    known = Counter(mark(each, inner(each.path)) for each in found)
    gone = 0
    for where, wanted in recorded:
        if known[wanted]:
            known[wanted] -= 1
        else:
            gone += where in documents
    return kept, gone


def unknown(found: Iterable[Diagnostic], known: Counter[str], inner: Inner) -> list[Diagnostic]:
    """The findings beyond those that are known, as often as they are."""
    left = known.copy()
    kept = []
    for each in found:
        own = mark(each, inner(each.path))
        if left[own] > 0:
            left[own] -= 1
        else:
            kept.append(each)
    return kept


def _load(path: str) -> list[tuple[str, str]]:
    """The path and the mark of each recorded finding."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no baseline: {error}") from None
    try:
        if data["selfcheck-baseline"] != _FORMAT:
            raise UsageError(f"{path} was written by another version; write it anew")
        return [(str(each["path"]), str(each["mark"])) for each in data["findings"]]
    except (KeyError, TypeError):
        raise UsageError(f"{path} is no baseline: write one with --write-baseline") from None
