"""Work grows no faster than the questions do, and so does memory, by a few kB for each.

Counted in calls of functions and in bytes that Python holds, which are the same on every machine; what
whole processes take is measured by `benchmarks.scale`.
"""

import resource
import sys
import tracemalloc
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from benchmarks import documents
from selfcheck_tools import memo
from selfcheck_tools.cli import main
from selfcheck_tools.pile import Pile

Work = Callable[[int], None]
COMMANDS = {
    "lint": ("lint", "--fail-on", "never"),
    "json": ("export", "--to", "json"),
    "anki": ("export", "--to", "anki", "--split", "none"),
    "anki by document": ("export", "--to", "anki"),
}
# What a question may add to the most that is held; when this was written it added 4,200, 3,100, 7,900
# and 3,700. Of 100,000 that would be under 1 GiB, with what SQLite holds of a package besides.
_BYTES = {"lint": 6_000, "json": 4_500, "anki": 9_000, "anki by document": 5_000}
_FEW, _MANY = 10, 40  # documents: fewer than processes are started for


def _folder(place: Path, many: int, shape: str) -> Path:
    if shape == "documents":
        documents.write(place, many)
    else:
        place.mkdir()
        texts = (documents.document(seed).split("## Self-check\n")[1] for seed in range(many))
        (place / "all.md").write_text("# All\n\n## Self-check\n" + "\n".join(texts))
    (place / "selfcheck.toml").touch()
    return place


@pytest.fixture(params=COMMANDS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def work(name: str, shape: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Work:
    """A command on so many documents, or one as large as these."""
    numbers = count()

    def run(many: int) -> None:
        place = tmp_path / str(next(numbers))
        verb, *rest = COMMANDS[name]
        rest += ["--output", f"{place}-build"] if verb == "export" else []
        folder = _folder(place, many, shape)
        capsys.readouterr()
        assert main([verb, str(folder), *rest]) == 0
        assert f"{many * 15} questions" in capsys.readouterr().out

    run(1)  # loads what is loaded once
    return run


def _calls(work: Work, many: int) -> int:
    calls = 0

    def called(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        work(many)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("shape", ["documents", "one document"])
def test_work_grows_as_questions_do(work: Work) -> None:
    few, many = _calls(work, _FEW), _calls(work, _MANY)
    assert few > 1000 * _FEW
    assert many < 1.15 * _MANY / _FEW * few


@pytest.mark.parametrize("shape", ["documents"])  # a document is held as a whole while it is read
def test_memory_for_a_question_is_bounded(
    name: str, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memo, "_BATCH", 5)  # of all sizes as small a part as in a large collection
    peaks = []
    for many in (_FEW, _MANY):
        tracemalloc.start()
        work(many)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    each = (peaks[1] - peaks[0]) / (_MANY - _FEW) / 15
    assert each < _BYTES[name]


def test_what_finds_no_room_on_disk_is_kept_in_memory() -> None:
    pile, pieces = Pile(), [b"first", b"too long" * 10, b"", b"last"]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))
    try:
        for piece in pieces:
            pile.add(piece)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [pile[at] for at in range(len(pile))] == pieces
