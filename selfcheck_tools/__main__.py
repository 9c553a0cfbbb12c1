"""The command `selfcheck`, and `python -m selfcheck_tools`."""

import os
import sys


def entry() -> None:
    """Says the last run again if nothing has changed; else runs."""
    _open_streams()
    try:
        from selfcheck_tools.replay import replay

        status = replay(sys.argv[1:])
    except OSError:
        status = None  # a closed pipe, or a folder that is gone: the run itself will say so
    except KeyboardInterrupt:
        sys.exit(130)  # there was nothing to be broken off yet
    if status is None:
        from selfcheck_tools import interrupts

        interrupts.arm()  # later than a replay, which loading it would slow down by a fifth
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
