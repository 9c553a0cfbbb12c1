"""The notetypes of our packages, frozen.

When a field, a template's name or an id differs from what a collection holds, Anki makes a second
notetype beside the first and refuses every note that the learner already has. So nothing in
NOTETYPES may ever change; what may change is what the fields hold and what the template files say.
Fields that are still empty are room to grow.
"""

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

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
    """A notetype as genanki has it; `template` gives the text of a template file."""
    import genanki

    return genanki.Model(
        notetype.id,
        notetype.name,
        fields=[{"name": name} for name in notetype.fields],
        templates=[
            {
                "name": name,
                "qfmt": template(f"anki/{stem}-front.html"),
                "afmt": template(f"anki/{stem}-back.html"),
            }
            for name, stem in notetype.templates
        ],
        css=template("anki/style.css"),
        model_type=genanki.Model.CLOZE if notetype.is_cloze else genanki.Model.FRONT_BACK,
    )


def digest(model: "genanki.Model") -> str:
    """A digest of everything in a notetype that a learner could see change."""
    parts = [model.css, *(field["name"] for field in model.fields)]
    for template in model.templates:
        parts += (template["name"], template["qfmt"], template["afmt"])
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]
