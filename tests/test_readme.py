"""What text can check of the pages: links, commands, and what is shown of the program."""

import re
import shlex

import pytest

from selfcheck_tools.cli import _parser, main
from selfcheck_tools.commands.manual import manual
from selfcheck_tools.rules import RULES
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()


def test_the_lint_output_is_the_programs_own(tmp_path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```(?:markdown)?\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    document = next(block for block in blocks if block.startswith("# Message queues"))
    shown = next(block for block in blocks if block.startswith("error["))
    (tmp_path / "queues.md").write_text(document)
    assert main(["lint", "queues.md"]) == 1
    assert capsys.readouterr().out == shown


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = re.sub(r"^(`{3,}).*?^\1$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)#]+?)\)", re.sub(r"`[^`]*`", "", text)):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_manual_of_the_rules_is_current() -> None:
    assert (ROOT / "docs/rules.md").read_text() == manual(RULES), "run `make manual`"


def _shown() -> list[tuple[str, str]]:
    """The commands in blocks and in running text, without those that name places to fill."""
    found = set()
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = page.read_text()
        lines = re.findall(r"^(?:\$ )?(selfcheck [^#\n|\\]+)", text, re.MULTILINE)
        words = re.findall(r"`(selfcheck [a-z][^`\n\\]*)", text)
        found |= {(page.name, each.strip()) for each in lines + words}
    return sorted(each for each in found if not re.search(r"[\[…{:]", each[1]))


@pytest.mark.parametrize(("page", "command"), _shown(), ids=lambda value: str(value))
def test_every_command_on_the_pages_is_understood(page: str, command: str) -> None:
    _parser().parse_args(shlex.split(command)[1:])
