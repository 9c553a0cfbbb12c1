"""The end that comes from outside: Ctrl-C, `kill`, a terminal that closes.

A signal ends the program where it stands. An exception would be lost in finalizers and where C calls
back, or shown as a traceback of an import; so what may not stay behind is named here beforehand.
Processes that share the work see this one end, and end by themselves (`workers`).
"""

# The half of `signal` that is in C: the other loads `enum`, which would take a fifth of a run that
# is only said again. Nothing else is imported here that takes long, either.
import _signal as signal  # type: ignore[import-not-found]
import os
import sys

TYPE_CHECKING = False  # as type checkers have it; loading `typing` takes long, too
if TYPE_CHECKING:
    from collections.abc import Callable

# A signal's handler is given nothing, so it must find these here.
unfinished: set[str] = set()  # temporary files, to be removed
leavings: "list[Callable[[], object]]" = []  # what is to be done at the end
so_far: list[str] = []  # what is done by now, as in "after 12 of 40 documents"


def arm() -> None:
    """From now on a signal ends this process at once, with 128 and its number as status (130 for
    Ctrl-C), says so, and leaves nothing half done. One that the caller has us ignore stays so."""
    ours = os.getpid()
    signals = [
        getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
    ]

    def end(number: int, frame: object) -> None:
        if os.getpid() == ours:
            for each in signals:
                signal.signal(each, signal.SIG_IGN)  # what follows may not be broken off
            _clean_up()
        os._exit(128 + number)

    for each in signals:
        if signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, end)


class leaving:
    """A context within which something is to be done if the run is broken off."""

    def __init__(self, action: "Callable[[], object]") -> None:
        self._action = action

    def __enter__(self) -> None:
        leavings.append(self._action)

    def __exit__(self, *error: object) -> None:
        leavings.remove(self._action)


def _clean_up() -> None:
    for action in leavings:
        try:
            action()
        except Exception:
            continue  # the end has come: what else is to be done matters more
    for path in tuple(unfinished):
        try:
            os.unlink(path)
        except OSError:
            continue  # it was not made yet, or has taken its place
    words = " ".join(["selfcheck: interrupted", *so_far[-1:]])
    try:
        clear = "\r\033[K" if os.isatty(2) else ""
        # Past `sys.stderr`, which may itself have been interrupted while it wrote.
        encoding = sys.stderr.encoding or "utf-8"
        line = f"{clear}{words}; what was written is whole\n"
        os.write(2, line.encode(encoding, "backslashreplace"))
    except (OSError, AttributeError):
        return  # nobody listens any more
