"""Which documents there are: folders walked, git's and the user's exclusions honoured.

Patterns in `.gitignore` files and in `exclude` are read as git reads them
(https://git-scm.com/docs/gitignore).
"""

import os
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from selfcheck_tools.config import Root, folders_above
from selfcheck_tools.errors import UsageError
from selfcheck_tools.files import contents

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

EXTENSIONS = (".md", ".markdown", ".mdx")
_SKIPPED = frozenset(("node_modules", "build", "__pycache__", "venv", "site-packages"))


class Found(NamedTuple):
    """Documents relative to the content folder, sorted, each once; how many others were excluded
    by what; and which folders were looked at."""

    documents: tuple[str, ...]
    excluded: tuple[tuple[str, int], ...] = ()
    folders: tuple[str, ...] = ()


def find_documents(root: Root, paths: Sequence[str], *, force_exclude: bool = False) -> Found:
    """The documents that paths name; without paths those of the configured content.

    A file that is named is taken even if it is excluded, unless `force_exclude`. UsageError for a
    path that does not exist or is neither a file nor a folder.
    """
    walk = _Walk(root)
    for path in paths or _content(root):
        real = os.path.realpath(path)
        relative = os.path.relpath(real, root.folder).replace(os.sep, "/")
        if os.path.isdir(real):
            walk.folder("" if relative == "." else relative)
        elif os.path.isfile(real):
            walk.file(relative, force_exclude)
        elif os.path.exists(real):
            raise UsageError(f"{path} is neither a file nor a folder")
        else:
            raise UsageError(f"{path} does not exist")
    return walk.found()


def find_collection(root: Root) -> Found:
    """All documents of a content folder."""
    return find_documents(root, _content(root))


def _content(root: Root) -> list[str]:
    return [os.path.join(root.folder, path) for path in root.config.content or (".",)]


class _Walk:
    """Collects documents; used once."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._documents: set[str] = set()
        self._excluded: dict[str, str] = {}
        self._folders: list[str] = []
        self._ignores: dict[str, tuple[_Ignore, ...]] = {}  # by the folder that they speak of
        above = folders_above(root.folder)
        self._top = next((f for f in above if os.path.exists(os.path.join(f, ".git"))), above[0])
        self._exclude = _exclude(root)

    def found(self) -> Found:
        taken = Counter(why for path, why in self._excluded.items() if path not in self._documents)
        return Found(
            tuple(sorted(self._documents)),
            tuple(sorted(taken.items())),
            tuple(self._folders),
        )

    def file(self, path: str, force_exclude: bool) -> None:
        if why := (self._outside(path) or self._above(path)) if force_exclude else "":
            self._excluded[path] = why
        else:
            self._documents.add(path)

    def folder(self, start: str) -> None:
        """Markdown files below a folder; hidden and generated folders, and links out of it, apart."""
        self._enter(start, self._above(f"{start}/") if start else "")

    def _outside(self, path: str) -> str:
        """Whether a path is in none of the folders that are configured as content."""
        roots = [os.path.normpath(root).replace(os.sep, "/") for root in self._root.config.content]
        inside = any(root == "." or path == root or path.startswith(f"{root}/") for root in roots)
        return "" if inside or not roots else "`content`"

    def _above(self, path: str) -> str:
        """What excludes a path or a folder above it."""
        ends = [at + 1 for at, char in enumerate(path) if char == "/" and at + 1 < len(path)]
        parts = [*(path[:end] for end in ends), path]
        return next((why for part in parts if (why := self._why_not(part))), "")

    def _enter(self, folder: str, excluded: str) -> None:
        whole = os.path.join(self._root.folder, folder) if folder else self._root.folder
        prefix = f"{folder}/" if folder else ""
        self._folders.append(whole)
        try:
            entries = sorted(os.scandir(whole), key=lambda entry: entry.name)
        except OSError:
            return
        for entry in entries:
            name, path = entry.name, prefix + entry.name
            if name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if name not in _SKIPPED:
                    self._enter(path, excluded or self._why_not(path + "/"))
            elif name.lower().endswith(EXTENSIONS):
                if entry.is_symlink() and not _is_inside(self._root.folder, entry.path):
                    continue
                why = excluded or self._why_not(path)
                if why:
                    self._excluded[path] = why
                else:
                    self._documents.add(path)

    def _why_not(self, path: str) -> str:
        """What excludes a path; a folder's path ends in a slash."""
        if self._exclude is not None and self._exclude.check_file(path).include:
            return "`exclude`"
        whole = os.path.join(self._root.folder, path)
        for ignore in self._ignores_of(os.path.dirname(whole.rstrip("/"))):
            relative = os.path.relpath(whole, ignore.folder).replace(os.sep, "/")
            decided = ignore.spec.check_file(relative + "/" * path.endswith("/")).include
            if decided is not None:
                return ".gitignore" if decided else ""
        return ""

    def _ignores_of(self, folder: str) -> "tuple[_Ignore, ...]":
        """The ignore files that speak of what is in a folder, the nearest first, up to the top of
        the repository."""
        found = self._ignores.get(folder)
        if found is None:
            own = _ignore(folder)
            parent = os.path.dirname(folder)
            above = () if folder == self._top or parent == folder else self._ignores_of(parent)
            found = self._ignores[folder] = above if own is None else (own, *above)
        return found


class _Ignore(NamedTuple):
    folder: str
    spec: "GitIgnoreSpec"


def _ignore(folder: str) -> _Ignore | None:
    file = os.path.join(folder, ".gitignore")
    if os.path.islink(file):  # git does not follow it
        return None
    try:
        text = contents(file).decode("utf-8", "surrogateescape")
    except OSError:
        return None
    return _Ignore(folder, _tolerant_spec(text.splitlines()))


def _tolerant_spec(lines: Sequence[str]) -> "GitIgnoreSpec":
    """A spec without the lines that are no patterns: git passes over them too."""
    try:
        return _spec(lines)
    except UsageError:
        return _spec([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    try:
        _spec([line])
    except UsageError:
        return False
    return True


def _exclude(root: Root) -> "GitIgnoreSpec | None":
    return _spec(root.config.exclude) if root.config.exclude else None


def _spec(lines: Sequence[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # slow to load, and only where something is excluded

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError as error:
        raise UsageError(f"`exclude`: {error}") from None


def _is_inside(root: str, path: str) -> bool:
    return os.path.realpath(path).startswith(os.path.join(root, ""))
