"""The end that comes from outside: Ctrl-C, `kill`, a terminal that closes.

A signal ends the program where it stands. An exception would be lost in finalizers and where C calls
back, or shown as a traceback of an import; so what may not stay behind is named here beforehand.
Processes that share the work see this one end, and end by themselves (`workers`).
"""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

# A signal's handler is given nothing, so it must find these here.
unfinished: set[str] = set()  # temporary files, to be removed
so_far: list[str] = []  # what the last entry says is done, as in "after 12 of 40 documents"

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


def arm() -> None:
    """From now on a signal ends this process at once, with 128 and its number as status (130 for
    Ctrl-C), says so, and leaves nothing half done. One that the caller has us ignore stays so."""
    ours = os.getpid()

    def end(number: int, frame: FrameType | None) -> None:
        if os.getpid() == ours:
            _clean_up()
        os._exit(128 + number)

    for each in _SIGNALS:
        if signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, end)


def _clean_up() -> None:
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)  # it takes no time, and may not be broken off
    for path in tuple(unfinished):
        with suppress(OSError):
            os.unlink(path)
    _say()


def _say() -> None:
    words = ["selfcheck: interrupted", *so_far[-1:]]
    line = f"{' '.join(words)}; what was written is whole\n"
    with suppress(OSError, ValueError):  # a terminal that is gone
        clear = "\r\033[K" if os.isatty(2) else ""
        # Past `sys.stderr`, which may itself have been interrupted while it wrote.
        os.write(2, (clear + line).encode(sys.stderr.encoding or "utf-8", "backslashreplace"))
