"""Work spread over processes, where that can be had cheaply."""

import os
import signal
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

_WORTH = 48  # items: below, starting a process costs more than it saves
_MOST = 8


def processes(items: int) -> int:
    """How many processes to use for a number of items; 1 where no process can be forked."""
    if items < _WORTH or not hasattr(os, "fork"):
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(_MOST, cores or 1, 2 * items // _WORTH))


def spread(
    items: Sequence[Item], work: Callable[[Sequence[Item]], bytes], *, count: int
) -> list[bytes]:
    """What `work` gives for each of `count` shares of the items, dealt out in turn.

    The first share is done in this process. A share whose process dies is done again here, so that
    whatever went wrong is raised here.
    """
    shares = [items[start::count] for start in range(count)]
    children = [_fork(work, share) for share in shares[1:]]
    try:
        results = [work(shares[0])]
        for (child, pipe), share in zip(children, shares[1:], strict=True):
            with open(pipe, "rb") as reader:
                result = reader.read()
            results.append(result if _ended_well(child) else work(share))
        return results
    except BaseException:
        for child, _ in children:
            _stop(child)
        raise


def _fork(work: Callable[[Sequence[Item]], bytes], share: Sequence[Item]) -> tuple[int, int]:
    """A process that does a share and writes what comes out into a pipe."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        with open(writing, "wb") as writer:
            writer.write(work(share))
        status = 0
    finally:
        os._exit(status)  # nothing of the parent's is to be flushed or cleaned up here


def _ended_well(child: int) -> bool:
    return os.waitpid(child, 0)[1] == 0


def _stop(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        return  # it has ended, and was waited for
