"""The options of `export` that are about paper: arguments in, a selection and its formats out."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import EVERYTHING, EXPORTERS, Selection

FLAGS = ("large_print", "dyslexia", "pdf_a")  # that are keys of the configuration too
MOST = 26  # versions: each has a letter
_BOUND = ("book", "index")  # of all documents, in their order
_DEFAULT = "anki,handout,json"


def add_arguments(export: argparse.ArgumentParser) -> None:
    """Adds the options that are about paper."""
    paper = export.add_argument_group("paper", "what is printed, and how; not for decks and data")
    paper.add_argument(
        "--tag",
        action="append",
        default=[],
        metavar="TAG",
        help="questions with this tag, or of documents with it; may be given again",
    )
    paper.add_argument(
        "--section",
        action="append",
        default=[],
        metavar="TITLE",
        help="questions of this section; may be given again",
    )
    paper.add_argument("--unanswered", action="store_true", help="what has no answer yet only")
    paper.add_argument(
        "--merge", action="store_true", help="one paper of all documents, not one of each"
    )
    paper.add_argument("--pick", type=_number, default=0, metavar="N", help="N questions a paper")
    paper.add_argument(
        "--versions",
        type=_number,
        default=0,
        metavar="N",
        help="N papers A, B, …: the same questions and options, each in its own order",
    )
    paper.add_argument(
        "--seed",
        metavar="TEXT",
        help="what --pick and --versions go by: the same text, the same papers",
    )
    paper.add_argument("--large-print", action="store_true", help="type for low vision")
    paper.add_argument("--dyslexia", action="store_true", help="type for readers with dyslexia")
    paper.add_argument("--pdf-a", action="store_true", help="PDF/A, for archives")


def _number(written: str) -> int:
    if not written.isascii() or not written.isdigit() or not 0 < int(written) < 1_000_000:
        raise argparse.ArgumentTypeError(f"{written!r} is no whole number from 1")
    return int(written)


def flags(options: argparse.Namespace) -> dict[str, Any]:
    """Options of PaperOptions that are set whatever is configured."""
    return {name: True for name in FLAGS if getattr(options, name)}


def selection(options: argparse.Namespace) -> Selection:
    """What is to be printed; UsageError where that makes no sense."""
    if options.versions > MOST:
        raise UsageError(f"--versions {options.versions}: there are letters for {MOST}")
    if options.seed is not None and not options.pick and not options.versions:
        raise UsageError("--seed is what --pick and --versions go by: add one of them")
    return Selection(
        tags=tuple(options.tag),
        sections=tuple(options.section),
        unanswered=options.unanswered,
        pick=options.pick,
        versions=options.versions,
        seed=options.seed or "",
        merge=options.merge,
    )


def default_formats(chosen: Selection) -> str:
    """The formats that are written when none are named."""
    if chosen == EVERYTHING:
        return _DEFAULT
    return "exam,answer-key" if chosen.versions else "handout"


def refuse_unfit(chosen: Selection, formats: Sequence[str]) -> None:
    """UsageError for formats that know nothing of a selection."""
    given = {
        "--tag": chosen.tags,
        "--section": chosen.sections,
        "--unanswered": chosen.unanswered,
        "--merge": chosen.merge,
        "--pick": chosen.pick,
        "--versions": chosen.versions,
    }
    options = [option for option, value in given.items() if value]
    others = [name for name in formats if ".handout" not in EXPORTERS[name][0]]
    if options and others:
        verb, them = ("take", "them") if len(others) > 1 else ("takes", "it")
        chooses = "chooses" if len(options) == 1 else "choose"
        raise UsageError(
            f"{_and(options)} {chooses} what is printed; {_and(others)} {verb} all questions: "
            f"leave {them} out of --to"
        )
    bound = [name for name in formats if name in _BOUND]
    options = [option for option in options if option in ("--merge", "--versions")]
    if options and bound:
        makes = "makes" if len(options) == 1 else "make"
        holds = "hold" if len(bound) > 1 else "holds"
        raise UsageError(
            f"{_and(options)} {makes} single papers; {_and(bound)} {holds} all documents in their "
            f"order: leave {'them' if len(bound) > 1 else 'it'} out of --to"
        )


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def remarks(chosen: Selection) -> Iterator[str]:
    """What to say about how papers were chosen."""
    if not chosen.pick and not chosen.versions:
        return
    what = _and(["picked"] * bool(chosen.pick) + ["shuffled"] * bool(chosen.versions))
    if chosen.seed:
        yield f"{what} by the seed “{chosen.seed}”: it makes the same papers again"
    else:
        yield f"{what} without --seed: the same papers each time; a seed makes others"
