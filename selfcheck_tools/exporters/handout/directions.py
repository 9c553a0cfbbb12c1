"""Which way text runs: from the left or from the right."""

import unicodedata

from selfcheck_tools.model import Document

# Languages that are written from right to left (ISO 639), where no script says otherwise.
_RTL = frozenset("ar arc ckb dv fa he iw ks ps sd ug ur yi".split())


def direction(document: Document) -> str:
    """The direction of a document as a whole."""
    language, *subtags = document.metadata.language.lower().replace("_", "-").split("-")
    if language:
        return "rtl" if language in _RTL and "latn" not in subtags else "ltr"
    texts = (document.title, *(question.prompt.markdown for question in document.questions))
    return next((found for found in map(_first_strong, texts) if found), "ltr")


def written(text: str, base: str) -> str:
    """The direction of a part: that of its first letter, but a part of a document from right to
    left stays so: it may open with a foreign name."""
    return base if base == "rtl" else _first_strong(text) or base


def _first_strong(text: str) -> str:
    """The direction of the first letter (Unicode's bidirectional algorithm, P2); empty for none."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return ""
