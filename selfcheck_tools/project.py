"""Content as the user has it: found, read, and each question known by its key.

With `building` the one module that knows the clock and the environment.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple

from selfcheck_tools import codec, memo, program
from selfcheck_tools import lock as locks
from selfcheck_tools.cache import Noted
from selfcheck_tools.cache import prepare as prepare_cache
from selfcheck_tools.config import Root, find_root
from selfcheck_tools.discovery import find_collection, find_documents
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import EVERYTHING, Artifact, Context, Job, Omission, Selection, load
from selfcheck_tools.files import Disk, Remembered, read_document
from selfcheck_tools.identity import Known, Match, collection_name, match
from selfcheck_tools.markdown import UNPARSED
from selfcheck_tools.model import Document
from selfcheck_tools.outputs import alone, write
from selfcheck_tools.pile import Chosen, Documents, Sources
from selfcheck_tools.progress import Begin, unseen
from selfcheck_tools.read import read
from selfcheck_tools.record import Record
from selfcheck_tools.templates import overridden, shipped
from selfcheck_tools.text import Source, Span
from selfcheck_tools.workers import in_order, processes

if TYPE_CHECKING:
    from selfcheck_tools.lastbuild import Scope

# The time of notes whose changes nobody remembers: 2020-01-01, so that the bytes are the same.
UNREMEMBERED = 1_577_836_800
_SMALL = 1 << 20  # bytes of what is made that may stay in memory


class Content(NamedTuple):
    """A content folder with the documents that a run is about, by path in order."""

    root: Root
    files: Noted
    documents: Sequence[Document]
    sources: Sources
    unread: tuple[Omission, ...] = ()  # files that could not be read

    def shown(self, path: str) -> str:
        """A path as the user would type it."""
        return shown(self.root, path)


def shown(root: Root, path: str) -> str:
    """A path as the user would type it: relative to the working directory, if that is short."""
    whole = os.path.join(root.folder, path)
    if root.folder == os.getcwd():
        return path
    relative = os.path.relpath(whole)
    return (whole if relative.count("..") > 3 else relative).replace(os.sep, "/")


# ── finding and reading ─────────────────────────────────────────────────────────────────────────


def open_content(
    paths: Sequence[str],
    *,
    dialect: str = "",
    whole: bool = False,
    record: Record | None = None,
    begin: Begin = unseen,
) -> Content:
    """Reads the documents that some paths name, or with `whole` all of their content folder.

    With a `record` what was read before is recalled, and what is read now is kept."""
    root = find_root(list(paths) or ["."])
    found = find_documents(root, paths).documents
    if whole:
        found = tuple(sorted({*found, *find_collection(root).documents}))
    if record is not None:
        prepare_cache(root.folder)  # before files are asked: a new folder for what is kept is seen
    files = Noted(Remembered(Disk(root.folder)))
    sources = Sources()
    unread: list[Omission] = []
    for path in found:
        try:
            sources.add(path, read_document(files, path))
        except OSError as error:
            reason = error.strerror or str(error)
            unread.append(Omission(path, Span(0, 0), "document", f"cannot be read: {reason}"))
    reading = Reading(dialect or root.config.dialect, root.config.placeholders)
    step = begin("reading", sum(sources.sizes.values()))
    documents = Documents()
    for document in reading.documents(sources, record):
        documents.add(document)
        step(document.path, sources.sizes[document.path])
    return Content(root, files, documents, sources, tuple(unread))


class Reading(NamedTuple):
    """How documents are read."""

    dialect: str
    placeholders: tuple[str, ...]

    def documents(self, sources: Sources, record: Record | None) -> Iterator[Document]:
        """What sources hold, in order."""
        if record is None:
            return map(self._read, sources.values())
        this = codec.encode((program.digest(), self))
        return memo.each(
            tuple(sources),
            memo.Memory(record.recall, record.keep, processes),
            name=lambda path: "read" + memo.digest(this, path, sources[path].text),
            make=lambda path: codec.encode(self._read(sources[path])),
            decode=_decode,
        )

    def _read(self, source: Source) -> Document:
        return read(source, dialect=self.dialect, placeholders=self.placeholders)


_decode: Callable[[bytes], Document] = codec.decoder(Document)


# ── identity ────────────────────────────────────────────────────────────────────────────────────


class Identity(NamedTuple):
    """The keys of questions, when things changed, and the lock to write, if there is one."""

    match: Match
    times: locks.Times
    before: str | None  # the lock's text as it was
    collection: str
    doubts: tuple[str, ...] = ()

    def after(self) -> str:
        """The lock's text as it is now."""
        return locks.dump(locks.Lock(self.match.known, self.times.remembered, self.collection))


def identify(content: Content, everything: Sequence[Document], *, use_lock: bool) -> Identity:
    """Matches the questions of the whole content folder to the lock."""
    text = _lock_text(content) if use_lock else None
    lock = _parsed(text or "")
    now = _now() if use_lock else _epoch(UNREMEMBERED)
    collection = (lock.collection or collection_name(everything)) if use_lock else ""
    found = match(everything, lock.known, now, collection=collection)
    found = found._replace(known=_unless_unread(content, lock.known, found.known))
    doubts = tuple(_doubt(content, everything, *doubt) for doubt in found.doubts)
    return Identity(found, locks.Times(lock.remembered, now), text, collection, doubts)


def _unless_unread(
    content: Content, before: Mapping[str, Known], after: Mapping[str, Known]
) -> dict[str, Known]:
    """Questions of which none counts as retired because its document cannot be read just now."""
    unread = {omission.path for omission in content.unread}
    return {
        key: before[key] if entry.retired and entry.path in unread else entry
        for key, entry in after.items()
    }


def _doubt(content: Content, everything: Sequence[Document], path: str, at: int, why: str) -> str:
    document = next(document for document in everything if document.path == path)
    question = document.questions[at]
    line = (
        content.sources[path].position(question.head.start).line if path in content.sources else 0
    )
    return f"{content.shown(path)}:{line}: “{question.prompt.markdown}” gets a new key: it {why}"


def lock_path(content: Content) -> Path:
    """Where the lock of a content folder is."""
    return Path(content.root.folder, locks.NAME)


def _lock_text(content: Content) -> str | None:
    """What the lock says; None where there is none."""
    path = lock_path(content)
    if not path.exists():
        return None
    try:
        return Disk(content.root.folder).read(locks.NAME).decode("utf-8", "surrogateescape")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def _parsed(text: str) -> locks.Lock:
    try:
        return locks.parse(text)
    except locks.LockError as error:
        raise UsageError(str(error)) from None


def _now() -> int:
    return _epoch(int(time.time()))


def today() -> str:
    """The day, in UTC, as in 2027-01-31."""
    return time.strftime("%Y-%m-%d", time.gmtime(_now()))


def _epoch(otherwise: int) -> int:
    """SOURCE_DATE_EPOCH (reproducible-builds.org/specs/source-date-epoch), or another time."""
    written = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(written) if written.isdigit() else otherwise


# ── exporting ───────────────────────────────────────────────────────────────────────────────────


class Prepared(NamedTuple):
    """What is to be exported, and which question is which."""

    content: Content  # the documents that were named
    everything: Content  # all that the lock speaks of
    identity: Identity
    use_lock: bool
    is_frozen: bool = False  # the lock must know all as it is
    selection: Selection = EVERYTHING


def prepare(
    paths: Sequence[str],
    *,
    dialect: str = "",
    use_lock: bool = True,
    frozen: bool = False,
    record: Record | None = None,
    begin: Begin = unseen,
) -> Prepared:
    """Reads what is to be exported. UsageError when there is nothing, or when `frozen` and the lock
    is not up to date."""
    root = find_root(list(paths) or ["."])
    use_lock = use_lock and root.keeps_lock
    everything = open_content(paths, dialect=dialect, whole=use_lock, record=record, begin=begin)
    wanted = set(find_documents(root, paths).documents)
    places = [
        at
        for at, document in enumerate(everything.documents)
        if document.path in wanted and document.questions
    ]
    content = everything._replace(documents=Chosen(everything.documents, places))
    if not content.documents:
        where = " ".join(paths) or "."
        raise UsageError(f"nothing to export: no questions found in {where}")
    identity = identify(everything, everything.documents, use_lock=use_lock)
    if frozen:
        refuse_stale(everything, identity)
    return Prepared(content, everything, identity, use_lock, frozen)


def context(
    prepared: Prepared,
    omit: Callable[[Omission], None],
    done: Callable[[Document], None] = lambda document: None,
    *,
    record: Record | None = None,
    say: Callable[[str], None] = lambda remark: None,
    spool: Callable[[], IO[bytes]] = lambda: spooled(),
) -> Context:
    """What exporters need besides the documents. `say` gets remarks on what is so."""
    content, identity = prepared.content, prepared.identity
    config = content.root.config
    record = record or Record(content.root.folder)
    return Context(
        files=content.files,
        source=lambda document: content.sources[document.path],
        keys=lambda document: identity.match.keys[document.path],
        changed=_known(prepared) if prepared.is_frozen else identity.times.changed,
        omit=omit,
        say=say,
        done=done,
        anki=config.anki,
        paper=config.handout,
        selection=prepared.selection,
        template=overridden(content.files, config.templates) if config.templates else shipped,
        collection=config.anki.deck or os.path.basename(content.root.folder) or "book",
        recall=record.recall,
        keep=record.keep,
        program=program.digest(),
        spool=spool,
        processes=processes,
    )


def spooled(folder: str | None = None) -> IO[bytes]:
    """A temporary file, in a folder if one is given; what is small stays in memory."""
    return SpooledTemporaryFile(_SMALL, dir=folder)


def _known(prepared: Prepared) -> Callable[[str, str], int]:
    """Times that the lock knows. One that is made up in each run would make learners' notes lose
    their tags in each."""
    times = prepared.identity.times

    def changed(name: str, digest: str) -> int:
        if times.remembered.get(name, ("", 0))[0] != digest:
            shown = prepared.content.shown(locks.NAME)
            raise UsageError(
                f"{shown} does not know all notes as they are now: "
                "run `selfcheck lock` and commit it"
            )
        return times.changed(name, digest)

    return changed


def refresh(prepared: Prepared) -> list[str]:
    """Has the lock remember all notes as they are now; gives what it did not know, in words."""
    from selfcheck_tools.exporters.anki.notes import bundles

    before = dict(prepared.identity.times.remembered)
    for _ in bundles(prepared.everything.documents, context(prepared, lambda omission: None)):
        pass
    after = prepared.identity.times.remembered
    kinds = Counter(name.split(":")[1] for name in after if before.get(name) != after[name])
    return [f"{count} {kind}{'s'[: count > 1]} for Anki" for kind, count in sorted(kinds.items())]


def knows_notes(prepared: Prepared) -> bool:
    """Whether decks are made of this content, as far as the lock knows."""
    return any(name.startswith("anki:") for name in prepared.identity.times.remembered)


def is_lock_stale(prepared: Prepared) -> bool:
    """Whether the lock would say anything new."""
    identity = prepared.identity
    return prepared.use_lock and identity.after() != identity.before


def save_lock(prepared: Prepared) -> bool:
    """Writes the lock if it says anything new; whether it did."""
    content, before, after = prepared.content, prepared.identity.before, prepared.identity.after()
    if not prepared.use_lock or after == before:
        return False
    with alone(content.root.folder):
        there = _lock_text(content)
        if there is not None and there != before:
            # Another run was quicker: what both know is kept, as when git merges two branches.
            after = locks.dump(_parsed(f"{after}\n{there}"))
        if after != there:
            write(str(lock_path(content)), after.encode("utf-8", "surrogateescape"))
    return after != there


def scope_of(prepared: Prepared) -> "Scope":
    """Which notes an export speaks of: not those of documents that it leaves out."""
    from selfcheck_tools.lastbuild import Scope

    match = prepared.identity.match
    named = {document.path for document in prepared.content.documents}
    others = {path for path, keys in match.keys.items() if keys} - named
    elsewhere = {key for path in others for key in match.keys[path]}
    others |= {omission.path for omission in prepared.everything.unread}
    elsewhere |= {key for key, entry in match.known.items() if entry.path in others}
    return Scope(match.known, frozenset(elsewhere))


def refuse_stale(content: Content, identity: Identity) -> None:
    """UsageError when the lock's lines on questions are not what the content says."""
    stale = stale_questions(identity)
    if stale:
        raise UsageError(
            f"{content.shown(locks.NAME)} is not up to date ({'; '.join(stale)}): run `selfcheck lock`"
        )


def stale_questions(identity: Identity) -> list[str]:
    """What the lock does not know yet, in words; nothing when it is up to date."""
    before = locks.parse(identity.before or "").known
    after = identity.match.known
    kinds = Counter(
        "new"
        if key not in before
        else "retired"
        if after[key].retired and not before[key].retired
        else "changed"
        for key in after
        if before.get(key) != after[key]
    )
    return [f"{count} {kind}" for kind, count in sorted(kinds.items())]


def artifacts(
    name: str,
    prepared: Prepared,
    omissions: dict[Omission, list[str]],
    *,
    begin: Begin = unseen,
    record: Record | None = None,
    say: Callable[[str], None] = lambda remark: None,
    happened: Callable[[str], None] = lambda event: None,
    spool: Callable[[], IO[bytes]] = lambda: spooled(),
) -> Iterator[Artifact]:
    """What a format makes of what is prepared; what it leaves out is added to `omissions`, and
    `happened` gets remarks on how the work went."""
    said = {(o.path, o.span, o.what): o for o in omissions if o.what != "glyph"}

    def omit(omission: Omission) -> None:
        # What several formats miss at one place is said once, in the words of the first.
        omission = said.get((omission.path, omission.span, omission.what), omission)
        formats = omissions.setdefault(omission, [])
        if name not in formats:
            formats.append(name)

    documents = prepared.content.documents
    step = begin(name, sum(map(_size, documents)))

    def done(document: Document) -> None:
        step(document.path, _size(document))

    def side_by_side(jobs: Sequence[Job]) -> Iterator[bytes]:
        # Against these all else takes no time, be it that there is little to be made anew.
        each = begin(name, len(jobs))
        for result in in_order(jobs, say=happened):
            each("", 1)
            yield result

    for omission in _unparsed(documents):
        omit(omission)
    made = context(prepared, omit, done, record=record, say=say, spool=spool)
    made = made._replace(side_by_side=side_by_side)
    try:
        yield from load(name)(documents, made)
    except ImportError as error:
        raise UsageError(f"{name} cannot be made here: {error}") from None
    except OSError as error:
        if error.errno is None or error.filename is not None:
            raise
        # A temporary file: there is no place for it, or no room.
        raise UsageError(f"{name} cannot be made here: {error.strerror}") from None
    except UsageError:
        raise
    except Exception as error:
        error.add_note(f"while exporting to {name}")
        raise


def _size(document: Document) -> int:
    """How much there is to be done for a document, in relation to others."""
    return 1 + len(document.questions)


def _unparsed(documents: Iterable[Document]) -> Iterator[Omission]:
    """What is lost of questions, or shown as it stands, in every format."""
    for document in documents:
        for note in document.notes:
            if note.kind in UNPARSED and _is_asked(document, note.span):
                yield Omission(document.path, note.span, "markup", UNPARSED[note.kind])


def _is_asked(document: Document, span: Span) -> bool:
    return any(q.span.start <= span.start < q.span.end for q in document.questions)
