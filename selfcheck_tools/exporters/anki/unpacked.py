"""Packages read back: the notes of ours in an .apkg, and enough of each to say what changed.

What is read may come from anybody. The format, as Anki's exporters for versions before 2.1.50 write
it: a zip with a SQLite database whose notetypes and decks are JSON in the one row of `col`
(github.com/ankitects/anki, rslib/src/storage/schema11.sql).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from html import unescape
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters.anki.notetypes import NOTETYPES

if TYPE_CHECKING:
    import sqlite3
    from zipfile import ZipFile

RETIRED = "selfcheck::retired"  # the tag of a note whose question is gone

# What a note is made of, for people; the fields that nobody fills yet are "other".
PARTS = (
    *("question", "answer", "options", "solution", "explanation", "reversed card", "extra"),
    *("source", "link", "language", "settings", "tags", "pictures", "other"),
)
_FIELDS: Mapping[str, str] = {
    "Question": "question",
    "Text": "question",
    "Answer": "answer",
    "Options": "options",
    "Solution": "solution",
    "Explanation": "explanation",
    "Reversed": "reversed card",
    "Extra": "extra",
    "Source": "source",
    "Link": "link",
    "Language": "language",
    "Settings": "settings",
}
_NAMES = {notetype.id: notetype.name for notetype in NOTETYPES}
_SHOWN = 200  # characters of a question
_DIGEST = 8  # bytes
_NONE = bytes(_DIGEST)  # of a part that is empty
_MOST = 1 << 30  # bytes of a database, and of all that is unpacked for it
_SMALL = 1 << 26  # bytes of the list of media
_DATABASES = ("collection.anki21", "collection.anki2")  # the newer first


class Unreadable(UsageError):
    """A package that is damaged, or was none to begin with."""


class Note(NamedTuple):
    """A note of one of our notetypes, without its texts."""

    guid: str
    notetype: int
    key: str
    deck: str  # of its first card
    mod: int  # seconds since 1970
    prompt: str  # what it asks, as plain text, shortened
    is_retired: bool
    digests: bytes  # of PARTS, one after the other

    def differs(self, other: "Note") -> tuple[str, ...]:
        """The parts in which two notes differ."""
        if self.digests == other.digests:
            return ()
        slices = (slice(at, at + _DIGEST) for at in range(0, len(self.digests), _DIGEST))
        pairs = zip(PARTS, slices, strict=True)
        return tuple(part for part, at in pairs if self.digests[at] != other.digests[at])


class Look(NamedTuple):
    """A notetype's templates and style."""

    name: str
    mod: int
    digest: bytes


class Package(NamedTuple):
    """What is in a package: our notes in the order of their cards, the looks of their notetypes by
    id, and how many notes are not ours."""

    notes: tuple[Note, ...]
    looks: Mapping[int, Look] = {}
    foreign: int = 0


def unpack(data: bytes | IO[bytes], name: str) -> Package:
    """The notes of a package. UsageError, with the package's name, where it cannot be read."""
    with readable(name):
        with opened(data) as archive:
            database = stored(archive, name)
        with closing(connected(database)) as db:
            del database
            return _package(db)


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turns all that damaged or strange bytes can raise into one UsageError."""
    import sqlite3
    import zlib
    from zipfile import BadZipFile

    try:
        yield
    except (BadZipFile, zlib.error, sqlite3.Error, EOFError, OSError) as error:
        raise Unreadable(f"{name} is no Anki package, or a damaged one: {error}") from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise Unreadable(f"{name} is no Anki package that can be read here") from None
    except (RuntimeError, MemoryError):  # encrypted, packed by another method, nested too deep
        raise Unreadable(f"{name} is packed in a way that cannot be read here") from None


def opened(data: bytes | IO[bytes]) -> "ZipFile":
    """A package's zip."""
    from io import BytesIO
    from zipfile import ZipFile

    return ZipFile(BytesIO(data) if isinstance(data, bytes) else data)


def stored(archive: "ZipFile", name: str) -> bytes:
    """The bytes of a package's database; UsageError where there is none that can be read."""
    members = frozenset(archive.namelist())
    if "collection.anki21b" in members:
        raise UsageError(
            f"{name} is in Anki's newer format: export it again with "
            "“Support older Anki versions” ticked"
        )
    found = next((member for member in _DATABASES if member in members), None)
    if found is None:
        raise UsageError(f"{name} is no Anki package: it holds no collection")
    return member(archive, found, name, most=_MOST)


def member(archive: "ZipFile", found: str, name: str, *, most: int = _MOST) -> bytes:
    """The bytes of a zip's member, whatever size it claims; UsageError for more than `most`."""
    with archive.open(found) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise UsageError(f"{name} is too large to be read: {found} has more than {most >> 20} MB")
    return data


def media(archive: "ZipFile", name: str) -> dict[str, str]:
    """The members that hold a package's media, by the names that notes know them by."""
    listing = json.loads(member(archive, "media", name, most=_SMALL))
    return {str(known): str(at) for at, known in listing.items()}


def connected(database: bytes) -> "sqlite3.Connection":
    """A database in memory, which is not trusted."""
    import sqlite3

    db = sqlite3.connect(":memory:")
    try:
        if database[18:20] == b"\2\2":  # was written with a log beside it, and would ask for that
            database = database[:18] + b"\1\1" + database[20:]
        db.deserialize(database)
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA cell_size_check = ON")
        db.execute("PRAGMA query_only = ON")
        db.text_factory = lambda text: text.decode("utf-8", "replace")
        wanted = {"col", "notes", "cards"}
        kinds = dict(db.execute("SELECT name, type FROM sqlite_master"))
        if any(kinds.get(table) != "table" for table in wanted):  # a view could run for ever
            raise ValueError("another schema")
        return db
    except BaseException:
        db.close()
        raise


def described(db: "sqlite3.Connection") -> tuple[dict[str, Any], dict[str, Any]]:
    """The notetypes and decks of a database, by their ids as text."""
    models, decks = db.execute("SELECT models, decks FROM col").fetchone()
    return json.loads(models), json.loads(decks)


def _package(db: "sqlite3.Connection") -> Package:
    models, decks = described(db)
    ours = {int(number): model for number, model in models.items() if int(number) in _NAMES}
    names = {number: field_names(model) for number, model in ours.items()}
    deck_names = {int(number): str(deck["name"]) for number, deck in decks.items()}
    places = _places(db)
    found: list[tuple[int, Note]] = []
    foreign = 0
    for row in db.execute("SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id"):
        number, guid, notetype, mod, tags, fields = row
        values = dict(zip(names.get(notetype, ()), str(fields).split("\x1f"), strict=False))
        if not values.get("Key"):
            foreign += 1
            continue
        due, deck = places.get(number, (0, 0))
        note = _note(str(guid), notetype, int(mod), str(tags).split(), values)
        found.append((due, note._replace(deck=deck_names.get(deck, ""))))
    found.sort(key=lambda pair: pair[0])
    looks = {number: _look(number, model) for number, model in ours.items()}
    return Package(tuple(note for _, note in found), looks, foreign)


def field_names(model: Mapping[str, Any]) -> list[str]:
    """The names of a notetype's fields, in their order."""
    return [str(field["name"]) for field in sorted(model["flds"], key=lambda field: field["ord"])]


def _places(db: "sqlite3.Connection") -> dict[int, tuple[int, int]]:
    """The `due` and the deck of each note's first card."""
    rows = db.execute("SELECT nid, due, did FROM cards ORDER BY ord DESC, id")
    return {note: (due, deck) for note, due, deck in rows}


def _note(
    guid: str, notetype: int, mod: int, tags: Sequence[str], values: Mapping[str, str]
) -> Note:
    texts: dict[str, list[str]] = {}
    names: list[str] = []
    for field, value in values.items():
        if field == "Key" or not value:
            continue
        if shown := media_names(value):
            names += shown
            value = _MEDIA.sub("\x1f", value)
        texts.setdefault(_FIELDS.get(field, "other"), []).append(value)
    texts["tags"] = sorted({tag for tag in tags if tag != RETIRED})
    texts["pictures"] = names
    first = next(iter(values.values()))
    return Note(
        *(guid, notetype, unescape(values["Key"]), "", mod, plain(first), RETIRED in tags),
        b"".join([_digest(texts[part]) if texts.get(part) else _NONE for part in PARTS]),
    )


def _digest(texts: Sequence[str]) -> bytes:
    whole = "\x1e".join(texts).encode("utf-8", "surrogatepass")
    return blake2b(whole, digest_size=_DIGEST).digest()


_MEDIA = re.compile(r'(?<=\ssrc=")[^"]*(?=")|(?<=\[sound:)[^\]]*(?=\])')


def media_names(field: str) -> list[str]:
    """The pictures and sounds that a field shows."""
    if "src=" not in field and "[sound:" not in field:
        return []
    return [unescape(name) for name in _MEDIA.findall(field)]


_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^<>]*>|\[sound:[^\]]*\]", re.DOTALL)
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}", re.DOTALL)


def plain(field: str) -> str:
    """A field's text, in one line, shortened."""
    text = unescape(_MARKUP.sub(" ", _CLOZE.sub(r"[\1]", field[:20_000])))
    words = " ".join(text.split()) or "(a picture or sound)"
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1].rstrip()}…"


def _look(number: int, model: Mapping[str, Any]) -> Look:
    parts = [str(model["css"])]
    for template in sorted(model["tmpls"], key=lambda template: template["ord"]):
        parts += (str(template["qfmt"]), str(template["afmt"]))
    return Look(_NAMES[number], int(model["mod"]), _digest(parts))
