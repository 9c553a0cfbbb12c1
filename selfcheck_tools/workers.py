"""Work spread over processes, where that can be had cheaply."""

import _thread
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple, TypeVar

Item = TypeVar("Item")

_WORTH = 48  # items: below, starting a process costs more than it saves
_MOST = 8
_LENGTH = 8  # bytes that tell how long a result is, by which one of a process that died is known


def processes(items: int) -> int:
    """How many processes to use for a number of items; 1 where no process can be forked."""
    if items < _WORTH or not hasattr(os, "fork"):
        return 1
    return max(1, min(_MOST, cores(), 2 * items // _WORTH))


def cores() -> int:
    """How many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    items: Sequence[Item],
    work: Callable[[Sequence[Item]], bytes],
    *,
    count: int,
    say: Callable[[str], None] = lambda remark: None,
) -> list[bytes]:
    """What `work` gives for each of `count` shares of the items, dealt out in turn.

    The first share is done in this process. A share whose process fails is done again here, so that
    whatever is wrong is raised here; if the process died of something else, that is said.
    """
    shares = [items[start::count] for start in range(count)]
    children: list[tuple[int, int]] = []
    try:
        with suppress(OSError):  # no more processes can be had: what they would do is done here
            for share in shares[1:]:
                children.append(_fork(work, share))
        results = [work(shares[0])]
        for (child, pipe), share in zip(children, shares[1:], strict=False):
            with open(pipe, "rb") as reader:
                head, result = reader.read(_LENGTH), reader.read()
            end = _end(child)
            if len(head) < _LENGTH or len(result) != int.from_bytes(head, "big"):
                result = work(share)
                say(end)
            results.append(result)
        return results + [work(share) for share in shares[len(results) :]]
    except BaseException:
        for child, _ in children:
            _stop(child)
        raise


def _fork(work: Callable[[Sequence[Item]], bytes], share: Sequence[Item]) -> tuple[int, int]:
    """A process that does a share and writes what comes out into a pipe."""
    reading, writing = os.pipe()
    child = _forked()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        with open(writing, "wb") as writer:
            result = work(share)
            writer.write(len(result).to_bytes(_LENGTH, "big"))
            writer.write(result)
        status = 0
    finally:
        os._exit(status)  # nothing of the parent's is to be flushed or cleaned up here


def _forked() -> int:
    """As `os.fork`, but that a child ends when its parent does, however that ends, and leaves Ctrl-C
    to it."""
    watched, held = _life()
    child = os.fork()
    if not child:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.close(held)
        _life.cache_clear()

        def watch() -> None:
            os.read(
                watched, 1
            )  # nothing is ever written: it returns when nobody holds the other end
            os._exit(1)

        _thread.start_new_thread(watch, ())
    return child


@cache
def _life() -> tuple[int, int]:
    """A pipe of which this process alone holds the end for writing."""
    return os.pipe()


def _end(child: int) -> str:
    """How a process ended that has or is about to, in words."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    name = next((each.name for each in signal.Signals if each == -code), f"status {code}")
    return f"a process died ({name}){_AGAIN}"


_AGAIN = "; what it was at is made again"


def _stop(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        return  # it has ended, and was waited for


# ── one job after the other, to whoever is free ─────────────────────────────────────────────────

_GROWN = 80  # MiB that a worker may hold beyond what it began with before another takes its place


class _Worker(NamedTuple):
    """A process that does one job after the other: where it is told which, and where it answers."""

    process: int
    orders: int
    results: int


def in_order(
    jobs: Sequence[Callable[[], bytes]],
    *,
    say: Callable[[str], None],
    count: int = 0,
    grown: int = _GROWN,
) -> Iterator[bytes]:
    """What jobs make, in their order, done by so many processes (0: one for each core).

    What is loaded by now, workers need not load. One that has grown by `grown` MiB is replaced. A job
    whose worker fails is done again here, as by `spread`.
    """
    count = min(len(jobs), count or cores()) if hasattr(os, "fork") else 1
    if count < 2:
        yield from (job() for job in jobs)
        return
    crew = _Crew(jobs, count, grown)
    try:
        for at, job in enumerate(jobs):
            made = crew.made(at)
            if isinstance(made, str):
                failure, made = made, job()
                say(failure)
            yield made
    finally:
        crew.dismiss()


class _Crew:
    """Workers, and what they are at."""

    def __init__(
        self,
        jobs: Sequence[Callable[[], bytes]],
        count: int,
        grown: int,
    ) -> None:
        self._jobs, self._count, self._grown = jobs, count, grown
        self._next = 0
        self._busy: dict[int, tuple[_Worker, int]] = {}  # by where it answers: who, at which job
        self._free: list[_Worker] = []
        self._made: dict[int, bytes | str] = {}

    def made(self, at: int) -> bytes | str:
        """What a job made, or of what its worker died. To be asked for each job in turn."""
        while at not in self._made:
            # Not too far ahead, or what is made and not yet asked for would fill the memory.
            while self._next < min(len(self._jobs), at + _AHEAD) and len(self._busy) < self._count:
                self._begin()
            # Without any it has just shown that none can be started, and there is nothing to wait for.
            for answering in select.select([*self._busy], [], [])[0] if self._busy else ():
                self._hear(answering)
        return self._made.pop(at)

    def dismiss(self) -> None:
        """Ends all workers, whatever they are at."""
        for worker in (*self._free, *(worker for worker, _ in self._busy.values())):
            _stop(worker.process)
            _close(worker)

    def _begin(self) -> None:
        try:
            worker = self._free.pop() if self._free else self._hired()
        except OSError as error:
            self._made[self._next] = f"no process could be started ({error.strerror})"
        else:
            with suppress(OSError):  # it has died: that shows when it does not answer
                os.write(worker.orders, self._next.to_bytes(_LENGTH, "big"))
            self._busy[worker.results] = worker, self._next
        self._next += 1

    def _hear(self, answering: int) -> None:
        worker, at = self._busy.pop(answering)
        head = _read(answering, 1 + _LENGTH)
        if head and head[:1] not in (_GOES_ON, _ENDS):
            _stop(worker.process)
            _close(worker)
            self._made[at] = f"a process answered nonsense{_AGAIN}"
            return
        size = int.from_bytes(head[1:], "big")
        data = _read(answering, size)
        is_whole = len(head) == 1 + _LENGTH and len(data) == size
        if is_whole and head[:1] == _GOES_ON:
            self._free.append(worker)
        else:
            _close(worker)
            end = _end(worker.process)
        self._made[at] = data if is_whole else end

    def _hired(self) -> _Worker:
        orders, ordering = os.pipe()
        answering, results = os.pipe()
        process = _forked()
        if process:
            os.close(orders)
            os.close(results)
            return _Worker(process, ordering, answering)
        status = 1
        try:
            for other in (*self._free, *(worker for worker, _ in self._busy.values())):
                _close(other)  # which must see its own orders end
            os.close(ordering)
            os.close(answering)
            _do_as_told(self._jobs, orders, results, self._grown)
            status = 0
        finally:
            os._exit(status)  # nothing of the parent's is to be flushed or cleaned up here
        raise AssertionError


_AHEAD = 16  # jobs that may be begun before the first of them is asked for
_GOES_ON, _ENDS = b"+", b"-"


def _do_as_told(jobs: Sequence[Callable[[], bytes]], orders: int, results: int, grown: int) -> None:
    import gc
    import resource

    gc.freeze()  # what the parent made is no garbage of ours
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024

    def held() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    born = held()  # with what the parent held, which may be much
    with open(orders, "rb") as reader, open(results, "wb") as writer:
        while order := reader.read(_LENGTH):
            data = jobs[int.from_bytes(order, "big")]()
            full = (held() - born) // unit >= grown
            writer.write((_ENDS if full else _GOES_ON) + len(data).to_bytes(_LENGTH, "big"))
            writer.write(data)
            writer.flush()
            if full:
                return


def _read(pipe: int, size: int) -> bytes:
    """So many bytes of a pipe; fewer where it ends before."""
    pieces = []
    while size > 0 and (piece := os.read(pipe, min(size, 1 << 20))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _close(worker: _Worker) -> None:
    os.close(worker.orders)
    os.close(worker.results)
