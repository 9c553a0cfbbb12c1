"""Anki's text format: one note a record, for reading, for diffing, and for updating by guid.

Headers and their meaning are in Anki's manual (docs.ankiweb.net/importing/text-files.html) and its
importer (ankitects/anki, rslib/src/import_export/text). What is no column there, such as notetypes,
deck options and media, a text cannot bring: it updates and adds to what a package brought.
"""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from selfcheck_tools.exporters import Artifact, Context
from selfcheck_tools.exporters.anki.apkg import Deck
from selfcheck_tools.exporters.anki.notes import bundles, media
from selfcheck_tools.exporters.anki.notetypes import NOTETYPES
from selfcheck_tools.model import Document

# Of what a collection holds already, the fields and tags are updated.
_HEADERS = """\
#separator:tab
#html:true
#if matches:update current
#guid column:1
#notetype column:2
#deck column:3
#tags column:4
"""
# Anki takes the first record's columns for those of all.
_WIDTH = max(len(notetype.fields) for notetype in NOTETYPES)


def export(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """Per bundle `<path>.txt`, and beside it `<path>.media/` with what belongs into Anki's
    `collection.media`."""
    for bundle in bundles(documents, context):
        yield Artifact(f"{bundle.path}.txt", text(bundle.decks).encode())
        for name, data in media(bundle, context):
            yield Artifact(f"{bundle.path}.media/{name}", data)


def text(decks: Sequence[Deck]) -> str:
    """Notes as Anki's text: guid, notetype, deck, tags, then the fields of that notetype."""
    out = StringIO()
    out.write(_HEADERS)
    plain = csv.writer(out, dialect="excel-tab", lineterminator="\n")
    quoted = csv.writer(out, dialect="excel-tab", lineterminator="\n", quoting=csv.QUOTE_ALL)
    # Anki makes outer decks along with an inner one and, meeting them later, makes them again.
    for deck in sorted(decks, key=lambda deck: deck.name.split("::")):
        for note in deck.notes:
            fields = [*note.fields, *[""] * (_WIDTH - len(note.fields))]
            row = [note.guid, note.model.name, deck.name, " ".join(note.tags), *fields]
            # Where a record begins with a hash, Anki sees a comment.
            (quoted if note.guid.startswith("#") else plain).writerow(row)
    return out.getvalue()
