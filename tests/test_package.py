"""What is in the wheel and the sdist; that the wheel runs where nothing else is, scripts/try-wheel tries."""

import subprocess
import sys
import tarfile
import zipfile
from configparser import ConfigParser
from email.parser import HeaderParser
from pathlib import Path

import pytest

from selfcheck_tools import __version__
from tests.conftest import ROOT


def _built(kind: str, folder: Path) -> Path:
    """hatchling refuses classifiers that PyPI does not know."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    [made] = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(_built("wheel", tmp_path_factory.mktemp("wheel")))


def _files(folder: str) -> set[str]:
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_the_program_and_its_templates_and_nothing_else(
    wheel: zipfile.ZipFile,
) -> None:
    about = f"selfcheck_tools-{__version__}.dist-info/"
    held = {name for name in wheel.namelist() if not name.startswith(about)}
    templates = {f"selfcheck_tools/{name}" for name in _files("templates")}
    assert held == _files("selfcheck_tools") | templates
    assert f"{about}licenses/LICENSE" in wheel.namelist()


def test_the_wheel_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    about = f"selfcheck_tools-{__version__}.dist-info"
    metadata = HeaderParser().parsestr(wheel.read(f"{about}/METADATA").decode())
    assert (metadata["Name"], metadata["Version"]) == ("selfcheck-tools", __version__)
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Description-Content-Type"] == "text/markdown"
    entries = ConfigParser()
    entries.read_string(wheel.read(f"{about}/entry_points.txt").decode())
    assert dict(entries["console_scripts"]) == {"selfcheck": "selfcheck_tools.__main__:entry"}


def test_the_sdist_holds_what_was_committed_and_nothing_that_was_generated(tmp_path: Path) -> None:
    with tarfile.open(_built("sdist", tmp_path)) as archive:
        held = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    wanted = _files("selfcheck_tools") | _files("templates") | _files("tests") | _files("docs")
    assert wanted | {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile"} <= held
    generated = (".venv/", "build/", "dist/", ".git/")
    assert not [name for name in held if name.startswith(generated) or "__pycache__" in name]
