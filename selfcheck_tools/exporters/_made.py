"""What exporters made of documents, recalled while the documents and all files asked for are as they were."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from selfcheck_tools import codec, memo
from selfcheck_tools.exporters import Context, Omission
from selfcheck_tools.files import Files, Query, Traced
from selfcheck_tools.memo import Memory, digest
from selfcheck_tools.model import Document


class Made(msgspec.Struct, frozen=True, array_like=True):
    """Something made: its bytes, what was left out, and what files were asked for it, with a digest
    of their answers."""

    data: bytes
    omitted: list[Omission]
    asked: list[Query]
    answers: str

    def holds(self, files: Files) -> bool:
        """Whether files answer as they did."""
        return answers(files, self.asked) == self.answers


decode: Callable[[bytes], Made] = codec.decoder(Made)


def made(context: Context, make: Callable[[Context], bytes]) -> Made:
    """What `make` gives in a context; `context.omit` is not called."""
    files, omitted = Traced(context.files), list[Omission]()
    data = make(context._replace(files=files, omit=omitted.append))
    asked = sorted(files.asked)
    return Made(data, omitted, asked, answers(context.files, asked))


def of_each(
    documents: Sequence[Document],
    context: Context,
    kind: str,
    of: Callable[[Document], Sequence[object]],
    make: Callable[[Document, Context], bytes],
) -> Iterator[bytes]:
    """What `make` gives for each document, in order, and what it leaves out omitted.

    `of` gives all that it depends on besides the document, its source and files.
    """

    def name(document: Document) -> str:
        text = context.source(document).text
        return kind + digest(context.program, text, codec.encode((document, of(document))))

    def encoded(document: Document) -> bytes:
        return codec.encode(made(context, lambda context: make(document, context)))

    memory = Memory(context.recall, context.keep, context.processes)
    for each in memo.each(
        documents,
        memory,
        name=name,
        make=encoded,
        decode=decode,
        holds=lambda made: made.holds(context.files),
    ):
        for omission in each.omitted:
            context.omit(omission)
        yield each.data


def answers(files: Files, asked: Sequence[Query]) -> str:
    """A digest of what files answer."""
    found: list[str | bytes] = []
    for method, path in asked:
        try:
            match method:
                case "read":
                    found.append(files.read(path))
                case "kind":
                    found.append(files.kind(path))
                case _:
                    found.append("\0".join(files.names(path)))
        except OSError as error:
            found.append(f"cannot: {error.errno}")
    return digest(*found)
