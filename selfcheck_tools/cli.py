"""The command line: arguments in, words and an exit status out."""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

from selfcheck_tools import __version__
from selfcheck_tools.commands import (
    diff_command,
    export_command,
    lint_command,
    push_command,
)
from selfcheck_tools.commands.lint_command import terminal_width, write_bytes
from selfcheck_tools.errors import UsageError

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


CLEAN, FOUND, USAGE, BUG = 0, 1, 2, 70
# What is said without a name of a file is said of standard output: others are written by `outputs`.
_WRITING = frozenset((errno.EPIPE, errno.ENOSPC, errno.EFBIG, errno.EIO))


def main(arguments: Sequence[str]) -> int:
    """Runs the program; gives its exit status: 0 clean, 1 findings, 2 wrong use or what the machine
    refuses, 70 our fault."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _status(arguments)
        sys.stdout.flush()
        return status
    except UsageError as error:
        return _refused(str(error))
    except MemoryError:
        # Nothing is imported or built for that any more.
        os.write(
            2, b"selfcheck: there is not enough memory: name fewer documents, or give it more\n"
        )
        return USAGE
    except OSError as error:
        if error.errno is None:  # not of the system, but of a library
            return _bug()
        if error.filename is not None or error.errno not in _WRITING:
            return _refused(f"{error.filename or 'the system refuses'}: {error.strerror}")
        _silence(sys.stdout)
        if isinstance(error, BrokenPipeError):
            return CLEAN  # whoever read us has read enough
        return _refused(f"standard output cannot be written: {error.strerror}")
    except Exception:
        return _bug()


def _status(arguments: Sequence[str]) -> int:
    try:
        options = _parser().parse_args(arguments)
        options.arguments = list(arguments)
        status: int = options.run(options)
    except SystemExit as error:  # after help, or what is wrong, was printed
        return error.code if isinstance(error.code, int) else USAGE
    return status


def _refused(why: str) -> int:
    from selfcheck_tools.reports import printed

    first, *more = why.split("\n")
    try:
        for line in (f"selfcheck: {first}", *more):
            print(printed(line), file=sys.stderr)
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)  # nobody can be told, but for the status
    return USAGE


def _silence(stream: TextIO) -> None:
    """Has a stream that cannot be written lead nowhere: else Python would try again at exit, and
    complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _bug() -> int:
    import traceback

    traceback.print_exc()
    print("selfcheck: this is a bug of selfcheck; please report it", file=sys.stderr)
    return BUG


class _Parser(argparse.ArgumentParser):
    def _print_message(self, message: str, file: "SupportsWrite[str] | None" = None) -> None:
        # The original passes over it in silence when it cannot be written.
        (file or sys.stderr).write(message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="selfcheck", description="Lint questions and answers in Markdown, and export them."
    )
    parser.add_argument("--version", action="version", version=f"selfcheck {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_lint(commands)
    _add_config(commands)
    _add_clean(commands)
    _add_export(commands)
    _add_diff(commands)
    _add_push(commands)
    _add_list(commands)
    _add_lock(commands)
    _add_explain(commands)
    _add_schema(commands)
    return parser


_Commands = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add(
    commands: _Commands,  # type: ignore[valid-type]
    name: str,
    run: Callable[[argparse.Namespace], int],
    about: str,
    *,
    paths: bool = True,
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(  # type: ignore[attr-defined]
        name, help=about, description=about, allow_abbrev=False
    )
    command.set_defaults(run=run)
    if paths:
        command.add_argument(
            "paths", nargs="*", metavar="PATH", help="files and folders (default: this folder)"
        )
        command.add_argument(
            "--dialect",
            default="",
            metavar="NAME",
            help="how questions are written (default: seen)",
        )
    return command


def _dialect(options: argparse.Namespace) -> str:
    from selfcheck_tools.config import checked_dialect

    return checked_dialect(options.dialect, "--dialect") if options.dialect else ""


# ── lint, config, clean ─────────────────────────────────────────────────────────────────────────


def _add_lint(commands: _Commands) -> None:  # type: ignore[valid-type]
    lint = _add(commands, "lint", lint_command.run, "find what would hurt a learner or an export")
    lint_command.add_arguments(lint)


def _add_config(commands: _Commands) -> None:  # type: ignore[valid-type]
    _add(commands, "config", _config, "show what is configured and where it comes from")


def _config(options: argparse.Namespace) -> int:
    from selfcheck_tools.commands.settings import settings
    from selfcheck_tools.config import find_root
    from selfcheck_tools.reports import printed

    for line in settings(find_root(options.paths or ["."])):
        print(printed(line))
    return CLEAN


def _add_clean(commands: _Commands) -> None:  # type: ignore[valid-type]
    _add(commands, "clean", _clean, "remove the cache")


def _clean(options: argparse.Namespace) -> int:
    from selfcheck_tools import cache
    from selfcheck_tools.config import find_root
    from selfcheck_tools.reports import printed

    root = find_root(options.paths or ["."])
    shown = os.path.relpath(os.path.join(root.folder, cache.FOLDER))
    what = " removed" if cache.remove(root.folder) else ": nothing to remove"
    print(printed(f"{shown}{what}"))
    return CLEAN


# ── export, diff, push ──────────────────────────────────────────────────────────────────────────


def _add_export(commands: _Commands) -> None:  # type: ignore[valid-type]
    about = "write decks, handouts and data"
    export_command.add_arguments(_add(commands, "export", export_command.run, about))


def _add_diff(commands: _Commands) -> None:  # type: ignore[valid-type]
    about = "say what importing will do: added, changed, moved, retired"
    diff_command.add_arguments(_add(commands, "diff", diff_command.run, about, paths=False))


def _add_push(commands: _Commands) -> None:  # type: ignore[valid-type]
    push = _add(commands, "push", push_command.run, "bring a running Anki up to date")
    push_command.add_arguments(push)


# ── list, lock, explain, schema ─────────────────────────────────────────────────────────────────


def _add_list(commands: _Commands) -> None:  # type: ignore[valid-type]
    _add(commands, "list", _list, "show what was read: dialect, sections, questions, state")


def _list(options: argparse.Namespace) -> int:
    from selfcheck_tools import project
    from selfcheck_tools.commands.listing import listing
    from selfcheck_tools.reports import printed

    content = project.open_content(options.paths, dialect=_dialect(options))
    for line in listing(content, width=terminal_width()):
        print(printed(line))
    return CLEAN


def _add_lock(commands: _Commands) -> None:  # type: ignore[valid-type]
    lock = _add(commands, "lock", _lock, "update selfcheck.lock, which knows each question")
    lock.add_argument("--check", action="store_true", help="only say whether it is up to date")


def _lock(options: argparse.Namespace) -> int:
    from selfcheck_tools import lock, project
    from selfcheck_tools.reports import printed

    content = project.open_content(options.paths, dialect=_dialect(options), whole=True)
    if not content.root.keeps_lock:
        raise UsageError("a single file outside of a content folder has no lock: name its folder")
    identity = project.identify(content, content.documents, use_lock=True)
    for doubt in identity.doubts:
        print(printed(doubt))
    stale = project.stale_questions(identity)
    prepared = project.Prepared(content, content, identity, use_lock=True)
    if not options.check or project.knows_notes(prepared):
        stale += project.refresh(prepared)
    shown = printed(content.shown(lock.NAME))
    if options.check:
        print(f"{shown} is stale: {'; '.join(stale)}" if stale else f"{shown} is up to date")
        return FOUND if stale else CLEAN
    project.save_lock(prepared)
    print(f"{shown}: {'; '.join(stale) if stale else 'nothing to do'}")
    return CLEAN


def _add_explain(commands: _Commands) -> None:  # type: ignore[valid-type]
    explain = _add(commands, "explain", _explain, "print the manual page of a rule", paths=False)
    explain.add_argument("rule", nargs="?", metavar="RULE", help="default: a list of the rules")
    explain.add_argument("--all", action="store_true", help="the whole manual, as Markdown")


def _explain(options: argparse.Namespace) -> int:
    from difflib import get_close_matches

    from selfcheck_tools import reports as report
    from selfcheck_tools.rules import RULES

    if options.all:
        from selfcheck_tools.commands.manual import manual

        write_bytes(iter([manual(RULES)]))
        return CLEAN
    names = [rule.name for rule in RULES]
    if options.rule is None:
        width = max(map(len, names))
        for rule in RULES:
            print(f"{rule.name:{width}}  {rule.severity:7}  {rule.manual.strip().splitlines()[0]}")
        return CLEAN
    for rule in RULES:
        if rule.name == options.rule:
            print(report.explain(rule))
            return CLEAN
    near = get_close_matches(options.rule, names, 1)
    raise UsageError(f"no rule {options.rule}" + (f"; did you mean {near[0]}?" if near else ""))


def _add_schema(commands: _Commands) -> None:  # type: ignore[valid-type]
    _add(commands, "schema", _schema, "print the JSON Schema of the json format", paths=False)


def _schema(options: argparse.Namespace) -> int:
    from selfcheck_tools.exporters.json import schema

    write_bytes(iter([schema()]))
    return CLEAN
