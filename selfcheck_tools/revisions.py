"""What a change touches: findings against a revision in git.

A finding is of the change when it was not there at the revision, or when it stands in a question whose
text was. Nothing is checked out: documents and the names of files are read from git's objects.
"""

import os
import subprocess
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from posixpath import dirname, normpath

from selfcheck_tools.baseline import mark, unknown
from selfcheck_tools.cache import Answers, Store, digest
from selfcheck_tools.diagnostics import Diagnostic
from selfcheck_tools.discovery import EXTENSIONS
from selfcheck_tools.errors import UsageError
from selfcheck_tools.files import Files, Kind, Remembered
from selfcheck_tools.linting import Linted, examine
from selfcheck_tools.model import Document, Question
from selfcheck_tools.text import Source


def touched_since(revision: str, linted: Linted) -> list[Diagnostic]:
    """The findings of a run that a change against a revision touches.

    UsageError where there is no git, no repository or no such revision.
    """
    setting = linted.setting
    files = _Revision(setting.root.folder, revision)
    try:
        before = setting._replace(files=Remembered(files))
        digests = _Digests(before.files)
        paths = [path for path in files.paths if path.lower().endswith(EXTENSIONS)]
        wanted = frozenset(linted.depends.documents)
        paths = [path for path in paths if path in wanted or not _is_there(setting.files, path)]
        known = Store(documents=dict(linted.depends.entries))
        found = examine(before, paths, known, digests, Answers(before.files, digests)).found
        old = Counter(mark(each, each.path) for each in found)
        inner = linted.sources.relative
        new = {id(each) for each in unknown(linted.diagnostics, old, inner)}
        edited = _Edited(linted, before.files, frozenset(paths))
        return [each for each in linted.diagnostics if id(each) in new or edited.holds(each)]
    finally:
        files.close()


def _is_there(files: Files, path: str) -> bool:
    return files.kind(path) == "file"


class _Digests:
    """Digests of the contents of files that have no times."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def of(self, path: str) -> bytes:
        try:
            return digest(self._files.read(path))
        except OSError:
            return b""


# ── questions that were edited ──────────────────────────────────────────────────────────────────


class _Edited:
    """Tells the findings that stand in questions whose text is not that of before."""

    def __init__(self, linted: Linted, before: Files, paths: frozenset[str]) -> None:
        self._linted, self._before, self._paths = linted, before, paths
        self._spans: dict[str, list[tuple[int, int]]] = {}

    def holds(self, diagnostic: Diagnostic) -> bool:
        """Whether a finding stands in an edited question."""
        start = diagnostic.finding.span.start
        if diagnostic.path not in self._spans:
            self._spans[diagnostic.path] = self._edited(diagnostic.path)
        return any(first <= start < end for first, end in self._spans[diagnostic.path])

    def _edited(self, shown: str) -> list[tuple[int, int]]:
        path, source = self._linted.sources.relative(shown), self._linted.sources[shown]
        if path in self._paths and self._before.read(path) == source.to_bytes():
            return []
        same = Counter(self._old(path).values()) if path in self._paths else self._gone
        edited = []
        document = self._linted.setting.read(source)
        for at, text in _texts(document, source).items():
            if same[text]:
                same[text] -= 1
            else:
                span = document.questions[at].span
                edited.append((span.start, span.end))
        return edited

    def _old(self, path: str) -> Mapping[int, str]:
        source = Source.from_bytes(path, self._before.read(path))
        return _texts(self._linted.setting.read(source), source)

    @cached_property
    def _gone(self) -> Counter[str]:
        """What the questions said of documents that are no more: a new one may hold them."""
        files = self._linted.setting.files
        gone = [path for path in self._paths if files.kind(path) != "file"]
        return Counter(text for path in gone for text in self._old(path).values())


def _texts(document: Document, source: Source) -> Mapping[int, str]:
    """What each question says, without its number."""
    return {at: _text(question, source) for at, question in enumerate(document.questions)}


def _text(question: Question, source: Source) -> str:
    rest = source.text[min(question.head.end, question.span.end) : question.span.end]
    return f"{question.prompt.markdown}\0{rest.strip()}"


# ── a revision as files ─────────────────────────────────────────────────────────────────────────


class _Revision:
    """The files of a folder as they are in a revision. Symbolic links count as missing."""

    def __init__(self, folder: str, revision: str) -> None:
        if revision.startswith("-"):
            raise UsageError(f"--since: {revision} is no revision")
        self._folder = folder
        commit = self._git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").strip()
        if not commit:
            raise UsageError(f"--since: git knows no revision {revision}")
        listed = self._git("ls-tree", "-r", "-z", commit.decode(), "--", ".")
        self.paths: dict[str, str] = {}
        for line in filter(None, listed.split(b"\0")):
            about, _, name = line.partition(b"\t")
            mode, _, blob = about.split()[:3]
            if mode in (b"100644", b"100755"):
                self.paths[os.fsdecode(name)] = blob.decode()
        self._folders: dict[str, set[str]] = {"": set()}
        for path in self.paths:
            while path:
                parent = dirname(path)
                self._folders.setdefault(parent, set()).add(path[len(parent) :].strip("/"))
                path = parent
        self._reader, self._owner = self._open(), os.getpid()

    def _open(self) -> "subprocess.Popen[bytes]":
        command = ["git", "-C", self._folder, "cat-file", "--batch"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _git(self, *arguments: str) -> bytes:
        try:
            done = subprocess.run(
                ["git", "-C", self._folder, *arguments], capture_output=True, check=False
            )
        except OSError:
            raise UsageError("--since needs git, which is not installed") from None
        if done.returncode and arguments[0] != "rev-parse":
            said = " ".join(done.stderr.decode(errors="replace").split())
            raise UsageError(f"--since: git {arguments[0]} failed: {said[:200]}")
        if b"not a git repository" in done.stderr:
            raise UsageError("--since: the content is in no git repository")
        return done.stdout

    def close(self) -> None:
        """Ends the process that reads."""
        self._reader.communicate()

    def kind(self, path: str) -> Kind:
        path = normpath(path)
        if path.startswith(("../", "/")) or path == "..":
            return "outside"
        if path in self.paths:
            return "file"
        return "folder" if path == "." or path in self._folders else "missing"

    def read(self, path: str) -> bytes:
        blob = self.paths.get(normpath(path))
        if blob is None:
            raise FileNotFoundError(f"{path} does not exist")
        if self._owner != os.getpid():  # after a fork each process needs pipes of its own
            self._reader, self._owner = self._open(), os.getpid()
        questions, answers = self._reader.stdin, self._reader.stdout
        assert questions is not None
        assert answers is not None
        try:
            questions.write(f"{blob}\n".encode())
            questions.flush()
            *_, size = answers.readline().split()
            data = answers.read(int(size) + 1)
        except (BrokenPipeError, ValueError):  # it has ended, or has no such object
            raise UsageError(f"--since: git cannot give {path} as it was") from None
        return data[:-1]

    def names(self, folder: str) -> tuple[str, ...]:
        folder = normpath(folder)
        return tuple(sorted(self._folders.get("" if folder == "." else folder, ())))
