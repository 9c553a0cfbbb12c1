"""`selfcheck push`: what can be said to it, and what it says back."""

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from selfcheck_tools.errors import UsageError

if TYPE_CHECKING:
    from selfcheck_tools.ankiconnect.connect import Anki
    from selfcheck_tools.ankiconnect.push import Plan, Retired, Update
    from selfcheck_tools.exporters import Context, Omission
    from selfcheck_tools.project import Prepared

CLEAN, FOUND = 0, 1
_LISTED = 30  # more of one kind than this are counted, not listed
_CUT = 60  # characters of a prompt that the lock keeps


def add_arguments(push: argparse.ArgumentParser) -> None:
    """What `selfcheck push` takes besides paths."""
    push.add_argument("--dry-run", action="store_true", help="only show what would be done")
    push.add_argument(
        "--suspend-retired",
        action="store_true",
        help="suspend the cards of questions that are gone, and tag them selfcheck::retired",
    )
    push.add_argument(
        "--url",
        default="http://127.0.0.1:8765",
        metavar="URL",
        help="where AnkiConnect listens (default: %(default)s); its key, if it wants one, is read "
        "from ANKICONNECT_API_KEY",
    )


def run(options: argparse.Namespace) -> int:
    """Pushes; the exit status: 1 where Anki did not take everything."""
    from selfcheck_tools import project
    from selfcheck_tools.ankiconnect import connect, pushing
    from selfcheck_tools.config import checked_dialect

    dialect = checked_dialect(options.dialect, "--dialect") if options.dialect else ""
    prepared = project.prepare(options.paths, dialect=dialect)
    if not prepared.use_lock:
        raise UsageError(
            "a single file outside of a content folder has no selfcheck.lock, by which a push "
            "knows each question again: name its folder"
        )
    if options.suspend_retired and prepared.everything.unread:
        raise UsageError(
            f"{prepared.content.shown(prepared.everything.unread[0].path)} cannot be read, so that "
            "its questions would count as retired: mend that, or leave out --suspend-retired"
        )
    key = os.environ.get("ANKICONNECT_API_KEY", "")
    anki = connect.opened(options.url, key, pushing.NEEDED)
    compared = _compare(anki, prepared)
    for line in _told(compared, prepared, suspend=options.suspend_retired):
        _say(line)
    if options.dry_run:
        _say(f"dry run, nothing was sent: {_summary(compared.plan, options.suspend_retired)}")
        return CLEAN
    return _carry_out(anki, compared, prepared, suspend=options.suspend_retired)


class _Compared(NamedTuple):
    """A plan, and what carrying it out needs besides."""

    plan: "Plan"
    context: "Context"
    times: dict[int, int]  # of the notetypes
    paths: dict[str, str]  # of the media
    omissions: "tuple[Omission, ...]"


def _compare(anki: "Anki", prepared: "Prepared") -> _Compared:
    from selfcheck_tools import project
    from selfcheck_tools.ankiconnect import held, push
    from selfcheck_tools.exporters.anki.fields import text
    from selfcheck_tools.exporters.anki.notes import bundles
    from selfcheck_tools.exporters.anki.notetypes import NOTETYPES, model

    there = held.collection(anki)
    remembered = dict(prepared.identity.times.remembered)
    omissions: list[Omission] = list(prepared.everything.unread)
    context = project.context(prepared, omissions.append)
    known = prepared.identity.match.known
    keys = {text(key): key for key in known}
    wants: list[push.Wanted] = []
    times: dict[int, int] = {}
    paths: dict[str, str] = {}
    for bundle in bundles(prepared.content.documents, context):
        wants += push.wanted(bundle, keys)
        times |= bundle.times.notetypes
        paths |= bundle.media
    planned = push.plan(
        wants,
        paths,
        there,
        known=known,
        remembered=remembered,
        looks=[model(notetype, context.template) for notetype in NOTETYPES],
    )
    # Older than any notetype that is there: its look is none of the package's business.
    times |= dict.fromkeys(there.names, 1)
    return _Compared(planned, context, times, paths, tuple(sorted(omissions)))


def _carry_out(anki: "Anki", compared: _Compared, prepared: "Prepared", *, suspend: bool) -> int:
    from selfcheck_tools import interrupts, project
    from selfcheck_tools.ankiconnect import pushing
    from selfcheck_tools.progress import Progress

    planned = compared.plan
    # Before anything is sent: what Anki gets must be known again, whatever happens then.
    saved = project.save_lock(prepared)
    done: Counter[str] = Counter()
    refused: list[str] = []
    try:
        with (
            interrupts.leaving(lambda: project.save_lock(prepared)),
            Progress({"pushing": 1}, noun="steps") as progress,
        ):
            count = progress.begin("pushing", _steps(planned, suspend))
            for step in pushing.carry_out(
                anki,
                planned,
                compared.context,
                times=compared.times,
                paths=compared.paths,
                suspend=suspend,
            ):
                if step.what == "refused":
                    refused += step.keys
                done[step.what] += len(step.keys)
                count(step.what, len(step.keys))
    except UsageError as error:
        steps = [f"{count} {what}" for what, count in done.items()]
        raise UsageError(
            f"{error}\nbefore that: {', '.join(steps) or 'nothing was done'}; run push again, it "
            "goes on from there"
        ) from None
    finally:
        saved = project.save_lock(prepared) or saved
    for key in refused[:_LISTED]:
        _say(f"not taken: {_named(key, prepared)}")
    if refused:
        _say(
            f"Anki did not take {len(refused)}: close its Browse and edit windows and push again; "
            "what it still does not take has another notetype or no Key there"
        )
    if saved:
        shown = prepared.content.shown("selfcheck.lock")
        _say(f"{shown} updated: commit it with the content")
    _say(_summary(planned, suspend))
    return FOUND if refused else CLEAN


def _steps(planned: "Plan", suspend: bool) -> int:
    """How many things a push does."""
    whole = (planned.media, planned.looks, planned.added, planned.updated, planned.moved)
    return sum(map(len, (*whole, planned.restored, planned.retired if suspend else ())))


# ── words ───────────────────────────────────────────────────────────────────────────────────────


def _told(compared: _Compared, prepared: "Prepared", *, suspend: bool) -> Iterator[str]:
    planned = compared.plan
    yield from prepared.identity.doubts
    yield from _listed("left out", [_omitted(o, prepared) for o in compared.omissions])
    yield from _listed("added", [_named(want.key, prepared) for want in planned.added])
    yield from _listed("updated", [_updated(update, prepared) for update in planned.updated])
    yield from _listed(
        "moved", [f"{_named(move.key, prepared)}: to {move.deck}" for move in planned.moved]
    )
    yield from _listed("restored", [_named(note.key, prepared) for note in planned.restored])
    kind = "suspended" if suspend else "retired"
    yield from _listed(kind, [_gone(note, prepared) for note in planned.retired])
    if planned.retired and not suspend:
        yield "retired notes stay as they are; --suspend-retired suspends them"
    yield from (f"look updated: {name}" for name, _ in planned.looks)
    yield from (f"look changed in Anki, left alone: {name}" for name in planned.kept)
    if planned.elsewhere:
        yield f"in other decks than here, left there: {_count(planned.elsewhere, 'note')}"


def _listed(kind: str, lines: Sequence[str]) -> Iterator[str]:
    if len(lines) > _LISTED:
        yield f"{kind}: {len(lines)}"
    else:
        yield from (f"{kind}: {line}" for line in lines)


def _named(key: str, prepared: "Prepared") -> str:
    known = prepared.identity.match.known[key]
    more = "…" if len(known.text) == _CUT else ""
    return f"{known.text or key}{more} ({prepared.content.shown(known.path)})"


def _updated(update: "Update", prepared: "Prepared") -> str:
    parts = [*update.fields, *(f"tag {tag}" for tag in update.tags)]
    return f"{_named(update.key, prepared)}: {', '.join(parts)}"


def _gone(note: "Retired", prepared: "Prepared") -> str:
    retired = prepared.identity.match.known[note.key].retired
    return _named(note.key, prepared) + ("" if retired else ": of another kind now")


def _omitted(omission: "Omission", prepared: "Prepared") -> str:
    place = prepared.content.shown(omission.path)
    if omission.path in prepared.content.sources:
        position = prepared.content.sources[omission.path].position(omission.span.start)
        place += f":{position.line}:{position.column}"
    return f"{place}: {omission.message}"


def _summary(planned: "Plan", suspend: bool) -> str:
    parts = [
        *((len(planned.added), "added"), (len(planned.updated), "updated")),
        *((len(planned.moved), "moved"), (len(planned.restored), "restored")),
        (len(planned.retired), "suspended" if suspend else "retired"),
    ]
    said = [f"{count} {what}" for count, what in parts if count]
    if planned.media:
        said.append(_count(len(planned.media), "file"))
    return ", ".join([*said, f"{planned.unchanged} unchanged"]) + "."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _say(line: str) -> None:
    from selfcheck_tools.reports import printed

    print(printed(line))
