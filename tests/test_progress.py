"""How far runs are and how long they go on: what is said, where, and whether it is true."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from selfcheck_tools import interrupts, progress
from selfcheck_tools.commands.export_command import COSTS
from selfcheck_tools.commands.lint_command import COSTS_OF_LINT
from selfcheck_tools.progress import Estimate
from tests.conftest import ROOT
from tests.killing import ENVIRONMENT, collection, run

SHAPES = Path(__file__).parent / "progress"


def _estimates(shape: Path) -> list[tuple[float, float | None]]:
    """What is said at each step of a recorded run, which takes 1: when, and how long it goes on."""
    rows = [line.split() for line in shape.read_text().splitlines()]
    phases = dict.fromkeys(row[1] for row in rows)
    costs = {name: (COSTS_OF_LINT | COSTS)[name] for name in phases}
    estimate = Estimate(costs, 0.0)
    said = []
    for when, phase, total, weight in rows:
        said.append((float(when), estimate.left(float(when))))
        if weight == "0":
            estimate.begin(phase, float(total), float(when))
        else:
            estimate.step(float(weight), float(when))
    return said


@pytest.mark.parametrize("shape", sorted(SHAPES.glob("*.txt")), ids=lambda path: path.stem)
def test_estimates_are_within_a_factor_of_two_after_a_third(shape: Path) -> None:
    said = _estimates(shape)
    late = [(when, left) for when, left in said if 1 / 3 <= when <= 0.9]
    told = [(when, left) for when, left in late if left is not None]
    assert len(told) >= len(late) - 1 > 5  # once, when what is left has just become known
    for when, left in told:
        assert (1 - when) / 2 <= left <= (1 - when) * 2, f"at {when:.0%}: {left:.0%} left"


def test_a_phase_that_begins_anew_counts_what_is_left() -> None:
    estimate = Estimate({"reading": 1, "handout": 60}, 0)
    estimate.begin("reading", 10, 0)
    estimate.step(10, 1)
    estimate.begin("handout", 10, 1)
    assert estimate.left(1) == pytest.approx(60)  # as if none had been made before
    estimate.begin("handout", 2, 2)  # but two are to be made
    assert estimate.left(2) is None
    estimate.step(1, 5)
    assert estimate.left(5) == pytest.approx(3)


def test_nothing_is_said_before_anything_is_known() -> None:
    estimate = Estimate({"reading": 1, "json": 2}, 0)
    estimate.begin("reading", 10, 0)
    assert estimate.left(3) is None


def test_words_for_who_breaks_it_off() -> None:
    with progress.Progress({"json": 1}) as shown:
        step = shown.begin("json", 10)
        step("a.md", 5)
        step("b.md", 5)
        assert interrupts.so_far == ["after 2 documents (json)"]
    assert interrupts.so_far == []


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (59, "59 s"), (150, "2 min"), (5400, "1.5 h")]
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert progress._time(seconds) == words


# ── on a terminal ───────────────────────────────────────────────────────────────────────────────

_CODE = """\
import time
from selfcheck_tools import progress
progress._SHOWN_AFTER = {after}
with progress.Progress({{"reading": 1, "handout": 50}}) as shown:
    for phase in ("reading", "handout"):
        step = shown.begin(phase, 10)
        for at in range(10):
            time.sleep(0.03)
            step({name!r} + str(at) + ".md", 1)
print("over")
"""


def _on_a_terminal(code: str, **environment: str) -> str:
    """What a program writes to a terminal of 80 columns."""
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    kept = {name: value for name, value in ENVIRONMENT.items() if name not in ("CI", "COLUMNS")}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=theirs,
        stderr=theirs,
        stdin=theirs,
        env={**kept, "TERM": "xterm", "PYTHONPATH": str(ROOT), **environment},
    ) as process:
        os.close(theirs)
        written = b""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if select.select([ours], [], [], 1)[0]:
                    written += os.read(ours, 65536)
            except OSError:  # nobody is at the other end any more
                break
        process.wait()
    os.close(ours)
    return written.decode()


def test_a_bar_of_one_line_that_goes_away() -> None:
    written = _on_a_terminal(_CODE.format(after=0.05, name="notes/d"))
    bars = [part for part in written.split("\r") if "left" in part]
    assert len(bars) > 3
    assert re.search(r"handout notes/d\d\.md +\d+%\|.*\| \d+ s left", bars[-1])
    assert max(map(len, bars)) < 80
    assert "\n" not in written.split("over")[0]
    before_the_end = written.split("over")[0].split("\r")
    assert before_the_end[-1] == "", "the line is not cleared"
    assert before_the_end[-2].strip() == ""
    percents = [int(found) for found in re.findall(r"(\d+)%\|", written)]
    assert percents == sorted(percents)
    assert percents[0] < 50 < percents[-1] <= 100


@pytest.mark.parametrize(
    "name", ["\x1b[2J\x1b]0;title\x07", "\x9b2J\n\r", "長" * 60, "\u202e"], ids=ascii
)
def test_names_cannot_speak_to_the_terminal(name: str) -> None:
    written = _on_a_terminal(_CODE.format(after=0.05, name=name))
    assert "left" in written
    for sign in "\x1b\x07\x9b\u202e":
        assert sign not in written
    assert "\n" not in written.split("over")[0]


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"CI": "true"}])
def test_nothing_where_it_would_be_in_the_way(environment: dict[str, str]) -> None:
    assert _on_a_terminal(_CODE.format(after=0.0, name="d"), **environment) == "over\r\n"


def test_nothing_for_what_is_over_soon() -> None:
    assert _on_a_terminal(_CODE.format(after=30.0, name="d")) == "over\r\n"


def test_nothing_in_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path / "content", 3)
    status, output, errors, _ = run(tmp_path / "content", "export", "--to", "json")
    assert (status, errors) == (0, "")
    assert "\r" not in output
