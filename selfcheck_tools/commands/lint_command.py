"""`selfcheck lint`: what can be said to it, and what it says back."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from selfcheck_tools import __version__, replay
from selfcheck_tools.errors import UsageError

if TYPE_CHECKING:
    from selfcheck_tools.diagnostics import Diagnostic
    from selfcheck_tools.linting import Asking, Linted
    from selfcheck_tools.mending import Mended

CLEAN, FOUND, USAGE = 0, 1, 2
LEVELS = ("error", "warning", "info", "never")
FORMATS = (
    "text", "full", "concise", "json", "jsonl", "github", "sarif", "junit", "gitlab", "checkstyle",
    "rdjson",
)  # fmt: skip
COSTS_OF_LINT = {"checking": 10.0, "comparing": 1.0}  # in relation to each other
_FOR_PEOPLE = ("text", "full", "concise")


def add_arguments(lint: argparse.ArgumentParser) -> None:
    """What `selfcheck lint` takes besides paths."""
    rules = lint.add_argument_group("rules")
    rules.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="NAMES",
        help="only these: rules, families, severities, `default` or `all`, separated by commas",
    )
    rules.add_argument(
        "--deselect", action="append", default=[], metavar="NAMES", help="all but these"
    )
    rules.add_argument("--baseline", metavar="FILE", help="report only what FILE does not record")
    rules.add_argument(
        "--write-baseline", metavar="FILE", help="record today's findings, so that CI can start"
    )
    rules.add_argument(
        "--since", metavar="REV", help="report only what has been touched since a git revision"
    )
    fixes = lint.add_argument_group("fixes")
    fixes.add_argument("--fix", action="store_true", help="apply the safe fixes")
    fixes.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: also those to be reviewed",
    )
    fixes.add_argument("--diff", action="store_true", help="show what --fix would change")
    fixes.add_argument("--show-fixes", action="store_true", help="list what --fix mended")
    output = lint.add_argument_group("output")
    output.add_argument(
        "--output-format",
        action="append",
        default=[],
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(FORMATS)}; several times for several",
    )
    output.add_argument("--output-file", metavar="FILE", help="write the report to FILE")
    output.add_argument("--statistics", action="store_true", help="count the findings of each rule")
    output.add_argument("--quiet", "-q", action="store_true", help="findings only, no summary")
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    output.add_argument(
        "--fail-on",
        choices=LEVELS,
        default="error",
        metavar="LEVEL",
        help=f"exit with 1 from this severity on: {', '.join(LEVELS)} (default: error)",
    )
    output.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever is found")
    files = lint.add_argument_group("files")
    files.add_argument(
        "--stdin-filename", metavar="NAME", help="with - as path: what the text on stdin is called"
    )
    files.add_argument(
        "--force-exclude", action="store_true", help="leave out excluded files that are named, too"
    )
    files.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")


def _is_on_github() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


class _Report(NamedTuple):
    """A format and the file that it goes to; standard output where that is empty."""

    format: str
    file: str


def run(options: argparse.Namespace) -> int:
    """Lints; the exit status."""
    from selfcheck_tools import mending

    reports = _reports(options)
    linted = _linted(options)
    said: list[str] = [*linted.notices, *linted.remarks]
    mended = None
    if options.fix or options.diff:
        mended = mending.mend(linted, unsafe=options.unsafe_fixes)
        said += (
            f"{path}: the fix of {rule} was not taken: it would change more than it may"
            for path, rule in mended.refused
        )
        if options.diff:
            _emit(b"", _lines(said))
            return _show_diff(mended)
        if mended.files:
            mended, overtaken = mending.write_mended(mended)
            said += (
                f"{path} was not mended: it has changed since it was read; run again"
                for path in overtaken
            )
            linted = _linted(options)
        if options.show_fixes:
            said += mending.fixes_shown(mended)
    found = _reported(options, linted, said.append)
    output = b"".join(_written(report, linted, found, mended, options) for report in reports)
    errors = _lines([*said, *linted.unread])
    status = USAGE if linted.unread else FOUND if _fails(found, options) else CLEAN
    _emit(output, errors)
    if not (options.fix or options.write_baseline or linted.remarks):
        replay.record(options.arguments, linted, output, errors, status)
    return status


def _reported(
    options: argparse.Namespace, linted: "Linted", say: Callable[[str], None]
) -> "list[Diagnostic]":
    """What of all that was found is to be reported; with --write-baseline it is recorded instead."""
    found = list(linted.diagnostics)
    if options.since:
        from selfcheck_tools.revisions import touched_since

        found = touched_since(options.since, linted)
    if options.write_baseline:
        from selfcheck_tools import baseline

        baseline.write(options.write_baseline, found, linted.sources.relative)
        say(f"{options.write_baseline}: {_count(len(found), 'finding')} recorded")
        return []
    if options.baseline:
        from selfcheck_tools import baseline

        inner = linted.sources.relative
        documents = frozenset(map(inner, linted.documents))
        found, gone = baseline.new(options.baseline, found, inner, documents)
        if gone:
            say(
                f"{options.baseline}: {_count(gone, 'recorded finding')} gone; write it anew with "
                "--write-baseline"
            )
    return found


def _linted(options: argparse.Namespace) -> "Linted":
    from selfcheck_tools.linting import lint
    from selfcheck_tools.progress import Progress

    with Progress(COSTS_OF_LINT) as progress:
        return lint(_asking(options), progress.begin)


def _asking(options: argparse.Namespace) -> "Asking":
    from selfcheck_tools.config import checked_dialect
    from selfcheck_tools.linting import Asking

    return Asking(
        paths=tuple(path for path in options.paths if path != "-"),
        dialect=checked_dialect(options.dialect, "--dialect") if options.dialect else "",
        select=_names(options.select),
        deselect=_names(options.deselect),
        force_exclude=options.force_exclude,
        use_cache=not options.no_cache,
        stdin=_stdin(options),
    )


def _names(written: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip() for part in written for name in part.split(",") if name.strip())


def _stdin(options: argparse.Namespace) -> tuple[str, bytes] | None:
    """The document on standard input; read once."""
    if "-" not in options.paths and options.stdin_filename is None:
        return None
    if options.paths != ["-"] or options.stdin_filename is None:
        raise UsageError("give --stdin-filename NAME and - as the only path")
    if options.fix:
        raise UsageError("--fix writes files; with - use --diff")
    if not hasattr(options, "stdin"):
        options.stdin = sys.stdin.buffer.read()
    return options.stdin_filename, options.stdin


def _reports(options: argparse.Namespace) -> list[_Report]:
    """Which formats go where; annotations come by themselves on GitHub."""
    found: list[_Report] = []
    for written in options.output_format or ["text"]:
        name, _, file = written.partition("=")
        if name not in FORMATS:
            from difflib import get_close_matches

            near = get_close_matches(name, FORMATS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(FORMATS)}"
            raise UsageError(f"--output-format: no format {name}; {hint}")
        found.append(_Report(name, file))
    if options.output_file:
        if not any(not report.file for report in found):
            raise UsageError("--output-file: every format has a file already")
        at = next(at for at, report in enumerate(found) if not report.file)
        found[at] = found[at]._replace(file=options.output_file)
    printed = [report.format for report in found if not report.file]
    if len(printed) > 1 and any(name not in _FOR_PEOPLE for name in printed):
        raise UsageError(f"{' and '.join(printed)} cannot share one stream: write FORMAT=FILE")
    if _is_on_github() and printed and printed[0] in _FOR_PEOPLE:
        found.append(_Report("github", ""))
    return found


def _written(
    report: _Report,
    linted: "Linted",
    found: "Sequence[Diagnostic]",
    mended: "Mended | None",
    options: argparse.Namespace,
) -> bytes:
    """What a report prints; nothing of one that goes to a file, which is then written."""
    from selfcheck_tools import reports as reporting
    from selfcheck_tools.outputs import write_report

    to_file = bool(report.file)
    summary = reporting.Summary(
        documents=len(linted.documents),
        questions=linted.questions,
        answered=linted.answered,
        mended=len(mended.findings) if mended else 0,
    )
    parts = reporting.REPORTS[report.format](
        found,
        linted.sources,
        width=terminal_width(),
        color=has_color(options.color) and not to_file,
        summary=None if options.quiet or report.format == "github" else summary,
        rules=linted.setting.rules,
        documents=linted.documents,
        version=__version__,
    )
    if options.statistics and report.format in _FOR_PEOPLE:
        parts = _statistics(found)
    text = "".join(parts)
    if report.format in _FOR_PEOPLE and not sys.stdout.isatty() and "##" in text:
        text = re.sub(r"##\w*(?=\[)", r"\g<0>\\", text)  # a command to GitHub, Azure or TeamCity
    if to_file:
        write_report(report.file, text.encode())
        return b""
    # Machine formats are UTF-8 whatever the locale says.
    is_for_people = report.format in _FOR_PEOPLE
    encoding = (sys.stdout.encoding or "utf-8") if is_for_people else "utf-8"
    return text.encode(encoding, "backslashreplace")


def _statistics(found: "Sequence[Diagnostic]") -> Iterator[str]:
    """How many findings each rule has, the most first, and whether they can be mended."""
    counted: dict[tuple[str, str], list[Diagnostic]] = {}
    for diagnostic in found:
        counted.setdefault((diagnostic.rule, diagnostic.severity), []).append(diagnostic)
    width = len(str(max(map(len, counted.values()), default=0)))
    for (rule, severity), those in sorted(counted.items(), key=lambda item: (-len(item[1]), item)):
        fixes = {fix.safe for d in those if (fix := d.finding.fix) is not None}
        mark = " [*]" if True in fixes else " [unsafe fix]" if fixes else ""
        yield f"{len(those):>{width}}  {severity:7}  {rule}{mark}\n"


def _fails(found: "Sequence[Diagnostic]", options: argparse.Namespace) -> bool:
    if options.exit_zero or options.fail_on == "never":
        return False
    from selfcheck_tools.diagnostics import Severity

    least = Severity(options.fail_on).rank
    return any(diagnostic.severity.rank <= least for diagnostic in found)


def _show_diff(mended: "Mended") -> int:
    from selfcheck_tools import mending, reports

    for line in mending.diff(mended):  # on a terminal to be seen, in a pipe to be applied
        print(reports.visible(line[:-1]) if sys.stdout.isatty() else line[:-1])
    return FOUND if mended.files else CLEAN


def _lines(said: Sequence[str]) -> bytes:
    """What is no finding, as lines for standard error."""
    if not said:
        return b""
    from selfcheck_tools.reports import printed

    text = "".join(f"selfcheck: {printed(line)}\n" for line in said)
    return text.encode(sys.stderr.encoding or "utf-8", "backslashreplace")


def _emit(output: bytes, errors: bytes) -> None:
    for stream, data in ((sys.stdout, output), (sys.stderr, errors)):
        stream.flush()
        stream.buffer.write(data)
        stream.buffer.flush()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# ── the terminal ────────────────────────────────────────────────────────────────────────────────


def write_bytes(parts: Iterator[str]) -> None:
    """Machine formats are UTF-8 whatever the locale says."""
    sys.stdout.flush()
    for part in parts:
        sys.stdout.buffer.write(part.encode())
    sys.stdout.buffer.flush()


def terminal_width() -> int:
    """Columns to write for; 80 where there is no terminal that says."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return 80
    import shutil

    return max(40, min(shutil.get_terminal_size((80, 24)).columns, 140))


def has_color(wish: str = "auto") -> bool:
    """NO_COLOR (no-color.org), then FORCE_COLOR and CLICOLOR_FORCE, then a terminal that can."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if os.environ.get(name, "0") not in ("", "0"):
            return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
