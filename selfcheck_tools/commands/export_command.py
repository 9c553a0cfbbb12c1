"""`selfcheck export`: what can be said to it, and what it says back."""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from selfcheck_tools.commands import foretelling, paper_options
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import EXPORTERS, SPLITS

if TYPE_CHECKING:
    from selfcheck_tools.asking import Exported
    from selfcheck_tools.lastbuild import Comparison

CLEAN, FOUND = 0, 1


def add_arguments(export: argparse.ArgumentParser) -> None:
    """Adds the options of `selfcheck export`."""
    export.add_argument(
        "--to",
        metavar="FORMAT,…",
        help=f"of {', '.join(EXPORTERS)} (default: anki,handout,json; handout, or with --versions "
        "exam,answer-key, where some questions are chosen)",
    )
    export.add_argument(
        "--output", default="build", metavar="FOLDER", help="where to write (default: %(default)s)"
    )
    export.add_argument(
        "--split", choices=SPLITS, default="", help="a deck file per document, per folder, or one"
    )
    export.add_argument(
        "--tag-retired",
        action="store_true",
        help="keep notes whose questions are gone, with the tag selfcheck::retired",
    )
    export.add_argument("--strict", action="store_true", help="fail when something is left out")
    export.add_argument(
        "--check", action="store_true", help="write nothing; fail when something is to be written"
    )
    paper_options.add_arguments(export)
    lock = export.add_mutually_exclusive_group()
    lock.add_argument("--frozen", action="store_true", help="fail when selfcheck.lock is stale")
    lock.add_argument(
        "--no-lock", action="store_true", help="neither read nor write selfcheck.lock"
    )


def run(options: argparse.Namespace) -> int:
    """Exports, or with --check only compares; the exit status."""
    from selfcheck_tools import building, unchanged
    from selfcheck_tools.asking import Asking
    from selfcheck_tools.config import checked_dialect
    from selfcheck_tools.progress import Progress
    from selfcheck_tools.reports import printed

    selection = paper_options.selection(options)
    formats = _formats(
        paper_options.default_formats(selection) if options.to is None else options.to
    )
    paper_options.refuse_unfit(selection, formats)
    if not options.output:
        raise UsageError("--output: no folder named")
    asking = Asking(
        tuple(options.paths),
        tuple(formats),
        options.output,
        dialect=checked_dialect(options.dialect, "--dialect") if options.dialect else "",
        split=options.split,
        use_lock=not options.no_lock,
        frozen=options.frozen,
        tag_retired=options.tag_retired,
        selection=selection,
        paper=paper_options.flags(options),
    )
    exported = unchanged.standing(asking)
    if exported is None:
        with Progress({name: COSTS[name] for name in ("reading", *formats)}) as progress:
            exported = building.export(asking, is_check=options.check, begin=progress.begin)
    remarks = tuple(paper_options.remarks(selection))
    for line in (*_told(exported, remarks, is_check=options.check), *_summary(exported)):
        print(printed(line))
    if options.check and not exported.is_current:
        return FOUND
    return FOUND if options.strict and exported.left else CLEAN


def _formats(written: str) -> list[str]:
    from difflib import get_close_matches

    names = [name.strip() for name in written.split(",") if name.strip()]
    for name in names:
        if name not in EXPORTERS:
            near = get_close_matches(name, EXPORTERS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(EXPORTERS)}"
            raise UsageError(f"--to: no format {name}; {hint}")
    if not names:
        raise UsageError("--to: no format named")
    return list(dict.fromkeys(names))


_LISTED = 30  # more files than this are counted, not listed


def _told(exported: "Exported", remarks: Sequence[str], *, is_check: bool) -> Iterator[str]:
    wrote, removed = ("to write:", "to remove:") if is_check else ("wrote", "removed")
    for verb, paths in ((wrote, exported.written), (removed, exported.removed)):
        if len(paths) > _LISTED:
            yield f"{verb} {len(paths)} files"
        else:
            yield from (f"{verb} {path}" for path in paths)
    if exported.is_lock_stale:
        yield "selfcheck.lock is stale: run `selfcheck lock` and commit it"
    for left in exported.left:
        where = f" ({', '.join(left.formats)})" if left.formats else ""
        yield f"{left.place}: {left.message}{where}"
    yield from exported.events
    yield from exported.remarks
    yield from remarks


def _summary(exported: "Exported") -> Iterator[str]:
    kinds = Counter(left.what for left in exported.left)
    text = f"{_count(exported.questions, 'question')} from {_count(exported.documents, 'document')}"
    text += f" in {_count(len(exported.made), 'file')}"
    current = len(exported.made) - len(exported.written)
    if current:
        text += f", {current if exported.written else 'all'} up to date"
    if kinds:
        parts = [
            _count(count, _KINDS.get(what, f"missing {what}"))
            for what, count in sorted(kinds.items())
        ]
        text += f"; {', '.join(parts)}: marked or left out as listed above"
    yield text + "."
    if exported.against is not None:
        yield from _against(exported.against)


# What is not missing but cannot be shown as it should be.
_KINDS = {
    "text": "cut text",
    "formula": "unreadable formula",
    "layout": "layout fault",
    "document": "unread document",
    "markup": "unparsed text",
}


def _against(comparison: "Comparison") -> Iterator[str]:
    """What importing this build does to who has the last one."""
    from selfcheck_tools.reports import cut

    if comparison.is_first:
        yield "First build: there is no last one to compare with."
        return
    changes = comparison.changes
    yield f"Against the last build: {foretelling.counts(changes)}."
    yield from foretelling.looks(comparison)
    for kind, why in _WORTH_SAYING.items():
        those = [change for change in changes if change.kind == kind]
        if those:
            tagged = kind == "retired" and all(change.is_taken for change in those)
            yield _TAGGED if tagged else why
            yield from (f"  {cut(change.note.prompt, 76)}" for change in those[:_SOME])
            if len(those) > _SOME:
                yield f"  … and {len(those) - _SOME} more"
    yield from foretelling.searched(changes)


_SOME = 10  # more questions than this are counted, not listed
_WORTH_SAYING = {
    "refused": "Changed but not newer, so that Anki would keep the old text in silence:",
    "retired": "Retired; what a learner has stays in Anki:",
}
_TAGGED = "Retired; importing tags them selfcheck::retired:"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# What reading and formats cost, each in relation to the others.
COSTS = {
    "reading": 1.0,
    **dict.fromkeys(EXPORTERS, 60.0),  # paper
    **dict.fromkeys(("anki", "anki-text", "crowdanki"), 3.0),
    **dict.fromkeys(("json", "jsonl"), 3.0),
}
