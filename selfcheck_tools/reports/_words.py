"""What several formats say in the same words."""

import re

from selfcheck_tools.diagnostics import Finding

# Patterns are compiled where they are first used, which in most runs is nowhere.
_SURROGATE = "[\ud800-\udfff]"
# All that XML 1.0 has no way to write (its production 2, Char), and U+0080 to U+009F, which it
# discourages and terminals obey.
_NO_XML = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
_IN_XML = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
    | {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def encodable(text: str) -> str:
    """A text with replacement characters for bytes that were no UTF-8."""
    return text if text.isascii() else re.sub(_SURROGATE, "\ufffd", text)


def byte_size(text: str) -> int:
    """How many bytes a text takes in a file."""
    return len(text) if text.isascii() else len(re.sub(_SURROGATE, "?", text).encode())


def told(finding: Finding) -> str:
    """Message and help in one line."""
    return f"{finding.message}; {finding.help}" if finding.help else finding.message


def xml(text: str) -> str:
    """A text as it may stand in an attribute's quotes, or between tags."""
    if text.isascii() and text.isprintable():
        return text.translate(_IN_XML)
    return re.sub(_NO_XML, "\ufffd", text).translate(_IN_XML)
