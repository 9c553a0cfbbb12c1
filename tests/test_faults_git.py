"""A git that is missing or broken when `--since` asks it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.faulty import World, assert_plain

pytestmark = pytest.mark.usefixtures("here")


def git(*arguments: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def fake_git(folder: Path, script: str) -> str:
    (folder / "bin").mkdir()
    path = folder / "bin/git"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return f"{folder / 'bin'}:{os.environ['PATH']}"


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (None, "--since needs git, which is not installed"),
        ("exit 1", "--since: git knows no revision HEAD"),
        ("echo broken >&2; exit 128", "--since: "),
        (
            '[ "$3" = cat-file ] && exit 1; exec /usr/bin/git "$@"',
            "git cannot give n0.md as it was",
        ),
        (
            '[ "$3" = ls-tree ] && { echo bad >&2; exit 1; }; exec /usr/bin/git "$@"',
            "ls-tree failed: bad",
        ),
    ],
)
def test_a_git_that_is_missing_or_broken(
    world: World, tmp_path: Path, script: str | None, says: str
) -> None:
    git("init", "--quiet", "notes")
    os.chdir("notes")
    git("add", "n0.md", "n1.md"), git("commit", "--quiet", "-m", "first")
    os.chdir("..")
    path = "/nonexistent" if script is None else fake_git(tmp_path, script)
    lint = ("lint", "notes", "--since", "HEAD", "--select", "all", "--exit-zero")
    Path("notes/n0.md").write_text("## Self-check\n\n### 1. What?\n\nThis.\n")
    assert_plain(world.run(*lint, env={"PATH": path}), says)
    assert world.run(*lint).status == 0
