"""The command `selfcheck`, and `python -m selfcheck_tools`."""

import sys


def entry() -> None:
    """Says the last run again if nothing has changed; else runs."""
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


if __name__ == "__main__":
    entry()
