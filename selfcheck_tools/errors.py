"""The one exception that a user sees as a sentence."""


class UsageError(Exception):
    """A mistake of whoever called the program, in one plain sentence; more lines show the place."""
