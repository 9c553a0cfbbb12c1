"""The README's claims that text can check."""

import re

from selfcheck_tools.cli import main
from selfcheck_tools.manual import manual
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
