"""The lock as rules of the collection see it."""

from functools import lru_cache

from selfcheck_tools.files import Files
from selfcheck_tools.lock import NAME, Lock, parse


def lock_of(files: Files) -> Lock | None:
    """The lock beside the content, None where there is none; LockError where it is damaged."""
    if files.kind(NAME) != "file":
        return None
    try:
        data = files.read(NAME)
    except OSError:
        return None
    return _parsed(data)


@lru_cache(maxsize=1)
def _parsed(data: bytes) -> Lock:
    return parse(data.decode("utf-8", "surrogateescape"))
