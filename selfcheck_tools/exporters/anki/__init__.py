"""Anki packages: importing one again updates what changed and keeps every history."""

from collections.abc import Iterator, Sequence

from selfcheck_tools.exporters import Artifact, Context
from selfcheck_tools.exporters.anki.apkg import package
from selfcheck_tools.exporters.anki.notes import bundles
from selfcheck_tools.model import Document


def export(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """Per document `<path>.apkg`, or as `split` says; none without a single answered question."""
    for bundle in bundles(documents, context):
        media = ((name, context.files.read(path)) for name, path in sorted(bundle.media.items()))
        yield Artifact(f"{bundle.path}.apkg", package(bundle.decks, media, bundle.times))
