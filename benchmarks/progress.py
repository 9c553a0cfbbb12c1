"""The shapes of real runs: when each step of each phase is done. `tests/test_progress.py` asks the
estimates of `selfcheck_tools.progress` how long such a run will go on, and knows.

    python -m benchmarks.progress FOLDER

writes a file into the folder for each kind of run: a step a line, with the time in parts of the whole,
the phase, its total, and the step's weight (0: the phase begins). All is done in one process and its
own time is taken, so that what else the machine does changes nothing.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from selfcheck_tools.asking import Asking
from selfcheck_tools.building import export
from selfcheck_tools.linting import Asking as Lint
from selfcheck_tools.linting import lint
from selfcheck_tools.progress import Step

_MOST = 60  # lines of a file: steps that follow each other closely are put together


class Recorder:
    """What a run tells of its progress, and when."""

    def __init__(self) -> None:
        self.began = self.ended = time.process_time()
        self.events: list[tuple[float, str, float, float]] = []

    def begin(self, phase: str, total: float) -> Step:
        self._note(phase, total, 0)
        number = len(self.events)

        def step(what: str, weight: float) -> None:
            is_current = not any(event[3] == 0 for event in self.events[number:])
            if is_current:
                self._note(phase, total, weight)

        return step

    def _note(self, phase: str, total: float, weight: float) -> None:
        self.events.append((time.process_time() - self.began, phase, total, weight))

    def lines(self) -> list[str]:
        """The events, thinned, with times in parts of the whole."""
        whole = self.ended - self.began
        found: list[str] = []
        held, last = 0.0, 0.0
        for at, (when, phase, total, weight) in enumerate(self.events):
            held += weight
            is_last = at + 1 == len(self.events) or self.events[at + 1][3] == 0
            if weight == 0 or is_last or when - last >= whole / _MOST:
                found.append(f"{when / whole:.4f} {phase} {total:g} {held:g}")
                held, last = 0.0, when
        return found


def _content(folder: Path, count: int, *, questions: int = 12) -> None:
    """Documents of one to twice so many questions, in no order."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "selfcheck.toml").touch()
    for number in range(count):
        text = f"# Document {number}\n\n## Self-check\n\n"
        for at in range(1, 2 + number * 37 % count * questions * 2 // count):
            text += f"### {at}. What does step {number}-{at} of the method do?\n\n"
            text += f"It takes `value_{at}` and gives **{at * number}**. " * (1 + at % 5) + "\n\n"
            text += "```python\nprint(sum(range(10)))\n```\n\n" if at % 3 == 0 else ""
        (folder / f"d{number:04}.md").write_text(text)


def _runs(content: Path) -> dict[str, Recorder]:
    found: dict[str, Recorder] = {}

    def exported(name: str, *formats: str) -> None:
        found[name] = Recorder()
        export(Asking((str(content),), formats, str(content / "build")), begin=found[name].begin)
        found[name].ended = time.process_time()

    _content(content, 300)
    found["lint"] = Recorder()
    lint(Lint((str(content),), use_cache=False), found["lint"].begin)
    found["lint"].ended = time.process_time()
    exported("data", "json", "anki")
    for at, path in enumerate(sorted(content.glob("*.md"))):
        if at % 9:
            path.unlink()
    exported("all", "anki", "handout", "json")
    for path in sorted(content.glob("*.md"))[15:]:
        path.write_text(path.read_text().replace("method", "procedure"))
    exported("changed", "anki", "handout", "json")
    return found


def main(folder: str) -> None:
    """Records all kinds of runs."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # so that no work is shared
    with tempfile.TemporaryDirectory() as place:
        for name, recorder in _runs(Path(place, "content")).items():
            lines = recorder.lines()
            Path(folder, f"{name}.txt").write_text("".join(f"{line}\n" for line in lines))
            print(f"{name}: {recorder.ended - recorder.began:.1f} s, {len(lines)} lines")


if __name__ == "__main__":
    main(sys.argv[1])
