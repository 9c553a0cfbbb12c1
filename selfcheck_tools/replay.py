"""The last run again, when nothing that it depends on has changed: what it said, and its status.

This is what makes a second run on a large collection quick, so nothing is imported here that takes
long. A record is a list of fields separated by NUL: the command, what the run depended on (each
with how it looked), what it said. One that is damaged or does not fit is as good as absent.
"""

import os
import stat
import sys

TYPE_CHECKING = False  # as type checkers have it; loading `typing` would take a third of all time
if TYPE_CHECKING:
    from collections.abc import Iterator

    from selfcheck_tools.cache import Stamp
    from selfcheck_tools.linting import Linted

    _Fields = tuple[str, str, str, str]

FOLDER = ".selfcheck_cache"
_FORMAT = "selfcheck replay 1"
_OWN = frozenset((".selfcheck_cache", "selfcheck.lock", "build"))  # as in `files`
_MOST_BYTES = 64 * 1024 * 1024
_SETTLED = 2_000_000_000  # nanoseconds, as in `cache`
_VARIABLES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS", "GITHUB_ACTIONS",
              "SOURCE_DATE_EPOCH", "PYTHONIOENCODING", "PYTHONUTF8", "LC_ALL", "LC_CTYPE",
              "LANG")  # fmt: skip
# What reads or writes more than documents.
_NEVER = frozenset(
    (
        "--fix",
        "--diff",
        "--no-cache",
        "--since",
        "--output-file",
        "--baseline",
        "--write-baseline",
        "--stdin-filename",
        "-",
        "--help",
        "-h",
    )
)
_MARKERS = ("selfcheck.toml", "pyproject.toml", "selfcheck.lock", ".git", ".gitignore")


def command(arguments: list[str]) -> str:
    """What a run says depends on, apart from files; empty for a run that is not to be replayed."""
    for argument in arguments:
        name, _, value = argument.partition("=")
        if name in _NEVER or "=" in value or (value and not name.startswith("--")):
            return ""
    if arguments[:1] != ["lint"]:
        return ""
    import time

    day = time.strftime("%Y-%m-%d", time.gmtime())
    streams = [_columns(stream) for stream in (sys.stdout, sys.stderr)]
    variables = [os.environ.get(name, "") for name in _VARIABLES]
    return "\x01".join([os.getcwd(), day, *arguments, "", *streams, *variables])


def _columns(stream: object) -> str:
    """The columns of a terminal; empty for what is none."""
    try:
        descriptor = stream.fileno()  # type: ignore[attr-defined]
        return str(os.get_terminal_size(descriptor).columns) if os.isatty(descriptor) else ""
    except (OSError, ValueError, AttributeError):
        return ""


# ── looking ─────────────────────────────────────────────────────────────────────────────────────


def replay(arguments: list[str]) -> int | None:
    """Says again what the last run with these arguments said; its status, or None if this must be a
    run of its own."""
    asked = command(arguments)
    if not asked:
        return None
    for folder in _folders(arguments):
        record = _load(os.path.join(folder, FOLDER, _name(asked)))
        if record is not None and record[1] == asked and _holds(record):
            return _say(record)
    return None


def _folders(arguments: list[str]) -> list[str]:
    """Where a record may be: the folders above the paths."""
    paths = [path for path in arguments[1:] if not path.startswith("-") and os.path.exists(path)]
    found: dict[str, None] = {}
    for path in paths or ["."]:
        folder = os.path.realpath(path)
        while folder not in found:
            found[folder] = None
            folder = os.path.dirname(folder)
    return [folder for folder in found if os.path.isdir(os.path.join(folder, FOLDER))]


def _name(asked: str) -> str:
    import zlib

    from selfcheck_tools.secret import key

    return f"run-{key()[:32]}-{zlib.crc32(asked.encode('utf-8', 'surrogateescape')) % 16:x}"


def _load(path: str) -> list[str] | None:
    """The fields of a record: format, command, root, status, output, errors, then four fields for
    each thing that it depends on."""
    try:
        if os.path.getsize(path) > _MOST_BYTES:
            return None
        if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would hang the run
            return None
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            fields = file.read().split("\0")
    except OSError:
        return None
    return fields if fields[0] == _FORMAT and len(fields) % 4 == 2 else None


def _holds(record: list[str]) -> bool:
    """Whether all that a run depended on looks as it did."""
    root = record[2]
    real: dict[str, str] = {}
    for at in range(6, len(record), 4):
        kind, path, look, answer = record[at : at + 4]
        if kind == "file" or kind == "folder":
            if _look(path) != look and _digest(kind, path) != answer:
                return False
        elif kind == "exists":
            if os.path.lexists(path) != (answer == "yes"):
                return False
        elif _kind(root, path, real) != answer:
            return False
    return True


def _look(path: str) -> str:
    """How a file or folder looks from outside; a question mark for what cannot be looked at."""
    try:
        seen = os.stat(path)
    except (OSError, ValueError):
        return "?"
    return f"{seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns} {seen.st_ino}"


def _digest(kind: str, path: str) -> str:
    """A digest of what a file or a folder holds, as `cache` makes it; a folder that cannot be read
    holds nothing, and a file that cannot has none."""
    from hashlib import blake2b

    data = b""
    try:
        if kind == "folder":
            names = sorted(name for name in os.listdir(path) if name not in _OWN)
            data = "\0".join(names).encode("utf-8", "surrogateescape")
        else:
            if not stat.S_ISREG(os.stat(path).st_mode):
                return ""
            with open(path, "rb") as file:
                data = file.read()
    except (OSError, ValueError):
        if kind == "file":
            return ""
    return blake2b(data, digest_size=16).hexdigest()


def _kind(root: str, path: str, real: "dict[str, str]") -> str:
    """What `Disk.kind` answers; `real` remembers where folders really are."""
    folder, _, name = path.rpartition("/")
    if name in ("", ".", ".."):
        return "?"
    if folder not in real:
        real[folder] = os.path.realpath(os.path.join(root, folder))
    place = f"{real[folder]}/{name}"
    try:
        seen = os.lstat(place)
        if stat.S_ISLNK(seen.st_mode):
            place = os.path.realpath(place)
            seen = os.stat(place)
        mode = seen.st_mode
    except OSError:
        mode = 0
    if not place.startswith(f"{root}/"):
        return "outside"
    if not mode:
        return "missing"
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def _say(record: list[str]) -> int | None:
    output = record[4].encode("utf-8", "surrogateescape")
    errors = record[5].encode("utf-8", "surrogateescape")
    if not record[3].isdigit() or not (_is_clean(output) and _is_clean(errors)):
        return None
    for stream, data in ((sys.stdout, output), (sys.stderr, errors)):
        stream.flush()
        stream.buffer.write(data)
        stream.buffer.flush()
    return int(record[3])


_CONTROLS = bytes([*range(9), 11, 12, *range(14, 27), *range(28, 32), 127])


def _is_clean(data: bytes) -> bool:
    """Whether nothing but colours can happen on a terminal: a stranger may have made the record."""
    if len(data.translate(None, _CONTROLS)) != len(data) or b"\xc2\x9b" in data:
        return False
    return all(
        part.startswith(b"[") and part[1 : part.find(b"m")].replace(b";", b"0").isdigit()
        for part in data.split(b"\x1b")[1:]
    )


# ── recording ───────────────────────────────────────────────────────────────────────────────────


def record(
    arguments: list[str], linted: "Linted", output: bytes, errors: bytes, status: int
) -> None:
    """Keeps what a run said, if it can be said again."""
    asked = command(arguments)
    if not asked or linted.unread or not linted.setting.root.keeps_lock:
        return
    fields = [_FORMAT, asked, linted.setting.root.folder, str(status)]
    fields += (data.decode("utf-8", "surrogateescape") for data in (output, errors))
    for dependence in _dependences(linted):
        if dependence is None:
            return
        fields += dependence
    data = "\0".join(fields).encode("utf-8", "surrogateescape")
    if len(data) <= _MOST_BYTES and "\0" not in asked:
        from selfcheck_tools import cache

        cache.write(linted.setting.root.folder, _name(asked), data)


def _dependences(linted: "Linted") -> "Iterator[_Fields | None]":
    """Each thing that a run depended on: its kind, path, look and answer; None for one that cannot
    be asked again."""
    from time import time_ns

    from selfcheck_tools import program

    root, depends, before = linted.setting.root.folder, linted.depends, time_ns() - _SETTLED
    for path in program.files():
        yield _stamped("file", path, before)
    for path in (*program.folders(), program.libraries(), *depends.folders):
        yield _stamped("folder", path, before)
    for path in _markers(depends.folders, root):
        if os.path.isfile(path):
            yield _stamped("file", path, before)
        else:
            yield "exists", path, "", "yes" if os.path.lexists(path) else "no"
    for path, entry in depends.entries.items():
        yield _known(os.path.join(root, path), depends.digests.stamps.get(path), entry.content)
    for asked in depends.asked:
        method, path, answer = asked.method, asked.path, asked.answer
        if method == "kind":
            yield "kind", path, "", answer.decode()
        elif path.startswith(("/", "../")) or not answer:
            yield None
        elif method == "names":
            yield "folder", os.path.join(root, path), "", answer.hex()
        else:
            yield _known(os.path.join(root, path), depends.digests.stamps.get(path), answer)


def _markers(folders: tuple[str, ...], root: str) -> list[str]:
    """What decides where the content folder is and what is left out of it."""
    found: dict[str, None] = {}
    for folder in (*folders, root):
        while folder not in found:
            found[folder] = None
            folder = os.path.dirname(folder)
    return [os.path.join(folder, name) for folder in found for name in _MARKERS]


def _stamped(kind: str, path: str, before: int) -> "_Fields":
    """A file or folder with its look, unless it changed so lately that the look proves nothing."""
    look = _look(path)
    times = [int(time) for time in look.split()[1:3]]
    settled = bool(times) and max(times) < before
    return kind, path, look if settled else "", _digest(kind, path)


def _known(path: str, stamp: "Stamp | None", digest: bytes) -> "_Fields":
    look = ""
    if stamp is not None and stamp.digest == digest:
        look = f"{stamp.size} {stamp.modified} {stamp.changed} {stamp.inode}"
    return "file", path, look, digest.hex()
