"""Where a key stands in a text of TOML, and errors that show it."""

import re
from collections.abc import Iterable

from selfcheck_tools.errors import UsageError
from selfcheck_tools.patterns import pattern


def wrong(
    path: str, text: str, keys: tuple[str, ...], what: str, help: str = "", *, below: int = 0
) -> UsageError:
    """The error that names the place of a key in a file and shows its line."""
    number = line_of(text, keys, below=below)
    found = text.splitlines()[number - 1 : number]
    where = f"{path}:{number}" if number else path
    shown = f"\n{number:>5} | {found[0].strip()}" if found else ""
    return UsageError(f"{where}: {what}{f'; {help}' if help else ''}{shown}")


def line_of(text: str, keys: tuple[str, ...], *, below: int = 0) -> int:
    """The line, from 1, of the key that names most of a path of keys, and more than the first
    `below` of them; 0 where none does."""
    table: tuple[str, ...] = ()
    best, found = below, 0
    for number, line in enumerate(text.splitlines(), 1):
        if match := _HEADER.match(line):
            table = _parts(match[1])
            here = table
        elif match := _KEY.match(line):
            here = (*table, *_parts(match[1]))
        else:
            continue
        pairs = zip(keys, here, strict=False)
        common = next(
            (at for at, (one, two) in enumerate(pairs) if one != two), min(len(keys), len(here))
        )
        if common > best and (common == len(here) or here[:common] == keys):
            best, found = common, number
    return found


_BARE = r"(?:\"[^\"]*\"|'[^']*'|[\w-]+)"
_HEADER = pattern(rf"\s*\[\[?\s*({_BARE}(?:\s*\.\s*{_BARE})*)\s*\]")
_KEY = pattern(rf"\s*({_BARE}(?:\s*\.\s*{_BARE})*)\s*=")


def _parts(written: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_BARE, written))


def hint(written: str, known: Iterable[str]) -> str:
    """What somebody who wrote an unknown name may have meant."""
    from difflib import get_close_matches  # slow to load, and seldom needed

    names = list(known)
    near = get_close_matches(written, names, 1)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"there are {', '.join(names)}" if len(names) < 20 else "`selfcheck explain` lists them"
