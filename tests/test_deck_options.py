"""Deck options and descriptions of packages, and what a learner's own are worth to Anki."""

from typing import Any

import pytest

from selfcheck_tools.exporters import AnkiOptions
from tests.anki_oracle import Anki
from tests.test_anki import Times, made

GROUP = "Self-check: in order"
# Sections whose order is not that of their names.
TEXT = """\
# T

## Zebras

### 1. First?

One.

## Apes

### 2. Second?

Two.

### 3. Third?

Three.
"""
ORDER = ["First?", "Second?", "Third?"]


def group(anki: Anki, deck: str) -> dict[str, Any]:
    return dict(anki.col.decks.config_dict_for_deck_id(anki.col.decks.by_name(deck)["id"]))


def taken(anki: Anki, text: str, times: Times, *, sections: bool = False, options: bool) -> None:
    deck = made(text, times=times, options=AnkiOptions(sections=sections))
    anki.take(deck.data, options=options)


# ── order ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("options", [True, False])
def test_new_cards_come_in_the_order_of_the_document(options: bool) -> None:
    with Anki() as anki:
        taken(anki, TEXT, Times(), options=options)
        assert anki.queue("T") == ORDER


def test_over_subdecks_they_do_with_our_options() -> None:
    with Anki() as anki, Anki() as plain:
        taken(anki, TEXT, Times(), sections=True, options=True)
        config = group(anki, "T::Zebras")
        anki.col.decks.set_config_id_for_deck_dict(anki.col.decks.by_name("T"), config["id"])
        assert anki.queue("T") == ORDER
        # Anki's own options ask one subdeck after the other.
        taken(plain, TEXT, Times(), sections=True, options=False)
        assert plain.queue("T") == [*ORDER[1:], ORDER[0]]


def test_our_options_are_anki_s_own_but_for_the_order() -> None:
    with Anki() as anki:
        taken(anki, TEXT, Times(), options=True)
        ours, own = group(anki, "T"), anki.col.decks.get_config(1)
        assert ours["name"] == GROUP
        assert ours["new"]["order"] == 1
        for part in ("new", "rev", "lapse"):  # ours also hold what Anki no longer asks for
            assert own.pop(part).items() <= ours[part].items()
        # No days stand for all days.
        ignored = {"id", "mod", "usn", "name", "newGatherPriority", "easyDaysPercentages"}
        assert {key: ours[key] for key in own.keys() - ignored} == {
            key: own[key] for key in own.keys() - ignored
        }


# ── what is the learner's ───────────────────────────────────────────────────────────────────────


def test_the_learner_s_options_stay() -> None:
    times = Times()
    with Anki() as anki:
        taken(anki, TEXT, times, options=False)
        assert group(anki, "T")["name"] == "Default"
        assert [config["name"] for config in anki.col.decks.all_config()] == ["Default"]
        mine = anki.col.decks.add_config("mine")
        anki.col.decks.set_config_id_for_deck_dict(anki.col.decks.by_name("T"), mine["id"])
        taken(anki, TEXT.replace("One.", "1."), times, options=False)
        assert group(anki, "T")["name"] == "mine"


def test_asked_for_ours_take_their_place() -> None:
    """What Anki makes of "import deck presets": said in the manual."""
    times = Times()
    with Anki() as anki:
        taken(anki, TEXT, times, options=False)
        mine = anki.col.decks.add_config("mine")
        anki.col.decks.set_config_id_for_deck_dict(anki.col.decks.by_name("T"), mine["id"])
        taken(anki, TEXT, times, options=True)
        assert group(anki, "T")["name"] == GROUP


# ── descriptions ────────────────────────────────────────────────────────────────────────────────


def test_a_description_comes_as_text() -> None:
    with Anki() as anki:
        front = "---\ndescription: 'What <b>I</b> learn & why'\n---\n"
        taken(anki, front + TEXT, Times(), options=False)
        assert anki.col.decks.by_name("T")["desc"] == "What &lt;b&gt;I&lt;/b&gt; learn &amp; why"


@pytest.mark.parametrize(
    ("front", "after"), [("", "mine"), ("---\ndescription: Ours\n---\n", "Ours")]
)
def test_the_learner_s_description_stays_where_the_document_has_none(
    front: str, after: str
) -> None:
    """Anki lets a package's description win, which is not ours to change."""
    times = Times()
    with Anki() as anki:
        taken(anki, front + TEXT, times, options=False)
        deck = anki.col.decks.by_name("T")
        anki.col.decks.save({**deck, "desc": "mine"})
        taken(anki, front + TEXT, times, options=False)
        assert anki.col.decks.by_name("T")["desc"] == after
