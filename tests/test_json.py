"""JSON and JSON Lines: valid by an independent validator, complete, and usable without Markdown."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from selfcheck_tools.exporters import Artifact, Context, Omission, load
from selfcheck_tools.exporters.json import schema
from selfcheck_tools.files import Disk, Files, Memory
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.conftest import ROOT

TEXT = """\
---
title: Lambda
tags: [aws]
language: en
---

## Self-check

### 1. What is a *cold start*?
<!-- selfcheck: tags=start points=2 -->

The **first** call.

![A line](images/a.png) $x^2$ [docs](https://a.b)

```python
x = 1
```

### 2. Which is right?

- [ ] this
- [x] that

### 3. Why?

TODO
"""


def exported(
    name: str, text: str = TEXT, files: Files | None = None
) -> tuple[list[Artifact], list[Omission]]:
    source = Source("notes/lambda.md", text)
    omitted: list[Omission] = []
    context = Context(
        files=files or Memory({"notes/images/a.png": b"x"}),
        source=lambda document: source,
        keys=lambda document: [f"k{at}" for at in range(len(document.questions))],
        changed=lambda name, digest: 0,
        omit=omitted.append,
    )
    return list(load(name)([read(source)], context)), omitted


def test_a_document() -> None:
    (artifact,), omitted = exported("json")
    assert artifact.path == "notes/lambda.json"
    document: dict[str, Any] = json.loads(artifact.data)
    jsonschema.validate(document, json.loads(schema()))
    first, second, third = document["questions"]
    assert (document["title"], first["tags"], first["points"]) == ("Lambda", ["aws", "start"], 2)
    assert first["prompt"]["html"] == "What is a <em>cold start</em>?"
    assert first["prompt"]["text"] == "What is a cold start?"
    assert first["prompt"]["at"] == {
        "line": 9,
        "column": 8,
        "end_line": 9,
        "end_column": 31,
        "start": 70,
        "end": 93,
    }
    assert TEXT[70:93] == first["prompt"]["markdown"]
    assert "selfcheck:" not in first["answer"]["markdown"]
    assert first["answer"]["text"].startswith("The first call.")
    assert (first["images"][0]["status"], first["images"][0]["path"]) == (
        "found",
        "notes/images/a.png",
    )
    assert first["math"][0]["tex"] == "x^2"
    assert first["links"][0]["target"] == "https://a.b"
    assert first["code"][0]["language"] == "python"
    assert [(option["text"], option["correct"]) for option in second["options"]] == [
        ("this", False),
        ("that", True),
    ]
    assert third["state"] == "placeholder"
    assert [omission.what for omission in omitted] == ["answer"]


def test_lines() -> None:
    (artifact,), _ = exported("jsonl")
    lines = [json.loads(line) for line in artifact.data.splitlines()]
    assert [line["state"] for line in lines] == ["answered", "answered", "unanswered"]
    assert lines[1]["options"] == [
        {"label": "", "text": "this", "correct": False},
        {"label": "", "text": "that", "correct": True},
    ]
    assert lines[0]["line"] == 9
    assert lines[0]["key"] == "k0"


def test_a_missing_picture_is_said() -> None:
    _, omitted = exported("json", files=Memory({}))
    assert [omission.what for omission in omitted] == ["image", "answer"]


def test_real_collections_are_valid(shared: Path) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema()))
    for path in sorted(shared.glob("corpus/*/*.md")):
        source = Source.from_bytes(path.name, path.read_bytes())
        context = Context(
            Disk(str(path.parent)),
            lambda document: source,  # noqa: B023  # used within this round
            lambda document: ["k"] * len(document.questions),
            lambda name, digest: 0,
            lambda omission: None,
        )
        for artifact in load("json")([read(source)], context):
            validator.validate(json.loads(artifact.data))


def test_the_ten_lines_of_the_manual_run(tmp_path: Path) -> None:
    page = (ROOT / "docs/json.md").read_text()
    code = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0]
    (artifact,), _ = exported("json")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/message-queues.json").write_bytes(artifact.data)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "Q: What is a cold start?" in done.stdout
    assert "  [x] that" in done.stdout


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_undecodable_bytes_do_not_break_it(name: str) -> None:
    text = b"# T\n\n## Self-check\n\n### 1. Q\xff?\n\nx \xfe\n".decode("utf-8", "surrogateescape")
    (artifact,), _ = exported(name, text)
    assert "Q\ufffd?" in artifact.data.decode()
