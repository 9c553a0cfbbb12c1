"""The fuzzing harness: its targets hold on what it starts from, and each can fail."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from selfcheck_tools.exporters import EXPORTERS
from selfcheck_tools.files import Files
from selfcheck_tools.fixing import Fixed
from selfcheck_tools.text import Source
from tests import fuzz, fuzz_targets
from tests.fuzz_targets import BODY, TARGETS


def test_every_exporter_is_a_target() -> None:
    assert EXPORTERS.keys() <= TARGETS.keys()


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_started_from_holds(name: str) -> None:
    seeds = list(fuzz_targets.seeds(name))
    for seed in [seeds[0], random.Random(name).choice(seeds)]:
        fuzz_targets.TARGETS[name](seed)


@pytest.mark.parametrize("name", EXPORTERS)
def test_an_exporter_that_drops_something_is_seen(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzz_targets, "load", lambda name: lambda documents, context: iter(()))
    with pytest.raises((AssertionError, ValueError)):
        TARGETS[name](BODY.encode())


@pytest.mark.parametrize("lost", ["So", "\udcff"])
def test_a_fix_that_loses_something_is_seen(lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: Source, files: Files, *, unsafe: bool) -> Fixed:
        return Fixed(Source(source.path, source.text.replace(lost, "")), ())

    TARGETS["fix"](BODY.encode() + b"\xff")
    monkeypatch.setattr(fuzz_targets, "fix", broken)
    with pytest.raises(AssertionError):
        TARGETS["fix"](BODY.encode() + b"\xff")


FOUND = {
    "a collection's name that is no UTF-8": ("lock", b"collection \xff\n"),
    "a list of outputs that is no UTF-8": ("manifest", b'{"runs": [{"outputs": {"\xe8": "d"}}]}'),
    "a fix that is safe only after another": (
        "fix",
        b"##<!--selfcheck:allow missing-answer--># 2",
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_fuzzing_found(name: str) -> None:
    target, data = FOUND[name]
    TARGETS[target](data)


def test_a_damaged_cache_is_as_good_as_none() -> None:
    (whole,) = fuzz_targets.seeds("cache")
    for at in range(0, len(whole), 97):
        TARGETS["cache"](whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])


def test_what_is_changed_by_lines_is_another_text_each_time() -> None:
    lines = fuzz.Lines([BODY.encode()], fuzz_targets.PIECES, lambda data, size: data)
    changed = {lines(BODY.encode(), 1000, seed) for seed in range(200)}
    assert len(changed) > 100
    assert all(len(data) <= 1000 for data in changed)
    assert lines(BODY.encode(), 1000, 3) == lines(BODY.encode(), 1000, 3)


def test_a_package_is_changed_inside() -> None:
    mutate = fuzz.zipped(lambda data, size: data[::-1])
    changed = [mutate(fuzz_targets.package(), 1 << 20, seed) for seed in range(40)]
    opened = [data for data in changed if data[:2] == b"PK"]
    assert len(opened) > 20
    assert fuzz_targets.package() not in changed


def test_a_fault_is_kept_once_for_each_place_and_the_run_goes_on(tmp_path: Path) -> None:
    run = fuzz.Run("x", _odd, str(tmp_path))
    for data in (b"a", b"ab", b"abc", b"abcd", b"!"):
        run(data)
    kept = {path.read_bytes() for path in (tmp_path / "faults").glob("*[!t]")}
    assert (run.count, kept) == (5, {b"a", b"!"})


def _odd(data: bytes) -> None:
    if data == b"!":
        raise ValueError("another place")
    assert len(data) % 2 == 0, "odd"


def test_what_takes_too_long_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "SECONDS", 0.05)
    assert isinstance(fuzz.guarded(_for_ever, b""), fuzz.TooSlow)


def _for_ever(data: bytes) -> None:
    while True:
        pass


def test_a_failing_input_is_shrunk() -> None:
    def target(data: bytes) -> None:
        assert not (b"x" in data and b"y" in data)

    assert fuzz.shrunk(target, b"aaaaxbbbbbbycc") == b"xy"


@pytest.mark.parametrize(
    ("promise", "broken"),
    [
        (fuzz_targets._is_inert, "<b onclick='x()'>a</b>"),
        (fuzz_targets._is_inert, "a<script>b</script>"),
        (fuzz_targets._is_inert, "<a href='java\tscript:x()'>b</a>"),
    ],
)
def test_what_runs_in_a_field_is_seen(promise: Callable[[str], None], broken: str) -> None:
    promise("<p>a &lt;script> <b class='on'>c</b></p>")
    with pytest.raises(AssertionError):
        promise(broken)
