"""Files that the program writes: whole or not at all."""

import os
from typing import IO

from selfcheck_tools.errors import UsageError


def write(path: str, data: bytes | IO[bytes]) -> None:
    """Writes a file whole or not at all: to a temporary name beside it, then renamed. What is given
    as a file is taken from its beginning."""
    import shutil  # these are slow to load, and not needed where nothing is written
    import tempfile

    folder = os.path.dirname(path) or "."
    temporary = ""
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UsageError(f"{folder} is a file: nothing can be written into it")
    try:
        os.makedirs(folder, exist_ok=True)
        if os.path.isdir(path):
            raise UsageError(f"{path} is a folder: it cannot be written")
        descriptor, temporary = tempfile.mkstemp(prefix=".selfcheck-", dir=folder)
        with os.fdopen(descriptor, "wb") as file:
            if isinstance(data, bytes):
                file.write(data)
            else:
                data.seek(0)
                shutil.copyfileobj(data, file)
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


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return  # nothing to be done: the folder itself may be gone


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
