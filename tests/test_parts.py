"""Sheets that are known are not made again; whatever entered one makes it another."""

from typing import Any

import pytest

from selfcheck_tools.exporters import Context, Omission, PaperOptions
from selfcheck_tools.exporters.handout import parts
from selfcheck_tools.exporters.handout.parts import Sheet, Works
from selfcheck_tools.files import Memory
from selfcheck_tools.text import Source, Span
from tests.test_handout import context

LEFT_OUT = Omission("a.md", Span(0, 1), "image", "a.png is not there")


class Export:
    """Runs that keep what they make, one after the other."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.omitted: list[Omission] = []
        self.kept: dict[str, bytes] = {}
        self.files = {"a.png": b"one"}

    def run(self, of: str = "", **options: Any) -> str:
        """The name of the work that comes of a sheet."""

        def sheet(given: Context) -> Sheet:
            picture = given.files.read("a.png")
            given.omit(LEFT_OUT)
            self.made.append(of)
            return Sheet(f"{of} {picture!r}", "p { color: red }")

        found = context(Memory(self.files), Source("a.md", ""), self.omitted.append)
        found = found._replace(
            recall=self.kept.get,
            keep=lambda name, data: not self.kept.update({name: data}),
            **options,
        )
        return Works(found).work("handout", sheet, lambda made: b"", of=(of,)).name


def test_what_is_known_is_not_made_again_and_is_said_again() -> None:
    export = Export()
    assert export.run() == export.run()
    assert len(export.made) == 1
    assert export.omitted == [LEFT_OUT, LEFT_OUT]


@pytest.mark.parametrize(
    "options", [{"paper": PaperOptions(size="A5")}, {"collection": "Another"}, {"of": "other"}]
)
def test_other_options_are_another_sheet(options: dict[str, Any]) -> None:
    export = Export()
    export.run()
    export.run(**options)
    assert len(export.made) == 2


def test_a_file_that_changed_is_noticed() -> None:
    export = Export()
    first = export.run()
    export.files["a.png"] = b"two"
    assert export.run() != first


def test_a_template_that_changed_with_the_program_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    export = Export()
    export.run()
    shipped = parts.shipped
    monkeypatch.setattr(parts, "shipped", lambda name: shipped(name) + " ")
    export.run(template=parts.shipped)
    export.run(template=parts.shipped)
    assert len(export.made) == 2


def test_with_a_template_of_the_users_own_every_sheet_is_made() -> None:
    export = Export()
    for _ in range(2):
        export.run(template=lambda name: parts.shipped(name) + " ")
    assert len(export.made) == 2
