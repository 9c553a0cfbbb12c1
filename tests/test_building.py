"""The build folder: only what is needed is done, what nothing makes any more goes, and --check says so."""

import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from selfcheck_tools import building, memo
from selfcheck_tools.cli import main
from selfcheck_tools.errors import UsageError
from selfcheck_tools.record import Record

ONE = "# One\n\n## Self-check\n\n### 1. What is one?\n\n![](one.png)\n\nThe first number.\n"
TWO = "# Two\n\n## Self-check\n\n### 1. What is two?\n\nThe second number.\n\n### 2. And three?\n"
ALL = ["export", "notes", "--to", "anki,json,handout"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes/part").mkdir(parents=True)
    (tmp_path / "notes/one.md").write_text(ONE)
    (tmp_path / "notes/part/two.md").write_text(TWO)
    return tmp_path


@pytest.fixture
def says(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: str, status: int = 0) -> str:
        assert main(list(arguments)) == status
        return capsys.readouterr().out

    return run


def built() -> dict[str, bytes]:
    """All files of the build folder."""
    return {str(p): p.read_bytes() for p in sorted(Path("build").rglob("*")) if p.is_file()}


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes every export that does anything a failure."""

    def forbid() -> None:
        def export(*arguments: object, **more: object) -> None:
            raise AssertionError("something was done")

        monkeypatch.setattr(building, "export", export)

    return forbid


# ── nothing changed ─────────────────────────────────────────────────────────────────────────────


def test_a_second_run_does_nothing_and_says_the_same_of_the_content(
    says: Callable[..., str], idle: Callable[[], None]
) -> None:
    first = says(*ALL)
    idle()
    again = says(*ALL)
    assert "wrote build/one.apkg" in first
    assert "notes/one.md:7:1: one.png is missing (anki, json, handout)\n" in again
    assert "notes/part/two.md:9:1: question 2 has no answer" in again
    assert again.splitlines()[-1] == (
        "3 questions from 2 documents in 6 files, all up to date; 1 missing answer, "
        "1 missing image: marked or left out as listed above."
    )
    assert "wrote" not in again


def test_remarks_on_a_choice_are_said_again(
    says: Callable[..., str], idle: Callable[[], None]
) -> None:
    choice = ["export", "notes", "--unanswered"]
    remark = "1 of 3 questions are printed; none of one"
    assert remark in says(*choice)
    idle()
    assert remark in says(*choice)


def test_times_of_files_do_not_decide(says: Callable[..., str], idle: Callable[[], None]) -> None:
    says(*ALL)
    for path in (*Path("notes").rglob("*.md"), *Path("build").rglob("*.*")):
        os.utime(path, (0, 0) if path.suffix == ".md" else (4e9, 4e9))
    idle()
    assert "all up to date" in says(*ALL)


CHANGES: dict[str, Callable[[], object]] = {
    "a document": lambda: Path("notes/one.md").write_text(ONE.replace("first", "First")),
    "a picture": lambda: Path("notes/one.png").write_bytes(b"no picture"),
    "a new document": lambda: Path("notes/new.md").write_text(TWO),
    "configuration": lambda: Path("notes/selfcheck.toml").write_text("[anki]\nreversed = true\n"),
    "an excluded document": lambda: Path("notes/selfcheck.toml").write_text("exclude = ['part']\n"),
    "the lock": lambda: Path("notes/selfcheck.lock").unlink(),
    "an output": lambda: Path("build/one.json").write_text("{}"),
    "a lost output": lambda: Path("build/part/two.apkg").unlink(),
    "a link for an output": lambda: (
        Path("build/one.json").rename("else.json"),
        Path("build/one.json").symlink_to("../else.json"),
    ),
    "the manifest": lambda: Path("build/.selfcheck.json").unlink(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_is_seen(name: str, says: Callable[..., str], idle: Callable[[], None]) -> None:
    says(*ALL)
    CHANGES[name]()
    idle()
    assert main(ALL) == 70


def test_templates_of_ones_own_decide(says: Callable[..., str], idle: Callable[[], None]) -> None:
    Path("notes/selfcheck.toml").write_text("templates = 'look'\n")
    Path("notes/look/anki").mkdir(parents=True)
    says("export", "notes", "--to", "anki")
    Path("notes/look/anki/style.css").write_text(".card { color: teal }\n")
    assert "wrote build/one.apkg" in says("export", "notes", "--to", "anki")
    idle()
    says("export", "notes", "--to", "anki")
    Path("notes/look/anki/style.css").write_text(".card { color: navy }\n")
    assert main(["export", "notes", "--to", "anki"]) == 70


def test_other_options_are_another_run(says: Callable[..., str]) -> None:
    says("export", "notes", "--to", "handout")
    assert "wrote build/one-handout.pdf" in says(
        "export", "notes", "--to", "handout", "--large-print"
    )
    assert "wrote build/one-handout.pdf" in says("export", "notes", "--to", "handout")


def test_two_runs_into_one_folder_are_both_remembered(
    says: Callable[..., str], idle: Callable[[], None]
) -> None:
    runs = (["export", "notes", "--to", "json"], ["export", "notes/part", "--to", "jsonl"])
    for run in (*runs, *runs):
        says(*run)
    idle()
    for run in runs:
        assert "all up to date" in says(*run)


def test_without_the_cache_all_is_made_again_and_nothing_written(says: Callable[..., str]) -> None:
    says(*ALL)
    before = {path: path.stat().st_mtime_ns for path in Path("build").rglob("*")}
    shutil.rmtree("notes/.selfcheck_cache")
    assert "all up to date" in says(*ALL)
    assert {path: path.stat().st_mtime_ns for path in Path("build").rglob("*")} == before


# ── one thing changed ───────────────────────────────────────────────────────────────────────────


def test_only_what_changed_is_made_and_written(
    says: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    says(*ALL)
    made: list[int] = []
    real = memo._made

    def counted(items: list[object], *more: object) -> object:
        made.append(len(items))
        return real(items, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(memo, "_made", counted)
    Path("notes/part/two.md").write_text(TWO + "\nThat too.\n")
    said = says(*ALL)
    assert [line for line in said.splitlines() if line.startswith("wrote")] == [
        "wrote build/part/two.apkg",
        "wrote build/part/two.json",
        "wrote build/part/two-handout.pdf",
    ]
    assert made == [1, 1, 1]  # read, made into notes, made into JSON


def test_what_is_recalled_is_what_is_made(says: Callable[..., str]) -> None:
    says(*ALL)
    first = built()
    shutil.rmtree("build")
    says(*ALL)
    recalled = built()
    shutil.rmtree("build")
    shutil.rmtree("notes/.selfcheck_cache")
    says(*ALL)
    assert first == recalled == built()


def test_damaged_results_are_made_again(says: Callable[..., str]) -> None:
    says(*ALL)
    first = built()
    kept = Path("notes/.selfcheck_cache/made")
    for path in (*kept.glob("read*"), *kept.glob("drafts*"), *kept.glob("json*")):
        Record("notes").keep(path.name, b"\xc1 damaged")
    shutil.rmtree("build")
    says(*ALL)
    assert built() == first


def test_something_that_changes_while_it_is_read_is_made_again() -> None:
    seen: list[str] = []

    def make(item: str) -> bytes:
        seen.append(item)
        return item.encode() + b"%d" % len(seen)

    values = memo.each(
        ["a"],
        memo.Memory(lambda name: None, lambda name, data: True, lambda count: 1),
        name=str,
        make=make,
        decode=lambda data: data,
        holds=lambda value: value != b"a1",
    )
    assert list(values) == [b"a2"]


# ── what nothing makes any more ─────────────────────────────────────────────────────────────────


def test_outputs_of_a_removed_document_are_removed(says: Callable[..., str]) -> None:
    says(*ALL)
    Path("notes/part/two.md").unlink()
    Path("build/mine.txt").write_text("not listed")
    said = says(*ALL)
    for name in ("two.apkg", "two.json", "two-handout.pdf"):
        assert f"removed build/part/{name}\n" in said
    assert not Path("build/part").exists()
    assert Path("build/mine.txt").exists()
    assert Path("build/one.apkg").exists()


def test_outputs_of_other_runs_stay(says: Callable[..., str]) -> None:
    says(*ALL)
    says("export", "notes/one.md", "--to", "json")
    says("export", "notes", "--to", "worksheet", "--tag", "none-such", status=2)
    assert Path("build/part/two.json").exists()
    assert Path("build/one-handout.pdf").exists()


def test_outputs_of_a_run_about_what_is_gone_are_removed_by_any_later_one(
    says: Callable[..., str],
) -> None:
    Path("notes/selfcheck.toml").touch()
    says("export", "notes/part", "--to", "jsonl")
    shutil.rmtree("notes/part")
    assert "removed build/part/two.jsonl" in says("export", "notes", "--to", "json")


def test_fewer_versions_leave_no_older_ones(says: Callable[..., str]) -> None:
    exam = ["export", "notes", "--to", "exam", "--seed", "x", "--versions"]
    says(*exam, "3")
    assert "removed build/one-exam-C.pdf" in says(*exam, "2")
    assert Path("build/one-exam-B.pdf").exists()


def test_nothing_is_written_through_a_folder_that_is_a_link(
    says: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    Path("build").mkdir()
    Path("build/part").symlink_to("../elsewhere")
    assert main(["export", "notes", "--to", "json"]) == 2
    assert not list((tmp_path / "elsewhere").iterdir())


def test_what_somebody_changed_is_not_removed(says: Callable[..., str]) -> None:
    says(*ALL)
    Path("notes/part/two.md").unlink()
    Path("build/part/two.json").write_text("mine now")
    said = says(*ALL)
    assert "build/part/two.json is made by nothing any more, but was changed: it stays" in said
    assert Path("build/part/two.json").read_text() == "mine now"


@pytest.mark.parametrize(
    "path", ["../victim.txt", "part/../../victim.txt", "link/victim.txt", "/v"]
)
def test_a_list_from_a_stranger_removes_nothing_outside(
    path: str, says: Callable[..., str], tmp_path: Path
) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    says("export", "notes", "--to", "json")
    Path("build/link").symlink_to("..")
    listed = json.loads(Path("build/.selfcheck.json").read_text())
    path = str(victim) if path == "/v" else path
    listed["runs"][0]["outputs"][path] = sha256(b"precious").hexdigest()
    Path("build/.selfcheck.json").write_text(json.dumps(listed))
    says("export", "notes", "--to", "json")
    assert victim.read_text() == "precious"


def test_a_damaged_list_is_said_and_made_anew(says: Callable[..., str]) -> None:
    says(*ALL)
    good = Path("build/.selfcheck.json").read_bytes()
    Path("build/.selfcheck.json").write_bytes(good[:100])
    assert "build/.selfcheck.json is damaged: of earlier runs nothing is removed" in says(*ALL)
    assert Path("build/.selfcheck.json").read_bytes() == good


def test_what_a_broken_run_wrote_is_listed(
    says: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    says(*ALL)
    Path("notes/part/three.md").write_text(TWO)
    real = building.write

    def write(path: str, data: bytes) -> None:
        if "handout" in path:
            raise UsageError("no")
        real(path, data)

    with monkeypatch.context() as broken:
        broken.setattr(building, "write", write)
        says(*ALL, status=2)
    assert Path("build/part/three.apkg").exists()
    Path("notes/part/three.md").unlink()
    assert "removed build/part/three.apkg" in says(*ALL)
    assert sorted(built()) == sorted(
        [
            *("build/.selfcheck.json", "build/one-handout.pdf", "build/one.apkg", "build/one.json"),
            *("build/part/two-handout.pdf", "build/part/two.apkg", "build/part/two.json"),
        ]
    )


def test_the_lock_knows_each_key_before_a_deck_is_written(
    says: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(path: str, data: bytes) -> None:
        assert path.endswith(".apkg")
        assert Path("notes/selfcheck.lock").read_text().count("\nquestion ") == 3
        raise UsageError("no")

    monkeypatch.setattr(building, "write", write)
    says(*ALL, status=2)


# ── --check ─────────────────────────────────────────────────────────────────────────────────────


def test_check_says_what_is_missing_and_writes_nothing(says: Callable[..., str]) -> None:
    said = says(*ALL, "--check", status=1)
    assert "to write: build/one.apkg\n" in said
    assert "selfcheck.lock is stale: run `selfcheck lock` and commit it" in said
    assert not Path("build").exists()
    assert not Path("notes/selfcheck.lock").exists()


@pytest.mark.parametrize("cached", [True, False])
def test_check_of_current_outputs_is_0(cached: bool, says: Callable[..., str]) -> None:
    says(*ALL)
    if not cached:
        shutil.rmtree("notes/.selfcheck_cache")
    before = built()
    assert "all up to date" in says(*ALL, "--check")
    assert built() == before


def test_check_names_what_differs_and_what_is_left_over(says: Callable[..., str]) -> None:
    says(*ALL)
    Path("notes/part/two.md").unlink()
    Path("build/one.json").write_text("{}")
    before = built()
    said = says(*ALL, "--check", status=1)
    assert "to write: build/one.json\n" in said
    assert "to remove: build/part/two.apkg\n" in said
    assert built() == before


def test_what_a_killed_run_left_beside_the_list_is_swept(says: Callable[..., str]) -> None:
    Path("notes/one.md").unlink()  # so that no output stands beside the list
    says("export", "notes", "--to", "json")
    left = Path("build/.selfcheck-0123456789abcdef")
    left.write_text("half a list")
    os.utime(left, (0, 0))
    Path("notes/part/two.md").write_text(TWO + "\nThat too.\n")
    says("export", "notes", "--to", "json")
    assert not left.exists()
