"""A key that nobody else has: results are kept under names that depend on it.

The cache folder stands in the content folder, so it could come with somebody else's content; but who
does not know the key cannot name a result that would be taken for ours.
"""

import os
import sys

_SIZE = 32


def key() -> str:
    """The user's key; a new one each time where there is no folder to keep one in."""
    for home in homes():
        path = os.path.join(home, "selfcheck", "key")
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            found = _kept(path)
            if len(found) != _SIZE:  # whoever made it was killed, or had no room
                os.unlink(path)
                found = _kept(path)
        except OSError:
            continue
        if len(found) == _SIZE:
            return found.hex()
    return os.urandom(_SIZE).hex()


def _kept(path: str) -> bytes:
    """The key in a file, which is made if there is none."""
    _make(path)
    with open(path, "rb") as file:
        return file.read(_SIZE)


def _make(path: str) -> None:
    """Makes a key, for its user only, unless there is one."""
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(made, "wb") as file:
        file.write(os.urandom(_SIZE))


def homes() -> list[str]:
    """Folders for what programs keep between runs; they need not exist nor be writable."""
    named = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    usual = os.path.expanduser("~/Library/Caches" if sys.platform == "darwin" else "~/.cache")
    # What is not absolute: nobody knows the user's home.
    return [home for home in (named, usual) if os.path.isabs(home)]
