"""The list of what was written into a build folder, and by which run: nothing else is ever removed.

A file `.selfcheck.json` in the folder. It may come from anybody, so what it names is looked at before
it is removed: a file inside the folder, and still as it was written.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import file_digest, sha256
from posixpath import dirname, normpath

import msgspec

from selfcheck_tools.files import Disk, contents
from selfcheck_tools.outputs import write

NAME = ".selfcheck.json"
_FORMAT = 1
_NOTE = (
    "What selfcheck export wrote here. It removes files of this list that nothing makes any more."
)


class Run(msgspec.Struct, frozen=True):
    """A run for one format: what it was about, and the SHA-256 of what it made, by path.

    `content` is where the content folder is, seen from the build folder; `paths` are those that were
    named in it, `chosen` says which questions.
    """

    format: str
    content: str
    paths: tuple[str, ...]
    chosen: str
    outputs: Mapping[str, str]

    @property
    def about(self) -> tuple[str, str, tuple[str, ...], str]:
        """What a run has in common with one that takes its place."""
        return self.format, self.content, self.paths, self.chosen


class Manifest(msgspec.Struct, frozen=True):
    """All runs into a folder, in order."""

    version: int = _FORMAT
    note: str = _NOTE
    runs: tuple[Run, ...] = ()

    def after(self, runs: Iterable[Run], root: str) -> "Manifest":
        """The manifest when these runs have taken the places of earlier ones. Runs about nothing
        that is still there in the same content folder, `root`, are dropped."""
        runs = tuple(runs)
        ours = {run.content for run in runs}
        kept = {
            run.about: run
            for run in self.runs
            if run.content not in ours or any(map(os.path.exists, _named(run, root)))
        }
        kept.update((run.about, run) for run in runs)
        return Manifest(runs=tuple(sorted(kept.values(), key=lambda run: run.about)))

    def with_more(self, runs: Iterable[Run]) -> "Manifest":
        """The manifest when these runs were broken off: what earlier ones made is still there."""
        known = {run.about: run for run in self.runs}
        for run in runs:
            earlier = known[run.about].outputs if run.about in known else {}
            both = {**earlier, **run.outputs}
            known[run.about] = msgspec.structs.replace(run, outputs=dict(sorted(both.items())))
        return Manifest(runs=tuple(sorted(known.values(), key=lambda run: run.about)))

    def outputs(self) -> dict[str, str]:
        """All that was made: SHA-256 by path."""
        return {path: digest for run in self.runs for path, digest in run.outputs.items()}


def _named(run: Run, root: str) -> Iterator[str]:
    return (os.path.join(root, path) for path in run.paths)


def load(folder: str) -> Manifest | None:
    """The manifest of a build folder, an empty one where there is none; None for a damaged one."""
    try:
        found = msgspec.convert(json.loads(contents(os.path.join(folder, NAME))), Manifest)
    except FileNotFoundError:
        return Manifest()
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return found if found.version == _FORMAT else None


def save(folder: str, manifest: Manifest) -> str:
    """Writes the manifest, if it is not there as it is, and gives its SHA-256. UsageError where it
    cannot be written."""
    path = os.path.join(folder, NAME)
    # Not msgspec's own JSON, which takes no names of files that are no UTF-8.
    text = json.dumps(msgspec.to_builtins(manifest), indent=1, sort_keys=True)
    data = f"{text}\n".encode()
    digest = sha256(data).hexdigest()
    if sha256_of(path) != digest:
        write(path, data)
    return digest


# ── what nothing makes any more ─────────────────────────────────────────────────────────────────


def stale(folder: str, before: Manifest, after: Manifest) -> tuple[list[str], list[str]]:
    """The files that are to be removed, and those that were changed since they were written."""
    made = after.outputs()
    folded = {path.casefold(): path for path in made}
    old: list[str] = []
    changed: list[str] = []
    for path, digest in sorted(before.outputs().items()):
        whole = os.path.join(folder, path)
        if path in made or not _is_file_within(folder, path):
            continue
        twin = folded.get(path.casefold())  # the same file, where case does not count
        if twin is not None and os.path.samefile(whole, os.path.join(folder, twin)):
            continue
        (old if sha256_of(whole) == digest else changed).append(path)
    return old, changed


def remove(folder: str, path: str) -> bool:
    """Removes a file and the folders that it leaves empty; whether that could be done."""
    try:
        os.unlink(os.path.join(folder, path))
    except OSError:
        return False
    above = dirname(path)
    with suppress(OSError):  # not empty
        while above:
            os.rmdir(os.path.join(folder, above))
            above = dirname(above)
    return True


def _is_file_within(folder: str, path: str) -> bool:
    """Whether a path is that of a file which we can have written."""
    if path.startswith(("/", "../")) or normpath(path) != path or Disk(folder).real(path) is None:
        return False
    whole = os.path.join(folder, path)
    return os.path.isfile(whole) and not os.path.islink(whole)


def sha256_of(path: str) -> str:
    """The SHA-256 of a file; empty when it is none or cannot be read."""
    if not os.path.isfile(path):  # a pipe would never end
        return ""
    try:
        with open(path, "rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
