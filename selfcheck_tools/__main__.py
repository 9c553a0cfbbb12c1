"""The command `selfcheck`, and `python -m selfcheck_tools`."""

import sys

from selfcheck_tools.interrupts import arm


def entry() -> None:
    """Says the last run again if nothing has changed; else runs."""
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


if __name__ == "__main__":
    entry()
