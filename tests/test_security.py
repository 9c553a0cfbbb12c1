"""What docs/security.md promises is held by tests that exist."""

import re

import pytest

from tests.conftest import ROOT

TEXT = (ROOT / "docs/security.md").read_text()
CITED = sorted(set(re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", TEXT)))


@pytest.mark.parametrize(("file", "name"), CITED)
def test_a_cited_test_exists(file: str, name: str) -> None:
    text = (ROOT / "tests" / file).read_text()
    assert f"\ndef {name}(" in text if name else "\ndef test_" in text


def test_every_promise_names_what_holds_it() -> None:
    table = re.findall(r"^\| (?!promise|---)(.+) \| (.+) \|$", TEXT, re.MULTILINE)
    assert len(table) > 10
    assert all("`test_" in held for _, held in table)


def test_every_hostile_test_file_is_named() -> None:
    files = {path.name for path in (ROOT / "tests").glob("test_hostile*.py")}
    assert files <= {file for file, _ in CITED}
