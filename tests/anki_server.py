"""A running Anki with its add-on AnkiConnect, so far as a push speaks to it, over loopback.

The collection is the real Anki's (see anki_oracle); what each action does with it, and the words of
its errors, are those of the add-on (API version 6), which imports packages with Anki's own importer.
Faults are put in by name: an action that breaks off, keeps silent or is refused.
"""

import base64
import fnmatch
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.errors import NotFoundError

from tests.anki_oracle import Anki


class Fault(Exception):
    """What goes wrong with an action: see `Server.fail`."""


class Server:
    """An Anki that listens; `asked` are the actions so far, those of a `multi` each."""

    def __init__(self, anki: Anki, *, key: str = "", version: int = 6) -> None:
        self.anki, self.key, self.version_, self.url = anki, key, version, ""
        self.asked: list[str] = []
        self.lacking: set[str] = set()  # actions of a newer add-on
        self.open_notes: set[int] = set()  # notes that a window of Anki shows
        self.faults: dict[str, tuple[str, int]] = {}  # action -> fault, after so many
        self._lock = threading.Lock()

    def fail(self, action: str, how: str, after: int = 0) -> None:
        """From now on an action breaks off ("drop"), does its work and then does ("late"), keeps
        silent ("hang") or is refused ("refuse"), after it went well so many times."""
        self.faults[action] = how, after

    def answer(self, request: Any) -> Any:
        if self.key and request.get("key") != self.key:
            return {"result": None, "error": "valid api key must be provided"}
        name, params = request["action"], request.get("params", {})
        self.asked.append(name)
        method = getattr(self, name, None)
        if method is None or name in self.lacking:
            return {"result": None, "error": "unsupported action"}
        try:
            how, after = self.faults.get(name, ("", 0))
            if how and after:
                self.faults[name] = how, after - 1
            elif how:
                raise Fault(how)
            return {"result": method(**params), "error": None}
        except Fault as fault:
            if str(fault) == "late":
                method(**params)
            if str(fault) != "refuse":
                raise
            return {"result": None, "error": "database is locked"}
        except Exception as error:
            return {"result": None, "error": str(error)}

    def version(self) -> int:
        return self.version_

    def apiReflect(self, scopes: list[str], actions: list[str]) -> Any:
        known = [name for name in actions if hasattr(self, name) and name not in self.lacking]
        return {"scopes": scopes, "actions": known}

    def multi(self, actions: list[Any]) -> list[Any]:
        return [self.answer(action) for action in actions]

    # ── notetypes ───────────────────────────────────────────────────────────────────────────────

    def _model(self, name: str) -> Any:
        model = self.anki.col.models.by_name(name)
        if model is None:
            raise ValueError(f"model was not found: {name}")
        return model

    def modelNamesAndIds(self) -> dict[str, int]:
        return {found.name: found.id for found in self.anki.col.models.all_names_and_ids()}

    def modelFieldNames(self, modelName: str) -> list[str]:
        return [field["name"] for field in self._model(modelName)["flds"]]

    def modelTemplates(self, modelName: str) -> Any:
        templates = self._model(modelName)["tmpls"]
        return {t["name"]: {"Front": t["qfmt"], "Back": t["afmt"]} for t in templates}

    def modelStyling(self, modelName: str) -> dict[str, str]:
        return {"css": self._model(modelName)["css"]}

    def updateModelTemplates(self, model: Any) -> None:
        found = self._model(model["name"])
        for template in found["tmpls"]:
            if sides := model["templates"].get(template["name"]):
                template["qfmt"] = sides.get("Front") or template["qfmt"]
                template["afmt"] = sides.get("Back") or template["afmt"]
        self.anki.col.models.update_dict(found)

    def updateModelStyling(self, model: Any) -> None:
        found = self._model(model["name"])
        found["css"] = model["css"]
        self.anki.col.models.update_dict(found)

    # ── notes, cards, decks ─────────────────────────────────────────────────────────────────────

    def findNotes(self, query: str) -> list[int]:
        return list(self.anki.col.find_notes(query))

    def notesInfo(self, notes: list[int]) -> list[Any]:
        return [self._info(number) for number in notes]

    def _info(self, number: int) -> Any:
        try:
            note = self.anki.col.get_note(number)
        except NotFoundError:
            return {}
        fields = {n: {"value": v, "order": at} for at, (n, v) in enumerate(note.items())}
        return {
            "noteId": note.id,
            "profile": "User 1",
            "tags": note.tags,
            "fields": fields,
            "modelName": note.note_type()["name"],
            "mod": note.mod,
            "cards": list(note.card_ids()),
        }

    def updateNoteFields(self, note: Any) -> None:
        if note["id"] in self.open_notes:
            return  # the window writes back what it shows
        found = self.anki.col.get_note(note["id"])
        for name, value in note["fields"].items():
            if name in found:
                found[name] = value
        self.anki.col.update_note(found, skip_undo_entry=True)

    def addTags(self, notes: list[int], tags: str) -> None:
        self.anki.col.tags.bulk_add(notes, tags)

    def removeTags(self, notes: list[int], tags: str) -> None:
        self.anki.col.tags.bulk_remove(notes, tags)

    def suspend(self, cards: list[int]) -> bool:
        self.anki.col.sched.suspend_cards(cards)
        return True

    def unsuspend(self, cards: list[int]) -> None:
        self.anki.col.sched.unsuspend_cards(cards)

    def getDecks(self, cards: list[int]) -> dict[str, list[int]]:
        decks: dict[str, list[int]] = {}
        for card in cards:
            deck = self.anki.col.db.scalar("select did from cards where id = ?", card)
            decks.setdefault(self.anki.col.decks.get(deck)["name"], []).append(card)
        return decks

    def changeDeck(self, cards: list[int], deck: str) -> None:
        self.anki.col.set_deck(cards, self.anki.col.decks.id(deck))

    # ── media, packages ─────────────────────────────────────────────────────────────────────────

    def _folder(self) -> Path:
        return Path(self.anki.col.media.dir())

    def getMediaDirPath(self) -> str:
        return str(self._folder().absolute())

    def getMediaFilesNames(self, pattern: str = "*") -> list[str]:
        return fnmatch.filter(sorted(path.name for path in self._folder().iterdir()), pattern)

    def storeMediaFile(self, filename: str, data: str) -> str:
        self.deleteMediaFile(filename)
        return self.anki.col.media.write_data(filename, base64.b64decode(data))

    def deleteMediaFile(self, filename: str) -> None:
        self.anki.col.media.trash_files([filename])

    def importPackage(self, path: str) -> bool:
        # What `anki.importing.AnkiPackageImporter`, which the add-on calls, asks for.
        options = ImportAnkiPackageOptions(
            merge_notetypes=True, with_scheduling=True, with_deck_configs=True
        )
        request = ImportAnkiPackageRequest(package_path=path, options=options)
        self.anki.col.import_anki_package(request)
        self.anki.col.models._clear_cache()
        return True

    # ── listening ───────────────────────────────────────────────────────────────────────────────

    def handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            wbufsize = -1  # head and body in one packet, or the second waits for 40 ms

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                try:
                    with server._lock:
                        body = json.dumps(server.answer(request)).encode()
                except Fault as fault:
                    if str(fault) == "hang":
                        time.sleep(1)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: object) -> None:
                pass

        return Handler


@contextmanager
def listening(server: Server) -> Iterator[Server]:
    """A server at a port of its own, until the `with` ends."""
    with serving(server.handler()) as url:
        server.url = url
        yield server


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Something that listens; gives its address."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
