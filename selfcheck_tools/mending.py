"""Documents after their fixes: shown, listed or written."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from selfcheck_tools import interrupts
from selfcheck_tools.diagnostics import Diagnostic
from selfcheck_tools.fixing import fix
from selfcheck_tools.linting import Linted
from selfcheck_tools.outputs import Overtaken, sweep, write
from selfcheck_tools.project import today
from selfcheck_tools.text import Source


class Mended(NamedTuple):
    """Files after their fixes (the path as it is shown, the one on disk, before, after), what was
    mended, and the paths and rules whose fix was refused because it would have changed more than it
    may."""

    files: tuple[tuple[str, str, Source, Source], ...]
    findings: tuple[Diagnostic, ...]
    refused: tuple[tuple[str, str], ...]


def mend(linted: Linted, *, unsafe: bool) -> Mended:
    """The documents of a run after their fixes; nothing is written."""
    fixable = {
        diagnostic.path
        for diagnostic in linted.diagnostics
        if (mending := diagnostic.finding.fix) is not None and (unsafe or mending.safe)
    }
    setting = linted.setting
    files, findings, refused = [], [], []
    for path in sorted(fixable & frozenset(linted.documents)):
        source = linted.sources[path]
        after, done, guilty = fix(
            source,
            setting.files,
            setting.rules,
            unsafe=unsafe,
            reader=setting.read,
            today=today(),
        )
        refused += [(path, rule) for rule in guilty]
        if after.text != source.text:
            whole = os.path.join(setting.root.folder, linted.sources.relative(path))
            files.append((path, whole, source, after))
            findings += [msgspec.structs.replace(each, path=path) for each in done]
    return Mended(tuple(files), tuple(findings), tuple(refused))


def write_mended(mended: Mended) -> tuple[Mended, tuple[str, ...]]:
    """Writes the mended files, each whole or not at all; gives what was written, and the paths of
    files that were not, because somebody has changed them since they were read."""
    written, overtaken = [], []
    for folder in {os.path.dirname(whole) for _, whole, _, _ in mended.files}:
        sweep(folder)
    for file in mended.files:
        path, whole, before, after = file
        try:
            write(os.path.realpath(whole), after.to_bytes(), over=before.to_bytes())
        except Overtaken:
            overtaken.append(path)
        else:
            written.append(file)
        interrupts.so_far[:] = [f"after mending {len(written)} of {len(mended.files)} files"]
    interrupts.so_far.clear()
    findings = tuple(each for each in mended.findings if each.path not in overtaken)
    return mended._replace(files=tuple(written), findings=findings), tuple(overtaken)


def diff(mended: Mended) -> Iterator[str]:
    """What the fixes change, as a unified diff."""
    from difflib import unified_diff

    for _, path, before, after in mended.files:
        name = os.path.relpath(path).replace(os.sep, "/")
        lines = unified_diff(
            before.clean.splitlines(keepends=True),
            after.clean.splitlines(keepends=True),
            f"a/{name}",
            f"b/{name}",
        )
        for line in lines:
            yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def fixes_shown(mended: Mended) -> Iterator[str]:
    """Which rules' findings were mended in each file, and how many."""
    counted = Counter((each.path, each.rule) for each in mended.findings)
    last = ""
    for (path, rule), count in sorted(counted.items()):
        if path != last:
            yield f"{path}:"
        yield f"  {count} × {rule}"
        last = path
