"""What tests share: the folder of real collections, and `--accept` for expected output."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from selfcheck_tools.exporters import Artifact

# In CI the same examples each time: what a change broke, not what chance found. By hand, new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).parent.parent
COLLECTIONS = ("cards", "details", "exams", "headings-and-details", "list-headings")


def whole(artifact: Artifact) -> bytes:
    """The bytes of an artifact, wherever they are."""
    if isinstance(artifact.data, bytes):
        return artifact.data
    artifact.data.seek(0)
    return artifact.data.read()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept", action="store_true", help="rewrite expected output, then read the diff"
    )


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real collections beside the checkout; where it must be and is not, a failure."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        reason = "the folder `shared` with real question collections is not beside this checkout"
        if os.environ.get("SELFCHECK_REQUIRE_SHARED"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


pytest_plugins = ("tests.faulty",)
