"""What exporters made, kept in the cache folder."""

import os
from pathlib import Path

import pytest

from selfcheck_tools import record
from selfcheck_tools.record import Record


def kept(root: Path) -> list[str]:
    return sorted(path.name for path in (root / ".selfcheck_cache/made").iterdir())


def test_what_was_kept_is_recalled_by_a_later_run(tmp_path: Path) -> None:
    assert Record(str(tmp_path)).keep("a1", b"something")
    assert Record(str(tmp_path)).recall("a1") == b"something"
    assert Record(str(tmp_path)).recall("b2") is None
    assert (tmp_path / ".selfcheck_cache/.gitignore").read_text() == "*\n"


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 40])
def test_a_damaged_file_is_as_good_as_absent(tmp_path: Path, damage: bytes) -> None:
    one = Record(str(tmp_path))
    one.keep("a1", b"something")
    (tmp_path / ".selfcheck_cache/made/a1").write_bytes(damage)
    assert one.recall("a1") is None
    assert one.keep("a1", b"something")
    assert one.recall("a1") == b"something"


def test_a_flipped_bit_is_damage(tmp_path: Path) -> None:
    Record(str(tmp_path)).keep("a1", b"something")
    path = tmp_path / ".selfcheck_cache/made/a1"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert Record(str(tmp_path)).recall("a1") is None


def test_it_says_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / ".selfcheck_cache").write_text("in the way")
    one = Record(str(tmp_path))
    assert not one.keep("a1", b"something")
    assert one.recall("a1") is None
    one.trim()


def test_a_half_written_file_does_not_stay(tmp_path: Path) -> None:
    one = Record(str(tmp_path))
    (tmp_path / ".selfcheck_cache/made/a1").mkdir(parents=True)
    assert not one.keep("a1", b"something")
    assert kept(tmp_path) == ["a1"]


def test_only_the_oldest_is_trimmed_and_never_what_was_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "_MOST", 350)
    before = Record(str(tmp_path))
    for age, name in enumerate("abcdef"):
        before.keep(name, b"x" * 84)  # 100 with its digest
        path = tmp_path / ".selfcheck_cache/made" / name
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    now = Record(str(tmp_path))
    now.recall("e")
    now.trim()
    assert kept(tmp_path) == ["a", "b", "e"]


def test_trimming_leaves_room_for_twice_what_was_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "_MOST", 1)
    now = Record(str(tmp_path))
    for name in "abc":
        now.keep(name, b"x" * 84)
    now.trim()
    assert kept(tmp_path) == ["a", "b", "c"]
