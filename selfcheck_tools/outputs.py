"""Files that the program writes: whole or not at all.

Each is written to a temporary name beside it, flushed to the disk and renamed. The folder is not
flushed: after a power cut it may hold the file of before, which is whole, too.
"""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import IO

from selfcheck_tools import interrupts
from selfcheck_tools.errors import UsageError

_PREFIX = ".selfcheck-"  # of names that nothing but a run that was killed leaves behind
_FORSAKEN = 3600  # seconds after which nobody writes a file any more


class Overtaken(Exception):
    """Somebody has changed or removed a file since it was read."""


def write(path: str, data: bytes | IO[bytes], *, over: bytes | None = None) -> None:
    """Writes a file, or leaves the one that is there as it is and raises UsageError.

    What is given as a file is taken from its beginning. A symbolic link is replaced, never written
    through. What is no file, or is write-protected, is not replaced. Overtaken where anything else
    than `over`, if given, stands there.
    """
    try:
        make_folder(os.path.dirname(path) or ".")
        _refuse(path)
        with replacing(path) as file:
            _copy(data, file)
            file.flush()
            os.fsync(file.fileno())
            if over is not None and not _holds(path, over):
                raise Overtaken
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def make_folder(path: str) -> None:
    """Makes a folder, if there is none. UsageError where a file stands, OSError where we may not."""
    if os.path.exists(path) and not os.path.isdir(path):
        raise UsageError(f"{path} is a file: nothing can be written into it")
    os.makedirs(path, exist_ok=True)


def _holds(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read() == data
    except OSError:
        return False


def write_report(path: str, data: bytes) -> None:
    """Writes to where the user said: into a device or a pipe, as `/dev/stdout`, or a file as `write`
    does."""
    try:
        if not _is_stream(path):
            write(path, data)
            return
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def _is_stream(path: str) -> bool:
    if os.path.islink(path) and os.readlink(path).startswith("/proc/"):
        return True  # /dev/stdout leads there, even to a file
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def _refuse(path: str) -> None:
    """UsageError where a file must not take the place of what is there."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if os.path.isdir(path):
        raise UsageError(f"{path} is a folder: it cannot be written")
    if stat.S_ISLNK(mode):
        return
    if not stat.S_ISREG(mode):
        raise UsageError(f"{path} is a device, a pipe or a socket: it cannot be replaced")
    if not mode & 0o222:
        raise UsageError(f"{path} cannot be written: it is write-protected")


def _copy(data: bytes | IO[bytes], file: IO[bytes]) -> None:
    if isinstance(data, bytes):
        file.write(data)
        return
    import shutil  # slow to load

    data.seek(0)
    shutil.copyfileobj(data, file)


@contextmanager
def replacing(path: str) -> Iterator[IO[bytes]]:
    """A file that takes the place of another when all is written, with its permissions and owner; if
    that fails, or the run is broken off, nothing is left of it. OSError where it cannot be written."""
    temporary = os.path.join(os.path.dirname(path), f"{_PREFIX}{os.urandom(8).hex()}")
    interrupts.unfinished.add(temporary)
    try:
        with open(temporary, "xb") as file:
            _take_over(path, temporary)
            yield file
        os.replace(temporary, path)
    finally:
        with suppress(OSError):  # it has taken its place, or the folder itself is gone
            os.unlink(temporary)
        interrupts.unfinished.discard(temporary)


def _take_over(path: str, temporary: str) -> None:
    """Gives a new file the permissions of the file that it will replace, and its owner where we may."""
    with suppress(FileNotFoundError):
        before = os.lstat(path)
        if stat.S_ISREG(before.st_mode):
            if hasattr(os, "chown"):
                with suppress(PermissionError):
                    os.chown(temporary, before.st_uid, before.st_gid)
            os.chmod(temporary, before.st_mode & 0o777)


@contextmanager
def alone(folder: str) -> Iterator[None]:
    """Within it no other run changes the files of a folder that several may change at once: to be held
    while one is read, changed and written back. Where no folder can be held (Windows, some network
    file systems) it is only likely, for that takes a millisecond."""
    with ExitStack() as stack:
        with suppress(ImportError, OSError):
            from fcntl import LOCK_EX, flock

            held = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, held)
            flock(held, LOCK_EX)
        yield


def sweep(folder: str) -> None:
    """Removes from a folder what runs that were killed have left in it.

    Their files are known by name and age: a number of a process would tell nothing where several
    machines, or containers, share a folder. What another run is writing is younger.
    """
    before = time.time() - _FORSAKEN
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < before:
                        os.unlink(entry.path)
