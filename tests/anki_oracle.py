"""The real Anki, in a temporary collection: what it imports, shows and keeps.

A test-only oracle, made with Anki's own backend (the `anki` package). Nothing here knows how a
package is made.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from anki.collection import (
    Card,
    Collection,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
    ImportCsvRequest,
)


class Imported(NamedTuple):
    """How many notes an import added, updated, left as they were, and refused."""

    new: int
    updated: int
    duplicate: int
    conflicting: int


class Note(NamedTuple):
    guid: str
    notetype: str
    fields: dict[str, str]
    tags: tuple[str, ...]
    mod: int
    id: int


class Shown(NamedTuple):
    """A card as Anki renders it; `state` is what a learner would lose (repetitions, interval…)."""

    id: int
    guid: str
    ord: int
    deck: str
    due: int
    state: tuple[int, ...]
    question: str
    answer: str
    css: str


class History(NamedTuple):
    """All that a learner would lose with a card; `reviews` are the times of its reviews."""

    deck: str
    kind: int
    queue: int
    due: int
    interval: int
    factor: int
    repetitions: int
    lapses: int
    left: int
    original_due: int
    original_deck: int
    flags: int
    data: str
    reviews: tuple[int, ...]


class Anki:
    """A collection of its own, perhaps a copy of a closed one's folder; close it, or use it in a
    `with`."""

    def __init__(self, start: Path | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="selfcheck-anki-")
        self.folder = Path(self._folder.name)
        if start is not None:
            shutil.copytree(start, self.folder, dirs_exist_ok=True)
        self.col = Collection(str(self.folder / "collection.anki2"))

    def __enter__(self) -> "Anki":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        self.col.close()
        self._folder.cleanup()

    # ── what a learner does ─────────────────────────────────────────────────────────────────────

    def take(self, package: bytes, *, options: bool = False, merge: bool = False) -> Imported:
        """Imports a package with Anki's default settings, or with its deck options, or merging
        notetypes."""
        path = self.folder / "import.apkg"
        path.write_bytes(package)
        request = ImportAnkiPackageRequest(
            package_path=str(path),
            options=ImportAnkiPackageOptions(with_deck_configs=options, merge_notetypes=merge),
        )
        log = self.col.import_anki_package(request).log
        self.col.models._clear_cache()  # Anki's own window opens the collection anew
        return Imported(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))

    def take_text(self, text: bytes) -> dict[str, int]:
        """Imports a text as its headers ask for; how many notes became what."""
        path = self.folder / "import.txt"
        path.write_bytes(text)
        metadata = self.col.get_csv_metadata(str(path), None)
        log = self.col.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log
        return {field.name: len(notes) for field, notes in log.ListFields() if field.message_type}

    def study(self, guid: str, rating: int = 3) -> None:
        """Reviews the first card of a note; 1 is "again", 3 "good", 4 "easy"."""
        card = self.col.get_card(self._cards(guid)[0])
        card.start_timer()
        states = self.col._backend.get_scheduling_states(card.id)
        answer = self.col.sched.build_answer(card=card, states=states, rating=rating - 1)
        self.col.sched.answer_card(answer)

    def tag(self, guid: str, tag: str) -> None:
        note = self.col.get_note(self._note_id(guid))
        note.add_tag(tag)
        # As if the learner had done so long ago: saving a note makes it newer than any package.
        mod = note.mod
        self.col.update_note(note)
        self.col.db.execute("update notes set mod = ? where id = ?", mod, note.id)

    def suspend(self, guid: str) -> None:
        self.col.sched.suspend_cards(self._cards(guid))

    def bury(self, guid: str) -> None:
        self.col.sched.bury_cards(self._cards(guid))

    def flag(self, guid: str, color: int) -> None:
        self.col.set_user_flag_for_cards(color, self._cards(guid))

    def move(self, guid: str, deck: str) -> None:
        self.col.set_deck(self._cards(guid), self.col.decks.id(deck))

    def lay_out(self, notetype: str, front: str, back: str) -> None:
        """Gives the first template of a notetype, where it is there, other sides."""
        found = self.col.models.by_name(notetype)
        if found is not None:
            found["tmpls"][0] |= {"qfmt": front, "afmt": back}
            self.col.models.update_dict(found)

    # ── what there is ───────────────────────────────────────────────────────────────────────────

    def notes(self) -> list[Note]:
        """All notes in the order of their first cards."""
        found = [self.col.get_note(number) for number in self.col.find_notes("")]
        order = {card.guid: at for at, card in reversed(list(enumerate(self.shown())))}
        notes = [
            Note(n.guid, n.note_type()["name"], dict(n.items()), tuple(n.tags), n.mod, n.id)
            for n in found
        ]
        return sorted(notes, key=lambda note: order[note.guid])

    def shown(self) -> list[Shown]:
        """All cards in the order in which new ones come."""
        numbers = self.col.db.list("select id from cards order by due, nid, ord")
        return [self._shown(self.col.get_card(number)) for number in numbers]

    def _shown(self, card: Card) -> Shown:
        rendered = card.render_output()
        state = (card.type, card.queue, card.ivl, card.reps, card.lapses, card.left)
        return Shown(
            *(card.id, card.note().guid, card.ord, self.col.decks.name(card.did), card.due, state),
            *(rendered.question_text, rendered.answer_text, rendered.css),
        )

    def histories(self) -> dict[tuple[str, int], History]:
        """What the learner did, by guid and the card's ordinal."""
        reviews: dict[int, list[int]] = {}
        for card, at in self.col.db.execute("select cid, id from revlog order by id"):
            reviews.setdefault(card, []).append(at)
        rows = self.col.db.execute(
            "select n.guid, c.ord, c.id, c.did, c.type, c.queue, c.due, c.ivl, c.factor, c.reps, "
            "c.lapses, c.left, c.odue, c.odid, c.flags, c.data "
            "from cards c join notes n on n.id = c.nid"
        )
        return {
            (guid, at): History(self.col.decks.name(did), *values, tuple(reviews.get(number, ())))
            for guid, at, number, did, *values in rows
        }

    def empty_cards(self) -> int:
        """How many cards Anki would offer to remove because nothing is asked on them."""
        report = self.col.get_empty_cards()
        return sum(len(note.card_ids) for note in report.notes)

    def decks(self) -> list[str]:
        """The names of decks that hold cards."""
        return sorted(
            {self.col.decks.name(did) for did in self.col.db.list("select did from cards")}
        )

    def queue(self, deck: str) -> list[str]:
        """The first fields of the notes whose new cards a deck asks next, in their order."""
        self.col.decks.select(self.col.decks.id(deck))
        queued = self.col.sched.get_queued_cards(fetch_limit=100).cards
        return [self.col.get_note(entry.card.note_id).fields[0] for entry in queued]

    def notetypes(self) -> list[str]:
        """The names of notetypes that notes use."""
        mids = self.col.db.list("select distinct mid from notes")
        return sorted(self.col.models.get(mid)["name"] for mid in mids)

    def css(self, notetype: str) -> str:
        return self.col.models.by_name(notetype)["css"]

    def media(self) -> dict[str, bytes]:
        folder = Path(self.col.media.dir())
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    def missing_media(self) -> list[str]:
        """The names that fields refer to and that are not there, as Anki's own check has it."""
        return list(self.col.media.check().missing)

    def reviews(self) -> int:
        return self.col.db.scalar("select count() from revlog")

    def problems(self) -> list[str]:
        """What Anki's database check would repair."""
        report, fine = self.col.fix_integrity()
        return [] if fine and "fixed" not in report.lower() else [report]

    def _note_id(self, guid: str) -> int:
        return self.col.db.scalar("select id from notes where guid = ?", guid)

    def _cards(self, guid: str) -> list[int]:
        query = "select id from cards where nid = ? order by ord"
        return self.col.db.list(query, self._note_id(guid))


# ── looking at cards ────────────────────────────────────────────────────────────────────────────

# What the reviewer itself brings along, so far as it matters to how a card looks.
_REVIEWER = """
:root { --canvas: #fff; --fg: #000 } .night { --canvas: #2c2c2c; --fg: #fcfcfc }
body { margin: 20px; overflow-wrap: break-word }
body.nightMode { background-color: var(--canvas); color: var(--fg) }
img { max-width: 100%; max-height: 95vh }
li { text-align: start } pre { text-align: left }
"""


def page(side: str, css: str, base: str, *, night: bool = False, head: str = "") -> str:
    """One side of a card as a page like that of Anki's reviewer; `base` is the media folder."""
    mode = "card card1 nightMode night_mode" if night else "card card1"
    return (
        f'<!doctype html><html class="{"night" if night else ""}" dir="ltr"><head>'
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<base href="{Path(base).as_uri()}{os.sep}"><style>{_REVIEWER}</style>{head}</head>'
        f'<body class="{mode}"><div id="qa"><style>{css}</style>{side}</div></body></html>'
    )
