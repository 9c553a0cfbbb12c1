"""Notetypes and deck options in Anki's JSON, as packages and CrowdAnki's folders both have it.

CrowdAnki knows decks, notetypes and options by the `crowdanki_uuid` in them (github.com/Stvad/
CrowdAnki, crowd_anki/representation). Anki keeps that entry of a notetype and of options when it
imports a package (of a deck it does not); so packages carry it too, and who goes on with CrowdAnki
gets no second notetype.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

if TYPE_CHECKING:
    import genanki

_NAMESPACE = UUID("5e1fc8ec-4b5a-4d0c-9a5e-0a4f2c6b7d31")  # frozen, as all that is derived from it

OPTIONS_ID = 1_763_856_000_201
# New cards in the order of the document, over all of a deck's subdecks: 1 is "ascending position".
OPTIONS: dict[str, Any] = {
    "name": "Self-check: in order",
    "newGatherPriority": 1,
    "crowdanki_uuid": str(uuid5(_NAMESPACE, f"options:{OPTIONS_ID}")),
}


def deck_uuid(name: str) -> str:
    """CrowdAnki's name for the deck of a full name."""
    return str(uuid5(_NAMESPACE, f"deck:{name}"))


def notetype_uuid(model: "genanki.Model") -> str:
    """CrowdAnki's name for a notetype."""
    return str(uuid5(_NAMESPACE, f"notetype:{model.model_id}"))


def notetype(model: "genanki.Model", changed: int = 0, deck: int = 0) -> dict[str, Any]:
    """A notetype as Anki's JSON has it; `changed` is in seconds since 1970."""
    values: dict[str, Any] = model.to_json(changed, deck)
    return {
        **values,
        "flds": [{**_FIELD, **field} for field in values["flds"]],
        "tmpls": [{"id": None, **template} for template in values["tmpls"]],
        "originalId": model.model_id,  # by which Anki's "merge notetypes" knows another's copy
        "crowdanki_uuid": notetype_uuid(model),
    }


# What genanki leaves out. CrowdAnki asks its user to map all fields when a notetype's JSON is not
# the one that Anki would write.
_FIELD: dict[str, Any] = {
    **{"description": "", "id": None, "tag": None},
    **dict.fromkeys(("plainText", "collapsed", "excludeFromSearch", "preventDeletion"), False),
}
