"""What was made of something once, and need not be made again while nothing that entered it changes.

Results are kept under names that tell all that they were made of. What is missing is made side by side.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar

import msgspec

from selfcheck_tools import codec
from selfcheck_tools.workers import spread

Item = TypeVar("Item")

_BATCH = 200  # things made ahead: the more, the more memory and the fewer processes to start
_parted = codec.decoder(list[bytes])


class Memory(NamedTuple):
    """Where results are kept: what is kept under a name, if anything; keeps something; and how many
    processes may share the work on a number of things."""

    recall: Callable[[str], bytes | None]
    keep: Callable[[str, bytes], bool]
    processes: Callable[[int], int]


def each(
    items: Sequence[Item],
    memory: Memory,
    *,
    name: Callable[[Item], str],
    make: Callable[[Item], bytes],
    decode: Callable[[bytes], Any],
    holds: Callable[[Any], bool] = lambda value: True,
) -> Iterator[Any]:
    """What `make` gives for each item, decoded, in order.

    It may run in another process. What is kept is taken if it can be decoded and still `holds`.
    """
    for start in range(0, len(items), _BATCH):
        batch = items[start : start + _BATCH]
        names = [name(item) for item in batch]
        values = [_recalled(memory.recall(each), decode, holds) for each in names]
        missing = [item for item, value in zip(batch, values, strict=True) if value is None]
        made = _made(missing, make, memory)
        for at, value in enumerate(values):
            if value is None:
                data = next(made)
                value = decode(data)
                if not holds(value):  # something changed while it was made
                    data = make(batch[at])
                    value = decode(data)
                memory.keep(names[at], data)
            yield value


def _recalled(
    data: bytes | None, decode: Callable[[bytes], Any], holds: Callable[[Any], bool]
) -> Any:
    if data is not None:
        with suppress(msgspec.MsgspecError, ValueError):
            value = decode(data)
            return value if holds(value) else None
    return None


def _made(items: Sequence[Item], make: Callable[[Item], bytes], memory: Memory) -> Iterator[bytes]:
    count = memory.processes(len(items)) if items else 1
    if count == 1:
        return (make(item) for item in items)
    shares = [_parted(share) for share in spread(items, partial(_share, make), count=count)]
    return (shares[at % count][at // count] for at in range(len(items)))


def _share(make: Callable[[Item], bytes], items: Sequence[Item]) -> bytes:
    return codec.encode([make(item) for item in items])


def digest(*pieces: str | bytes) -> str:
    """A digest of texts and bytes, and of where each ends."""
    whole = blake2b(digest_size=20)
    for piece in pieces:
        data = piece.encode("utf-8", "surrogatepass") if isinstance(piece, str) else piece
        whole.update(b"%d " % len(data))
        whole.update(data)
    return whole.hexdigest()
