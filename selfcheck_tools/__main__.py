"""The command `selfcheck`, and `python -m selfcheck_tools`."""

import os
import sys

from selfcheck_tools.interrupts import arm


def entry() -> None:
    """Says the last run again if nothing has changed; else runs."""
    _open_streams()
    arm()
    from selfcheck_tools.replay import replay

    try:
        status = replay(sys.argv[1:])
    except OSError:
        status = None  # a closed pipe, or a folder that is gone: the run itself will say so
    if status is None:
        from selfcheck_tools.cli import main

        status = main(sys.argv[1:])
    sys.exit(status)


def _open_streams() -> None:
    """Has standard streams that the caller closed lead nowhere. Else the next file to be opened would
    get the number of one, and be written into by what C libraries have to say."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115


if __name__ == "__main__":
    entry()
