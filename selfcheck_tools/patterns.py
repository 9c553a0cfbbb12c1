"""Regular expressions that are compiled when they are first used.

Compiling is slow in Python, and no run uses all of the two hundred: doing it on import would take a
third of the time that linting one document does.
"""

import re
from typing import cast

_METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")


class _Lazy:
    """Looks like a compiled pattern; becomes one, method by method, at the first use of any."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> object:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)


def pattern(text: str, flags: "int | re.RegexFlag" = 0) -> "re.Pattern[str]":
    """What `re.compile` gives, later; an error in the text shows at the first use."""
    return cast("re.Pattern[str]", _Lazy(text, int(flags)))
