"""Jobs done side by side: in order, in few processes that do not grow, whatever happens to these."""

import errno
import faulthandler
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import pytest

from selfcheck_tools import workers
from selfcheck_tools.workers import in_order, spread
from tests.conftest import ROOT
from tests.killing import seconds_until_alone

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")


def silent(remark: str) -> None:
    raise AssertionError(remark)


def job(number: int, seconds: float = 0) -> Callable[[], bytes]:
    def work() -> bytes:
        time.sleep(seconds)
        return b"%d %d" % (number, os.getpid())

    return work


def done(jobs: list[Callable[[], bytes]], **options: int) -> list[list[int]]:
    return [list(map(int, made.split())) for made in in_order(jobs, say=silent, **options)]


def test_results_come_in_order_from_as_many_processes() -> None:
    made = done([job(at, 0.02 * (at % 3)) for at in range(40)], count=3)
    assert [number for number, _ in made] == list(range(40))
    processes = {process for _, process in made}
    assert 2 <= len(processes) <= 3
    assert os.getpid() not in processes


def test_a_long_job_does_not_hold_up_the_others() -> None:
    made = done([job(0, 0.5), *(job(at, 0.01) for at in range(1, 13))], count=2)
    assert len({process for _, process in made[1:]} - {made[0][1]}) == 1


def test_a_worker_that_has_grown_is_replaced() -> None:
    made = done([job(at) for at in range(6)], count=2, grown=0)
    assert len({process for _, process in made}) == 6


def test_a_worker_is_not_replaced_for_what_its_parent_holds() -> None:
    ballast = bytearray(os.urandom(1 << 20)) * 200
    made = done([job(at) for at in range(12)], count=2)
    assert len({process for _, process in made}) <= 2
    assert ballast


@pytest.mark.parametrize("jobs", [0, 1])
def test_a_single_job_is_done_here(jobs: int) -> None:
    assert [process for _, process in done([job(at) for at in range(jobs)], count=4)] == (
        [os.getpid()] * jobs
    )


def test_one_process_does_all_where_there_is_no_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert {process for _, process in done([job(at) for at in range(4)], count=2)} == {os.getpid()}


def test_large_results_arrive_whole() -> None:
    jobs = [lambda at=at: bytes([at]) * 5_000_000 for at in range(4)]
    assert [len(made) for made in in_order(jobs, say=silent, count=2)] == [5_000_000] * 4


def test_what_a_killed_process_was_at_is_made_again_and_said() -> None:
    here = os.getpid()

    def fatal() -> bytes:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return b"made again"

    said: list[str] = []
    jobs = [job(0), fatal, *(job(at) for at in range(2, 9))]
    made = list(in_order(jobs, say=said.append, count=2))
    assert made[1] == b"made again"
    assert [int(one.split()[0]) for at, one in enumerate(made) if at != 1] == [0, *range(2, 9)]
    assert said == ["a process died (SIGKILL); what it was at is made again"]


ENDS: dict[str, tuple[Callable[[], object], str]] = {
    "killed": (lambda: os.kill(os.getpid(), signal.SIGKILL), "SIGKILL"),
    "crashed": (lambda: (faulthandler.disable(), os.kill(os.getpid(), signal.SIGSEGV)), "SIGSEGV"),
    "told to end": (lambda: os.kill(os.getpid(), signal.SIGTERM), "SIGTERM"),
    "failed": (lambda: os._exit(1), "status 1"),
    "gone": (lambda: os._exit(0), "status 0"),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("share", [1, 2, 3])
def test_a_share_whose_process_dies_is_done_again_and_that_is_said(end: str, share: int) -> None:
    here, (strike, name) = os.getpid(), ENDS[end]

    def work(items: Sequence[int]) -> bytes:
        if os.getpid() != here and items[0] == share:
            strike()
        return b"".join(b"%d," % item for item in items)

    said: list[str] = []
    expected = [b"0,4,8,", b"1,5,9,", b"2,6,", b"3,7,"]
    assert spread(range(10), work, count=4, say=said.append) == expected
    assert said == [f"a process died ({name}); what it was at is made again"]


@pytest.mark.parametrize("at", [0, 3, 7])
@pytest.mark.parametrize("end", ENDS)
def test_a_job_whose_process_dies_is_done_again_and_that_is_said(end: str, at: int) -> None:
    here, (strike, name) = os.getpid(), ENDS[end]

    def fatal() -> bytes:
        if os.getpid() != here:
            strike()
        return b"made again"

    said: list[str] = []
    jobs = [job(number) for number in range(8)]
    jobs[at] = fatal
    made = list(in_order(jobs, say=said.append, count=2))
    assert made[at] == b"made again"
    assert [int(one.split()[0]) for number, one in enumerate(made) if number != at] == [
        number for number in range(8) if number != at
    ]
    assert said == [f"a process died ({name}); what it was at is made again"]


def test_nonsense_from_a_worker_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def babble(jobs: object, orders: int, results: int, grown: int) -> None:
        os.read(orders, 8)
        os.write(results, b"\x00garbage of a memory that is damaged")
        time.sleep(60)

    monkeypatch.setattr(workers, "_do_as_told", babble)
    said: list[str] = []
    made = list(in_order([job(at) for at in range(3)], say=said.append, count=2))
    assert [int(one.split()[0]) for one in made] == [0, 1, 2]
    assert said == ["a process answered nonsense; what it was at is made again"] * 3


def test_all_is_done_here_where_no_more_processes_can_be_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    said: list[str] = []
    made = list(in_order([job(at) for at in range(3)], say=said.append, count=2))
    assert [one.split()[1] for one in made] == [b"%d" % os.getpid()] * 3
    assert set(said) == {"no process could be started (Resource temporarily unavailable)"}
    assert spread("abcd", lambda share: "".join(share).encode(), count=2) == [b"ac", b"bd"]


_LONG = """\
import os, sys, time
from selfcheck_tools.workers import in_order, spread

def work():
    os.write(1, b"%d " % os.getpid())
    time.sleep(60)
    return b""

if sys.argv[1] == "spread":
    spread(range(3), lambda share: work(), count=3)
else:
    list(in_order([work] * 3, say=print, count=3))
"""


@pytest.mark.parametrize("kind", ["spread", "in_order"])
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_processes_end_with_their_parent(kind: str, name: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _LONG, kind],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        seen = b""
        while seen.count(b" ") < 3:
            seen += os.read(process.stdout.fileno(), 100)
        process.send_signal(getattr(signal, name))
        process.wait()
        assert seconds_until_alone(process.pid) < 5


def test_what_is_wrong_with_a_job_is_raised_here(capfd: pytest.CaptureFixture[str]) -> None:
    def wrong() -> bytes:
        raise KeyError("its own fault")

    results = in_order([job(0), wrong, job(2)], say=silent, count=2)
    assert next(results).startswith(b"0 ")
    with pytest.raises(KeyError, match="its own fault"):
        next(results)
    assert capfd.readouterr() == ("", "")


def test_nothing_is_left_running_when_nobody_wants_the_rest() -> None:
    results = in_order([job(at, 0.01 if at < 2 else 60) for at in range(4)], say=silent, count=2)
    first = int(next(results).split()[1])
    started = time.monotonic()
    results.close()
    assert time.monotonic() - started < 5
    with pytest.raises(ChildProcessError):
        os.waitpid(first, os.WNOHANG)
