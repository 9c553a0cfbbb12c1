"""TeX for MathJax, which Anki and many pages run: commands that make links or styles, made to show.

MathJax takes any address for `\\href`, and hands a colour or a box's options to the browser as they
are, so that a formula could run a script when it is tapped, or ask a server when it is shown
(docs.mathjax.org, "MathJax Safe-mode"; Anki does not load that extension).
"""

from selfcheck_tools.patterns import pattern

# What these commands may be given, which is short: nothing that a style could call with brackets.
_OPTION = r"(?:\[[\w\s.,:!-]{0,99}\]\s{0,9})?"
_VALUE = r"\{[\w\s.,!#-]{0,99}\}\s{0,9}"
_HARMLESS = (
    r"href\s{0,9}\{(?:https?://|mailto:)[^{}\\\s]{0,999}\}"
    rf"|(?:(?:text|page)?color|unicode|require)\s{{0,9}}{_OPTION}{_VALUE}"
    rf"|colorbox\s{{0,9}}{_OPTION}{_VALUE}|fcolorbox\s{{0,9}}{_OPTION}(?:{_VALUE}){{2}}"
    rf"|bbox\s{{0,9}}{_OPTION}\{{|definecolor\s{{0,9}}(?:{_VALUE}){{3}}"
    rf"|[bx]?cancel(?:to)?\s{{0,9}}\{{|enclose\s{{0,9}}{_VALUE}\{{"
)
_NAMES = (
    r"(?:href|style|bbox|unicode|mmlToken|require|enclose|[bx]?cancel(?:to)?|\w*color(?:box)?)"
    r"(?![A-Za-z])"
)
_ACTING = pattern(rf"\\(?={_NAMES})(?!{_HARMLESS})")
_COMMANDS = pattern(rf"\\(?={_NAMES})")
# What makes commands of its own may put a harmless one together with something else.
_DEFINES = pattern(r"\\(?:(?:re)?new|New|provide|Declare|(?:[egx]?def|let|futurelet)(?![A-Za-z]))")


def inert(tex: str) -> str:
    """A formula in which commands that act are names to read; the same formula where there are none."""
    if not _COMMANDS.search(tex):
        return tex
    acting = _COMMANDS if _DEFINES.search(tex) else _ACTING
    return acting.sub(lambda match: r"\backslash{}", tex)
