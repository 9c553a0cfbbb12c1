"""Files that the program writes: whole or not at all."""

import os
from typing import IO

from selfcheck_tools.errors import UsageError


def write(path: str, data: bytes | IO[bytes]) -> None:
    """Writes a file whole or not at all: to a temporary name beside it, then renamed. What is given
    as a file is taken from its beginning. Into a device or a pipe, as `/dev/null`, it is written."""
    import tempfile  # slow to load, and not needed where nothing is written

    folder = os.path.dirname(path) or "."
    temporary = ""
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UsageError(f"{folder} is a file: nothing can be written into it")
    try:
        os.makedirs(folder, exist_ok=True)
        if os.path.isdir(path):
            raise UsageError(f"{path} is a folder: it cannot be written")
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as special:
                _copy(data, special)
            return
        descriptor, temporary = tempfile.mkstemp(prefix=".selfcheck-", dir=folder)
        with os.fdopen(descriptor, "wb") as file:
            _copy(data, file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
        temporary = ""
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        if temporary:
            _discard(temporary)


def _copy(data: bytes | IO[bytes], file: IO[bytes]) -> None:
    import shutil  # slow to load, too

    if isinstance(data, bytes):
        file.write(data)
        return
    data.seek(0)
    shutil.copyfileobj(data, file)


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return  # nothing to be done: the folder itself may be gone


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
