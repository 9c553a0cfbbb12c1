"""What exporters made, kept in the cache folder under the names that they give it.

A file each, in `.selfcheck_cache/made`, that begins with the digest of what follows: a damaged one is
as good as absent. Everything there can be deleted at any time.
"""

import os
from contextlib import suppress
from hashlib import blake2b

from selfcheck_tools import cache
from selfcheck_tools.files import contents
from selfcheck_tools.outputs import replacing, sweep

_FOLDER = "made"
_DIGEST = 16
_MOST = 256 * 1024 * 1024  # bytes to keep, beyond twice of what a run used
_LARGEST = 1024 * 1024 * 1024  # bytes of a file that is read


class Record:
    """What was kept for a content folder. A name consists of letters and digits."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._is_astray = cache.is_astray(root, _FOLDER)
        self._used: dict[str, int] = {}  # bytes, by name

    def recall(self, name: str) -> bytes | None:
        """What is kept under a name; None if it is not there, or damaged."""
        path = self._path(name)
        try:
            kept = contents(path, most=_LARGEST)
        except OSError:
            return None
        mark, data = kept[:_DIGEST], kept[_DIGEST:]
        if mark != _digest(data) or self._is_astray:
            return None
        if name not in self._used:
            with suppress(OSError):
                os.utime(path)  # so that it counts as young
        self._used[name] = len(data)
        return data

    def keep(self, name: str, data: bytes) -> bool:
        """Keeps something; whether that could be done."""
        if self._is_astray:
            return False
        cache.prepare(self._root)
        path = self._path(name)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with replacing(path) as file:
                file.write(_digest(data))
                file.write(data)
        except OSError:
            return False
        self._used[name] = len(data)
        return True

    def trim(self) -> None:
        """Removes what was not used for longest, if there is more than is likely to be used again."""
        if self._is_astray:
            return
        folder = os.path.join(self._root, cache.FOLDER, _FOLDER)
        sweep(folder)
        most = max(_MOST, 2 * sum(self._used.values()))
        with suppress(OSError):
            found = [
                (entry.stat().st_mtime_ns, entry.name, entry.stat().st_size)
                for entry in os.scandir(folder)
                if entry.is_file(follow_symlinks=False)
            ]
            for _, name, size in sorted(found, reverse=True):
                most -= size
                if most < 0 and name not in self._used:
                    os.unlink(self._path(name))

    def _path(self, name: str) -> str:
        return os.path.join(self._root, cache.FOLDER, _FOLDER, name)


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=_DIGEST).digest()
