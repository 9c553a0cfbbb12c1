"""How far a run is and how long it will go on: a line on the terminal, and words for who breaks it off."""

import os
import sys
from collections.abc import Callable, Mapping
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from selfcheck_tools import interrupts

if TYPE_CHECKING:
    from tqdm import tqdm

# Takes what was done last, if it has a name, and how much of the phase that is.
Step = Callable[[str, float], None]
# Begins a phase, of which the total is known now, or begins it anew with what is left; gives its steps.
Begin = Callable[[str, float], Step]

_SHOWN_AFTER = 1.0  # seconds: what is over by then needs no line
_EVERY = 0.1  # seconds between two drawings
_TELLING = 0.2  # of a phase: before, its speed may be that of its first step
_WIDTH = 80  # columns at most


def unseen(phase: str, total: float) -> Step:
    """Progress that nobody sees."""
    return lambda what, weight: None


class _Phase(NamedTuple):
    """A phase that has begun: since when, and how much of it is done."""

    since: float
    total: float
    done: float = 0.0
    until: float = 0.0  # when the last of that was done

    @property
    def fraction(self) -> float:
        return min(1.0, self.done / self.total) if self.total > 0 else 1.0


class Estimate:
    """How long a run of several phases will go on.

    The phase that is at work tells by its own speed; those to come by what they cost, as a rule, in
    relation to each other: a handout a hundred times as much as JSON, unless it was made before.
    """

    def __init__(self, costs: Mapping[str, float], now: float) -> None:
        self._costs, self._started = dict(costs), now
        self._name, self._phase, self._is_anew = "", _Phase(now, 0), False
        self._over: set[str] = set()

    def begin(self, name: str, total: float, now: float) -> None:
        """A phase begins; those before it in the order of the costs are over."""
        for other in self._costs:
            if other == name:
                break
            self._over.add(other)
        self._is_anew = name == self._name
        self._name, self._phase = name, _Phase(now, total)

    def step(self, weight: float, now: float) -> None:
        """So much of the phase is done."""
        self._phase = self._phase._replace(done=self._phase.done + weight, until=now)

    def left(self, now: float) -> float | None:
        """The seconds until the end, as far as can be told; None where nothing can be told yet.

        To be asked before a step is counted: many may come at once that were made together.
        """
        phase, cost = self._phase, self._costs.get(self._name, 0.0)
        later = sum(
            cost for name, cost in self._costs.items() if name not in {*self._over, self._name}
        )
        known = sum(self._costs[name] for name in self._over) + cost * phase.fraction
        if not known or (self._is_anew and not phase.fraction):
            return None
        usual = (now - self._started) / known
        if not phase.fraction:
            return usual * (cost + later)
        own = (phase.until - phase.since) * (1 / phase.fraction - 1) - (now - phase.until)
        trust = min(1.0, phase.fraction / _TELLING)
        own = trust * max(own, 0.0) + (1 - trust) * usual * cost * (1 - phase.fraction)
        return own + usual * later


class Progress:
    """The progress of a run: a line on standard error, if that is a terminal, once it takes long.

    `costs` are the phases in their order, with what each costs as a rule. To be used as a context.
    """

    def __init__(self, costs: Mapping[str, float], *, noun: str = "documents") -> None:
        self._estimate = Estimate(costs, monotonic())
        self._noun, self._process, self._begun = noun, os.getpid(), 0
        self._started = monotonic()
        self._shown_from = self._started + _SHOWN_AFTER
        self._is_terminal = _is_terminal()
        self._bar: tqdm[None] | None = None

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        interrupts.so_far.clear()
        if self._bar is not None:
            self._bar.close()

    def begin(self, phase: str, total: float) -> Step:
        """Begins a phase, as `Begin` says. Steps of one that has begun anew count no more."""
        self._estimate.begin(phase, total, monotonic())
        this = self._begun = self._begun + 1
        count = 0

        def step(what: str, weight: float) -> None:
            nonlocal count
            if os.getpid() != self._process:
                return  # one that shares the work
            if what:
                count += 1
                interrupts.so_far[:] = [f"after {count} {self._noun} ({phase})"]
            self._draw(f"{phase} {what}")
            if this == self._begun:
                self._estimate.step(weight, monotonic())

        return step

    def _draw(self, words: str) -> None:
        now = monotonic()
        if not self._is_terminal or now < self._shown_from:
            return
        self._shown_from = now + _EVERY
        if self._bar is None:
            self._bar = _bar()
        left = self._estimate.left(now)
        spent = now - self._started
        if left is not None:
            self._bar.n = round(1000 * spent / (spent + left))
        self._bar.set_description_str(_cut(words), refresh=False)
        self._bar.unit = "" if left is None else f"{_time(left)} left"
        self._bar.refresh()


def _is_terminal() -> bool:
    """Whether lines can be drawn again where standard error goes, and somebody looks at it."""
    if os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        return False
    try:
        return sys.stderr.isatty()
    except (AttributeError, ValueError):  # there is none, or it is closed
        return False


def _bar() -> "tqdm[None]":
    from shutil import get_terminal_size

    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread of its own: processes are forked
    return tqdm(
        total=1000,
        file=sys.stderr,
        leave=False,
        ncols=min(get_terminal_size().columns, _WIDTH) - 1,
        bar_format="{desc} {percentage:3.0f}%|{bar}| {unit}",
        ascii=" #" if (sys.stderr.encoding or "").lower() != "utf-8" else None,
    )


def _cut(words: str) -> str:
    """Words for the line, half of it, in which no terminal sees a command."""
    from selfcheck_tools.reports import cut

    return cut(words, _WIDTH // 2)


def _time(seconds: float) -> str:
    """A time as it can honestly be said: no seconds where it is minutes."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
