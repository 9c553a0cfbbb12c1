"""Decks whose notes several processes render: in no byte another than those of one process."""

import os
from collections import Counter
from collections.abc import Mapping

import pytest

from selfcheck_tools import memo
from selfcheck_tools.exporters import AnkiOptions
from selfcheck_tools.files import Memory
from selfcheck_tools.model import Document
from selfcheck_tools.read import read
from selfcheck_tools.text import Source
from tests.test_anki import PNG, Made, Times, made_of

FILES: Mapping[str, bytes | str] = {
    "a/map.png": PNG,
    "a/empty.png": b"",
    "a/alive.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
    "call.mp3": b"ID3 sound",
    "b/\udcfc.png": PNG + b"2",
}
TEXTS: Mapping[str, str] = {
    "a/pictures.md": """\
# Pictures

## Self-check

### 1. Where is it?

![](map.png) ![](lost.png) ![](empty.png) ![](https://example.org/far.png)

### 2. ![](lost.png)

There.

### 3. What moves?

![](alive.svg)
""",
    "a/open.md": "# Open\n\n## Self-check\n\n### 1. Why?\n\n### 2. How?\n\nSo: $x < 1$.\n\n### 3. When?\n",
    "b/choice.md": """\
---
shuffle: yes
tags: [quiz]
---

# Choice

## Self-check

### 1. Which are even?

- [x] two
- [ ] three
- [x] four

Those that two divides.
""",
    "b/cloze.md": "# Cloze\n\n## Self-check\n\nC: [Nairobi] is the capital of [Kenya].\n",
    "b/sound.md": "# Call\n\n## Self-check\n\n### 1. Who calls?\n\n![](../call.mp3) ![](../none.mp3)\n",
    "b/\udcff.md": "# B\udce4r\n\n## Self-check\n\n### 1. Was?\n\n\udcff ![](%FC.png) ![](%FD.png)\n",
    "é/日本.md": "# 問い\n\n## Self-check\n\n### 1. 何ですか?\n\n*答え* 🦊 \u202eשלום\n",
    "plain.md": "# Plain\n\n## Self-check\n\n### 1. What is it?\n\nThat.\n\n### 2. And this?\n\nThis.\n",
}


def documents() -> list[Document]:
    return [
        read(Source.from_bytes(path, text.encode("utf-8", "surrogateescape")))
        for path, text in TEXTS.items()
    ]


def exported(processes: int, split: str, form: str) -> tuple[Made, list[tuple[str, object]]]:
    """What comes out, and what was remembered on the way, in order."""
    times = Times()
    options = AnkiOptions(split=split, sections=True, reversed=True)
    made = made_of(documents(), FILES, times, options=options, form=form, processes=processes)
    return made, list(times.known.items())


@pytest.mark.parametrize("batch", [3, 200])
@pytest.mark.parametrize(
    ("split", "form"),
    [
        ("none", "anki"),
        ("folder", "anki"),
        ("document", "anki"),
        ("none", "anki-text"),
    ],
)
def test_several_processes_make_what_one_makes(
    split: str, form: str, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memo, "_BATCH", batch)
    alone = exported(1, split, form)
    assert exported(2, split, form) == alone
    assert exported(3, split, form) == alone


def test_what_is_compared_holds_what_can_be_made_and_left_out() -> None:
    made, remembered = exported(2, "none", "anki")
    assert Counter(omission.what for omission in made.omitted) == {
        "answer": 4,
        "image": 6,
        "sound": 1,
    }
    assert Counter(name.split(":")[1] for name, _ in remembered) == {"note": 9, "notetype": 3}
    files = exported(2, "none", "anki-text")[0].packages
    assert sum(".media/" in path for path in files) == 3


class Dying(Memory):
    """Files whose pictures are the end of any process but this one."""

    here = os.getpid()

    def read(self, path: str) -> bytes:
        if os.getpid() != self.here:
            os._exit(9)
        return super().read(path)


def test_a_process_that_dies_changes_nothing() -> None:
    # Dealt out in turn, the pictures are another process's.
    dealt = [*documents()[1:2], *documents()[:1]]
    assert made_of(dealt, Dying(FILES), processes=2) == made_of(dealt, FILES)


class Failing(Memory):
    """Files with a fault of the program in them."""

    def read(self, path: str) -> bytes:
        raise ZeroDivisionError(path)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_fails_in_another_process_is_raised_here(processes: int) -> None:
    dealt = [*documents()[1:2], *documents()[:1]]
    with pytest.raises(ZeroDivisionError, match=r"a/map\.png"):
        made_of(dealt, Failing(FILES), processes=processes)
