"""A running Anki, spoken to through its add-on AnkiConnect: JSON over HTTP, one request a connection.

The actions and their parameters are those of the add-on's manual, API version 6. It reads requests
with a Content-Length only, in small pieces and on the thread that also draws Anki's windows: large
bodies take it long, and it answers nobody while a window waits for its user.
"""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from selfcheck_tools.errors import UsageError

if TYPE_CHECKING:
    from http.client import HTTPResponse

ADDON = "2055492159"  # what to type into Tools > Add-ons > Get Add-ons
_VERSION = 6
_PIECE = 1 << 16
_LARGEST = 1 << 28  # bytes of an answer: more is no answer of AnkiConnect's

Action = tuple[str, dict[str, Any]]


class Anki(NamedTuple):
    """Where Anki listens, the key that it may want, and how many seconds each answer may take."""

    url: str
    host: str
    port: int
    key: str = ""
    patience: float = 300.0

    def ask(self, action: str, **params: Any) -> Any:
        """The result of one action; UsageError when Anki refuses, is away or does not answer."""
        return self._result(action, self._exchange(self._request(action, params)))

    def ask_all(self, actions: Sequence[Action]) -> list[Any]:
        """The results of several actions in one request; UsageError for the first that fails."""
        if not actions:
            return []
        found = self.ask("multi", actions=[self._request(name, params) for name, params in actions])
        if not isinstance(found, list) or len(found) != len(actions):
            raise self._stranger("it gave no list of results")
        return [self._result(name, one) for (name, _), one in zip(actions, found, strict=True)]

    def _request(self, action: str, params: dict[str, Any]) -> dict[str, Any]:
        request = {"action": action, "version": _VERSION, "params": params}
        return {**request, "key": self.key} if self.key else request

    def _result(self, action: str, reply: Any) -> Any:
        if not isinstance(reply, dict) or not {"result", "error"} <= reply.keys():
            raise self._stranger("it does not answer as the add-on does")
        error = reply["error"]
        if error is None:
            return reply["result"]
        if "api key" in str(error):
            raise UsageError(
                "AnkiConnect wants its API key: set ANKICONNECT_API_KEY to the `apiKey` of the "
                "add-on's configuration"
            )
        raise UsageError(f"Anki refused {action}: {error}")

    def _exchange(self, request: dict[str, Any]) -> Any:
        import http.client

        body = json.dumps(request).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        # Neither a proxy nor a redirection: what is in the collection goes to this address alone.
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.patience)
        try:
            connection.request("POST", "/", _pieces(body), {**headers, "Connection": "close"})
            return self._read(connection.getresponse())
        except TimeoutError:
            raise UsageError(
                f"Anki at {self.url} did not answer within {self.patience:g} seconds: it is busy, "
                "or one of its windows waits for you"
            ) from None
        except ConnectionRefusedError:
            raise UsageError(
                f"nothing listens at {self.url}: start Anki with the add-on AnkiConnect in it "
                f"(Tools > Add-ons > Get Add-ons: {ADDON})"
            ) from None
        except ConnectionError:
            raise UsageError(f"Anki at {self.url} broke off: was it closed?") from None
        except http.client.HTTPException:
            raise self._stranger("it does not speak HTTP") from None
        except OSError as error:
            raise UsageError(f"{self.url} cannot be reached: {error.strerror or error}") from None
        finally:
            connection.close()

    def _read(self, response: "HTTPResponse") -> Any:
        data = response.read(_LARGEST)
        try:
            return json.loads(data)
        except ValueError:
            raise self._stranger(f"it answers {response.status} and no JSON") from None

    def _stranger(self, why: str) -> UsageError:
        return UsageError(f"what listens at {self.url} is not AnkiConnect: {why}; see --url")


def _pieces(body: bytes) -> Iterator[bytes]:
    """The time limit holds for each piece: all of a large body may take longer."""
    for start in range(0, len(body), _PIECE):
        yield body[start : start + _PIECE]


def opened(url: str, key: str, needed: Sequence[str], patience: float = 15.0) -> Anki:
    """The Anki that listens at a URL, asked whether it knows the actions needed; `patience` is for
    that only. UsageError in plain words where it does not, or where nothing or another listens."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError as error:
        raise UsageError(f"--url: {url}: {error}") from None
    if parts.scheme != "http" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise UsageError(f"--url: {url} is no address like http://127.0.0.1:8765")
    anki = Anki(f"http://{parts.netloc}", parts.hostname, port, key)
    asked = anki._replace(patience=patience)
    version = asked.ask("version")
    if not isinstance(version, int):
        raise asked._stranger("it has no version")
    if version < _VERSION:
        raise _old([f"API version {_VERSION}"])
    try:
        reflected = asked.ask("apiReflect", scopes=["actions"], actions=list(needed))
    except UsageError as error:
        if "unsupported action" in str(error).lower():
            raise _old(["apiReflect"]) from None
        raise
    known = reflected.get("actions", ()) if isinstance(reflected, dict) else ()
    if missing := [name for name in needed if name not in known]:
        raise _old(missing)
    return anki


def _old(missing: Sequence[str]) -> UsageError:
    return UsageError(
        f"the add-on AnkiConnect is too old, it lacks {', '.join(missing)}: update it with "
        "Tools > Add-ons > Check for Updates"
    )
