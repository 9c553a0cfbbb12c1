"""Runs that end before they are done, at random moments: what they leave, and what the next one makes of it.

SELFCHECK_KILLS is how many times each kind of run is killed; a handful without it.
"""

import os
import random
import re
import shutil
import signal
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from selfcheck_tools import lock
from tests.killing import (
    age,
    collection,
    run,
    running,
    seconds_until_alone,
    snapshot,
    temporaries,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no signals to be sent here")

ROUNDS = int(os.environ.get("SELFCHECK_KILLS", "5"))


class Kind(NamedTuple):
    """A kind of run: what it is asked, for how many documents (48 are shared by two processes)."""

    arguments: tuple[str, ...]
    documents: int
    share: float = 1  # of the rounds, for what takes long


KINDS = {
    "lint": Kind(("lint", "--exit-zero"), 60),
    "fix": Kind(("lint", "--fix", "--exit-zero"), 60),
    "data": Kind(("export", "--to", "json,anki"), 60),
    "handout": Kind(("export", "--to", "handout"), 3, 0.34),
}


class Case(NamedTuple):
    """A folder as it was before any run, as an untroubled run leaves it, and how long that takes."""

    kind: Kind
    fresh: Path
    before: dict[str, bytes]
    after: dict[str, bytes]
    seconds: float
    output: str

    def copy(self, place: Path) -> Path:
        shutil.copytree(self.fresh, place)
        return place


@pytest.fixture(scope="module", params=KINDS)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    kind = KINDS[request.param]
    fresh = tmp_path_factory.mktemp("fresh") / "content"
    collection(fresh, kind.documents)
    done = tmp_path_factory.mktemp("done") / "content"
    shutil.copytree(fresh, done)
    status, output, errors, seconds = run(done, *kind.arguments)
    assert status == 0, errors
    before, after = snapshot(fresh), snapshot(done)
    assert (before == after) == (request.param == "lint")
    assert not temporaries(done)
    return Case(kind, fresh, before, after, seconds, output)


def _rounds(case: Case) -> range:
    return range(max(1, round(ROUNDS * case.kind.share)))


def _assert_whole(case: Case, found: dict[str, bytes]) -> None:
    """Sources as before or as mended, outputs as they are to be or absent, the lock one that knows all
    questions, if not yet their notes."""
    for path, data in found.items():
        if path.endswith((".selfcheck.json", lock.NAME)):
            continue
        assert data in (case.before.get(path), case.after.get(path)), f"{path} is half done"
    assert set(case.before) <= set(found)
    if lock.NAME in found:
        text, whole = found[lock.NAME].decode(), case.after[lock.NAME].decode()
        assert len(lock.parse(text).known) == 3 * case.kind.documents
        assert set(text.splitlines(keepends=True)) <= set(whole.splitlines(keepends=True))


def test_killed_at_any_moment(case: Case, tmp_path: Path) -> None:
    for seed in _rounds(case):
        folder = case.copy(tmp_path / f"{seed}")
        with running(folder, *case.kind.arguments) as process:
            time.sleep(random.Random(f"kill {seed}").uniform(0, case.seconds * 1.1))
            process.kill()
            process.wait()
            seconds_until_alone(process.pid)
        left = temporaries(folder)
        _assert_whole(case, {p: d for p, d in snapshot(folder).items() if ".selfcheck-" not in p})
        age(left)
        status, _, errors, _ = run(folder, *case.kind.arguments)
        assert status == 0, errors
        assert snapshot(folder) == case.after, f"round {seed}"
        assert not temporaries(folder), f"round {seed}"


SIGNALS = [
    ("SIGINT", True, False),  # Ctrl-C: to all of the group
    ("SIGINT", False, False),
    ("SIGINT", True, True),
    ("SIGTERM", False, False),
    ("SIGHUP", True, False),
]


def test_interrupted_at_any_moment(case: Case, tmp_path: Path) -> None:
    struck, slowest = 0, 0.0
    for seed in _rounds(case):
        folder = case.copy(tmp_path / f"{seed}")
        name, is_to_all, is_twice = SIGNALS[seed % len(SIGNALS)]
        number = getattr(signal, name)
        with running(folder, *case.kind.arguments) as process:
            time.sleep(random.Random(f"stop {seed}").uniform(0, case.seconds))
            started = time.monotonic()
            for _ in range(1 + is_twice):
                (os.killpg if is_to_all else os.kill)(process.pid, number)
            output, errors = process.communicate()
            slowest = max(slowest, time.monotonic() - started)
            seconds_until_alone(process.pid)
        if process.returncode == 0 and not errors:
            continue  # it was done already
        if process.returncode == -number and output == case.output:
            continue  # it was done, and Python itself was about to end
        struck += 1
        assert process.returncode == 128 + number, errors
        assert re.fullmatch(
            r"selfcheck: interrupted( after [\w ]+( \([\w-]+\))?)?; what was written is whole\n",
            errors,
        )
        assert not temporaries(folder), f"round {seed}"
        _assert_whole(case, snapshot(folder))
    assert struck
    print(
        f"{case.kind.arguments}: {struck} of {len(_rounds(case))} struck, slowest {slowest:.3f} s"
    )
