"""Exporting into a build folder: writes what is not there yet, removes what nothing makes any more."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from posixpath import dirname
from typing import IO, TYPE_CHECKING

from selfcheck_tools import codec, interrupts, manifest, unchanged
from selfcheck_tools import lock as locks
from selfcheck_tools.asking import Asking, Exported, Left
from selfcheck_tools.config import find_root
from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import EVERYTHING, Artifact, Omission
from selfcheck_tools.files import Disk
from selfcheck_tools.outputs import alone, make_folder, sweep, write
from selfcheck_tools.progress import Begin, unseen
from selfcheck_tools.project import (
    Content,
    Prepared,
    artifacts,
    is_lock_stale,
    prepare,
    save_lock,
    scope_of,
    spooled,
)
from selfcheck_tools.record import Record

if TYPE_CHECKING:
    from selfcheck_tools.lastbuild import Watch


def export(
    asking: Asking,
    *,
    is_check: bool = False,
    begin: Begin = unseen,
) -> Exported:
    """Exports documents, or with `is_check` only says what that would do.

    `begin` is told of the phases: "reading", and the formats. UsageError when there is nothing to
    export or nowhere to write.
    """
    began = time.time_ns()
    record = Record(find_root(asking.paths or ["."]).folder)
    prepared = _prepared(asking, record, begin)
    content = prepared.content
    omissions: dict[Omission, list[str]] = {found: [] for found in prepared.everything.unread}
    remarks: list[str] = []
    events = list(prepared.identity.doubts)
    watch = _watch(asking, prepared)
    folder = _Folder(asking, prepared.everything, is_check)
    keeps_lock = not (is_check or asking.frozen)
    # Before anybody can import a deck whose keys are in no lock; later with the times of its notes.
    saved = keeps_lock and save_lock(prepared)
    with folder.kept():
        for name in asking.formats:
            made = artifacts(
                *(name, prepared, omissions),
                begin=begin,
                record=record,
                say=remarks.append,
                happened=events.append,
                spool=folder.spool,
            )
            folder.put_all(_watched(made, name, asking, prepared, watch), name)
    if (keeps_lock and save_lock(prepared)) or saved:
        events.append(_lock_told(prepared, watch))
    exported = Exported(
        tuple(folder.made),
        tuple(folder.written),
        tuple(folder.removed),
        tuple(_left(content, omissions)),
        tuple(dict.fromkeys((*remarks, *_remarks(asking, prepared, watch, folder)))),
        tuple(dict.fromkeys(events)),  # several formats may say the same
        sum(len(document.questions) for document in content.documents),
        len(content.documents),
        is_check and is_lock_stale(prepared),
        watch.comparison() if watch is not None else None,
    )
    if not is_check:
        folder.sweep()
        unchanged.keep(record, asking, prepared, exported, folder.outputs, began)
    record.trim()
    return exported


def _watched(
    made: Iterator[Artifact],
    format: str,
    asking: Asking,
    prepared: Prepared,
    watch: "Watch | None",
) -> Iterator[Artifact]:
    """Artifacts as the last build's packages have it."""
    if watch is None or format != "anki":
        return made
    return watch.through(made, prepared.identity.times.changed if asking.tag_retired else None)


def _lock_told(prepared: Prepared, watch: "Watch | None") -> str:
    shown = prepared.content.shown(locks.NAME)
    is_new = prepared.identity.before is None
    if is_new and watch is not None and not watch.comparison().is_first:
        return (
            f"{shown} is new, but decks were made before: if there was one, restore it from version "
            "control and export again before anybody imports these, or learners get edited "
            "questions twice"
        )
    return f"{shown} updated: commit it with the content"


def _prepared(asking: Asking, record: Record, begin: Begin) -> Prepared:
    prepared = prepare(
        asking.paths,
        dialect=asking.dialect,
        use_lock=asking.use_lock,
        frozen=asking.frozen,
        record=record,
        begin=begin,
    )
    if asking.tag_retired and "anki" not in asking.formats:
        raise UsageError("--tag-retired is about decks: add anki to --to")
    if asking.tag_retired and (asking.frozen or not prepared.use_lock):
        raise UsageError(
            "--tag-retired has to remember in selfcheck.lock when a note was tagged: export a "
            "folder, without --frozen and --no-lock"
        )
    content = prepared.content._replace(root=asking.configured(prepared.content.root))
    return prepared._replace(content=content, selection=asking.selection)


def _watch(asking: Asking, prepared: Prepared) -> "Watch | None":
    if "anki" not in asking.formats:
        return None
    from selfcheck_tools.lastbuild import Watch

    return Watch(asking.output, scope_of(prepared))


def _left(content: Content, omissions: Mapping[Omission, Sequence[str]]) -> list[Left]:
    found = []
    for omission, formats in sorted(omissions.items()):
        place = content.shown(omission.path)
        if omission.path in content.sources:
            position = content.sources[omission.path].position(omission.span.start)
            place += f":{position.line}:{position.column}"
        found.append(Left(place, omission.message, omission.what, tuple(formats)))
    return found


def _remarks(
    asking: Asking, prepared: Prepared, watch: "Watch | None", folder: "_Folder"
) -> list[str]:
    remarks = [*(watch.remarks(folder.removed) if watch is not None else ()), *folder.remarks]
    if not prepared.use_lock and "anki" in asking.formats:
        remarks.append(
            "no selfcheck.lock was used: importing a later deck cannot correct these notes"
        )
    if "anki-text" in asking.formats and "anki" not in asking.formats:
        remarks.append(
            "anki-text brings no notetypes: import an anki package before the first text"
        )
    return remarks


# ── the build folder ────────────────────────────────────────────────────────────────────────────


class _Folder:
    """A build folder that is being brought up to date, or only compared."""

    def __init__(self, asking: Asking, content: Content, is_check: bool) -> None:
        self.made: list[str] = []
        self.written: list[str] = []
        self.removed: list[str] = []
        self.remarks: list[str] = []
        self.outputs: dict[str, str] = {}  # SHA-256 of all that is now there
        self._asking, self._root, self._is_check = asking, content.root.folder, is_check
        self._is_partial = bool(content.unread)
        self._path = asking.output
        self._runs: dict[str, dict[str, str]] = {name: {} for name in asking.formats}
        self._claimed: set[str] = set()
        self._disk = Disk(self._path)
        self._spools = ExitStack()

    def put_all(self, artifacts: Iterable[Artifact], format: str) -> None:
        """Writes artifacts, each before the next is made."""
        for artifact in artifacts:
            self._put(artifact, format)
            artifact.close()

    def _put(self, artifact: Artifact, format: str) -> None:
        """Writes an artifact, unless it is there as it is."""
        folded = artifact.path.casefold()
        if folded in self._claimed:
            raise UsageError(
                f"two documents would both be written to {artifact.path}: rename one of them"
            )
        self._claimed.add(folded)
        if self._disk.real(dirname(artifact.path)) is None:
            raise UsageError(
                f"{os.path.join(self._path, dirname(artifact.path))} leads out of {self._path} by a "
                "link: remove it"
            )
        path, digest = os.path.join(self._path, artifact.path), artifact.digest().hex()
        self._runs[format][artifact.path] = self.outputs[artifact.path] = digest
        self.made.append(path)
        if os.path.isfile(path) and not os.path.islink(path) and manifest.sha256_of(path) == digest:
            return
        if not self._is_check:
            write(path, artifact.data)
        self.written.append(path)

    def spool(self) -> IO[bytes]:
        """A temporary file, where outputs are, so that there is room for it if there is for them."""
        folder = None if self._is_check else self._path
        try:
            if folder is not None:
                make_folder(folder)
            return self._spools.enter_context(spooled(folder))
        except OSError as error:
            raise UsageError(f"{self._path} cannot be written: {error.strerror}") from None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Within it all is put; then what nothing makes any more is removed, and what was made is
        written down, in any case."""
        try:
            with self._spools, interrupts.leaving(self._save_so_far):
                yield
        except BaseException:
            with suppress(UsageError):  # of what cannot be written something else was said
                self._save_so_far()
            raise
        with alone(self._path):  # another run may have written down its own meanwhile
            before, runs = self._before(), map(self._run, self._runs)
            # What was made of a document that cannot be read just now is still wanted.
            after = before.with_more(runs) if self._is_partial else before.after(runs, self._root)
            self._remove(*manifest.stale(self._path, before, after))
            self._save(after)

    def sweep(self) -> None:
        """Removes what runs that were killed have left where this one has written."""
        for folder in {self._root, self._path, *map(os.path.dirname, self.made)}:
            sweep(folder or ".")

    def _save_so_far(self) -> None:
        with alone(self._path):
            self._save(self._before().with_more(map(self._run, self._runs)))

    def _before(self) -> manifest.Manifest:
        found = manifest.load(self._path)
        if found is None:
            name = os.path.join(self._path, manifest.NAME)
            self.remarks.append(f"{name} is damaged: of earlier runs nothing is removed")
        return found or manifest.Manifest()

    def _remove(self, old: Sequence[str], changed: Sequence[str]) -> None:
        for path in old:
            whole = os.path.join(self._path, path)
            if self._is_check or manifest.remove(self._path, path):
                self.removed.append(whole)
            else:
                self.remarks.append(f"{whole} is made by nothing any more and cannot be removed")
        for path in changed:
            whole = os.path.join(self._path, path)
            self.remarks.append(f"{whole} is made by nothing any more, but was changed: it stays")

    def _save(self, after: manifest.Manifest) -> None:
        if not self._is_check and self.made:
            self.outputs[manifest.NAME] = manifest.save(self._path, after)

    def _run(self, format: str) -> manifest.Run:
        asking = self._asking
        # Versions and their seed are how a choice is printed, not what is chosen.
        chosen = asking.selection._replace(versions=0, seed="")
        return manifest.Run(
            format,
            _relative(self._root, self._path),
            tuple(sorted({_relative(path, self._root) for path in asking.paths or (".",)})),
            "" if chosen == EVERYTHING else codec.encode(chosen).hex(),
            dict(sorted(self._runs[format].items())),
        )


def _relative(path: str, start: str) -> str:
    try:
        return os.path.relpath(os.path.realpath(path), os.path.realpath(start)).replace(os.sep, "/")
    except ValueError:  # on another drive
        return os.path.abspath(path).replace(os.sep, "/")
