"""A clock that jumps: nothing is missed, nothing is taken for new, and notes only get newer."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from selfcheck_tools.cli import main

TEXT = "# One\n\n## Self-check\n\n### 1. What is one?\n\nThe first number.\n"
START = 1_800_000_000  # 2027-01-15
CLOCKS = {
    "backwards": (START, START - 10**6, START - 2 * 10**6),
    "forwards": (START, START + 10**9, START + 2 * 10**9),
    "to 1970": (START, 0, 1),
    "to 2100 and back": (START, 4_102_444_800, START),
    "stands still": (START, START, START),
}


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[int], None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    Path("notes").mkdir()
    Path("notes/selfcheck.toml").touch()
    Path("notes/one.md").write_text(TEXT)

    def to(seconds: int) -> None:
        monkeypatch.setattr(time, "time", lambda: float(seconds))
        monkeypatch.setattr(time, "time_ns", lambda: seconds * 10**9)

    return to


def modified() -> int:
    """When the note last changed, as the lock has it."""
    found = re.search(
        r"^remember anki:note:\S+ \S+ (\d+)$", Path("notes/selfcheck.lock").read_text(), re.M
    )
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("name", CLOCKS)
def test_lint_sees_each_change(
    name: str, set_clock: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    for at, seconds in enumerate(CLOCKS[name]):
        set_clock(seconds)
        broken = TEXT.replace("The first number.", f"![](gone{at}.png)".ljust(17))
        for text, status in ((broken, 1), (TEXT, 0)):
            Path("notes/one.md").write_text(text)
            assert len(text) == len(TEXT)
            for _ in range(2):  # the second time it may be said again
                assert main(["lint", "notes"]) == status
                assert (f"gone{at}.png" in capsys.readouterr().out) == (status == 1)


@pytest.mark.parametrize("name", CLOCKS)
def test_exports_see_each_change_and_notes_get_newer(
    name: str, set_clock: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    last = -1
    for at, seconds in enumerate(CLOCKS[name]):
        set_clock(seconds)
        Path("notes/one.md").write_text(TEXT.replace("first", f"{at}irst"))
        assert main(["export", "notes", "--to", "anki,json"]) == 0
        assert f"{at}irst" in Path("build/one.json").read_text()
        assert modified() > last
        last = modified()
        package = Path("build/one.apkg").read_bytes()
        capsys.readouterr()
        assert main(["export", "notes", "--to", "anki,json"]) == 0
        assert "all up to date" in capsys.readouterr().out
        assert Path("build/one.apkg").read_bytes() == package
        assert modified() == last
