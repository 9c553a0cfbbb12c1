"""The last build: the packages in the output folder, and what a new build changes for learners."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import IO, NamedTuple

from selfcheck_tools.errors import UsageError
from selfcheck_tools.exporters import Artifact
from selfcheck_tools.exporters.anki.changes import (
    Change,
    LookChange,
    compare,
    compare_looks,
)
from selfcheck_tools.exporters.anki.unpacked import Note, Package, Unreadable, unpack
from selfcheck_tools.files import contents
from selfcheck_tools.identity import Known

SUFFIX = ".apkg"
_LARGEST = 1 << 32  # bytes of a package that is read


class Build(NamedTuple):
    """The packages of a folder, by path relative to it, and what to say of those that are damaged."""

    folder: str
    packages: Mapping[str, Package]
    digests: Mapping[str, bytes] = {}  # of the packages' bytes
    remarks: tuple[str, ...] = ()


class Scope(NamedTuple):
    """Which notes a run speaks of: its collection's, but for those of documents that it leaves out."""

    known: Mapping[str, Known]  # the questions of the collection, by key
    elsewhere: frozenset[str]  # the keys of those that the run leaves out

    def holds(self, note: Note, *, is_overwritten: bool) -> bool:
        """Whether a note that is not made any more was one of those that this run makes; of an
        unknown one its package tells."""
        return note.key not in self.elsewhere and (is_overwritten or note.key in self.known)


def find(folder: str) -> Build:
    """The packages in a folder that hold notes of ours. Others are left alone; what is damaged is
    said. UsageError where the folder cannot be looked at."""
    packages: dict[str, Package] = {}
    digests: dict[str, bytes] = {}
    remarks: list[str] = []
    for path in _paths(folder):
        whole = os.path.join(folder, path)
        try:
            data = contents(whole, most=_LARGEST)
            package = unpack(data, whole)
        except (Unreadable, OSError) as error:
            reason = error if isinstance(error, Unreadable) else f"{whole}: {error.strerror}"
            remarks.append(f"not compared: {reason}")
        except UsageError:
            continue  # Anki's own newer format, or no package of anybody's
        else:
            if package.notes:
                packages[path], digests[path] = package, sha256(data).digest()
    return Build(folder, packages, digests, tuple(remarks))


def _paths(folder: str) -> Iterator[str]:
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(SUFFIX) and not name.startswith("."):
                yield os.path.relpath(os.path.join(where, name), folder).replace(os.sep, "/")


# ── comparing ──────────────────────────────────────────────────────────────────────────────────────


class Comparison(NamedTuple):
    """What importing a build does to a learner who has the last one."""

    changes: tuple[Change, ...]
    looks: tuple[LookChange, ...] = ()
    is_first: bool = False  # there is nothing to compare with

    @property
    def has_refused(self) -> bool:
        """Whether Anki would keep something old in silence."""
        refused = any(change.kind == "refused" for change in self.changes)
        return refused or any(not look.is_newer for look in self.looks)


def compared(last: Build, made: Mapping[str, Package], scope: Scope) -> Comparison:
    """The changes from a last build to the packages that are made, by path."""
    new = [note for package in made.values() for note in package.notes]
    old = list(_owners(last, made, scope).values())
    holders = dict.fromkeys(path for path, _ in old)
    looks = compare_looks(
        (last.packages[path].looks for path in holders),
        (package.looks for package in made.values()),
    )
    return Comparison(compare((note for _, note in old), new), looks, is_first=not old)


def _owners(last: Build, made: Mapping[str, Package], scope: Scope) -> dict[str, tuple[str, Note]]:
    """The notes of the last build that a run speaks of, each with the package that held it: of
    several the latest, and rather one that is made again."""
    guids = {note.guid for package in made.values() for note in package.notes}
    found: dict[str, tuple[str, Note]] = {}
    for path in sorted(last.packages, key=lambda path: (path not in made, path)):
        for note in last.packages[path].notes:
            if note.guid in guids or scope.holds(note, is_overwritten=path in made):
                known = found.get(note.guid)
                if known is None or note.mod > known[1].mod:
                    found[note.guid] = path, note
    return found


# ── following a build ──────────────────────────────────────────────────────────────────────────────


class Watch:
    """Follows a build: keeps what was there before it, and what it makes."""

    def __init__(self, folder: str, scope: Scope) -> None:
        self._last, self._scope = find(folder), scope
        self._made: dict[str, Package] = {}
        self._remarks = list(self._last.remarks)

    def through(
        self, artifacts: Iterable[Artifact], changed: Callable[[str, str], int] | None = None
    ) -> Iterator[Artifact]:
        """Packages as they are made, to be written before the next is asked for; with `changed`,
        which remembers when a note was retired, with the retired notes of the last build."""
        if not self._last.packages:
            if changed is not None:
                where = self._last.folder
                self._remarks.append(f"no last build in {where} to take retired notes from")
            yield from artifacts
            return
        held: dict[str, bytes | IO[bytes]] = {}  # until all is made the old package is needed
        for artifact in artifacts:
            package = self._made[artifact.path] = self._unpacked(artifact)
            if changed is not None and _is_needed(self._last, artifact.path, package):
                held[artifact.path] = artifact.data
            else:
                yield artifact
        if changed is not None:
            for artifact in self._with_retired(held, changed):
                self._made[artifact.path] = unpack(artifact.data, artifact.path)
                yield artifact

    def _unpacked(self, artifact: Artifact) -> Package:
        if self._last.digests.get(artifact.path) == artifact.digest():
            return self._last.packages[artifact.path]
        return unpack(artifact.data, artifact.path)

    def _with_retired(
        self, held: Mapping[str, bytes | IO[bytes]], changed: Callable[[str, str], int]
    ) -> Iterator[Artifact]:
        from selfcheck_tools.exporters.anki.retained import retain

        kept = _retained(self._last, self._made, self._scope, changed)
        for path in sorted({*held, *kept}):
            if path not in kept:
                yield Artifact(path, held[path])
                continue
            whole = os.path.join(self._last.folder, path)
            try:
                old = contents(whole, most=_LARGEST)
            except OSError as error:
                raise UsageError(f"{whole} cannot be read: {error.strerror}") from None
            yield Artifact(path, retain(held.get(path), old, kept[path], whole))

    def comparison(self) -> Comparison:
        """The changes from the last build to this one."""
        return compared(self._last, self._made, self._scope)

    def remarks(self, removed: Collection[str]) -> list[str]:
        """What to say of the last build's packages, of which some were `removed`."""
        stale = _stale(self._last, self._made, self._scope)
        return self._remarks + [
            f"{os.path.join(self._last.folder, path)} is of an earlier build: nothing makes it any "
            "more"
            for path in stale
            if os.path.join(self._last.folder, path) not in removed
        ]


def _stale(last: Build, made: Mapping[str, Package], scope: Scope) -> tuple[str, ...]:
    """The packages of the last build that nothing makes any more, though all their notes are of
    documents that this run makes."""
    guids = {note.guid for package in made.values() for note in package.notes}
    return tuple(
        path
        for path, package in last.packages.items()
        if path not in made
        and all(
            note.guid in guids or scope.holds(note, is_overwritten=False) for note in package.notes
        )
    )


def _is_needed(last: Build, path: str, package: Package) -> bool:
    """Whether the last build's package at a path holds notes that the new one does not."""
    before = last.packages.get(path, Package(()))
    return not {note.guid for note in before.notes} <= {note.guid for note in package.notes}


def _retained(
    last: Build,
    made: Mapping[str, Package],
    scope: Scope,
    changed: Callable[[str, str], int],
) -> dict[str, dict[str, int]]:
    """The notes to be kept as retired ones: by the path of the package that held them the `mod` of
    each by guid. `changed` remembers when each was retired."""
    asked = {note.key for package in made.values() for note in package.notes}
    guids = {note.guid for package in made.values() for note in package.notes}
    found: dict[str, dict[str, int]] = {}
    for guid, (path, note) in sorted(_owners(last, made, scope).items()):
        if guid not in guids:
            mod = note.mod if note.is_retired else _retired_at(note, note.key in asked, changed)
            found.setdefault(path, {})[guid] = mod
    return found


def _retired_at(note: Note, is_asked: bool, changed: Callable[[str, str], int]) -> int:
    """When a note is retired: under the name of the question's own note, so that it is newer than
    this when the question comes back; if the question goes on as another notetype, under one of
    its own."""
    name = f"anki:note:{note.key}" + (f":{note.notetype}" if is_asked else "")
    retired = f"{note.guid} {note.mod} {note.digests.hex()}"
    digest = sha256(f"retired {retired}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return max(changed(name, digest), note.mod + 1)
