"""Anki packages: importing one again updates what changed and keeps every history."""

from collections.abc import Iterator, Sequence

from selfcheck_tools.exporters import Artifact, Context
from selfcheck_tools.exporters.anki.apkg import package
from selfcheck_tools.exporters.anki.notes import bundles, media
from selfcheck_tools.model import Document


def export(documents: Sequence[Document], context: Context) -> Iterator[Artifact]:
    """Per document `<path>.apkg`, or as `split` says; none without a single answered question."""
    for bundle in bundles(documents, context):
        path = f"{bundle.path}.apkg"
        data = package(bundle.decks, media(bundle, context), bundle.times, context.spool)
        del bundle  # whose notes would fill the memory until the package is compared and written
        yield Artifact(path, data)
