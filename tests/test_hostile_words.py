"""Escape sequences and commands to CI services, in everything that an author can name or write."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from selfcheck_tools.commands.lint_command import FORMATS
from selfcheck_tools.reports import printed
from tests.hostile import selfcheck

# To a terminal: a title, a link, colours, another line, from right to left, 8-bit controls.
ESCAPES = "\x1b]0;t\x07\x1b]8;;http://a\x1b\\x\x1b[31m\r\b\x7f\x9b31m\x90q\x9c\u202e\u2066\u2028\x1b[2J\x1b[1A"
COMMANDS = (
    "::error::x\n::add-mask::y\n##vso[task.complete]z\n##[error]a\n##teamcity[x]\n %0A::warning::b"
)
# What a terminal obeys, or draws where it does not stand; line ends apart.
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
COMMAND = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words") / "work"
    folder.mkdir()
    escapes, command = ESCAPES.replace("\r", ""), COMMANDS.splitlines()[0]
    (folder / "selfcheck.toml").write_text(f'exclude = ["::error::x", "{command}"]\n')
    for at, name in enumerate((ESCAPES, COMMANDS, "##[error]c", "##vso[d]e", "  ::error::f")):
        text = (
            f"---\nauthor: '{command}'\nodd{at}: x\n---\n\n# {command} {escapes}\n\n"
            f"## ::warning::s{escapes}\n\n### 1. ::error::{escapes}?\n\n![x](<{escapes}.png>)\n\n"
            f"### 1. ##vso[x] again?\n\n### 2. Which of ::these?\n\n- [ ] {escapes}\n- [x] ::notice::\n\n"
            f"[l](<{command}{escapes}.md>) <script>{escapes}</script> $\\x{escapes}$\n"
        )
        (folder / f"{name.replace('/', '')}.md").write_text(text, errors="surrogateescape")
    return folder


@pytest.mark.parametrize("format", FORMATS)
def test_no_report_holds_an_escape_or_a_command(work: Path, format: str) -> None:
    done = selfcheck(
        *("lint", "--select", "all", "--exit-zero", "--no-cache", "--output-format", format),
        cwd=work,
        GITHUB_ACTIONS="true" if format in ("text", "full", "concise") else "",
    )
    assert len(done.stdout) > 200
    if format in ("github", "text", "full", "concise"):
        lines = done.stdout.splitlines()
        ours = re.compile("::(error|warning|notice) title=selfcheck%3A ")
        assert any(map(ours.match, lines))
        left = "\n".join(line for line in lines if not ours.match(line))
    else:
        left = done.stdout
    if format in ("json", "jsonl", "sarif", "gitlab", "rdjson"):
        json.loads(done.stdout.partition("\n")[0] if format == "jsonl" else done.stdout)
        assert not re.search("[\x00-\x09\x0b-\x1f]", done.stdout)
        return
    if format in ("junit", "checkstyle"):
        ElementTree.fromstring(done.stdout)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", done.stdout)
    assert not re.search(r"^\s*::", left, re.MULTILINE)
    if format not in ("junit", "checkstyle"):
        assert not OBEYED.search(left)
        assert not COMMAND.search(left)


def test_no_command_says_an_escape_or_a_command(work: Path) -> None:
    said = ""
    for run in (
        ("lint", "--fix", "--show-fixes", "--exit-zero", "--select", "all"),
        ("lint", "--statistics", "--exit-zero"),
        ("export", "--to", "anki,json"),
        ("export", "--to", "anki,json"),
        ("export", "--check", "--to", "json", "--output", "::error::out"),
        ("diff", "build"),
        ("list",),
        ("config",),
        ("lock",),
        ("clean",),
        ("lint", "::error::nothing\n::error::here\x1b[31m"),
        ("explain", "::error::x\x1b[31m"),
        ("export", "--to", "::error::x\x1b[31m"),
    ):
        done = selfcheck(*run, cwd=work)
        assert done.returncode in (0, 1, 2), run
        said += done.stdout + done.stderr
    assert "::error::" in said
    assert OBEYED.search(said) is None, OBEYED.search(said)
    assert COMMAND.search(said) is None, COMMAND.search(said)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", "\\::error::x"),
        ("  ::error::x", "  \\::error::x"),
        ("a ##[error]b ##vso[c]", "a ##\\[error]b ##vso\\[c]"),
        ("a::b ##x", "a::b ##x"),
        ("\n::error::x", "␊::error::x"),
    ],
)
def test_a_printed_line_is_no_command(text: str, shown: str) -> None:
    assert printed(text) == shown
