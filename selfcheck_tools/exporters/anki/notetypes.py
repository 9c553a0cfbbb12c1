"""The notetypes of our packages, frozen.

When a field, a template's name or an id differs from what a collection holds, Anki makes a second
notetype beside the first and refuses every note that the learner already has. So nothing in
NOTETYPES may ever change; what may change is what the fields hold and what the template files say.
Fields that are still empty are room to grow.
"""

import re
from difflib import get_close_matches
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from selfcheck_tools.errors import UsageError
from selfcheck_tools.templates import Templates

if TYPE_CHECKING:
    import genanki


class Notetype(NamedTuple):
    """A notetype: `templates` pairs each card template's name with the stem of its two files."""

    id: int
    name: str
    fields: tuple[str, ...]  # the first one is what Anki's browser lists and sorts by
    templates: tuple[tuple[str, str], ...]
    is_cloze: bool = False


_COMMON = (
    *("Extra", "Source", "Link", "Key", "Language", "Settings"),
    *("Reserved1", "Reserved2", "Reserved3"),
)
QUESTION = Notetype(
    1_763_856_000_101,
    "Self-check: question",
    ("Question", "Answer", "Reversed", *_COMMON),
    (("Question", "question"), ("Reversed", "reversed")),
)
CHOICE = Notetype(
    1_763_856_000_102,
    "Self-check: choice",
    ("Question", "Options", "Solution", "Explanation", *_COMMON),
    (("Choice", "choice"),),
)
CLOZE = Notetype(
    1_763_856_000_103,
    "Self-check: cloze",
    ("Text", "Explanation", *_COMMON),
    (("Cloze", "cloze"),),
    is_cloze=True,
)
NOTETYPES = (QUESTION, CHOICE, CLOZE)


def model(notetype: Notetype, template: Templates) -> "genanki.Model":
    """A notetype as genanki has it, with the texts of its template files; UsageError for one that
    Anki would refuse, and with it the whole package."""
    import genanki

    return genanki.Model(
        notetype.id,
        notetype.name,
        fields=[{"name": name} for name in notetype.fields],
        templates=[
            {
                "name": name,
                "qfmt": _checked(f"anki/{stem}-front.html", template, notetype),
                "afmt": _checked(f"anki/{stem}-back.html", template, notetype),
            }
            for name, stem in notetype.templates
        ],
        css=template("anki/style.css"),
        model_type=genanki.Model.CLOZE if notetype.is_cloze else genanki.Model.FRONT_BACK,
    )


# What stands in braces besides fields (docs.ankiweb.net/templates/fields.html).
_SPECIAL = ("FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID")
_REPLACEMENT = re.compile(r"\{\{(?P<sign>[#^/]?)(?P<name>[^{}]*)\}\}")


def _checked(name: str, template: Templates, notetype: Notetype) -> str:
    """The text of a template, if Anki can use it with the notetype."""
    text = template(name)
    known = (*notetype.fields, *_SPECIAL)
    opened: list[str] = []
    for found in _REPLACEMENT.finditer(text):
        field = found["name"].strip().rsplit(":", 1)[-1].strip()
        where = f"template {name}:{text.count(chr(10), 0, found.start()) + 1}"
        if field not in known and not (notetype.is_cloze and re.fullmatch(r"c\d+", field)):
            near = get_close_matches(field, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise UsageError(f"{where}: no field {field}; {hint}")
        if found["sign"] in ("#", "^"):
            opened.append(field)
        elif found["sign"] and (not opened or opened.pop() != field):
            raise UsageError(f"{where}: {found[0]} closes what is not open")
    if opened:
        raise UsageError(f"template {name}: nothing closes {{{{#{opened[-1]}}}}}")
    if not _shows_a_field(text, notetype):
        raise UsageError(
            f"template {name}: shows no field of its note, so that all cards are alike"
        )
    return text


def _shows_a_field(text: str, notetype: Notetype) -> bool:
    shown = (found["name"].strip() for found in _REPLACEMENT.finditer(text) if not found["sign"])
    if notetype.is_cloze:
        return any(name.startswith("cloze:") for name in shown)
    return any(name.rsplit(":", 1)[-1].strip() in (*notetype.fields, "FrontSide") for name in shown)


def digest(model: "genanki.Model") -> str:
    """A digest of everything in a notetype that a learner could see change."""
    parts = [model.css, *(field["name"] for field in model.fields)]
    for template in model.templates:
        parts += (template["name"], template["qfmt"], template["afmt"])
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]
