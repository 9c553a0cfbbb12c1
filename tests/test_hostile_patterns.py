"""Regular expressions that strings from strangers made slow: each takes twice as long for twice as much."""

from collections.abc import Callable
from time import process_time

import pytest

from selfcheck_tools import identity
from selfcheck_tools.reading.blocks import masked

# What is done with a text of some size that was slow to do.
ATTACKS: dict[str, Callable[[int], object]] = {
    "backticks without an end": lambda size: masked("<a" + "`" * size + "\0"),
    "a fence without a line": lambda size: identity._FENCE.search("`" * size),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_four_times_as_much_takes_no_sixteen_times_as_long(name: str) -> None:
    def taken(size: int) -> float:
        start = process_time()
        ATTACKS[name](size)
        return process_time() - start

    ratios = (taken(8_000) / max(taken(2_000), 0.002) for _ in range(3))
    assert min(ratios) < 10


def test_what_is_masked_is_what_is_code() -> None:
    text = "a `b` ``c ` d`` <!-- e --> f"
    assert masked(text) == "a" + " " * (len(text) - 2) + "f"
    assert masked("```a`` b") == "```a`` b", "a run of backticks ends only with one as long"
