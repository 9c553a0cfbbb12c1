"""`python -m selfcheck_tools` is the command `selfcheck`."""

from selfcheck_tools.cli import entry

if __name__ == "__main__":
    entry()
