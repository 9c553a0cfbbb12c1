"""Whether an export would make what is there already: then nothing is read, rendered or written.

What a run depended on is kept in the cache folder: settings and program, the documents there were,
whatever was asked of files with the answers, the lock, and what was made. Times of files only spare
looking into those that were not touched; see `cache.Digests`.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

import msgspec

from selfcheck_tools import cache, codec, program
from selfcheck_tools import lock as locks
from selfcheck_tools.asking import Asking, Exported, Left
from selfcheck_tools.cache import Answers, Asked, Digests, Stamp
from selfcheck_tools.config import Root, find_root
from selfcheck_tools.discovery import find_collection, find_documents
from selfcheck_tools.exporters import EXPORTERS
from selfcheck_tools.files import Disk, Remembered
from selfcheck_tools.manifest import NAME, sha256_of
from selfcheck_tools.memo import digest
from selfcheck_tools.project import Prepared
from selfcheck_tools.record import Record


class Run(msgspec.Struct, frozen=True, array_like=True):
    """What a run depended on, what it made, and what is to be said of it."""

    setting: str
    asked: tuple[Asked, ...]
    stamps: dict[str, Stamp]
    outputs: dict[str, bytes]
    output_stamps: dict[str, Stamp]
    left: tuple[Left, ...]
    remarks: tuple[str, ...]
    questions: int
    documents: int


_decode: Callable[[bytes], Run] = codec.decoder(Run)


def standing(asking: Asking) -> Exported | None:
    """What an export would say if it would do nothing; None if it might do something."""
    root = find_root(asking.paths or ["."])
    record = Record(root.folder)
    run = _recalled(record, asking)
    if run is None or run.setting != _setting(asking, root):
        return None
    now = time.time_ns()
    disk = Disk(root.folder)
    inputs, outputs = Digests(disk, run.stamps, now), _outputs(asking, run.output_stamps, now)
    if not Answers(Remembered(disk), inputs).are_the_same(run.asked):
        return None
    if any(outputs.of(path) != known for path, known in run.outputs.items()):
        return None
    if (inputs.stamps, outputs.stamps) != (run.stamps, run.output_stamps):
        stamped = msgspec.structs.replace(run, stamps=inputs.stamps, output_stamps=outputs.stamps)
        record.keep(_name(asking), codec.encode(stamped))
    made = tuple(os.path.join(asking.output, path) for path in run.outputs if path != NAME)
    return Exported(made, (), (), run.left, run.remarks, (), run.questions, run.documents)


def keep(
    record: Record,
    asking: Asking,
    prepared: Prepared,
    exported: Exported,
    outputs: Mapping[str, str],
    began: int,
) -> None:
    """Keeps what a run depended on, which `began` at a time in nanoseconds, and the SHA-256 of what
    it made, by path."""
    root, files = find_root(asking.paths or ["."]), prepared.everything.files
    asked = [*files.asked(), *_lock(prepared)]
    inputs, made = Digests(Disk(root.folder), {}, began), _outputs(asking, {}, began)
    for each in asked:
        if each.method == "read":
            inputs.settle(each.path, each.answer)
    digests = {path: bytes.fromhex(known) for path, known in outputs.items()}
    for path, known in digests.items():
        made.settle(path, known)
    run = Run(
        _setting(asking, root),
        tuple(asked),
        inputs.stamps,
        digests,
        made.stamps,
        exported.left,
        exported.remarks,
        exported.questions,
        exported.documents,
    )
    record.keep(_name(asking), codec.encode(run))


def _lock(prepared: Prepared) -> Iterator[Asked]:
    """The lock as it is now."""
    if prepared.use_lock:
        yield Asked(
            "read",
            locks.NAME,
            cache.digest(prepared.identity.after().encode("utf-8", "surrogateescape")),
        )


def _recalled(record: Record, asking: Asking) -> Run | None:
    data = record.recall(_name(asking))
    with suppress(msgspec.MsgspecError, ValueError):
        return _decode(data) if data is not None else None
    return None


def _outputs(asking: Asking, stamps: Mapping[str, Stamp], now: int) -> Digests:
    def contents(path: str) -> bytes:
        return bytes.fromhex(sha256_of(os.path.join(asking.output, path)))

    return Digests(Disk(asking.output), stamps, now, contents)


def _name(asking: Asking) -> str:
    # What is said of a run has paths as seen from the working directory.
    return "ran" + digest(os.getcwd(), codec.encode(asking))


def _setting(asking: Asking, root: Root) -> str:
    """A digest of all that decides besides files: what there is to read, how, and by what."""
    named = find_documents(root, asking.paths).documents
    found = (named, find_collection(root).documents)
    pieces: list[str | bytes] = [
        program.digest(),
        sys.version,
        codec.encode((root.config, root.keeps_lock, found)),
    ]
    if any("handout" in EXPORTERS[name][0] for name in asking.formats):
        from selfcheck_tools.exporters.handout.pdf import versions
        from selfcheck_tools.fonts import fonts_digest

        pieces += (versions(), fonts_digest())
    return digest(*pieces)
