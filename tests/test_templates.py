"""A user's own templates: single files in place of the shipped ones, in a sandbox."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from selfcheck_tools.asking import Asking
from selfcheck_tools.building import export
from selfcheck_tools.errors import UsageError
from selfcheck_tools.templates import shipped

TEXT = "# Queues\n\n## Self-check\n\n### 1. What is a queue?\n\nA line.\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("queues.md").write_text(TEXT)
    Path("selfcheck.toml").write_text('templates = "look"\n')
    Path("look/handout").mkdir(parents=True)
    return tmp_path


def printed() -> str:
    export(Asking((".",), ("handout",), "build"))
    return PdfReader("build/queues-handout.pdf").pages[0].extract_text()


def test_a_page_of_ones_own_replaces_the_shipped_one() -> None:
    Path("look/handout/handout.html").write_text("<html><title>T</title><p>Mine: {{ title }}</p>")
    text = printed()
    assert "Mine: Queues" in text
    assert "What is a queue?" not in text


def test_what_is_not_replaced_is_the_shipped_one() -> None:
    Path("look/handout/handout.css").write_text("h1 { text-transform: uppercase }")
    assert "QUEUES" in printed()
    assert "What is a queue?" in printed()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "{{ title",
            "handout.html:1: unexpected end of template, expected 'end of print statement'.",
        ),
        ("\n{% if %}", "handout.html:2: Expected an expression, got 'end of statement block'"),
        ("{{ titel }}", "handout.html: 'titel' is undefined"),
        ("{% include 'none.html' %}", "handout.html: there is no template none.html"),
        ("{% include '../../queues.md' %}", "handout.html: there is no template ../../queues.md"),
        (
            "{{ title.__class__.__mro__ }}",
            "handout.html: access to attribute '__class__' of 'str' object is unsafe.",
        ),
    ],
)
def test_a_fault_in_a_template_is_named_and_nothing_is_written(text: str, said: str) -> None:
    Path("look/handout/handout.html").write_text(text)
    with pytest.raises(UsageError) as raised:
        printed()
    assert str(raised.value) == f"template handout/{said}"
    assert not Path("build/queues-handout.pdf").exists()


def test_a_template_outside_of_the_content_is_not_read(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "secret.css"
    outside.write_text("h1 { color: red }")
    Path("look/handout/handout.css").symlink_to(outside)
    with pytest.raises(
        UsageError, match=r"template look/handout/handout\.css cannot be read: .*leads out"
    ):
        printed()


def test_a_template_in_another_encoding_is_said() -> None:
    Path("look/handout/handout.css").write_bytes(b"/* \xe9 */")
    with pytest.raises(UsageError, match=r"template look/handout/handout\.css: not UTF-8"):
        printed()


def test_the_shipped_templates_are_not_left() -> None:
    with pytest.raises(FileNotFoundError):
        shipped("anki/../../pyproject.toml")
