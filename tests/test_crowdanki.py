"""CrowdAnki's folders, read by Brain Brew, which knows the format from CrowdAnki's own exports."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from selfcheck_tools.exporters import AnkiOptions
from selfcheck_tools.files import Disk
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.anki_oracle import Anki
from tests.conftest import COLLECTIONS
from tests.test_anki import CHOICE, DECK, FILES, PNG, Times, made, made_of
from tests.test_anki_text import ALL, ASKED, HOSTILE, documents

# ── harness ─────────────────────────────────────────────────────────────────────────────────────


def folders(*texts: str, options: AnkiOptions = ALL) -> dict[str, Any]:
    """The decks of documents by the path of their file, parsed."""
    files = made_of(documents(*texts), FILES, options=options, form="crowdanki").packages
    return {path: json.loads(data) for path, data in files.items() if path.endswith(".json")}


def deck_of(*texts: str, options: AnkiOptions = ALL) -> dict[str, Any]:
    """The root deck of documents that make one folder."""
    (deck,) = folders(*texts, options=options).values()
    return dict(deck)


def tree(deck: dict[str, Any]) -> list[dict[str, Any]]:
    """A deck and all within it, outer ones first."""
    return [deck, *(inner for child in deck["children"] for inner in tree(child))]


def notes(deck: dict[str, Any]) -> list[dict[str, Any]]:
    return [note for inner in tree(deck) for note in inner["notes"]]


# ── what is written ─────────────────────────────────────────────────────────────────────────────


def test_a_folder_holds_a_deck_and_its_media() -> None:
    files = made_of(documents(DECK), FILES, form="crowdanki").packages
    deck, picture = files
    assert deck == "0/deck.json"
    assert re.fullmatch(r"0/media/layers-[0-9a-f]{12}\.png", picture)
    assert files[picture] == PNG
    assert json.loads(files[deck])["media_files"] == [picture.rpartition("/")[2]]


def test_the_file_is_sorted_and_readable() -> None:
    data = made_of(documents(HOSTILE), form="crowdanki").packages["0/deck.json"].decode()
    expected = json.dumps(json.loads(data), indent=4, sort_keys=True, ensure_ascii=False) + "\n"
    assert data == expected
    assert "ما هي؟ 🎉" in data


def test_notes_are_those_of_the_package() -> None:
    texts = (ASKED, CHOICE.format("A, C"), "C: [Berlin] is in [Germany].\n", HOSTILE)
    with Anki() as anki:
        anki.take(made_of(documents(*texts), options=ALL).data)
        expected = {n.guid: (tuple(n.fields.values()), n.tags) for n in anki.notes()}
    found = [note for deck in folders(*texts).values() for note in notes(deck)]
    assert {n["guid"]: (tuple(n["fields"]), tuple(sorted(n["tags"]))) for n in found} == {
        guid: (fields, tuple(sorted(tags))) for guid, (fields, tags) in expected.items()
    }
    assert len(found) == len(expected)


def test_uuids_are_frozen() -> None:
    """What CrowdAnki knows a learner's notetypes, decks and options by."""
    deck = deck_of(ASKED, CHOICE.format("A").replace("##", "# Lambda\n\n##", 1))
    assert {model["name"]: model["crowdanki_uuid"] for model in deck["note_models"]} == {
        "Self-check: question": "43f9f2f2-bad1-57a0-9342-345f296387d7",
        "Self-check: choice": "f9f4fe93-ab46-5288-9e32-cd8e1060746e",
    }
    assert deck["crowdanki_uuid"] == "2735165f-722d-54a0-b66f-f51cd6667009"
    (options,) = deck["deck_configurations"]
    assert options["crowdanki_uuid"] == deck["deck_config_uuid"]
    assert options["crowdanki_uuid"] == "08861f2f-488d-5b03-9eae-59212ef7144c"


def test_packages_carry_the_same_uuids() -> None:
    """So that CrowdAnki, coming after a package, makes no second notetype."""
    with Anki() as anki:
        anki.take(made(ASKED).data, options=True)
        model = anki.col.models.by_name("Self-check: question")
        (written,) = deck_of(ASKED)["note_models"]
        # When fields or templates differ, CrowdAnki asks its user to map them, at each import.
        for key in ("crowdanki_uuid", "flds", "tmpls"):
            assert model[key] == written[key]
        (group,) = (c for c in anki.col.decks.all_config() if c["name"] == "Self-check: in order")
        assert group["crowdanki_uuid"] == deck_of(ASKED)["deck_config_uuid"]


def test_anki_makes_the_notetype_from_it() -> None:
    for text in (ASKED, CHOICE.format("A"), "C: [Berlin] is in [Germany].\n"):
        (model,) = deck_of(text)["note_models"]
        with Anki() as anki:
            anki.col.models.add({**anki.col.models.new(model["name"]), **model})
            anki.col.models._clear_cache()
            held = anki.col.models.by_name(model["name"])
            # Anki itself finds out which fields its templates require.
            for key in model.keys() - {"__type__", "req"}:
                assert held[key] == model[key], key


def test_a_package_after_it_updates_where_notetypes_are_merged() -> None:
    """CrowdAnki cannot give a notetype our id; by the original id Anki knows it all the same."""
    deck, times = deck_of(ASKED), Times()
    made(ASKED, times=times, path="0.md")
    times.now = 2_000_000_000  # later than CrowdAnki's import, which says now
    package = made(ASKED.replace("service", "tool"), times=times, path="0.md").data
    with Anki() as anki:
        (model,) = deck["note_models"]
        anki.col.models.add({**anki.col.models.new(model["name"]), **model})
        for written in notes(deck):  # as CrowdAnki adds them
            note = anki.col.new_note(anki.col.models.by_name(model["name"]))
            note.guid, note.fields, note.tags = (written[k] for k in ("guid", "fields", "tags"))
            anki.col.add_note(note, anki.col.decks.id(deck["name"]))
        anki.study(notes(deck)[0]["guid"])
        studied = {card.guid: card.state for card in anki.shown()}
        assert anki.take(package).conflicting == 2
        assert anki.take(package, merge=True)[:2] == (0, 1)
        answers = {note.fields["Answer"] for note in anki.notes()}
        assert answers == {"<p>A tool.</p>", "<p>For peace.</p>"}
        assert {card.guid: card.state for card in anki.shown()} == studied


# ── decks in decks ──────────────────────────────────────────────────────────────────────────────


def in_deck(name: str, text: str = ASKED) -> str:
    return f"---\ndeck: '{name}'\n---\n{text}"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["A"], {"collection": ["A"]}),
        (["A::B::C"], {"collection": ["A::B::C"]}),
        (["A::B::C", "A::B::D"], {"collection": ["A::B", "C", "D"]}),
        (["A::B", "A"], {"collection": ["A", "B"]}),
        (["A::B::C", "A"], {"collection": ["A", "B", "C"]}),
        (["A::B", "C"], {"collection/A": ["A::B"], "collection/C": ["C"]}),
        (["A", "AB"], {"collection/A": ["A"], "collection/AB": ["AB"]}),
        (["b/c", "b-c"], {"collection/b-c-SLUG": ["b/c"], "collection/b-c": ["b-c"]}),
        (["علم", "A"], {"collection/علم": ["علم"], "collection/A": ["A"]}),
    ],
)
def test_decks_make_trees(names: list[str], expected: dict[str, list[str]]) -> None:
    texts = [in_deck(name, f"Q: What is {at}?\nA: That.\n") for at, name in enumerate(names)]
    found = folders(*texts)
    shown = {re.sub("-[0-9a-f]{8}$", "-SLUG", path.rpartition("/")[0]): path for path in found}
    assert {
        folder: [deck["name"] for deck in tree(found[path])] for folder, path in shown.items()
    } == expected
    assert sum(len(notes(deck)) for deck in found.values()) == len(names)


def test_media_stand_in_the_folders_that_show_them() -> None:
    picture = "Q: What is this?\nA: ![A picture](images/layers.png)\n"
    texts = documents(
        in_deck("A", picture), in_deck("B"), in_deck("C", picture.replace("is", "was"))
    )
    files = made_of(texts, FILES, options=ALL, form="crowdanki").packages
    media = [path for path in files if "/media/" in path]
    assert [path.rpartition("/")[0] for path in media] == [
        "collection/A/media",
        "collection/C/media",
    ]


def test_a_description_is_said_only_where_there_is_one() -> None:
    """CrowdAnki would overwrite the learner's own with nothing."""
    assert "desc" not in deck_of(ASKED)
    assert deck_of(f"---\ndescription: a < b\n---\n{ASKED}")["desc"] == "a &lt; b"


# ── an independent reader ───────────────────────────────────────────────────────────────────────


def test_brain_brew_reads_it(tmp_path: Path) -> None:
    try:
        from brain_brew.build_tasks.crowd_anki.notes_from_crowd_anki import NotesFromCrowdAnki
        from brain_brew.representation.json.crowd_anki_export import CrowdAnkiExport
    except ImportError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"Brain Brew cannot be loaded: {error}")
    texts = documents(
        in_deck("A::B", DECK), in_deck("A", CHOICE.format("A")), in_deck("A::C", HOSTILE)
    )
    files = made_of(texts, FILES, options=ALL, form="crowdanki").packages
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    read_back = CrowdAnkiExport(str(tmp_path / "collection"))
    deck = json.loads(files["collection/deck.json"])
    models = {model.id: model for model in read_back.note_models}
    assert {key: (m.name, [f.name for f in m.fields]) for key, m in models.items()} == {
        model["crowdanki_uuid"]: (model["name"], [field["name"] for field in model["flds"]])
        for model in deck["note_models"]
    }
    names = {key: model.name for key, model in models.items()}
    found = [NotesFromCrowdAnki.ca_note_to_note(n, names) for n in read_back.json_data.notes]
    assert [(note.guid, note.fields, note.tags) for note in found] == [
        (note["guid"], note["fields"], note["tags"]) for note in notes(deck)
    ]
    for note in found:
        model = next(model for model in models.values() if model.name == note.note_model)
        assert len(note.fields) == len(model.fields)
    media = {path.name for path in (tmp_path / "collection/media").iterdir()}
    assert set(read_back.json_data.media_files) == media


# ── real documents ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_real_collections_make_the_notes_of_their_packages(shared: Path, collection: str) -> None:
    folder = shared / "corpus" / collection
    for path in sorted(folder.glob("*.md")):
        document = read(Source.from_bytes(path.name, path.read_bytes()))
        disk, times = Disk(str(folder)), Times()
        package = made_of([document], disk, times)
        files = made_of([document], disk, times, form="crowdanki").packages
        decks = [json.loads(data) for name, data in files.items() if name.endswith(".json")]
        with Anki() as anki:
            new = anki.take(package.data).new if package.packages else 0
            media = set(anki.media())
        assert sum(len(notes(deck)) for deck in decks) == new, path.name
        assert {
            name for deck in decks for part in tree(deck) for name in part["media_files"]
        } == media
        assert {name.rpartition("/")[2] for name in files if "/media/" in name} == media
