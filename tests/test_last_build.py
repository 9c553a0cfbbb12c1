"""An export against the last build: what it says of it, and retired notes kept with a tag."""

import re
import shutil
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcheck_tools.asking import Asking, Exported
from selfcheck_tools.building import export
from selfcheck_tools.cli import main
from selfcheck_tools.commands import foretelling
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import SPLITS
from selfcheck_tools.exporters.anki.unpacked import RETIRED, unpack
from tests.anki_oracle import Anki, Imported, Note
from tests.test_anki import PNG
from tests.test_changes import foretold

LAMBDA = """\
# Lambda

## Self-check

### 1. What is a cold start?

The first call on a new instance.

### 2. What is a layer?

Shared code. ![Layers](layers.png)

### 3. Which is a queue?

SQS.
"""
QUEUES = """\
# Queues

## Self-check

### 1. What is a dead letter?

A message that nobody could handle.
"""


class Project:
    """A content folder whose clock goes on by an hour at each export."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._monkeypatch, self.now = folder, monkeypatch, 1_700_000_000
        self.write("lambda.md", LAMBDA)
        self.write("sub/queues.md", QUEUES)
        (folder / "notes/layers.png").write_bytes(PNG)

    def write(self, path: str, text: str) -> None:
        whole = self.folder / "notes" / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_text(text)

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.folder / "notes" / path).read_text()
        assert old in text
        self.write(path, text.replace(old, new))

    def tick(self) -> None:
        self.now += 3600
        self._monkeypatch.setenv("SOURCE_DATE_EPOCH", str(self.now))

    def export(
        self,
        *paths: str,
        tag: bool = False,
        split: str = "",
        use_lock: bool = True,
        to: str = "anki",
    ) -> Exported:
        self.tick()
        if not use_lock:
            self._monkeypatch.delenv("SOURCE_DATE_EPOCH")
        return export(
            Asking(
                paths or ("notes",),
                tuple(to.split(",")),
                "build",
                tag_retired=tag,
                split=split,
                use_lock=use_lock,
            )
        )

    def counts(self, *paths: str, tag: bool = False, split: str = "", use_lock: bool = True) -> str:
        against = self.export(*paths, tag=tag, split=split, use_lock=use_lock).against
        assert against is not None
        return "first" if against.is_first else foretelling.counts(against.changes)

    def package(self, path: str = "lambda") -> bytes:
        return (self.folder / f"build/{path}.apkg").read_bytes()

    def packages(self) -> dict[str, str]:
        files = (self.folder / "build").rglob("*.apkg")
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path, monkeypatch)


def question(text: str, number: int) -> str:
    return re.split(r"(?m)^(?=### )", text)[number]


SECOND, THIRD = question(LAMBDA, 2), question(LAMBDA, 3)

# ── against the last build ──────────────────────────────────────────────────────────────────────


def test_the_first_build_says_so(project: Project) -> None:
    assert project.counts() == "first"
    assert project.counts() == "4 unchanged"


def test_each_kind_is_counted(project: Project) -> None:
    project.export()
    project.edit("lambda.md", "first call", "very first call")
    project.edit("lambda.md", THIRD, "### 9. What is new?\n\nThis.\n")
    project.edit("sub/queues.md", "# Queues", "---\ndeck: Other\n---\n\n# Queues")
    assert project.counts() == "1 added, 1 changed, 1 moved, 1 retired, 1 unchanged"


def test_a_question_moved_to_another_document_is_moved(project: Project) -> None:
    project.export()
    project.edit("lambda.md", THIRD, "")
    project.write("sub/queues.md", QUEUES + "\n" + THIRD)
    assert project.counts() == "1 moved, 3 unchanged"


def test_documents_that_are_left_out_are_not_spoken_of(project: Project) -> None:
    project.export()
    project.edit("lambda.md", THIRD, "")
    project.edit("sub/queues.md", question(QUEUES, 1), "### 7. What is other?\n\nThis.\n")
    assert project.counts("notes/lambda.md") == "1 retired, 2 unchanged"
    assert project.counts("notes/sub") == "1 added, 1 retired"


def test_a_document_that_is_gone_is_retired(project: Project) -> None:
    project.export()
    (project.folder / "notes/sub/queues.md").unlink()
    exported = project.export()
    assert exported.against is not None
    assert foretelling.counts(exported.against.changes) == "1 retired, 3 unchanged"
    assert exported.removed == ("build/sub/queues.apkg",)
    assert not (project.folder / "build/sub").exists()


def test_a_package_that_no_run_wrote_stays_and_is_said(project: Project) -> None:
    project.export()
    (project.folder / "build/.selfcheck.json").unlink()
    (project.folder / "notes/sub/queues.md").unlink()
    exported = project.export()
    assert exported.removed == ()
    assert exported.remarks == (
        "build/sub/queues.apkg is of an earlier build: nothing makes it any more",
    )


@pytest.mark.parametrize("split", ["none", "folder"])
def test_another_split_changes_nothing(project: Project, split: str) -> None:
    project.export()
    assert project.counts(split=split) == "4 unchanged"
    project.edit("lambda.md", "first call", "very first call")
    assert project.counts(split=split) == "1 changed, 3 unchanged"
    assert project.counts() == "4 unchanged"


def test_without_a_lock_packages_that_are_overwritten_are_compared(project: Project) -> None:
    assert project.counts(use_lock=False) == "first"
    project.edit("lambda.md", THIRD, "### 9. What is new?\n\nThis.\n")
    assert project.counts(use_lock=False) == "1 added, 1 retired, 3 unchanged"
    project.edit("lambda.md", "This.", "That.")
    assert project.counts(use_lock=False) == "1 refused, 3 unchanged"


def test_packages_of_others_are_ignored_without_a_word(project: Project) -> None:
    project.tick()
    other = project.folder / "other"
    other.mkdir()
    (other / "dns.md").write_text(QUEUES.replace("dead letter", "zone"))
    export(Asking(("other",), ("anki",), "build"))
    with zipfile.ZipFile(project.folder / "build/empty.apkg", "w"):
        pass
    exported = project.export()
    assert exported.against is not None
    assert exported.against.is_first
    assert exported.remarks == ()
    assert project.counts() == "4 unchanged"


def test_a_damaged_package_is_remarked_and_otherwise_ignored(project: Project) -> None:
    project.export()
    (project.folder / "build/lambda.apkg").write_bytes(b"PK damaged")
    exported = project.export()
    assert exported.against is not None
    assert foretelling.counts(exported.against.changes) == "3 added, 1 unchanged"
    assert exported.remarks[0].startswith("not compared: build/lambda.apkg is no Anki package")
    assert project.counts() == "4 unchanged"


def test_other_formats_do_not_look_at_it(project: Project) -> None:
    assert project.export(to="json").against is None


def test_the_summary_says_it(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    main(["export", "--to", "anki", "notes"])
    assert capsys.readouterr().out.splitlines()[-1] == (
        "First build: there is no last one to compare with."
    )
    project.edit("lambda.md", THIRD, "")
    main(["export", "--to", "anki", "notes"])
    *_, counts, retired, prompt, to_find, search = capsys.readouterr().out.splitlines()
    assert counts == "Against the last build: 1 retired, 3 unchanged."
    assert (retired, prompt) == (
        "Retired; what a learner has stays in Anki:",
        "  Which is a queue?",
    )
    assert to_find == "To find the retired notes, search in Anki's browser for:"
    assert re.fullmatch(r'  "note:Self-check: question" Key:[0-9a-f]{16}', search)


def test_the_summary_says_what_is_tagged(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["export", "--to", "anki", "notes"])
    project.edit("lambda.md", THIRD, "")
    main(["export", "--to", "anki", "--tag-retired", "notes"])
    out = capsys.readouterr().out
    assert "Retired; importing tags them selfcheck::retired:\n  Which is a queue?\n" in out


# ── retired notes, tagged ───────────────────────────────────────────────────────────────────────


def tagged(anki: Anki) -> list[str]:
    return [note.fields["Question"] for note in anki.notes() if RETIRED in note.tags]


def note(anki: Anki, prompt: str) -> Note:
    return next(note for note in anki.notes() if prompt in note.fields["Question"])


def test_a_retired_note_gets_its_tag_and_keeps_all_else(project: Project) -> None:
    project.export()
    with Anki() as anki:
        anki.take(project.package())
        layer = note(anki, "layer")
        anki.study(layer.guid, rating=4)
        cards = anki.col.find_cards("layer")
        anki.col.sched.suspend_cards(cards)
        before = {card.guid: (card.state, card.deck, card.due) for card in anki.shown()}

        project.edit("lambda.md", SECOND, "")
        assert project.counts(tag=True) == "1 retired, 3 unchanged"
        assert anki.take(project.package()) == Imported(0, 1, 2, 0)
        assert tagged(anki) == ["What is a layer?"]
        after = note(anki, "layer")
        assert after.fields == layer.fields
        assert set(after.tags) == {*layer.tags, RETIRED}
        assert {card.guid: (card.state, card.deck, card.due) for card in anki.shown()} == before
        assert anki.col.get_card(cards[0]).queue == -1
        assert anki.reviews() == 1
        assert anki.missing_media() == []
        assert anki.problems() == []


def test_it_comes_whole_to_a_new_learner_too(project: Project) -> None:
    project.export()
    project.edit("lambda.md", SECOND, "")
    project.export(tag=True)
    with Anki() as anki:
        assert anki.take(project.package()) == Imported(3, 0, 0, 0)
        assert list(anki.media().values()) == [PNG]
        assert anki.missing_media() == []
        assert anki.decks() == ["Lambda"]
        assert anki.notes()[-1].fields["Question"] == "What is a layer?", "after all others"
        assert anki.problems() == []


def test_later_builds_keep_it_as_it_is(project: Project) -> None:
    project.export()
    project.edit("lambda.md", SECOND, "")
    (project.folder / "notes/sub/queues.md").unlink()
    project.export(tag=True)
    first, lock = project.packages(), (project.folder / "notes/selfcheck.lock").read_bytes()
    assert project.counts(tag=True) == "4 unchanged"
    assert project.packages() == first
    assert (project.folder / "notes/selfcheck.lock").read_bytes() == lock


def test_it_depends_on_content_lock_and_last_build_alone(project: Project) -> None:
    project.export()
    lock = (project.folder / "notes/selfcheck.lock").read_bytes()
    build = {path: path.read_bytes() for path in (project.folder / "build").rglob("*.apkg")}
    project.edit("lambda.md", SECOND, "")
    project.export(tag=True)
    first = project.packages()
    project.now -= 3600
    (project.folder / "notes/selfcheck.lock").write_bytes(lock)
    for path, data in build.items():
        path.write_bytes(data)
    project.export(tag=True)
    assert project.packages() == first


def test_the_package_of_a_document_that_is_gone_is_still_written(project: Project) -> None:
    project.export()
    with Anki() as anki:
        anki.take(project.package("sub/queues"))
        (project.folder / "notes/sub/queues.md").unlink()
        assert "build/sub/queues.apkg" in project.export(tag=True).written
        assert anki.take(project.package("sub/queues")) == Imported(0, 1, 0, 0)
        assert tagged(anki) == ["What is a dead letter?"]
        assert anki.decks() == ["sub::Queues"]


def test_a_question_that_comes_back_loses_the_tag(project: Project) -> None:
    project.export()
    with Anki() as anki:
        anki.take(project.package())
        anki.study(note(anki, "layer").guid)
        for _ in range(2):
            project.edit("lambda.md", SECOND, "")
            project.export(tag=True)
            assert anki.take(project.package()) == Imported(0, 1, 2, 0)
            assert tagged(anki) == ["What is a layer?"]
            project.write("lambda.md", LAMBDA)
            assert project.counts(tag=True) == "1 changed, 3 unchanged"
            assert anki.take(project.package()) == Imported(0, 1, 2, 0)
            assert tagged(anki) == []
        assert anki.reviews() == 1
        assert len(unpack(project.package(), "lambda.apkg").notes) == 3


def test_a_question_that_becomes_a_choice_and_back_changes_tags(project: Project) -> None:
    project.export()
    choice = LAMBDA.replace("SQS.", "- A. SQS\n- B. EC2\n\nAnswer: A")
    with Anki() as anki:
        anki.take(project.package())
        for turn in range(2):
            project.write("lambda.md", choice)
            project.export(tag=True)
            expected = Imported(0, 2, 2, 0) if turn else Imported(1, 1, 2, 0)
            assert anki.take(project.package()) == expected
            (gone,) = [n.notetype for n in anki.notes() if RETIRED in n.tags]
            assert gone == "Self-check: question"
            project.write("lambda.md", LAMBDA)
            project.export(tag=True)
            assert anki.take(project.package()) == Imported(0, 2, 2, 0)
            (gone,) = [n.notetype for n in anki.notes() if RETIRED in n.tags]
            assert gone == "Self-check: choice"
        assert anki.problems() == []


@pytest.mark.parametrize("answer", ["", "![Gone](gone.png)"])
def test_a_question_whose_answer_went_missing_is_retired_until_it_is_back(
    project: Project, answer: str
) -> None:
    project.export()
    with Anki() as anki:
        anki.take(project.package())
        project.edit("lambda.md", "SQS.", answer)
        project.export(tag=True)
        assert anki.take(project.package()) == Imported(0, 1, 2, 0)
        assert tagged(anki) == ["Which is a queue?"]
        project.write("lambda.md", LAMBDA)
        project.export()
        assert anki.take(project.package()) == Imported(0, 1, 2, 0)
        assert tagged(anki) == []


def test_a_moved_question_is_not_retired(project: Project) -> None:
    project.export()
    project.edit("lambda.md", THIRD, "")
    project.write("sub/queues.md", QUEUES + "\n" + THIRD)
    assert project.counts(tag=True) == "1 moved, 3 unchanged"
    assert len(unpack(project.package(), "lambda.apkg").notes) == 2


def test_documents_that_are_left_out_are_not_touched(project: Project) -> None:
    project.export()
    before = project.package("sub/queues")
    project.edit("lambda.md", THIRD, "")
    project.edit("sub/queues.md", question(QUEUES, 1), "### 7. What is other?\n\nThis.\n")
    project.export("notes/lambda.md", tag=True)
    assert project.package("sub/queues") == before


def test_another_split_keeps_retired_notes_once(project: Project) -> None:
    project.export()
    project.edit("lambda.md", THIRD, "")
    project.export(tag=True, split="none")
    notes = [
        note
        for path in (project.folder / "build").rglob("*.apkg")
        for note in unpack(path.read_bytes(), path.name).notes
    ]
    assert [note.prompt for note in notes if note.is_retired] == ["Which is a queue?"]
    assert project.counts(tag=True, split="none") == "4 unchanged"


def test_without_the_flag_retired_notes_go(project: Project) -> None:
    project.export()
    project.edit("lambda.md", THIRD, "")
    project.export(tag=True)
    assert project.counts() == "3 unchanged"
    assert len(unpack(project.package(), "lambda.apkg").notes) == 2


def test_without_a_last_build_it_says_so(project: Project) -> None:
    assert (
        project.export(tag=True).remarks[0] == "no last build in build to take retired notes from"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--no-lock", "notes"], "--tag-retired has to remember"),
        (["--frozen", "notes"], "--tag-retired has to remember"),
        (["notes/lambda.md"], "--tag-retired has to remember"),
        (["--to", "json", "notes"], "add anki to --to"),
    ],
)
def test_where_it_cannot_work_it_is_refused(
    project: Project, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    if "--frozen" in arguments:
        project.export()
    assert main(["export", "--tag-retired", "--to", "anki", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_nothing_is_lost_when_writing_fails(project: Project) -> None:
    """The old package is what retired notes are taken from: it stays until the new one is whole."""
    project.export()
    before = project.packages()
    project.edit("lambda.md", THIRD, "")
    (project.folder / "build/sub/queues.apkg").unlink()
    (project.folder / "build/sub").rmdir()
    (project.folder / "build/sub").write_text("in the way")
    with pytest.raises(UsageError, match="is a file"):
        project.export(tag=True)
    assert project.packages()["lambda.apkg"] == before["lambda.apkg"]


# ── any edits ───────────────────────────────────────────────────────────────────────────────────

ANSWERS = ("That.", "That, then.", "", "- A. One\n- B. Two\n\nAnswer: A")
STATES = st.dictionaries(
    st.integers(0, 5), st.tuples(st.sampled_from("ab"), st.sampled_from(ANSWERS)), min_size=1
)


def write_state(folder: Path, state: dict[int, tuple[str, str]]) -> None:
    for name in "ab":
        texts = [
            f"### {at}. Question {at}?\n<!-- selfcheck: key=k{at} -->\n\n{answer}\n"
            for at, (place, answer) in state.items()
            if place == name
        ]
        path = folder / f"notes/{name}.md"
        path.unlink(missing_ok=True)
        if texts:
            path.write_text(f"# {name}\n\n## Self-check\n\n" + "\n".join(texts))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(STATES, st.sampled_from(SPLITS)), min_size=2, max_size=5))
def test_after_any_edits_exactly_the_retired_are_tagged(
    builds: list[tuple[dict[int, tuple[str, str]], str]],
) -> None:
    """And the import of each build does what the summary of its export said."""
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as monkeypatch,
        Anki() as anki,
    ):
        monkeypatch.chdir(folder)
        project = Project(Path(folder), monkeypatch)
        shutil.rmtree("notes/sub")
        Path("notes/lambda.md").unlink()
        had: set[str] = set()
        for state, split in builds:
            write_state(project.folder, state)
            exported = project.export(tag=True, split=split)
            taken = [anki.take(Path(path).read_bytes()) for path in exported.made]
            assert exported.against is not None
            if not exported.against.is_first:
                total = Imported(*map(sum, zip(*taken, strict=True))) if taken else (0, 0, 0, 0)
                assert total == foretold(exported.against.changes)
            asked = {
                f"k{at} {'choice' if 'Answer' in answer else 'question'}"
                for at, (_, answer) in state.items()
                if answer
            }
            had |= asked
            found = {f"{n.fields['Key']} {n.notetype.split()[-1]}": n for n in anki.notes()}
            assert found.keys() == had
            assert {name for name, n in found.items() if RETIRED in n.tags} == had - asked
        assert anki.problems() == []
