"""Linting as the command line has it: paths in, diagnostics and mended files out."""

import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

from selfcheck_tools import cache, codec, program
from selfcheck_tools.cache import Answers, Asked, Digest, Digests, Entry, Store
from selfcheck_tools.check import (
    Checked,
    Together,
    check_collection,
    check_document,
    judged,
)
from selfcheck_tools.config import Config, Root, find_root, rules_in_force, unknown_selector
from selfcheck_tools.diagnostics import Diagnostic, Finding, Related
from selfcheck_tools.discovery import Found, find_collection, find_documents
from selfcheck_tools.errors import UsageError
from selfcheck_tools.files import Disk, Files, Overlay, Remembered, Traced, read_document
from selfcheck_tools.model import Document
from selfcheck_tools.progress import Begin, unseen
from selfcheck_tools.project import shown, today
from selfcheck_tools.read import read
from selfcheck_tools.rules import Rule
from selfcheck_tools.text import Source
from selfcheck_tools.workers import processes, spread


class Asking(NamedTuple):
    """What a run is asked for. `stdin` is a document's path and its text as an editor holds it."""

    paths: tuple[str, ...] = ()
    dialect: str = ""
    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()
    force_exclude: bool = False
    use_cache: bool = True
    stdin: tuple[str, bytes] | None = None


class Setting(NamedTuple):
    """What decides what is found: the content folder, the rules in force and how to read."""

    root: Root
    rules: tuple[Rule, ...]
    dialect: str
    placeholders: tuple[str, ...]
    files: Files

    def read(self, source: Source) -> Document:
        """The document that a source holds, as configured."""
        return read(source, dialect=self.dialect, placeholders=self.placeholders)


class Linted(NamedTuple):
    """What a run found; paths are as the user would type them.

    `unread` says which files could not be read, `notices` what else is worth saying, `remarks` how
    this very run went; `depends` is all that was asked of the disk.
    """

    setting: Setting
    diagnostics: tuple[Diagnostic, ...]
    sources: "Sources"
    documents: tuple[str, ...]
    questions: int
    answered: int
    unread: tuple[str, ...]
    notices: tuple[str, ...]
    remarks: tuple[str, ...]
    depends: "Depends"


class Depends(NamedTuple):
    """All that the result of a run depends on, besides the command."""

    folders: tuple[str, ...]
    documents: tuple[str, ...]
    entries: Mapping[str, Entry]
    asked: tuple[Asked, ...]
    digests: Digests


class Sources(Mapping[str, Source]):
    """The sources by the paths that are shown, read when they are asked for."""

    def __init__(self, files: Files, paths: Mapping[str, str]) -> None:
        self._files, self._paths = files, paths
        self._read: dict[str, Source] = {}

    def __getitem__(self, path: str) -> Source:
        if path not in self._read:
            inner = self._paths[path]
            try:
                self._read[path] = Source.from_bytes(inner, self._files.read(inner))
            except OSError:
                self._read[path] = Source(inner, "")
        return self._read[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def relative(self, path: str) -> str:
        """The path in the content folder of a path that is shown."""
        return self._paths[path]


def lint(asking: Asking, begin: Begin = unseen) -> Linted:
    """Checks the documents that paths name, in the light of the whole collection. `begin` is told of
    the phases: "checking", and "comparing".

    UsageError for a path that does not exist, and when there is nothing to check.
    """
    was_enabled = gc.isenabled()
    gc.disable()  # neither tokens nor findings make cycles, and walking them costs a fifth
    try:
        return _lint(asking, begin)
    finally:
        if was_enabled:
            gc.enable()


def _lint(asking: Asking, begin: Begin) -> Linted:
    setting = _setting(asking)
    root = setting.root
    named, whole = _documents(root, asking)
    store = Store(settings=_fingerprint(setting))
    use_cache = asking.use_cache and root.keeps_lock  # a lone file is not worth a folder
    if use_cache:
        cache.prepare(root.folder)
        store = cache.load(root.folder, store.settings)
    digests = Digests(Disk(root.folder), store.stamps, time.time_ns())
    if asking.stdin is not None:
        digests.set(_inner(root, asking.stdin[0]), asking.stdin[1])
    answers = Answers(setting.files, digests)
    examined = examine(setting, whole, store, digests, answers, begin)
    entries, collection, found = examined.entries, examined.collection, examined.found
    if use_cache and asking.stdin is None:
        _remember(root, store, entries, collection, digests)
    wanted = frozenset(named.documents)
    if len(wanted) < len(whole):
        found = [d for d in found if _concerns(d, wanted)]
    paths = {path: shown(root, path) for path in whole}
    is_same = all(path == name for path, name in paths.items())
    ours = [each for each in examined.checked if each.path in wanted]
    return Linted(
        setting,
        tuple(found if is_same else (_shown(d, paths) for d in found)),
        Sources(setting.files, {name: path for path, name in paths.items()}),
        tuple(paths[path] for path in named.documents),
        sum(each.questions for each in ours),
        sum(each.answered for each in ours),
        tuple(
            f"{paths[path]} cannot be read: {why}"
            for path, why in examined.unread
            if path in wanted
        ),
        _notices(named),
        examined.remarks,
        Depends(
            named.folders,
            tuple(whole),
            entries,
            tuple({a for e in (*entries.values(), *collection.values()) for a in e.asked}),
            digests,
        ),
    )


class Examined(NamedTuple):
    """What documents gave by themselves and together: the findings left after the allowances, and
    what could not be read; `remarks` are on how the work went."""

    entries: dict[str, Entry]
    checked: list[Checked]
    collection: dict[str, Entry]
    found: list[Diagnostic]
    unread: list[tuple[str, str]]
    remarks: tuple[str, ...]


def examine(
    setting: Setting,
    paths: Sequence[str],
    store: Store,
    digests: Digest,
    answers: Answers,
    begin: Begin = unseen,
) -> Examined:
    """Checks some documents, taking from the store what is still valid."""
    remarks: list[str] = []
    entries, unread = _check_documents(
        setting, paths, store, digests, answers, remarks.append, begin
    )
    decode = codec.decoder(Checked)
    checked = [decode(entry.result) for entry in entries.values()]
    sources = Sources(setting.files, {path: path for path in entries})
    together = Together(checked, sources, store.near)
    collection = _check_collection(setting, together, store, answers, begin)
    diagnostics = codec.decoder(tuple[Diagnostic, ...])
    found = [d for each in checked for d in each.diagnostics]
    found += (d for entry in collection.values() for d in diagnostics(entry.result))
    left = judged(checked, found, setting.rules, sources, today())
    left = _not_allowed(setting.root.config, left)
    return Examined(entries, checked, collection, left, unread, tuple(remarks))


# ── what is asked for ───────────────────────────────────────────────────────────────────────────


def _setting(asking: Asking) -> Setting:
    root = find_root(asking.paths or ["."])
    config = root.config
    for option, names in (("--select", asking.select), ("--deselect", asking.deselect)):
        for name in names:
            if problem := unknown_selector(name):
                raise UsageError(f"{option}: {problem[0]}; {problem[1]}")
    config = config._replace(
        select=asking.select or config.select, deselect=(*config.deselect, *asking.deselect)
    )
    files: Files = Disk(root.folder)
    if asking.stdin is not None:
        files = Overlay(files, {_inner(root, asking.stdin[0]): asking.stdin[1]})
    return Setting(
        root._replace(config=config),
        rules_in_force(config),
        asking.dialect or config.dialect,
        config.placeholders,
        Remembered(files),
    )


def _inner(root: Root, path: str) -> str:
    return os.path.relpath(os.path.realpath(path), root.folder).replace(os.sep, "/")


def _documents(root: Root, asking: Asking) -> tuple[Found, list[str]]:
    """The documents to speak of, and all in whose light they are judged."""
    if asking.stdin is not None:
        path = _inner(root, asking.stdin[0])
        named = Found((path,))
    else:
        named = find_documents(root, asking.paths, force_exclude=asking.force_exclude)
        if not named.documents and not (asking.force_exclude and named.excluded):
            where = " ".join(asking.paths) or "."
            raise UsageError(f"nothing to check: no Markdown files in {where}{_excluded(named)}")
    if not root.is_marked:
        return named, list(named.documents)
    whole = find_collection(root) if asking.paths or asking.stdin else named
    folders = tuple(dict.fromkeys((*named.folders, *whole.folders)))
    named = named._replace(folders=folders)
    return named, sorted({*named.documents, *whole.documents})


def _excluded(found: Found) -> str:
    """What was left out and why, in words."""
    if not found.excluded:
        return ""
    parts = ", ".join(f"{count} by {why}" for why, count in found.excluded)
    total = sum(count for _, count in found.excluded)
    return f" ({total} {'is' if total == 1 else 'are'} excluded: {parts})"


def _notices(named: Found) -> tuple[str, ...]:
    return () if named.documents else (f"nothing to check{_excluded(named)}",)


# ── documents ───────────────────────────────────────────────────────────────────────────────────


def _check_documents(
    setting: Setting,
    paths: Sequence[str],
    store: Store,
    digests: Digest,
    answers: Answers,
    say: Callable[[str], None],
    begin: Begin,
) -> tuple[dict[str, Entry], list[tuple[str, str]]]:
    """What was found in each document, from the cache or anew, and what could not be read."""
    entries: dict[str, Entry] = {}
    missing: list[str] = []
    for path in paths:
        entry = store.documents.get(path)
        if entry is not None and _is_valid(entry, digests.of(path), answers):
            entries[path] = entry
        else:
            missing.append(path)
    unread: list[tuple[str, str]] = []
    done = codec.decoder(list[_Done])
    count = processes(len(missing))
    step = begin("checking", len(missing))
    work = partial(_check_share, setting, digests, lambda path: step(path, count))
    for part in spread(missing, work, count=count, say=say):
        for path, entry, why in done(part):
            if entry is not None:
                entries[path] = entry
            else:
                unread.append((path, why))
    return dict(sorted(entries.items())), sorted(unread)


_Done = tuple[str, Entry | None, str]


def _is_valid(entry: Entry, content: bytes, answers: Answers) -> bool:
    return bool(content) and entry.content == content and answers.are_the_same(entry.asked)


def _check_share(
    setting: Setting, digests: Digest, done: Callable[[str], None], paths: Sequence[str]
) -> bytes:
    """What is found in some documents, encoded: this may run in a process of its own."""
    answers = Answers(setting.files, digests)
    found = []
    for path in paths:
        found.append(_check_one(setting, answers, path))
        done(path)
    return codec.encode(found)


def _check_one(setting: Setting, answers: Answers, path: str) -> _Done:
    try:
        data = read_document(setting.files, path)
    except OSError as error:
        return path, None, error.strerror or str(error)
    source = Source.from_bytes(path, data)
    traced = Traced(setting.files)
    checked = check_document(setting.read(source), source, traced, setting.rules)
    result = codec.encode(checked)
    return path, Entry(cache.digest(data), answers.asked(traced.asked), result), ""


# ── the collection ──────────────────────────────────────────────────────────────────────────────


def _check_collection(
    setting: Setting, together: Together, store: Store, answers: Answers, begin: Begin
) -> dict[str, Entry]:
    """What each rule of the collection says, from the cache where its facts are the same."""
    found: dict[str, Entry] = {}
    digests: dict[str, bytes] = {}
    rules = [rule for rule in setting.rules if rule.check_all is not None]
    step = begin("comparing", len(rules))
    for rule in rules:
        if rule.facts_name not in digests:
            digests[rule.facts_name] = _digest(together.facts(rule))
        content = digests[rule.facts_name]
        entry = store.collection.get(rule.name)
        if entry is None or not _is_valid(entry, content, answers):
            traced = Traced(setting.files)
            said = codec.encode(check_collection(rule, together, traced))
            entry = Entry(content, answers.asked(traced.asked), said)
        found[rule.name] = entry
        step("", 1)
    return found


def _digest(facts: Iterable[tuple[str, bytes]]) -> bytes:
    """A digest of the facts of all documents."""
    whole = blake2b(digest_size=16)
    for path, raw in facts:
        whole.update(f"{path}\0{len(raw)}\0".encode("utf-8", "surrogateescape"))
        whole.update(raw)
    return whole.digest()


def _remember(
    root: Root,
    store: Store,
    entries: Mapping[str, Entry],
    collection: Mapping[str, Entry],
    digests: Digests,
) -> None:
    """Writes the cache if it would be another one."""
    for path, entry in entries.items():
        digests.settle(path, entry.content)
        for asked in entry.asked:
            if asked.method == "read" and asked.answer:
                digests.settle(asked.path, asked.answer)
    known = {**entries} if root.is_marked else {**store.documents, **entries}
    new = Store(
        settings=store.settings,
        stamps=digests.stamps,
        documents=known,
        collection=dict(collection),
        pairs=store.pairs,
    )
    if new != store:
        cache.save(root.folder, new)


def _fingerprint(setting: Setting) -> bytes:
    """A digest of all that decides what is said of a text: rules, options, and the program."""
    parts = [
        program.digest(),
        setting.dialect,
        *setting.placeholders,
        *(
            f"{rule.name} {rule.severity} {sorted(rule.options.items())!r}"
            for rule in setting.rules
        ),
    ]
    return cache.digest("\0".join(parts).encode("utf-8", "surrogateescape"))


# ── what is said ────────────────────────────────────────────────────────────────────────────────


def _not_allowed(config: Config, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings without those of rules that the configuration allows in a file."""
    if not config.allow:
        return list(found)
    from pathspec import GitIgnoreSpec

    specs = [
        (GitIgnoreSpec.from_lines([pattern]), frozenset(names))
        for pattern, names in config.allow.items()
    ]
    allowed: dict[str, frozenset[str]] = {}
    kept = []
    for diagnostic in found:
        path = diagnostic.path
        if path not in allowed:
            covering = [names for spec, names in specs if spec.match_file(path)]
            allowed[path] = frozenset().union(*covering)
        if diagnostic.rule not in allowed[path]:
            kept.append(diagnostic)
    return kept


def _concerns(diagnostic: Diagnostic, paths: frozenset[str]) -> bool:
    """Whether a finding speaks of one of some documents, be it as the other place."""
    return diagnostic.path in paths or any(r.path in paths for r in diagnostic.finding.related)


def _shown(diagnostic: Diagnostic, paths: Mapping[str, str]) -> Diagnostic:
    """A finding with its paths as the user would type them."""
    path, finding = paths[diagnostic.path], diagnostic.finding
    if finding.related:
        related = tuple(
            Related(paths[place.path], place.span, place.message, place.place)
            for place in finding.related
        )
        finding = Finding(finding.span, finding.message, finding.help, finding.fix, related)
    elif path == diagnostic.path:
        return diagnostic
    return Diagnostic(
        path,
        diagnostic.rule,
        diagnostic.severity,
        finding,
        diagnostic.place,
        diagnostic.subject,
        diagnostic.text,
    )
